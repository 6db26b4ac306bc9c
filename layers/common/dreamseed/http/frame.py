"""The outermost layer of an HTTP function: everything that must hold before the request is even parsed.

    request id → log → size, who calls, how often, may they → inputs → endpoint → problems → headers → one line of log
                 (here)                                       (dreamseed.http.inputs, dreamseed.http.endpoint)

Plain functions from a Request to a Response: a container serves one request at a time, so nothing here is awaited.
"""

from __future__ import annotations

import json
import re
import time
from typing import cast
from uuid import uuid4

from dreamseed import logs
from dreamseed.collaborators import Parameters
from dreamseed.errors import DreamSeedError, Forbidden, Malformed, TooLarge, Unauthenticated
from dreamseed.function import Function
from dreamseed.http import cors
from dreamseed.http.caller import Caller, bearer_token
from dreamseed.http.endpoint import Endpoint
from dreamseed.http.exchange import SECURITY_HEADERS, Request, Response, response_of
from dreamseed.http.inputs import Inputs
from dreamseed.http.problems import MEDIA_TYPE, STATUSES, internal_problem, problem
from dreamseed.http.route import route_of
from dreamseed.needs import PUBLIC, Http
from dreamseed.ports import callers

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,128}")
_KNOWN_ERRORS = tuple(STATUSES)
_log = logs.logger("http")


class Frame:
    """Answers the requests of one function."""

    def __init__(self, function: Function) -> None:
        self._trigger = cast(Http, function.needs.trigger)
        self._route = f"{self._trigger.method} {self._trigger.path}"
        self._has_database = function.grant("database") is not None
        parameters = Parameters.of(function.call)
        self._inputs = Inputs(route_of(function, parameters))
        self._endpoint = Endpoint(function, parameters)
        logs.configure()

    @property
    def max_body_bytes(self) -> int:
        """How much of a body is worth reading."""
        return self._trigger.max_body_bytes

    def answer(self, request: Request) -> Response:
        """The response to one request, whatever happens."""
        started = time.perf_counter()
        request_id = _request_id(request)
        told: dict[str, str] = {}
        with logs.bind(request_id=request_id) as bound:
            try:
                response = self._serve(request, bound, told)
            except _KNOWN_ERRORS as error:
                response = _problem_response(error, request_id)
            except Exception:
                _log.exception("unhandled error", extra={"route": self._trigger.path})
                response = _internal_problem_response(request_id)
            milliseconds = round((time.perf_counter() - started) * 1000, 2)
            outcome = {
                "route": self._route,
                "permission": self._trigger.permission,
                "status": response.status,
                "ms": milliseconds,
            }
            logs.write(_log, "request", outcome)
        own = cors.headers_for(request.headers.get("origin", ""))
        return response._replace(
            headers=SECURITY_HEADERS | own | told | {"x-request-id": request_id} | response.headers
        )

    def _serve(self, request: Request, bound: dict[str, str], told: dict[str, str]) -> Response:
        if request.method == "OPTIONS" and "access-control-request-method" in request.headers:
            origin = request.headers.get("origin", "")
            return Response(204, cors.preflight_headers(origin, self._trigger.method))
        self._refuse_too_large(request)
        caller = self._caller(request, told)
        request_id = bound["request_id"]
        if caller is None:
            return self._endpoint.serve(request, None, self._inputs.read(request), request_id)
        bound |= {"org_id": str(caller.org_id), "user_id": str(caller.user_id)}
        self._count(request, caller, told)
        try:
            bound["allowed_by"] = " ".join(caller.require(self._trigger.permission).reasons)
            return self._endpoint.serve(request, caller, self._inputs.read(request), request_id)
        except Forbidden as error:
            self._endpoint.note_refusal(request, caller, request_id, error)
            raise

    def _refuse_too_large(self, request: Request) -> None:
        announced = request.headers.get("content-length") or "0"
        if not announced.isdecimal():
            raise Malformed("Content-Length must be a number.", code="malformed_content_length")
        if max(int(announced), len(request.body)) > self.max_body_bytes:
            raise TooLarge(f"The body may have at most {self.max_body_bytes} bytes here.")

    def _caller(self, request: Request, told: dict[str, str]) -> Caller | None:
        """Who calls, if the endpoint is not open to all. Raises Unauthenticated, or TooManyRequests for strangers."""
        if self._trigger.permission == PUBLIC:
            self._count(request, None, told)
            return None
        try:
            return callers.connect().of_token(
                bearer_token(request.headers),
                is_checked_now=self._trigger.is_sensitive,
                may_be_key=self._has_database,
            )
        except Unauthenticated:
            self._count(request, None, told)
            raise

    def _count(self, request: Request, caller: Caller | None, told: dict[str, str]) -> None:
        """Count the request, and put what is left into the headers of the reply. Raises TooManyRequests."""
        from dreamseed.http import meter  # loaded by the first call

        meter.take(self._trigger, request, caller, told, has_database=self._has_database)


def _problem_response(error: DreamSeedError, request_id: str) -> Response:
    """The error as a problem+json response."""
    status, body = problem(error, request_id)
    headers = {"retry-after": str(error.retry_after_seconds)} if error.retry_after_seconds else {}
    if status == 401:
        headers["www-authenticate"] = "Bearer"
    return response_of(status, json.dumps(body).encode(), MEDIA_TYPE, headers)


def _internal_problem_response(request_id: str) -> Response:
    """What a caller sees of a mistake of ours."""
    status, body = internal_problem(request_id)
    return response_of(status, json.dumps(body).encode(), MEDIA_TYPE, {})


def _request_id(request: Request) -> str:
    """The id that the caller offers, if it can do no harm in a log, or else a new one."""
    offered = request.headers.get("x-request-id", "")
    return offered if _REQUEST_ID.fullmatch(offered) else uuid4().hex
