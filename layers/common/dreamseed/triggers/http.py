"""API Gateway's HTTP payload 2.0 → ASGI, by Mangum."""

from __future__ import annotations

from mangum import Mangum

from dreamseed.function import Function, Handler

TEXT_MEDIA_TYPES = [
    "text/",
    "application/json",
    "application/problem+json",
    "application/javascript",
    "application/xml",
    "image/svg+xml",
]
"""Bodies that travel as they are; all others travel in Base64."""


def build_handler(function: Function) -> Handler:
    """The Lambda handler of an HTTP function."""
    handler: Handler = Mangum(function.app, lifespan="off", text_mime_types=TEXT_MEDIA_TYPES)
    return handler
