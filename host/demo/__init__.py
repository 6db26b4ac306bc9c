"""The demo school: an original item bank for fractions to linear equations, made by parametric item models.

model.py           what the bank consists of
skills.py          the knowledge graph
misconceptions.py  what the distractors stand for
maths.py           formulas, written and spoken
difficulty.py      provisional item parameters from features
drafting.py        from an item model's draft to an item
items/             the item models, by strand
bank.py            all items
"""

from host.demo.bank import build_bank
from host.demo.misconceptions import MISCONCEPTIONS
from host.demo.model import Check, DemoItem, Misconception, Option, Passage, Skill
from host.demo.skills import SKILLS

__all__ = [
    "MISCONCEPTIONS",
    "SKILLS",
    "Check",
    "DemoItem",
    "Misconception",
    "Option",
    "Passage",
    "Skill",
    "build_bank",
]
