"""Calculating with decimals."""

# ruff: noqa: E501 (sentences for learners stay whole)

from __future__ import annotations

from fractions import Fraction as F

from host.demo.difficulty import Feature
from host.demo.drafting import Draft, wrongs
from host.demo.maths import BOX, Maths, decimal_text, divided, equals, minus, number, plus, say, times
from host.demo.model import Check, Passage


def drafts() -> dict[str, tuple[Draft, ...]]:
    return {
        "decimals.add": (
            total("0.2", "0.5"),
            total("1.3", "2.4"),
            difference("3.8", "1.5"),
            total("0.7", "0.6"),
            total("3.4", "0.25"),
            difference("5.2", "1.8"),
            story_total(
                "One parcel weighs {} kilograms and another {} kilograms. How many kilograms do they weigh together?",
                "2.75",
                "1.6",
            ),
            difference("4", "1.3"),
            story_difference(
                "A plank is {} metres long. Tomas saws off {} metres. How many metres are left?", "3.2", "0.85"
            ),
            total("12.96", "7.4"),
            difference("5", "1.37"),
            missing("2.8", "6.15"),
            story_difference(
                "A full bottle of oil weighs {} kilograms. The empty bottle weighs {} kilograms. How many kilograms of oil are in it?",
                "2",
                "0.645",
            ),
            missing("0.75", "3.2"),
        ),
        "decimals.multiply": (
            product("0.2", "3"),
            shifted("4.5", 10),
            product("0.3", "0.2"),
            quotient_of("0.8", "2"),
            shifted("3.07", 100),
            product("0.4", "0.5"),
            product("1.2", "0.3"),
            quotient_of("2.4", "0.6"),
            story_product("One metre of cable costs {} coins. How many coins do {} metres cost?", "2.4", "3.5"),
            quotient_of("4.2", "0.07"),
            product("2.5", "0.16"),
            story_quotient(
                "Juice from a {} litre can is poured into cups of {} litres. How many cups can be filled?",
                "4.5",
                "0.25",
            ),
            quotient_of("0.36", "0.9"),
            story_product(
                "A rectangular tile is {} metres long and {} metres wide. What is its area in square metres?",
                "0.45",
                "0.6",
            ),
        ),
    }


# --- adding and subtracting


def total(first: str, second: str) -> Draft:
    return _total(say("Work out {}.", plus(_dec(first), _dec(second))), first, second, ())


def story_total(story: str, first: str, second: str) -> Draft:
    return _total(say(story, _dec(first), _dec(second)), first, second, ("story",))


def _total(stem: Passage, first: str, second: str, features: tuple[Feature, ...]) -> Draft:
    a, b = F(first), F(second)
    key = a + b
    return Draft(
        stem=stem,
        key=number(key),
        distractors=wrongs(
            (
                "decimals.aligns-on-the-right",
                F(_digits(first) + _digits(second), 10 ** max(_places(first), _places(second))),
            ),
            ("decimals.adds-parts-separately", F(f"{int(a) + int(b)}.{_behind(first) + _behind(second)}")),
            *_lost_carries(a, b),
            ("decimals.point-one-place-off", key * 10),
            ("decimals.point-one-place-off", key / 10),
            ("decimals.subtracts-instead", abs(a - b)),
        ),
        solution=(
            say("Write the numbers one below the other, point below point: {} and {}.", *_aligned(first, second)),
            say("Add place by place, from the right: {}.", equals(plus(_dec(first), _dec(second)), number(key))),
        ),
        hints=(
            say("About how much will it be? Round both numbers to whole numbers first."),
            say("Tenths go with tenths, and hundredths with hundredths. The points stand one below the other."),
            say("Use the same number of places for both: {} and {}.", *_aligned(first, second)),
        ),
        check=Check("value", f"{first} + {second}"),
        numbers=(_digits(first), _digits(second)),
        features=(*_sum_features(first, second, _carries(a, b)), *features),
    )


def difference(first: str, second: str) -> Draft:
    return _difference(say("Work out {}.", minus(_dec(first), _dec(second))), first, second, ())


def story_difference(story: str, first: str, second: str) -> Draft:
    return _difference(say(story, _dec(first), _dec(second)), first, second, ("story",))


def _difference(stem: Passage, first: str, second: str, features: tuple[Feature, ...]) -> Draft:
    a, b = F(first), F(second)
    key = a - b
    aligned = _digits(first) - _digits(second)
    return Draft(
        stem=stem,
        key=number(key),
        distractors=wrongs(
            ("decimals.smaller-from-larger-digit", _digitwise(a, b)),
            *_lost_exchanges(a, b),
            ("decimals.aligns-on-the-right", F(abs(aligned), 10 ** max(_places(first), _places(second)))),
            ("decimals.adds-instead", a + b),
            ("decimals.point-one-place-off", key / 10),
            ("decimals.forgets-the-point", key * 10),
        ),
        solution=(
            say("Write the numbers one below the other, point below point: {} and {}.", *_aligned(first, second)),
            say("Subtract place by place, from the right: {}.", equals(minus(_dec(first), _dec(second)), number(key))),
        ),
        hints=(
            say("About how much will be left? Is it more or less than {}?", number(int(a) - int(b))),
            say("Subtract tenths from tenths and hundredths from hundredths. The points stand one below the other."),
            say(
                "Use the same number of places for both: {} and {}. Where a digit is too small, exchange one from its left.",
                *_aligned(first, second),
            ),
        ),
        check=Check("value", f"{first} - {second}"),
        numbers=(_digits(first), _digits(second)),
        features=(*_sum_features(first, second, _digitwise(a, b) != key), *features),
    )


def missing(known: str, whole: str) -> Draft:
    a, b = F(known), F(whole)
    key = b - a
    return Draft(
        stem=say("Which number belongs in the box? {}", equals(plus(_dec(known), BOX), _dec(whole))),
        key=number(key),
        distractors=wrongs(
            ("decimals.adds-instead", a + b),
            ("decimals.smaller-from-larger-digit", _digitwise(b, a)),
            *_lost_exchanges(b, a),
        ),
        solution=(
            say("The missing number is the difference: {}.", minus(_dec(whole), _dec(known))),
            say("{}.", equals(minus(_dec(whole), _dec(known)), number(key))),
        ),
        hints=(
            say("Is the missing number more or less than {}? How can you find it?", _dec(whole)),
            say("What is missing from {} to make {}? That is a difference.", _dec(known), _dec(whole)),
            say("Use the same number of places: {} and {}.", *_aligned(whole, known)),
        ),
        check=Check("solves", f"{known} + x == {whole}"),
        numbers=(_digits(whole), _digits(known)),
        features=("reverse", *_sum_features(whole, known, True)),
    )


def _sum_features(first: str, second: str, regroups: bool) -> tuple[Feature, ...]:
    found: list[Feature] = []
    if _places(first) != _places(second):
        found.append("unlike")
    if regroups:
        found.append("regroup")
    return tuple(found)


# --- multiplying and dividing


def product(first: str, second: str) -> Draft:
    return _product(say("Work out {}.", times(_dec(first), _dec(second))), first, second, ())


def story_product(story: str, first: str, second: str) -> Draft:
    return _product(say(story, _dec(first), _dec(second)), first, second, ("story",))


def _product(stem: Passage, first: str, second: str, features: tuple[Feature, ...]) -> Draft:
    key, whole = F(first) * F(second), _digits(first) * _digits(second)
    places = _places(first) + _places(second)
    without_points = equals(times(number(_digits(first)), number(_digits(second))), number(whole))
    return Draft(
        stem=stem,
        key=number(key),
        distractors=wrongs(
            ("decimals.places-of-one-factor", F(whole, 10 ** max(_places(first), _places(second)))),
            ("decimals.adds-instead", F(first) + F(second)),
            ("decimals.point-one-place-off", key / 10),
            ("decimals.point-one-place-off", key * 10),
            ("decimals.forgets-the-point", whole),
        ),
        solution=(
            say("Without the points: {}.", without_points),
            say(
                "The factors have {} {} after the point together, so the answer is {}.",
                places,
                "place" if places == 1 else "places",
                _with_noughts(whole, places),
            ),
        ),
        hints=(
            say("Will the answer be more or less than {}? Think about what the other factor does.", _dec(first)),
            say("Multiply as if there were no points. Then place the point."),
            say("{}. How many places after the point do the two factors have together?", without_points),
            say(
                "The answer has as many places as both factors together, {}. Noughts at its end may be left out.",
                places,
            ),
        ),
        check=Check("value", f"{first} * {second}"),
        numbers=(whole,),
        features=(*(("decimal",) if _places(first) and _places(second) else ()), *features),
    )


def quotient_of(first: str, second: str) -> Draft:
    return _quotient(say("Work out {}.", divided(_dec(first), _dec(second))), first, second, ())


def story_quotient(story: str, first: str, second: str) -> Draft:
    return _quotient(say(story, _dec(first), _dec(second)), first, second, ("story",))


def _quotient(stem: Passage, first: str, second: str, features: tuple[Feature, ...]) -> Draft:
    a, b = F(first), F(second)
    key, factor = a / b, 10 ** _places(second)
    return Draft(
        stem=stem,
        key=number(key),
        distractors=wrongs(
            ("decimals.point-one-place-off", key / 10),
            ("decimals.divides-the-other-way", b / a),
            ("decimals.multiplies-instead", a * b),
            ("decimals.point-one-place-off", key * 10),
        ),
        solution=(
            say(
                "Multiply both numbers by {}, so that the divisor is whole: {}.",
                factor,
                divided(number(a * factor), number(b * factor)),
            )
            if factor > 1
            else say("Think of {} as {} tenths.", _dec(first), decimal_text(a * 10)),
            say("{}.", equals(divided(_dec(first), _dec(second)), number(key))),
        ),
        hints=(
            say("How many times does {} fit into {}, roughly?", _dec(second), _dec(first)),
            say("The result stays the same when both numbers are multiplied by the same number.")
            if factor > 1
            else say("Divide the tenths as you would divide whole things."),
            say("Make the divisor whole: work out {}.", divided(number(a * factor), number(b * factor)))
            if factor > 1
            else say("{} is {} tenths. Share them out.", _dec(first), decimal_text(a * 10)),
        ),
        check=Check("value", f"{first} / {second}"),
        numbers=(_digits(first), _digits(second)),
        features=(
            *(("decimal", "step") if factor > 1 else ()),
            *(("regroup",) if key < 1 and factor > 1 else ()),
            *features,
        ),
    )


def shifted(text: str, factor: int) -> Draft:
    """Multiply by a power of ten."""
    value = F(text)
    key = value * factor
    return Draft(
        stem=say("Work out {}.", times(_dec(text), number(factor))),
        key=number(key),
        distractors=wrongs(
            ("decimals.appends-zeros", value),
            ("decimals.multiplies-the-whole-part", int(value) * factor + value % 1),
            ("decimals.point-one-place-off", key * 10),
            ("decimals.point-one-place-off", key / 10),
        ),
        solution=(
            say(
                "Multiplying by {} moves every digit {} to the left.",
                factor,
                "one place" if factor == 10 else "two places",
            ),
            say("{}.", equals(times(_dec(text), number(factor)), number(key))),
        ),
        hints=(
            say("What happens to ones when they are multiplied by 10? And to tenths?"),
            say("Every digit becomes worth more. It does not help to write noughts at the end."),
            say("Move each digit {} to the left.", "one place" if factor == 10 else "two places"),
        ),
        check=Check("value", f"{text} * {factor}"),
        numbers=(factor,),
        features=(),
    )


def _dec(text: str) -> Maths:
    return Maths(text, text, F(text))


def _with_noughts(digits: int, places: int) -> Maths:
    """The point placed in a product, first with the noughts at its end and then without."""
    text = str(digits).zfill(places + 1)
    placed = _dec(f"{text[:-places]}.{text[-places:]}")
    plain = number(F(digits, 10**places))
    return placed if placed.tex == plain.tex else equals(placed, plain)


def _digits(text: str) -> int:
    return int(text.replace(".", ""))


def _places(text: str) -> int:
    return len(text.partition(".")[2])


def _behind(text: str) -> int:
    return int(text.partition(".")[2] or 0)


def _carries(a: F, b: F, place: F = F(1)) -> bool:
    """Whether the sum carries into `place` from the places on its right."""
    return a % place + b % place >= place


def _lost_carries(a: F, b: F) -> list[tuple[str, F]]:
    return [("decimals.forgets-the-carry", a + b - place) for place in (F(1), F(1, 10)) if _carries(a, b, place)]


def _lost_exchanges(a: F, b: F) -> list[tuple[str, F]]:
    return [("decimals.forgets-the-exchange", a - b + place) for place in (F(1), F(1, 10)) if a % place < b % place]


def _aligned(*texts: str) -> list[Maths]:
    places = max(_places(text) for text in texts)
    return [_padded(text, places) for text in texts]


def _padded(text: str, places: int) -> Maths:
    whole, _, behind = text.partition(".")
    return _dec(f"{whole}.{behind.ljust(places, '0')}") if places else _dec(whole)


def _digitwise(a: F, b: F) -> F:
    """In every place the smaller digit from the larger one: what learners do who never exchange."""
    scaled = [int(value * 1000) for value in (a, b)]
    places = [10**n for n in range(7)]
    return F(sum(abs(scaled[0] // place % 10 - scaled[1] // place % 10) * place for place in places), 1000)
