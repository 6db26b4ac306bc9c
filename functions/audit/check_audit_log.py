"""Check an organisation's audit log, as every night."""

from dreamseed.audit.models import VerificationDue
from dreamseed.audit.reporting import report
from dreamseed.audit.verification import verify
from dreamseed.function import function
from dreamseed.message import Message
from dreamseed.needs import Needs, Queue, database


@function(
    Needs(
        Queue("audit-checks", topic="audit_log.verification_due", batch_size=1),
        grants=(database("write"),),
        timeout_seconds=600,
    )
)
def check_audit_log(due: VerificationDue, message: Message) -> None:
    """Follow the chain to its head and log what was found. A chain that breaks raises an alarm; see its runbook."""
    report(message.org_id, verify(message.org_id))
