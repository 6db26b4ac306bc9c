"""Equivalent fractions and simplest form."""

from __future__ import annotations

from fractions import Fraction as F
from math import gcd

from host.demo.drafting import Distractor, Draft, wrong
from host.demo.maths import Maths, equals, fraction, number, over, say
from host.demo.model import Check, Passage


def drafts() -> dict[str, tuple[Draft, ...]]:
    return {
        "fractions.equivalent": (
            twin(F(1, 2), 3),
            simplest(6, 9),
            missing_top(F(3, 4), 5),
            simplest(12, 20),
            twin(F(3, 5), 4),
            missing_bottom(F(2, 3), 6),
            simplest(18, 24),
            missing_top(F(5, 8), 7),
            missing_bottom(F(5, 6), 8),
            simplest(42, 70),
            simplest(84, 132),
            missing_after_simplifying(6, 8, 20),
        ),
    }


def simplest(top: int, bottom: int) -> Draft:
    """Reduce a fraction."""
    common, key = gcd(top, bottom), F(top, bottom)
    shown = over(top, bottom)
    first = next(prime for prime in (2, 3, 5, 7, 11) if common % prime == 0)
    nudge = say("Both can be divided by {}.", first)
    if first != common:
        nudge = say("Start with {}: {}. Can you go on?", first, equals(shown, over(top // first, bottom // first)))
    return Draft(
        stem=say("Write {} in its simplest form.", shown),
        key=fraction(key),
        distractors=(
            wrong("fractions.adds-to-both", fraction(F(top - common, bottom - common))),
            wrong("fractions.changes-one-part", fraction(F(top // common, bottom))),
            wrong("fractions.upside-down", fraction(1 / key)),
            wrong("fractions.changes-one-part", fraction(F(top, bottom // common))),
        ),
        solution=(
            say("The greatest number that divides both {} and {} is {}.", top, bottom, common),
            say("Divide both by {}: {}.", common, equals(shown, fraction(key))),
            say("No number greater than 1 divides both parts now, so this is the simplest form."),
        ),
        hints=(
            say("What may you do to a fraction without changing how much it is?"),
            say(
                "Dividing top and bottom by the same number keeps the value. Which number divides {} and {}?",
                top,
                bottom,
            ),
            nudge,
            say("Divide {} by {}, and then {} by {}.", top, common, bottom, common),
        ),
        check=Check("value", f"{top}/{bottom}"),
        numbers=(top, bottom),
        features=("step", "simplify") if common > 6 else ("simplify",) if first != common else (),
    )


def twin(value: F, factor: int) -> Draft:
    """Recognise an equal fraction."""
    top, bottom = value.numerator, value.denominator
    key = over(top * factor, bottom * factor)
    return Draft(
        stem=say("Which fraction is equal to {}?", fraction(value)),
        key=key,
        distractors=(
            wrong("fractions.adds-to-both", over(top + factor, bottom + factor)),
            wrong("fractions.changes-one-part", over(top, bottom * factor)),
            wrong("fractions.upside-down", over(bottom * factor, top * factor)),
        ),
        solution=(
            say("Multiplying the top and the bottom by the same number does not change a fraction."),
            say("Multiply both by {}: {}.", factor, equals(fraction(value), key)),
        ),
        hints=(
            say(
                "Imagine a bar with {} of it coloured. What if every part is cut into smaller equal parts?",
                fraction(value),
            ),
            say("Cutting every part in the same way multiplies the top and the bottom by the same number."),
            say("Try multiplying the top and the bottom of {} by {}.", fraction(value), factor),
        ),
        check=Check("value", f"{top}/{bottom}"),
        numbers=(top, bottom),
        features=() if top == 1 else ("concept",),
    )


def missing_top(value: F, factor: int) -> Draft:
    """Find the numerator over a multiple of the denominator."""
    top, bottom = value.numerator, value.denominator
    new = bottom * factor
    return Draft(
        stem=say("Which number belongs in the box? {}", _with_box(fraction(value), "top", new)),
        key=number(top * factor),
        distractors=_box_distractors(top, factor, new - bottom),
        solution=_box_solution(bottom, new, top),
        hints=_box_hints(bottom, new, "bottom", "top"),
        check=Check("solves", f"{top}/{bottom} == x/{new}"),
        numbers=(top, bottom, new),
        features=("step",) if factor > 5 else (),
    )


def missing_bottom(value: F, factor: int) -> Draft:
    """Find the denominator under a multiple of the numerator."""
    top, bottom = value.numerator, value.denominator
    new = top * factor
    return Draft(
        stem=say("Which number belongs in the box? {}", _with_box(fraction(value), "bottom", new)),
        key=number(bottom * factor),
        distractors=_box_distractors(bottom, factor, new - top),
        solution=_box_solution(top, new, bottom),
        hints=_box_hints(top, new, "top", "bottom"),
        check=Check("solves", f"{top}/{bottom} == {new}/x"),
        numbers=(top, bottom, new),
        features=("step", "reverse"),
    )


def missing_after_simplifying(top: int, bottom: int, new: int) -> Draft:
    """The new denominator is no multiple of the old one, so the fraction has to be reduced first."""
    value = F(top, bottom)
    factor = new // value.denominator
    reduced = equals(over(top, bottom), fraction(value))
    return Draft(
        stem=say("Which number belongs in the box? {}", _with_box(over(top, bottom), "top", new)),
        key=number(value * new),
        distractors=(
            wrong("fractions.adds-to-both", number(top + new - bottom)),
            wrong("fractions.changes-one-part", number(top)),
            wrong("fractions.gives-the-multiplier", number(factor)),
        ),
        solution=(
            say("{} is no multiple of {}, so simplify first: {}.", new, bottom, reduced),
            *_box_solution(value.denominator, new, value.numerator),
        ),
        hints=(
            say("Is there a whole number by which {} can be multiplied to give {}?", bottom, new),
            say("There is none, so look for a simpler fraction that is equal to {}.", over(top, bottom)),
            say("Use {}, and compare the bottoms {} and {}.", reduced, value.denominator, new),
        ),
        check=Check("solves", f"{top}/{bottom} == x/{new}"),
        numbers=(top, bottom, new),
        features=("step", "step", "reverse", "simplify"),
    )


def _with_box(known: Maths, place: str, other: int) -> Maths:
    if place == "top":
        return equals(known, Maths(rf"\frac{{\square}}{{{other}}}", f"blank over {other}"))
    return equals(known, Maths(rf"\frac{{{other}}}{{\square}}", f"{other} over blank"))


def _box_distractors(start: int, factor: int, difference: int) -> tuple[Distractor, ...]:
    return (
        wrong("fractions.adds-to-both", number(start + difference)),
        wrong("fractions.gives-the-multiplier", number(factor)),
        wrong("fractions.changes-one-part", number(start)),
        wrong("fractions.adds-to-both", number(start + factor)),
    )


def _box_solution(old: int, new: int, start: int) -> tuple[Passage, ...]:
    factor = new // old
    return (
        say("From {} to {} is {} times as much.", old, new, factor),
        say("The other part must grow in the same way: {} times {} is {}.", start, factor, start * factor),
    )


def _box_hints(old: int, new: int, known: str, asked: str) -> tuple[Passage, ...]:
    return (
        say("The two fractions are equal. What must happen to the top and to the bottom alike?"),
        say("Look at the {} first: how many times {} is {}?", known, old, new),
        say("Multiply the {} of the first fraction by that same number.", asked),
    )
