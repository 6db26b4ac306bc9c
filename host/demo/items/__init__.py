"""Item models, one module for a family of skills. Each module's `drafts()` maps a skill's code to its drafts, in order.

Item codes count the drafts of a skill, so new drafts go to the END of a skill's list.
"""
