"""What the reads found → messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import orjson

from services.risk.policy.clocks import Clock
from services.risk.policy.evaluate import Evaluation
from services.risk.policy.factors import Evidence
from services.risk.policy.findings import answers
from services.risk.policy.forecast import Step as Ahead
from services.risk.reads.escalations import Step
from services.risk.reads.portfolio import Row
from services.risk.reads.responses import Escalation, Item, Override
from shared.protos import risk_pb2 as pb


def instant(at: datetime | None) -> str:
    """RFC 3339 in UTC; empty: not known."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else ""


def who(actor: str) -> str:
    """Who decided: an employee's user id as the CRM has it, or `policy:…` for what nobody did by hand."""
    return actor.removeprefix("user:")


def row(r: Row, names: Mapping[UUID, str]) -> pb.RiskRow:
    """One account of the portfolio. `names`: of all accounts."""
    made = pb.RiskRow(
        account_id=str(r.account_id), crm_id=r.crm_id, name=r.name, tier=r.tier, colour=r.colour,
        model_colour=r.model, score=r.score, coverage=r.coverage, trend=r.trend, delta_30d=r.delta_30d,
        since=instant(r.since), why=r.why, stale=r.stale, overridden=r.overridden, flapping=r.flapping,
        no_countermeasure=r.no_countermeasure, escalation=r.responses.gravest, arr_minor=r.arr, currency=r.currency,
        parent_id=str(r.parent_id or ""), warnings=sorted(w["sign"].partition(" ")[2] for w in r.warnings),
        owner_id=r.owner_id, event_id=r.event_id, evaluated_at=instant(r.evaluated_at),
        plan_due_at=instant(r.plan_due_at), override_waits=r.override_waits, at_risk=r.at_risk,
    )  # fmt: skip
    if r.group is not None:
        g = r.group
        made.group.CopyFrom(
            pb.RollUp(
                colour=g.colour, worst_child_id=str(g.worst.account_id), worst_child=names.get(g.worst.account_id, ""),
                worst_colour=g.worst.colour, arr_at_risk_minor=g.at_risk, arr_minor=g.arr, red_share_bp=g.red_share,
                amber_share_bp=g.amber_share, rule=g.rule, children=g.children,
            )
        )  # fmt: skip
    return made


def warning(sign: Mapping[str, Any]) -> pb.EarlyWarning:
    """A sign of a worse colour."""
    d = sign["data"]
    return pb.EarlyWarning(
        kind=d["kind"], since=instant(sign["effective_at"]), why=d["why"], code=d["code"] or "",
        expected_at=d["expected_at"] or "", event_id=sign["event_id"],
    )  # fmt: skip


def evidence(e: Evidence) -> pb.RiskEvidence:
    """What a value rests on."""
    return pb.RiskEvidence(event=e.event or "", clock=e.clock or "", since=instant(e.since), code=e.code, why=e.why)


def contributions(
    e: Evaluation, weights: Mapping[str, Mapping[str, int]], before: Mapping[str, int | None] | None
) -> list[pb.RiskContribution]:
    """`weights`: of the signals, by factor; `before`: the values of 14 days ago."""
    found = []
    for f in e.factors:
        was = (before or {}).get(f.name)
        signals = [
            pb.RiskSignal(
                signal=name, weight=weights[f.name].get(name, 0), value=s.value, raw=s.raw,
                evidence=[evidence(x) for x in s.evidence],
            )
            for name, s in f.signals.items()
        ]  # fmt: skip
        found.append(
            pb.RiskContribution(
                factor=f.name, weight=f.weight, value=f.value, points=f.points, signals=signals, expired=f.expired,
                delta_14d=None if was is None or f.value is None else f.value - was,
                evidence=[evidence(x) for x in f.evidence],
            )
        )  # fmt: skip
    return found


def floors(e: Evaluation) -> list[pb.RiskFloor]:
    """Conditions that force a colour."""
    return [
        pb.RiskFloor(code=f.code, colour=f.colour, factor=f.factor, evidence=[evidence(x) for x in f.evidence])
        for f in e.floors
    ]


def counterfactuals(found: list[Any]) -> list[pb.RiskCounterfactual]:
    """What would turn it better."""
    return [
        pb.RiskCounterfactual(
            change=c.change, score=c.score, colour_after=c.colour_after,
            changes=[pb.RiskChange(code=x.code, subject=x.subject, change=x.change) for x in c.changes],
        )
        for c in answers(found)
    ]  # fmt: skip


def colour_step(r: Any) -> pb.ColourStep:
    """A colour event."""
    return pb.ColourStep(
        at=instant(r.effective_at), to=r.to_colour, trigger=r.trigger, code=r.code or "", why=r.why, score=r.score,
        late_by_s=r.late_by_s, event_id=r.event_id, epoch=r.epoch, model_version=r.model_version, data_json=r.data,
        **{"from": r.from_colour},
    )  # fmt: skip


def forecast_step(s: Ahead) -> pb.ForecastStep:
    """A colour that will come."""
    return pb.ForecastStep(
        at=instant(s.at), to=s.to, trigger=s.trigger, code=s.code, why=s.why, score=s.score, **{"from": s.was}
    )


def timers(found: Iterable[Clock], most: int = 20) -> list[pb.RiskTimer]:
    """What time brings next."""
    return [pb.RiskTimer(at=instant(c.at), code=c.code, why=c.why) for c in list(found)[:most]]


def said(ref: object, texts: Mapping[UUID, str]) -> str:
    """The words behind a reference; empty: none, or erased."""
    return texts.get(UUID(str(ref)), "") if ref else ""


def item(i: Item, texts: Mapping[UUID, str], today: date, escalated: bool) -> pb.RiskItem:
    """A risk item."""
    return pb.RiskItem(
        risk_id=i.id, category=i.category, cause=i.cause, title=i.title, owner=i.owner, status=i.status,
        likelihood=i.likelihood, impact=i.impact, arr_exposed_minor=i.arr, currency=i.currency,
        accepted_until=instant(i.until), no_countermeasure=i.no_countermeasure, identified_at=instant(i.at),
        version=i.version, escalated=escalated, accepted_by=who(i.accepted_by), text=said(i.said, texts),
        countermeasures=[
            pb.Countermeasure(
                countermeasure_id=m.id, title=m.title, owner=m.owner, due=m.due.isoformat(), status=m.status,
                link=m.link, overdue=m.status == "planned" and m.due < today, text=said(m.said, texts),
            )
            for m in i.measures.values()
        ],
    )  # fmt: skip


def escalation(e: Escalation, texts: Mapping[UUID, str], names: Mapping[UUID, str]) -> pb.EscalationRow:
    """An escalation."""
    return pb.EscalationRow(
        escalation_id=e.id, account_id=str(e.account_id), account=names.get(e.account_id, ""), title=e.title,
        cause=e.cause, severity=e.severity, status=e.status, dri=e.dri, opened_at=instant(e.at),
        update_due_at=instant(e.due), update_overdue=e.overdue, last_update_at=instant(e.said_at),
        last_update=said(e.said, texts), closed_at=instant(e.closed_at), risk_id=e.risk_id,
        version=e.version,
    )  # fmt: skip


def escalation_step(s: Step, texts: Mapping[UUID, str]) -> pb.EscalationStep:
    """What was decided or said about an escalation."""
    d = s.data
    return pb.EscalationStep(
        at=instant(s.at), kind=s.kind, by=who(d.get("by") or ""), severity=d["severity"], was=d.get("was") or "",
        dri=d.get("dri") or "", text=said(s.text, texts), update_due_at=_utc(d.get("update_due_at")),
        agreed_by_customer=d.get("agreed_by_customer") or "", event_id=s.event_id,
    )  # fmt: skip


def _utc(value: str | None) -> str:
    return instant(datetime.fromisoformat(value)) if value else ""


def override(o: Override, texts: Mapping[UUID, str]) -> pb.Override:
    """A colour that a person set."""
    return pb.Override(
        override_id=o.id, to=o.to, reason=o.reason, text=said(o.text, texts), until=instant(o.until),
        by=who(o.by), status=o.status, confirmed_by=who(o.confirmed_by), at=instant(o.at), **{"from": o.was},
    )  # fmt: skip


def document(d: Mapping[str, Any]) -> str:
    """A model as JSON text."""
    return orjson.dumps(d, option=orjson.OPT_INDENT_2).decode()
