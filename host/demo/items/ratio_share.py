"""Sharing in a ratio."""

# ruff: noqa: E501 (sentences for learners stay whole)

from __future__ import annotations

from fractions import Fraction as F

from host.demo.difficulty import Feature
from host.demo.drafting import Draft, wrongs
from host.demo.maths import Maths, divided, equals, number, plus, ratio, say, times
from host.demo.model import Check, Passage


def drafts() -> dict[str, tuple[Draft, ...]]:
    return {
        "ratio.share": (
            shared(20, 1, 3, "larger"),
            shared(15, 2, 3, "smaller"),
            shared(40, 3, 5, "larger"),
            story_shared(
                "Noor and Bo earn {} coins together and share them in the ratio {}. How many coins does Noor get?",
                60,
                5,
                7,
            ),
            shared(72, 4, 5, "smaller"),
            from_one_share(
                "Sand and cement are mixed in the ratio {}. How many kilograms of sand go with {} kilograms of cement?",
                4,
                1,
                15,
            ),
            story_shared(
                "A piece of wood {} centimetres long is cut in the ratio {}. How many centimetres long is the first piece?",
                84,
                5,
                2,
            ),
            from_one_share(
                "The ages of Kofi and Rosa are in the ratio {}. Rosa is {} years old. How old is Kofi?", 3, 5, 35
            ),
            from_difference(
                "Mika and Zoe share stickers in the ratio {}. Zoe gets {} more than Mika. How many stickers are there altogether?",
                2,
                5,
                18,
            ),
            three_shares(
                "Three friends share {} coins in the ratio {}. How many coins does the one with the largest share get?",
                120,
                (2, 3, 5),
            ),
            from_difference(
                "Two towns have inhabitants in the ratio {}. The second has {} thousand more than the first. How many thousand inhabitants do they have together?",
                7,
                11,
                36,
            ),
            three_shares(
                "The angles of a triangle add up to {} degrees and are in the ratio {}. How many degrees is the largest angle?",
                180,
                (2, 3, 7),
            ),
        ),
    }


def shared(amount: int, first: int, second: int, which: str) -> Draft:
    """Share an amount in a ratio, and give the larger or the smaller part."""
    mine, other = (max, min) if which == "larger" else (min, max)
    stem = say(f"{{}} is shared in the ratio {{}}. What is the {which} share?", amount, ratio(first, second))
    return _share(stem, amount, mine(first, second), other(first, second), ())


def story_shared(story: str, amount: int, first: int, second: int) -> Draft:
    return _share(say(story, amount, ratio(first, second)), amount, first, second, ("story",))


def _share(stem: Passage, amount: int, mine: int, other: int, features: tuple[Feature, ...]) -> Draft:
    parts = mine + other
    one = amount // parts
    return Draft(
        stem=stem,
        key=number(one * mine),
        distractors=wrongs(
            ("ratio.other-share", one * other),
            ("ratio.divides-by-own-part", F(amount, mine)),
            ("ratio.one-part-only", one),
            ("ratio.shares-equally", F(amount, 2)),
            ("ratio.multiplies-by-own-part", amount * mine),
        ),
        solution=(
            say("There are {} parts in all.", equals(plus(number(mine), number(other)), number(parts))),
            say("One part is {}.", equals(divided(number(amount), number(parts)), number(one))),
            say("This share has {} parts: {}.", mine, equals(times(number(mine), number(one)), number(one * mine)))
            if mine > 1
            else say("This share has one part, so it is {}.", number(one)),
        ),
        hints=(
            say("How many equal parts are there altogether?"),
            say("Add the two numbers of the ratio to find the number of parts. Then find the size of one part."),
            say("There are {} parts. Divide {} by {}.", parts, amount, parts),
            say("Find how many parts belong to the share that is asked for, and multiply."),
        ),
        check=Check("value", f"{amount} * {mine} / ({mine} + {other})"),
        numbers=(amount,),
        features=(*(("step",) if mine > 1 else ()), *features),
    )


def from_one_share(story: str, asked: int, known_parts: int, known: int) -> Draft:
    one = known // known_parts
    key = one * asked
    return Draft(
        stem=say(story, ratio(asked, known_parts), known),
        key=number(key),
        distractors=wrongs(
            ("ratio.adds-to-both", known + asked - known_parts),
            ("ratio.takes-known-for-total", F(known * asked, asked + known_parts)),
            ("ratio.wrong-order", F(known * known_parts, asked)),
            ("ratio.total-of-both", one * (asked + known_parts)),
            ("ratio.multiplies-by-own-part", known * asked),
        ),
        solution=(
            say(
                "{} belongs to {} {}, so one part is {}.",
                known,
                known_parts,
                "part" if known_parts == 1 else "parts",
                number(one),
            ),
            say("The other share has {} parts: {}.", asked, equals(times(number(asked), number(one)), number(key))),
        ),
        hints=(
            say("Which of the two numbers in the ratio belongs to the {} that you know?", known),
            say("Find how much one part is."),
            say(
                "The amount you know makes {} {}. Divide, and then multiply by the other number of the ratio.",
                known_parts,
                "part" if known_parts == 1 else "parts",
            ),
        ),
        check=Check("value", f"{known} / {known_parts} * {asked}"),
        numbers=(known, asked),
        features=("story", "reverse") if known_parts == 1 else ("story", "reverse", "step"),
    )


def from_difference(story: str, first: int, second: int, more: int) -> Draft:
    one = more // (second - first)
    key = one * (first + second)
    return Draft(
        stem=say(story, ratio(first, second), more),
        key=number(key),
        distractors=wrongs(
            ("ratio.takes-known-for-total", more),
            ("ratio.other-share", one * second),
            ("ratio.other-share", one * first),
            ("ratio.multiplies-by-own-part", more * (first + second)),
        ),
        solution=(
            say(
                "The difference is {} parts.",
                equals(Maths(f"{second} - {first}", f"{second} minus {first}"), number(second - first)),
            ),
            say("These parts make {}, so one part is {}.", more, number(one)),
            say(
                "Altogether there are {} parts: {}.",
                first + second,
                equals(times(number(first + second), number(one)), number(key)),
            ),
        ),
        hints=(
            say("Draw a bar for each. By how many parts is one bar longer than the other?"),
            say("The {} are the parts by which they differ.", more),
            say("{} parts make {}. How much is one part?", second - first, more),
            say("Altogether there are {} parts of {} each.", first + second, one),
        ),
        check=Check("value", f"{more} / ({second} - {first}) * ({first} + {second})"),
        numbers=(more, first + second),
        features=("story", "reverse", "step", "step"),
    )


def three_shares(story: str, amount: int, parts: tuple[int, int, int]) -> Draft:
    total, largest = sum(parts), max(parts)
    one = amount // total
    return Draft(
        stem=say(story, amount, ratio(*parts)),
        key=number(one * largest),
        distractors=wrongs(
            ("ratio.divides-by-own-part", F(amount, largest)),
            ("ratio.shares-equally", F(amount, 3)),
            ("ratio.other-share", one * sorted(parts)[1]),
            ("ratio.one-part-only", one),
        ),
        solution=(
            say(
                "There are {} parts in all, so one part is {}.",
                equals(plus(*(number(part) for part in parts)), number(total)),
                number(one),
            ),
            say(
                "The largest share has {} parts: {}.",
                largest,
                equals(times(number(largest), number(one)), number(one * largest)),
            ),
        ),
        hints=(
            say("How many equal parts are there altogether?"),
            say("Add all three numbers of the ratio. Then find one part."),
            say("Divide {} by {}. How many parts does the largest share have?", amount, total),
        ),
        check=Check("value", f"{amount} * {largest} / ({' + '.join(str(part) for part in parts)})"),
        numbers=(amount,),
        features=("story", "step", "step"),
    )
