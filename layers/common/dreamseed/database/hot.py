"""Statements of the hot path: written in Core like all others, but run by the driver itself.

    _LOCK = Hot(lambda: select(*columns).where(test_sessions.c.id == bindparam("id")).with_for_update())
    row = _LOCK.run(db, {"id": session_id}).fetchone()

Core compiles the statement once a process; after that SQLAlchemy's part in running one (looking up the compiled form,
an execution context, a result with its keys, rows with names) costs as much as everything else that an answer does.
The driver gives plain tuples of the same Python values. Statements that run once in a while stay with `db.execute`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Connection, Executable
from sqlalchemy.dialects.postgresql import JSONB

from dreamseed.database.engine import driver_of

if TYPE_CHECKING:
    from psycopg import Cursor


class Hot:
    """One statement. `build` makes it at its first use; every value is a `bindparam`."""

    def __init__(self, build: Callable[[], Executable]) -> None:
        self._build = build
        self._sql = ""
        self._wrappers: dict[str, Callable[[Any], object]] = {}

    def run(self, db: Connection, values: Mapping[str, Any]) -> Cursor[tuple[Any, ...]]:
        """Execute it in the open transaction. None stands for NULL, also in a column of JSON."""
        if not self._sql:
            self._compile(db)
        given = dict(values)
        for name, wrap in self._wrappers.items():
            if given[name] is not None:
                given[name] = wrap(given[name])
        return driver_of(db).execute(self._sql, given)

    def _compile(self, db: Connection) -> None:
        """Make the SQL, and find the parameters that the driver must be told are JSON."""
        from psycopg.types.json import Jsonb

        compiled = cast(Any, self._build()).compile(dialect=db.dialect)
        self._wrappers = {name: Jsonb for name, bound in compiled.binds.items() if isinstance(bound.type, JSONB)}
        self._sql = str(compiled)
