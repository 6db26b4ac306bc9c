"""What other areas may ask of how items did in learners' tests, without loading the engine."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import BigInteger, Connection, cast, func, select

from dreamseed.assessment.tables import exposure_counts, responses, test_sessions

exposure_of_versions = (
    select(
        exposure_counts.c.item_version_id,
        cast(func.sum(exposure_counts.c.administered), BigInteger).label("administered"),
        cast(func.sum(exposure_counts.c.correct), BigInteger).label("correct"),
    )
    .group_by(exposure_counts.c.item_version_id)
    .subquery("exposure_of_versions")
)
"""For queries to join with: item_version_id, administered, correct, over all banks that hold the version."""


def count_choices(db: Connection, item_version_id: UUID) -> dict[str, int]:
    """How often each option of an item was chosen in tests that are over and count."""
    option = responses.c.answer["option"].astext
    counts = (
        select(option, func.count())
        .join(test_sessions, test_sessions.c.id == responses.c.session_id)
        .where(responses.c.item_version_id == item_version_id, test_sessions.c.status.in_(("finished", "expired")))
        .group_by(option)
        .order_by(option)
    )
    return {row[0]: row[1] for row in db.execute(counts)}
