"""Responses without people: nobody can be told from at least nine others, whoever they are and whatever is known."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
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
from dreamseed.privacy.rules import MAX_SUPPRESSED, QUASI_IDENTIFIERS, Traits, anonymity, time_band, traits
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


@given(people, st.integers(10, 25))
def test_everybody_shown_is_like_k_others(everybody: list[Traits], k: int) -> None:
    result = anonymity(everybody, k)

    groups = Counter(everybody[index].at(result.levels) for index in result.shown)
    assert all(size >= k for size in groups.values())
    assert result.k == min(groups.values(), default=0)
    if len(everybody) >= k:
        assert len(result.shown) >= (1 - MAX_SUPPRESSED) * len(everybody)
    else:
        assert result.shown == ()


@given(people)
def test_what_is_said_is_no_more_precise_than_the_levels(everybody: list[Traits]) -> None:
    result = anonymity(everybody, 10)

    for index in result.shown:
        for said, value, level in zip(
            everybody[index].at(result.levels), everybody[index].values, result.levels, strict=True
        ):
            assert said == value[level]


def test_one_who_stands_out_in_everything_makes_nobody_imprecise() -> None:
    crowd = [traits("en", "under_13", 25, 3, NOW)] * 60
    alone = traits("ko", "adult", 1, 40, NOW - timedelta(days=900))

    result = anonymity([*crowd, alone], 10)

    assert result.levels == (0, 0, 0, 0, 0)
    assert 60 not in result.shown


def test_people_who_each_differ_are_told_of_less_precisely_rather_than_left_out() -> None:
    crowd = [
        traits(("en", "es", "ko")[n % 3], (None, "under_13")[n % 2], 5 + n, 1 + n % 12, NOW - timedelta(days=n * 9))
        for n in range(60)
    ]

    result = anonymity(crowd, 10)

    assert result.k >= 10
    assert len(result.shown) >= 57


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
    """Answers of so many learners, each in a test of their own."""
    found, about = [], {}
    for number in range(learners):
        learner, session = uuid4(), uuid4()
        about[learner] = traits("en" if number % 2 else "ko", "13_to_15", 15 + number % 9, 1, NOW)
        found += [ScoredResponse(session, at, learner, uuid4(), at % 2, 7_000, NOW) for at in range(1, each + 1)]
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
    assert report["k_reached"] >= 10


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
    """A finished test with two answers for each of thirty new learners, copied from one that was really taken."""
    session = lake.school.start(by=LEARNER)
    for _ in range(2):
        session = lake.school.answer(session, by=LEARNER).json["session"]
    lake.school.finish(session, by=LEARNER)
    learners = [lake.person().id for _ in range(30)]
    with lake.transaction() as db:
        row = db.execute(select(test_sessions).where(test_sessions.c.id == UUID(session["id"]))).one()._mapping
        answers = db.execute(select(responses).where(responses.c.session_id == row["id"])).all()
        for learner_id in learners:
            copy = {**row, "id": uuid4(), "learner_id": learner_id}
            db.execute(insert(test_sessions).values(**copy))
            db.execute(insert(responses), [{**each._mapping, "session_id": copy["id"]} for each in answers])
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
