"""The one SQL statement with which a new Aurora cluster gets the roles that migrations and functions sign in as."""

from __future__ import annotations

from collections.abc import Sequence

from dreamseed.database import key_store, roles

TEMPLATE = """\
do $$
begin
{blocks}
  grant {owner} to current_user;
  grant rds_iam to {sign_in_roles};
  alter database {database} owner to {owner};
{more}end
$$"""


def preparation(database: str) -> str:
    """SQL for the administrator of the main `database`, who is no superuser. Running it again changes nothing.

    One statement because the Data API takes one at a time. `rds_iam` is Aurora's: its members sign in by IAM token.
    """
    sign_in_roles = (roles.OWNER, *roles.APPLICATION)
    more = "  create extension if not exists vector;\n"
    return _preparation(database, roles.creation_statements(set()), roles.OWNER, sign_in_roles, more)


def key_store_preparation(database: str) -> str:
    """The same for the administrator of the key store."""
    sign_in_roles = tuple(key_store.ROLE_OF_ACTION.values())
    return _preparation(database, key_store.creation_statements(set()), key_store.OWNER, sign_in_roles)


def _preparation(
    database: str, creation: Sequence[str], owner: str, sign_in_roles: Sequence[str], more: str = ""
) -> str:
    blocks = "\n".join(_unless_present(statement) for statement in creation)
    return TEMPLATE.format(
        blocks=blocks, owner=owner, sign_in_roles=", ".join(sign_in_roles), database=database, more=more
    )


def _unless_present(statement: str) -> str:
    return f"  begin {statement}; exception when duplicate_object then null; end;"
