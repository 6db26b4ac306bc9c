"""Unlink an account at another provider."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.audit.trail import Trail
from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.identity import identities
from dreamseed.identity.oidc_providers import names_by_issuer
from dreamseed.identity.profile import locked_user
from dreamseed.identity.second_factors import require_recent
from dreamseed.needs import Http, Needs, database, secret
from dreamseed.ports.secrets import Secrets


@function(
    Needs(
        Http("DELETE", "/api/v1/me/identities/{id}", "profile:secure:own", status=204, is_sensitive=True),
        grants=(database("write"), secret("oidc_providers")),
    )
)
def delete_identity(id: UUID, caller: Caller, db: Connection, secrets: Secrets, clock: Clock, trail: Trail) -> None:
    """Let an identity sign in no more; whoever has no password chooses one by mail. Needs a fresh sign-in."""
    require_recent(db, caller, clock.now())
    names = names_by_issuer(secrets.read("oidc_providers"))
    identities.unlink_identity(db, caller, locked_user(db, caller), id, names)
    trail.note(caller.user_id, "identities", id)
