"""Work for the host that needs the product's libraries: run in a worker process, as functions are, but not for others.

The host itself imports none of them, so it starts quickly and stays small.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from host.declarations import Declaration

if TYPE_CHECKING:
    from dreamseed.ports.subject_keys import SubjectKeys


def read_catalogue(event: dict[str, Any], context: object) -> list[dict[str, Any]]:
    """Import every function of the product in this worker's folder and return what they declare."""
    from dreamseed.catalogue import load_catalogue

    functions = load_catalogue(Path(os.environ["LAMBDA_TASK_ROOT"]))
    return [Declaration(one.name, one.area, one.module, one.needs).to_json() for one in functions]


def migrate_database(event: dict[str, Any], context: object) -> dict[str, str]:
    """Bring the key store and the database to the newest version."""
    from dreamseed.database.key_store import prepare_key_store
    from dreamseed.database.migrate import migrate

    prepare_key_store(os.environ["DREAMSEED_SUBJECT_KEYS_MAIN"])
    return {"version": migrate(os.environ["DREAMSEED_DATABASE_MAIN"], keys=_keys("owner"))}


def seed_demo(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Put the demo school, its term and its family into the database; returns what the sign-in page says about it."""
    from host.demo.family import FAMILY, seed_family
    from host.demo.seed import PEOPLE, demo_page, seed
    from host.demo.term.seed import seed_term

    write_url, keys, now = os.environ["DREAMSEED_DATABASE_MAIN"], _keys("write"), datetime.now(UTC)
    seed(write_url, keys)
    seed_term(write_url, keys, now)
    seed_family(write_url, keys, now)
    return demo_page((*PEOPLE, *FAMILY))


def _keys(action: Literal["write", "owner"]) -> SubjectKeys:
    """The subjects' keys, as the chore was granted them."""
    from dreamseed.needs import Needs, Schedule, subject_keys
    from dreamseed.ports.grants import Grants
    from dreamseed.ports.subject_keys import granted_keys

    return granted_keys(Grants("a chore", Needs(Schedule("never"), (subject_keys(action),)).grants))


def provision(event: dict[str, Any], context: object) -> dict[str, int]:
    """Create queues, functions, schedules and state machines in LocalStack; returns how many of each."""
    from host.provision import provision as create

    return create(event)
