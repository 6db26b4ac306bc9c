"""What files come in: as spreadsheets write them, damaged, and with the same row again."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Callable

import pytest

from dreamseed.errors import Invalid
from dreamseed.rosters.reading import read_csv, read_oneroster
from dreamseed.rosters.rules import Roster
from tests.functions.identity.accounts import new_person, sign_in
from tests.functions.rosters.files import CLASSES, ENROLMENTS, USERS, counts, oneroster, problems, table
from tests.functions.rosters.test_rosters import Admin, address, admin, unnamed
from tests.school import School

__all__ = ["admin"]

ROSTER = table("email,full_name,role,class", "zora@lake.example,Zora Peña,learner,7A")


def names(roster: Roster) -> list[str]:
    return [person.full_name for person in roster.people]


@pytest.mark.parametrize(
    "written",
    [
        lambda text: text.encode(),
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("utf-16"),
        lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
        lambda text: text.replace(",", ";").encode(),
        lambda text: text.replace(",", "\t").encode("utf-16"),
        lambda text: text.replace("\r\n", "\r").encode(),
        lambda text: (
            text.replace("email,full_name,role", "E-mail,Full_Name, ROLE ").replace("E-mail", "Email").encode()
        ),
        lambda text: text.replace("Zora Peña", '"Zora Peña"').replace(",", ";").encode(),
        lambda text: text.replace("\r\n", ",,\r\n").replace("class,,", "class,x,y").encode(),
    ],
)
def test_a_csv_is_read_as_spreadsheets_write_it(written: Callable[[str], bytes]) -> None:
    roster = read_csv(written(ROSTER))

    assert names(roster) == ["Zora Peña"]
    assert [(each.person, each.class_) for each in roster.enrolments] == [("zora@lake.example", "7A")]


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "mac-roman"])
def test_an_encoding_that_could_only_be_guessed_is_refused_with_what_to_do(encoding: str) -> None:
    with pytest.raises(Invalid, match="save it as “CSV UTF-8”"):
        read_csv(ROSTER.encode(encoding))


def test_the_files_of_a_zip_may_be_separated_by_semicolons() -> None:
    users = table(USERS, "u1,active,true,student,Zora,Peña,zora@lake.example")

    assert names(read_oneroster(oneroster(users=users.replace(",", ";")))) == ["Zora Peña"]


def test_a_row_of_several_lines_is_named_by_the_first() -> None:
    roster = read_csv(table("email,full_name,role", "", 'a@lake.example,"An\nna",learner', "b,Bo,learner").encode())

    assert [(each.line, each.field) for each in roster.problems] == [(3, "full_name"), (5, "email")]


def test_a_workbook_is_said_to_be_none() -> None:
    with pytest.raises(Invalid, match="is a workbook or a zip"):
        read_csv(oneroster())


def test_two_columns_of_the_same_name_are_refused() -> None:
    with pytest.raises(Invalid, match="two columns of the same name"):
        read_csv(ROSTER.replace("class", "email").encode())


def test_a_quotation_that_never_ends_is_found_where_the_file_ends() -> None:
    with pytest.raises(Invalid, match=r"roster\.csv, line 3"):
        read_csv(table("email,full_name,role", 'a@lake.example,"Ann,learner', "b@lake.example,Bo,learner").encode())


@pytest.mark.parametrize(
    "packed", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA], ids=str
)
def test_a_damaged_zip_is_read_or_refused(packed: int) -> None:
    users = table(USERS, *(f"u{each},active,true,student,A,B,{each}@lake.example" for each in range(20)))
    whole, chance = oneroster(users=users, packed=packed), random.Random(packed)
    refused = 0
    for _ in range(300):
        damaged = bytearray(whole[: chance.randrange(len(whole))] if chance.random() < 0.2 else whole)
        for _ in range(chance.randint(1, 4)):
            if damaged:
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            read_oneroster(bytes(damaged))
        except Invalid as error:
            refused += error.code == "roster_unreadable"

    assert refused > 100


@pytest.mark.parametrize(
    ("content", "is_taken"), [("%%%", False), ("QUJD\nREVG", True), ("QUJD*", False), ("QUJ", False)]
)
def test_what_is_no_base64_is_said_to_be_none(admin: Admin, school: School, content: str, is_taken: bool) -> None:
    reply = school.api.call("POST", "/api/v1/rosters", {"format": "csv", "content": content}, token=admin.token)

    assert (reply.status, reply.code) == (422, "roster_unreadable" if is_taken else "invalid_request")
    assert reply.json["errors"][0]["field"] == "body.content"
    assert is_taken or reply.json["errors"][0]["reason"] == "is not Base64"


def test_rows_that_say_the_same_again_count_once_in_a_dry_run_as_in_an_import(admin: Admin) -> None:
    person, class_ = f"u1,active,true,student,An,Na,{address()}", "c1,active,Algebra,A1,Maths"
    rows = {
        "users": (USERS, person),
        "classes": (CLASSES, class_),
        "enrollments": (ENROLMENTS, "e1,active,c1,u1,student"),
    }
    content = oneroster(**{name: table(header, row, row.replace("e1", "e2")) for name, (header, row) in rows.items()})

    shown, done = admin.send(content, "oneroster", is_dry_run=True), admin.send(content, "oneroster")

    assert unnamed(shown) == unnamed(done)
    assert counts(done) == {"people": (1, 0, 0, 0), "classes": (1, 0, 0, 0), "enrolments": (1, 0, 0, 0)}
    assert problems(done) == []


def test_rows_that_contradict_each_other_are_named_in_a_dry_run_as_in_an_import(admin: Admin) -> None:
    taken = address()
    content = oneroster(
        users=table(
            USERS,
            f"u1,active,true,student,An,Na,{taken}",
            f"u2,active,true,student,Bo,Na,{taken}",
            f"u1,active,true,student,Anna,Na,{taken}",
        ),
        classes=table(CLASSES, "c1,active,Algebra,A1,Maths", "c1,active,Geometry,A1,Maths"),
        enrollments=table(ENROLMENTS, "e1,active,c1,u1,student", "e2,active,c1,u1,teacher"),
    )

    shown, done = admin.send(content, "oneroster", is_dry_run=True), admin.send(content, "oneroster")

    assert unnamed(shown) == unnamed(done)
    assert problems(done) == [
        ("classes.csv", 3, "sourcedId"),
        ("enrollments.csv", 3, "role"),
        ("users.csv", 3, "email"),
        ("users.csv", 4, "sourcedId"),
    ]
    assert admin.classes() == {"Algebra": ["An Na"]}


def test_whoever_left_a_class_and_came_back_belongs_to_it(admin: Admin) -> None:
    content = oneroster(
        users=table(USERS, f"u1,active,true,student,An,Na,{address()}"),
        classes=table(CLASSES, "c1,active,Algebra,A1,Maths"),
        enrollments=table(ENROLMENTS, "e1,tobedeleted,c1,u1,student", "e2,active,c1,u1,student"),
    )

    for _ in range(2):
        report = admin.send(content, "oneroster")

    assert admin.classes() == {"Algebra": ["An Na"]}
    assert counts(report)["enrolments"] == (0, 0, 0, 1)


def test_who_came_back_under_another_id_has_the_address_that_they_had(admin: Admin) -> None:
    email = address()
    users = table(USERS, f"u1,tobedeleted,true,student,An,Na,{email}", f"u2,active,true,student,An,Na,{email}")

    for _ in range(2):
        report = admin.send(oneroster(users=users), "oneroster")

        assert problems(report) == []
        assert admin.people()["An Na"]["is_active"]


def test_a_roster_lets_nobody_into_an_administrator_s_account_and_locks_none_out(admin: Admin, school: School) -> None:
    head = new_person(school, "org_admin", admin.org_id, full_name="Rosa Haddad")
    content = oneroster(
        users=table(USERS, f"u1,active,true,teacher,Rosa,Haddad,{head.email}"),
        classes=table(CLASSES, "c1,active,Algebra,A1,Maths"),
        enrollments=table(ENROLMENTS, "e1,active,c1,u1,teacher"),
    )
    assert problems(admin.send(content, "oneroster")) == []
    elsewhere = table(USERS, f"u1,active,true,teacher,Ross,Haddad,{address()}")
    suspended = table(USERS, f"u1,active,false,teacher,Rosa,Haddad,{head.email}")

    reports = [admin.send(oneroster(users=users), "oneroster") for users in (elsewhere, suspended)]

    assert [problems(report) for report in reports] == [[("users.csv", 2, "email")], [("users.csv", 2, "is_active")]]
    assert [counts(report)["people"] for report in reports] == [(0, 0, 0, 1)] * 2
    assert "access_token" in sign_in(school, head)
    assert admin.classes() == {"Algebra": ["Rosa Haddad"]}


def test_a_row_of_an_administrator_still_counts_for_their_class(admin: Admin) -> None:
    content = table("email,full_name,role,class", f"{admin.person.email},Another Name,teacher,7A")

    report = admin.send(content)

    assert problems(report) == [("roster.csv", 2, "full_name")]
    assert admin.classes() == {"7A": ["A Person"]}
