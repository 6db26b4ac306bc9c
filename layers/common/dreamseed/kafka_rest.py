"""Audit entries on a Kafka topic, through Confluent's REST proxy: its version 2 or 3, whichever the address names.

    https://host/topics/audit                          v2: one request, keys and values as JSON, an offset or error each
    https://host/v3/clusters/lkc-1/topics/audit        v3: records after one another in a stream, a reply for each

An organisation's entries share a key, so they keep their order. What was not taken is tried again a few times with
growing pauses, and then left to the queue.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from dreamseed.audit_record import Record
from dreamseed.errors import Unavailable

TIMEOUT_SECONDS = 5.0
PAUSES_SECONDS = (0.2, 1.0)
MAX_BYTES = 1024 * 1024


class KafkaRestSink:
    """See dreamseed.ports.audit_sink.SinkAdapter. `authorization` is the header's value, if the proxy wants one."""

    def __init__(self, url: str, authorization: str | None = None, sleep: Callable[[float], None] = time.sleep) -> None:
        self._url, self._authorization, self._sleep = url, authorization, sleep
        self._is_third = urlsplit(url).path.startswith("/v3/")

    def send(self, records: Sequence[Record]) -> None:
        for pause in (*PAUSES_SECONDS, None):
            try:
                return self._produce(records)
            except Unavailable:
                if pause is None:
                    raise
                self._sleep(pause)

    def _produce(self, records: Sequence[Record]) -> None:
        request = self._third(records) if self._is_third else self._second(records)
        try:
            with build_opener(_NoRedirect).open(request, timeout=TIMEOUT_SECONDS) as reply:
                body = reply.read(MAX_BYTES)
        except HTTPError as error:
            error.close()
            raise _not_taken(f"status {error.code}") from error
        except (OSError, HTTPException) as error:
            raise _not_taken(str(error)) from error
        try:
            results = list(self._results(body))
        except (ValueError, KeyError, TypeError) as error:
            raise _not_taken("the reply cannot be read") from error
        faults = [each for each in results if each is not None]
        if faults or len(results) < len(records):
            raise _not_taken(str(faults[0]) if faults else f"{len(results)} of {len(records)} were acknowledged")

    def _second(self, records: Sequence[Record]) -> Request:
        body = {"records": [{"key": record["org_id"], "value": record} for record in records]}
        kind = "application/vnd.kafka.json.v2+json"
        headers = {"content-type": kind, "accept": "application/vnd.kafka.v2+json"}
        return self._request(self._url, json.dumps(body).encode(), headers)

    def _third(self, records: Sequence[Record]) -> Request:
        lines = [
            {"key": {"type": "JSON", "data": record["org_id"]}, "value": {"type": "JSON", "data": record}}
            for record in records
        ]
        body = "".join(json.dumps(line) + "\n" for line in lines).encode()
        return self._request(f"{self._url}/records", body, {"content-type": "application/json"})

    def _request(self, url: str, body: bytes, headers: dict[str, str]) -> Request:
        if self._authorization:
            headers["authorization"] = self._authorization
        return Request(url, body, headers, method="POST")  # noqa: S310 - the address is configuration, not input

    def _results(self, body: bytes) -> Iterator[str | None]:
        """For each record that the proxy answered for: None when it was taken, else why not."""
        if self._is_third:
            for each in _documents(body.decode()):
                yield None if each["error_code"] == 200 else f"error {each['error_code']}"
        else:
            for each in json.loads(body)["offsets"]:
                yield None if not each.get("error_code") else f"error {each['error_code']}"


class _NoRedirect(HTTPRedirectHandler):
    """Entries go where the operator said, and nowhere else."""

    def redirect_request(self, *arguments: Any) -> None:
        return None


def _documents(text: str) -> Iterator[Any]:
    """JSON documents that follow one another."""
    decoder, position = json.JSONDecoder(), 0
    while (position := len(text) - len(text[position:].lstrip())) < len(text):
        document, position = decoder.raw_decode(text, position)
        yield document


def _not_taken(reason: str) -> Unavailable:
    detail = f"The audit sink did not take all entries: {reason}."
    return Unavailable(detail, code="audit_sink_unavailable", retry_after_seconds=5)
