"""Rotating the keys that sign access tokens, one step at a time; docs/runbooks/signing-keys.md says when.

It works on the file of a local cloud, or on one that holds the secret of another platform while it is changed.
"""

from __future__ import annotations

import json
from pathlib import Path

from dreamseed.identity.signing_keys import (
    Algorithm,
    read_keys,
    with_key_added,
    with_key_dropped,
    with_key_first,
    without_key,
)
from dreamseed.identity.tokens import public_key_set
from host.settings import HostError
from host.storage import key_set_file, write_whole


def change_signing_keys(data_dir: Path, file: Path | None, step: str, kid: str | None, algorithm: Algorithm) -> int:
    """Do one step and print the keys that are there afterwards. Raises HostError for what cannot be done."""
    path = file or data_dir / "secrets" / "signing_keys"
    try:
        before = path.read_text()
        after = _changed(before, step, kid or "", algorithm)
    except FileNotFoundError as error:
        raise HostError(f"There is no {path}.") from error
    except KeyError as error:
        raise HostError(f"None of the keys is called {error.args[0]!r}.") from error
    except ValueError as error:
        raise HostError(f"{error.args[0]} is the key that signs: put another one first.") from error
    if after != before:
        write_whole(path, after)
    if file is None:
        write_whole(key_set_file(data_dir), json.dumps(public_key_set(after)))
    for number, key in enumerate(read_keys(after)):
        print(f"{key.kid}  {key.algorithm}  {'published' if number else 'signs'}")
    return 0


def _changed(secret: str, step: str, kid: str, algorithm: Algorithm) -> str:
    match step:
        case "add":
            return with_key_added(secret, algorithm)
        case "first":
            return with_key_first(secret, kid)
        case "drop":
            return with_key_dropped(secret, kid)
        case "delete":
            return without_key(secret, kid)
    return secret
