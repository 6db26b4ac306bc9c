"""Returns what it is given, and what it sees of itself."""

import os
import time
from typing import Any

calls = 0


def echo(event: Any, context: Any) -> Any:
    global calls
    calls += 1
    return {
        "event": event,
        "calls": calls,
        "pid": os.getpid(),
        "request_id": context.aws_request_id,
        "remaining_ms": context.get_remaining_time_in_millis(),
        "arn": context.invoked_function_arn,
        "trace_id": os.environ.get("_X_AMZN_TRACE_ID"),
        "time_zone": time.tzname[0],
        "variables": {name: value for name, value in os.environ.items() if name != "AWS_LAMBDA_RUNTIME_API"},
    }
