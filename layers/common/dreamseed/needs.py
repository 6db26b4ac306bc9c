"""What a function needs, declared once beside its code.

Plain frozen data from the standard library only: CDK, the Kubernetes manifests, the local host, the OpenAPI document,
the authorisation matrix and the docs all read it, and none of them may pay for more than this file.

    trigger   what calls the function:   Http  Queue  Schedule  Deployment  Step  Job  Socket
    grants    what the function may use: database  subject_keys  topics  workflow  job_queue  bucket
                                         secret  sockets  mail  audit_sink
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
GrantKind = Literal[
    "database",
    "subject_keys",
    "topics",
    "workflow",
    "job_queue",
    "bucket",
    "secret",
    "sockets",
    "mail",
    "audit_sink",
]
Layer = Literal["common", "irt_core"]

PUBLIC = "public"
"""The permission of an endpoint that anyone may call without signing in."""


@dataclass(frozen=True)
class Http:
    """An HTTP request through the gateway. `permission` is `resource:action[:scope]` or PUBLIC.

    `also` are other statuses of success, which the function chooses by its `Reply`. `media_type` is what a reply is
    when it is no JSON. `idempotency` says how a repeated POST is recognised: "key" stores the reply under the
    Idempotency-Key header, "natural" means that the function's own write is already unique (a retried answer is the
    same answer). `is_sensitive`: whether the caller is still signed in, and still holds the permission, is asked at
    this moment; other endpoints believe a token of up to ten minutes.
    `is_audited`: whether calls stand in the audit log, which None leaves to the method: all but GET. It is False where
    a learner's own answers are the record themselves, and True for a GET that shows somebody what is another person's.
    """

    method: Method
    path: str
    permission: str
    status: int = 200
    also: tuple[int, ...] = ()
    media_type: str = "application/json"
    max_body_bytes: int = 64 * 1024
    idempotency: Literal["key", "natural"] = "key"
    is_sensitive: bool = False
    is_audited: bool | None = None

    @property
    def leaves_a_trail(self) -> bool:
        """Whether its calls stand in the audit log; see `is_audited`."""
        if self.permission == PUBLIC:
            return False
        return self.method != "GET" if self.is_audited is None else self.is_audited


@dataclass(frozen=True)
class Queue:
    """Messages of one topic, delivered at least once through the named queue.

    A function that takes `db` handles each of them once: its work is committed together with the note of it.
    """

    name: str
    topic: str
    batch_size: int = 10
    max_receive_count: int = 4


@dataclass(frozen=True)
class Schedule:
    """A clock. `expression` is EventBridge's, e.g. `rate(1 minute)`.

    What works across organisations leaves an entry in the platform's own audit log whenever it has done something:
    `is_audited` turns that off where it carries messages only, entries of the log among them.
    """

    expression: str
    is_audited: bool = True


@dataclass(frozen=True)
class Deployment:
    """A new version: called once for each, before any other of its functions takes traffic; called again on failure."""


@dataclass(frozen=True)
class Step:
    """One state of a state machine, called with `{"org_id", "job_id", ...}`; its result is stored and never redone."""


JOB_FAILED = 1
"""The exit status of a batch job whose work failed, as it would again. After any other it is worth another try."""


@dataclass(frozen=True)
class Job:
    """A batch job: a whole process of its own, for work that outlasts a function. Sizes as AWS Batch takes them."""

    vcpus: int = 1
    gpus: int = 0


@dataclass(frozen=True)
class Socket:
    """A WebSocket route: `$connect`, `$disconnect` or `$default`."""

    route: Literal["$connect", "$disconnect", "$default"]
    permission: str


Trigger = Http | Queue | Schedule | Deployment | Step | Job | Socket


@dataclass(frozen=True)
class Grant:
    """A right that a function holds, e.g. ("bucket", "results", "write")."""

    kind: GrantKind
    name: str
    action: str

    @property
    def variable(self) -> str:
        """The environment variable that carries the resource's address: the one place where a name becomes one."""
        return f"DREAMSEED_{self.kind}_{self.name}".upper().replace("-", "_")


@dataclass(frozen=True)
class Needs:
    """Everything a platform must give a function. Some grants bring others, which are added here."""

    trigger: Trigger
    grants: tuple[Grant, ...] = ()
    layers: tuple[Layer, ...] = ("common",)
    memory_mb: int = 512
    timeout_seconds: int = 10

    def __post_init__(self) -> None:
        if isinstance(self.trigger, Http) and self.trigger.leaves_a_trail:
            rest = tuple(grant for grant in self.grants if grant != subject_keys("read"))
            is_enough = any(grant.kind == "subject_keys" for grant in rest)
            object.__setattr__(self, "grants", rest if is_enough else (*rest, subject_keys("write")))
        if any(grant.kind == "subject_keys" for grant in self.grants):
            brought = (secret("subject_master_key"), secret("email_index_key"))
            object.__setattr__(self, "grants", tuple(dict.fromkeys((*self.grants, *brought))))


def database(action: Literal["read", "write", "erase", "system", "owner"]) -> Grant:
    """PostgreSQL as the role of that action.

    `read`, `write` and `erase` see one tenant at a time, and only `erase` may delete what is otherwise written once;
    `system` is for the relay and the sweepers, which work across tenants on the few tables that say so; `owner`
    migrates.
    """
    return Grant("database", "main", action)


def subject_keys(action: Literal["read", "write", "destroy", "owner"]) -> Grant:
    """The keys with which what is known of a person is sealed, and the secrets that go with them.

    `read` opens; `write` also seals, `destroy` also destroys a subject's key; `owner` migrates.
    """
    return Grant("subject_keys", "main", action)


def topics() -> Grant:
    """The right to send to every queue: the outbox relay's alone."""
    return Grant("topics", "all", "publish")


def workflow(name: str) -> Grant:
    """The right to start and stop executions of `statemachines/<name>.asl.json`, and to report on its tasks."""
    return Grant("workflow", name, "run")


def job_queue(function: str) -> Grant:
    """The right to submit and stop the batch job that the named `Job` function is."""
    return Grant("job_queue", function, "submit")


def bucket(name: str, action: Literal["read", "write"]) -> Grant:
    """Objects in the named bucket, always under the tenant's own prefix. `write` includes reading."""
    return Grant("bucket", name, action)


def secret(name: str) -> Grant:
    """The named secret's value."""
    return Grant("secret", name, "read")


def sockets() -> Grant:
    """The right to post to open WebSocket connections."""
    return Grant("sockets", "main", "post")


def mail() -> Grant:
    """The right to send e-mail in the product's name."""
    return Grant("mail", "main", "send")


def audit_sink() -> Grant:
    """The right to send audit entries to where they are copied to."""
    return Grant("audit_sink", "main", "send")
