"""An HTTP request and its response as the frame sees them, whoever speaks HTTP: Lambda, a container, a test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


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
