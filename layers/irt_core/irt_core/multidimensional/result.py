"""What a simulation of tests of several abilities found."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from irt_core.arrays import FloatArray
from irt_core.simulation.result import ConditionalCurves, SimulatedTests


@dataclass(frozen=True, eq=False, kw_only=True)
class MultidimensionalResult(SimulatedTests):
    """What happened to each examinee: `theta`, `estimates` and `ses` are (n_examinees, D)."""

    theta: FloatArray
    estimates: FloatArray
    ses: FloatArray

    @property
    def bias(self) -> FloatArray:
        """Mean error of the estimates of each ability, (D,)."""
        return np.asarray(self._errors.mean(axis=0))

    @property
    def rmse(self) -> FloatArray:
        """Root of the mean squared error of the estimates of each ability, (D,)."""
        return np.asarray(np.sqrt((self._errors**2).mean(axis=0)))

    @cached_property
    def conditional(self) -> tuple[ConditionalCurves, ...]:
        """The same by the true value of each ability, whatever the others: one for each."""
        return tuple(
            ConditionalCurves.of(self.theta[:, k], self._errors[:, k], self.ses[:, k], self.lengths)
            for k in range(self.theta.shape[1])
        )

    def to_dict(self) -> dict[str, Any]:
        """The summary as plain JSON, without the single examinees."""
        return {
            **super().to_dict(),
            "bias": self.bias.tolist(),
            "rmse": self.rmse.tolist(),
            "conditional": [curves.to_dict() for curves in self.conditional],
        }

    @property
    def _errors(self) -> FloatArray:
        return self.estimates - self.theta
