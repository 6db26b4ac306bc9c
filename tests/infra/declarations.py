"""Functions declared for a test, as a file under functions/ would declare them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dreamseed.function import Function
from dreamseed.needs import Needs


def declare(name: str, needs: Needs, *, area: str = "platform", call: Callable[..., Any] | None = None) -> Function:
    """A function of that name and area with those needs, which does nothing unless `call` does."""

    def do_nothing() -> None:
        """Does nothing."""

    body = call or do_nothing
    body.__name__ = name
    body.__module__ = f"functions.{area}.{name}"
    return Function(body, needs)
