"""The item bank as its authors see it: found, sorted, paged, and shown with its key to those who may see it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from math import exp
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, insert, select

from dreamseed.assessment.tables import exposure_counts
from dreamseed.content.tables import bank_versions, item_parameters, item_versions, items
from dreamseed.database.transaction import tenant_transaction
from host.demo.bank import build_bank
from host.demo.seed import BANK, HILLSIDE, demo_id
from tests.school import ADMIN, AUTHOR, FOREIGN_TEACHER, LEARNER, TEACHER, School

ITEMS = "/api/v1/items"
DEMO = {item.code: item for item in build_bank()}
FIRST = min(DEMO)
BANK_VERSION_ID = demo_id("hillside", "bank version")


def found(school: School, **query: str) -> list[Any]:
    """The items that fit, whatever the number of pages."""
    return school.list_all(ITEMS, by=AUTHOR, **query)


def codes(rows: list[Any]) -> list[str]:
    return [row["code"] for row in rows]


def shown(school: School, code: str, by: str = AUTHOR, **query: str) -> Any:
    """The item's page."""
    return school.call("GET", f"{ITEMS}/{demo_id('hillside', code)}", by=by, query=query).json


@pytest.fixture
def counted(school: School) -> Iterator[list[str]]:
    """Three items that have been given: 10 times with 9 right, 40 with 10, 20 with 10."""
    three = sorted(DEMO)[:3]
    counts = zip(three, ((10, 9), (40, 10), (20, 10)), strict=True)
    rows = [
        {
            "bank_version_id": BANK_VERSION_ID,
            "item_version_id": demo_id("hillside", code, "version 1"),
            "administered": administered,
            "correct": correct,
        }
        for code, (administered, correct) in counts
    ]
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        db.execute(delete(exposure_counts))
        db.execute(insert(exposure_counts), rows)
    yield three
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        db.execute(delete(exposure_counts))


def test_every_item_is_listed_once_by_its_code(school: School) -> None:
    assert codes(found(school)) == sorted(DEMO)
    assert codes(school.list_all(ITEMS, by=AUTHOR, limit=97)) == sorted(DEMO)


def test_an_item_is_listed_with_its_parameters_and_that_they_are_provisional(school: School) -> None:
    (row,) = (each for each in found(school, query=FIRST) if each["code"] == FIRST)
    item = DEMO[FIRST]

    assert row["stem"] == item.stem
    assert row["concept"]["code"] == item.skill
    assert (row["status"], row["version"], row["type"]) == ("operational", 1, "single_choice")
    assert row["parameters"] == {
        "bank_version_id": str(BANK_VERSION_ID),
        "bank_name": BANK,
        "bank_version": 1,
        "discrimination": item.discrimination,
        "difficulty": item.difficulty,
        "guessing": item.guessing,
        "upper": 1.0,
        "provenance": "provisional",
        "is_provisional": True,
    }
    assert row["statistics"] == {"administered": 0, "correct": 0, "p_value": None}


def test_a_list_holds_no_key(school: School) -> None:
    for row in found(school):
        assert not {"key", "options"} & row.keys()


def test_items_are_found_by_skill_by_text_and_by_bank(school: School) -> None:
    of_skill = sorted(code for code, item in DEMO.items() if item.skill == "fractions.compare")
    with_words = sorted(code for code, item in DEMO.items() if "which" in item.stem.lower() or "which" in code)

    assert codes(found(school, concept="fractions.compare")) == of_skill
    assert codes(found(school, query="WHICH")) == with_words
    assert codes(found(school, query=FIRST.upper())) == [code for code in sorted(DEMO) if FIRST in code]
    assert codes(found(school, concept="fractions.compare", bank_version_id=str(BANK_VERSION_ID))) == of_skill
    assert found(school, bank_version_id=str(uuid4())) == []
    assert found(school, concept="nowhere") == []
    assert found(school, query="%_%") == []


def test_items_are_found_by_how_far_they_are(school: School) -> None:
    with new_version(school, FIRST, status="draft") as version_id:
        drafts = found(school, status="draft")

        assert [(row["code"], row["version_id"], row["version"]) for row in drafts] == [(FIRST, str(version_id), 2)]
        assert drafts[0]["parameters"] is None
        assert FIRST not in codes(found(school, status="operational"))


@pytest.mark.parametrize("limit", [200, 7])
def test_items_are_sorted_by_difficulty_both_ways(school: School, limit: int) -> None:
    def difficulties(sort: str) -> list[float]:
        rows = school.list_all(ITEMS, by=AUTHOR, limit=limit, sort=sort, concept="fractions.compare")
        return [row["parameters"]["difficulty"] for row in rows]

    rising, falling = difficulties("difficulty"), difficulties("-difficulty")

    assert rising == sorted(rising)
    assert falling == rising[::-1]
    assert len(rising) > 7


def test_what_has_no_figures_comes_last_whichever_way(school: School, counted: list[str]) -> None:
    one, two, three = counted

    assert codes(found(school, sort="exposure"))[:3] == [one, three, two]
    assert codes(found(school, sort="-exposure"))[:3] == [two, three, one]
    assert codes(found(school, sort="p_value"))[:3] == [two, three, one]
    assert codes(found(school, sort="-p_value"))[:3] == [one, three, two]
    assert codes(school.list_all(ITEMS, by=AUTHOR, limit=2, sort="p_value", concept=DEMO[one].skill)) == codes(
        found(school, sort="p_value", concept=DEMO[one].skill)
    )


def test_an_item_says_how_often_it_was_given_and_how_many_got_it_right(school: School, counted: list[str]) -> None:
    assert shown(school, counted[1])["statistics"] == {"administered": 40, "correct": 10, "p_value": 0.25}


def test_a_cursor_of_another_order_is_refused(school: School) -> None:
    cursor = school.call("GET", ITEMS, by=AUTHOR, query={"limit": "1"}).json["next_cursor"]

    reply = school.call("GET", ITEMS, by=AUTHOR, query={"cursor": cursor, "sort": "difficulty"})

    assert (reply.status, reply.json["errors"][0]["field"]) == (422, "query.cursor")


@pytest.mark.parametrize(
    "query", [{"status": "lost"}, {"sort": "luck"}, {"query": "\0"}, {"concept": ""}, {"bank_version_id": "1"}]
)
def test_a_search_for_nothing_sensible_is_refused(school: School, query: dict[str, str]) -> None:
    assert school.call("GET", ITEMS, by=AUTHOR, query=query).status == 422


def test_an_author_sees_an_item_with_its_key_and_what_each_distractor_suggests(school: School) -> None:
    item, page = DEMO[FIRST], shown(school, FIRST)

    assert [option["text"] for option in page["options"]] == [option.text for option in item.options]
    assert page["key"]["option"] == item.key
    assert [(each["option"], each["code"]) for each in page["key"]["misconceptions"]] == [
        (option.id, option.misconception) for option in item.options if option.misconception
    ]
    assert all(each["name"] and each["description"] for each in page["key"]["misconceptions"])
    assert len(page["key"]["hints"]) == len(item.hints) >= 3
    assert page["key"]["solution"].startswith(item.solution[0].text)
    assert page["calibrations"] == [page["parameters"]]


def test_a_teacher_sees_an_item_without_its_key_and_a_learner_none(school: School) -> None:
    page = shown(school, FIRST, by=TEACHER)

    assert page["key"] is None
    assert DEMO[FIRST].hints[0].text not in str(page)
    assert shown(school, FIRST, by=ADMIN)["key"] is not None
    assert shown(school, FIRST, by=LEARNER)["code"] == "permission_missing"
    assert shown(school, FIRST, by=FOREIGN_TEACHER)["code"] == "item_not_found"


def test_choices_are_counted_over_tests_that_are_over(school: School) -> None:
    session = school.start()
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        chosen = select(items.c.code).join(item_versions, item_versions.c.item_id == items.c.id)
        code = db.scalar(chosen.where(item_versions.c.id == session["item"]["id"]))
    session = school.answer(session, "c").json["session"]

    before = shown(school, str(code))["key"]["choices"]
    school.finish(session)

    assert before == {}
    assert shown(school, str(code))["key"]["choices"] == {"c": 1}


def test_the_curves_are_those_of_the_model(school: School) -> None:
    page, item = shown(school, FIRST), DEMO[FIRST]

    assert [page["curve"][index]["theta"] for index in (0, 40, 80)] == [-4.0, 0.0, 4.0]
    for point in page["curve"]:
        rising = 1 / (1 + exp(-item.discrimination * (point["theta"] - item.difficulty)))
        right = item.guessing + (1 - item.guessing) * rising
        slope = item.discrimination * (1 - item.guessing) * rising * (1 - rising)
        assert point["probability"] == pytest.approx(right, abs=1e-9)
        assert point["information"] == pytest.approx(slope**2 / (right * (1 - right)), rel=1e-6)


def test_an_earlier_version_can_be_looked_at(school: School) -> None:
    with new_version(school, FIRST, status="in_review") as version_id:
        newest = shown(school, FIRST)
        first = shown(school, FIRST, version_id=str(demo_id("hillside", FIRST, "version 1")))
        of_another = school.call(
            "GET", f"{ITEMS}/{demo_id('hillside', max(DEMO))}", by=AUTHOR, query={"version_id": str(version_id)}
        )

    assert [(each["version"], each["status"]) for each in newest["versions"]] == [(2, "in_review"), (1, "operational")]
    assert (newest["version_id"], newest["curve"], newest["calibrations"]) == (str(version_id), [], [])
    assert (first["version"], first["status"], len(first["curve"])) == (1, "operational", 81)
    assert first["versions"] == newest["versions"]
    assert (of_another.status, of_another.code) == (404, "item_not_found")


def test_the_newest_bank_version_gives_the_parameters(school: School) -> None:
    version_id = uuid4()
    row = {
        "bank_version_id": version_id,
        "position": 0,
        "item_version_id": demo_id("hillside", FIRST, "version 1"),
        "discrimination": 1.75,
        "difficulty": 0.5,
        "provenance": "calibration of 2026",
    }
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        bank = {"id": version_id, "bank_id": demo_id("hillside", "bank"), "version": 2, "is_provisional": False}
        db.execute(insert(bank_versions).values(**bank, created_at=datetime.now(UTC), published_at=datetime.now(UTC)))
        db.execute(insert(item_parameters).values(**row))

    page = shown(school, FIRST)
    (listed,) = found(school, bank_version_id=str(version_id))
    (bank_listing,) = school.call("GET", "/api/v1/banks", by=AUTHOR).json["items"]

    assert page["parameters"]["difficulty"] == listed["parameters"]["difficulty"] == 0.5
    assert (page["parameters"]["provenance"], page["parameters"]["is_provisional"]) == ("calibration of 2026", False)
    assert [each["bank_version"] for each in page["calibrations"]] == [2, 1]
    assert bank_listing["name"] == BANK
    assert [(each["version"], each["item_count"], each["is_provisional"]) for each in bank_listing["versions"]] == [
        (2, 1, False),
        (1, len(DEMO), True),
    ]


@contextmanager
def new_version(school: School, code: str, status: str) -> Iterator[UUID]:
    """A second version of an item, for as long as the block lasts."""
    first, second = demo_id("hillside", code, "version 1"), uuid4()
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        row = db.execute(select(item_versions).where(item_versions.c.id == first)).one()
        values = {"item_id": row.item_id, "version": 2, "body": row.body, "key": row.key, "status": status}
        db.execute(insert(item_versions).values(id=second, **values))
    yield second
    with tenant_transaction(HILLSIDE.id, school.database.url("owner")) as db:
        db.execute(delete(item_versions).where(item_versions.c.id == second))
