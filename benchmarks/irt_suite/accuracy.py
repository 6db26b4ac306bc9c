"""How good a calibration is, judged alike for everybody: at the parameters, not by what a library says of itself."""

from __future__ import annotations

import numpy as np

from benchmarks.irt_suite.data import Floats, Sample
from benchmarks.irt_suite.measure import Facts

_NODES = np.linspace(-8.0, 8.0, 321)
_PERSONS_AT_ONCE = 4096
_MOST_PERSONS = 200_000  # with more of them the likelihood takes minutes


def judged(facts: Facts, sample: Sample) -> Facts:
    """The facts of a calibration with its parameters replaced by how good they are; other facts as they are."""
    if "discrimination" not in facts:
        return facts
    a, b = (np.array(facts[name]) for name in ("discrimination", "difficulty"))
    c = np.zeros_like(a) if facts.get("guessing") is None else np.array(facts["guessing"])
    found = {name: value for name, value in facts.items() if name not in ("discrimination", "difficulty", "guessing")}
    found |= {"rmse_a": rmse(a, sample.discrimination), "rmse_b": rmse(b, sample.difficulty)}
    if len(sample.responses) <= _MOST_PERSONS:
        found["log_likelihood"] = marginal_log_likelihood(sample, a, b, c)
    return found


def marginal_log_likelihood(sample: Sample, discrimination: Floats, difficulty: Floats, guessing: Floats) -> float:
    """log L of the responses under these parameters and θ ~ Normal(0, 1), on 321 nodes: exact to all digits shown."""
    logit = discrimination[:, None] * (_NODES - difficulty[:, None])
    right = guessing[:, None] + (1 - guessing[:, None]) / (1 + np.exp(-logit))
    log_wrong, log_odds = np.log1p(-right), np.log(right) - np.log1p(-right)
    log_prior = -0.5 * _NODES**2
    log_prior -= np.log(np.exp(log_prior).sum())
    always, total = log_wrong.sum(axis=0) + log_prior, 0.0
    for start in range(0, len(sample.responses), _PERSONS_AT_ONCE):
        log_joint = sample.responses[start : start + _PERSONS_AT_ONCE].astype(np.float64) @ log_odds + always
        highest = log_joint.max(axis=1)
        total += float((highest + np.log(np.exp(log_joint - highest[:, None]).sum(axis=1))).sum())
    return total


def rmse(estimate: Floats, truth: Floats) -> float:
    """Root of the mean squared error."""
    return float(np.sqrt(np.mean((estimate - truth) ** 2)))
