"""A batch job is a process (`dreamseed.job_main`), so there is no Lambda handler to build."""

from __future__ import annotations

from typing import NoReturn

from dreamseed.function import Function


def build_handler(function: Function) -> NoReturn:
    """Raises TypeError: somebody invoked a job as if it were a Lambda function."""
    raise TypeError(f"{function.name} is a batch job: submit it with job_queue({function.name!r})")
