"""What a function may use: declared in its needs, addressed by environment variables that the platform sets."""

from __future__ import annotations

import os
from dataclasses import dataclass

from dreamseed.errors import MissingGrant
from dreamseed.function import Function
from dreamseed.needs import Grant, GrantKind

_DECLARATIONS: dict[GrantKind, str] = {
    "database": 'database("{action}")',
    "subject_keys": 'subject_keys("{action}")',
    "topics": "topics()",
    "workflow": 'workflow("{name}")',
    "job_queue": 'job_queue("{name}")',
    "bucket": 'bucket("{name}", "{action}")',
    "secret": 'secret("{name}")',  # how it is declared  # nosec B105
    "sockets": "sockets()",
    "mail": "mail()",
    "audit_sink": "audit_sink()",
}


@dataclass(frozen=True)
class Grants:
    """The grants of one function."""

    function: str
    declared: tuple[Grant, ...]

    @classmethod
    def of(cls, function: Function) -> Grants:
        return cls(function.name, function.needs.grants)

    def address(self, kind: GrantKind, name: str, *actions: str) -> str:
        """The address of a resource that the function declared with one of the actions (any, if none is named).

        Raises MissingGrant, naming what to declare, if it did not; and if the platform gave no address for it.
        """
        grant = next((held for held in self.declared if (held.kind, held.name) == (kind, name)), None)
        if grant is None or (actions and grant.action not in actions):
            action = actions[0] if actions else ""
            raise MissingGrant(f"{self.function} must declare {_DECLARATIONS[kind].format(name=name, action=action)}")
        return environment_address(grant)


def environment_address(grant: Grant) -> str:
    """The address that the platform gave for the grant. Raises MissingGrant if it gave none."""
    value = os.environ.get(grant.variable)
    if not value:
        declaration = _DECLARATIONS[grant.kind].format(name=grant.name, action=grant.action or "read")
        raise MissingGrant(f"this process was not given {declaration}: {grant.variable} is not set")
    return value
