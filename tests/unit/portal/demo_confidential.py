"""What an accounts service that never was keeps confidential, and whom it can name."""

from __future__ import annotations

from shared.protos import accounts_pb2 as pb
from tests.unit.portal import demo_qbr

WORDS = "Der Einkaufsleiter geht im März;\n<b>noch</b> weiß es im Haus niemand."
STAFF = (
    ("u1", "Anna Ahlers"),
    ("u2", "Bernd Böhm"),
    ("u3", "Clara Çelik"),
    ("u4", ""),
    ("u-77", "Versie Hillebrand"),
    ("demo", "Dana Demo"),
)
OPEN, LIFTED = demo_qbr.ids("topic", 1), demo_qbr.ids("topic", 2)


def employees() -> pb.ListEmployeesResponse:
    return pb.ListEmployeesResponse(employees=[pb.Employee(user_id=u, name=n) for u, n in STAFF])


def topics() -> list[pb.SensitiveTopic]:
    anna, bernd, clara, *_ = employees().employees
    return [
        pb.SensitiveTopic(
            topic_id=OPEN, text=WORDS, audience=[bernd, clara], flagged_by=anna, flagged_at="2026-11-02T09:30:00Z",
            event_id="accounts:3",
        ),
        pb.SensitiveTopic(
            topic_id=LIFTED, audience=[bernd], flagged_by=anna, flagged_at="2026-08-02T09:30:00Z",
            event_id="accounts:3", lifted_at="2026-09-02T09:30:00Z", lifted_by=bernd, lifted_event_id="accounts:3",
        ),
    ]  # fmt: skip
