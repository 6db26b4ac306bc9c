"""Classes: who sees them, who changes them, and who belongs to them."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.functions.school.people import CLASS_ID, add_class, add_person, id_of
from tests.school import ADMIN, AUTHOR, FOREIGN_TEACHER, LEARNER, OTHER_LEARNER, TEACHER, School

CLASS = f"/api/v1/classes/{CLASS_ID}"


def test_everybody_sees_the_classes_that_they_belong_to_with_their_role_in_them(school: School) -> None:
    def shown(by: str) -> list[tuple[str, str | None]]:
        items = school.call("GET", "/api/v1/classes", by=by).json["items"]
        return [(each["name"], each["role"]) for each in items if each["name"] in ("7A", "Delta")]

    assert shown(TEACHER) == [("7A", "teacher")]
    assert shown(LEARNER) == [("7A", "learner")]
    assert shown(ADMIN) == [("7A", None)]
    assert shown(FOREIGN_TEACHER) == [("Delta", "teacher")]
    assert shown(add_person(school, "teacher")) == []


def test_a_class_says_how_many_learn_in_it(school: School) -> None:
    shown = school.call("GET", CLASS, by=TEACHER)

    assert shown.status == 200
    assert shown.json == {
        "id": CLASS_ID,
        "name": "7A",
        "subject": "Mathematics",
        "role": "teacher",
        "learner_count": 2,
        "archived_at": None,
    }


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("GET", "/enrolments"), ("PATCH", ""), ("PUT", "/{me}")])
def test_a_class_is_not_there_for_a_teacher_who_does_not_teach_it(school: School, method: str, path: str) -> None:
    for stranger in (add_person(school, "teacher"), FOREIGN_TEACHER):
        body = {"PATCH": {"name": "mine"}, "PUT": {"role": "teacher"}}.get(method)
        wanted = CLASS + path.replace("/{me}", f"/enrolments/{id_of(school, stranger)}")

        reply = school.call(method, wanted, body, by=stranger, headers={"if-match": "*"})

        assert (reply.status, reply.code) == (404, "class_not_found")


def test_a_learner_sees_their_class_but_not_who_else_is_in_it(school: School) -> None:
    assert school.call("GET", CLASS, by=LEARNER).json["role"] == "learner"
    assert school.call("GET", f"{CLASS}/enrolments", by=LEARNER).code == "permission_missing"
    assert school.call("GET", "/api/v1/users", by=LEARNER).code == "permission_missing"
    assert school.call("GET", CLASS, by=add_person(school, "learner")).code == "class_not_found"
    assert school.call("GET", CLASS, by=AUTHOR).code == "permission_missing"


def test_a_teacher_who_creates_a_class_teaches_it(school: School) -> None:
    name = uuid4().hex

    created = school.call("POST", "/api/v1/classes", {"name": name, "subject": "Physics"}, by=TEACHER)
    again = school.call("POST", "/api/v1/classes", {"name": name}, by=TEACHER)

    assert created.status == 201
    assert (created.json["role"], created.json["subject"], created.json["learner_count"]) == ("teacher", "Physics", 0)
    assert created.headers["location"] == f"/api/v1/classes/{created.json['id']}"
    assert (again.status, again.code) == (409, "name_taken")
    assert school.call("GET", created.headers["location"], by=TEACHER).json == created.json


def test_an_administrator_who_creates_a_class_does_not_teach_it_but_may_do_everything(school: School) -> None:
    created = school.call("POST", "/api/v1/classes", {"name": uuid4().hex}, by=ADMIN).json

    enrolled = school.call(
        "PUT", f"/api/v1/classes/{created['id']}/enrolments/{id_of(school, LEARNER)}", {"role": "learner"}, by=ADMIN
    )

    assert created["role"] is None
    assert (enrolled.status, enrolled.json["full_name"]) == (200, "Ada Okafor")


def test_a_class_is_renamed_and_archived_by_who_knows_its_present_version(school: School) -> None:
    path = f"/api/v1/classes/{add_class(school, TEACHER)}"
    read = school.call("GET", path, by=TEACHER)
    name = uuid4().hex

    renamed = school.call("PATCH", path, {"name": name}, by=TEACHER, headers={"if-match": read.headers["etag"]})
    too_late = school.call("PATCH", path, {"subject": "?"}, by=TEACHER, headers={"if-match": read.headers["etag"]})
    unaware = school.call("PATCH", path, {"subject": "?"}, by=TEACHER)
    archived = school.call(
        "PATCH", path, {"is_archived": True}, by=TEACHER, headers={"if-match": renamed.headers["etag"]}
    )
    restored = school.call(
        "PATCH", path, {"is_archived": False}, by=TEACHER, headers={"if-match": archived.headers["etag"]}
    )

    assert (renamed.status, renamed.json["name"]) == (200, name)
    assert (too_late.status, too_late.code) == (412, "precondition_failed")
    assert (unaware.status, unaware.code) == (428, "precondition_required")
    assert archived.json["archived_at"] is not None
    assert restored.json == renamed.json


def test_a_class_cannot_take_the_name_of_another(school: School) -> None:
    path = f"/api/v1/classes/{add_class(school, TEACHER)}"

    reply = school.call("PATCH", path, {"name": "7A"}, by=TEACHER, headers={"if-match": "*"})

    assert (reply.status, reply.code) == (409, "name_taken")
    assert school.call("GET", path, by=TEACHER).json["name"] != "7A"


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": None}, {"name": "x" * 121}, {"is_archived": "maybe"}])
def test_a_change_must_change_something_sensible(school: School, body: object) -> None:
    assert school.call("PATCH", CLASS, body, by=TEACHER, headers={"if-match": "*"}).status == 422


def test_people_are_enrolled_moved_to_another_role_and_taken_out(school: School) -> None:
    colleague = add_person(school, "teacher", "Zoë Brand")
    path = f"/api/v1/classes/{add_class(school, TEACHER, LEARNER)}"
    place = f"{path}/enrolments/{id_of(school, colleague)}"

    first = school.call("PUT", place, {"role": "learner"}, by=TEACHER).json
    again = school.call("PUT", place, {"role": "learner"}, by=TEACHER).json
    moved = school.call("PUT", place, {"role": "teacher"}, by=TEACHER).json
    seen = school.call("GET", f"{path}/enrolments", by=colleague).json["items"]
    gone = [school.call("DELETE", place, by=TEACHER).status for _ in range(2)]

    assert again == first
    assert moved == {**first, "role": "teacher"}
    assert [(each["full_name"], each["role"]) for each in seen] == [
        ("Ada Okafor", "learner"),
        ("Mira Lindqvist", "teacher"),
        ("Zoë Brand", "teacher"),
    ]
    assert gone == [204, 204]
    assert school.call("GET", path, by=colleague).status == 404


def test_only_somebody_with_a_teachers_account_can_teach(school: School) -> None:
    reply = school.call("PUT", f"{CLASS}/enrolments/{id_of(school, LEARNER)}", {"role": "teacher"}, by=TEACHER)

    assert (reply.status, reply.code) == (409, "not_a_teacher")


def test_nobody_from_elsewhere_can_be_enrolled(school: School) -> None:
    for user_id in (uuid4(), id_of(school, FOREIGN_TEACHER)):
        reply = school.call("PUT", f"{CLASS}/enrolments/{user_id}", {"role": "learner"}, by=TEACHER)

        assert (reply.status, reply.code) == (404, "user_not_found")


def test_lists_are_paged_without_gaps_or_repeats(school: School) -> None:
    class_id = add_class(school, TEACHER, LEARNER, OTHER_LEARNER, name="1 first")
    for path, key in (
        ("/api/v1/classes", "id"),
        (f"/api/v1/classes/{class_id}/enrolments", "user_id"),
        ("/api/v1/users", "id"),
    ):
        whole = [each[key] for each in school.call("GET", path, by=ADMIN, query={"limit": "200"}).json["items"]]

        paged = [each[key] for each in school.list_all(path, by=ADMIN, limit=2)]

        assert len(whole) >= 3
        assert paged == whole


def test_a_cursor_of_another_list_is_refused(school: School) -> None:
    cursor = school.call("GET", "/api/v1/classes", by=ADMIN, query={"limit": "1"}).json["next_cursor"]

    reply = school.call("GET", "/api/v1/users", by=ADMIN, query={"cursor": cursor})

    assert (reply.status, reply.json["errors"][0]["field"]) == (422, "query.cursor")


def test_staff_find_people_by_role_name_and_address(school: School) -> None:
    def found(**query: str) -> list[str]:
        return [
            each["full_name"] for each in school.call("GET", "/api/v1/users", by=TEACHER, query=query).json["items"]
        ]

    add_person(school, "learner", "Percy 100% O'Neil")

    assert found(query="okAFor") == ["Ada Okafor"]
    assert found(query="BEN@") == ["Ben Castillo"]
    assert found(query="0% o'n") == ["Percy 100% O'Neil"]
    assert found(query="_") == []
    assert found(role="author") == ["Jun Park"]
    assert found(role="author", query="ada") == []
    assert found(query="cora") == []


def test_a_person_is_shown_with_what_staff_need_and_no_more(school: School) -> None:
    school.token(LEARNER)

    (ada,) = school.call("GET", "/api/v1/users", by=TEACHER, query={"query": LEARNER}).json["items"]

    assert ada.pop("last_login_at") is not None
    assert ada == {
        "id": id_of(school, LEARNER),
        "email": LEARNER,
        "full_name": "Ada Okafor",
        "roles": ["learner"],
        "is_active": True,
        "is_simulated": True,
    }


@pytest.mark.parametrize("query", [{"query": ""}, {"query": "\0"}, {"query": "x" * 101}, {"role": "x y"}])
def test_a_search_for_nothing_sensible_is_refused(school: School, query: dict[str, str]) -> None:
    assert school.call("GET", "/api/v1/users", by=TEACHER, query=query).status == 422
