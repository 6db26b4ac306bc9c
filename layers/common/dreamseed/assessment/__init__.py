"""Adaptive tests: how one is designed, taken, scored and replayed."""
