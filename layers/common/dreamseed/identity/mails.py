"""The e-mails of identity: what is asked for in the outbox, and what it says in each language.

The outbox and the queues hold the recipient's id, or an address sealed with the key of whom the mail is about, and what
the mail says in people's own words is sealed too. Address and name are read, and opened, when the mail is sent, so that
nothing is sent to or about who was erased in between.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from pydantic import Base64Bytes
from sqlalchemy import Connection, select

from dreamseed.identity.links import Link, MailedPurpose
from dreamseed.identity.mail_texts import TEXTS, Language
from dreamseed.identity.tables import invitations, registrations, users
from dreamseed.mail import Mail
from dreamseed.models import Input
from dreamseed.platform.outbox import publish
from dreamseed.ports.subject_keys import ERASED, Sealed, SubjectKeys

TOPIC = "mail.requested"
Template = Literal[
    "verify_address",
    "account_exists",
    "reset_password",
    "password_changed",
    "invitation",
    "second_factor_changed",
    "guardian_consent",
    "guardian_confirmation",
    "confirm_address",
    "address_taken",
    "address_change_asked",
    "address_changed",
    "erasure_begun",
]


RecipientKind = Literal["user", "registration", "invitation"]
ISSUER = "DreamSeed"
"""Who invites, where whoever did is known no more."""

_TABLES = {"user": users, "registration": registrations, "invitation": invitations}


class MailLink(Input):
    """The link in a mail; its code is made when the mail is sent."""

    purpose: MailedPurpose
    org_id: UUID
    id: UUID


class RecipientNamed(Input):
    """Who gets the mail: a row of users, registrations or invitations."""

    kind: RecipientKind
    id: UUID


class AddressSealed(Input):
    """Who gets a mail without being anybody here: a guardian, or an address that is not confirmed yet or any more.

    `email` was sealed for the column `place` with the key of whom the mail is about and names.
    """

    email: Base64Bytes
    place: str
    language: Language


class ValueSealed(Input):
    """A value of a mail in somebody's own words, sealed for `place` with their key."""

    text: Base64Bytes
    place: str


class MailRequested(Input):
    """An event: somebody shall get a mail."""

    to: RecipientNamed | AddressSealed
    template: Template
    values: dict[str, str | ValueSealed]
    link: MailLink | None = None


@dataclass(frozen=True)
class Recipient:
    """Who gets a mail: a row of users, registrations or invitations of the transaction's organisation."""

    kind: RecipientKind
    id: UUID


@dataclass(frozen=True)
class SealedAddress:
    """Where a mail goes that is about, and names, the person with whose key the address is sealed."""

    email: Sealed
    language: Language

    def as_data(self) -> dict[str, str]:
        """What the outbox holds."""
        return {"email": _encoded(self.email), "place": self.email.place, "language": self.language}


@dataclass(frozen=True)
class Address:
    """Where a mail goes, in which language, and the `name` that it mentions: the recipient's, or who invites them."""

    email: str
    language: Language
    name: str


def request_mail(
    db: Connection,
    template: Template,
    to: Recipient | SealedAddress,
    values: Mapping[str, str | Sealed],
    link: Link | None = None,
    message_id: UUID | None = None,
) -> None:
    """Send a mail if this transaction commits. The same `message_id` again sends nothing more."""
    data: dict[str, Any] = {
        "to": {"kind": to.kind, "id": str(to.id)} if isinstance(to, Recipient) else to.as_data(),
        "template": template,
        "values": {name: value if isinstance(value, str) else _as_data(value) for name, value in values.items()},
    }
    if link is not None:
        data["link"] = {"purpose": link.purpose, "org_id": str(link.org_id), "id": str(link.id)}
    publish(db, TOPIC, data, message_id=message_id)


def find_address(db: Connection, keys: SubjectKeys, to: RecipientNamed | AddressSealed) -> Address | None:
    """Where the recipient's mail goes; None when they are gone or were erased."""
    if isinstance(to, AddressSealed):
        return _opened(db, keys, Sealed(to.email, to.place), to.language)
    table = _TABLES[to.kind]
    row = db.execute(select(table).where(table.c.id == to.id)).one_or_none()
    email = None if row is None else keys.open(row.email, f"{table.name}.email")
    if row is None or email is None:
        return None
    if to.kind != "invitation":
        return Address(email, row.language, keys.open(row.full_name, f"{table.name}.full_name") or "")
    name = db.scalar(select(users.c.full_name).where(users.c.id == row.invited_by))
    opened = None if name is None else keys.open(name, "users.full_name")
    return Address(email, row.language, opened or ISSUER)


def _as_data(value: Sealed) -> dict[str, str]:
    return {"text": _encoded(value), "place": value.place}


def _encoded(sealed: Sealed) -> str:
    return b64encode(sealed.value).decode()


def _opened(db: Connection, keys: SubjectKeys, sealed: Sealed, language: Language) -> Address | None:
    email = keys.open(sealed, sealed.place)
    name = db.scalar(select(users.c.full_name).where(users.c.id == sealed.subject_id))
    opened = None if name is None else keys.open(name, "users.full_name")
    return None if email is None or opened is None else Address(email, language, opened)


def opened_values(keys: SubjectKeys, requested: MailRequested) -> dict[str, str]:
    """What the mail says, as text."""
    return {
        name: value if isinstance(value, str) else keys.open(Sealed(value.text, value.place), value.place) or ERASED
        for name, value in requested.values.items()
    }


def compose(
    mail_id: UUID, requested: MailRequested, said: Mapping[str, str], to: Address, signing_keys: str, origin: str
) -> Mail:
    """The mail that was asked for, in English if there is none in the language.

    Values are people's own words, so each is kept to one line.
    """
    values = {name: " ".join(value.split()) for name, value in {"name": to.name, **said}.items()}
    values |= {"origin": origin}
    if requested.link is not None:
        link = Link(requested.link.purpose, requested.link.org_id, requested.link.id)
        values["link"] = link.url(signing_keys, origin)
    texts = TEXTS[requested.template]
    subject, text = texts.get(to.language) or texts["en"]
    return Mail(mail_id, to.email, subject.format_map(values), text.format_map(values))
