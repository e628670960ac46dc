"""What the alert pages compute from an answer: the reader's language, filters, what can be chosen. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Protocol
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from services.portal.models import InboxItem

SEVERITIES = {"critical": "red", "urgent": "red", "warning": "amber", "info": "grey"}
STATES = {
    "Resolved": "green", "Expired": "grey", "Suppressed": "grey", "LadderExhausted": "red", "Escalated": "red",
    "Acknowledged": "green",
}  # fmt: skip
KINDS = ("told", "later", "not_told", "failed", "people", "ended")
CHANNELS = ("in_app", "email", "slack", "teams", "webhook", "apprise")
RULES = tuple(f"R{n}" for n in range(1, 23))
PAGE = 50
MORNING = 9  # the hour at which a snooze ends if nothing else is said


class _Worded(Protocol):
    @property
    def text(self) -> str | None: ...
    @property
    def text_en(self) -> str | None: ...
    @property
    def rule_name(self) -> str | None: ...
    @property
    def rule_name_en(self) -> str | None: ...


def text(alert: _Worded, language: str) -> str:
    """The fact in the reader's language."""
    return (alert.text if language == "de" else alert.text_en or alert.text) or ""


def rule(alert: _Worded, language: str) -> str:
    """The rule's name in the reader's language."""
    return (alert.rule_name if language == "de" else alert.rule_name_en or alert.rule_name) or ""


def severity_lamp(severity: str | None) -> str:
    """The lamp of a severity."""
    return SEVERITIES.get(severity or "", "grey")


def state_lamp(state: str | None) -> str:
    """The lamp of a state; what is on its way is amber."""
    return STATES.get(state or "", "amber")


@dataclass(frozen=True, slots=True)
class Question:
    """The ledger's address, parsed. `days`: how far back; everything else narrows what is shown."""

    account: str = ""
    kind: str = ""
    rule: str = ""
    channel: str = ""
    person: str = ""
    first: str = ""
    last: str = ""
    after: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Question:
        """From query parameters; anything not understood is as if it had not been said."""
        said = cls(**{f.name: query[f.name].strip()[:80] for f in fields(cls) if query.get(f.name)})
        kind, name = said.kind if said.kind in KINDS else "", said.rule if said.rule in RULES else ""
        return replace(said, kind=kind, rule=name, first=_day(said.first), last=_day(said.last))

    def address(self, path: str = "/alerts/ledger", **changes: str) -> str:
        """The address of this question with some answers changed."""
        changed = replace(self, **changes)
        found = {f.name: v for f in fields(self) if (v := getattr(changed, f.name))}
        return f"{path}?{urlencode(found)}" if found else path

    @property
    def filtered(self) -> bool:
        """Whether something is hidden."""
        return any((self.account, self.kind, self.rule, self.channel, self.person, self.first, self.last))


def _day(value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        return ""


def day(value: str) -> date | None:
    """A day of the address; empty is None."""
    return date.fromisoformat(value) if value else None


def snooze_until(item: InboxItem, now: datetime, zone: ZoneInfo) -> datetime:
    """What the form offers: tomorrow at nine, or as long as is allowed if that is earlier."""
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    morning = datetime(tomorrow.year, tomorrow.month, tomorrow.day, MORNING, tzinfo=zone)
    return min(morning, item.snooze_until) if item.snooze_until else morning


def scope_words(scope: str) -> tuple[str, str]:
    """`R7|account:<id>` → (rule, account id); either may be empty."""
    name, _, account = scope.partition("account:")
    return name.strip("|"), account
