"""Work for the host that needs the product's libraries: run in a worker process, as functions are, but not for others.

The host itself imports none of them, so it starts quickly and stays small.
"""

from __future__ import annotations

import os
from typing import Any


def migrate_database(event: dict[str, Any], context: object) -> dict[str, str]:
    """Bring the database to the newest version."""
    from dreamseed.database.migrate import migrate

    return {"version": migrate(os.environ["DREAMSEED_DATABASE_MAIN"])}


def seed_demo(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Put the demo school into the database; returns what the sign-in page says about it."""
    from host.demo.seed import demo_page, seed

    seed(os.environ["DREAMSEED_DATABASE_MAIN"])
    return demo_page()


def provision(event: dict[str, Any], context: object) -> dict[str, int]:
    """Create queues, functions, schedules and state machines in LocalStack; returns how many of each."""
    from host.provision import provision as create

    return create(event)
