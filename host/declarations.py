"""What a function declares, without its code.

Reading the catalogue imports every function and so most libraries. The host lets a worker do that (`read_catalogue` in
host/chores.py), needs only the declarations, and so stays quick to start and small.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from dreamseed import needs as vocabulary
from dreamseed.needs import Grant, Needs


@dataclass(frozen=True)
class Declaration:
    """A function without its code."""

    name: str
    area: str
    module: str
    needs: Needs

    @property
    def handler(self) -> str:
        """The handler as Lambda's configuration names it."""
        return f"{self.module}.{self.name}"

    def to_json(self) -> dict[str, Any]:
        """As JSON, the trigger with its kind."""
        trigger = {"kind": type(self.needs.trigger).__name__, **asdict(self.needs.trigger)}
        return {**asdict(self), "needs": {**asdict(self.needs), "trigger": trigger}}

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> Declaration:
        """The reverse of `to_json`."""
        needs = raw["needs"]
        fields = dict(needs["trigger"])
        kind = getattr(vocabulary, fields.pop("kind"))
        return cls(
            name=raw["name"],
            area=raw["area"],
            module=raw["module"],
            needs=Needs(
                trigger=kind(**fields),
                grants=tuple(Grant(**grant) for grant in needs["grants"]),
                layers=tuple(needs["layers"]),
                memory_mb=needs["memory_mb"],
                timeout_seconds=needs["timeout_seconds"],
            ),
        )
