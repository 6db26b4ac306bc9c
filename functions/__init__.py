"""DreamSeed's functions: one file, one function, one job."""
