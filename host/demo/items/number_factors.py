"""Factors, multiples and primes."""

# ruff: noqa: E501 (sentences for learners stay whole)

from __future__ import annotations

from math import gcd, lcm

from host.demo.difficulty import Feature
from host.demo.drafting import Draft, wrong, wrongs
from host.demo.maths import Maths, equals, number, power, say, times
from host.demo.model import Check, Passage


def drafts() -> dict[str, tuple[Draft, ...]]:
    return {
        "number.factors": (
            common_factor(8, 12),
            common_multiple(4, 6),
            prime(13, 9, 15, 1),
            common_factor(18, 30),
            common_multiple(6, 8),
            prime_product(((2, 2), (3, 1))),
            prime(23, 21, 27, 1),
            meeting_again(
                6,
                9,
                "One lamp blinks every {} seconds and another every {} seconds. They have just blinked together. After how many seconds do they blink together again?",
            ),
            common_factor(36, 60),
            prime_product(((2, 2), (3, 1), (5, 1))),
            equal_bags(
                24,
                40,
                "Ines has {} apples and {} pears. They are packed into bags that are all alike, with nothing left over. What is the greatest possible number of bags?",
            ),
            common_multiple(12, 18),
            prime(59, 51, 57, 91),
            meeting_again(
                16,
                20,
                "Buses on one line leave every {} minutes, on another every {} minutes. Two buses have just left at the same time. After how many minutes does that happen again?",
            ),
            equal_bags(
                84,
                126,
                "A floor of {} centimetres by {} centimetres is covered with square tiles of one size, without cutting any. What is the greatest possible side of a tile, in centimetres?",
            ),
        ),
    }


def common_factor(first: int, second: int) -> Draft:
    stem = say("What is the greatest common factor of {} and {}?", first, second)
    return _factor(stem, first, second, ())


def equal_bags(first: int, second: int, story: str) -> Draft:
    return _factor(say(story, first, second), first, second, ("story", "step"))


def _factor(stem: Passage, first: int, second: int, features: tuple[Feature, ...]) -> Draft:
    key = gcd(first, second)
    smaller_factors = [n for n in range(2, key) if key % n == 0]
    return Draft(
        stem=stem,
        key=number(key),
        distractors=(
            *([wrong("factors.stops-early", number(smaller_factors[-1]))] if smaller_factors else []),
            *wrongs(
                ("factors.multiple-for-factor", lcm(first, second)),
                ("factors.takes-the-difference", abs(first - second)),
                ("factors.takes-the-smaller", min(first, second)),
                ("factors.multiplies-both", first * second),
            ),
        ),
        solution=(
            say("The factors of {} are {}.", first, _factors(first)),
            say("The factors of {} are {}.", second, _factors(second)),
            say("The greatest number in both lists is {}.", number(key)),
        ),
        hints=(
            say("Must the answer be greater or smaller than {} and {}? Why?", first, second),
            say(
                "You need a number that divides both {} and {} without remainder, the greatest such number.",
                first,
                second,
            ),
            say("List all the factors of {}: start with 1 and {}, and go on in pairs.", first, first),
            say(
                "Go through the factors of {} from the greatest down, and stop at the first that divides {}.",
                first,
                second,
            ),
        ),
        check=Check("value", f"gcd({first}, {second})"),
        numbers=(first, second),
        features=(*(("step",) if key > 6 else ()), *features),
    )


def common_multiple(first: int, second: int) -> Draft:
    return _multiple(say("What is the least common multiple of {} and {}?", first, second), first, second, ())


def meeting_again(first: int, second: int, story: str) -> Draft:
    return _multiple(say(story, first, second), first, second, ("story", "step"))


def _multiple(stem: Passage, first: int, second: int, features: tuple[Feature, ...]) -> Draft:
    key = lcm(first, second)
    larger = max(first, second)
    return Draft(
        stem=stem,
        key=number(key),
        distractors=wrongs(
            ("factors.multiplies-both", first * second),
            ("factors.doubles-the-larger", 2 * larger),
            ("factors.factor-for-multiple", gcd(first, second)),
            ("factors.adds-both", first + second),
        ),
        solution=(
            say(
                "The multiples of {} are {} and so on.",
                larger,
                ", ".join(str(larger * k) for k in range(1, key // larger + 1)),
            ),
            say("The first of them that {} divides is {}.", min(first, second), number(key)),
        ),
        hints=(
            say("Which numbers do you reach by counting in steps of {}? And in steps of {}?", first, second),
            say("You need the first number that appears in both rows."),
            say(
                "Go through the multiples of {}, the larger number, and test each: does {} divide it?",
                larger,
                min(first, second),
            ),
        ),
        check=Check("value", f"lcm({first}, {second})"),
        numbers=(key,),
        features=(*(("step",) if key // larger > 2 else ()), *features),
    )


def prime(key: int, *others: int) -> Draft:
    """Which number is prime? The others are odd composites, or 1."""
    table = [(n, "prime.one-is-prime" if n == 1 else "prime.odd-means-prime") for n in others]
    return Draft(
        stem=say("Which of these numbers is a prime number?"),
        key=number(key),
        distractors=tuple(wrong(why, number(n)) for n, why in table),
        solution=(
            *(
                say("{} is not prime: it has only one factor.", n)
                if n == 1
                else say("{} is not prime: {}.", n, equals(number(n), _split(n)))
                for n in others
            ),
            say("{} has no factors but 1 and itself, so it is prime.", number(key)),
        ),
        hints=(
            say("What makes a number a prime number? How many factors does it have?"),
            say("A prime number has exactly two factors: 1 and itself. Being odd is not enough."),
            say("Try to divide each number by 3, by 7, and so on. Three of the four can be ruled out."),
        ),
        check=Check("solves", "is_prime(x)"),
        numbers=(key, *others),
        features=("concept", "step", "step") if min(others) > 50 else ("concept",),
    )


def prime_product(factors: tuple[tuple[int, int], ...]) -> Draft:
    """Which product of primes makes the number?"""
    value = 1
    for base, exponent in factors:
        value *= base**exponent
    (first, exponent), (second, _), *rest = factors
    return Draft(
        stem=say("Which product of prime numbers is equal to {}?", value),
        key=_product(factors),
        distractors=(
            wrong("prime.each-factor-once", _product(tuple((base, 1) for base, _ in factors))),
            wrong("prime.repeats-the-wrong-factor", _product(((first, 1), (second, exponent), *rest))),
            wrong("prime.one-factor-too-many", _product(((first, exponent + 1), (second, 1), *rest))),
        ),
        solution=(
            say(
                "Split off the factor {} as often as you can: {}.",
                first,
                equals(number(value), times(number(first**exponent), number(value // first**exponent))),
            ),
            say("All in all: {}.", equals(number(value), _product(factors))),
        ),
        hints=(
            say("By which prime number can {} be divided first? And the result?", value),
            say("Go on dividing by primes until 1 is left. Note every prime you used, repeated ones too."),
            say("How many times can you divide {} by {} in a row?", value, first),
        ),
        check=Check("value", str(value)),
        numbers=(value,),
        features=("step",) if len(factors) == 2 else ("step", "step"),
    )


def _product(factors: tuple[tuple[int, int], ...]) -> Maths:
    shown = [number(base) if exponent == 1 else power(number(base), exponent) for base, exponent in factors]
    value = 1
    for base, exponent in factors:
        value *= base**exponent
    joined = times(*shown)
    return Maths(joined.tex, joined.spoken, value)


def _split(composite: int) -> Maths:
    factor = next(n for n in range(2, composite) if composite % n == 0)
    return times(number(factor), number(composite // factor))


def _factors(value: int) -> str:
    return ", ".join(str(n) for n in range(1, value + 1) if value % n == 0)
