"""API Gateway's HTTP payload 2.0 → ASGI, by Mangum."""

from __future__ import annotations

from mangum import Mangum

from dreamseed.function import Function, Handler


def build_handler(function: Function) -> Handler:
    """The Lambda handler of an HTTP function."""
    handler: Handler = Mangum(function.app, lifespan="off")
    return handler
