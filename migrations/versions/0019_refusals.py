"""Refusals of consents, and what anonymised copies say of people, trait by trait."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

METHODS = "method in ('signed_in', 'email_plus', 'attestation'{})"

TO_STEPS = """
update anonymised_copies set report = report || jsonb_build_object('results_reached', null,
    'includes_simulated', include_simulated, 'precision', (
    select jsonb_agg(jsonb_build_object('trait', key, 'most_steps', levels - 1, 'steps', levels - kept,
        'says', case when kept = 1 then 'nothing' else value end))
    from jsonb_each_text(report -> 'precision'), lateral (
        select split_part(value, ' of ', 1)::int as kept, split_part(value, ' of ', 2)::int as levels) as said))
where jsonb_typeof(report -> 'precision') = 'object'"""

TO_LEVELS = """
update anonymised_copies set report = (report - 'results_reached') || jsonb_build_object('precision', (
    select jsonb_object_agg(each ->> 'trait',
        concat((each ->> 'most_steps')::int - (each ->> 'steps')::int + 1, ' of ', (each ->> 'most_steps')::int + 1))
    from jsonb_array_elements(report -> 'precision') as each))
where jsonb_typeof(report -> 'precision') = 'array'"""


def upgrade() -> None:
    op.add_column("consents", sa.Column("decision", sa.Text, nullable=False, server_default="given"))
    op.create_check_constraint("decision", "consents", "decision in ('given', 'refused')")
    allow_methods(", 'email'")
    op.add_column("consent_requests", sa.Column("declined_at", sa.DateTime(timezone=True)))
    change_reports(TO_STEPS)


def downgrade() -> None:
    change_reports(TO_LEVELS)
    op.drop_column("consent_requests", "declined_at")
    change("consents", "delete from consents where decision = 'refused'")
    allow_methods("")
    op.drop_column("consents", "decision")


def allow_methods(more: str) -> None:
    op.drop_constraint("method", "consents", type_="check")
    op.create_check_constraint("method", "consents", METHODS.format(more))


def change_reports(statement: str) -> None:
    change("anonymised_copies", statement)


def change(table: str, statement: str) -> None:
    """In all organisations: the owner sees their rows while nothing is forced on it."""
    op.execute(f"alter table {table} no force row level security")
    op.execute(statement)
    op.execute(f"alter table {table} force row level security")
