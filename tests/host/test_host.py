"""A whole local cloud, started and ended in every way in which a user or a machine may do it."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg
import pytest

from host.settings import ROOT
from host.testing import HostUnderTest, running_host, wait_until
from tests.host.invoke.test_template import is_alive

pytestmark = pytest.mark.host

LEARNER = {"grant_type": "password", "email": "ada@hillside.example", "password": "learn with joy"}


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostUnderTest]:
    """A host without LocalStack: what these tests are about does not need it."""
    with running_host(tmp_path_factory.mktemp("a path with spaces")) as host:
        yield host


def client(host: HostUnderTest) -> httpx.Client:
    return httpx.Client(base_url=host.url, trust_env=False, timeout=30)


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command of the host to its end."""
    command = [sys.executable, "-m", "host", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=90, check=False)


def all_processes(host: HostUnderTest) -> list[int]:
    """Every process that the host has started, and itself."""
    status = host.status()
    return [status["pid"], *status["processes"].values(), *host.workers("read_health"), *host.workers("issue_token")]


def test_page_api_and_database_answer(host: HostUnderTest) -> None:
    with client(host) as http:
        assert http.get("/health").json() == {"status": "ok"}
        assert http.get("/ready").json() == {"status": "ready", "key_store": "ready"}
        assert http.get("/api/v1/me").status_code == 401
        token = http.post("/api/v1/auth/token", json=LEARNER).json()["access_token"]
        me = http.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).json()

    assert me["email"] == "ada@hillside.example"


def test_the_sign_in_page_can_offer_the_people_of_the_demo(host: HostUnderTest) -> None:
    with client(host) as http:
        demo = http.get("/demo.json").json()

    assert "simulated" in demo["notice"]
    assert demo["sign_ins"] == host.status()["sign_ins"]
    assert "ada@hillside.example" in host.output


def test_the_status_names_processes_that_live(host: HostUnderTest) -> None:
    status = json.loads(run("status", "--json", f"--data-dir={host.data_dir}").stdout)

    assert status["running"] is True
    assert set(status["processes"]) == {"postgres", "template"}
    assert all(status["health"].values())


def test_nothing_listens_where_other_machines_could_reach_it(host: HostUnderTest) -> None:
    tables = [Path("/proc/net/tcp"), Path("/proc/net/tcp6")]
    rows = [row.split() for table in tables for row in table.read_text().splitlines()[1:]]
    sockets = {
        re.sub(r"\D", "", str(link.readlink())) for link in Path(f"/proc/{host.pid}/fd").iterdir() if link.is_symlink()
    }

    ours = [row[1].split(":")[0] for row in rows if row[3] == "0A" and row[9] in sockets]

    assert ours
    assert set(ours) == {"0100007F"}


def test_a_second_host_on_the_same_data_says_what_to_do(host: HostUnderTest) -> None:
    second = run("up", "--port=0", "--no-localstack", f"--data-dir={host.data_dir}")

    assert second.returncode == 1
    assert "choose another --data-dir" in second.stderr
    assert "Traceback" not in second.stderr
    assert host.invoke("read_health", EMPTY_REQUEST)["statusCode"] == 200


def test_a_taken_port_says_what_to_do(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = run("up", f"--port={taken.getsockname()[1]}", f"--data-dir={tmp_path}")

    assert result.returncode == 1
    assert "choose another with --port" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_name_of_another_machine_is_refused(tmp_path: Path) -> None:
    result = run("up", "--port=0", "--name=school.example", f"--data-dir={tmp_path}")

    assert result.returncode == 2
    assert "school.example is not 127.0.0.1, localhost or a name under .localhost" in result.stderr


def test_a_broken_function_is_named_at_the_start(tmp_path: Path) -> None:
    area = tmp_path / "root" / "functions" / "assessment"
    area.mkdir(parents=True)
    for package in (area, area.parent):
        (package / "__init__.py").touch()
    (area / "misspelt.py").write_text("import no_such_module\n")

    result = run("up", "--port=0", f"--root={tmp_path / 'root'}", f"--data-dir={tmp_path / 'data'}")

    assert result.returncode == 1
    assert "No module named 'no_such_module'" in result.stderr
    assert "misspelt.py" in result.stderr


def test_dead_letters_are_listed_and_sent_again(host: HostUnderTest) -> None:
    letter = uuid4()
    insert = """
        insert into outbox (org_id, id, topic, payload, attempts, dead_at, last_error)
        select id, %s, 'session.finished', '{}', 9, now(), 'boom' from organisations order by slug limit 1
    """
    with psycopg.connect(host.status()["database"], autocommit=True) as db:
        db.execute(insert, [letter])

    listed = run("dead-letters", f"--data-dir={host.data_dir}")
    sent = run("replay", str(letter), f"--data-dir={host.data_dir}")
    again = run("replay", str(letter), f"--data-dir={host.data_dir}")

    assert json.loads(listed.stdout)["id"] == str(letter)
    assert (sent.returncode, sent.stdout) == (0, "1 sent again.\n")
    assert again.returncode == 1
    assert f"There is no dead letter {letter}." in again.stdout


def test_a_running_database_can_be_migrated(host: HostUnderTest) -> None:
    result = run("migrate", f"--data-dir={host.data_dir}")

    assert result.returncode == 0
    assert "The database is at version" in result.stdout


@pytest.fixture
def own_host(tmp_path: Path) -> Iterator[HostUnderTest]:
    """A host to be ended by the test."""
    with running_host(tmp_path / "data") as host:
        host.invoke("read_health", EMPTY_REQUEST)
        yield host


def test_a_host_that_is_stopped_leaves_nothing_behind_and_loses_nothing(own_host: HostUnderTest) -> None:
    with client(own_host) as http:
        tokens = http.post("/api/v1/auth/token", json=LEARNER).json()
    processes = all_processes(own_host)

    assert own_host.stop() == 0
    assert not [pid for pid in processes if is_alive(pid)]
    assert not (own_host.data_dir / "host.json").exists()
    own_host.start()
    with client(own_host) as http:
        again = http.post(
            "/api/v1/auth/token", json={"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
        )

    assert again.status_code == 200, "neither the session nor the key that signs tokens is lost"


def test_a_host_that_is_killed_takes_its_processes_along_and_starts_again(own_host: HostUnderTest) -> None:
    processes = [*own_host.workers("read_health"), own_host.status()["processes"]["template"]]

    own_host.kill()
    wait_until(lambda: not [pid for pid in processes if is_alive(pid)], 30, lambda: "orphans are left")
    own_host.start()

    with client(own_host) as http:
        assert http.post("/api/v1/auth/token", json=LEARNER).status_code == 200


def test_every_killed_process_comes_back_by_itself(own_host: HostUnderTest) -> None:
    before = own_host.status()["processes"]

    own_host.kill_process("template")
    own_host.kill_process("postgres")

    wait_until(lambda: all_new(before, own_host), 30, lambda: "a killed process did not come back")
    with client(own_host) as http:
        wait_until(lambda: http.get("/ready").status_code == 200, 30, lambda: "the database is not ready")


def all_new(before: dict[str, int], host: HostUnderTest) -> bool:
    after = host.status()["processes"]
    return after.keys() == before.keys() and all(after[name] != before[name] for name in before)


def test_functions_that_are_started_cold_answer_alike(tmp_path: Path) -> None:
    with running_host(tmp_path / "data", with_demo=False, is_cold=True) as host, client(host) as http:
        assert http.get("/health").json() == {"status": "ok"}
        assert http.get("/ready").json() == {"status": "ready", "key_store": "ready"}
        assert http.get("/demo.json").status_code == 404
        assert "template" not in host.status()["processes"]


EMPTY_REQUEST = {
    "version": "2.0",
    "routeKey": "GET /health",
    "rawPath": "/health",
    "rawQueryString": "",
    "headers": {"host": "localhost"},
    "requestContext": {
        "http": {"method": "GET", "path": "/health", "sourceIp": "127.0.0.1", "protocol": "HTTP/1.1", "userAgent": ""},
        "requestId": "a-request",
        "stage": "$default",
        "timeEpoch": 0,
    },
    "isBase64Encoded": False,
}
