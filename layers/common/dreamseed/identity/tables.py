"""The tables of identity. People belong to one organisation; someone with two has two users."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from dreamseed.database.schema import (
    ACTOR,
    CONTENT,
    COUNT,
    KEYED_DIGEST,
    OUR_WORD,
    Personal,
    tenant_key,
    tenant_table,
)
from dreamseed.database.sealed import SealedText

_ACCOUNT = Personal(
    "identity",
    "id",
    "contract",
    "account",
    kept_because="an account without a name stays, for what others did together with its owner",
)
_BESIDE = "it says nothing beside the text that it was made of"
_SEALED = replace(_ACCOUNT, erasure="key", kept_because="")
_DIGEST = replace(
    _ACCOUNT,
    category="contact",
    erasure="clear",
    export="exclude",
    kept_because="",
    excluded_because=_BESIDE,
    plain_because=KEYED_DIGEST,
)
_OWN = Personal("identity", "user_id", "contract", "account", "delete")
_DEVICE = replace(_OWN, category="technical", basis="legitimate interest", retention="days")
_CREDENTIAL = Personal(
    "credential",
    "user_id",
    "contract",
    "account",
    "delete",
    "exclude",
    excluded_because="whoever holds it could sign in with it",
    plain_because="it is random, a digest of what is random, or sealed with the secret `credential_key`",
)
_FOUND_BY = _OWN.but(export="exclude", excluded_because=_BESIDE, plain_because=KEYED_DIGEST)
_ROLE = "it is the name of a role"
_SECRET = _CREDENTIAL.but()
_PASSING = replace(_CREDENTIAL, retention="days")
_NEWCOMER = Personal(
    "contact",
    "email_digest = address",
    "contract",
    "days",
    "delete",
    "exclude",
    excluded_because="it is an account that is not there yet, or a copy of the account that came of it",
)
_PUBLIC = _NEWCOMER.but(plain_because="it is, or becomes, the public name of an organisation")
_INVITED = Personal("contact", "id, email_digest = address", "contract", "account", "delete")
_HASH = "it costs much to try a single password on it (Argon2id)"

users = tenant_table(
    "users",
    Column("email", SealedText("users.email"), nullable=False, info=_SEALED.but(category="contact")),
    Column("email_digest", LargeBinary, info=_DIGEST.but()),
    Column("full_name", SealedText("users.full_name"), nullable=False, info=_SEALED.but()),
    Column("password_hash", Text, info=replace(_CREDENTIAL, subject="id").but(erasure="clear", plain_because=_HASH)),
    Column(
        "is_active",
        Boolean,
        nullable=False,
        server_default=text("true"),
        info=_ACCOUNT.but(erasure="clear", cleared=False),
    ),
    Column("is_simulated", Boolean, nullable=False, server_default=text("false")),
    Column("last_login_at", DateTime(timezone=True), info=_ACCOUNT.but(category="technical", erasure="clear")),
    Column("language", Text, nullable=False, server_default="en", info=_ACCOUNT.but(erasure="clear", cleared="en")),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("merged_into", Uuid),
    UniqueConstraint("org_id", "email_digest"),
    CheckConstraint("language in ('en', 'es', 'ko')", name="language"),
    CheckConstraint("merged_into is null or not is_active", name="merged_is_closed"),
    tenant_key("merged_into", "users"),
    lookup=("select",),
    privacy=_ACCOUNT,
)
"""Addresses are found by `email_digest` (`queries.address_digest`), here and below."""

memberships = tenant_table(
    "memberships",
    Column("user_id", Uuid, nullable=False),
    Column("role", Text, nullable=False, info=_OWN.but(plain_because=_ROLE)),
    Column("expires_at", DateTime(timezone=True)),
    Column("granted_by", Uuid, info=ACTOR),
    tenant_key("user_id", "users", ondelete="CASCADE"),
    key=("user_id", "role"),
    privacy=_OWN,
)

registrations = tenant_table(
    "registrations",
    Column("kind", Text, nullable=False),
    Column("email", SealedText("registrations.email"), nullable=False),
    Column("email_digest", LargeBinary, nullable=False, info=_NEWCOMER.but(plain_because=KEYED_DIGEST)),
    Column("full_name", SealedText("registrations.full_name"), nullable=False),
    Column("password_hash", Text, info=_NEWCOMER.but(plain_because=_HASH)),
    Column("language", Text, nullable=False, info=_NEWCOMER.but(plain_because=OUR_WORD)),
    Column("slug", Text, nullable=False, info=_PUBLIC),
    Column("organisation_name", Text, info=_PUBLIC),
    Column("organisation_kind", Text, info=_NEWCOMER.but(plain_because=OUR_WORD)),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("verified_at", DateTime(timezone=True)),
    Column("age_band", Text, info=_NEWCOMER.but(plain_because=OUR_WORD)),
    Column("age_band_until", Date),
    Column("guardian_email", SealedText("registrations.guardian_email")),
    CheckConstraint("kind in ('organisation', 'member')", name="kind"),
    CheckConstraint("(kind = 'organisation') = (organisation_name is not null)", name="organisation_name"),
    system=("select", "delete"),
    privacy=_NEWCOMER,
)
"""Accounts that somebody asked for, until their address is confirmed. They belong to the platform's organisation, and
the row's id, which the user will have, is the subject of its texts."""

password_resets = tenant_table(
    "password_resets",
    Column("user_id", Uuid, nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("used_at", DateTime(timezone=True)),
    tenant_key("user_id", "users", ondelete="CASCADE"),
    system=("select", "delete"),
    privacy=_PASSING,
)

email_changes = tenant_table(
    "email_changes",
    Column("user_id", Uuid, nullable=False),
    Column("email", SealedText("email_changes.email"), nullable=False),
    Column("former_email", SealedText("email_changes.former_email"), nullable=False),
    Column("session_id", Uuid),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("used_at", DateTime(timezone=True)),
    tenant_key("user_id", "users", ondelete="CASCADE"),
    system=("select", "delete"),
    privacy=replace(_OWN, category="contact", retention="days"),
)
"""Addresses that people want to have, until they confirm them. `session_id` is the sign-in that goes on afterwards."""

throttles = tenant_table(
    "throttles",
    Column("scope", Text, nullable=False),
    Column("subject", LargeBinary, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("last_at", DateTime(timezone=True), nullable=False),
    key=("scope", "subject"),
    system=("select", "delete"),
    privacy=COUNT,
)
"""How often something was tried lately. `subject` is a digest, whether or not there is such an account or address."""

sign_ins = tenant_table(
    "sign_ins",
    Column("user_id", Uuid, nullable=False),
    Column("method", Text, nullable=False),
    Column("has_second_factor", Boolean, nullable=False, server_default=text("false")),
    Column("client_address", SealedText("sign_ins.client_address")),
    Column("user_agent", SealedText("sign_ins.user_agent")),
    Column("last_seen_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    CheckConstraint("method in ('password', 'oidc')", name="method"),
    tenant_key("user_id", "users", ondelete="CASCADE"),
    system=("select", "delete"),
    privacy=_DEVICE,
)
"""One row for each device that signed in; `last_seen_at` is when it last got an access token."""

refresh_tokens = tenant_table(
    "refresh_tokens",
    Column("user_id", Uuid, nullable=False),
    Column("session_id", Uuid, nullable=False),
    Column("secret_digest", LargeBinary, nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("used_at", DateTime(timezone=True)),
    Column("revoked_at", DateTime(timezone=True)),
    tenant_key("user_id", "users", ondelete="CASCADE"),
    tenant_key("session_id", "sign_ins", ondelete="CASCADE"),
    system=("select", "delete"),
    privacy=_PASSING,
)

roles = tenant_table(
    "roles",
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("permissions", JSONB, nullable=False),
    Column("inherits_from", JSONB, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    UniqueConstraint("org_id", "name"),
    CheckConstraint("name ~ '^[a-z][a-z0-9_]{1,31}$'", name="name"),
    privacy=CONTENT,
)
"""Roles of an organisation's own, beside those that every organisation has (`rules.BUILT_IN_ROLES`)."""

invitations = tenant_table(
    "invitations",
    Column("email", SealedText("invitations.email"), nullable=False),
    Column("email_digest", LargeBinary, nullable=False, info=_INVITED.but(plain_because=KEYED_DIGEST)),
    Column("role", Text, nullable=False, info=_INVITED.but(plain_because=_ROLE)),
    Column("language", Text, nullable=False, info=_INVITED.but(plain_because=OUR_WORD)),
    Column("invited_by", Uuid, info=ACTOR),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("accepted_at", DateTime(timezone=True)),
    Column("revoked_at", DateTime(timezone=True)),
    write=("insert", "update"),
    privacy=_INVITED,
)
"""The row's id, which the user will have, is the subject of its address; it stays when they change theirs."""

guardianships = tenant_table(
    "guardianships",
    Column("guardian_id", Uuid, nullable=False),
    Column("learner_id", Uuid, nullable=False),
    Column("relation", Text, nullable=False, server_default="parent"),
    Column("created_by", Uuid, info=ACTOR),
    CheckConstraint("relation in ('parent', 'guardian', 'carer')", name="relation"),
    CheckConstraint("guardian_id <> learner_id", name="not_oneself"),
    tenant_key("guardian_id", "users", ondelete="CASCADE"),
    tenant_key("learner_id", "users", ondelete="CASCADE"),
    key=("guardian_id", "learner_id"),
    privacy=replace(_OWN, subject="guardian_id, learner_id"),
)

ages = tenant_table(
    "ages",
    Column("user_id", Uuid, nullable=False),
    Column("band", Text),
    Column("band_until", Date),
    Column("source", Text, nullable=False),
    CheckConstraint("band in ('under_13', '13_to_15', '16_to_17', 'adult')", name="band"),
    CheckConstraint("(coalesce(band, 'adult') = 'adult') = (band_until is null)", name="band_until"),
    CheckConstraint("source in ('self', 'staff', 'roster', 'asked')", name="source"),
    CheckConstraint("(source = 'asked') = (band is null)", name="asked"),
    tenant_key("user_id", "users", ondelete="CASCADE"),
    key=("user_id",),
    system=("select", "update"),
    privacy=replace(_OWN, basis="legal obligation"),
)
"""How old people are, as far as it matters (`age_rules`); without a band, whoever is asked and has not said it yet.
Apart: who renews it across tenants sees no more."""

second_factors = tenant_table(
    "second_factors",
    Column("user_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", SealedText("second_factors.name"), nullable=False),
    Column("secret", LargeBinary, info=_SECRET),
    Column("last_step", BigInteger, info=_SECRET),
    Column("credential_id", LargeBinary, info=_SECRET),
    Column("public_key", LargeBinary, info=_SECRET),
    Column("sign_count", BigInteger, nullable=False, server_default="0"),
    Column("confirmed_at", DateTime(timezone=True)),
    Column("last_used_at", DateTime(timezone=True)),
    UniqueConstraint("org_id", "credential_id"),
    CheckConstraint("kind in ('totp', 'passkey')", name="kind"),
    CheckConstraint("(kind = 'totp') = (secret is not null)", name="secret"),
    CheckConstraint("(kind = 'passkey') = (credential_id is not null)", name="credential"),
    tenant_key("user_id", "users", ondelete="CASCADE"),
    privacy=_OWN,
)
"""Authenticator apps (`secret` sealed, `last_step` the last code's time step) and passkeys. Confirmed ones count."""

recovery_codes = tenant_table(
    "recovery_codes",
    Column("user_id", Uuid, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("used_at", DateTime(timezone=True)),
    tenant_key("user_id", "users", ondelete="CASCADE"),
    key=("user_id", "digest"),
    privacy=_CREDENTIAL,
)

challenges = tenant_table(
    "challenges",
    Column("purpose", Text, nullable=False),
    Column("user_id", Uuid),
    Column("value", LargeBinary, nullable=False),
    Column("data", JSONB, nullable=False, server_default="{}"),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("used_at", DateTime(timezone=True)),
    CheckConstraint("purpose in ('second_factor', 'passkey', 'oidc', 'sign_in_code')", name="purpose"),
    tenant_key("user_id", "users", ondelete="CASCADE"),
    system=("select", "delete"),
    privacy=_PASSING,
)
"""Steps of signing in that wait for the next one. Each is used once, within minutes."""

api_keys = tenant_table(
    "api_keys",
    Column("user_id", Uuid, nullable=False),
    Column("name", SealedText("api_keys.name"), nullable=False),
    Column("name_digest", LargeBinary, nullable=False, info=_FOUND_BY),
    Column("key_hash", LargeBinary, nullable=False, info=_SECRET),
    Column("permissions", JSONB, nullable=False, info=_OWN.but(plain_because=OUR_WORD)),
    Column("rate_limit_per_hour", Integer, nullable=False),
    Column("expires_at", DateTime(timezone=True)),
    UniqueConstraint("org_id", "user_id", "name_digest"),
    CheckConstraint("rate_limit_per_hour > 0", name="rate_limit_per_hour"),
    tenant_key("user_id", "users", ondelete="CASCADE"),
    privacy=_OWN,
)

api_key_uses = tenant_table(
    "api_key_uses",
    Column("api_key_id", Uuid, nullable=False),
    Column("last_used_at", DateTime(timezone=True), nullable=False),
    tenant_key("api_key_id", "api_keys", ondelete="CASCADE"),
    key=("api_key_id",),
    read=("select", "insert", "update"),
    privacy=replace(_OWN, subject="api_key_id > api_keys.user_id"),
)
"""When a key was last used, to the minute. Also who only reads notes it, so it is a table of its own."""

identities = tenant_table(
    "identities",
    Column("user_id", Uuid, nullable=False),
    Column("issuer", Text, nullable=False, info=_OWN.but(plain_because="it is the address of a provider, not theirs")),
    Column("subject", SealedText("identities.subject"), nullable=False),
    Column("subject_digest", LargeBinary, nullable=False, info=_FOUND_BY),
    Column("last_used_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("org_id", "issuer", "subject_digest"),
    tenant_key("user_id", "users", ondelete="CASCADE"),
    lookup=("select",),
    privacy=_OWN,
)
"""Accounts at other identity providers by which people sign in."""
