"""EventBridge's schedule expressions as cron keeps them, or not at all."""

from __future__ import annotations

import pytest

from infra.kubernetes.cron import cron_expression


@pytest.mark.parametrize(
    ("expression", "cron"),
    [
        ("rate(1 minute)", "* * * * *"),
        ("rate(5 minutes)", "*/5 * * * *"),
        ("rate(1 hour)", "0 * * * *"),
        ("rate(6 hours)", "0 */6 * * *"),
        ("rate(1 day)", "0 0 * * *"),
        ("cron(15 3 * * ? *)", "15 3 * * *"),
        ("cron(0 8 1 * ? *)", "0 8 1 * *"),
        ("cron(0 18 ? * MON-FRI *)", "0 18 * * MON-FRI"),
        ("cron(0 18 ? * 2-6 *)", "0 18 * * 1-5"),
        ("cron(0/10 * ? * 1 *)", "0/10 * * * 0"),
    ],
)
def test_an_expression_becomes_the_cron_that_runs_at_the_same_times(expression: str, cron: str) -> None:
    assert cron_expression(expression) == cron


@pytest.mark.parametrize(
    "expression",
    [
        "rate(7 minutes)",
        "rate(0 minutes)",
        "rate(5 hours)",
        "rate(2 days)",
        "cron(0 8 L * ? *)",
        "cron(0 8 ? * 6#3 *)",
        "cron(0 8 15W * ? *)",
        "cron(0 8 1 1 ? 2030)",
        "at(2030-01-01T00:00:00)",
        "every minute",
    ],
)
def test_an_expression_without_an_equivalent_is_refused(expression: str) -> None:
    with pytest.raises(ValueError, match=r"rate|cron"):
        cron_expression(expression)
