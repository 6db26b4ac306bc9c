"""How a class gets on: computed from its tests, for its own teachers only, at the same price for any size."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from dreamseed.learning.rules import trace
from tests.functions.school.people import CLASS_ID, add_class, add_person, id_of
from tests.functions.school.statements import counted_statements
from tests.functions.school.tests_taken import take_test
from tests.school import ADMIN, AUTHOR, FOREIGN_TEACHER, LEARNER, OTHER_LEARNER, TEACHER, School

FRACTIONS, DECIMALS, POWERS = "fractions.compare", "decimals.order", "number.powers"


def analytics(school: School, class_id: str, by: str = TEACHER) -> Any:
    return school.call("GET", f"/api/v1/analytics/classes/{class_id}", by=by)


def of(report: Any, learner_id: str) -> Any:
    """What a report says of one learner."""
    return next(each for each in report["learners"] if each["learner_id"] == learner_id)


def test_a_class_shows_ability_growth_and_skills_of_everybody(school: School) -> None:
    strong, new = add_person(school, "learner", "Strong One"), add_person(school, "learner", "New One")
    class_id = add_class(school, TEACHER, strong, new)
    strong_id, new_id = id_of(school, strong), id_of(school, new)
    take_test(school, strong_id, days_ago=200, theta=-2.0)  # an earlier term
    take_test(school, strong_id, days_ago=60, theta=0.2, se=0.4, skills={FRACTIONS: [True, False]})
    take_test(school, strong_id, days_ago=9, theta=3.0, answered=0)  # nothing was answered
    take_test(school, strong_id, days_ago=5, theta=-3.0, status="invalidated")
    take_test(school, strong_id, days_ago=2, theta=1.0, se=0.3, skills={FRACTIONS: [True], DECIMALS: [True]})
    take_test(school, strong_id, days_ago=1, theta=3.0, status="active")

    report = analytics(school, class_id).json

    assert (report["class"]["id"], report["class"]["learner_count"]) == (class_id, 2)
    assert report["rule"]["code"] == "needs_help_1"
    assert [each["full_name"] for each in report["learners"]] == ["New One", "Strong One"]
    shown = of(report, strong_id)
    assert (shown["theta"], shown["se"], shown["sessions"]) == (1.0, 0.3, 2)
    assert (shown["scale"]["score"], shown["scale"]["low"], shown["scale"]["high"]) == (600, 541, 659)
    assert (shown["growth"]["from"], shown["growth"]["to"]) == (0.2, 1.0)
    assert (shown["growth"]["change"], shown["growth"]["se"]) == (pytest.approx(0.8), 0.5)
    assert shown["needs_help"] == {"is_flagged": False, "reasons": []}
    assert report["skills"] == [
        {"code": DECIMALS, "name": "Comparing decimals"},
        {"code": FRACTIONS, "name": "Comparing fractions"},
    ]
    assert report["mastery"][1] == {
        "learner_id": strong_id,
        "by_skill": {
            DECIMALS: {"mastery": trace([True]).known, "responses": 1},
            FRACTIONS: {"mastery": trace([True, False, True]).known, "responses": 3},
        },
    }
    newcomer = of(report, new_id)
    assert [newcomer[name] for name in ("theta", "se", "scale", "growth")] == [None] * 4
    assert newcomer["sessions"] == 0
    assert report["mastery"][0] == {"learner_id": new_id, "by_skill": {}}


def test_who_needs_help_is_flagged_with_the_reason_and_its_threshold(school: School) -> None:
    people = [add_person(school, "learner") for _ in range(6)]
    class_id = add_class(school, TEACHER, *people)
    ids = [id_of(school, email) for email in people]
    for learner_id in ids[:5]:
        take_test(school, learner_id, days_ago=1, theta=0.1)
    take_test(school, ids[5], days_ago=70, theta=-0.5, se=0.2)
    missed = [False] * 4
    take_test(
        school, ids[5], days_ago=20, theta=-2.0, se=0.2, skills=dict.fromkeys([FRACTIONS, DECIMALS, POWERS], missed)
    )

    shown = of(analytics(school, class_id).json, ids[5])["needs_help"]

    assert shown["is_flagged"]
    assert [each["code"] for each in shown["reasons"]] == ["low_ability", "falling", "inactive", "stuck_skill"]
    found = {each["code"]: each for each in shown["reasons"]}
    assert found["low_ability"]["value"] < found["low_ability"]["threshold"]
    assert (found["falling"]["value"], found["falling"]["threshold"]) == (-150, pytest.approx(-56.6))
    assert (found["inactive"]["value"], found["inactive"]["threshold"]) == (20, 14)
    assert (found["stuck_skill"]["value"], found["stuck_skill"]["threshold"]) == (3, 3)
    assert all(each["text"] for each in shown["reasons"])


@pytest.mark.parametrize("what", ["", "/download"])
def test_a_class_shows_itself_to_its_own_teachers_and_the_administration(school: School, what: str) -> None:
    def status(by: str) -> int:
        return school.call("GET", f"/api/v1/analytics/classes/{CLASS_ID}{what}", by=by).status

    assert (status(TEACHER), status(ADMIN)) == (200, 200)
    assert status(add_person(school, "teacher")) == 404
    assert status(FOREIGN_TEACHER) == 404
    assert (status(LEARNER), status(AUTHOR)) == (403, 403)


def test_a_class_without_learners_is_empty(school: School) -> None:
    report = analytics(school, add_class(school, TEACHER)).json

    assert (report["learners"], report["skills"], report["mastery"]) == ([], [], [])


def test_a_larger_class_takes_no_more_statements(school: School) -> None:
    small = add_class(school, TEACHER, LEARNER)
    people = [add_person(school, "learner") for _ in range(8)]
    large = add_class(school, TEACHER, *people)
    for email in people:
        take_test(school, id_of(school, email), days_ago=3, skills={FRACTIONS: [True], POWERS: [False]})
    analytics(school, small)

    with counted_statements() as for_small:
        analytics(school, small)
    with counted_statements() as for_large:
        analytics(school, large)

    assert len(for_large) == 5
    assert len(for_small) <= len(for_large)


def test_a_class_is_downloaded_as_a_spreadsheet_that_holds_no_formula(school: School) -> None:
    mean, other = add_person(school, "learner", '=HYPERLINK("x", "y")'), add_person(school, "learner", "Ðorđe, Jr.")
    class_id = add_class(school, TEACHER, mean, other, name="8 “Ä” / B")
    take_test(school, id_of(school, mean), days_ago=50, theta=0.5, skills={FRACTIONS: [True]})
    take_test(school, id_of(school, mean), days_ago=2, theta=0.3)

    reply = school.call("GET", f"/api/v1/analytics/classes/{class_id}/download", by=TEACHER)

    assert reply.headers["content-type"] == "text/csv; charset=utf-8"
    assert reply.headers["content-disposition"].startswith("attachment; filename=\"class.csv\"; filename*=UTF-8''8%20")
    rows = list(csv.DictReader(io.StringIO(reply.body.decode("utf-8-sig"))))
    assert [row["Name"] for row in rows] == ['\'=HYPERLINK("x", "y")', "Ðorđe, Jr."]
    assert rows[0]["Id"] == id_of(school, mean)
    assert (rows[0]["Score"], rows[0]["Low"], rows[0]["High"], rows[0]["Growth"]) == ("530", "471", "589", "-20")
    assert (rows[0]["Needs help"], rows[0]["Comparing fractions"]) == ("no", str(round(trace([True]).known, 2)))
    assert [rows[1][name] for name in ("Score", "Growth", "Comparing fractions")] == ["", "", ""]


def history(school: School, learner: str, by: str, **query: str) -> Any:
    return school.call("GET", f"/api/v1/learners/{learner}/history", by=by, query=query)


def test_a_history_goes_from_the_oldest_test_to_the_latest(school: School) -> None:
    learner = add_person(school, "learner")
    add_class(school, TEACHER, learner)
    learner_id = id_of(school, learner)
    later = take_test(school, learner_id, days_ago=3, theta=1.0, se=0.3)
    earlier = take_test(school, learner_id, days_ago=9, status="expired")
    voided = take_test(school, learner_id, days_ago=6, theta=2.0, status="invalidated")
    take_test(school, learner_id, days_ago=5, answered=0)

    items = history(school, learner_id, TEACHER).json["items"]

    assert [(each["session_id"], each["status"]) for each in items] == [
        (earlier, "expired"),
        (voided, "invalidated"),
        (later, "finished"),
    ]
    assert (items[2]["theta"], items[2]["se"], items[2]["scale"]["score"]) == (1.0, 0.3, 600)
    assert (items[2]["test_design_name"], items[2]["mode"]) == ("Where do I stand?", "exam")
    assert [items[1][name] for name in ("theta", "se", "scale")] == [None, None, None]
    assert history(school, "me", learner).json["items"] == items


def test_a_long_history_is_read_back_page_by_page(school: School) -> None:
    learner = add_person(school, "learner")
    learner_id = id_of(school, learner)
    sessions = [take_test(school, learner_id, days_ago=days) for days in (5, 4, 3, 2, 1)]

    latest = history(school, "me", learner, limit="2").json
    before = history(school, "me", learner, limit="2", cursor=latest["next_cursor"]).json
    first = history(school, "me", learner, limit="2", cursor=before["next_cursor"]).json

    pages = [[each["session_id"] for each in page["items"]] for page in (first, before, latest)]
    assert pages == [sessions[:1], sessions[1:3], sessions[3:]]
    assert first["next_cursor"] is None


def test_a_learner_is_shown_with_the_classes_that_the_caller_may_see(school: School) -> None:
    colleague, learner = add_person(school, "teacher"), add_person(school, "learner", "Two Classes")
    add_class(school, TEACHER, learner, name="9 Maths")
    add_class(school, colleague, learner, name="9 Physics")
    learner_id = id_of(school, learner)

    def classes(by: str, whom: str = learner_id) -> list[str]:
        return [each["name"] for each in school.call("GET", f"/api/v1/learners/{whom}", by=by).json["classes"]]

    assert classes(TEACHER) == ["9 Maths"]
    assert classes(colleague) == ["9 Physics"]
    assert classes(ADMIN) == classes(learner, "me") == ["9 Maths", "9 Physics"]
    assert school.call("GET", f"/api/v1/learners/{learner_id}", by=ADMIN).json["full_name"] == "Two Classes"


@pytest.mark.parametrize("what", ["", "/history"])
def test_a_learner_is_not_there_for_whom_they_do_not_concern(school: School, what: str) -> None:
    path = f"/api/v1/learners/{id_of(school, LEARNER)}{what}"

    for stranger in (OTHER_LEARNER, add_person(school, "teacher"), FOREIGN_TEACHER):
        reply = school.call("GET", path, by=stranger)
        assert (reply.status, reply.code) == (404, "learner_not_found")
    assert school.call("GET", path, by=AUTHOR).code == "permission_missing"
    assert school.call("GET", path, by=LEARNER).status == 200
