"""What an operator does to a local cloud from outside: migrate it, look at its dead letters, send them again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from uuid import UUID

from psycopg.conninfo import conninfo_to_dict

from host.postgres import Database, Postgres
from host.settings import HostError
from host.setup.running import is_running, read_status
from host.storage import prepare_folders, prepare_storage

MAX_LETTERS = 1000


def migrate(data_dir: Path) -> int:
    """Bring the database to the newest version, whether the host runs or not."""
    from dreamseed.database.key_store import prepare_key_store
    from dreamseed.database.migrate import migrate as upgrade
    from dreamseed.ports.subject_keys import KeyAccess, SubjectKeys

    prepare_folders(data_dir)
    prepare_storage(data_dir)
    with database_of(data_dir) as database:
        owner = database.keys_url("owner")
        prepare_key_store(owner)
        access = KeyAccess(owner, "owner", lambda name: (data_dir / "secrets" / name).read_text())
        print(f"The database is at version {upgrade(database.url('owner'), keys=SubjectKeys(access, None))}.")
    return 0


def list_dead_letters(data_dir: Path) -> int:
    """Print every organisation's dead letters, one JSON object a line."""
    from dreamseed.database.transaction import in_system
    from dreamseed.platform import queries

    with database_of(data_dir) as database:
        letters = in_system(lambda db: queries.list_dead_letters(db, None, MAX_LETTERS), database.url("system"))
    for letter in letters:
        print(json.dumps(dict(letter._mapping), default=str))
    return 0


def replay(data_dir: Path, ids: Sequence[UUID]) -> int:
    """Send dead letters again, all of them if none is named. The exit status is 1 when one of them is not there."""
    from dreamseed.database.transaction import in_system
    from dreamseed.platform import queries

    with database_of(data_dir) as database:
        url = database.url("system")
        if not ids:
            letters = in_system(lambda db: queries.list_dead_letters(db, None, MAX_LETTERS), url)
            ids = [letter.id for letter in letters]
        missing = [one for one in ids if in_system(partial(queries.replay_dead_letter, message_id=one), url) is None]
    for one in missing:
        print(f"There is no dead letter {one}.")
    print(f"{len(ids) - len(missing)} sent again.")
    return 1 if missing else 0


@contextmanager
def database_of(data_dir: Path) -> Iterator[Database]:
    """The running host's database, or else one that is started for the occasion. Raises HostError."""
    if is_running(data_dir):
        conninfo = read_status(data_dir).get("database")
        if conninfo is None:
            raise HostError("DreamSeed is just starting; try again in a moment.")
        where = conninfo_to_dict(conninfo)
        yield Database(Path(str(where["host"])), str(where["dbname"]))
        return
    postgres = Postgres(data_dir / "postgres")
    try:
        yield postgres.start()
    finally:
        postgres.stop()
