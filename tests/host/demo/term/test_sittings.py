"""The tests of the term are tests of the product: by its engine, its seeds and its rules."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from host.demo.seed import demo_id
from host.demo.term.rows import ClassTerm
from host.demo.term.sittings import Sitting, take_tests
from host.demo.term.timetable import EXAM, PRACTICE
from host.demo.term.traits import draw_traits, generator
from irt_core import CatState
from tests.host.demo.term.terms import class_named, class_term, everybody, lessons, replays

ATTEMPTS = [attempt for each in everybody() for attempt in each.attempts]


def test_tests_replay_from_their_seeds_and_scores() -> None:
    sample = ATTEMPTS[::7]

    assert len(sample) > 150
    assert [attempt.id for attempt in sample if not replays(attempt)] == []


def test_a_changed_score_does_not_replay() -> None:
    attempt = next(each for each in ATTEMPTS if each.taken.stop_reason)
    first, *others = attempt.taken.answers
    changed = replace(attempt.taken, answers=(replace(first, score=1 - first.score), *others))

    assert not replays(replace(attempt, taken=changed))


@pytest.mark.parametrize("name", [EXAM, PRACTICE])
def test_a_test_does_not_depend_on_who_takes_theirs_beside(name: str) -> None:
    people = [draw_traits("steady", 0.0, generator("taker", str(number))) for number in range(40)]
    sittings = [Sitting(traits, traits.start, seed=10_000 + number) for number, traits in enumerate(people)]
    design = lessons().designs[name].cat

    together = take_tests(lessons().questions, design, sittings)
    alone = [take_tests(lessons().questions, design, [sitting])[0] for sitting in sittings[:5]]

    for one, other in zip(alone, together, strict=False):
        assert [(each.item, each.option, each.ms) for each in one.answers] == [
            (each.item, each.option, each.ms) for each in other.answers
        ]


def test_the_engines_state_is_restored_from_what_is_written() -> None:
    for attempt in ATTEMPTS[::50]:
        row = json.loads(json.dumps(attempt.session(), default=str))
        state = CatState.from_dict(row["cat_state"], lessons().questions.bank)

        assert state.theta == pytest.approx(row["theta"], abs=1e-12)
        assert state.se == pytest.approx(row["se"], abs=1e-12)
        assert state.elapsed_seconds == pytest.approx(sum(each.ms for each in attempt.taken.answers) / 1000)


def test_every_answer_is_an_option_of_its_item_and_scored_by_the_key() -> None:
    items = lessons().questions.items
    for attempt in ATTEMPTS:
        for answer in attempt.taken.answers:
            item = items[answer.item]
            assert answer.option in {option.id for option in item.options}
            assert answer.score == (answer.option == item.key)


def test_tests_end_as_the_product_ends_them() -> None:
    ends = Counter((each.design.mode, *each.ended[1:]) for each in ATTEMPTS)

    assert ends.keys() == {
        ("exam", "finished", "max_items"),
        ("exam", "finished", "se_reached"),
        ("exam", "expired", "time_limit"),
        ("practice", "finished", "max_items"),
        ("practice", "finished", "learner_finished"),
    }
    for attempt in ATTEMPTS:
        stopping, row = attempt.design.cat.stopping, attempt.session()
        if attempt.ended[2] == "se_reached":
            assert row["se"] <= (stopping.se or 0)
        if attempt.taken.stop_reason:
            assert stopping.min_items <= row["answered"] <= stopping.max_items
        assert row["started_at"] < attempt.answered_at[0] <= attempt.answered_at[-1] <= row["finished_at"]
        assert attempt.answered_at[-1] < row["expires_at"]


def test_more_time_is_given_where_it_was_granted() -> None:
    extra = Counter(attempt.session()["extra_seconds"] for attempt in ATTEMPTS if attempt.design.mode == "exam")

    assert extra.keys() == {0, 600, 900}
    assert extra[0] > 10 * (extra[600] + extra[900]) > 0


def test_the_same_day_gives_the_same_term() -> None:
    program = (
        "import hashlib, json; from tests.host.demo.term.terms import class_term;"
        "print(hashlib.sha256(json.dumps(class_term('Echo').rows(), default=str).encode()).hexdigest())"
    )
    here = hashlib.sha256(json.dumps(class_term("Echo").rows(), default=str).encode()).hexdigest()
    there = subprocess.run(
        [sys.executable, "-c", program], env={"PYTHONHASHSEED": "7"}, capture_output=True, text=True, check=True
    )

    assert there.stdout.strip() == here


def test_another_day_moves_the_term() -> None:
    later = ClassTerm(class_named("Echo"), lessons(), date(2027, 3, 10))

    first = min(attempt.appointment.begins_at for mine in later.attempts.values() for attempt in mine)
    assert first.date() > date(2026, 12, 1)


def test_who_has_a_history_already_gets_no_other() -> None:
    ada = demo_id("ada@hillside.example")
    without = ClassTerm(class_named("7A"), lessons(), date(2026, 11, 26), {ada})

    assert ada in class_term("7A").attempts
    assert ada not in without.attempts
    assert ada in {row["user_id"] for row in without.rows()["enrolments"]}
