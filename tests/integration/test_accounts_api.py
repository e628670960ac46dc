"""The gRPC API: answers, commands, errors with their details, health, reflection, deadlines."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import uuid4

import grpc
import grpc.aio
import pytest
from google.rpc import error_details_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from grpc_status import rpc_status

from services.accounts import api, consumers
from services.accounts.app import Accounts
from services.accounts.projections import AccountsReads
from shared import ids
from shared.eventstore.repository import Repository
from shared.eventstore.store import EventStore
from shared.protos import accounts_pb2 as pb
from shared.protos.accounts_pb2_grpc import AccountCommandsStub, AccountQueriesStub
from tests.integration import accounts_facts as f
from tests.integration.accounts_chain import END, AccountsService, accounts_service, told

ACCOUNT = str(ids.account_id("sugar", "a1"))
PERSON = str(ids.subject_id("sugar", "contact", "p1"))


class Api:
    """A server with one customer, and clients of it."""

    def __init__(self, service: AccountsService, channel: grpc.aio.Channel) -> None:
        self.service, self.channel = service, channel
        self.ask: Any = AccountQueriesStub(channel)  # type: ignore[no-untyped-call]
        self.tell: Any = AccountCommandsStub(channel)  # type: ignore[no-untyped-call]

    async def page(self) -> pb.GetAccountResponse:
        await self.service.project()
        return await self.ask.GetAccount(pb.GetAccountRequest(crm_id="a1"))


@asynccontextmanager
async def serving(dsn: str, *facts: f.Told, now: datetime = END) -> AsyncIterator[Api]:
    """A server that knows these facts."""
    async with accounts_service(dsn, now) as service, EventStore(dsn, "accounts") as store:
        await service.take(told(*facts))
        await service.settle()
        repository = Repository(store, service.clock)
        queries = api.Queries(
            service.engine, service.settings, service.clock, consumers.CRM_CONSUMER, AccountsReads.name
        )
        commands = api.Commands(
            Accounts(repository, service.clock), repository, service.engine, service.settings, service.clock
        )
        server = api.bind(queries, commands, "127.0.0.1:0")
        await server.start()
        try:
            async with grpc.aio.insecure_channel(f"127.0.0.1:{server.port}") as channel:
                yield Api(service, channel)
        finally:
            await server.stop()


@pytest.fixture
async def served(dsn: str) -> AsyncIterator[Api]:
    people, talks = (f.user(), f.user("u2")), (f.meeting(), f.meeting("m2", when="2025-05-01"))
    async with serving(dsn, *people, f.account(), f.contract(), f.contact(), *talks) as made:
        yield made


def meta(*roles: str, **more: Any) -> pb.CommandMeta:
    return pb.CommandMeta(**{"command_id": str(uuid4()), "user_id": "u9", "roles": list(roles)} | more)


async def refused(call: Any) -> tuple[grpc.StatusCode, str, dict[str, str]]:
    """(code, slug, wrong fields) of a call that must fail."""
    with pytest.raises(grpc.aio.AioRpcError) as e:
        await call
    status = rpc_status.from_call(_Call(e.value))
    info, fields = error_details_pb2.ErrorInfo(), {}
    for detail in status.details:
        bad = error_details_pb2.BadRequest()
        if not detail.Unpack(info) and detail.Unpack(bad):
            fields = {v.field: v.description for v in bad.field_violations}
    assert info.domain == "stellwerk"
    return e.value.code(), info.reason, fields


class _Call:
    """What `from_call` reads of a call, for grpc.aio."""

    def __init__(self, error: grpc.aio.AioRpcError) -> None:
        self._error = error

    def code(self) -> grpc.StatusCode:
        return self._error.code()

    def details(self) -> str | None:
        return self._error.details()

    def trailing_metadata(self) -> Any:
        return self._error.trailing_metadata()


async def test_the_page_tells_why_and_each_event_tells_where_it_is_from(served: Api) -> None:
    page = await served.page()
    assert page.account.tier == "A"
    assert [g.gate for g in page.tier.gates] == ["revenue_or_potential", "margin_not_negative"]
    assert {c.criterion for c in page.criteria} == {
        "revenue_margin",
        "strategic",
        "growth",
        "complexity",
        "risk_profile",
    }
    assert all(s.why for c in page.criteria for s in c.signals)
    assessed = await served.ask.GetEvent(pb.GetEventRequest(event_id=page.tier.event_id))
    assert (assessed.type, assessed.actor, assessed.crm_id) == ("accounts.TierAssessed", "policy:tier", "a1")
    seen = await served.ask.GetEvent(pb.GetEventRequest(event_id=page.account.evidence["name"]))
    assert seen.causation_id.startswith("crm:")
    assert '"record_id": "a1"' in seen.source_json


async def test_an_event_of_the_crm_is_said_to_live_there(served: Api) -> None:
    code, slug, _ = await refused(served.ask.GetEvent(pb.GetEventRequest(event_id="crm:17")))
    assert (code, slug) == (grpc.StatusCode.NOT_FOUND, "event-of-another-service")


@pytest.mark.parametrize("event_id", ["", "accounts", "accounts:", "accounts:x", "accounts:-1", "accounts:" + "9" * 40])
async def test_no_event_id(served: Api, event_id: str) -> None:
    code, slug, fields = await refused(served.ask.GetEvent(pb.GetEventRequest(event_id=event_id)))
    assert (code, slug, list(fields)) == (grpc.StatusCode.INVALID_ARGUMENT, "fields-invalid", ["event_id"])


@pytest.mark.parametrize("as_of", ["yesterday", "2026-13-01", "0001-01-01", "9999-12-31"])
async def test_no_day(served: Api, as_of: str) -> None:
    code, _, fields = await refused(served.ask.ListPortfolio(pb.ListPortfolioRequest(as_of=as_of)))
    assert (code, list(fields)) == (grpc.StatusCode.INVALID_ARGUMENT, ["as_of"])


async def test_an_account_that_is_not_known(served: Api) -> None:
    code, slug, _ = await refused(served.ask.GetAccount(pb.GetAccountRequest(crm_id="nobody")))
    assert (code, slug) == (grpc.StatusCode.NOT_FOUND, "account-unknown")
    code, _, _ = await refused(served.ask.GetAccount(pb.GetAccountRequest(crm_id="a1", as_of="2001-01-01")))
    assert code == grpc.StatusCode.NOT_FOUND


async def test_an_override_shows_as_manual_and_its_repeat_is_the_first_result(served: Api) -> None:
    command = pb.OverrideTierRequest(meta=meta(), account_id=ACCOUNT, to="C", reason="spin-off", until="2027-01-31")
    first = await served.tell.OverrideTier(command)
    again = await served.tell.OverrideTier(command)
    assert (first.event_ids, first.repeated, again.event_ids, again.repeated) == (
        again.event_ids,
        False,
        first.event_ids,
        True,
    )
    page = await served.page()
    assert (page.account.tier, page.account.tier_manual, page.account.tier_before) == ("C", True, "A")
    assert page.tier.history[0].decided_by == "user:u9"
    await served.tell.LiftTierOverride(pb.LiftTierOverrideRequest(meta=meta(), account_id=ACCOUNT))
    assert (await served.page()).account.tier == "A"


async def test_a_rule_says_no_with_its_slug(served: Api) -> None:
    long = pb.OverrideTierRequest(meta=meta(), account_id=ACCOUNT, to="C", reason="why", until="2028-01-31")
    assert (await refused(served.tell.OverrideTier(long)))[:2] == (
        grpc.StatusCode.FAILED_PRECONDITION,
        "override-too-long",
    )
    approve = pb.ApproveTierChangeRequest(meta=meta("head_of_kam"), account_id=ACCOUNT)
    assert (await refused(served.tell.ApproveTierChange(approve)))[1] == "no-proposal"


async def test_every_wrong_field_is_named_at_once(served: Api) -> None:
    command = pb.OverrideTierRequest(
        meta=pb.CommandMeta(command_id="1", effective_at="2099-01-01T00:00:00Z"), account_id="x", to="Z", until="soon"
    )
    code, _, fields = await refused(served.tell.OverrideTier(command))
    assert code == grpc.StatusCode.INVALID_ARGUMENT
    assert set(fields) == {
        "meta.command_id",
        "meta.user_id",
        "meta.effective_at",
        "account_id",
        "to",
        "reason",
        "until",
    }


async def test_who_decided_on_an_old_view_is_told(served: Api) -> None:
    command = pb.ReaffirmTierRequest(meta=meta(expected_version=1), account_id=ACCOUNT)
    assert (await refused(served.tell.ReaffirmTier(command)))[:2] == (grpc.StatusCode.ABORTED, "version-changed")


async def test_team_and_people(served: Api) -> None:
    await served.tell.AssignThemeOwner(
        pb.AssignThemeOwnerRequest(meta=meta(), account_id=ACCOUNT, theme="TECHNICAL", owner_id="u2")
    )
    for call, request in (
        (served.tell.MapStakeholder, pb.StakeholderRequest),
        (served.tell.ConfirmStakeholder, pb.StakeholderRequest),
    ):
        await call(request(meta=meta(), account_id=ACCOUNT, subject_id=PERSON))
    await served.tell.AssessInfluence(
        pb.AssessInfluenceRequest(
            meta=meta(), account_id=ACCOUNT, subject_id=PERSON, power=5, interest=4, evidence=["crm:1"]
        )
    )
    await served.tell.AssessAttitude(
        pb.AssessAttitudeRequest(meta=meta(), account_id=ACCOUNT, subject_id=PERSON, value=-2, evidence=["crm:2"])
    )
    page = await served.page()
    themes = {t.theme: (t.user_id, t.required) for t in page.team}
    assert themes["TECHNICAL"] == ("u2", True)
    assert themes["EXEC_SPONSOR"] == ("", True)
    person = page.stakeholders[0]
    assert (person.status, person.influence, person.quadrant, person.attitude) == ("Confirmed", 5, "manage_closely", -2)
    assert person.blocker


async def test_a_policy_needs_three_signatures_of_others(served: Api) -> None:
    shown = await served.ask.GetTierPolicy(pb.GetTierPolicyRequest())
    assert (shown.version, shown.status, list(shown.signed_off_by)) == (1, "Active", [])
    drafted = await served.tell.DraftTierPolicy(
        pb.DraftTierPolicyRequest(meta=meta(), document_json=shown.document_json)
    )
    assert drafted.id == "2"
    await served.tell.SubmitTierPolicy(pb.TierPolicyRequest(meta=meta(), version=2))
    for n, function in enumerate(("sales", "service", "management")):
        signer = meta(function, user_id=f"s{n}")
        await served.tell.SignOffTierPolicy(pb.SignOffTierPolicyRequest(meta=signer, version=2, function=function))
    await served.tell.ActivateTierPolicy(pb.ActivateTierPolicyRequest(meta=meta(), version=2))
    await served.service.project()
    shown = await served.ask.GetTierPolicy(pb.GetTierPolicyRequest())
    assert (shown.version, len(shown.signed_off_by)) == (2, 3)
    bad = pb.DraftTierPolicyRequest(meta=meta(), document_json='{"weights": {}}')
    assert (await refused(served.tell.DraftTierPolicy(bad)))[:2] == (grpc.StatusCode.INVALID_ARGUMENT, "policy-invalid")


async def test_a_rating_counts_at_the_assessment_that_a_person_asks_for(served: Api) -> None:
    before = (await served.page()).account.completeness_bp
    await served.tell.RateTierCriterion(
        pb.RateTierCriterionRequest(
            meta=meta(),
            account_id=ACCOUNT,
            criterion="strategic.brand_innovation",
            value_bp=10_000,
            note="award",
            evidence=["x"],
        )
    )
    await served.service.project()
    await served.tell.AssessTier(pb.AssessTierRequest(meta=meta(), account_id=ACCOUNT))
    page = await served.page()
    assert page.account.completeness_bp > before
    rated = next(s for c in page.criteria for s in c.signals if s.signal == "brand_innovation")
    assert (rated.source, rated.value_bp, len(rated.event_ids)) == ("manual", 10_000, 1)


async def test_the_end_of_an_account_keeps_its_value(served: Api) -> None:
    at = "2025-06-01T00:00:00Z"
    done = await served.tell.EndAccount(
        pb.EndAccountRequest(meta=meta(effective_at=at), account_id=ACCOUNT, reason="churned")
    )
    event = await served.ask.GetEvent(pb.GetEventRequest(event_id=done.event_ids[0]))
    assert '"value_at_end":20000000' in event.data_json
    assert (await served.page()).account.lifecycle == "Ended"


async def test_status(served: Api) -> None:
    status = await served.ask.GetStatus(pb.GetStatusRequest())
    assert status.freshness.caught_up
    assert (status.accounts, status.dead_letters) == (1, 0)
    assert status.freshness.position == 7
    assert status.armed_timers >= 3


async def test_health_reflection_and_deadlines(served: Api) -> None:
    checks: Any = health_pb2_grpc.HealthStub(served.channel)
    name = "stellwerk.accounts.v1.AccountQueries"
    assert (
        await checks.Check(health_pb2.HealthCheckRequest(service=name))
    ).status == health_pb2.HealthCheckResponse.SERVING
    reflect: Any = reflection_pb2_grpc.ServerReflectionStub(served.channel)
    asked = iter([reflection_pb2.ServerReflectionRequest(list_services="")])
    listed = [r async for r in reflect.ServerReflectionInfo(asked)]
    assert name in {s.name for s in listed[0].list_services_response.service}
    with pytest.raises(grpc.aio.AioRpcError) as e:
        await served.ask.ListPortfolio(pb.ListPortfolioRequest(), timeout=0.000001)
    assert e.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED
