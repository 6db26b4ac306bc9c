"""Kubernetes, rendered from the same plan by `python -m infra.kubernetes > out.yaml`: plain YAML, no Helm.

    HTTP function     Knative Service, which scales to nothing, and a Gateway API route
    queue function    Deployment that consumes, scaled by KEDA with the length of its queue
    schedule          CronJob
    deployment        Job, once for each image
    batch job         suspended CronJob: the template that `kubectl create job --from` starts from
    step, socket      not rendered: a workflow engine and a socket gateway call them, which a cluster chooses

All run one image (`infra/container/Dockerfile`). Addresses come from one ConfigMap, credentials from Secrets, and a pod
gets exactly the keys that its function is granted.
"""
