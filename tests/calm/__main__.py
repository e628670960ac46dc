"""`python -m tests.calm [--data small|full] [--since DATE]`: how many alarms, how many people, and what was not said.

Prints the figures of `report.Calm`. Ends with 1 if somebody heard more than the budget on one day.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import uvloop

from deploy.local.postgres import Postgres
from tests.calm.replay import FILES, replay, told_of
from tests.calm.report import Calm

SINCE = datetime(2025, 6, 15, tzinfo=UTC)
"""Before the first mass change of the capture (1 July 2025)."""


async def run(postgres: Postgres, size: str, since: datetime) -> Calm:
    """Prints how far it is on the way."""
    begun = time.monotonic()

    def say(what: str) -> None:
        print(f"  {time.monotonic() - begun:5.0f} s  {what}", file=sys.stderr, flush=True)

    say(f"the {size} capture through crm and accounts")
    told = await told_of(postgres, size)
    say(f"{len(told):,} facts; day by day through risk and notifications")
    return await replay(postgres, told, since, say=say)


def main() -> None:
    ask = argparse.ArgumentParser(prog="python -m tests.calm")
    ask.add_argument("--data", choices=sorted(FILES), default="full")
    ask.add_argument("--since", type=lambda d: datetime.fromisoformat(d).replace(tzinfo=UTC), default=SINCE)
    args = ask.parse_args()
    with tempfile.TemporaryDirectory(prefix="stellwerk-calm-") as home:
        Path(home).chmod(0o755)
        postgres = Postgres(Path(home) / "postgres")
        postgres.start()
        try:
            found = uvloop.run(run(postgres, args.data, args.since))
        finally:
            postgres.remove()
    print("\n".join(found.lines()))
    if found.busiest > found.budget:
        sys.exit(f"somebody heard {found.busiest} alerts on one day: the budget is {found.budget}")


if __name__ == "__main__":
    main()
