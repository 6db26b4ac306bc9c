"""What a simulation works on: design, bank and settings, read once and kept under the job's prefix.

Every later part reads the snapshot and nothing else, so a run that is interrupted for hours still uses one bank
version, and no part needs the database for its work.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from dreamseed.assessment.designs import load_design
from dreamseed.calibration import queries
from dreamseed.calibration.artefacts import BUCKET, SNAPSHOT, blob_name
from dreamseed.calibration.models import Settings
from dreamseed.content.library import load_bank
from dreamseed.kept import Kept
from dreamseed.ports.blobs import Blobs
from irt_core import CatDesign, ItemBank


@dataclass(frozen=True)
class Snapshot:
    """`item_codes[i]` is the item that the bank calls i."""

    design_name: str
    design: CatDesign
    bank: ItemBank
    item_codes: tuple[str, ...]
    is_provisional: bool
    settings: Settings

    def to_bytes(self) -> bytes:
        """Compressed JSON; the same snapshot gives the same bytes."""
        plain = {
            "design_name": self.design_name,
            "design": self.design.to_dict(),
            "bank": self.bank.to_arrays(),
            "item_codes": self.item_codes,
            "is_provisional": self.is_provisional,
            "settings": self.settings.model_dump(mode="json"),
        }
        return gzip.compress(json.dumps(plain, separators=(",", ":")).encode(), mtime=0)

    @classmethod
    def from_bytes(cls, stored: bytes) -> Snapshot:
        """The snapshot that `to_bytes` wrote."""
        plain: dict[str, Any] = json.loads(gzip.decompress(stored))
        return cls(
            design_name=plain["design_name"],
            design=CatDesign.from_dict(plain["design"]),
            bank=ItemBank.from_arrays(plain["bank"]),
            item_codes=tuple(plain["item_codes"]),
            is_provisional=plain["is_provisional"],
            settings=Settings.model_validate(plain["settings"]),
        )


_kept: Kept[Snapshot] = Kept(2)


def take_snapshot(db: Connection, org_id: UUID, job_id: UUID) -> Snapshot:
    """Everything that the job's simulation follows from."""
    simulation = queries.read_simulation_of(db, job_id)
    design = load_design(db, org_id, simulation.test_design_id)
    bank = load_bank(db, org_id, design.bank_version_id)
    return Snapshot(
        design_name=design.name,
        design=design.cat,
        bank=bank.parameters,
        item_codes=tuple(entry.item_code for entry in bank.entries),
        is_provisional=bank.is_provisional,
        settings=Settings.model_validate(simulation.settings),
    )


def store_snapshot(blobs: Blobs, job_id: UUID, snapshot: Snapshot) -> None:
    """Keep the snapshot for the job's later parts."""
    blobs.put(BUCKET, blob_name(job_id, SNAPSHOT), snapshot.to_bytes(), "application/gzip")


def load_snapshot(blobs: Blobs, org_id: UUID, job_id: UUID) -> Snapshot:
    """The job's snapshot; a container keeps the last two, because it is asked for one θ after the other."""
    stored = blob_name(job_id, SNAPSHOT)
    return _kept.get_or_read((org_id, job_id), lambda: Snapshot.from_bytes(blobs.get(BUCKET, stored)))
