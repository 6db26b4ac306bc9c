"""One state of a workflow → one call whose result is stored, so that a workflow started again skips it.

The event is `{"org_id", "job_id", "attempt", ...}`; without these three it is the function's input, and `item` tells
the elements of a Map apart. A function that takes `db` runs in one transaction with the storing of its result. One that
does not computes outside any transaction, and of two attempts at once the first stored result counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Connection

from dreamseed import logs
from dreamseed.collaborators import Invocation, Parameters
from dreamseed.database.transaction import in_tenant
from dreamseed.errors import JobCancelled
from dreamseed.function import Function, Handler
from dreamseed.platform.jobs import JobContext, completed_step, read_status, store_step

_ADDRESS = ("org_id", "job_id", "attempt")


@dataclass(frozen=True)
class StepCall:
    """One call of a step: for which job, which element of a map, with which input."""

    org_id: UUID
    job_id: UUID
    attempt: int
    item: str
    input: dict[str, Any]

    @classmethod
    def of(cls, event: dict[str, Any]) -> StepCall:
        """Read a state machine's event. Raises KeyError or ValueError when it is not one."""
        rest = {name: value for name, value in event.items() if name not in _ADDRESS}
        item = str(event.get("item", ""))
        return cls(UUID(event["org_id"]), UUID(event["job_id"]), int(event["attempt"]), item, rest)


def build_handler(function: Function) -> Handler:
    """The Lambda handler of a step; it returns the stored result."""
    logs.configure()
    parameters = Parameters.of(function.call)

    def handle(event: dict[str, Any], context: Any) -> Any:
        call = StepCall.of(event)
        with logs.bind(org_id=str(call.org_id), job_id=str(call.job_id), step=function.name):
            if "db" in parameters.collaborators:
                return in_tenant(call.org_id, lambda db: _once(db, function, parameters, call))
            return _outside_transaction(function, parameters, call)

    return handle


def _once(db: Connection, function: Function, parameters: Parameters, call: StepCall) -> Any:
    """Look up, call and store in one transaction."""
    done = _stored(db, function, call)
    if done is not None:
        return done
    return store_step(db, call.job_id, function.name, call.item, run(function, parameters, call, db))


def _outside_transaction(function: Function, parameters: Parameters, call: StepCall) -> Any:
    """Look up and store in transactions of their own, and compute in between."""
    done = in_tenant(call.org_id, lambda db: _stored(db, function, call))
    if done is not None:
        return done
    result = run(function, parameters, call, None)
    return in_tenant(call.org_id, lambda db: store_step(db, call.job_id, function.name, call.item, result))


def _stored(db: Connection, function: Function, call: StepCall) -> Any:
    """The stored result, or None if the step is still to be done. Raises JobCancelled when it should not be."""
    if read_status(db, call.job_id) == "cancelled":
        raise JobCancelled("The job has been cancelled.")
    return completed_step(db, call.job_id, function.name, call.item)


def run(function: Function, parameters: Parameters, call: StepCall, db: Connection | None) -> Any:
    """Call the function itself; its result as JSON, never None."""
    job = JobContext(call.org_id, call.job_id, call.attempt, db)
    inputs = {name: read_input(item.annotation, call.input) for name, item in parameters.inputs.items()}
    invocation = Invocation(function, call.org_id, db=db, job=job)
    result = function.call(**inputs, **parameters.provide(invocation))
    if isinstance(result, BaseModel):
        return result.model_dump(mode="json")
    return {} if result is None else result


def read_input(model: type[BaseModel], values: dict[str, Any]) -> BaseModel:
    """The input model from an event; `item` is dropped when the model does not ask for it."""
    known = {name: value for name, value in values.items() if name != "item" or "item" in model.model_fields}
    return model.model_validate(known)
