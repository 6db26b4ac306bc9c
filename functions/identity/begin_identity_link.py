"""Begin to link an account at another provider to one's own."""

import os

from sqlalchemy import Connection

from dreamseed.audit.trail import Trail
from dreamseed.collaborators import Clock
from dreamseed.database.transaction import in_tenant
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.http.reply import Reply
from dreamseed.identity import oidc, oidc_sign_in
from dreamseed.identity.identities import require_room
from dreamseed.identity.models import IdentityLink, IdentityLinkBegun
from dreamseed.identity.oidc_providers import named_provider
from dreamseed.identity.second_factors import require_recent
from dreamseed.needs import Http, Needs, database, secret
from dreamseed.ports.secrets import Secrets


@function(
    Needs(
        Http(
            "POST",
            "/api/v1/me/identities",
            "profile:secure:own",
            max_body_bytes=4096,
            idempotency="natural",
            is_sensitive=True,
        ),
        grants=(database("write"), secret("signing_keys"), secret("oidc_providers")),
        timeout_seconds=30,
    )
)
def begin_identity_link(
    body: IdentityLink, caller: Caller, secrets: Secrets, clock: Clock, trail: Trail
) -> Reply[IdentityLinkBegun]:
    """Say where the browser signs in, with a cookie that only this browser can bring back.

    Needs a sign-in of the last 15 minutes. Nothing is linked before the provider has said who it is.
    """

    def check(db: Connection) -> None:
        require_recent(db, caller, clock.now())
        require_room(db, caller.user_id)
        trail.record(db)

    chosen = named_provider(secrets.read("oidc_providers"), body.provider)
    in_tenant(caller.org_id, check)
    origin = os.environ["DREAMSEED_PUBLIC_URL"]
    row = oidc_sign_in.begin(chosen, None, "/settings/security", clock.now(), link_to=caller)
    redirect_uri = f"{origin}/api/v1/auth/oidc/{chosen.id}/callback"
    attempt = oidc_sign_in.attempt_of(row, redirect_uri, secrets.read("signing_keys"))
    begun = IdentityLinkBegun(authorization_url=oidc.authorization_url(chosen, attempt))
    return Reply(begun, headers={"set-cookie": oidc_sign_in.cookie_of(row, origin)})
