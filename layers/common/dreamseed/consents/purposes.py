"""What is agreed to now, as it is shown."""

from __future__ import annotations

from dreamseed.consents.models import PurposeText
from dreamseed.consents.rules import PURPOSES, RULES, TEXT_VERSION
from dreamseed.consents.texts import TEXTS


def shown_texts(language: str) -> list[PurposeText]:
    """What is agreed to now, in that language."""
    return [
        PurposeText(
            purpose=purpose,
            title=texts[language][0],
            text=texts[language][1],
            version=TEXT_VERSION,
            is_optional=not RULES[purpose].is_for_children_only,
        )
        for purpose in PURPOSES
        for texts in [TEXTS[TEXT_VERSION][purpose]]
    ]
