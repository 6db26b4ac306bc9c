"""Secrets in Secrets Manager. An address is a secret's ARN."""

from __future__ import annotations

from dreamseed.aws.clients import client
from dreamseed.aws.errors import unavailable_on_failure


class SecretsManager:
    """See dreamseed.ports.secrets.SecretAdapter."""

    def read(self, address: str) -> str:
        with unavailable_on_failure("reading a secret"):
            value: str = client("secretsmanager").get_secret_value(SecretId=address)["SecretString"]
            return value
