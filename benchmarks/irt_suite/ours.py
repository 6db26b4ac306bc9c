"""The engine at each row's work."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

import numpy as np

from benchmarks.irt_suite.data import Items, Sample, draw_items
from benchmarks.irt_suite.measure import Facts, Work
from irt_core import CatDesign, CatState, ItemBank, calibrate, estimate_ability, next_item, rng_for, simulate_cat

BALANCED = {
    "stopping": {"max_items": 30},
    "exposure": {"kind": "randomesque", "n": 5},
    "blueprint": {f"area {number}": {"target": 0.2, "minimum": 2} for number in range(5)},
}


def calibrate_2pl(sample: Sample) -> Work:
    """Item parameters with their standard errors."""

    def call() -> Any:
        fit = calibrate(sample.responses, model="2pl")
        _ = fit.standard_errors
        return fit

    return Work(call, facts=_calibrated)


calibrate_2pl_100k = calibrate_2pl


def calibrate_3pl(sample: Sample) -> Work:
    """Item parameters under the engine's own priors."""
    return Work(lambda: calibrate(sample.responses, model="3pl"), facts=_calibrated)


def calibrate_2pl_1m(sample: Sample) -> Work:
    """Item parameters alone."""
    return Work(lambda: calibrate(sample.responses, model="2pl"), facts=_calibrated)


def _calibrated(fit: Any) -> Facts:
    arrays = fit.bank.to_arrays()
    return {
        "claimed_log_likelihood": fit.log_likelihood,
        "iterations": fit.iterations,
        "nodes": fit.quadrature.n_points,
        "discrimination": arrays["discrimination"],
        "difficulty": arrays["difficulty"],
        "guessing": arrays.get("guessing"),
    }


def eap(sample: Sample) -> Work:
    """Posterior means and standard deviations."""
    return _ability(sample, "eap")


def wle(sample: Sample) -> Work:
    """Warm's weighted likelihood estimates."""
    return _ability(sample, "wle")


def _ability(sample: Sample, method: Any) -> Work:
    bank = ItemBank.dichotomous(sample.discrimination, sample.difficulty, sample.guessing)
    return Work(
        partial(estimate_ability, bank, sample.responses, method),
        units=len(sample.responses),
        facts=lambda ability: {"rmse_theta": float(np.sqrt(np.mean((ability.theta - sample.theta) ** 2)))},
    )


def mfi() -> Work:
    """The information of every item at the estimate, and the largest that is still to be had."""
    bank = _bank(draw_items(50_000))
    state = _after_15_answers(bank)

    def call() -> int:
        information = bank.information(state.theta)[0]
        information[list(state.administered)] = -np.inf
        return int(information.argmax())

    return Work(call, facts=lambda item: {"item": item})


def live_step() -> Work:
    """A choice in the middle of a session, as a function of the product makes it."""
    bank = _bank(draw_items(50_000))
    design, state = CatDesign.from_dict(BALANCED), _after_15_answers(bank)
    return Work(lambda: design.next_item(bank, state, rng_for(7, state.n_administered)))


def mei() -> Work:
    """Maximum expected information."""
    return _rule("mei")


def kl() -> Work:
    """Kullback-Leibler information over the likelihood."""
    return _rule("kl")


def mpwi() -> Work:
    """Posterior-weighted information."""
    return _rule("mpwi")


def mepv() -> Work:
    """Expected posterior variance."""
    return _rule("mepv")


def _rule(rule: str) -> Work:
    bank = _bank(draw_items(1000))
    return Work(partial(next_item, bank, _after_15_answers(bank), rule), facts=lambda choice: {"item": choice.item})


SHADOW = {
    "stopping": {"max_items": 30},
    "selection": {"rule": "shadow"},
    "blueprint": {f"area {number}": {"minimum": 4, "maximum": 8} for number in range(5)},
    "specification": {
        "counts": [
            *({"attribute": "format", "values": [str(n)], "minimum": 3, "maximum": 12} for n in range(4)),
            *({"attribute": "level", "values": [str(n)], "minimum": 6, "maximum": 14} for n in range(3)),
        ],
        "sums": [{"attribute": "words", "minimum": 1900.0, "maximum": 2100.0}],
        "enemies": [[0, 5], [10, 15], [20, 25], [30, 35]],
    },
}
"""Ten constraints on areas, eight on formats, six on levels, two on the number of words, and four pairs of enemies."""


def shadow_step() -> Work:
    """The choices of whole sessions: eight examinees along the scale with thirty items each."""
    items = draw_items(1000)
    attributes = {"format": [*map(str, items.format)], "level": [*map(str, items.level)], "words": items.words.tolist()}
    areas = [f"area {number}" for number in items.area]
    bank, design = _bank(items).with_content(areas, attributes=attributes), CatDesign.from_dict(SHADOW)

    def steps() -> list[float]:
        spent, rng = [], np.random.default_rng(5)
        for theta in np.linspace(-2.0, 2.0, 8):
            state = design.begin()
            while design.stop_reason(bank, state) is None:
                begun = time.process_time()
                item = design.next_item(bank, state).item
                spent.append(time.process_time() - begun)
                state = state.after(bank, item, int(rng.random() < bank.probability(theta)[0, item]))
        return spent

    return Work(steps=steps)


def simulate() -> Work:
    """Maximum information and nothing else."""
    return _simulation({"stopping": {"max_items": 30}})


def simulate_balanced() -> Work:
    """Five content areas, and one of the five best items."""
    return _simulation(BALANCED)


def _simulation(design: dict[str, Any]) -> Work:
    bank, theta = _bank(draw_items(500)), np.random.default_rng(3).normal(size=1000)
    read = CatDesign.from_dict(design)
    return Work(partial(simulate_cat, bank, theta, read), facts=lambda result: {"rmse_theta": result.rmse})


def _bank(items: Items) -> ItemBank:
    bank = ItemBank.dichotomous(items.discrimination, items.difficulty, items.guessing)
    return bank.with_content([f"area {number}" for number in items.area])


def _after_15_answers(bank: ItemBank) -> CatState:
    return CatState.begin().after_all(bank, range(0, 60, 4), [1, 0, 1] * 5)
