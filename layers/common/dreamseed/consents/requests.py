"""Asking a guardian who has no account: «e-mail plus».

    mail with a link → they read what it is about and agree → a day later a second mail → they confirm → it counts

By the first link they can also decline everything, which needs no second mail. The second link stays good: by it they
can take everything back at any time. What a link may do follows from the row that it names; nobody who reads the
database can make one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID, uuid5

from sqlalchemy import Connection

from dreamseed.consents import queries, rules
from dreamseed.consents.giving import add, sealed_evidence
from dreamseed.consents.models import ConsentRequestShown, GuardianAnswer, RequestStatus
from dreamseed.consents.purposes import shown_texts
from dreamseed.consents.queries import AnyRow
from dreamseed.consents.rules import CONFIRMATION_DELAY, REQUEST_LIFETIME, Decision, Purpose
from dreamseed.database.ids import new_id
from dreamseed.errors import Conflict, NotFound
from dreamseed.identity.ages import band_that_counts
from dreamseed.identity.links import Link, link_invalid, read_link
from dreamseed.identity.mail_texts import Language
from dreamseed.identity.mails import SealedAddress, request_mail
from dreamseed.identity.organisation import read_organisation
from dreamseed.identity.people import names_of
from dreamseed.platform.outbox import publish
from dreamseed.ports.subject_keys import SubjectKeys

CONFIRMATION_TOPIC = "consent.confirmation_due"
GuardianMail = Literal["guardian_consent", "guardian_confirmation"]


@dataclass(frozen=True)
class Guardian:
    """Whom to write to, and in which language."""

    email: str
    language: Language


def ask_guardian(
    db: Connection, keys: SubjectKeys, subject_id: UUID, guardian: Guardian, requested_by: UUID, now: datetime
) -> datetime:
    """Write to a guardian; again within the link's life: the same link. Returns until when it holds."""
    digest = keys.digest(guardian.email.lower(), "email")
    row = queries.open_request(db, subject_id, digest, now)
    request_id, expires_at = (row.id, row.expires_at) if row else (new_id(), now + REQUEST_LIFETIME)
    email = row.guardian_email if row else keys.seal(subject_id, guardian.email, "consent_requests.guardian_email")
    if row is None:
        address = {"guardian_email": email, "guardian_email_digest": digest, "language": guardian.language}
        values = {"id": request_id, "subject_id": subject_id, "expires_at": expires_at, "requested_by": requested_by}
        queries.add_request(db, {**values, **address})
    _write(db, "guardian_consent", SealedAddress(email, guardian.language), request_id)
    return expires_at


def read_either_link(token: str, signing_keys: str) -> Link:
    """The link of the first or of the second mail. Raises NotFound `link_invalid`."""
    try:
        return read_link(token, "guardian_consent", signing_keys)
    except NotFound:
        return read_link(token, "guardian_confirmation", signing_keys)


def shown_request(db: Connection, keys: SubjectKeys, link: Link, now: datetime) -> ConsentRequestShown:
    """What the guardian sees. Raises NotFound `link_invalid`."""
    row = _holding(db, keys, link, now)
    agreed = _agreed(db, keys, row)
    return ConsentRequestShown(
        learner_name=names_of(db, keys, [row.subject_id])[row.subject_id],
        organisation=read_organisation(db).name,
        language=row.language,
        status=_status(row, agreed),
        text_version=rules.TEXT_VERSION,
        purposes=shown_texts(row.language),
        agreed=agreed,
    )


def answer(db: Connection, keys: SubjectKeys, link: Link, given: GuardianAnswer, now: datetime) -> ConsentRequestShown:
    """Note what a guardian agrees to; the same again changes nothing. Raises NotFound, or Conflict once it counts."""
    row = _holding(db, keys, link, now)
    if row.confirmed_at is not None:
        raise Conflict("This was agreed to and confirmed already.", code="consent_confirmed")
    said = given.model_dump(include={"full_name", "relation", "purposes", "text_version"})
    if row.answer is None or row.declined_at is not None or json.loads(row.answer) != said:
        sealed = keys.seal(row.subject_id, json.dumps(said, ensure_ascii=False), "consent_requests.answer")
        answered = {"answer": sealed, "answered_at": now, "confirmation_sent_at": None, "declined_at": None}
        queries.update_request(db, row.id, answered)
    return shown_request(db, keys, link, now)


def decline(db: Connection, keys: SubjectKeys, link: Link, now: datetime) -> ConsentRequestShown:
    """Note that a guardian refuses everything; the same again changes nothing. Raises NotFound, or Conflict.

    It counts at once, but takes back nothing that another guardian or the school has agreed to: nobody knows who has
    followed the link. Until it runs out they may think again.
    """
    row = _holding(db, keys, link, now)
    if row.confirmed_at is not None:
        raise Conflict(
            "This was agreed to and confirmed; take it back by the link of the second mail.", code="consent_confirmed"
        )
    if row.declined_at is None:
        nothing = {"answer": None, "answered_at": None, "confirmation_sent_at": None}
        queries.update_request(db, row.id, {**nothing, "declined_at": now})
        add(
            db, row.subject_id, _asked(db, row, now), now, capacity="guardian", decision="refused", method="email",
            given_by=None, language=row.language,
        )  # fmt: skip
    return shown_request(db, keys, link, now)


def announce_due(db: Connection, now: datetime, limit: int) -> int:
    """Send an event for each answer, of all organisations, that has waited long enough. Returns how many."""
    due = queries.list_due_confirmations(db, now - CONFIRMATION_DELAY, now, limit)
    for row in due:
        once = uuid5(row.id, f"confirmation {row.answered_at.isoformat()}")
        publish(db, CONFIRMATION_TOPIC, {"request_id": str(row.id)}, org_id=row.org_id, message_id=once)
    return len(due)


def send_confirmation(db: Connection, request_id: UUID, now: datetime) -> None:
    """Ask a guardian who has answered whether it was they; one who was asked, or whose link ran out, is not.

    Nor is one who was erased meanwhile.
    """
    row = queries.lock_request(db, request_id)
    if row is None or row.answer is None or row.confirmation_sent_at is not None or row.expires_at <= now:
        return
    if row.guardian_email is None:
        return
    queries.update_request(db, row.id, {"confirmation_sent_at": now, "expires_at": now + REQUEST_LIFETIME})
    _write(db, "guardian_confirmation", SealedAddress(row.guardian_email, row.language), row.id)


def confirm(db: Connection, keys: SubjectKeys, link: Link, now: datetime) -> ConsentRequestShown:
    """From now on the answer counts; confirming twice is confirming once. Raises NotFound `link_invalid`."""
    row = _holding(db, keys, link, now)
    if row.confirmed_at is None:
        said, asked = json.loads(row.answer), _asked(db, row, now)
        evidence = {**said, "guardian_email": row.guardian_email, "answered_at": row.answered_at.isoformat()}
        queries.update_request(db, row.id, {"confirmed_at": now})
        agreed = [each for each in asked if each in said["purposes"]]
        decided: dict[Decision, list[Purpose]] = {
            "given": agreed,
            "refused": [each for each in asked if each not in agreed],
        }
        for decision, purposes in decided.items():
            add(
                db, row.subject_id, purposes, now, capacity="guardian", decision=decision, method="email_plus",
                given_by=None, language=row.language, evidence=sealed_evidence(keys, row.subject_id, evidence),
            )  # fmt: skip
    return shown_request(db, keys, link, now)


def take_back(db: Connection, keys: SubjectKeys, link: Link, now: datetime) -> None:
    """Withdraw all that a guardian has agreed to by mail; an answer that does not count yet never will."""
    row = _holding(db, keys, link, now)
    if row.confirmed_at is None:
        queries.update_request(db, row.id, {"expires_at": now})
        return
    queries.withdraw(db, [each.id for each in _given_by_mail(db, keys, row)], None, now)


def _asked(db: Connection, row: AnyRow, now: datetime) -> list[Purpose]:
    """What a guardian may decide for this learner now."""
    band = band_that_counts(db, row.subject_id, now.date())
    return [each for each in rules.PURPOSES if rules.may_give(each, band, "guardian")]


def _write(db: Connection, mail: GuardianMail, to: SealedAddress, request_id: UUID) -> None:
    """Send a guardian one of the two mails; both name the child, with whose key the address is sealed."""
    organisation = read_organisation(db)
    request_mail(db, mail, to, {"organisation": organisation.name}, Link(mail, organisation.id, request_id))


def _holding(db: Connection, keys: SubjectKeys, link: Link, now: datetime) -> AnyRow:
    """The request that a link names, locked and opened, while the link holds. What was confirmed holds for good."""
    row = queries.lock_request(db, link.id)
    if row is None or (row.confirmed_at is None and row.expires_at <= now):
        raise link_invalid()
    if link.purpose == "guardian_confirmation" and row.confirmation_sent_at is None:
        raise link_invalid()
    opened: AnyRow = keys.opened_row(row)
    return opened


def _given_by_mail(db: Connection, keys: SubjectKeys, row: AnyRow) -> list[AnyRow]:
    """What stands of all that this guardian has agreed to by mail for this learner."""
    given = keys.opened(queries.standing_consents(db, row.subject_id, "guardian"))
    return [each for each in given if each.evidence and _guardian_in(each.evidence) == row.guardian_email]


def _guardian_in(evidence: str) -> str | None:
    address: str | None = json.loads(evidence).get("guardian_email")
    return address


def _agreed(db: Connection, keys: SubjectKeys, row: AnyRow) -> list[Purpose]:
    if row.answer is None:
        return []
    if row.confirmed_at is None:
        return list(json.loads(row.answer)["purposes"])
    return [each.purpose for each in _given_by_mail(db, keys, row)]


def _status(row: AnyRow, agreed: list[Purpose]) -> RequestStatus:
    if row.confirmed_at is not None:
        return "confirmed" if agreed else "withdrawn"
    if row.declined_at is not None:
        return "declined"
    return "open" if row.answer is None else "answered"
