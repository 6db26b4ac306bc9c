"""The family of the demo school: what its guardian, its children and the school meet; and that it is written once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dreamseed.database.transaction import tenant_transaction
from dreamseed.identity.guardians import delete_guardianship
from host.demo.family import (
    ADA,
    CHIOMA_ID,
    CLUB,
    FAMILY,
    MILO,
    PARENT,
    TOBI,
    TOBI_ID,
    WARDS,
    ZURI,
    ZURI_ID,
    seed_family,
)
from host.demo.seed import HILLSIDE, PEOPLE, demo_page
from host.demo.term.roster import TERM_CLASSES, learners_of
from tests.school import ADMIN, LEARNER, School, school

__all__ = ["school"]

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def family(school: School) -> School:
    """The demo school with its family."""
    assert seed_family(school.database.url("write"), school.keys(), NOW)
    return school


def test_the_guardian_sees_ada_and_the_children(family: School) -> None:
    wards = family.list_all("/api/v1/me/wards", by=PARENT.email)

    assert {ward["learner_name"] for ward in wards} == {"Ada Okafor", TOBI.name, ZURI.name}


def test_one_child_may_begin_and_the_other_waits_for_the_guardian(family: School) -> None:
    tobi, zuri = (family.call("GET", "/api/v1/me", by=child.email).json for child in (TOBI, ZURI))
    waiting = family.list_all("/api/v1/consents/missing", by=ADMIN)

    assert tobi["age_band"] == zuri["age_band"] == "under_13"
    assert tobi["lacks_consent"] == ["ai_tutoring"]
    assert {"account", "learning_record"} <= set(zuri["lacks_consent"])
    assert [child["full_name"] for child in waiting] == [ZURI.name]


def test_disclosures_are_seen_by_whom_they_are_about_and_their_guardian(family: School) -> None:
    for learner_id, party in ((ADA, "Riverbank School"), (TOBI_ID, "Lakeside school district")):
        seen = family.list_all("/api/v1/disclosures", by=PARENT.email, learner_id=str(learner_id))
        assert [each["party"] for each in seen] == [party]
    (own,) = family.list_all("/api/v1/disclosures", by=LEARNER, learner_id=str(ADA))

    assert own["by_name"] == "Rosa Haddad"


def test_what_was_changed_since_then_is_left_alone(family: School) -> None:
    with tenant_transaction(HILLSIDE.id, family.database.url("write")) as db:
        delete_guardianship(db, CHIOMA_ID, ZURI_ID)

    assert not seed_family(family.database.url("write"), family.keys(), NOW + timedelta(days=1))
    assert len(family.list_all("/api/v1/me/wards", by=PARENT.email)) == len(WARDS) - 1


def test_nobody_else_of_the_school_has_their_names_and_they_can_sign_in() -> None:
    others = [learner.person for each in TERM_CLASSES for learner in learners_of(each)]
    offered = demo_page((*PEOPLE, *FAMILY))["sign_ins"]

    assert {person.email for person in (*FAMILY, MILO)}.isdisjoint(person.email for person in (*others, *PEOPLE))
    assert {person.name for person in (*FAMILY, MILO)}.isdisjoint(person.name for person in (*others, *PEOPLE))
    assert CLUB.name not in {each.school_class.name for each in TERM_CLASSES}
    assert [person["email"] for person in offered[-len(FAMILY) :]] == [person.email for person in FAMILY]
