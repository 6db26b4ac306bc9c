"""Decisions of the policies in this process, as functions meet them: through a Caller."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from dreamseed.errors import Forbidden
from dreamseed.http.caller import Caller
from dreamseed.policy.embedded import embedded_policy
from dreamseed.standing import Standing

ME, ANOTHER = uuid4(), uuid4()


def caller(*permissions: str, limited_to: frozenset[str] | None = None) -> Caller:
    """Somebody with these permissions."""
    return Caller(ME, uuid4(), frozenset({"tester"}), frozenset(permissions), limited_to)


def test_nobody_may_anything_by_default() -> None:
    with pytest.raises(Forbidden, match="session:read") as refused:
        caller().require("session:read")

    assert refused.value.code == "permission_missing"


@pytest.mark.parametrize(("owner_id", "is_allowed"), [(ME, True), (ANOTHER, False), (None, False)])
def test_the_permission_for_ones_own_reaches_nobody_elses(owner_id: UUID | None, is_allowed: bool) -> None:
    assert caller("job:*:own", "job:read:own").may("job:read", owner_id=owner_id) == is_allowed


def test_the_first_reason_is_the_error_s_code() -> None:
    with pytest.raises(Forbidden) as refused:
        caller("history:read").require("history:read", owner_id=ANOTHER, is_taught=False)

    assert refused.value.code == "not_taught"


def test_what_is_known_of_the_moment_and_of_the_caller_counts() -> None:
    child = replace(caller("*"), standing=Standing(age_band="under_13", lacks_consent=frozenset({"learning_record"})))

    with pytest.raises(Forbidden, match="guardian") as no_consent:
        child.require("session:create")
    with pytest.raises(Forbidden, match="exam") as in_exam:
        caller("*").require("knowledge_state:read", owner_id=ME, in_exam=True)

    assert (no_consent.value.code, in_exam.value.code) == ("consent_missing", "in_exam")
    assert caller("history:read:ward").may("history:read", owner_id=ANOTHER, is_taught=False, is_ward=True)
    assert not caller("history:read:ward").may("history:read", owner_id=ANOTHER, is_taught=False, is_ward=False)


def test_a_key_s_scopes_bound_its_owner_s_permissions() -> None:
    limited = caller("*", limited_to=frozenset({"item:read"}))

    assert limited.may("item:read")
    assert not limited.may("session:read")


def test_what_is_denied_is_logged_with_its_reasons_and_what_is_asked_beforehand_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines: list[dict[str, Any]] = []
    monkeypatch.setattr("dreamseed.http.caller._log.info", lambda message, extra: lines.append(extra))
    somebody = caller("job:read:own")

    somebody.may("job:read")
    assert lines == []
    somebody.may("job:read", owner_id=ANOTHER)

    assert lines == [{"permission": "job:read", "reasons": ("permission_missing",), "roles": ["tester"]}]


def test_built_in_roles_come_from_the_policies_data() -> None:
    teacher = embedded_policy().permissions_of(frozenset({"teacher"}))

    assert {"session:read", "session:read:own"} <= teacher
    assert "*" not in teacher
    assert embedded_policy().permissions_of(frozenset()) == frozenset()
