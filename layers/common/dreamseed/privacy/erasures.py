"""Carrying out an erasure: begun once its time has come, done table by table by a job, ended with a certificate.

    due ─→ begin: the account is closed and signed out everywhere, a job is made
        ─→ tell: they get a mail with the link to the certificate, the last one to their address
        ─→ erase: each table in a transaction with the note of what was done; then what belongs to no organisation
        ─→ the former keys of documents that named them and the person's own key are destroyed, and with them every copy
           of what was sealed with them, in backups too
        ─→ finish: certificate and the job's end in one transaction

A job that starts anew skips what is noted as done.
"""

from __future__ import annotations

import os
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import Connection, Table

from dreamseed import logs
from dreamseed.audit.entries import Entry, append
from dreamseed.database.privacy import Who
from dreamseed.database.transaction import in_tenant
from dreamseed.errors import Unavailable
from dreamseed.identity.mails import MailLink, MailRequested, RecipientNamed, compose, find_address
from dreamseed.identity.organisation import read_organisation
from dreamseed.identity.people import accounts_of
from dreamseed.identity.roles import close_account, is_last_admin
from dreamseed.mail import Mail
from dreamseed.platform.jobs import JobContext, completed_step, create_job, finish_job, read_status, store_step
from dreamseed.platform.tables import PLATFORM_ID
from dreamseed.ports.blobs import Blobs
from dreamseed.ports.mail import MailBox
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.privacy import queries
from dreamseed.privacy.certificates import certificate_of, sign
from dreamseed.privacy.documents import destroy_outlived
from dreamseed.privacy.erasing import Erasing, tables_elsewhere, tables_to_erase
from dreamseed.privacy.queries import AnyRow
from dreamseed.privacy.requests import ERASE, who_is
from dreamseed.privacy.rules import MAIL_PATIENCE
from dreamseed.privacy.tables import erasures

STEP, TOLD = "erased", "told"
_log = logs.logger("privacy")


def begin(db: Connection, erasure_id: UUID, now: datetime) -> UUID | None:
    """Close the account and make the job, whose id is returned; None when the erasure must not begin (any more)."""
    row = queries.find(db, erasures, erasure_id, is_locked=True)
    if row is None or row.cancelled_at or row.finished_at or row.due_at > now:
        return None
    if row.job_id is not None and read_status(db, row.job_id) != "cancelled":
        return None
    if queries.is_held(db, row.subject_id) or is_last_admin(db, row.subject_id):
        return None
    close_account(db, row.subject_id, now)
    job_id = create_job(db, ERASE, {"erasure_id": str(erasure_id)})
    queries.change(db, erasures, erasure_id, {"job_id": job_id})
    return job_id


def read_work(db: Connection, job_id: UUID, keys: SubjectKeys) -> tuple[AnyRow, Who] | None:
    """The erasure that a job works for, and whom it is about; None if it is done."""
    row = queries.of_job(db, erasures, job_id)
    if row is None or row.finished_at is not None:
        return None
    return row, who_is(db, row.subject_id, keys)


def farewell(db: Connection, job_id: UUID, row: AnyRow, keys: SubjectKeys, signing_keys: str) -> Mail | None:
    """The mail that tells somebody where the certificate will be; None once it was sent, or if no address is left."""
    if completed_step(db, job_id, TOLD) is not None:
        return None
    to = RecipientNamed(kind="user", id=row.subject_id)
    address = find_address(db, keys, to)
    if address is None:
        return None
    link = MailLink(purpose="erasure", org_id=row.org_id, id=row.id)
    said = {"organisation": read_organisation(db).name}
    requested = MailRequested(to=to, template="erasure_begun", values={}, link=link)
    return compose(uuid5(row.id, TOLD), requested, said, address, signing_keys, os.environ["DREAMSEED_PUBLIC_URL"])


def tell(job: JobContext, row: AnyRow, mail: Mail, box: MailBox, now: datetime) -> None:
    """Send it straight away, since no queue may hold the address. Raises Unavailable to be tried again, for a while.

    An erasure that has been due for a day goes on without: nobody's right waits for a mail service.
    """
    try:
        box.send(mail)
    except Unavailable:
        if now - row.due_at < MAIL_PATIENCE:
            raise
        _log.warning("nobody told", extra={"erasure_id": str(row.id)})
    in_tenant(job.org_id, lambda db: store_step(db, job.job_id, TOLD, "", {}))


def erase_tables(job: JobContext, who: Who, blobs: Blobs, keys: SubjectKeys) -> dict[str, dict[str, int]]:
    """Erase somebody from every table, and say what was done where, also by attempts before this one."""
    done: dict[str, dict[str, int]] = {}
    elsewhere = tables_elsewhere()
    for table in elsewhere:
        done[f"{table.name} of no organisation"] = _erase_elsewhere(job, who, table, keys)
    tables = tables_to_erase()
    for index, table in enumerate(tables):

        def work(db: Connection, table: Table = table) -> dict[str, int]:
            found: dict[str, int] | None = completed_step(db, job.job_id, STEP, table.name)
            if found is None:
                found = store_step(db, job.job_id, STEP, table.name, Erasing(db, who, blobs, keys).table(table))
            return found

        done[table.name] = in_tenant(job.org_id, work)
        job.progress(STEP, 0.9 * (index + 1) / len(tables))
    return {place: counts for place, counts in done.items() if counts}


def destroy_keys(org_id: UUID, who: Who, keys: SubjectKeys) -> None:
    """Destroy every key with which something of somebody was sealed, also when it belonged to no organisation yet."""
    for place, subjects in ((PLATFORM_ID, keys.of(PLATFORM_ID)), (org_id, keys)):
        destroy_outlived(place, subjects)
        for account_id in who.ids:
            subjects.destroy(account_id)


def _erase_elsewhere(job: JobContext, who: Who, table: Table, keys: SubjectKeys) -> dict[str, int]:
    item = f"elsewhere {table.name}"
    stored: dict[str, int] | None = in_tenant(job.org_id, lambda db: completed_step(db, job.job_id, STEP, item))
    if stored is not None:
        return stored
    counts = in_tenant(PLATFORM_ID, lambda db: Erasing(db, who, keys=keys.of(PLATFORM_ID)).table(table))
    result: dict[str, int] = in_tenant(job.org_id, lambda db: store_step(db, job.job_id, STEP, item, counts))
    return result


def finish(
    db: Connection, job: JobContext, row: AnyRow, done: dict[str, dict[str, int]], signing_keys: str, now: datetime
) -> None:
    """Write the certificate, and end the erasure and its job."""
    merged = accounts_of(db, [row.subject_id])
    who = Who(row.subject_id, merged=tuple(Who(each) for each in merged if each != row.subject_id))
    kept = [entry for table in tables_to_erase() for entry in Erasing(db, who).kept(table)]
    signed = sign(certificate_of(row, done, kept, now), signing_keys)
    queries.change(db, erasures, row.id, {"finished_at": now, "certificate": signed})
    finish_job(db, job.job_id, {"places": len(done)})
    append(db, Entry("erase_subject", resource="users", resource_id=row.subject_id, subject_id=row.subject_id))


def erase_again(db: Connection, subject_id: UUID, blobs: Blobs, keys: SubjectKeys) -> int:
    """Erase what has come back of somebody who was erased: by a late message or a backup. Returns how many rows."""
    erasing = Erasing(db, who_is(db, subject_id, keys), blobs, keys)
    return sum(count for table in tables_to_erase() for count in erasing.table(table).values())
