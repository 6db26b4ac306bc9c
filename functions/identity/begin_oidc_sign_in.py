"""Send a browser to another identity provider."""

import os
from typing import Annotated

from fastapi import Query

from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.reply import RawReply
from dreamseed.identity import oidc, oidc_sign_in
from dreamseed.identity.models import ProviderId, ReturnTo
from dreamseed.identity.oidc_providers import find_provider
from dreamseed.needs import PUBLIC, Http, Needs, database, secret
from dreamseed.ports.secrets import Secrets


@function(
    Needs(
        Http("GET", "/api/v1/auth/oidc/{provider}/login", PUBLIC, status=302),
        grants=(database("write"), secret("signing_keys"), secret("oidc_providers")),
    )
)
def begin_oidc_sign_in(
    provider: ProviderId,
    secrets: Secrets,
    clock: Clock,
    organisation: Annotated[str | None, Query(pattern="^[a-z0-9][a-z0-9-]{1,62}$")] = None,
    return_to: ReturnTo = "/",
) -> RawReply:
    """Redirect to the provider, with a cookie that only this browser can bring back."""
    chosen = find_provider(secrets.read("oidc_providers"), provider)
    origin = os.environ["DREAMSEED_PUBLIC_URL"]
    row = oidc_sign_in.begin(chosen, organisation, return_to, clock.now())
    redirect_uri = f"{origin}/api/v1/auth/oidc/{chosen.id}/callback"
    attempt = oidc_sign_in.attempt_of(row, redirect_uri, secrets.read("signing_keys"))
    headers = {
        "location": oidc.authorization_url(chosen, attempt),
        "set-cookie": oidc_sign_in.cookie_of(row, origin),
    }
    return RawReply(b"", "text/plain", headers, 302)
