"""The portal as an ASGI application: routes, headers, and what a reader sees when something is wrong."""

from __future__ import annotations

import logging
from functools import cache, partial
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from services.portal import json_api, pages
from services.portal.clients import Clients, Mailbox, Passports
from services.portal.frame import Site
from services.portal.gate import Gate
from services.portal.headers import SECURITY, HeadersMiddleware
from services.portal.i18n import LANGUAGES
from services.portal.identity import identity_of
from services.portal.live import Live
from services.portal.measured import Measured, untraced
from services.portal.problems import problem_of
from services.portal.render import STATIC, renderer
from services.portal.settings import PortalSettings
from services.portal.usage import Usage
from shared.clock import Clock, SystemClock
from shared.edge.passport import Signer
from shared.errors import StellwerkError

log = logging.getLogger(__name__)
YEAR = 31_536_000


class Static(StaticFiles):
    """Static files; with a fingerprint in the address they may be kept for ever, without it not at all."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        for_ever = scope["query_string"].startswith(b"v=") and response.status_code == 200
        response.headers["cache-control"] = f"public, max-age={YEAR}, immutable" if for_ever else "no-cache"
        return response


def create_app(clients: Clients, config: PortalSettings, clock: Clock | None = None) -> FastAPI:
    """The application; needs nothing but the clients, so tests give it some that talk to fakes."""
    app = FastAPI(
        title="Stellwerk",
        version="1",
        summary="Key accounts, their QBRs, growth plans and promises, with the reasons, for other programs",
        description=json_api.DESCRIPTION,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        telemetry={"operation_spans": False, "metrics": False, "logs": False, "exclude": untraced},
    )
    app.openapi = partial(_described, app)  # type: ignore[method-assign]
    clock = clock or SystemClock()
    identity = identity_of(config, clock)
    if config.identity_key:
        signer = Signer(Path(config.identity_key))
        clients.carry(Passports(signer, clients.accounts.scope, works_council=config.works_council))
    renderers = {x: renderer(x, config.zone) for x in LANGUAGES}
    mailbox = Mailbox(config.mailbox) if config.mailbox else None
    app.state.site = Site(
        clients,
        clock,
        config.zone,
        renderers,
        identity,
        mailbox,
        config.crm_system,
        Live(clients),
        Usage(clients.insights),
    )
    app.router.routes.extend(_routes())
    app.mount("/static", Static(directory=STATIC))
    app.add_api_route("/live", _live, include_in_schema=False)
    app.add_api_route("/ready", _ready, include_in_schema=False)
    for cls in (StellwerkError, ValidationError, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(cls, _explain)
    app.add_middleware(Gate, identity=identity, explain=_explain)
    app.add_middleware(HeadersMiddleware)
    app.add_middleware(GZipMiddleware, minimum_size=1_000)
    app.add_middleware(Measured)
    return app


@cache
def _routes() -> list[BaseRoute]:
    """All of the JSON API and the pages. Only their first request makes them ready, which takes a while: once in a
    process, whatever number of applications serve them."""
    router = APIRouter()
    router.include_router(json_api.router)
    router.include_router(pages.router, include_in_schema=False)
    return router.routes


def _described(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document without FastAPI's 422: a parameter that is not understood is a 400 here."""
    if app.openapi_schema is None:
        schema = get_openapi(
            title=app.title, version=app.version, summary=app.summary, description=app.description, routes=app.routes
        )
        for path in schema["paths"].values():
            for operation in path.values():
                operation["responses"].pop("422", None)
        for name in ("HTTPValidationError", "ValidationError"):
            schema["components"]["schemas"].pop(name, None)
        schema["components"]["securitySchemes"] = {
            "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
        }
        schema["security"] = [{"bearer": []}]
        app.openapi_schema = schema
    return app.openapi_schema


async def _live() -> Response:
    return PlainTextResponse("ok")


async def _ready(request: Request) -> Response:
    """200 when the accounts service answers; 503 with the reason otherwise."""
    site: Site = request.app.state.site
    try:
        await site.accounts.status()
    except StellwerkError as e:
        return PlainTextResponse(f"accounts: {e}", 503)
    return PlainTextResponse("ok")


async def _explain(request: Request, error: Exception) -> Response:
    """A page for people, problem details for programs."""
    problem = problem_of(error)
    if problem.status >= 500:
        unforeseen = error if problem.status == 500 else None
        level = logging.WARNING if problem.status == 503 else logging.ERROR  # 503: the other side knows why
        log.log(level, "%s answered with %d: %s", request.url.path, problem.status, error, exc_info=unforeseen)
    # An unforeseen error is answered outside the middleware, so the headers are set here too.
    headers = {**SECURITY, "cache-control": "no-store"} | ({"retry-after": "5"} if problem.status == 503 else {})
    headers |= {"www-authenticate": 'Bearer realm="stellwerk"'} if problem.status == 401 else {}
    if request.url.path.startswith("/api/"):
        return JSONResponse(
            problem.details(request.url.path), problem.status, headers, media_type="application/problem+json"
        )
    return pages.problem_page(request, problem, headers)
