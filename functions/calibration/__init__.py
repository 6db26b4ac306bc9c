"""Simulations of test designs."""
