"""The platforms, derived from the catalogue and `resources`: AWS (`infra.cdk`) and Kubernetes (`infra.kubernetes`)."""
