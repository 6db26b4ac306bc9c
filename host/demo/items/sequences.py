"""Sequences that grow by equal steps, and rules for them."""

from __future__ import annotations

from fractions import Fraction as F

from host.demo.drafting import Draft, wrong, wrongs
from host.demo.maths import equals, letter, linear, minus, number, plus, say, times
from host.demo.model import Check


def drafts() -> dict[str, tuple[Draft, ...]]:
    return {
        "sequences.linear": (
            next_term(3, 4),
            next_term(20, -3),
            term_by_rule(2, 1, 5),
            rule_for(5, 3),
            later_term(2, 5, 10),
            term_by_rule(4, -3, 12),
            rule_for(7, 2),
            next_term(4, -6),
            later_term(9, 4, 20),
            rule_for(18, -4),
            place_of(3, 5, 48),
            later_term(30, -7, 15),
            rule_for(-5, 6),
            place_of(40, -3, 4),
        ),
    }


_N = letter("n")


def _terms(first: int, step: int) -> list[int]:
    return [first + step * k for k in range(4)]


def next_term(first: int, step: int) -> Draft:
    known = _terms(first, step)
    key = first + 4 * step
    return Draft(
        stem=say("A sequence goes on in equal steps: {}, {}, {}, {}. Which number comes next?", *map(number, known)),
        key=number(key),
        distractors=wrongs(
            ("sequences.wrong-direction", known[-1] - step),
            ("sequences.doubles-the-last", 2 * known[-1]),
            ("sequences.gives-the-step", step),
            ("sequences.one-step-too-many", key + step),
        ),
        solution=(
            say("From each number to the next it is {} {}.", abs(step), "more" if step > 0 else "less"),
            say("After {} comes {}.", number(known[-1]), number(key)),
        ),
        hints=(
            say("How do you get from each number to the next?"),
            say("Compare {} with {}, and {} with {}.", *map(number, (known[0], known[1], known[1], known[2]))),
            say("Each number is {} {} than the one before.", abs(step), "more" if step > 0 else "less"),
        ),
        check=Check(
            "value",
            f"{known[3]} + ({known[3]} - ({known[2]}))"
            if known[3] >= 0
            else f"({known[3]}) + (({known[3]}) - ({known[2]}))",
        ),
        numbers=(key, step),
        features=("negative", "negative") if min(known) < 0 else (),
    )


def term_by_rule(a: int, b: int, n: int) -> Draft:
    """The n-th number from the rule a · n + b."""
    rest = plus(times(number(a), number(n)), number(b)) if b > 0 else minus(times(number(a), number(n)), number(-b))
    return Draft(
        stem=say(
            "The numbers of a sequence follow the rule {}, where {} is the place. Which number stands in place {}?",
            linear(a, b, "n"),
            _N,
            n,
        ),
        key=number(a * n + b),
        distractors=wrongs(
            ("substitution.digits-side-by-side", int(f"{a}{n}") + b),
            ("substitution.adds-factor", a + n + b),
            ("order.adds-before-multiplying", a * (n + b)),
            ("sequences.one-step-too-many", a * (n + 1) + b),
        ),
        solution=(
            say("Put {} in the place of {}.", n, _N),
            say("{}.", equals(rest, number(a * n + b))),
        ),
        hints=(
            say("What does the letter {} stand for in the rule?", _N),
            say("Put the number of the place in the rule. A number beside the letter means multiplication."),
            say("Work out {}.", rest),
        ),
        check=Check("value", f"{a} * {n} + ({b})"),
        numbers=(a * n,),
        features=("step",),
    )


def rule_for(first: int, step: int) -> Draft:
    known = _terms(first, step)
    start = first - step
    key = linear(step, start, "n")
    return Draft(
        stem=say(
            "A sequence begins {}, {}, {}, {} and goes on in equal steps. Which rule gives the number in place {}?",
            *map(number, known),
            _N,
        ),
        key=key,
        distractors=(
            wrong("sequences.first-number-as-constant", linear(step, first, "n")),
            wrong("sequences.step-as-constant", linear(1, step, "n")),
            wrong("sequences.exchanges-step-and-start", linear(start or first, step, "n")),
            wrong("sequences.wrong-direction", linear(-step, first + step, "n")),
            wrong("sequences.exchanges-step-and-start", linear(first, step, "n")),
        ),
        solution=(
            say(
                "The numbers change by {} from place to place, so the rule contains {}.",
                number(step),
                linear(step, 0, "n"),
            ),
            say("For the first place that gives {}, but the sequence begins with {}.", number(step), number(first)),
            say("So the rule is {}.", key),
        ),
        hints=(
            say("By how much does the sequence change from place to place?"),
            say("The step tells you with which number {} is multiplied.", _N),
            say(
                "Compare {} in place 1 with the first number {}. What has to be added or subtracted?",
                linear(step, 0, "n"),
                number(first),
            ),
        ),
        check=Check("equivalent", f"({first}) + (n - 1) * (({known[1]}) - ({first}))"),
        numbers=(known[3], first),
        features=("step", "reverse") if step > 0 and first > 0 else ("step", "reverse", "negative"),
    )


def later_term(first: int, step: int, place: int) -> Draft:
    known = _terms(first, step)
    key = first + (place - 1) * step
    return Draft(
        stem=say(
            "A sequence begins {}, {}, {}, {} and goes on in equal steps. Which number stands in place {}?",
            *map(number, known),
            place,
        ),
        key=number(key),
        distractors=wrongs(
            ("sequences.one-step-too-many", key + step),
            ("sequences.forgets-the-start", step * place),
            ("sequences.multiplies-a-known-term", known[0] * place),
            ("sequences.forgets-the-start", (place - 1) * step),
        ),
        solution=(
            say("The step is {}. From place 1 to place {} there are {} steps.", number(step), place, place - 1),
            say("{}.", equals(plus(number(first), times(number(place - 1), number(step))), number(key))),
        ),
        hints=(
            say("How many steps are there from place 1 to place {}?", place),
            say("It is one step fewer than the number of the place."),
            say("Start at {} and go {} steps of {}.", number(first), place - 1, number(step)),
        ),
        check=Check("value", f"{first} + ({place} - 1) * ({known[1]} - {first})"),
        numbers=(key, place),
        features=("step", "step", *(("negative",) if step < 0 else ())),
    )


def place_of(first: int, step: int, value: int) -> Draft:
    """In which place does a number stand?"""
    known = _terms(first, step)
    steps = F(value - first, step)
    return Draft(
        stem=say(
            "A sequence begins {}, {}, {}, {} and goes on in equal steps. In which place does the number {} stand?",
            *map(number, known),
            number(value),
        ),
        key=number(steps + 1),
        distractors=wrongs(
            ("sequences.one-step-too-few", steps),
            ("sequences.one-step-too-many", steps + 2),
            ("sequences.divides-the-number-by-the-step", abs(F(value, step))),
            ("sequences.gives-the-step", abs(step)),
            ("equations.stops-before-dividing", abs(value - first)),
        ),
        solution=(
            say(
                "From {} to {} it is {}, in steps of {}.",
                number(first),
                number(value),
                number(abs(value - first)),
                number(abs(step)),
            ),
            say("That makes {} steps.", number(steps)),
            say("The first number stands in place 1, so after the steps one is in place {}.", number(steps + 1)),
        ),
        hints=(
            say("How far is it from the first number to {}?", number(value)),
            say("How many steps are needed for that? One step is {}.", number(abs(step))),
            say("After one step you are in place 2. In which place are you after two steps? And after all of them?"),
        ),
        check=Check("solves", f"{first} + (x - 1) * ({known[1]} - {first}) == {value}"),
        numbers=(value, first),
        features=("step", "step", "reverse", *(("negative",) if step < 0 else ())),
    )
