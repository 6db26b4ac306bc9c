"""The chapter on differential item functioning runs, and finds what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CHAPTER = Path(__file__).resolve().parents[2] / "docs" / "handbook" / "irt" / "dif.md"


def test_the_examples_of_the_chapter_run_in_their_order(capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, object] = {}

    for example in re.findall(r"```python\n(.*?)```", CHAPTER.read_text(encoding="utf-8"), flags=re.DOTALL):
        exec(example, names)  # noqa: S102

    printed = capsys.readouterr().out
    assert "item 3 is of class C" in printed
    assert "item 3 functions differently" in printed
