"""Sign out."""

from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.exchange import Client
from dreamseed.identity.models import RefreshTokenBody
from dreamseed.identity.sign_in import sign_out
from dreamseed.needs import PUBLIC, Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys


@function(
    Needs(
        Http("POST", "/api/v1/auth/logout", PUBLIC, status=204, max_body_bytes=4096, idempotency="natural"),
        grants=(database("write"), subject_keys("write")),
    )
)
def revoke_token(body: RefreshTokenBody, client: Client, keys: SubjectKeys, clock: Clock) -> None:
    """End the sign-in that a refresh token belongs to; its access tokens run out within ten minutes."""
    sign_out(body.refresh_token, clock.now(), client, keys)
