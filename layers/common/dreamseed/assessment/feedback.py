"""What practice mode tells a learner about an answer. Exam mode never calls this."""

from __future__ import annotations

from sqlalchemy import Connection

from dreamseed.assessment.models import Feedback, Hint, Misconception
from dreamseed.content.library import read_misconception
from dreamseed.content.models import Item


def feedback_on(db: Connection, item: Item, option: str) -> Feedback:
    """Right or wrong, the key, what the choice suggests, the worked solution and the hints."""
    key = item.key
    code = key.get("misconceptions", {}).get(option)
    suggested = read_misconception(db, code) if code else None
    return Feedback(
        is_correct=option == key["option"],
        key=key["option"],
        misconception=Misconception(name=suggested[0], description=suggested[1]) if suggested else None,
        solution=key["solution"],
        solution_spoken=key["solution_spoken"],
        hints=[Hint(text=hint["text"], spoken=hint["spoken"]) for hint in key["hints"]],
    )
