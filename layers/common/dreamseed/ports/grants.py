"""The addresses of a function's resources: environment variables, set by the platform for exactly what it declares."""

from __future__ import annotations

import os

from dreamseed.errors import MissingGrant
from dreamseed.needs import Grant, GrantKind

_DECLARATIONS: dict[GrantKind, str] = {
    "database": 'database("read")',
    "queue": 'queue("{name}")',
    "topics": "topics()",
    "workflow": 'workflow("{name}")',
    "job_queue": 'job_queue("{name}")',
    "bucket": 'bucket("{name}", "read")',
    "secret": 'secret("{name}")',
    "sockets": "sockets()",
}


def address(kind: GrantKind, name: str = "main") -> str:
    """The address of the named resource. Raises MissingGrant when this function was not given one."""
    variable = Grant(kind, name, "").variable
    value = os.environ.get(variable)
    if not value:
        declaration = _DECLARATIONS[kind].format(name=name)
        raise MissingGrant(f"the function does not declare the grant {declaration} ({variable} is not set)")
    return value
