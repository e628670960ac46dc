"""Composition root of the portal: `python -m services.portal api`."""

from __future__ import annotations

import asyncio

import uvicorn

from services.portal.clients import AccountsClient
from services.portal.settings import settings
from services.portal.web import create_app
from shared import health
from shared.runtime import run


async def api(stop: asyncio.Event) -> None:
    """Pages and JSON on STELLWERK_HTTP_PORT, probes and metrics on STELLWERK_HEALTH_PORT, until told to stop."""
    config = settings()
    client = AccountsClient(config.accounts)
    app = create_app(client, config)
    server = health.Server(
        uvicorn.Config(
            app,
            host=config.http_host,
            port=config.http_port,
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="off",
            timeout_graceful_shutdown=10,
        )
    )
    try:
        async with asyncio.TaskGroup() as tasks:
            pages = tasks.create_task(server.serve(), name="pages")
            tasks.create_task(health.serve(config.health_port, {"accounts": client.status}, stop), name="health")
            pages.add_done_callback(lambda _: stop.set())  # a portal without pages must not look alive
            await stop.wait()
            server.should_exit = True
    finally:
        await client.close()


def main() -> None:
    """The command line."""
    run("portal", {"api": api})
