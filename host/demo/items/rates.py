"""Rates: speed, price and other quantities for one unit."""

# ruff: noqa: E501 (sentences for learners stay whole)

from __future__ import annotations

from fractions import Fraction as F

from host.demo.drafting import Draft, wrongs
from host.demo.maths import Maths, divided, equals, fraction, minus, number, say, times
from host.demo.model import Check


def drafts() -> dict[str, tuple[Draft, ...]]:
    return {
        "ratio.rates": (
            per_one("A tap gives {} litres of water in {} minutes. How many litres is that per minute?", 24, 6),
            per_one(
                "Eli cycles {} kilometres in {} hours at a steady speed. How many kilometres is that in one hour?",
                45,
                3,
            ),
            distance(12, 4),
            per_one("{} kilograms of flour cost {} coins. How many kilograms do you get for one coin?", 3, 12),
            time_needed(150, 50),
            distance_with_minutes(60, 20),
            saved(
                (
                    "{} notebooks cost {} coins in one shop and {} notebooks cost {} coins in another. "
                    "How many coins per notebook does one save in the cheaper shop?"
                ),
                (4, 10),
                (6, 18),
            ),
            time_needed(30, 12),
            distance_with_minutes(96, 45),
            speed_from_minutes("Hana cycles", 10, 40),
            saved(
                (
                    "{} litres of juice cost {} coins in one shop and {} litres cost {} coins in another. "
                    "How many coins per litre does one save in the cheaper shop?"
                ),
                (5, 12),
                (8, 18),
            ),
            speed_from_minutes("A bus travels", 21, 35),
            average_speed("A cyclist rides", (18, 2), (12, 4)),
            average_speed("A delivery van drives", (90, 4), (30, 2)),
        ),
    }


def per_one(story: str, amount: int, count: int) -> Draft:
    key = F(amount, count)
    return Draft(
        stem=say(story, amount, count),
        key=number(key),
        distractors=wrongs(
            ("rates.multiplies-instead", amount * count),
            ("rates.divides-the-other-way", 1 / key),
            ("rates.subtracts-instead", abs(amount - count)),
            ("rates.adds-instead", amount + count),
        ),
        solution=(
            say("Divide by {} to get the amount for one.", count),
            say("{}.", equals(divided(number(amount), number(count)), number(key))),
        ),
        hints=(
            say("Which of the two quantities is meant to become one?"),
            say("Divide the other quantity by it."),
            say("Work out {}.", divided(number(amount), number(count))),
        ),
        check=Check("value", f"{amount} / {count}"),
        numbers=(amount,),
        features=("story", "decimal") if key < 1 else (),
    )


def distance(speed: int, hours: int) -> Draft:
    return Draft(
        stem=say(
            "A boat travels at {} kilometres per hour. How many kilometres does it travel in {} hours?", speed, hours
        ),
        key=number(speed * hours),
        distractors=wrongs(
            ("rates.divides-instead", F(speed, hours)),
            ("rates.adds-instead", speed + hours),
            ("rates.subtracts-instead", speed - hours),
        ),
        solution=(
            say("In one hour it travels {} kilometres.", speed),
            say("In {} hours: {}.", hours, equals(times(number(speed), number(hours)), number(speed * hours))),
        ),
        hints=(
            say("How far does the boat get in one hour? And in two?"),
            say("Every hour adds the same distance."),
            say("Multiply {} by {}.", speed, hours),
        ),
        check=Check("value", f"{speed} * {hours}"),
        numbers=(speed * hours,),
        features=(),
    )


def time_needed(way: int, speed: int) -> Draft:
    key = F(way, speed)
    return Draft(
        stem=say("How many hours does a journey of {} kilometres take at {} kilometres per hour?", way, speed),
        key=number(key),
        distractors=wrongs(
            ("rates.multiplies-instead", way * speed),
            ("rates.divides-the-other-way", 1 / key),
            ("rates.subtracts-instead", way - speed),
            ("rates.adds-instead", way + speed),
        ),
        solution=(
            say("Every hour covers {} kilometres. So ask how many times {} fits into {}.", speed, speed, way),
            say("{}.", equals(divided(number(way), number(speed)), number(key))),
        ),
        hints=(
            say("How far does one get in one hour? Is the journey longer than that?"),
            say("How many times does {} fit into {}?", speed, way),
            say("Work out {}.", divided(number(way), number(speed))),
        ),
        check=Check("value", f"{way} / {speed}"),
        numbers=(way,),
        features=("reverse", "decimal", "step") if key.denominator > 1 else ("reverse",),
    )


def distance_with_minutes(speed: int, minutes: int) -> Draft:
    """A speed in km an hour and a time in minutes."""
    key = F(speed * minutes, 60)
    return Draft(
        stem=say(
            "A train travels at {} kilometres per hour. How many kilometres does it travel in {} minutes?",
            speed,
            minutes,
        ),
        key=number(key),
        distractors=wrongs(
            ("rates.ignores-the-unit", speed * minutes),
            ("rates.minutes-as-hundredths", F(speed * minutes, 100)),
            ("rates.divides-instead", F(speed, minutes)),
            ("rates.subtracts-instead", speed - minutes),
        ),
        solution=(
            say(
                "{} minutes are {} of an hour.",
                minutes,
                number(F(minutes, 60)) if (F(minutes, 60) * 100).denominator == 1 else _hours(minutes),
            ),
            say("That part of {} kilometres is {} kilometres.", speed, number(key)),
        ),
        hints=(
            say("Is {} minutes more or less than an hour? What does that mean for the distance?", minutes),
            say("An hour has 60 minutes. What fraction of an hour are {} minutes?", minutes),
            say("It is {} of an hour. Take that fraction of {}.", _hours(minutes), speed),
        ),
        check=Check("value", f"{speed} * {minutes} / 60"),
        numbers=(speed,),
        features=("unlike", "step", "fraction"),
    )


def speed_from_minutes(who: str, way: int, minutes: int) -> Draft:
    key = F(way * 60, minutes)
    return Draft(
        stem=say(
            "{} {} kilometres in {} minutes at a steady speed. What speed is that, in kilometres per hour?",
            who,
            way,
            minutes,
        ),
        key=number(key),
        distractors=wrongs(
            ("rates.ignores-the-unit", F(way, minutes)),
            ("rates.divides-the-other-way", F(minutes, way)),
            ("rates.minutes-as-hundredths", F(way * 100, minutes)),
            ("rates.multiplies-instead", F(way * minutes, 60)),
            ("rates.adds-instead", way + minutes),
        ),
        solution=(
            say("{} minutes are {} of an hour.", minutes, _hours(minutes)),
            say("In one hour: {}.", equals(divided(number(way), _hours(minutes)), number(key))),
        ),
        hints=(
            say("Does one get further in an hour than in {} minutes?", minutes),
            say("Find the distance for a part of the time that fits into an hour, such as {} minutes.", _step(minutes)),
            say(
                "In {} minutes it is {} kilometres. How many times does {} fit into 60?",
                _step(minutes),
                number(F(way * _step(minutes), minutes)),
                _step(minutes),
            ),
        ),
        check=Check("value", f"{way} / ({minutes} / 60)"),
        numbers=(way, minutes),
        features=("unlike", "step", "step", "story"),
    )


def saved(story: str, first: tuple[int, int], second: tuple[int, int]) -> Draft:
    """Compare two prices for one piece."""
    prices = [F(cost, count) for count, cost in (first, second)]
    key = abs(prices[0] - prices[1])
    return Draft(
        stem=say(story, *first, *second),
        key=number(key),
        distractors=wrongs(
            ("rates.compares-totals", abs(first[1] - second[1])),
            ("rates.gives-one-rate", min(prices)),
            ("rates.gives-one-rate", max(prices)),
        ),
        solution=(
            say("First shop: {} for one.", equals(divided(number(first[1]), number(first[0])), number(prices[0]))),
            say("Second shop: {} for one.", equals(divided(number(second[1]), number(second[0])), number(prices[1]))),
            say("The difference is {}.", equals(minus(number(max(prices)), number(min(prices))), number(key))),
        ),
        hints=(
            say("Can you compare the prices when the amounts are different?"),
            say("Find the price for one in each shop."),
            say(
                "In the first shop one costs {}. Now the second shop.",
                equals(divided(number(first[1]), number(first[0])), number(prices[0])),
            ),
        ),
        check=Check("value", f"abs({first[1]} / {first[0]} - {second[1]} / {second[0]})"),
        numbers=(first[1], second[1]),
        features=("story", "step", "step", "decimal"),
    )


def average_speed(who: str, first: tuple[int, int], second: tuple[int, int]) -> Draft:
    """The whole way over the whole time, not the mean of two speeds."""
    way = first[0] * first[1] + second[0] * second[1]
    hours = first[1] + second[1]
    return Draft(
        stem=say(
            "{} for {} hours at {} kilometres per hour and then for {} hours at {} kilometres per hour. What is the average speed over the whole journey, in kilometres per hour?",
            who,
            first[1],
            first[0],
            second[1],
            second[0],
        ),
        key=number(F(way, hours)),
        distractors=wrongs(
            ("rates.mean-of-the-rates", F(first[0] + second[0], 2)),
            ("rates.adds-the-rates", first[0] + second[0]),
            ("rates.gives-the-total", way),
        ),
        solution=(
            say("The whole way is {} kilometres.", number(way)),
            say("The whole time is {} hours.", hours),
            say("Average speed: {}.", equals(divided(number(way), number(hours)), number(F(way, hours)))),
        ),
        hints=(
            say("Was it the same time at both speeds? Does that matter?"),
            say("The average speed is the whole way divided by the whole time."),
            say("The first part is {} kilometres long. How long is the second part?", first[0] * first[1]),
            say("Divide {} kilometres by {} hours.", way, hours),
        ),
        check=Check("value", f"({first[0]} * {first[1]} + {second[0]} * {second[1]}) / ({first[1]} + {second[1]})"),
        numbers=(way,),
        features=("story", "step", "step", "step", "concept"),
    )


def _hours(minutes: int) -> Maths:
    return fraction(F(minutes, 60))


def _step(minutes: int) -> int:
    return next(step for step in (20, 15, 10, 5) if minutes % step == 0 and 60 % step == 0)
