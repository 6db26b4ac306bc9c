"""Grants on AWS: the one place where a right becomes an address for the environment and a statement for the policy.

Each method below returns both, so that a function can neither reach what it may not use nor use what it cannot reach.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

from aws_cdk import ArnFormat, Fn, Stack
from aws_cdk import aws_iam as iam

from dreamseed.function import Function
from dreamseed.needs import Grant
from infra.cdk.data_stack import DataStack
from infra.cdk.database import Database
from infra.cdk.names import batch_arn, execution_arns, physical_name, state_machine_arn
from infra.cdk.queues import QueuePair
from infra.cdk.socket_api import SocketApi
from infra.plan import Plan, job_queue_of
from infra.resources import PROXIES, Environment

SEND = ["sqs:SendMessage"]
READ_OBJECTS = ["s3:GetObject"]
WRITE_OBJECTS = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"]
REPORT_TASK = ["states:SendTaskSuccess", "states:SendTaskFailure", "states:SendTaskHeartbeat"]


@dataclass(frozen=True)
class Granted:
    """What a grant comes to: the value of its variable and the statements of its policy."""

    address: str
    statements: tuple[iam.PolicyStatement, ...]


@dataclass(frozen=True)
class Shared:
    """What all functions of a deployment may be granted, beside the data."""

    queues: Mapping[str, QueuePair]
    sockets: SocketApi
    public_url: str


class Grants:
    """Resolves grants against the resources of one deployment."""

    def __init__(self, plan: Plan, environment: Environment, data: DataStack, shared: Shared) -> None:
        self._plan, self._environment, self._data = plan, environment, data
        self._scope, self._queues, self._sockets = shared.sockets, shared.queues, shared.sockets
        self._public_url = shared.public_url

    def environment(self, function: Function) -> dict[str, str]:
        """The environment variables of a function: its grants, and where the product is on the web."""
        variables = {grant.variable: self.resolve(grant).address for grant in function.needs.grants}
        decides = {"OPA_URL": self._environment.opa_url} if self._environment.opa_url else {}
        return {"DREAMSEED_PROXIES": str(PROXIES), "DREAMSEED_PUBLIC_URL": self._public_url, **decides, **variables}

    def statements(self, function: Function) -> Iterable[iam.PolicyStatement]:
        """The policy of a function, as far as its grants make it."""
        return chain.from_iterable(self.resolve(grant).statements for grant in function.needs.grants)

    def resolve(self, grant: Grant) -> Granted:
        """The address and statements of one grant."""
        match grant.kind:
            case "database":
                return self._sign_in(self._data.database, grant)
            case "subject_keys":
                return self._sign_in(self._data.key_store, grant)
            case "topics":
                return self._topics()
            case "workflow":
                return self._workflow(grant)
            case "job_queue":
                return self._job_queue(grant)
            case "bucket":
                return self._bucket(grant)
            case "secret":
                return self._secret(grant)
            case "sockets":
                return self._post_to_sockets()
            case "mail":
                return self._mail()
            case "audit_sink":
                return self._audit_sink()

    def _sign_in(self, database: Database, grant: Grant) -> Granted:
        role = database.settings.role_of_action[grant.action]
        proxy_id = Fn.select(6, Fn.split(":", database.proxy.db_proxy_arn))
        user = Stack.of(self._scope).format_arn(
            service="rds-db",
            resource="dbuser",
            resource_name=f"{proxy_id}/{role}",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        return Granted(database.url(role), (_allow(["rds-db:connect"], user),))

    def _topics(self) -> Granted:
        addresses = {
            topic: [self._queues[name].main.queue_url for name in names] for topic, names in self._plan.topics.items()
        }
        arns = [pair.main.queue_arn for pair in self._queues.values()]
        return Granted(Stack.of(self._scope).to_json_string(addresses), (_allow(SEND, *arns),) if arns else ())

    def _workflow(self, grant: Grant) -> Granted:
        machine = state_machine_arn(self._scope, self._environment, grant.name)
        executions = execution_arns(self._scope, self._environment, grant.name)
        return Granted(
            machine,
            (
                _allow(["states:StartExecution", *REPORT_TASK], machine),
                _allow(["states:StopExecution", "states:DescribeExecution"], executions),
            ),
        )

    def _job_queue(self, grant: Grant) -> Granted:
        job = next(job for job in self._plan.jobs if job.name == grant.name)
        queue = physical_name(self._environment, job_queue_of(job))
        definition = physical_name(self._environment, job.name)
        definitions = [batch_arn(self._scope, "job-definition", name) for name in (definition, f"{definition}:*")]
        return Granted(
            Stack.of(self._scope).to_json_string({"job_queue": queue, "job_definition": definition}),
            (
                _allow(["batch:SubmitJob"], batch_arn(self._scope, "job-queue", queue), *definitions),
                _allow(["batch:TerminateJob", "batch:CancelJob"], batch_arn(self._scope, "job", "*")),
            ),
        )

    def _bucket(self, grant: Grant) -> Granted:
        bucket = self._data.buckets[grant.name]
        is_writer = grant.action == "write"
        objects = _allow(WRITE_OBJECTS if is_writer else READ_OBJECTS, bucket.arn_for_objects("*"))
        # Without the right to list, a missing object looks forbidden.
        listing = _allow(["s3:ListBucket"], bucket.bucket_arn)
        key = _allow(["kms:Decrypt", "kms:GenerateDataKey"] if is_writer else ["kms:Decrypt"], self._data.key.key_arn)
        return Granted(f"s3://{bucket.bucket_name}", (objects, listing, key))

    def _secret(self, grant: Grant) -> Granted:
        secret = self._data.secrets[grant.name]
        return Granted(
            secret.secret_arn,
            (
                _allow(["secretsmanager:GetSecretValue"], secret.secret_arn),
                _allow(["kms:Decrypt"], self._data.key.key_arn),
            ),
        )

    def _post_to_sockets(self) -> Granted:
        return Granted(
            self._sockets.management_url, (_allow(["execute-api:ManageConnections"], self._sockets.connections_arn),)
        )

    def _mail(self) -> Granted:
        sender = self._environment.mail_from
        identity = Stack.of(self._scope).format_arn(
            service="ses", resource="identity", resource_name=sender.partition("@")[2]
        )
        return Granted(f"ses://{sender}", (_allow(["ses:SendEmail"], identity),))

    def _audit_sink(self) -> Granted:
        """A stream of somebody's own, which this role may put records into; nothing where there is none."""
        address = self._environment.audit_sink
        if not address.startswith("kinesis://"):
            return Granted(address, ())
        stream = Stack.of(self._scope).format_arn(
            service="kinesis", resource="stream", resource_name=address.removeprefix("kinesis://")
        )
        return Granted(address, (_allow(["kinesis:PutRecords"], stream),))


def _allow(actions: list[str], *resources: str) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=actions, resources=list(resources))
