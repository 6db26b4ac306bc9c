"""The environment of each function: the addresses of what it was granted, and nothing else.

A function that uses what it did not declare finds no address, so the mistake shows here and not in production.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from dreamseed.needs import Grant
from host.declarations import Declaration
from host.localstack.supervisor import REGION
from host.postgres import Database, KeyAction, Role
from host.storage import key_set_file, mail_folder
from infra.plan import JOB_QUEUE

ACCOUNT = "000000000000"


@dataclass(frozen=True)
class Resources:
    """Where everything is in this local cloud. URLs without a final slash."""

    data_dir: Path
    database: Database
    public_url: str
    internal_url: str
    """The host's own APIs: Invoke, Batch, `@connections`."""
    localstack_url: str
    topics: dict[str, list[str]] = field(default_factory=dict)
    """The names of the queues that each topic goes to."""

    def queue_url(self, name: str) -> str:
        """A queue's URL at LocalStack, known before the queue exists."""
        return f"{self.localstack_url}/queue/{REGION}/{ACCOUNT}/{name}"

    def environment(self, declaration: Declaration) -> dict[str, str]:
        """All variables of a function, apart from those that its runtime sets."""
        granted = {grant.variable: self._address(grant) for grant in declaration.needs.grants}
        return self.base_environment() | granted

    def base_environment(self) -> dict[str, str]:
        """What every process of the product gets."""
        return {
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL": self.localstack_url,
            "AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI": self.internal_url,
            "AWS_ENDPOINT_URL_BATCH": self.internal_url,
            "AWS_REGION": REGION,
            "AWS_SECRET_ACCESS_KEY": "local",  # LocalStack takes any  # nosec B105
            "DREAMSEED_JWKS_URL": key_set_file(self.data_dir).as_uri(),
            "DREAMSEED_PUBLIC_URL": self.public_url,
            "DREAMSEED_WEB_ORIGINS": os.environ.get("DREAMSEED_WEB_ORIGINS", ""),
            "NO_PROXY": "127.0.0.1,localhost",
            "OPA_URL": os.environ.get("OPA_URL", ""),
            "OPENBLAS_NUM_THREADS": "1",
            "PATH": "/usr/local/bin:/usr/bin:/bin",
        }

    def _address(self, grant: Grant) -> str:
        match grant.kind:
            case "database":
                return self.database.url(cast(Role, grant.action))
            case "subject_keys":
                return self.database.keys_url(cast(KeyAction, grant.action))
            case "topics":
                urls = {topic: [self.queue_url(name) for name in names] for topic, names in self.topics.items()}
                return json.dumps(urls)
            case "workflow":
                return state_machine_arn(grant.name)
            case "job_queue":
                return json.dumps({"job_queue": JOB_QUEUE, "job_definition": grant.name})
            case "bucket":
                return (self.data_dir / "blobs" / grant.name).as_uri()
            case "secret":
                return (self.data_dir / "secrets" / grant.name).as_uri()
            case "sockets":
                return self.internal_url
            case "mail":
                return mail_folder(self.data_dir).as_uri()
            case "audit_sink":
                return os.environ.get("DREAMSEED_AUDIT_SINK", "log:")


def function_arn(name: str) -> str:
    """The ARN of a function."""
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"


def state_machine_arn(name: str) -> str:
    """The ARN of a state machine."""
    return f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{name}"


def queue_arn(name: str) -> str:
    """The ARN of a queue."""
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"
