"""Answers HTTP requests in the ways that a test asks for by the header `x-answer`."""

import json
import os
import time
from typing import Any


def web(event: Any, context: Any) -> Any:
    match event["headers"].get("x-answer", "echo"):
        case "echo":
            body = json.dumps({**event, "trace": os.environ["_X_AMZN_TRACE_ID"]})
            return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": body}
        case "bare":
            return {"plain": "json"}
        case "text":
            return "hello"
        case "full":
            return {
                "statusCode": 201,
                "headers": {"Location": "/somewhere", "X-Count": 3},
                "cookies": ["a=1; HttpOnly", "b=2"],
                "body": "AAEC/w==",
                "isBase64Encoded": True,
            }
        case "no content":
            return {"statusCode": 204}
        case "malformed":
            return {"statusCode": "nonsense"}
        case "split":
            return {"statusCode": 200, "headers": {"x-evil": "a\r\nx-injected: b"}}
        case "raise":
            raise ValueError("a secret of the implementation")
        case "slow":
            time.sleep(0.5)
            return {"statusCode": 200, "body": "slept"}
        case "hang":
            time.sleep(60)
        case "crash":
            os._exit(7)
    return None
