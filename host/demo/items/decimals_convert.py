"""Decimals, fractions and percentages as names of the same numbers."""

# ruff: noqa: E501 (sentences for learners stay whole)

from __future__ import annotations

from fractions import Fraction as F

from host.demo.drafting import Draft, wrong, wrongs
from host.demo.maths import Maths, decimal_text, divided, equals, fraction, number, over, percent, say
from host.demo.model import Check, Passage


def drafts() -> dict[str, tuple[Draft, ...]]:
    return {
        "decimals.fractions": (
            as_decimal(1, 2),
            as_fraction("0.3"),
            as_decimal(3, 5),
            as_percent(3, 4),
            as_fraction("0.25"),
            percent_as_decimal("7"),
            as_decimal(7, 20),
            as_percent(3, 5),
            as_fraction("0.35"),
            percent_as_decimal("2.5"),
            as_decimal(3, 8),
            as_fraction("0.075"),
            as_fraction("1.24"),
            as_percent(5, 8),
        ),
    }


def as_decimal(top: int, bottom: int) -> Draft:
    value = F(top, bottom)
    return Draft(
        stem=say("Write {} as a decimal.", over(top, bottom)),
        key=number(value),
        distractors=wrongs(
            ("decimals.point-for-bar", F(f"{top}.{bottom}")),
            ("decimals.digits-behind-point", F(f"0.{top}{bottom}")),
            ("decimals.point-one-place-off", value / 10),
            ("fractions.upside-down", 1 / value),
        ),
        solution=_as_decimal_steps(top, bottom, number(value)),
        hints=(
            say("Is {} more or less than one half?", over(top, bottom))
            if top * 2 != bottom
            else say("Where is {} on a number line from 0 to 1?", over(top, bottom)),
            say(
                "The bar of a fraction means division. You can also look for an equal fraction with 10, 100 or 1000 below."
            ),
            say("Multiply the top and the bottom so that the bottom becomes {}.", _round_bottom(bottom)),
        ),
        check=Check("value", f"{top}/{bottom}"),
        numbers=(top, _round_bottom(bottom)),
        features=("step",) if _round_bottom(bottom) > 10 else (),
    )


def _as_decimal_steps(top: int, bottom: int, key: Maths) -> tuple[Passage, ...]:
    round_bottom = _round_bottom(bottom)
    return (
        say(
            "Look for an equal fraction with {} below: {}.",
            round_bottom,
            equals(over(top, bottom), over(top * round_bottom // bottom, round_bottom)),
        ),
        say("As a decimal this is {}.", key),
    )


def as_fraction(text: str) -> Draft:
    value = F(text)
    places = len(text) - 2
    digits = int(text.replace(".", ""))
    return Draft(
        stem=say("Write {} as a fraction in its simplest form.", number(value)),
        key=fraction(value),
        distractors=(
            wrong("decimals.wrong-place-value", fraction(F(digits, 10 ** (places - 1))))
            if places > 1
            else wrong("decimals.wrong-place-value", fraction(F(digits, 100))),
            wrong("decimals.one-over-digits", fraction(F(1, digits))),
            wrong("decimals.wrong-place-value", fraction(F(digits, 10 ** (places + 1)))),
            wrong("fractions.upside-down", fraction(1 / value)),
        ),
        solution=(
            say(
                "The last digit stands for parts of size one over {}: {}.",
                10**places,
                equals(number(value), over(digits, 10**places)),
            ),
            say("In its simplest form this is {}.", fraction(value)),
        ),
        hints=(
            say("What is the place of the last digit called?"),
            say("Count the places after the point: there are {}. That gives the denominator.", places)
            if places > 1
            else say("There is one place after the point. That gives the denominator."),
            say("Start from {}, and see whether you can simplify.", over(digits, 10**places))
            if digits % 2 == 0 or digits % 5 == 0
            else say("Read the number aloud, with the name of its last place."),
        ),
        check=Check("value", text),
        numbers=(digits, 10**places),
        features=("simplify", "step") if value.denominator != 10**places else (),
    )


def as_percent(top: int, bottom: int) -> Draft:
    value = F(top, bottom) * 100
    return Draft(
        stem=say("Write {} as a percentage.", over(top, bottom)),
        key=percent(value),
        distractors=(
            wrong("percent.side-by-side", percent(10 * top + bottom)),
            wrong("percent.top-as-percent", percent(top)),
            wrong("percent.point-one-place-off", percent(value / 10)),
        ),
        solution=(
            say("Percent means hundredths: {}.", equals(over(top, bottom), over_hundred(value))),
            say("That is {}.", percent(value)),
        ),
        hints=(
            say("Is {} more or less than one half, that is 50 percent?", over(top, bottom)),
            say("Percent means out of 100. How much is one {} of 100?", _part_name(bottom)),
            say("One such part is {} percent. Take {} of them.", decimal_text(F(100, bottom)), top),
        ),
        check=Check("value", f"{top}/{bottom}"),
        numbers=(top, 100),
        features=("step", "decimal") if value.denominator > 1 else ("step",),
    )


def over_hundred(value: F) -> Maths:
    shown = number(value)
    return Maths(rf"\frac{{{shown.tex}}}{{100}}", f"{shown.spoken} over 100")


def percent_as_decimal(text: str) -> Draft:
    points = F(text)
    return Draft(
        stem=say("Write {} as a decimal.", percent(points)),
        key=number(points / 100),
        distractors=wrongs(
            ("percent.point-one-place-off", points / 10),
            ("percent.drops-the-sign", points),
            ("percent.two-places-too-far", points / 1000),
        ),
        solution=(
            say("Percent means hundredths, so divide by 100: {}.", divided(number(points), number(100))),
            say("The digits move two places to the right: {}.", number(points / 100)),
        ),
        hints=(
            say("Is {} a large or a small part of the whole?", percent(points)),
            say("Percent means out of 100, so the number is divided by 100."),
            say("{} would be {}. Compare your answer with that.", percent(10), number(F(1, 10))),
        ),
        check=Check("value", f"{text} / 100"),
        numbers=(points, 100),
        features=("decimal",) if points.denominator > 1 else (),
    )


def _round_bottom(bottom: int) -> int:
    return next(power for power in (10, 100, 1000) if power % bottom == 0)


def _part_name(bottom: int) -> str:
    return {4: "quarter", 5: "fifth", 8: "eighth"}[bottom]
