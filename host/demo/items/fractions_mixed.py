"""Mixed numbers and improper fractions."""

# ruff: noqa: E501 (sentences for learners stay whole)

from __future__ import annotations

from fractions import Fraction as F

from host.demo.drafting import Draft, wrong
from host.demo.maths import divided, equals, fraction, mixed, mixed_as, number, over, plus, say, times
from host.demo.model import Check


def drafts() -> dict[str, tuple[Draft, ...]]:
    return {
        "fractions.mixed": (
            to_mixed(7, 2),
            to_improper(1, 3, 4),
            to_mixed(17, 5),
            to_improper(2, 3, 5),
            parts_in(F(9, 4), "Sami has {} melons and cuts them into quarters. How many quarters are there?"),
            to_mixed(23, 6),
            to_improper(4, 5, 6),
            shared_out(
                29, 4, "{} pancakes are shared equally among {} people. How many pancakes does each person get?"
            ),
            parts_in(
                F(17, 3),
                "A path is {} kilometres long. At the end of every third of a kilometre there is a bench. How many benches are there?",
            ),
            to_mixed(45, 12),
            to_improper(7, 8, 9),
            shared_out(50, 8, "A rope {} metres long is cut into {} equal pieces. How many metres long is each piece?"),
        ),
    }


def to_mixed(top: int, bottom: int) -> Draft:
    """Write an improper fraction as a mixed number."""
    value = F(top, bottom)
    whole, rest = divmod(top, bottom)
    reducible = value.denominator != bottom
    return Draft(
        stem=say("Write {} as a mixed number{}.", over(top, bottom), " in its simplest form" if reducible else ""),
        key=mixed(value),
        distractors=(
            wrong("mixed.swaps-whole-and-remainder", mixed(rest + F(whole, bottom))),
            wrong("mixed.remainder-as-decimal", mixed(whole + F(rest, 10))),
            wrong("mixed.one-whole-too-many", mixed(value + 1)),
        ),
        solution=(
            say("{} is {} remainder {}.", divided(number(top), number(bottom)), whole, rest),
            say("So there are {} wholes, and {} is left over.", whole, over(rest, bottom)),
            say(
                "{}.", equals(over(top, bottom), mixed_as(whole, rest, bottom), *([mixed(value)] if reducible else []))
            ),
        ),
        hints=(
            say("How many parts of this size make one whole?"),
            say("It takes {} of these parts for one whole. You have {}.", bottom, top),
            say("Divide {} by {}. The remainder is the number of parts left over.", top, bottom),
        ),
        check=Check("value", f"{top}/{bottom}"),
        numbers=(top, bottom),
        features=("regroup", "step", "simplify") if reducible else ("regroup", "step") if top > 20 else (),
    )


def to_improper(whole: int, top: int, bottom: int) -> Draft:
    """Write a mixed number as one fraction."""
    value = whole + F(top, bottom)
    return Draft(
        stem=say("Write {} as a single fraction.", mixed(value)),
        key=fraction(value),
        distractors=(
            wrong("mixed.multiplies-by-the-top", over(whole * top + bottom, bottom)),
            wrong("mixed.side-by-side", over(10 * whole + top, bottom)),
            wrong("mixed.adds-whole-to-top", over(whole + top, bottom)),
            wrong("mixed.means-times", over(whole * top, bottom)),
        ),
        solution=(
            say(
                "One whole is {}, so {} is {}.",
                over(bottom, bottom),
                whole,
                over(whole * bottom, bottom),
            ),
            say(
                "Add the part that was there: {}.",
                equals(plus(over(whole * bottom, bottom), over(top, bottom)), fraction(value)),
            ),
        ),
        hints=(
            say("What does the whole number {} mean when everything is cut into parts of the same size?", whole),
            say("One whole makes {} of these parts. How many do all the wholes make?", bottom),
            say(
                "{} wholes make {}. Now add the {} parts that were there already.",
                whole,
                times(number(whole), number(bottom)),
                top,
            )
            if whole > 1
            else say("The whole makes {} parts. Now add the {} parts that were there already.", bottom, top),
        ),
        check=Check("value", f"{whole} + {top}/{bottom}"),
        numbers=(value,),
        features=("step", "regroup") if whole > 3 else ("step",) if whole > 1 else (),
    )


def parts_in(value: F, story: str) -> Draft:
    """How many parts of one size are in a mixed number."""
    whole, rest = divmod(value.numerator, value.denominator)
    bottom = value.denominator
    return Draft(
        stem=say(story, mixed(value)),
        key=number(value.numerator),
        distractors=(
            wrong("mixed.adds-whole-to-top", number(whole + rest)),
            wrong("mixed.multiplies-by-the-top", number(whole * rest + bottom)),
            wrong("mixed.forgets-the-part", number(whole * bottom)),
            wrong("mixed.one-whole-too-many", number(value.numerator + bottom)),
        ),
        solution=(
            say(
                "One whole makes {} parts, so {} wholes make {}.",
                bottom,
                whole,
                equals(times(number(whole), number(bottom)), number(whole * bottom)),
            ),
            say(
                "With the {} more: {}.",
                rest,
                equals(plus(number(whole * bottom), number(rest)), number(value.numerator)),
            ),
        ),
        hints=(
            say("A drawing may help. How many of these parts are in one whole?"),
            say("There are {} in one whole. First think only of the {} wholes.", bottom, whole),
            say(
                "Work out {}, and add the parts of the piece that is not a whole.", times(number(whole), number(bottom))
            ),
        ),
        check=Check("value", f"({whole} + {rest}/{bottom}) * {bottom}"),
        numbers=(value,),
        features=("story", "step"),
    )


def shared_out(amount: int, people: int, story: str) -> Draft:
    """A division with a remainder whose answer is a mixed number."""
    whole, rest = divmod(amount, people)
    value = F(amount, people)
    return Draft(
        stem=say(story, amount, people),
        key=mixed(value),
        distractors=(
            wrong("mixed.remainder-as-decimal", mixed(whole + F(rest, 10))),
            wrong("mixed.forgets-the-part", number(whole)),
            wrong("fractions.upside-down", fraction(1 / value)),
        ),
        solution=(
            say("Divide: {} is {} remainder {}.", divided(number(amount), number(people)), whole, rest),
            say("What is left over, {}, is divided too: each share gets {} more.", rest, fraction(F(rest, people))),
            say("Each share is {}.", mixed(value)),
        ),
        hints=(
            say("Will it come out as a whole number? What happens to what is left over?"),
            say("Divide {} by {} first, and see what remains.", amount, people),
            say("The remainder is divided by {} as well, which gives a fraction.", people),
        ),
        check=Check("value", f"{amount}/{people}"),
        numbers=(amount, people),
        features=("story", "step", "regroup", "simplify")
        if value.denominator != people
        else ("story", "step", "regroup"),
    )
