"""Test designs as a session uses them: read once a container, because a design never changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from dreamseed.assessment import queries, rules
from dreamseed.assessment.models import Mode, TestDesign
from dreamseed.content.library import summarise_bank
from dreamseed.content.models import Bank
from dreamseed.errors import FieldError, Invalid, NotFound
from dreamseed.kept import Kept
from irt_core import CatDesign, DesignError


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


_kept: Kept[Design] = Kept(200)


def read_design(written: Mapping[str, Any], bank: Bank) -> CatDesign:
    """A design as somebody wrote it, if it can be run on the bank. Raises Invalid with the field at fault."""
    try:
        design = CatDesign.from_dict(rules.require_sane_numbers(written))
        rules.require_servable(design)
        design.check(bank.parameters)
        rules.begin(design, bank.parameters, seed=0)
    except DesignError as error:
        field = FieldError(f"body.design.{error.field}", error.reason)
        raise Invalid("The test design cannot be run as it stands.", code="invalid_design", errors=(field,)) from error
    return design


def load_design(db: Connection, org_id: UUID, test_design_id: UUID) -> Design:
    """A test design by id. Raises NotFound."""
    return _kept.get_or_read((org_id, test_design_id), lambda: _load(db, test_design_id))


def _load(db: Connection, test_design_id: UUID) -> Design:
    row = queries.read_test_design(db, test_design_id)
    if row is None:
        raise NotFound("There is no such test design.", code="test_design_not_found")
    return design_of(row)


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
    bank = summarise_bank(db, org_id, design.bank_version_id)
    return TestDesign(
        id=design.id,
        name=design.name,
        description=design.description,
        mode=design.mode,
        bank_version_id=bank.id,
        bank_name=bank.name,
        item_count=bank.item_count,
        min_items=design.cat.stopping.min_items,
        max_items=design.cat.stopping.max_items,
        target_se=design.cat.stopping.se,
        time_limit_seconds=design.time_limit_seconds,
        is_provisional=bank.is_provisional,
    )
