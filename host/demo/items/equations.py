"""Linear equations with one and with two steps."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction as F

from host.demo.difficulty import Feature
from host.demo.drafting import Draft, wrongs
from host.demo.maths import Maths, divided, equals, letter, linear, minus, number, over_letter, plus, say, terms, times
from host.demo.model import Check, Passage


def drafts() -> dict[str, tuple[Draft, ...]]:
    return {
        "equations.one-step": (
            plus_number(5, 12),
            plus_number(-4, 9),
            times_number(3, 21),
            over_number(4, 5),
            thought_of("Amara thinks of a number and adds {}. The result is {}. What is the number?", 17, 45),
            plus_number(23, 8),
            number_minus(15, 6),
            times_number(-6, 42),
            over_number(7, -3),
            times_number(4, 10),
            number_minus(8, 19),
            over_number(-5, 8),
            number_minus(-12, -30),
            times_number(-8, 20),
        ),
        "equations.two-step": (
            two_steps(2, 3, 11),
            two_steps(5, 4, 29),
            two_steps(3, -5, 16),
            over_then_plus(2, 3, 8),
            two_steps(4, 9, 37),
            two_steps(7, -12, 30),
            number_minus_product(20, 3, 8),
            two_steps(6, 20, 8),
            over_then_plus(5, -4, 3),
            two_steps(4, -3, 7, swapped=True),
            number_minus_product(9, 4, 29),
            two_steps(-3, 7, 22),
            two_steps(-5, -8, -43),
            number_minus_product(-6, 7, -41, swapped=True),
        ),
    }


X = letter("x")

_Value = int | F
_Candidates = tuple[tuple[str, _Value], ...]


@dataclass(frozen=True)
class Equation:
    """An equation as it is shown, as a `Check` writes it, and its solution."""

    shown: Maths
    check: str
    solution: _Value


def solved(
    equation: Equation,
    candidates: _Candidates,
    undo: tuple[Passage, ...],
    features: tuple[Feature, ...],
    numbers: tuple[_Value, ...],
) -> Draft:
    """An equation to solve. `undo` says in words what is done to both sides, step by step."""
    *first, last = undo
    key = number(equation.solution)
    return Draft(
        stem=say("Solve {}.", equation.shown),
        key=key,
        distractors=wrongs(*candidates),
        solution=(*undo, say("So {}. Putting it in shows that both sides are equal.", equals(X, key))),
        hints=(
            say("What was done to {}? How can it be undone?", X)
            if not first
            else say("What should be alone on one side in the end? What stands in the way?"),
            say("An equation stays true when the same is done to both sides."),
            *(first or (say("Which operation is the opposite of the one you see?"),)),
            last,
        ),
        check=Check("solves", equation.check),
        numbers=numbers,
        features=features,
    )


def undo_term(term: int, result: Maths | None = None) -> Passage:
    """A positive term is subtracted from both sides, a negative one is undone by adding. `result` is what is left."""
    words = f"Subtract {term} from both sides" if term > 0 else f"Add {-term} to both sides"
    return say(f"{words}: {{}}.", result) if result else say(f"{words}.")


# --- one step


def plus_number(a: int, b: int) -> Draft:
    """x + a = b"""
    return solved(
        Equation(equals(linear(1, a), number(b)), f"x + ({a}) == {b}", b - a),
        (
            ("equations.repeats-the-operation", b + a),
            ("equations.wrong-sign", a - b),
            ("equations.ignores-the-operation", b),
        ),
        (undo_term(a, equals(X, minus(number(b), number(a)) if a > 0 else plus(number(b), number(-a)))),),
        ("negative",) if b - a < 0 else (),
        (a, b),
    )


def thought_of(story: str, a: int, b: int) -> Draft:
    return Draft(
        stem=say(story, a, b),
        key=number(b - a),
        distractors=wrongs(
            ("equations.repeats-the-operation", b + a),
            ("equations.wrong-sign", a - b),
            ("equations.ignores-the-operation", b),
        ),
        solution=(
            say("The number plus {} is {}: {}.", a, b, equals(linear(1, a), number(b))),
            say("Undo the addition: {}.", equals(minus(number(b), number(a)), number(b - a))),
        ),
        hints=(
            say("Is the number more or less than {}?", b),
            say("Undo what was done to the number."),
            say("Take {} away from {}.", a, b),
        ),
        check=Check("solves", f"x + {a} == {b}"),
        numbers=(a, b),
        features=("story",),
    )


def times_number(a: int, b: int) -> Draft:
    """a · x = b"""
    key = F(b, a)
    return solved(
        Equation(equals(linear(a, 0), number(b)), f"({a}) * x == {b}", key),
        (
            ("equations.subtracts-the-coefficient", b - a),
            ("equations.wrong-sign", -key),
            ("equations.divides-the-wrong-way", F(a, b)),
            ("equations.repeats-the-operation", a * b),
            ("equations.subtracts-the-coefficient", b + a),
        ),
        (say("Divide both sides by {}: {}.", number(a), equals(X, divided(number(b), number(a)))),),
        (*(("negative",) if a < 0 else ()), *(("fraction", "step") if key.denominator > 1 else ())),
        (a, b),
    )


def over_number(a: int, b: int) -> Draft:
    """x over a = b"""
    return solved(
        Equation(equals(over_letter("x", a), number(b)), f"x / ({a}) == {b}", a * b),
        (
            ("equations.repeats-the-operation", F(b, a)),
            ("equations.subtracts-the-coefficient", b - a),
            ("equations.wrong-sign", -a * b),
            ("equations.subtracts-the-coefficient", a + b),
            ("equations.divides-the-wrong-way", F(a, b)),
        ),
        (say("Multiply both sides by {}: {}.", number(a), equals(X, times(number(b), number(a)))),),
        ("step", "negative") if min(a, b) < 0 else ("step",),
        (a * b,),
    )


def number_minus(a: int, b: int) -> Draft:
    """a − x = b"""
    return solved(
        Equation(equals(terms({"": a, "x": -1}), number(b)), f"({a}) - x == {b}", a - b),
        (
            ("equations.overlooks-the-minus", b - a),
            ("equations.repeats-the-operation", a + b),
            ("equations.repeats-the-operation", -a - b),
            ("equations.ignores-the-operation", b),
        ),
        (
            say("Add {} to both sides: {}.", X, equals(number(a), linear(1, b))),
            undo_term(b, equals(minus(number(a), number(b)) if b > 0 else plus(number(a), number(-b)), X)),
        ),
        ("step", "concept", *_negatives(a, b, a - b)),
        (a, b),
    )


def _negatives(*values: int) -> tuple[Feature, ...]:
    return tuple("negative" for value in values if value < 0)


# --- two steps


def two_steps(a: int, b: int, c: int, *, swapped: bool = False) -> Draft:
    """a · x + b = c"""
    key = F(c - b, a)
    left, right = linear(a, b), number(c)
    return solved(
        Equation(equals(right, left) if swapped else equals(left, right), f"({a}) * x + ({b}) == {c}", key),
        (
            ("equations.repeats-the-operation", F(c + b, a)),
            ("equations.divides-one-term", F(c, a) - b),
            ("equations.stops-before-dividing", c - b),
            ("equations.subtracts-the-coefficient", c - b - a),
            ("equations.wrong-sign", -key),
        ),
        (
            undo_term(b, equals(linear(a, 0), number(c - b))),
            say("Divide both sides by {}.", number(a)),
        ),
        _two_step_features(a, key, swapped),
        (b, c),
    )


def _two_step_features(a: int, key: F, swapped: bool) -> tuple[Feature, ...]:
    found: list[Feature] = []
    if a < 0:
        found += ["negative", "step"]
    if key < 0:
        found.append("negative")
    if key.denominator > 1:
        found.append("fraction")
    if swapped:
        found.append("concept")
    return tuple(found)


def over_then_plus(a: int, b: int, c: int) -> Draft:
    """x over a, plus b = c"""
    key = (c - b) * a
    sign, word = ("+", "plus") if b > 0 else ("-", "minus")
    quotient = over_letter("x", a)
    left = Maths(f"{quotient.tex} {sign} {abs(b)}", f"{quotient.spoken}, {word} {abs(b)}")
    return solved(
        Equation(equals(left, number(c)), f"x / {a} + ({b}) == {c}", key),
        (
            ("equations.multiplies-one-term", c * a - b),
            ("equations.repeats-the-operation", (c + b) * a),
            ("equations.stops-before-multiplying", c - b),
            ("equations.divides-instead", F(c - b, a)),
        ),
        (
            undo_term(b, equals(quotient, number(c - b))),
            say("Multiply both sides by {}.", a),
        ),
        ("fraction",),
        (key,),
    )


def number_minus_product(a: int, b: int, c: int, *, swapped: bool = False) -> Draft:
    """a − b · x = c"""
    key = F(a - c, b)
    left, right = terms({"": a, "x": -b}), number(c)
    return solved(
        Equation(equals(right, left) if swapped else equals(left, right), f"({a}) - {b} * x == {c}", key),
        (
            ("equations.overlooks-the-minus", F(c - a, b)),
            ("equations.repeats-the-operation", F(c + a, b)),
            ("equations.subtracts-before-multiplying", F(c, a - b) if a != b else F(c)),
            ("equations.stops-before-dividing", a - c),
            ("equations.repeats-the-operation", -F(c + a, b)),
            ("equations.stops-before-dividing", c - a),
        ),
        (
            undo_term(a, equals(linear(-b, 0), number(c - a))),
            say("Divide both sides by {}.", number(-b)),
        ),
        (
            "negative",
            "concept",
            *(("negative", "step") if key < 0 or a < 0 else ()),
            *(("concept",) if swapped else ()),
        ),
        (a, c),
    )
