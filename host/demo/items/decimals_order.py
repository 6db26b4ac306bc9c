"""Decimals as numbers: order and rounding."""

# ruff: noqa: E501 (sentences for learners stay whole)

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction as F
from math import floor

from host.demo.difficulty import Feature
from host.demo.drafting import Distractor, Draft, wrong, wrongs
from host.demo.maths import (
    Maths,
    decimal_text,
    equals,
    number,
    plus,
    relation,
    say,
    times,
)
from host.demo.model import Check


def drafts() -> dict[str, tuple[Draft, ...]]:
    return {
        "decimals.order": (
            greatest("0.6", long="0.45", short="0.5", zeros="0.07"),
            ascending("0.4", "0.15", "0.03"),
            halfway("0.2", "0.4"),
            greatest("3.7", long="3.248", short="3.5", zeros="3.09"),
            ascending("0.5", "0.45", "0.605"),
            between("0.3", "0.4", key="0.37", shifted="0.037", swapped="0.73"),
            halfway("0.4", "0.5"),
            ascending("2.3", "2.08", "2.119"),
            between("1.2", "1.3", key="1.25", shifted="1.025", swapped="1.52"),
            ascending("0.62", "0.602", "0.6", "0.26"),
            halfway("1.3", "1.4"),
            ascending("5.07", "5.7", "5.077", "5.0707"),
            halfway("0.07", "0.1"),
        ),
        "decimals.rounding": (
            rounded("4.7", "whole number"),
            rounded("6.38", "whole number"),
            rounded("3.46", "tenth"),
            rounded("8.52", "tenth"),
            rounds_to("4.7", "tenth", key="4.68", cut="4.76", up="4.62", far="4.07"),
            rounded("0.374", "hundredth"),
            rounded("5.248", "tenth"),
            estimate("19.8", "5.1"),
            rounded("2.995", "hundredth"),
            rounded("7.4463", "hundredth"),
            rounds_to("0.35", "hundredth", key="0.346", cut="0.358", up="0.344", far="0.305"),
            estimate("31.27", "8.94"),
            greatest_before_rounding("6.3", "tenth"),
        ),
    }


# --- order


def greatest(key: str, *, long: str, short: str, zeros: str) -> Draft:
    """The others are the longest, a short one, and one with a nought after the point."""
    shown = [key, long, short, zeros]
    return Draft(
        stem=say("Which of these numbers is the greatest?"),
        key=_dec(key),
        distractors=(
            wrong("decimals.longer-is-larger", _dec(long)),
            wrong("decimals.judges-by-last-digit", _dec(short)),
            wrong("decimals.ignores-zeros", _dec(zeros)),
        ),
        solution=(
            say(
                "Write all the numbers with the same number of places: {}, {}, {}, {}.",
                *(_padded(text, shown) for text in shown),
            ),
            say("Compare from the left. {} is the greatest.", _dec(key)),
        ),
        hints=(
            say("Does a number with more digits after the point have to be greater?"),
            say("Compare the digits place by place, from the left."),
            say("Look at the first place after the point only: which digit is the greatest there?"),
        ),
        check=Check("greatest"),
        numbers=(F(len(long)),),
        features=(),
    )


def ascending(*texts: str) -> Draft:
    """Each wrong order follows a rule that learners are known to use."""
    values = sorted(texts, key=F)
    return Draft(
        stem=say("In which list do the numbers stand in order, the least first?"),
        key=_listed(values),
        distractors=(
            wrong("decimals.longer-is-larger", _listed(sorted(texts, key=lambda t: (_behind(t), F(t))))),
            wrong("decimals.shorter-is-larger", _listed(sorted(texts, key=lambda t: (-len(t), F(t))))),
            wrong("decimals.ignores-zeros", _listed(sorted(texts, key=lambda t: (t.replace("0", ""), F(t))))),
            wrong("order.reversed", _listed(values[::-1])),
            wrong("decimals.judges-by-last-digit", _listed(sorted(texts, key=lambda t: (t[-1], F(t))))),
        ),
        solution=(
            say(
                "Give every number the same number of places: " + ", ".join("{}" for _ in texts) + ".",
                *(_padded(text, texts) for text in texts),
            ),
            say("Compare from the left: {}.", _listed(values)),
        ),
        hints=(
            say("Does the number of digits decide which number is greater?"),
            say("Fill up with noughts on the right until all have the same number of places."),
            say("Compare the tenths first. Only where they are equal, compare the hundredths."),
        ),
        check=Check("true"),
        numbers=(10 ** (len(max(texts, key=len)) - 2),),
        features=("concept", "step") if len(texts) > 3 else ("concept",),
    )


def between(low: str, high: str, *, key: str, shifted: str, swapped: str) -> Draft:
    """Decimals lie close: there are numbers between neighbours with one place."""
    together = number(F(low) + F(high))
    return Draft(
        stem=say("Which of these numbers lies between {} and {}?", _dec(low), _dec(high)),
        key=_dec(key),
        distractors=(
            wrong("decimals.ignores-zeros", _dec(shifted)),
            wrong("decimals.reads-digits-backwards", _dec(swapped)),
            wrong("decimals.adds-the-ends", together),
        ),
        solution=(
            say("{} and {}.", equals(_dec(low), _dec(low + "0")), equals(_dec(high), _dec(high + "0"))),
            say("{} lies between them: {}.", _dec(key), relation("<", _dec(low + "0"), _dec(key), _dec(high + "0"))),
        ),
        hints=(
            say(
                "Are there numbers between {} and {}? Imagine the number line under a magnifying glass.",
                _dec(low),
                _dec(high),
            ),
            say("Write both numbers with two places after the point."),
            say("Look for a number between {} and {}.", _dec(low + "0"), _dec(high + "0")),
        ),
        check=Check("solves", f"{low} < x < {high}"),
        numbers=(F(low), F(high)),
        features=("concept", "decimal"),
    )


def halfway(low: str, high: str) -> Draft:
    a, b = F(low), F(high)
    return Draft(
        stem=say("Which number lies exactly halfway between {} and {}?", _dec(low), _dec(high)),
        key=number((a + b) / 2),
        distractors=wrongs(
            ("decimals.adds-the-ends", a + b),
            ("decimals.half-the-gap-only", (b - a) / 2),
            ("decimals.appends-a-five", a + F(5, 10 ** (_behind_places(low) + 2))),
            ("decimals.point-one-place-off", (a + b) * 5),
        ),
        solution=(
            say(
                "From {} to {} it is {}, and half of that is {}.",
                _dec(low),
                _dec(high),
                number(b - a),
                number((b - a) / 2),
            ),
            say("{}.", equals(plus(_dec(low), number((b - a) / 2)), number((a + b) / 2))),
        ),
        hints=(
            say("Where is the middle on a number line from {} to {}?", _dec(low), _dec(high)),
            say("How far is it from {} to {}? You need half of that.", _dec(low), _dec(high)),
            say("Add half of the distance to {}. One more place after the point may help.", _dec(low)),
        ),
        check=Check("solves", f"x - {low} == {high} - x"),
        numbers=(a, b),
        features=("step", "regroup") if len(low) != len(high) else ("step",) if b - a < F(2, 10) else (),
    )


# --- rounding

_STEPS = {"whole number": F(1), "tenth": F(1, 10), "hundredth": F(1, 100)}


def rounded(text: str, place: str) -> Draft:
    value, step = F(text), _STEPS[place]
    below = step * floor(value / step)
    key = _nearest(value, step)
    return Draft(
        stem=say("Round {} to the nearest {}.", _dec(text), place),
        key=_to_place(key, step),
        distractors=(
            wrong("rounding.step-by-step", _to_place(_in_steps(value, step), step)),
            wrong("rounding.cuts-off", _to_place(below, step)),
            wrong("rounding.always-up", _to_place(below + step, step)),
            *_other_places(value, step),
            wrong("rounding.goes-down-instead", _to_place(below - step, step)),
            wrong("decimals.forgets-the-point", number(int(text.replace(".", "")))),
        ),
        solution=(
            say("{} lies between {} and {}.", _dec(text), number(below), number(below + step)),
            say(
                "The digit after the {} is {}, so the nearest is {}.",
                "ones" if place == "whole number" else f"{place}s",
                _digit_after(value, step),
                _to_place(key, step),
            ),
        ),
        hints=(
            say("Between which two neighbours, exact to the {}, does {} lie?", place, _dec(text)),
            say("Only one digit decides: the first one that will be left out."),
            say("That digit is {}. With 5 or more you go up, with less you stay.", _digit_after(value, step)),
        ),
        check=Check("value", f"nearest({text}, {decimal_text(step)})"),
        numbers=(step.denominator * 10,),
        features=_rounding_features(value, step),
    )


def _to_place(value: F, step: F) -> Maths:
    """With as many places as were asked for, noughts included."""
    return _dec(_padded_text(decimal_text(value), len(decimal_text(step)) - 2))


def _other_places(value: F, step: F) -> tuple[Distractor, ...]:
    """Rounded to the neighbouring places, where that is something else than nothing."""
    left, right = _nearest(value, step * 10), _nearest(value, step / 10)
    return (
        *([wrong("rounding.place-too-far-left", number(left))] if left else []),
        *([wrong("rounding.place-too-far-right", number(right))] if right != value else []),
    )


def _rounding_features(value: F, step: F) -> tuple[Feature, ...]:
    found: list[Feature] = []
    if (value / step * 10).denominator > 1:
        found.append("concept")
    if _nearest(value, step) != step * floor(value / step):
        found.append("regroup")
    if _nearest(value, step) % (step * 10) == 0:
        found += ["step", "step"]
    if _in_steps(value, step) != _nearest(value, step):
        found.append("step")
    return tuple(found)


def rounds_to(target: str, place: str, *, key: str, cut: str, up: str, far: str) -> Draft:
    """Which number rounds to the target? The others do so only by a wrong rule."""
    return Draft(
        stem=say("Which of these numbers gives {} when it is rounded to the nearest {}?", _dec(target), place),
        key=_dec(key),
        distractors=(
            wrong("rounding.cuts-off", _dec(cut)),
            wrong("rounding.always-up", _dec(up)),
            wrong("decimals.ignores-zeros", _dec(far)),
        ),
        solution=(
            say(
                "The numbers from {} up to {} round to {}.",
                number(F(target) - _STEPS[place] / 2),
                number(F(target) + _STEPS[place] / 2),
                _dec(target),
            ),
            say("Only {} lies there.", _dec(key)),
        ),
        hints=(
            say("How far from {} can a number be and still round to it?", _dec(target)),
            say("It may be up to half a {} less, or almost half a {} more.", place, place),
            say(
                "Look for a number between {} and {}.",
                number(F(target) - _STEPS[place] / 2),
                number(F(target) + _STEPS[place] / 2),
            ),
        ),
        check=Check("solves", f"nearest(x, {decimal_text(_STEPS[place])}) == {target}"),
        numbers=(_STEPS[place],),
        features=("reverse", "concept"),
    )


def greatest_before_rounding(target: str, place: str) -> Draft:
    """The greatest number with two places that still rounds to the target."""
    step = _STEPS[place]
    value = F(target)
    key = value + step / 2 - step / 10
    return Draft(
        stem=say(
            "A length in metres has two places after the point. Rounded to the nearest {}, it is {}. What is the greatest it can be?",
            place,
            _dec(target),
        ),
        key=number(key),
        distractors=wrongs(
            ("rounding.half-goes-down", value + step / 2),
            ("rounding.cuts-off", value + step - step / 10),
            ("rounding.always-up", value),
            ("rounding.goes-down-instead", value - step / 2),
        ),
        solution=(
            say("From {} on, the length would round up to {}.", number(value + step / 2), number(value + step)),
            say("The last number with two places before that is {}.", number(key)),
        ),
        hints=(
            say("Up to which length is {} still the nearest {}?", _dec(target), place),
            say("Exactly halfway, at {}, one rounds up.", number(value + step / 2)),
            say("Which number with two places comes just before {}?", number(value + step / 2)),
        ),
        check=Check("value", f"{target} + {decimal_text(step)} / 2 - {decimal_text(step)} / 10"),
        numbers=(value, 100),
        features=("reverse", "step", "concept", "story"),
    )


def estimate(first: str, second: str) -> Draft:
    a, b = F(first), F(second)
    near = _nearest(a, F(1)), _nearest(b, F(1))
    low = floor(a), floor(b)
    return Draft(
        stem=say(
            "Estimate {} by rounding each number to the nearest whole number first.", times(_dec(first), _dec(second))
        ),
        key=number(near[0] * near[1]),
        distractors=wrongs(
            ("rounding.cuts-off", low[0] * low[1]),
            ("rounding.rounds-after", _nearest(a * b, F(1))),
            ("rounding.adds-instead", near[0] + near[1]),
            ("rounding.always-up", (low[0] + 1) * (low[1] + 1)),
        ),
        solution=(
            say("{} is about {}, and {} is about {}.", _dec(first), number(near[0]), _dec(second), number(near[1])),
            say("{}.", equals(times(number(near[0]), number(near[1])), number(near[0] * near[1]))),
        ),
        hints=(
            say("Which whole numbers are nearest to the two factors?"),
            say("Round each number first, and multiply afterwards."),
            say("{} rounds to {}. Round {} in the same way.", _dec(first), number(near[0]), _dec(second)),
        ),
        check=Check("value", f"nearest({first}, 1) * nearest({second}, 1)"),
        numbers=(near[0] * near[1],),
        features=("step",),
    )


def _dec(text: str) -> Maths:
    """A decimal exactly as given, with its noughts."""
    return Maths(text, text, F(text))


def _behind(text: str) -> int:
    return int(text.split(".")[1])


def _behind_places(text: str) -> int:
    return len(text.split(".")[1])


def _padded(text: str, others: Sequence[str]) -> Maths:
    return _dec(text.ljust(max(len(other) for other in others), "0"))


def _padded_text(text: str, places: int) -> str:
    whole, _, behind = text.partition(".")
    return f"{whole}.{behind.ljust(places, '0')}" if places > 0 else text


def _listed(texts: Sequence[str]) -> Maths:
    return relation("<", *(_dec(text) for text in texts), value=tuple(texts))


def _nearest(value: F, step: F) -> F:
    return step * floor(value / step + F(1, 2))


def _in_steps(value: F, step: F) -> F:
    """Rounds the last place first, and then the next: the wrong way."""
    finer = step
    while (value / finer).denominator > 1:
        finer /= 10
    while finer < step:
        finer *= 10
        value = _nearest(value, finer)
    return value


def _digit_after(value: F, step: F) -> int:
    return floor(value / step * 10) % 10
