"""A security key in software, for tests: it makes passkeys and signs with them as WebAuthn level 2 says.

https://www.w3.org/TR/webauthn-2/#sctn-authenticator-data
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import struct
from typing import Any
from urllib.parse import urlsplit

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

USER_PRESENT, HAS_CREDENTIAL = 0x01, 0x40


class Authenticator:
    """One key, as a browser at `origin` would talk to it."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.sign_count = 0
        self._credential_id = os.urandom(32)
        self._key = ec.generate_private_key(ec.SECP256R1())

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """What `navigator.credentials.create` gives for these options, as JSON."""
        numbers = self._key.public_key().public_numbers()
        public_key = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + struct.pack(">H", len(self._credential_id)) + self._credential_id
        data = self._authenticator_data(HAS_CREDENTIAL) + attested + cbor2.dumps(public_key)
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client_data = self._client_data("webauthn.create", options["challenge"])
        return self._credential(clientDataJSON=client_data, attestationObject=attestation)

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """What `navigator.credentials.get` gives for these options, as JSON."""
        self.sign_count += 1
        data = self._authenticator_data(0)
        client_data = self._client_data("webauthn.get", options["challenge"])
        signed = self._key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(SHA256()))
        return self._credential(clientDataJSON=client_data, authenticatorData=data, signature=signed)

    def _authenticator_data(self, flags: int) -> bytes:
        host = (urlsplit(self.origin).hostname or "").encode()
        return hashlib.sha256(host).digest() + struct.pack(">BI", flags | USER_PRESENT, self.sign_count)

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _credential(self, **response: bytes) -> dict[str, Any]:
        encoded = {name: _base64url(value) for name, value in response.items()}
        raw_id = _base64url(self._credential_id)
        return {"id": raw_id, "rawId": raw_id, "type": "public-key", "response": encoded, "clientExtensionResults": {}}


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
