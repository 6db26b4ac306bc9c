"""Putting numbers into expressions."""

# ruff: noqa: E501 (sentences for learners stay whole)

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction as F

from host.demo.difficulty import Feature
from host.demo.drafting import Draft, python, wrongs
from host.demo.maths import (
    Maths,
    equals,
    factored,
    letter,
    linear,
    minus,
    number,
    plus,
    quotient,
    say,
    terms,
    times,
)
from host.demo.model import Check


def drafts() -> dict[str, tuple[Draft, ...]]:
    return {
        "expressions.substitute": (
            value_of({"x": 3}, 4),
            value_of({"x": 2, "": 5}, 6),
            value_of({"x": 4, "": -3}, 5),
            difference_from(20, 3, 4),
            squared_value(1, 5),
            bracket_value(3, 4, 2),
            value_of({"x": 5, "": 8}, -2),
            two_letters(2, 3, 4, 5),
            squared_value(3, 4),
            difference_from(7, 4, -3),
            squared_value(2, -3),
            bracket_value(4, -7, 2),
            two_letters(5, -2, -3, 4),
            quotient_value(3, 6, 4, 2),
            squared_and_linear(-4, 3),
        ),
    }


def value_of(coefficients: Mapping[str, int], x: int) -> Draft:
    a, b = coefficients["x"], coefficients.get("", 0)
    side_by_side = int(f"{a}{x}") if x > 0 else a * 10 + x
    return _substituted(
        terms(coefficients),
        f"{a} * {python(x)} + {python(b)}" if b else f"{a} * {python(x)}",
        (
            ("substitution.digits-side-by-side", side_by_side + b),
            ("substitution.adds-factor", a + x + b),
            ("substitution.everything-times-x", (a + b) * x),
            ("integers.ignores-the-sign", a * abs(x) + b),
            ("substitution.forgets-the-letter", a + b),
            ("integers.loses-the-sign", -(a * x + b)),
        ),
        (
            plus(times(number(a), number(x)), number(b))
            if b > 0
            else minus(times(number(a), number(x)), number(-b))
            if b
            else times(number(a), number(x)),
            a * x + b,
        ),
        x,
        ("step",) if b and x > 0 else ("step", "negative") if b else (),
    )


def difference_from(start: int, factor: int, x: int) -> Draft:
    """start − factor · x"""
    return _substituted(
        terms({"": start, "x": -factor}),
        f"{start} - {factor} * {python(x)}",
        (
            ("order.left-to-right", (start - factor) * x),
            ("integers.minus-minus-stays-minus", start + factor * x)
            if x < 0
            else ("substitution.digits-side-by-side", start - int(f"{factor}{x}")),
            ("substitution.adds-factor", start - factor - x),
            ("integers.loses-the-sign", factor * x - start),
            ("substitution.adds-factor", start - factor + x),
        ),
        (minus(number(start), times(number(factor), number(x))), start - factor * x),
        x,
        ("step",) if x > 0 else ("step", "negative", "negative"),
    )


def bracket_value(factor: int, x: int, added: int) -> Draft:
    return _substituted(
        factored(factor, {"x": 1, "": added}),
        f"{factor} * ({python(x)} + {added})",
        (
            ("expand.first-term-only", factor * x + added),
            ("substitution.adds-factor", factor + x + added),
            ("integers.ignores-the-sign", factor * (abs(x) + added)),
            ("substitution.forgets-the-bracket", factor * x),
            ("integers.loses-the-sign", -factor * (x + added)),
        ),
        (times(number(factor), number(x + added)), factor * (x + added)),
        x,
        ("step",) if x > 0 else ("step", "negative", "concept"),
    )


def squared_value(factor: int, x: int) -> Draft:
    """factor · x²"""
    shown = terms({"x^2": factor})
    return _substituted(
        shown,
        f"{factor} * {python(x)}**2",
        (
            ("power.base-times-exponent", factor * x * 2),
            ("power.binds-too-far", (factor * x) ** 2),
            ("integers.minus-times-minus-is-minus", -factor * x * x)
            if x < 0
            else ("power.adds-base-and-exponent", factor * (x + 2)),
            ("power.one-factor-too-many", factor * abs(x) ** 3),
            ("substitution.digits-side-by-side", int(f"{abs(x)}2")),
        ),
        (times(number(factor), number(x * x)) if factor > 1 else times(number(x), number(x)), factor * x * x),
        x,
        ("concept",) if factor == 1 else ("step", "concept") if x > 0 else ("step", "concept", "negative"),
    )


def squared_and_linear(x: int, factor: int) -> Draft:
    """x² − factor · x"""
    return _substituted(
        terms({"x^2": 1, "x": -factor}),
        f"{python(x)}**2 - {factor} * {python(x)}",
        (
            ("integers.minus-minus-stays-minus", x * x + factor * x),
            ("integers.minus-times-minus-is-minus", -x * x - factor * x),
            ("power.base-times-exponent", 2 * x - factor * x),
            ("power.adds-base-and-exponent", x + 2 - factor * x),
        ),
        (minus(number(x * x), times(number(factor), number(x))), x * x - factor * x),
        x,
        ("step", "step", "negative", "concept"),
    )


def quotient_value(a: int, b: int, x: int, divisor: int) -> Draft:
    """(a · x + b) over divisor"""
    return _substituted(
        quotient(linear(a, b), number(divisor)),
        f"({a} * {x} + {b}) / {divisor}",
        (
            ("order.bar-covers-one-term", a * x + F(b, divisor)),
            ("order.bar-covers-one-term", F(a * x, divisor) + b),
            ("order.forgets-a-part", a * x + b),
            ("substitution.digits-side-by-side", F(int(f"{a}{x}") + b, divisor)),
        ),
        (quotient(number(a * x + b), number(divisor)), F(a * x + b, divisor)),
        x,
        ("step", "step", "concept"),
    )


_Finish = tuple[Maths, int | F]
"""What is left to calculate, and the answer."""


def _substituted(
    shown: Maths,
    check: str,
    candidates: tuple[tuple[str, int | F], ...],
    finish: _Finish,
    x: int,
    features: tuple[Feature, ...],
) -> Draft:
    rest, key = finish
    return Draft(
        stem=say("What is the value of {} when {}?", shown, equals(letter("x"), number(x))),
        key=number(key),
        distractors=wrongs(*candidates),
        solution=(
            say(
                "Put {} in the place of {}{}.",
                number(x),
                letter("x"),
                ", in brackets because it is negative" if x < 0 else "",
            ),
            say("{}.", equals(rest, number(key))),
        ),
        hints=(
            say("What does the raised 2 belong to, and what does it tell you to do?")
            if "^" in shown.tex
            else say("What operation is hidden where a number and a letter stand side by side?"),
            say(
                "Put the number {} in the place of the letter. A number beside a letter or a bracket means multiplication.",
                number(x),
            ),
            say("It remains to work out {}.", rest),
        ),
        check=Check("value", check),
        numbers=(key, x),
        features=features,
    )


def two_letters(a: int, b: int, x: int, y: int) -> Draft:
    """a · x + b · y"""
    key = a * x + b * y
    rest = (
        plus(times(number(a), number(x)), times(number(b), number(y)))
        if b > 0
        else minus(times(number(a), number(x)), times(number(-b), number(y)))
    )
    return Draft(
        stem=say(
            "What is the value of {} when {} and {}?",
            terms({"x": a, "y": b}),
            equals(letter("x"), number(x)),
            equals(letter("y"), number(y)),
        ),
        key=number(key),
        distractors=wrongs(
            ("substitution.adds-factor", a + x + b + y),
            ("substitution.exchanges-letters", a * y + b * x),
            ("expressions.adds-unlike-terms", (a + b) * x * y),
            ("integers.ignores-the-sign", abs(a * x) + abs(b * y)),
        ),
        solution=(
            say("Put each number in the place of its letter: {}.", rest),
            say("{}.", equals(plus(number(a * x), number(b * y)), number(key))),
        ),
        hints=(
            say("Which number belongs to which letter?"),
            say("A number beside a letter means multiplication. Work out both products first."),
            say("The first product is {}. Now the second one.", number(a * x)),
            say("It remains to work out {}.", plus(number(a * x), number(b * y))),
        ),
        check=Check("value", f"{a} * {python(x)} + {python(b)} * {python(y)}"),
        numbers=(key, x, y),
        features=("step", "step") if x > 0 else ("step", "step", "negative"),
    )
