"""`calibrate`: from responses to a bank."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from irt_core.arrays import FloatArray, IntArray
from irt_core.calibration.ascent import NOTHING, Summit, climb
from irt_core.calibration.data import ResponseTable
from irt_core.calibration.expectation import Expectation
from irt_core.calibration.item_priors import DEFAULT_PRIORS, ItemPriors
from irt_core.calibration.latent import LatentModel
from irt_core.calibration.latent_regression import LatentRegression, regression_on
from irt_core.calibration.marginal import MarginalLikelihood, Point, Ties
from irt_core.calibration.nodes import MOST_GRID_DIMENSIONS, Nodes
from irt_core.calibration.parameters import from_bank
from irt_core.calibration.precision import quick_inverse
from irt_core.calibration.result import Calibration
from irt_core.calibration.specification import (
    Anchors,
    Dimensions,
    FixedItems,
    latent_model,
    read_dimensions,
    read_model,
    shared_items,
)
from irt_core.calibration.start import starting_parameters
from irt_core.calibration.structure import DICHOTOMOUS, ItemStructure, Model
from irt_core.errors import CalibrationError

Progress = Callable[[int, float], None]
Device = Literal["cpu", "cuda"]

_COARSEST_STEP = 0.2
_SAMPLE = 2500  # persons whom a climb begins with
_FAR = 15.0  # logits; no intercept or slope of an item that tells something is as large
_MANY_CELLS = 500_000  # of the table of persons and nodes; below this single precision saves nothing
_SAMPLE_GAIN = 1e-4  # of log-likelihood a person: below this the sample tells no more of the whole
_FINE_GAIN = 1e-7  # of log-likelihood in all: less is nothing
_FINEST_GAIN = 1e-11  # of log-likelihood a person: below this double precision tells no more
_ROUGH_GAIN = 1e-6  # likewise: below this single precision tells no more


def calibrate(
    responses: ArrayLike,
    model: str = "2pl",
    *,
    n_dimensions: int = 1,
    pattern: ArrayLike | None = None,
    correlated: bool = False,
    groups: ArrayLike | None = None,
    anchors: Anchors | None = None,
    priors: ItemPriors | Literal["default"] | None = "default",
    weights: ArrayLike | None = None,
    device: Device = "cpu",
    progress: Progress | None = None,
    covariates: ArrayLike | None = None,
) -> Calibration:
    """Estimate item parameters from responses (n_persons, n_items), NaN or −1 being no response.

    Ability is Normal(0, 1) in every dimension; under "rasch", "1pl" and "pcm", whose slopes are all equal, its variance
    is estimated. Missing responses are missing at random, never wrong.

    "m2pl", "m3pl" and "mgrm" have `n_dimensions`, or a `pattern` (n_items, D) of the slopes that are free, in which
    case the dimensions may be `correlated`. "bifactor" and "testlet" have a `pattern` (n_items,) with the number of
    each item's own dimension, −1 for none. With `groups`, a label for each person, all but the first in sorted order
    have means and standard deviations of their own; `anchors` are then the items that all groups share, all unless
    given. `anchors` may be `FixedItems`, whose parameters are known. With `covariates` (n_persons, n_covariates) the
    mean of the one ability of the one group is their linear function, 0 for a person with average ones.

    The priors of "3pl", "4pl" and "m3pl" are `DEFAULT_PRIORS` unless given; None is pure maximum likelihood. `weights`
    (n_persons,) count persons several times. `device="cuda"` computes expectations on a graphics processor by cupy.
    `progress` hears of every step and its log-likelihood, which a finer grid may correct near the top. Raises
    ResponseError, CalibrationError.
    """
    known = read_model(model)
    table = ResponseTable.of(responses, weights, groups, known in DICHOTOMOUS, covariates)
    shared = shared_items(table, anchors)
    owner: IntArray = np.full(table.n_items, -1, dtype=np.int64)
    if not shared.all():
        table, owner = table.with_own_items(shared)
        _check_own_items(table, owner)
    dimensions = read_dimensions(known, table.items, n_dimensions, pattern)
    structure = ItemStructure.of(known, table.n_categories, dimensions.slopes)
    items = starting_parameters(table, structure)
    if isinstance(anchors, FixedItems):
        structure, items = _with_fixed(structure, items, table.items, anchors)
    latent: LatentModel | LatentRegression
    latent = by_group = latent_model(
        known,
        len(table.groups),
        dimensions.slopes.shape[1],
        is_linked=bool(shared.any()),
        has_fixed=isinstance(anchors, FixedItems),
        is_correlated=correlated,
    )
    if table.covariates is not None:
        table, latent = _regression(known, table, by_group)
    chosen = DEFAULT_PRIORS.get(known, ItemPriors()) if priors == "default" else priors or ItemPriors()
    nodes = _nodes(dimensions, _COARSEST_STEP)
    ties = Ties(dimensions.specific, 1, 2) if known == "testlet" and dimensions.specific is not None else None
    if ties is not None:
        first = structure.slopes.start
        ties = replace(ties, general=first, specific=first + 1)
    log_ties = np.full(ties.n_testlets, np.log(0.6)) if ties else np.zeros(0)
    likelihood = MarginalLikelihood(Expectation(table, nodes, _library(device)), structure, latent, chosen, ties)
    start = likelihood.moved(Point(items, np.zeros(latent.n_free), log_ties), np.zeros(likelihood.n_free))
    likelihood, summit = _climb(_resolving(likelihood, start, dimensions), start, dimensions, progress)
    warnings = (*table.warnings, *_doubts(likelihood, summit))
    return Calibration(known, owner, dimensions.specific, chosen, warnings, likelihood, summit)


def _regression(model: Model, table: ResponseTable, latent: LatentModel) -> tuple[ResponseTable, LatentRegression]:
    """The regression that leaves the same mean and standard deviation free, and the table for it."""
    if latent.n_dimensions > 1:
        raise CalibrationError(f"covariates go with one ability only; the model {model!r} has several here")
    return regression_on(table, bool(latent.free_mean[0, 0]), bool(latent.free_sd[0, 0]), model == "1pl")


def _climb(
    likelihood: MarginalLikelihood, start: Point, dimensions: Dimensions, progress: Progress | None
) -> tuple[MarginalLikelihood, Summit]:
    """Climb with some persons first, then with all in single precision, then to the top; as far as they are many.

    The likelihood that comes back is on a grid as fine as the top asks for.
    """
    whole, table = likelihood.expectation, likelihood.expectation.table
    point, iterations = start, 0
    memory = NOTHING
    every = table.n_rows // _SAMPLE
    if every > 1:
        sample = likelihood.using(replace(whole, table=table.thinned(every), dtype=np.float32))
        summit = climb(sample, point, gain=_SAMPLE_GAIN * sample.expectation.table.n_persons)
        point = summit.point
        memory = summit.memory._replace(inverse=quick_inverse(sample, point)).of_more(every)
    if table.n_rows * likelihood.nodes.n_nodes * len(likelihood.nodes.blocks) > _MANY_CELLS:
        likelihood = _resolving(likelihood, point, dimensions)
        rough = likelihood.using(replace(likelihood.expectation, dtype=np.float32))
        summit = climb(rough, point, _ROUGH_GAIN * table.n_persons, remembered=memory, progress=progress)
        point, memory, iterations = summit.point, summit.memory, summit.iterations
    gain = max(_FINE_GAIN, _FINEST_GAIN * table.n_persons)
    finer: MarginalLikelihood | None = likelihood
    while finer is not None:
        likelihood = finer
        top = climb(likelihood, point, gain, remembered=memory, progress=_counting_on(progress, iterations))
        point, memory, iterations = top.point, top.memory, iterations + top.iterations
        resolving = _resolving(likelihood, point, dimensions)
        finer = None if resolving is likelihood else resolving
    return likelihood, replace(top, iterations=iterations)


def _counting_on(progress: Progress | None, done: int) -> Progress | None:
    """The same listener for a climb that goes on after so many steps."""
    if progress is None:
        return None
    return lambda number, log_likelihood: progress(done + number, log_likelihood)


def _nodes(dimensions: Dimensions, standard_error: float) -> Nodes:
    n_items, n_dimensions = dimensions.slopes.shape
    if dimensions.specific is not None:
        return Nodes.bifactor(dimensions.specific, standard_error)
    if n_dimensions > MOST_GRID_DIMENSIONS:
        return Nodes.quasi_random(n_items, n_dimensions)
    return Nodes.grid(n_items, n_dimensions, standard_error)


def _resolving(likelihood: MarginalLikelihood, point: Point, dimensions: Dimensions) -> MarginalLikelihood:
    """The likelihood on a grid as fine as the sharpest posterior that a full row of responses gives.

    The same likelihood if its grid will do.
    """
    if likelihood.nodes.quadrature is None:
        return likelihood
    curves, structure = likelihood.curves(point), likelihood.structure
    by_theta = np.einsum("jcmq,mp,jp->jcpq", curves.log_slopes, structure.loading, point.items, optimize=True)
    by_theta = by_theta[:, :, structure.slopes]
    if structure.model == "nrm":
        by_theta = by_theta.sum(axis=2, keepdims=True)
    information = np.einsum("jcdq,jcq->jdq", by_theta**2, curves.probability)
    everywhere = _per_person(likelihood, information)
    if isinstance(likelihood.latent, LatentRegression):
        table, nodes = likelihood.expectation.table, likelihood.nodes
        return _on(likelihood, likelihood.latent.covering(point.latent, table, nodes, everywhere))
    _, covariances = likelihood.latent.moments(point.latent)
    precision = 1.0 / max(float(np.diagonal(covariances, axis1=1, axis2=2).max()), 1.0)
    return _on(likelihood, _nodes(dimensions, float(1.0 / np.sqrt(everywhere + precision))))


def _on(likelihood: MarginalLikelihood, finer: Nodes) -> MarginalLikelihood:
    """The likelihood on these nodes if they are finer, else the same one."""
    if not likelihood.nodes.is_coarser_than(finer):
        return likelihood
    return likelihood.using(replace(likelihood.expectation, nodes=finer))


def _per_person(likelihood: MarginalLikelihood, information: FloatArray) -> float:
    """The most information about one dimension, from (n_items, D, n_nodes), that anybody's items can give.

    Items that stand once for every group are answered once.
    """
    table = likelihood.expectation.table
    times = np.bincount(table.items)[table.items]
    within_reach = (np.abs(likelihood.nodes.points) <= 4.0).all(axis=1)
    total = (information / times[:, None, None]).sum(axis=0)[:, within_reach]
    return float(total.max())


def _with_fixed(
    structure: ItemStructure, items: FloatArray, columns: IntArray, anchors: FixedItems
) -> tuple[ItemStructure, FloatArray]:
    """The structure and the parameters with those of the fixed items in their places and not free."""
    wanted = np.asarray(list(anchors.items))
    missing = np.setdiff1d(wanted, columns)
    if missing.size:
        raise CalibrationError(f"item {missing[0]} is to be fixed but has no usable responses")
    places = np.searchsorted(columns, wanted)
    fixed, free = items.copy(), structure.free.copy()
    known = from_bank(structure, anchors.bank)
    if known.shape[1] != fixed.shape[1]:
        raise CalibrationError("the fixed items have other categories than their responses")
    fixed[places], free[places] = known, False
    return replace(structure, free=free), fixed


def _check_own_items(table: ResponseTable, owner: IntArray) -> None:
    counts = table.category_counts()
    exists = np.arange(counts.shape[1]) < table.n_categories[:, None]
    for place, category in np.argwhere(exists & (counts == 0)):
        group = table.groups[owner[place]]
        raise CalibrationError(
            f"item {table.items[place]} has no response in category {category} from group {group!r}: "
            "make it an anchor or leave it out"
        )


def _library(device: str) -> ModuleType:
    """The array library for the device. Raises CalibrationError when it is not there."""
    if device == "cpu":
        return np
    if device != "cuda":
        raise CalibrationError(f"no device is called {device!r}; there are: cpu, cuda")
    try:
        return importlib.import_module("cupy")
    except ImportError as error:
        raise CalibrationError("device 'cuda' needs the library cupy and a graphics processor that it knows") from error


def _doubts(likelihood: MarginalLikelihood, summit: Summit) -> tuple[str, ...]:
    """What a reader must know before using the parameters."""
    table, structure = likelihood.expectation.table, likelihood.structure
    doubts = [] if summit.has_converged else ["the likelihood could not be climbed to its top"]
    linear = slice(0, structure.slopes.stop)
    far = (np.abs(summit.point.items[:, linear]) > _FAR) & structure.free[:, linear]
    doubts += [
        f"item {table.items[item]} has no finite estimate: the responses separate perfectly"
        for item in np.flatnonzero(far.any(axis=1))
    ]
    if isinstance(likelihood.latent, LatentRegression):
        doubts += likelihood.latent.doubts(summit.point.latent, table)
    if likelihood.n_free > np.prod(table.n_categories.astype(float)) - 1:
        doubts.append("the model has more parameters than the responses can tell: they are not identified")
    return tuple(doubts)
