"""A small SVG writer: tags, and panels that turn data into places on the page.

Everything is said by attributes, nothing by style sheets or scripts, so that a picture looks the same in a page, in a
document and under the strictest content policy.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

Point = tuple[float, float]
Range = tuple[float, float]

INK, MUTED, GRID, PAPER = "#1b2330", "#566173", "#dfe3e9", "#ffffff"


def tag(name: str, content: str = "", **attributes: object) -> str:
    """An element. `content` is SVG already; in attribute names `_` stands for `-`, and values are escaped."""
    written = "".join(f' {key.rstrip("_").replace("_", "-")}="{escape(str(v))}"' for key, v in attributes.items())
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def words(text: str, x: float, y: float, **attributes: object) -> str:
    """A line of text with its baseline's start (or `text_anchor`) at that place."""
    return tag("text", escape(text), x=_short(x), y=_short(y), **{"fill": INK, "font_size": 12, **attributes})


def padded(values: Iterable[float], *, including: Sequence[float] = ()) -> Range:
    """A range that holds the values with some air; never narrower than a thousandth."""
    known = [*values, *including]
    low, high = min(known), max(known)
    air = max(0.06 * (high - low), 0.0005)
    return low - air, high + air


def ticks(low: float, high: float, at_most: int = 7) -> list[float]:
    """Round numbers between the two: steps of 1, 2 or 5 times a power of ten."""
    rough = (high - low) / at_most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
    return [round(n * step, 12) for n in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]


@dataclass(frozen=True)
class Panel:
    """A chart's place on the page in pixels, and the data ranges of its axes."""

    left: float
    top: float
    width: float
    height: float
    x_range: Range
    y_range: Range

    def at(self, x: float, y: float) -> Point:
        """Where the data point lies on the page."""
        across = (x - self.x_range[0]) / (self.x_range[1] - self.x_range[0])
        up = (y - self.y_range[0]) / (self.y_range[1] - self.y_range[0])
        return self.left + across * self.width, self.top + (1 - up) * self.height

    def axes(self, title: str, x_label: str, y_label: str) -> str:
        """Title, grid lines, and labelled ticks on both axes."""
        bottom = self.top + self.height
        parts = [words(title, self.left, self.top - 14, font_size=15, font_weight=600)]
        for value in ticks(*self.y_range):
            _, y = self.at(self.x_range[0], value)
            parts.append(self._line(self.left, y, self.left + self.width, y, INK if value == 0 else GRID))
            parts.append(words(_number(value), self.left - 8, y + 4, text_anchor="end", fill=MUTED))
        for value in ticks(*self.x_range):
            x, _ = self.at(value, self.y_range[0])
            parts.append(self._line(x, bottom, x, bottom + 5, MUTED))
            parts.append(words(_number(value), x, bottom + 19, text_anchor="middle", fill=MUTED))
        parts.append(words(x_label, self.left + self.width / 2, bottom + 37, text_anchor="middle", fill=MUTED))
        parts.append(words(y_label, self.left + self.width, self.top - 14, text_anchor="end", fill=MUTED))
        return "".join(parts)

    def line(self, points: Sequence[Point], colour: str, dashes: str = "none") -> str:
        """A line through the points, with a dot at each."""
        dots = "".join(
            tag("circle", cx=_short(x), cy=_short(y), r=2.8, fill=colour) for x, y in (self.at(*p) for p in points)
        )
        path = tag("path", d=self._path(points), fill="none", stroke=colour, stroke_width=2, stroke_dasharray=dashes)
        return path + dots

    def area(self, upper: Sequence[Point], lower: Sequence[Point], colour: str, opacity: float = 0.16) -> str:
        """What lies between two lines."""
        outline = self._path([*upper, *reversed(lower)])
        return tag("path", d=f"{outline}Z", fill=colour, fill_opacity=opacity)

    def _path(self, points: Sequence[Point]) -> str:
        places = (self.at(*point) for point in points)
        return "M" + "L".join(f"{_short(x)} {_short(y)}" for x, y in places)

    def _line(self, x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
        return tag("line", x1=_short(x1), y1=_short(y1), x2=_short(x2), y2=_short(y2), stroke=colour)


def _short(value: float) -> str:
    """A place in pixels, to a tenth."""
    return f"{value:.1f}".removesuffix(".0")


def _number(value: float) -> str:
    """A tick's label, with a real minus sign."""
    return f"{value:g}".replace("-", "−")
