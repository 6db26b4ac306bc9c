"""What the endpoints of accounts are sent and send: registration, resets, the profile, sign-ins."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from dreamseed.identity.mail_texts import Language
from dreamseed.identity.rules import plain_address
from dreamseed.models import Changes, Input, Output, Secret


def _one_line(text: str) -> str:
    if not text.isprintable():
        raise ValueError("must be one line of printable characters")
    return text


Email = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        to_lower=True,
        max_length=254,
        pattern=r"^[^@\s<>,;:\"()\\\[\]]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]{1,62}[A-Za-z0-9]$",
    ),
    AfterValidator(_one_line),
    AfterValidator(plain_address),
]
PersonName = Annotated[str, Field(min_length=1, max_length=120), AfterValidator(_one_line)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,62}$", description="The organisation's short name")]
LinkToken = Annotated[str, Field(min_length=1, max_length=256, description="From the link in the mail")]
OrganisationKind = Literal["school", "district", "university", "company", "individual"]


class NewAccount(Input):
    """Somebody who wants an account."""

    email: Email
    full_name: PersonName
    password: Secret
    language: Language = "en"


class OrganisationRegistration(NewAccount):
    """A new organisation with its first administrator."""

    kind: Literal["organisation"]
    slug: Slug
    organisation_name: PersonName
    organisation_kind: OrganisationKind = "school"


class MemberRegistration(NewAccount):
    """A learner of an organisation that lets people register."""

    kind: Literal["member"]
    organisation: Slug
    birth_date: Annotated[date, Field(description="Only the age band that follows from it is kept")]
    guardian_email: Annotated[Email | None, Field(description="After a 403 `guardian_needed`")] = None


RegistrationRequest = Annotated[OrganisationRegistration | MemberRegistration, Field(discriminator="kind")]


class RegistrationRequested(Input):
    """An event: a registration waits for its address to be confirmed."""

    registration_id: UUID


class AddressNamed(Input):
    """An address to send a mail to, if there is anything to send."""

    email: Email
    organisation: Slug | None = None


class DigestNamed(Input):
    """The event of that: the outbox and the queues hold no addresses, but the digest by which they are found."""

    email_digest: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    organisation: Slug | None = None

    @property
    def digest(self) -> bytes:
        """As the tables hold it."""
        return bytes.fromhex(self.email_digest)


class MailSent(Output):
    """What is said whether or not there is such an account: if there is something to send, it is on its way."""

    email: str


class LinkBody(Input):
    """A link that somebody has opened."""

    token: LinkToken


class Verified(Output):
    """The account that a confirmed registration became."""

    email: str
    organisation: str


class NewPassword(Input):
    """A password to take the place of a forgotten one."""

    token: LinkToken
    password: Secret


class PasswordChange(Input):
    """A password to take the place of one that is known."""

    current_password: Secret
    new_password: Secret


class EmailChange(Input):
    """An address to take the place of one's present one.

    The password is asked of whoever has one, unless a second factor proved their sign-in of the last 15 minutes.
    """

    email: Email
    current_password: Secret | None = None


class EmailChanged(Output):
    """The address that an account has from now on."""

    email: str


class ProfileChanges(Changes):
    """What to change of one's own profile."""

    full_name: PersonName | None = None
    language: Language | None = None


class StatedAge(Input):
    """When somebody was born, as they say it themselves."""

    birth_date: Annotated[date, Field(description="Only the age band that follows from it is kept")]


RegistrationPolicy = Literal["closed", "domains", "open"]
PlanName = Literal["standard", "professional"]
Domain = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        to_lower=True,
        max_length=253,
        pattern=r"^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]{1,62}[A-Za-z0-9]$",
    ),
]


class OrganisationSettings(Output):
    """An organisation, and whom it lets register: nobody, addresses of its `email_domains`, or everybody."""

    id: UUID
    slug: str
    name: str
    kind: OrganisationKind
    plan: PlanName
    registration: RegistrationPolicy
    email_domains: list[str]
    requires_second_factor: Annotated[
        bool, Field(description="Whether what matters needs a sign-in with a second factor")
    ]
    retention_days: int | None
    erasure_cool_off_days: int
    audit_retention_years: int | None = Field(description="How long the audit log is kept; null is without end")


class OrganisationChanges(Changes):
    """What to change of an organisation."""

    name: PersonName | None = None
    registration: RegistrationPolicy | None = None
    email_domains: Annotated[list[Domain], Field(max_length=50)] | None = None
    requires_second_factor: bool | None = None
    retention_days: (
        Annotated[int, Field(ge=30, le=36500, description="How long records of learning are kept")] | None
    ) = None
    erasure_cool_off_days: (
        Annotated[int, Field(ge=0, le=90, description="How long an erasure may be called off")] | None
    ) = None
    audit_retention_years: (
        Annotated[int, Field(ge=3, le=100, description="How long the audit log is kept, month by month")] | None
    ) = None


class SignIn(Output):
    """A device that is signed in."""

    id: UUID
    method: Literal["password", "oidc"]
    has_second_factor: bool
    client_address: str
    user_agent: str
    started_at: datetime
    last_seen_at: datetime
    is_current: bool
