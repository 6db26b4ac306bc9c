"""Codes that the API sends and people read have a text in every language of the web app."""

from __future__ import annotations

import json
import re
from typing import Any, cast, get_args

import pytest

from dreamseed.catalogue import load_catalogue
from dreamseed.needs import Http
from dreamseed.rosters.rules import REASONS, Reason
from host.settings import ROOT

LANGUAGES = ["en", "es", "ko"]
EVENTS = {
    "accept_invitation",
    "erase_subject",
    "export_subject",
    "import_roster",
    "link_identity",
    "refresh",
    "reset_password",
    "second_factor",
    "sign_in",
    "sign_out",
    "verify_account",
}
"""What is noted without a call of a person or a program, or beside it."""

_NOTED = re.compile(r'(?:\bEntry\(|_entry\(|note_account\(db,|note_refused\(db, [^"()]*(?:\([^()]*\))?,)\s*"(\w+)"')


def texts(language: str, area: str) -> dict[str, Any]:
    return cast(dict[str, Any], json.loads((ROOT / "web" / "src" / "i18n" / language / f"{area}.json").read_text()))


def calls() -> set[str]:
    """The functions whose calls stand in the log."""
    http = [each for each in load_catalogue() if isinstance(each.needs.trigger, Http)]
    return {each.name for each in http if cast(Http, each.needs.trigger).leaves_a_trail}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_action_of_the_audit_log_has_a_name(language: str) -> None:
    assert set(texts(language, "audit")["actions"]) == calls() | EVENTS


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_actions_have_the_same_name(language: str) -> None:
    names = list(texts(language, "audit")["actions"].values())

    assert len(set(names)) == len(names)


def test_every_event_that_the_source_notes_is_among_those_that_have_a_name() -> None:
    sources = [path for folder in ("functions", "layers") for path in (ROOT / folder).rglob("*.py")]
    noted = {name for path in sources for name in _NOTED.findall(path.read_text())}

    assert {"sign_in", "import_roster", "verify_account", "refresh"} <= noted
    assert noted - EVENTS == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_why_a_row_of_a_roster_is_left_out_has_a_text(language: str) -> None:
    assert set(texts(language, "admin")["rosters"]["reasons"]) == set(get_args(Reason)) == set(REASONS)
