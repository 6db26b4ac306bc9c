"""How the handbook's plots look: quiet axes, few colours that colour-blind readers can tell apart, text as text."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("svg")

from matplotlib import pyplot

IMAGES = Path(__file__).resolve().parents[1] / "images" / "irt"
INK, MUTED, GRID, PAPER = "#1b2330", "#566173", "#e4e8ee", "#ffffff"
BLUE, ORANGE, GREEN, PURPLE, RED = "#1d5fa6", "#c2570c", "#2f7d4f", "#7a4fa3", "#b3261e"
CYCLE = (BLUE, ORANGE, GREEN, PURPLE, "#8a6d1d")

_SETTINGS: dict[str, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "dreamseed",
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "text.color": INK,
    "axes.titlesize": 10.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 8.0,
    "axes.labelcolor": MUTED,
    "axes.edgecolor": MUTED,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.prop_cycle": matplotlib.cycler(color=CYCLE),
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "lines.linewidth": 1.8,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "legend.handlelength": 1.6,
    "figure.facecolor": PAPER,
    "figure.constrained_layout.use": True,
    "figure.constrained_layout.w_pad": 0.09,
    "figure.constrained_layout.h_pad": 0.07,
}


@contextmanager
def picture(name: str, title: str, rows: int, columns: int, height: float, **options: Any) -> Iterator[Any]:
    """A figure of `rows` × `columns` axes, given as an array of that shape, saved as `name`.svg."""
    with pyplot.rc_context(_SETTINGS):
        figure, axes = pyplot.subplots(rows, columns, figsize=(9.6, height), squeeze=False, **options)
        yield axes
        IMAGES.mkdir(parents=True, exist_ok=True)
        metadata = {"Date": None, "Creator": None, "Title": title}
        written = io.StringIO()
        figure.savefig(written, format="svg", metadata=metadata)
        pyplot.close(figure)
        (IMAGES / f"{name}.svg").write_text(_tidied(written.getvalue()), encoding="utf-8")


def label(axis: Any, text: str, place: tuple[float, float], colour: str, **options: Any) -> None:
    """A word beside a curve, in its colour, centred above the place."""
    axis.text(*place, text, **{"color": colour, "ha": "center", "va": "bottom", "fontsize": 9, **options})


def _tidied(svg: str) -> str:
    """The same picture with paths to a tenth of a point, finer than any eye, and letters for machines without ours."""
    svg = re.sub(r' d="[^"]+"', lambda path: re.sub(r"-?\d+\.\d+", _to_a_tenth, path.group()), svg)
    svg = svg.replace("font-family: 'DejaVu Sans'", "font-family: 'DejaVu Sans', Verdana, sans-serif")
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


def _to_a_tenth(number: re.Match[str]) -> str:
    return f"{float(number.group()):.1f}".removesuffix(".0")


Drawing = Callable[[], None]
