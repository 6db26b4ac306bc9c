"""The audit log: who did what; and to whom learners' records were disclosed."""
