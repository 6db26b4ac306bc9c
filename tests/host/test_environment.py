"""A function is told the addresses of what it was granted, and of nothing else."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from dreamseed.needs import (
    Grant,
    Http,
    Needs,
    Queue,
    bucket,
    database,
    job_queue,
    mail,
    secret,
    sockets,
    subject_keys,
    topics,
    workflow,
)
from host.declarations import Declaration
from host.environment import Resources
from host.postgres import Database

RESOURCES = Resources(
    data_dir=Path("/data of a school"),
    database=Database(Path("/run/pg")),
    public_url="http://127.0.0.1:8460",
    internal_url="http://127.0.0.1:9/token",
    localstack_url="http://127.0.0.1:4566",
    topics={"session.finished": ["exposure", "knowledge"]},
)


def variables_of(*grants: Grant) -> dict[str, str]:
    needs = Needs(Http("GET", "/x", "public"), grants=grants)
    return RESOURCES.environment(Declaration("read_x", "platform", "functions.platform.read_x", needs))


def granted(*grants: Grant) -> dict[str, str]:
    """What the grants add to the environment."""
    return {name: value for name, value in variables_of(*grants).items() if name not in variables_of()}


def test_each_grant_is_one_variable_with_its_resource_s_address() -> None:
    assert granted(database("write")) == {
        "DREAMSEED_DATABASE_MAIN": "postgresql+psycopg://dreamseed_write@/dreamseed?host=%2Frun%2Fpg"
    }
    assert granted(subject_keys("read")) == {
        "DREAMSEED_SUBJECT_KEYS_MAIN": "postgresql+psycopg://dreamseed_keys_read@/dreamseed_keys?host=%2Frun%2Fpg",
        "DREAMSEED_SECRET_SUBJECT_MASTER_KEY": "file:///data%20of%20a%20school/secrets/subject_master_key",
        "DREAMSEED_SECRET_EMAIL_INDEX_KEY": "file:///data%20of%20a%20school/secrets/email_index_key",
    }
    assert granted(bucket("results", "read")) == {
        "DREAMSEED_BUCKET_RESULTS": "file:///data%20of%20a%20school/blobs/results"
    }
    assert granted(secret("signing_keys")) == {
        "DREAMSEED_SECRET_SIGNING_KEYS": "file:///data%20of%20a%20school/secrets/signing_keys"
    }
    assert granted(mail()) == {"DREAMSEED_MAIL_MAIN": "file:///data%20of%20a%20school/mail"}
    assert granted(sockets()) == {"DREAMSEED_SOCKETS_MAIN": "http://127.0.0.1:9/token"}
    assert granted(workflow("simulate_design")) == {
        "DREAMSEED_WORKFLOW_SIMULATE_DESIGN": "arn:aws:states:us-east-1:000000000000:stateMachine:simulate_design"
    }
    assert json.loads(granted(job_queue("simulate_population"))["DREAMSEED_JOB_QUEUE_SIMULATE_POPULATION"]) == {
        "job_queue": "jobs",
        "job_definition": "simulate_population",
    }


def test_a_policy_server_that_is_configured_is_named_to_every_function(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPA_URL", "http://127.0.0.1:8181")
    assert variables_of()["OPA_URL"] == "http://127.0.0.1:8181"

    monkeypatch.delenv("OPA_URL")
    assert variables_of()["OPA_URL"] == ""


def test_the_relay_learns_every_topic_s_queues() -> None:
    prefix = "http://127.0.0.1:4566/queue/us-east-1/000000000000/"

    addresses = json.loads(granted(topics())["DREAMSEED_TOPICS_ALL"])

    assert addresses == {"session.finished": [prefix + "exposure", prefix + "knowledge"]}


def test_a_function_without_grants_learns_nothing() -> None:
    variables = variables_of()

    assert not {
        name
        for name in variables
        if re.match("DREAMSEED_(DATABASE|SUBJECT_KEYS|QUEUE|TOPICS|BUCKET|SECRET|SOCKETS|MAIL)", name)
    }
    assert variables["DREAMSEED_PUBLIC_URL"] == "http://127.0.0.1:8460"
    assert variables["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"
    assert variables["AWS_ENDPOINT_URL_BATCH"] == "http://127.0.0.1:9/token"


def test_a_declaration_survives_its_way_through_json() -> None:
    needs = Needs(
        Queue("exposure", "session.finished"), (database("write"), secret("x")), ("common", "irt_core"), 1024, 30
    )
    declaration = Declaration("count", "assessment", "functions.assessment.count", needs)

    assert Declaration.from_json(json.loads(json.dumps(declaration.to_json()))) == declaration
