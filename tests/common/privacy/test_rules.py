"""How requests stand, and what of a document names somebody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dreamseed.privacy.rules import ERASED, erasure_status, export_status, labels, redacted

NOW = datetime(2026, 11, 30, tzinfo=UTC)
TOKENS, NAME = ("ada@lake.example",), "Ada Okafor"


@pytest.mark.parametrize(
    ("document", "left"),
    [
        ("Ada Okafor", ERASED),
        ("ADA OKAFOR joins 7A", ERASED),
        ("Ada Okafors", "Ada Okafors"),
        ("from ADA@lake.example", ERASED),
        ({"who": "Ada Okafor", "n": 1}, {"who": ERASED, "n": 1}),
        ({"rows": [{"label": "Ada Okafor in 7A"}, {"label": "Ben Castillo"}]}, {"rows": [{"label": "Ben Castillo"}]}),
        ([{"fields": [{"after": "ada@lake.example"}]}, {"fields": []}], [{"fields": []}]),
        (["Ada Okafor", 3, None, True], [3, None, True]),
        (None, None),
    ],
)
def test_a_document_loses_what_it_says_of_somebody(document: Any, left: Any) -> None:
    assert redacted(document, TOKENS, NAME) == left
    assert redacted(left, TOKENS, NAME) == left


def test_entries_that_name_somebody_tell_what_they_called_them() -> None:
    changes = [{"label": "Ada Nwosu", "fields": [{"after": "ADA@lake.example"}]}, {"label": "Ben Castillo"}]

    assert labels({"label": "Autumn", "changes": changes}, TOKENS) == {"Autumn", "Ada Nwosu"}
    assert labels({"changes": changes}, TOKENS) == {"Ada Nwosu"}
    assert labels({"changes": changes[1:]}, TOKENS) == set()


def test_without_a_name_only_tokens_count() -> None:
    assert redacted(["Ada Okafor", "ada@lake.example"], TOKENS) == ["Ada Okafor"]


@pytest.mark.parametrize(
    ("cancelled", "finished", "job", "is_held", "status"),
    [
        (None, None, None, False, "waiting"),
        (None, None, None, True, "held"),
        (None, None, "queued", True, "running"),
        (None, None, "running", False, "running"),
        (None, None, "failed", False, "failed"),
        (None, None, "cancelled", False, "failed"),
        (None, NOW, "succeeded", False, "done"),
        (NOW, None, None, True, "cancelled"),
    ],
)
def test_how_an_erasure_stands(
    cancelled: datetime | None, finished: datetime | None, job: str | None, is_held: bool, status: str
) -> None:
    assert erasure_status(cancelled, finished, job, is_held) == status


@pytest.mark.parametrize(
    ("job", "expires_in", "status"),
    [("queued", None, "queued"), ("failed", None, "failed"), ("succeeded", 1, "ready"), ("succeeded", 0, "expired")],
)
def test_how_an_export_stands(job: str, expires_in: int | None, status: str) -> None:
    expires_at = None if expires_in is None else NOW + timedelta(days=expires_in)

    assert export_status(job, expires_at, NOW) == status
