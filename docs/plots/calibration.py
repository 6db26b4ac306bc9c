"""Calibrations against the truth that their data were drawn from."""

from __future__ import annotations

from typing import Any

import numpy as np

from docs.plots.style import BLUE, INK, ORANGE, label, picture
from irt_core import ItemBank, calibrate
from irt_core.arrays import FloatArray


def draw_recovery() -> None:
    """Estimated parameters against true ones, with 95 % intervals."""
    rng = np.random.default_rng(13)
    slopes, locations = rng.lognormal(0.2, 0.3, 40), rng.normal(0.0, 1.0, 40)
    bank = ItemBank.dichotomous(slopes, locations)
    responses = (rng.random((2000, 40)) < bank.probability(rng.normal(size=2000))).astype(np.int8)
    fit = calibrate(responses, model="2pl")
    estimate = fit.bank.to_arrays()
    with picture(
        "recovery", "2PL parameters of forty items from two thousand examinees against the truth", 1, 2, 3.9
    ) as axes:
        found = np.array(estimate["difficulty"]), np.array(estimate["discrimination"])
        _against(axes[0, 0], "Difficulty", locations, found[0], fit.standard_errors["difficulty"], BLUE)
        _against(axes[0, 1], "Discrimination", slopes, found[1], fit.standard_errors["slope"], ORANGE)


def _against(axis: Any, title: str, truth: FloatArray, estimate: FloatArray, se: FloatArray, colour: str) -> None:
    low, high = min(truth.min(), estimate.min()) - 0.2, max(truth.max(), estimate.max()) + 0.2
    axis.plot([low, high], [low, high], color=INK, linewidth=0.8, linestyle=(0, (4, 3)))
    axis.errorbar(truth, estimate, 1.96 * se, fmt="o", color=colour, markersize=4, elinewidth=1.1, alpha=0.85)
    inside = int(np.sum(np.abs(estimate - truth) <= 1.96 * se))
    label(axis, f"{inside} of {truth.size} intervals hold the truth", (high - 0.05, low + 0.05), colour, ha="right")
    axis.set(title=title, xlabel="true", ylabel="estimated, ± 1.96 SE", xlim=(low, high), ylim=(low, high))
