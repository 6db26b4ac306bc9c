"""Answers an HTTP request with a JSON document."""

import json
from typing import Any


def http_echo(event: Any, context: Any) -> Any:
    body = json.dumps({"path": event["rawPath"], "parameters": event.get("pathParameters"), "event": event})
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": body, "isBase64Encoded": False}
