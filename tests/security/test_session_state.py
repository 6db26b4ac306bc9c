"""Nothing of ours outlives its transaction on a connection: no statement that would leave something, and nothing left.

What lasts as long as a session (a setting, a temporary table, a held cursor, a lock, a channel) would be there for the
next organisation that the connection serves.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from dreamseed.catalogue import ROOT
from dreamseed.database.engine import link
from dreamseed.needs import PUBLIC
from tests.school import School
from tests.security.routes import ROUTES, trigger
from tests.security.test_authorisation_matrix import LINES, ask
from tests.security.world import World

LASTING = re.compile(
    r"\bset\s+(session|role|search_path|app\.|row_security)|set_config\([^)]*,\s*false\s*\)|\bcreate\s+(temp|temporary)\b"
    r"|\bwith\s+hold\b|^\s*listen\s|pg_(try_)?advisory_lock|^\s*prepare\s",
    re.IGNORECASE,
)
ON_OTHER_CONNECTIONS = {
    "layers/common/dreamseed/database/migrate.py": "an owner's connection that is closed at the end",
    "layers/common/dreamseed/database/migration.py": "the path of a function, and what migrations say",
    "layers/common/dreamseed/database/roles.py": "statements for an administrator",
}
STATE = """
    select 'setting ' || name || ' ' || setting from pg_settings where source = 'session'
        and name not in ('client_encoding', 'application_name')
    union all select 'cursor ' || statement from pg_cursors
    union all select 'channel ' || channel from pg_listening_channels() channel
    union all select 'table ' || relname from pg_class where relnamespace = pg_my_temp_schema()
    union all select 'lock ' || objid from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()"""


def _texts(path: Path) -> list[str]:
    """The text constants of a module and the names that it takes from others, docstrings left out."""
    tree = ast.parse(path.read_text())
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    described = [node for node in ast.walk(tree) if isinstance(node, documented) and _starts_with_text(node)]
    docstrings = {id(node.body[0].value) for node in described}  # type: ignore[attr-defined]
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in docstrings]
    names = [node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    return [each for each in (*texts, *names) if isinstance(each, str)]


def _starts_with_text(node: Any) -> bool:
    return bool(node.body) and isinstance(node.body[0], ast.Expr) and isinstance(node.body[0].value, ast.Constant)


def lasting_statements(folder: Path) -> set[str]:
    """The modules below the folder that hold a statement whose effect outlives the transaction."""
    modules = [*folder.rglob("*.py")]
    return {path.relative_to(folder).as_posix() for path in modules if any(map(LASTING.search, _texts(path)))}


def test_no_statement_of_ours_outlives_its_transaction() -> None:
    found = {f"{folder}/{path}" for folder in ("layers", "functions") for path in lasting_statements(ROOT / folder)}

    assert found == ON_OTHER_CONNECTIONS.keys()


@pytest.mark.parametrize(
    "planted",
    [
        "db.execute(text(\"set app.org_id = 'x'\"))",
        "db.execute(text(\"select set_config('app.org_id', :org, false)\"))",
        'db.execute(text("create temp table wanted (id uuid)"))',
        'db.execute(text("declare c cursor with hold for select 1"))',
        "db.execute(select(func.pg_advisory_lock(1)))",
    ],
)
def test_one_that_did_would_be_found(planted: str, tmp_path: Path) -> None:
    (tmp_path / "planted.py").write_text(planted)

    assert lasting_statements(tmp_path) == {"planted.py"}


def test_no_endpoint_leaves_anything_on_its_connection(school: School) -> None:
    world = World(school)
    for line in LINES.values():
        if trigger(ROUTES[line.route]).permission != PUBLIC:
            ask(school, world, line, "admin", line.relations[0])

    for role in ("read", "write"):
        connection = link(school.database.url(role)).take()
        try:
            assert connection.scalars(text(STATE)).all() == []
        finally:
            link(school.database.url(role)).give_back(connection)
