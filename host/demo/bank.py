"""The whole bank: every draft of every strand, numbered within its skill and placed in the order of the skills."""

from __future__ import annotations

from functools import cache

from host.demo.drafting import Draft, assemble
from host.demo.items import (
    decimals_convert,
    decimals_operations,
    decimals_order,
    equations,
    equations_longer,
    equations_stories,
    expressions,
    expressions_substitute,
    expressions_transform,
    fractions_add,
    fractions_equal,
    fractions_mixed,
    fractions_multiply,
    fractions_order,
    inequalities,
    integers,
    integers_multiply,
    number_factors,
    number_operations,
    number_powers,
    percent,
    percent_whole,
    proportion,
    rates,
    ratio,
    ratio_share,
    sequences,
)
from host.demo.model import DemoItem
from host.demo.skills import BASELINES, SKILLS

_STRANDS = (
    number_operations,
    number_factors,
    number_powers,
    fractions_equal,
    fractions_order,
    fractions_mixed,
    fractions_add,
    fractions_multiply,
    decimals_order,
    decimals_operations,
    decimals_convert,
    percent,
    percent_whole,
    integers,
    integers_multiply,
    ratio,
    ratio_share,
    proportion,
    rates,
    expressions,
    expressions_substitute,
    expressions_transform,
    sequences,
    equations,
    equations_longer,
    equations_stories,
    inequalities,
)


@cache
def build_bank() -> tuple[DemoItem, ...]:
    """Every item, always the same. ValueError when a skill has no drafts, or drafts belong to no skill."""
    drafts: dict[str, tuple[Draft, ...]] = {}
    for strand in _STRANDS:
        drafts |= strand.drafts()
    known = {skill.code for skill in SKILLS}
    if known != drafts.keys():
        raise ValueError(f"skills and drafts do not match: {sorted(known ^ drafts.keys())}")
    return tuple(
        assemble(skill.code, serial, BASELINES[skill.code], draft)
        for skill in SKILLS
        for serial, draft in enumerate(drafts[skill.code], start=1)
    )
