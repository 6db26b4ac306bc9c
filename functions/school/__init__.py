"""Classes, assignments, accommodations, and how classes get on."""
