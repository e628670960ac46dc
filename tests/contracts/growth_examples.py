"""One event of each private type of the growth service, with every field filled in: golden files and examples use them.

`python -m tests.contracts.growth_examples` writes the example messages that are missing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from services.growth.domain import AccountPlanning, GrowthPlan, Playbook, PlayRun, Whitespace
from services.growth.domain.values import Checkpoint, PlayStep, Recipient
from services.growth.policy import playbooks
from services.growth.publish import publish
from shared import ids
from shared.contracts import schemas
from shared.contracts.base import Envelope
from shared.contracts.growth import CHANNEL
from shared.eventstore.events import Aggregate, AggregateCreated, Event, Meta, Recorded
from shared.testing import recorded as as_recorded

AT = datetime(2026, 3, 28, 23, tzinfo=UTC)
ACCOUNT = ids.account_id("sugar", "acme")
PERSON = ids.subject_id("sugar", "contact", "c1")
PLAN, NEXT_PLAN, RUN = (ids.derived("example", n) for n in ("plan", "next-plan", "run"))
GOAL, INITIATIVE, OTHER, ACTION = (ids.derived("example", n) for n in ("goal", "initiative", "other", "action"))
M1, M2, M3, WORDS = (ids.derived("example", n) for n in ("m1", "m2", "m3", "words"))
BOOK: dict[str, Any] = {
    "playbook": "renewal", "title": {"de": "Verlängerung sichern", "en": "Secure the renewal"},
    "purpose": {"de": "Der Kunde verlängert.", "en": "The customer renews."}, "anchor": "notice_deadline",
    "steps": [{
        "step": "offer", "title": {"de": "Angebot vorlegen", "en": "Present the offer"}, "role": "COMMERCIAL",
        "from": "anchor", "business_days": -40,
    }],
}  # fmt: skip

VALUES: Mapping[str, Any] = {
    "title": "Second site goes live", "owner": "u7", "starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31),
    "time_zone": "Europe/Berlin", "was": "Europe/Vienna", "tz": "Europe/Berlin", "drafted_by": "user:u7",
    "submitted_by": "user:u7", "approver": "user:u1", "returned_by": "user:u1", "closed_by": "user:u7",
    "abandoned_by": "user:u7", "tier": "A", "duty": "head_of_kam", "policy_version": 1, "reason_ref": WORDS,
    "summary_ref": WORDS, "outcome_ref": WORDS, "no_opportunity_ref": WORDS, "revision": 1, "result": "partly",
    "by_plan_id": NEXT_PLAN, "due_on": date(2026, 6, 1), "every_days": 91, "check_every_days": 91, "late_by_s": 0,
    "grace_business_days": 10, "days_left": 60, "goal_id": GOAL, "kpi_id": "active_seats@1", "baseline": 100,
    "target": 200, "unit": "seats", "direction": "increase", "due": date(2026, 3, 28), "from_target": 150,
    "to_target": 200, "from_due": date(2026, 3, 27), "to_due": date(2026, 3, 28), "by_subject": PERSON, "at": AT,
    "checkpoints": (Checkpoint(on=date(2026, 2, 1), value=130),), "value": 118, "value_on": date(2026, 3, 2),
    "expected": 116, "status": "OnTrack", "progress_bp": 1800, "checked_on": date(2026, 3, 2), "checked_by": "user:u7",
    "initiative_id": INITIATIVE, "goal_ids": (GOAL,), "stakeholders": (PERSON,), "opportunity_id": "o-17",
    "origin": "qbr_action", "from_action_id": ACTION, "action_id": ACTION, "run_id": RUN, "from_owner": "u8",
    "to_owner": "u9", "outcome": "achieved", "primary": True, "primary_initiative_id": OTHER, "milestone_id": M1,
    "due_version": 3, "duration_days": 5, "step": "offer", "started_on": date(2026, 3, 2), "times_rescheduled": 2,
    "completed_at": AT, "completed_on": date(2026, 3, 29), "days_late": 1, "predecessor_id": M2, "kind": "FS",
    "lag_days": 2, "predecessor_plan_id": NEXT_PLAN, "milestone_ids": (M1, M2), "plan_ids": (PLAN, NEXT_PLAN),
    "blocked_by": (M2,), "predecessor_due": date(2026, 3, 27), "predecessor_due_version": 2,
    "earliest_possible": date(2026, 3, 31), "predecessor_owner": "u9", "business_days_left": 3, "blocks": (M3,),
    "on_critical_path": True, "goals": (GOAL,), "step_business_days": 0, "why": "blocked",
    "recipients": (Recipient(user_id="u9", role="blocker_owner"), Recipient(user_id="u7", role="owner")),
    "since": AT, "duty_version": 1, "live": False, "plan_id": PLAN, "playbook": BOOK["playbook"],
    "playbook_version": 1, "document": BOOK, "titles": BOOK["title"], "digest": playbooks.digest(BOOK),
    "published_by": "system:growth", "started_by": "user:u7", "anchor_on": date(2026, 9, 30), "completed": 7,
    "skipped": 1, "org_unit": "account", "product": "GTX", "state": "InUse", "potential": 120_000, "currency": "USD",
    "evidence": ("c1",), "by_facts": True, "assessed_by": "system:growth", "reason": "completed",
}  # fmt: skip
"""Field name → value."""

STEP = PlayStep(step="offer", milestone_id=M1, role="COMMERCIAL", owner="u7", due=date(2026, 3, 28))
OTHERWISE: Mapping[str, Mapping[str, Any]] = {
    "GrowthPlanDutyLifted": {"why": "declassified"},
    "InitiativeProposalRefused": {"reason": "no_stakeholder"},
    "PlayStarted": {"steps": (STEP,)},
    "PlaybookPublished": {"steps": ("offer",)},
}  # fmt: skip
"""What one type has differently."""

STREAMS: Mapping[type[Aggregate], UUID] = {
    GrowthPlan: PLAN,
    AccountPlanning: AccountPlanning.create_id(ACCOUNT),
    PlayRun: RUN,
    Playbook: Playbook.create_id(BOOK["playbook"]),
    Whitespace: Whitespace.create_id(ACCOUNT),
}


def examples() -> list[Event]:
    """One of each, by aggregate and name."""
    found: list[Event] = []
    for cls, stream in STREAMS.items():
        kinds = {k for name in dir(cls) if isinstance(k := getattr(cls, name), type) and issubclass(k, Event)}
        versions = count(1)
        for kind in sorted((k for k in kinds if getattr(k, "TOPIC", None)), key=_order):
            known = {"account_id": ACCOUNT, **VALUES, **OTHERWISE.get(kind.__name__, {})}
            own: dict[str, Any] = {name: known[name] for name in kind.model_fields if name in known}
            own |= {"originator_id": stream, "originator_version": next(versions), "timestamp": AT}
            if issubclass(kind, AggregateCreated):
                own["originator_topic"] = cls.TOPIC
            found.append(kind(**own))
    return found


def _order(kind: type[Event]) -> tuple[bool, str]:
    return not issubclass(kind, AggregateCreated), kind.__name__


def recorded(event: Event, position: int) -> Recorded:
    """As the log would hold it."""
    cause = f"qbr:{position}"
    why = {"command_id": ids.command_id(cause, "example", "1"), "correlation_id": ids.derived("correlation", cause)}
    meta = Meta("user:u7", causation_id=cause, policy_refs=(("growth", 1),), **why)
    return as_recorded(event, position, AT + timedelta(seconds=2), meta)


def main() -> None:
    """Write the example messages that do not exist yet."""
    directory = schemas.HERE / "examples" / CHANNEL
    directory.mkdir(parents=True, exist_ok=True)
    for position, event in enumerate(examples(), 1001):
        if (message := publish(r := recorded(event, position))) is None:
            continue
        public = message[1]
        envelope = Envelope(
            id=r.event_id, type=public.TYPE, position=position, stream=r.stream_id, version=r.version,
            effective_at=r.effective_at, recorded_at=r.recorded_at, actor=r.actor, command_id=r.command_id,
            correlation_id=r.correlation_id, causation_id=r.causation_id,
            policy_refs=[{"policy": "growth", "version": 1}], data=public.model_dump(mode="json"),
        )  # fmt: skip
        path = directory / f"{public.TYPE}.v{public.SCHEMA}.json"
        if not path.exists():
            value = envelope.model_dump(mode="json", by_alias=True)
            path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
