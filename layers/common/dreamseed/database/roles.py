"""The database's roles. None of them is a superuser, and none may bypass row-level security.

dreamseed_owner    owns the schema; signs in for migrations only. FORCE makes its own policies bind it too
dreamseed_read     reads one tenant at a time
dreamseed_write    reads and writes one tenant at a time, each table as far as the table declares
dreamseed_system   the relay, the sweepers: across tenants, on the few tables that say so
dreamseed_lookup   nobody can sign in as it: it owns the few SECURITY DEFINER functions that must look across
                   tenants before one is known (a sign-in), and sees only the tables that say so
"""

from __future__ import annotations

from typing import Literal

OWNER = "dreamseed_owner"
READ = "dreamseed_read"
WRITE = "dreamseed_write"
SYSTEM = "dreamseed_system"
LOOKUP = "dreamseed_lookup"

APPLICATION = (READ, WRITE, SYSTEM)
"""The roles that functions sign in with."""

ROLES = (OWNER, *APPLICATION, LOOKUP)

Privilege = Literal["select", "insert", "update", "delete"]


def creation_statements(existing: set[str]) -> list[str]:
    """SQL that an administrator runs in the cluster so that every role exists. Running it again changes nothing.

    Application roles look for temporary tables last, so that none can stand in for a table of ours. The owner becomes a
    member of the lookup role, which PostgreSQL demands of whoever gives a function away to it, but does not inherit its
    rights. `existing` are the names already in `pg_roles`.
    """
    statements = [f"create role {role} login" for role in (OWNER, *APPLICATION) if role not in existing]
    if LOOKUP not in existing:
        statements += [f"create role {LOOKUP} nologin"]
    statements += [f"alter role {role} set search_path = public, pg_temp" for role in APPLICATION]
    return [*statements, f"grant {LOOKUP} to {OWNER} with inherit false, set true"]
