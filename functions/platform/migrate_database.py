"""Bring the database to the schema of this version."""

from dreamseed.database.migrate import migrate
from dreamseed.function import function
from dreamseed.needs import Deployment, Needs, database
from dreamseed.ports.grants import environment_address


@function(Needs(Deployment(), grants=(database("owner"),), timeout_seconds=300))
def migrate_database() -> str:
    """Run the migrations that are missing, in order, and return the version then in force.

    Two at once wait for each other. One that fails keeps what was done before it and raises.
    """
    return migrate(environment_address(database("owner")))
