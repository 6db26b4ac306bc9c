"""What a learner is entitled to, as it is shown and edited."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.assessment.models import Accommodations
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.school import queries
from dreamseed.school.intervention_models import LearnerAccommodations


def shown_accommodations(db: Connection, keys: SubjectKeys, learner_id: UUID) -> LearnerAccommodations:
    """The accommodations of a learner with who said so and when; the defaults for who needs nothing special."""
    row = keys.opened_row(queries.read_accommodations(db, learner_id))
    if row is None:
        return LearnerAccommodations(learner_id=learner_id, updated_by_name=None, updated_at=None)
    names = (*Accommodations.model_fields, "learner_id", "updated_by_name", "updated_at")
    return LearnerAccommodations(**{name: getattr(row, name) for name in names})
