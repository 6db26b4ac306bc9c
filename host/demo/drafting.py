"""From an item model's draft to a finished item.

An item model is a function that takes quantities and returns a `Draft`. It lists its distractors in order of
preference, each as the answer that one named misconception leads to; quantities for which two misconceptions meet in
one answer, or for which a misconception happens to give the right answer, simply fall through to the next candidate.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256

from host.demo import difficulty as parameters
from host.demo.difficulty import Feature
from host.demo.maths import Maths, is_short_decimal, number, say
from host.demo.model import OPTION_IDS, Check, DemoItem, Option, Passage


@dataclass(frozen=True)
class Distractor:
    """A wrong answer and the code of the misconception that produces it."""

    answer: Maths
    misconception: str


@dataclass(frozen=True)
class Draft:
    """An item before its options have places and its parameters are worked out.

    `numbers` are the quantities a learner works with; `features` say what makes the item harder than the easiest
    item of its skill.
    """

    stem: Passage
    key: Maths
    distractors: tuple[Distractor, ...]
    solution: tuple[Passage, ...]
    hints: tuple[Passage, ...]
    check: Check
    numbers: tuple[int | Fraction, ...]
    features: tuple[Feature, ...] = ()


def assemble(skill: str, serial: int, baseline: float, draft: Draft) -> DemoItem:
    """The item `<skill>.<serial>`. ValueError when fewer than three distractors differ from the key and each other."""
    code = f"{skill}.{serial:02d}"
    chosen = _three_different(code, draft)
    chosen.sort(key=lambda distractor: _digest(f"{code} {distractor.answer.tex}"))
    position = _key_position(skill, serial)
    placed: list[tuple[Maths, str | None]] = [(one.answer, one.misconception) for one in chosen]
    placed.insert(position, (draft.key, None))
    return DemoItem(
        code=code,
        skill=skill,
        stem=draft.stem.text,
        stem_spoken=draft.stem.spoken,
        options=tuple(_option(i, answer, why) for i, (answer, why) in enumerate(placed)),
        key=OPTION_IDS[position],
        solution=draft.solution,
        hints=draft.hints,
        difficulty=parameters.difficulty(baseline, draft.features, draft.numbers),
        discrimination=parameters.discrimination(draft.features),
        guessing=parameters.guessing(draft.features),
        check=draft.check,
    )


def _three_different(code: str, draft: Draft) -> list[Distractor]:
    seen = {draft.key.value}
    chosen: list[Distractor] = []
    for candidate in draft.distractors:
        if candidate.answer.value not in seen:
            seen.add(candidate.answer.value)
            chosen.append(candidate)
    if len(chosen) < 3:
        raise ValueError(f"{code}: only {len(chosen)} of its distractors differ from the key and each other")
    return chosen[:3]


def _key_position(skill: str, serial: int) -> int:
    """Every four items in a row of a skill have their keys in four different places, in an order of their own."""
    block, place = divmod(serial - 1, 4)
    order = sorted(range(4), key=lambda position: _digest(f"{skill} {block} {position}"))
    return order[place]


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _option(index: int, answer: Maths, misconception: str | None) -> Option:
    shown = say("{}", answer)
    return Option(OPTION_IDS[index], shown.text, shown.spoken, misconception)


def wrong(misconception: str, answer: Maths) -> Distractor:
    """Short for the long lists of distractors in item models."""
    return Distractor(answer, misconception)


def wrongs(*candidates: tuple[str, int | Fraction], least: int | None = None) -> tuple[Distractor, ...]:
    """Numeric distractors as decimals. Values that are no short decimals, or below `least`, are left out."""
    return tuple(
        Distractor(number(value), misconception)
        for misconception, value in candidates
        if is_short_decimal(value) and (least is None or value >= least)
    )


def python(value: int | Fraction) -> str:
    """A number as a `Check` writes it, in brackets where Python's precedence needs them."""
    value = Fraction(value)
    if value.denominator == 1:
        return str(value.numerator) if value >= 0 else f"({value.numerator})"
    return f"({value.numerator}/{value.denominator})"


def python_mixed(value: int | Fraction) -> str:
    """Like `python`, for a number that is shown as a mixed number."""
    whole, rest = divmod(Fraction(value), 1)
    return f"({whole} + {rest.numerator}/{rest.denominator})" if whole > 0 and rest else python(value)


def calculation(sign: str, *values: int | Fraction) -> Check:
    """The check of a bare calculation: the values joined by Python's `sign`."""
    return Check("value", sign.join(python(value) for value in values))
