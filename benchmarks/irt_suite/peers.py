"""The engine's peers at the same work: mirt (compiled Rust), girth and catsim, each by its public interface.

Data are handed over in the type that the library wants; making models and sessions is not measured. A calibration of
mirt integrates over 61 nodes, since with its own 21 the likelihood is another one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.irt_suite.data import Items, Sample, draw_items
from benchmarks.irt_suite.measure import Facts, Work

GIVEN = list(range(0, 60, 4))
THETA = 0.5
"""About where the engine's own estimate is after the same 15 answers."""

_FEW = 5  # examinees that catsim simulates, in seconds; a thousand take it minutes


def _mirt_calibration(sample: Sample, model: str, n_nodes: int, **options: Any) -> Work:
    import mirt

    responses = sample.responses.astype(np.int64)

    def facts(fit: Any) -> Facts:
        parameters = fit.model.parameters
        return {
            "claimed_log_likelihood": fit.log_likelihood,
            "iterations": fit.n_iterations,
            "nodes": n_nodes,
            "discrimination": parameters["discrimination"].ravel().tolist(),
            "difficulty": parameters["difficulty"].ravel().tolist(),
            "guessing": parameters["guessing"].tolist() if "guessing" in parameters else None,
        }

    return Work(lambda: mirt.fit_mirt(responses, model, n_quadpts=n_nodes, **options), facts=facts)


def _mirt_3pl(sample: Sample) -> Work:
    from mirt.estimation.priors import BetaPrior

    options = {"priors": {"guessing": BetaPrior(5, 17)}, "compute_standard_errors": False}
    return _mirt_calibration(sample, "3PL", 61, **options)


def _girth_2pl(sample: Sample) -> Work:
    import girth

    responses = np.ascontiguousarray(sample.responses.T, dtype=np.int64)

    def facts(fit: Any) -> Facts:
        return {"discrimination": fit["Discrimination"].tolist(), "difficulty": fit["Difficulty"].tolist()}

    return Work(lambda: girth.twopl_mml(responses), facts=facts)


def _mirt_3pl_model(items: Sample | Items) -> Any:
    import mirt

    model = mirt.ThreeParameterLogistic(n_items=items.discrimination.size)
    model.set_parameters(discrimination=items.discrimination, difficulty=items.difficulty, guessing=items.guessing)
    model._is_fitted = True  # nothing public makes a model of known items ready for use
    return model


def _mirt_ability(sample: Sample, method: Any) -> Work:
    import mirt

    model, responses = _mirt_3pl_model(sample), sample.responses.astype(np.int64)

    def facts(scores: Any) -> Facts:
        return {"rmse_theta": float(np.sqrt(np.mean((np.ravel(scores.theta) - sample.theta) ** 2)))}

    return Work(lambda: mirt.fscores(model, responses, method=method), len(responses), facts)


def _girth_eap(sample: Sample) -> Work:
    import girth

    responses = np.ascontiguousarray(sample.responses.T, dtype=np.int64)
    return Work(
        lambda: girth.ability_3pl_eap(responses, sample.difficulty, sample.discrimination, sample.guessing),
        len(sample.responses),
        lambda theta: {"rmse_theta": float(np.sqrt(np.mean((theta - sample.theta) ** 2)))},
    )


def _mirt_rule(n_items: int, rule: str) -> Work:
    from mirt.cat.selection import create_selection_strategy

    model, strategy = _mirt_3pl_model(draw_items(n_items)), create_selection_strategy(rule)
    available, scores = set(range(n_items)) - set(GIVEN), [1, 0, 1] * 5
    return Work(
        lambda: strategy.select_item(model, THETA, available, GIVEN, scores), facts=lambda item: {"item": int(item)}
    )


def _catsim_mfi() -> Work:
    from catsim.item_bank import ItemBank
    from catsim.selection import MaxInfoSelector

    items = draw_items(50_000)
    bank = ItemBank(np.column_stack([items.discrimination, items.difficulty, items.guessing, np.ones(50_000)]))
    selector = MaxInfoSelector()
    return Work(lambda: selector.select(item_bank=bank, administered_items=GIVEN, est_theta=THETA))


def _mirt_engine(items: Items, balanced: bool) -> Any:
    from mirt.cat import CATEngine
    from mirt.cat.content import ContentArea, ContentBlueprint
    from mirt.cat.exposure import Randomesque
    from mirt.cat.stopping import MaxItemsStop

    areas = [
        ContentArea(
            f"area {number}", items=set(np.flatnonzero(items.area == number).tolist()), min_items=2, max_items=30
        )
        for number in range(5)
    ]
    controls = {"exposure_control": Randomesque(5, seed=1), "content_constraint": ContentBlueprint(areas)}
    return CATEngine(
        _mirt_3pl_model(items),
        stopping_rule=MaxItemsStop(30),
        max_items=30,
        seed=1,
        **(controls if balanced else {}),
    )


def _mirt_live_step() -> Work:
    engine = _mirt_engine(draw_items(50_000), balanced=True)
    return Work(steps=lambda: _session(engine), percentile=50.0)


def _mirt_shadow_step() -> Work:
    """The choices of a whole session under those of the constraints that the library knows: 15 of the 30."""
    from mirt.cat import CATEngine
    from mirt.cat.content import ContentArea, ContentBlueprint
    from mirt.cat.shadow import ShadowTestSelection
    from mirt.cat.stopping import MaxItemsStop

    items = draw_items(1000)
    areas = [
        ContentArea(f"area {n}", items=set(np.flatnonzero(items.area == n).tolist()), min_items=4, max_items=8)
        for n in range(5)
    ]
    selection = ShadowTestSelection(
        blueprint=ContentBlueprint(areas),
        enemy_pairs={(0, 5), (10, 15), (20, 25), (30, 35)},
        item_costs=items.words,
        max_cost=2100.0,
    )
    engine = CATEngine(_mirt_3pl_model(items), selection, MaxItemsStop(30), max_items=30, min_items=30, seed=1)
    return Work(steps=lambda: _session(engine))


def _session(engine: Any) -> list[float]:
    """CPU seconds of each answer and choice of a session: asked again for a choice, mirt repeats the one it made."""
    spent = []
    for score in [1, 0, 1] * 10:
        begun = time.process_time()
        engine.select_next_item()
        engine.administer_item(score)
        spent.append(time.process_time() - begun)
    return spent


def _mirt_simulation(balanced: bool) -> Work:
    theta = np.random.default_rng(3).normal(size=1000)
    engine = _mirt_engine(draw_items(500), balanced)

    def facts(results: Any) -> Facts:
        estimates = np.array([result.theta for result in results])
        return {"rmse_theta": float(np.sqrt(np.mean((estimates - theta) ** 2)))}

    return Work(lambda: engine.run_batch_simulation(theta), facts=facts)


def _catsim_simulation() -> Work:
    from catsim.estimation import NumericalSearchEstimator
    from catsim.initialization import FixedPointInitializer
    from catsim.selection import MaxInfoSelector
    from catsim.simulation import Simulator
    from catsim.stopping import TestLengthStopper

    items = draw_items(500)
    bank = np.column_stack([items.discrimination, items.difficulty, items.guessing, np.ones(500)])
    theta = np.random.default_rng(3).normal(size=1000)[:_FEW]

    def call() -> Any:
        parts = (FixedPointInitializer(0.0), MaxInfoSelector(), NumericalSearchEstimator(), TestLengthStopper(30))
        simulator = Simulator(bank, theta, *parts)
        simulator.simulate()
        return simulator

    return Work(call, units=_FEW / 1000)


PEERS: dict[str, dict[str, Callable[..., Work]]] = {
    "calibrate_2pl": {
        "mirt": lambda sample: _mirt_calibration(sample, "2PL", 61),
        "mirt, 21 nodes": lambda sample: _mirt_calibration(sample, "2PL", 21),
        "girth": _girth_2pl,
    },
    "calibrate_2pl_100k": {"mirt": lambda sample: _mirt_calibration(sample, "2PL", 61)},
    "calibrate_3pl": {"mirt": _mirt_3pl},
    "eap": {"mirt": lambda sample: _mirt_ability(sample, "EAP"), "girth": _girth_eap},
    "wle": {"mirt": lambda sample: _mirt_ability(sample, "WLE")},
    "mfi": {"mirt": lambda: _mirt_rule(50_000, "MFI"), "catsim": _catsim_mfi},
    "live_step": {"mirt, with scoring": _mirt_live_step},
    "mei": {"mirt": lambda: _mirt_rule(1000, "MEI")},
    "kl": {"mirt": lambda: _mirt_rule(1000, "KL")},
    "shadow_step": {"mirt, 15 constraints": _mirt_shadow_step},
    "simulate": {"mirt": lambda: _mirt_simulation(balanced=False), f"catsim, from {_FEW}": _catsim_simulation},
    "simulate_balanced": {"mirt": lambda: _mirt_simulation(balanced=True)},
}
SLOW = {("calibrate_2pl_100k", "mirt"), ("calibrate_2pl", "girth"), ("simulate_balanced", "mirt")}
"""Those that take a quarter of a minute or more: they run only when asked for."""
