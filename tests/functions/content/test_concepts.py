"""The knowledge graph as its authors see it."""

from __future__ import annotations

from collections import Counter

from host.demo.bank import build_bank
from host.demo.skills import SKILLS
from tests.school import AUTHOR, LEARNER, School

CONCEPTS = "/api/v1/concepts"


def test_every_concept_is_listed_with_what_it_builds_on_and_how_many_items_ask_for_it(school: School) -> None:
    items = Counter(item.skill for item in build_bank())

    listed = school.list_all(CONCEPTS, by=AUTHOR, limit=10)

    assert [each["code"] for each in listed] == sorted(skill.code for skill in SKILLS)
    known = {each["code"]: each for each in listed}
    for skill in SKILLS:
        assert known[skill.code]["name"] == skill.name
        assert known[skill.code]["prerequisites"] == sorted(skill.prerequisites)
        assert known[skill.code]["item_count"] == items[skill.code]


def test_a_learner_sees_no_graph(school: School) -> None:
    assert school.call("GET", CONCEPTS, by=LEARNER).code == "permission_missing"
