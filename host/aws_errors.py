"""Errors as boto3 understands them, in the two dialects of REST services."""

from __future__ import annotations

from aiohttp import web


def aws_error(status: int, code: str, message: str) -> web.Response:
    """An error reply: boto3 raises it as ClientError with that code."""
    return web.json_response(
        {"__type": code, "message": message, "Message": message, "Type": "User"},
        status=status,
        headers={"x-amzn-ErrorType": code},
    )
