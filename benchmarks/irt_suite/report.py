"""The measurements as two tables: speed and memory beside the limits and the peers, and accuracy beside the peers."""

from __future__ import annotations

from dataclasses import dataclass, field

from benchmarks.irt_suite.measure import Facts
from benchmarks.irt_suite.rows import Row

_UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"))


@dataclass
class Outcome:
    """What came of a row: the engine's facts, and those of each peer that ran; `error` is what went wrong."""

    row: Row
    facts: Facts = field(default_factory=dict)
    peers: dict[str, Facts] = field(default_factory=dict)

    @property
    def missed(self) -> list[str]:
        """The limits that were missed, in words."""
        if "error" in self.facts:
            return [f"{self.row.title}: {self.facts['error']}"]
        row, found = self.row, []
        if row.seconds is not None and self.facts["cpu"] > row.seconds:
            found.append(f"{row.title}: {duration(self.facts['cpu'])} is above {duration(row.seconds)}")
        if row.megabytes is not None and self.facts["peak_mb"] > row.megabytes:
            found.append(f"{row.title}: {self.facts['peak_mb']:.0f} MB is above {row.megabytes:.0f} MB")
        if row.log_likelihood is not None and self.facts["log_likelihood"] < row.log_likelihood:
            found.append(f"{row.title}: {self.facts['log_likelihood']:.2f} is below {row.log_likelihood:.2f}")
        return found


def duration(seconds: float) -> str:
    """Seconds in the unit that reads best, with three digits."""
    for size, unit in _UNITS:
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e6:.2g} µs"


def speed_table(outcomes: list[Outcome]) -> str:
    """Time (CPU), part of the limit, wall time, memory, and how many times longer each peer takes."""
    lines = [["work", "CPU", "limit", "of the limit", "wall", "peak memory", "peers, × ours"]]
    lines += [_speed_line(outcome) for outcome in outcomes]
    return _table(lines)


def _speed_line(outcome: Outcome) -> list[str]:
    row, facts = outcome.row, outcome.facts
    if "error" in facts:
        return [row.title, "failed", *[""] * 5]
    limits = [duration(row.seconds)] if row.seconds is not None else []
    limits += [f"{row.megabytes:.0f} MB"] if row.megabytes is not None else []
    parts = [f"{facts['cpu'] / row.seconds:.2f}"] if row.seconds is not None else []
    parts += [f"{facts['peak_mb'] / row.megabytes:.2f}"] if row.megabytes is not None else []
    peers = [
        f"{name} failed" if "error" in peer else f"{name} {duration(peer['cpu'])} ({peer['cpu'] / facts['cpu']:.3g} ×)"
        for name, peer in outcome.peers.items()
    ]
    return [
        row.title,
        duration(facts["cpu"]),
        ", ".join(limits),
        ", ".join(parts),
        duration(facts["wall"]) if "wall" in facts else "",
        f"{facts['peak_mb']:.0f} MB",
        "; ".join(peers),
    ]


def accuracy_table(outcomes: list[Outcome]) -> str:
    """The log-likelihood at everybody's parameters and the distance of estimates from the truth; empty without any."""
    lines = [["work", "by", "log-likelihood", "as claimed", "nodes", "steps", "rmse a", "rmse b", "rmse θ"]]
    for outcome in outcomes:
        for name, facts in {"irt_core": outcome.facts, **outcome.peers}.items():
            if "rmse_a" in facts or "rmse_theta" in facts:
                lines.append([outcome.row.title, name, *_accuracy(facts)])
    return _table(lines) if len(lines) > 1 else ""


def _accuracy(facts: Facts) -> list[str]:
    formats = {
        "log_likelihood": ".2f",
        "claimed_log_likelihood": ".2f",
        "nodes": "d",
        "iterations": "d",
        "rmse_a": ".4f",
        "rmse_b": ".4f",
        "rmse_theta": ".4f",
    }
    return [format(facts[name], style) if name in facts else "" for name, style in formats.items()]


def _table(lines: list[list[str]]) -> str:
    """Markdown whose columns stand under each other."""
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    rows = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    ]
    return "\n".join([rows[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *rows[1:]])
