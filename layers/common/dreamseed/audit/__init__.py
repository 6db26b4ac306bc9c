"""Who did what, when, to what and to whom: the audit log, and to whom learners' records were disclosed."""
