"""Test designs as a session uses them: read once a container, because a design never changes."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from dreamseed.assessment import queries
from dreamseed.assessment.models import Mode, TestDesign
from dreamseed.content.library import load_bank
from dreamseed.content.models import Bank
from dreamseed.errors import NotFound
from irt_core import CatDesign

_KEPT = 200
_kept: OrderedDict[tuple[UUID, UUID], Design] = OrderedDict()


@dataclass(frozen=True)
class Design:
    """A test design with the engine's part read."""

    id: UUID
    name: str
    description: str
    mode: Mode
    bank_version_id: UUID
    time_limit_seconds: int | None
    cat: CatDesign


def load_design(db: Connection, org_id: UUID, test_design_id: UUID) -> Design:
    """A test design by id. Raises NotFound."""
    key = (org_id, test_design_id)
    if key not in _kept:
        row = queries.read_test_design(db, test_design_id)
        if row is None:
            raise NotFound("There is no such test design.", code="test_design_not_found")
        _kept[key] = design_of(row)
        if len(_kept) > _KEPT:
            _kept.popitem(last=False)
    return _kept[key]


def design_of(row: Row[Any]) -> Design:
    """A design from its row."""
    return Design(
        row.id,
        row.name,
        row.description,
        row.mode,
        row.bank_version_id,
        row.time_limit_seconds,
        CatDesign.from_dict(row.design),
    )


def shown_design(db: Connection, org_id: UUID, design: Design) -> TestDesign:
    """A design as the API shows it."""
    bank: Bank = load_bank(db, org_id, design.bank_version_id)
    return TestDesign(
        id=design.id,
        name=design.name,
        description=design.description,
        mode=design.mode,
        bank_version_id=bank.id,
        bank_name=bank.name,
        item_count=len(bank.entries),
        min_items=design.cat.stopping.min_items,
        max_items=design.cat.stopping.max_items,
        target_se=design.cat.stopping.se,
        time_limit_seconds=design.time_limit_seconds,
        is_provisional=bank.is_provisional,
    )
