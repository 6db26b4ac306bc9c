"""List what was done, by whom, to what."""

from sqlalchemy import Connection

from dreamseed.audit import queries
from dreamseed.audit.listing import Filtering, shown_entry
from dreamseed.audit.models import AuditLogEntry
from dreamseed.function import function
from dreamseed.http.paging import Page, Paging, page_of
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys


@function(
    Needs(Http("GET", "/api/v1/audit_logs", "audit:read"), grants=(database("read"), subject_keys("read"))),
)
def list_audit_logs(filtering: Filtering, page: Paging, db: Connection, keys: SubjectKeys) -> Page[AuditLogEntry]:
    """The audit log of the organisation, the newest entries first.

    Of one person's deeds (`actor_id`) or about one (`subject_id`), of one action or resource, from one moment on
    (`from_at`) and before another (`to_at`).
    """
    before = page.after_key(int)
    rows = queries.list_entries(db, list(filtering.conditions()), before[0] if before else None, page.limit + 1)
    return page_of(keys.opened(rows), page.limit, shown_entry, lambda row: row.seq)
