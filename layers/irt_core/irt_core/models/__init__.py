"""Item response models: banks of items with their parameters, and all that follows from them and θ alone."""

from irt_core.models.bank import ItemBank

__all__ = ["ItemBank"]
