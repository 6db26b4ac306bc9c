"""`python -m infra.kubernetes`: print the manifests of the product as YAML."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import yaml  # type: ignore[import-untyped]

from infra.kubernetes.cluster import Cluster
from infra.kubernetes.render import render
from infra.plan import make_plan

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Render."""
    parser = argparse.ArgumentParser(prog="python -m infra.kubernetes", description="Print the manifests as YAML.")
    parser.add_argument(
        "--image", default="dreamseed:latest", help="the image of infra/container (default: %(default)s)"
    )
    parser.add_argument("--host", default="dreamseed.example", help="the name that browsers use (default: %(default)s)")
    parser.add_argument(
        "--services-url",
        default="http://services.dreamseed.svc:4566",
        help="what answers SQS, S3 and Step Functions requests (default: %(default)s)",
    )
    parser.add_argument("--namespace", default="dreamseed", help="where the product lives (default: %(default)s)")
    parser.add_argument("--opa-url", default="", help="an Open Policy Agent server that decides (default: none)")
    parser.add_argument("--output", type=Path, help="a file to write instead of the screen")
    options = parser.parse_args()
    where = options.image, options.host, options.services_url, options.namespace
    cluster = Cluster(*where, opa_url=options.opa_url)
    text = yaml.safe_dump_all(render(make_plan(ROOT), cluster), sort_keys=False, width=120)
    if options.output is None:
        sys.stdout.write(text)
    else:
        options.output.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
