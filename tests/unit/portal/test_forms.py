"""Forms: recorded once, errors at the field, what was typed is kept, and nobody else's page may send them."""

from __future__ import annotations

from uuid import UUID

import grpc
import httpx
import pytest

from services.portal import forms as forms_module
from services.portal.inputs import PLAN_STEPS, QBR_STEPS, Step
from services.portal.pages import base
from shared.errors import Conflict, Invalid, OutcomeUnknown, Rejected
from shared.ids import new_id
from tests.unit.portal.demo_qbr import by_state, demo_people, row
from tests.unit.portal.fake_accounts import FakeAccounts
from tests.unit.portal.fake_steering import FakeQbr
from tests.unit.portal.posting import SAME, FormsOf, post

PLANNED = f"/qbrs/{by_state('Planned')}"
READY = f"/qbrs/{by_state('Ready')}"
HELD = f"/qbrs/{by_state('Held')}"


async def test_a_form_becomes_a_command(web: httpx.AsyncClient, qbr: FakeQbr) -> None:
    people = demo_people(row(2).account_id)
    response = await post(web, PLANNED, "schedule", at="2026-12-01T10:00", accepted=people[:1], invitees=people[:2])
    assert response.status_code == 303
    assert response.headers["location"] == f"{PLANNED}?done=schedule&seen=qbr%3A301"
    name, request = qbr.sent[0]
    assert name == "ScheduleQBR"
    assert request.at == "2026-12-01T09:00:00Z"  # Berlin in winter
    assert list(request.invitees) == people[:2]
    assert request.qbr_id == by_state("Planned")
    assert (request.meta.user_id, list(request.meta.roles)) == ("demo", ["head_of_kam"])
    assert UUID(request.meta.command_id).version == 7


async def test_the_page_says_what_was_recorded(web: httpx.AsyncClient) -> None:
    response = await post(web, PLANNED, "cancel", reason="merger")
    page = await web.get(response.headers["location"], headers={"accept-language": "en"})
    assert 'role="status"><strong>Recorded:</strong> Cancel the QBR.' in page.text


async def test_sent_twice_it_is_one_command(web: httpx.AsyncClient, qbr: FakeQbr) -> None:
    action, hidden = FormsOf((await web.get(PLANNED)).text).forms["cancel"]
    first = await web.post(action, data={**hidden, "reason": "merger"}, headers=SAME)
    again = await web.post(action, data={**hidden, "reason": "merger"}, headers=SAME)
    assert (first.status_code, again.status_code) == (303, 303)
    assert len({request.meta.command_id for _, request in qbr.sent}) == 1
    assert "again=1" in again.headers["location"]
    page = await web.get(again.headers["location"], headers={"accept-language": "en"})
    assert "recorded once" in page.text


async def test_each_rendering_makes_another_command(web: httpx.AsyncClient) -> None:
    one, two = [FormsOf((await web.get(PLANNED)).text).forms["cancel"][1]["_command"] for _ in range(2)]
    assert one != two


async def test_an_error_comes_back_at_the_field_with_what_was_typed(web: httpx.AsyncClient, qbr: FakeQbr) -> None:
    response = await post(web, PLANNED, "postpone", reason="x" * 121, until="2026-12-24")
    assert response.status_code == 422
    assert qbr.sent == []
    assert 'id="postpone-reason-e">This is too long.' in response.text
    assert 'aria-invalid="true" aria-describedby="postpone-reason-e" autofocus' in response.text
    assert 'value="2026-12-24"' in response.text
    assert "x" * 121 in response.text
    assert '<details class="fold" open><summary>Postpone' in response.text


async def test_the_form_that_comes_back_repeats_the_same_command(web: httpx.AsyncClient) -> None:
    action, hidden = FormsOf((await web.get(PLANNED)).text).forms["postpone"]
    wrong = await web.post(action, data={**hidden, "reason": ""}, headers=SAME)
    assert FormsOf(wrong.text).forms["postpone"][1]["_command"] == hidden["_command"]
    assert FormsOf(wrong.text).forms["cancel"][1]["_command"] != hidden["_command"]


async def test_the_service_names_the_field(web: httpx.AsyncClient, qbr: FakeQbr) -> None:
    qbr.refuse = Invalid(fields={"action.due": "lies on a holiday", "meta.effective_at": "?"})
    typed = {"title": "Send it", "owner": "ours:u-77", "due": "2026-12-25"}
    response = await post(web, HELD, "agree-action", **typed)
    assert response.status_code == 400
    assert 'id="agree-action-due-e" lang="en">lies on a holiday' in response.text
    assert 'value="ours:u-77" selected' in response.text


@pytest.mark.parametrize(
    ("error", "status", "text"),
    [
        (Rejected("wrong-state", "CancelQBR works while …"), 409, "This cannot be done in the present state."),
        (Rejected("brand-new", "A rule nobody translated."), 409, "A rule nobody translated."),
        (Conflict("somebody"), 409, "Somebody else wrote first."),
        (OutcomeUnknown("broken off"), 503, "Send it again: it is recorded at most once."),
    ],
)
async def test_a_refusal_stands_at_the_form(
    web: httpx.AsyncClient, qbr: FakeQbr, error: Exception, status: int, text: str
) -> None:
    qbr.refuse = error  # type: ignore[assignment]
    response = await post(web, PLANNED, "cancel", reason="merger <b>")
    assert response.status_code == status
    assert text in response.text
    assert 'value="merger &lt;b&gt;"' in response.text
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"origin": "http://evil"},
        {"origin": "null"},
        {},
    ],
)
async def test_a_form_of_another_site_is_refused(web: httpx.AsyncClient, qbr: FakeQbr, headers: dict[str, str]) -> None:
    data = {"_command": str(new_id()), "reason": "evil"}
    response = await web.post(f"{PLANNED}/cancel", data=data, headers={**headers, "accept-language": "en"})
    assert response.status_code == 403
    assert "Nothing was recorded" in response.text
    assert qbr.sent == []


async def test_an_old_browser_says_its_origin(web: httpx.AsyncClient, qbr: FakeQbr) -> None:
    data = {"_command": str(new_id()), "reason": "merger"}
    assert (await web.post(f"{PLANNED}/cancel", data=data, headers={"origin": "http://portal"})).status_code == 303
    assert len(qbr.sent) == 1


@pytest.mark.parametrize(
    "more",
    [
        {"json": {"_command": str(new_id()), "reason": "x"}},
        {"data": {"reason": "x"}},
        {"data": {"_command": "7", "reason": "x"}},
        {"data": {"_command": str(new_id()), "reason": "x", "_zone": "Mars/Base"}},
        {"data": {"_command": str(new_id()), "reason": "x" * forms_module.LONGEST}},
        {"content": b"_command=%ff", "headers": {"content-type": forms_module.FORM}},
    ],
)
async def test_what_is_no_form_of_ours_is_refused(
    web: httpx.AsyncClient, qbr: FakeQbr, more: dict[str, dict[str, str]]
) -> None:
    response = await web.post(f"{PLANNED}/cancel", **{**more, "headers": {**SAME, **more.get("headers", {})}})  # type: ignore[arg-type]
    assert response.status_code == 415
    assert qbr.sent == []


async def test_an_unknown_step_is_not_found(web: httpx.AsyncClient) -> None:
    assert (await web.post(f"{PLANNED}/explode", data={"_command": str(new_id())}, headers=SAME)).status_code == 404


async def test_the_address_of_a_form_leads_back(web: httpx.AsyncClient) -> None:
    response = await web.get(f"{PLANNED}/schedule")
    assert (response.status_code, response.headers["location"]) == (303, PLANNED)


async def test_with_the_service_down_nothing_typed_is_lost(web: httpx.AsyncClient, qbr: FakeQbr) -> None:
    action, hidden = FormsOf((await web.get(PLANNED)).text).forms["waive"]
    qbr.failures = [grpc.StatusCode.UNAVAILABLE] * 60
    response = await web.post(action, data={**hidden, "reason": "strike", "approver": "u-77"}, headers=SAME)
    assert response.status_code == 503
    assert 'value="strike"' in response.text
    assert 'value="u-77" selected' in response.text
    assert "What was typed is kept" in response.text
    again = FormsOf(response.text).forms["waive"]
    assert again == (action, hidden)
    qbr.failures = []
    sent = await web.post(again[0], data={**again[1], "reason": "strike", "approver": "u-77"}, headers=SAME)
    assert sent.status_code == 303


async def test_the_other_services_may_be_down(web: httpx.AsyncClient, fake: FakeAccounts) -> None:
    fake.failures = [grpc.StatusCode.UNAVAILABLE] * 60
    page = await web.get(PLANNED, headers={"accept-language": "en"})
    assert page.status_code == 200
    assert "The accounts service does not answer." in page.text
    assert 'id="cancel"' in page.text


async def test_held_with_roles_ratings_and_results(web: httpx.AsyncClient, qbr: FakeQbr) -> None:
    people = demo_people(row(5).account_id)
    typed: dict[str, str | list[str]] = {
        "effective_at": "2026-11-14T10:00", "mode": "onsite", "minutes": "75", "own": ["u-77"],
        "customer": [f"{people[0]} ECONOMIC_BUYER", people[1]], "ratings": ["4", "3", "5", "4"],
        "results.our_ask": " a reference ", "next_qbr": "2027-02-16",
    }  # fmt: skip
    assert (await post(web, READY, "hold", **typed)).status_code == 303
    request = qbr.sent[0][1]
    assert request.meta.effective_at == "2026-11-14T09:00:00Z"
    assert [(a.subject_id, list(a.roles)) for a in request.customer] == [
        (people[0], ["ECONOMIC_BUYER"]),
        (people[1], []),
    ]
    assert (list(request.ratings), dict(request.results)) == ([4, 3, 5, 4], {"our_ask": "a reference"})


async def test_a_wrong_rating_keeps_every_value(web: httpx.AsyncClient) -> None:
    response = await post(web, READY, "hold", ratings=["9", "3"], mode="onsite", **{"results.our_ask": "a reference"})
    assert response.status_code == 422
    assert 'max="5" value="9"' in response.text
    assert 'name="results.our_ask" value="a reference"' in response.text
    assert "Please choose at least one." in response.text or "Please fill this in." in response.text


async def test_a_page_waits_for_what_was_just_recorded(
    web: httpx.AsyncClient, qbr: FakeQbr, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "SETTLED", 0.3)
    page = await web.get(f"{PLANNED}?done=cancel&seen=qbr:9999", headers={"accept-language": "en"})
    assert "does not show it yet" in page.text
    page = await web.get(f"{PLANNED}?done=cancel&seen=qbr:77", headers={"accept-language": "en"})
    assert "does not show it yet" not in page.text
    assert "Recorded" not in (await web.get(f"{PLANNED}?done=%3Cscript%3E")).text


async def test_the_actor_is_marked(web: httpx.AsyncClient) -> None:
    assert "Demo: demo" in (await web.get(PLANNED, headers={"accept-language": "de"})).text


@pytest.mark.parametrize("step", [*QBR_STEPS.values(), *PLAN_STEPS.values()], ids=lambda s: s.name)
def test_every_field_of_a_step_is_one_of_the_request(step: Step) -> None:
    fields = step.request.DESCRIPTOR.fields_by_name
    known = set(fields) | {"effective_at", "unit"}
    if step.name == "agree-action":
        known |= set(fields["action"].message_type.fields_by_name)
    assert set(step.asked) <= known
