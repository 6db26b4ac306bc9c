"""What the endpoints of roles, people, invitations and guardians are sent and send."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, field_validator

from dreamseed.identity.account_models import Email, LinkToken, PersonName
from dreamseed.identity.mail_texts import Language
from dreamseed.models import Changes, Input, Output, Secret
from dreamseed.standing import AgeBand

RoleName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,31}$")]
Permission = Annotated[
    str,
    Field(
        max_length=64, pattern=r"^(\*|[a-z_]{1,30}:(\*|[a-z_]{1,30}(:[a-z_]{1,30})?))$", description="resource:action"
    ),
]
Permissions = Annotated[list[Permission], Field(max_length=200)]
Parents = Annotated[list[RoleName], Field(max_length=20)]
Description = Annotated[str, Field(max_length=300)]
Relation = Literal["parent", "guardian", "carer"]


class NewRole(Input):
    """A role of the organisation's own."""

    name: RoleName
    description: Description = ""
    permissions: Permissions = Field(default_factory=list)
    inherits_from: Parents = Field(default_factory=list)


class RoleChanges(Changes):
    """What to change of a role; its name stays, because people hold it by that."""

    description: Description | None = None
    permissions: Permissions | None = None
    inherits_from: Parents | None = None


class RoleOut(Output):
    """A role. `id` is null for those that every organisation has and nobody can change."""

    id: UUID | None
    name: str
    description: str
    permissions: list[str]
    inherits_from: list[str]
    all_permissions: Annotated[list[str], Field(description="Its own and those that it inherits")]


class Membership(Input):
    """A role to hold, for ever or until some moment."""

    role: RoleName
    expires_at: AwareDatetime | None = None


class Memberships(Input):
    """All roles that somebody shall hold: those that are not named are taken away."""

    memberships: Annotated[list[Membership], Field(max_length=20)]

    @field_validator("memberships")
    @classmethod
    def _names_each_once(cls, memberships: list[Membership]) -> list[Membership]:
        names = [membership.role for membership in memberships]
        if len(set(names)) < len(names):
            raise ValueError("each role may be named once")
        return memberships


class MembershipOut(Output):
    """A role that somebody holds, or held until it expired."""

    role: str
    expires_at: datetime | None
    granted_by: UUID | None


class Person(Output):
    """Somebody of the organisation with their roles, as whoever manages people sees them."""

    id: UUID
    email: str
    full_name: str
    language: str
    is_active: bool
    is_simulated: bool
    last_login_at: datetime | None
    age_band: AgeBand | None
    memberships: list[MembershipOut]


class PersonChanges(Changes):
    """What to change of somebody. Who is not active cannot sign in; what they did stays."""

    full_name: PersonName | None = None
    is_active: bool | None = None
    birth_date: Annotated[date | None, Field(description="Only the age band that follows from it is kept")] = None


class AccountMerge(Input):
    """Which account becomes part of the one in the path. A dry run only says what would move."""

    from_user_id: UUID
    is_dry_run: bool = True


class AccountMerged(Output):
    """What moves from one account to another, in numbers; `moved` is by kind, such as `test_sessions`."""

    kept_id: UUID
    merged_id: UUID
    is_dry_run: bool
    moved: dict[str, int]


class NewInvitation(Input):
    """Whom to invite, and as what."""

    email: Email
    role: RoleName
    language: Language = "en"


InvitationStatus = Literal["open", "accepted", "revoked", "expired"]


class Invitation(Output):
    """An invitation."""

    id: UUID
    email: str
    role: str
    status: InvitationStatus
    invited_by: UUID | None
    created_at: datetime
    expires_at: datetime


class InvitationShown(Output):
    """What the person invited sees before accepting."""

    email: str
    role: str
    organisation: str


class Acceptance(Input):
    """Accept an invitation with a name and a password."""

    token: LinkToken
    full_name: PersonName
    password: Secret


class NewGuardianship(Input):
    """What somebody is to a learner."""

    relation: Relation


class Guardianship(Output):
    """Somebody and a learner whom they may follow."""

    guardian_id: UUID
    guardian_name: str
    learner_id: UUID
    learner_name: str
    relation: Relation
    created_at: datetime
