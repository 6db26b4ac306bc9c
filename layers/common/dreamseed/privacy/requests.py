"""Asking for an export or an erasure: for oneself, for somebody whose guardian one is, or for anybody as staff."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Table

from dreamseed.database.privacy import Who
from dreamseed.errors import Conflict, NotFound
from dreamseed.http.caller import Caller
from dreamseed.identity.organisation import read_organisation
from dreamseed.identity.people import accounts_of, is_guardian, is_person, names_of, read_person
from dreamseed.identity.roles import is_last_admin
from dreamseed.platform.jobs import create_job
from dreamseed.platform.queries import read_job
from dreamseed.ports.blobs import Blobs
from dreamseed.ports.subject_keys import ERASED, SubjectKeys
from dreamseed.privacy import queries
from dreamseed.privacy.models import AnonymisedCopy, Erasure, Export, Hold
from dreamseed.privacy.rules import erasure_status, export_status
from dreamseed.privacy.tables import data_exports, erasures, legal_holds

BUCKET = "privacy"
EXPORT, ERASE, ANONYMISE = "export_subject", "erase_subject", "anonymise_responses"
LINK_SECONDS = 900
AnyRow = queries.AnyRow
Permission = Literal["privacy:export", "privacy:erase"]


def who_is(db: Connection, user_id: UUID, keys: SubjectKeys) -> Who:
    """Somebody with everything that a text may name them by, and the accounts merged into theirs. Raises NotFound."""
    row = read_person(db, user_id)
    if row is None:
        raise NotFound("There is no such person.", code="user_not_found")
    merged = [read_person(db, each) for each in accounts_of(db, [user_id]) if each != user_id]
    return replace(_account(row, keys), merged=tuple(_account(each, keys) for each in merged if each is not None))


def _account(row: AnyRow, keys: SubjectKeys) -> Who:
    email, name = keys.open(row.email, "users.email"), keys.open(row.full_name, "users.full_name")
    return Who(row.id, email or "", name or "", row.email_digest)


def subject_of(db: Connection, caller: Caller, subject_id: UUID | None, permission: Permission) -> UUID:
    """Whom a request is about, if the caller may make it. Raises NotFound for whoever is not theirs to ask for."""
    if subject_id is None or subject_id == caller.user_id:
        return caller.user_id
    is_ward = is_guardian(db, caller.user_id, subject_id)
    may = caller.may(permission, owner_id=subject_id, is_ward=is_ward)
    if not (may and is_person(db, subject_id)):
        raise NotFound("There is no such person.", code="user_not_found")
    return subject_id


def visible(
    caller: Caller, table: Table, permission: Permission, subject_id: UUID | None = None
) -> tuple[ColumnElement[bool], ...]:
    """Which requests the caller may see: those about or by them, or all; of these, only those about `subject_id`."""
    theirs = () if caller.may(permission) else (queries.concerns(table, caller.user_id),)
    return theirs if subject_id is None else (*theirs, table.c.subject_id == subject_id)


def found(db: Connection, caller: Caller, table: Table, row_id: UUID, permission: Permission, **how: Any) -> AnyRow:
    """A request that the caller may see. Raises NotFound."""
    row = queries.find(db, table, row_id, **how)
    if row is None or not (caller.user_id in (row.subject_id, row.requested_by) or caller.may(permission)):
        raise NotFound("There is no such request.", code="request_not_found")
    return row


def request_export(db: Connection, caller: Caller, subject_id: UUID) -> AnyRow:
    """Ask for a copy of what is kept of somebody; the one that is being made already, if there is one.

    Raises Conflict `erasure_running` for somebody who is being erased.
    """
    if queries.is_being_erased(db, subject_id):
        raise Conflict("This person is being erased.", code="erasure_running")
    row = queries.newest_export(db, subject_id)
    if row is not None and _job_status(db, row) in ("queued", "running"):
        return row
    values = {"subject_id": subject_id, "requested_by": caller.user_id}
    job_id = create_job(db, EXPORT, {}, created_by=caller.user_id)
    return queries.add(db, data_exports, {**values, "job_id": job_id})


def request_erasure(
    db: Connection, keys: SubjectKeys, caller: Caller, subject_id: UUID, reason: str | None, now: datetime
) -> AnyRow:
    """Ask for somebody's erasure; the one that is under way, if there is one. Raises Conflict `last_admin`."""
    row = queries.open_erasure(db, subject_id)
    if row is not None:
        return row
    if is_last_admin(db, subject_id):
        raise Conflict("The organisation would be left without an administrator.", code="last_admin")
    due_at = now + timedelta(days=read_organisation(db).erasure_cool_off_days)
    sealed = None if reason is None else keys.seal(subject_id, reason, "erasures.reason")
    values = {"subject_id": subject_id, "requested_by": caller.user_id, "reason": sealed, "due_at": due_at}
    return queries.add(db, erasures, values)


def cancel_erasure(db: Connection, caller: Caller, row: AnyRow, now: datetime) -> None:
    """Call off a locked erasure; nothing happens if it was. Raises Conflict once it has begun."""
    if row.job_id is not None:
        raise Conflict("The erasure has begun and cannot be called off.", code="erasure_begun")
    if row.cancelled_at is None:
        queries.change(db, erasures, row.id, {"cancelled_at": now, "cancelled_by": caller.user_id})


def place_hold(db: Connection, keys: SubjectKeys, caller: Caller, subject_id: UUID, reason: str) -> AnyRow:
    """Keep somebody's data from being erased. Raises NotFound, and Conflict once their erasure has begun."""
    if not is_person(db, subject_id):
        raise NotFound("There is no such person.", code="user_not_found")
    if queries.is_being_erased(db, subject_id):
        raise Conflict("This person is being erased already.", code="erasure_begun")
    sealed = keys.seal(subject_id, reason, "legal_holds.reason")
    values = {"subject_id": subject_id, "reason": sealed, "placed_by": caller.user_id}
    return queries.add(db, legal_holds, values)


def release_hold(
    db: Connection, keys: SubjectKeys, caller: Caller, hold_id: UUID, reason: str, now: datetime
) -> AnyRow:
    """End a legal hold; nothing happens if it has ended. Raises NotFound."""
    row = queries.find(db, legal_holds, hold_id, is_locked=True)
    if row is None:
        raise NotFound("There is no such hold.", code="hold_not_found")
    if row.released_at is not None:
        return row
    sealed = keys.seal(row.subject_id, reason, "legal_holds.release_reason")
    values = {"released_at": now, "released_by": caller.user_id, "release_reason": sealed}
    return queries.change(db, legal_holds, hold_id, values)


def shown_export(db: Connection, keys: SubjectKeys, row: AnyRow, now: datetime, blobs: Blobs | None = None) -> Export:
    """An export as it stands, with a way to fetch it if `blobs` are given."""
    status = export_status(_job_status(db, row), row.expires_at, now)
    values = {name: row._mapping[name] for name in Export.model_fields if name in row._mapping}
    if blobs is not None and status == "ready":
        values["download_url"] = blobs.signed_url(BUCKET, f"exports/{row.id}.zip", LINK_SECONDS)
    return Export(status=status, subject_name=_name_of(db, keys, row), **values)


def shown_erasure(db: Connection, keys: SubjectKeys, row: AnyRow) -> Erasure:
    """An erasure as it stands. Once it is done it names nobody, not even while a process still remembers the key."""
    job = _job_status(db, row) if row.job_id is not None else None
    is_held = queries.is_held(db, row.subject_id)
    values = {name: row._mapping[name] for name in Erasure.model_fields if name in row._mapping}
    status = erasure_status(row.cancelled_at, row.finished_at, job, is_held)
    name = None if row.finished_at is not None else _name_of(db, keys, row)
    return Erasure(status=status, subject_name=name, **values)


def shown_hold(db: Connection, keys: SubjectKeys, row: AnyRow) -> Hold:
    """A legal hold from its row."""
    opened = keys.opened_row(row)
    values = {name: opened._mapping[name] for name in Hold.model_fields if name in opened._mapping}
    return Hold(subject_name=_name_of(db, keys, row), **values)


def shown_copy(db: Connection, row: AnyRow, blobs: Blobs | None = None) -> AnonymisedCopy:
    """An anonymised copy as it stands, with a way to fetch it if `blobs` are given."""
    values = {name: row._mapping[name] for name in AnonymisedCopy.model_fields if name in row._mapping}
    if blobs is not None and row.report is not None:
        values["download_url"] = blobs.signed_url(BUCKET, f"anonymised/{row.id}.zip", LINK_SECONDS)
    return AnonymisedCopy(status=_job_status(db, row), **values)


def _name_of(db: Connection, keys: SubjectKeys, row: AnyRow) -> str | None:
    name = names_of(db, keys, [row.subject_id]).get(row.subject_id)
    return None if name == ERASED else name


def _job_status(db: Connection, row: AnyRow) -> Any:
    job = read_job(db, row.job_id)
    return job.status if job is not None else "queued"
