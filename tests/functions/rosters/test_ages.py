"""Birth dates in rosters: read, turned into age bands, and not kept."""

from __future__ import annotations

import pytest

from tests.functions.consents.people import born
from tests.functions.rosters.files import USERS, counts, oneroster, problems, table
from tests.functions.rosters.test_rosters import Admin, address, admin, unnamed
from tests.school import School

__all__ = ["admin"]

HEADER = "email,full_name,role,birth_date"
DEMOGRAPHICS = "sourcedId,status,birthDate"


def ages(admin: Admin) -> dict[str, str | None]:
    """The age bands of an organisation's people, by name."""
    return {name: admin.get(f"/users/{person['id']}")["age_band"] for name, person in admin.people().items()}


def test_a_csv_may_say_how_old_people_are(admin: Admin) -> None:
    content = table(
        HEADER,
        f"{address()},Ada Okafor,student,{born(10)}",
        f"{address()},Ben Castillo,student,{born(17)}",
        f"{address()},Mira Lindqvist,teacher,",
    )

    shown = admin.send(content, is_dry_run=True)
    report = admin.send(content)
    again = admin.send(content)

    assert unnamed(shown) == unnamed(report)
    assert ages(admin) == {"Ada Okafor": "under_13", "Ben Castillo": "16_to_17", "Mira Lindqvist": None}
    assert counts(again)["people"] == (0, 0, 0, 3)
    fields = {field["field"]: field["after"] for field in report["changes"][0]["fields"]}
    assert fields["age_band"].startswith("under_13 until ")
    assert str(born(10)) not in str(report)


def test_a_corrected_birth_date_is_a_change(admin: Admin) -> None:
    email = address()
    admin.send(table(HEADER, f"{email},Ada Okafor,student,{born(10)}"))

    report = admin.send(table(HEADER, f"{email},Ada Okafor,student,{born(14)}"))

    assert counts(report)["people"] == (0, 1, 0, 0)
    assert ages(admin) == {"Ada Okafor": "13_to_15"}


def test_a_roster_without_birth_dates_leaves_ages_alone(admin: Admin) -> None:
    email = address()
    admin.send(table(HEADER, f"{email},Ada Okafor,student,{born(10)}"))

    report = admin.send(table("email,full_name,role", f"{email},Ada Okafor,student"))

    assert counts(report)["people"] == (0, 0, 0, 1)
    assert ages(admin) == {"Ada Okafor": "under_13"}


def test_oneroster_says_it_in_a_file_of_its_own(admin: Admin) -> None:
    users = table(
        USERS, *(f"u{number},active,true,student,Ada,{number},{address()}" for number in ("one", "two", "three"))
    )
    demographics = table(
        DEMOGRAPHICS, f"uone,active,{born(10)}", "utwo,active,31/05/2014", f"uthree,tobedeleted,{born(10)}"
    )

    report = admin.send(oneroster(users=users, demographics=demographics), "oneroster")

    assert problems(report) == [("demographics.csv", 3, "birthDate")]
    assert ages(admin) == {"Ada one": "under_13", "Ada two": None, "Ada three": None}


@pytest.mark.parametrize("birth_date", ["2999-01-01", "1800-01-01", "31.5.2014", "soon"])
def test_a_birth_date_that_cannot_be_is_reported(admin: Admin, school: School, birth_date: str) -> None:
    content = table(
        HEADER, f"{address()},Ada Okafor,student,{birth_date}", f"{address()},Ben Castillo,student,{born(10)}"
    )

    report = admin.send(content)

    assert problems(report) == [("roster.csv", 2, "birth_date")]
    assert ages(admin) == {"Ben Castillo": "under_13"}
