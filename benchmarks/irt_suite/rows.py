"""What is measured, and what is to be reached."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One piece of work.

    `name` is that of the function in `ours` and, where there is one, in a peer's module; `sample` says what responses
    it works on. Limits: `seconds` of CPU (a unit, if the work has many), `megabytes` of the whole process, and the
    `log_likelihood` that a calibration must reach. Rows that are `large` run only when asked for.
    """

    name: str
    title: str
    seconds: float | None = None
    sample: tuple[str, int, int] | None = None
    megabytes: float | None = None
    log_likelihood: float | None = None
    threads: int = 1
    large: bool = False


ROWS = (
    Row(
        "calibrate_2pl",
        "2PL, 10,000 × 100, with standard errors",
        0.20,
        ("2pl", 10_000, 100),
        log_likelihood=-521_492.2,
    ),
    Row("calibrate_2pl_100k", "2PL, 100,000 × 200, with standard errors", 5.4, ("2pl", 100_000, 200), megabytes=250.0),
    Row("calibrate_3pl", "3PL, 10,000 × 100", 0.4, ("3pl", 10_000, 100)),
    Row("eap", "EAP with SE, 40 items, an examinee", 0.8e-6, ("3pl", 10_000, 40)),
    Row("wle", "WLE with SE, 40 items, an examinee", 8e-6, ("3pl", 10_000, 40)),
    Row("mfi", "maximum information from 50,000, exact", 0.6e-3),
    Row("live_step", "live step from 50,000 with content and exposure", 50e-6),
    Row("mei", "maximum expected information from 1,000", 1e-3),
    Row("kl", "Kullback-Leibler information from 1,000", 1e-3),
    Row("mpwi", "posterior-weighted information from 1,000", 1e-3),
    Row("mepv", "expected posterior variance from 1,000", 1e-3),
    Row("shadow_step", "shadow test step from 1,000 under 30 constraints, 95th percentile", 20e-3),
    Row("simulate", "1,000 examinees × 30 of 500", 0.05),
    Row("simulate_balanced", "the same with content and exposure", 0.5),
    Row(
        "calibrate_2pl_1m",
        "2PL, 1,000,000 × 500, two threads",
        sample=("2pl", 1_000_000, 500),
        megabytes=4000.0,
        threads=2,
        large=True,
    ),
)
