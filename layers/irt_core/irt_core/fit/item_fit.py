"""How well each item fits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from irt_core.arrays import FloatArray
from irt_core.calibration.fitted import FittedModel
from irt_core.fit.chi_square import rmsea, upper_tail
from irt_core.fit.mean_squares import mean_squares
from irt_core.fit.samples import doubts_about, whole_samples
from irt_core.fit.score_groups import score_group_fit
from irt_core.fit.text import text_table


@dataclass(frozen=True, eq=False)
class ItemFit:
    """Fit of each item, arrays of shape (n_items,) in the order of the calibrated items.

    `s_x2` with `df`, `p` and `rmsea` compares persons of equal sum scores, `n_persons` of them; NaN where too few cells
    are left. `outfit` and `infit` are mean squares, 1 under the model; `outfit_z` and `infit_z` standardised.
    """

    s_x2: FloatArray
    df: FloatArray
    p: FloatArray
    rmsea: FloatArray
    outfit: FloatArray
    outfit_z: FloatArray
    infit: FloatArray
    infit_z: FloatArray
    n_persons: FloatArray
    warnings: tuple[str, ...]

    def __str__(self) -> str:
        names = ("s_x2", "df", "p", "rmsea", "outfit", "outfit_z", "infit", "infit_z")
        columns = {"item": np.arange(self.s_x2.size)} | {name: getattr(self, name) for name in names}
        return "\n".join([text_table(columns), *self.warnings])


def item_fit(model: FittedModel, minimum_expected: float = 1.0) -> ItemFit:
    """S-X² with cells collapsed up to a minimum expected count, outfit and infit of every item."""
    samples = whole_samples(model)
    by_score = score_group_fit(model, samples, minimum_expected)
    squares = mean_squares(model)
    return ItemFit(
        s_x2=by_score.statistic,
        df=by_score.df,
        p=upper_tail(by_score.statistic, by_score.df),
        rmsea=rmsea(by_score.statistic, by_score.df, by_score.n_persons),
        outfit=squares.outfit,
        outfit_z=squares.outfit_z,
        infit=squares.infit,
        infit_z=squares.infit_z,
        n_persons=by_score.n_persons,
        warnings=doubts_about(samples, model, "S-X²"),
    )
