"""The plumbing's decisions, free of any I/O: when to try again, and when to give up."""

from __future__ import annotations

from datetime import timedelta

MAX_MESSAGE_ATTEMPTS = 8
"""Publications of one message before it is a dead letter: with `message_backoff`, about two hours."""

MAX_JOB_ATTEMPTS = 5
"""Executions of one job in a row that do not get it on, before it has failed."""

MAX_RUNNING_JOBS = 4
"""Jobs of one organisation that run at the same time. The others wait, and the most important goes first."""

LEASE = timedelta(minutes=5)
"""How long a running job may be silent before it is started again."""

BATCH_QUEUE_ALLOWANCE = timedelta(hours=1)
"""How long a submitted batch job may wait for a machine before it is submitted anew: its workflow's heartbeat."""

WORK = {
    "anonymise_responses": "privacy:anonymise",
    "erase_subject": "privacy:erase",
    "export_audit_log": "audit:export",
    "export_subject": "privacy:export",
    "import_roster": "roster:import",
    "simulate_design": "simulation:create",
    "verify_audit_log": "audit:verify",
}
"""The kinds of jobs, and the permission to ask for such work: without it nobody sees or stops what others asked for."""

WORKFLOWS = tuple(WORK)
"""Each kind is the name of a state machine."""

FINISHED = ("succeeded", "failed", "cancelled")
"""The states that a job never leaves."""


def message_backoff(attempts: int) -> timedelta:
    """How long to wait for a message's consumers after its `attempts`-th publication (1, 2, 4 … at most 60 minutes)."""
    return timedelta(minutes=min(60, 2 ** (attempts - 1)))


def execution_name(job_id: object, attempt: int) -> str:
    """The name of a job's workflow execution. Names are unique, so an attempt cannot be started twice."""
    return f"{job_id}-{attempt}"
