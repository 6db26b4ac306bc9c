"""Another provider to sign in at, for the tests that need one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.functions.identity.elsewhere import CALLBACK, Browser
from tests.oidc.running import running_provider
from tests.school import School


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with running_provider(CALLBACK) as issuer:
        yield issuer


@pytest.fixture
def list_providers(school: School) -> Iterator[Callable[[dict[str, Any]], None]]:
    """Puts providers on the operator's list."""
    yield school.list_providers
    school.list_providers({})


@pytest.fixture
def browser(school: School, list_providers: Callable[[dict[str, Any]], None], issuer: str) -> Browser:
    """A browser, and the provider `lake` on the list."""
    settings = {"issuer": issuer, "client_id": "dreamseed", "client_secret": "a secret between two programs"}
    distrusted = {**settings, "trusts_email": False, "name": "Distrusted"}
    list_providers({"lake": {**settings, "trusts_email": True, "name": "Lake"}, "distrusted": distrusted})
    return Browser(school)
