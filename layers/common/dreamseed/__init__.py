"""DreamSeed's common layer: the function unit, the ports to the outside world, and one package of rules per area."""
