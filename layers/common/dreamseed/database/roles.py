"""The database's roles. None of them is a superuser, and none may bypass row-level security.

dreamseed_owner    owns the schema; signs in for migrations only. FORCE makes its own policies bind it too
dreamseed_read     reads one tenant at a time
dreamseed_write    reads and writes one tenant at a time, each table as far as the table declares
dreamseed_erase    what `write` may, and beyond it whatever erasing a person or old records takes; one tenant at a time
dreamseed_system   the relay, the sweepers: across tenants, on the few tables that say so
dreamseed_lookup   nobody can sign in as it: it owns the few SECURITY DEFINER functions that must look across
                   tenants before one is known (a sign-in), and sees only the tables that say so
dreamseed_audit    nobody can sign in as it: it owns the one SECURITY DEFINER function that appends to the audit
                   log, and nobody else may write there. The tenant's policies bind it
"""

from __future__ import annotations

from typing import Literal

OWNER = "dreamseed_owner"
READ = "dreamseed_read"
WRITE = "dreamseed_write"
ERASE = "dreamseed_erase"
SYSTEM = "dreamseed_system"
LOOKUP = "dreamseed_lookup"
AUDIT = "dreamseed_audit"

APPLICATION = (READ, WRITE, ERASE, SYSTEM)
"""The roles that functions sign in with."""

FUNCTION_OWNERS = (LOOKUP, AUDIT)
"""The roles that nobody signs in with: functions run with their rights."""

ROLES = (OWNER, *APPLICATION, *FUNCTION_OWNERS)

Privilege = Literal["select", "insert", "update", "delete"]


def creation_statements(existing: set[str]) -> list[str]:
    """SQL that an administrator runs in the cluster so that every role exists. Running it again changes nothing.

    Application roles look for temporary tables last, so that none can stand in for a table of ours. The owner becomes a
    member of the roles that own functions, which PostgreSQL demands of whoever gives a function away to them, but does
    not inherit their rights. `existing` are the names already in `pg_roles`.
    """
    statements = [f"create role {role} login" for role in (OWNER, *APPLICATION) if role not in existing]
    statements += [f"create role {role} nologin" for role in FUNCTION_OWNERS if role not in existing]
    statements += [f"alter role {role} set search_path = public, pg_temp" for role in APPLICATION]
    return [*statements, *(f"grant {role} to {OWNER} with inherit false, set true" for role in FUNCTION_OWNERS)]
