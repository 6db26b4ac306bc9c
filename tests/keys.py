"""The keys of the subjects in a test's database, as functions are granted them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from dreamseed.ports.subject_keys import KeyAccess, SubjectKeys
from host.postgres import Database, KeyAction

SECRETS = {"subject_master_key": "5a" * 32, "email_index_key": "a5" * 32}
ReadSecret = Callable[[str], str]


def keys_of(
    database: Database,
    org_id: UUID | None,
    action: KeyAction = "destroy",
    secret: ReadSecret = SECRETS.__getitem__,
) -> SubjectKeys:
    """The keys of that organisation's subjects."""
    return SubjectKeys(KeyAccess(database.keys_url(action), action, secret), org_id)


def secrets_in(folder: Path) -> ReadSecret:
    """Reads secrets from the files of a folder."""
    return lambda name: (folder / name).read_text()
