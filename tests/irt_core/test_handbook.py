"""The code in the handbook's chapter runs, and its chapters know every module."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from irt_core import ItemBank

ROOT = Path(__file__).resolve().parents[2]
CORE = ROOT / "layers" / "irt_core" / "irt_core"
HANDBOOK = ROOT / "docs" / "handbook"
CHAPTER = (HANDBOOK / "irt.md").read_text(encoding="utf-8")


def test_the_examples_of_the_guide_run_in_their_order(capsys: pytest.CaptureFixture[str]) -> None:
    names = run_examples(CHAPTER)

    assert re.search(r"^(se_reached|max_items) ", capsys.readouterr().out, flags=re.MULTILINE)
    assert names["link"].slope == pytest.approx(1 / 1.2, abs=1e-6)
    assert names["flags"].too_fast.mean() < 0.002


def test_the_examples_of_the_chapter_on_times_run_in_their_order() -> None:
    names = run_examples((HANDBOOK / "irt" / "times.md").read_text(encoding="utf-8"))

    population = names["population"]
    assert abs(population.correlation - 0.6) < 4 * population.correlation_se


def test_the_examples_of_the_chapter_on_adaptive_tests_run_in_their_order() -> None:
    names = run_examples((HANDBOOK / "irt" / "adaptive.md").read_text(encoding="utf-8"))

    assert names["design"].stop_reason(names["bank"], names["state"]) in ("se_reached", "max_items")
    assert "; area " in names["choice"].reason


def test_the_examples_of_the_chapter_on_calibration_run_in_their_order() -> None:
    names = run_examples((HANDBOOK / "irt" / "calibration.md").read_text(encoding="utf-8"))

    assert abs(names["fit"].latents["south"].mean - 0.5) < 4 * float(names["fit"].standard_errors["mean"][0])
    errors = names["pretest"].bank.locations[10:] - names["truth"].locations[10:]
    assert np.abs(errors).max() < 0.6
    found = names["explained"].latent
    assert (np.abs(found.coefficients - [0.4, 0.3]) < 4 * found.coefficient_errors).all()
    assert names["first"].se < 1.0


def test_the_examples_of_the_chapters_on_assembly_and_simulation_run_in_their_order() -> None:
    assembly = run_examples((HANDBOOK / "irt" / "assembly.md").read_text(encoding="utf-8"))
    simulation = run_examples((HANDBOOK / "irt" / "simulation.md").read_text(encoding="utf-8"))

    assert all(600 <= sum(words_of(assembly["bank"], form.items)) <= 700 for form in assembly["alike"].forms)
    assert assembly["state"].cat.n_administered == 10
    assert simulation["found"].has_converged


def words_of(bank: ItemBank, items: tuple[int, ...]) -> list[float]:
    return [float(bank.content.attributes["words"][item]) for item in items]


def test_every_picture_of_the_guide_is_there_and_small() -> None:
    pictures = re.findall(r"!\[([^\]]+)\]\(([^)]+)\)", CHAPTER)

    assert len(pictures) >= 5
    for description, address in pictures:
        picture = HANDBOOK / address
        assert len(description) > 40
        assert picture.suffix == ".svg"
        assert picture.stat().st_size < 100_000


def test_the_guide_names_every_module_that_is_in_no_room() -> None:
    assert modules_in(CORE) <= named_in(CHAPTER)


@pytest.mark.parametrize("room", sorted(path.parent.name for path in CORE.glob("*/__init__.py")))
def test_every_room_has_a_chapter_that_names_its_modules_and_no_other(room: str) -> None:
    chapter = (HANDBOOK / "irt" / f"{room}.md").read_text(encoding="utf-8")

    assert f"(irt/{room}.md)" in CHAPTER
    assert named_in(chapter) == modules_in(CORE / room)


def run_examples(text: str) -> dict[str, Any]:
    """Run the Python of a page in one go, and return what it named."""
    names: dict[str, Any] = {}
    for example in re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL):
        exec(example, names)  # noqa: S102
    return names


def modules_in(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("*.py")} - {"__init__.py"}


def named_in(text: str) -> set[str]:
    return set(re.findall(r"`(\w+\.py)`", text))
