"""E-mail as files: each is one JSON document named by its id, so that sending it twice leaves one."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from dreamseed.mail import Mail


class FileMail:
    """See dreamseed.ports.mail.MailAdapter."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, mail: Mail) -> None:
        path = self._folder / f"{mail.id}.json"
        if path.exists():
            return
        document = {**asdict(mail), "id": str(mail.id), "sent_at": datetime.now(UTC).isoformat()}
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=self._folder, prefix=".new-", delete=False) as file:
            json.dump(document, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(path)


def kept_mails(folder: Path) -> list[dict[str, Any]]:
    """The mails in a folder, the newest first: id, to, subject, text, sent_at."""
    mails = [json.loads(path.read_text()) for path in folder.glob("*.json")]
    return sorted(mails, key=lambda mail: (mail["sent_at"], mail["id"]), reverse=True)


def kept_mail(folder: Path, mail_id: UUID) -> dict[str, Any] | None:
    """One mail of the folder; None if there is none of that id."""
    path = folder / f"{mail_id}.json"
    return json.loads(path.read_text()) if path.exists() else None
