"""Bring a database to the newest version: Alembic under an advisory lock, called by a function with the owner role.

one connection holds the lock for as long as it takes, whatever the other one commits;
the other migrates, one transaction per version, and gives up on a table that is in use rather than queue behind it
"""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

if TYPE_CHECKING:
    from dreamseed.ports.subject_keys import SubjectKeys

MIGRATION_LOCK = 0x6472_6561_6D73_6565
"""Any number will do, as long as nobody else uses it: these are the bytes of `dreamsee`."""

LOCK_TIMEOUT = "5s"


def migrate(owner_url: str, revision: str = "head", keys: SubjectKeys | None = None) -> str:
    """Upgrade to `revision` and return the version then in force. Two at once wait for each other.

    `keys` seal what a version finds unsealed; a database without people needs none.
    Raises OperationalError when a table stays locked for more than five seconds; nothing of that version is kept.
    """
    return _under_lock(owner_url, "upgrade", revision, keys)


def downgrade(owner_url: str, revision: str, keys: SubjectKeys | None = None) -> str:
    """Go back to `revision`, or to an empty schema with "base". For tests and for an operator who knows why."""
    return _under_lock(owner_url, "downgrade", revision, keys)


def current_version(db: Connection) -> str | None:
    """The version that the database is at; None if it was never migrated."""
    if db.scalar(text("select to_regclass('public.alembic_version') is null")):
        return None
    version: str | None = db.scalar(text("select version_num from alembic_version"))
    return version


def pending_migrations(db: Connection) -> list[str]:
    """The versions that this code has and the database has not, in order: the numbers in `migrations/versions`."""
    current = current_version(db) or ""
    files = (_scripts() / "versions").iterdir()
    return sorted(path.name[:4] for path in files if re.match(r"\d{4}_", path.name) and path.name[:4] > current)


def _under_lock(owner_url: str, command: str, revision: str, keys: SubjectKeys | None) -> str:
    engine = create_engine(owner_url, poolclass=NullPool, connect_args={"connect_timeout": 5})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as lock:
        lock.execute(text("select pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
        with engine.connect() as connection:
            connection.execute(text("select set_config('lock_timeout', :limit, false)"), {"limit": LOCK_TIMEOUT})
            connection.commit()
            _alembic(connection, command, revision, keys)
            connection.commit()
            return current_version(connection) or "base"


def _alembic(connection: Connection, command: str, revision: str, keys: SubjectKeys | None) -> None:
    from alembic import command as commands  # 0.2 s of imports that only a migration needs
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_scripts()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes |= {"connection": connection, "keys": keys}
    getattr(commands, command)(config, revision)


def _scripts() -> Path:
    spec = find_spec("migrations")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("the folder migrations/ is not packed with this function")
    return Path(next(iter(spec.submodule_search_locations)))
