"""The rows of `benchmarks/irt.py`: their data, what they measure, and how the engine and its peers do the same work."""
