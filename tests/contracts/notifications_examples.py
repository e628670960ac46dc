"""One event of each private type of the notifications service, with every field filled in: golden files and examples
use them."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from services.notifications.domain import AlertCase, AlertRules, Digest, Preferences, WebHook
from services.notifications.domain.values import NeverActed, Step, Told
from shared import ids
from shared.eventstore.events import AggregateCreated, Event

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LATER = AT + timedelta(days=3)
ACCOUNT = ids.account_id("sugar", "acme")
PERSON = ids.subject_id("sugar", "contact", "c1")
ALERT = AlertCase.create_id("a|R13|champion:p|1")
DELIVERY = ids.derived("delivery", "1")
STEP = Step(key="accounts:7:0", due_at=AT, level=0, to=("commercial_owner",), urgency="immediate")
TOLD = Told(person="u7", role="commercial_owner")
MESSAGE: dict[str, Any] = {"person": "u7", "channel": "email", "delivery_id": DELIVERY}
MATTER: dict[str, Any] = {
    "trigger": "ChampionLost", "title": "champion_lost", "facts": {"tier": "A"}, "why": ("accounts:7",),
    "people": {"owner": "u8"}, "named": (TOLD,), "steps": (STEP,), "expires_at": LATER,
}  # fmt: skip


def examples() -> list[Event]:
    """In the order in which they could happen."""
    c = AlertCase
    found: list[tuple[Any, dict[str, Any]]] = [
        (c.AlertRaised, {
            **MATTER, "status": "Raised", "key": "a|R13|champion:p|1", "rule": "R13", "rule_version": 1,
            "part": "champion", "subject": str(PERSON), "epoch": "1", "severity": "urgent", "tier": "A",
            "theme": "COMMERCIAL", "refs": (str(PERSON),), "persons": (PERSON,), "realert": "5 bd", "late_by_s": 12,
        }),
        (c.AlertStepReached, {"status": "Raised", "step": STEP.key, "level": 0, "to": (TOLD,), "late_by_s": 1}),
        (c.AlertDeliveryQueued, {"status": "Raised", **MESSAGE}),
        (c.AlertDelivered, {"status": "Delivered", **MESSAGE, "digest_id": DELIVERY, "attempts": 2}),
        (c.AlertDeliveryFailed, {"status": "Delivered", **MESSAGE, "attempt": 1, "why": "450 busy"}),
        (c.AlertDeliveryUnconfirmed, {"status": "Delivered", **MESSAGE, "attempt": 1, "why": "no answer after DATA"}),
        (c.AlertDeadLettered, {"status": "Delivered", **MESSAGE, "attempts": 6, "why": "550 no such user"}),
        (c.AlertDeferred, {"status": "Deferred", "person": "u7", "until": LATER, "why": "quiet_hours"}),
        (c.AlertDigested, {"status": "Digested", "person": "u7", "digest_id": DELIVERY, "at": LATER, "why": "budget"}),
        (c.AlertSuppressedForRecipient, {"status": "Delivered", "person": "u7", "why": "muted"}),
        (c.AlertSeen, {"status": "Seen", "person": "u7"}),
        (c.AlertAcknowledged, {"status": "Acknowledged", "person": "u7", "realert_at": LATER}),
        (c.AlertSnoozed, {"status": "Snoozed", "person": "u7", "until": LATER, "reason": "other"}),
        (c.AlertSnoozeEnded, {"status": "Raised", "person": "u7"}),
        (c.AlertDelegated, {"status": "Raised", "person": "u7", "to": "u9"}),
        (c.AlertEscalated, {"status": "Escalated", "step": STEP.key, "level": 2, "to": (TOLD,), "late_by_s": 0}),
        (c.AlertStepSkipped, {"status": "Escalated", "step": STEP.key, "level": 2, "why": "acknowledged"}),
        (c.AlertScheduleExtended, {"status": "Raised", **MATTER}),
        (c.AlertReopened, {"status": "Raised", "count": 1}),
        (c.AlertPlanNoted, {"status": "Raised", "by_event": "risk:9"}),
        (c.AlertFolded, {"status": "Folded", "under": ALERT}),
        (c.AlertUnfolded, {"status": "Raised"}),
        (c.AlertPaused, {"status": "Raised", "by": "sugar", "until": LATER}),
        (c.AlertContinued, {"status": "Raised"}),
        (c.AlertSuppressed, {"status": "Suppressed", "why": "superseded"}),
        (c.AlertResolved, {"status": "Resolved", "by_event": "accounts:9", "by_type": "StakeholderSucceeded"}),
        (c.AlertExpired, {"status": "Expired"}),
        (c.LadderExhausted, {"status": "LadderExhausted", "level": 3}),
    ]  # fmt: skip
    p = Preferences
    of_person: list[tuple[Any, dict[str, Any]]] = [
        (p.PreferencesOpened, {}),
        (p.RecipientChannelsSet, {"channels": ("in_app", "email"), "locale": "en"}),
        (p.QuietHoursSet, {
            "zone": "Europe/Berlin", "start": time(19), "end": time(7), "release": time(7, 30), "free_days": True,
            "critical_consent": False,
        }),
        (p.DigestPreferenceSet, {"at": time(8), "days": (0, 2)}),
        (p.ChannelVerified, {"channel": "email"}),
        (p.ChannelRevoked, {"channel": "email", "why": "550 no such user"}),
        (p.AlertMuted, {"scope": "R7", "until": LATER}),
        (p.AlertUnmuted, {"scope": "R7"}),
    ]  # fmt: skip
    book: list[tuple[Any, dict[str, Any]]] = [
        (AlertRules.AlertRulesOpened, {}),
        (AlertRules.AlertRulePublished, {
            "policy_version": 1, "digest": "sha256:0", "document": {"rules": []}, "signed_off": False,
        }),
    ]  # fmt: skip
    w = WebHook
    heard: dict[str, Any] = {
        "name": "BI", "url": "https://bi.example.com/hook", "types": ("RiskTurnedRed",), "accounts": (ACCOUNT,),
    }  # fmt: skip
    hook: list[tuple[Any, dict[str, Any]]] = [
        (w.WebHookSubscribed, {**heard, "after": 41}),
        (w.WebHookChanged, heard),
        (w.WebHookSecretRotated, {"generation": 2, "overlap_until": LATER}),
        (w.WebHookPaused, {}),
        (w.WebHookResumed, {}),
        (w.WebHookReplayed, {"after": 7}),
        (w.WebHookDisabled, {"why": "HTTP 503", "failing_since": AT}),
        (w.WebHookUnsubscribed, {}),
    ]
    digest: list[tuple[Any, dict[str, Any]]] = [
        (
            Digest.DigestSent,
            {
                "person": "u7",
                "at": AT,
                "alerts": (ALERT,),
                "kind": "weekly",
                "never_acted": (NeverActed(rule="R7", told=3),),
                "exhausted": (ALERT,),
            },
        )
    ]
    return [
        *_events(AlertCase, ALERT, found, account_id=ACCOUNT),
        *_events(Preferences, Preferences.create_id("u7"), of_person, person="u7"),
        *_events(AlertRules, AlertRules.create_id(), book),
        *_events(WebHook, ids.derived("web hook", "1"), hook),
        *_events(Digest, Digest.create_id("u7", AT), digest),
    ]


def _events(cls: Any, stream: Any, found: list[tuple[Any, dict[str, Any]]], **more: Any) -> list[Event]:
    events = []
    for version, (kind, fields) in enumerate(found, 1):
        own = {"originator_id": stream, "originator_version": version, "timestamp": AT, **more}
        if issubclass(kind, AggregateCreated):
            own["originator_topic"] = cls.TOPIC
        events.append(kind(**{**own, **fields}))
    return events
