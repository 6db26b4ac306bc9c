"""What a bank knows of its items besides their parameters: areas, enemies, sets, attributes."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from irt_core import BankError, ItemBank
from tests.irt_core.conftest import random_bank

SETS = [[4, 2, 0], [5, 7]]
ATTRIBUTES: dict[str, Any] = {"format": ["open", "closed"] * 4, "words": [10, 20, 30, 40, 50, 60, 70, 80.5]}


@pytest.fixture
def bank() -> ItemBank:
    """Eight items with everything."""
    return random_bank(8).with_content(["a", "b"] * 4, [[0, 1]], SETS, ATTRIBUTES)


def test_content_comes_back_from_json(bank: ItemBank) -> None:
    again = ItemBank.from_arrays(json.loads(json.dumps(bank.to_arrays())))

    assert again.content == bank.content
    assert again.content.sets == ((4, 2, 0), (5, 7))
    assert again.content.attributes["words"] == (10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.5)


def test_a_bank_without_sets_and_attributes_is_written_as_before() -> None:
    assert set(random_bank(3).to_arrays()) == {"kind", "discrimination", "difficulty", "guessing", "upper"}


def test_every_item_knows_its_set(bank: ItemBank) -> None:
    assert bank.content.set_of.tolist() == [0, -1, 0, -1, 0, 1, -1, 1]
    assert bank.content.set_members.tolist() == [[4, 2, 0], [5, 7, -1]]


def test_a_subset_keeps_the_order_within_its_sets(bank: ItemBank) -> None:
    subset = bank.subset([0, 7, 4, 3])

    assert subset.content.sets == ((2, 0), (1,))
    assert subset.content.attributes == {
        "format": ("open", "closed", "open", "closed"),
        "words": (10.0, 80.5, 50.0, 40.0),
    }


def test_mixed_banks_put_their_content_together(bank: ItemBank) -> None:
    graded = ItemBank.graded([1.0, 1.2], [[-1.0, 1.0], [0.0, 0.5]])
    graded = graded.with_content(["c", "c"], (), [[1, 0]], {"format": ["essay"] * 2, "words": [1, 2]})

    mixed = ItemBank.mixed([bank, graded])

    assert mixed.content.sets == ((4, 2, 0), (5, 7), (9, 8))
    assert mixed.content.attributes["format"][-3:] == ("closed", "essay", "essay")
    with pytest.raises(BankError, match="either all or none of the mixed banks have content attributes"):
        ItemBank.mixed([bank, graded.with_content(["c", "c"])])
    with pytest.raises(BankError, match="either all or none of the mixed banks have content areas"):
        ItemBank.mixed([bank, graded.with_content(None, (), (), {"format": ["essay"] * 2, "words": [1, 2]})])


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ({"sets": [[0, 8]]}, "sets must be items from 0 to 7"),
        ({"sets": [[0, 1], [1, 2]]}, "in one set only"),
        ({"sets": [[3, 3]]}, "in one set only"),
        ({"attributes": {"words": [1] * 7}}, "the attribute words must have"),
        ({"attributes": {"words": [1.0] * 7 + [np.nan]}}, "the attribute words must have"),
        ({"attributes": {"words": [1] * 7 + ["x"]}}, "the attribute words must have"),
    ],
)
def test_content_that_no_items_can_have_is_refused(content: dict[str, Any], complaint: str) -> None:
    with pytest.raises(BankError, match=complaint):
        random_bank(8).with_content(**content)
