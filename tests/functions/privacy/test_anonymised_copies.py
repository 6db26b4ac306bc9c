"""Responses without people: nobody can be told from at least nine others, whoever they are and whatever is known."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from dreamseed.assessment.research import ScoredResponse
from dreamseed.assessment.tables import responses, test_sessions
from dreamseed.identity.age_rules import Age
from dreamseed.identity.ages import put_age
from dreamseed.identity.tables import users
from dreamseed.privacy.anonymising import anonymise
from dreamseed.privacy.rules import (
    MAX_SUPPRESSED,
    QUASI_IDENTIFIERS,
    Traits,
    anonymity,
    result_band,
    time_band,
    traits,
)
from tests.functions.privacy.requests import Lake
from tests.school import HILLSIDE, LEARNER, School

NAMES = [quasi.name for quasi in QUASI_IDENTIFIERS]
NOW = datetime(2026, 11, 30, tzinfo=UTC)

people = st.lists(
    st.builds(
        traits,
        st.sampled_from(["en", "es", "ko"]),
        st.sampled_from([None, "under_13", "13_to_15", "16_to_17", "adult"]),
        st.integers(0, 60),
        st.integers(1, 40),
        st.datetimes(datetime(2023, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)),
    ),
    max_size=120,
)


@given(people, st.integers(10, 25), st.randoms(use_true_random=False))
def test_everybody_shown_is_like_k_others_who_did_not_all_do_alike(
    everybody: list[Traits], k: int, random: Random
) -> None:
    results = [random.randrange(3) for _ in everybody]

    result = anonymity(everybody, results, k)

    groups = defaultdict(list)
    for index in result.shown:
        groups[everybody[index].at(result.levels)].append(results[index])
    assert all(len(group) >= k and len(set(group)) >= 2 for group in groups.values())
    assert result.k == min(map(len, groups.values()), default=0)
    assert result.results == min((len(set(group)) for group in groups.values()), default=0)
    if len(everybody) >= k and len(set(results)) > 1:
        assert len(result.shown) >= (1 - MAX_SUPPRESSED) * len(everybody)
    else:
        assert result.shown == ()


@given(people)
def test_what_is_said_is_no_more_precise_than_the_levels(everybody: list[Traits]) -> None:
    result = anonymity(everybody, [index % 3 for index in range(len(everybody))], 10)

    for index in result.shown:
        for said, value, level in zip(
            everybody[index].at(result.levels), everybody[index].values, result.levels, strict=True
        ):
            assert said == value[level]


def test_one_who_stands_out_in_everything_makes_nobody_imprecise() -> None:
    crowd = [traits("en", "under_13", 25, 3, NOW)] * 60
    alone = traits("ko", "adult", 1, 40, NOW - timedelta(days=900))

    result = anonymity([*crowd, alone], [*range(3)] * 20 + [1], 10)

    assert result.levels == (0, 0, 0, 0, 0)
    assert 60 not in result.shown


def test_people_who_each_differ_are_told_of_less_precisely_rather_than_left_out() -> None:
    crowd = [
        traits(("en", "es", "ko")[n % 3], (None, "under_13")[n % 2], 5 + n, 1 + n % 12, NOW - timedelta(days=n * 9))
        for n in range(60)
    ]

    result = anonymity(crowd, [n % 3 for n in range(60)], 10)

    assert result.k >= 10
    assert len(result.shown) >= 57


def test_a_class_that_all_did_badly_is_told_of_less_precisely() -> None:
    badly, differently = traits("en", "13_to_15", 15, 3, NOW), traits("en", "13_to_15", 25, 3, NOW)

    result = anonymity([badly] * 20 + [differently] * 20, [0] * 20 + [0, 1, 2, 1] * 5, 10)

    assert (len(result.shown), result.k, result.results) == (40, 40, 3)
    assert result.levels[NAMES.index("class_size")] > 0


def test_who_all_did_alike_are_not_shown_at_all() -> None:
    result = anonymity([traits("en", "13_to_15", 25, 3, NOW)] * 40, [2] * 40, 10)

    assert (result.shown, result.k, result.results) == ((), 0, 0)


@pytest.mark.parametrize(
    ("scores", "points", "band"),
    [([], [], 0), ([0, 0, 1], [1, 1, 1], 1), ([0, 0, 1], [1, 1, 2], 0), ([1, 1, 1], [1, 1, 1], 2), ([0], [1], 0)],
)
def test_results_are_thirds_of_the_points(scores: list[int], points: list[int], band: int) -> None:
    assert result_band(scores, points) == band


def test_what_is_said_of_traits_is_said_of_every_level() -> None:
    for said, quasi in zip(traits("en", None, 25, 3, NOW).values, QUASI_IDENTIFIERS, strict=True):
        assert len(said) == len(quasi.says)
        assert (said[-1], quasi.says[-1]) == ("*", "nothing")


def test_an_age_band_becomes_of_age_or_not_before_nothing_is_said() -> None:
    bands = ["under_13", "16_to_17", "adult", None]
    said = [traits("en", band, 25, 3, NOW).values[NAMES.index("age_band")] for band in bands]

    assert said == [
        ("under_13", "under_18", "*"),
        ("16_to_17", "under_18", "*"),
        ("adult", "adult", "*"),
        ("unknown", "unknown", "*"),
    ]


@pytest.mark.parametrize(
    ("milliseconds", "band"), [(0, "0-4"), (4_999, "0-4"), (5_000, "5-9"), (39_999, "20-39"), (10**7, "160+")]
)
def test_times_are_bands(milliseconds: int, band: str) -> None:
    assert time_band(milliseconds) == band


def responses_of(learners: int, each: int) -> tuple[list[ScoredResponse], dict[UUID, Traits]]:
    """Answers of so many learners, each in a test of their own, in which they have everything right or nothing."""
    found, about = [], {}
    for number in range(learners):
        learner, session, score = uuid4(), uuid4(), number // 2 % 2
        about[learner] = traits("en" if number % 2 else "ko", "13_to_15", 15 + number % 9, 1, NOW)
        found += [ScoredResponse(session, at, learner, uuid4(), score, 7_000, NOW) for at in range(1, each + 1)]
    return found, about


def test_no_id_of_a_person_or_test_is_in_the_copy_and_no_two_copies_can_be_joined() -> None:
    found, about = responses_of(30, 4)

    (first, _), (second, report) = anonymise(found, about, 10), anonymise(found, about, 10)

    text = json.dumps([first, second, report])
    for response in found:
        assert str(response.learner_id) not in text
        assert str(response.session_id) not in text
    for name in ("person", "test"):
        assert not {row[name] for row in first} & {row[name] for row in second}
    assert [row["item_version"] for row in first] != [row["item_version"] for row in second]
    assert sorted(row["item_version"] for row in first) == sorted(str(each.item_version_id) for each in found)


def test_the_report_counts_who_was_left_out() -> None:
    found, about = responses_of(30, 2)
    stranger = uuid4()
    about[stranger] = traits("es", None, 1, 30, NOW - timedelta(days=800))
    found.append(ScoredResponse(uuid4(), 1, stranger, uuid4(), 1, 1000, NOW))

    rows, report = anonymise(found, about, 10)

    assert (report["people"], report["people_left_out"]) == (30, 1)
    assert (report["rows"], report["rows_left_out"]) == (len(rows), 1) == (60, 1)
    assert (report["k_reached"] >= 10, report["results_reached"]) == (True, 2)
    assert [each["trait"] for each in report["precision"]] == NAMES
    assert report["precision"][0] == {"trait": "language", "steps": 1, "most_steps": 1, "says": "nothing"}
    assert report["precision"][-1] == {"trait": "last_test", "steps": 0, "most_steps": 2, "says": "the quarter"}


def test_few_people_make_an_empty_copy() -> None:
    found, about = responses_of(9, 3)

    rows, report = anonymise(found, about, 10)

    assert rows == []
    assert (report["k_reached"], report["people_left_out"]) == (0, 9)


@pytest.fixture
def hillside(school: School) -> Lake:
    lake = Lake(school)
    lake.org_id = HILLSIDE.id
    return lake


def take_many_tests(lake: Lake) -> list[UUID]:
    """A finished test with two answers for each of thirty new learners, copied from one that was really taken.

    Every second of them has everything right, the others nothing.
    """
    session = lake.school.start(by=LEARNER)
    for _ in range(2):
        session = lake.school.answer(session, by=LEARNER).json["session"]
    lake.school.finish(session, by=LEARNER)
    learners = [lake.person().id for _ in range(30)]
    with lake.transaction() as db:
        row = db.execute(select(test_sessions).where(test_sessions.c.id == UUID(session["id"]))).one()._mapping
        answers = db.execute(select(responses).where(responses.c.session_id == row["id"])).all()
        for number, learner_id in enumerate(learners):
            copy = {**row, "id": uuid4(), "learner_id": learner_id}
            own = {"session_id": copy["id"], "score": number % 2}
            db.execute(insert(test_sessions).values(**copy))
            db.execute(insert(responses), [{**each._mapping, **own} for each in answers])
    return learners


def test_a_job_makes_the_copy(hillside: Lake, school: School) -> None:
    learners = take_many_tests(hillside)
    asked = school.call("POST", "/api/v1/privacy/anonymised_copies", {"k": 12}, by="admin@hillside.example").json

    hillside.run_job(asked["job_id"])

    path = f"/api/v1/privacy/anonymised_copies/{asked['id']}"
    made: Any = school.call("GET", path, by="admin@hillside.example").json
    files = hillside.files(f"anonymised/{asked['id']}.zip")
    rows = list(csv.DictReader(io.StringIO(files["responses.csv"].decode())))
    assert (made["status"], made["report"]["k_wanted"]) == ("succeeded", 12)
    assert made["download_url"].startswith("https://school.example/blobs/privacy/")
    assert made["report"] == json.loads(files["report.json"])
    assert len(rows) == made["report"]["rows"] >= 60
    said: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for row in rows:
        said[tuple(row[name] for name in NAMES)].add(row["person"])
    assert min(map(len, said.values())) == made["report"]["k_reached"] >= 12
    for told in made["report"]["precision"]:
        values = {row[told["trait"]] for row in rows}
        assert (values == {"*"}) == (told["steps"] == told["most_steps"]), told
    assert not {str(learner) for learner in learners} & {row["person"] for row in rows}


def test_ages_are_told_of_and_simulated_people_left_out_unless_asked_for(hillside: Lake, school: School) -> None:
    learners = take_many_tests(hillside)
    with hillside.transaction() as db:
        db.execute(update(users).where(users.c.id.in_(learners[:12])).values(is_simulated=True))
        for learner_id in learners[12:]:
            put_age(db, learner_id, Age("13_to_15", date(2099, 1, 1)), "staff")
    made = {}
    for include in (False, True):
        body = {"k": 10, "include_simulated": include}
        asked = school.call("POST", "/api/v1/privacy/anonymised_copies", body, by="admin@hillside.example").json
        hillside.run_job(asked["job_id"])
        path = f"/api/v1/privacy/anonymised_copies/{asked['id']}"
        made[include] = school.call("GET", path, by="admin@hillside.example").json
        files = hillside.files(f"anonymised/{asked['id']}.zip")
        rows = list(csv.DictReader(io.StringIO(files["responses.csv"].decode())))
        assert "age_band" in rows[0]
        said: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for row in rows:
            said[tuple(row[name] for name in NAMES)].add(row["person"])
        assert min(map(len, said.values())) == made[include]["report"]["k_reached"] >= 10

    assert [made[each]["include_simulated"] for each in (False, True)] == [False, True]
    everybody = {each: made[each]["report"] for each in made}
    people = {each: report["people"] + report["people_left_out"] for each, report in everybody.items()}
    assert people[True] - people[False] >= 12
    assert [report["includes_simulated"] for report in everybody.values()] == [False, True]


def test_less_than_ten_is_no_anonymity(school: School) -> None:
    reply = school.call("POST", "/api/v1/privacy/anonymised_copies", {"k": 9}, by="admin@hillside.example")

    assert reply.status == 422
