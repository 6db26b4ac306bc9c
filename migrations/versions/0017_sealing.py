"""What names people and says something of them is sealed with a key of each person's own; digests find it.

Rows that are there are sealed, organisation by organisation: so the migration needs the subjects' keys.
"""

import hashlib
from base64 import b64encode
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from dreamseed.database.migration import create_lookup_function, drop_lookup_function
from dreamseed.database.roles import WRITE
from dreamseed.database.sealing_migration import (
    TENANT,
    Table,
    add_columns,
    every_organisation,
    open_table,
    replace_columns,
    required_keys,
    seal_rows,
)
from dreamseed.ports.subject_keys import Sealed, SubjectKeys
from dreamseed.sealing import seal

revision = "0017"
down_revision = "0016"

LEARNER = "(select learner_id from test_sessions s where s.org_id = rows.org_id and s.id = rows.session_id)"
TABLES = (
    Table("users", "id", ("email", "full_name"), {"email_digest": ("email", "email")}),
    Table("registrations", "id", ("email", "full_name"), {"email_digest": ("email", "email")}),
    Table("invitations", "id", ("email",), {"email_digest": ("email", "email")}),
    Table("registrations", "id", ("guardian_email",), may_be_empty=True),
    Table("sign_ins", "user_id", ("client_address", "user_agent"), may_be_empty=True, empty=""),
    Table("email_changes", "user_id", ("email", "former_email")),
    Table("consents", "subject_id", ("evidence",), may_be_empty=True, empty="{}", are_documents=True),
    Table(
        "consent_requests",
        "subject_id",
        ("guardian_email",),
        {"guardian_email_digest": ("guardian_email", "email")},
        may_be_empty=True,
        empty="(erased)",
    ),
    Table("consent_requests", "subject_id", ("answer",), may_be_empty=True, are_documents=True),
    Table("erasures", "subject_id", ("reason",), may_be_empty=True),
    Table("legal_holds", "subject_id", ("reason", "release_reason"), may_be_empty=True),
    Table("identities", "user_id", ("subject",), {"subject_digest": ("subject", "identities.subject")}),
    Table("session_interventions", LEARNER, ("reason",)),
    Table(
        "roster_links",
        "target_id",
        digests={"external_digest": ("external_id", "roster_links.{kind}")},
        key=("kind", "external_id"),
    ),
)
LOOKUPS = ("find_sign_in(text, text)", "find_accounts(text, text)", "find_identities(text, text, text)")
SEALED_LOOKUPS = ("find_sign_in(bytea, text)", "find_accounts(bytea, text)", "find_identities(text, bytea, text)")
OF_PEOPLE = ("account_exists", "reset_password", "password_changed", "second_factor_changed")
"""The mails without a link that names their recipient; others go to guardians or to former and future addresses."""

ADDRESSES = (("email_changes", ("email", "former_email")), ("consent_requests", ("guardian_email",)))
"""Where those stand, sealed."""

MAILS = ("mail.requested", "password_reset.requested", "verification.repeated")


def upgrade() -> None:
    for signature in LOOKUPS:
        drop_lookup_function(signature)
    op.drop_constraint("email_is_lower_case", "users", type_="check")
    op.execute("alter table consents disable trigger consents_stay_as_given")
    for table in TABLES:
        add_columns(table)
        seal_rows(table)
        replace_columns(table)
        for name in table.digests:
            op.alter_column(table.name, name, nullable=table.name in ("users", "consent_requests"))
    op.execute("alter table consents enable trigger consents_stay_as_given")
    require_answers_with_their_time()
    name_recipients()
    seal_replies()
    op.drop_column("roster_links", "external_id")  # and the primary key with it
    op.create_primary_key("roster_links_pkey", "roster_links", ["org_id", "kind", "external_digest"])
    op.create_unique_constraint("users_org_id_email_digest_key", "users", ["org_id", "email_digest"])
    op.create_index("users_email_digest_idx", "users", ["email_digest"])
    op.create_index("registrations_email_digest_idx", "registrations", ["org_id", "email_digest"])
    op.create_index("invitations_email_digest_idx", "invitations", ["org_id", "email_digest"])
    identity = ["org_id", "issuer", "subject_digest"]
    op.create_unique_constraint("identities_org_id_issuer_subject_digest_key", "identities", identity)
    op.create_index("identities_subject_digest_idx", "identities", ["issuer", "subject_digest"])
    create_lookups(is_sealed=True)


SIGN_IN = (
    "select u.org_id, o.slug, u.id, u.password_hash from public.users u join public.organisations o"
    " on o.id = u.org_id where u.email = $1 and u.is_active"
    " and ($2 is null or o.slug = $2) order by o.slug limit 5"
)
ACCOUNTS = (
    "select u.org_id, o.name, u.id, u.full_name, u.language, u.is_active from public.users u"
    " join public.organisations o on o.id = u.org_id where u.email = $1"
    " and ($2 is null or o.slug = $2) order by o.slug limit 20"
)
IDENTITIES = (
    "select i.org_id, i.user_id, u.is_active from public.identities i"
    " join public.users u on u.org_id = i.org_id and u.id = i.user_id"
    " join public.organisations o on o.id = i.org_id"
    " where i.issuer = $1 and i.subject = $2 and ($3 is null or o.slug = $3) limit 5"
)


def create_lookups(*, is_sealed: bool) -> None:
    kind, suffix = ("bytea", "_digest") if is_sealed else ("text", "")
    sign_in, accounts = (query.replace("u.email", f"u.email{suffix}") for query in (SIGN_IN, ACCOUNTS))
    named = " full_name text, language text,"
    create_lookup_function(
        f"find_sign_in(address {kind}, organisation text)",
        "table(org_id uuid, organisation_name text, user_id uuid, password_hash text)",
        sign_in,
        to=(WRITE,),
    )
    create_lookup_function(
        f"find_accounts(address {kind}, organisation text)",
        f"table(org_id uuid, organisation_name text, user_id uuid,{'' if is_sealed else named} is_active boolean)",
        accounts.replace(" u.full_name, u.language,", "") if is_sealed else accounts,
        to=(WRITE,),
    )
    create_lookup_function(
        f"find_identities(issuer text, subject {kind}, organisation text)",
        "table(org_id uuid, user_id uuid, is_active boolean)",
        IDENTITIES.replace("i.subject", f"i.subject{suffix}"),
        to=(WRITE,),
    )


def require_answers_with_their_time() -> None:
    """What requires it goes with the column that is replaced."""
    op.create_check_constraint("answer", "consent_requests", "(answer is null) = (answered_at is null)")


def name_recipients() -> None:
    """Mails that still wait get their recipient by id or sealed, and what asks for one the address by its digest.

    Those that were sent go, and those for an address that stands nowhere any more.
    """
    db = op.get_bind()
    select = sa.text("select id, topic, payload from outbox where topic = any(:topics)")
    change = sa.text("update outbox set payload = :payload where id = :id").bindparams(
        sa.bindparam("payload", type_=JSONB)
    )
    sent = sa.text("delete from outbox where topic = any(:topics) and completed_at is not null")
    mails = Table("outbox", "id")
    for org_id in every_organisation():
        db.execute(TENANT, {"org_id": str(org_id)})
        db.execute(sent, {"topics": list(MAILS)})
        for row in db.execute(select, {"topics": list(MAILS)}).all():
            payload = with_recipient(required_keys(mails).of(org_id), row.topic, row.payload)
            if payload is None:
                db.execute(sa.text("delete from outbox where id = :id"), {"id": row.id})
            else:
                db.execute(change, {"id": row.id, "payload": payload})
    db.execute(TENANT, {"org_id": ""})


def seal_replies() -> None:
    """What is kept for repeated requests is sealed under their own keys, which become digests."""
    db = op.get_bind()
    change = sa.text("update idempotency_keys set key = :name, content = :content where scope = :scope and key = :key")
    for org_id in every_organisation():
        db.execute(TENANT, {"org_id": str(org_id)})
        for row in db.execute(sa.text("select scope, key, content from idempotency_keys")).all():
            name, secret = (hashlib.sha256(f"{use} {row.key}".encode()).hexdigest() for use in ("name", "content"))
            content = None if row.content is None else seal(secret, bytes(row.content), row.scope.encode())
            db.execute(change, {"scope": row.scope, "key": row.key, "name": name, "content": content})
    db.execute(TENANT, {"org_id": ""})


def with_recipient(keys: SubjectKeys, topic: str, payload: dict[str, Any]) -> dict[str, Any] | None:
    if topic != "mail.requested":
        digest = keys.digest(payload["email"].lower(), "email").hex()
        return {"email_digest": digest, "organisation": payload.get("organisation")}
    link = payload.get("link")
    if link and link["purpose"] in ("registration", "invitation"):
        to: dict[str, Any] | None = {"kind": link["purpose"], "id": link["id"]}
    else:
        to = addressee(keys.digest(payload["to"].lower(), "email")) if payload["template"] in OF_PEOPLE else None
        to = to or sealed_address(keys, payload["to"], payload["language"])
    if to is None:
        return None
    values = {name: value for name, value in payload["values"].items() if name != "name"}
    return {"to": to, "template": payload["template"], "values": values} | ({"link": link} if link else {})


def addressee(digest: bytes) -> dict[str, str] | None:
    """Whom a mail without such a link is for: somebody of the organisation, or who registered with their address."""
    for kind, table in (("user", "users"), ("registration", "registrations")):
        statement = sa.text(f"select id from {table} where email_digest = :digest order by id desc limit 1")  # noqa: S608
        found = op.get_bind().scalar(statement, {"digest": digest})
        if found is not None:
            return {"kind": kind, "id": str(found)}
    return None


def sealed_address(keys: SubjectKeys, address: str, language: str) -> dict[str, str] | None:
    """The address of a guardian, or a former or future one, as it stands sealed where somebody named it."""
    for table, columns in ADDRESSES:
        for row in op.get_bind().execute(sa.text(f"select {', '.join(columns)} from {table} order by id desc")):  # noqa: S608
            for column, value in row._mapping.items():
                place = f"{table}.{column}"
                if value is not None and keys.open(Sealed(bytes(value), place), place) == address:
                    return {"email": b64encode(value).decode(), "place": place, "language": language}
    return None


def downgrade() -> None:
    for signature in SEALED_LOOKUPS:
        drop_lookup_function(signature)
    op.drop_constraint("roster_links_pkey", "roster_links", type_="primary")
    op.drop_column("roster_links", "external_digest")
    op.execute("alter table consents disable trigger consents_stay_as_given")
    for table in TABLES:
        if table.sealed:
            open_table(table)
    op.execute("alter table consents enable trigger consents_stay_as_given")
    require_answers_with_their_time()
    for org_id in every_organisation():
        op.get_bind().execute(TENANT, {"org_id": str(org_id)})
        op.get_bind().execute(sa.text("delete from outbox where topic = any(:topics)"), {"topics": list(MAILS)})
        op.execute("delete from idempotency_keys")  # nobody can open them
        op.execute("delete from roster_links")  # their ids cannot be told from digests: an import finds them again
    op.add_column("roster_links", sa.Column("external_id", sa.Text, nullable=False))
    op.create_primary_key("roster_links_pkey", "roster_links", ["org_id", "kind", "external_id"])
    op.create_check_constraint("email_is_lower_case", "users", "email = lower(email)")
    op.create_unique_constraint("users_org_id_email_key", "users", ["org_id", "email"])
    op.create_index("users_email_idx", "users", ["email"])
    op.create_index("registrations_email_idx", "registrations", ["org_id", "email"])
    op.create_index("invitations_email_idx", "invitations", ["org_id", "email"])
    op.create_unique_constraint("identities_org_id_issuer_subject_key", "identities", ["org_id", "issuer", "subject"])
    op.create_index("identities_subject_idx", "identities", ["issuer", "subject"])
    create_lookups(is_sealed=False)
