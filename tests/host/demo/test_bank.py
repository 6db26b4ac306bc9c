"""The demo bank is right: every key by exact arithmetic on what the learner sees, and no distractor.

Each test goes through the items of one skill and lists the codes of those that fail.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from fractions import Fraction
from itertools import pairwise
from math import exp

import pytest

from host.demo import MISCONCEPTIONS, SKILLS, DemoItem, Passage, build_bank
from tests.host.demo.checker import right_options
from tests.host.demo.tex_reader import formulas, read

BANK = build_bank()
Items = list[DemoItem]
by_skill = pytest.mark.parametrize(
    "items",
    [[item for item in BANK if item.skill == skill.code] for skill in SKILLS],
    ids=[skill.code for skill in SKILLS],
)


@by_skill
def test_exactly_the_key_answers_the_question(items: Items) -> None:
    assert {item.code: right_options(item) for item in items} == {item.code: {item.key} for item in items}


@by_skill
def test_no_two_options_are_equal(items: Items) -> None:
    for item in items:
        shown = [formulas(option.text)[0] for option in item.options]
        values = {read(tex) for tex in shown} if item.check.kind in ("value", "solves", "greatest", "least") else shown

        assert len(set(shown)) == len(values) == 4, item.code


@by_skill
def test_a_bare_calculation_in_the_stem_has_the_value_of_the_key(items: Items) -> None:
    bare = [item for item in items if item.stem.startswith("Work out $")]

    assert [item.code for item in bare if read(formulas(item.stem)[0]) != read(_key(item))] == []


@by_skill
def test_a_check_uses_only_numbers_that_the_stem_states(items: Items) -> None:
    for item in items:
        stated = set(re.findall(r"\d+(?:\.\d+)?", item.stem)) | _stated_by_words(item)

        assert set(re.findall(r"\d+(?:\.\d+)?", item.check.expression)) <= stated, item.code


def _stated_by_words(item: DemoItem) -> set[str]:
    stem = f"{item.stem} {item.stem_spoken}".lower()
    return {"0", "1"} | {number for word, numbers in _NUMBERS_OF_WORDS.items() if word in stem for number in numbers}


_NUMBERS_OF_WORDS = {
    "half": ("2",),
    "halves": ("2",),
    "twice": ("2",),
    "square": ("2",),
    "third": ("3",),
    "quarter": ("4",),
    "percent": ("100",),
    "metres": ("100",),
    "hour": ("60",),
    "tenth": ("10", "0.1"),
    "hundredth": ("100", "0.01"),
    "rounded": ("2",),
    "places": ("10",),
    "perimeter": ("2",),
    "follow one another": ("2", "3"),
}


@by_skill
def test_an_answer_in_simplest_form_is_in_simplest_form(items: Items) -> None:
    for item in items:
        parts = re.findall(r"\\frac\{(\d+)\}\{(\d+)\}", " ".join(option.text for option in item.options))

        if "simplest form" in item.stem:
            assert all(Fraction(int(top), int(bottom)).denominator == int(bottom) for top, bottom in parts), item.code


@by_skill
def test_every_passage_has_balanced_maths_and_plain_speech(items: Items) -> None:
    for item in items:
        for passage in _passages(item):
            assert passage.text.count("$") % 2 == 0, item.code
            assert passage.text.count("{") == passage.text.count("}"), item.code
            assert passage.spoken.strip(), item.code
            assert not re.search(r"[$\\{}^_<>=|]", passage.spoken), (item.code, passage.spoken)
            assert not re.search(r" [,.?]|  |\.\.", passage.text.replace("$", "")), (item.code, passage.text)


@by_skill
def test_speech_says_every_number_that_is_written(items: Items) -> None:
    for item in items:
        for passage in _passages(item):
            written = re.findall(r"(?<![\d^{.])\d{2,}(?:\.\d+)?", passage.text)

            assert [digits for digits in written if not _is_said(digits, passage.spoken.lower())] == [], item.code


def _is_said(digits: str, said: str) -> bool:
    names = {"10": ("ten",), "11": ("eleven",), "12": ("twelve", "twelfth"), "100": ("hundredth",)}
    return digits in said or any(name in said for name in names.get(digits, ()))


@by_skill
def test_hints_climb_and_keep_the_answer_to_themselves(items: Items) -> None:
    for item in items:
        assert len({hint.text for hint in item.hints}) == len(item.hints) >= 3, item.code
        assert "?" in item.hints[0].text, (item.code, "the first rung asks")
        assert [hint.text for hint in item.hints[:-1] if _gives_away(_key(item), hint.text, item.stem)] == [], item.code


def _gives_away(shown: str, hint: str, stem: str) -> bool:
    pattern = re.compile(rf"(?<![\d.{{}}\\-]){re.escape(shown)}(?![\d{{}}]|\.\d)")
    return bool(pattern.search(hint)) and not pattern.search(stem)


@by_skill
def test_a_solution_takes_steps_and_ends_at_the_key(items: Items) -> None:
    for item in items:
        assert len(item.solution) >= 2, item.code
        assert _key(item) in " ".join(step.text for step in item.solution[-2:]), item.code


@by_skill
def test_every_distractor_embodies_a_named_misconception(items: Items) -> None:
    named = {misconception.code for misconception in MISCONCEPTIONS}

    for item in items:
        reasons = {option.id: option.misconception for option in item.options}

        assert reasons.pop(item.key) is None, item.code
        assert set(reasons.values()) <= named, item.code


@by_skill
def test_parameters_are_provisional_and_within_bounds(items: Items) -> None:
    for item in items:
        assert item.provenance == "provisional"
        assert -3.0 <= item.difficulty <= 3.0
        assert 0.8 <= item.discrimination <= 2.0
        assert 0.15 <= item.guessing <= 0.25


@by_skill
def test_a_skill_has_items_over_a_range_of_difficulty(items: Items) -> None:
    difficulties = [item.difficulty for item in items]

    assert len(items) >= 10
    assert max(difficulties) - min(difficulties) >= 1.5


def test_the_bank_covers_the_scale_from_easy_to_hard() -> None:
    difficulties = sorted(item.difficulty for item in BANK)

    assert len(BANK) >= 300
    assert difficulties[-1] - difficulties[0] >= 4.0
    assert max(b - a for a, b in pairwise(difficulties)) < 0.25, "no gap on the scale"


@pytest.mark.parametrize("theta", [-2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0])
def test_twenty_five_well_chosen_items_measure_every_learner_well(theta: float) -> None:
    most = sorted((_information(item, theta) for item in BANK), reverse=True)[:25]

    assert sum(most) ** -0.5 <= 0.4, "the standard error of ability"


def _information(item: DemoItem, theta: float) -> float:
    """Fisher information of a three-parameter logistic item (Lord 1980, equation 5-5 with D = 1)."""
    chance = item.guessing + (1 - item.guessing) / (1 + exp(-item.discrimination * (theta - item.difficulty)))
    slope = item.discrimination * (chance - item.guessing) / (1 - item.guessing)
    return slope**2 * (1 - chance) / chance


def test_every_named_misconception_is_embodied_by_some_distractor() -> None:
    used = {option.misconception for item in BANK for option in item.options}

    assert sorted({misconception.code for misconception in MISCONCEPTIONS} - used) == []
    assert len({misconception.code for misconception in MISCONCEPTIONS}) == len(MISCONCEPTIONS)


def test_codes_are_readable_and_unique_and_no_question_is_asked_twice() -> None:
    codes = Counter(item.code for item in BANK)
    questions = Counter((item.stem, frozenset(option.text for option in item.options)) for item in BANK)

    assert max(codes.values()) == max(questions.values()) == 1
    assert all(re.fullmatch(r"[a-z]+\.[a-z-]+\.\d\d", code) for code in codes)
    assert all(item.code.startswith(f"{item.skill}.") for item in BANK)


def test_keys_are_spread_evenly_over_the_four_places() -> None:
    places = Counter(item.key for item in BANK)

    assert len(places) == 4
    assert all(0.22 * len(BANK) <= count <= 0.28 * len(BANK) for count in places.values())


def test_the_same_bank_is_built_in_another_process() -> None:
    program = "import hashlib, host.demo as demo; print(hashlib.sha256(repr(demo.build_bank()).encode()).hexdigest())"

    digests = {
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    }

    assert len(digests) == 1


def _key(item: DemoItem) -> str:
    """The formula of the right option."""
    return next(formulas(option.text)[0] for option in item.options if option.id == item.key)


def _passages(item: DemoItem) -> list[Passage]:
    options = [Passage(option.text, option.spoken) for option in item.options]
    return [Passage(item.stem, item.stem_spoken), *options, *item.solution, *item.hints]
