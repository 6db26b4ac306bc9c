"""The Lambda Invoke API: what boto3's `lambda` client and LocalStack's executor call.

https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

from __future__ import annotations

import asyncio
import json
import logging
from urllib.parse import unquote
from uuid import uuid4

from aiohttp import web

from host.aws_errors import aws_error
from host.invoke.outcome import MAX_PAYLOAD_BYTES, PoolOverloaded
from host.invoke.pools import Pools, UnknownFunction
from host.invoke.worker import Invocation

EVENT_RETRY_SECONDS = (1.0, 4.0)
"""Pauses before an event is tried again; Lambda waits 60 and 120."""
MAX_PENDING_EVENTS = 1000

log = logging.getLogger(__name__)


class InvokeApi:
    """Serves `POST /2015-03-31/functions/{name}/invocations`."""

    def __init__(self, pools: Pools) -> None:
        self._pools = pools
        self._events: set[asyncio.Task[None]] = set()

    def add_routes(self, app: web.Application) -> None:
        app.router.add_post("/2015-03-31/functions/{name}/invocations", self.invoke)

    async def invoke(self, request: web.Request) -> web.Response:
        """Run the function and reply with its result, or (type Event) only promise to run it."""
        name = _function_name(unquote(request.match_info["name"]))
        if name not in self._pools:
            return aws_error(404, "ResourceNotFoundException", f"Function not found: {name}")
        try:
            payload = await request.read() or b"{}"
            json.loads(payload)
        except web.HTTPRequestEntityTooLarge:
            return _too_large()
        except ValueError as error:
            return aws_error(400, "InvalidRequestContentException", f"Could not parse request body into json: {error}")
        if len(payload) > MAX_PAYLOAD_BYTES:
            return _too_large()
        match request.headers.get("X-Amz-Invocation-Type", "RequestResponse"):
            case "RequestResponse":
                return await self._respond(name, Invocation.of(payload, request.headers.get("X-Amzn-Trace-Id")))
            case "Event":
                return self._accept(name, payload)
            case "DryRun":
                return web.Response(status=204)
            case unknown:
                return aws_error(400, "InvalidParameterValueException", f"{unknown} is no invocation type")

    async def close(self) -> None:
        """Drop the events that have not been run."""
        for task in self._events:
            task.cancel()
        await asyncio.gather(*self._events, return_exceptions=True)

    async def _respond(self, name: str, invocation: Invocation) -> web.Response:
        try:
            outcome = await self._pools.run(name, invocation)
        except PoolOverloaded as error:
            return aws_error(429, "TooManyRequestsException", str(error))
        headers = {"X-Amz-Executed-Version": "$LATEST", "x-amzn-RequestId": invocation.request_id}
        if outcome.failure is not None:
            headers["X-Amz-Function-Error"] = "Unhandled"
        return web.Response(body=outcome.payload, content_type="application/json", headers=headers)

    def _accept(self, name: str, payload: bytes) -> web.Response:
        if len(self._events) >= MAX_PENDING_EVENTS:
            return aws_error(429, "TooManyRequestsException", "too many events wait")
        task = asyncio.create_task(self._run_event(name, payload))
        self._events.add(task)
        task.add_done_callback(self._events.discard)
        return web.Response(status=202, headers={"x-amzn-RequestId": str(uuid4())})

    async def _run_event(self, name: str, payload: bytes) -> None:
        for pause in (*EVENT_RETRY_SECONDS, None):
            try:
                outcome = await self._pools.invoke(name, payload)
                if outcome.failure is None:
                    return
                reason = outcome.payload.decode(errors="replace")
            except (PoolOverloaded, UnknownFunction) as error:
                reason = str(error)
            if pause is not None:
                await asyncio.sleep(pause)
        log.error("an event for %s was given up: %s", name, reason)


def _function_name(name_or_arn: str) -> str:
    """The name in `name`, `name:qualifier`, or an ARN with or without its beginning."""
    _, found, rest = name_or_arn.rpartition("function:")
    return (rest if found else name_or_arn).split(":")[0]


def _too_large() -> web.Response:
    message = f"Request must be smaller than {MAX_PAYLOAD_BYTES} bytes for the InvokeFunction operation"
    return aws_error(413, "RequestTooLargeException", message)
