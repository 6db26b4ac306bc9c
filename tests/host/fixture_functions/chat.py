"""A WebSocket function: refuses strangers, says what it hears to the connection that said it."""

import json
import os
import urllib.request
from typing import Any

LOG: list[str] = []


def chat(event: Any, context: Any) -> Any:
    context_of_event = event["requestContext"]
    LOG.append(context_of_event["routeKey"])
    match context_of_event["routeKey"]:
        case "$connect":
            token = (event.get("queryStringParameters") or {}).get("token")
            return {"statusCode": 200 if token == "let me in" else 401}
        case "$default":
            if event["body"] == "raise":
                raise ValueError("as asked")
            answer = json.dumps(
                {"heard": event["body"], "base64": event["isBase64Encoded"], "event": event, "log": LOG}
            )
            url = f"{os.environ['SOCKETS_URL']}/@connections/{context_of_event['connectionId']}"
            urllib.request.urlopen(urllib.request.Request(url, answer.encode(), method="POST"), timeout=5).close()
    return None
