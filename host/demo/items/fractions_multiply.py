"""Fractions of amounts; multiplying and dividing fractions."""

# ruff: noqa: E501 (sentences for learners stay whole)

from __future__ import annotations

from fractions import Fraction as F

from host.demo.difficulty import Feature
from host.demo.drafting import Draft, python, python_mixed, wrong
from host.demo.maths import divided, equals, fraction, minus, mixed, number, over, say, times
from host.demo.model import Check, Passage


def drafts() -> dict[str, tuple[Draft, ...]]:
    return {
        "fractions.of-amount": (
            part_of(F(1, 4), 20),
            part_of(F(2, 3), 12),
            part_of(F(3, 5), 40),
            story_part("A box holds {1} pencils, and {0} of them are blue. How many pencils are blue?", F(3, 4), 24),
            part_of(F(5, 8), 72),
            story_part(
                "There are {1} seats in a hall. At a concert {0} of them are taken. How many seats are taken?",
                F(5, 6),
                180,
            ),
            story_rest("Uma has {1} stamps and gives {0} of them away. How many stamps are left?", F(2, 7), 63),
            whole_from_part(F(1, 3), 9),
            whole_from_part(F(2, 5), 14),
            story_rest("A train has {1} seats, and {0} of them are booked. How many seats are free?", F(7, 12), 240),
            whole_from_part(F(5, 9), 35),
            story_whole(
                "Jun has read {1} pages, which is {0} of a book. How many pages does the book have?", F(3, 8), 96
            ),
        ),
        "fractions.multiply": (
            product(F(1, 2), F(1, 3)),
            product(F(2, 3), F(4, 5)),
            product(F(3, 4), F(1, 2)),
            product(F(2, 5), F(3)),
            product(F(3, 4), F(2, 9)),
            story_product(
                "A garden bed takes up {1} of a yard, and {0} of the bed is planted with beans. What fraction of the yard is planted with beans?",
                F(2, 3),
                F(3, 8),
            ),
            product(F(5, 6), F(9, 10)),
            product(F(3, 2), F(1, 5)),
            story_product(
                "A recipe needs {1} of a litre of milk. Farah makes {0} of the recipe. What fraction of a litre of milk does Farah need?",
                F(3, 4),
                F(4, 5),
            ),
            product(F(5, 3), F(3, 4)),
            product(F(7, 3), F(9, 4)),
            product(F(11, 5), F(15, 8)),
        ),
        "fractions.divide": (
            share(F(1, 2), F(1, 4)),
            share(F(3), F(1, 2)),
            share(F(3, 4), F(2)),
            share(F(2, 3), F(3, 4)),
            how_many(
                "A glass holds {1} of a litre. How many glasses can be filled from {0} litres of juice?", F(6), F(1, 4)
            ),
            share(F(5, 6), F(2, 3)),
            share(F(4, 9), F(8, 3)),
            how_many(
                "A board {0} metres long is sawn into pieces, each {1} of a metre long. How many pieces are there?",
                F(9, 2),
                F(3, 4),
            ),
            share(F(5, 2), F(3, 4)),
            how_many(
                "A tap fills {1} of a pool in an hour. How many hours does it need for {0} of the pool?",
                F(5, 6),
                F(5, 12),
            ),
            share(F(7, 4), F(14, 5)),
            share(F(11, 3), F(22, 9)),
        ),
    }


# --- a fraction of an amount


def part_of(part: F, amount: int) -> Draft:
    return _part_of(say("What is {} of {}?", fraction(part), amount), part, amount, ())


def story_part(story: str, part: F, amount: int) -> Draft:
    return _part_of(say(story, fraction(part), amount), part, amount, ("story",))


def _part_of(stem: Passage, part: F, amount: int, features: tuple[Feature, ...]) -> Draft:
    one = amount // part.denominator
    key = one * part.numerator
    return Draft(
        stem=stem,
        key=number(key),
        distractors=(
            wrong("fractions.one-part-only", number(one)),
            wrong("fractions.gives-the-rest", number(amount - key)),
            wrong("fractions.divides-by-the-top", fraction(F(amount, part.numerator))),
            wrong("fractions.only-times-the-top", number(amount * part.numerator)),
            wrong("fractions.subtracts-the-bottom", number(amount - part.denominator)),
        ),
        solution=_part_solution(part, amount),
        hints=_part_hints(part, amount),
        check=Check("value", f"{python(part)} * {amount}"),
        numbers=(part, amount),
        features=(*(("step",) if part.numerator > 1 else ()), *features),
    )


def story_rest(story: str, part: F, amount: int) -> Draft:
    """The rest is asked for, not the part."""
    one = amount // part.denominator
    taken = one * part.numerator
    return Draft(
        stem=say(story, fraction(part), amount),
        key=number(amount - taken),
        distractors=(
            wrong("fractions.gives-the-part", number(taken)),
            wrong("fractions.one-part-only", number(amount - one)),
            wrong("fractions.subtracts-the-bottom", number(amount - part.denominator)),
            wrong("fractions.divides-by-the-top", fraction(F(amount, part.numerator))),
        ),
        solution=(
            *_part_solution(part, amount),
            say("The rest is {}.", equals(minus(number(amount), number(taken)), number(amount - taken))),
        ),
        hints=(
            say("Are you asked for {} of the {}, or for what remains?", fraction(part), amount),
            *_part_hints(part, amount)[1:],
            say("Do not forget to subtract what you found from {}.", amount),
        ),
        check=Check("value", f"{amount} - {python(part)} * {amount}"),
        numbers=(part, amount),
        features=("step", "step", "story"),
    )


def whole_from_part(part: F, known: int) -> Draft:
    stem = say("{} of a number is {}. What is the number?", fraction(part), known)
    return _whole(stem, part, known, ())


def story_whole(story: str, part: F, known: int) -> Draft:
    return _whole(say(story, fraction(part), known), part, known, ("story",))


def _whole(stem: Passage, part: F, known: int, features: tuple[Feature, ...]) -> Draft:
    one = known // part.numerator
    key = one * part.denominator
    return Draft(
        stem=stem,
        key=number(key),
        distractors=(
            wrong("fractions.takes-part-of-the-part", fraction(part * known)),
            wrong("fractions.only-times-the-bottom", number(known * part.denominator)),
            wrong("fractions.adds-the-part-again", mixed(known + part * known)),
            wrong("fractions.one-part-only", number(one)),
        ),
        solution=(
            say(
                "{} parts make {}, so one part is {}.",
                part.numerator,
                known,
                equals(divided(number(known), number(part.numerator)), number(one)),
            )
            if part.numerator > 1
            else say("One part is {}.", known),
            say(
                "The whole has {} parts: {}.",
                part.denominator,
                equals(times(number(part.denominator), number(one)), number(key)),
            ),
        ),
        hints=(
            say("Is the number more or less than {}? How do you know?", known),
            say("Draw a bar with {} equal parts. How many of the parts make {}?", part.denominator, known),
            say("Find one part first: divide {} by {}.", known, part.numerator)
            if part.numerator > 1
            else say("One part is {}. How many such parts make the whole?", known),
            say("The number you look for has {} parts of {} each.", part.denominator, one),
        ),
        check=Check("solves", f"{python(part)} * x == {known}"),
        numbers=(part, known),
        features=("reverse", *(("step",) if part.numerator > 1 else ()), *features),
    )


def _part_solution(part: F, amount: int) -> tuple[Passage, ...]:
    one = amount // part.denominator
    first = say("One part is {}.", equals(divided(number(amount), number(part.denominator)), number(one)))
    if part.numerator == 1:
        return (say("The denominator says: {} equal parts.", part.denominator), first)
    return first, say(
        "{} parts are {}.",
        part.numerator,
        equals(times(number(part.numerator), number(one)), number(one * part.numerator)),
    )


def _part_hints(part: F, amount: int) -> tuple[Passage, ...]:
    return (
        say("Picture the {} as a bar. Into how many equal parts should you cut it?", amount),
        say(
            "The denominator {} says into how many parts; the numerator {} says how many of them to take.",
            part.denominator,
            part.numerator,
        ),
        say("Start with one part: divide {} by {}.", amount, part.denominator),
    )


# --- multiplying


def product(first: F, second: F) -> Draft:
    asked = times(mixed(first), mixed(second))
    return _product(say("Work out {}. Give your answer in its simplest form.", asked), first, second, ())


def story_product(story: str, first: F, second: F) -> Draft:
    return _product(
        say(f"{story} Give your answer in its simplest form.", fraction(first), fraction(second)),
        first,
        second,
        ("story",),
    )


def _product(stem: Passage, first: F, second: F, features: tuple[Feature, ...]) -> Draft:
    key = first * second
    tops, bottoms = first.numerator * second.numerator, first.denominator * second.denominator
    wholes = int(first) * int(second) + (first % 1) * (second % 1)
    mixed_numbers = first > 1 and second > 1
    return Draft(
        stem=stem,
        key=mixed(key),
        distractors=(
            *([wrong("mixed.multiplies-separately", mixed(wholes))] if mixed_numbers else []),
            wrong("fractions.divides-instead", mixed(first / second)),
            wrong("fractions.adds-instead", mixed(first + second)),
            wrong("fractions.multiplies-tops-only", mixed(F(tops, max(first.denominator, second.denominator)))),
            wrong("fractions.adds-bottoms", mixed(F(tops, first.denominator + second.denominator))),
        ),
        solution=_product_steps(first, second),
        hints=_product_hints(first, second),
        check=Check("value", f"{python_mixed(first)} * {python_mixed(second)}"),
        numbers=(tops, bottoms),
        features=(*_shape(first, second, key, bottoms), *features),
    )


def _product_steps(first: F, second: F) -> tuple[Passage, ...]:
    key = first * second
    tops, bottoms = first.numerator * second.numerator, first.denominator * second.denominator
    changes = key > 1 or key.denominator < bottoms
    return (
        *_as_single_fractions(first, second),
        say(
            "Multiply the tops, {}, and the bottoms, {}.",
            equals(times(number(first.numerator), number(second.numerator)), number(tops)),
            equals(times(number(first.denominator), number(second.denominator)), number(bottoms)),
        ),
        say("The product is {}.", equals(over(tops, bottoms), mixed(key)) if changes else mixed(key)),
    )


def _product_hints(first: F, second: F) -> tuple[Passage, ...]:
    return (
        say("Will the answer be more or less than {}? Why?", mixed(second)),
        say("Mixed numbers must become single fractions before you multiply.")
        if _has_mixed(first, second)
        else say("To take a fraction of a fraction, multiply the tops and multiply the bottoms."),
        say(
            "Work out {} for the top and {} for the bottom. Then simplify.",
            times(number(first.numerator), number(second.numerator)),
            times(number(first.denominator), number(second.denominator)),
        ),
    )


# --- dividing


def share(first: F, second: F) -> Draft:
    asked = divided(mixed(first), mixed(second))
    return _share(say("Work out {}. Give your answer in its simplest form.", asked), first, second, ())


def how_many(story: str, first: F, second: F) -> Draft:
    return _share(say(story, mixed(first), mixed(second)), first, second, ("story",))


def _share(stem: Passage, first: F, second: F, features: tuple[Feature, ...]) -> Draft:
    key = first / second
    flipped = 1 / second
    tops, bottoms = first.numerator * flipped.numerator, first.denominator * flipped.denominator
    return Draft(
        stem=stem,
        key=mixed(key),
        distractors=(
            wrong("fractions.multiplies-without-flipping", mixed(first * second)),
            wrong("fractions.flips-the-first", mixed(second / first)),
            wrong("fractions.flips-both", mixed(1 / (first * second))),
            wrong("fractions.adds-instead", mixed(first + second)),
        ),
        solution=(
            *_as_single_fractions(first, second),
            say("Dividing by {} is the same as multiplying by {}.", fraction(second), fraction(flipped)),
            say(
                "{}.",
                equals(
                    times(fraction(first), fraction(flipped)),
                    *([over(tops, bottoms)] if tops % bottoms or bottoms > 1 else []),
                    mixed(key),
                ),
            ),
        ),
        hints=(
            say("How often does {} fit into {}? More than once, or less?", mixed(second), mixed(first)),
            say(
                "Dividing by a fraction is the same as multiplying by its reciprocal, the fraction turned upside down."
            ),
            say("The reciprocal of {} is {}.", fraction(second), fraction(flipped)),
            say("Work out {}.", times(fraction(first), fraction(flipped))),
        ),
        check=Check("value", f"{python_mixed(first)} / {python_mixed(second)}"),
        numbers=(tops, bottoms),
        features=(*_shape(first, second, key, bottoms), *features),
    )


def _as_single_fractions(first: F, second: F) -> tuple[Passage, ...]:
    """The first step of a solution where there are mixed numbers; none otherwise."""
    if not _has_mixed(first, second):
        return ()
    return (say("As single fractions: {} and {}.", fraction(first), fraction(second)),)


def _has_mixed(first: F, second: F) -> bool:
    return any(value > 1 and value.denominator > 1 for value in (first, second))


def _shape(first: F, second: F, key: F, bottoms: int) -> tuple[Feature, ...]:
    found: list[Feature] = ["mixed" for value in (first, second) if value > 1 and value.denominator > 1]
    if key.denominator != bottoms:
        found.append("simplify")
    if first.numerator > 1 and second.numerator > 1:
        found.append("step")
    return tuple(found)
