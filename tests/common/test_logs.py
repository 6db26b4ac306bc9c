"""A line of log is one JSON object, however it is written."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from dreamseed import logs


@pytest.fixture
def output() -> Iterator[io.StringIO]:
    """What is logged during the test."""
    logs.configure()
    (handler,) = [each for each in logging.getLogger("dreamseed").handlers if isinstance(each, logs.JsonHandler)]
    text = io.StringIO()
    before = handler.setStream(text)
    yield text
    handler.setStream(before)


def lines(output: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.getvalue().splitlines()]


def test_a_line_of_every_request_looks_like_any_other(output: io.StringIO) -> None:
    log, fields = logs.logger("http"), {"route": "GET /x", "status": 200, "ms": 1.25}

    with logs.bind(request_id="r-1"):
        log.info("request", extra=fields)
        logs.write(log, "request", fields)

    recorded, written = lines(output)
    assert written | {"time": ""} == recorded | {"time": ""}
    assert recorded["request_id"] == "r-1"
    assert recorded["status"] == 200


def test_a_line_below_the_level_is_not_written(output: io.StringIO) -> None:
    log = logs.logger("quiet")
    log.setLevel(logging.WARNING)

    logs.write(log, "request", {})

    assert lines(output) == []


def test_ids_that_become_known_later_are_bound_too_and_only_inside(output: io.StringIO) -> None:
    log = logs.logger("x")

    with logs.bind(request_id="r-1") as bound:
        bound["org_id"] = "o-1"
        log.info("inside")
    log.info("outside")

    inside, outside = lines(output)
    assert (inside["request_id"], inside["org_id"]) == ("r-1", "o-1")
    assert "request_id" not in outside


def test_an_exception_brings_its_traceback(output: io.StringIO) -> None:
    log = logs.logger("x")

    try:
        raise ZeroDivisionError("by what")
    except ZeroDivisionError:
        log.exception("failed")

    (line,) = lines(output)
    assert line["level"] == "ERROR"
    assert "ZeroDivisionError: by what" in line["exception"]
