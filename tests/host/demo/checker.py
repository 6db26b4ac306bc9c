"""Decides from an item's `Check` and the text of its options which are right, independently of the item models."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from math import floor, gcd, isqrt, lcm

from host.demo import Check, DemoItem
from tests.host.demo.tex_reader import Value, formulas, read, sides

_POINTS = (*map(Fraction, range(-40, 41)), *(Fraction(n, 7) for n in range(-9, 10)), Fraction(1009))
_ARITHMETIC: dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_ORDER: dict[type[ast.cmpop], Callable[[Fraction, Fraction], bool]] = {
    ast.Eq: operator.eq,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def right_options(item: DemoItem) -> set[str]:
    """The ids of all options that answer the question."""
    judge = _JUDGES[item.check.kind]
    shown = [formulas(option.text)[0] for option in item.options]
    return {option.id for option, verdict in zip(item.options, judge(item.check, shown), strict=True) if verdict}


def _has_value(check: Check, shown: list[str]) -> list[bool]:
    expected = evaluate(check.expression)
    return [read(tex) == expected for tex in shown]


def _solves(check: Check, shown: list[str]) -> list[bool]:
    return [evaluate(check.expression, {"x": _rational(read(tex))}) is True for tex in shown]


def _is_equivalent(check: Check, shown: list[str]) -> list[bool]:
    """Equal at more points than the degree of any polynomial here; equations are equal when their solutions are."""
    if "==" in check.expression:
        left, right = check.expression.split(" == ")
        expected = _solution(lambda x: _difference(evaluate(left, _letters(x)), evaluate(right, _letters(x))))
        return [_solution(lambda x, tex=tex: _difference(*sides(tex, _letters(x)))) == expected for tex in shown]  # type: ignore[misc]
    points = [_letters(point) for point in _POINTS]
    values = [evaluate(check.expression, point) for point in points]
    return [[read(tex, point) for point in points] == values for tex in shown]


def _is_true(check: Check, shown: list[str]) -> list[bool]:
    return [read(tex) is True for tex in shown]


def _is_greatest(check: Check, shown: list[str]) -> list[bool]:
    values = [_rational(read(tex)) for tex in shown]
    return [value == max(values) for value in values]


def _is_least(check: Check, shown: list[str]) -> list[bool]:
    values = [_rational(read(tex)) for tex in shown]
    return [value == min(values) for value in values]


_JUDGES: dict[str, Callable[[Check, list[str]], list[bool]]] = {
    "value": _has_value,
    "solves": _solves,
    "equivalent": _is_equivalent,
    "true": _is_true,
    "greatest": _is_greatest,
    "least": _is_least,
}


def _letters(x: Fraction) -> dict[str, Fraction]:
    """Values for every letter, unrelated enough that different expressions do not agree by chance."""
    return {"x": x, "y": 3 * x + 11, "n": x, "a": x, "b": 5 * x - 17, "t": x, "m": x, "p": x, "k": x, "w": x}


def _solution(difference: Callable[[Fraction], Fraction]) -> Fraction:
    """Where a linear function is zero."""
    at_zero, slope = difference(Fraction(0)), difference(Fraction(1)) - difference(Fraction(0))
    assert difference(Fraction(10)) == at_zero + 10 * slope, "not linear"
    return -at_zero / slope


def _difference(left: Value, right: Value) -> Fraction:
    return _rational(left) - _rational(right)


def _rational(value: Value) -> Fraction:
    assert isinstance(value, Fraction)
    return value


def evaluate(expression: str, letters: Mapping[str, Fraction] | None = None) -> Value:
    """A check's expression over exact rationals; a tuple is a ratio, divided by its last term."""
    return _evaluate(ast.parse(expression, mode="eval").body, letters or {}, expression)


def _evaluate(node: ast.expr, letters: Mapping[str, Fraction], source: str) -> Value:
    def number(part: ast.expr) -> Fraction:
        return _rational(_evaluate(part, letters, source))

    match node:
        case ast.Constant():
            return Fraction(ast.get_source_segment(source, node) or "")
        case ast.Name(id=name):
            return letters[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -number(operand)
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return number(left) ** int(number(right))
        case ast.BinOp(left=left, op=sign, right=right):
            return _ARITHMETIC[type(sign)](number(left), number(right))
        case ast.Tuple(elts=terms):
            return tuple(number(term) / number(terms[-1]) for term in terms)
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _FUNCTIONS[name](*map(number, arguments))
        case ast.BoolOp(op=ast.And(), values=parts):
            return all(_evaluate(part, letters, source) for part in parts)
        case ast.Compare(left=first, ops=signs, comparators=others):
            values = [number(part) for part in (first, *others)]
            return all(_ORDER[type(sign)](a, b) for sign, a, b in zip(signs, values, values[1:], strict=False))
        case _:
            raise ValueError(f"not part of the language of checks: {ast.dump(node)}")


def _whole(function: Callable[..., int]) -> Callable[..., Fraction]:
    return lambda *values: Fraction(function(*(int(value) for value in values)))


def _is_prime(value: Fraction) -> bool:
    return value > 1 and value.denominator == 1 and all(value % n for n in range(2, isqrt(int(value)) + 1))


def _root(value: Fraction) -> Fraction:
    root = Fraction(isqrt(int(value)))
    assert root * root == value, f"{value} is not a square"
    return root


def _nearest(value: Fraction, step: Fraction) -> Fraction:
    """Rounded half away from zero to a multiple of `step`, as schools round."""
    return step * floor(abs(value) / step + Fraction(1, 2)) * (1 if value >= 0 else -1)


_FUNCTIONS: dict[str, Callable[..., Value]] = {
    "gcd": _whole(gcd),
    "lcm": _whole(lcm),
    "abs": abs,
    "is_prime": _is_prime,
    "root": _root,
    "nearest": _nearest,
}
