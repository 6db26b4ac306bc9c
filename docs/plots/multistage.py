"""A panel of a multistage test: what its modules tell, who gets which, and how well it measures."""

from __future__ import annotations

from typing import Any

import numpy as np

from docs.plots.adaptive import bank_of
from docs.plots.style import BLUE, GREEN, MUTED, ORANGE, PURPLE, RED, picture
from irt_core import (
    CatDesign,
    Constraints,
    ItemBank,
    MaximumInformation,
    Module,
    ModulePlan,
    MultistageTest,
    Panel,
    PanelPlan,
    assemble_forms,
    assemble_panels,
    simulate_cat,
    simulate_multistage,
)

_NAMES = ("easy", "medium", "hard")
_COLOURS = {"routing": MUTED, "easy": GREEN, "medium": PURPLE, "hard": RED}
_LENGTH = 18


def draw_multistage() -> None:
    """The modules of a 1-3-3 panel, its routes, and its error beside a fixed form and an adaptive test."""
    bank = bank_of(400)
    panel = assemble_panels(bank, _plan(), gap=0.05)[0]
    title = "A multistage test: information of its modules, routes, and error beside other tests of the same length"
    with picture("multistage", title, 1, 3, 3.1) as axes:
        modules, routes, error = axes[0]
        _draw_modules(modules, bank, panel)
        _draw_routes(routes, bank, panel)
        _draw_error(error, bank, panel)


def _plan() -> PanelPlan:
    def stage(number: int, spread: float) -> tuple[ModulePlan, ...]:
        places = zip(_NAMES, (-spread, 0.0, spread), strict=True)
        return tuple(ModulePlan(f"{name} {number}", _LENGTH // 3, (theta,)) for name, theta in places)

    return PanelPlan(((ModulePlan("routing", _LENGTH // 3, (-1.0, 0.0, 1.0)),), stage(2, 1.2), stage(3, 1.6)))


def _draw_modules(axis: Any, bank: ItemBank, panel: Panel) -> None:
    theta = np.linspace(-3.5, 3.5, 141)
    for stage, dashes in zip(panel.stages, ("-", (0, (5, 2)), "-"), strict=True):
        for module in stage:
            name = module.name.split()[0]
            told = bank.information(theta)[:, list(module.items)].sum(axis=1)
            label = name if module.name in ("routing", "easy 3", "medium 3", "hard 3") else None
            axis.plot(theta, told, color=_COLOURS[name], linestyle=dashes, label=label)
    axis.set(title="Modules of stages 2 (dashed) and 3", xlabel="θ", ylabel="information")
    axis.set_ylim(0, 1.35 * axis.get_ylim()[1])
    axis.legend(loc="upper center", ncols=2)


def _draw_routes(axis: Any, bank: ItemBank, panel: Panel) -> None:
    """The share of examinees in each module of the last stage by ability."""
    theta = np.repeat(np.arange(-3.0, 3.01, 0.25), 400)
    paths = simulate_multistage(bank, theta, MultistageTest((panel,)), seed=2).paths
    last = np.array([path[-1].split()[0] for path in paths]).reshape(-1, 400)
    for name in _NAMES:
        axis.plot(theta[::400], (last == name).mean(axis=1), color=_COLOURS[name], label=name)
    axis.set(title="Who gets which last module", xlabel="θ", ylabel="share of examinees", ylim=(0, 1.03))


def _draw_error(axis: Any, bank: ItemBank, panel: Panel) -> None:
    theta = np.repeat(np.arange(-3.0, 3.01, 0.5), 1500)
    form = assemble_forms(bank, Constraints(_LENGTH), MaximumInformation((0.0,))).forms[0]
    fixed = Panel(((Module("form", form.items),),))
    adaptive = simulate_cat(bank, theta, CatDesign.from_dict({"stopping": {"max_items": _LENGTH}}), seed=1)
    for name, result, colour, dashes in (
        ("fixed form", simulate_multistage(bank, theta, MultistageTest((fixed,)), seed=1).tests, MUTED, (0, (2, 2))),
        ("multistage", simulate_multistage(bank, theta, MultistageTest((panel,)), seed=1).tests, BLUE, "-"),
        ("adaptive", adaptive, ORANGE, (0, (5, 2))),
    ):
        axis.plot(result.conditional.theta, result.conditional.rmse, color=colour, linestyle=dashes, label=name)
    axis.set(title=f"Error of {_LENGTH} items", xlabel="θ", ylabel="RMSE")
    axis.set_ylim(0, None)
    axis.legend(loc="upper center")
