"""The same catalogue as Kubernetes manifests, valid for the API server and safe by the restricted standard."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import kubernetes_validate  # type: ignore[import-untyped]
import pytest
import yaml  # type: ignore[import-untyped]

from dreamseed.needs import (
    JOB_FAILED,
    Deployment,
    Http,
    Job,
    Needs,
    Queue,
    Schedule,
    Socket,
    Step,
    bucket,
    database,
    secret,
)
from infra.kubernetes.cluster import Cluster
from infra.kubernetes.environment import addresses
from infra.kubernetes.names import object_name
from infra.kubernetes.render import render
from infra.kubernetes.workloads import workload
from infra.plan import Plan
from infra.resources import JOBS
from tests.infra.declarations import declare

ROOT = Path(__file__).resolve().parents[2]
CLUSTER = Cluster("registry.example/dreamseed:1", "learn.example", "http://services.example:4566")
CORE = ("v1", "apps/v1", "batch/v1", "networking.k8s.io/v1")
OLDEST_VERSION = "1.29"

Manifest = dict[str, Any]

NAME_LABEL = "app.kubernetes.io/name"
KINDS = {
    Http: {"Service", "HTTPRoute"},
    Queue: {"Deployment", "ScaledObject"},
    Schedule: {"CronJob"},
    Deployment: {"Job"},
    Job: {"CronJob"},
    Step: set(),
    Socket: set(),
}


@pytest.fixture(scope="module")
def manifests(plan: Plan) -> list[Manifest]:
    """All manifests of the product."""
    return render(plan, CLUSTER)


def test_every_function_is_rendered_as_its_trigger_asks(plan: Plan, manifests: list[Manifest]) -> None:
    for function in plan.functions:
        name = object_name(function.name)
        kinds = {item["kind"] for item in manifests if item["metadata"].get("labels", {}).get(NAME_LABEL) == name}

        assert kinds == KINDS[type(function.needs.trigger)], function.name


def test_manifests_of_kubernetes_own_kinds_are_valid(manifests: list[Manifest]) -> None:
    core = [manifest for manifest in manifests if manifest["apiVersion"] in CORE]
    assert core

    for manifest in core:
        for version in (OLDEST_VERSION, kubernetes_validate.latest_version()):
            kubernetes_validate.validate(manifest, version, strict=True)


def test_every_pod_is_restricted(manifests: list[Manifest]) -> None:
    for pod in _pods(manifests):
        (container,) = pod["containers"]
        security = container["securityContext"]

        assert security["runAsNonRoot"] is True
        assert security["runAsUser"] > 0
        assert security["readOnlyRootFilesystem"] is True
        assert security["allowPrivilegeEscalation"] is False
        assert security["capabilities"] == {"drop": ["ALL"]}
        assert security["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod["automountServiceAccountToken"] is False
        assert container["resources"]["limits"]["memory"] == container["resources"]["requests"]["memory"]


def test_a_pod_gets_the_variables_of_its_grants_and_no_others(plan: Plan, manifests: list[Manifest]) -> None:
    for function in plan.functions:
        name = object_name(function.name)
        pods = _pods([item for item in manifests if item["metadata"].get("labels", {}).get(NAME_LABEL) == name])
        if not pods:
            continue
        given = {variable["name"] for variable in pods[0]["containers"][0]["env"]}

        declared = {grant.variable for grant in function.needs.grants}
        shared = {"DREAMSEED_PROXIES", "DREAMSEED_PUBLIC_URL", "OPA_URL", "AWS_ENDPOINT_URL", "AWS_DEFAULT_REGION"}
        consumed = {"DREAMSEED_CONSUMES"} if isinstance(function.needs.trigger, Queue) else set()
        assert given == declared | shared | consumed, function.name


def test_every_address_that_a_pod_refers_to_is_in_the_config_map(plan: Plan, manifests: list[Manifest]) -> None:
    known = addresses(plan, CLUSTER).keys()

    references = [
        variable["valueFrom"]["configMapKeyRef"]["key"]
        for pod in _pods(manifests)
        for variable in pod["containers"][0]["env"]
        if "configMapKeyRef" in variable.get("valueFrom", {})
    ]
    assert references
    assert set(references) <= known


def test_a_policy_server_is_named_to_every_pod_and_may_be_reached(plan: Plan) -> None:
    made = render(plan, replace(CLUSTER, opa_url="http://opa.policies.svc:8181"))

    (config,) = (item for item in made if item["kind"] == "ConfigMap")
    (policy,) = (item for item in made if item["metadata"]["name"] == "allow-services")
    assert config["data"]["OPA_URL"] == "http://opa.policies.svc:8181"
    assert [each["port"] for each in policy["spec"]["egress"][0]["ports"]] == [443, 4566, 8181]


def test_no_manifest_holds_a_credential(manifests: list[Manifest]) -> None:
    text = yaml.safe_dump_all(manifests)

    assert not [manifest for manifest in manifests if manifest["kind"] == "Secret"]
    assert "postgresql" not in text


def test_a_pod_mounts_the_secrets_of_its_grants_only() -> None:
    function = declare("sign", Needs(Http("GET", "/sign", "public"), grants=(secret("signing_keys"),)))

    (pod,) = _pods(workload(function, CLUSTER))

    (secrets,) = [volume["secret"] for volume in pod["volumes"] if "secret" in volume]
    assert secrets["items"] == [{"key": "signing_keys", "path": "signing_keys"}]
    variables = {variable["name"]: variable for variable in pod["containers"][0]["env"]}
    assert variables["DREAMSEED_SECRET_SIGNING_KEYS"]["value"] == "file:///run/secrets/dreamseed/signing_keys"


def test_a_pod_signs_in_to_the_database_as_the_role_of_its_grant() -> None:
    function = declare("read", Needs(Http("GET", "/read", "public"), grants=(database("read"),)))

    (pod,) = _pods(workload(function, CLUSTER))

    variables = {variable["name"]: variable for variable in pod["containers"][0]["env"]}
    reference = variables["DREAMSEED_DATABASE_MAIN"]["valueFrom"]["secretKeyRef"]
    assert reference == {"name": "dreamseed-database", "key": "read"}


def test_nobody_talks_to_the_database_but_pods_that_are_granted_it(plan: Plan, manifests: list[Manifest]) -> None:
    policies = {item["metadata"]["name"]: item["spec"] for item in manifests if item["kind"] == "NetworkPolicy"}
    labelled = {
        manifest["metadata"]["labels"][NAME_LABEL]
        for manifest in manifests
        if manifest["metadata"].get("labels", {}).get("dreamseed.dev/database") == "granted"
    }

    assert policies["deny-all"] == {
        "podSelector": {},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [],
        "egress": [],
    }
    reaching = [name for name, spec in policies.items() if 5432 in _egress_ports(spec)]
    assert reaching == ["allow-database"]
    assert policies["allow-database"]["podSelector"]["matchLabels"] == {"dreamseed.dev/database": "granted"}
    granted = {object_name(item.name) for item in plan.functions if item.grant("database") is not None}
    assert labelled <= granted


def test_a_path_with_parameters_matches_one_segment_for_each() -> None:
    function = declare("read", Needs(Http("GET", "/api/v1/sessions/{id}/result", "x:y")))

    route = next(item for item in workload(function, CLUSTER) if item["kind"] == "HTTPRoute")

    (rule,) = route["spec"]["rules"]
    assert rule["matches"] == [
        {"method": "GET", "path": {"type": "RegularExpression", "value": "/api/v1/sessions/[^/]+/result"}}
    ]


def test_a_gpu_job_asks_for_its_gpus_and_runs_only_when_it_is_started() -> None:
    function = declare("render", Needs(Job(vcpus=4, gpus=1), grants=(bucket("results", "write"),), memory_mb=8192))

    (template,) = workload(function, CLUSTER)

    assert template["spec"]["suspend"] is True
    (pod,) = _pods([template])
    assert pod["containers"][0]["resources"]["limits"]["nvidia.com/gpu"] == "1"


def test_a_batch_job_is_tried_again_unless_its_work_failed() -> None:
    function = declare("render", Needs(Job()))

    (template,) = workload(function, CLUSTER)

    spec = template["spec"]["jobTemplate"]["spec"]
    assert spec["backoffLimit"] == JOBS.attempts - 1
    (rule,) = spec["podFailurePolicy"]["rules"]
    assert rule == {"action": "FailJob", "onExitCodes": {"operator": "In", "values": [JOB_FAILED]}}


def test_what_prepares_a_deployment_runs_once_for_each_image() -> None:
    function = declare("migrate_database", Needs(Deployment(), grants=(database("owner"),), timeout_seconds=300))
    newer = Cluster("registry.example/dreamseed:2", CLUSTER.host, CLUSTER.services_url)

    (first,), (again,), (second,) = (workload(function, cluster) for cluster in (CLUSTER, CLUSTER, newer))

    assert first == again
    assert first["kind"] == "Job"
    assert first["metadata"]["name"].startswith("migrate-database-")
    assert first["metadata"]["name"] != second["metadata"]["name"]


def test_the_command_prints_all_manifests_as_yaml(plan: Plan) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "infra.kubernetes"], cwd=ROOT, capture_output=True, text=True, check=True
    )

    printed = list(yaml.safe_load_all(done.stdout))
    assert printed[0]["kind"] == "Namespace"
    assert len(printed) == len(render(plan, CLUSTER))


def _pods(manifests: list[Manifest]) -> list[Manifest]:
    """The pod specs in the manifests."""
    found = []
    for manifest in manifests:
        spec = manifest.get("spec", {})
        spec = spec.get("jobTemplate", {}).get("spec", spec)
        if "containers" in spec.get("template", {}).get("spec", {}):
            found.append(spec["template"]["spec"])
    return found


def _egress_ports(spec: Manifest) -> list[int]:
    return [port["port"] for rule in spec.get("egress", ()) for port in rule.get("ports", ())]
