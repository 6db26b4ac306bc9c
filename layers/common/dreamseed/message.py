"""The envelope of every event between functions: CloudEvents 1.0 in JSON, with the tenant as an extension attribute."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Message:
    """One event as a consumer sees it. `id` is the outbox row's, so a second delivery has the same one."""

    id: UUID
    topic: str
    org_id: UUID
    time: datetime
    data: dict[str, Any]

    def to_json(self) -> str:
        """The body that goes into a queue."""
        return json.dumps(
            {
                "specversion": "1.0",
                "id": str(self.id),
                "type": self.topic,
                "source": "dreamseed",
                "time": self.time.isoformat(),
                "orgid": str(self.org_id),
                "datacontenttype": "application/json",
                "data": self.data,
            },
            separators=(",", ":"),
        )

    @classmethod
    def from_json(cls, body: str) -> Message:
        """Read a queue body. Raises KeyError or ValueError for anything that is not such an envelope."""
        raw = json.loads(body)
        return cls(
            id=UUID(raw["id"]),
            topic=raw["type"],
            org_id=UUID(raw["orgid"]),
            time=datetime.fromisoformat(raw["time"]),
            data=raw["data"],
        )
