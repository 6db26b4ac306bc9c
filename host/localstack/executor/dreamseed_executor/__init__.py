"""Two plugins that LocalStack loads: one calls functions where the function host runs them, one ends with that host."""
