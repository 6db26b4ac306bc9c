"""The code in the handbook's chapter runs, and its chapters know every module."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CORE = ROOT / "layers" / "irt_core" / "irt_core"
HANDBOOK = ROOT / "docs" / "handbook"
CHAPTER = (HANDBOOK / "irt.md").read_text(encoding="utf-8")


def test_the_examples_of_the_chapter_run_in_their_order(capsys: pytest.CaptureFixture[str]) -> None:
    examples = re.findall(r"```python\n(.*?)```", CHAPTER, flags=re.DOTALL)
    names: dict[str, object] = {}

    for example in examples:
        exec(example, names)  # noqa: S102

    assert len(examples) == 5
    assert re.search(r"^(se_reached|max_items) ", capsys.readouterr().out, flags=re.MULTILINE)


def test_the_guide_names_every_module_that_is_in_no_room() -> None:
    assert modules_in(CORE) <= named_in(CHAPTER)


@pytest.mark.parametrize("room", sorted(path.parent.name for path in CORE.glob("*/__init__.py")))
def test_every_room_has_a_chapter_that_names_its_modules_and_no_other(room: str) -> None:
    chapter = (HANDBOOK / "irt" / f"{room}.md").read_text(encoding="utf-8")

    assert f"(irt/{room}.md)" in CHAPTER
    assert named_in(chapter) == modules_in(CORE / room)


def modules_in(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("*.py")} - {"__init__.py"}


def named_in(text: str) -> set[str]:
    return set(re.findall(r"`(\w+\.py)`", text))
