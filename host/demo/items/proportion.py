"""Direct and inverse proportion."""

# ruff: noqa: E501 (sentences for learners stay whole)

from __future__ import annotations

from fractions import Fraction as F

from host.demo.drafting import Draft, wrongs
from host.demo.maths import divided, equals, number, ratio, say, times
from host.demo.model import Check


def drafts() -> dict[str, tuple[Draft, ...]]:
    return {
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
            say("The product stays the same: {}.", equals(times(number(count), number(amount)), number(total))),
            say("Divide it by {}: {}.", asked, equals(divided(number(total), number(asked)), number(key))),
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
