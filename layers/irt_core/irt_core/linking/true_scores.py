"""True-score equating: scores are worth the same that the same ability expects.

With the expected sum scores T_X(θ) and T_Y(θ) of two forms on one scale, the equivalent of x is T_Y(T_X⁻¹(x)) (Lord
1980, *Applications of Item Response Theory*, ch. 13). No ability expects less than the sum of the lower asymptotes, or
more than that of the upper ones: there the line from score 0 to the two sums takes over, and from the upper sums to the
highest scores (Kolen 1981, Journal of Educational Measurement 18(1), 1-11; Kolen & Brennan 2014, *Test Equating,
Scaling, and Linking*, sect. 6.5).
"""

from __future__ import annotations

import numpy as np

from irt_core.arrays import FloatArray
from irt_core.errors import LinkingError
from irt_core.linking.concordance import Concordance
from irt_core.models.bank import ItemBank

_FARTHEST = 1e4  # there every curve has arrived at its asymptote
_WIDEST = 500.0  # within which an ability is looked for
_BISECTIONS = 62


def true_score_equating(form_x: ItemBank, form_y: ItemBank) -> Concordance:
    """The equivalents on form Y of all scores on form X. The banks are on one scale. Raises LinkingError."""
    low_x, top_x = _ends(form_x, "X")
    low_y, top_y = _ends(form_y, "Y")
    highest = top_score(form_x), top_score(form_y)
    score = np.arange(highest[0] + 1)
    is_expected = (score > low_x) & (score < top_x)
    theta = np.where(score <= low_x, -np.inf, np.inf)
    theta[is_expected] = _ability_of(form_x, score[is_expected].astype(np.float64))
    equivalent = np.empty(score.size)
    equivalent[is_expected] = expected_score(form_y, theta[is_expected])
    below, above = score <= low_x, score >= top_x
    equivalent[below] = score[below] * (low_y / low_x if low_x > 0 else 0.0)
    missing = highest[0] - top_x
    share = (highest[0] - score[above]) / missing if missing > 0 else 0.0
    equivalent[above] = highest[1] - share * (highest[1] - top_y)
    return Concordance(score, equivalent, theta, np.full(score.size, np.nan), highest, "true scores")


def expected_score(form: ItemBank, theta: FloatArray) -> FloatArray:
    """T(θ), the expected sum score, shape (n_theta,)."""
    probability = form.probability(theta)
    if probability.ndim == 2:
        total: FloatArray = probability.sum(axis=1)
        return total
    by_category: FloatArray = probability.sum(axis=1) @ np.arange(probability.shape[2])
    return by_category


def top_score(form: ItemBank) -> int:
    """The highest sum score."""
    return int((form.category_counts - 1).sum())


def _ends(form: ItemBank, name: str) -> tuple[float, float]:
    """The least and the most that any ability expects. Raises LinkingError when more ability may expect less."""
    if form.kind == "multidimensional":
        raise LinkingError(f"form {name} has no one scale")
    around = form.locations.mean() + np.linspace(-8.0, 8.0, 321) / min(1.0, float(form.discriminations.min()))
    if (np.diff(expected_score(form, around)) < 0).any():
        raise LinkingError(f"the expected score of form {name} does not rise with ability everywhere")
    low, top = expected_score(form, np.array([-_FARTHEST, _FARTHEST]))
    return float(low), float(top)


def _ability_of(form: ItemBank, scores: FloatArray) -> FloatArray:
    """The abilities that expect these scores, by bisection."""
    low, high = np.full(scores.shape, -_WIDEST), np.full(scores.shape, _WIDEST)
    for _ in range(_BISECTIONS):
        middle = 0.5 * (low + high)
        is_low = expected_score(form, middle) < scores
        low, high = np.where(is_low, middle, low), np.where(is_low, high, middle)
    return np.asarray(0.5 * (low + high))
