"""The policies evaluated in this process by regorus, an interpreter of Rego: 50 µs a decision, a millisecond to load.

Policies come with the code and never change while it runs, so each question is decided once and then remembered.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from dreamseed.policy.question import Decision, Question

REMEMBERED = 8_192


class EmbeddedPolicy:
    """The policies of one folder."""

    def __init__(self, folder: Path) -> None:
        self._engine = engine_for(folder)
        self.decide = lru_cache(REMEMBERED)(self._decide)
        self.permissions_of = lru_cache(REMEMBERED)(self._permissions_of)

    def _decide(self, question: Question) -> Decision:
        decision = self._evaluate("authz.decision", question.as_input())
        return Decision(decision["allow"], tuple(decision["reasons"]))

    def _permissions_of(self, roles: frozenset[str]) -> frozenset[str]:
        return frozenset(self._evaluate("roles.permissions", {"roles": sorted(roles)}))

    def _evaluate(self, rule: str, facts: dict[str, Any]) -> Any:
        self._engine.set_input(facts)
        return self._engine.eval_rule(f"data.dreamseed.{rule}")


@cache
def embedded_policy() -> EmbeddedPolicy:
    """The policies that are packed with this function."""
    spec = find_spec("policies")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("the folder policies/ is not packed with this function")
    return EmbeddedPolicy(Path(next(iter(spec.submodule_search_locations))))


def engine_for(folder: Path, *, with_tests: bool = False) -> Any:
    """An engine with the policies and the data of a folder; policies that test others only when asked for."""
    import regorus

    engine = regorus.Engine()
    for path in sorted(folder.glob("*.rego")):
        if with_tests or not path.stem.endswith("_test"):
            engine.add_policy(path.name, path.read_text(encoding="utf-8"))
    engine.add_data_json((folder / "data.json").read_text(encoding="utf-8"))
    return engine
