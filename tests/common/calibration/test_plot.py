"""The picture of a simulation: well-formed, told in words, the same for the same figures."""

from __future__ import annotations

import math
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamseed.calibration.plot import HEIGHT, WIDTH, describe, draw_plot
from dreamseed.calibration.svg import padded, ticks
from tests.common.calibration.results import point, result

SVG = "{http://www.w3.org/2000/svg}"
RATES = [0.62, 0.4, 0.1, 0.0]


def parsed(picture: str) -> ElementTree.Element:
    return ElementTree.fromstring(picture)  # noqa: S314 - our own picture


def test_a_picture_has_a_name_and_its_message_in_words() -> None:
    root = parsed(draw_plot("Simulation of Fractions", result(point(-1.0), point(0.0), point(1.0)), RATES))

    assert root.get("role") == "img"
    named = root.get("aria-labelledby", "").split()
    told = {element.get("id"): element.text for element in root if element.get("id") in named}
    assert told["title"] == "Simulation of Fractions"
    assert told["description"] == describe(result(point(-1.0), point(0.0), point(1.0)))


def test_the_words_say_what_matters() -> None:
    text = describe(result(point(-2.0, rmse=0.9, length=20.0), point(0.0), point(1.0, rmse=0.2)))

    assert "smallest at θ = 1 (0.20) and largest at θ = -2 (0.90)" in text
    assert "longest at θ = -2 (20.0 items)" in text
    assert "Of 4 items 1 were never used; the most used one was seen by 62%" in text
    assert "provisional" in text
    assert "provisional" not in describe(result(point(0.0), is_provisional=False))


def test_names_that_look_like_markup_stay_text() -> None:
    root = parsed(draw_plot("<script>alert(1)</script> & more", result(point(0.0)), RATES))

    assert root.find(f"{SVG}title") is not None
    assert root.find(f".//{SVG}script") is None
    assert "<script>alert(1)</script> & more" in [element.text for element in root.iter(f"{SVG}text")]


def test_a_picture_needs_nothing_from_elsewhere_and_runs_nothing() -> None:
    picture = draw_plot("A", result(point(0.0)), RATES)

    assert not re.search(r"<(style|script|image|use|foreignObject)|href|url\(|\son\w+=", picture)


finite = st.floats(min_value=-6, max_value=6)
amounts = st.floats(min_value=0, max_value=40)


@given(st.lists(finite, min_size=1, max_size=41, unique=True), finite, amounts, amounts)
def test_whatever_the_figures_every_mark_lies_on_the_page(
    thetas: list[float], bias: float, error: float, length: float
) -> None:
    points = [point(theta, bias=bias, rmse=error, se=error / 2, length=length) for theta in sorted(thetas)]

    picture = draw_plot("A", result(*points), RATES)

    for path in parsed(picture).iter(f"{SVG}path"):
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", path.get("d", ""))]
        assert all(0 <= x <= WIDTH for x in numbers[::2])
        assert all(0 <= y <= HEIGHT for y in numbers[1::2])


def test_the_picture_of_a_large_bank_stays_small() -> None:
    rates = [round(math.exp(-rank / 400), 3) for rank in range(50_000)]

    assert len(draw_plot("A", result(point(0.0)), rates)) < 60_000


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0.0, 1.0, [0, 0.2, 0.4, 0.6, 0.8, 1]), (-3.2, 3.2, [-3, -2, -1, 0, 1, 2, 3]), (0, 13, [0, 2, 4, 6, 8, 10, 12])],
)
def test_ticks_are_round_numbers(low: float, high: float, expected: list[float]) -> None:
    assert ticks(low, high) == expected


@given(st.floats(min_value=-1e6, max_value=1e6), st.floats(min_value=1e-6, max_value=1e6))
def test_ticks_are_few_and_inside(low: float, width: float) -> None:
    found = ticks(low, low + width)

    assert len(found) <= 8
    assert all(low - 1e-6 * width - 1e-9 <= value <= low + width * (1 + 1e-6) + 1e-9 for value in found)


def test_a_range_of_one_value_has_some_width() -> None:
    low, high = padded([2.0, 2.0 + 5e-16])

    assert low < 2 < high
    assert len(ticks(low, high)) > 1
