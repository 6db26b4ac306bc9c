"""boto3 is loaded late, waits a limited time, and is asked again only so often."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from uuid import UUID

import pytest

from dreamseed.aws import clients
from dreamseed.errors import Unavailable
from dreamseed.needs import secret, workflow
from dreamseed.ports import secrets, workflows
from dreamseed.ports.grants import Grants

MODULES = ["audit_sink", "batch", "blobs", "grants", "mail", "queues", "secrets", "sockets", "workflows"]


class SilentServer:
    """Takes connections and never answers."""

    def __init__(self) -> None:
        self.connections: list[socket.socket] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        self._thread = threading.Thread(target=self._accept)
        self._thread.start()

    def _accept(self) -> None:
        while True:
            connection, _ = self._server.accept()
            self.connections.append(connection)
            if connection.recv(4, socket.MSG_PEEK) == b"stop":
                return

    def stop(self) -> None:
        with socket.create_connection(self._server.getsockname()) as last:
            last.sendall(b"stop")
            self._thread.join(10)
        for connection in (*self.connections, self._server):
            connection.close()


@pytest.fixture
def silent_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[SilentServer]:
    server = SilentServer()
    for name, value in {
        "AWS_ENDPOINT_URL": server.url,
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(clients, "READ_TIMEOUT_SECONDS", 0.2)
    clients._client.cache_clear()
    yield server
    clients._client.cache_clear()
    server.stop()


def test_a_service_that_does_not_answer_is_given_up_after_a_few_attempts(
    silent_server: SilentServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    grants = workflow("simulate"), secret("key")
    for grant in grants:
        monkeypatch.setenv(grant.variable, "arn:aws:somewhere")

    with pytest.raises(Unavailable, match="starting a workflow"):
        workflows.Workflows(Grants("f", grants), _step_functions()).start("simulate", str(UUID(int=1)), {})

    assert len(silent_server.connections) == clients.MAX_ATTEMPTS
    with pytest.raises(Unavailable, match="reading a secret"):
        secrets.Secrets(Grants("f", grants)).read("key")


def _step_functions() -> workflows.WorkflowAdapter:
    from dreamseed.aws.step_functions import StepFunctions

    return StepFunctions()


def test_importing_every_port_and_adapter_loads_no_boto3() -> None:
    imports = "\n".join(f"import dreamseed.ports.{name}" for name in MODULES)
    adapters = ["api_gateway", "batch", "clients", "errors", "rds", "s3", "secrets_manager", "ses", "sqs"]
    adapters += ["step_functions"]
    imports += "\n" + "\n".join(f"import dreamseed.aws.{name}" for name in adapters)
    check = "import sys\nassert not {'boto3', 'botocore'} & sys.modules.keys()"

    subprocess.run([sys.executable, "-c", f"{imports}\n{check}"], check=True)
