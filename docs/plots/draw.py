"""Draw the handbook's plots of the psychometric engine, as SVG in `docs/images/irt/`.

    UV_PROJECT_ENVIRONMENT=/tmp/plots uv sync --frozen --only-group plots --only-group layer-irt-core
    PYTHONPATH=.:layers/irt_core /tmp/plots/bin/python -m docs.plots.draw [NAME ...]

All data are simulated from fixed seeds: the same engine draws the same pictures.
"""

from __future__ import annotations

import sys

from docs.plots.adaptive import draw_design, draw_exposure, draw_trajectory
from docs.plots.calibration import draw_recovery
from docs.plots.models import draw_information, draw_models
from docs.plots.multistage import draw_multistage
from docs.plots.style import Drawing
from docs.plots.times import draw_times

DRAWINGS: dict[str, Drawing] = {
    "models": draw_models,
    "information": draw_information,
    "trajectory": draw_trajectory,
    "design": draw_design,
    "exposure": draw_exposure,
    "multistage": draw_multistage,
    "recovery": draw_recovery,
    "times": draw_times,
}


def main(names: list[str]) -> None:
    """Draw the plots with these names, all unless given."""
    for name in names or DRAWINGS:
        DRAWINGS[name]()


if __name__ == "__main__":
    main(sys.argv[1:])
