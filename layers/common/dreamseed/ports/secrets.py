"""Named secrets, read when they are needed and remembered for a few minutes, so that a rotated one is taken up."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit
from uuid import UUID

from dreamseed.function import Function
from dreamseed.ports.grants import Grants

TTL_SECONDS = 300.0

_remembered: dict[str, tuple[float, str]] = {}


class SecretAdapter(Protocol):
    """Where secrets are kept."""

    def read(self, address: str) -> str:
        """The present value of the secret at that address."""
        ...


class Secrets:
    """The secrets that one function may read."""

    def __init__(self, grants: Grants) -> None:
        self._grants = grants

    def read(self, name: str) -> str:
        """The secret's value, at most five minutes old."""
        address = self._grants.address("secret", name)
        read_at, value = _remembered.get(address, (float("-inf"), ""))
        if time.monotonic() - read_at > TTL_SECONDS:
            value = _adapter_for(address).read(address)
            _remembered[address] = (time.monotonic(), value)
        return value


class FileSecrets:
    """Secrets in files; an address is `file:///path`. A final line feed is not part of the secret."""

    def read(self, address: str) -> str:
        return Path(unquote(urlsplit(address).path)).read_text(encoding="utf-8").removesuffix("\n")


def forget_secrets() -> None:
    """Read every secret anew at its next use."""
    _remembered.clear()


def connect(function: Function, org_id: UUID | None) -> Secrets:
    """The secrets of this function."""
    return Secrets(Grants.of(function))


def _adapter_for(address: str) -> SecretAdapter:
    if address.startswith("file:"):
        return FileSecrets()
    from dreamseed.aws.secrets_manager import SecretsManager

    return SecretsManager()
