"""Jobs in a database of their own, and events that start them."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from dreamseed.database.ids import new_id
from dreamseed.message import Message
from dreamseed.platform.models import JobRequested
from functions.platform.start_job import start_job
from host.postgres import Database
from tests.functions.platform.conftest import WorkflowRecorder
from tests.functions.platform.jobs.stage import Start


@pytest.fixture
def database(fresh_database: Database) -> Database:
    """The sweeper sees every organisation's jobs, so each test has a database of its own."""
    return fresh_database


@pytest.fixture
def start(
    database: Database, org_id: UUID, workflow_recorder: WorkflowRecorder, monkeypatch: pytest.MonkeyPatch
) -> Start:
    """Delivers `job.requested`."""

    def deliver(job_id: UUID, attempt: int) -> None:
        monkeypatch.setenv("DREAMSEED_DATABASE_MAIN", database.url("write"))
        message = Message(new_id(), "job.requested", org_id, datetime.now(UTC), {})
        request = JobRequested(job_id=job_id, attempt=attempt)
        start_job.call(request, message, workflow_recorder.workflows_of(start_job))

    return deliver
