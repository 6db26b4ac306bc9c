"""Take a browser back from another identity provider."""

import os
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query

from dreamseed.collaborators import Clock
from dreamseed.errors import DreamSeedError, Unauthenticated
from dreamseed.function import function
from dreamseed.http.reply import RawReply
from dreamseed.identity import oidc, oidc_sign_in
from dreamseed.identity.models import Cookies, ProviderId
from dreamseed.identity.oidc_providers import find_provider
from dreamseed.needs import PUBLIC, Http, Needs, database, secret, subject_keys
from dreamseed.ports.secrets import Secrets
from dreamseed.ports.subject_keys import SubjectKeys


@function(
    Needs(
        Http("GET", "/api/v1/auth/oidc/{provider}/callback", PUBLIC, status=302),
        grants=(database("write"), secret("signing_keys"), secret("oidc_providers"), subject_keys("write")),
        timeout_seconds=30,
    )
)
def finish_oidc_sign_in(
    provider: ProviderId,
    secrets: Secrets,
    subjects: SubjectKeys,
    clock: Clock,
    state: Annotated[str, Query(max_length=256)] = "",
    code: Annotated[str, Query(max_length=4096)] = "",
    cookie: Cookies = "",
) -> RawReply:
    """Redirect to the page that began it, the answer after the `#`: a code for /auth/token, or what went wrong."""
    chosen, keys = find_provider(secrets.read("oidc_providers"), provider), secrets.read("signing_keys")
    origin = os.environ["DREAMSEED_PUBLIC_URL"]
    page, fragment = "/sign-in", {}
    try:
        row = oidc_sign_in.resume(chosen, state, cookie, keys, origin, clock.now())
        link_to = row.data.get("link_to")
        page = "/sign-in" if link_to is None else "/settings/security"
        if not code:
            raise Unauthenticated("The sign-in was cancelled.", code="oidc_cancelled")
        redirect_uri = f"{origin}/api/v1/auth/oidc/{chosen.id}/callback"
        identity = oidc.identity_of(chosen, code, oidc_sign_in.attempt_of(row, redirect_uri, keys), clock.now())
        if link_to is None:
            sign_in_code = oidc_sign_in.sign_in_code(identity, row, chosen, keys, subjects, clock.now())
            fragment = {"code": sign_in_code, "return_to": row.data["return_to"]}
        else:
            oidc_sign_in.link(link_to, identity, chosen, subjects, clock.now())
            fragment = {"linked": chosen.id}
    except DreamSeedError as error:
        fragment = {"error": error.code}
    return RawReply(b"", "text/plain", {"location": f"{origin}{page}#{urlencode(fragment)}"}, 302)
