"""Where audit entries go beside the database, so that a copy is out of reach of whoever could change the first one.

An address says where: `log:` writes them into our own log, `file:///folder` appends to a file a day,
`kinesis://stream` puts records into a stream, and `kafka+https://host/topics/topic` or
`kafka+https://host/v3/clusters/id/topics/topic` produces them through Confluent's REST proxy, version 2 or 3.

Whatever takes them may get one twice: its organisation and number are its key.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit
from uuid import UUID

from dreamseed.audit_record import Record
from dreamseed.function import Function
from dreamseed.ports.grants import Grants

_UNSET = re.compile("[0-9a-f]{64}")


class SinkAdapter(Protocol):
    """One kind of sink."""

    def send(self, records: Sequence[Record]) -> None:
        """Hand the records over, in their order. Raises Unavailable when that should be tried again."""
        ...


class AuditSink:
    """The sink that one function may send to."""

    def __init__(self, grants: Grants) -> None:
        self._grants = grants

    def send(self, records: Sequence[Record]) -> None:
        """Send entries. Raises Unavailable when the sink did not take all of them: then all are sent again."""
        address = self._grants.address("audit_sink", "main")
        adapter_at(address, lambda: _settings(self._grants)).send(records)


def connect(function: Function, org_id: UUID | None) -> AuditSink:
    """The sink of this function."""
    return AuditSink(Grants.of(function))


def adapter_at(address: str, settings: Callable[[], Record]) -> SinkAdapter:
    """The sink at an address. `settings` reads what an operator has said of it (`authorization`)."""
    parts = urlsplit(address)
    match parts.scheme:
        case "log":
            from dreamseed.local.audit_sink import LogSink

            return LogSink()
        case "file":
            from dreamseed.local.audit_sink import FileSink

            return FileSink(Path(unquote(parts.path)))
        case "kinesis":
            from dreamseed.aws.kinesis import KinesisSink

            return KinesisSink(parts.netloc)
        case "kafka+https" | "kafka+http":
            from dreamseed.kafka_rest import KafkaRestSink

            return KafkaRestSink(address.removeprefix("kafka+"), settings().get("authorization"))
    raise ValueError(f"an audit sink's address is log:, file:, kinesis: or kafka+https:, not {address!r}")


def _settings(grants: Grants) -> Record:
    """What the operator put into the secret; nothing while it is as it was made."""
    from dreamseed.ports.secrets import Secrets

    said = Secrets(grants).read("audit_sink")
    settings: Record = {} if _UNSET.fullmatch(said) else json.loads(said)
    return settings
