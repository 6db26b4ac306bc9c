"""Stands in for the outbox relay: writes down that it was called."""

import json
import os
import time
from typing import Any


def relay_outbox(event: Any, context: Any) -> Any:
    with open(os.environ["CALLS"], "a") as calls:
        calls.write(json.dumps(event) + "\n")
    time.sleep(float(os.environ.get("SECONDS", "0")))
    if os.environ.get("FAILS") == "once":
        os.environ["FAILS"] = ""
        raise RuntimeError("the database is away")
    return None
