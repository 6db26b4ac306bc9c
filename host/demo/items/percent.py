"""Percentages of amounts and percentage change."""

# ruff: noqa: E501 (sentences for learners stay whole)

from __future__ import annotations

from fractions import Fraction as F

from host.demo.difficulty import Feature
from host.demo.drafting import Distractor, Draft, wrong, wrongs
from host.demo.maths import divided, equals, minus, number, over, percent, plus, say
from host.demo.model import Check, Passage


def drafts() -> dict[str, tuple[Draft, ...]]:
    return {
        "percent.of-amount": (
            part(50, 40),
            part(10, 80),
            part(25, 60),
            as_share(9, 20, "Omar scores {} of {} points in a quiz. What percentage is that?"),
            part(30, 90),
            story_part("A school has {1} learners, and {0} of them walk to school. How many learners walk?", 45, 240),
            part(5, 160),
            as_share(18, 24, "In a class, {} of {} learners play an instrument. What percentage is that?"),
            story_rest(
                "A farm has {1} hectares, and {0} of them are forest. How many hectares are not forest?", 35, 180
            ),
            part(120, 70),
            as_share(21, 60, "In a survey, {} of {} people prefer tea. What percentage is that?"),
            part(F(25, 2), 64),
            story_rest(
                "A library owns {1} books, and {0} of them are lent out. How many books are in the library?", 64, 2500
            ),
        ),
        "percent.change": (
            changed(20, 10, up=True),
            changed(50, 20, up=False),
            changed(80, 25, up=True),
            story_changed(
                "A coat costs {0} coins. In a sale its price is reduced by {1}. How many coins does it cost in the sale?",
                60,
                30,
                up=False,
            ),
            rate(40, 50),
            story_changed(
                "A village had {0} inhabitants. Their number has grown by {1}. How many inhabitants are there now?",
                450,
                8,
                up=True,
            ),
            rate(80, 60),
            story_changed(
                "A battery stores {0} units of energy when new. It has lost {1} of that. How many units does it store now?",
                240,
                15,
                up=False,
            ),
            rate(48, 60),
            there_and_back(100, 10),
            rate(125, 90),
            there_and_back(200, 30),
        ),
    }


# --- a percentage of an amount


def part(points: int | F, amount: int) -> Draft:
    return _part(say("What is {} of {}?", percent(points), amount), F(points), amount, ())


def story_part(story: str, points: int, amount: int) -> Draft:
    return _part(say(story, percent(points), amount), F(points), amount, ("story",))


def _part(stem: Passage, points: F, amount: int, features: tuple[Feature, ...]) -> Draft:
    key = points / 100 * amount
    return Draft(
        stem=stem,
        key=number(key),
        distractors=wrongs(
            ("percent.divides-by-the-percentage", amount / points),
            ("percent.subtracts-the-points", abs(amount - points)),
            ("percent.gives-the-rest", abs(amount - key)),
            ("percent.point-one-place-off", key * 10),
            ("percent.point-one-place-off", key / 10),
            ("percent.drops-the-sign", points),
            least=0,
        ),
        solution=_part_steps(points, amount, key),
        hints=_part_hints(points, amount),
        check=Check("value", f"{_text(points)} / 100 * {amount}"),
        numbers=(amount,),
        features=(*_percent_features(points), *features),
    )


def _part_hints(points: F, amount: int) -> tuple[Passage, ...]:
    times_in_whole = 100 / points
    mark = f"half of {amount}" if points < 100 else str(amount)
    first = say("Is it more or less than {}? About how much?", mark)
    if times_in_whole.denominator == 1 and times_in_whole > 1:
        return (
            first,
            say("Percent means out of 100. How many times does {} fit into {}?", percent(points), percent(100)),
            say("It fits {} times, so divide {} by {}.", int(times_in_whole), amount, int(times_in_whole)),
        )
    one = F(amount, 100)
    return (
        first,
        say(
            "Percent means out of 100. Find a percentage that is easy first, such as {} or {}.", percent(10), percent(1)
        ),
        say("One percent of {} is {}.", amount, number(one)),
        say("Multiply {} by {}.", number(one), number(points)),
    )


def _part_steps(points: F, amount: int, key: F) -> tuple[Passage, ...]:
    easy = 10 if points % 10 == 0 else 5 if points % 5 == 0 else 1
    if points < 100 and 100 % points == 0:
        return (
            say("{} is one part out of {}.", percent(points), number(100 / points)),
            say("{}.", equals(divided(number(amount), number(100 / points)), number(key))),
        )
    return (
        say("{} of {} is {}.", percent(easy), amount, number(F(amount * easy, 100))),
        say("{} is {} times as much: {}.", percent(points), number(points / easy), number(key)),
    )


def story_rest(story: str, points: int, amount: int) -> Draft:
    taken = F(points * amount, 100)
    return Draft(
        stem=say(story, percent(points), amount),
        key=number(amount - taken),
        distractors=wrongs(
            ("percent.gives-the-part", taken),
            ("percent.subtracts-the-points", amount - points),
            ("percent.point-one-place-off", amount - taken / 10),
            ("percent.divides-by-the-percentage", F(amount, points)),
        ),
        solution=(
            say("{} minus {} leaves {}.", percent(100), percent(points), percent(100 - points)),
            say("{} of {} is {}.", percent(100 - points), amount, number(amount - taken)),
        ),
        hints=(
            say("Are you asked for {} of {}, or for what remains?", percent(points), amount),
            say("Together the two parts are {}. How many percent are asked for?", percent(100)),
            say("Work out {} of {}.", percent(100 - points), amount),
        ),
        check=Check("value", f"{amount} - {points} / 100 * {amount}"),
        numbers=(amount,),
        features=("story", "step", *_percent_features(F(points))),
    )


def as_share(count: int, total: int, story: str) -> Draft:
    key = F(100 * count, total)
    return Draft(
        stem=say(story, count, total),
        key=percent(key),
        distractors=(
            wrong("percent.top-as-percent", percent(count)),
            wrong("percent.gives-the-rest", percent(100 - key)),
            wrong("percent.difference-as-percent", percent(total - count)),
        ),
        solution=(
            say("As a fraction: {}.", over(count, total)),
            say("In hundredths: {}.", equals(over(count, total), percent(key))),
        ),
        hints=(
            say("Is it more or less than half? What does that tell you about the percentage?"),
            say("Write the part over the whole as a fraction first."),
            say("Turn {} into hundredths. Simplifying first may help.", over(count, total)),
        ),
        check=Check("value", f"{count} / {total}"),
        numbers=(count, total),
        features=("story",) if 100 % total == 0 else ("story", "simplify", "step"),
    )


# --- change


def changed(amount: int, points: int, *, up: bool) -> Draft:
    word = "Increase" if up else "Decrease"
    return _changed(say(f"{word} {{}} by {{}}.", amount, percent(points)), amount, points, up, ())


def story_changed(story: str, amount: int, points: int, *, up: bool) -> Draft:
    return _changed(say(story, amount, percent(points)), amount, points, up, ("story", "step"))


def _changed(stem: Passage, amount: int, points: int, up: bool, features: tuple[Feature, ...]) -> Draft:
    change = F(points * amount, 100)
    sign = 1 if up else -1
    key = amount + sign * change
    join = plus if up else minus
    return Draft(
        stem=stem,
        key=number(key),
        distractors=wrongs(
            ("percent.change-only", change),
            ("percent.subtracts-the-points" if not up else "percent.adds-the-points", amount + sign * points),
            ("percent.other-direction", amount - sign * change),
            ("percent.point-one-place-off", amount + sign * change / 10),
            least=0,
        ),
        solution=(
            say("{} of {} is {}.", percent(points), amount, number(change)),
            say("{} it: {}.", "Add" if up else "Subtract", equals(join(number(amount), number(change)), number(key))),
        ),
        hints=(
            say("Must the answer be more or less than {}?", amount),
            say("First find how much it changes: that is {} of {}.", percent(points), amount),
            say("One percent of {} is {}. Multiply by {}.", amount, number(F(amount, 100)), points),
            say("Do not forget to add what you found to {}.", amount)
            if up
            else say("Do not forget to subtract what you found from {}.", amount),
        ),
        check=Check("value", f"{amount} * (100 {'+' if up else '-'} {points}) / 100"),
        numbers=(amount,),
        features=(*_percent_features(F(points)), *features),
    )


def rate(old: int, new: int) -> Draft:
    """By what percentage has a quantity changed?"""
    change = abs(new - old)
    key = F(100 * change, old)
    word = "rises" if new > old else "falls"
    return Draft(
        stem=say(f"A quantity {word} from {{}} to {{}}. By how many percent does it change?", old, new),
        key=percent(key),
        distractors=tuple(
            Distractor(percent(points), why)
            for why, points in (
                ("percent.difference-as-percent", F(change)),
                ("percent.of-the-new-value", F(100 * change, new)),
                ("percent.ratio-as-change", F(100 * new, old)),
                ("percent.gives-the-rest", 100 - key),
                ("percent.point-one-place-off", key / 10),
            )
            if (points * 100).denominator == 1
        ),
        solution=(
            say("The change is {}.", equals(minus(number(max(old, new)), number(min(old, new))), number(change))),
            say("Compare it with the old value: {}.", equals(over(change, old), percent(key))),
        ),
        hints=(
            say("By how much does it change? And what is that to be compared with?"),
            say("A percentage change always refers to the value before the change."),
            say("Write {} over {}, and turn the fraction into hundredths.", change, old),
        ),
        check=Check("value", f"abs({new} - {old}) / {old}"),
        numbers=(old, new),
        features=("reverse", "step") if 100 % old == 0 or old % 100 == 0 else ("reverse", "step", "simplify"),
    )


def there_and_back(amount: int, points: int) -> Draft:
    """Up by some percent and down by as many is not where it began."""
    share = F(points, 100)
    key = amount * (1 + share) * (1 - share)
    return Draft(
        stem=say(
            "A price of {} coins is raised by {}, and later the new price is reduced by {}. How many coins is it then?",
            amount,
            percent(points),
            percent(points),
        ),
        key=number(key),
        distractors=wrongs(
            ("percent.changes-cancel", amount),
            ("percent.forgets-the-first-change", amount * (1 - share)),
            ("percent.forgets-the-second-change", amount * (1 + share)),
        ),
        solution=(
            say("After the rise: {}.", number(amount * (1 + share))),
            say("{} of that is {}.", percent(points), number(amount * (1 + share) * share)),
            say(
                "After the reduction: {}.",
                equals(minus(number(amount * (1 + share)), number(amount * (1 + share) * share)), number(key)),
            ),
        ),
        hints=(
            say("Is the reduction taken from the same amount as the rise?"),
            say("Work out the price after the rise first. The reduction is a percentage of that price."),
            say("After the rise the price is {}. Take {} of it away.", number(amount * (1 + share)), percent(points)),
        ),
        check=Check("value", f"{amount} * (1 + {points} / 100) * (1 - {points} / 100)"),
        numbers=(amount,),
        features=("story", "step", "step", "concept", "step") if points % 20 else ("story", "step", "step", "concept"),
    )


def _percent_features(points: F) -> tuple[Feature, ...]:
    if points.denominator > 1:
        return ("step", "fraction", "step")
    if points > 100:
        return ("step", "concept")
    if points in (10, 50):
        return ()
    return ("step",) if points % 25 else ("simplify",)


def _text(points: F) -> str:
    return number(points).tex
