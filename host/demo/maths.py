"""Maths that is written and spoken at once.

Every builder returns a `Maths`: KaTeX source, the words in which it is read aloud, and (for anything that can be an
answer) a hashable value by which two answers are known to be equal. `say` sets maths into a sentence.

Speech follows the ClearSpeak conventions (small fractions by name, others as «17 over 24»), with «negative 3» for the
sign and «minus» for the operation, so that a listener can tell the two apart.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from host.demo.model import Passage

Number = int | Fraction

_CARDINALS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip
_PARTS = {
    2: ("half", "halves"), 3: ("third", "thirds"), 4: ("quarter", "quarters"), 5: ("fifth", "fifths"),
    6: ("sixth", "sixths"), 7: ("seventh", "sevenths"), 8: ("eighth", "eighths"), 9: ("ninth", "ninths"),
    10: ("tenth", "tenths"), 11: ("eleventh", "elevenths"), 12: ("twelfth", "twelfths"),
    100: ("hundredth", "hundredths"),
}  # fmt: skip
_RELATIONS = {
    "=": "equals", "<": "is less than", ">": "is greater than",
    r"\le": "is less than or equal to", r"\ge": "is greater than or equal to",
}  # fmt: skip


@dataclass(frozen=True)
class Maths:
    """A formula: `tex` without dollar signs, `spoken` without markup."""

    tex: str
    spoken: str
    value: Hashable = None


def say(template: str, *parts: Maths | Number | str) -> Passage:
    """A sentence with `{}` where each part belongs; formulas are set between dollar signs or spoken."""
    spoken = template.format(*(part.spoken if isinstance(part, Maths) else part for part in parts))
    return Passage(
        template.format(*(f"${part.tex}$" if isinstance(part, Maths) else part for part in parts)),
        spoken[:1].upper() + spoken[1:] if template.endswith((".", "?")) else spoken,
    )


# --- numbers


def number(value: Number) -> Maths:
    """A whole number or a terminating decimal. ValueError when the decimal never ends."""
    digits = decimal_text(abs(Fraction(value)))
    if value < 0:
        return Maths(f"-{digits}", f"negative {digits}", Fraction(value))
    return Maths(digits, digits, Fraction(value))


def decimal_text(value: Fraction) -> str:
    """`value` ≥ 0 in decimal digits: 7/20 is "0.35"."""
    places = 0
    while (value * 10**places).denominator != 1:
        places += 1
        if places > 6:
            raise ValueError(f"{value} is not a short decimal")
    digits = str(int(value * 10**places)).zfill(places + 1)
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits


def is_short_decimal(value: Number) -> bool:
    """Whether `value` needs at most four decimal places."""
    return (Fraction(value) * 10_000).denominator == 1


def over(numerator: int, denominator: int) -> Maths:
    """A fraction exactly as given, not reduced. The denominator is positive; the sign stands in front."""
    sign, spoken_sign = ("-", "negative ") if numerator < 0 else ("", "")
    top = abs(numerator)
    return Maths(
        rf"{sign}\frac{{{top}}}{{{denominator}}}",
        spoken_sign + _spoken_fraction(top, denominator),
        Fraction(numerator, denominator),
    )


def _spoken_fraction(numerator: int, denominator: int) -> str:
    if denominator not in _PARTS or numerator >= len(_CARDINALS):
        return f"{numerator} over {denominator}"
    return f"{_CARDINALS[numerator]} {_PARTS[denominator][0 if numerator == 1 else 1]}"


def fraction(value: Number) -> Maths:
    """A fraction in lowest terms, or a whole number."""
    value = Fraction(value)
    return number(value) if value.denominator == 1 else over(value.numerator, value.denominator)


def mixed(value: Number) -> Maths:
    """A mixed number where the value is more than one, in lowest terms."""
    value = Fraction(value)
    whole, rest = divmod(abs(value), 1)
    if not whole or not rest:
        return fraction(value)
    return mixed_as(-int(whole) if value < 0 else int(whole), rest.numerator, rest.denominator)


def mixed_as(whole: int, numerator: int, denominator: int) -> Maths:
    """A mixed number exactly as given: `mixed_as(2, 2, 4)` stays 2 2/4. The sign is that of `whole`."""
    part, sign = over(numerator, denominator), -1 if whole < 0 else 1
    front = number(whole)
    return Maths(
        f"{front.tex}{part.tex}", f"{front.spoken} and {part.spoken}", whole + sign * Fraction(numerator, denominator)
    )


def percent(points: Number) -> Maths:
    """`percent(35)` is 35%; its value is the fraction 35/100."""
    digits = number(points)
    return Maths(rf"{digits.tex}\%", f"{digits.spoken} percent", Fraction(points) / 100)


def ratio(*terms: Number) -> Maths:
    """`ratio(2, 3)` is 2 : 3; ratios with the same simplest form have the same value."""
    parts = [number(term) for term in terms]
    return Maths(
        " : ".join(part.tex for part in parts),
        " to ".join(part.spoken for part in parts),
        tuple(Fraction(term) / Fraction(terms[-1]) for term in terms),
    )


BOX = Maths(r"\square", "blank")


# --- formulas


def plus(*parts: Maths) -> Maths:
    return _infix(" + ", " plus ", parts)


def minus(*parts: Maths) -> Maths:
    return _infix(" - ", " minus ", parts)


def times(*parts: Maths) -> Maths:
    return _infix(r" \times ", " times ", parts)


def divided(dividend: Maths, divisor: Maths) -> Maths:
    return _infix(r" \div ", " divided by ", (dividend, divisor))


def _infix(sign: str, spoken_sign: str, parts: tuple[Maths, ...]) -> Maths:
    """Parts joined by one sign; a negative number after the sign stands in brackets."""
    first, *rest = parts
    guarded = [replace(part, tex=f"({part.tex})") if part.tex.startswith("-") else part for part in rest]
    return Maths(
        sign.join(part.tex for part in (first, *guarded)), spoken_sign.join(part.spoken for part in (first, *guarded))
    )


def relation(sign: str, *parts: Maths, value: Hashable = None) -> Maths:
    """`=`, `<`, `>`, `\\le` or `\\ge` between the parts."""
    first, second, *others = (part.spoken for part in parts)
    spoken = f"{first} {_RELATIONS[sign]} {second}" + "".join(f", which {_RELATIONS[sign]} {other}" for other in others)
    return Maths(f" {sign} ".join(part.tex for part in parts), spoken, value)


def equals(*parts: Maths) -> Maths:
    return relation("=", *parts)


def bracket(inner: Maths) -> Maths:
    return replace(inner, tex=f"({inner.tex})", spoken=f"open bracket {inner.spoken} close bracket")


def beside(*parts: Maths) -> Maths:
    """Parts multiplied by standing side by side, as in 3(x + 2)."""
    return Maths("".join(part.tex for part in parts), " ".join(part.spoken for part in parts))


def factored(factor: Number, coefficients: Mapping[str, Number]) -> Maths:
    """`factored(3, {"n": 1, "": 4})` is 3(n + 4), with the value of 3n + 12."""
    front, inner = number(factor), terms(coefficients)
    expanded = terms({name: factor * Fraction(value) for name, value in coefficients.items()})
    return Maths(
        f"{front.tex}({inner.tex})", f"{front.spoken} times open bracket {inner.spoken} close bracket", expanded.value
    )


def over_letter(name: str, divisor: int) -> Maths:
    """A letter over a number, written and spoken plainly."""
    return Maths(rf"\frac{{{name}}}{{{divisor}}}", f"{name} over {number(divisor).spoken}")


def quotient(numerator: Maths, denominator: Maths) -> Maths:
    """A fraction of whole expressions."""
    return Maths(
        rf"\frac{{{numerator.tex}}}{{{denominator.tex}}}",
        f"the fraction {numerator.spoken} over {denominator.spoken}, end of fraction",
    )


def power(base: Maths, exponent: int, value: Hashable = None) -> Maths:
    names = {2: "squared", 3: "cubed"}
    spoken = names.get(exponent, f"to the power {exponent}")
    return Maths(f"{base.tex}^{{{exponent}}}", f"{base.spoken} {spoken}", value)


def root(inner: Maths) -> Maths:
    return Maths(rf"\sqrt{{{inner.tex}}}", f"the square root of {inner.spoken}")


def letter(name: str) -> Maths:
    return Maths(name, name, (((name), Fraction(1)),))


def terms(coefficients: Mapping[str, Number]) -> Maths:
    """A sum of terms: `terms({"x": 3, "": -5})` is 3x − 5. The keys are `x`, `y`, `x^2` … and "" for the number."""
    shown = [(name, Fraction(value)) for name, value in coefficients.items() if value]
    tex, spoken = "", ""
    for name, value in shown:
        one = _term(name, abs(value))
        sign, word = ("-", "minus") if value < 0 else ("+", "plus")
        if not tex:
            tex, spoken = ("-" if value < 0 else "") + one.tex, ("negative " if value < 0 else "") + one.spoken
        else:
            tex, spoken = f"{tex} {sign} {one.tex}", f"{spoken} {word} {one.spoken}"
    return Maths(tex or "0", spoken or "0", tuple(sorted(shown)))


def _term(name: str, size: Fraction) -> Maths:
    if not name:
        return fraction(size)
    base, _, exponent = name.partition("^")
    shown = power(letter(base), int(exponent)) if exponent else Maths(base, " ".join(base))
    return shown if size == 1 else beside(fraction(size), shown)


def linear(coefficient: Number, constant: Number, name: str = "x") -> Maths:
    """`linear(3, -5)` is 3x − 5."""
    return terms({name: coefficient, "": constant})
