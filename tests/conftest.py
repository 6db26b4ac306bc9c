"""Fixtures that every test may use: a migrated PostgreSQL, a database of one's own in it, and organisations."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import settings
from sqlalchemy import insert
from xdist.remote import Producer
from xdist.scheduler import Scheduling

from dreamseed.database.engine import dispose_engines
from dreamseed.database.ids import new_id
from dreamseed.database.key_store import prepare_key_store
from dreamseed.database.migrate import migrate
from dreamseed.database.transaction import tenant_transaction
from dreamseed.platform.tables import organisations
from host.postgres import Database, Role
from tests.postgres_fixture import PostgresForTests
from tests.scheduling import KeepTogether
from tests.school import school

__all__ = ["school"]

VARIABLE = "DREAMSEED_DATABASE_MAIN"

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
"""Linear algebra in one thread, as the platform gives functions (host/environment.py): more of them would wait for one
another, for the threads of other workers are on the same processors. It is read when numpy is imported, after this."""

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("exploring", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))
"""A commit is judged by the same examples everywhere; HYPOTHESIS_PROFILE=exploring looks for new ones. Time is measured
in `benchmarks/`, not here."""


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresForTests]:
    """The run's one cluster, shared by all workers of pytest-xdist; started by the first test that needs it."""
    folder = _run_folder(tmp_path_factory)
    cluster = PostgresForTests(folder, _migrate)
    yield cluster
    if "PYTEST_XDIST_WORKER" not in os.environ:
        cluster.stop()


@pytest.fixture(scope="module")
def database(postgres: PostgresForTests) -> Iterator[Database]:
    """A migrated database for the tests of one module, which keep apart by using organisations of their own."""
    with postgres.database() as database:
        yield database
        dispose_engines()


@pytest.fixture
def fresh_database(postgres: PostgresForTests) -> Iterator[Database]:
    """A migrated database for one test: for what counts rows across tenants, or changes the schema."""
    with postgres.database() as database:
        yield database
        dispose_engines()


@pytest.fixture
def signed_in_as(database: Database, monkeypatch: pytest.MonkeyPatch) -> Callable[[Role], None]:
    """Gives this process the database with the role of a grant, as the platform would."""

    def sign_in(role: Role) -> None:
        monkeypatch.setenv(VARIABLE, database.url(role))

    return sign_in


@pytest.fixture
def org_id(database: Database) -> UUID:
    """A new organisation."""
    return create_organisation(database)


@pytest.fixture
def other_org_id(database: Database) -> UUID:
    """A second organisation, whose data must stay out of the first one's sight."""
    return create_organisation(database)


def create_organisation(database: Database) -> UUID:
    """A new organisation in that database; returns its id."""
    org_id = new_id()
    with tenant_transaction(org_id, database.url("write")) as db:
        db.execute(insert(organisations).values(id=org_id, slug=f"org-{org_id.hex[-12:]}", name="A school"))
    return org_id


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling | None:
    """Under pytest-xdist tests that share fixtures stay together, if nobody has asked for another distribution."""
    return KeepTogether(config, log) if config.getvalue("dist") == "loadscope" else None


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Under pytest-xdist the controller stops the server, whichever worker started it."""
    if hasattr(session.config, "workerinput") or not session.config.pluginmanager.hasplugin("dsession"):
        return
    factory: pytest.TempPathFactory = session.config._tmp_path_factory  # type: ignore[attr-defined]
    PostgresForTests(factory.getbasetemp(), lambda database: None).stop()


def _migrate(database: Database) -> None:
    prepare_key_store(database.keys_url("owner"))
    migrate(database.url("owner"))


def _run_folder(factory: pytest.TempPathFactory) -> Path:
    """The run's temporary folder; a worker's own lies inside it."""
    base = factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
