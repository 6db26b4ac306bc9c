"""The workload of each kind of trigger."""

from __future__ import annotations

import hashlib

from dreamseed.function import Function
from dreamseed.needs import JOB_FAILED, Deployment, Http, Job, Queue, Schedule
from infra.kubernetes.cluster import Cluster
from infra.kubernetes.cron import cron_expression
from infra.kubernetes.environment import ADDRESSES, queue_variable
from infra.kubernetes.names import Manifest, labels, metadata, object_name
from infra.kubernetes.pods import container, pod_spec, pod_template
from infra.resources import JOBS, SCHEDULE_TIME_ZONE

PORT = 8080
MAXIMUM_REPLICAS = 50
MAXIMUM_CONSUMERS = 10
ATTEMPTS = 3
NEVER = "0 0 31 2 *"
"""The thirty-first of February: a suspended CronJob must have a schedule, and this one could do no harm."""


def workload(function: Function, cluster: Cluster) -> list[Manifest]:
    """The objects that run a function; none for a step or a socket, which something else calls."""
    match function.needs.trigger:
        case Http() as http:
            return [_service(function, cluster), _route(function, http, cluster)]
        case Queue() as queue:
            return [_consumer(function, queue, cluster), _scaler(function, queue, cluster)]
        case Schedule() as schedule:
            return [_clock(function, schedule, cluster)]
        case Deployment():
            return [_preparation(function, cluster)]
        case Job() as job:
            return [_job_template(function, job, cluster)]
        case _:
            return []


def _service(function: Function, cluster: Cluster) -> Manifest:
    arguments = ["dreamseed.serve", function.module, "--host", "0.0.0.0", "--port", str(PORT)]  # noqa: S104 - in a pod of its own  # nosec B104
    made = container(function, cluster, arguments)
    made["ports"] = [{"name": "http1", "containerPort": PORT}]
    # A function answers its own path only, so that whether it listens is all that can be asked without a caller.
    made["readinessProbe"] = {"tcpSocket": {"port": PORT}, "periodSeconds": 1, "failureThreshold": 30}
    made["livenessProbe"] = {"tcpSocket": {"port": PORT}, "periodSeconds": 10, "failureThreshold": 3}
    spec = pod_spec(function, made) | {
        "containerConcurrency": 1,  # handlers run inline, one request at a time
        "timeoutSeconds": function.needs.timeout_seconds,
    }
    scale = {"autoscaling.knative.dev/min-scale": "0", "autoscaling.knative.dev/max-scale": str(MAXIMUM_REPLICAS)}
    return {
        "apiVersion": "serving.knative.dev/v1",
        "kind": "Service",
        "metadata": metadata(function),
        "spec": {"template": {"metadata": {"labels": labels(function), "annotations": scale}, "spec": spec}},
    }


def _route(function: Function, http: Http, cluster: Cluster) -> Manifest:
    name = object_name(function.name)
    inside = f"{name}.{cluster.namespace}.svc.cluster.local"
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": metadata(function),
        "spec": {
            "parentRefs": [{"name": cluster.gateway}],
            "hostnames": [cluster.host],
            "rules": [
                {
                    "matches": [{"method": http.method, "path": _path_match(http.path)}],
                    "filters": [{"type": "URLRewrite", "urlRewrite": {"hostname": inside}}],
                    "backendRefs": [{"name": name, "port": 80}],
                }
            ],
        },
    }


def _path_match(path: str) -> Manifest:
    if "{" not in path:
        return {"type": "Exact", "value": path}
    segments = ["[^/]+" if segment.startswith("{") else segment.replace(".", r"\.") for segment in path.split("/")]
    return {"type": "RegularExpression", "value": "/".join(segments)}


def _consumer(function: Function, queue: Queue, cluster: Cluster) -> Manifest:
    made = container(function, cluster, ["infra.container.consume", function.module])
    address = {"configMapKeyRef": {"name": ADDRESSES, "key": queue_variable(queue.name)}}
    made["env"].append({"name": "DREAMSEED_CONSUMES", "valueFrom": address})
    name = {"app.kubernetes.io/name": object_name(function.name)}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": metadata(function),
        "spec": {
            "selector": {"matchLabels": name},
            "template": pod_template(function, made),
        },
    }


def _scaler(function: Function, queue: Queue, cluster: Cluster) -> Manifest:
    return {
        "apiVersion": "keda.sh/v1alpha1",
        "kind": "ScaledObject",
        "metadata": metadata(function),
        "spec": {
            "scaleTargetRef": {"name": object_name(function.name)},
            "minReplicaCount": 0,
            "maxReplicaCount": MAXIMUM_CONSUMERS,
            "triggers": [
                {
                    "type": "aws-sqs-queue",
                    "metadata": {
                        "queueURL": cluster.queue_url(queue.name),
                        "queueLength": str(queue.batch_size),
                        "awsRegion": cluster.region,
                        "awsEndpoint": cluster.services_url,
                    },
                }
            ],
        },
    }


def _clock(function: Function, schedule: Schedule, cluster: Cluster) -> Manifest:
    made = container(function, cluster, ["infra.container.call", function.module])
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": metadata(function),
        "spec": {
            "schedule": cron_expression(schedule.expression),
            "timeZone": f"Etc/{SCHEDULE_TIME_ZONE}",
            "concurrencyPolicy": "Forbid",
            "startingDeadlineSeconds": 300,
            "successfulJobsHistoryLimit": 1,
            "failedJobsHistoryLimit": 3,
            "jobTemplate": {"spec": _run_once(function, made, function.needs.timeout_seconds)},
        },
    }


def _preparation(function: Function, cluster: Cluster) -> Manifest:
    """A job of this image: a new image makes a new one, and the same image finds it done."""
    made = container(function, cluster, ["infra.container.call", function.module])
    spec = _run_once(function, made, function.needs.timeout_seconds)
    del spec["ttlSecondsAfterFinished"]
    named = metadata(function)
    named["name"] += f"-{hashlib.sha256(cluster.image.encode()).hexdigest()[:8]}"
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": named, "spec": spec | {"backoffLimit": ATTEMPTS}}


def _job_template(function: Function, job: Job, cluster: Cluster) -> Manifest:
    made = container(function, cluster, ["dreamseed.job_main", function.module])
    made["resources"]["requests"]["cpu"] = made["resources"]["limits"]["cpu"] = str(job.vcpus)
    if job.gpus:
        made["resources"]["limits"]["nvidia.com/gpu"] = str(job.gpus)
    spec = _run_once(function, made, JOBS.attempt_seconds) | {
        "backoffLimit": JOBS.attempts - 1,
        "podFailurePolicy": {
            "rules": [{"action": "FailJob", "onExitCodes": {"operator": "In", "values": [JOB_FAILED]}}]
        },
    }
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": metadata(function),
        "spec": {"schedule": NEVER, "suspend": True, "jobTemplate": {"spec": spec}},
    }


def _run_once(function: Function, made: Manifest, seconds: int) -> Manifest:
    """A job's spec. It is not tried again: the next tick does what it left undone."""
    template = pod_template(function, made)
    template["spec"]["restartPolicy"] = "Never"
    return {
        "backoffLimit": 0,
        "activeDeadlineSeconds": seconds,
        "ttlSecondsAfterFinished": 3600,
        "template": template,
    }
