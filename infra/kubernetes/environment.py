"""The environment of a pod: one variable for each grant, by reference, so that no manifest holds a credential.

database     Secret `dreamseed-database`, one key for each role
subject_keys Secret `dreamseed-subject-keys`, likewise: the key store is a database of its own
secret       file from Secret `dreamseed-secrets`, of which only the granted key is mounted
all others   ConfigMap `dreamseed-addresses`
"""

from __future__ import annotations

import json

from dreamseed.function import Function
from dreamseed.needs import Grant, Queue
from infra.kubernetes.cluster import Cluster
from infra.kubernetes.names import Manifest
from infra.plan import Plan, job_queue_of
from infra.resources import PROXIES

ADDRESSES = "dreamseed-addresses"
DATABASE = "dreamseed-database"
SUBJECT_KEYS = "dreamseed-subject-keys"
SECRETS = "dreamseed-secrets"
SERVICES = "dreamseed-services"
SECRETS_FOLDER = "/run/secrets/dreamseed"


def variables(function: Function) -> list[Manifest]:
    """The `env` of the function's container."""
    shared = ("DREAMSEED_PROXIES", "DREAMSEED_PUBLIC_URL", "OPA_URL", "AWS_ENDPOINT_URL", "AWS_DEFAULT_REGION")
    return [
        *({"name": name, "valueFrom": _from_addresses(name)} for name in shared),
        *(_variable(grant) for grant in function.needs.grants),
    ]


def credentials(function: Function) -> list[Manifest]:
    """The `envFrom` of the container: the keys to queues, blobs and workflows, for functions that use any."""
    is_caller = any(grant.kind not in ("database", "subject_keys", "secret") for grant in function.needs.grants)
    if not is_caller and not isinstance(function.needs.trigger, Queue):
        return []
    return [{"secretRef": {"name": SERVICES}}]


def secret_keys(function: Function) -> list[str]:
    """The keys of the Secret that the function's pod mounts."""
    return [grant.name for grant in function.needs.grants if grant.kind == "secret"]


def addresses(plan: Plan, cluster: Cluster) -> dict[str, str]:
    """The data of the ConfigMap: where every resource of the plan is."""
    grants = {grant for function in plan.functions for grant in function.needs.grants}
    located = {
        grant.variable: _locate(grant, plan, cluster) for grant in sorted(grants, key=lambda item: item.variable)
    }
    consumed = {queue_variable(queue.name): cluster.queue_url(queue.name) for queue in plan.queues}
    return {
        "DREAMSEED_PROXIES": str(PROXIES),
        "DREAMSEED_PUBLIC_URL": cluster.public_url,
        "OPA_URL": cluster.opa_url,
        "AWS_ENDPOINT_URL": cluster.services_url,
        "AWS_DEFAULT_REGION": cluster.region,
        **{name: address for name, address in located.items() if address is not None},
        **consumed,
    }


def queue_variable(name: str) -> str:
    """The variable that carries a queue's address."""
    return f"DREAMSEED_QUEUE_{name}".upper().replace("-", "_")


def _variable(grant: Grant) -> Manifest:
    match grant.kind:
        case "database":
            reference = {"secretKeyRef": {"name": DATABASE, "key": grant.action}}
            return {"name": grant.variable, "valueFrom": reference}
        case "subject_keys":
            reference = {"secretKeyRef": {"name": SUBJECT_KEYS, "key": grant.action}}
            return {"name": grant.variable, "valueFrom": reference}
        case "secret":
            return {"name": grant.variable, "value": f"file://{SECRETS_FOLDER}/{grant.name}"}
        case _:
            return {"name": grant.variable, "valueFrom": _from_addresses(grant.variable)}


def _from_addresses(key: str) -> Manifest:
    return {"configMapKeyRef": {"name": ADDRESSES, "key": key}}


def _locate(grant: Grant, plan: Plan, cluster: Cluster) -> str | None:
    """The address of what is granted; None for what a Secret holds."""
    match grant.kind:
        case "topics":
            return json.dumps(
                {topic: [cluster.queue_url(name) for name in names] for topic, names in plan.topics.items()}
            )
        case "workflow":
            return f"arn:aws:states:{cluster.region}:{cluster.account}:stateMachine:{grant.name}"
        case "job_queue":
            job = next(job for job in plan.jobs if job.name == grant.name)
            return json.dumps({"job_queue": job_queue_of(job), "job_definition": job.name})
        case "bucket":
            return f"s3://dreamseed-{grant.name}"
        case "sockets":
            return f"{cluster.public_url}/sockets"
        case "mail":
            return f"ses://{cluster.mail_from}"
        case "audit_sink":
            return cluster.audit_sink
        case _:
            return None
