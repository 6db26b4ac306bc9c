"""An HTTP request and its response as the frame sees them, whoever speaks HTTP: Lambda, a container, a test.

From where a request comes is what the outermost of our own proxies saw. Proxies are trusted by number, never by what a
header claims: `DREAMSEED_PROXIES` says how many stand in front of us (none locally).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

SECURITY_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
"""On every reply, unless the function or the rules for other origins say otherwise."""

_LONGEST_AGENT = 300


class Request(NamedTuple):
    """What was sent. `path` is decoded and `query` is not; names of headers are in lower case.

    `source_ip` is whoever opened the connection: the client, or the last proxy before us.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    source_ip: str = ""


class Response(NamedTuple):
    """What is sent back. Names of headers are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes = b""


def response_of(status: int, body: bytes, media_type: str | None, headers: Mapping[str, str]) -> Response:
    """A response with the headers that describe its body. None is no body and no type; text is UTF-8."""
    described = dict(headers)
    if media_type is not None:
        is_plain = media_type.startswith("text/") and "charset=" not in media_type
        described["content-type"] = f"{media_type}; charset=utf-8" if is_plain else media_type
    if status != 204:
        described["content-length"] = str(len(body))
    return Response(status, described, body)


@dataclass(frozen=True)
class Client:
    """The caller's network address and what their program calls itself; either may be empty."""

    address: str
    agent: str


def client_of(request: Request) -> Client:
    """The client that a request came from."""
    agent = "".join(each for each in request.headers.get("user-agent", "") if each.isprintable())
    return Client(_address(request), agent[:_LONGEST_AGENT])


def _address(request: Request) -> str:
    forwarded = [each.strip() for each in request.headers.get("x-forwarded-for", "").split(",") if each.strip()]
    if forwarded and forwarded[-1] == request.source_ip:
        forwarded.pop()
    proxies = int(os.environ.get("DREAMSEED_PROXIES", "0"))
    return [*forwarded, request.source_ip][-1 - min(proxies, len(forwarded))]
