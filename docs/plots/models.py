"""Item curves of each model, and what they tell along the scale."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from docs.plots.style import BLUE, CYCLE, GREEN, INK, MUTED, ORANGE, PAPER, PURPLE, label, picture
from irt_core import ItemBank

GRADED = ItemBank.graded([1.6], [[-1.5, 0.0, 1.2]])
PARTIAL_CREDIT = ItemBank.generalized_partial_credit([1.2], [[-1.0, -1.2, 1.5]])
NOMINAL = ItemBank.nominal([[0.0, -0.3, 1.4, 0.6]], [[0.0, 0.6, 0.4, 0.9]])
Places = tuple[tuple[float, float], ...]

THETA = np.linspace(-4.0, 4.0, 97)


def draw_models() -> None:
    """One panel for each family of items."""
    title = "Item curves: logistic with one to four parameters, graded, partial credit, nominal, two abilities"
    with picture("models", title, 2, 3, 6.0) as axes:
        _logistic(axes[0, 0])
        _categories(axes[0, 1], "Graded response", GRADED, ((-1.8, 0.86), (-0.75, 0.57), (0.6, 0.48), (3.2, 1.0)))
        places = ((-1.75, 0.86), (-2.0, 0.25), (0.3, 0.73), (3.2, 0.92))
        _categories(axes[0, 2], "Generalised partial credit", PARTIAL_CREDIT, places)
        _categories(axes[1, 0], "Nominal", NOMINAL, ((-2.6, 0.22), (-3.2, 0.81), (3.2, 0.91), (0.6, 0.41)), "option")
        _surface(axes[1, 1])
        _information(axes[1, 2])


def _logistic(axis: Any) -> None:
    items = (
        ("1PL", ItemBank.dichotomous([1.0], [-0.8]), MUTED),
        ("2PL  a = 2", ItemBank.dichotomous([2.0], [0.0]), BLUE),
        ("3PL  c = 0.2", ItemBank.dichotomous([1.6], [0.6], [0.2]), ORANGE),
        ("4PL  d = 0.9", ItemBank.dichotomous([1.6], [1.2], [0.1], [0.9]), GREEN),
    )
    for name, bank, colour in items:
        axis.plot(THETA, bank.probability(THETA)[:, 0], color=colour, label=name)
    axis.legend(loc="upper left")
    _finish(axis, "Right or wrong", "P(right)")


def _categories(axis: Any, title: str, bank: ItemBank, places: Places, what: str = "score") -> None:
    """The curves of an item's categories, each with its number at its place."""
    for category, (curve, place, colour) in enumerate(
        zip(bank.probability(THETA)[0:, 0].T, places, CYCLE, strict=False)
    ):
        axis.plot(THETA, curve, color=colour)
        label(axis, f"{what} 0" if category == 0 else str(category), place, colour)
    _finish(axis, title, f"P({what})")


def _surface(axis: Any) -> None:
    """A compensatory item: lines of equal probability, which are straight."""
    grid = np.linspace(-3.0, 3.0, 41)
    first, second = np.meshgrid(grid, grid)
    bank = ItemBank.multidimensional(slopes=[[1.4, 0.8]], intercepts=[0.3])
    points = np.column_stack([first.ravel(), second.ravel()])
    probability = np.asarray(bank.probability(points)).reshape(first.shape)
    shades = LinearSegmentedColormap.from_list("shades", [PAPER, "#b9d2ea"])
    axis.contourf(first, second, probability, levels=np.linspace(0, 1, 11), cmap=shades)
    lines = axis.contour(first, second, probability, levels=[0.1, 0.3, 0.5, 0.7, 0.9], colors=BLUE, linewidths=0.9)
    axis.clabel(lines, fmt="%.1f", fontsize=8.5, colors=INK)
    axis.annotate("", (1.4 * 1.4, 0.8 * 1.4), (0, 0), arrowprops={"arrowstyle": "-|>", "color": ORANGE, "lw": 1.8})
    label(axis, "slopes", (1.3, 1.15), ORANGE)
    axis.set(title="Two abilities: P(right)", xlabel="θ₁", ylabel="θ₂")
    axis.set_xticks(range(-3, 4))
    axis.grid(False)


def _information(axis: Any) -> None:
    banks = (
        ("graded", GRADED, BLUE),
        ("partial credit", PARTIAL_CREDIT, ORANGE),
        ("3PL", ItemBank.dichotomous([1.6], [0.6], [0.2]), PURPLE),
    )
    for name, bank, colour in banks:
        axis.plot(THETA, bank.information(THETA)[:, 0], color=colour, label=name)
    axis.legend(loc="upper right")
    _finish(axis, "What they tell", "information")
    axis.set_ylim(0, 1.2)


def _finish(axis: Any, title: str, what: str) -> None:
    axis.set(title=title, xlabel="θ", ylabel=what, xlim=(-4, 4), ylim=(0, 1.09))
    axis.set_xticks(range(-4, 5, 2))


def draw_information() -> None:
    """A bank's items, their sum, and the error that follows from it."""
    rng = np.random.default_rng(5)
    bank = ItemBank.dichotomous(rng.lognormal(0.2, 0.3, 30), rng.normal(0.2, 1.0, 30), rng.beta(5, 17, 30))
    information = bank.information(THETA)
    total = information.sum(axis=1)
    with picture(
        "information", "Test information of thirty items, and the standard error that follows", 1, 2, 3.2
    ) as axes:
        left, right = axes[0]
        left.plot(THETA, information, color=BLUE, linewidth=0.8, alpha=0.45)
        _finish(left, "Thirty items", "item information")
        left.set_ylim(0, 1.05 * information.max())
        right.fill_between(THETA, total, color=BLUE, alpha=0.12, linewidth=0)
        right.plot(THETA, total, color=BLUE)
        _finish(right, "The test they make", "test information")
        right.set_ylim(0, 1.15 * total.max())
        label(right, "information", (THETA[total.argmax()], 1.03 * total.max()), BLUE)
        other = right.twinx()
        other.plot(THETA, total**-0.5, color=ORANGE, linestyle=(0, (4, 2)))
        other.set(ylabel="standard error", ylim=(0, 1.5))
        other.grid(False)
        label(other, "1/√information", (3.1, 0.53), ORANGE)
