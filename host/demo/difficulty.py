"""Provisional item parameters from what an item asks of a learner.

Difficulty is a linear logistic test model (Fischer 1973, Acta Psychologica 37): the item's logit is its skill's
starting point plus a weight for every feature it has, plus a term for the size of its numbers:

    b = baseline(skill) + Σ weight(feature) + 0.40 · (log10(largest number) − 1)

The weights are judgements from the research on school arithmetic and algebra (two-step work, unknown starts, unlike
denominators, negatives and stories each cost learners a third to two thirds of a logit), not estimates from data:
hence `provenance="provisional"` on every item. Calibration replaces them.

Discrimination starts at 1.6 for a bare calculation. A story or a question about ideas also measures reading, so it
separates learners a little less; every further step separates them a little more.

Guessing starts at 1/4, chance among four options, and falls with every feature, because the distractors of a longer
task are what a learner with a misconception really gets.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import log10
from typing import Literal

Feature = Literal[
    "step", "story", "reverse", "unlike", "simplify", "regroup", "mixed", "fraction", "decimal", "negative", "concept"
]

WEIGHTS: dict[Feature, float] = {
    "step": 0.45,  # one more operation to carry out and to keep in mind
    "story": 0.35,  # the calculation has to be found in a story
    "reverse": 0.55,  # the result is known and the start is asked for
    "unlike": 0.45,  # quantities must first be made comparable (denominators, units)
    "simplify": 0.25,  # the result still has to be reduced
    "regroup": 0.35,  # a carry, an exchange or a remainder
    "mixed": 0.35,  # mixed numbers
    "fraction": 0.45,  # a fraction where a whole number would do
    "decimal": 0.30,  # a decimal where a whole number would do
    "negative": 0.35,  # a negative number
    "concept": 0.20,  # a judgement about the idea instead of a calculation
}


def difficulty(baseline: float, features: Sequence[Feature], numbers: Sequence[int | Fraction]) -> float:
    """Logits, rounded to hundredths and kept within ±3."""
    logit = baseline + sum(WEIGHTS[feature] for feature in features) + 0.40 * (log10(_largest(numbers)) - 1)
    return round(min(3.0, max(-3.0, logit)), 2)


def _largest(numbers: Sequence[int | Fraction]) -> int:
    return max(max(abs(Fraction(n).numerator), Fraction(n).denominator) for n in numbers)


def discrimination(features: Sequence[Feature]) -> float:
    """Between 0.8 and 2.0."""
    slope = 1.6 - 0.35 * ("story" in features) - 0.25 * ("concept" in features) + 0.1 * features.count("step")
    return round(min(2.0, max(0.8, slope)), 2)


def guessing(features: Sequence[Feature]) -> float:
    """Between 0.15 and 0.25."""
    return round(max(0.15, 0.25 - 0.02 * len(features)), 2)
