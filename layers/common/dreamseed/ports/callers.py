"""Who is behind an access token: all that the rest of the product knows of signing in.

The frame and the socket functions ask here; how people sign in, and what their tokens are, is identity's own matter.
"""

from __future__ import annotations

from typing import Protocol

from dreamseed.http.caller import Caller


class Callers(Protocol):
    """Whoever can tell a caller by what they bring."""

    def of_token(self, token: str, *, is_checked_now: bool = False, may_be_key: bool = False) -> Caller:
        """The caller who was given this access token. Raises Unauthenticated when it does not hold.

        `is_checked_now`: what the token said minutes ago is not enough; whoever has been signed out since is refused,
        and a role that was taken away since is gone. `may_be_key`: an API key will do as well. Both look into the
        database; where there is none, a key is exchanged for an access token first.
        """
        ...


def connect() -> Callers:
    """The callers that identity's access tokens name."""
    from dreamseed.identity.access import AccessTokens  # loaded by the first call that is not public

    return AccessTokens()
