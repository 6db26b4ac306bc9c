"""An adaptive test from the inside, and designs of adaptive tests from the outside."""

from __future__ import annotations

from typing import Any

import numpy as np

from docs.plots.style import BLUE, GREEN, INK, MUTED, ORANGE, PURPLE, RED, label, picture
from irt_core import CatDesign, ItemBank, rng_for, simulate_cat
from irt_core.arrays import FloatArray

AREAS = ("algebra", "fractions", "geometry")


def bank_of(n_items: int) -> ItemBank:
    """A bank of 3PL items in three areas."""
    rng = np.random.default_rng(11)
    bank = ItemBank.dichotomous(rng.lognormal(0.3, 0.3, n_items), rng.normal(0, 1.2, n_items), rng.beta(5, 17, n_items))
    return bank.with_content([AREAS[item % 3] for item in range(n_items)])


def draw_trajectory() -> None:
    """One examinee's test, answer by answer."""
    bank, ability = bank_of(400), 1.1
    design = CatDesign.from_dict(
        {"stopping": {"max_items": 40, "se": 0.25}, "exposure": {"kind": "randomesque", "n": 5}}
    )
    state, rng = design.begin(), np.random.default_rng(3)
    while design.stop_reason(bank, state) is None:
        choice = design.next_item(bank, state, rng_for(20, state.n_administered))
        state = state.after(bank, choice.item, int(rng.random() < bank.probability(ability)[0, choice.item]))
    answers = np.arange(len(state.thetas))
    theta, se = np.array(state.thetas), np.array(state.ses)
    items, scores = np.array(state.administered), np.array(state.scores)
    with picture("trajectory", "An adaptive test: estimate, error band and items, answer by answer", 1, 1, 3.6) as axes:
        axis = axes[0, 0]
        axis.axhline(ability, color=INK, linewidth=1.0, linestyle=(0, (4, 3)))
        axis.fill_between(answers, theta - 1.96 * se, theta + 1.96 * se, color=BLUE, alpha=0.13, linewidth=0)
        axis.plot(answers, theta, color=BLUE, zorder=3)
        for score, marker, colour, name in ((1, "o", GREEN, "right"), (0, "X", RED, "wrong")):
            given = scores == score
            axis.scatter(
                answers[1:][given],
                bank.locations[items[given]],
                s=34,
                marker=marker,
                color=colour,
                label=name,
                edgecolor="white",
                linewidth=0.6,
                zorder=4,
            )
        axis.set(xlabel="answers", ylabel="θ, difficulty", xlim=(-0.3, answers[-1] + 3.8), ylim=(-2.2, 2.7))
        label(axis, "true ability", (answers[-1] + 3.7, ability + 0.06), INK, ha="right")
        label(axis, "estimate ± 1.96 SE", (0.2, 1.98), BLUE, ha="left")
        axis.legend(title="item answered", loc="lower right", ncols=2)


def draw_design() -> None:
    """What becomes of examinees along the scale: error, claimed error, bias and length."""
    bank, theta = bank_of(400), np.repeat(np.arange(-3.0, 3.01, 0.5), 250)
    designs = (
        ("30 items", {"stopping": {"max_items": 30}}, BLUE, "-"),
        ("SE ≤ 0.3", {"stopping": {"max_items": 60, "min_items": 5, "se": 0.3}}, ORANGE, (0, (5, 2))),
    )
    with picture("design", "Two designs along the scale: error, bias and length of the test", 1, 3, 3.1) as axes:
        error, bias, length = axes[0]
        for name, design, colour, dashes in designs:
            curves = simulate_cat(bank, theta, CatDesign.from_dict(design), seed=5).conditional
            band = 1.96 * np.sqrt(np.maximum(curves.rmse**2 - curves.bias**2, 0.0) / curves.n)
            error.plot(curves.theta, curves.rmse, color=colour, linestyle=dashes, label=name)
            error.plot(curves.theta, curves.se, color=colour, linewidth=0, marker="o", markersize=3.2)
            bias.fill_between(
                curves.theta, curves.bias - band, curves.bias + band, color=colour, alpha=0.13, linewidth=0
            )
            bias.plot(curves.theta, curves.bias, color=colour, linestyle=dashes)
            length.plot(curves.theta, curves.length, color=colour, linestyle=dashes)
        error.plot([], [], color=MUTED, linewidth=0, marker="o", markersize=3.2, label="SE claimed")
        error.legend(loc="upper center")
        bias.axhline(0.0, color=INK, linewidth=0.8)
        for axis, title, what in (
            (error, "Error", "RMSE"),
            (bias, "Bias, 95 % band", "mean of θ̂ − θ"),
            (length, "Length", "items"),
        ):
            axis.set(title=title, xlabel="θ", ylabel=what)
        error.set_ylim(0, None)
        length.set_ylim(0, None)


def draw_exposure() -> None:
    """Who sees which items under four controls, what they cost, and what a shadow test keeps to."""
    bank, theta = bank_of(300), np.random.default_rng(12).normal(size=2000)
    base: dict[str, Any] = {"stopping": {"max_items": 20}}
    designs = (
        ("maximum information", base, BLUE),
        ("one of the 10 best", base | {"exposure": {"kind": "randomesque", "n": 10}}, ORANGE),
        ("proportional", base | {"selection": {"rule": "proportional"}}, PURPLE),
        ("item eligibility, 0.2", base | {"exposure": {"kind": "item_eligibility", "max_rate": 0.2}}, GREEN),
    )
    title = "Exposure of items under four controls, their price, and a shadow test's constraint on words"
    with picture("exposure", title, 1, 3, 3.2, width_ratios=[1.5, 1, 1.2]) as axes:
        rates, price, words = axes[0]
        for name, design, colour in designs:
            result = simulate_cat(bank, theta, CatDesign.from_dict(design), seed=6)
            rates.plot(np.sort(result.exposure)[::-1], color=colour, label=name)
            price.scatter(result.overlap, result.rmse, s=70, color=colour, zorder=3)
        rates.axhline(20 / 300, color=INK, linewidth=0.8, linestyle=(0, (4, 3)))
        label(rates, "all alike", (298, 20 / 300 + 0.012), INK, ha="right")
        rates.set(
            title="Exposure", xlabel="items, most used first", ylabel="share of examinees", xlim=(0, 300), ylim=(0, 1)
        )
        rates.legend(loc="upper right")
        price.set(title="Price", xlabel="overlap of two tests", ylabel="RMSE", xlim=(0, 0.5), ylim=(0.26, 0.36))
        _draw_words(words, theta[:400])


def _draw_words(axis: Any, theta: FloatArray) -> None:
    """How long the texts of whole tests are, chosen by information alone and as shadow tests."""
    bank = bank_of(300)
    words = np.random.default_rng(15).integers(20, 120, 300).astype(np.float64)
    bank = bank.with_content(bank.content.areas, attributes={"words": words.tolist()})
    limits = {"sums": [{"attribute": "words", "minimum": 1550.0, "maximum": 1600.0}]}
    shadow = {"selection": {"rule": "shadow"}, "specification": limits}
    for name, more, colour in (("maximum information", {}, BLUE), ("shadow tests", shadow, GREEN)):
        design = CatDesign.from_dict({"stopping": {"max_items": 20}, **more})
        totals = words[simulate_cat(bank, theta, design, seed=7).items].sum(axis=1)
        axis.hist(totals, bins=np.arange(1150, 1751, 25), color=colour, alpha=0.7, label=name)
    axis.set_ylim(0, 1.3 * axis.get_ylim()[1])
    axis.set(title="1,550 to 1,600 words", xlabel="words in a test of 20 items", ylabel="examinees")
    axis.legend(loc="upper left")
