"""On what terms somebody may take a test now: for which assignment, with how much time, shown how."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from dreamseed.assessment.history import list_attempts
from dreamseed.assessment.models import Accommodations
from dreamseed.assessment.terms import Terms
from dreamseed.errors import FieldError, Invalid
from dreamseed.school import queries
from dreamseed.school.assignment_queries import hold_assignment
from dreamseed.school.assignment_rules import require_startable
from dreamseed.school.attempts import as_attempts, attempts_of, no_assignment, window_of


def terms_of(
    db: Connection, learner_id: UUID, test_design_id: UUID, assignment_id: UUID | None, now: datetime
) -> Terms:
    """The terms of a new session of that learner, for an assignment or for none.

    Raises NotFound for an assignment of a class in which they do not learn, Invalid for one of another test, Conflict
    unless it is open and an attempt is left. Nobody changes the assignment until the end of the transaction.
    """
    accommodations = accommodations_of(db, learner_id)
    if assignment_id is None:
        return Terms(accommodations=accommodations)
    row = hold_assignment(db, assignment_id, learner_id)
    if row is None or row.role != "learner":
        raise no_assignment()
    if row.test_design_id != test_design_id:
        error = FieldError("body.test_design_id", "is not the test of the assignment")
        raise Invalid("The assignment is of another test.", code="assignment_of_another_test", errors=(error,))
    attempts = attempts_of(db, list_attempts(db, [assignment_id], learner_id))
    require_startable(window_of(row), as_attempts(attempts), now)
    return Terms(assignment_id, row.extra_seconds, accommodations)


def accommodations_of(db: Connection, learner_id: UUID) -> Accommodations:
    """What a learner is entitled to; the defaults for who needs nothing special."""
    row = queries.read_accommodations(db, learner_id)
    if row is None:
        return Accommodations()
    return Accommodations(**{name: getattr(row, name) for name in Accommodations.model_fields})
