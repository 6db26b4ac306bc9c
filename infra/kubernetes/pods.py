"""The container and the pod that every function runs in: not root, nothing writable but /tmp, sized by its needs."""

from __future__ import annotations

from dreamseed.function import Function
from infra.kubernetes.cluster import Cluster
from infra.kubernetes.environment import SECRETS, SECRETS_FOLDER, credentials, secret_keys, variables
from infra.kubernetes.names import Manifest, labels

USER = 10001
MEMORY_OF_ONE_CPU_MB = 1769
"""Lambda gives one vCPU with so much memory (AWS Lambda developer guide); a pod gets the same share."""
TEMPORARY_SPACE = "64Mi"


def container(function: Function, cluster: Cluster, arguments: list[str]) -> Manifest:
    """The container; `arguments` follow `python -m`."""
    return {
        "name": "function",
        "image": cluster.image,
        "args": arguments,
        "env": variables(function),
        "envFrom": credentials(function),
        "resources": _resources(function),
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": USER,
            "runAsGroup": USER,
            "readOnlyRootFilesystem": True,
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "volumeMounts": [
            {"name": "tmp", "mountPath": "/tmp"},  # noqa: S108 - the pod's own  # nosec B108
            *({"name": "secrets", "mountPath": SECRETS_FOLDER, "readOnly": True} for _ in secret_keys(function)[:1]),
        ],
    }


def pod_spec(function: Function, made: Manifest) -> Manifest:
    """The pod around a container."""
    return {
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "containers": [made],
        "volumes": volumes(function),
    }


def pod_template(function: Function, made: Manifest) -> Manifest:
    """The template of the pods of a workload."""
    return {"metadata": {"labels": labels(function)}, "spec": pod_spec(function, made)}


def volumes(function: Function) -> list[Manifest]:
    """Scratch space, and the secrets that the function is granted."""
    made: list[Manifest] = [{"name": "tmp", "emptyDir": {"sizeLimit": TEMPORARY_SPACE}}]
    keys = secret_keys(function)
    if keys:
        items = [{"key": key, "path": key} for key in keys]
        made.append({"name": "secrets", "secret": {"secretName": SECRETS, "items": items, "defaultMode": 0o440}})
    return made


def _resources(function: Function) -> Manifest:
    memory = f"{function.needs.memory_mb}Mi"
    cpu = f"{round(1000 * function.needs.memory_mb / MEMORY_OF_ONE_CPU_MB)}m"
    return {
        "requests": {"cpu": cpu, "memory": memory, "ephemeral-storage": TEMPORARY_SPACE},
        "limits": {"memory": memory, "ephemeral-storage": TEMPORARY_SPACE},
    }
