"""Handovers of Kan-code: one runs to the demo user, two are over."""

from __future__ import annotations

from services.portal.settings import PortalSettings
from shared.protos import accounts_pb2 as pb
from tests.unit.portal import demo
from tests.unit.portal.demo_parts import uuid_of

ME = PortalSettings().demo_user


def handovers(crm_id: str, as_of: str = "", to: str = ME) -> pb.ListHandoversResponse | None:
    """None if nobody knows the account. `to`: who takes the commercial theme over."""
    account = demo.account(crm_id)
    if account is None:
        return None
    answer = pb.ListHandoversResponse(as_of=account.as_of)
    row = account.account
    if row.name != "Kan-code":
        return answer
    person = account.stakeholders[0]
    items = [
        pb.HandoverItem(kind="escalation", ref=uuid_of("esc"), what="high", label="Outage of the line in Graz",
                        due_on="2026-11-17"),
        pb.HandoverItem(kind="promise", ref=uuid_of("act"), what="ours", label="Send the integration plan",
                        due_on="2026-11-20", confirmed_at="2026-11-12T08:00:00Z", note="with the new dates",
                        event_id="accounts:4001"),
        pb.HandoverItem(kind="promise", ref=uuid_of("mile"), what="milestone", label="Pilot in two plants",
                        due_on="2026-12-18"),
        pb.HandoverItem(kind="contract", ref=uuid_of("con"), what="notice_deadline", label="Kan-code GTX 2027",
                        due_on="2026-12-31"),
        pb.HandoverItem(kind="timer", ref=uuid_of("qbr"), what="qbr", due_on="2026-12-10"),
        pb.HandoverItem(kind="timer", ref="tier_review", what="tier_review", due_on="2027-01-01"),
        pb.HandoverItem(kind="stakeholder", ref=person.subject_id, what="ECONOMIC_BUYER", name=person.name,
                        confirmed_at="2026-11-12T08:05:00Z", event_id="accounts:4002"),
    ]  # fmt: skip
    for item in items:
        item.item_id = f"{item.kind}:{item.ref}"
    running = pb.HandoverRow(
        handover_id=uuid_of("handover"), account_id=row.account_id, theme="COMMERCIAL", state="Started",
        from_owner_id=row.owner_id, from_owner=row.owner, to_owner_id=to, to_owner="Franziska Kling", cause="person",
        due_on="2026-11-25", started_at="2026-11-11T09:00:00Z", event_id="accounts:4002", items=items, confirmed=2,
    )  # fmt: skip
    past = pb.HandoverRow(
        handover_id=uuid_of("past"), account_id=row.account_id, theme="SERVICE", state="Accepted",
        from_owner_id="u-76", from_owner="Ben Okafor", to_owner_id="u-77", to_owner="Versie Hillebrand",
        cause="owner_replaced", due_on="2026-06-12", started_at="2026-05-28T09:00:00Z",
        ended_at="2026-06-01T08:00:00Z", event_id="accounts:3001",
    )  # fmt: skip
    refused = pb.HandoverRow(
        handover_id=uuid_of("refused"), account_id=row.account_id, theme="SERVICE", state="Declined",
        from_owner_id="u-76", from_owner="Ben Okafor", to_owner_id="u-79", to_owner="Ida Berg", cause="person",
        due_on="2026-05-20", started_at="2026-05-06T09:00:00Z", ended_at="2026-05-07T08:00:00Z",
        reason="two other accounts this quarter", event_id="accounts:3000",
    )  # fmt: skip
    answer.handovers.extend([running, past, refused])
    return answer
