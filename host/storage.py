"""The files of one local cloud, `<data-dir>/`: made on first start, kept for ever after.

postgres/   the database          blobs/<bucket>/   objects         secrets/<name>   one value each, mode 0600
logs/       one file a process    localstack/       its scratch     host.json        what runs now
mail/       one file an e-mail
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from dreamseed.identity.tokens import public_key_set
from infra.resources import BUCKETS, SECRETS


def prepare_folders(data_dir: Path) -> None:
    """Make the folders that are missing. What is in them is nobody else's business on this machine."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in ("blobs", "logs", "mail", "secrets"):
        (data_dir / name).mkdir(mode=0o700, exist_ok=True)


def prepare_storage(data_dir: Path) -> None:
    """Make the buckets and secrets that are missing. A secret is never replaced: tokens were signed with it."""
    for bucket in BUCKETS:
        (data_dir / "blobs" / bucket.name).mkdir(exist_ok=True)
    for secret in SECRETS:
        path = data_dir / "secrets" / secret.name
        if not path.exists():
            write_whole(path, secret.generate())
    signing_keys = (data_dir / "secrets" / "signing_keys").read_text()
    write_whole(key_set_file(data_dir), json.dumps(public_key_set(signing_keys)))


def key_set_file(data_dir: Path) -> Path:
    """The public signing keys. Functions read them here: to ask one another for them could fill the pools."""
    return data_dir / "secrets" / "jwks.json"


def mail_folder(data_dir: Path) -> Path:
    """Where the e-mails lie that a product on the web would have sent."""
    return data_dir / "mail"


def write_whole(path: Path, text: str) -> None:
    """Write a file that only this user can read; others see the old content or the new, never a part of it."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=f".{path.name}-", delete=False) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)


def write_status(data_dir: Path, status: dict[str, Any]) -> None:
    """Say what runs, for `status`, `stop` and tests."""
    write_whole(data_dir / "host.json", json.dumps(status, indent=2) + "\n")


def remove_status(data_dir: Path) -> None:
    """Say that nothing runs."""
    (data_dir / "host.json").unlink(missing_ok=True)
