"""What the item bank's endpoints send. θ and everything on its scale is in logits."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from dreamseed.models import Output

ItemStatus = Literal["draft", "in_review", "approved", "pretest", "operational", "retired"]
ItemSort = Literal["code", "difficulty", "-difficulty", "exposure", "-exposure", "p_value", "-p_value"]
Fraction = Annotated[float, Field(ge=0, le=1)]


class BankVersion(Output):
    """One version of a bank. It never changes; `is_provisional`: its parameters are not yet calibrated on responses."""

    id: UUID
    version: int
    is_provisional: bool
    item_count: int
    published_at: datetime | None


class BankListing(Output):
    """A bank of items with its versions, the newest first."""

    id: UUID
    name: str
    description: str
    versions: list[BankVersion]


class ConceptRef(Output):
    """A concept by its code."""

    code: str
    name: str


class Concept(Output):
    """Something that is taught and asked, with the codes of what it builds on directly and the number of its items."""

    id: UUID
    code: str
    type: str
    name: str
    description: str
    prerequisites: list[str]
    item_count: int


class ItemParameters(Output):
    """An item's parameters in one version of a bank, and where they come from."""

    bank_version_id: UUID
    bank_name: str
    bank_version: int
    discrimination: float
    difficulty: float
    guessing: Fraction
    upper: Fraction
    provenance: str
    is_provisional: bool


class ItemStatistics(Output):
    """How an item has done in finished tests, all banks together. Without an answer there is no `p_value`."""

    administered: int
    correct: int
    p_value: Annotated[Fraction | None, Field(description="The observed share of right answers")]


class ItemSummary(Output):
    """An item in its newest version. `parameters` are those of the newest bank version that holds it."""

    id: UUID
    code: str
    concept: ConceptRef
    version_id: UUID
    version: int
    type: str
    language: str
    status: ItemStatus
    stem: str
    stem_spoken: str
    parameters: ItemParameters | None
    statistics: ItemStatistics


class ItemOption(Output):
    """One option as learners see it, and the words in which it is read aloud."""

    id: str
    text: str
    spoken: str


class ItemVersion(Output):
    """One version of an item."""

    id: UUID
    version: int
    language: str
    status: ItemStatus
    created_at: datetime


class CurvePoint(Output):
    """What the item does for somebody of this ability."""

    theta: float
    probability: Annotated[Fraction, Field(description="Of a right answer")]
    information: float


class DistractorMisconception(Output):
    """What choosing a distractor suggests about the learner's thinking."""

    option: str
    code: str
    name: str
    description: str


class ItemHint(Output):
    """One rung of the hint ladder."""

    text: str
    spoken: str


class ItemKey(Output):
    """What learners must not see before they have answered. `choices`: how often each option was chosen."""

    option: str
    misconceptions: list[DistractorMisconception]
    solution: str
    solution_spoken: str
    hints: list[ItemHint]
    choices: dict[str, int]


class ItemDetail(ItemSummary):
    """One version of an item with all that is known of it. `key` is null for those who may not see it."""

    options: list[ItemOption]
    key: ItemKey | None
    versions: list[ItemVersion]
    calibrations: Annotated[list[ItemParameters], Field(description="In each bank version that holds it, newest first")]
    curve: Annotated[list[CurvePoint], Field(description="By `parameters`, from θ = -4 to 4; empty without them")]
