"""What a caller may do, as `policies/` decides. Who evaluates it is configuration: this process, or a server."""

from __future__ import annotations

import os
from typing import Protocol

from dreamseed.policy.question import Decision, Question

__all__ = ["Decision", "Policy", "Question", "connect"]


class Policy(Protocol):
    """Whoever evaluates the policies."""

    def decide(self, question: Question) -> Decision:
        """The decision. Raises Unavailable when there is nobody to make one; never allows for want of an answer."""
        ...

    def permissions_of(self, roles: frozenset[str]) -> frozenset[str]:
        """What the built-in roles may do together, with what they inherit. Raises Unavailable."""
        ...


def connect() -> Policy:
    """The policy server at OPA_URL where one is configured, else the policies in this process."""
    address = os.environ.get("OPA_URL")
    if address:
        from dreamseed.policy.server import PolicyServer

        return PolicyServer(address)
    from dreamseed.policy.embedded import embedded_policy

    return embedded_policy()
