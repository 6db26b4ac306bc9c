"""Alembic's environment. It is run by `dreamseed.database.migrate`, which brings the connection."""

from alembic import context

from dreamseed.database.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,  # for its naming convention; no table is read from it
    transaction_per_migration=True,
)

with context.begin_transaction():
    context.run_migrations()
