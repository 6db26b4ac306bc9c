"""Version 0021: what anonymised copies said of people is told trait by trait, and consents from before are consents."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import psycopg
import pytest

from dreamseed.database.migrate import downgrade, migrate
from dreamseed.ports.subject_keys import forget_keys
from dreamseed.privacy.models import CopyReport
from host.postgres import Database
from tests.conftest import create_organisation
from tests.keys import keys_of

REPORT = {"k_wanted": 10, "k_reached": 13, "people": 149, "people_left_out": 3, "rows": 9, "rows_left_out": 1}
PRECISION = {"language": "1 of 2", "age_band": "3 of 3", "last_test": "2 of 3"}
JOB = "insert into jobs (org_id, id, kind, input) values (%(org)s, %(id)s, 'anonymise_responses', '{}')"
COPY = """
insert into anonymised_copies (org_id, id, job_id, k, created_by, report)
    values (%(org)s, %(id)s, %(id)s, 10, %(id)s, %(report)s)"""


@pytest.fixture
def old(fresh_database: Database) -> Database:
    """A database as the version before leaves it, with a copy that is made and one that is not."""
    forget_keys()
    downgrade(fresh_database.url("owner"), "0017")
    org_id = create_organisation(fresh_database)
    with psycopg.connect(fresh_database.conninfo()) as db:
        for number, report in enumerate((json.dumps({**REPORT, "precision": PRECISION}), None)):
            values = {"org": org_id, "id": UUID(int=number), "report": report}
            for statement in (JOB, COPY):
                db.execute(statement.encode(), values)
    return fresh_database


def reports(database: Database) -> list[Any]:
    with psycopg.connect(database.conninfo()) as db:
        return [row[0] for row in db.execute("select report from anonymised_copies order by id").fetchall()]


def test_reports_of_before_say_what_the_new_ones_say(old: Database) -> None:
    migrate(old.url("owner"), keys=keys_of(old, None, "owner"))

    made, unmade = reports(old)
    report = CopyReport(**made)
    assert unmade is None
    assert (report.k_reached, report.results_reached, report.includes_simulated) == (13, None, False)
    told = {each.trait: (each.steps, each.most_steps, each.says) for each in report.precision}
    assert told == {"language": (1, 1, "nothing"), "age_band": (0, 2, "3 of 3"), "last_test": (1, 2, "2 of 3")}


def test_going_back_tells_them_as_before(old: Database) -> None:
    migrate(old.url("owner"), keys=keys_of(old, None, "owner"))

    downgrade(old.url("owner"), "0017")

    made, unmade = reports(old)
    assert unmade is None
    assert made["precision"] == PRECISION
    assert "results_reached" not in made
