"""Rosters: people, classes and enrolments from another system, compared before they are taken."""
