"""What the functions cannot say about themselves: the settings of the resources that they share.

The catalogue is the first declaration of the product and this file is the other; every platform is derived from the
two. Plain data from the standard library, so that the local host reads it at no cost.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Literal

DAY_SECONDS = 24 * 60 * 60

SCHEDULE_TIME_ZONE = "UTC"
"""Schedules run in UTC, so that a change to summer time neither skips nor repeats one."""

SOCKET_PATH = "/ws"
"""Where browsers open their WebSocket, on the same origin as the pages."""


PROXIES = 1
"""What stands between clients and the API: CloudFront, or a cluster's gateway. It says whose address a request has."""

MAIL_FROM = "no-reply@dreamseed.dev"
"""Whom e-mails come from. Its domain is proved to the mail service once, by records in the DNS."""

AUDIT_BREAKS_FIELD = "audit_chain_breaks"
"""The field of the log in which a check of an audit log says whether it found the chain broken: 0 or 1."""

AUDIT_CHECKS = ("check_audit_log", "verify_audit_log")
"""The functions that say so."""

OUTBOX_AGE_FIELD = "outbox_age_seconds"
"""The field of the relay's log in which it says, at each run, how long the oldest unsent event has waited."""


@dataclass(frozen=True)
class QueueSettings:
    """What is the same for every queue."""

    visibility_factor: int = 6
    """Visibility time-out as a multiple of the consumer's time-out: the least that AWS advises, so that a message is
    not delivered again while a throttled consumer still has it."""
    retention_seconds: int = 4 * DAY_SECONDS
    dead_letter_retention_seconds: int = 14 * DAY_SECONDS
    """The longest that SQS allows: a person must be able to be on holiday."""


QUEUES = QueueSettings()


@dataclass(frozen=True)
class Bucket:
    """A place for objects. `expire_after_days` None keeps them for ever.

    What `is_data` is encrypted with our key and outlives the application; what is not is public and can be built again.
    """

    name: str
    purpose: str
    expire_after_days: int | None = None
    noncurrent_days: int = 30
    """How long a replaced or deleted object can still be brought back."""
    is_data: bool = True
    about: str = "nobody"
    """Whom its objects tell of. One that tells of somebody belongs to a row, whose table declares it (`StoredBlob`)."""


RESULTS = Bucket("results", "What long jobs make, such as plots. The database keeps the figures themselves", 400)
ROSTERS = Bucket(
    "rosters", "Sealed files of people and classes that wait to be imported", 7, 1, about="everybody whom a file names"
)
PRIVACY = Bucket(
    "privacy", "Exports of people's data and anonymised copies, until they are fetched", 7, 1, about="one person each"
)
WEB = Bucket("web", "The built web application, served by the content delivery network", is_data=False)
BUCKETS = (RESULTS, ROSTERS, PRIVACY, WEB)

SecretKind = Literal["ed25519_seed", "random_bytes", "settings"]


@dataclass(frozen=True)
class Secret:
    """A value that only the platform's secret store holds. Each begins as 32 random bytes in 64 hexadecimal digits.

    `ed25519_seed` is the private key of RFC 8032, from which the public key follows; `random_bytes` is a symmetric key;
    `settings` means nothing until an operator puts JSON in its place.
    Hexadecimal because every platform can make it without code of ours: CloudFormation, Kubernetes jobs, `generate`.
    """

    name: str
    kind: SecretKind
    purpose: str

    def generate(self) -> str:
        """A fresh value, for platforms that have no generator of their own."""
        return secrets.token_hex(32)


SECRETS = (
    Secret("signing_keys", "ed25519_seed", "Signs access tokens (EdDSA, ES256); the JWKS publishes the public half"),
    Secret("credential_key", "random_bytes", "Seals what people's second factors are checked with (AES-GCM)"),
    Secret("subject_master_key", "random_bytes", "Wraps the keys that seal what is known of each person (AES-GCM)"),
    Secret("email_index_key", "random_bytes", "Finds sealed addresses and other names by their digest (HMAC)"),
    Secret("oidc_providers", "settings", "The identity providers by which people may sign in: a JSON object by name"),
    Secret("audit_sink", "settings", "How to sign in where the audit log is copied to: JSON with `authorization`"),
    Secret("blob_signing", "random_bytes", "Signs the URLs of stored objects where the store cannot sign its own"),
)


@dataclass(frozen=True)
class JobSizes:
    """How much may run at once in the batch queues, in vCPUs, what a GPU job runs on, and how often a job is tried."""

    maximum_vcpus: int = 16
    maximum_gpu_vcpus: int = 16
    gpu_instance_type: str = "g4dn.xlarge"
    attempt_seconds: int = 6 * 60 * 60
    """A job that runs longer is stopped, and started again from its stored steps. A function's own time-out is Lambda's
    and says nothing of jobs."""
    attempts: int = 4
    """How often the platform starts a job whose process was killed, before that is left to the sweeper."""


JOBS = JobSizes()


@dataclass(frozen=True)
class AlarmLevels:
    """When somebody should look. Fractions are 0–1."""

    p95_latency_ms: int = 500
    error_fraction: float = 0.01
    outbox_age_seconds: int = 120


@dataclass(frozen=True)
class Environment:
    """One deployment of the product.

    ACU are Aurora's capacity units of about 2 GiB; the least is half of one, because a proxy keeps a cluster awake.
    """

    name: str
    minimum_acu: float
    maximum_acu: float
    readers: int
    nat_gateways: int
    backup_days: int
    log_days: int
    is_protected: bool
    """Whether the data outlives the stack, and deleting it needs a second decision."""
    requests_per_second: int
    burst_requests: int
    web_origins: tuple[str, ...] = ()
    """Origins other than our own that may call the API from a browser."""
    alarm_email: str | None = None
    mail_from: str = MAIL_FROM
    audit_sink: str = "log:"
    """Where the audit log is copied to: `kinesis://stream` or `kafka+https://…`, or our own log."""
    opa_url: str | None = None
    """An Open Policy Agent server within reach of the functions, which decides in their place; see ADR 30."""
    alarms: AlarmLevels = AlarmLevels()


ENVIRONMENTS = {
    environment.name: environment
    for environment in (
        Environment(
            name="dev",
            minimum_acu=0.5,
            maximum_acu=2,
            readers=0,
            nat_gateways=1,
            backup_days=1,
            log_days=7,
            is_protected=False,
            requests_per_second=100,
            burst_requests=200,
            web_origins=("http://localhost:5173",),
        ),
        Environment(
            name="staging",
            minimum_acu=0.5,
            maximum_acu=8,
            readers=0,
            nat_gateways=1,
            backup_days=7,
            log_days=30,
            is_protected=False,
            requests_per_second=500,
            burst_requests=1000,
        ),
        Environment(
            name="production",
            minimum_acu=1,
            maximum_acu=64,
            readers=1,
            nat_gateways=2,
            backup_days=35,
            log_days=365,
            is_protected=True,
            requests_per_second=2000,
            burst_requests=4000,
        ),
    )
}
