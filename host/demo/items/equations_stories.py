"""Stories that lead to linear equations."""

# ruff: noqa: E501 (sentences for learners stay whole)

from __future__ import annotations

from fractions import Fraction as F

from host.demo.difficulty import Feature
from host.demo.drafting import Distractor, Draft, wrong, wrongs
from host.demo.maths import Maths, equals, factored, letter, linear, number, over_letter, say, terms
from host.demo.model import Check, Passage


def drafts() -> dict[str, tuple[Draft, ...]]:
    return {
        "equations.stories": (
            which_equation(
                "{k} identical bottles hold {t} litres in all. Which equation gives the number {x} of litres in one bottle?",
                6,
                0,
                9,
            ),
            which_equation(
                "Omar buys {k} notebooks at {x} coins each and a pen for {c} coins. The bill is {t} coins. Which equation fits?",
                3,
                4,
                25,
            ),
            fixed_and_each(
                "A taxi ride costs {} coins to start and {} coins for each kilometre. A ride costs {} coins. How many kilometres long is it?",
                5,
                2,
                23,
            ),
            number_puzzle(3, 7, 40),
            which_equation(
                "A candle is {c} centimetres long and burns down {k} centimetres each hour. After {x} hours it is {t} centimetres long. Which equation fits?",
                -2,
                20,
                6,
            ),
            perimeter(4, 32),
            fixed_and_each(
                "A gym charges {} coins to join and {} coins a month. Rosa has paid {} coins so far. For how many months is that?",
                30,
                12,
                150,
            ),
            consecutive(3, 48),
            number_then_bracket(5, 4, 45),
            ages(6, 40),
            consecutive(4, 106),
            same_cost((20, 3), (5, 6)),
            perimeter(7, 62),
            same_cost((46, 9), (10, 13)),
            catching_up(8, 12, 2),
        ),
    }


_X = letter("x")


def which_equation(story: str, each: int, fixed: int, total: int) -> Draft:
    """Choose the equation k · x + c = t that tells the story; a negative k takes away from c."""
    if each < 0:
        wrong_ones, told = _taking_away(-each, fixed, total), f"Start with {fixed} and take {-each} times {{}} away."
    elif fixed:
        wrong_ones, told = _adding(each, fixed, total), f"Take {each} times {{}} and add {fixed}."
    else:
        wrong_ones, told = _times_only(each, total), f"Take {each} times {{}}."
    key = _equation(_side(each, fixed), total)
    return Draft(
        stem=_filled(story, abs(each), fixed, total),
        key=key,
        distractors=wrong_ones,
        solution=(say(f"{told} The result is {{}}.", _X, total), say("As an equation: {}.", key)),
        hints=(
            say("What does {} stand for in the story?", _X),
            say("Tell the story in one sentence that ends with the words: the result is {}.", total),
            say("Which part is taken {} times, and which part occurs only once?", abs(each))
            if fixed
            else say("How many times is {} taken?", _X),
        ),
        check=Check("equivalent", f"({each}) * x + {fixed} == {total}"),
        numbers=(total,),
        features=("story", "concept") if each < 0 else ("story",) if fixed else (),
    )


def _adding(each: int, fixed: int, total: int) -> tuple[Distractor, ...]:
    return (
        wrong("expressions.exchanges-numbers", _equation(_side(fixed, each), total)),
        wrong("expressions.brackets-the-sum", _equation(factored(each, {"x": 1, "": fixed}), total)),
        wrong("expressions.adds-factor", _equation(_side(1, each + fixed), total)),
    )


def _taking_away(each: int, fixed: int, total: int) -> tuple[Distractor, ...]:
    return (
        wrong("expressions.exchanges-numbers", _equation(_side(-fixed, each), total)),
        wrong("expressions.other-operation", _equation(_side(each, fixed), total)),
        wrong("expressions.reads-left-to-right", _equation(linear(each, -fixed), total)),
    )


def _times_only(each: int, total: int) -> tuple[Distractor, ...]:
    return (
        wrong("expressions.divides-instead", _equation(over_letter("x", each), total)),
        wrong("expressions.adds-factor", _equation(linear(1, each), total)),
        wrong("expressions.other-operation", _equation(linear(1, -each), total)),
    )


def _side(each: int, fixed: int) -> Maths:
    """k · x + c, beginning with the positive term."""
    return linear(each, fixed) if each > 0 else terms({"": fixed, "x": each})


def _filled(story: str, each: int, fixed: int, total: int) -> Passage:
    """`{x}` becomes the letter; `{k}`, `{c}` and `{t}` become the numbers."""
    return say(story.format(x="{}", k=each, c=fixed, t=total), _X)


def _equation(left: Maths, right: int) -> Maths:
    shown = equals(left, number(right))
    return Maths(shown.tex, shown.spoken, shown.tex)


def fixed_and_each(story: str, fixed: int, each: int, total: int) -> Draft:
    key = F(total - fixed, each)
    return _story(
        say(story, fixed, each, total),
        key,
        (
            ("equations.repeats-the-operation", F(total + fixed, each)),
            ("equations.ignores-the-operation", F(total, each)),
            ("equations.stops-before-dividing", total - fixed),
            ("equations.subtracts-the-coefficient", total - fixed - each),
        ),
        (
            equals(linear(each, fixed), number(total)),
            say("The fixed part leaves {} for the rest.", total - fixed),
            say("Divide by {}.", each),
        ),
        f"{each} * x + {fixed} == {total}",
        ("step",),
    )


def number_puzzle(factor: int, added: int, total: int) -> Draft:
    return _story(
        say(
            "Kofi multiplies a number by {} and then adds {}. The result is {}. What is the number?",
            factor,
            added,
            total,
        ),
        F(total - added, factor),
        (
            ("equations.divides-one-term", F(total, factor) - added),
            ("equations.stops-before-dividing", total - added),
            ("equations.subtracts-the-coefficient", total - added - factor),
            ("equations.repeats-the-operation", F(total + added, factor)),
            ("equations.repeats-the-operation", total * factor + added),
        ),
        (
            equals(linear(factor, added), number(total)),
            say("Take {} away: {} is left.", added, total - added),
            say("Divide by {}.", factor),
        ),
        f"{factor} * x + {added} == {total}",
        (),
    )


def number_then_bracket(added: int, factor: int, total: int) -> Draft:
    """factor · (x + added) = total with a factor that need not divide the total."""
    return _story(
        say(
            "Yuki adds {} to a number and multiplies the result by {}. This gives {}. What is the number?",
            added,
            factor,
            total,
        ),
        F(total, factor) - added,
        (
            ("expand.first-term-only", F(total - added, factor)),
            ("equations.repeats-the-operation", F(total, factor) + added),
            ("equations.ignores-the-bracket-term", F(total, factor)),
            ("equations.subtracts-the-coefficient", total - factor - added),
        ),
        (
            equals(factored(factor, {"x": 1, "": added}), number(total)),
            say("Divide by {}: {}.", factor, number(F(total, factor))),
            say("Take {} away.", added),
        ),
        f"{factor} * (x + {added}) == {total}",
        ("step", "fraction"),
    )


def perimeter(longer: int, total: int) -> Draft:
    key = F(total - 2 * longer, 4)
    return _story(
        say(
            "A rectangle is {} centimetres longer than it is wide. Its perimeter is {} centimetres. How many centimetres wide is it?",
            longer,
            total,
        ),
        key,
        (
            ("expressions.half-the-perimeter", F(total - longer, 2)),
            ("expressions.counts-one-side-once", F(total - longer, 4)),
            ("equations.answers-another-question", key + longer),
            ("equations.ignores-the-operation", F(total, 4)),
        ),
        (
            equals(linear(4, 2 * longer), number(total)),
            say("Take {} away: {} is left for four equal lengths.", 2 * longer, total - 2 * longer),
            say("Divide by 4."),
        ),
        f"2 * x + 2 * (x + {longer}) == {total}",
        ("step", "step"),
    )


def consecutive(count: int, total: int) -> Draft:
    """Whole numbers in a row, with the smallest asked for."""
    extra = sum(range(count))
    key = F(total - extra, count)
    words = {3: "three", 4: "four"}[count]
    return _story(
        say(f"The sum of {words} whole numbers that follow one another is {{}}. What is the smallest of them?", total),
        key,
        (
            ("equations.answers-another-question", key + count - 1),
            ("equations.answers-another-question", key + 1),
            ("equations.ignores-the-operation", F(total, count)),
            ("equations.repeats-the-operation", F(total + extra, count)),
            ("equations.stops-before-dividing", total - extra),
        ),
        (
            equals(linear(count, extra), number(total)),
            say("Take {} away: {} is left.", extra, total - extra),
            say("Divide by {}.", count),
        ),
        " + ".join(["x", *(f"(x + {step})" for step in range(1, count))]) + f" == {total}",
        ("step", "concept"),
    )


def ages(years: int, total: int) -> Draft:
    """One is some years older; together they have a total."""
    key = F(total - years, 2)
    return _story(
        say("Dina is {} years older than Eli. Together they are {} years old. How old is Eli?", years, total),
        key,
        (
            ("equations.answers-another-question", key + years),
            ("equations.halves-then-subtracts", F(total, 2) - years),
            ("equations.ignores-the-operation", F(total, 2)),
            ("equations.stops-before-dividing", total - years),
        ),
        (
            equals(linear(2, years), number(total)),
            say("Without the {} years more, both would be {} together.", years, total - years),
            say("Divide by 2."),
        ),
        f"x + (x + {years}) == {total}",
        ("step", "concept"),
    )


def same_cost(first: tuple[int, int], second: tuple[int, int]) -> Draft:
    """Two tariffs: a fixed price and a price for each; when do they cost the same?"""
    (fixed, each), (other_fixed, other_each) = first, second
    key = F(fixed - other_fixed, other_each - each)
    return _story(
        say(
            "One bicycle hire asks {} coins and {} coins an hour, another {} coins and {} coins an hour. After how many hours do both cost the same?",
            fixed,
            each,
            other_fixed,
            other_each,
        ),
        key,
        (
            ("equations.stops-before-dividing", fixed - other_fixed),
            ("equations.adds-coefficients", F(fixed - other_fixed, each + other_each)),
            ("equations.repeats-the-operation", F(fixed + other_fixed, other_each - each)),
            ("equations.answers-another-question", fixed + each * key),
            ("equations.stops-before-dividing", other_each - each),
        ),
        (
            equals(linear(each, fixed), linear(other_each, other_fixed)),
            say(
                "The second one asks {} coins less to start, but {} coins more every hour.",
                fixed - other_fixed,
                other_each - each,
            ),
            say("Divide {} by {}.", fixed - other_fixed, other_each - each),
        ),
        f"{fixed} + {each} * x == {other_fixed} + {other_each} * x",
        ("step", "step", "step"),
    )


def catching_up(slow: int, fast: int, ahead: int) -> Draft:
    """Two walkers or riders, one of them some hours ahead."""
    key = F(slow * ahead, fast - slow)
    return _story(
        say(
            "Lena starts at {} kilometres per hour. Goran follows {} hours later on the same road at {} kilometres per hour. How many hours after starting does Goran reach Lena?",
            slow,
            ahead,
            fast,
        ),
        key,
        (
            ("equations.answers-another-question", key + ahead),
            ("equations.ignores-the-head-start", F(slow, fast - slow)),
            ("equations.adds-coefficients", F(slow * ahead, fast + slow)),
            ("equations.stops-before-dividing", slow * ahead),
            ("equations.stops-before-dividing", fast - slow + ahead),
        ),
        (
            equals(linear(fast, 0), linear(slow, slow * ahead)),
            say("Lena is {} kilometres ahead. Goran gains {} kilometres every hour.", slow * ahead, fast - slow),
            say("Divide {} by {}.", slow * ahead, fast - slow),
        ),
        f"{fast} * x == {slow} * (x + {ahead})",
        ("step", "step", "step", "concept"),
    )


_Plan = tuple[Maths, Passage, Passage]
"""The equation, and two steps in words."""


def _story(
    stem: Passage,
    key: F,
    candidates: tuple[tuple[str, int | F], ...],
    plan: _Plan,
    check: str,
    features: tuple[Feature, ...],
) -> Draft:
    equation, first, last = plan
    return Draft(
        stem=stem,
        key=number(key),
        distractors=wrongs(*candidates, least=0),
        solution=(
            say("Call the number that is asked for {}. The story says {}.", _X, equation),
            first,
            last,
            say("This gives {}.", equals(_X, number(key))),
        ),
        hints=(
            say("What do you want to know? Give it the name {}.", _X),
            say("Write what the story tells as an equation with {}.", _X),
            say("The equation is {}.", equation),
            first,
        ),
        check=Check("solves", check),
        numbers=(10,),
        features=("story", *features),
    )
