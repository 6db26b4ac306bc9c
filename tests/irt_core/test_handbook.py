"""The code in the handbook's chapter runs, and its chapter knows every module."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHAPTER = (ROOT / "docs" / "handbook" / "irt.md").read_text(encoding="utf-8")


def test_the_examples_of_the_chapter_run_in_their_order(capsys: pytest.CaptureFixture[str]) -> None:
    examples = re.findall(r"```python\n(.*?)```", CHAPTER, flags=re.DOTALL)
    names: dict[str, object] = {}

    for example in examples:
        exec(example, names)  # noqa: S102

    assert len(examples) == 5
    assert re.search(r"^(se_reached|max_items) ", capsys.readouterr().out, flags=re.MULTILINE)


def test_the_chapter_names_every_module_and_no_other() -> None:
    modules = {path.name for path in (ROOT / "layers" / "irt_core" / "irt_core").rglob("*.py")}

    named = set(re.findall(r"`(\w+\.py)`", CHAPTER))

    assert named == modules - {"__init__.py"}
