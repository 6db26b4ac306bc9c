"""The audit log and disclosures at the edge."""

from __future__ import annotations

from dreamseed.audit.rules import Fault
from dreamseed.models import Output


class ChainBreak(Output):
    """The first entry at which the log does not hold.

    `changed`: it is not what was written. `missing`: it was taken out. `inserted`: it was put in. `rewritten`: it was
    changed together with its hash. `truncated`: it and all after it were taken away.
    """

    seq: int
    fault: Fault


class Verification(Output):
    """What a check of the log found. `checked` entries hold; `head_seq` and `head_hash` are its end, to be compared
    with what was streamed out or noted elsewhere."""

    is_intact: bool
    checked: int
    head_seq: int
    head_hash: str
    first_break: ChainBreak | None
