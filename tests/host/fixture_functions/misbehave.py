"""Ends in each of the ways in which a function can end."""

import os
import signal
import sys
import time
from typing import Any


class Mishap(Exception):
    """What this function raises."""


def misbehave(event: Any, context: Any) -> Any:
    match event["how"]:
        case "raise":
            raise Mishap(event.get("message", "as asked"))
        case "exit":
            sys.exit(event["status"])
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "sleep":
            time.sleep(event["seconds"])
            return os.getpid()
        case "fill":
            return "x" * event["bytes"]
        case "print":
            print(event["text"])
        case "unserialisable":
            return object()
    return None
