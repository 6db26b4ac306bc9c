"""Publish the keys that access tokens are verified with."""

import json

from dreamseed.function import function
from dreamseed.http.reply import RawReply
from dreamseed.identity.tokens import public_key_set
from dreamseed.needs import PUBLIC, Http, Needs, secret
from dreamseed.ports.secrets import Secrets


@function(Needs(Http("GET", "/.well-known/jwks.json", PUBLIC), grants=(secret("signing_keys"),)))
def list_signing_keys(secrets: Secrets) -> RawReply:
    """The public signing keys as a JSON Web Key Set."""
    keys = public_key_set(secrets.read("signing_keys"))
    return RawReply(json.dumps(keys).encode(), "application/json", {"cache-control": "public, max-age=300"})
