"""The runtime executor `process`: LocalStack's Lambda keeps its queues and retries, the function host runs the code.

Every invocation is forwarded to the host's Invoke API at `DREAMSEED_INVOKE_URL`, so a message from a queue, a state of
a state machine and a schedule are served by the same processes as an HTTP request.

When the host cannot be reached or does not answer in time, the invocation fails with `Lambda.ServiceException` or a
time-out as it would on AWS: a queue delivers its message again, a state machine follows its Retry.
"""

# mypy: disable-error-code="import-not-found,import-untyped,misc"
# (LocalStack lives in a virtual environment of its own.)

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request

from localstack.services.lambda_.invocation.lambda_models import FunctionVersion, InvocationResult
from localstack.services.lambda_.invocation.runtime_executor import RuntimeExecutor
from plux import Plugin

LOOPBACK = "127.0.0.1"
GRACE_SECONDS = 5
"""How much later than the host this side gives up: the host ends a function in time and says so better."""


class ProcessExecutorPlugin(Plugin):
    """What LocalStack finds under the name in `LAMBDA_RUNTIME_EXECUTOR`."""

    namespace = "localstack.lambda.runtime_executor"
    name = "process"

    def load(self, *args: object, **kwargs: object) -> type[RuntimeExecutor]:
        return ProcessExecutor


class ProcessExecutor(RuntimeExecutor):
    """An execution environment without a process of its own."""

    def invoke(self, payload: dict[str, str]) -> InvocationResult:
        body, is_error = call(
            self.function_version.id.function_name,
            payload["payload"].encode(),
            self.function_version.config.timeout + GRACE_SECONDS,
        )
        return InvocationResult(request_id=payload["invoke-id"], payload=body, is_error=is_error, logs=None)

    def start(self, env_vars: dict[str, str]) -> None:
        """Nothing to start: the host starts a process at the first call."""

    def stop(self) -> None:
        """Nothing to stop."""

    def get_address(self) -> str:
        return LOOPBACK

    def get_endpoint_from_executor(self) -> str:
        return LOOPBACK

    def get_runtime_endpoint(self) -> str:
        return os.environ["DREAMSEED_INVOKE_URL"]

    def get_logs(self) -> str:
        return ""

    @classmethod
    def prepare_version(cls, function_version: FunctionVersion) -> None:
        """No code to unpack: it stands in the repository."""

    @classmethod
    def cleanup_version(cls, function_version: FunctionVersion) -> None:
        """No code to remove."""


def call(function_name: str, payload: bytes, timeout_seconds: float) -> tuple[bytes, bool]:
    """Invoke the function at the host; returns what it returned and whether that is an error."""
    url = f"{os.environ['DREAMSEED_INVOKE_URL']}/2015-03-31/functions/{function_name}/invocations"
    request = urllib.request.Request(url, payload, {"Content-Type": "application/json"}, method="POST")
    try:
        with DIRECT.open(request, timeout=timeout_seconds) as reply:
            return reply.read(), "X-Amz-Function-Error" in reply.headers
    except urllib.error.HTTPError as error:
        return failure("Lambda.ServiceException", f"the function host replied {error.code}: {error.read()!r}"), True
    except TimeoutError:
        return failure("Sandbox.Timedout", f"Task timed out after {timeout_seconds:.2f} seconds"), True
    except OSError as error:
        return failure("Lambda.ServiceException", f"the function host cannot be reached: {error}"), True


DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""Never through a proxy: the host is on this machine."""


def failure(kind: str, message: str) -> bytes:
    return json.dumps({"errorType": kind, "errorMessage": message}).encode()
