"""Aurora PostgreSQL Serverless v2 behind RDS Proxy. Nobody has a password.

    function ──IAM token for one role──▶ RDS Proxy ──IAM token──▶ Aurora
                                                    administrator's secret, kept and rotated by RDS ──▶ `_make_roles`

A function signs in as the database role of its grant, and its IAM policy names that role and no other. The roles are
made through the Data API when the stack is deployed; migrations then grant them what each may touch.

There are two such clusters: the main one, and the small one of the subjects' keys, whose backups are kept for days
only, so that a destroyed key is soon in none of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_rds as rds
from aws_cdk import custom_resources as custom
from constructs import Construct

from dreamseed.database import key_store
from infra.cdk.acknowledged import acknowledge
from infra.cdk.database_roles import key_store_preparation, preparation
from infra.cdk.network import DATABASE, Network
from infra.resources import Environment

PORT = 5432
ENGINE = rds.DatabaseClusterEngine.aurora_postgres(version=rds.AuroraPostgresEngineVersion.VER_17_7)
AUTHORITIES = "/etc/pki/tls/certs/ca-bundle.crt"
"""The certificate authorities of Amazon Linux, where functions run; the container image links the same path."""
KEY_BACKUP_DAYS = 7
"""How long a destroyed key may live on in a backup: no longer than it takes to notice that the key store is lost."""


@dataclass(frozen=True)
class Settings:
    """What makes the clusters differ. `role_of_action`: the roles that functions sign in as, by action of a grant."""

    name: str
    preparation: str
    role_of_action: Mapping[str, str]
    backup_days: int
    minimum_acu: float
    maximum_acu: float


def main_settings(environment: Environment) -> Settings:
    """The database of everything but keys."""
    return Settings(
        name="dreamseed",
        preparation=preparation("dreamseed"),
        role_of_action={action: f"dreamseed_{action}" for action in ("owner", "read", "write", "erase", "system")},
        backup_days=environment.backup_days,
        minimum_acu=environment.minimum_acu,
        maximum_acu=environment.maximum_acu,
    )


def key_store_settings(environment: Environment) -> Settings:
    """The database of the subjects' keys: a row of a hundred bytes for each person, read once a minute at most."""
    return Settings(
        name="dreamseed_keys",
        preparation=key_store_preparation("dreamseed_keys"),
        role_of_action=key_store.ROLE_OF_ACTION,
        backup_days=min(KEY_BACKUP_DAYS, environment.backup_days),
        minimum_acu=0.5,
        maximum_acu=2,
    )


class Database(Construct):
    """A cluster, its proxy and its roles."""

    def __init__(
        self, scope: Construct, id: str, settings: Settings, environment: Environment, network: Network, key: kms.IKey
    ) -> None:
        super().__init__(scope, id)
        self.settings, self._environment, self._key = settings, environment, key
        self.cluster = self._make_cluster(network)
        self._make_roles()
        self.proxy = self._make_proxy(network)
        self.proxy.connections.allow_from(network.callers, ec2.Port.tcp(PORT), "Functions and jobs")
        network.callers.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(PORT), "The proxy of the database")

    def url(self, role: str) -> str:
        """Where a process that signs in as `role` connects. There is no password: the process signs a token."""
        return f"postgresql+psycopg://{role}@{self.proxy.endpoint}:{PORT}/{self.settings.name}?sslmode=verify-full&sslrootcert={AUTHORITIES}"

    def _make_cluster(self, network: Network) -> rds.DatabaseCluster:
        environment, settings = self._environment, self.settings
        return rds.DatabaseCluster(
            self,
            "Cluster",
            engine=ENGINE,
            vpc=network.vpc,
            vpc_subnets=DATABASE,
            default_database_name=settings.name,
            credentials=rds.Credentials.from_username("dreamseed_administrator"),
            manage_master_user_password=True,
            iam_authentication=True,
            enable_data_api=True,
            serverless_v2_min_capacity=settings.minimum_acu,
            serverless_v2_max_capacity=settings.maximum_acu,
            writer=rds.ClusterInstance.serverless_v2("Writer", enable_performance_insights=True),
            readers=[
                rds.ClusterInstance.serverless_v2(f"Reader{number}", scale_with_writer=True)
                for number in range(1, environment.readers + 1)
            ],
            storage_encrypted=True,
            storage_encryption_key=self._key,
            backup=rds.BackupProps(retention=Duration.days(settings.backup_days)),
            deletion_protection=environment.is_protected,
            removal_policy=RemovalPolicy.SNAPSHOT if environment.is_protected else RemovalPolicy.DESTROY,
            parameters={"rds.force_ssl": "1"},
            cloudwatch_logs_exports=["postgresql"],
        )

    def _make_roles(self) -> None:
        """Run the preparation once, and again whenever its text changes."""
        secret = self.cluster.secret
        if secret is None:
            raise LookupError("the cluster has no administrator's secret to prepare it with")
        call = custom.AwsSdkCall(
            service="RDSDataService",
            action="executeStatement",
            parameters={
                "resourceArn": self.cluster.cluster_arn,
                "secretArn": secret.secret_arn,
                "database": self.settings.name,
                "sql": self.settings.preparation,
            },
            physical_resource_id=custom.PhysicalResourceId.of("roles"),
        )
        statements = [
            iam.PolicyStatement(actions=["rds-data:ExecuteStatement"], resources=[self.cluster.cluster_arn]),
            iam.PolicyStatement(actions=["secretsmanager:GetSecretValue"], resources=[secret.secret_arn]),
        ]
        roles = custom.AwsCustomResource(
            self,
            "Roles",
            on_update=call,
            policy=custom.AwsCustomResourcePolicy.from_statements(statements),
            install_latest_aws_sdk=False,
            timeout=Duration.minutes(2),
        )
        roles.node.add_dependency(self.cluster)
        acknowledge(
            Stack.of(self),
            "The helper function that CDK brings for this one call logs by AWS's own policy.",
            "IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]",
        )

    def _make_proxy(self, network: Network) -> rds.DatabaseProxy:
        group = ec2.SecurityGroup(
            self, "ProxyGroup", vpc=network.vpc, description="The proxy of the database", allow_all_outbound=False
        )
        role = iam.Role(self, "ProxyRole", assumed_by=iam.ServicePrincipal("rds.amazonaws.com"))
        for name in self.settings.role_of_action.values():
            self.cluster.grant_connect(role, name)
        return rds.DatabaseProxy(
            self,
            "Proxy",
            proxy_target=rds.ProxyTarget.from_cluster(self.cluster),
            vpc=network.vpc,
            vpc_subnets=DATABASE,
            security_groups=[group],
            role=role,
            default_auth_scheme=rds.DefaultAuthScheme.IAM_AUTH,
            require_tls=True,
            idle_client_timeout=Duration.minutes(15),
            borrow_timeout=Duration.seconds(5),
        )
