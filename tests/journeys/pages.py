"""Every page of the app: who looks at it, where it is, and what to do there before it is looked at.

A new page is one line of `PAGES`. Parameters of its address are found by asking the API as whoever looks at it.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
from playwright.sync_api import expect

from host.demo.family import ZURI
from tests.journeys.account import link_mailed_by
from tests.journeys.answer_key import item_sent, right_option
from tests.journeys.learner_page import LearnerPage
from tests.journeys.running_school import REPLY_SECONDS
from tests.school import PASSWORD

ANYBODY = ""
LEARNER = "learner"
TEACHER = "teacher"
AUTHOR = "author"
ADMIN = "org_admin"
GUARDIAN = "guardian"
CHILD = ZURI.email
"""Of eleven years, for whom nobody has agreed yet."""

ABILITY = 0.7
"""Of who takes the test whose result is looked at, in logits."""

JOB_PATIENCE_MS = 90_000
"""How long a job may take on a machine that does other things."""

Json = dict[str, Any]
Find = Callable[[httpx.Client], str]
"""Finds the value of a parameter by asking the API."""


@dataclass(frozen=True)
class Page:
    """A page of the app, or one of the states of a page that has several.

    `route` is its address as the app's router has it, `role` who looks at it (or somebody's own e-mail address), `find`
    how to find each parameter of the address, `go_on` what to do there first. `name` stands for the state, in reports
    and file names.
    """

    route: str
    role: str
    find: dict[str, Find] = field(default_factory=dict)
    name: str = ""
    go_on: Callable[[LearnerPage], None] = lambda tab: None

    def address(self, api: httpx.Client) -> str:
        """The address with its parameters filled in."""
        address = self.route
        for name, find in self.find.items():
            address = address.replace(f"${name}", find(api))
        return address

    @property
    def slug(self) -> str:
        """What its pictures are called: «teach-classes-class» for /teach/classes/$classId."""
        parts = [part.removeprefix("$").removesuffix("Id") for part in (*self.route.split("/"), *self.name.split())]
        return "-".join(filter(None, parts)) or "home"

    def __str__(self) -> str:
        return f"{self.route} {self.name}".strip()


def first(path: str, key: str = "id") -> Find:
    """A parameter that is the first of a list of the API."""
    return lambda api: str(api.get(path).raise_for_status().json()["items"][0][key])


A_CLASS = first("/classes")


def a_learner(api: httpx.Client) -> str:
    """Somebody who learns in the caller's first class, and has taken tests."""
    people = api.get(f"/analytics/classes/{A_CLASS(api)}").raise_for_status().json()["learners"]
    return str(next(person["learner_id"] for person in people if person["sessions"]))


def an_attempt(api: httpx.Client) -> str:
    """A test that somebody of the caller's first class has taken."""
    return first(f"/learners/{a_learner(api)}/history", "session_id")(api)


def a_simulation(api: httpx.Client) -> str:
    """A simulation of the caller's; one is started if there is none."""
    there = api.get("/simulations").raise_for_status().json()["items"]
    if there:
        return str(there[0]["id"])
    body = {"test_design_id": first("/test_designs")(api), "examinees": 100, "theta_points": [0.0]}
    return str(api.post("/simulations", json=body).raise_for_status().json()["id"])


def a_roster(api: httpx.Client) -> str:
    """A roster that was compared with the school: somebody new, somebody known, and a row of nonsense."""
    rows = (
        "email,full_name,role,class",
        "noa@lake.example,Noa Berg,learner,7A",
        "ada@hillside.example,Ada Okafor-Lind,learner,7A",
        "?,,",
    )
    body = {
        "format": "csv",
        "name": "autumn.csv",
        "content": b64encode("\n".join(rows).encode()).decode(),
        "is_dry_run": True,
    }
    return str(api.post("/rosters", json=body).raise_for_status().json()["id"])


def a_disclosure(api: httpx.Client) -> str:
    """A learner of whom something was disclosed; that is noted if there is nothing."""
    learner_id = a_learner(api)
    if not api.get("/disclosures", params={"learner_id": learner_id}).raise_for_status().json()["items"]:
        body = {
            "learner_id": learner_id,
            "party": "Riverbank School",
            "records": "Test results of this school year",
            "purpose": "Placement in a class",
            "basis": "transfer",
        }
        api.post("/disclosures", json=body).raise_for_status()
    return learner_id


def a_ward(api: httpx.Client) -> str:
    """A ward of the caller's who has taken tests."""
    wards = [str(each["learner_id"]) for each in api.get("/me/wards").raise_for_status().json()["items"]]
    return next(ward for ward in wards if api.get(f"/learners/{ward}/history").raise_for_status().json()["items"])


def a_child(api: httpx.Client) -> str:
    """Somebody with a guardian."""
    (child,) = api.get("/users", params={"query": CHILD}).raise_for_status().json()["items"]
    return str(child["id"])


def practice(api: httpx.Client) -> str:
    """A practice session that waits at its first item."""
    session = _open_session(api, "practice")
    if session["answered"] == 0 and session["status"] == "active":
        return str(session["id"])
    api.post(f"/sessions/{session['id']}/finish").raise_for_status()
    return practice(api)


def finished_test(api: httpx.Client) -> str:
    """A test that the caller has taken from the first item to the last; it is taken now if there is none."""
    query: dict[str, str | int] = {"status": "finished", "learner_id": "me", "limit": 100}
    for session in api.get("/sessions", params=query).raise_for_status().json()["items"]:
        if session["mode"] == "exam" and session["stop_reason"] != "learner_finished":
            return str(session["id"])
    session = _open_session(api, "exam")
    while session["item"] is not None:
        session = _answer(api, session)
    return str(session["id"])


def _open_session(api: httpx.Client, mode: str) -> Json:
    designs = api.get("/test_designs").raise_for_status().json()["items"]
    design_id = next(design["id"] for design in designs if design["mode"] == mode)
    session: Json = api.post("/sessions", json={"test_design_id": design_id}).raise_for_status().json()
    return session


def _answer(api: httpx.Client, session: Json) -> Json:
    """Answer the session's item right if it is easier than `ABILITY`, else wrong; returns how the session goes on."""
    item = session["item"]
    known = item_sent(item)
    index = right_option(known) + (known.difficulty >= ABILITY)
    body = {
        "item_id": item["id"],
        "position": item["position"],
        "answer": {"option": item["options"][index % len(item["options"])]["id"]},
        "response_ms": 8_000,
    }
    headers = {"idempotency-key": uuid4().hex}
    reply = api.post(f"/sessions/{session['id']}/responses", json=body, headers=headers)
    following: Json = reply.raise_for_status().json()["session"]
    return following


def _see_feedback(tab: LearnerPage) -> None:
    tab.expect_question(1)
    tab.answer(tab.wrong_option())
    expect(tab.page.get_by_role("button", name="Next question")).to_be_visible()


def _see_solution(tab: LearnerPage) -> None:
    _see_feedback(tab)
    tab.page.get_by_role("button", name="Show a hint").click()
    tab.page.get_by_role("button", name="Show the answer").click()
    expect(tab.page.get_by_role("heading", name="How to work it out")).to_be_visible()


def _ask_to_finish(tab: LearnerPage) -> None:
    tab.expect_question(1)
    tab.page.get_by_role("button", name="Finish early").click()
    expect(tab.page.get_by_role("dialog")).to_be_visible()


def _pause(tab: LearnerPage) -> None:
    tab.expect_question(1)
    tab.page.get_by_role("button", name="Pause").click()
    expect(tab.page.get_by_role("heading", name="Test paused")).to_be_visible()


def _see_entry(tab: LearnerPage) -> None:
    tab.page.get_by_role("button", name="Details of entry").first.click()
    expect(tab.page.get_by_role("dialog")).to_be_visible()


def _come_by_mail(tab: LearnerPage) -> None:
    """As a guardian whom a child has asked."""
    guardian = f"{uuid4().hex[:12]}@lake.example"
    with httpx.Client(base_url=f"{tab.url}/api/v1", trust_env=False, timeout=REPLY_SECONDS) as api:
        grant = {"grant_type": "password", "email": CHILD, "password": PASSWORD}
        token = api.post("/auth/token", json=grant).raise_for_status().json()["access_token"]
        body = {"subject_id": "me", "guardian_email": guardian, "language": "en"}
        api.post("/consent_requests", json=body, headers={"authorization": f"Bearer {token}"}).raise_for_status()
    tab.page.goto(link_mailed_by(tab.url, guardian, "/guardian"))
    expect(tab.page.get_by_role("button", name="Send my answer")).to_be_visible()


def _choose_a_ward(tab: LearnerPage) -> None:
    tab.page.get_by_label("Whose data?").select_option(index=1)
    tab.expect_page()


def _find_somebody(tab: LearnerPage) -> None:
    tab.page.get_by_label("Find people").fill("okafor")
    expect(tab.page.get_by_text("1 person fits.")).to_be_visible()


def _invite(tab: LearnerPage) -> None:
    tab.page.get_by_role("button", name="Invite somebody").click()
    expect(tab.page.get_by_role("dialog").get_by_label("Role")).to_have_text(re.compile("Teacher"))


def _check_log(tab: LearnerPage) -> None:
    tab.page.get_by_role("button", name="Check the log").click()
    expect(tab.page.get_by_text("The log is intact")).to_be_visible(timeout=JOB_PATIENCE_MS)


PLAYER = "/sessions/$sessionId"

PAGES = [
    Page("/sign-in", ANYBODY),
    Page("/register", ANYBODY),
    Page("/reset-password", ANYBODY),
    Page("/verify", ANYBODY),
    Page("/invitation", ANYBODY),
    Page("/confirm-email", ANYBODY),
    Page("/guardian", ANYBODY),
    Page("/guardian", ANYBODY, name="asked", go_on=_come_by_mail),
    Page("/guardian/confirm", ANYBODY),
    Page("/erasure", ANYBODY),
    Page("/design", ANYBODY),
    Page("/", LEARNER),
    Page("/", CHILD, name="waiting for consent"),
    Page("/tests", LEARNER),
    Page(PLAYER, LEARNER, {"sessionId": practice}),
    Page(PLAYER, LEARNER, {"sessionId": practice}, "feedback", _see_feedback),
    Page(PLAYER, LEARNER, {"sessionId": practice}, "solution", _see_solution),
    Page(PLAYER, LEARNER, {"sessionId": practice}, "finish early", _ask_to_finish),
    Page(PLAYER, LEARNER, {"sessionId": practice}, "paused", _pause),
    Page("/sessions/$sessionId/result", LEARNER, {"sessionId": finished_test}),
    Page("/sessions/$sessionId/result", LEARNER, {"sessionId": practice}, "not yet"),
    Page("/history", LEARNER),
    Page("/settings", LEARNER),
    Page("/settings/security", LEARNER),
    Page("/settings/disclosures", LEARNER),
    Page("/settings/security", ADMIN, name="of staff"),
    Page("/settings/privacy", LEARNER),
    Page("/settings/privacy", CHILD, name="of a child"),
    Page("/settings/privacy", GUARDIAN, name="of a ward", go_on=_choose_a_ward),
    Page("/settings/disclosures", GUARDIAN, name="of a ward", go_on=_choose_a_ward),
    Page("/nowhere", LEARNER, name="not found"),
    Page("/teach", TEACHER),
    Page("/teach/classes/$classId", TEACHER, {"classId": A_CLASS}),
    Page("/teach/classes/$classId/assign", TEACHER, {"classId": A_CLASS}),
    Page("/teach/assignments/$assignmentId", TEACHER, {"assignmentId": first("/assignments")}),
    Page("/teach/learners/$learnerId", TEACHER, {"learnerId": a_learner}),
    Page("/teach/sessions/$sessionId", TEACHER, {"sessionId": an_attempt}),
    Page("/tests", TEACHER, name="of staff"),
    Page("/author/items", AUTHOR),
    Page("/author/items/$itemId", AUTHOR, {"itemId": first("/items")}),
    Page("/author/skills", AUTHOR),
    Page("/author/simulations", AUTHOR),
    Page("/author/simulations/$simulationId", AUTHOR, {"simulationId": a_simulation}),
    Page("/admin/people", ADMIN),
    Page("/admin/people/$userId", ADMIN, {"userId": a_child}),
    Page("/admin/invitations", ADMIN),
    Page("/admin/invitations", ADMIN, name="new", go_on=_invite),
    Page("/admin/classes", ADMIN),
    Page("/admin/classes/$classId", ADMIN, {"classId": A_CLASS}),
    Page("/admin/rosters", ADMIN),
    Page("/admin/rosters/$rosterId", ADMIN, {"rosterId": a_roster}),
    Page("/admin/data-requests", ADMIN),
    Page("/admin/data-requests", ADMIN, name="for somebody", go_on=_find_somebody),
    Page("/admin/consents", ADMIN),
    Page("/admin/audit", ADMIN),
    Page("/admin/audit", ADMIN, name="details", go_on=_see_entry),
    Page("/admin/audit", ADMIN, name="checked", go_on=_check_log),
    Page("/admin/disclosures", ADMIN),
    Page("/teach/learners/$learnerId/disclosures", ADMIN, {"learnerId": a_disclosure}),
    Page("/operate", ADMIN),
    Page("/family", GUARDIAN),
    Page("/family/$wardId", GUARDIAN, {"wardId": a_ward}),
]
