"""Links that we send by e-mail and tokens for the next step of signing in, each good for one thing.

A link's token is `<organisation>.<row>.<code>`. The code is an HMAC over both and the purpose, under a key of ours: the
database and the queues hold the row's id only, so that whoever reads them can follow no link.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode
from uuid import UUID

from dreamseed.errors import NotFound
from dreamseed.identity.signing_keys import derivation_keys

MailedPurpose = Literal[
    "registration",
    "password_reset",
    "invitation",
    "email_change",
    "guardian_consent",
    "guardian_confirmation",
    "erasure",
]
Purpose = MailedPurpose | Literal["second_factor", "sign_in_code", "oidc"]

PAGES: dict[str, str] = {
    "registration": "/verify",
    "password_reset": "/reset-password",  # a page's path  # nosec B105
    "invitation": "/invitation",
    "guardian_consent": "/guardian",
    "guardian_confirmation": "/guardian/confirm",
    "email_change": "/confirm-email",
    "erasure": "/erasure",
}
"""The web app's pages that take the tokens."""


@dataclass(frozen=True)
class Link:
    """Which row a link is about, and whose."""

    purpose: Purpose
    org_id: UUID
    id: UUID

    def token(self, signing_keys: str) -> str:
        """The token, made with the first of the signing keys."""
        return f"{self.org_id.hex}.{self.id.hex}.{self._code(derivation_keys(signing_keys)[0])}"

    def url(self, signing_keys: str, origin: str) -> str:
        """The address of the page that takes the token."""
        return f"{origin}{PAGES[self.purpose]}?{urlencode({'token': self.token(signing_keys)})}"

    def _code(self, key: str) -> str:
        text = f"{self.purpose} {self.org_id.hex} {self.id.hex}".encode()
        own_key = hashlib.sha256(b"mailed links" + key.encode()).digest()
        return base64.urlsafe_b64encode(hmac.digest(own_key, text, "sha256")).rstrip(b"=").decode()


def read_link(token: str, purpose: Purpose, signing_keys: str) -> Link:
    """The link that a token of ours stands for. Raises NotFound `link_invalid` for every other string."""
    try:
        org_id, row_id, code = token.split(".")
        link = Link(purpose, UUID(org_id), UUID(row_id))
    except ValueError as error:
        raise link_invalid() from error
    codes = [link._code(key) for key in derivation_keys(signing_keys)]
    if not any(hmac.compare_digest(code.encode(), each.encode()) for each in codes):
        raise link_invalid()
    return link


def link_invalid() -> NotFound:
    """The link is none of ours, was used, or is too old: nobody learns which."""
    return NotFound("This link does not hold any more; ask for a new one.", code="link_invalid")
