"""Stream the audit log out."""

from functools import partial

from dreamseed.audit import queries
from dreamseed.audit.models import AppendedEntry
from dreamseed.audit.records import as_record
from dreamseed.database.transaction import in_tenant
from dreamseed.errors import NotFound
from dreamseed.function import function
from dreamseed.message import Message
from dreamseed.needs import Needs, Queue, audit_sink, database, secret
from dreamseed.ports.audit_sink import AuditSink


@function(
    Needs(
        Queue("audit-stream", topic="audit_log.appended"),
        grants=(database("write"), audit_sink(), secret("audit_sink")),
        timeout_seconds=60,
    )
)
def stream_audit_log(appended: AppendedEntry, message: Message, sink: AuditSink) -> None:
    """Send an entry to the sink, which may get it twice: organisation and number tell.

    What the sink does not take now is tried again, as all messages are.
    """
    entry = in_tenant(message.org_id, partial(queries.read_entry, seq=appended.seq, at=appended.at))
    if entry is None:
        raise NotFound("The entry is not there, though it was appended.", code="audit_entry_missing")
    sink.send([as_record(entry._mapping)])
