"""The keys that sign access tokens: the secret `signing_keys`, one key a word, of which the first signs.

    <64 hexadecimal digits>         a seed of Ed25519 (RFC 8032), which signs EdDSA
    ES256:<64 hexadecimal digits>   a private scalar of P-256 (FIPS 186-5), which signs ES256
    links:<one of these>            a key that was dropped: it opens links in mails of its time, and verifies nothing

The others are published, each under a digest of itself, so that every reader of the secret agrees on its name.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

Algorithm = Literal["EdDSA", "ES256"]
ALGORITHMS: tuple[Algorithm, ...] = get_args(Algorithm)
_ES256, _DROPPED = "ES256:", "links:"


@dataclass(frozen=True)
class SigningKey:
    """A private key, what it signs, and its public half as a JWK (RFC 7517)."""

    algorithm: Algorithm
    private: Ed25519PrivateKey | EllipticCurvePrivateKey
    jwk: dict[str, str]

    @property
    def kid(self) -> str:
        """The key's name."""
        return self.jwk["kid"]


def read_keys(secret: str) -> list[SigningKey]:
    """The keys that count, the one that signs first. Raises ValueError for what is no key."""
    return [_read(word) for word in secret.split() if not word.startswith(_DROPPED)]


def derivation_keys(secret: str) -> list[str]:
    """What links and refresh tokens are derived with: by the key that signs first, then by all that did."""
    return [word.removeprefix(_DROPPED) for word in secret.split()]


def new_key(algorithm: Algorithm) -> str:
    """A fresh key, as the secret holds it."""
    if algorithm == "EdDSA":
        return secrets.token_hex(32)
    from cryptography.hazmat.primitives.asymmetric import ec

    scalar = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return f"{_ES256}{scalar:064x}"


def with_key_added(secret: str, algorithm: Algorithm) -> str:
    """The secret with a fresh key, which is published and does not sign yet."""
    return _joined([*secret.split(), new_key(algorithm)])


def with_key_first(secret: str, kid: str) -> str:
    """The secret with that key in the first place, so that it signs. Raises KeyError when there is none."""
    chosen = _word_of(secret, kid)
    return _joined([chosen.removeprefix(_DROPPED), *(word for word in secret.split() if word != chosen)])


def with_key_dropped(secret: str, kid: str) -> str:
    """The secret with that key for old links only. Raises KeyError when there is none, ValueError if it signs."""
    dropped = _word_of(secret, kid)
    if dropped == secret.split()[0]:
        raise ValueError(kid)
    return _joined([*(word for word in secret.split() if word != dropped), _DROPPED + dropped.removeprefix(_DROPPED)])


def without_key(secret: str, kid: str) -> str:
    """The secret without that key, dropped or not, as `with_key_dropped` says: links of its time open no more."""
    words = with_key_dropped(secret, kid).split()
    return _joined([word for word in words if _read(word.removeprefix(_DROPPED)).kid != kid])


def _word_of(secret: str, kid: str) -> str:
    words = [word for word in secret.split() if _read(word.removeprefix(_DROPPED)).kid == kid]
    if not words:
        raise KeyError(kid)
    return words[0]


def _joined(words: list[str]) -> str:
    return "\n".join(words)


def _read(word: str) -> SigningKey:
    return _p256_key(word) if word.startswith(_ES256) else _ed25519_key(word)


def _ed25519_key(seed: str) -> SigningKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))
    raw = key.public_key().public_bytes_raw()
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": _base64url(raw), "kid": _name(raw), "alg": "EdDSA", "use": "sig"}
    return SigningKey("EdDSA", key, jwk)


def _p256_key(word: str) -> SigningKey:
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.derive_private_key(int(word.removeprefix(_ES256), 16), ec.SECP256R1())
    point = key.public_key().public_numbers()
    x, y = point.x.to_bytes(32, "big"), point.y.to_bytes(32, "big")
    jwk = {"kty": "EC", "crv": "P-256", "x": _base64url(x), "y": _base64url(y), "alg": "ES256", "use": "sig"}
    return SigningKey("ES256", key, jwk | {"kid": _name(x + y)})


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _name(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()[:16]
