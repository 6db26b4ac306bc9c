"""The knowledge graph of the demo school, from fractions towards linear equations, and where each skill starts.

`BASELINES` gives the difficulty in logits of a skill's plainest item with one-digit numbers, for learners of ten to
fourteen years. They are provisional judgements from the usual order of teaching, not estimates.
"""

from __future__ import annotations

from host.demo.model import Skill

SKILLS: tuple[Skill, ...] = (
    Skill(
        "fractions.equivalent",
        "Equivalent fractions",
        "Recognise equal fractions and write a fraction in its simplest form.",
    ),
    Skill(
        "fractions.compare",
        "Comparing fractions",
        "Compare and order fractions with different denominators.",
        ("fractions.equivalent",),
    ),
    Skill(
        "fractions.mixed",
        "Mixed numbers",
        "Change between mixed numbers and single fractions.",
        ("fractions.equivalent",),
    ),
    Skill(
        "fractions.add-like",
        "Adding like fractions",
        "Add and subtract fractions with the same denominator.",
        ("fractions.equivalent",),
    ),
    Skill(
        "fractions.add-unlike",
        "Adding unlike fractions",
        "Add and subtract fractions with different denominators.",
        ("fractions.add-like", "fractions.mixed"),
    ),
    Skill(
        "fractions.of-amount",
        "Fractions of amounts",
        "Find a fraction of an amount, and the amount from a fraction of it.",
        ("fractions.equivalent",),
    ),
    Skill(
        "fractions.multiply",
        "Multiplying fractions",
        "Multiply fractions, whole numbers and mixed numbers.",
        ("fractions.of-amount", "fractions.mixed"),
    ),
    Skill("fractions.divide", "Dividing fractions", "Divide by fractions and mixed numbers.", ("fractions.multiply",)),
)

BASELINES: dict[str, float] = {
    "fractions.equivalent": -1.9,
    "fractions.compare": -1.6,
    "fractions.mixed": -1.6,
    "fractions.add-like": -1.9,
    "fractions.add-unlike": -1.2,
    "fractions.of-amount": -1.8,
    "fractions.multiply": -0.9,
    "fractions.divide": -0.5,
}
