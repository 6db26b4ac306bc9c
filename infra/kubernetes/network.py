"""Who may talk to whom: nobody, but for what is listed."""

from __future__ import annotations

from collections.abc import Iterable

from infra.kubernetes.names import DATABASE_LABEL, Manifest

DATABASE_PORT = 5432
PRODUCT = {"app.kubernetes.io/part-of": "dreamseed"}


def network_policies(services_ports: Iterable[int]) -> list[Manifest]:
    """The policies of the namespace. `services_ports` is where queues, blobs, workflows and a policy server answer."""
    return [
        _policy("deny-all", {}, ingress=[], egress=[]),
        _policy("allow-names", PRODUCT, egress=[_names()]),
        _policy("allow-requests", PRODUCT, ingress=[_from_gateways()]),
        _policy(
            "allow-services",
            PRODUCT,
            egress=[{"ports": [{"protocol": "TCP", "port": port} for port in sorted({443, *services_ports})]}],
        ),
        _policy(
            "allow-database",
            {DATABASE_LABEL: "granted"},
            egress=[{"ports": [{"protocol": "TCP", "port": DATABASE_PORT}]}],
        ),
    ]


def _policy(name: str, pods: dict[str, str], **rules: list[Manifest]) -> Manifest:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name},
        "spec": {
            "podSelector": {"matchLabels": pods} if pods else {},
            "policyTypes": [direction.capitalize() for direction in rules],
            **rules,
        },
    }


def _names() -> Manifest:
    return {
        "to": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}}}],
        "ports": [{"protocol": protocol, "port": 53} for protocol in ("UDP", "TCP")],
    }


def _from_gateways() -> Manifest:
    """Knative's own proxies, which buffer requests while a function starts and count them while it runs."""
    return {
        "from": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "knative-serving"}}}],
        "ports": [{"protocol": "TCP", "port": port} for port in (8012, 8013, 8080, 9090, 9091)],
    }
