"""An edit names the version that it changes, so that no edit undoes another one unseen."""

from __future__ import annotations

import pytest

from dreamseed.errors import PreconditionFailed, PreconditionRequired
from dreamseed.http.versions import etag, require_version


@pytest.mark.parametrize("if_match", ['"3"', 'W/"3"', '"2", "3"', "*"])
def test_an_edit_of_the_version_that_was_read_goes_through(if_match: str) -> None:
    require_version(if_match, 3)

    assert etag(3) == {"etag": '"3"'}


@pytest.mark.parametrize("if_match", ['"2"', '"33"', "3", "", 'W/"4"', '"*"'])
def test_an_edit_of_another_version_is_refused(if_match: str) -> None:
    with pytest.raises(PreconditionFailed, match="changed in the meantime"):
        require_version(if_match, 3)


def test_an_edit_that_names_no_version_is_refused() -> None:
    with pytest.raises(PreconditionRequired, match="If-Match"):
        require_version(None, 3)
