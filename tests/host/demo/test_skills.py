"""The knowledge graph of the demo school is one connected whole without circles."""

from __future__ import annotations

from graphlib import TopologicalSorter

from host.demo import SKILLS
from host.demo.skills import BASELINES


def test_prerequisites_are_known_skills_and_form_no_circle() -> None:
    codes = [skill.code for skill in SKILLS]

    order = list(TopologicalSorter({skill.code: skill.prerequisites for skill in SKILLS}).static_order())

    assert sorted(order) == sorted(codes)
    assert len(set(codes)) == len(codes)


def test_every_skill_is_connected_with_every_other() -> None:
    neighbours: dict[str, set[str]] = {skill.code: set(skill.prerequisites) for skill in SKILLS}
    for skill in SKILLS:
        for prerequisite in skill.prerequisites:
            neighbours[prerequisite].add(skill.code)

    reached, frontier = set[str](), {SKILLS[0].code}
    while frontier:
        reached |= frontier
        frontier = {one for code in frontier for one in neighbours[code]} - reached

    assert reached == neighbours.keys()


def test_a_skill_never_starts_below_its_easiest_prerequisite() -> None:
    for skill in SKILLS:
        assert all(BASELINES[skill.code] >= BASELINES[code] for code in skill.prerequisites), skill.code
