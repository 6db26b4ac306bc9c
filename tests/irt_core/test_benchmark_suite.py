"""The figures of the engine are taken on data that everybody can draw again, and judged alike for everybody."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.irt_suite.accuracy import judged, marginal_log_likelihood
from benchmarks.irt_suite.data import draw_items, draw_sample, keep_sample, load_sample
from benchmarks.irt_suite.measure import Facts, Work, measure
from benchmarks.irt_suite.report import Outcome, accuracy_table, duration, speed_table
from benchmarks.irt_suite.rows import ROWS, Row
from irt_core import calibrate


def test_samples_are_the_ones_on_which_figures_are_quoted() -> None:
    two, three = draw_sample("2pl", 500, 12), draw_sample("3pl", 500, 12)

    assert two.responses.sum(axis=0).tolist() == [307, 280, 298, 145, 137, 332, 281, 195, 320, 278, 150, 132]
    assert three.responses.sum(axis=0).tolist() == [247, 140, 342, 142, 373, 351, 243, 342, 338, 312, 359, 326]
    assert two.guessing.tolist() == [0.0] * 12
    assert three.guessing.min() > 0.0


def test_a_sample_is_drawn_once_and_read_again(tmp_path: Path) -> None:
    kept = keep_sample(tmp_path, "3pl", 40, 5)
    written = (kept / "responses.npy").stat().st_mtime_ns

    again = load_sample(keep_sample(tmp_path, "3pl", 40, 5))

    assert (kept / "responses.npy").stat().st_mtime_ns == written
    drawn = draw_sample("3pl", 40, 5)
    assert all(np.array_equal(getattr(again, name), getattr(drawn, name)) for name in drawn._fields)


def test_a_calibration_is_judged_by_its_parameters_alone() -> None:
    sample = draw_sample("2pl", 800, 10)
    fit = calibrate(sample.responses, model="2pl")
    arrays = fit.bank.to_arrays()
    facts = {"discrimination": arrays["discrimination"], "difficulty": arrays["difficulty"], "cpu": 1.0}

    found = judged(facts, sample)

    assert found["log_likelihood"] == pytest.approx(fit.log_likelihood, abs=1e-3)
    at_truth = marginal_log_likelihood(sample, sample.discrimination, sample.difficulty, sample.guessing)
    assert found["log_likelihood"] > at_truth
    assert found["rmse_a"] == pytest.approx(np.sqrt(np.mean((fit.bank.discriminations - sample.discrimination) ** 2)))
    assert set(found) == {"cpu", "log_likelihood", "rmse_a", "rmse_b"}


def test_work_is_measured_in_units_and_by_percentiles_of_steps() -> None:
    calls = []

    whole = measure(Work(lambda: calls.append(1), units=1000, facts=lambda _: {"told": 7}), budget_seconds=0.01)
    steps = measure(Work(steps=lambda: [float(n) for n in range(101)]))

    assert len(calls) > 100
    assert 0.0 < whole["cpu"] < 1e-7
    assert whole["told"] == 7
    assert 5.0 < whole["peak_mb"] < 5000.0
    assert (steps["cpu"], steps["median"]) == (95.0, 50.0)


def test_a_limit_is_missed_by_time_memory_likelihood_or_failure() -> None:
    row = Row("row", "some work", seconds=0.2, megabytes=100.0, log_likelihood=-50.0)
    good = {"cpu": 0.1, "wall": 0.1, "peak_mb": 60.0, "log_likelihood": -49.0}

    assert Outcome(row, good).missed == []
    assert Outcome(row, good | {"cpu": 0.3}).missed == ["some work: 300 ms is above 200 ms"]
    assert Outcome(row, good | {"peak_mb": 101.0}).missed == ["some work: 101 MB is above 100 MB"]
    assert Outcome(row, good | {"log_likelihood": -51.0}).missed == ["some work: -51.00 is below -50.00"]
    assert Outcome(row, {"error": "it broke"}).missed == ["some work: it broke"]


def test_the_tables_say_how_much_longer_a_peer_takes() -> None:
    row = Row("row", "some work", seconds=0.2)
    peers: dict[str, Facts] = {"other": {"cpu": 0.5, "rmse_theta": 0.3}, "broken": {"error": "no"}}

    outcome = Outcome(row, {"cpu": 0.1, "wall": 0.12, "peak_mb": 60.0, "rmse_theta": 0.25}, peers)

    assert "| some work | 100 ms | 200 ms | 0.50         | 120 ms | 60 MB" in speed_table([outcome])
    assert "other 500 ms (5 ×); broken failed" in speed_table([outcome])
    assert accuracy_table([outcome]).count("\n") == 3
    assert accuracy_table([Outcome(row, {"cpu": 0.1})]) == ""
    assert [duration(2.0), duration(0.0312), duration(4.4e-6)] == ["2 s", "31.2 ms", "4.4 µs"]


def test_every_row_is_something_that_the_engine_does() -> None:
    from benchmarks.irt_suite import ours

    assert all(callable(getattr(ours, row.name)) for row in ROWS)
    assert draw_items(10).area.tolist() == [0, 1, 2, 3, 4] * 2
