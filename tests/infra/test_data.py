"""What must never be lost or seen: the database, the buckets, the secrets and the key."""

from __future__ import annotations

import pytest

from infra.plan import Plan
from tests.infra.templates import Resource, Templates

pytestmark = pytest.mark.synth


def test_both_databases_are_encrypted_backed_up_and_protected(templates: Templates) -> None:
    clusters = _by_name(templates, "AWS::RDS::DBCluster")

    assert clusters.keys() == {"Database", "KeyStore"}
    for cluster in clusters.values():
        assert cluster.properties["StorageEncrypted"] is True
        assert cluster.properties["DeletionProtection"] is True
        assert cluster.properties["EnableIAMDatabaseAuthentication"] is True
        assert cluster.properties["ManageMasterUserPassword"] is True
        assert "MasterUserPassword" not in cluster.properties


def test_a_destroyed_key_is_in_no_backup_after_a_week(templates: Templates) -> None:
    clusters = _by_name(templates, "AWS::RDS::DBCluster")

    assert clusters["Database"].properties["BackupRetentionPeriod"] == 35
    assert clusters["KeyStore"].properties["BackupRetentionPeriod"] == 7


def test_the_database_has_no_way_out_and_only_its_callers_have_a_way_in(templates: Templates) -> None:
    subnets = {subnet.reference: subnet for subnet in templates.of_type("AWS::EC2::Subnet")}
    groups = templates.of_type("AWS::RDS::DBSubnetGroup")
    isolated = {subnet for group in groups for subnet in group.properties["SubnetIds"]}
    tables = {
        association.properties["RouteTableId"]
        for association in templates.of_type("AWS::EC2::SubnetRouteTableAssociation")
        if association.properties["SubnetId"] in isolated
    }
    routes = [route for route in templates.of_type("AWS::EC2::Route") if route.properties["RouteTableId"] in tables]
    open_doors = [
        ingress
        for ingress in templates.of_type("AWS::EC2::SecurityGroupIngress")
        if "SourceSecurityGroupId" not in ingress.properties
    ]

    assert len(groups) == 2
    assert isolated <= subnets.keys()
    assert routes == []
    assert open_doors == []
    assert all(instance.properties["PubliclyAccessible"] is False for instance in _instances(templates))


def test_the_proxies_sign_in_by_iam_over_tls_and_hold_no_secret(templates: Templates) -> None:
    for proxy in _by_name(templates, "AWS::RDS::DBProxy").values():
        assert proxy.properties["DefaultAuthScheme"] == "IAM_AUTH"
        assert proxy.properties["RequireTLS"] is True
        assert "Auth" not in proxy.properties


@pytest.mark.parametrize(
    ("database", "actions"),
    [
        ("Database", ("owner", "read", "write", "erase", "system")),
        ("KeyStore", ("keys_owner", "keys_read", "keys_write", "keys_destroy")),
    ],
)
def test_a_proxy_may_sign_in_as_the_roles_of_its_database_only(
    templates: Templates, database: str, actions: tuple[str, ...]
) -> None:
    proxy = _by_name(templates, "AWS::RDS::DBProxy")[database]

    roles = {
        resource.rsplit("/", 1)[1]
        for statement in templates.statements_of(proxy.properties["RoleArn"])
        if "rds-db:connect" in statement["Action"]
        for resource in ([statement["Resource"]] if isinstance(statement["Resource"], str) else statement["Resource"])
    }
    assert roles == {f"dreamseed_{action}" for action in actions}


def test_buckets_are_private_encrypted_versioned_and_reached_over_tls(plan: Plan, templates: Templates) -> None:
    policies = {policy.properties["Bucket"]: policy for policy in templates.of_type("AWS::S3::BucketPolicy")}
    buckets = templates.of_type("AWS::S3::Bucket")

    assert len(buckets) == len(plan.buckets) + 1, "and one for access logs"
    for bucket in buckets:
        assert set(bucket.properties["PublicAccessBlockConfiguration"].values()) == {True}
        assert bucket.properties["BucketEncryption"]
        assert _refuses_plain_text(policies[bucket.reference])
        if not bucket.id.startswith("accesslogs"):
            assert bucket.properties["VersioningConfiguration"] == {"Status": "Enabled"}
            assert "LoggingConfiguration" in bucket.properties


def test_data_outlives_the_stack_in_production(templates: Templates) -> None:
    data = templates.by_stack["DreamSeed-production-Data"]["Resources"].values()
    kept = {"AWS::S3::Bucket", "AWS::RDS::DBCluster", "AWS::KMS::Key", "AWS::SecretsManager::Secret"}

    policies = [(raw["Type"], raw["DeletionPolicy"]) for raw in data if raw["Type"] in kept]
    assert {type for type, _ in policies} == kept
    assert all(policy in ("Retain", "Snapshot") for _, policy in policies), policies


def test_in_development_nothing_is_left_of_a_stack_that_is_deleted(dev_templates: Templates) -> None:
    stacks = [template["Resources"].values() for template in dev_templates.by_stack.values()]

    assert not [raw["Type"] for stack in stacks for raw in stack if raw.get("DeletionPolicy") in ("Retain", "Snapshot")]


def test_a_secret_is_32_random_bytes_that_no_template_holds(plan: Plan, templates: Templates) -> None:
    secrets = templates.of_type("AWS::SecretsManager::Secret")

    assert len(secrets) == len(plan.secrets)
    for secret in secrets:
        generated = secret.properties["GenerateSecretString"]
        left = set("abcdefghijklmnopqrstuvwxyz0123456789") - set(generated["ExcludeCharacters"])
        assert left == set("0123456789abcdef")
        assert generated["PasswordLength"] == 64
        assert generated["ExcludeUppercase"] is True
        assert generated["ExcludePunctuation"] is True
        assert "SecretString" not in secret.properties


def test_the_key_is_rotated(templates: Templates) -> None:
    (key,) = templates.of_type("AWS::KMS::Key")

    assert key.properties["EnableKeyRotation"] is True


def _by_name(templates: Templates, type: str) -> dict[str, Resource]:
    """The resources of a type that each of the two databases has one of."""
    return {"KeyStore" if each.id.startswith("KeyStore") else "Database": each for each in templates.of_type(type)}


def _instances(templates: Templates) -> list[Resource]:
    instances = templates.of_type("AWS::RDS::DBInstance")
    assert instances
    return instances


def _refuses_plain_text(policy: Resource) -> bool:
    return any(
        statement["Effect"] == "Deny" and statement.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}
        for statement in policy.properties["PolicyDocument"]["Statement"]
    )
