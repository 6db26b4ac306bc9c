"""Synthesises for the tests: `python -m tests.infra.synthesise FOLDER`. A process of its own, as in real use.

FOLDER/production    the product, with cdk-nag; its findings are in validation-report.json, for the tests to judge
FOLDER/dev           a product of one GPU job, as a developer would try it: what production does not have
"""

from __future__ import annotations

import sys
from pathlib import Path

from dreamseed.needs import Job, Needs, bucket, database
from infra.cdk.__main__ import use_bundled_node
from infra.plan import make_plan
from infra.resources import ENVIRONMENTS
from tests.infra.declarations import declare

ROOT = Path(__file__).resolve().parents[2]


def main(folder: Path) -> None:
    """Synthesise both into the folder."""
    use_bundled_node()
    _synthesise_production(folder / "production")
    _synthesise_one_gpu_job(folder / "dev")


def _synthesise_production(folder: Path) -> None:
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


def _synthesise_one_gpu_job(folder: Path) -> None:
    from infra.cdk.app import build_app

    needs = Needs(Job(vcpus=4, gpus=1), grants=(database("write"), bucket("results", "write")), memory_mb=8192)
    plan = make_plan(folder, [declare("render_scene", needs, area="studio")])
    build_app(plan, ENVIRONMENTS["dev"], output=folder).synth()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
