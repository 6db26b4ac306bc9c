"""A finished simulation as one SVG picture of four charts, with a title and its message in words for who listens."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby

from dreamseed.calibration.models import ConditionalResult, SimulationResult
from dreamseed.calibration.svg import INK, MUTED, PAPER, Panel, Point, padded, tag, words

WIDTH, HEIGHT = 960, 760
BLUE, ORANGE, GREEN = "#1d5fa6", "#b45309", "#2f7d4f"
DASHES = "6 4"

_PANEL_WIDTH, _PANEL_HEIGHT = 380, 220
_LEFT, _RIGHT, _UPPER, _LOWER = 70, 550, 150, 470
_NORMAL_95 = 1.96


def draw_plot(title: str, result: SimulationResult, exposure_rates: Sequence[float]) -> str:
    """The picture. `exposure_rates` are those of every item of the bank, most used first."""
    description = describe(result)
    charts = (
        _bias(result.conditional),
        _precision(result.conditional),
        _length(result.conditional),
        _exposure(exposure_rates),
    )
    content = [
        tag("title", escape(title), id="title"),
        tag("desc", escape(description), id="description"),
        tag("rect", width=WIDTH, height=HEIGHT, fill=PAPER),
        words(title, 28, 44, font_size=22, font_weight=600),
        words(_subtitle(result), 28, 72, font_size=14, fill=MUTED),
        *(tag("g", chart, aria_hidden="true") for chart in charts),
    ]
    return tag(
        "svg",
        "".join(content),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        role="img",
        aria_labelledby="title description",
        font_family="system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif",
    )


def describe(result: SimulationResult) -> str:
    """What the charts show, in words."""
    points, exposure = result.conditional, result.exposure
    worst = max(points, key=lambda point: point.rmse)
    best = min(points, key=lambda point: point.rmse)
    longest = max(points, key=lambda point: point.length)
    sentences = [
        f"{result.examinees:,} simulated examinees from a standard normal population took {result.mean_length:.1f}"
        f" items on average; the bias of their estimates is {result.bias:+.3f} and the root mean squared error"
        f" {result.rmse:.3f} logits, while the tests claim a standard error of {result.se:.3f}.",
        f"By ability, the error is smallest at θ = {best.theta:g} ({best.rmse:.2f}) and largest at θ = {worst.theta:g}"
        f" ({worst.rmse:.2f}); tests are longest at θ = {longest.theta:g} ({longest.length:.1f} items).",
        f"Of {exposure.items:,} items {exposure.never_used:,} were never used; the most used one was seen by"
        f" {exposure.maximum:.0%} of the examinees.",
    ]
    if result.is_provisional:
        sentences.append("The item parameters are provisional.")
    return " ".join(sentences)


def _subtitle(result: SimulationResult) -> str:
    figures = [
        f"{result.examinees:,} simulated examinees, θ from N(0, 1)",
        f"RMSE {result.rmse:.3f}",
        f"bias {result.bias:+.3f}".replace("-", "−"),
        f"{result.mean_length:.1f} items",
    ]
    return " · ".join([*figures, "provisional item parameters"] if result.is_provisional else figures)


def _bias(points: Sequence[ConditionalResult]) -> str:
    middle = [(point.theta, point.bias) for point in points]
    upper = [(point.theta, point.bias + _NORMAL_95 * point.bias_se) for point in points]
    lower = [(point.theta, point.bias - _NORMAL_95 * point.bias_se) for point in points]
    panel = _panel(_LEFT, _UPPER, _thetas(points), padded((y for _, y in upper + lower), including=(0.0,)))
    axes = panel.axes("Bias", "θ", "estimate − θ, with 95% band")
    return axes + panel.area(upper, lower, BLUE) + panel.line(middle, BLUE)


def _precision(points: Sequence[ConditionalResult]) -> str:
    errors = [(point.theta, point.rmse) for point in points]
    claimed = [(point.theta, point.se) for point in points]
    highest = max(y for _, y in errors + claimed)
    panel = _panel(_RIGHT, _UPPER, _thetas(points), (0.0, max(highest * 1.25, 0.1)))
    axes = panel.axes("Precision", "θ", "logits")
    lines = panel.line(claimed, ORANGE, DASHES) + panel.line(errors, BLUE)
    return axes + lines + _legend(panel, [("RMSE", BLUE, "none"), ("standard error claimed", ORANGE, DASHES)])


def _length(points: Sequence[ConditionalResult]) -> str:
    middle = [(point.theta, point.length) for point in points]
    upper = [(point.theta, point.length + point.length_sd) for point in points]
    lower = [(point.theta, max(point.length - point.length_sd, 0.0)) for point in points]
    panel = _panel(_LEFT, _LOWER, _thetas(points), (0.0, max(1.0, *(y * 1.1 for _, y in upper))))
    axes = panel.axes("Test length", "θ", "items, mean ± 1 SD")
    return axes + panel.area(upper, lower, GREEN) + panel.line(middle, GREEN)


def _exposure(rates: Sequence[float]) -> str:
    """Items side by side, the most used first. Equal rates are one step, so a large bank makes no large picture."""
    steps: list[Point] = []
    for rate, run in groupby(enumerate(rates), key=lambda ranked: ranked[1]):
        ranks = [rank for rank, _ in run]
        steps += [(ranks[0], rate), (ranks[-1] + 1, rate)]
    panel = _panel(_RIGHT, _LOWER, (0.0, float(len(rates))), (0.0, max(rates[0] * 1.1, 0.05)))
    axes = panel.axes("Item exposure", "items, most used first", "share of examinees")
    floor = [(steps[0][0], 0.0), (steps[-1][0], 0.0)]
    return axes + panel.area(steps, floor, ORANGE, opacity=0.55)


def _panel(left: float, top: float, x_range: tuple[float, float], y_range: tuple[float, float]) -> Panel:
    return Panel(left, top, _PANEL_WIDTH, _PANEL_HEIGHT, x_range, y_range)


def _thetas(points: Sequence[ConditionalResult]) -> tuple[float, float]:
    return padded((point.theta for point in points), including=(points[0].theta - 0.25, points[-1].theta + 0.25))


def _legend(panel: Panel, entries: Sequence[tuple[str, str, str]]) -> str:
    parts, x, y = [], panel.left + 8, panel.top + 12
    for text, colour, dashes in entries:
        parts.append(tag("line", x1=x, y1=y, x2=x + 26, y2=y, stroke=colour, stroke_width=2, stroke_dasharray=dashes))
        parts.append(words(text, x + 32, y + 4, fill=INK))
        x += 48 + 7 * len(text)
    return "".join(parts)
