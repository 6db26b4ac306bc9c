"""The keys of the subjects in a test's database, as functions are granted them."""

from __future__ import annotations

from uuid import UUID

from dreamseed.ports.subject_keys import KeyAccess, SubjectKeys
from host.postgres import Database, KeyAction

SECRETS = {"subject_master_key": "5a" * 32, "email_index_key": "a5" * 32}


def keys_of(
    database: Database, org_id: UUID | None, action: KeyAction = "destroy", secrets: dict[str, str] = SECRETS
) -> SubjectKeys:
    """The keys of that organisation's subjects."""
    return SubjectKeys(KeyAccess(database.keys_url(action), action, secrets.__getitem__), org_id)
