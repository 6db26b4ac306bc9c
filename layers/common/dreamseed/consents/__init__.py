"""Consents: who has agreed to what, in whose name, and what is still missing."""
