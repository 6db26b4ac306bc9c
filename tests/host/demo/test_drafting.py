"""From a draft to an item: which distractors are taken, where the key goes, and what the parameters are."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from host.demo.difficulty import difficulty, discrimination, guessing
from host.demo.drafting import Draft, assemble, wrongs
from host.demo.maths import number, over, say
from host.demo.model import Check

DRAFT = Draft(
    stem=say("Work out {}.", number(4)),
    key=number(4),
    distractors=wrongs(("first", 4), ("second", 5), ("third", 5), ("fourth", 6), ("fifth", 7), ("sixth", 8)),
    solution=(say("It is {}.", number(4)),),
    hints=(say("What is it?"),),
    check=Check("value", "4"),
    numbers=(4,),
)


def test_the_first_three_distractors_that_differ_from_the_key_and_each_other_are_taken() -> None:
    item = assemble("skill.name", 1, 0.0, DRAFT)

    taken = {option.text: option.misconception for option in item.options}
    assert taken == {"$4$": None, "$5$": "second", "$6$": "fourth", "$7$": "fifth"}


def test_an_equal_value_in_another_form_is_no_distractor() -> None:
    twin = replace(DRAFT, distractors=(*wrongs(("a", 1), ("b", 2)), replace(DRAFT.distractors[0], answer=over(8, 2))))

    with pytest.raises(ValueError, match=r"skill\.name\.03: only 2"):
        assemble("skill.name", 3, 0.0, twin)


def test_every_four_items_in_a_row_have_their_keys_in_four_places() -> None:
    keys = [assemble("skill.name", serial, 0.0, DRAFT).key for serial in range(1, 13)]

    assert [len(set(keys[start : start + 4])) for start in (0, 4, 8)] == [4, 4, 4]
    assert keys[:4] != keys[4:8] or keys[4:8] != keys[8:12]


def test_numbers_that_cannot_be_shown_as_short_decimals_are_left_out() -> None:
    shown = wrongs(("thirds", Fraction(1, 3)), ("whole", 2), ("below", -1), least=0)

    assert [one.misconception for one in shown] == ["whole"]


def test_each_feature_and_each_larger_number_makes_an_item_harder() -> None:
    plain = difficulty(-1.0, (), (10,))

    assert plain == -1.0
    assert difficulty(-1.0, ("story",), (10,)) > plain
    assert difficulty(-1.0, ("story", "step", "step"), (10,)) > difficulty(-1.0, ("story", "step"), (10,))
    assert difficulty(-1.0, (), (250,)) > difficulty(-1.0, (), (25,)) > plain


def test_parameters_stay_within_their_bounds() -> None:
    assert difficulty(2.9, ("step",) * 9, (10,)) == 3.0
    assert 0.8 <= discrimination(("story", "concept")) < discrimination(()) < discrimination(("step",) * 9) <= 2.0
    assert guessing(()) == 0.25
    assert guessing(("step",) * 9) == 0.15
