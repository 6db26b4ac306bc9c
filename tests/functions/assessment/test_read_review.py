"""An attempt as its teacher reviews it: each item as it was shown, what was right, and what the engine made of it."""

from __future__ import annotations

from tests.school import LEARNER, TEACHER, School


def test_each_answer_is_shown_with_its_item_key_time_and_estimate(school: School) -> None:
    session = school.start()
    shown = []
    for option in "abc":
        shown.append(session["item"])
        session = school.answer(session, option, response_ms=1500).json["session"]
    school.finish(session)

    review = school.call("GET", f"/api/v1/sessions/{session['id']}/review", by=TEACHER).json
    trace = school.call("GET", f"/api/v1/sessions/{session['id']}/trace", by=TEACHER).json

    answers = review["answers"]
    assert [answer["item"] for answer in answers] == shown
    assert [answer["answer"]["option"] for answer in answers] == ["a", "b", "c"]
    for answer, step in zip(answers, trace["steps"], strict=True):
        feedback = answer["feedback"]
        assert feedback["is_correct"] == (answer["answer"]["option"] == feedback["key"]) == (step["score"] == 1)
        assert feedback["key"] in [option["id"] for option in answer["item"]["options"]]
        assert feedback["solution"]
        assert (answer["response_ms"], answer["theta_after"], answer["reason"]) == (
            1500,
            step["theta_after"],
            step["reason"],
        )
        assert answer["scale_after"]["low"] < answer["scale_after"]["score"] < answer["scale_after"]["high"]
        assert answer["skill_name"]
    assert review["replay"] == {"matches": True, "first_difference": None}
    assert (review["session"]["status"], review["session"]["answered"]) == ("finished", 3)
    assert review["scale"] == answers[-1]["scale_after"]
    assert review["is_provisional"] is True


def test_a_running_attempt_can_be_looked_at_and_a_voided_one_says_nothing_of_the_ability(school: School) -> None:
    session = school.answer(school.start(), "a").json["session"]
    path = f"/api/v1/sessions/{session['id']}"

    running = school.call("GET", f"{path}/review", by=TEACHER).json
    school.call("POST", f"{path}/void", {"reason": "A trial."}, by=TEACHER)
    voided = school.call("GET", f"{path}/review", by=TEACHER).json

    assert (running["session"]["status"], len(running["answers"])) == ("active", 1)
    assert running["scale"] is not None
    assert (voided["session"]["status"], voided["scale"]) == ("invalidated", None)
    assert voided["answers"] == running["answers"]


def test_learners_never_see_a_review(school: School) -> None:
    session = school.start()

    assert school.call("GET", f"/api/v1/sessions/{session['id']}/review", by=LEARNER).code == "permission_missing"
