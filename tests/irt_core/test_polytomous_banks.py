"""Banks of items with several categories as objects: written, read, picked from, mixed, refused."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from irt_core import BankError, ItemBank

CHAPTERS = Path(__file__).resolve().parents[2] / "docs" / "handbook" / "irt"
THETA = np.linspace(-4.0, 4.0, 33)
THRESHOLDS = [[-1.0, 0.2, 1.5], [0.4], [-0.5, 0.9]]
SLOPES = [1.2, 0.8, 1.7]


def test_padded_arrays_and_lists_of_different_lengths_are_the_same_bank() -> None:
    padded = np.array([[-1.0, 0.2, 1.5, np.nan], [0.4, np.nan, np.nan, np.nan], [-0.5, 0.9, np.nan, np.nan]])

    for make in (ItemBank.graded, ItemBank.generalized_partial_credit):
        np.testing.assert_array_equal(make(1.3, padded).probability(THETA), make(1.3, THRESHOLDS).probability(THETA))
    assert ItemBank.graded(1.3, padded).category_counts.tolist() == [4, 2, 3]


def test_a_location_is_the_mean_of_the_thresholds() -> None:
    np.testing.assert_allclose(ItemBank.graded(1.0, THRESHOLDS).locations, [0.7 / 3, 0.4, 0.2])
    np.testing.assert_allclose(ItemBank.partial_credit([[2.0, -1.0]]).locations, [0.5])


def test_the_location_of_a_nominal_item_is_where_its_extreme_categories_are_equally_likely() -> None:
    bank = ItemBank.nominal([[0.5, 2.0, -1.0, 0.0]], [[0.3, -0.6, 0.9, 0.1]])

    probability = bank.probability(bank.locations[0])[0, 0]

    assert probability[1] == pytest.approx(probability[2], rel=1e-12)
    assert bank.discriminations[0] == pytest.approx(1.0)


def test_a_subset_keeps_items_areas_and_enemies_in_the_order_asked_for(polytomous_bank: ItemBank) -> None:
    areas = [("reading", "writing")[item % 2] for item in range(24)]
    bank = polytomous_bank.with_content(areas, enemies=[[0, 5, 8]])

    subset = bank.subset([8, 3, 0, 21])

    expected = bank.probability(THETA)[:, [8, 3, 0, 21], : subset.n_categories]
    np.testing.assert_array_equal(subset.probability(THETA), expected)
    np.testing.assert_array_equal(subset.category_counts, bank.category_counts[[8, 3, 0, 21]])
    assert subset.content.areas == ("reading", "writing", "reading", "writing")
    assert subset.content.enemies == ((0, 2),)


def test_a_bank_survives_being_written_as_strict_json(polytomous_bank: ItemBank) -> None:
    bank = polytomous_bank.with_content(["x", "y"] * 12, enemies=[[3, 4]])

    read = ItemBank.from_arrays(json.loads(json.dumps(bank.to_arrays(), allow_nan=False)))

    np.testing.assert_array_equal(read.probability(THETA), bank.probability(THETA))
    assert read.to_arrays() == bank.to_arrays()
    assert read.content == bank.content
    assert read.kind == bank.kind


def test_strata_follow_the_discriminations(polytomous_bank: ItemBank) -> None:
    strata, sharpness = polytomous_bank.strata(4), polytomous_bank.discriminations

    assert np.bincount(strata).tolist() == [6, 6, 6, 6]
    assert sharpness[strata == 0].max() <= sharpness[strata == 3].min()


def test_a_mixed_bank_says_of_each_item_what_its_own_bank_says() -> None:
    plain = ItemBank.dichotomous([1.0, 1.5], [0.0, 1.0], 0.2).with_content(["a", "b"])
    graded = ItemBank.graded(SLOPES, THRESHOLDS).with_content(["a", "a", "b"], enemies=[[0, 2]])

    mixed = ItemBank.mixed([plain, graded])

    np.testing.assert_allclose(mixed.probability(THETA)[:, :2, 1], plain.probability(THETA), rtol=1e-13)
    np.testing.assert_allclose(mixed.probability(THETA)[:, 2:], graded.probability(THETA), rtol=1e-13)
    np.testing.assert_array_equal(mixed.information(THETA)[:, :2], plain.information(THETA))
    np.testing.assert_array_equal(mixed.information(THETA)[:, 2:], graded.information(THETA))
    assert mixed.category_counts.tolist() == [2, 2, 4, 2, 3]
    assert mixed.content.areas == ("a", "b", "a", "a", "b")
    assert mixed.content.enemies == ((2, 4),)


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (lambda: ItemBank.graded(1.0, [[0.0], [1.0, 0.5]]), "thresholds of item 1 must rise"),
        (lambda: ItemBank.graded(1.0, [[0.0], [0.5, 0.5]]), "thresholds of item 1 must rise"),
        (lambda: ItemBank.graded([1.0, 0.0], [[0.0], [0.5]]), "discrimination of item 1 must be above 0"),
        (lambda: ItemBank.graded([1.0, -2.0], [[0.0], [0.5]]), "discrimination of item 1 must be above 0"),
        (lambda: ItemBank.graded(1.0, [[0.0]], D=-1.0), "discrimination of item 0 must be above 0"),
        (lambda: ItemBank.graded([1.0], [[0.0], [0.5]]), "discrimination has 1 values for 2 items"),
        (lambda: ItemBank.graded(1.0, [[0.0], []]), "item 1 must have at least 2 categories"),
        (lambda: ItemBank.graded(1.0, [[0.0], [np.nan]]), "item 1 must have at least 2 categories"),
        (lambda: ItemBank.graded(1.0, []), "a bank holds at least one item"),
        (lambda: ItemBank.graded(1.0, [0.0, 1.0]), "thresholds must be a list of numbers for each item"),
        (lambda: ItemBank.graded(1.0, 0.5), "thresholds must be a list of numbers for each item"),
        (lambda: ItemBank.graded(1.0, "hard"), "thresholds must be a list of numbers for each item"),
        (lambda: ItemBank.graded(1.0, [[0.0], [0.0, np.inf]]), "thresholds of item 1 must be finite"),
        (lambda: ItemBank.graded(1.0, [[0.0, 1.0], [np.nan, 1.0]]), "item 1 must be finite numbers, NaN only after"),
        (lambda: ItemBank.partial_credit([[0.0], []]), "item 1 must have at least 2 categories"),
        (lambda: ItemBank.generalized_partial_credit(0.0, [[0.0]]), "discrimination of item 0 must be above 0"),
        (lambda: ItemBank.nominal([[0.0, 1.0], [1.0]], [[0.0, 1.0], [0.0]]), "item 1 must have at least 2 categories"),
        (lambda: ItemBank.nominal([[0.0, 1.0]], [[0.0, 1.0, 2.0]]), "item 0 must have as many intercepts as slopes"),
        (lambda: ItemBank.nominal([[0.0, 1.0]], [[0.0, 1.0]] * 2), "intercepts has 2 rows for 1 items"),
        (lambda: ItemBank.nominal([[0.5, 0.5]], [[0.0, 1.0]]), "slopes of item 0 must not all be equal"),
        (lambda: ItemBank.mixed([]), "a bank holds at least one item"),
        (
            lambda: ItemBank.mixed([ItemBank.mixed([ItemBank.dichotomous(1.0, [0.0])])]),
            "not of a mixed one",
        ),
        (
            lambda: ItemBank.mixed(
                [ItemBank.dichotomous(1.0, [0.0]).with_content(["a"]), ItemBank.dichotomous(1.0, [0.0])]
            ),
            "either all or none",
        ),
    ],
)
def test_parameters_that_no_item_can_have_are_refused_by_item(make: Callable[[], ItemBank], complaint: str) -> None:
    with pytest.raises(BankError, match=complaint):
        make()


@pytest.mark.parametrize(
    ("arrays", "complaint"),
    [
        ({"kind": "graded", "thresholds": [[0.0]]}, "a graded bank needs discrimination and thresholds"),
        ({"kind": "generalized_partial_credit", "discrimination": [1.0]}, "needs discrimination and thresholds"),
        ({"kind": "nominal", "slopes": [[0.0, 1.0]]}, "a nominal bank needs slopes and intercepts"),
        ({"kind": "mixed", "parts": []}, "a mixed bank needs parts and part_of"),
        ({"kind": "mixed", "parts": [3], "part_of": [0]}, "the parts of a mixed bank are banks"),
        ({"kind": "mixed", "parts": [], "part_of": []}, "at least one item"),
    ],
)
def test_arrays_that_describe_no_bank_are_refused(arrays: dict[str, Any], complaint: str) -> None:
    with pytest.raises(BankError, match=complaint):
        ItemBank.from_arrays(arrays)


@pytest.mark.parametrize("part_of", [[0], [0, 1], [0, 0, 0], [0, -1], [[0, 0]], [0.0, 0.0], ["a", "b"]])
def test_a_mixed_bank_whose_numbers_do_not_fit_its_parts_is_refused(part_of: Any) -> None:
    part = ItemBank.graded(1.0, [[0.0, 1.0], [0.5]]).to_arrays()

    with pytest.raises(BankError, match="part_of must"):
        ItemBank.from_arrays({"kind": "mixed", "parts": [part], "part_of": part_of})


@pytest.mark.parametrize("chapter", ["models", "estimation"])
def test_the_example_of_the_chapter_runs(chapter: str, capsys: pytest.CaptureFixture[str]) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", (CHAPTERS / f"{chapter}.md").read_text(encoding="utf-8"), re.DOTALL)

    exec(example, {})  # noqa: S102

    printed = capsys.readouterr().out
    assert "[4 3 4 2 4 2 2]" in printed if chapter == "models" else "converged" in printed
