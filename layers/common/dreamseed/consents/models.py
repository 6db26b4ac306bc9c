"""What the endpoints of consents are sent and send."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from dreamseed.consents.rules import TEXT_VERSION, Capacity, Decision, Method, Purpose
from dreamseed.identity.account_models import Email, LinkToken, PersonName
from dreamseed.identity.mail_texts import Language
from dreamseed.identity.role_models import Relation
from dreamseed.models import Input, Output
from dreamseed.standing import AgeBand

Subject = UUID | Literal["me"]
"""Whom a consent is about; `me` is the caller."""

Purposes = Annotated[list[Purpose], Field(min_length=1, max_length=10)]
TextVersion = Annotated[str, Field(pattern=f"^{TEXT_VERSION}$", description="The version of the texts that were read")]


class PurposeText(Output):
    """What somebody agrees to. `is_optional`: everything else works without it."""

    purpose: Purpose
    title: str
    text: str
    version: str
    is_optional: bool


class PurposeTexts(Output):
    """The purposes in one language, with the version to name when agreeing."""

    language: Language
    version: str
    purposes: list[PurposeText]


class NewConsents(Input):
    """Agree, or refuse, for oneself or for a learner whose guardian one is."""

    subject_id: Subject = "me"
    decision: Decision = "given"
    purposes: Purposes
    text_version: TextVersion
    language: Language = "en"


class Attestation(Input):
    """The school agrees in the parents' place, for teaching only; for a class or for named learners."""

    class_id: UUID | None = None
    learner_ids: Annotated[list[UUID], Field(max_length=500)] = Field(default_factory=list)
    purposes: Annotated[list[Literal["account", "learning_record"]], Field(min_length=1, max_length=2)]
    text_version: TextVersion
    language: Language = "en"
    is_for_teaching_only: Annotated[
        Literal[True], Field(description="The school uses it for teaching and for nothing else")
    ]
    note: Annotated[str, Field(max_length=500, description="For example where the school's own notice stands")] = ""


class Attested(Output):
    """For how many children the school has agreed, and how many of them a guardian has refused something."""

    learners: int
    refused: int


class Consent(Output):
    """A consent or a refusal as it was given, and when it was withdrawn."""

    id: UUID
    subject_id: UUID
    purpose: Purpose
    decision: Decision
    text_version: str
    language: Language
    capacity: Capacity
    method: Method
    given_by: UUID | None
    given_at: datetime
    withdrawn_at: datetime | None


class PurposeStanding(Output):
    """Where somebody stands with one purpose, and who may agree to it."""

    purpose: Purpose
    is_needed: bool
    is_given: bool
    may_be_given_by: list[Capacity]
    refused_by: list[Capacity]


class ConsentStanding(Output):
    """Where somebody stands. `is_blocked`: they can start no test until somebody agrees."""

    subject_id: UUID
    age_band: AgeBand | None
    purposes: list[PurposeStanding]
    is_blocked: bool


class MissingConsent(Output):
    """A child for whom a consent is missing without which nothing may be recorded. `refused`: by a guardian."""

    learner_id: UUID
    full_name: str
    purposes: list[Purpose]
    refused: list[Purpose]


class NewConsentRequest(Input):
    """Ask a guardian by mail."""

    subject_id: Subject = "me"
    guardian_email: Email
    language: Language = "en"


class ConsentRequested(Output):
    """The guardian has been written to."""

    guardian_email: str
    expires_at: datetime


RequestStatus = Literal["open", "answered", "confirmed", "withdrawn", "declined"]


class ConsentRequestShown(Output):
    """What a guardian sees who has opened the link of a mail. `agreed`: to what they have, for as long as it stands."""

    learner_name: str
    organisation: str
    language: Language
    status: RequestStatus
    text_version: str
    purposes: list[PurposeText]
    agreed: list[Purpose]


class GuardianAnswer(Input):
    """A guardian agrees. It counts once they have confirmed it by the link of a second mail, a day later."""

    token: LinkToken
    full_name: PersonName
    relation: Relation
    purposes: Purposes
    text_version: TextVersion
    is_guardian: Annotated[Literal[True], Field(description="I am of age, and this child's parent or guardian")]


class GuardianLink(Input):
    """A guardian's link."""

    token: LinkToken


class ConsentConfirmation(Input):
    """An event: a guardian who has answered is asked to confirm it."""

    request_id: UUID
