"""Prints its event and returns it."""

import json
from typing import Any


def show(event: Any, context: Any) -> Any:
    print(json.dumps(event))
    return {"shown": event}
