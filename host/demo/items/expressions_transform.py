"""Transforming expressions: like terms, expanding, factorising."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import gcd

from host.demo.difficulty import Feature
from host.demo.drafting import Distractor, Draft, wrong
from host.demo.maths import Maths, equals, factored, linear, number, say, terms, times
from host.demo.model import Check


def drafts() -> dict[str, tuple[Draft, ...]]:
    return {
        "expressions.like-terms": (
            collected(("x", 3), ("x", 4)),
            collected(("n", 7), ("n", -2)),
            collected(("x", 5), ("", 3), ("x", 2)),
            collected(("x", 6), ("x", -1), ("", 4)),
            collected(("x", 4), ("", 7), ("x", 3), ("", -2)),
            collected(("x", 2), ("y", 5), ("x", 4)),
            collected(("x", 8), ("", -3), ("x", -5), ("", 9)),
            collected(("x", 3), ("y", 4), ("x", 5), ("y", -2)),
            collected(("n", 2), ("", -6), ("n", -7), ("", 1)),
            collected(("x^2", 2), ("x", 3), ("x^2", 4)),
            collected(("x", -4), ("y", 6), ("x", -3), ("y", -8)),
            collected(("x^2", 5), ("x", -2), ("x^2", -3), ("x", -6)),
        ),
        "expressions.expand": (
            expanded(3, {"x": 1, "": 2}),
            expanded(5, {"n": 1, "": -4}),
            expanded(2, {"x": 3, "": 5}),
            expanded(4, {"x": 2, "": -3}),
            expanded(-2, {"x": 1, "": 6}),
            expanded(3, {"x": 2, "y": 5}),
            expanded(-3, {"x": 1, "": -4}),
            expanded_plus(2, {"x": 1, "": 3}, {"x": 4, "": 0}),
            expanded(-4, {"x": 3, "": -7}),
            expanded_both(3, {"x": 1, "": 4}, 2, {"x": 1, "": 5}),
            expanded_both(5, {"x": 2, "": 1}, -3, {"x": 1, "": 4}),
            expanded_both(4, {"x": 1, "": 2}, -2, {"x": 1, "": -6}),
        ),
        "expressions.factorise": (
            taken_out(2, {"x": 1, "": 3}),
            taken_out(5, {"n": 1, "": -2}),
            taken_out(3, {"x": 2, "": 5}),
            taken_out(4, {"x": 3, "": -5}),
            taken_out(6, {"x": 2, "": 3}),
            common_term(6, 9),
            taken_out(7, {"x": 3, "y": 2}),
            taken_out(-3, {"x": 1, "": 4}),
            common_term(8, 12),
            taken_out(12, {"x": 2, "": -3}),
            taken_out(-5, {"x": 2, "": -3}),
            taken_out(-14, {"x": 3, "": -2}),
        ),
    }


# --- like terms

_Terms = Sequence[tuple[str, int]]


def collected(*parts: tuple[str, int]) -> Draft:
    """A sum of terms of one or two kinds."""
    totals = _totals(parts)
    key = terms(totals)
    kinds = list(totals)
    return Draft(
        stem=say("Simplify {}.", _sum_of(parts)),
        key=key,
        distractors=_collecting_errors(parts, totals),
        solution=(
            say("Only terms of the same kind can be put together."),
            *(
                say("The terms with {} together: {}.", _kind(kind), terms({kind: totals[kind]}))
                for kind in kinds
                if kind
            ),
            *(say("The numbers together: {}.", number(totals[""])) for kind in kinds if not kind),
            say("The result is {}.", key),
        ),
        hints=(
            say("Which of the terms are of the same kind?"),
            say("Each sign belongs to the term that follows it."),
            say(
                "Count the terms with {} first: {}.",
                _kind(kinds[0]),
                " and ".join(str(size) if size > 0 else f"minus {-size}" for name, size in parts if name == kinds[0]),
            ),
        ),
        check=Check("equivalent", _python_sum(parts)),
        numbers=tuple(size for _, size in parts),
        features=_collecting_features(parts, totals),
    )


def _collecting_errors(parts: _Terms, totals: Mapping[str, int]) -> tuple[Distractor, ...]:
    kinds = list(totals)
    everything = sum(totals.values())
    unsigned = _totals([(name, abs(size)) for name, size in parts])
    if len(kinds) == 1:
        kind = kinds[0]
        signed = [size for _, size in parts]
        return (
            wrong("like-terms.adds-exponents", terms({f"{kind}^2": totals[kind]})),
            wrong("like-terms.loses-the-letter", terms({"": totals[kind]})),
            wrong("like-terms.multiplies-coefficients", terms({f"{kind}^2": signed[0] * signed[1]})),
        )
    first, second = kinds
    merged = first if not second else "xy" if second == "y" else "x^3" if "x^2" in kinds else first
    return (
        wrong("expressions.adds-unlike-terms", terms({merged: everything})),
        wrong(
            "like-terms.single-letter-is-nothing",
            terms(_totals([(n, 0 if abs(s) == 1 and n else s) for n, s in parts])),
        ),
        wrong("like-terms.ignores-signs", terms(unsigned)),
        wrong("like-terms.sign-of-the-term-before", terms(_shifted(parts))),
        wrong("like-terms.adds-exponents", terms({_squared(first): totals[first], second: totals[second]})),
        wrong(
            "like-terms.forgets-a-term",
            terms(
                {
                    first: totals[first] - parts[-1][1] if parts[-1][0] == first else totals[first],
                    second: totals[second] - parts[-1][1] if parts[-1][0] == second else totals[second],
                }
            ),
        ),
    )


def _squared(kind: str) -> str:
    return {"x^2": "x^4"}.get(kind, f"{kind}^2")


def _shifted(parts: _Terms) -> dict[str, int]:
    """Every term with the sign that stands after it."""
    signs = [1 if size > 0 else -1 for _, size in parts]
    moved = [*signs[1:], 1]
    return _totals([(name, abs(size) * sign) for (name, size), sign in zip(parts, moved, strict=True)])


def _collecting_features(parts: _Terms, totals: Mapping[str, int]) -> tuple[Feature, ...]:
    found: list[Feature] = []
    if len(totals) > 1:
        found.append("step")
    if len(parts) > 3:
        found.append("step")
    if any(size < 0 for _, size in parts[1:]):
        found.append("negative")
    if any(size < 0 for size in totals.values()):
        found.append("negative")
    if "x^2" in totals:
        found.append("concept")
    return tuple(found)


def _totals(parts: _Terms) -> dict[str, int]:
    totals: dict[str, int] = {}
    for name, size in parts:
        totals[name] = totals.get(name, 0) + size
    return totals


def _sum_of(parts: _Terms) -> Maths:
    """The terms as they come, like ones still apart."""
    first, *others = parts
    shown = terms(dict([first]))
    for name, size in others:
        one = terms({name: abs(size)})
        sign, word = ("-", "minus") if size < 0 else ("+", "plus")
        shown = Maths(f"{shown.tex} {sign} {one.tex}", f"{shown.spoken} {word} {one.spoken}")
    return shown


def _python_sum(parts: _Terms) -> str:
    return " + ".join(f"({size})" + (f" * {name.replace('^', '**')}" if name else "") for name, size in parts)


def _kind(name: str) -> Maths:
    return terms({name: 1})


# --- expanding


def expanded(factor: int, inside: Mapping[str, int]) -> Draft:
    (first, a), (second, b) = inside.items()
    asked = factored(factor, inside)
    key = terms({first: factor * a, second: factor * b})
    return Draft(
        stem=say("Expand {}.", asked),
        key=key,
        distractors=(
            wrong("expand.first-term-only", terms({first: factor * a, second: b})),
            wrong("expand.loses-the-sign", terms({first: factor * a, second: -factor * b})),
            wrong("expand.adds-the-factor", terms({first: factor * a, second: factor + b})),
            wrong("expand.adds-the-factor", terms({first: factor + a, second: factor + b})),
            wrong("expressions.adds-unlike-terms", terms({first: factor * a * b})),
        ),
        solution=(
            say(
                "Multiply each term in the bracket by {}: {} and {}.",
                number(factor),
                _one_product(factor, first, a),
                _one_product(factor, second, b),
            ),
            say("{}.", equals(asked, key)),
        ),
        hints=(
            say("What does the number before the bracket belong to?"),
            say("Every term in the bracket is multiplied by {}.", number(factor)),
            say(
                "Work out {} and {}, and mind the signs.",
                _one_product(factor, first, a),
                _one_product(factor, second, b),
            ),
        ),
        check=Check("equivalent", f"{factor} * ({_python_sum(list(inside.items()))})"),
        numbers=(factor * a, factor * b),
        features=_expand_features(factor, a, b),
    )


def _one_product(factor: int, name: str, size: int) -> Maths:
    return times(number(factor), terms({name: size}))


def _expand_features(factor: int, a: int, b: int) -> tuple[Feature, ...]:
    found: list[Feature] = []
    if a > 1:
        found.append("step")
    if factor < 0:
        found += ["negative", "concept"]
    if b < 0:
        found.append("negative")
    return tuple(found)


def expanded_plus(factor: int, inside: Mapping[str, int], added: Mapping[str, int]) -> Draft:
    """factor(…) + a term with the same letter."""
    a, b = inside["x"], inside[""]
    more = added["x"]
    key = linear(factor * a + more, factor * b)
    asked = _joined(factored(factor, inside), linear(more, 0), 1)
    return Draft(
        stem=say("Expand and simplify {}.", asked),
        key=key,
        distractors=(
            wrong("expand.first-term-only", linear(factor * a + more, b)),
            wrong("expand.adds-everything-first", linear((factor + more) * a, (factor + more) * b)),
            wrong("expressions.adds-unlike-terms", linear(factor * a + more + factor * b, 0)),
        ),
        solution=(
            say("Expand the bracket: {}.", linear(factor * a, factor * b)),
            say("Put like terms together: {}.", key),
        ),
        hints=(
            say("What has to be done before like terms can be put together?"),
            say("Multiply every term in the bracket by {} first.", factor),
            say("The bracket gives {}. Now add {}.", linear(factor * a, factor * b), linear(more, 0)),
        ),
        check=Check("equivalent", f"{factor} * ({a} * x + {b}) + {more} * x"),
        numbers=(factor * b,),
        features=("step", "step"),
    )


def expanded_both(first: int, inside: Mapping[str, int], second: int, other: Mapping[str, int]) -> Draft:
    """Two brackets, added or subtracted."""
    a, b, c, d = inside["x"], inside[""], other["x"], other[""]
    key = linear(first * a + second * c, first * b + second * d)
    asked = _joined(factored(first, inside), factored(abs(second), other), second)
    parts = linear(first * a, first * b), linear(second * c, second * d)
    return Draft(
        stem=say("Expand and simplify {}.", asked),
        key=key,
        distractors=(
            wrong("expand.loses-the-sign", linear(first * a + second * c, first * b - second * d)),
            wrong("expand.first-term-only", linear(first * a + second * c, b + (d if second > 0 else -d))),
            wrong("expand.first-term-only", linear(first * a + second * c, first * b + (d if second > 0 else -d))),
            wrong("expand.loses-the-sign", linear(first * a - second * c, first * b + second * d)),
        ),
        solution=(
            say("The first bracket gives {}, the second with its sign gives {}.", *parts),
            say("Put like terms together: {}.", key),
        ),
        hints=(
            say("Which numbers multiply which brackets? Which sign belongs to the second bracket?"),
            say("Expand each bracket by itself and keep the sign before the second one."),
            say("The first bracket gives {}.", parts[0]),
            say("The second bracket with its sign gives {}.", parts[1]),
        ),
        check=Check("equivalent", f"{first} * ({a} * x + {b}) + ({second}) * ({c} * x + ({d}))"),
        numbers=(first * b, second * d),
        features=("step", "step", "step") if second > 0 else ("step", "step", "step", "negative", *_twice_negative(d)),
    )


def _twice_negative(value: int) -> tuple[Feature, ...]:
    return ("negative",) if value < 0 else ()


def _joined(left: Maths, right: Maths, sign: int) -> Maths:
    mark, word = ("+", "plus") if sign > 0 else ("-", "minus")
    return Maths(f"{left.tex} {mark} {right.tex}", f"{left.spoken} {word} {right.spoken}")


# --- factorising


def taken_out(factor: int, inside: Mapping[str, int]) -> Draft:
    """Take out the greatest common factor, negative where the first term is."""
    (first, a), (second, b) = inside.items()
    shown = terms({first: factor * a, second: factor * b})
    size = abs(factor)
    key = factored(factor, inside)
    return Draft(
        stem=say("Write {} as a product, with the greatest common factor before the bracket.", shown),
        key=key,
        distractors=(
            wrong("factorise.divides-first-term-only", factored(factor, {first: a, second: factor * b})),
            wrong("factorise.wrong-sign", factored(factor, {first: a, second: -b})),
            wrong("factorise.subtracts-the-factor", factored(factor, {first: a, second: factor * b - factor})),
            wrong("factorise.divides-first-term-only", factored(factor, {first: factor * a, second: b})),
        ),
        solution=(
            say("The greatest common factor of {} and {} is {}.", abs(factor * a), abs(factor * b), size),
            say("Divide each term by {}: {} and {}.", number(factor), terms({first: a}), terms({second: b})),
            say("So {}.", equals(shown, key)),
        ),
        hints=(
            say("Which numbers divide both {} and {}?", abs(factor * a), abs(factor * b)),
            say("Factorising undoes expanding. The common factor stands before the bracket."),
            say("Whatever you write, expanding it must give {} again.", shown),
            say("The common factor is {}. What is left of each term when it is divided by it?", number(factor)),
        ),
        check=Check("equivalent", f"({factor * a}) * {first} + ({factor * b})" + (f" * {second}" if second else "")),
        numbers=(factor * a, factor * b),
        features=(
            *(("step",) if a > 1 else ()),
            *(("step",) if size > 5 else ()),
            *(("negative", "concept") if factor < 0 else ()),
            *(("negative",) if b < 0 else ()),
        ),
    )


def common_term(square: int, plain: int) -> Draft:
    """A square and a plain term: the letter itself is a common factor."""
    common = gcd(square, plain)
    a, b = square // common, plain // common
    shown = terms({"x^2": square, "x": plain})

    key = _product({"x": common}, {"x": a, "": b}, {"x^2": square, "x": plain})
    return Draft(
        stem=say("Write {} as a product, with the greatest common factor before the bracket.", shown),
        key=key,
        distractors=(
            wrong("factorise.forgets-the-letter", _product({"": common}, {"x": a, "": b}, {"x": square, "": plain})),
            wrong(
                "factorise.divides-first-term-only",
                _product({"x": common}, {"x": a, "": plain}, {"x^2": square, "x": common * plain}),
            ),
            wrong(
                "factorise.keeps-the-letter", _product({"x": common}, {"x^2": a, "x": b}, {"x^3": square, "x^2": plain})
            ),
        ),
        solution=(
            say("Both terms contain {}.", terms({"x": common})),
            say(
                "{} divided by it leaves {}, and {} leaves {}.",
                terms({"x^2": square}),
                terms({"x": a}),
                terms({"x": plain}),
                number(b),
            ),
            say("So {}.", equals(shown, key)),
        ),
        hints=(
            say("What do both terms have in common, besides a number?"),
            say("The letter occurs in both terms, so it can stand before the bracket too."),
            say("Take out {}. What is left of each term?", terms({"x": common})),
        ),
        check=Check("equivalent", f"{square} * x**2 + {plain} * x"),
        numbers=(square, plain),
        features=("step", "step", "concept"),
    )


def _product(front: Mapping[str, int], inside: Mapping[str, int], value: Mapping[str, int]) -> Maths:
    """A term before a bracket, with the value of the expanded product."""
    outer, inner = terms(front), terms(inside)
    spoken = f"{outer.spoken} times open bracket {inner.spoken} close bracket"
    return Maths(f"{outer.tex}({inner.tex})", spoken, terms(value).value)
