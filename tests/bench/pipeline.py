from __future__ import annotations

from tests.bench.measure import Target


async def run(pg, rotations) -> list[Target]:
    return []
