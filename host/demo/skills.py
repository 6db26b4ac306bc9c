"""The knowledge graph of the demo school, from fractions to linear equations, and where each skill starts.

`BASELINES` gives the difficulty in logits of a skill's plainest item, for learners of ten to fourteen years.
They are provisional judgements from the usual order of teaching, not estimates.
"""

# ruff: noqa: E501 (each entry stays on its line)

from __future__ import annotations

from host.demo.model import Skill

SKILLS: tuple[Skill, ...] = (
    Skill("number.order-operations", "Order of operations", "Calculate in the right order: brackets, powers, products, sums."),
    Skill("number.factors", "Factors and multiples", "Find common factors, common multiples and primes.", ("number.order-operations",)),
    Skill("number.powers", "Powers and roots", "Work out powers and square roots.", ("number.order-operations",)),
    Skill("fractions.equivalent", "Equivalent fractions", "Recognise equal fractions and write a fraction in its simplest form.", ("number.factors",)),
    Skill("fractions.compare", "Comparing fractions", "Compare and order fractions with different denominators.", ("fractions.equivalent",)),
    Skill("fractions.mixed", "Mixed numbers", "Change between mixed numbers and single fractions.", ("fractions.equivalent",)),
    Skill("fractions.add-like", "Adding like fractions", "Add and subtract fractions with the same denominator.", ("fractions.equivalent",)),
    Skill("fractions.add-unlike", "Adding unlike fractions", "Add and subtract fractions with different denominators.", ("fractions.add-like", "fractions.mixed")),
    Skill("fractions.of-amount", "Fractions of amounts", "Find a fraction of an amount, and the amount from a fraction of it.", ("fractions.equivalent",)),
    Skill("fractions.multiply", "Multiplying fractions", "Multiply fractions, whole numbers and mixed numbers.", ("fractions.of-amount", "fractions.mixed")),
    Skill("fractions.divide", "Dividing fractions", "Divide by fractions and mixed numbers.", ("fractions.multiply",)),
    Skill("decimals.order", "Comparing decimals", "Compare and order decimals, and find decimals between others.", ("number.order-operations",)),
    Skill("decimals.rounding", "Rounding and estimating", "Round decimals, and estimate with rounded numbers.", ("decimals.order",)),
    Skill("decimals.add", "Adding decimals", "Add and subtract decimals with different numbers of places.", ("decimals.order",)),
    Skill("decimals.multiply", "Multiplying decimals", "Multiply and divide decimals.", ("decimals.add", "decimals.rounding")),
    Skill("decimals.fractions", "Decimals and fractions", "Change between fractions, decimals and percentages.", ("decimals.order", "fractions.equivalent")),
    Skill("percent.of-amount", "Percentages of amounts", "Find a percentage of an amount, and express a part as a percentage.", ("decimals.fractions", "fractions.of-amount")),
    Skill("percent.change", "Percentage change", "Increase and decrease by a percentage, and describe a change in percent.", ("percent.of-amount", "decimals.multiply")),
    Skill("percent.whole", "The whole from a percentage", "Find the original amount from a percentage of it.", ("percent.of-amount",)),
    Skill("integers.order", "Negative numbers", "Compare negative numbers and find distances on the number line.", ("decimals.order",)),
    Skill("integers.add", "Adding negative numbers", "Add and subtract negative numbers.", ("integers.order",)),
    Skill("integers.multiply", "Multiplying negative numbers", "Multiply and divide negative numbers, and combine operations.", ("integers.add", "number.powers")),
)  # fmt: skip

BASELINES: dict[str, float] = {
    "number.order-operations": -2.0,
    "number.factors": -1.9,
    "number.powers": -1.7,
    "fractions.equivalent": -1.8,
    "fractions.compare": -1.6,
    "fractions.mixed": -1.6,
    "fractions.add-like": -1.7,
    "fractions.add-unlike": -1.2,
    "fractions.of-amount": -1.6,
    "fractions.multiply": -0.9,
    "fractions.divide": -0.5,
    "decimals.order": -1.9,
    "decimals.rounding": -1.7,
    "decimals.add": -1.8,
    "decimals.multiply": -1.2,
    "decimals.fractions": -1.3,
    "percent.of-amount": -1.2,
    "percent.change": -0.7,
    "percent.whole": -0.6,
    "integers.order": -1.9,
    "integers.add": -1.3,
    "integers.multiply": -1.0,
}
