"""The identity providers that an operator has listed: the secret `oidc_providers`, a JSON object by id.

    {"google": {"client_id": "…", "client_secret": "…"},
     "microsoft": {"tenant": "…", "client_id": "…", "client_secret": "…"},
     "github": {"client_id": "…", "client_secret": "…"},
     "district": {"issuer": "https://id.district.example", "name": "District 9", "organisation": "hillside",
                  "trusts_email": true, "client_id": "…", "client_secret": "…"}}

`trusts_email`: an address that the provider has verified lets its owner into the account that has it already. Google
verifies addresses, and GitHub; Microsoft's may be set by a tenant's administrator, so there it is off.
"""

from __future__ import annotations

import json
import re
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from dreamseed.errors import FieldError, Invalid, NotFound
from dreamseed.identity.oidc import Provider
from dreamseed.models import Input

Url = Annotated[str, Field(pattern=r"^https?://[^\s]+$", max_length=500)]
_GENERATED = re.compile(r"[0-9a-f]{64}")
"""The value that a platform makes for a secret that nobody has filled in."""


class ProviderSettings(Input):
    """One provider in the list. What is left out is known for Google, Microsoft and GitHub."""

    client_id: Annotated[str, Field(min_length=1, max_length=200)]
    client_secret: Annotated[str, Field(max_length=500)] = ""
    kind: Literal["oidc", "github"] | None = None
    name: Annotated[str, Field(max_length=60)] | None = None
    issuer: Url | None = None
    tenant: Annotated[str, Field(pattern=r"^[a-zA-Z0-9.-]{1,80}$")] | None = None
    organisation: str | None = None
    trusts_email: bool | None = None
    api_url: Url = "https://api.github.com"


_LIST = TypeAdapter(dict[Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,32}$")], ProviderSettings])


def listed_providers(secret: str) -> dict[str, Provider]:
    """The providers of the secret, by id. Raises ValueError for a list that is malformed."""
    if _GENERATED.fullmatch(secret.strip()):
        return {}
    return {id_: _provider(id_, settings) for id_, settings in _LIST.validate_python(json.loads(secret)).items()}


def find_provider(secret: str, id_: str) -> Provider:
    """One of the listed providers. Raises NotFound: whoever is not listed may say nothing."""
    provider = listed_providers(secret).get(id_)
    if provider is None:
        raise NotFound("There is no such provider.", code="provider_not_found")
    return provider


def named_provider(secret: str, id_: str) -> Provider:
    """One of the listed providers that a request's body names. Raises Invalid."""
    provider = listed_providers(secret).get(id_)
    if provider is None:
        errors = (FieldError("body.provider", "is none of those at /auth/oidc"),)
        raise Invalid("There is no such provider.", code="provider_not_found", errors=errors)
    return provider


def names_by_issuer(secret: str) -> dict[str, str]:
    """What the listed providers are called, by issuer."""
    return {each.issuer: each.name for each in listed_providers(secret).values()}


def _provider(id_: str, settings: ProviderSettings) -> Provider:
    issuer, name, trusts_email = _known(id_, settings)
    return Provider(
        id=id_,
        name=settings.name or name,
        kind=settings.kind or ("github" if id_ == "github" else "oidc"),
        issuer=settings.issuer or issuer,
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        organisation=settings.organisation,
        trusts_email=trusts_email if settings.trusts_email is None else settings.trusts_email,
        api_url=settings.api_url,
    )


def _known(id_: str, settings: ProviderSettings) -> tuple[str, str, bool]:
    """Issuer, name and whether its addresses are trusted, where the settings do not say it."""
    match id_:
        case "google":
            return "https://accounts.google.com", "Google", True
        case "github":
            return "https://github.com", "GitHub", True
        case "microsoft" if settings.tenant:
            return f"https://login.microsoftonline.com/{settings.tenant}/v2.0", "Microsoft", False
        case _ if settings.issuer:
            return settings.issuer, id_, False
    raise ValueError(f"provider {id_} needs an issuer, Microsoft a tenant")
