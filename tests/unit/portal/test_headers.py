"""Headers: nothing from elsewhere, nothing inline, and no byte twice."""

from __future__ import annotations

import httpx
import pytest

from services.portal.render import static_url


@pytest.mark.parametrize("path", ["/portfolio", "/nothing", "/api/v1/status", "/static/portal.css", "/live"])
async def test_every_answer_has_them(web: httpx.AsyncClient, path: str) -> None:
    headers = (await web.get(path)).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


async def test_pages_are_private_and_asked_for_again(web: httpx.AsyncClient) -> None:
    first = await web.get("/portfolio")
    assert first.headers["cache-control"] == "private, no-cache"
    assert {"Accept-Language", "Cookie"} <= {v.strip() for v in first.headers["vary"].split(",")}
    again = await web.get("/portfolio", headers={"if-none-match": f'"x", {first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert "content-security-policy" in again.headers
    german = await web.get("/portfolio", headers={"if-none-match": first.headers["etag"], "accept-language": "de"})
    assert german.status_code == 200


async def test_static_files_are_kept_for_ever_under_their_fingerprint(web: httpx.AsyncClient) -> None:
    assert "immutable" in (await web.get(static_url("portal.css"))).headers["cache-control"]
    assert (await web.get("/static/portal.css")).headers["cache-control"] == "no-cache"
    assert (await web.get("/static/../settings.py")).status_code == 404


async def test_pages_are_compressed(web: httpx.AsyncClient) -> None:
    response = await web.get("/portfolio", headers={"accept-encoding": "gzip"})
    assert response.headers["content-encoding"] == "gzip"


async def test_probes(web: httpx.AsyncClient) -> None:
    assert (await web.get("/live")).status_code == 200
    assert (await web.get("/ready")).status_code == 200


async def test_other_methods_are_refused(web: httpx.AsyncClient) -> None:
    assert (await web.post("/portfolio")).status_code == 405
    assert (await web.post("/api/v1/portfolio")).headers["content-type"] == "application/problem+json"
