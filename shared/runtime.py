"""What every process does: read the role, configure logs, run until told to stop, and say in one line why it ended.

    python -m services.<name> <role> [argument …]

SIGTERM and SIGINT set the role's stop event; it then has GRACE seconds to drain, commit and return. Exit status: 0 when
the role returned, 1 when it failed or did not stop in time, 2 when the command line or the environment makes no sense.
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

from shared.errors import StellwerkError
from shared.settings import LogSettings
from shared.telemetry import configure_logging

Role = Callable[..., Awaitable[None]]
"""Gets the stop event and then the arguments after the role's name, all of them text."""

GRACE = 20.0
log = structlog.get_logger(__name__)


def run(name: str, roles: Mapping[str, Role], argv: Sequence[str] | None = None) -> None:
    """Run one role of the service `name` and exit. A role's name may have several words, as in `dead-letters list`."""
    words = list(sys.argv[1:] if argv is None else argv)
    chosen = next((r for r in sorted(roles, key=len, reverse=True) if words[: len(r.split())] == r.split()), None)
    arguments = words[len(chosen.split()) :] if chosen else []
    if chosen is None or not _fits(roles[chosen], arguments):
        usage = "\n".join(f"  python -m services.{name} {r}{_parameters(role)}" for r, role in roles.items())
        print(f"{' '.join(words) or 'nothing'!r} is no role of {name}; write one of\n{usage}", file=sys.stderr)
        sys.exit(2)
    logs = LogSettings()
    configure_logging(name, chosen, logs.log_level, logs.log_format)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        sys.exit(runner.run(_until_stopped(roles[chosen], arguments)))


async def _until_stopped(role: Role, arguments: Sequence[str]) -> int:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for sig in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sig, stop.set)
    task, stopping = asyncio.ensure_future(role(stop, *arguments)), asyncio.create_task(stop.wait())
    await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not task.done():
        log.info("stopping", seconds=GRACE)
        await asyncio.wait({task}, timeout=GRACE)
    if not task.done():
        task.cancel()
        log.error("did not stop in time; look for a step that does not watch the stop event", seconds=GRACE)
        return 1
    try:
        task.result()
    except (StellwerkError, ValidationError) as e:  # the message says it all
        log.error("failed", error=str(e), kind=type(e).__name__)
        return 1
    except (Exception, asyncio.CancelledError) as e:
        log.error("failed", error=str(e), kind=type(e).__name__, exc_info=e)
        return 1
    log.info("stopped")
    return 0


def _fits(role: Role, arguments: Sequence[str]) -> bool:
    try:
        inspect.signature(role).bind(None, *arguments)
    except TypeError:
        return False
    return True


def _parameters(role: Role) -> str:
    return "".join(f" <{p}>" for p in list(inspect.signature(role).parameters)[1:])
