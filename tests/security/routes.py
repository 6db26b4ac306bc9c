"""The routes of the API as tests of all of them see them."""

from __future__ import annotations

import json
from typing import Any, cast

from dreamseed.catalogue import ROOT, load_catalogue
from dreamseed.function import Function
from dreamseed.http.openapi import DOCUMENT
from dreamseed.needs import Http

ROUTES = {function.name: function for function in load_catalogue() if isinstance(function.needs.trigger, Http)}
"""The functions that serve a route, by name."""

SPECIFICATION: dict[str, Any] = json.loads(DOCUMENT.read_text())
OPERATIONS: dict[str, Any] = {
    operation["operationId"]: operation for methods in SPECIFICATION["paths"].values() for operation in methods.values()
}
"""What the OpenAPI document says of each, by the function's name."""


def trigger(function: Function) -> Http:
    """The function's route."""
    return cast(Http, function.needs.trigger)


def sample_body(function: Function) -> Any:
    """A body that the endpoint takes; None if it takes none."""
    event = json.loads((ROOT / "events" / function.area / f"{function.name}.json").read_text())
    return json.loads(event["body"]) if event.get("body") else None
