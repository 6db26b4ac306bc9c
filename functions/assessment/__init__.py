"""Adaptive tests: designs, sessions, answers, results."""
