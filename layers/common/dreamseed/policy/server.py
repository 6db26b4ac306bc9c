"""The policies evaluated by an Open Policy Agent server that has loaded the folder `policies/` as its bundle.

It is asked at every decision, because it may be given other policies at any time. Without an answer nothing is allowed.
"""

from __future__ import annotations

import json
import random
import time
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from dreamseed.errors import Unavailable
from dreamseed.policy.question import Decision, Question

TIMEOUT_SECONDS = 1.0
TRIES = 2
LONGEST_PAUSE_SECONDS = 0.1
NOTHING_DECIDED = Decision(allow=False, reasons=("undecided",))


class PolicyServer:
    """An OPA server's data API (https://www.openpolicyagent.org/docs/rest-api#data-api)."""

    def __init__(self, address: str) -> None:
        self._address = address.rstrip("/")

    def decide(self, question: Question) -> Decision:
        match self._ask("authz/decision", question.as_input()):
            case {"allow": bool(allow), "reasons": [*reasons]} if allow or reasons:
                return Decision(allow, tuple(map(str, reasons)))
        return NOTHING_DECIDED

    def permissions_of(self, roles: frozenset[str]) -> frozenset[str]:
        held = self._ask("roles/permissions", {"roles": sorted(roles)})
        return frozenset(map(str, held)) if isinstance(held, list) else frozenset()

    def _ask(self, rule: str, facts: dict[str, Any]) -> Any:
        """The value of a rule; None where it is undefined. Raises Unavailable."""
        request = Request(  # noqa: S310 - the address is configuration, not input
            f"{self._address}/v1/data/dreamseed/{rule}",
            data=json.dumps({"input": facts}).encode(),
            headers={"content-type": "application/json"},
        )
        for tries_left in reversed(range(TRIES)):
            try:
                with urlopen(request, timeout=TIMEOUT_SECONDS) as reply:  # noqa: S310 - see above  # nosec B310
                    said = json.load(reply)
                    return said.get("result") if isinstance(said, dict) else None
            except (OSError, HTTPException, ValueError) as error:
                if isinstance(error, HTTPError):
                    error.close()
                if not tries_left:
                    detail = "It cannot be decided now what you may do."
                    raise Unavailable(detail, code="policy_unavailable", retry_after_seconds=1) from error
                time.sleep(random.uniform(0, LONGEST_PAUSE_SECONDS))  # noqa: S311 - not for secrets  # nosec B311
        raise AssertionError("there is at least one try")
