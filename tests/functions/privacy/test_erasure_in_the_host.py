"""A learner leaves, in the whole local cloud: a copy, then the erasure, and nothing anywhere after."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import httpx
import psycopg
import pytest

from host.demo.seed import PASSWORD
from host.localstack.supervisor import REGION
from host.testing import HostUnderTest, running_host, wait_until
from tests.school import ADMIN
from tests.security.planted_person import sweep, sweep_files

pytestmark = [pytest.mark.host, pytest.mark.resilience]

PATIENCE_SECONDS = 120.0
NAME, ADDRESS = "Zora Canarywood", "zora.canarywood@hillside.example"
MARK = "canarywood"


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostUnderTest]:
    with running_host(tmp_path_factory.mktemp("host"), with_localstack=True) as host:
        host.wait_until_background_is_ready()
        yield host


@pytest.fixture(scope="module")
def admin(host: HostUnderTest) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{host.url}/api/v1", trust_env=False, timeout=60) as http:
        grant = {"grant_type": "password", "email": ADMIN, "password": PASSWORD}
        token = http.post("/auth/token", json=grant).raise_for_status().json()["access_token"]
        http.headers["authorization"] = f"Bearer {token}"
        yield http


@pytest.fixture(scope="module")
def database(host: HostUnderTest) -> Iterator[psycopg.Connection]:
    """As the cluster's administrator."""
    with psycopg.connect(host.status()["database"], autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def learner_id(admin: httpx.Client) -> str:
    """A learner who came by a roster and was written to."""
    content = f"email,full_name,role,class\n{ADDRESS},{NAME},learner,7A\n"
    body = {"format": "csv", "content": base64.b64encode(content.encode()).decode(), "is_dry_run": False}
    admin.post("/rosters", json=body).raise_for_status()
    admin.post("/auth/reset", json={"email": ADDRESS}).raise_for_status()
    page = admin.get("/users", params={"query": MARK}).raise_for_status().json()["items"]
    return str(page[0]["id"])


def read(admin: httpx.Client, path: str) -> Any:
    return admin.get(path).raise_for_status().json()


def wait_for(admin: httpx.Client, path: str, status: str) -> Any:
    """What is at that path, once it has the status."""
    seen: list[Any] = []

    def is_there() -> bool:
        seen.append(read(admin, path))
        assert seen[-1]["status"] != "failed", read(admin, f"/jobs/{seen[-1]['job_id']}")
        return bool(seen[-1]["status"] == status)

    wait_until(is_there, PATIENCE_SECONDS, lambda: str(seen[-1]))
    return seen[-1]


def test_a_learner_gets_a_copy_and_then_leaves_no_trace(
    host: HostUnderTest, admin: httpx.Client, learner_id: str, database: psycopg.Connection
) -> None:
    wait_until(lambda: sweep_files(host.data_dir / "mail", MARK), 60, lambda: "no mail was sent")
    asked = admin.post("/privacy/exports", json={"subject_id": learner_id}).raise_for_status().json()
    ready = wait_for(admin, f"/privacy/exports/{asked['id']}", "ready")
    content = httpx.get(ready["download_url"], trust_env=False).raise_for_status().content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert json.loads(archive.read("data/users.json"))[0]["email"] == ADDRESS
    assert sweep(database, MARK) == [], "something of them stands in plain"

    erasure = admin.post("/privacy/erasures", json={"subject_id": learner_id}).raise_for_status().json()
    database.execute("update erasures set due_at = created_at")
    host.invoke("start_due_erasures", {})
    done = wait_for(admin, f"/privacy/erasures/{erasure['id']}", "done")

    certificate = read(admin, f"/privacy/erasures/{done['id']}/certificate")["certificate"]
    assert "users" in {entry["place"] for entry in certificate["done"]}
    assert sweep(database, MARK) == []
    assert sweep_files(host.data_dir / "blobs", MARK) == []
    wait_until(lambda: queues_that_name(host, MARK) == [], PATIENCE_SECONDS, lambda: str(queues_that_name(host, MARK)))
    assert sweep_files(host.data_dir / "logs", MARK, ADDRESS) == []
    assert MARK not in host.output.lower()


def queues_that_name(host: HostUnderTest, text: str) -> list[str]:
    """The queues, dead letters' too, with a message in them that holds the text, whether it is on its way or not."""
    pid = host.status()["processes"]["localstack"]
    environment = dict(each.split("=", 1) for each in Path(f"/proc/{pid}/environ").read_text().split("\0") if each)
    url = f"http://{environment['GATEWAY_LISTEN']}"
    sqs = boto3.client("sqs", endpoint_url=url, region_name=REGION, aws_access_key_id="x", aws_secret_access_key="x")
    found = []
    for queue in sqs.list_queues(MaxResults=1000)["QueueUrls"]:
        query = {"QueueUrl": queue, "ShowInvisible": "true"}
        seen = httpx.get(f"{url}/_aws/sqs/messages", params=query, trust_env=False).raise_for_status().text
        if text in seen.lower():
            found.append(queue.rpartition("/")[2])
    return found
