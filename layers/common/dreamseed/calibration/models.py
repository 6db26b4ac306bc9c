"""What the simulation endpoints and steps are sent and send. θ and everything on its scale is in logits."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, field_validator

from dreamseed.models import Input, Output
from dreamseed.platform.models import JobStatus

Fraction = Annotated[float, Field(ge=0, le=1)]
Seed = Annotated[int, Field(ge=0, lt=2**53, description="What is drawn at random follows from it; safe in JavaScript")]
Theta = Annotated[float, Field(ge=-6, le=6, allow_inf_nan=False)]
DEFAULT_THETA_POINTS = tuple(point / 2 for point in range(-6, 7))
"""-3 to 3 in steps of one half."""

ThetaPoints = Annotated[list[Theta], Field(min_length=1, max_length=41)]


class NewSimulation(Input):
    """A simulation to run: so many examinees drawn from N(0, 1), and others at each of the points."""

    test_design_id: UUID
    examinees: Annotated[int, Field(ge=100, le=20_000)] = 1000
    theta_points: ThetaPoints | None = None
    seed: Seed | None = None

    @field_validator("theta_points")
    @classmethod
    def _no_point_comes_twice(cls, points: list[float] | None) -> list[float] | None:
        if points is not None and len(set(points)) < len(points):
            raise ValueError("no point may come twice")
        return points


class Settings(Input):
    """What a simulation follows from, beside its design and the bank: the same settings give the same result."""

    examinees: int
    theta_points: list[float]
    seed: int

    @classmethod
    def of(cls, asked: NewSimulation, random_seed: int) -> Settings:
        """The settings that were asked for; points ascend, and what was left open is decided."""
        points = DEFAULT_THETA_POINTS if asked.theta_points is None else asked.theta_points
        seed = random_seed if asked.seed is None else asked.seed
        return cls(examinees=asked.examinees, theta_points=sorted(points), seed=seed)


class ConditionalResult(Output):
    """How the test does for examinees who all have this θ."""

    theta: float
    examinees: int
    bias: float
    bias_se: Annotated[float, Field(description="Standard error of the bias from simulating a finite number")]
    rmse: float
    se: Annotated[float, Field(description="Root mean square of the standard errors that the tests report")]
    length: Annotated[float, Field(description="Mean number of items")]
    length_sd: float
    max_exposure: Annotated[float, Field(description="The largest share of these examinees that saw the same item")]


class ItemExposure(Output):
    """The share of examinees who were given the item."""

    item_code: str
    rate: Fraction


class ExposureResult(Output):
    """How evenly the population used the bank. `overlap` is the share of items that two tests have in common."""

    items: int
    never_used: int
    mean: Fraction
    maximum: Fraction
    overlap: Fraction | None
    most_used: list[ItemExposure]


class SimulationResult(Output):
    """How the test does: for a population drawn from N(0, 1), and for each θ."""

    examinees: int
    bias: float
    bias_se: float
    rmse: float
    se: float
    correlation: Annotated[float | None, Field(description="Of estimate and true θ; its square is the reliability")]
    mean_length: float
    length_sd: float
    stop_reasons: dict[str, Fraction]
    conditional: list[ConditionalResult]
    exposure: ExposureResult
    is_provisional: Annotated[bool, Field(description="The bank's parameters are not yet calibrated on responses")]


class Simulation(Output):
    """A simulation and how far it is."""

    id: UUID
    job_id: UUID
    status: JobStatus
    progress: Fraction
    test_design_id: UUID
    examinees: int
    theta_points: list[float]
    seed: int
    created_at: datetime
    result: SimulationResult | None
    plot_url: Annotated[str | None, Field(description="The result as an SVG picture; the address works for 15 minutes")]
    report_url: Annotated[str | None, Field(description="The result as JSON with the exposure of every item")]
    error: Any | None


class PointToSimulate(Input):
    """One element of the state machine's map over θ."""

    item: str
    theta: float


class PreparedSimulation(Output):
    """What the state machine maps over."""

    points: list[dict[str, Any]]


class PopulationTask(Input):
    """The state machine's task that waits for the population: whoever holds the token reports on it."""

    task_token: str
