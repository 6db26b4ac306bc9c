"""For what a consent is needed, who may give it, and when it counts. Pure.

    purpose          needed of        who may give it for a child under 13
    account          children         guardian, school
    learning_record  children         guardian, school
    analytics        everybody        guardian
    ai_tutoring      everybody        guardian

Children are those under 13 (COPPA, 16 CFR 312). A school may agree in the parents' place to what it uses for teaching
and to nothing else. From 13 on people agree for themselves, and until they are adults their guardians may as well.
What a school needs in order to teach those who are older rests on its contract with us and not on a consent.

A refusal is kept like a consent, and one replaces the other. Where a guardian has refused, what the school agreed to in
their place counts no more, if it is known that it was they: a link in a mail proves little.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, NamedTuple, get_args

Purpose = Literal["account", "learning_record", "analytics", "ai_tutoring"]
Capacity = Literal["self", "guardian", "school"]
Decision = Literal["given", "refused"]
Method = Literal["signed_in", "email_plus", "attestation", "email"]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
CHILD, ADULT = "under_13", "adult"

TEXT_VERSION = "2026-11"
"""The version of the texts that are agreed to now. A new one is added to `texts.py`; old ones stay readable."""

REQUEST_LIFETIME = timedelta(days=14)
CONFIRMATION_DELAY = timedelta(hours=24)
"""After how long a guardian is asked again whether it was they who agreed («e-mail plus», 16 CFR 312.5(b)(2)(vi))."""

REQUESTS_KEPT = timedelta(days=30)
"""After a request has expired unconfirmed. The evidence of a confirmed one stands with the consents."""


class Stand(NamedTuple):
    """What somebody has decided that was not withdrawn."""

    purpose: Purpose
    capacity: Capacity
    decision: Decision
    method: Method


@dataclass(frozen=True)
class PurposeRule:
    """Whether only children need a consent, and whether a school may give it."""

    is_for_children_only: bool
    may_be_schools: bool


RULES: dict[Purpose, PurposeRule] = {
    "account": PurposeRule(is_for_children_only=True, may_be_schools=True),
    "learning_record": PurposeRule(is_for_children_only=True, may_be_schools=True),
    "analytics": PurposeRule(is_for_children_only=False, may_be_schools=False),
    "ai_tutoring": PurposeRule(is_for_children_only=False, may_be_schools=False),
}


def is_needed(purpose: Purpose, age_band: str | None) -> bool:
    """Whether somebody of that age needs a consent for the purpose. Who has said no age counts as no child."""
    return age_band == CHILD or not RULES[purpose].is_for_children_only


def may_give(purpose: Purpose, age_band: str | None, capacity: Capacity) -> bool:
    """Whether a consent in that capacity is worth anything for somebody of that age."""
    match capacity:
        case "self":
            return age_band != CHILD
        case "guardian":
            return age_band != ADULT
        case "school":
            return RULES[purpose].may_be_schools


def lacking(age_band: str | None, standing: Collection[Stand]) -> frozenset[Purpose]:
    """The purposes for which a consent is needed and none of those that stand counts."""
    outweighed = refused_by_guardian(age_band, standing)
    given = {
        each.purpose
        for each in standing
        if each.decision == "given"
        and may_give(each.purpose, age_band, each.capacity)
        and not (each.capacity == "school" and each.purpose in outweighed)
    }
    return frozenset(purpose for purpose in PURPOSES if is_needed(purpose, age_band) and purpose not in given)


def refused_by_guardian(age_band: str | None, standing: Iterable[Stand]) -> frozenset[Purpose]:
    """The purposes that a guardian has refused who is known to be one."""
    return frozenset(
        each.purpose
        for each in standing
        if each.decision == "refused"
        and each.capacity == "guardian"
        and each.method != "email"
        and may_give(each.purpose, age_band, "guardian")
    )
