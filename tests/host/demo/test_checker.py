"""The checker that judges the bank finds what is wrong in a wrong item."""

from __future__ import annotations

from fractions import Fraction

import pytest

from host.demo import Check, DemoItem, Option
from tests.host.demo.checker import evaluate, right_options
from tests.host.demo.tex_reader import read


def item(check: Check, *shown: str) -> DemoItem:
    a, b, c, d = (f"${tex}$" for tex in shown)
    options = (Option("a", a, "", None), Option("b", b, "", "x"), Option("c", c, "", "x"), Option("d", d, "", "x"))
    return DemoItem("s.t.01", "s.t", "", "", options, "a", (), (), 0.0, 1.0, 0.2, check)


@pytest.mark.parametrize(
    ("check", "shown", "right"),
    [
        (Check("value", "1/2 + 1/4"), (r"\frac{3}{4}", r"\frac{2}{6}", "1", r"\frac{6}{8}"), {"a", "d"}),
        (Check("value", "7 / 2"), (r"3\frac{1}{2}", "3.2", "3", "4"), {"a"}),
        (Check("value", "(2, 3)"), ("2 : 3", "3 : 2", "4 : 6", "1 : 2"), {"a", "c"}),
        (Check("solves", "2 * x + 3 == 11"), ("4", "7", "-4", "2.5"), {"a"}),
        (Check("solves", "x * x == 25 and x > 0"), ("5", "-5", "12.5", "625"), {"a"}),
        (Check("equivalent", "3 * (x + 4)"), ("3x + 12", "3x + 4", "3(x + 4)", "12 + x^{3}"), {"a", "c"}),
        (Check("equivalent", "x + 4 > 9"), ("x > 5", r"x \ge 5", "x < 5", "x > 13"), {"a"}),
        (Check("equivalent", "3 * x + 4 == 25"), ("3x + 4 = 25", "4x + 3 = 25", "3x = 29", "x = 7"), {"a", "d"}),
        (Check("true"), (r"\frac{1}{3} < 0.5 < 1", "1 < 0.5", "-2 < -6", "-1 > 0"), {"a"}),
        (Check("greatest"), ("-2", "-9", "-4", r"-\frac{9}{2}"), {"a"}),
        (Check("least"), (r"\frac{1}{9}", "0.2", "1", r"50\%"), {"a"}),
        (Check("value", "10"), ("4", "5", "6", "7"), set()),
    ],
)
def test_every_right_option_is_found_and_no_other(check: Check, shown: tuple[str, ...], right: set[str]) -> None:
    assert right_options(item(check, *shown)) == right


@pytest.mark.parametrize(
    ("tex", "value"),
    [
        (r"2\frac{3}{4} \times 4", Fraction(11)),
        (r"-3 \times (-2)^{2}", Fraction(-12)),
        (r"\sqrt{36} + 20 \div 5", Fraction(10)),
        (r"\frac{2x + 1}{3}", Fraction(7, 3)),
        (r"12.5\%", Fraction(1, 8)),
    ],
)
def test_formulas_are_read_as_a_learner_reads_them(tex: str, value: Fraction) -> None:
    assert read(tex, {"x": Fraction(3)}) == value


@pytest.mark.parametrize("tex", [r"\pi", "2 +", "(1", "x", r"\frac{1}", "1 2"])
def test_what_is_no_formula_is_refused(tex: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read(tex)


@pytest.mark.parametrize("expression", ["__import__('os')", "x.y", "[1]", "x if x else 1"])
def test_a_check_is_arithmetic_and_nothing_else(expression: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        evaluate(expression, {"x": Fraction(1)})
