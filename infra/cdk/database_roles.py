"""The one SQL statement with which a new Aurora cluster gets the roles that migrations and functions sign in as."""

from __future__ import annotations

from dreamseed.database.roles import APPLICATION, OWNER, creation_statements

TEMPLATE = """\
do $$
begin
{blocks}
  grant {owner} to current_user;
  grant rds_iam to {sign_in_roles};
  alter database {database} owner to {owner};
  create extension if not exists vector;
end
$$"""


def preparation(database: str) -> str:
    """SQL for the administrator of `database`, who is no superuser. Running it again changes nothing.

    One statement because the Data API takes one at a time. `rds_iam` is Aurora's: its members sign in by IAM token.
    """
    return TEMPLATE.format(
        blocks="\n".join(_unless_present(statement) for statement in creation_statements(set())),
        owner=OWNER,
        sign_in_roles=", ".join((OWNER, *APPLICATION)),
        database=database,
    )


def _unless_present(statement: str) -> str:
    return f"  begin {statement}; exception when duplicate_object then null; end;"
