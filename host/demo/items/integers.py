"""Negative numbers: order, adding and subtracting."""

# ruff: noqa: E501 (sentences for learners stay whole)

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from host.demo.difficulty import Feature
from host.demo.drafting import Distractor, Draft, python, wrong, wrongs
from host.demo.maths import BOX, Maths, equals, minus, number, plus, relation, say
from host.demo.model import Check, Passage


def drafts() -> dict[str, tuple[Draft, ...]]:
    return {
        "integers.order": (
            greatest(2, -5, 0, -1),
            least(-7, -2, 3, 0),
            ascending(-5, 3, -2),
            greatest(-2, -9, -4, -12),
            apart(
                -4, 3, "At dawn it was {} degrees, at noon {} degrees. By how many degrees did the temperature rise?"
            ),
            least(-8, -3, 7, -5),
            ascending(-6, 4, -2, 0),
            apart(
                -9, -2, "A diver rises from a height of {} metres to a height of {} metres. How many metres is that?"
            ),
            ascending(-15, -5, 10, -1),
            apart(
                -12,
                15,
                "A crane lifts a load from a height of {} metres to a height of {} metres. By how many metres is it lifted?",
            ),
            middle(-8, 2),
            middle(-11, 5),
            middle(-13, -4),
        ),
        "integers.add": (
            total(-3, 5),
            total(-4, -2),
            difference(3, 7),
            total(6, -9),
            difference(-2, 5),
            difference(4, -3),
            story_change(
                "At noon it was {} degrees. By midnight it was {} degrees colder. What was the temperature at midnight, in degrees?",
                4,
                11,
            ),
            difference(-6, -8),
            missing(-5, 3),
            difference(-9, -4),
            total(-17, 8),
            missing(4, -7),
            chain(-6, 9, -5),
            chain(8, 15, -12),
            missing(-12, -27),
        ),
    }


# --- order


def greatest(key: int, *others: int) -> Draft:
    return _extreme("greatest", key, others)


def least(key: int, *others: int) -> Draft:
    return _extreme("least", key, others)


def _extreme(word: str, key: int, others: Sequence[int]) -> Draft:
    everyone = (key, *others)
    return Draft(
        stem=say(f"Which of these numbers is the {word}?"),
        key=number(key),
        distractors=tuple(
            wrong("integers.zero-is-least" if n == 0 else "integers.ignores-the-sign", number(n)) for n in others
        ),
        solution=(
            say("On a number line the numbers stand in this order: {}.", _listed(sorted(everyone))),
            say("The {} is {}.", word, number(key)),
        ),
        hints=(
            say("Where would each of these numbers stand on a number line?"),
            say("The further left a number stands, the less it is. Negative numbers stand to the left of 0."),
            say("Among negative numbers, the one that looks larger without its sign is less."),
        ),
        check=Check("greatest" if word == "greatest" else "least"),
        numbers=everyone,
        features=("negative",) if max(everyone) < 0 or (word == "least" and key < -7) else (),
    )


def ascending(*values: int) -> Draft:
    right = sorted(values)
    return Draft(
        stem=say("In which list do the numbers stand in order, the least first?"),
        key=_listed(right),
        distractors=(
            wrong("integers.ignores-the-sign", _listed(sorted(values, key=abs))),
            wrong(
                "integers.negatives-like-positives",
                _listed([*sorted((v for v in values if v < 0), reverse=True), *sorted(v for v in values if v >= 0)]),
            ),
            wrong("order.reversed", _listed(right[::-1])),
        ),
        solution=(
            say("The negative numbers come first. The further from 0, the less they are."),
            say("{}.", _listed(right)),
        ),
        hints=(
            say("Which of the numbers stands furthest to the left on a number line?"),
            say("Sort the negative numbers and the others apart from each other."),
            say("Among the negative numbers, begin with the one furthest from 0."),
        ),
        check=Check("true"),
        numbers=values,
        features=("concept", "step") if len(values) > 3 else ("concept",),
    )


def apart(low: int, high: int, story: str) -> Draft:
    return Draft(
        stem=say(story, number(low), number(high)),
        key=number(high - low),
        distractors=wrongs(
            ("integers.ignores-the-sign", abs(abs(high) - abs(low)) if high > 0 else abs(high) + abs(low)),
            ("integers.sign-of-the-distance", low - high),
            ("integers.sign-of-the-distance", high + low),
            ("integers.counts-both-ends", high - low + 1),
        ),
        solution=(
            say("From {} to 0 it is {}, and from 0 to {} it is {} more.", number(low), -low, high, high)
            if high > 0
            else say("Both numbers lie below 0: one {} below, the other {} below.", -low, -high),
            say(
                "{}.",
                equals(
                    plus(number(-low), number(high)) if high > 0 else minus(number(-low), number(-high)),
                    number(high - low),
                ),
            ),
        ),
        hints=(
            say("Where are the two numbers on a number line? Are they on the same side of 0?"),
            say("Count the steps from {} up to {}.", number(low), number(high)),
            say("Go from {} to 0 first. How far is it, and how far do you still have to go?", number(low))
            if high > 0
            else say("How far is each of them from 0? Compare the two distances."),
        ),
        check=Check("value", f"{high} - ({low})"),
        numbers=(low, high),
        features=("story", "step"),
    )


def middle(low: int, high: int) -> Draft:
    twice = low + high
    return Draft(
        stem=say("Which number lies exactly halfway between {} and {} on the number line?", number(low), number(high)),
        key=number(_half(twice)),
        distractors=wrongs(
            ("integers.ignores-the-sign", _half(abs(low) + abs(high))),
            ("integers.loses-the-sign", -_half(twice)),
            ("decimals.adds-the-ends", twice),
            ("integers.half-the-distance", _half(high - low)),
        ),
        solution=(
            say("The distance is {}, and half of it is {}.", high - low, number(_half(high - low))),
            say("{}.", equals(plus(number(low), number(_half(high - low))), number(_half(twice)))),
        ),
        hints=(
            say("How far apart are {} and {}?", number(low), number(high)),
            say("Go half of the distance from {} to the right.", number(low)),
            say("The distance is {}. Halve it and count on from {}.", high - low, number(low)),
        ),
        check=Check("solves", f"x - ({low}) == {python(high)} - x"),
        numbers=(low, high),
        features=("step", "step", "negative", "fraction") if twice % 2 else ("step", "step", "negative"),
    )


# --- adding and subtracting


def total(a: int, b: int) -> Draft:
    return Draft(
        stem=say("Work out {}.", plus(number(a), number(b))),
        key=number(a + b),
        distractors=_sum_distractors(a, b),
        solution=_walk(a, b),
        hints=_walk_hints(a, b),
        check=Check("value", f"{python(a)} + {python(b)}"),
        numbers=(a, b),
        features=_sign_features(a, b, a + b),
    )


def difference(a: int, b: int) -> Draft:
    turned = [say("Subtracting {} is the same as adding {}: {}.", number(b), number(-b), plus(number(a), number(-b)))]
    return Draft(
        stem=say("Work out {}.", minus(number(a), number(b))),
        key=number(a - b),
        distractors=wrongs(
            ("integers.minus-minus-stays-minus" if b < 0 else "integers.adds-instead", a + b),
            ("integers.larger-minus-smaller", b - a),
            ("integers.adds-sizes", abs(a) + abs(b)),
            ("integers.adds-sizes", -abs(a) - abs(b)),
            ("integers.subtracts-sizes", abs(abs(a) - abs(b))),
            ("integers.subtracts-sizes", -abs(abs(a) - abs(b))),
        ),
        solution=(*turned, *_walk(a, -b)),
        hints=(
            _walk_hints(a, -b)[0],
            say("To take away a negative number is to add its opposite.")
            if b < 0
            else say("To take away {} is to go {} steps to the left.", b, b),
            say("So work out {}.", plus(number(a), number(-b))),
        ),
        check=Check("value", f"{python(a)} - {python(b)}"),
        numbers=(a, b),
        features=(*_sign_features(a, b, a - b), *(("concept",) if b < 0 else ())),
    )


def story_change(story: str, start: int, fall: int) -> Draft:
    return Draft(
        stem=say(story, start, fall),
        key=number(start - fall),
        distractors=wrongs(
            ("integers.larger-minus-smaller", fall - start),
            ("integers.adds-sizes", start + fall),
            ("integers.adds-sizes", -start - fall),
        ),
        solution=_walk(start, -fall),
        hints=(
            say("Does the temperature end above or below 0?"),
            say("Go down from {} to 0 first. How many degrees are still to go?", start),
            say("To reach 0 takes {} degrees. From there go down the rest of the {} degrees.", start, fall),
        ),
        check=Check("value", f"{start} - {fall}"),
        numbers=(start, fall),
        features=("story", "negative"),
    )


def missing(known: int, whole: int) -> Draft:
    key = whole - known
    return Draft(
        stem=say("Which number belongs in the box? {}", equals(plus(number(known), BOX), number(whole))),
        key=number(key),
        distractors=wrongs(
            ("integers.adds-instead", whole + known),
            ("integers.loses-the-sign", -key),
            ("integers.adds-instead", -whole - known),
        ),
        solution=(
            say("The box is the difference: {}.", minus(number(whole), number(known))),
            say("{}.", equals(minus(number(whole), number(known)), number(key))),
        ),
        hints=(
            say(
                "On a number line, do you have to go left or right to get from {} to {}?", number(known), number(whole)
            ),
            say("How many steps is it from {} to {}?", number(known), number(whole)),
            say(
                "Steps to the right are positive, steps to the left negative. Work out {}.",
                minus(number(whole), number(known)),
            ),
        ),
        check=Check("solves", f"{python(known)} + x == {python(whole)}"),
        numbers=(known, whole),
        features=("reverse", *_sign_features(known, whole, key)),
    )


def chain(a: int, b: int, c: int) -> Draft:
    """a − b − c with a negative c."""
    key = a - b - c
    return Draft(
        stem=say("Work out {}.", minus(number(a), number(b), number(c))),
        key=number(key),
        distractors=wrongs(
            ("integers.minus-minus-stays-minus", a - b + c),
            ("integers.larger-minus-smaller", b - a - c),
            ("integers.ignores-the-sign", abs(a) - b - c),
            ("integers.loses-the-sign", -key),
        ),
        solution=(
            say("From the left: {}.", equals(minus(number(a), number(b)), number(a - b))),
            say(
                "Subtracting {} is adding {}: {}.",
                number(c),
                number(-c),
                equals(plus(number(a - b), number(-c)), number(key)),
            ),
        ),
        hints=(
            say("In which order do you subtract? And what does it mean to subtract a negative number?"),
            say("Go from left to right. Replace the subtraction of {} by an addition.", number(c)),
            say("First work out {}.", minus(number(a), number(b))),
            say("It remains to work out {}.", plus(number(a - b), number(-c))),
        ),
        check=Check("value", f"{python(a)} - {python(b)} - {python(c)}"),
        numbers=(a, b, c),
        features=("step", "negative", "negative", "concept"),
    )


def _sum_distractors(a: int, b: int) -> tuple[Distractor, ...]:
    return wrongs(
        ("integers.adds-sizes", abs(a) + abs(b)),
        ("integers.loses-the-sign", -(a + b)),
        ("integers.adds-sizes", -abs(a) - abs(b)),
        ("integers.subtracts-sizes", abs(abs(a) - abs(b))),
        ("integers.subtracts-sizes", -abs(abs(a) - abs(b))),
    )


def _walk(start: int, step: int) -> tuple[Passage, ...]:
    direction = "right" if step > 0 else "left"
    return (
        say("Start at {} on the number line and go {} steps to the {}.", number(start), abs(step), direction),
        say("You arrive at {}.", number(start + step)),
    )


def _walk_hints(start: int, step: int) -> tuple[Passage, ...]:
    return (
        say("Think of a number line. Where do you start, and in which direction do you go?"),
        say("Adding a positive number means going right. Adding a negative number means going left."),
        say("Start at {} and go {} steps to the {}.", number(start), abs(step), "right" if step > 0 else "left"),
    )


def _sign_features(*values: int) -> tuple[Feature, ...]:
    return tuple("negative" for value in values[1:] if value < 0)


def _listed(values: Sequence[int]) -> Maths:
    return relation("<", *(number(value) for value in values), value=tuple(values))


def _half(value: int) -> Fraction:
    return Fraction(value, 2)
