"""The policy lab: drafts by a form, what they change, what-ifs with progress and report, the way into force."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.accounts.policy.documents import tier_policy
from services.portal import lab
from services.portal.rulebook import plain
from services.risk.policy.model import model
from services.risk.shipped import default_model
from tests.unit.portal import demo
from tests.unit.portal.demo_lab import DONE, HASH, RUNNING
from tests.unit.portal.fake_accounts import FakeAccounts
from tests.unit.portal.fake_alerting import FakeRisk
from tests.unit.portal.fake_insights import FakeInsights
from tests.unit.portal.posting import SAME, post

TIER: dict[str, Any] = json.loads(demo.tier_policy().document_json)
RISK = default_model()


def typed(kind: str, document: dict[str, Any], **changes: str) -> dict[str, str]:
    """What the form holds, with some fields changed (dots as __)."""
    given = {k.replace("__", "."): v for k, v in changes.items()}
    numbers = [n for part in lab.asked(kind, document) for n in part.numbers]
    return {n.path: n.shown(plain(lab.at(document, n.path))) for n in numbers} | given


@pytest.mark.parametrize(("kind", "document"), [("tier", TIER), ("risk", RISK)])
def test_the_form_asks_for_every_number_of_the_shipped_documents(kind: str, document: dict[str, Any]) -> None:
    missing = [n.path for part in lab.PARTS[kind] for n in part.numbers if lab.at(document, n.path) is None]
    assert missing == []
    outside = [
        n.path for part in lab.PARTS[kind] for n in part.numbers
        if not n.low <= plain(lab.at(document, n.path)) <= n.high
    ]  # fmt: skip
    assert outside == []


def test_a_draft_is_a_document_that_the_service_takes_and_differs_only_where_it_was_changed() -> None:
    changes = typed("tier", TIER, weights__strategic="15", weights__growth="20,00", thresholds__A="72.5")
    made, errors = lab.drafted("tier", TIER, changes, "whitespace")
    assert errors == {}
    tier_policy(made)
    assert {(d.path, d.before, d.after, d.why) for d in lab.differences(TIER, made)} == {
        ("weights.strategic", 2000, 1500, "whitespace"), ("weights.growth", 1500, 2000, "whitespace"),
        ("thresholds.A", 7000, 7250, "whitespace"),
    }  # fmt: skip
    changes = typed("risk", RISK, floors__RED__p1_72h__hours="48", colour__enter_red="50")
    made, errors = lab.drafted("risk", RISK, changes, "faster")
    assert (errors, model(made).p1_hours, model(made).lines.enter_red) == ({}, 48, 5000)
    assert [d.path for d in lab.differences(RISK, made)] == ["floors.RED.p1_72h.hours", "colour.enter_red"]


@pytest.mark.parametrize(
    ("changes", "reason", "error"),
    [
        ({"weights__strategic": "15"}, "why", {"weights": "sum:9500"}),
        ({"weights__strategic": "x"}, "why", {"weights.strategic": "number"}),
        ({"weights__strategic": "20.005"}, "why", {"weights.strategic": "number"}),
        ({"weights__strategic": "-1"}, "why", {"weights.strategic": "too-low"}),
        ({"thresholds__A": "101"}, "why", {"thresholds.A": "too-high"}),
        ({"thresholds__A": "NaN"}, "why", {"thresholds.A": "number"}),
        ({"thresholds__A": "1e999999"}, "why", {"thresholds.A": "number"}),
        ({}, "why", {"": "nothing-changed"}),
        ({"thresholds__A": "72"}, " ", {"reason": "missing"}),
    ],
)
def test_what_is_wrong_is_said_at_its_field(changes: dict[str, str], reason: str, error: dict[str, str]) -> None:
    assert lab.drafted("tier", TIER, typed("tier", TIER, **changes), reason)[1] == error


def test_the_base_of_a_draft_stays_as_it_is() -> None:
    before = deepcopy(TIER)
    lab.drafted("tier", TIER, typed("tier", TIER, thresholds__A="72"), "why")
    assert before == TIER


@pytest.mark.parametrize("language", ["de", "en"])
async def test_the_pages_show_versions_differences_and_reports(web: httpx.AsyncClient, language: str) -> None:
    async def opened(path: str) -> str:
        answer = await web.get(path, headers={"accept-language": language})
        assert answer.status_code == 200, path
        return answer.text

    assert "/lab/tier/2" in await opened("/lab")
    assert "/lab/risk/2" in await opened("/lab")
    version = await opened("/lab/tier/2")
    assert "weights.growth" in version
    assert "whitespace is what we sell next" in version
    for kind in ("tier", "risk"):
        assert 'name="reason"' in await opened(f"/lab/{kind}/draft")
        progress = await web.get(f"/lab/{kind}/what-ifs/{RUNNING}", headers={"accept-language": language})
        assert '<progress class="run" max="85" value="34">' in progress.text
        assert progress.headers["refresh"] == "2"
        report = await web.get(f"/lab/{kind}/what-ifs/{DONE}", headers={"accept-language": language})
        assert "Kan-code" in report.text
        assert HASH[:12] in report.text
        assert "refresh" not in report.headers
        assert "/accounts/acc-1" in report.text


async def test_a_draft_by_the_form_is_sent_with_its_reason(web: httpx.AsyncClient, fake: FakeAccounts) -> None:
    form = typed("tier", TIER, weights__strategic="15", weights__growth="20")
    body = {**form, "reason": "whitespace", "_command": str(uuid4())}
    answer = await web.post("/lab/tier/draft?from=1", data=body, headers=SAME)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/lab/tier/2?done=draft-policy")
    ((name, request),) = fake.commands.sent
    document = json.loads(request.document_json)
    assert (name, document["weights"]["growth"]["value"]) == ("DraftTierPolicy", 2000)
    assert document["weights"]["growth"]["why"] == "whitespace"
    shown = (await web.get(answer.headers["location"], headers={"accept-language": "en"})).text
    assert "Recorded:" in shown


async def test_a_draft_that_does_not_add_up_comes_back_as_it_was_typed(
    web: httpx.AsyncClient, fake: FakeAccounts
) -> None:
    form = typed("tier", TIER, weights__strategic="15")
    body = {**form, "reason": "because", "_command": str(uuid4())}
    answer = await web.post("/lab/tier/draft?from=1", data=body, headers=SAME)
    assert answer.status_code == 422
    assert "together 95.00, they must be 100" in answer.text
    assert 'name="weights.strategic" inputmode="decimal" value="15"' in answer.text
    assert fake.commands.sent == []


async def test_the_way_of_a_version_is_offered_step_by_step(web: httpx.AsyncClient, fake: FakeAccounts) -> None:
    offered = {n: (await web.get(f"/lab/tier/{n}")).text for n in (1, 2, 3, 4)}
    for step, on in [
        ("submit-policy", {2}),
        ("sign-off-policy", {3}),
        ("reject-policy", {3, 4}),
        ("activate-policy", {4}),
    ]:
        assert {n for n, text in offered.items() if f'/{step}"' in text} == on
    answer = await post(web, "/lab/tier/3", "sign-off-policy", function="service")
    assert answer.status_code == 303
    name, request = fake.commands.sent[-1]
    assert (name, request.version, request.function, request.meta.user_id) == (
        "SignOffTierPolicy",
        3,
        "service",
        "demo",
    )


async def test_a_what_if_begins_shows_and_is_cancelled(
    web: httpx.AsyncClient, risk: FakeRisk, insights: FakeInsights
) -> None:
    for kind, service in (("risk", risk), ("tier", insights)):
        body = {"_command": str(uuid4())}
        answer = await web.post(f"/lab/{kind}/2/what-if", data=body, headers=SAME)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/lab/{kind}/what-ifs/{RUNNING}")
        name, request = service.sent[-1]  # type: ignore[attr-defined]
        assert (name, request.version, request.meta.command_id) == ("StartWhatIf", 2, body["_command"])
        answer = await web.post(f"/lab/{kind}/what-ifs/{RUNNING}/cancel", data={"_command": str(uuid4())}, headers=SAME)
        assert answer.status_code == 303
        assert service.sent[-1][0] == "CancelWhatIf"  # type: ignore[attr-defined]


async def test_programs_do_the_same(web: httpx.AsyncClient, fake: FakeAccounts, risk: FakeRisk) -> None:
    key = {"idempotency-key": str(uuid4())}
    drafted = await web.post("/api/v1/lab/tier/draft-policy", json={"document": TIER}, headers=key)
    assert drafted.json()["id"] == "2"
    again = await web.post("/api/v1/lab/tier/draft-policy", json={"document": TIER}, headers=key)
    assert again.json()["repeated"]
    await web.post("/api/v1/lab/tier/versions/2/submit-policy", headers=key | {"idempotency-key": str(uuid4())})
    assert [n for n, _ in fake.commands.sent][-1] == "SubmitTierPolicy"
    tried = await web.post("/api/v1/lab/risk/versions/2/what-if", headers={"idempotency-key": str(uuid4())})
    assert (tried.status_code, tried.json()["status"], tried.json()["report"]) == (202, "running", None)
    done = (await web.get(f"/api/v1/lab/risk/what-ifs/{DONE}")).json()
    assert done["report"]["changes_per_account_year_c"] == [512, 388]
    assert "report_json" not in done
    found = (await web.get("/api/v1/lab/tier/versions/2/changes/1")).json()
    assert {c["path"] for c in found} == {"weights.strategic", "weights.growth"}
    assert (await web.get("/api/v1/lab/tier/versions/9")).status_code == 404
    assert (await web.get("/api/v1/lab/cats/what-ifs")).status_code == 400
    csv = await web.get(f"/api/v1/lab/risk/what-ifs/{DONE}/moved.csv")
    head, first = (line.split(",") for line in csv.text.lstrip("\ufeff").splitlines())
    assert first[head.index("name")] == "'=Kan-code", "no formula for a spreadsheet"


async def test_another_site_may_not_begin_a_what_if(web: httpx.AsyncClient, risk: FakeRisk) -> None:
    for path, body in (
        ("/lab/risk/2/what-if", {"_command": str(uuid4())}),
        ("/lab/risk/draft", {"_command": str(uuid4())}),
    ):
        assert (await web.post(path, data=body, headers={"sec-fetch-site": "cross-site"})).status_code == 403
    headers = {"origin": "http://evil.example", "idempotency-key": str(uuid4())}
    assert (await web.post("/api/v1/lab/risk/versions/2/what-if", headers=headers)).status_code == 403
    assert risk.sent == []
