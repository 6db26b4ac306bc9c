"""The order of operations."""

# ruff: noqa: E501 (sentences for learners stay whole)

from __future__ import annotations

from fractions import Fraction as F

from host.demo.difficulty import Feature
from host.demo.drafting import Distractor, Draft, wrongs
from host.demo.maths import (
    Maths,
    bracket,
    divided,
    equals,
    minus,
    number,
    plus,
    power,
    quotient,
    say,
    times,
)
from host.demo.model import Check


def drafts() -> dict[str, tuple[Draft, ...]]:
    return {
        "number.order-operations": (
            plus_product(2, 3, 4),
            product_of_sum(2, 3, 5),
            minus_then_plus(9, 4, 3),
            minus_quotient(20, 12, 4),
            plus_product(7, 5, 6),
            product_of_sum(4, 6, 8),
            minus_then_plus(30, 12, 8),
            two_products(5, 4, 3, 2),
            minus_quotient(60, 24, 4),
            times_square(3, 2),
            fraction_bar(18, 6, 8),
            two_products(9, 6, 7, 4),
            bracket_squared(40, 7, 4),
            bracket_squared(90, 11, 5),
            bracket_squared(200, 17, 5),
        ),
    }


def plus_product(a: int, b: int, c: int) -> Draft:
    """a + b × c"""
    return _ordered(
        plus(number(a), times(number(b), number(c))),
        f"{a} + {b} * {c}",
        wrongs(
            ("order.left-to-right", (a + b) * c),
            ("order.adds-everything", a + b + c),
            ("order.exchanges-signs", a * b + c),
            ("order.multiplies-everything", a * b * c),
        ),
        (times(number(b), number(c)), b * c, plus(number(a), number(b * c)), a + b * c),
        (),
    )


def minus_quotient(a: int, b: int, c: int) -> Draft:
    """a − b ÷ c"""
    return _ordered(
        minus(number(a), divided(number(b), number(c))),
        f"{a} - {b} / {c}",
        wrongs(
            ("order.left-to-right", F(a - b, c)),
            ("order.exchanges-signs", F(a, c) - b),
            ("order.exchanges-signs", a + F(b, c)),
            ("order.subtracts-everything", a - b - c),
            least=0,
        ),
        (divided(number(b), number(c)), b // c, minus(number(a), number(b // c)), a - b // c),
        ("step",) if a > 40 else (),
    )


def minus_then_plus(a: int, b: int, c: int) -> Draft:
    """a − b + c, from left to right"""
    return _ordered(
        plus(minus(number(a), number(b)), number(c)),
        f"{a} - {b} + {c}",
        wrongs(
            ("order.plus-before-minus", a - (b + c)),
            ("order.adds-everything", a + b + c),
            ("order.exchanges-signs", a + b - c),
            ("order.forgets-a-part", a - b),
        ),
        (minus(number(a), number(b)), a - b, plus(number(a - b), number(c)), a - b + c),
        ("concept",),
    )


def product_of_sum(a: int, b: int, c: int) -> Draft:
    """a × (b + c)"""
    return _ordered(
        times(number(a), bracket(plus(number(b), number(c)))),
        f"{a} * ({b} + {c})",
        wrongs(
            ("order.ignores-brackets", a * b + c),
            ("order.adds-everything", a + b + c),
            ("order.multiplies-everything", a * b * c),
            ("order.exchanges-signs", a + b * c),
        ),
        (plus(number(b), number(c)), b + c, times(number(a), number(b + c)), a * (b + c)),
        (),
    )


def two_products(a: int, b: int, c: int, d: int) -> Draft:
    """a × b − c × d"""
    return _ordered(
        minus(times(number(a), number(b)), times(number(c), number(d))),
        f"{a} * {b} - {c} * {d}",
        wrongs(
            ("order.left-to-right", (a * b - c) * d),
            ("order.exchanges-signs", a * (b - c) * d),
            ("order.exchanges-signs", a * b + c * d),
            ("order.forgets-a-part", a * b - c),
            least=0,
        ),
        (times(number(c), number(d)), c * d, minus(number(a * b), number(c * d)), a * b - c * d),
        ("step",),
    )


def times_square(a: int, b: int) -> Draft:
    """a × b², the power first"""
    return _ordered(
        times(number(a), power(number(b), 2)),
        f"{a} * {b}**2",
        wrongs(
            ("power.binds-too-far", (a * b) ** 2),
            ("power.base-times-exponent", a * b * 2),
            ("order.adds-everything", a + b * b),
            ("order.forgets-a-part", b * b),
        ),
        (power(number(b), 2), b * b, times(number(a), number(b * b)), a * b * b),
        ("step",),
    )


def fraction_bar(a: int, b: int, c: int) -> Draft:
    """(a + b) over c: the bar is a bracket"""
    return _ordered(
        quotient(plus(number(a), number(b)), number(c)),
        f"({a} + {b}) / {c}",
        wrongs(
            ("order.bar-covers-one-term", a + F(b, c)),
            ("order.bar-covers-one-term", F(a, c) + b),
            ("order.adds-everything", a + b + c),
            ("order.forgets-a-part", a + b),
            ("order.exchanges-signs", F(a - b, c)),
        ),
        (plus(number(a), number(b)), a + b, divided(number(a + b), number(c)), (a + b) // c),
        ("step", "concept"),
    )


def bracket_squared(a: int, b: int, c: int) -> Draft:
    """a − (b − c)²"""
    return _ordered(
        minus(number(a), power(bracket(minus(number(b), number(c))), 2)),
        f"{a} - ({b} - {c})**2",
        wrongs(
            ("order.left-to-right", (a - (b - c)) ** 2),
            ("power.base-times-exponent", a - (b - c) * 2),
            ("power.squares-each-part", a - abs(b * b - c * c)),
            ("order.forgets-a-part", (b - c) ** 2),
            ("power.squares-each-part", a - b + c * c),
        ),
        (
            power(bracket(minus(number(b), number(c))), 2),
            (b - c) ** 2,
            minus(number(a), number((b - c) ** 2)),
            a - (b - c) ** 2,
        ),
        ("step", "step", "regroup") if a > 50 else ("step", "step"),
    )


_Walk = tuple[Maths, int, Maths, int]
"""A part that comes first, its value, the calculation that is left, the answer."""


def _ordered(
    asked: Maths, check: str, distractors: tuple[Distractor, ...], walk: _Walk, features: tuple[Feature, ...]
) -> Draft:
    first, value, rest, key = walk
    return Draft(
        stem=say("Work out {}.", asked),
        key=number(key),
        distractors=distractors,
        solution=(
            say("First work out {}, which is {}.", first, value),
            say("Then {}.", equals(rest, number(key))),
        ),
        hints=(
            say("Which part of this calculation has to be done first?"),
            say(
                "The order is: brackets, powers, multiplication and division, and last addition and subtraction. Within one rank you go from left to right."
            ),
            say("Begin with {}.", first),
            say("It remains to work out {}.", rest),
        ),
        check=Check("value", check),
        numbers=(key, value),
        features=features,
    )
