"""All manifests of the product."""

from __future__ import annotations

from urllib.parse import urlsplit

from infra.kubernetes.cluster import Cluster
from infra.kubernetes.environment import ADDRESSES, addresses
from infra.kubernetes.names import Manifest
from infra.kubernetes.network import network_policies
from infra.kubernetes.workloads import workload
from infra.plan import Plan


def render(plan: Plan, cluster: Cluster) -> list[Manifest]:
    """The namespace first, then what all share, then the functions in the order of the catalogue."""
    ports = [_port(url) for url in (cluster.services_url, cluster.opa_url) if url]
    shared = [_addresses(plan, cluster), *network_policies(ports)]
    functions = [manifest for function in plan.functions for manifest in workload(function, cluster)]
    for manifest in (*shared, *functions):
        manifest["metadata"]["namespace"] = cluster.namespace
    return [_namespace(cluster), *shared, *functions]


def _port(url: str) -> int:
    address = urlsplit(url)
    return address.port or (443 if address.scheme == "https" else 80)


def _namespace(cluster: Cluster) -> Manifest:
    """The namespace refuses pods that are less restricted than ours."""
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": cluster.namespace, "labels": {"pod-security.kubernetes.io/enforce": "restricted"}},
    }


def _addresses(plan: Plan, cluster: Cluster) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": ADDRESSES},
        "data": addresses(plan, cluster),
    }
