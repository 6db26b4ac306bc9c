"""Sign out."""

from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.identity.models import RefreshTokenBody
from dreamseed.identity.sign_in import sign_out
from dreamseed.needs import PUBLIC, Http, Needs, database


@function(
    Needs(
        Http("POST", "/api/v1/auth/logout", PUBLIC, status=204, max_body_bytes=4096, idempotency="natural"),
        grants=(database("write"),),
    )
)
def revoke_token(body: RefreshTokenBody, clock: Clock) -> None:
    """End the sign-in that a refresh token belongs to; its access tokens run out within ten minutes."""
    sign_out(body.refresh_token, clock.now())
