"""List by which accounts elsewhere one signs in."""

from sqlalchemy import Connection

from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.http.paging import Page
from dreamseed.identity import identities
from dreamseed.identity.models import LinkedIdentity
from dreamseed.identity.oidc_providers import names_by_issuer
from dreamseed.needs import Http, Needs, database, secret
from dreamseed.ports.secrets import Secrets


@function(
    Needs(
        Http("GET", "/api/v1/me/identities", "profile:read:own"),
        grants=(database("read"), secret("oidc_providers")),
    )
)
def list_identities(caller: Caller, db: Connection, secrets: Secrets) -> Page[LinkedIdentity]:
    """The caller's identities at other providers, ten at most, so there is one page."""
    names = names_by_issuer(secrets.read("oidc_providers"))
    return Page(
        items=[
            LinkedIdentity(
                id=row.id,
                provider=names.get(row.issuer, row.issuer),
                linked_at=row.created_at,
                last_used_at=row.last_used_at,
            )
            for row in identities.list_identities(db, caller.user_id)
        ]
    )
