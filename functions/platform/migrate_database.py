"""Bring the database to the schema of this version."""

from dreamseed.database.key_store import prepare_key_store
from dreamseed.database.migrate import migrate
from dreamseed.function import function
from dreamseed.needs import Deployment, Needs, database, subject_keys
from dreamseed.ports.grants import environment_address
from dreamseed.ports.subject_keys import SubjectKeys


@function(Needs(Deployment(), grants=(database("owner"), subject_keys("owner")), timeout_seconds=300))
def migrate_database(keys: SubjectKeys) -> str:
    """Run the migrations that are missing, the key store's first, and return the version then in force.

    Two at once wait for each other. One that fails keeps what was done before it and raises.
    """
    prepare_key_store(environment_address(subject_keys("owner")))
    return migrate(environment_address(database("owner")), keys=keys)
