"""The whole sign-in against a provider of our own, and everything that must be refused on the way."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey

from services.portal.clients import Clients, ServiceDown
from services.portal.oidc import Provider
from services.portal.oidc import provider as rules
from services.portal.settings import PortalSettings
from services.portal.web import create_app
from shared.edge import passport
from shared.edge.passport import HEADER
from shared.errors import Broken, Invalid
from shared.testing import ManualClock
from tests.certificates import Authority
from tests.unit.portal import demo
from tests.unit.portal.fake_alerting import FakeRisk
from tests.unit.portal.provider import CLIENT, SECRET, FakeProvider, serving

BASE = "http://127.0.0.1"
EN = {"accept-language": "en", "sec-fetch-site": "same-origin"}
GROUPS = {"kam": ["head_of_kam"], "bi": ["bi_reader", "policy_admin"]}


@pytest.fixture
async def idp() -> AsyncIterator[FakeProvider]:
    async with serving(FakeProvider()) as made:
        yield made


def configured(idp: FakeProvider, folder: Path, **other: Any) -> PortalSettings:
    private, public = folder / "identity.json", folder / "identity-public.json"
    if not private.exists():
        passport.make(private, public)
    said = {
        "oidc_issuer": idp.issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET,
        "oidc_group_roles": GROUPS, "public_url": BASE, "identity_key": str(private), "http_host": "0.0.0.0",
    }  # fmt: skip
    return PortalSettings(**{**said, **other})


@pytest.fixture
def clock() -> ManualClock:
    """The portal's time; tokens are judged by the real one, as the provider makes them."""
    return ManualClock(demo.NOW)


@pytest.fixture
async def web(
    clients: Clients, idp: FakeProvider, tmp_path: Path, clock: ManualClock
) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that keeps cookies, at a portal with a sign-in."""
    app = create_app(clients, configured(idp, tmp_path), clock)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=BASE, headers=EN) as browser:
        yield browser
    await app.state.site.identity.close()


async def to_provider(web: httpx.AsyncClient, back: str = "/risks") -> str:
    """Begins a sign-in; the address at the provider."""
    begun = await web.get("/sign-in", params={"back": back})
    assert begun.status_code == 303
    return begun.headers["location"]


async def at_provider(address: str) -> str:
    """What the provider sends the browser back to."""
    async with httpx.AsyncClient() as real:
        return (await real.get(address)).headers["location"].removeprefix(BASE)


async def sign_in(web: httpx.AsyncClient, back: str = "/risks") -> httpx.Response:
    return await web.get(await at_provider(await to_provider(web, back)))


async def test_the_whole_way(web: httpx.AsyncClient, idp: FakeProvider, risk: FakeRisk) -> None:
    sent_away = await web.get("/risks?tier=A")
    assert (sent_away.status_code, sent_away.headers["location"]) == (303, "/sign-in?back=%2Frisks%3Ftier%3DA")
    assert risk.calls == [] if hasattr(risk, "calls") else True
    begun = await web.get(sent_away.headers["location"])
    cookie = begun.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Rosalina" not in cookie
    done = await web.get(await at_provider(begun.headers["location"]))
    assert (done.status_code, done.headers["location"]) == (303, "/risks?tier=A")
    page = await web.get("/risks")
    assert page.status_code == 200
    assert "Rosalina Dieter" in page.text
    assert "Demo:" not in page.text
    out = await web.post("/sign-out")
    assert (out.status_code, out.headers["location"]) == (303, "/signed-out")
    ended = await web.get("/signed-out")
    assert "You are signed out here" in ended.text
    assert f"{idp.issuer}/logout?" in ended.text
    assert (await web.get("/risks")).status_code == 303


async def test_programs_are_told_401_and_forms_do_not_run(web: httpx.AsyncClient) -> None:
    api = await web.get("/api/v1/portfolio")
    assert api.status_code == 401
    assert api.headers["www-authenticate"].startswith("Bearer")
    assert api.json()["type"].endswith("not_signed_in")
    assert (await web.post("/demo-user")).status_code == 401
    assert (await web.get("/changes")).status_code == 401
    for path in ("/live", "/ready", "/api/openapi.json", "/static/portal.css"):
        assert (await web.get(path)).status_code == 200


async def test_state_nonce_and_code_belong_together(web: httpx.AsyncClient, idp: FakeProvider) -> None:
    back = await at_provider(await to_provider(web))
    query = parse_qs(urlsplit(back).query)
    state, code = query["state"][0], query["code"][0]
    for wrong in (f"code={code}&state=other", f"code={code}", f"state={state}&code={code}&iss=https://evil.example"):
        assert (await web.get(f"/sign-in/callback?{wrong}")).status_code == 400
    other = httpx.AsyncClient(transport=web._transport, base_url=BASE, headers=EN)
    assert (await other.get(back)).status_code == 400, "another browser did not begin it"
    assert (await web.get(f"/sign-in/callback?state={state}&code=made-up")).status_code == 401
    assert (await web.get(back)).status_code == 303
    assert (await web.get(back)).status_code == 400, "a second time"
    for nonce in ("other", None):
        idp.wrong = {"nonce": nonce}
        assert (await sign_in(web)).status_code == 401


async def test_pkce_binds_the_code_to_this_browser(web: httpx.AsyncClient, idp: FakeProvider) -> None:
    address = await to_provider(web)
    stolen = address.replace(parse_qs(urlsplit(address).query)["code_challenge"][0], "x" * 43)
    assert (await web.get(await at_provider(stolen))).status_code == 401


async def test_a_refusal_at_the_provider_is_said(web: httpx.AsyncClient, idp: FakeProvider) -> None:
    idp.refuse = "access_denied"
    page = await sign_in(web)
    assert page.status_code == 400
    assert "access_denied" in page.text
    assert 'href="/sign-in"' in page.text


async def test_touched_cookies_count_as_none(web: httpx.AsyncClient, idp: FakeProvider) -> None:
    await sign_in(web)
    value = web.cookies["stellwerk_session"]
    assert (await web.get("/risks")).status_code == 200
    parts = value.split(".")
    flipped = "A" if parts[3][5] != "A" else "B"
    parts[3] = parts[3][:5] + flipped + parts[3][6:]
    await to_provider(web)
    swapped = web.cookies["stellwerk_sign_in"]
    for forged in (".".join(parts), value[:-2], "", "nonsense", swapped):
        answer = await httpx.AsyncClient(transport=web._transport, base_url=BASE).get(
            "/risks", headers={"cookie": f"stellwerk_session={forged}"}
        )
        assert answer.status_code == 303, forged
        assert answer.headers["location"].startswith("/sign-in")


async def test_a_session_ends(web: httpx.AsyncClient, clock: ManualClock) -> None:
    await sign_in(web)
    clock.advance(timedelta(hours=8) - timedelta(seconds=1))
    assert (await web.get("/risks")).status_code == 200
    clock.advance(timedelta(seconds=2))
    assert (await web.get("/risks")).status_code == 303


async def test_only_pages_of_this_site_are_returned_to(web: httpx.AsyncClient) -> None:
    for back in ("//evil.example/x", "https://evil.example", "/\\evil.example", "javascript:alert(1)"):
        assert (await sign_in(web, back)).headers["location"] == "/"


async def test_without_a_role_nobody_gets_in(web: httpx.AsyncClient, idp: FakeProvider) -> None:
    for groups in ([], ["strangers"], "strangers", None, 5, [7]):
        idp.who = {"sub": "u-9", "groups": groups}
        page = await sign_in(web)
        assert page.status_code == 403, groups
        assert (await web.get("/risks")).status_code == 303
    idp.who = {"sub": "bad id\n", "groups": ["kam"]}
    assert (await sign_in(web)).status_code == 401


async def bearer(web: httpx.AsyncClient, token: str) -> int:
    answer = await web.get("/api/v1/portfolio", headers={"authorization": f"Bearer {token}"})
    return answer.status_code


async def test_a_bearer_token_of_the_provider_is_taken(web: httpx.AsyncClient, idp: FakeProvider) -> None:
    assert await bearer(web, idp.token()) == 200
    assert await bearer(web, idp.token(aud=["other", CLIENT])) == 200
    page = await web.get("/risks", headers={"authorization": f"Bearer {idp.token()}"})
    assert page.status_code == 303, "pages want the session: a token in a header is for programs"


@pytest.mark.parametrize(
    "wrong",
    [
        {"aud": "somebody-else"}, {"aud": None}, {"iss": "https://evil.example"}, {"iss": None}, {"sub": None},
        {"exp": int(time.time()) - 120}, {"exp": None}, {"nbf": int(time.time()) + 86_400}, {"iat": "yesterday"},
    ],
)  # fmt: skip
async def test_a_token_with_wrong_claims_is_refused(
    web: httpx.AsyncClient, idp: FakeProvider, wrong: dict[str, Any]
) -> None:
    assert await bearer(web, idp.token(**wrong)) == 401


async def test_forged_tokens_are_refused(web: httpx.AsyncClient, idp: FakeProvider) -> None:
    stranger = RSAKey.generate_key(2048, {"kid": idp.key.kid})
    good = idp.token()
    forged = {
        "none": idp.unsigned(),
        "another key": idp.token(stranger),
        "public key as secret": idp.by_secret(idp.key.as_pem(private=False)),
        "client secret as secret": idp.by_secret(SECRET.encode()),
        "no signature": good.rpartition(".")[0] + ".",
        "too long": good + "A" * 20_000,
        "nothing": "",
        "nonsense": "a.b.c",
    }
    for what, token in forged.items():
        assert await bearer(web, token) == 401, what
    assert await bearer(web, good) == 200


async def test_a_rotated_key_is_taken_and_the_old_one_refused(
    web: httpx.AsyncClient, idp: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "AGAIN", 0.0)
    old = idp.token()
    assert await bearer(web, old) == 200
    idp.rotate()
    assert await bearer(web, idp.token()) == 200
    assert await bearer(web, old) == 401
    monkeypatch.setattr(rules, "AGAIN", 60.0)
    asked = idp.asked.count("keys")
    for n in range(5):
        stranger = RSAKey.generate_key(2048, {"kid": f"made-up-{n}"})
        assert await bearer(web, idp.token(stranger, "RS256")) == 401
    assert idp.asked.count("keys") == asked, "invented names do not become questions"


async def test_a_provider_that_is_down_or_lies_lets_nobody_in(
    clients: Clients, idp: FakeProvider, web: httpx.AsyncClient, tmp_path: Path
) -> None:
    idp.wrong = {"issuer": "https://evil.example"}
    assert (await web.get("/sign-in")).status_code == 502
    gone = configured(idp, tmp_path, oidc_issuer="http://127.0.0.1:9")
    app = create_app(clients, gone, ManualClock(demo.NOW))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE) as browser:
        assert (await browser.get("/sign-in")).status_code == 503
        assert (await browser.get("/api/v1/portfolio", headers={"authorization": "Bearer x.y.z"})).status_code == 401
        token = {"authorization": f"Bearer {idp.token()}"}
        assert (await browser.get("/api/v1/portfolio", headers=token)).status_code == 503


async def test_calls_carry_the_passport_of_whoever_is_signed_in(
    web: httpx.AsyncClient, idp: FakeProvider, clients: Clients, tmp_path: Path
) -> None:
    keys = passport.Keys(tmp_path / "identity-public.json")
    seen: list[Any] = []
    assert clients.risk.passports is not None
    original = clients.risk._stub.ListRisk

    async def spy(request: Any, **how: Any) -> Any:
        seen.append(keys.identify(dict(how["metadata"])[HEADER]))
        return await original(request, **how)

    clients.risk._stub.ListRisk = spy
    await sign_in(web)
    await web.get("/api/v1/risks")
    idp.who = {"sub": "u-2", "groups": ["bi"]}
    await web.get("/api/v1/risks", headers={"authorization": f"Bearer {idp.token()}"})
    assert [(w.user_id, w.roles, w.accounts) for w in seen] == [
        ("u-1", ("head_of_kam",), None),
        ("u-2", ("bi_reader", "policy_admin"), None),
    ]


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"oidc_issuer": ""}, "the demo sign-in lets whoever reaches 0.0.0.0 act as anybody"),
        ({"oidc_client_id": ""}, "STELLWERK_OIDC_CLIENT_ID"),
        ({"identity_key": "", "public_url": ""}, "STELLWERK_IDENTITY_KEY, STELLWERK_PUBLIC_URL"),
        ({"oidc_group_roles": {"g": ["boss"]}}, "boss"),
        ({"oidc_group_roles": {"g": ["portal"]}}, "portal"),
    ],
)
def test_a_sign_in_that_would_let_anybody_in_does_not_start(
    clients: Clients, idp: FakeProvider, tmp_path: Path, other: dict[str, Any], said: str
) -> None:
    with pytest.raises(Invalid, match=said):
        create_app(clients, configured(idp, tmp_path, **other), ManualClock(demo.NOW))


@pytest.mark.parametrize("other", [{"oidc_issuer": "http://idp.example"}, {"public_url": "http://portal.example"}])
def test_tokens_and_cookies_do_not_travel_in_the_open(
    clients: Clients, idp: FakeProvider, tmp_path: Path, other: dict[str, Any]
) -> None:
    with pytest.raises(Broken, match="must begin with https"):
        create_app(clients, configured(idp, tmp_path, **other), ManualClock(demo.NOW))


async def test_with_https_the_browser_guards_the_cookie(clients: Clients, idp: FakeProvider, tmp_path: Path) -> None:
    app = create_app(clients, configured(idp, tmp_path, public_url="https://portal.example"), ManualClock(demo.NOW))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://portal.example") as browser:
        cookie = (await browser.get("/sign-in")).headers["set-cookie"]
    assert cookie.startswith("__Host-stellwerk_sign_in=")
    assert "Secure" in cookie


async def test_a_provider_with_a_certificate_of_the_company(tmp_path: Path) -> None:
    company, other = Authority(tmp_path / "company"), Authority(tmp_path / "other")
    async with serving(FakeProvider(), company.issue("idp", "127.0.0.1")) as idp:
        known = Provider(idp.issuer, str(company.file))
        assert (await known.description())["issuer"] == idp.issuer
        await known.close()
        for wrong in ("", str(other.file)):
            stranger = Provider(idp.issuer, wrong)
            with pytest.raises(ServiceDown, match="CERTIFICATE_VERIFY_FAILED"):
                await stranger.description()
            await stranger.close()


@pytest.mark.parametrize("text", [None, "no certificate"])
def test_a_ca_file_that_is_none_is_named(text: str | None, tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    if text:
        file.write_text(text)
    with pytest.raises(Invalid, match=f"STELLWERK_OIDC_CA_FILE, {file}, cannot be read"):
        Provider("https://idp.example", str(file))
