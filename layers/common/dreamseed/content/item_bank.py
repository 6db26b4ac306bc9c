"""Banks, concepts and items as those see them who write and review them."""

from __future__ import annotations

from uuid import UUID

import numpy as np
from sqlalchemy import Connection

from dreamseed.assessment.item_statistics import count_choices
from dreamseed.content import item_queries
from dreamseed.content.item_models import (
    CurvePoint,
    DistractorMisconception,
    ItemDetail,
    ItemHint,
    ItemKey,
    ItemOption,
    ItemParameters,
    ItemVersion,
)
from dreamseed.content.item_queries import AnyRow
from dreamseed.content.item_summaries import parameters_of, shown_item
from dreamseed.errors import NotFound
from irt_core import ItemBank

THETAS = np.linspace(-4.0, 4.0, 81)
"""Where an item's curves are drawn."""


def read_item(db: Connection, item_id: UUID, version_id: UUID | None, shows_key: bool) -> ItemDetail:
    """An item in its newest version or in another one. Raises NotFound."""
    row = item_queries.read_item(db, item_id, version_id)
    if row is None:
        raise NotFound("There is no such item, or no such version of it.", code="item_not_found")
    summary = shown_item(row)
    return ItemDetail(
        **dict(summary),
        options=[ItemOption(**option) for option in row.body["options"]],
        key=_key_of(db, row) if shows_key else None,
        versions=[_version_of(each) for each in item_queries.list_versions(db, item_id)],
        calibrations=[parameters_of(each) for each in item_queries.list_calibrations(db, row.version_id)],
        curve=curve_of(summary.parameters),
    )


def curve_of(parameters: ItemParameters | None) -> list[CurvePoint]:
    """The characteristic and the information curve by those parameters; empty without any."""
    if parameters is None:
        return []
    bank = ItemBank.dichotomous(
        [parameters.discrimination], [parameters.difficulty], [parameters.guessing], [parameters.upper]
    )
    probability, information = bank.probability(THETAS)[:, 0], bank.information(THETAS)[:, 0]
    return [
        CurvePoint(theta=round(float(theta), 1), probability=float(right), information=float(known))
        for theta, right, known in zip(THETAS, probability, information, strict=True)
    ]


def _key_of(db: Connection, row: AnyRow) -> ItemKey:
    key = row.key
    return ItemKey(
        option=key["option"],
        misconceptions=_misconceptions_of(db, key.get("misconceptions", {})),
        solution=key["solution"],
        solution_spoken=key["solution_spoken"],
        hints=[ItemHint(text=hint["text"], spoken=hint["spoken"]) for hint in key["hints"]],
        choices=count_choices(db, row.version_id),
    )


def _misconceptions_of(db: Connection, codes: dict[str, str]) -> list[DistractorMisconception]:
    """What each distractor suggests, in the order of the options."""
    known = item_queries.read_misconceptions(db, list(codes.values()))
    return [
        DistractorMisconception(option=option, code=code, name=known[code].name, description=known[code].description)
        for option, code in sorted(codes.items())
        if code in known
    ]


def _version_of(row: AnyRow) -> ItemVersion:
    return ItemVersion(**{name: row._mapping[name] for name in ItemVersion.model_fields})
