"""Adaptive tests of simulated examinees: what a design does before anybody sits it."""

from irt_core.simulation.result import ConditionalCurves, SimulationResult
from irt_core.simulation.simulate import simulate_cat

__all__ = ["ConditionalCurves", "SimulationResult", "simulate_cat"]
