"""The demo bank is right: every key by exact arithmetic on what the learner sees, and no distractor."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from itertools import combinations

import pytest

from host.demo import MISCONCEPTIONS, SKILLS, DemoItem, Passage, build_bank
from tests.host.demo.checker import right_options
from tests.host.demo.tex_reader import formulas, read

BANK = build_bank()


def with_items(phrase: str = "") -> pytest.MarkDecorator:
    """Runs a test once for every item, or for every item whose stem contains the phrase."""
    return pytest.mark.parametrize("item", [i for i in BANK if phrase in i.stem], ids=lambda item: item.code)


by_item = with_items()


@by_item
def test_exactly_the_key_answers_the_question(item: DemoItem) -> None:
    assert right_options(item) == {item.key}


@by_item
def test_no_two_options_show_the_same_thing(item: DemoItem) -> None:
    shown = [formulas(option.text)[0] for option in item.options]

    assert len(set(shown)) == 4
    if item.check.kind in ("value", "solves", "greatest", "least"):
        assert len({read(tex) for tex in shown}) == 4


@with_items("Work out $")
def test_a_bare_calculation_in_the_stem_has_the_value_of_the_key(item: DemoItem) -> None:
    assert read(formulas(item.stem)[0]) == read(_key(item))


@by_item
def test_the_check_uses_only_numbers_that_the_stem_states(item: DemoItem) -> None:
    stated = set(re.findall(r"\d+(?:\.\d+)?", item.stem)) | _conventional(item)

    assert set(re.findall(r"\d+(?:\.\d+)?", item.check.expression)) <= stated


def _conventional(item: DemoItem) -> set[str]:
    """Numbers that a stem states in words or by a unit: halves to quarters, per cent, minutes of an hour."""
    stem = f"{item.stem} {item.stem_spoken}".lower()
    return {"0", "1"} | {number for word, numbers in _STATED_BY_WORDS.items() if word in stem for number in numbers}


_STATED_BY_WORDS = {
    "half": ("2",),
    "halves": ("2",),
    "double": ("2",),
    "twice": ("2",),
    "square": ("2",),
    "third": ("3",),
    "quarter": ("4",),
    "percent": ("100",),
    "minute": ("60",),
    "hour": ("60",),
    "tenth": ("10", "0.1"),
    "hundredth": ("100", "0.01"),
    "rounded": ("2",),
    "places": ("10",),
}


@by_item
def test_every_passage_has_balanced_maths_and_plain_speech(item: DemoItem) -> None:
    for passage in _passages(item):
        assert passage.text.count("$") % 2 == 0
        assert passage.text.count("{") == passage.text.count("}")
        assert passage.spoken.strip()
        assert not re.search(r"[$\\{}^_<>=|]", passage.spoken), passage.spoken
        assert not re.search(r" [,.?]|  |\.\.", passage.text.replace("$", "")), passage.text


@by_item
def test_speech_says_every_number_that_is_written(item: DemoItem) -> None:
    for passage in _passages(item):
        said = passage.spoken.lower()
        for digits in re.findall(r"(?<![\d^{])\d{2,}(?:\.\d+)?", passage.text):
            assert digits in said or _named(digits, said), (digits, passage.spoken)


def _named(digits: str, said: str) -> bool:
    names = {"10": ("ten", "tenth"), "11": ("eleven",), "12": ("twelve", "twelfth"), "100": ("hundredth", "percent")}
    return any(name in said for name in names.get(digits, ()))


@by_item
def test_hints_climb_and_keep_the_answer_to_themselves(item: DemoItem) -> None:
    shown = _key(item)

    assert len(item.hints) >= 3
    assert len({hint.text for hint in item.hints}) == len(item.hints)
    assert "?" in item.hints[0].text, "the first rung asks"
    for hint in item.hints[:-1]:
        assert not _gives_away(shown, hint.text, item.stem), hint.text


def _gives_away(shown: str, hint: str, stem: str) -> bool:
    pattern = re.compile(rf"(?<![\d.{{}}\\-]){re.escape(shown)}(?![\d{{}}]|\.\d)")
    return bool(pattern.search(hint)) and not pattern.search(stem)


@by_item
def test_the_solution_takes_steps_and_ends_at_the_key(item: DemoItem) -> None:
    assert len(item.solution) >= 2
    assert _key(item) in " ".join(step.text for step in item.solution[-2:])


@by_item
def test_every_distractor_embodies_a_named_misconception(item: DemoItem) -> None:
    named = {misconception.code for misconception in MISCONCEPTIONS}

    for option in item.options:
        assert (option.misconception is None) == (option.id == item.key)
        assert option.misconception is None or option.misconception in named


@by_item
def test_parameters_are_provisional_and_within_bounds(item: DemoItem) -> None:
    assert item.provenance == "provisional"
    assert -3.0 <= item.difficulty <= 3.0
    assert 0.8 <= item.discrimination <= 2.0
    assert 0.15 <= item.guessing <= 0.25


def test_every_named_misconception_is_embodied_by_some_distractor() -> None:
    used = {option.misconception for item in BANK for option in item.options}

    assert {misconception.code for misconception in MISCONCEPTIONS} <= used
    assert len({misconception.code for misconception in MISCONCEPTIONS}) == len(MISCONCEPTIONS)


def test_codes_are_readable_and_unique_and_no_question_is_asked_twice() -> None:
    assert len({item.code for item in BANK}) == len(BANK)
    assert all(re.fullmatch(r"[a-z]+\.[a-z-]+\.\d\d", item.code) for item in BANK)
    assert all(item.code.startswith(f"{item.skill}.") for item in BANK)
    for one, other in combinations(BANK, 2):
        assert (one.stem, _answers(one)) != (other.stem, _answers(other)), (one.code, other.code)


def _answers(item: DemoItem) -> frozenset[str]:
    return frozenset(option.text for option in item.options)


def test_keys_are_spread_evenly_over_the_four_places() -> None:
    places = Counter(item.key for item in BANK)

    assert len(places) == 4
    assert all(0.2 * len(BANK) <= count <= 0.3 * len(BANK) for count in places.values())


def test_every_skill_has_items_over_a_range_of_difficulty() -> None:
    for skill in SKILLS:
        difficulties = [item.difficulty for item in BANK if item.skill == skill.code]

        assert len(difficulties) >= 10, skill.code
        assert max(difficulties) - min(difficulties) >= 1.5, (skill.code, min(difficulties), max(difficulties))


def test_the_same_bank_is_built_in_another_process() -> None:
    program = (
        "from hashlib import sha256; from host.demo import *; print(sha256(repr(build_bank()).encode()).hexdigest())"
    )

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
