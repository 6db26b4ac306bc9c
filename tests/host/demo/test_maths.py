"""Formulas are written for KaTeX and spoken in words."""

from __future__ import annotations

from fractions import Fraction as F

import pytest

from host.demo.maths import (
    Maths,
    equals,
    factored,
    fraction,
    linear,
    minus,
    mixed,
    number,
    over,
    percent,
    power,
    ratio,
    relation,
    root,
    say,
    terms,
    times,
)


@pytest.mark.parametrize(
    ("maths", "tex", "spoken"),
    [
        (number(-7), "-7", "negative 7"),
        (number(F(7, 20)), "0.35", "0.35"),
        (fraction(F(6, 8)), r"\frac{3}{4}", "three quarters"),
        (over(6, 8), r"\frac{6}{8}", "six eighths"),
        (fraction(F(17, 24)), r"\frac{17}{24}", "17 over 24"),
        (fraction(F(-1, 2)), r"-\frac{1}{2}", "negative one half"),
        (mixed(F(13, 5)), r"2\frac{3}{5}", "2 and three fifths"),
        (percent(F(25, 2)), r"12.5\%", "12.5 percent"),
        (ratio(2, 3), "2 : 3", "2 to 3"),
        (power(number(3), 2), "3^{2}", "3 squared"),
        (root(number(49)), r"\sqrt{49}", "the square root of 49"),
        (minus(number(4), number(-3)), "4 - (-3)", "4 minus negative 3"),
        (times(number(-2), number(-5)), r"-2 \times (-5)", "negative 2 times negative 5"),
        (linear(3, -5), "3x - 5", "3 x minus 5"),
        (linear(-1, 0, "n"), "-n", "negative n"),
        (terms({"x^2": 1, "x": -4}), "x^{2} - 4x", "x squared minus 4 x"),
        (terms({"x": F(1, 2), "xy": 3}), r"\frac{1}{2}x + 3xy", "one half x plus 3 x y"),
        (factored(3, {"n": 1, "": 4}), "3(n + 4)", "3 times open bracket n plus 4 close bracket"),
        (equals(linear(1, 0), number(9)), "x = 9", "x equals 9"),
        (relation("<", number(1), number(2), number(3)), "1 < 2 < 3", "1 is less than 2, which is less than 3"),
    ],
)
def test_a_formula_is_written_and_spoken(maths: Maths, tex: str, spoken: str) -> None:
    assert (maths.tex, maths.spoken) == (tex, spoken)


def test_equal_answers_have_equal_values_however_they_are_written() -> None:
    assert number(F(1, 2)).value == over(2, 4).value == percent(50).value
    assert mixed(F(7, 2)).value == fraction(F(7, 2)).value == number(F(7, 2)).value
    assert ratio(4, 6).value == ratio(2, 3).value != ratio(3, 2).value
    assert factored(3, {"x": 1, "": 4}).value == linear(3, 12).value != linear(3, 4).value


def test_a_sentence_sets_formulas_between_dollar_signs_and_speaks_them() -> None:
    passage = say("{} of {} is left.", fraction(F(1, 3)), 12)

    assert passage.text == r"$\frac{1}{3}$ of 12 is left."
    assert passage.spoken == "One third of 12 is left."


def test_a_decimal_that_never_ends_is_refused() -> None:
    with pytest.raises(ValueError, match="not a short decimal"):
        number(F(1, 3))
