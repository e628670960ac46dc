"""Composition root of the portal: `python -m services.portal api|keys`."""

from __future__ import annotations

import asyncio
import os
import socket
from pathlib import Path

import structlog
import uvicorn

from services.portal.clients import Clients, Target
from services.portal.settings import settings
from services.portal.web import create_app
from shared import health
from shared.edge import passport
from shared.edge.mtls import Mtls
from shared.errors import Invalid
from shared.runtime import run

log = structlog.get_logger(__name__)


async def api(stop: asyncio.Event) -> None:
    """Pages and JSON on STELLWERK_HTTP_PORT, probes and metrics on STELLWERK_HEALTH_PORT, until told to stop."""
    config = settings()
    listener = _listen(config.http_host, config.http_port)
    asked = config.accounts, config.qbr, config.growth, config.risk, config.notifications, config.insights
    tls = Mtls.of(config)
    clients = Clients.of(*(Target(address, tls) for address in asked))
    app = create_app(clients, config)
    server = health.Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="off",
            timeout_graceful_shutdown=10,
        )
    )
    try:
        async with asyncio.TaskGroup() as tasks:
            pages = tasks.create_task(server.serve([listener]), name="pages")
            ready = {"accounts": clients.accounts.status}
            tasks.create_task(health.serve(config.health_port, ready, stop, config.health_host), name="health")
            pages.add_done_callback(lambda _: stop.set())  # a portal without pages must not look alive
            await stop.wait()
            await app.state.site.live.close()
            server.should_exit = True
    finally:
        await clients.close()
        await app.state.site.identity.close()
        if app.state.site.mailbox is not None:
            await app.state.site.mailbox.close()


def _listen(host: str, port: int) -> socket.socket:
    """The pages' port, taken before anything starts. Raises Invalid with what to do."""
    try:
        listener = socket.create_server((host, port))
    except OSError as e:
        why = os.strerror(e.errno) if e.errno else str(e)
        raise Invalid(
            f"cannot serve the pages on {host} port {port}: {why}; set STELLWERK_HTTP_PORT to a free one",
            slug="port-taken",
        ) from e
    log.info("pages served", address=f"http://{host}:{listener.getsockname()[1]}")
    return listener


async def keys(stop: asyncio.Event, private: str, public: str) -> None:
    """Make a key pair: `private` for the portal (STELLWERK_IDENTITY_KEY), `public` for the services."""
    passport.make(Path(private), Path(public))


def main() -> None:
    """The command line."""
    run("portal", {"api": api, "keys": keys})
