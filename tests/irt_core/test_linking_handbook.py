"""The chapter on linking runs, and finds what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CHAPTER = Path(__file__).resolve().parents[2] / "docs" / "handbook" / "irt" / "linking.md"


def test_the_examples_of_the_chapter_run_in_their_order(capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, object] = {}

    for example in re.findall(r"```python\n(.*?)```", CHAPTER.read_text(encoding="utf-8"), flags=re.DOTALL):
        exec(example, names)  # noqa: S102

    assert "item 5 (new 5) has become harder" in capsys.readouterr().out
