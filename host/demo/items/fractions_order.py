"""Comparing and ordering fractions."""

# ruff: noqa: E501 (sentences for learners stay whole)

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction as F
from math import lcm

from host.demo.difficulty import Feature
from host.demo.drafting import Distractor, Draft, wrong
from host.demo.maths import Maths, equals, fraction, over, relation, say
from host.demo.model import Check, Passage


def drafts() -> dict[str, tuple[Draft, ...]]:
    return {
        "fractions.compare": (
            greatest(F(3, 5), gap=F(1, 2), top=F(4, 9), bottom=F(2, 11)),
            in_order(F(1, 4), F(1, 2), F(1, 3)),
            greatest(F(7, 10), gap=F(2, 3), top=F(8, 13), bottom=F(5, 14)),
            in_order(F(3, 8), F(1, 2), F(3, 4)),
            least(F(4, 15), top=F(2, 7), bottom=F(3, 5), gap=F(5, 17)),
            in_order(F(2, 3), F(3, 5), F(1, 2)),
            greatest(F(5, 7), gap=F(2, 3), top=F(6, 11), bottom=F(3, 13)),
            in_order(F(2, 3), F(5, 9), F(7, 12)),
            greatest(F(7, 9), gap=F(3, 4), top=F(8, 15), bottom=F(4, 17)),
            in_order(F(3, 4), F(5, 6), F(7, 12), F(2, 3)),
            in_order(F(7, 10), F(3, 4), F(11, 20), F(4, 5)),
            in_order(F(5, 8), F(7, 12), F(2, 3), F(3, 5)),
        ),
    }


def greatest(key: F, *, gap: F, top: F, bottom: F) -> Draft:
    """Pick the greatest. The others have the smallest gap between top and bottom, the largest top, the largest bottom."""
    return Draft(
        stem=say("Which of these fractions is the greatest?"),
        key=fraction(key),
        distractors=(
            wrong("fractions.gap-thinking", fraction(gap)),
            wrong("fractions.larger-top-is-greater", fraction(top)),
            wrong("fractions.larger-bottom-is-greater", fraction(bottom)),
        ),
        solution=(
            say(
                "Compare each fraction with one half. {} and {} are the ones to look at closely.",
                fraction(key),
                fraction(gap),
            ),
            _common_denominator((key, gap)),
            say("So {} is the greatest.", fraction(key)),
        ),
        hints=(
            say("Is a fraction greater because its numbers are larger? Think of one half and one hundredth."),
            say("Use one half as a landmark: which of the fractions are less than one half or close to it?"),
            say("Write the two that are left with the same denominator, {}.", lcm(key.denominator, gap.denominator)),
        ),
        check=Check("greatest"),
        numbers=(key, gap, top, bottom),
        features=("concept", "unlike") if key.denominator > 5 else ("concept",),
    )


def least(key: F, *, top: F, bottom: F, gap: F) -> Draft:
    """Pick the least. The others have the smallest top, the smallest bottom, the largest gap."""
    return Draft(
        stem=say("Which of these fractions is the least?"),
        key=fraction(key),
        distractors=(
            wrong("fractions.larger-top-is-greater", fraction(top)),
            wrong("fractions.larger-bottom-is-greater", fraction(bottom)),
            wrong("fractions.gap-thinking", fraction(gap)),
        ),
        solution=(
            say("{} is more than one half, so it is not the least.", fraction(bottom)),
            _common_denominator((key, top)),
            _common_denominator((key, gap)),
            say("So {} is the least.", fraction(key)),
        ),
        hints=(
            say("Which of the fractions is certainly not the least? Compare with one half."),
            say("Fractions are easy to compare when they have the same denominator."),
            say(
                "Compare two at a time: write {} and {} with the denominator {}.",
                fraction(key),
                fraction(gap),
                lcm(key.denominator, gap.denominator),
            ),
        ),
        check=Check("least"),
        numbers=(key, top, bottom, gap),
        features=("concept", "unlike", "step"),
    )


def in_order(*values: F) -> Draft:
    """Put fractions in order. Each wrong order is the order by some feature that does not decide."""
    ascending = sorted(values)
    return Draft(
        stem=say("In which list do the fractions stand in order, the least first?"),
        key=_listed(ascending),
        distractors=(
            wrong("fractions.larger-bottom-is-greater", _listed(sorted(values, key=lambda v: (v.denominator, v)))),
            wrong("order.reversed", _listed(ascending[::-1])),
            wrong(
                "fractions.larger-top-is-greater", _listed(sorted(values, key=lambda v: (v.numerator, v.denominator)))
            ),
            wrong("fractions.larger-bottom-is-less", _listed(sorted(values, key=lambda v: (-v.denominator, v)))),
            wrong("fractions.gap-thinking", _listed(sorted(values, key=lambda v: (v.numerator - v.denominator, v)))),
            *_one_exchanged(ascending),
        ),
        solution=(
            say("A common denominator is {}.", lcm(*(value.denominator for value in values))),
            _common_denominator(values),
            say("Compare the tops: {}.", _listed(ascending)),
        ),
        hints=(
            say("When two fractions have the same denominator, how do you see which is less?"),
            say(
                "Find a number that can be divided by all the denominators: {}.",
                ", ".join(str(v.denominator) for v in values),
            ),
            say("Use the denominator {}. Then compare only the tops.", lcm(*(value.denominator for value in values))),
        ),
        check=Check("true"),
        numbers=values,
        features=_order_features(values),
    )


def _one_exchanged(ascending: Sequence[F]) -> tuple[Distractor, ...]:
    """The true order with its last two, or its first two, the wrong way round: neighbours judged by eye."""
    head, tail = list(ascending[:-2]), list(ascending[2:])
    return (
        wrong("fractions.judges-by-eye", _listed([*head, ascending[-1], ascending[-2]])),
        wrong("fractions.judges-by-eye", _listed([ascending[1], ascending[0], *tail])),
    )


def _order_features(values: Sequence[F]) -> tuple[Feature, ...]:
    if all(value.numerator == 1 for value in values):
        return ()
    bottoms = [value.denominator for value in values]
    found: list[Feature] = ["concept"]
    if lcm(*bottoms) != max(bottoms):
        found.append("unlike")
    if len(values) > 3:
        found.append("step")
    if lcm(*bottoms) > 60:
        found += ["step", "regroup"]
    return tuple(found)


def _listed(values: Sequence[F]) -> Maths:
    return relation("<", *(fraction(value) for value in values), value=tuple(values))


def _common_denominator(values: Sequence[F]) -> Passage:
    bottom = lcm(*(value.denominator for value in values))
    pairs = [_rewritten(value, bottom) for value in values]
    return say(f"With the denominator {bottom}: {', '.join('{}' for _ in pairs)}.", *pairs)


def _rewritten(value: F, bottom: int) -> Maths:
    if value.denominator == bottom:
        return fraction(value)
    return equals(fraction(value), over(int(value * bottom), bottom))
