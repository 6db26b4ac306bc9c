"""Who is calling: the claims of a verified access token, and what the policies say that they may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from dreamseed import logs
from dreamseed.errors import Forbidden, Unauthenticated
from dreamseed.standing import NOTHING_SPECIAL, Standing

if TYPE_CHECKING:
    from dreamseed.ports.policy import Decision

_log = logs.logger("policy")


@dataclass(frozen=True)
class Caller:
    """A signed-in person in one organisation. `permissions` are those of their roles, wildcards included.

    `limited_to` are the scopes of the API key that they use; None when they signed in themselves. `session_id` is the
    sign-in that they call from, which a second factor may have proved, or that key. `rate_limit_per_hour` is the key's.
    """

    user_id: UUID
    org_id: UUID
    roles: frozenset[str]
    permissions: frozenset[str]
    limited_to: frozenset[str] | None = None
    session_id: UUID | None = None
    standing: Standing = NOTHING_SPECIAL
    rate_limit_per_hour: int | None = None

    @property
    def has_second_factor(self) -> bool:
        """Whether a second factor proved the sign-in."""
        return self.standing.has_second_factor

    def may(self, permission: str, *, owner_id: UUID | None = None, **known: bool | None) -> bool:
        """Whether the policies allow `resource:action[:scope]`; with what is known of the thing, for this thing.

        `owner_id` is whose it is; `is_taught` whether the caller teaches them, `is_ward` whether the caller is their
        guardian, `in_exam` whether the caller has an exam open. Raises Unavailable.
        """
        decision = self._decide(permission, owner_id, known)
        if owner_id is not None and not decision.allow:
            self._log_denial(permission, decision)
        return decision.allow

    def require(self, permission: str, *, owner_id: UUID | None = None, **known: bool | None) -> Decision:
        """Raise Forbidden unless the policies allow it, as `may` says; its code is their first reason."""
        decision = self._decide(permission, owner_id, known)
        if not decision.allow:
            self._log_denial(permission, decision)
            code = decision.reasons[0]
            raise Forbidden(_DETAILS.get(code, f"This needs the permission {permission}."), code=code)
        return decision

    def _decide(self, permission: str, owner_id: UUID | None, known: Mapping[str, bool | None]) -> Decision:
        from dreamseed.ports import policy  # loaded by the first call that is not public

        is_own = None if owner_id is None else owner_id == self.user_id
        question = policy.Question(
            permission, self.permissions, self.limited_to, is_own=is_own, standing=self.standing, **known
        )
        return policy.connect().decide(question)

    def _log_denial(self, permission: str, decision: Decision) -> None:
        """What is allowed, and why, stands in the line that every request logs; what is not, with all reasons here."""
        _log.info("denied", extra={"permission": permission, "reasons": decision.reasons, "roles": sorted(self.roles)})


_DETAILS = {
    "consent_missing": "A consent is missing: a parent or guardian, or the school, has to agree first.",
    "in_exam": "Finish the exam that is open first.",
    "second_factor_missing": "Your organisation wants a second factor for this: set one up, and sign in with it.",
    "too_young": "This is not for people of your age.",
}


def require_person(caller: Caller) -> None:
    """Raise Forbidden for a program: it must not change how its owner signs in."""
    if caller.limited_to is not None:
        raise Forbidden("An API key may not do this: sign in.", code="person_required")


def bearer_token(headers: Mapping[str, str]) -> str:
    """The access token of an Authorization header. Raises Unauthenticated when there is none."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated("Send an access token: Authorization: Bearer …", code="token_missing")
    return token
