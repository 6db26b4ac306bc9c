"""The term in a database: written once, whole after an interruption, and what the product would have made of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.rows import dict_row
from sqlalchemy import Connection, Table, func, insert, select

from dreamseed.assessment.tables import test_sessions
from dreamseed.database.transaction import tenant_transaction
from dreamseed.learning.models import FinishedSession
from dreamseed.learning.states import record_session
from dreamseed.learning.tables import knowledge_states
from dreamseed.school.analytics import analyse_class
from dreamseed.school.queries import read_class
from host.demo.seed import HILLSIDE, ORGANISATIONS, RIVERBANK, DemoOrganisation, demo_id, seed
from host.demo.term import seed as term_seed
from host.demo.term.roster import SIGN_INS, TERM_CLASSES, learners_of
from host.demo.term.seed import seed_term
from host.postgres import Database
from tests.host.demo.term.terms import TODAY
from tests.keys import keys_of
from tests.resilience import ledger
from tests.school import ADMIN, FOREIGN_TEACHER, LEARNER, OTHER_LEARNER, PASSWORD, TEACHER, School, school

__all__ = ["school"]

NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 13, 30, tzinfo=UTC)
TROUBLED = {"falls_behind", "struggles", "stops_coming"}
WRITTEN = (
    *("users", "memberships", "classes", "enrolments", "accommodations", "assignments", "assignment_extensions"),
    *("test_sessions", "responses", "knowledge_evidence", "knowledge_states", "learner_abilities", "exposure_counts"),
)
SESSIONS = """
select s.id, s.learner_id, s.bank_version_id, s.theta, s.se, s.finished_at,
    jsonb_agg(jsonb_build_object('position', r.position, 'score', r.score, 'concept_code', c.code)) as responses
from test_sessions s join responses r on r.org_id = s.org_id and r.session_id = s.id
join item_versions v on v.org_id = r.org_id and v.id = r.item_version_id
join items i on i.org_id = v.org_id and i.id = v.item_id join concepts c on c.org_id = i.org_id and c.id = i.concept_id
where s.learner_id = %(learner_id)s group by s.org_id, s.id order by s.finished_at
"""
LEARNING = ("knowledge_evidence", "knowledge_states", "learner_abilities")

Json = dict[str, Any]


@pytest.fixture(scope="module")
def term(school: School) -> School:
    """The demo school with its term."""
    assert seed_term(school.database.url("write"), school.keys(), NOW) == len(TERM_CLASSES)
    return school


def rows(database: Database, statement: str, **values: object) -> list[Json]:
    """The rows of a statement as the superuser sees them."""
    with psycopg.connect(database.conninfo(), row_factory=dict_row) as db:
        return db.execute(statement, values).fetchall()


def digests(database: Database, organisation: DemoOrganisation) -> Json:
    """A digest of all that is written of an organisation, but for when it was and what is sealed."""
    hashes = "select md5({}::text) as d from {} t where org_id = %(org_id)s"
    statement = f"select md5(string_agg(d, '' order by d)) as digest from ({hashes}) x"
    plain = "(to_jsonb(t) - 'created_at' - 'password_hash' - 'email' - 'email_digest' - 'full_name')"
    kept = {"test_sessions": "to_jsonb(t)", "responses": "to_jsonb(t)"}
    return {
        name: rows(database, statement.format(kept.get(name, plain), name), org_id=organisation.id)[0]["digest"]
        for name in WRITTEN
    }


def page(term: School, path: str, by: str, **query: str) -> list[Json]:
    """What is on the first page of a list."""
    reply = term.call("GET", f"/api/v1{path}", by=by, query={"limit": "100", **query})
    assert reply.status == 200, reply.json
    items: list[Json] = reply.json["items"]
    return items


def test_writing_it_again_changes_nothing(term: School) -> None:
    before = [digests(term.database, each) for each in ORGANISATIONS]

    assert seed_term(term.database.url("write"), term.keys(), NOW) == 0
    assert seed_term(term.database.url("write"), term.keys(), NOW + timedelta(days=30)) == 0
    assert [digests(term.database, each) for each in ORGANISATIONS] == before


def test_what_was_cut_short_is_made_up_for(
    term: School, fresh_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, add, keys = fresh_database.url("write"), term_seed._add, keys_of(fresh_database, None)
    of_riverbank = tuple(each for each in TERM_CLASSES if each.school_class.organisation == RIVERBANK)
    seed(url, keys)
    monkeypatch.setattr(term_seed, "TERM_CLASSES", of_riverbank)

    def breaking_add(db: Connection, table: Table, some: list[Json]) -> None:
        if table is knowledge_states and db.scalar(select(func.count()).select_from(knowledge_states)):
            raise KeyboardInterrupt  # in the middle of the second class
        add(db, table, some)

    with monkeypatch.context() as broken:
        broken.setattr(term_seed, "_add", breaking_add)
        with pytest.raises(KeyboardInterrupt):
            seed_term(url, keys, NOW)

    assert len(of_riverbank) == 2
    assert seed_term(url, keys, NOW) == 1
    assert digests(fresh_database, RIVERBANK) == digests(term.database, RIVERBANK)


def test_everything_follows_from_the_answers_alone(term: School) -> None:
    checks = (ledger.WRONG_SESSIONS, ledger.WRONG_EXPOSURES, ledger.WRONG_STATES, ledger.UNHEARD)
    for organisation in (HILLSIDE, RIVERBANK):
        for check in checks:
            assert rows(term.database, check, org_id=organisation.id, consumers=ledger.CONSUMERS) == []


def test_what_is_known_is_what_the_product_learns_from_the_same_sessions(term: School) -> None:
    for email in (LEARNER, OTHER_LEARNER, learners_of(TERM_CLASSES[3])[0].person.email):
        learner_id = demo_id(email)
        before = known_of(term.database, learner_id)
        sessions = rows(term.database, SESSIONS, learner_id=learner_id)
        with psycopg.connect(term.database.conninfo()) as db:
            for table in LEARNING:
                db.execute(f"delete from {table} where learner_id = %s", [learner_id])

        with tenant_transaction(HILLSIDE.id, term.database.url("write")) as db:
            for session in sessions:
                record_session(db, FinishedSession.model_validate({"session_id": session.pop("id"), **session}))

        assert len(sessions) > 3
        assert known_of(term.database, learner_id) == before


def test_a_learner_who_has_taken_tests_is_left_alone(fresh_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    url, keys = fresh_database.url("write"), keys_of(fresh_database, None)
    seed(url, keys)
    monkeypatch.setattr(term_seed, "TERM_CLASSES", TERM_CLASSES[:1])
    with tenant_transaction(HILLSIDE.id, url) as db:
        db.execute(insert(test_sessions).values(**session_of(LEARNER)))

    assert seed_term(url, keys, NOW) == 1

    count = "select count(*) as n from test_sessions where learner_id = %(learner_id)s"
    assert rows(fresh_database, count, learner_id=demo_id(LEARNER))[0]["n"] == 1
    assert rows(fresh_database, count, learner_id=demo_id(OTHER_LEARNER))[0]["n"] > 3


SESSIONS_OF_THEIR_CLASSES = """
select s.id::text, s.answered from test_sessions s where s.learner_id in (
    select learning.user_id from enrolments teaching join enrolments learning using (org_id, class_id)
    where teaching.user_id = %(teacher_id)s and teaching.role = 'teacher' and learning.role = 'learner'
) order by s.id
"""


def test_traces_replay_for_those_who_may_see_them(term: School) -> None:
    for teacher in (TEACHER, FOREIGN_TEACHER):
        sessions = rows(term.database, SESSIONS_OF_THEIR_CLASSES, teacher_id=demo_id(teacher))
        assert len(sessions) > 100
        for session in sessions[::50]:
            trace = term.call("GET", f"/api/v1/sessions/{session['id']}/trace", by=teacher).json

            assert trace["replay"] == {"matches": True, "first_difference": None}
            assert len(trace["steps"]) == session["answered"]


def test_the_right_learners_are_said_to_need_help_and_most_are_not(term: School) -> None:
    flagged: dict[bool, list[bool]] = {True: [], False: []}
    for term_class in TERM_CLASSES:
        course_of = {demo_id(each.person.email): each.traits.course for each in learners_of(term_class)}
        org_id = term_class.school_class.organisation.id
        with tenant_transaction(org_id, term.database.url("read")) as db:
            row = read_class(db, term_class.school_class.id, demo_id(term_class.teacher.email))
            assert row is not None
            report = analyse_class(db, term.keys(org_id), row, NOW)
        for learner in report.learners:
            flagged[course_of[learner.learner_id] in TROUBLED].append(learner.needs_help.is_flagged)

    assert sum(flagged[True]) > 0.7 * len(flagged[True])
    assert sum(flagged[False]) < 0.25 * len(flagged[False])


def test_a_teacher_sees_the_class_with_everybody_marked_as_simulated(term: School) -> None:
    own = page(term, "/classes", TEACHER)
    report = term.call("GET", f"/api/v1/analytics/classes/{demo_id('hillside', 'class', '7A')}", by=TEACHER).json

    assert [each["name"] for each in own] == ["7A", "8A"]
    assert len(report["learners"]) == own[0]["learner_count"] == 26
    assert all(learner["is_simulated"] and learner["scale"] for learner in report["learners"])
    assert sum(learner["growth"] is not None for learner in report["learners"]) > 20
    assert len(report["skills"]) >= 25
    assert {code for each in report["mastery"] for code in each["by_skill"]} == {
        each["code"] for each in report["skills"]
    }


def test_a_learner_sees_the_tests_of_the_term_in_their_order(term: School) -> None:
    history = page(term, "/learners/me/history", LEARNER)
    sessions = page(term, "/sessions", LEARNER)
    state = term.call("GET", "/api/v1/learners/me/state", by=LEARNER).json

    assert [each["session_id"] for each in history] == [each["id"] for each in reversed(sessions)]
    assert {each["status"] for each in sessions} <= {"finished", "expired"}
    assert state["ability"]["theta"] == history[-1]["theta"]
    assert len(state["skills"]) > 15
    assert term.call("GET", "/api/v1/learners/me", by=LEARNER).json["is_simulated"]


def test_a_result_of_the_term_can_be_read(term: School) -> None:
    session = page(term, "/sessions", LEARNER)[0]
    result = term.call("GET", f"/api/v1/sessions/{session['id']}/result", by=LEARNER).json

    assert result["answered"] == session["answered"]
    assert all(0 < skill["mastery"] < 1 for skill in result["skills"])


def test_assignments_have_windows_progress_and_an_extension(term: School) -> None:
    found = page(term, "/assignments", TEACHER, class_id=str(demo_id("hillside", "class", "7A")))
    details = [term.call("GET", f"/api/v1/assignments/{each['id']}", by=TEACHER).json for each in found]

    assert len(found) == 6
    assert all(each["opens_at"] < each["closes_at"] for each in found)
    assert sum(each["counts"]["done"] > 15 for each in found) >= 4
    assert {learner["extra_seconds"] for each in details for learner in each["progress"]} == {0, 600}
    assert all(learner["is_simulated"] for each in details for learner in each["progress"])


def test_everybody_says_that_they_are_simulated_and_few_can_sign_in(term: School) -> None:
    people = rows(term.database, "select id, is_simulated, password_hash is not null as may_sign_in from users")
    shown = page(term, "/users", ADMIN)

    assert all(person["is_simulated"] for person in (*people, *shown))
    assert {person["id"] for person in people if person["may_sign_in"]} == {demo_id(email) for email in SIGN_INS}
    nobody = next(person["email"] for person in shown if person["email"] not in SIGN_INS)
    grant = {"grant_type": "password", "email": nobody, "password": ""}
    assert term.call("POST", "/api/v1/auth/token", {**grant, "password": PASSWORD}).status == 401


def known_of(database: Database, learner_id: UUID) -> list[Json]:
    """All that is known of a learner, whenever it was written down."""
    statement = "select to_jsonb(t) - 'created_at' as row from {} t where learner_id = %(learner_id)s order by t::text"
    found = [row["row"] for table in LEARNING for row in rows(database, statement.format(table), learner_id=learner_id)]
    return sorted(found, key=repr)


def session_of(email: str) -> Json:
    """A test that somebody has just begun."""
    return {
        "learner_id": demo_id(email),
        "test_design_id": demo_id("hillside", "Practise"),
        "bank_version_id": demo_id("hillside", "bank version"),
        "seed": 1,
        "cat_state": {},
        "theta": 0.0,
        "se": 1.0,
        "started_at": NOW,
        "expires_at": NOW + timedelta(days=7),
    }
