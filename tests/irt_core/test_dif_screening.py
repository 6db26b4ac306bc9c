"""Purification, adjustment of p-values, and the tables that persons are compared in."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from irt_core import IrtError, Matching, Screening
from irt_core.dif.comparison import Comparison
from irt_core.dif.matching import tabulate
from irt_core.dif.screening import purify
from irt_core.dif.significance import adjusted, chi_square_tail
from tests.irt_core.dif_samples import two_groups


def follow(answers: dict[frozenset[int], set[int]], **settings: Any) -> Any:
    """Purify six items where `answers` says what is flagged once others have been excluded."""

    def examine(is_anchor: Any) -> Any:
        excluded = frozenset(np.flatnonzero(~is_anchor).tolist())
        return np.isin(np.arange(6), list(answers[excluded]))

    return purify(examine, lambda flagged: flagged, Screening(**settings), 6)[1]


def test_nothing_flagged_is_stable_at_once() -> None:
    path = follow({frozenset(): set()})

    assert path.rounds == ((),)
    assert path.is_stable


def test_purification_goes_on_until_the_flagged_set_stays() -> None:
    path = follow({frozenset(): {1, 2}, frozenset({1, 2}): {2}, frozenset({2}): {2}})

    assert path.rounds == ((1, 2), (2,), (2,))
    assert path.is_stable


def test_a_circle_is_left_unstable() -> None:
    path = follow({frozenset(): {1}, frozenset({1}): {2}, frozenset({2}): {1}})

    assert path.rounds == ((1,), (2,), (1,))
    assert not path.is_stable


def test_purification_stops_before_the_anchors_run_out() -> None:
    path = follow({frozenset(): {0, 1, 2, 3, 4}})

    assert path.rounds == ((0, 1, 2, 3, 4),)
    assert not path.is_stable


def test_the_number_of_rounds_is_limited() -> None:
    path = follow({frozenset(): {1}, frozenset({1}): {2}, frozenset({2}): {3}}, most_rounds=2)

    assert path.rounds == ((1,), (2,))
    assert not path.is_stable


def test_the_adjustment_is_the_step_up_rule_of_benjamini_and_hochberg() -> None:
    """The fifteen p-values of their paper's example (1995, section 3.3), of which the first four pass at 0.05."""
    p = np.array(
        [
            0.0001,
            0.0004,
            0.0019,
            0.0095,
            0.0201,
            0.0278,
            0.0298,
            0.0344,
            0.0459,
            0.324,
            0.4262,
            0.5719,
            0.6528,
            0.759,
            1.0,
        ]
    )
    shuffled = np.random.default_rng(1).permutation(15)

    assert (adjusted(p, "bh") <= 0.05).tolist() == [True] * 4 + [False] * 11
    assert adjusted(p, "bh")[:4] == pytest.approx([15 * 0.0001, 15 * 0.0004 / 2, 15 * 0.0019 / 3, 15 * 0.0095 / 4])
    np.testing.assert_allclose(adjusted(p[shuffled], "bh"), adjusted(p, "bh")[shuffled])


def test_items_without_a_p_value_do_not_count_as_tests() -> None:
    assert adjusted(np.array([0.02, np.nan, 0.03]), "bh") == pytest.approx([0.03, np.nan, 0.03], nan_ok=True)
    assert adjusted(np.array([0.02, np.nan]), None) == pytest.approx([0.02, np.nan], nan_ok=True)
    with pytest.raises(IrtError, match="no adjustment of p-values is called 'holm'"):
        adjusted(np.array([0.5]), "holm")  # type: ignore[arg-type]


def test_the_tail_of_chi_square_is_that_of_the_tables() -> None:
    assert chi_square_tail(np.array([3.841459, 5.991465]), [1, 2]) == pytest.approx([0.05, 0.05], abs=1e-7)
    assert np.isnan(chi_square_tail(np.array([1.0]), [0])[0])


def test_every_person_is_counted_once_under_the_own_total() -> None:
    scores, groups = two_groups(200, 5, n_categories=3)
    comparison = Comparison.of(scores, groups, "foc")

    tables = tabulate(comparison, np.ones(5, dtype=bool), Matching())

    for item in (0, 4):
        for person in (0, 1, 77):
            total, group = scores[person].sum(), int(groups[person] == "foc")
            alike = (
                (scores.sum(axis=1) == total) & (groups == groups[person]) & (scores[:, item] == scores[person, item])
            )
            assert tables.counts[item, total, group, scores[person, item]] == alike.sum()
    assert tables.counts.sum(axis=(1, 2, 3)).tolist() == [200] * 5


def test_the_studied_item_is_always_part_of_its_own_total() -> None:
    scores, groups = two_groups(100, 4)
    is_anchor = np.array([True, True, False, False])

    tables = tabulate(Comparison.of(scores, groups, "foc"), is_anchor, Matching())

    right = tables.counts[..., 1].sum(axis=2)
    assert right[2].tolist() == np.bincount((scores[:, [0, 1, 2]].sum(axis=1))[scores[:, 2] == 1], minlength=4).tolist()
    assert right[0].tolist() == np.bincount((scores[:, [0, 1]].sum(axis=1))[scores[:, 0] == 1], minlength=4).tolist()


def test_a_person_with_gaps_has_the_same_part_of_the_points() -> None:
    """Ten items: 4 of 8 points are 5 of 10; with fewer than half of the items nobody is placed."""
    responses = np.tile([1.0, 0.0], (4, 5))
    responses[0, 8:] = np.nan
    responses[1, 4:] = np.nan

    tables = tabulate(Comparison.of(responses, [1, 1, 0, 0], 1), np.ones(10, dtype=bool), Matching())

    assert tables.counts[0].sum() == 3
    assert tables.counts[0, 5].sum() == 3


def test_thick_strata_are_about_equally_large_and_keep_everybody() -> None:
    scores, groups = two_groups(3000, 40)

    tables = tabulate(Comparison.of(scores, groups, "foc"), np.ones(40, dtype=bool), Matching(n_strata=5))

    assert tables.counts.shape == (40, 5, 2, 2)
    assert tables.sizes.sum(axis=1).tolist() == [3000.0] * 40
    assert (np.abs(tables.sizes - 600) < 200).all()
    assert (np.diff(tables.values, axis=1) > 0).all()
