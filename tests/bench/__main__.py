"""`python -m tests.bench [--rotations N] [--events N] [--only PART …]`; the parts are named in `parts`.

Prints a line per target and writes build/bench.json: {"1": {"ratio", "target", "ours", "baseline", "n", …}, …}.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

import uvloop

from deploy.local.postgres import Postgres
from tests.bench import (
    append,
    asof,
    fanout,
    insights,
    loaded,
    pack,
    page,
    pipeline,
    portfolio,
    projecting,
    reading,
    startup,
)
from tests.bench.measure import Target

OUT = Path("build/bench.json")


def parts(pg: Postgres, rotations: int, events: int) -> dict[str, Callable[[], Awaitable[list[Target]]]]:
    return {
        "append": lambda: append.run(pg, rotations),
        "order": lambda: append.order(pg, events),
        "reading": lambda: reading.run(pg, rotations),
        "projecting": lambda: projecting.run(pg, rotations),
        "lag": lambda: projecting.lag(pg),
        "pipeline": lambda: pipeline.run(pg, max(1, rotations // 2)),
        "page": lambda: page.run(pg, max(1, rotations // 3)),
        "loaded": lambda: loaded.run(max(1, rotations // 2)),
        "startup": startup.run,
        "pack": lambda: pack.run(pg, rotations),
        "portfolio": lambda: portfolio.run(pg, rotations),
        "asof": lambda: asof.run(pg, rotations),
        "insights": lambda: insights.run(pg, max(1, rotations // 2)),
        "fanout": lambda: fanout.run(pg, rotations),
    }


async def measure(args: argparse.Namespace, pg: Postgres) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, part in parts(pg, args.rotations, args.events).items():
        if args.only and name not in args.only:
            continue
        for target in await part():
            print(target.line(), flush=True)
            found[target.number] = target.record()
    return found


def main() -> None:
    ask = argparse.ArgumentParser(prog="python -m tests.bench")
    ask.add_argument("--rotations", type=int, default=7, help="how often both sides of each ratio take turns")
    ask.add_argument("--events", type=int, default=1_000_000, help="events of the order test")
    ask.add_argument("--only", nargs="*", help="parts to run; the figures of the others are kept")
    args = ask.parse_args()
    gc.set_threshold(25_000, 20, 50)  # as the workers do, for both sides of each ratio
    known: dict[str, object] = json.loads(OUT.read_text()) if OUT.exists() and args.only else {}
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; "
        f"medians of {args.rotations} rotations, [min..max]"
    )
    with tempfile.TemporaryDirectory(prefix="stellwerk-bench-") as home:
        Path(home).chmod(0o755)
        pg = Postgres(Path(home) / "postgres")
        pg.start()
        try:
            found = uvloop.run(measure(args, pg))
        finally:
            pg.remove()
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(known | found, indent=1, ensure_ascii=False) + "\n")
    print(f"written to {OUT}")


if __name__ == "__main__":
    main()
