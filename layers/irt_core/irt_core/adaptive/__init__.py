"""Adaptive tests: where one stands, which item comes next, when it ends, and the design that says so."""
