"""Adding and subtracting fractions, with equal and with different denominators."""

# ruff: noqa: E501 (sentences for learners stay whole)

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction as F
from math import lcm

from host.demo.difficulty import Feature
from host.demo.drafting import Draft, python, wrong
from host.demo.maths import Maths, equals, fraction, minus, mixed, number, over, plus, say
from host.demo.model import Check, Passage


def drafts() -> dict[str, tuple[Draft, ...]]:
    return {
        "fractions.add-like": (
            total(F(1, 5), F(2, 5)),
            total(F(3, 7), F(2, 7)),
            difference(F(6, 7), F(2, 7)),
            put_together(
                "Lena reads {} of a book in the morning and {} in the evening. What fraction of the book is that altogether?",
                F(2, 9),
                F(5, 9),
            ),
            taken_from_whole(1, F(3, 8)),
            total(F(1, 6), F(1, 6)),
            difference(F(7, 10), F(3, 10)),
            put_together(
                "A tank was {} full, and then {} of the tank was filled up. What fraction of the tank is full now?",
                F(5, 12),
                F(1, 12),
            ),
            taken_from_whole(3, F(2, 5)),
            total(F(7, 12), F(11, 12)),
            left_over(
                "A jug holds {} of a litre of juice. Priya pours out {} of a litre. What fraction of a litre is left?",
                F(9, 10),
                F(3, 10),
            ),
            missing_part(F(3, 11), F(8, 11)),
            two_poured_out(
                "A can holds {} litres of paint. On Monday {} of a litre is used and on Tuesday {} of a litre. How many litres are left?",
                3,
                F(7, 10),
                F(9, 10),
            ),
        ),
        "fractions.add-unlike": (
            total(F(1, 2), F(1, 4)),
            difference(F(3, 4), F(1, 2)),
            total(F(2, 3), F(1, 6)),
            total(F(1, 2), F(1, 3)),
            difference(F(4, 5), F(1, 3)),
            put_together(
                "Goran walks {} of a kilometre to the library and then {} of a kilometre to the pool. How many kilometres is that in all?",
                F(3, 4),
                F(2, 5),
            ),
            total(F(5, 6), F(3, 8)),
            difference(F(7, 10), F(1, 6)),
            left_over(
                "A ribbon is {} of a metre long. Hana cuts off {} of a metre. What fraction of a metre is left?",
                F(7, 8),
                F(2, 3),
            ),
            missing_part(F(1, 4), F(5, 6)),
            total(F(7, 4), F(5, 3)),
            missing_part(F(3, 8), F(11, 12)),
        ),
    }


def total(first: F, second: F) -> Draft:
    """A bare sum."""
    return _sum(
        say("Work out {}. Give your answer in its simplest form.", plus(fraction(first), fraction(second))),
        first,
        second,
        (),
    )


def difference(first: F, second: F) -> Draft:
    """A bare difference."""
    asked = minus(fraction(first), fraction(second))
    return _difference(say("Work out {}. Give your answer in its simplest form.", asked), first, second, ())


def put_together(story: str, first: F, second: F) -> Draft:
    """A story of two parts put together."""
    return _sum(
        say(f"{story} Give your answer in its simplest form.", fraction(first), fraction(second)),
        first,
        second,
        ("story",),
    )


def left_over(story: str, first: F, second: F) -> Draft:
    """A story of a part taken away."""
    stem = say(f"{story} Give your answer in its simplest form.", fraction(first), fraction(second))
    return _difference(stem, first, second, ("story",))


def _sum(stem: Passage, first: F, second: F, features: tuple[Feature, ...]) -> Draft:
    bottom, key = lcm(first.denominator, second.denominator), first + second
    return Draft(
        stem=stem,
        key=mixed(key),
        distractors=(
            wrong(
                "fractions.adds-tops-and-bottoms",
                mixed(F(first.numerator + second.numerator, first.denominator + second.denominator)),
            ),
            wrong("fractions.keeps-tops", mixed(F(first.numerator + second.numerator, bottom))),
            wrong("fractions.other-operation", fraction(abs(first - second))),
            wrong("fractions.multiplies-instead", fraction(first * second)),
            wrong("fractions.one-part-too-many", mixed(key + F(1, bottom))),
        ),
        solution=_solution(first, second, "+"),
        hints=_hints(first, second, "add"),
        check=Check("value", f"{python(first)} + {python(second)}"),
        numbers=(first, second, F(1, bottom)),
        features=(*_features(first, second, key), *features),
    )


def _difference(stem: Passage, first: F, second: F, features: tuple[Feature, ...]) -> Draft:
    bottom, key = lcm(first.denominator, second.denominator), first - second
    gap = abs(first.denominator - second.denominator)
    across = (
        [wrong("fractions.adds-tops-and-bottoms", fraction(F(abs(first.numerator - second.numerator), gap)))]
        if gap
        else []
    )
    return Draft(
        stem=stem,
        key=fraction(key),
        distractors=(
            *(one for one in across if one.answer.value),
            wrong("fractions.other-operation", mixed(first + second)),
            *(
                [wrong("fractions.keeps-tops", fraction(F(abs(first.numerator - second.numerator), bottom)))]
                if first.numerator != second.numerator
                else []
            ),
            wrong("fractions.multiplies-instead", fraction(first * second)),
            wrong("fractions.drops-the-denominator", fraction(int(key * bottom))),
            wrong("fractions.one-part-too-many", fraction(key + F(1, bottom))),
        ),
        solution=_solution(first, second, "-"),
        hints=_hints(first, second, "subtract"),
        check=Check("value", f"{python(first)} - {python(second)}"),
        numbers=(first, second, F(1, bottom)),
        features=(*_features(first, second, key), *features),
    )


def taken_from_whole(whole: int, part: F) -> Draft:
    """A whole number minus a fraction."""
    key, bottom = whole - part, part.denominator
    return Draft(
        stem=say("Work out {}.", minus(fraction(whole), fraction(part))),
        key=mixed(key),
        distractors=(
            wrong("fractions.keeps-the-part", mixed(whole + part) if whole > 1 else fraction(part)),
            wrong("fractions.whole-minus-top", fraction(F(abs(whole - part.numerator), bottom))),
            wrong("fractions.forgets-the-exchange", mixed(whole - part + 1)),
            wrong("fractions.whole-minus-top", fraction(F(abs(part.numerator - whole), bottom - 1))),
        ),
        solution=(
            say("Change one whole into parts: {}.", equals(fraction(1), over(bottom, bottom))),
            say("{}.", equals(minus(over(bottom, bottom), fraction(part)), fraction(1 - part))),
            *([say("{} wholes are still there: {}.", whole - 1, mixed(key))] if whole > 1 else []),
        ),
        hints=(
            say("From what can you take {}? Think of one whole, cut into parts.", fraction(part)),
            say("One whole is the same as {}.", over(bottom, bottom)),
            say(
                "Take {} from {}{}.",
                fraction(part),
                over(bottom, bottom),
                ", and do not forget the other wholes" if whole > 1 else "",
            ),
        ),
        check=Check("value", f"{whole} - {python(part)}"),
        numbers=(whole, part),
        features=("mixed", "regroup") if whole > 1 else (),
    )


def two_poured_out(story: str, whole: int, first: F, second: F) -> Draft:
    """Two fractions with the same denominator taken from a whole number."""
    key, bottom = whole - first - second, first.denominator
    together = first.numerator + second.numerator
    return Draft(
        stem=say(story, whole, fraction(first), fraction(second)),
        key=mixed(key),
        distractors=(
            wrong("fractions.gives-the-part", mixed(first + second)),
            wrong("fractions.adds-tops-and-bottoms", mixed(whole - F(together, 2 * bottom))),
            wrong("fractions.one-of-two", mixed(whole - first)),
            wrong("fractions.forgets-the-exchange", mixed(key + 1)),
        ),
        solution=(
            say("Together {} was taken.", equals(plus(fraction(first), fraction(second)), over(together, bottom))),
            say("{} is {}.", whole, over(whole * bottom, bottom)),
            say(
                "{}.",
                equals(
                    minus(over(whole * bottom, bottom), over(together, bottom)),
                    over(whole * bottom - together, bottom),
                    mixed(key),
                ),
            ),
        ),
        hints=(
            say("What happens first, and what happens then? Is the answer more or less than {}?", whole),
            say("Put the two fractions together first. Their parts have the same size."),
            say("Write {} with the denominator {} as well.", whole, bottom),
            say("Subtract {} from {}.", over(together, bottom), over(whole * bottom, bottom)),
        ),
        check=Check("value", f"{whole} - {python(first)} - {python(second)}"),
        numbers=(whole, first, second),
        features=("story", "step", "mixed", "regroup"),
    )


def missing_part(known: F, whole: F) -> Draft:
    """One of the two parts of a sum is missing."""
    key, bottom = whole - known, lcm(known.denominator, whole.denominator)
    asked = equals(plus(fraction(known), Maths(r"\square", "blank")), fraction(whole))
    return Draft(
        stem=say("Which number belongs in the box? {}", asked),
        key=fraction(key),
        distractors=(
            wrong("fractions.other-operation", mixed(whole + known)),
            *(
                [
                    wrong(
                        "fractions.adds-tops-and-bottoms",
                        fraction(F(whole.numerator - known.numerator, whole.denominator - known.denominator)),
                    )
                ]
                if whole.denominator > known.denominator
                else []
            ),
            wrong("fractions.keeps-tops", fraction(F(whole.numerator - known.numerator, bottom))),
            wrong("fractions.drops-the-denominator", fraction(int(key * bottom))),
            wrong("fractions.one-part-too-many", fraction(key + F(1, bottom))),
        ),
        solution=(
            say("The box is the difference: {}.", minus(fraction(whole), fraction(known))),
            *_solution(whole, known, "-"),
        ),
        hints=(
            say(
                "What do you have to do with {} and {} to find the number that is missing?",
                fraction(whole),
                fraction(known),
            ),
            say("The missing part is the whole sum minus the part you know."),
            *_hints(whole, known, "subtract")[1:],
        ),
        check=Check("solves", f"{python(known)} + x == {python(whole)}"),
        numbers=(known, whole, F(1, bottom)),
        features=("reverse", "step", *_features(whole, known, key)),
    )


def _features(first: F, second: F, key: F) -> tuple[Feature, ...]:
    bottom = lcm(first.denominator, second.denominator)
    found: list[Feature] = []
    if first.denominator != second.denominator:
        found.append("unlike")
        if bottom not in (first.denominator, second.denominator):
            found.append("step")
    if key.denominator != bottom:
        found.append("simplify")
    if key > 1:
        found.append("mixed")
    return tuple(found)


def _solution(first: F, second: F, sign: str) -> tuple[Passage, ...]:
    bottom = lcm(first.denominator, second.denominator)
    key = first + second if sign == "+" else first - second
    join = plus if sign == "+" else minus
    tops = over(int(first * bottom), bottom), over(int(second * bottom), bottom)
    result = over(int(key * bottom), bottom)
    last = [result, fraction(key)] if key.denominator != bottom else [result]
    if key > 1 and key.denominator > 1:
        last.append(mixed(key))
    return (
        say("The denominators are equal already, so the parts have the same size.")
        if first.denominator == second.denominator
        else say("A common denominator is {}: {}, {}.", bottom, *_rewritten((first, second), bottom)),
        say(
            "{} the tops and keep the denominator: {}.",
            "Add" if sign == "+" else "Subtract",
            equals(join(*tops), *last),
        ),
    )


def _rewritten(values: Sequence[F], bottom: int) -> list[Maths]:
    return [
        fraction(value) if value.denominator == bottom else equals(fraction(value), over(int(value * bottom), bottom))
        for value in values
    ]


def _hints(first: F, second: F, verb: str) -> tuple[Passage, ...]:
    bottom = lcm(first.denominator, second.denominator)
    join = plus if verb == "add" else minus
    if first.denominator == second.denominator:
        return (
            say("What does the denominator {} tell you about the parts? Does their size change?", bottom),
            say("The parts all have the same size, so it is enough to {} the numbers of parts.", verb),
            say(
                "Work out {} for the top and keep the denominator. Can you simplify?",
                join(number(first.numerator), number(second.numerator)),
            ),
        )
    return (
        say("Can you {} parts of different sizes as they are?", verb),
        say(
            "Write both fractions with the same denominator first. Which number can be divided by both {} and {}?",
            first.denominator,
            second.denominator,
        ),
        say("Use the denominator {}. Multiply each top by the same number as its bottom.", bottom),
        say("It remains to work out {}.", join(over(int(first * bottom), bottom), over(int(second * bottom), bottom))),
    )
