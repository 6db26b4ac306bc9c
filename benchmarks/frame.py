"""What the frame adds to a call: a function through its Lambda handler, against the same work without any frame.

    python -m benchmarks.frame

`bare` parses the body and builds the reply with pydantic and json only; `mangum + fastapi` is those two libraries
without ours; `frame` is a function of the product's kind. One process, interleaved rounds, the median of CPU time a
call. The limit is 0.3 ms for what the frame adds to the bare work.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import statistics
import time
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from mangum import Mangum

from dreamseed import logs
from dreamseed.function import function
from dreamseed.models import Input, Output
from dreamseed.needs import PUBLIC, Http, Needs

ROUNDS, CALLS = 15, 400
LIMIT_MS = 0.3


class Question(Input):
    """A small body."""

    left: int
    right: int


class Sum(Output):
    """A small reply."""

    total: int


@function(Needs(Http("POST", "/sums/{id}", PUBLIC)))
def add_numbers(id: int, body: Question) -> Sum:
    """Add two numbers."""
    return Sum(total=body.left + body.right + id)


EVENT: dict[str, Any] = {
    "version": "2.0",
    "routeKey": "POST /sums/{id}",
    "rawPath": "/sums/3",
    "rawQueryString": "",
    "headers": {"content-type": "application/json", "content-length": "23", "host": "api.example"},
    "requestContext": {
        "http": {"method": "POST", "path": "/sums/3", "protocol": "HTTP/1.1", "sourceIp": "::1", "userAgent": "bench"},
        "stage": "$default",
        "requestId": "bench",
    },
    "body": json.dumps({"left": 1, "right": 2}),
    "isBase64Encoded": False,
}


def bare(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """The same work by hand."""
    body = Question.model_validate_json(event["body"])
    reply = add_numbers.call(int(event["rawPath"].rsplit("/", 1)[1]), body)
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": reply.model_dump_json()}


def mangum_and_fastapi() -> Callable[[Any, Any], Any]:
    """The two libraries alone, with an async endpoint as they are fastest."""
    app = FastAPI(openapi_url=None)

    @app.post("/sums/{id}")
    async def add(id: int, body: Question) -> Sum:
        return add_numbers.call(id, body)  # type: ignore[no-any-return]

    handler: Callable[[Any, Any], Any] = Mangum(app, lifespan="off")
    return handler


def cpu_ms(handler: Callable[[Any, Any], Any]) -> float:
    """CPU milliseconds a call, over one round."""
    began = time.process_time()
    for _ in range(CALLS):
        handler(EVENT, None)
    return 1000 * (time.process_time() - began) / CALLS


def main() -> None:
    """Measure in turn and print the medians."""
    asyncio.set_event_loop(asyncio.new_event_loop())
    logs.configure()
    with open(os.devnull, "w") as nowhere:
        for handler in logging.getLogger("dreamseed").handlers:
            handler.setStream(nowhere)  # type: ignore[attr-defined]
        candidates = {"bare": bare, "mangum + fastapi": mangum_and_fastapi(), "frame": add_numbers}
        rounds: dict[str, list[float]] = {name: [] for name in candidates}
        for _ in range(ROUNDS):
            for name, candidate in candidates.items():
                rounds[name].append(cpu_ms(candidate))
    medians = {name: statistics.median(values) for name, values in rounds.items()}
    for name, value in medians.items():
        print(f"{name:18} {value:.3f} ms CPU a call   ({value / medians['bare']:.1f} × bare)")
    added = medians["frame"] - medians["bare"]
    print(
        f"the frame adds     {added:.3f} ms   ({'within' if added <= LIMIT_MS else 'ABOVE'} the limit of {LIMIT_MS} ms)"
    )


if __name__ == "__main__":
    main()
