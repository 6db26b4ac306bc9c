"""Ratios: simplest form, sharing, proportion."""

# ruff: noqa: E501 (sentences for learners stay whole)

from __future__ import annotations

from fractions import Fraction as F
from math import gcd

from host.demo.difficulty import Feature
from host.demo.drafting import Draft, wrong, wrongs
from host.demo.maths import Maths, divided, equals, fraction, number, plus, ratio, say, times
from host.demo.model import Check, Passage


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
                "A model boat is {} centimetres long and its mast casts a shadow of {} metres. What is the ratio of the length of the boat to the length of the shadow, in simplest form?",
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
        "ratio.proportion": (
            scaled("{} pens cost {} coins. How many coins do {} pens cost?", 2, 6, 5),
            scaled("{} tickets cost {} coins. How many coins do {} tickets cost?", 4, 12, 7),
            scaled("A recipe for {} people needs {} eggs. How many eggs are needed for {} people?", 4, 6, 10),
            scaled("{} metres of rope weigh {} kilograms. How many kilograms do {} metres weigh?", 6, 9, 14),
            inverse("{} pumps empty a tank in {} hours. How many hours do {} pumps of the same kind need?", 3, 8, 6),
            scaled("A printer prints {} pages in {} seconds. How many seconds does it need for {} pages?", 12, 30, 40),
            map_distance(4, 50_000),
            inverse("A supply of hay lasts {} horses for {} days. How many days does it last {} horses?", 4, 15, 10),
            scaled("{} litres of paint cover {} square metres. How many square metres do {} litres cover?", 5, 32, 8),
            map_distance(7, 25_000),
            inverse(
                "At {} kilometres per hour a journey takes {} minutes. How many minutes does it take at {} kilometres per hour?",
                60,
                45,
                90,
            ),
            backwards("{} identical books weigh {} kilograms. How many of these books weigh {} kilograms?", 8, 6, 21),
        ),
    }


# --- simplest form


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
            say("Of these, {} of {} count: {}.", part, whole, fraction(F(part, whole))),
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


# --- sharing


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


# --- proportion


def scaled(story: str, count: int, amount: int, asked: int) -> Draft:
    key = F(amount * asked, count)
    one = F(amount, count)
    return Draft(
        stem=say(story, count, amount, asked),
        key=number(key),
        distractors=wrongs(
            ("proportion.adds-the-difference", amount + asked - count),
            ("proportion.takes-amount-for-one", amount * asked),
            ("proportion.inverse-for-direct", F(amount * count, asked)),
            ("proportion.gives-one", one),
            ("proportion.divides-the-wrong-way", F(count * asked, amount)),
        ),
        solution=(
            say("For one it is {}.", equals(divided(number(amount), number(count)), number(one))),
            say("For {} it is {}.", asked, equals(times(number(asked), number(one)), number(key))),
        ),
        hints=(
            say("Will the answer be more or less than {}? About how many times?", amount),
            say("Find out how much belongs to one."),
            say("Divide {} by {}. What do you get for one?", amount, count),
            say("Multiply what belongs to one by {}.", asked),
        ),
        check=Check("value", f"{amount} / {count} * {asked}"),
        numbers=(amount, asked),
        features=("story", "decimal", "step") if one.denominator > 1 else ("story",),
    )


def backwards(story: str, count: int, amount: int, asked: int) -> Draft:
    """The amount is given and the count is asked for."""
    key = F(count * asked, amount)
    return Draft(
        stem=say(story, count, amount, asked),
        key=number(key),
        distractors=wrongs(
            ("proportion.adds-the-difference", asked + count - amount),
            ("proportion.divides-the-wrong-way", F(amount * asked, count)),
            ("proportion.takes-amount-for-one", asked * count),
            ("proportion.inverse-for-direct", F(amount * count, asked)),
        ),
        solution=(
            say("One of them is {}.", equals(divided(number(amount), number(count)), number(F(amount, count)))),
            say("{}.", equals(divided(number(asked), number(F(amount, count))), number(key))),
        ),
        hints=(
            say("What is asked for this time: a number of things, or an amount?"),
            say("Find out how much one of them is."),
            say("One is {}. How many times does that fit into {}?", number(F(amount, count)), asked),
        ),
        check=Check("solves", f"{amount} / {count} * x == {asked}"),
        numbers=(count, asked),
        features=("story", "decimal", "step", "reverse"),
    )


def inverse(story: str, count: int, amount: int, asked: int) -> Draft:
    """More of the one means less of the other."""
    total = count * amount
    key = F(total, asked)
    return Draft(
        stem=say(story, count, amount, asked),
        key=number(key),
        distractors=wrongs(
            ("proportion.direct-for-inverse", F(amount * asked, count)),
            ("proportion.adds-the-difference", amount - (asked - count)),
            ("proportion.takes-amount-for-one", total),
            ("proportion.adds-the-difference", amount + asked - count),
            least=1,
        ),
        solution=(
            say("For one alone it would be {}.", equals(times(number(count), number(amount)), number(total))),
            say("For {} it is {}.", asked, equals(divided(number(total), number(asked)), number(key))),
        ),
        hints=(
            say("Will it be more or less than {}? Think of what happens in the story.", amount),
            say("Twice as many means half as much here. The product stays the same."),
            say("The product is {}. Divide it by {}.", total, asked),
        ),
        check=Check("value", f"{count} * {amount} / {asked}"),
        numbers=(total,),
        features=("story", "step", "concept"),
    )


def map_distance(centimetres: int, scale: int) -> Draft:
    key = F(centimetres * scale, 100_000)
    return Draft(
        stem=say(
            "On a map with the scale {}, two places are {} centimetres apart. How many kilometres is that in reality? One kilometre has 100000 centimetres.",
            ratio(1, scale),
            centimetres,
        ),
        key=number(key),
        distractors=wrongs(
            ("proportion.wrong-unit-factor", key * 10),
            ("proportion.wrong-unit-factor", key / 10),
            ("proportion.divides-the-wrong-way", F(scale, centimetres * 1000)),
            ("proportion.gives-one", F(scale, 100_000)),
            ("proportion.wrong-unit-factor", key * 100),
        ),
        solution=(
            say(
                "In reality it is {} times as far: {} centimetres.",
                scale,
                equals(times(number(centimetres), number(scale)), number(centimetres * scale)),
            ),
            say("In kilometres: {}.", equals(divided(number(centimetres * scale), number(100_000)), number(key))),
        ),
        hints=(
            say("What does the scale say about one centimetre on the map?"),
            say("One centimetre on the map is {} centimetres in reality.", scale),
            say("First find the distance in centimetres. Then change to kilometres."),
            say("It is {} centimetres. Divide by 100000.", centimetres * scale),
        ),
        check=Check("value", f"{centimetres} * {scale} / 100000"),
        numbers=(1000,),
        features=("story", "unlike", "step"),
    )
