"""Reads the bank's formulas back into exact arithmetic, from nothing but what a learner sees.

This shares no code with the item models: a formula is read by a recursive-descent parser for the small part of TeX
that the bank uses, and evaluated over `Fraction` with given values for the letters.

    statement := sum (relation sum)*             = < > \\le \\ge and : for ratios
    sum       := ['-'] product (('+' | '-') product)*
    product   := power (('\\times' | '\\div' | nothing) power)*
    power     := atom ['^' '{' number '}'] ['\\%']
    atom      := number [\\frac...] | \\frac{sum}{sum} | \\sqrt{sum} | letter | '(' sum ')' | | sum |
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from math import isqrt

Value = Fraction | bool | tuple[Fraction, ...]

_TOKEN = re.compile(r"\s*(\d+(?:\.\d+)?|\\[a-z]+|\\%|[a-z]|.)")
_RELATIONS = ("=", "<", ">", r"\le", r"\ge")


def formulas(text: str) -> list[str]:
    """What stands between dollar signs."""
    return text.split("$")[1::2]


def read(tex: str, letters: Mapping[str, Fraction] | None = None) -> Value:
    """A number, the truth of a statement, or the terms of a ratio. ValueError for TeX outside the grammar."""
    return _Reader(tex, letters or {}).statement()


def sides(tex: str, letters: Mapping[str, Fraction]) -> tuple[Fraction, ...]:
    """The values of the parts between relation signs."""
    parts = re.split(r"\\le|\\ge|[=<>]", tex)
    values = [read(part, letters) for part in parts]
    return tuple(value for value in values if isinstance(value, Fraction))


class _Reader:
    def __init__(self, tex: str, letters: Mapping[str, Fraction]) -> None:
        self._tokens = [token for token in _TOKEN.findall(tex) if token.strip()]
        self._letters = letters
        self._at = 0

    def statement(self) -> Value:
        values, signs = [self._sum()], []
        while self._peek() in (*_RELATIONS, ":"):
            signs.append(self._next())
            values.append(self._sum())
        if self._peek():
            raise ValueError(f"cannot read on from {self._tokens[self._at :]}")
        if not signs:
            return values[0]
        if signs[0] == ":":
            return tuple(value / values[-1] for value in values)
        return all(_holds(sign, *pair) for sign, pair in zip(signs, pairwise(values), strict=True))

    def _sum(self) -> Fraction:
        total = self._product()
        while self._peek() in ("+", "-"):
            total = total + self._product() if self._next() == "+" else total - self._product()
        return total

    def _product(self) -> Fraction:
        if self._peek() == "-":
            self._next()
            return -self._product()
        value = self._power()
        while token := self._peek():
            if token in (r"\times", r"\div"):
                self._next()
                value = value * self._power() if token == r"\times" else value / self._power()
            elif token in ("(", r"\frac", r"\sqrt") or token.isalpha():
                value *= self._power()
            else:
                break
        return value

    def _power(self) -> Fraction:
        value = self._atom()
        if self._peek() == "^":
            self._next()
            value **= int(self._group())
        if self._peek() == r"\%":
            self._next()
            value /= 100
        return value

    def _atom(self) -> Fraction:
        token = self._next()
        if token[0].isdigit():
            whole = Fraction(token)
            return whole + self._fraction() if self._peek() == r"\frac" and "." not in token else whole
        if token == r"\frac":
            self._at -= 1
            return self._fraction()
        if token == r"\sqrt":
            return _root(self._group())
        if token in ("(", "|"):
            value = self._sum()
            self._expect(")" if token == "(" else "|")
            return abs(value) if token == "|" else value
        if token in self._letters:
            return self._letters[token]
        raise ValueError(f"cannot read {token!r} in {''.join(self._tokens)}")

    def _fraction(self) -> Fraction:
        self._expect(r"\frac")
        return self._group() / self._group()

    def _group(self) -> Fraction:
        self._expect("{")
        value = self._sum()
        self._expect("}")
        return value

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        if not token:
            raise ValueError("the formula ends too early")
        self._at += 1
        return token

    def _expect(self, token: str) -> None:
        if self._next() != token:
            raise ValueError(f"expected {token} in {''.join(self._tokens)}")


def _holds(sign: str, left: Fraction, right: Fraction) -> bool:
    if sign == "=":
        return left == right
    if sign in ("<", r"\le"):
        return left < right or (sign == r"\le" and left == right)
    return left > right or (sign == r"\ge" and left == right)


def _root(value: Fraction) -> Fraction:
    root = Fraction(isqrt(value.numerator), isqrt(value.denominator))
    if root * root != value:
        raise ValueError(f"{value} is not a square")
    return root
