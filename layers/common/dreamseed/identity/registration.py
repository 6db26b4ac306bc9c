"""From «I want an account» to an account: asked for, confirmed by mail, made.

Everybody gets the same answer after the same work, and learns by mail what became of it: a link, or that there is an
account already. Until the link is opened nothing exists but a row among the platform's own, so that nobody can occupy
an organisation's name or somebody else's address.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, Row, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError

from dreamseed.consents.requests import Guardian, ask_guardian
from dreamseed.database.ids import new_id
from dreamseed.database.transaction import in_system, in_tenant
from dreamseed.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from dreamseed.identity import queries
from dreamseed.identity.account_log import note_account
from dreamseed.identity.account_models import (
    MemberRegistration,
    NewAccount,
    OrganisationRegistration,
    RegistrationRequest,
    Verified,
)
from dreamseed.identity.age_rules import Age
from dreamseed.identity.age_screen import age_columns
from dreamseed.identity.ages import put_age
from dreamseed.identity.limits import domain_of
from dreamseed.identity.links import Link, link_invalid
from dreamseed.identity.mails import Recipient, request_mail
from dreamseed.identity.passwords import hash_password
from dreamseed.identity.rules import REGISTRATION_LIFETIME, password_weakness
from dreamseed.identity.tables import registrations
from dreamseed.platform.outbox import publish
from dreamseed.platform.tables import PLATFORM_ID, organisations
from dreamseed.ports.subject_keys import SubjectKeys

AnyRow = Row[*tuple[Any, ...]]
TOPIC = "registration.requested"


def require_strong(password: str, email: str, field: str = "password") -> None:
    """Raise Invalid `password_too_weak`, saying what is missing, for a password that is easy to guess."""
    weakness = password_weakness(password, email)
    if weakness is not None:
        errors = (FieldError(f"body.{field}", weakness),)
        raise Invalid("Choose a password that is harder to guess.", code="password_too_weak", errors=errors)


def ask(request: RegistrationRequest, keys: SubjectKeys, now: datetime) -> None:
    """Store the registration and have its mail sent.

    Raises Conflict `slug_taken`, NotFound `organisation_not_found` or Forbidden `registration_closed`, which say
    something of organisations only: their names are public, their people are not. A child under 13 cannot come alone:
    Forbidden `guardian_needed` (see `age_screen`).
    """
    row = _row_of(request, keys.of(PLATFORM_ID), now)
    if isinstance(request, OrganisationRegistration):
        if find_organisation(request.slug) is not None:
            raise _slug_taken()
    else:
        require_open(request, find_organisation(request.organisation))
        row |= age_columns(request, now)
        if request.guardian_email is not None:
            seal = keys.of(PLATFORM_ID).seal
            row["guardian_email"] = seal(row["id"], request.guardian_email, "registrations.guardian_email")
    row["password_hash"] = hash_password(request.password)

    def store(db: Connection) -> None:
        db.execute(insert(registrations).values(**row))
        publish(db, TOPIC, {"registration_id": str(row["id"])})

    in_tenant(PLATFORM_ID, store)


def find_organisation(slug: str) -> AnyRow | None:
    """An organisation by its slug: org_id, slug, organisation_name, registration, email_domains."""
    statement = text("select * from find_organisation(:slug)")
    return in_system(lambda db: db.execute(statement, {"slug": slug}).one_or_none())


def find_accounts(db: Connection, digest: bytes, organisation: str | None) -> list[AnyRow]:
    """The accounts with the address of that digest: org_id, organisation_name, user_id, is_active."""
    statement = text("select * from find_accounts(:digest, :organisation)")
    return list(db.execute(statement, {"digest": digest, "organisation": organisation}))


def require_open(request: NewAccount, organisation: AnyRow | None) -> None:
    """Raise NotFound or Forbidden unless that organisation lets this address register."""
    if organisation is None:
        raise NotFound("There is no such organisation.", code="organisation_not_found")
    if not admits(organisation, request.email):
        raise Forbidden("This organisation does not take registrations with that address.", code="registration_closed")


def admits(organisation: AnyRow, email: str) -> bool:
    """Whether somebody with that address may make an account for themselves."""
    if organisation.registration == "domains":
        return domain_of(email) in organisation.email_domains
    return bool(organisation.registration == "open")


def send_registration_mail(db: Connection, registration_id: UUID, message_id: UUID) -> None:
    """Send the link that confirms a registration, or say that there is an account already."""
    row = db.execute(select(registrations).where(registrations.c.id == registration_id)).one_or_none()
    if row is None or row.verified_at is not None:
        return
    to = Recipient("registration", row.id)
    known = find_accounts(db, row.email_digest, row.slug) if row.kind == "member" else []
    if known:
        values = {"organisation": known[0].organisation_name}
        request_mail(db, "account_exists", to, values, message_id=message_id)
        return
    values = {"organisation": row.organisation_name or row.slug}
    link = Link("registration", PLATFORM_ID, row.id)
    request_mail(db, "verify_address", to, values, link, message_id=message_id)


def repeat_registration_mail(db: Connection, digest: bytes, now: datetime, message_id: UUID) -> None:
    """Send the mail of an address's last registration again, if it still waits to be confirmed."""
    waiting = registrations.c.verified_at.is_(None), registrations.c.expires_at > now
    of_address = select(registrations.c.id).where(registrations.c.email_digest == digest, *waiting)
    last = db.scalar(of_address.order_by(registrations.c.id.desc()).limit(1))
    if last is not None:
        send_registration_mail(db, last, message_id)


def confirm(link: Link, keys: SubjectKeys, now: datetime) -> Verified:
    """Make the account that a link confirms; again: the same answer. Raises NotFound `link_invalid`, or Conflict."""
    row = keys.of(PLATFORM_ID).opened_row(in_tenant(PLATFORM_ID, lambda db: _read(db, link.id)))
    if row is None or row.expires_at <= now:
        raise link_invalid()
    if row.verified_at is None:
        _make_account(row, keys, now)
        in_tenant(PLATFORM_ID, lambda db: _mark_verified(db, row.id, now))
    return Verified(email=row.email, organisation=row.slug)


def _row_of(request: RegistrationRequest, keys: SubjectKeys, now: datetime) -> dict[str, Any]:
    require_strong(request.password, request.email)
    row: dict[str, Any] = {"id": new_id(), "kind": request.kind, "expires_at": now + REGISTRATION_LIFETIME}
    row |= {
        "email": keys.seal(row["id"], request.email, "registrations.email"),
        "email_digest": queries.address_digest(keys, request.email),
        "full_name": keys.seal(row["id"], request.full_name, "registrations.full_name"),
        "language": request.language,
    }
    if isinstance(request, MemberRegistration):
        return row | {"slug": request.organisation}
    return row | {
        "slug": request.slug,
        "organisation_name": request.organisation_name,
        "organisation_kind": request.organisation_kind,
    }


def _read(db: Connection, registration_id: UUID) -> AnyRow | None:
    return db.execute(select(registrations).where(registrations.c.id == registration_id)).one_or_none()


def _make_account(row: AnyRow, keys: SubjectKeys, now: datetime) -> None:
    """The organisation, if it is a new one, and its user, whose id is the registration's: nothing is made twice."""
    if row.kind == "organisation":
        org_id = uuid5(row.id, "organisation")
    else:
        organisation = find_organisation(row.slug)
        if organisation is None:
            raise link_invalid()
        org_id = organisation.org_id
    try:
        in_tenant(org_id, lambda db: _add_account(db, org_id, row, keys.of(org_id), now))
    except IntegrityError as error:
        if "organisations_slug_key" in str(error.orig):
            raise _slug_taken() from error
        raise Conflict("There is an account with this address already.", code="account_exists") from error


def _add_account(db: Connection, org_id: UUID, row: AnyRow, keys: SubjectKeys, now: datetime) -> None:
    if queries.read_user(db, row.id) is not None:
        return
    if row.kind == "organisation":
        values = {"id": org_id, "slug": row.slug, "name": row.organisation_name, "kind": row.organisation_kind}
        db.execute(upsert(organisations).values(**values).on_conflict_do_nothing(index_elements=["id"]))
    role = "org_admin" if row.kind == "organisation" else "learner"
    names = "id", "email", "full_name", "password_hash", "language"
    queries.add_user(db, keys, {name: getattr(row, name) for name in names}, [role])
    if row.age_band is not None:
        put_age(db, row.id, Age(row.age_band, row.age_band_until), "self")
    if row.guardian_email is not None:
        ask_guardian(db, keys, row.id, Guardian(row.guardian_email, row.language), row.id, now)
    note_account(db, "verify_account", row.id)


def _mark_verified(db: Connection, registration_id: UUID, now: datetime) -> None:
    """The account holds the password now, so the registration forgets it."""
    changed = update(registrations).where(registrations.c.id == registration_id)
    db.execute(changed.values(verified_at=now, password_hash=None))


def _slug_taken() -> Conflict:
    errors = (FieldError("body.slug", "another organisation has it"),)
    return Conflict("Another organisation has this short name.", code="slug_taken", errors=errors)
