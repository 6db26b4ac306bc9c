"""The demo's items as they are heard, for people in journeys who are to know what is right: nothing that the browser is
sent says so."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from host.demo.bank import build_bank
from host.demo.model import OPTION_IDS, DemoItem


def item_sent(item: dict[str, Any]) -> DemoItem:
    """The item that the API has sent."""
    return demo_item(
        _heard(item["stem"], item["stem_spoken"]), [_heard(each["text"], each["spoken"]) for each in item["options"]]
    )


def demo_item(stem: str, options: Sequence[str]) -> DemoItem:
    """The item with that stem and those options, all as they are heard."""
    return _items()[stem, *options]


def right_option(item: DemoItem) -> int:
    """The index of the item's key."""
    return OPTION_IDS.index(item.key)


@cache
def _items() -> dict[tuple[str, ...], DemoItem]:
    return {(_heard(item.stem, item.stem_spoken), *_heard_options(item)): item for item in build_bank()}


def _heard_options(item: DemoItem) -> list[str]:
    return [_heard(option.text, option.spoken) for option in item.options]


def _heard(text: str, spoken: str) -> str:
    """Words replace text that holds maths; what has none is read as it is written."""
    return spoken if "$" in text and spoken else text
