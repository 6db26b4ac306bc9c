"""Ratios and their simplest form."""

# ruff: noqa: E501 (sentences for learners stay whole)

from __future__ import annotations

from fractions import Fraction as F
from math import gcd

from host.demo.drafting import Draft, wrong, wrongs
from host.demo.maths import Maths, equals, fraction, number, plus, ratio, say
from host.demo.model import Check


def drafts() -> dict[str, tuple[Draft, ...]]:
    return {
        "ratio.simplify": (
            simplest(4, 6),
            simplest(10, 15),
            part_of_whole(
                1, 3, "A drink is mixed from juice and water in the ratio {}. What fraction of the drink is juice?"
            ),
            simplest(18, 12),
            missing(3, 4, 5),
            lengths(
                40,
                2,
                "A ribbon is {} centimetres long and a rope is {} metres long. What is the ratio of the length of the ribbon to the length of the rope, in simplest form?",
            ),
            simplest(24, 36),
            part_of_whole(
                3, 5, "In a choir, children and adults are in the ratio {}. What fraction of the choir are children?"
            ),
            missing(5, 8, 7),
            lengths(
                75,
                3,
                "A tile is {} centimetres wide and a wall is {} metres wide. What is the ratio of the width of the tile to the width of the wall, in simplest form?",
            ),
            simplest(56, 42),
            from_fraction(
                2,
                7,
                "In a bag, {} of the beads are red and all the others are white. What is the ratio of red beads to white beads?",
            ),
            from_fraction(
                5,
                12,
                "In a car park, {} of the cars are electric. What is the ratio of electric cars to the other cars?",
            ),
        ),
    }


def simplest(first: int, second: int) -> Draft:
    common = gcd(first, second)
    key = ratio(first // common, second // common)
    return Draft(
        stem=say("Write the ratio {} in its simplest form.", ratio(first, second)),
        key=key,
        distractors=(
            wrong("ratio.subtracts-from-both", ratio(first - common, second - common)),
            wrong("ratio.wrong-order", ratio(second // common, first // common)),
            wrong("ratio.changes-one-part", ratio(first // common, second)),
            wrong("ratio.part-to-whole", ratio(first // common, (first + second) // common)),
        ),
        solution=(
            say("The greatest number that divides both {} and {} is {}.", first, second, common),
            say("Divide both parts by {}: {}.", common, key),
        ),
        hints=(
            say("What may you do to both parts of a ratio without changing the ratio?"),
            say("Both parts may be divided by the same number. Which number divides {} and {}?", first, second),
            say("Divide {} and {} by {}.", first, second, common),
        ),
        check=Check("value", f"({first}, {second})"),
        numbers=(first, second),
        features=("simplify",) if common > 5 else (),
    )


def lengths(centimetres: int, metres: int, story: str) -> Draft:
    """Two lengths in different units."""
    second = metres * 100
    common = gcd(centimetres, second)
    careless = gcd(centimetres, metres)
    key = ratio(centimetres // common, second // common)
    return Draft(
        stem=say(story, centimetres, metres),
        key=key,
        distractors=(
            wrong("ratio.ignores-units", ratio(centimetres // careless, metres // careless)),
            wrong("ratio.wrong-order", ratio(second // common, centimetres // common)),
            wrong("ratio.wrong-unit-factor", _reduced(centimetres, metres * 10)),
            wrong("ratio.subtracts-from-both", _reduced(centimetres, second - centimetres)),
        ),
        solution=(
            say("Use one unit: {} metres are {} centimetres.", metres, second),
            say("The ratio is {}, in simplest form {}.", ratio(centimetres, second), key),
        ),
        hints=(
            say("Can you compare the two numbers as they are?"),
            say("Write both lengths in the same unit first."),
            say("{} metres are {} centimetres. Now simplify the ratio.", metres, second),
        ),
        check=Check("value", f"({centimetres}, {metres} * 100)"),
        numbers=(centimetres, second),
        features=("story", "unlike", "simplify"),
    )


def part_of_whole(part: int, other: int, story: str) -> Draft:
    whole = part + other
    return Draft(
        stem=say(story, ratio(part, other)),
        key=fraction(F(part, whole)),
        distractors=(
            wrong("ratio.part-to-part-as-fraction", fraction(F(part, other))),
            wrong("ratio.wrong-part", fraction(F(other, whole))),
            wrong("fractions.upside-down", fraction(F(whole, part))),
        ),
        solution=(
            say("There are {} parts in all.", equals(plus(number(part), number(other)), number(whole))),
            say("The part that is asked for is {} out of {}: {}.", part, whole, fraction(F(part, whole))),
        ),
        hints=(
            say("Into how many equal parts is the whole divided?"),
            say("A fraction compares a part with the whole. A ratio compares a part with another part."),
            say("There are {} parts in all. How many of them are meant?", whole),
        ),
        check=Check("value", f"{part} / ({part} + {other})"),
        numbers=(part, whole),
        features=("story",),
    )


def from_fraction(part: int, whole: int, story: str) -> Draft:
    other = whole - part
    return Draft(
        stem=say(story, fraction(F(part, whole))),
        key=ratio(part, other),
        distractors=(
            wrong("ratio.part-to-whole", ratio(part, whole)),
            wrong("ratio.wrong-order", ratio(other, part)),
            wrong("ratio.part-to-whole", ratio(other, whole)),
        ),
        solution=(
            say("Of every {}, {} are of the first kind and {} are not.", whole, part, other),
            say("The ratio is {}.", ratio(part, other)),
        ),
        hints=(
            say("If there were {} in all, how many would be of each kind?", whole),
            say("A ratio compares one part with the other part, not with the whole."),
            say("{} of {} parts are of the first kind. How many parts are left for the other kind?", part, whole),
        ),
        check=Check("value", f"({part}, {whole} - {part})"),
        numbers=(part, whole),
        features=("story", "reverse", "concept"),
    )


def missing(first: int, second: int, factor: int) -> Draft:
    shown = equals(ratio(first, second), Maths(rf"{first * factor} : \square", f"{first * factor} to blank"))
    return Draft(
        stem=say("Which number belongs in the box? {}", shown),
        key=number(second * factor),
        distractors=wrongs(
            ("ratio.adds-to-both", second + first * factor - first),
            ("ratio.gives-the-multiplier", factor),
            ("ratio.changes-one-part", second),
        ),
        solution=(
            say("From {} to {} is {} times as much.", first, first * factor, factor),
            say("The other part grows in the same way: {} times {} is {}.", second, factor, number(second * factor)),
        ),
        hints=(
            say("What must happen to both parts of a ratio alike?"),
            say("How many times {} is {}?", first, first * factor),
            say("Multiply {} by the same number.", second),
        ),
        check=Check("solves", f"{first} * x == {second} * {first * factor}"),
        numbers=(second * factor,),
        features=("step",),
    )


def _reduced(first: int, second: int) -> Maths:
    common = gcd(first, second)
    return ratio(first // common, second // common)
