"""Sending e-mail.

An address is where it goes: `file:///folder` keeps each mail as a file, `ses://sender@domain` hands it to SES.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit
from uuid import UUID

from dreamseed.function import Function
from dreamseed.mail import Mail
from dreamseed.ports.grants import Grants


class MailAdapter(Protocol):
    """A platform's way of sending."""

    def send(self, mail: Mail) -> None:
        """Hand the mail over. Raises Unavailable when that should be tried again."""
        ...


class MailBox:
    """The right to send, as one function holds it."""

    def __init__(self, grants: Grants) -> None:
        self._grants = grants

    def send(self, mail: Mail) -> None:
        """Send one mail. Raises Unavailable when that should be tried again."""
        _adapter_for(self._grants.address("mail", "main")).send(mail)


def connect(function: Function, org_id: UUID | None) -> MailBox:
    """The mail of this function."""
    return MailBox(Grants.of(function))


def _adapter_for(address: str) -> MailAdapter:
    parts = urlsplit(address)
    if parts.scheme == "file":
        from dreamseed.local.mail import FileMail

        return FileMail(Path(unquote(parts.path)))
    from dreamseed.aws.ses import SesMail

    return SesMail(sender=parts.netloc)
