"""What a caller sends is read as FastAPI itself would read it: the same values, the same words for what is wrong."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, cast
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI, Header, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from dreamseed.collaborators import Parameters
from dreamseed.errors import FieldError, Invalid, Malformed
from dreamseed.function import function
from dreamseed.http.exchange import Request as OurRequest
from dreamseed.http.inputs import Inputs
from dreamseed.http.paging import Paging
from dreamseed.http.problems import from_validation
from dreamseed.http.route import route_of
from dreamseed.models import Input
from dreamseed.needs import PUBLIC, Http, Needs

JSON = {"content-type": "application/json"}
ID = "01890a5d-ac96-774b-bcce-b302099a8057"


class Book(Input):
    """A body."""

    title: str
    pages: Annotated[int, Query(ge=1)] = 1


@function(Needs(Http("POST", "/shelves/{id}/{rest:path}", PUBLIC)))
def put_book(
    id: UUID,
    rest: str,
    body: Book,
    page: Paging,
    after: Annotated[int, Query(ge=0)] = 0,
    colour: Annotated[str | None, Query(pattern="^[a-z]+$")] = None,
    idempotency_key: Annotated[str | None, Header(min_length=3)] = None,
) -> None:
    """Every kind of input that a function may ask for."""


INPUTS = Inputs(route_of(put_book, Parameters.of(put_book.call)))


def by_us(request: OurRequest) -> Any:
    """The values as JSON would show them, or the fields that are wrong."""
    try:
        values = INPUTS.read(request)
    except Invalid as error:
        return [(each.field, each.reason) for each in error.errors]
    return plain(values)


def by_fastapi(request: OurRequest) -> Any:
    """The same, by an application of FastAPI's own."""
    app = FastAPI()
    seen: dict[str, Any] = {}

    async def endpoint(**values: Any) -> None:
        seen.update(values)

    endpoint.__signature__ = route_of(put_book, Parameters.of(put_book.call)).endpoint.__signature__  # type: ignore
    app.post("/shelves/{id}/{rest:path}")(endpoint)

    async def refuse(_: Request, error: Exception) -> JSONResponse:
        invalid = from_validation(list(error.errors())) if isinstance(error, RequestValidationError) else error
        seen["wrong"] = cast(Invalid, invalid).errors
        return JSONResponse(None, 422)

    app.add_exception_handler(RequestValidationError, refuse)
    app.add_exception_handler(Invalid, refuse)

    async def send() -> None:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            url = f"{request.path}?{request.query}"
            await client.request("POST", url, content=request.body, headers=dict(request.headers))

    asyncio.run(send())
    if "wrong" in seen:
        wrong: tuple[FieldError, ...] = seen["wrong"]
        return [(each.field, each.reason) for each in wrong]
    return plain(seen)


def plain(values: dict[str, Any]) -> dict[str, str]:
    return {name: repr(value) for name, value in values.items()}


def request(
    path: str = f"/shelves/{ID}/top/left",
    query: str = "",
    body: bytes = b'{"title": "Emma", "pages": 3}',
    headers: dict[str, str] | None = None,
) -> OurRequest:
    return OurRequest("POST", path, query, JSON if headers is None else headers, body)


REQUESTS = {
    "everything is right": request(query="after=7&colour=red&limit=3", headers={**JSON, "idempotency-key": "abcd"}),
    "defaults": request(),
    "a repeated parameter": request(query="after=1&after=2"),
    "an unknown parameter": request(query="befor=1"),
    "an empty value": request(query="after="),
    "an encoded value": request(query="colour=%72ed&limit=%31"),
    "a wrong path": request("/shelves/none/x"),
    "a wrong query": request(query="after=-1&colour=RED&limit=0"),
    "a wrong cursor": request(query="cursor=nonsense"),
    "a wrong header": request(headers={**JSON, "idempotency-key": "a"}),
    "no body": request(body=b""),
    "a body that is null": request(body=b"null"),
    "a body that is a list": request(body=b"[1]"),
    "wrong fields": request(body=b'{"title": 5, "pages": 0, "titel": "x"}'),
    "a missing field": request(body=b"{}"),
    "the character NUL": request(body=b'{"title": "\\u0000"}'),
    "everything is wrong": request("/shelves/none/x", "after=a&limit=b", b'{"title": 1}'),
    "a type with parameters": request(headers={"content-type": "Application/JSON; charset=utf-8"}),
    "a type of JSON's kind": request(headers={"content-type": "application/vnd.books+json"}),
    "a form": request(headers={"content-type": "application/x-www-form-urlencoded"}),
    "plain text": request(headers={"content-type": "text/plain"}),
    "no type": request(headers={}),
}


@pytest.mark.parametrize("sent", REQUESTS.values(), ids=REQUESTS.keys())
def test_a_request_is_read_as_fastapi_would_read_it(sent: OurRequest) -> None:
    assert by_us(sent) == by_fastapi(sent)


@pytest.mark.parametrize(
    ("body", "code"),
    [(b'{"title": ', "malformed_json"), (b"\xff\xfe\xfd", "malformed_body"), (b"[" * 100_000, "malformed_body")],
    ids=["cut short", "no text", "too deep"],
)
def test_a_body_that_cannot_be_parsed_is_malformed(body: bytes, code: str) -> None:
    with pytest.raises(Malformed) as malformed:
        INPUTS.read(request(body=body))

    assert malformed.value.code == code


def test_a_function_that_asks_for_what_nothing_reads_is_refused_at_once() -> None:
    @function(Needs(Http("POST", "/x", PUBLIC)))
    def takes_two_bodies(one: Book, two: Book) -> None:
        """Two bodies."""

    with pytest.raises(TypeError, match="several bodies"):
        Inputs(route_of(takes_two_bodies, Parameters.of(takes_two_bodies.call)))
