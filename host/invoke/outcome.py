"""How an invocation ends, and Lambda's documents for the ways in which it fails.

The shapes are those of https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html and the messages those that
Lambda writes into its reply.
"""

from __future__ import annotations

import json
import signal
from dataclasses import dataclass
from enum import Enum

MAX_PAYLOAD_BYTES = 6 * 1024 * 1024
"""Lambda's limit for a synchronous event and for its result."""


class Failure(Enum):
    """Why an invocation has no result."""

    RAISED = "the function raised an exception"
    LOAD = "the function could not be loaded"
    CRASHED = "the function's process ended"
    TIMED_OUT = "the function took longer than it may"
    TOO_LARGE = "the function's result is larger than Lambda lets through"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The JSON result of an invocation, or with `failure` the JSON error document."""

    payload: bytes
    failure: Failure | None = None


class PoolOverloaded(Exception):
    """More calls wait for the function than may wait, or one has waited too long. Nothing was run."""

    def __init__(self, function: str, retry_after_seconds: int = 1) -> None:
        super().__init__(f"too many calls of {function} at once")
        self.retry_after_seconds = retry_after_seconds


def crashed(request_id: str, exit_status: int | None) -> Outcome:
    """The process ended during the invocation; `exit_status` is negative for a signal, as in `subprocess`."""
    if exit_status is None:
        how = "connection lost"
    else:
        how = f"signal: {_signal_name(-exit_status)}" if exit_status < 0 else f"exit status {exit_status}"
    message = f"RequestId: {request_id} Error: Runtime exited with error: {how}"
    return _failed(Failure.CRASHED, "Runtime.ExitError", message)


def timed_out(request_id: str, seconds: float) -> Outcome:
    """The process was killed because the function's time was up."""
    message = f"RequestId: {request_id} Error: Task timed out after {seconds:.2f} seconds"
    return _failed(Failure.TIMED_OUT, "Sandbox.Timedout", message)


def load_failed(error: bytes) -> Outcome:
    """The runtime said why it could not load the function."""
    return Outcome(error, Failure.LOAD)


def load_crashed(function: str, exit_status: int | None) -> Outcome:
    """The process ended, or said nothing for too long, before the function was loaded."""
    message = f"{function} did not start: its process ended with status {exit_status}"
    return _failed(Failure.LOAD, "Runtime.ExitError", message)


def start_failed(function: str, reason: str) -> Outcome:
    """The machine would not start another process."""
    return _failed(Failure.LOAD, "Runtime.StartError", f"{function} did not start: {reason}")


def load_timed_out(function: str, seconds: float) -> Outcome:
    """The function's module took too long to import."""
    return _failed(Failure.LOAD, "Sandbox.Timedout", f"{function} was not loaded within {seconds:.2f} seconds")


def answered(payload: bytes, *, is_error: bool) -> Outcome:
    """What the runtime posted, unless it is larger than Lambda lets through."""
    if is_error:
        return Outcome(payload, Failure.RAISED)
    if len(payload) > MAX_PAYLOAD_BYTES:
        message = f"Response payload size exceeded maximum allowed payload size ({MAX_PAYLOAD_BYTES} bytes)."
        return _failed(Failure.TOO_LARGE, "Function.ResponseSizeTooLarge", message)
    return Outcome(payload)


def _signal_name(number: int) -> str:
    """A signal as Lambda writes it, such as `killed`."""
    return (signal.strsignal(number) or str(number)).lower()


def _failed(failure: Failure, error_type: str, message: str) -> Outcome:
    return Outcome(json.dumps({"errorType": error_type, "errorMessage": message}).encode(), failure)
