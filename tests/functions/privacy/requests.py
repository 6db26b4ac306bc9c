"""Driving requests of privacy as the platform would: clocks tick, events arrive, jobs run."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update

from dreamseed.catalogue import load_catalogue
from dreamseed.database.transaction import tenant_transaction
from dreamseed.function import Function
from dreamseed.message import Message
from dreamseed.platform.jobs import start_attempt
from dreamseed.platform.tables import jobs, organisations, outbox
from dreamseed.ports.blobs import connect
from dreamseed.ports.subject_keys import connect as connect_keys
from dreamseed.ports.subject_keys import forget_keys
from dreamseed.privacy.tables import erasures
from tests.functions.identity.accounts import Person, new_organisation, new_person, token_of
from tests.school import School

FUNCTIONS = {function.name: function for function in load_catalogue()}
BASE = "/api/v1/privacy"


class Lake:
    """An organisation of the test's own with an administrator, and what one does in it."""

    def __init__(self, school: School) -> None:
        self.school = school
        self.org_id, _ = new_organisation(school)
        self.admin = self.person("org_admin")

    def person(self, role: str = "learner") -> Person:
        """A new person of the organisation."""
        return new_person(self.school, role, self.org_id)

    def ask(self, method: str, path: str, body: Any = None, *, by: Person | None = None, **options: Any) -> Any:
        """Call an endpoint of privacy as somebody, by default the administrator; the reply."""
        token = token_of(self.school, by or self.admin)
        return self.school.api.call(method, f"{BASE}{path}", body, token=token, **options)

    def run_job(self, job_id: str) -> None:
        """Run the step of a job's state machine, as its execution would."""
        with self.transaction() as db:
            job = db.execute(select(jobs).where(jobs.c.id == UUID(job_id))).one()
            attempt = job.attempts + 1
            start_attempt(db, job.id, attempt)
        step = self.function(job.kind)
        step({"org_id": str(self.org_id), "job_id": job_id, "attempt": attempt}, None)

    def function(self, name: str) -> Function:
        """A function with the database of its grant."""
        self.school.api._give_database(FUNCTIONS[name])
        return FUNCTIONS[name]

    def deliver(self, name: str, topic: str, data: dict[str, Any]) -> None:
        """Deliver an event of this organisation to a queue function."""
        body = Message(uuid4(), topic, self.org_id, datetime.now().astimezone(), data).to_json()
        record = {"messageId": str(uuid4()), "body": body, "attributes": {"ApproximateReceiveCount": "1"}}
        reply = self.function(name)({"Records": [record]}, None)
        assert reply == {"batchItemFailures": []}

    def erase(self, person: Person, by: Person | None = None) -> Any:
        """Ask for somebody's erasure, let its time come, and carry it out; what it says afterwards."""
        asked = self.ask("POST", "/erasures", {"subject_id": str(person.id)}, by=by).json
        self.let_begin(asked["id"])
        begun = self.ask("GET", f"/erasures/{asked['id']}").json
        self.run_job(begun["job_id"])
        forget_keys()  # as other processes do within a minute
        return self.ask("GET", f"/erasures/{asked['id']}").json

    def let_begin(self, erasure_id: str) -> None:
        """The time for calling it off has passed, and the clock ticks."""
        self.make_due(erasure_id)
        self.tick(erasure_id)

    def make_due(self, erasure_id: str) -> None:
        """The time for calling it off has passed."""
        with self.transaction() as db:
            now = update(erasures).where(erasures.c.id == UUID(erasure_id))
            db.execute(now.values(due_at=erasures.c.created_at))

    def tick(self, erasure_id: str) -> None:
        """The clock finds what is due, and what it announces of this erasure arrives."""
        self.function("start_due_erasures")({}, None)
        with self.transaction() as db:
            found = db.scalars(select(outbox.c.payload).where(outbox.c.topic == "erasure.due"))
            announced = [each for each in found if each["erasure_id"] == erasure_id]
        for data in announced[-1:]:
            self.deliver("begin_erasure", "erasure.due", data)

    def export(self, person: Person) -> dict[str, bytes]:
        """The files of a new copy of what is kept of somebody."""
        asked = self.ask("POST", "/exports", {"subject_id": str(person.id)}).json
        self.run_job(asked["job_id"])
        return self.files(f"exports/{asked['id']}.zip")

    def files(self, name: str) -> dict[str, bytes]:
        """The files of a zip that privacy keeps."""
        with zipfile.ZipFile(io.BytesIO(self.blobs.get("privacy", name))) as archive:
            return {each: archive.read(each) for each in archive.namelist()}

    @property
    def blobs(self) -> Any:
        """The organisation's objects."""
        return connect(FUNCTIONS["erase_subject"], self.org_id)

    @property
    def keys(self) -> Any:
        """The keys of the organisation's people."""
        return connect_keys(self.function("erase_subject"), self.org_id)

    def transaction(self) -> Any:
        """A transaction of this organisation."""
        return tenant_transaction(self.org_id, self.school.database.url("erase"))

    def set(self, **values: Any) -> None:
        """Change the organisation."""
        with self.transaction() as db:
            db.execute(update(organisations).where(organisations.c.id == self.org_id).values(**values))

    def add(self, table: Any, **values: Any) -> None:
        """A row of this organisation."""
        with self.transaction() as db:
            db.execute(insert(table).values(**values))

    def count(self, table: Any, where: Callable[[Any], Any]) -> int:
        """How many rows of a table there are."""
        with self.transaction() as db:
            return len(db.execute(select(table).where(where(table.c))).all())


def rows_of(files: dict[str, bytes], table: str) -> list[dict[str, Any]]:
    """The rows of a table in a copy."""
    rows: list[dict[str, Any]] = json.loads(files[f"data/{table}.json"])
    return rows
