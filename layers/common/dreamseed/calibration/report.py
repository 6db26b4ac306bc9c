"""From the tallies of all parts to the result that people read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from dreamseed.calibration.artefacts import BUCKET, PLOT, REPORT, blob_name
from dreamseed.calibration.models import ConditionalResult, ExposureResult, ItemExposure, SimulationResult
from dreamseed.calibration.plot import draw_plot
from dreamseed.calibration.population import CHUNK_STEP
from dreamseed.calibration.rules import Tally, chunk_sizes
from dreamseed.calibration.snapshot import Snapshot
from dreamseed.platform.jobs import completed_step
from dreamseed.ports.blobs import Blobs

POINT_STEP = "simulate_at_theta"
"""The name under which the frame stores what that function returns; its item is the number of the θ."""

_MOST_USED = 10


@dataclass(frozen=True)
class Report:
    """A finished simulation: the snapshot it ran on, a tally for each of its θ in order, and the population's."""

    snapshot: Snapshot
    points: Sequence[Tally]
    population: Tally

    def result(self) -> SimulationResult:
        """All figures but the exposure of every single item."""
        population = self.population
        return SimulationResult(
            examinees=population.examinees,
            bias=population.bias,
            bias_se=population.bias_se,
            rmse=population.rmse,
            se=population.se,
            correlation=population.correlation,
            mean_length=population.mean_length,
            length_sd=population.length_sd,
            stop_reasons={
                reason: count / population.examinees for reason, count in sorted(population.stop_reasons.items())
            },
            conditional=[
                _conditional(theta, tally)
                for theta, tally in zip(self.snapshot.settings.theta_points, self.points, strict=True)
            ],
            exposure=self._exposure(),
            is_provisional=self.snapshot.is_provisional,
        )

    def item_exposures(self) -> list[ItemExposure]:
        """Every item of the bank, most used first."""
        rates = self.population.exposure_rates(self.snapshot.bank.n_items)
        exposures = [
            ItemExposure(item_code=code, rate=rate) for code, rate in zip(self.snapshot.item_codes, rates, strict=True)
        ]
        return sorted(exposures, key=lambda item: (-item.rate, item.item_code))

    def _exposure(self) -> ExposureResult:
        items = self.item_exposures()
        return ExposureResult(
            items=len(items),
            never_used=sum(item.rate == 0 for item in items),
            mean=self.population.mean_length / len(items),
            maximum=items[0].rate,
            overlap=self.population.overlap,
            most_used=items[:_MOST_USED],
        )


def collect_report(db: Connection, job_id: UUID, snapshot: Snapshot) -> Report:
    """Put the stored tallies together, always in the same order, so that sums are the same to the bit.

    Raises LookupError while a part is missing.
    """
    settings = snapshot.settings
    points = [_stored_tally(db, job_id, POINT_STEP, n) for n, _ in enumerate(settings.theta_points)]
    chunks = [_stored_tally(db, job_id, CHUNK_STEP, n) for n, _ in enumerate(chunk_sizes(settings.examinees))]
    return Report(snapshot, points, sum(chunks, start=Tally()))


def _stored_tally(db: Connection, job_id: UUID, step: str, number: int) -> Tally:
    stored = completed_step(db, job_id, step, str(number))
    if stored is None:
        raise LookupError(f"the simulation cannot be finished before {step} {number}")
    return Tally.from_json(stored)


def store_report(blobs: Blobs, job_id: UUID, report: Report) -> None:
    """Store the picture, and the result with the exposure of every item."""
    result, items = report.result(), report.item_exposures()
    plot = draw_plot(f"Simulation: {report.snapshot.design_name}", result, [item.rate for item in items])
    blobs.put(BUCKET, blob_name(job_id, PLOT), plot.encode(), "image/svg+xml")
    full = {
        "design_name": report.snapshot.design_name,
        "settings": report.snapshot.settings.model_dump(mode="json"),
        **result.model_dump(mode="json"),
        "item_exposures": [item.model_dump(mode="json") for item in items],
    }
    blobs.put(BUCKET, blob_name(job_id, REPORT), json.dumps(full, indent=1).encode(), "application/json")


def _conditional(theta: float, tally: Tally) -> ConditionalResult:
    return ConditionalResult(
        theta=theta,
        examinees=tally.examinees,
        bias=tally.bias,
        bias_se=tally.bias_se,
        rmse=tally.rmse,
        se=tally.se,
        length=tally.mean_length,
        length_sd=tally.length_sd,
        max_exposure=max(tally.exposure.values(), default=0) / tally.examinees,
    )
