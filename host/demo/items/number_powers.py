"""Powers and square roots."""

from __future__ import annotations

from fractions import Fraction as F
from math import isqrt

from host.demo.drafting import Draft, wrong, wrongs
from host.demo.maths import (
    Maths,
    bracket,
    equals,
    minus,
    number,
    plus,
    power,
    root,
    say,
    times,
)
from host.demo.model import Check


def drafts() -> dict[str, tuple[Draft, ...]]:
    return {
        "number.powers": (
            power_of(3, 2),
            root_of(25),
            power_of(2, 3),
            power_of(10, 4),
            root_of(64),
            power_of(5, 3),
            sum_squared(3, 4),
            roots_added(36, 64),
            power_of(2, 6),
            same_base(2, 3, 4),
            root_of(196),
            sum_squared(5, 7),
            same_base(3, 2, 5),
            roots_added(144, 25),
            undo_square(7, 15),
        ),
    }


def power_of(base: int, exponent: int) -> Draft:
    asked = power(number(base), exponent)
    factors = times(*[number(base)] * exponent)
    return Draft(
        stem=say("Work out {}.", asked),
        key=number(base**exponent),
        distractors=wrongs(
            ("power.base-times-exponent", base * exponent),
            *([("power.exchanges-base-and-exponent", exponent**base)] if base < 8 else []),
            ("power.one-factor-too-few", base ** (exponent - 1)),
            ("power.one-factor-too-many", base ** (exponent + 1)),
            ("power.adds-base-and-exponent", base + exponent),
        ),
        solution=(
            say("The exponent {} says how many factors {} there are.", exponent, base),
            say("{}.", equals(asked, factors, number(base**exponent))),
        ),
        hints=(
            say("What does the small raised {} tell you to do with {}?", exponent, base),
            say("A power is a product of equal factors, not the base times the exponent."),
            say("Write down {} factors: {}.", exponent, factors),
        ),
        check=Check("value", f"{base}**{exponent}"),
        numbers=(10 if base == 10 else base**exponent,),
        features=("step",) if exponent > 2 else (),
    )


def root_of(square: int) -> Draft:
    side = isqrt(square)
    asked = root(number(square))
    return Draft(
        stem=say("Work out {}.", asked),
        key=number(side),
        distractors=wrongs(
            ("root.halves", F(square, 2)),
            ("root.squares-instead", square * square),
            ("root.quarters", F(square, 4)),
            ("root.counts-on", side + 1),
        ),
        solution=(
            say("Look for the number that gives {} when it is multiplied by itself.", square),
            say("{}, so the root is {}.", equals(times(number(side), number(side)), number(square)), number(side)),
        ),
        hints=(
            say("Imagine a square with area {}. How long is one side?", square),
            say("The square root is the number that, multiplied by itself, gives {}. It is not half of it.", square),
            say("Try: {} is {}. Is that too small or too large?", power(number(side - 2), 2), (side - 2) ** 2),
        ),
        check=Check("solves", f"x * x == {square} and x > 0"),
        numbers=(square,),
        features=("step",) if square > 150 else (),
    )


def sum_squared(a: int, b: int) -> Draft:
    asked = power(bracket(plus(number(a), number(b))), 2)
    return Draft(
        stem=say("Work out {}.", asked),
        key=number((a + b) ** 2),
        distractors=wrongs(
            ("power.squares-each-part", a * a + b * b),
            ("power.base-times-exponent", (a + b) * 2),
            ("power.binds-too-short", a + b * b),
        ),
        solution=(
            say("The bracket comes first: {}.", equals(plus(number(a), number(b)), number(a + b))),
            say("{}.", equals(power(number(a + b), 2), times(number(a + b), number(a + b)), number((a + b) ** 2))),
        ),
        hints=(
            say("What exactly is squared here: one number, or the whole bracket?"),
            say("Work out the bracket before the power."),
            say("The bracket is {}. Multiply it by itself.", a + b),
        ),
        check=Check("value", f"({a} + {b})**2"),
        numbers=((a + b) ** 2,),
        features=("step",),
    )


def roots_added(a: int, b: int) -> Draft:
    sides = isqrt(a), isqrt(b)
    return Draft(
        stem=say("Work out {}.", plus(root(number(a)), root(number(b)))),
        key=number(sum(sides)),
        distractors=wrongs(
            ("root.adds-under-the-root", isqrt(a + b)),
            ("root.multiplies-the-roots", sides[0] * sides[1]),
            ("root.halves", F(a + b, 2)),
        ),
        solution=(
            say("{} and {}.", equals(root(number(a)), number(sides[0])), equals(root(number(b)), number(sides[1]))),
            say("{}.", equals(plus(number(sides[0]), number(sides[1])), number(sum(sides)))),
        ),
        hints=(
            say("Is the sum of two roots the same as the root of the sum? Try it with small numbers."),
            say("Take each root by itself, and add afterwards."),
            say("The first root is {}. Find the second one.", sides[0]),
        ),
        check=Check("solves", f"x == root({a}) + root({b})"),
        numbers=(a, b),
        features=("step", "concept"),
    )


def same_base(base: int, first: int, second: int) -> Draft:
    """Multiply two powers of one base."""

    def shown(b: int, exponent: int) -> Maths:
        return power(number(b), exponent, value=b**exponent)

    asked = times(shown(base, first), shown(base, second))
    return Draft(
        stem=say("Which power is equal to {}?", asked),
        key=shown(base, first + second),
        distractors=(
            wrong("power.multiplies-exponents", shown(base, first * second)),
            wrong("power.multiplies-bases", shown(base * base, first + second)),
            wrong("power.multiplies-both", shown(base * base, first * second)),
        ),
        solution=(
            say(
                "The first power is a product of {} factors, the second of {}, and every factor is {}.",
                first,
                second,
                base,
            ),
            say("Together these are {} factors: {}.", first + second, equals(asked, shown(base, first + second))),
        ),
        hints=(
            say("How would the product look if you wrote out every factor?"),
            say("All the factors are {}. So it is enough to count them.", base),
            say("There are {} factors from the first power and {} more from the second.", first, second),
        ),
        check=Check("value", f"{base}**{first} * {base}**{second}"),
        numbers=(first * second,),
        features=("concept", "step", "step"),
    )


def undo_square(added: int, side: int) -> Draft:
    """x² + a = b for a positive x."""
    total = side * side + added
    formula = equals(plus(power(Maths("x", "x"), 2), number(added)), number(total))
    return Draft(
        stem=say("For which positive number is this true: {}?", formula),
        key=number(side),
        distractors=wrongs(
            ("root.halves", F(total - added, 2)),
            ("order.forgets-a-part", total - added),
            ("root.counts-on", side + 1),
        ),
        solution=(
            say("The square must be {}.", equals(minus(number(total), number(added)), number(side * side))),
            say("The positive number with this square is {}.", number(side)),
        ),
        hints=(
            say("If you covered the square with your hand, which number would have to stand there?"),
            say("Take away {} first. Then undo the squaring.", added),
            say("Which positive number, multiplied by itself, gives {}?", side * side),
        ),
        check=Check("solves", f"x**2 + {added} == {total} and x > 0"),
        numbers=(total,),
        features=("reverse", "step", "step"),
    )
