"""The stack of what must never be lost: deployed rarely, never replaced."""

from __future__ import annotations

from aws_cdk import Stack
from constructs import Construct

from infra.cdk.buckets import make_access_log_bucket, make_bucket
from infra.cdk.database import Database, key_store_settings, main_settings
from infra.cdk.keys import make_key
from infra.cdk.network import Network
from infra.cdk.secrets import make_secret
from infra.plan import Plan
from infra.resources import Environment


class DataStack(Stack):
    """Key, network, databases, buckets and secrets of one environment."""

    def __init__(self, scope: Construct, id: str, plan: Plan, environment: Environment) -> None:
        super().__init__(
            scope,
            id,
            description=f"DreamSeed {environment.name}: the data",
            termination_protection=environment.is_protected,
        )
        self.key = make_key(self, environment)
        self.network = Network(self, "Network", environment, self.key)
        main, keys = main_settings(environment), key_store_settings(environment)
        self.database = Database(self, "Database", main, environment, self.network, self.key)
        self.key_store = Database(self, "KeyStore", keys, environment, self.network, self.key)
        self.access_logs = make_access_log_bucket(self, environment)
        self.buckets = {
            bucket.name: make_bucket(self, bucket, environment, access_logs=self.access_logs, key=self.key)
            for bucket in plan.buckets
            if bucket.is_data
        }
        self.secrets = {secret.name: make_secret(self, secret, environment, self.key) for secret in plan.secrets}
