"""What the endpoints of accommodations and interventions are sent and send."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from dreamseed.assessment.models import Accommodations
from dreamseed.models import Input, Output

Reason = Annotated[str, Field(min_length=1, max_length=500, description="Why, for the record")]
InterventionKind = Literal["extended", "voided", "reset"]


class NewAccommodations(Input):
    """What a learner needs from now on, in place of what was said before."""

    extra_time_factor: Annotated[float, Field(ge=1, le=3, description="Working time as a multiple of the limit")]
    has_no_timer: bool
    text_size: Literal["normal", "large", "larger"]
    contrast: Literal["normal", "more"]
    has_read_aloud: bool


class LearnerAccommodations(Accommodations):
    """What a learner is entitled to, and who said so when; null where nobody ever did."""

    learner_id: UUID
    updated_by_name: str | None
    updated_at: datetime | None


class NewIntervention(Input):
    """Why something is done to a session."""

    reason: Reason


class NewExtraTime(NewIntervention):
    """Working time to add to a running session, on top of what it has."""

    extra_seconds: Annotated[int, Field(ge=1, le=24 * 3600)]


class Intervention(Output):
    """What somebody of the staff did to a session, when and why."""

    id: UUID
    kind: InterventionKind
    reason: str
    extra_seconds: int | None
    by_user_id: UUID
    by_name: str
    at: datetime
