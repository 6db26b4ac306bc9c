"""Expressions from words and stories."""

# ruff: noqa: E501 (sentences for learners stay whole)

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction as F

from host.demo.difficulty import Feature
from host.demo.drafting import Draft, wrong
from host.demo.maths import (
    Maths,
    factored,
    letter,
    linear,
    say,
    terms,
)
from host.demo.model import Check, Passage


def drafts() -> dict[str, tuple[Draft, ...]]:
    return {
        "expressions.write": (
            more_or_less("x", 5, "more"),
            more_or_less("n", 8, "less"),
            times_then("n", 3, 4),
            times_then("x", 2, -7),
            then_times("x", 5, 3),
            total_price(
                "y",
                6,
                "A pencil costs {y} coins and a folder costs {c} coins. What do {k} pencils and one folder cost together, in coins?",
                4,
            ),
            then_times("n", -2, 4),
            shared_after("x", 6, 3),
            left_after(
                "m", 50, 4, "Farah has {c} coins and buys {k} stamps at {m} coins each. How many coins are left?"
            ),
            two_kinds(
                "x",
                "y",
                3,
                6,
                "A tricycle has {k} wheels and a lorry has {l} wheels. How many wheels do {x} tricycles and {y} lorries have together?",
            ),
            perimeter("x", 4),
            older_and_twice("x", 3),
            left_after(
                "t",
                90,
                7,
                "A tank holds {c} litres. Each minute {k} litres flow out. How many litres are left after {t} minutes?",
            ),
            perimeter("w", 9),
        ),
    }


def more_or_less(name: str, amount: int, word: str) -> Draft:
    sign = 1 if word == "more" else -1
    return _written(
        f"Which expression stands for {amount} {word} than {name}?",
        linear(1, sign * amount, name),
        f"{name} {'+' if sign > 0 else '-'} {amount}",
        (
            ("expressions.reads-left-to-right", linear(-1, amount, name) if sign < 0 else linear(1, -amount, name)),
            ("expressions.puts-side-by-side", linear(amount, 0, name)),
            ("expressions.other-operation", linear(1, -sign * amount, name)),
            ("expressions.divides-instead", linear(F(1, amount), 0, name)),
        ),
        f"Start with {name} and make it {amount} {word}.",
        (),
    )


def times_then(name: str, factor: int, added: int) -> Draft:
    return _written(
        f"Which expression stands for this: {name} is multiplied by {factor}, and then {abs(added)} is {'added' if added > 0 else 'subtracted'}?",
        linear(factor, added, name),
        f"{factor} * {name} {'+' if added > 0 else '-'} {abs(added)}",
        (
            ("expressions.brackets-the-sum", factored(factor, {name: 1, "": added})),
            (
                "expressions.exchanges-numbers",
                linear(added, factor, name) if added > 0 else linear(-1, abs(added), name),
            ),
            ("expressions.exponent-for-factor", terms({f"{name}^{factor}": 1, "": added})),
            ("expressions.adds-factor", linear(1, factor + added, name)),
        ),
        f"First {name} becomes {factor} times as much. The {abs(added)} comes afterwards.",
        ("step",),
    )


def then_times(name: str, added: int, factor: int) -> Draft:
    return _written(
        f"Which expression stands for this: {abs(added)} is {'added to' if added > 0 else 'subtracted from'} {name}, and then the result is multiplied by {factor}?",
        factored(factor, {name: 1, "": added}),
        f"{factor} * ({name} {'+' if added > 0 else '-'} {abs(added)})",
        (
            ("expressions.forgets-brackets", linear(factor, added, name)),
            ("expressions.exchanges-numbers", factored(abs(added), {name: 1, "": factor if added > 0 else -factor})),
            ("expressions.adds-factor", linear(1, added + factor, name)),
        ),
        "The whole result is multiplied, so it needs a bracket.",
        ("step", "concept"),
    )


def shared_after(name: str, added: int, people: int) -> Draft:
    return _written(
        f"Tomas has {name} cards and finds {added} more. Then all the cards are shared equally among {people} people. How many cards does each of them get?",
        Maths(
            rf"\frac{{{name} + {added}}}{{{people}}}",
            f"the fraction {name} plus {added} over {people}, end of fraction",
            linear(F(1, people), F(added, people), name).value,
        ),
        f"({name} + {added}) / {people}",
        (
            ("expressions.forgets-brackets", _over(name, people, added)),
            ("expressions.multiplies-instead", factored(people, {name: 1, "": added})),
            ("expressions.exchanges-numbers", _plus_over(name, people, added)),
        ),
        f"All the cards together, {name} plus {added}, are divided by {people}.",
        ("story", "step"),
    )


def _over(name: str, divisor: int, added: int) -> Maths:
    value = linear(F(1, divisor), added, name).value
    return Maths(rf"\frac{{{name}}}{{{divisor}}} + {added}", f"{name} over {divisor}, plus {added}", value)


def _plus_over(name: str, added: int, divisor: int) -> Maths:
    value = linear(F(1, divisor), F(added, divisor), name).value
    return Maths(
        rf"\frac{{{name} + {added}}}{{{divisor}}}",
        f"the fraction {name} plus {added} over {divisor}, end of fraction",
        value,
    )


def total_price(name: str, fixed: int, story: str, count: int) -> Draft:
    return _written(
        _filled(story, {name: name, "c": fixed, "k": count}),
        linear(count, fixed, name),
        f"{count} * {name} + {fixed}",
        (
            ("expressions.brackets-the-sum", factored(count, {name: 1, "": fixed})),
            ("expressions.exchanges-numbers", linear(fixed, count, name)),
            ("expressions.puts-side-by-side", linear(count + fixed, 0, name)),
        ),
        f"The pencils cost {count} times {name}. The folder is bought once.",
        ("story", "step"),
    )


def left_after(name: str, start: int, each: int, story: str) -> Draft:
    return _written(
        _filled(story, {name: name, "c": start, "k": each}),
        terms({"": start, name: -each}),
        f"{start} - {each} * {name}",
        (
            ("expressions.reads-left-to-right", terms({name: each, "": -start})),
            ("expressions.other-operation", terms({"": start, name: each})),
            ("expressions.puts-side-by-side", linear(start - each, 0, name)),
            ("expressions.adds-factor", terms({"": start - each, name: -1})),
        ),
        f"What goes away is {each} times {name}. Take it from {start}.",
        ("story", "step"),
    )


def two_kinds(first: str, second: str, k: int, m: int, story: str) -> Draft:
    return _written(
        _filled(story, {first: first, second: second, "k": k, "l": m}),
        terms({first: k, second: m}),
        f"{k} * {first} + {m} * {second}",
        (
            ("expressions.exchanges-numbers", terms({first: m, second: k})),
            ("expressions.adds-unlike-terms", terms({f"{first}{second}": k + m})),
            ("expressions.brackets-the-sum", factored(k + m, {first: 1, second: 1})),
        ),
        f"The first kind gives {k} times {first}, the second {m} times {second}.",
        ("story", "step", "step"),
    )


def perimeter(name: str, longer: int) -> Draft:
    return _written(
        f"A rectangle is {name} centimetres wide and {longer} centimetres longer than it is wide. What is its perimeter, in centimetres?",
        linear(4, 2 * longer, name),
        f"2 * {name} + 2 * ({name} + {longer})",
        (
            ("expressions.half-the-perimeter", linear(2, longer, name)),
            ("expressions.counts-one-side-once", linear(4, longer, name)),
            ("expressions.area-for-perimeter", terms({f"{name}^2": 1, name: longer})),
        ),
        f"The length is {name} plus {longer}. Both width and length occur twice.",
        ("story", "step", "step", "step", "concept"),
    )


def older_and_twice(name: str, more: int) -> Draft:
    """Ages: one child older, an adult twice as old as that child."""
    return _written(
        f"Ines is {name} years old. Bo is {more} years older than Ines, and Goran is twice as old as Bo. How old is Goran?",
        factored(2, {name: 1, "": more}),
        f"2 * ({name} + {more})",
        (
            ("expressions.forgets-brackets", linear(2, more, name)),
            ("expressions.exponent-for-factor", terms({f"{name}^2": 1, "": more})),
            ("expressions.reads-left-to-right", factored(2, {name: 1, "": -more})),
        ),
        f"Bo is {name} plus {more} years old. All of that is doubled.",
        ("story", "step", "step"),
    )


def _filled(story: str, values: Mapping[str, object]) -> str:
    return story.format(**values)


def _written(
    stem: str,
    key: Maths,
    check: str,
    wrongs_: tuple[tuple[str, Maths], ...],
    reason: str,
    features: tuple[Feature, ...],
) -> Draft:
    letters = [letter(part) for part in _letters(check)]
    return Draft(
        stem=_lettered(stem, check),
        key=key,
        distractors=tuple(wrong(why, answer) for why, answer in wrongs_),
        solution=(
            _lettered(reason, check),
            say("So the expression is {}.", key),
        ),
        hints=(
            say("Try it with a number first. What would you calculate if {} were 10?", letters[0]),
            say("Write down what happens, in the order in which it happens."),
            _lettered(reason, check),
        ),
        check=Check("equivalent", check),
        numbers=(10,),
        features=features,
    )


def _letters(check: str) -> list[str]:
    return sorted({character for character in check if character.isalpha()})


def _lettered(sentence: str, check: str) -> Passage:
    """The sentence with every single letter of the check set as maths."""
    words = sentence.split(" ")
    names = _letters(check)
    parts = []
    for i, word in enumerate(words):
        core = word.strip("?,.;:")
        if core in names:
            words[i] = word.replace(core, "{}", 1)
            parts.append(letter(core))
    return say(" ".join(words), *parts)
