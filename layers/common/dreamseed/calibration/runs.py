"""Running the parts of a simulation. A part needs nothing but the snapshot."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dreamseed.calibration.rules import Tally, chunk_sizes, examinees_at_a_point, part_seed
from dreamseed.calibration.snapshot import Snapshot
from irt_core import rng_for, simulate_cat


def simulate_point(snapshot: Snapshot, theta: float) -> Tally:
    """Examinees who all have this θ."""
    examinees = examinees_at_a_point(snapshot.settings.examinees)
    return _simulate(snapshot, np.full(examinees, theta), f"theta {theta!r}")


def simulate_chunk(snapshot: Snapshot, chunk: int) -> Tally:
    """One chunk of the population, whose θ are drawn from N(0, 1)."""
    settings, part = snapshot.settings, f"population {chunk}"
    abilities = rng_for(part_seed(settings.seed, f"{part} abilities"), 0)
    return _simulate(snapshot, abilities.standard_normal(chunk_sizes(settings.examinees)[chunk]), part)


def _simulate(snapshot: Snapshot, theta: NDArray[np.float64], part: str) -> Tally:
    return Tally.of(simulate_cat(snapshot.bank, theta, snapshot.design, part_seed(snapshot.settings.seed, part)))
