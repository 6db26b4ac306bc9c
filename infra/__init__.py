"""The platforms, derived: AWS (`infra.cdk`) and Kubernetes (`infra.kubernetes`), both from the catalogue and `resources`."""
