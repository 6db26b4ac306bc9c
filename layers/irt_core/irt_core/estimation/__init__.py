"""Ability from responses."""

from irt_core.estimation.ability import Ability, Method, estimate_ability

__all__ = ["Ability", "Method", "estimate_ability"]
