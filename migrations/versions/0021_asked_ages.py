"""People who are asked how old they are, and have not said it yet."""

from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.execute("alter table ages alter column band drop not null")
    op.drop_constraint("band_until", "ages", type_="check")
    op.drop_constraint("source", "ages", type_="check")
    op.create_check_constraint("band_until", "ages", "(coalesce(band, 'adult') = 'adult') = (band_until is null)")
    op.create_check_constraint("source", "ages", "source in ('self', 'staff', 'roster', 'asked')")
    op.create_check_constraint("asked", "ages", "(source = 'asked') = (band is null)")


def downgrade() -> None:
    op.execute("delete from ages where band is null")
    op.drop_constraint("asked", "ages", type_="check")
    op.drop_constraint("source", "ages", type_="check")
    op.drop_constraint("band_until", "ages", type_="check")
    op.execute("alter table ages alter column band set not null")
    op.create_check_constraint("band_until", "ages", "(band = 'adult') = (band_until is null)")
    op.create_check_constraint("source", "ages", "source in ('self', 'staff', 'roster')")
