"""Rosters: shown before they are taken, taken once, good rows whatever the others are like."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from dreamseed.catalogue import ROOT
from dreamseed.database.transaction import tenant_transaction
from dreamseed.identity.tables import users
from dreamseed.platform.jobs import start_attempt
from dreamseed.rosters import imports
from dreamseed.rosters.tables import roster_links
from functions.rosters.import_roster import import_roster
from tests.functions.identity.accounts import Person, new_organisation, new_person, sign_in, token_of
from tests.functions.rosters.files import (
    CLASSES,
    ENROLMENTS,
    ROLES,
    USERS,
    USERS_1_2,
    counts,
    oneroster,
    problems,
    send,
    table,
    taken,
)
from tests.mail import link_token, mails_to
from tests.school import TEACHER, School

HEADER = "email,full_name,role,class,subject"


class Admin:
    """An administrator of an organisation of their own."""

    def __init__(self, school: School) -> None:
        self.school = school
        self.org_id, self.slug = new_organisation(school)
        self.person = new_person(school, "org_admin", self.org_id)
        self.token = token_of(school, self.person)

    def send(self, content: str | bytes, format: str = "csv", *, is_dry_run: bool = False) -> dict[str, Any]:
        return taken(send(self.school, content, format, is_dry_run=is_dry_run, token=self.token))

    def get(self, path: str, **query: str) -> Any:
        return self.school.api.call("GET", f"/api/v1{path}", token=self.token, query=query).json

    def people(self) -> dict[str, Any]:
        """Everybody but the administrator, by name."""
        items = self.get("/users", limit="200")["items"]
        return {item["full_name"]: item for item in items if item["id"] != str(self.person.id)}

    def classes(self) -> dict[str, list[str]]:
        """The names of who belongs to each class, by its name."""
        found = {item["name"]: item["id"] for item in self.get("/classes", limit="200")["items"]}
        return {
            name: [each["full_name"] for each in self.get(f"/classes/{id_}/enrolments")["items"]]
            for name, id_ in found.items()
        }


@pytest.fixture
def admin(school: School) -> Admin:
    return Admin(school)


def address(name: str = "") -> str:
    """An address that nobody has."""
    return f"{name}{uuid4().hex}@lake.example"


def some_people(*names: str, role: str = "learner", class_: str = "7A") -> str:
    """Our own CSV with these people in one class."""
    return table(HEADER, *(f"{address()},{name},{role},{class_},Mathematics" for name in names))


def test_people_and_classes_come_from_a_csv(admin: Admin) -> None:
    teacher = address()
    content = table(
        HEADER,
        f"{teacher},Mira Lindqvist,teacher,7A,Mathematics",
        f"{teacher},Mira Lindqvist,teacher,7B,Mathematics",
        f"{address()},Ada Okafor,student,7A,Mathematics",
        f"{address()},Ben's parent,guardian,,",
    )

    report = admin.send(content)

    assert counts(report) == {"people": (3, 0, 0, 0), "classes": (2, 0, 0, 0), "enrolments": (3, 0, 0, 0)}
    assert admin.classes() == {"7A": ["Ada Okafor", "Mira Lindqvist"], "7B": ["Mira Lindqvist"]}
    assert {name: person["roles"] for name, person in admin.people().items()} == {
        "Ada Okafor": ["learner"],
        "Ben's parent": ["guardian"],
        "Mira Lindqvist": ["teacher"],
    }


def test_a_dry_run_shows_what_the_import_then_does_and_changes_nothing(admin: Admin) -> None:
    content = some_people("Ada Okafor", "Ben Castillo")

    shown = admin.send(content, is_dry_run=True)
    before = admin.people(), admin.classes()
    done = admin.send(content)

    assert before == ({}, {})
    assert unnamed(shown) == unnamed(done)
    assert {(each["kind"], each["action"], each["label"]) for each in shown["changes"]} == {
        ("person", "add", "Ada Okafor"),
        ("person", "add", "Ben Castillo"),
        ("class", "add", "7A"),
        ("enrolment", "add", "Ada Okafor in 7A"),
        ("enrolment", "add", "Ben Castillo in 7A"),
    }


def unnamed(report: dict[str, Any]) -> dict[str, Any]:
    """A report without the ids of people, whom a dry run does not know yet."""
    return {**report, "changes": [{**each, "person_id": None} for each in report["changes"]]}


def test_a_report_says_whom_each_change_is_about(admin: Admin) -> None:
    done = admin.send(some_people("Ada Okafor"))

    ada = admin.people()["Ada Okafor"]["id"]
    about = {(each["kind"], each["label"]): each["person_id"] for each in done["changes"]}
    assert about == {("person", "Ada Okafor"): ada, ("class", "7A"): None, ("enrolment", "Ada Okafor in 7A"): ada}


def test_importing_again_changes_nothing(admin: Admin) -> None:
    content = some_people("Ada Okafor", "Ben Castillo")
    admin.send(content)

    for is_dry_run in (True, False):
        again = admin.send(content, is_dry_run=is_dry_run)

        assert counts(again) == {"people": (0, 0, 0, 2), "classes": (0, 0, 0, 1), "enrolments": (0, 0, 0, 2)}
        assert again["changes"] == []


def test_who_and_what_is_there_already_is_recognised(admin: Admin, school: School) -> None:
    person = new_person(school, "learner", admin.org_id)
    school.api.call("POST", "/api/v1/classes", {"name": "7A"}, token=admin.token)
    content = table(HEADER, f"{person.email.upper()},A Person,learner,7A,")

    shown, done = admin.send(content, is_dry_run=True), admin.send(content)

    assert shown == done
    assert [each["person_id"] for each in done["changes"]] == [str(person.id)]
    assert counts(done) == {"people": (0, 0, 0, 1), "classes": (0, 0, 0, 1), "enrolments": (1, 0, 0, 0)}
    assert counts(admin.send(content))["enrolments"] == (0, 0, 0, 1)


def test_good_rows_are_taken_and_bad_ones_reported_with_line_and_reason(admin: Admin) -> None:
    content = table(
        HEADER,
        f"{address()},Ada Okafor,learner,7A,",
        "not-an-address,Ben Castillo,learner,7A,",
        f"{address()},,learner,7A,",
        "",
        f"{address()},Cora Nguyen,wizard,7A,",
        f"{address()},Dan Eze,learner,7A,",
        f"{admin.person.email},Another Name,org_admin,,",
        f"{address()},Eve's parent,parent,7A,",
    )

    report = admin.send(content)

    assert problems(report) == [
        ("roster.csv", 3, "email"),
        ("roster.csv", 4, "full_name"),
        ("roster.csv", 6, "role"),
        ("roster.csv", 8, "role"),
        ("roster.csv", 9, "class"),
    ]
    assert report["problem_count"] == 5
    assert [each["code"] for each in report["problems"]] == [
        "not_an_address",
        "name_length",
        "unknown_role",
        "unknown_role",
        "guardian_in_class",
    ]
    assert report["problems"][2]["reason"] == "must be one of guardian, learner, parent, relative, student, teacher"
    assert admin.classes() == {"7A": ["Ada Okafor", "Dan Eze"]}


def test_a_person_whom_two_rows_describe_differently_is_reported(admin: Admin) -> None:
    email = address()
    content = table(HEADER, f"{email},Ada Okafor,learner,7A,", f"{email},Ada Nwosu,learner,7B,")

    report = admin.send(content)

    assert problems(report) == [("roster.csv", 3, "external_id")]
    assert report["problems"][0]["other_line"] == 2
    assert report["problems"][0]["reason"] == "line 2 says something else"


def test_a_oneroster_zip_of_version_1_1(admin: Admin) -> None:
    users = table(
        USERS,
        f"u1,active,true,student,Ada,Okafor,{address()}",
        f"u2,active,true,teacher,Mira,Lindqvist,{address()}",
        f"u3,active,true,administrator,Rosa,Haddad,{address()}",
        "u4,active,true,student,Ben,Castillo,",
    )
    classes = table(CLASSES, "c1,active,Mathematics 7,M7-1,Mathematics", "c2,active,Mathematics 7,M7-2,Mathematics")
    enrolments = table(
        ENROLMENTS,
        "e1,active,c1,u1,student",
        "e2,active,c2,u2,teacher",
        "e3,active,c1,u4,student",
        "e4,active,c9,u1,student",
    )
    content = oneroster(folder="export/", users=users, classes=classes, enrollments=enrolments)

    report = admin.send(content, "oneroster")

    assert admin.classes() == {"Mathematics 7": ["Ada Okafor"], "Mathematics 7 (M7-2)": ["Mira Lindqvist"]}
    assert problems(report) == [
        ("enrollments.csv", 4, "person"),
        ("enrollments.csv", 5, "class"),
        ("users.csv", 4, "role"),
        ("users.csv", 5, "email"),
    ]
    again = admin.send(content, "oneroster")
    assert again["changes"] == []


def test_a_oneroster_zip_of_version_1_2_has_roles_of_its_own(admin: Admin) -> None:
    users = table(USERS_1_2, f"u1,active,true,Ada,Okafor,{address()}", f"u2,active,true,Mira,Lindqvist,{address()}")
    roles = table(
        ROLES, "r1,active,u1,primary,student", "r2,active,u2,secondary,student", "r3,active,u2,primary,teacher"
    )

    admin.send(oneroster("1.2", users=users, roles=roles), "oneroster")

    assert {name: person["roles"] for name, person in admin.people().items()} == {
        "Ada Okafor": ["learner"],
        "Mira Lindqvist": ["teacher"],
    }


def test_a_new_name_and_address_is_the_same_person(admin: Admin) -> None:
    def roster(name: str, email: str, title: str) -> bytes:
        return oneroster(
            users=table(USERS, f"u1,active,true,student,{name},Okafor,{email}"),
            classes=table(CLASSES, f"c1,active,{title},M7,"),
            enrollments=table(ENROLMENTS, "e1,active,c1,u1,student"),
        )

    admin.send(roster("Ada", address(), "Maths 7"), "oneroster")
    before = admin.people()["Ada Okafor"]["id"]
    email = address()

    report = admin.send(roster("Adaeze", email, "Mathematics 7"), "oneroster")

    after = admin.people()
    assert {name: (person["id"], person["email"]) for name, person in after.items()} == {
        "Adaeze Okafor": (before, email)
    }
    assert admin.classes() == {"Mathematics 7": ["Adaeze Okafor"]}
    assert counts(report) == {"people": (0, 1, 0, 0), "classes": (0, 1, 0, 0), "enrolments": (0, 0, 0, 1)}
    changed = next(each for each in report["changes"] if each["kind"] == "class")
    assert changed["fields"] == [{"field": "name", "before": "Maths 7", "after": "Mathematics 7"}]


def test_only_a_row_that_says_so_takes_something_away(admin: Admin) -> None:
    ada, ben = address(), address()

    def roster(status: str, enrolment: str, *others: str) -> bytes:
        return oneroster(
            users=table(USERS, f"u1,{status},true,student,Ada,Okafor,{ada}", *others),
            classes=table(CLASSES, "c1,active,Maths 7,M7,"),
            enrollments=table(ENROLMENTS, f"e1,{enrolment},c1,u1,student"),
        )

    admin.send(roster("active", "active", f"u2,active,true,student,Ben,Castillo,{ben}"), "oneroster")
    admin.send(roster("active", "tobedeleted"), "oneroster")
    assert admin.classes() == {"Maths 7": []}
    report = admin.send(roster("tobedeleted", "tobedeleted"), "oneroster")

    assert {name: person["is_active"] for name, person in admin.people().items()} == {
        "Ada Okafor": False,
        "Ben Castillo": True,
    }
    assert counts(report)["people"] == (0, 0, 1, 0)
    assert counts(admin.send(roster("tobedeleted", "tobedeleted"), "oneroster"))["people"] == (0, 0, 0, 1)


def test_an_address_of_somebody_else_is_reported_and_taken_from_nobody(admin: Admin) -> None:
    ada, ben = address(), address()
    admin.send(
        oneroster(
            users=table(USERS, f"u1,active,true,student,Ada,Okafor,{ada}", f"u2,active,true,student,Ben,Castillo,{ben}")
        ),
        "oneroster",
    )

    report = admin.send(oneroster(users=table(USERS, f"u2,active,true,student,Ben,Castillo,{ada}")), "oneroster")

    assert problems(report) == [("users.csv", 2, "email")]
    assert {person["email"] for person in admin.people().values()} == {ada, ben}


def test_a_roster_gives_roles_and_takes_none(admin: Admin, school: School) -> None:
    head = new_person(school, "org_admin", admin.org_id)

    admin.send(table(HEADER, f"{head.email},A Person,teacher,7A,"))

    assert admin.people()["A Person"]["roles"] == ["org_admin", "teacher"]


def test_who_came_by_a_roster_chooses_a_password_by_mail(admin: Admin, school: School) -> None:
    email = address()
    admin.send(table(HEADER, f"{email},Ada Okafor,learner,7A,"))

    school.call("POST", "/api/v1/auth/reset", {"email": email})
    body = {"token": link_token(mails_to(school, email)[0]), "password": "a wild green sea"}
    school.call("POST", "/api/v1/auth/reset/complete", body)

    assert "access_token" in sign_in(school, Person(uuid4(), email, admin.org_id), "a wild green sea")


@pytest.mark.parametrize(
    ("format", "content"),
    [
        ("csv", b"\xff\xfe"),
        ("csv", b"name,address\nAda,x"),
        ("csv", b'email,full_name,role\n"unfinished'),
        ("csv", HEADER.encode()),
        ("csv", b"email,full_name,role\na\0b,c,d"),
        ("oneroster", b"not a zip"),
        ("oneroster", oneroster("1.3")),
        ("oneroster", oneroster("1.1", users="sourcedId\n1")),
        ("oneroster", oneroster("1.1")),
    ],
)
def test_a_file_that_is_no_roster_is_refused_whole(admin: Admin, school: School, format: str, content: bytes) -> None:
    reply = send(school, content, format, token=admin.token)

    assert (reply.status, reply.code) == (422, "roster_unreadable")
    assert reply.json["errors"][0]["field"] == "body.content"


def test_a_zip_that_unpacks_to_very_much_is_refused(
    admin: Admin, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dreamseed.rosters.reading.MAX_UNPACKED_BYTES", 1_000_000)

    reply = send(school, oneroster(users="x" * 1_000_001), "oneroster", token=admin.token)

    assert reply.code == "roster_unreadable"


def test_two_organisations_know_nothing_of_each_others_ids(school: School) -> None:
    first, second = Admin(school), Admin(school)
    roster = oneroster(users=table(USERS, f"u1,active,true,student,Ada,Okafor,{address()}"))

    reports = [each.send(roster, "oneroster") for each in (first, second)]

    assert [counts(report)["people"] for report in reports] == [(1, 0, 0, 0)] * 2
    with tenant_transaction(second.org_id, school.database.url("read")) as db:
        assert len(db.execute(select(roster_links)).all()) == 1


def test_imports_are_listed_and_read_again(admin: Admin, school: School) -> None:
    content = some_people("Ada Okafor")
    dry, done = (send(school, content, is_dry_run=each, token=admin.token).json for each in (True, False))

    listed = admin.get("/rosters")["items"]

    assert [item["id"] for item in listed] == [done["id"], dry["id"]]
    assert [item["report"] for item in listed] == [None, None]
    assert admin.get(f"/rosters/{done['id']}") == done


def test_a_teacher_imports_nothing(school: School) -> None:
    assert send(school, some_people("Ada"), by=TEACHER).status == 403


@pytest.fixture
def large(admin: Admin, school: School) -> dict[str, Any]:
    """A roster of more rows than a request takes itself, as the reply to it, with its job begun."""
    half = imports.AT_ONCE // 2 + 1
    content = some_people(*(f"Person {number}" for number in range(half)))
    reply = send(school, content, token=admin.token)
    assert reply.status == 202, reply.body
    with tenant_transaction(admin.org_id, school.database.url("write")) as db:
        start_attempt(db, UUID(reply.json["job_id"]), 1)
    return {**reply.json, "people": half}


def run_step(school: School, admin: Admin, job_id: str) -> Any:
    school.api._give_database(import_roster)
    return import_roster({"org_id": str(admin.org_id), "job_id": job_id, "attempt": 1}, None)


def test_a_large_roster_is_taken_by_a_job(school: School, admin: Admin, large: dict[str, Any]) -> None:
    assert (large["status"], large["report"]) == ("queued", None)

    run_step(school, admin, large["job_id"])

    done = admin.get(f"/rosters/{large['id']}")
    assert done["status"] == "succeeded"
    assert counts(done["report"])["people"] == (large["people"], 0, 0, 0)
    assert counts(done["report"])["enrolments"] == (large["people"], 0, 0, 0)
    events = admin.get(f"/jobs/{large['job_id']}/events")["items"]
    assert [event["stage"] for event in events].count("imported") >= 3


def test_a_job_that_was_interrupted_goes_on_where_it_was(
    school: School, admin: Admin, large: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise ConnectionError("the power went out")

    with monkeypatch.context() as interrupted:
        interrupted.setattr("dreamseed.rosters.importing.Taking.enrolments", fail)
        with pytest.raises(ConnectionError):
            run_step(school, admin, large["job_id"])

    run_step(school, admin, large["job_id"])

    report = admin.get(f"/rosters/{large['id']}")["report"]
    assert counts(report)["people"] == (0, 0, 0, large["people"])
    assert counts(report)["enrolments"] == (large["people"], 0, 0, 0)
    with tenant_transaction(admin.org_id, school.database.url("read")) as db:
        assert len(db.execute(select(users.c.id)).all()) == large["people"] + 1


def test_the_state_machine_runs_the_step_and_tells_of_its_end() -> None:
    machine = json.loads((ROOT / "statemachines" / f"{imports.WORKFLOW}.asl.json").read_text())

    assert machine["States"][machine["StartAt"]]["Parameters"]["FunctionName"] == "${import_roster}"
    assert {catch["Next"] for catch in machine["States"]["Import"]["Catch"]} == {"Stopped", "Fail"}
