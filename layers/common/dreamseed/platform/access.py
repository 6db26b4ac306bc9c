"""Who reaches a job: whoever asked for it, and whoever may ask for such work themselves.

Permissions on jobs are good for no work in particular: whoever may not erase people may not stop an erasure either.
Whoever may `job:oversee` sees what stands where, of work of every kind, and can do nothing more by that. Dead letters
are shown without what they say of anybody.
"""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from sqlalchemy import Connection

from dreamseed.errors import NotFound
from dreamseed.http.caller import Caller
from dreamseed.platform import queries
from dreamseed.platform.models import DeadLetter, Job
from dreamseed.platform.rules import WORK

Action = Literal["read", "cancel", "retry"]
STATES_FOR: dict[Literal["cancel", "retry"], tuple[str, ...]] = {"cancel": ("queued", "running"), "retry": ("failed",)}
"""In which states of a job an action makes sense."""


def find_job(db: Connection, caller: Caller, job_id: UUID, action: Action) -> Job:
    """The job, if the caller may do that with it. Raises NotFound `job_not_found`, also for somebody else's."""
    row = queries.read_job(db, job_id)
    if row is None or not may_reach(caller, row.kind, row.created_by, action):
        raise NotFound("There is no such job.", code="job_not_found")
    return shown_job(caller, row)


def may_reach(caller: Caller, kind: str, created_by: UUID | None, action: Action) -> bool:
    """Whether the caller may do that with a job of that kind which somebody asked for."""
    if not caller.may(f"job:{action}", owner_id=created_by):
        return False
    if action == "read" and (created_by == caller.user_id or caller.may("job:oversee")):
        return True
    return kind in WORK and caller.may(WORK[kind], owner_id=created_by)


def visible_kinds(caller: Caller) -> list[str] | None:
    """The kinds of which the caller sees everybody's jobs; None for all."""
    return None if caller.may("job:oversee") else [kind for kind, needed in WORK.items() if caller.may(needed)]


def shown_job(caller: Caller, row: queries.AnyRow) -> Job:
    """A job from its row, with what the caller can do."""
    fields = {name: row._mapping[name] for name in Job.model_fields if name != "actions"}
    actions = [
        action
        for action, states in STATES_FOR.items()
        if row.status in states and may_reach(caller, row.kind, row.created_by, action)
    ]
    return Job(**fields, actions=actions)


def shown_letter(row: queries.AnyRow) -> DeadLetter:
    """A dead letter from its row, with the ids that it names."""
    named = {name: value for name, value in row.data.items() if _is_id(value)}
    return DeadLetter(**{**row._mapping, "data": named})


def _is_id(value: object) -> bool:
    try:
        return isinstance(value, str) and str(UUID(value)) == value
    except ValueError:
        return False
