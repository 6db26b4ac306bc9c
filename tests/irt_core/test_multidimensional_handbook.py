"""The example of the chapter on several abilities runs and finds what it says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

CHAPTER = Path(__file__).resolve().parents[2] / "docs" / "handbook" / "irt" / "multidimensional.md"


def test_the_example_of_the_chapter_finds_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", CHAPTER.read_text(encoding="utf-8"), flags=re.DOTALL)
    names: dict[str, Any] = {}

    exec(example, names)  # noqa: S102

    assert "converged" in capsys.readouterr().out
    assert (names["reason"], names["state"].se.max() <= 0.4) == ("se_reached", True)
    assert np.corrcoef(names["ability"].theta[:, 0], names["theta"][:, 0])[0, 1] > 0.8
    assert (names["result"].reasons == "se_reached").mean() > 0.5
