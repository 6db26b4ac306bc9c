"""What the identity endpoints are sent and send."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Header, Path, Query
from pydantic import Field

from dreamseed.identity.mail_texts import Language
from dreamseed.models import Input, Output, Secret
from dreamseed.standing import AgeBand


class PasswordGrant(Input):
    """Sign in with e-mail address and password; `organisation` only if the address is known in several."""

    grant_type: Literal["password"]
    email: Annotated[str, Field(min_length=3, max_length=254)]
    password: Secret
    organisation: Annotated[str | None, Field(max_length=64, description="The organisation's slug")] = None


class RefreshGrant(Input):
    """Exchange a refresh token for a new pair; the old one is used up."""

    grant_type: Literal["refresh_token"]
    refresh_token: Secret


class ApiKeyGrant(Input):
    """Exchange an API key for a short-lived access token."""

    grant_type: Literal["api_key"]
    api_key: Secret


class CodeGrant(Input):
    """Exchange the code that signing in at another provider ended with."""

    grant_type: Literal["sign_in_code"]
    code: Secret


TokenRequest = Annotated[PasswordGrant | RefreshGrant | ApiKeyGrant | CodeGrant, Field(discriminator="grant_type")]


class RefreshTokenBody(Input):
    """The sign-in to end."""

    refresh_token: Secret


ProviderId = Annotated[str, Path(pattern=r"^[a-z0-9_-]{1,32}$", description="As listed at /auth/oidc")]
ReturnTo = Annotated[
    str,
    Query(max_length=500, pattern=r"^/([^/\\\s][^\\\s]*)?$", description="The path of the page to go on with"),
]


Cookies = Annotated[str, Header(alias="cookie", max_length=16_384, include_in_schema=False)]
"""The cookies that a browser sends along, as it writes them."""


class OidcProvider(Output):
    """Where else one can sign in; with an `organisation`, its people only."""

    id: str
    name: str
    organisation: str | None


class IdentityLink(Input):
    """At which provider to sign in, to link the identity there to one's account."""

    provider: Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,32}$", description="As listed at /auth/oidc")]


class IdentityLinkBegun(Output):
    """Where the browser goes next. It comes back to /settings/security, with `linked` or `error` after the `#`."""

    authorization_url: str


class LinkedIdentity(Output):
    """An account at another provider that signs somebody in."""

    id: UUID
    provider: Annotated[str, Field(description="What the provider is called; its address if it is listed no more")]
    linked_at: datetime
    last_used_at: datetime


class TokenPair(Output):
    """A short-lived access token and the refresh token that gets the next one."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the scheme's name, not a secret
    expires_in: Annotated[int, Field(description="Seconds until the access token expires")]
    refresh_token: str


class Organisation(Output):
    """The organisation that a person signed in to."""

    id: UUID
    slug: str
    name: str


class Me(Output):
    """The signed-in person."""

    id: UUID
    email: str
    full_name: str
    language: Language
    has_password: bool
    organisation: Organisation
    roles: list[str]
    permissions: list[str]
    age_band: AgeBand | None
    asks_age: Annotated[bool, Field(description="Whether to say how old they are first, by PUT /me/age")]
    lacks_consent: Annotated[list[str], Field(description="Purposes for which a consent is missing that they need")]


class User(Output):
    """Somebody of the organisation. `is_simulated`: a person of the demonstration whom nobody is."""

    id: UUID
    email: str
    full_name: str
    roles: list[str]
    is_active: bool
    is_simulated: bool
    last_login_at: datetime | None
