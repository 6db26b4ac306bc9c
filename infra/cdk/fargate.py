"""The sizes that Fargate has."""

from __future__ import annotations

from collections.abc import Mapping

FARGATE_MEMORY_MB: Mapping[int, range] = {
    1: range(2048, 8192 + 1, 1024),
    2: range(4096, 16384 + 1, 1024),
    4: range(8192, 30720 + 1, 1024),
    8: range(16384, 61440 + 1, 4096),
    16: range(32768, 122880 + 1, 8192),
}
"""The sizes that Fargate has, by vCPUs (Amazon ECS developer guide, task definition parameters)."""


def fargate_memory_mb(vcpus: int, memory_mb: int) -> int:
    """The least memory that Fargate gives with so many vCPUs and that is enough. Raises ValueError."""
    enough = [size for size in FARGATE_MEMORY_MB.get(vcpus, ()) if size >= memory_mb]
    if not enough:
        raise ValueError(f"Fargate has no container of {vcpus} vCPUs and {memory_mb} MB")
    return enough[0]
