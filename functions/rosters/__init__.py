"""Rosters: a file of people and classes is compared with what is there, and taken."""
