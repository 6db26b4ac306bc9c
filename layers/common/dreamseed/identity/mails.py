"""The e-mails of identity: what is asked for in the outbox, and what it says in each language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field
from sqlalchemy import Connection

from dreamseed.identity.links import Link, MailedPurpose
from dreamseed.identity.mail_texts import TEXTS, Language
from dreamseed.mail import Mail
from dreamseed.models import Input
from dreamseed.platform.outbox import publish

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
]


class MailLink(Input):
    """The link in a mail; its code is made when the mail is sent."""

    purpose: MailedPurpose
    org_id: UUID
    id: UUID


class MailRequested(Input):
    """An event: somebody shall get a mail."""

    to: Annotated[str, Field(max_length=254)]
    template: Template
    language: Language
    values: dict[str, str]
    link: MailLink | None = None


@dataclass(frozen=True)
class Recipient:
    """Who gets a mail, and in which language."""

    email: str
    language: str
    name: str


def request_mail(
    db: Connection,
    template: Template,
    to: Recipient,
    values: dict[str, str],
    link: Link | None = None,
    message_id: UUID | None = None,
) -> None:
    """Send a mail if this transaction commits. The same `message_id` again sends nothing more."""
    data: dict[str, Any] = {
        "to": to.email,
        "template": template,
        "language": to.language,
        "values": {"name": to.name, **values},
    }
    if link is not None:
        data["link"] = {"purpose": link.purpose, "org_id": str(link.org_id), "id": str(link.id)}
    publish(db, TOPIC, data, message_id=message_id)


def compose(mail_id: UUID, requested: MailRequested, signing_keys: str, origin: str) -> Mail:
    """The mail that was asked for. Values are people's own words, so each is kept to one line."""
    values = {name: " ".join(value.split()) for name, value in requested.values.items()}
    values |= {"origin": origin}
    if requested.link is not None:
        link = Link(requested.link.purpose, requested.link.org_id, requested.link.id)
        values["link"] = link.url(signing_keys, origin)
    subject, text = TEXTS[requested.template][requested.language]
    return Mail(mail_id, requested.to, subject.format_map(values), text.format_map(values))
