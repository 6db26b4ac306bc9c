"""The example of the chapter on fit runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CHAPTER = Path(__file__).resolve().parents[2] / "docs" / "handbook" / "irt" / "fit.md"


def test_the_example_of_the_chapter_finds_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", CHAPTER.read_text(encoding="utf-8"), flags=re.DOTALL)

    exec(example, {})  # noqa: S102

    printed = capsys.readouterr().out
    assert "M2 = " in printed
    assert "[[4 9]]" in printed
