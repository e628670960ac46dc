"""What every process does: read the role, configure logs, run until told to stop, and say in one line why it ended.

    python -m services.<name> <role> [argument …]

SIGTERM and SIGINT set the role's stop event; it then has GRACE seconds to drain, commit and return. Exit status: 0 when
the role returned, 1 when it failed or did not stop in time, 2 when the command line makes no sense.
"""

from __future__ import annotations

import asyncio
import inspect
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence

import structlog
import uvloop
from pydantic import ValidationError

from shared import tracing
from shared.errors import StellwerkError
from shared.settings import LogSettings
from shared.telemetry import configure_logging

Role = Callable[..., Awaitable[None]]
"""Gets the stop event and then the words after the role's name."""

GRACE = 20.0
log = structlog.get_logger(__name__)


def run(name: str, roles: Mapping[str, Role], argv: Sequence[str] | None = None) -> None:
    """Run one role of the service `name` and exit."""
    words = list(sys.argv[1:] if argv is None else argv)
    role, *arguments = words or [""]
    try:
        inspect.signature(roles[role]).bind(None, *arguments)
    except (KeyError, TypeError):
        ways = "\n".join(f"  python -m services.{name} {' '.join((r, *_parameters(f)))}" for r, f in roles.items())
        print(f"{' '.join(words) or 'nothing'!r} is no role of {name}; write one of\n{ways}", file=sys.stderr)
        sys.exit(2)
    settings = LogSettings()
    configure_logging(name, role, settings.log_level, settings.log_format)
    tracing.start(name, role)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        sys.exit(runner.run(_until_stopped(roles[role], arguments)))


async def _until_stopped(role: Role, arguments: Sequence[str]) -> int:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for sig in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sig, stop.set)
    task, stopping = asyncio.ensure_future(role(stop, *arguments)), asyncio.create_task(stop.wait())
    await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if stop.is_set():
        log.info("stopping", seconds=GRACE)
        await asyncio.wait({task}, timeout=GRACE)
    if not task.done():
        task.cancel()
        log.error("did not stop in time; look for a step that does not watch the stop event", seconds=GRACE)
        return 1
    try:
        task.result()
    except (Exception, asyncio.CancelledError) as e:
        known = isinstance(e, (StellwerkError, ValidationError))  # then the message says it all
        log.error("failed", error=str(e), kind=type(e).__name__, exc_info=None if known else e)
        return 1
    log.info("stopped")
    return 0


def _parameters(role: Role) -> list[str]:
    """What follows the role's name on the command line, as it is shown."""
    given = list(inspect.signature(role).parameters.values())[1:]
    return [f"[{p.name} …]" if p.kind is p.VAR_POSITIONAL else f"<{p.name}>" for p in given]
