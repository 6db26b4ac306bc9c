"""Simulated answers of two groups, some items of which function differently."""

from __future__ import annotations

from typing import Any

import numpy as np


def two_groups(
    n_persons: int = 2000,
    n_items: int = 20,
    shift: dict[int, float] | None = None,
    impact: float = 0.5,
    n_categories: int = 2,
    seed: int = 1,
) -> tuple[Any, Any]:
    """Scores (n_persons, n_items) and the labels "ref" and "foc" in turn.

    The focal group is less able by `impact`; items of `shift` are harder for it by so many logits.
    """
    rng = np.random.default_rng(seed)
    is_focal = np.arange(n_persons) % 2 == 1
    theta = rng.normal(size=n_persons) - impact * is_focal
    steps = np.arange(n_categories - 1) - 0.5 * (n_categories - 2)
    thresholds = rng.normal(size=(n_items, 1)) + 0.9 * steps
    harder = np.zeros(n_items)
    for item, logits in (shift or {}).items():
        harder[item] = logits
    logits_of = theta[:, None, None] - thresholds - (is_focal[:, None] * harder)[:, :, None]
    scores = (rng.random((n_persons, n_items, 1)) < 1.0 / (1.0 + np.exp(-logits_of))).sum(axis=2)
    return scores, np.where(is_focal, "foc", "ref")
