"""What a learner is told to work on next: weak skills whose foundations are not weak themselves, the weakest first."""

from __future__ import annotations

from dreamseed.assessment.rules import MAX_NEXT_STEPS, WEAK_BELOW, SkillTally, next_steps

SURE = WEAK_BELOW + 0.1
WEAK = WEAK_BELOW - 0.1


def skill(code: str, mastery: float | None, correct: int = 1) -> SkillTally:
    return SkillTally(code, code.capitalize(), answered=4, correct=correct, mastery=mastery)


def steps(*skills: SkillTally, **prerequisites: list[str]) -> list[tuple[str, str | None]]:
    """(code, code of what it is needed for) of each step."""
    found = next_steps(skills, prerequisites)
    return [(step.code, needing.code if needing else None) for step, needing in found]


def test_what_is_known_is_no_step() -> None:
    assert steps(skill("add", SURE), skill("share", WEAK)) == [("share", None)]


def test_a_weak_foundation_comes_instead_of_what_builds_on_it() -> None:
    assert steps(skill("add", WEAK), skill("share", WEAK), share=["add"]) == [("add", "share")]


def test_a_sure_foundation_does_not_hold_back() -> None:
    assert steps(skill("add", SURE), skill("share", WEAK), share=["add"]) == [("share", None)]


def test_the_weakest_come_first_and_there_are_few() -> None:
    found = steps(*(skill(f"s{number}", WEAK - number / 100) for number in range(5)))

    assert [code for code, _ in found] == ["s4", "s3", "s2"][:MAX_NEXT_STEPS]


def test_without_an_estimate_the_answers_of_the_test_decide() -> None:
    assert steps(skill("add", None, correct=4), skill("share", None, correct=0)) == [("share", None)]
