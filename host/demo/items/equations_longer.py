"""Linear equations with brackets, with the unknown on both sides, and with fractions."""

from __future__ import annotations

from fractions import Fraction as F

from host.demo.difficulty import Feature
from host.demo.drafting import Draft
from host.demo.items.equations import Equation, X, solved, undo_term
from host.demo.maths import Maths, equals, factored, fraction, linear, number, over_letter, quotient, say
from host.demo.model import Passage


def drafts() -> dict[str, tuple[Draft, ...]]:
    return {
        "equations.brackets": (
            bracket_equals(2, 1, 3, 14),
            bracket_equals(5, 1, -2, 20),
            bracket_equals(3, 1, 4, 6),
            bracket_equals(4, 1, -7, 12),
            bracket_equals(3, 2, 1, 27),
            bracket_plus(3, 2, 5, 26),
            bracket_equals(-2, 1, 5, 8),
            bracket_plus(4, -3, 7, 11),
            bracket_equals(5, 2, -3, 35),
            bracket_equals(4, 1, 2, 10),
            bracket_equals(-3, 2, -5, 27),
            bracket_plus(-2, -6, 9, 31),
        ),
        "equations.both-sides": (
            both_sides(3, 2, 1, 10),
            both_sides(5, -4, 3, 8),
            both_sides(4, 7, 2, 15),
            both_sides(7, 1, 4, 22),
            both_sides(2, 9, 5, 3),
            both_sides(6, -5, 2, 19),
            both_sides(3, 8, -2, 23),
            bracket_both(2, 3, 1, 11),
            both_sides(4, 15, 7, -6),
            bracket_both(3, -2, 5, -14),
            both_sides(8, -3, 4, 7),
            both_sides(-3, 10, 5, -14),
            bracket_both(-4, 1, 2, 20),
        ),
        "equations.fractions": (
            sum_over(2, 3, 5),
            coefficient(2, 3, 8),
            sum_over(4, -1, 3),
            coefficient(3, 5, 12),
            coefficient(5, 2, 20),
            linear_over(3, 2, 5, 7),
            halves_and_parts(2, 4, 9),
            linear_over(4, 3, -5, 4),
            coefficient(-3, 4, 18),
            halves_and_parts(2, 3, 10),
            two_quotients(2, 1, 3, -1),
            halves_and_parts(3, 4, 14),
            two_quotients(4, 2, 3, -1),
        ),
    }


# --- brackets


def bracket_equals(a: int, b: int, c: int, d: int) -> Draft:
    """a(b · x + c) = d"""
    key = (F(d, a) - c) / b
    quotient_known = F(d, a)
    whole = quotient_known.denominator == 1
    expand = say("Expand the bracket: {}.", equals(linear(a * b, a * c), number(d)))
    undo: tuple[Passage, ...] = (
        (
            say("Divide both sides by {}: {}.", number(a), equals(linear(b, c), number(quotient_known))),
            *_undo_sum(b, c, quotient_known),
        )
        if whole
        else (expand, *_undo_sum(a * b, a * c, F(d)))
    )
    return solved(
        Equation(equals(factored(a, {"x": b, "": c}), number(d)), f"({a}) * ({b} * x + ({c})) == {d}", key),
        (
            ("expand.first-term-only", F(d - c, a * b)),
            ("equations.repeats-the-operation", (F(d, a) + c) / b),
            ("equations.ignores-the-bracket-term", F(d, a) / b),
            ("equations.subtracts-the-coefficient", F(d - a - c, b)),
            ("equations.wrong-sign", -key),
            ("equations.stops-before-dividing", F(d, a) - c),
        ),
        undo,
        _bracket_features(a, b, key),
        (a * c, d),
    )


def _undo_sum(b: int, c: int, value: F) -> tuple[Passage, ...]:
    if b == 1:
        return (undo_term(c),)
    return (
        undo_term(c, equals(linear(b, 0), number(value - c))),
        say("Divide both sides by {}.", number(b)),
    )


def _bracket_features(a: int, b: int, key: F) -> tuple[Feature, ...]:
    found: list[Feature] = []
    if b > 1:
        found.append("step")
    if a < 0:
        found += ["negative", "concept"]
    if key < 0:
        found.append("negative")
    if key.denominator > 1:
        found.append("fraction")
    return tuple(found)


def bracket_plus(a: int, b: int, c: int, d: int) -> Draft:
    """a(x + b) + c = d"""
    key = F(d - c, a) - b
    inner = factored(a, {"x": 1, "": b})
    return solved(
        Equation(
            equals(Maths(f"{inner.tex} + {c}", f"{inner.spoken} plus {c}"), number(d)),
            f"({a}) * (x + ({b})) + {c} == {d}",
            key,
        ),
        (
            ("expand.first-term-only", F(d - c - b, a)),
            ("equations.repeats-the-operation", F(d + c, a) - b),
            ("equations.repeats-the-operation", F(d - c, a) + b),
            ("equations.ignores-the-bracket-term", F(d - c, a)),
            ("equations.wrong-sign", -key),
        ),
        (
            undo_term(c, equals(inner, number(d - c))),
            say("Divide both sides by {}: {}.", number(a), equals(linear(1, b), number(F(d - c, a)))),
            undo_term(b),
        ),
        ("step", "step", "negative", "concept") if a < 0 else ("step", "step"),
        (d, a * b),
    )


# --- both sides


def both_sides(a: int, b: int, c: int, d: int) -> Draft:
    """a · x + b = c · x + d"""
    return solved(
        Equation(equals(linear(a, b), linear(c, d)), f"({a}) * x + ({b}) == ({c}) * x + ({d})", F(d - b, a - c)),
        _both_candidates(a, b, c, d),
        _gather(a, b, c, d),
        _both_features(a, b, c, d),
        (b, d),
    )


def bracket_both(a: int, b: int, c: int, d: int) -> Draft:
    """a(x + b) = c · x + d"""
    key = F(d - a * b, a - c)
    return solved(
        Equation(equals(factored(a, {"x": 1, "": b}), linear(c, d)), f"({a}) * (x + ({b})) == ({c}) * x + ({d})", key),
        (
            ("expand.first-term-only", F(d - b, a - c)),
            *_both_candidates(a, a * b, c, d),
        ),
        (say("Expand the bracket: {}.", equals(linear(a, a * b), linear(c, d))), *_gather(a, a * b, c, d)),
        ("step", *_both_features(a, a * b, c, d)),
        (a * b, d),
    )


def _both_candidates(a: int, b: int, c: int, d: int) -> tuple[tuple[str, F], ...]:
    key = F(d - b, a - c)
    added = [("equations.adds-coefficients", F(d - b, a + c))] if a + c else []
    return (
        *added,
        ("equations.repeats-the-operation", F(d + b, a - c)),
        ("equations.wrong-sign", -key),
        ("equations.stops-before-dividing", F(d - b)),
        ("equations.ignores-one-side", F(d - b, a)),
    )


def _gather(a: int, b: int, c: int, d: int) -> tuple[Passage, ...]:
    """a · x + b = c · x + d, step by step: the unknown to the left, the number to the right, divide."""
    words = "Subtract {} from both sides: {}." if c > 0 else "Add {} to both sides: {}."
    first = say(words, linear(abs(c), 0), equals(linear(a - c, b), number(d)))
    if a - c == 1:
        return first, undo_term(b)
    return first, undo_term(b, equals(linear(a - c, 0), number(d - b))), say("Divide both sides by {}.", number(a - c))


def _both_features(a: int, b: int, c: int, d: int) -> tuple[Feature, ...]:
    key = F(d - b, a - c)
    found: list[Feature] = []
    if a < c:
        found += ["step", "negative"]
    if c < 0:
        found.append("negative")
    if key < 0:
        found.append("negative")
    if key.denominator > 1:
        found.append("fraction")
    return tuple(found)


# --- fractions


def sum_over(a: int, b: int, c: int) -> Draft:
    """(x + b) over a = c"""
    top = linear(1, b)
    return solved(
        Equation(equals(quotient(top, number(a)), number(c)), f"(x + ({b})) / {a} == {c}", a * c - b),
        (
            ("equations.multiplies-one-term", a * (c - b)),
            ("equations.repeats-the-operation", a * c + b),
            ("equations.stops-before-subtracting", a * c),
            ("equations.divides-instead", F(c, a) - b),
            ("equations.subtracts-the-coefficient", c + a - b),
        ),
        (
            say("Multiply both sides by {}: {}.", a, equals(top, number(a * c))),
            undo_term(b),
        ),
        (),
        (a * c,),
    )


def coefficient(top: int, bottom: int, c: int) -> Draft:
    """A fraction times x = c"""
    factor = F(top, bottom)
    shown = linear(factor, 0)
    one = F(c, top)
    return solved(
        Equation(equals(shown, number(c)), f"({top}) / {bottom} * x == {c}", c / factor),
        (
            ("equations.multiplies-by-the-fraction", c * factor),
            ("equations.stops-before-multiplying", one),
            ("equations.stops-before-dividing", F(c * bottom)),
            ("equations.wrong-sign", -c / factor),
            ("equations.subtracts-the-coefficient", F(c - top, 1) * bottom),
        ),
        (
            say("Multiply both sides by {}: {}.", bottom, equals(linear(top, 0), number(c * bottom))),
            say("Divide both sides by {}.", number(top)),
        ),
        ("negative", "concept") if top < 0 else ("concept",),
        (c * bottom,),
    )


def linear_over(bottom: int, a: int, b: int, c: int) -> Draft:
    """(a · x + b) over bottom = c"""
    key = F(bottom * c - b, a)
    inside = linear(a, b)
    return solved(
        Equation(equals(quotient(inside, number(bottom)), number(c)), f"({a} * x + ({b})) / {bottom} == {c}", key),
        (
            ("equations.multiplies-one-term", F(bottom * (c - b), a)),
            ("equations.repeats-the-operation", F(bottom * c + b, a)),
            ("equations.stops-before-dividing", bottom * c - b),
            ("equations.divides-one-term", F(bottom * c, a) - b),
            ("equations.divides-instead", F(c, bottom) - b),
        ),
        (
            say("Multiply both sides by {}: {}.", bottom, equals(inside, number(bottom * c))),
            undo_term(b, equals(linear(a, 0), number(bottom * c - b))),
            say("Divide both sides by {}.", a),
        ),
        ("step", "step"),
        (bottom * c,),
    )


def halves_and_parts(a: int, b: int, c: int) -> Draft:
    """x over a plus x over b = c"""
    factor = F(1, a) + F(1, b)
    first, second = over_letter("x", a), over_letter("x", b)
    common = factor.denominator
    return solved(
        Equation(
            equals(Maths(f"{first.tex} + {second.tex}", f"{first.spoken}, plus {second.spoken}"), number(c)),
            f"x / {a} + x / {b} == {c}",
            c / factor,
        ),
        (
            ("equations.adds-denominators", F(c * (a + b))),
            ("fractions.adds-tops-and-bottoms", F(c * (a + b), 2)),
            ("equations.multiplies-one-term", F(c * a * b)),
            ("equations.stops-before-dividing", F(c * common)),
            ("equations.ignores-one-side", F(c * a)),
        ),
        (
            say(
                "Put the two parts of {} together: {}.",
                X,
                equals(
                    Maths(f"{first.tex} + {second.tex}", f"{first.spoken}, plus {second.spoken}"),
                    Maths(rf"{fraction(factor).tex}x", f"{fraction(factor).spoken} x"),
                ),
            ),
            say("Multiply both sides by {}: {}.", common, equals(linear(factor.numerator, 0), number(c * common))),
            say("Divide both sides by {}.", factor.numerator),
        ),
        ("unlike", "step", "step"),
        (c * common,),
    )


def two_quotients(a: int, b: int, c: int, d: int) -> Draft:
    """(x + b) over a = (x + d) over c, with a and c different"""
    key = F(a * d - c * b, c - a)
    left, right = linear(1, b), linear(1, d)
    cleared = equals(factored(c, {"x": 1, "": b}), factored(a, {"x": 1, "": d}))
    return solved(
        Equation(
            equals(quotient(left, number(a)), quotient(right, number(c))),
            f"(x + ({b})) / {a} == (x + ({d})) / {c}",
            key,
        ),
        (
            ("equations.wrong-sign", -key),
            ("expand.first-term-only", F(d - b, c - a)),
            ("equations.adds-coefficients", F(a * d - c * b, c + a)),
            ("equations.multiplies-the-wrong-side", F(c * d - a * b, a - c)),
            ("equations.repeats-the-operation", F(a * d + c * b, c - a)),
        ),
        (
            say("Multiply both sides by {}: {}.", a * c, cleared),
            say("Expand both sides: {}.", equals(linear(c, c * b), linear(a, a * d))),
            say("Gather the terms with {} on one side: {}.", X, equals(linear(c - a, 0), number(a * d - c * b)))
            if abs(c - a) > 1
            else say("Gather the terms with {} on one side and the numbers on the other.", X),
        ),
        ("step", "step", "step", "unlike"),
        (a * c,),
    )
