"""What the policies are asked and what they answer.

A question holds facts and no ids, so an answer can be remembered, and a log of decisions names nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dreamseed.standing import NOTHING_SPECIAL, Standing


@dataclass(frozen=True)
class Question:
    """May somebody with these permissions do that with this thing?

    `limited_to` are the scopes of an API key; None for people who signed in. What is not known of the thing, because
    it has not been read yet or the action is about none, is None, and so is `in_exam` where it does not matter.
    `standing` is what else is known of whoever asks.
    """

    action: str
    permissions: frozenset[str]
    limited_to: frozenset[str] | None = None
    is_own: bool | None = None
    is_taught: bool | None = None
    is_ward: bool | None = None
    in_exam: bool | None = None
    standing: Standing = NOTHING_SPECIAL

    def as_input(self) -> dict[str, Any]:
        """The `input` document of the policies."""
        limits = None if self.limited_to is None else sorted(self.limited_to)
        return {
            "action": self.action,
            "subject": {
                "permissions": sorted(self.permissions),
                "limited_to": limits,
                "has_second_factor": self.standing.has_second_factor,
                "requires_second_factor": self.standing.requires_second_factor,
                "age_band": self.standing.age_band,
                "lacks_consent": sorted(self.standing.lacks_consent),
            },
            "resource": _known(is_own=self.is_own, is_taught=self.is_taught, is_ward=self.is_ward),
            "context": _known(in_exam=self.in_exam),
        }


def _known(**facts: bool | None) -> dict[str, bool]:
    return {name: value for name, value in facts.items() if value is not None}


@dataclass(frozen=True)
class Decision:
    """Yes, with the permissions by which it is so, or no with every reason against it, each a stable code."""

    allow: bool
    reasons: tuple[str, ...]
