"""Response times, and those that cannot be right."""

from __future__ import annotations

import numpy as np

from docs.plots.style import BLUE, GREEN, INK, MUTED, ORANGE, RED, label, picture
from irt_core.times import TimeModel, flag_times, time_fit

_SHOWN = 4  # the examinee whose residuals are drawn


def draw_times() -> None:
    """One item's times at three speeds; the times of somebody who stops trying; everybody's person fit."""
    rng = np.random.default_rng(14)
    model = TimeModel.of(rng.normal(3.7, 0.35, 25), rng.lognormal(0.65, 0.2, 25), 0.3)
    seconds = model.draw_seconds(rng.normal(0.0, 0.3, 1000), rng)
    seconds[:60, 19:] = rng.uniform(1.5, 5.0, (60, 6))
    flags = flag_times(model, seconds, answer_level=0.001, person_level=0.01)
    with picture(
        "times", "Times of an item at three speeds; rapid guessing by one examinee; person fit of all", 1, 3, 3.2
    ) as axes:
        density, one, all_of_them = axes[0]
        grid = np.linspace(1.0, 120.0, 160)
        for speed, colour in ((0.5, GREEN), (0.0, BLUE), (-0.5, ORANGE)):
            z = 2.0 * (np.log(grid) - 3.6 + speed)
            curve = 2.0 * np.exp(-0.5 * z**2) / (np.sqrt(2 * np.pi) * grid)
            density.plot(grid, curve, color=colour)
            label(
                density,
                f"τ = {speed:+.1f}".replace("-", "−") if speed else "τ = 0",
                (grid[curve.argmax()] + 14, curve.max()),
                colour,
            )
        density.set(title="An item at three speeds", xlabel="seconds", yticks=[], xlim=(0, 120), ylim=(0, 0.048))
        place = np.arange(1, 26)
        fast, slow = flags.too_fast[_SHOWN], flags.too_slow[_SHOWN]
        kinds = (
            (~(fast | slow), "o", BLUE, "as expected"),
            (fast, "X", RED, "too fast"),
            (slow, "D", ORANGE, "too slow"),
        )
        one.axhspan(-3.09, 3.09, color=MUTED, alpha=0.1, linewidth=0)
        for chosen, marker, colour, name in (kind for kind in kinds if kind[0].any()):
            one.scatter(
                place[chosen],
                flags.residual[_SHOWN][chosen],
                s=28,
                marker=marker,
                color=colour,
                label=name,
                linewidth=0,
            )
        one.set(title="Somebody stops trying", xlabel="item", ylabel="z given the other answers")
        one.legend(loc="lower left")
        fit = time_fit(model, seconds)
        bins = np.linspace(0, 200, 51)
        all_of_them.hist(np.minimum(fit.chi_square[60:], 199), bins=bins, color=BLUE, alpha=0.75, label="honest")
        all_of_them.hist(np.minimum(fit.chi_square[:60], 199), bins=bins, color=RED, alpha=0.75, label="stopped trying")
        all_of_them.axvline(42.98, color=INK, linewidth=0.9, linestyle=(0, (4, 3)))
        label(all_of_them, "p = 0.01", (47, 60), INK, ha="left")
        all_of_them.set(title="Person fit", xlabel="l, chi-square with 24 df", ylabel="examinees")
        all_of_them.legend(loc="upper right")
