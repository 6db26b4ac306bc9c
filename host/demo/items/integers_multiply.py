"""Multiplying and dividing negative numbers."""

# ruff: noqa: E501 (sentences for learners stay whole)

from __future__ import annotations

from host.demo.drafting import Draft, python, wrongs
from host.demo.maths import BOX, Maths, bracket, divided, equals, minus, number, plus, power, say, times
from host.demo.model import Check


def drafts() -> dict[str, tuple[Draft, ...]]:
    return {
        "integers.multiply": (
            product(-3, 4),
            product(-5, -2),
            quotient(-12, 3),
            product(7, -6),
            quotient(-20, -5),
            product_then_sum(-2, 3, 4),
            square(-4),
            quotient(42, -7),
            three(-2, -3, -5),
            product_then_sum(-4, -6, -10),
            negative_of_square(-3, 10),
            missing_factor(-8, 56),
            product_then_sum(-7, 5, 12),
            three(-1, 4, -6),
            negative_of_square(-5, 7),
        ),
    }


def product(a: int, b: int) -> Draft:
    return _signed(times(number(a), number(b)), f"{python(a)} * {python(b)}", (a, b), a * b, "product")


def quotient(a: int, b: int) -> Draft:
    return _signed(divided(number(a), number(b)), f"{python(a)} / {python(b)}", (a, b), a // b, "quotient")


def _signed(asked: Maths, check: str, values: tuple[int, int], key: int, word: str) -> Draft:
    a, b = values
    alike = (a < 0) == (b < 0)
    size = f"{'a product' if word == 'product' else 'a quotient'} of {'two numbers with the same sign' if alike else 'a positive and a negative number'}"
    positive = (times if word == "product" else divided)(number(abs(a)), number(abs(b)))
    return Draft(
        stem=say("Work out {}.", asked),
        key=number(key),
        distractors=wrongs(
            ("integers.minus-times-minus-is-minus" if alike else "integers.loses-the-sign", -key),
            ("integers.adds-instead", a + b),
            ("integers.subtracts-instead", a - b),
            ("integers.adds-sizes", -abs(a) - abs(b)),
        ),
        solution=(
            say("Without the signs: {}.", equals(positive, number(abs(key))))
            if key < 0
            else say("Without the signs it is {}.", positive),
            say(
                "{} is {}, so the answer is {}.",
                size[0].upper() + size[1:],
                "positive" if alike else "negative",
                number(key),
            ),
        ),
        hints=(
            say("Will the answer be positive or negative?"),
            say("Equal signs give a positive result, different signs a negative one."),
            say("Work out {} and then think of the sign.", positive),
        ),
        check=Check("value", check),
        numbers=(abs(key),),
        features=("negative", "concept") if a < 0 and b < 0 else (),
    )


def three(a: int, b: int, c: int) -> Draft:
    key = a * b * c
    return Draft(
        stem=say("Work out {}.", times(number(a), number(b), number(c))),
        key=number(key),
        distractors=wrongs(
            ("integers.loses-the-sign" if key < 0 else "integers.minus-times-minus-is-minus", -key),
            ("integers.adds-instead", a + b + c),
            ("integers.multiplies-two-only", a * b),
            ("integers.multiplies-two-only", b * c),
        ),
        solution=(
            say("From the left: {}.", equals(times(number(a), number(b)), number(a * b))),
            say("{}.", equals(times(number(a * b), number(c)), number(key))),
        ),
        hints=(
            say("How many of the factors are negative? What does that mean for the sign?"),
            say("Take two factors at a time, and mind the sign at each step."),
            say("The first two factors give {}. Multiply by {}.", number(a * b), number(c)),
        ),
        check=Check("value", f"{python(a)} * {python(b)} * {python(c)}"),
        numbers=(abs(key),),
        features=("step", "negative", "negative"),
    )


def product_then_sum(a: int, b: int, c: int) -> Draft:
    """a × b + c"""
    key = a * b + c
    return Draft(
        stem=say("Work out {}.", plus(times(number(a), number(b)), number(c))),
        key=number(key),
        distractors=wrongs(
            ("integers.loses-the-sign", abs(a * b) + c if a * b < 0 else -a * b + c),
            ("order.adds-before-multiplying", a * (b + c)),
            ("integers.ignores-the-sign", a * b + abs(c)),
            ("integers.adds-instead", a + b + c),
            ("integers.adds-sizes", -abs(a * b) - abs(c)),
        ),
        solution=(
            say("Multiplication comes first: {}.", equals(times(number(a), number(b)), number(a * b))),
            say("{}.", equals(plus(number(a * b), number(c)), number(key))),
        ),
        hints=(
            say("Which comes first here, multiplying or adding?"),
            say("Multiply first, and decide on the sign of the product."),
            say("Work out {}, and then add {}.", times(number(a), number(b)), number(c)),
        ),
        check=Check("value", f"{python(a)} * {python(b)} + {python(c)}"),
        numbers=(abs(a * b), c),
        features=("step", "negative") if b > 0 else ("step", "negative", "negative"),
    )


def square(a: int) -> Draft:
    asked = power(bracket(number(a)), 2)
    return Draft(
        stem=say("Work out {}.", asked),
        key=number(a * a),
        distractors=wrongs(
            ("integers.minus-times-minus-is-minus", -a * a),
            ("power.base-times-exponent", 2 * a),
            ("power.adds-base-and-exponent", a + 2),
            ("power.base-times-exponent", -2 * a),
        ),
        solution=(
            say(
                "The square is the number times itself: {}.",
                equals(asked, times(bracket(number(a)), bracket(number(a)))),
            ),
            say("Two equal signs give a positive product: {}.", number(a * a)),
        ),
        hints=(
            say("What does the raised 2 tell you to do with {}?", number(a)),
            say("The bracket says that the sign is squared too."),
            say("Write it as a product of two factors, and mind the sign."),
        ),
        check=Check("value", f"({a})**2"),
        numbers=(a * a,),
        features=("negative", "concept"),
    )


def negative_of_square(a: int, b: int) -> Draft:
    """b − a² for a negative a."""
    key = b - a * a
    shown = power(bracket(number(a)), 2)
    return Draft(
        stem=say("Work out {}.", minus(number(b), shown)),
        key=number(key),
        distractors=wrongs(
            ("integers.minus-times-minus-is-minus", b + a * a),
            ("power.base-times-exponent", b - 2 * a),
            ("integers.larger-minus-smaller", a * a - b),
            ("order.left-to-right", (b - a) ** 2),
        ),
        solution=(
            say("The power comes first: {}.", equals(shown, number(a * a))),
            say("{}.", equals(minus(number(b), number(a * a)), number(key))),
        ),
        hints=(
            say("Which part has to be worked out first?"),
            say("The power belongs to the bracket only. What sign does the square have?"),
            say("The square is {}. Now subtract.", a * a),
        ),
        check=Check("value", f"{b} - ({a})**2"),
        numbers=(a * a, b),
        features=("step", "step", "negative", "concept"),
    )


def missing_factor(known: int, whole: int) -> Draft:
    key = whole // known
    return Draft(
        stem=say("Which number belongs in the box? {}", equals(times(number(known), BOX), number(whole))),
        key=number(key),
        distractors=wrongs(
            ("integers.loses-the-sign", -key),
            ("integers.subtracts-instead", whole - known),
            ("integers.adds-instead", whole + known),
        ),
        solution=(
            say("The box is the quotient: {}.", divided(number(whole), number(known))),
            say("Different signs give a negative result: {}.", number(key)),
        ),
        hints=(
            say("Must the missing number be positive or negative for the product to be {}?", number(whole)),
            say("Undo the multiplication: divide {} by {}.", number(whole), number(known)),
            say("Without the signs: how many times does {} fit into {}?", abs(known), abs(whole)),
        ),
        check=Check("solves", f"{python(known)} * x == {python(whole)}"),
        numbers=(whole,),
        features=("reverse", "negative"),
    )
