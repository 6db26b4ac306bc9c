"""The embedded PostgreSQL: starts where it must, heals, keeps what was committed, and cleans up after a killed host."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from host.postgres import ROLES, Database, Postgres
from host.postmaster import PostgresError, account, read_postmaster
from tests.postgres_fixture import PostgresForTests

PATIENCE_SECONDS = 20


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    server = Postgres(tmp_path_factory.mktemp("a path with spaces & 100 % signs") / "postgres", durable=False)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Postgres]:
    server = Postgres(tmp_path / "postgres", durable=False)
    yield server
    server.stop()


def answers(database: Database, question: str) -> object:
    with psycopg.connect(database.conninfo()) as connection:
        row = connection.execute(question.encode()).fetchone()
    return row[0] if row else None


def wait_for_answer(database: Database, question: str) -> object:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return answers(database, question)
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


@pytest.mark.parametrize("role", ROLES)
def test_every_role_signs_in_by_its_own_url(shared: Postgres, role: str) -> None:
    url = shared.database.url(role).replace("postgresql+psycopg", "postgresql")  # type: ignore[arg-type]

    with psycopg.connect(url) as connection:
        row = connection.execute("select current_user, current_database()").fetchone()

    assert row == (f"dreamseed_{role}", "dreamseed")


def test_only_the_owner_may_change_the_schema(shared: Postgres) -> None:
    create = "create table schema_probe (id int)"

    with psycopg.connect(shared.database.conninfo("dreamseed_owner")) as connection:
        connection.execute(create)
        connection.rollback()
    for role in set(ROLES) - {"owner"}:
        with (
            psycopg.connect(shared.database.conninfo(f"dreamseed_{role}")) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute(create)


def test_no_sign_in_role_escapes_row_level_security(shared: Postgres) -> None:
    escapes = (
        "select count(*) from pg_roles where rolname like 'dreamseed%' and (rolsuper or rolbypassrls or rolcreaterole)"
    )

    assert answers(shared.database, escapes) == 0


def test_vectors_can_be_compared(shared: Postgres) -> None:
    assert answers(shared.database, "select '[1,2]'::vector <-> '[4,6]'::vector") == 5.0


def test_nobody_can_connect_over_the_network(shared: Postgres) -> None:
    assert answers(shared.database, "show listen_addresses") == ""


def test_a_restart_keeps_what_was_committed(tmp_path: Path) -> None:
    first = Postgres(tmp_path / "postgres")
    with psycopg.connect(first.start().conninfo()) as connection:
        connection.execute("create table kept as select 42 as value")
    first.stop()

    second = Postgres(tmp_path / "postgres")
    value = answers(second.start(), "select value from kept")
    second.stop()

    assert value == 42


def test_a_stopped_server_leaves_no_socket_and_no_process(tmp_path: Path) -> None:
    server = Postgres(tmp_path / "postgres", durable=False)
    socket_dir = server.start().socket_dir

    server.stop()

    assert not socket_dir.exists()
    assert read_postmaster(tmp_path / "postgres") is None


def test_a_killed_server_comes_back_on_the_same_url_with_its_data(cluster: Postgres) -> None:
    database = cluster.start()
    with psycopg.connect(database.conninfo()) as connection:
        connection.execute("create table kept as select 42 as value")
    killed = cluster.pid
    assert killed

    for _ in range(2):
        os.kill(cluster.pid or 0, signal.SIGKILL)
        assert wait_for_answer(database, "select value from kept") == 42

    assert cluster.pid != killed


def test_a_second_server_on_the_same_folder_is_refused(cluster: Postgres) -> None:
    cluster.start()

    with pytest.raises(PostgresError, match="another DreamSeed is using"):
        Postgres(cluster.data).start()

    assert answers(cluster.database, "select 1") == 1


def test_what_a_killed_host_left_running_is_replaced(cluster: Postgres) -> None:
    host = multiprocessing.get_context("spawn").Process(target=serve_and_be_killed, args=(cluster.data,))
    host.start()
    host.join()
    orphan = read_postmaster(cluster.data)
    assert orphan
    assert orphan.is_ready

    database = cluster.start()

    assert answers(database, "select value from kept") == 42
    assert cluster.pid != orphan.pid
    assert not orphan.socket_dir.exists()


def serve_and_be_killed(data: Path) -> None:
    with psycopg.connect(Postgres(data, durable=False).start().conninfo()) as connection:
        connection.execute("create table kept as select 42 as value")
    os.kill(os.getpid(), signal.SIGKILL)


def test_another_process_that_got_the_old_server_s_id_is_left_alone(cluster: Postgres) -> None:
    cluster.start()
    cluster.stop()
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    stale = f"{bystander.pid}\n{cluster.data}\n1\n5432\n/tmp/dreamseed-pg-gone\n\n0 0\nready\n"
    (cluster.data / "postmaster.pid").write_text(stale)

    again = Postgres(cluster.data, durable=False)
    again.start()
    again.stop()

    assert bystander.poll() is None
    bystander.kill()
    bystander.wait()


def test_a_cluster_whose_making_was_cut_short_is_made_again(cluster: Postgres) -> None:
    unfinished = cluster.data.with_name("postgres.new-1234")
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")

    assert answers(cluster.start(), "select 1") == 1


def test_a_server_that_cannot_start_says_why(cluster: Postgres) -> None:
    cluster.start()
    cluster.stop()
    (cluster.data / "postgresql.conf").write_text("no_such_setting = 1\n")

    with pytest.raises(PostgresError, match="no_such_setting"):
        Postgres(cluster.data).start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a process to another user")
def test_root_can_give_the_server_to_nobody_and_take_it_back(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(tempfile.mkdtemp(prefix="dreamseed-nobody-"))  # pytest's own is closed to other users
    folder.chmod(0o755)
    owners = []

    for as_nobody in ("1", "", "1"):
        monkeypatch.setenv("DREAMSEED_POSTGRES_AS_NOBODY", as_nobody)
        account.cache_clear()
        server = Postgres(folder / "postgres", durable=False)
        assert answers(server.start(), "select 1") == 1
        owners.append(server.data.stat().st_uid)
        server.stop()
    account.cache_clear()
    shutil.rmtree(folder)

    assert owners[0] == owners[2] != 0


def make_marker_table(database: Database) -> None:
    with psycopg.connect(database.conninfo("dreamseed_owner")) as connection:
        connection.execute("create table marker as select 1 as value")


def test_clones_for_tests_share_the_schema_but_not_the_rows(tmp_path: Path) -> None:
    with (
        PostgresForTests(tmp_path, make_marker_table) as first_worker,
        PostgresForTests(tmp_path, make_marker_table) as second_worker,
        first_worker.database() as one,
        second_worker.database() as other,
    ):
        with psycopg.connect(one.conninfo("dreamseed_owner")) as connection:
            connection.execute("update marker set value = 2")

        assert one.socket_dir == other.socket_dir
        assert answers(one, "select value from marker") == 2
        assert answers(other, "select value from marker") == 1


def test_a_failed_migration_leaves_no_half_made_template(tmp_path: Path) -> None:
    def fail(database: Database) -> None:
        raise RuntimeError("broken migration")

    with PostgresForTests(tmp_path, fail) as worker, pytest.raises(RuntimeError, match="broken"), worker.database():
        pass

    assert read_postmaster(tmp_path / "postgres") is None
