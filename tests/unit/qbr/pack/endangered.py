"""What the risk service told of the account: amber at the last review, red for 20 days, one cause answered."""

from __future__ import annotations

from typing import Any

from shared.contracts.risk.base import Contribution, Evidence, Floor, Money, Trigger
from shared.ids import derived
from tests.unit.qbr.pack.told import Log, at, on, risk

EXPOSED = Money(amount=26_200_000, currency="USD")
LATE_CASE, SILENT = derived("risk", "1"), derived("risk", "2")
MEASURE, FAILED = derived("countermeasure", "1"), derived("countermeasure", "2")
ALARM = derived("escalation", "1")


def endangered(log: Log) -> None:
    """GREEN, AMBER 100 days ago (14 before the last review), RED 40 to 20 days ago, AMBER since."""
    turned(log, "RiskTurnedGreen", -300, 1_200, "recovered")
    turned(log, "RiskTurnedAmber", -100, 4_350, "sustained")
    log.about(risk("RiskScoreChanged"), at(-60), score=5_020, coverage=9_000, contributions=parts(3_000, 2_020))
    turned(log, "RiskTurnedRed", -40, 7_215, "hard_trigger", "p1_72h")
    log.about(risk("RiskIdentified"), at(-39), risk_id=LATE_CASE, category="service", cause="p1_72h",
              title="Data loss at the site", owner="u1", by="user:u1")  # fmt: skip
    log.about(risk("RiskAssessed"), at(-39), risk_id=LATE_CASE, likelihood=4, impact=5, arr_exposed=EXPOSED,
              by="user:u1")  # fmt: skip
    plan(log, LATE_CASE, FAILED, -38, -30, "Restore the backup")
    log.about(risk("CountermeasureFailed"), at(-29), risk_id=LATE_CASE, countermeasure_id=FAILED, by="user:u1",
              reason_ref=derived("text", "1"))  # fmt: skip
    plan(log, LATE_CASE, MEASURE, -28, -2, "Send the task force")
    log.about(risk("EscalationOpened"), at(-37), escalation_id=ALARM, severity="high", title="Data loss",
              cause="p1_72h", by="user:u1", update_due_at=at(-35))  # fmt: skip
    log.about(risk("EscalationDriAssigned"), at(-36), escalation_id=ALARM, severity="high", dri="u2", by="user:u1")
    turned(log, "RiskTurnedAmber", -20, 5_640, "recovered", floors=("p1_72h", "silence"))
    log.about(risk("RiskIdentified"), at(-3), risk_id=SILENT, category="other", cause="other",
              title="A competitor is asked in", owner="u1", by="user:u1")  # fmt: skip
    log.about(risk("RiskTrendChanged"), at(-2), trend="rising", was="steady", delta_30d=900)
    log.about(risk("RiskEarlyWarningRaised"), at(-2), kind="floor_ahead", code="notice_no_opp", expected_at=at(15),
              why="words that must not be shown")  # fmt: skip


def turned(log: Log, name: str, days: int, score: int | None, kind: str, code: str | None = None, *,
           floors: tuple[str, ...] = ()) -> None:  # fmt: skip
    """Another colour, `days` before (negative) the pack's instant."""
    forced = floors or ((code,) if code else ())
    log.about(
        risk(name), at(days), tier="A", from_="GREEN", score=score, coverage=9_000,
        trigger=Trigger(kind=kind, code=code), why="words that must not be shown",  # type: ignore[arg-type]
        contributions=parts((score or 0) - 1_000, 1_000),
        floors=tuple(
            Floor(code=f, colour="AMBER", factor="service", evidence=(Evidence(event="crm:7", code=f, why="w"),))
            for f in forced
        ),
        arr_exposed=EXPOSED, epoch=1, model_version=1,
    )  # fmt: skip


def parts(service: int, usage: int) -> tuple[Contribution, ...]:
    """What two factors add; a third adds nothing."""
    return (
        Contribution(factor="usage", weight=1_500, value=2_000, points=usage, delta_14d=-100),
        Contribution(factor="service", weight=2_000, value=8_000, points=service, delta_14d=600),
        Contribution(factor="delivery", weight=1_000, value=0, points=0),
    )


def plan(log: Log, of: Any, key: Any, days: int, due: int, title: str) -> None:
    """A countermeasure of a risk."""
    log.about(risk("CountermeasurePlanned"), at(days), risk_id=of, countermeasure_id=key, title=title, owner="u1",
              due=on(due), link="", by="user:u1")  # fmt: skip
