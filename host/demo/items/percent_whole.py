"""The whole from a percentage of it."""

# ruff: noqa: E501 (sentences for learners stay whole)

from __future__ import annotations

from fractions import Fraction as F

from host.demo.difficulty import Feature
from host.demo.drafting import Draft, wrongs
from host.demo.maths import equals, number, percent, say, times
from host.demo.model import Check, Passage


def drafts() -> dict[str, tuple[Draft, ...]]:
    return {
        "percent.whole": (
            whole(50, 7),
            whole(10, 8),
            whole(25, 9),
            whole(20, 14),
            whole(30, 24),
            story_whole(
                "{} of the seats in a bus are taken. That is {} seats. How many seats does the bus have?", 75, 36
            ),
            whole(15, 12),
            before(
                48,
                20,
                "In a sale every price is reduced by {1}. A lamp now costs {0} coins. How many coins did it cost before?",
                up=False,
            ),
            before(
                66,
                10,
                "The price of a ticket has gone up by {1}. It is now {0} coins. How many coins was it before?",
                up=True,
            ),
            whole(120, 84),
            before(
                51,
                15,
                "After losing {1} of its water, a pond holds {0} cubic metres. How many cubic metres did it hold before?",
                up=False,
            ),
            before(
                540,
                35,
                "The number of visitors has grown by {1} and is now {0}. How many visitors were there before?",
                up=True,
            ),
        ),
    }


def whole(points: int, known: int) -> Draft:
    return _whole(say("{} of a number is {}. What is the number?", percent(points), known), points, known, ())


def story_whole(story: str, points: int, known: int) -> Draft:
    return _whole(say(story, percent(points), known), points, known, ("story",))


def _whole(stem: Passage, points: int, known: int, features: tuple[Feature, ...]) -> Draft:
    key = F(100 * known, points)
    return Draft(
        stem=stem,
        key=number(key),
        distractors=wrongs(
            ("percent.of-the-part", F(points * known, 100)),
            ("percent.adds-the-points", known + points),
            ("percent.multiplies-by-the-percentage", known * points),
            ("percent.part-plus-its-percentage", known + F(points * known, 100)),
            least=0,
        ),
        solution=_whole_steps(points, known, key),
        hints=(
            say("Is the number more or less than {}? How do you know?", known),
            say("The number you look for is {}. You know how much {} is.", percent(100), percent(points)),
            *_towards_the_whole(points, known),
        ),
        check=Check("solves", f"{points} / 100 * x == {known}"),
        numbers=(known,),
        features=(*_whole_features(points), *features),
    )


def _whole_steps(points: int, known: int, key: F) -> tuple[Passage, ...]:
    easy = _easy(points)
    if easy == points:
        return (
            say("{} fits {} times into {}.", percent(points), 100 // points, percent(100)),
            say("So the number is {}.", equals(times(number(100 // points), number(known)), number(key))),
        )
    return (
        say("{} is {}, so {} is {}.", percent(points), known, percent(easy), number(F(known * easy, points))),
        say("{} is the number itself: {}.", percent(100), number(key)),
    )


def _towards_the_whole(points: int, known: int) -> tuple[Passage, ...]:
    """The last rungs: by a percentage that goes into both, or straight to 100 percent."""
    easy = _easy(points)
    if easy == points:
        return (
            say("How many times does {} fit into {}?", percent(points), percent(100)),
            say("It fits {} times. Multiply {} by that.", 100 // points, known),
        )
    return (
        say("Find {} first, and go on to {} from there.", percent(easy), percent(100)),
        say("{} is {}.", percent(easy), number(F(known * easy, points))),
    )


def before(now: int, points: int, story: str, *, up: bool) -> Draft:
    """The value before a change of so many percent."""
    left = 100 + points if up else 100 - points
    key = F(100 * now, left)
    sign = 1 if up else -1
    return Draft(
        stem=say(story, now, percent(points)),
        key=number(key),
        distractors=wrongs(
            ("percent.of-the-new-value", now - sign * F(points * now, 100)),
            ("percent.repeats-the-change", now + sign * F(points * now, 100)),
            ("percent.adds-the-points" if not up else "percent.subtracts-the-points", now - sign * points),
            ("percent.point-one-place-off", key * 10),
        ),
        solution=(
            say("The value now is {} of the value before.", percent(left)),
            say("{} is {}, so {} is {}.", percent(left), now, percent(5), number(F(5 * now, left))),
            say("{} is {}.", percent(100), number(key)),
        ),
        hints=(
            say("Of which value are the {} taken: the one before or the one now?", percent(points)),
            say("The value before is {}. So the value now is how many percent of it?", percent(100)),
            say("{} is {}. Find {} first.", percent(left), now, percent(5)),
        ),
        check=Check("solves", f"x * (100 {'+' if up else '-'} {points}) / 100 == {now}"),
        numbers=(now,),
        features=("story", "step", "concept", *(("step",) if points % 10 else ())),
    )


def _easy(points: int) -> int:
    """A percentage that goes into both `points` and 100."""
    return next(easy for easy in (50, 25, 20, 10, 5, 1) if points % easy == 0)


def _whole_features(points: int) -> tuple[Feature, ...]:
    if 100 % points == 0:
        return () if points > 20 or points == 10 else ("step",)
    return ("step", "step") if points < 100 else ("step", "step", "concept")
