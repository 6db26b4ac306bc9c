"""Several abilities at once: estimation and adaptive tests on banks of multidimensional items."""
