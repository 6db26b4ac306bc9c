"""Synthesises production with cdk-nag: `python -m tests.infra.synthesise FOLDER`. A process of its own, as in real use.

Findings do not end it: they are in FOLDER/validation-report.json, for the tests to judge.
"""

from __future__ import annotations

import sys
from pathlib import Path

from infra.cdk.__main__ import use_bundled_node
from infra.plan import make_plan
from infra.resources import ENVIRONMENTS

ROOT = Path(__file__).resolve().parents[2]


def main(folder: Path) -> None:
    """Synthesise into the folder."""
    use_bundled_node()
    from aws_cdk import Validations
    from cdk_nag import AwsSolutionsChecks

    from infra.cdk.app import build_app

    app = build_app(make_plan(ROOT), ENVIRONMENTS["production"], output=folder)
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    try:
        app.synth()
    except RuntimeError as error:
        if "ValidationFailed" not in str(error):
            raise


if __name__ == "__main__":
    main(Path(sys.argv[1]))
