"""Linear inequalities."""

# ruff: noqa: E501 (sentences for learners stay whole)

from __future__ import annotations

from fractions import Fraction as F

from host.demo.difficulty import Feature
from host.demo.drafting import Draft, wrong, wrongs
from host.demo.items.equations import undo_term
from host.demo.maths import Maths, letter, linear, number, relation, say
from host.demo.model import Check, Passage

_FLIPPED = {"<": ">", ">": "<", r"\le": r"\ge", r"\ge": r"\le"}
_PYTHON = {"<": "<", ">": ">", r"\le": "<=", r"\ge": ">="}
_STRICT = {"<": r"\le", ">": r"\ge", r"\le": "<", r"\ge": ">"}


def drafts() -> dict[str, tuple[Draft, ...]]:
    return {
        "equations.inequalities": (
            member((1, 3), "<", 8, key=4, boundary=5, beyond=(6, 11)),
            solution_set(1, 4, ">", 9),
            solution_set(3, 0, r"\le", 12),
            solution_set(2, 5, "<", 17),
            in_words(
                12,
                "at least",
                "A ferry leaves only with {} {} people on board. Which statement says this about the number {} of people?",
            ),
            member((2, -1), r"\ge", 9, key=5, boundary=4, beyond=(3, -5)),
            solution_set(4, -3, r"\ge", 21),
            in_words(
                30,
                "at most",
                "A bag may weigh {} {} kilograms. Which statement says this about its weight of {} kilograms?",
            ),
            solution_set(-1, 6, ">", 2),
            solution_set(-2, 0, "<", 10),
            solution_set(5, 8, "<", -7),
            solution_set(-3, 6, r"\le", 21),
            greatest_whole(4, 7, 30),
            solution_set(-4, -5, ">", 15),
        ),
    }


_X = letter("x")


def solution_set(a: int, b: int, sign: str, c: int) -> Draft:
    """a · x + b compared with c; the sign turns round when a is negative."""
    bound = F(c - b, a)
    right_sign = sign if a > 0 else _FLIPPED[sign]
    return Draft(
        stem=say("Solve {}.", relation(sign, linear(a, b), number(c))),
        key=_statement(right_sign, bound),
        distractors=(
            wrong(
                "inequalities.turns-the-sign-wrongly" if a > 0 else "inequalities.keeps-the-sign",
                _statement(_FLIPPED[right_sign], bound),
            ),
            wrong("equations.repeats-the-operation", _statement(right_sign, F(c + b, a))),
            wrong("inequalities.moves-the-boundary", _statement(_STRICT[right_sign], bound)),
            wrong("equations.wrong-sign", _statement(right_sign, -bound)),
        ),
        solution=(*_undo(a, b, sign, c), say("The solution is {}.", _statement(right_sign, bound))),
        hints=(
            say("How would you solve it if it were an equation?"),
            say(
                "The same steps are allowed as for equations, with one exception: "
                "multiplying or dividing by a negative number turns the sign round."
            ),
            _undo(a, b, sign, c)[0],
        ),
        check=Check("equivalent", f"({a}) * x + ({b}) {_PYTHON[sign]} {c}"),
        numbers=(b, c),
        features=_features(a, b, bound),
    )


def _undo(a: int, b: int, sign: str, c: int) -> tuple[Passage, ...]:
    left = relation(sign, linear(a, 0), number(c - b))
    reason = (
        "The sign turns round, because the number is negative."
        if a < 0
        else "The number is positive, so the sign stays."
    )
    return (
        *((undo_term(b, left if a != 1 else None),) if b else ()),
        *((say(f"Divide both sides by {{}}. {reason}", number(a)),) if a != 1 else ()),
    )


def _features(a: int, b: int, bound: F) -> tuple[Feature, ...]:
    found: list[Feature] = []
    if b and abs(a) > 1:
        found.append("step")
    if a < 0:
        found += ["negative", "concept"]
    if bound < 0:
        found.append("negative")
    return tuple(found)


def _statement(sign: str, bound: F) -> Maths:
    return relation(sign, _X, number(bound), value=(sign, bound))


def member(left: tuple[int, int], sign: str, c: int, *, key: int, boundary: int, beyond: tuple[int, int]) -> Draft:
    """Which number makes a · x + b compared with c true?"""
    a, b = left
    asked = relation(sign, linear(a, b), number(c))
    return Draft(
        stem=say("For which number is this true: {}?", asked),
        key=number(key),
        distractors=(
            wrong("inequalities.moves-the-boundary", number(boundary)),
            wrong("inequalities.turns-the-sign-wrongly", number(beyond[0])),
            wrong(
                "integers.ignores-the-sign" if beyond[1] < 0 else "equations.repeats-the-operation", number(beyond[1])
            ),
        ),
        solution=(
            say("Put each number in the place of {} and see what comes out.", _X),
            say("For {} the left side is {}, and that fits.", number(key), number(a * key + b)),
        ),
        hints=(
            say("What does the sign between the two sides say?"),
            say("Put the numbers in the place of {} one by one.", _X),
            say("For {} the left side would be {}. Does that fit?", number(boundary), number(a * boundary + b)),
        ),
        check=Check("solves", f"({a}) * x + ({b}) {_PYTHON[sign]} {c}"),
        numbers=(c,),
        features=() if a == 1 else ("concept", "step"),
    )


def in_words(bound: int, words: str, story: str) -> Draft:
    """«At least» and «at most»."""
    sign = r"\ge" if words == "at least" else r"\le"
    return Draft(
        stem=say(story, words, bound, _X),
        key=_statement(sign, F(bound)),
        distractors=(
            wrong("inequalities.turns-the-sign-wrongly", _statement(_FLIPPED[sign], F(bound))),
            wrong("inequalities.moves-the-boundary", _statement(_STRICT[sign], F(bound))),
            wrong("inequalities.turns-the-sign-wrongly", _statement(_STRICT[_FLIPPED[sign]], F(bound))),
        ),
        solution=(
            say("The number {} itself is allowed.", bound),
            say(
                "All {} numbers are allowed too: {}.",
                "greater" if words == "at least" else "smaller",
                _statement(sign, F(bound)),
            ),
        ),
        hints=(
            say("Is the number {} itself allowed? Are greater numbers allowed?", bound),
            say("The line under the sign means that both sides may be equal."),
            say("Try {} and {}: which of them are allowed?", bound - 1, bound + 1),
        ),
        check=Check("equivalent", f"x {_PYTHON[sign]} {bound}"),
        numbers=(bound,),
        features=("story",),
    )


def greatest_whole(a: int, b: int, c: int) -> Draft:
    """The greatest whole number that makes a · x + b < c true, where the boundary is no whole number."""
    bound = F(c - b, a)
    key = bound.numerator // bound.denominator
    return Draft(
        stem=say(
            "What is the greatest whole number for which this is true: {}?", relation("<", linear(a, b), number(c))
        ),
        key=number(key),
        distractors=wrongs(
            ("inequalities.rounds-the-boundary", key + 1),
            ("inequalities.gives-the-boundary", bound),
            ("inequalities.rounds-the-boundary", key - 1),
            ("equations.stops-before-dividing", c - b),
        ),
        solution=(
            say("Solve: {}.", relation("<", _X, number(bound))),
            say("The greatest whole number below {} is {}.", number(bound), number(key)),
        ),
        hints=(
            say("For which numbers is it true at all?"),
            say("Subtract {} from both sides, and divide by {}.", b, a),
            say("The solution is {}. Which whole numbers are those?", relation("<", _X, number(bound))),
        ),
        check=Check("solves", f"{a} * x + {b} < {c} and {a} * (x + 1) + {b} >= {c}"),
        numbers=(b, c),
        features=("step", "step", "fraction"),
    )
