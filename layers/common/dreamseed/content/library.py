"""What other areas may ask of content: banks, items, misconceptions, prerequisites.

Versions never change, so a container keeps those it has read. What it keeps is keyed by tenant: an id from one
organisation finds nothing in the memory of another.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import Connection, Row

from dreamseed.content import queries
from dreamseed.content.models import Bank, BankEntry, BankSummary, Item
from dreamseed.errors import NotFound
from dreamseed.kept import Kept
from irt_core import ItemBank

_banks: Kept[Bank] = Kept(8)
_items: Kept[Item] = Kept(4_000)
_summaries: Kept[BankSummary] = Kept(500)


def load_bank(db: Connection, org_id: UUID, bank_version_id: UUID) -> Bank:
    """A bank version with its parameters as arrays. Raises NotFound."""
    return _banks.get_or_read((org_id, bank_version_id), lambda: _read_bank(db, bank_version_id))


def summarise_bank(db: Connection, org_id: UUID, bank_version_id: UUID) -> BankSummary:
    """What a list says of a bank version, without its items. Raises NotFound."""
    return _summaries.get_or_read((org_id, bank_version_id), lambda: _read_summary(db, bank_version_id))


def load_items(db: Connection, org_id: UUID, item_version_ids: Collection[UUID]) -> dict[UUID, Item]:
    """Items by id; reads in one query those that are not kept yet."""
    found = {id_: item for id_ in item_version_ids if (item := _items.get((org_id, id_)))}
    missing = [id_ for id_ in item_version_ids if id_ not in found]
    for row in queries.read_items(db, missing) if missing else []:
        item = Item(row.id, row.code, row.type, row.concept_code, row.body, row.key)
        found[item.id] = _items.put((org_id, item.id), item)
    return found


def read_misconception(db: Connection, code: str) -> tuple[str, str] | None:
    """The name and description of a misconception."""
    row = queries.read_misconception(db, code)
    return (row.name, row.description) if row else None


def prerequisites_of(db: Connection, concept_codes: Collection[str]) -> dict[str, list[str]]:
    """The codes of the direct prerequisites of each concept that has any."""
    found: dict[str, list[str]] = {}
    for row in queries.list_prerequisites(db, concept_codes):
        found.setdefault(row.code, []).append(row.prerequisite)
    return found


def _read_summary(db: Connection, bank_version_id: UUID) -> BankSummary:
    version = _version(db, bank_version_id)
    return BankSummary(version.id, version.name, version.is_provisional, queries.count_items(db, bank_version_id))


def _version(db: Connection, bank_version_id: UUID) -> Row[Any, Any, Any, Any]:
    version = queries.read_bank_version(db, bank_version_id)
    if version is None:
        raise NotFound("There is no such bank version.", code="bank_version_not_found")
    return version


def _read_bank(db: Connection, bank_version_id: UUID) -> Bank:
    version = _version(db, bank_version_id)
    rows = queries.list_parameters(db, bank_version_id)
    parameters = ItemBank.dichotomous(
        discrimination=np.array([row.discrimination for row in rows]),
        difficulty=np.array([row.difficulty for row in rows]),
        guessing=np.array([row.guessing for row in rows]),
        upper=np.array([row.upper for row in rows]),
    ).with_content([row.concept_code for row in rows])
    entries = tuple(BankEntry(row.item_version_id, row.item_code, row.concept_code, row.concept_name) for row in rows)
    return Bank(version.id, version.name, version.version, version.is_provisional, entries, parameters)
