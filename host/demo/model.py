"""What the demo school's item bank is made of: plain frozen data, ready to be written into a database.

Text is Markdown with KaTeX maths between single dollar signs. Everything a learner can see has a `spoken` twin in
plain words without markup, for screen readers and read-aloud.

Item parameters are PROVISIONAL: they come from the features of the item model (`difficulty.py`), not from responses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

OptionId = Literal["a", "b", "c", "d"]
CheckKind = Literal["value", "solves", "equivalent", "true", "greatest", "least"]

OPTION_IDS: tuple[OptionId, ...] = ("a", "b", "c", "d")


@dataclass(frozen=True)
class Passage:
    """A piece of Markdown and the words in which it is read aloud."""

    text: str
    spoken: str


@dataclass(frozen=True)
class Skill:
    """One node of the knowledge graph. `prerequisites` are codes of the skills it builds on directly."""

    code: str
    name: str
    description: str
    prerequisites: tuple[str, ...] = ()


@dataclass(frozen=True)
class Misconception:
    """A wrong way of thinking that learners are known to hold, and that leads to a particular wrong answer."""

    code: str
    name: str
    description: str


@dataclass(frozen=True)
class Option:
    """One of the four answers offered. `misconception` is the code of what choosing it suggests; None for the key."""

    id: OptionId
    text: str
    spoken: str
    misconception: str | None


@dataclass(frozen=True)
class Check:
    """The question again, for a machine: how to tell the key from the distractors by exact arithmetic.

    `expression` is in Python's syntax over exact rationals; `x` (and other letters) are unknowns.

        value       the option's value equals the expression's
        solves      putting the option's value for `x` makes the expression true
        equivalent  the option is the same expression, equation or inequality, written in another way
        true        the option is itself a statement, and it holds
        greatest    the option has the greatest value of the four
        least       the option has the least value of the four
    """

    kind: CheckKind
    expression: str = ""


@dataclass(frozen=True)
class DemoItem:
    """A single-choice item with everything a learner, a tutor and the engine need.

    `hints` climb from a question to think about to the last step but one. `difficulty` is in logits on the θ scale,
    `guessing` is a probability.
    """

    code: str
    skill: str
    stem: str
    stem_spoken: str
    options: tuple[Option, ...]
    key: OptionId
    solution: tuple[Passage, ...]
    hints: tuple[Passage, ...]
    difficulty: float
    discrimination: float
    guessing: float
    check: Check
    provenance: str = "provisional"
