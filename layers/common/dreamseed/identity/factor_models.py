"""What the endpoints of second factors and API keys are sent and send."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from dreamseed.identity.account_models import PersonName
from dreamseed.identity.role_models import Permission
from dreamseed.models import Input, Output, Secret

FactorKind = Literal["totp", "passkey"]
Code = Annotated[str, Field(pattern=r"^[0-9]{6}$", description="Six digits of an authenticator app")]
Encoded = Annotated[str, Field(min_length=1, max_length=2000, pattern="^[A-Za-z0-9_-]+$", description="base64url")]
RecoveryCode = Annotated[str, Field(min_length=10, max_length=20)]


class Credential(Input):
    """A PublicKeyCredential as its toJSON() gives it."""

    id: Encoded
    rawId: Encoded
    type: Literal["public-key"]
    response: dict[str, Any]
    authenticatorAttachment: Annotated[str, Field(max_length=40)] | None = None
    clientExtensionResults: dict[str, Any] = Field(default_factory=dict)


class SecondFactor(Output):
    """A second factor that counts."""

    id: UUID
    kind: FactorKind
    name: str
    confirmed_at: datetime
    last_used_at: datetime | None


class SecondFactors(Output):
    """How somebody's sign-ins are secured."""

    items: list[SecondFactor]
    recovery_codes_left: int


class TotpEnrolment(Output):
    """What to put into an authenticator app, and then to confirm by one of its codes."""

    secret: str
    uri: Annotated[str, Field(description="For a QR code")]


class TotpCode(Input):
    """A code that shows that the app has the secret."""

    code: Code


class FactorAdded(Output):
    """A factor that counts from now on; with the first one come recovery codes, which are shown this once."""

    factor: SecondFactor
    recovery_codes: list[str]


class RecoveryCodes(Output):
    """New recovery codes, each good for one sign-in; the old ones do not hold any more."""

    recovery_codes: list[str]


class PasskeyOptions(Output):
    """What to call `navigator.credentials` with, and under which id to send its answer."""

    challenge_id: UUID
    options: dict[str, Any]


class NewPasskey(Input):
    """A passkey that the browser has made."""

    challenge_id: UUID
    credential: Credential
    name: PersonName = "Passkey"


class SecondFactorNeeded(Output):
    """The password was right; one of these methods has to follow within five minutes."""

    mfa_token: str
    methods: list[Literal["totp", "passkey", "recovery_code"]]
    expires_in: Annotated[int, Field(description="Seconds")]


class StepToken(Input):
    """The token of the step before."""

    mfa_token: Secret


class TotpAnswer(StepToken):
    """The second step with an authenticator app."""

    method: Literal["totp"]
    code: Code


class RecoveryAnswer(StepToken):
    """The second step with a recovery code."""

    method: Literal["recovery_code"]
    code: RecoveryCode


class PasskeyAnswer(StepToken):
    """The second step with a passkey."""

    method: Literal["passkey"]
    credential: Credential


SecondStep = Annotated[TotpAnswer | RecoveryAnswer | PasskeyAnswer, Field(discriminator="method")]


class NewApiKey(Input):
    """A key for a program that shall act in one's own name."""

    name: PersonName
    permissions: Annotated[list[Permission], Field(min_length=1, max_length=100)]
    expires_at: AwareDatetime | None = None
    rate_limit_per_hour: Annotated[int, Field(ge=1, le=100_000)] = 1_000


class ApiKey(Output):
    """A key, without what only its owner has seen."""

    id: UUID
    user_id: UUID
    name: str
    permissions: list[str]
    rate_limit_per_hour: int
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class CreatedApiKey(Output):
    """A new key. `key` is shown this once: we keep a digest of it."""

    api_key: ApiKey
    key: str


class AccessToken(Output):
    """A short-lived access token without a refresh token: the key itself gets the next one."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the scheme's name, not a secret
    expires_in: Annotated[int, Field(description="Seconds until the access token expires")]
