"""LocalStack 4.9.2 as one process of the local cloud: queues, schedules and workflows on a free loopback port.

It lives in a virtual environment of its own (its pins differ from ours), keeps everything in memory, and calls
functions through the executor plugin beside this file. It may die at any time: `wait` says so, `start` starts it again
on the same port, and the outbox relay sends again what it forgot.
"""

from __future__ import annotations

import logging
import os
import shutil
import socket
import subprocess
import threading
import time
import urllib.request
import weakref
from pathlib import Path

from host.ports import LOOPBACK, port_of, reserve_port

START_SECONDS = 60
STOP_SECONDS = 5
REGION = "us-east-1"

INTERPRETER = Path(__file__).parents[2] / ".localstack" / "bin" / "python"
"""The Python of LocalStack's virtual environment."""

PREPARED_FILES = INTERPRETER.parents[1] / "filesystem"
"""What set-up computed once for every data folder: LocalStack's index of services (5 s and 370 MB of memory)."""

SERVICES = ("sqs", "lambda", "stepfunctions", "events", "s3", "secretsmanager", "iam", "sts")
"""What we use and what that stands on. CloudWatch and its logs are left out: nobody reads them and they cost memory."""

FIRST_CALLS = {
    "sqs": {"X-Amz-Target": "AmazonSQS.ListQueues"},
    "states": {"X-Amz-Target": "AWSStepFunctions.ListStateMachines"},
}
"""One harmless call per service, whose first call takes seconds because LocalStack loads the service then."""

log = logging.getLogger(__name__)


class LocalStackError(RuntimeError):
    """LocalStack could not be started; the message says why and what to do."""


class LocalStack:
    """One LocalStack process at a time, always on the same port."""

    def __init__(self, data_dir: Path, invoke_url: str) -> None:
        """`invoke_url` is the origin of the host's Invoke API, through which all invocations go."""
        reservation = reserve_port()
        weakref.finalize(self, reservation.close)
        self.port = port_of(reservation)
        self.url = f"http://{LOOPBACK}:{self.port}"
        self._folder = data_dir / "localstack"
        self._log_file = data_dir / "logs" / "localstack.log"
        self._invoke_url = invoke_url
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start it and return when it answers (1.5 to 5 s). Raises LocalStackError when it does not."""
        if not INTERPRETER.exists():
            raise LocalStackError("LocalStack is not installed: run ./dreamseed setup")
        self.stop()
        if not _is_free(self.port):
            raise LocalStackError(f"port {self.port} is taken: LocalStack cannot start on it")
        shutil.copytree(PREPARED_FILES, self._folder, dirs_exist_ok=True)
        self._log_file.parent.mkdir(parents=True, exist_ok=True)
        with self._log_file.open("ab") as output:
            self._process = subprocess.Popen(
                [INTERPRETER, "-m", "localstack.runtime.main"],
                cwd=self._folder,
                env=self._environment(),
                stdin=subprocess.PIPE,  # closes when this process ends, and LocalStack ends with it
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._wait_until_ready(self._process)
        threading.Thread(target=self._warm_up, name="localstack-warm-up", daemon=True).start()

    def wait(self) -> int:
        """Block until the process ends; returns its exit status."""
        if self._process is None:
            raise LocalStackError("LocalStack was not started")
        return self._process.wait()

    def stop(self) -> None:
        """End it, if it runs; it has nothing to save."""
        if self._process is None:
            return
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _environment(self) -> dict[str, str]:
        """Settings of host mode: loopback only, no Docker, no downloads, and every file below our own folder."""
        folder = str(self._folder)
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": folder,
            "XDG_CACHE_HOME": folder,
            "FILESYSTEM_ROOT": folder,
            "GATEWAY_LISTEN": f"{LOOPBACK}:{self.port}",
            "GATEWAY_SERVER": "hypercorn",  # the default server listens on every interface
            "LOCALSTACK_HOST": f"{LOOPBACK}:{self.port}",
            "SQS_ENDPOINT_STRATEGY": "path",  # the default's host name would need DNS
            "SERVICES": ",".join(SERVICES),
            "OVERRIDE_IN_DOCKER": "0",
            "DNS_ADDRESS": "0",
            "SKIP_SSL_CERT_DOWNLOAD": "1",
            "DISABLE_EVENTS": "1",
            "LAMBDA_RUNTIME_EXECUTOR": "process",
            "LAMBDA_EVENT_SOURCE_MAPPING_MAX_BACKOFF_ON_EMPTY_POLL_SEC": "1",  # the default lets a message wait 10 s
            "LAMBDA_LIMITS_MINIMUM_UNRESERVED_CONCURRENCY": "0",
            "LOG_LEVEL_OVERRIDES": "localstack.services.lambda_.invocation.version_manager=ERROR",
            "DREAMSEED_INVOKE_URL": self._invoke_url,
            "PYTHONUNBUFFERED": "1",
        }

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            if self._answers():
                return
            time.sleep(0.05)
        what = f"did not answer within {START_SECONDS} s" if process.poll() is None else "ended at its start"
        self.stop()
        raise LocalStackError(f"LocalStack {what}. {self._log_tail()}")

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/_localstack/health", timeout=5) as reply:
                return bool(reply.status == 200)
        except OSError:
            return False

    def _warm_up(self) -> None:
        for service, headers in FIRST_CALLS.items():
            credential = f"AWS4-HMAC-SHA256 Credential=test/20260101/{REGION}/{service}/aws4_request, Signature=none"
            protocol = {"Content-Type": "application/x-amz-json-1.0", "Authorization": credential}
            request = urllib.request.Request(self.url, b"{}", headers | protocol, method="POST")
            try:
                urllib.request.urlopen(request, timeout=60).close()
            except OSError as error:
                log.info("could not warm up LocalStack's %s: %s", service, error)

    def _log_tail(self, size: int = 2000) -> str:
        text = self._log_file.read_bytes()[-size:].decode(errors="replace")
        return f"The end of {self._log_file}:\n{text}"


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a killed server's connections linger
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True
