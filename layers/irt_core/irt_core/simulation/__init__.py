"""Adaptive tests of simulated examinees: what a design does before anybody sits it."""

from irt_core.simulation.simulate import ConditionalCurves, SimulationResult, simulate_cat

__all__ = ["ConditionalCurves", "SimulationResult", "simulate_cat"]
