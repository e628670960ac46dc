"""A public event and the rule book → what it anchors and what it ends. Pure; knows no clock and no table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from services.notifications.policy.documents import Resolution, Rule, RuleBook, Trigger

COMPANY = "company"
PEOPLE = ("owner", "predecessor_owner", "dri", "from_owner_id", "to_owner_id")
"""Fields that name an employee who can be told, as the role `event.<field>`."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A public event as far as rules look at it. `more`: what we know beside it, under names that begin with `$`;
    `last_contact(subject)`: the newest contact with a person, or (None) with the account."""

    id: str
    type: str
    stream: str
    effective_at: datetime
    data: Mapping[str, Any]
    more: Mapping[str, Any] = field(default_factory=dict)
    last_contact: Callable[[str | None], datetime | None] = lambda _: None

    def value(self, path: str) -> Any:
        """A field; dots lead inside; None if it is not there."""
        if path == "$stream":
            return self.stream
        if path.startswith("$"):
            return self.more.get(path)
        found: Any = self.data
        for part in path.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
        return found

    @property
    def account(self) -> str:
        """The account it is about; `company` if none."""
        return str(self.data.get("account_id") or COMPANY)


@dataclass(frozen=True, slots=True)
class Anchored:
    """A rule has (again) something to watch. `key` = account|rule|subject|epoch: one alert, whatever comes twice.
    `series`: the same without epoch. `order`: which of two anchors is newer."""

    rule: str
    part: str
    trigger: Trigger
    account: str
    subject: str
    epoch: str
    anchor: datetime
    refs: tuple[str, ...]
    facts: Mapping[str, Any]
    people: Mapping[str, str]
    named: tuple[tuple[str, str], ...]
    causes: tuple[str, ...]
    theme: str
    digest: bool

    @property
    def title(self) -> str:
        """Which sentence says it."""
        return self.trigger.model_title if self.digest and self.trigger.model_title else self.trigger.title

    @property
    def series(self) -> str:
        """What a newer epoch takes the place in."""
        subject = f"{self.part}:{self.subject}" if self.part else self.subject
        return f"{self.account}|{self.rule}|{subject}"

    @property
    def key(self) -> str:
        """The deduplication key of domain.md §10."""
        return f"{self.series}|{self.epoch}"


@dataclass(frozen=True, slots=True)
class Ended:
    """Alerts of `rule` (of `part`, if given) of the account about any of `ids` are over, or (`plans`) have a plan."""

    rule: str
    part: str
    account: str
    ids: tuple[str, ...]
    plans: bool


def ended(book: RuleBook, fact: Fact) -> Iterator[Ended]:
    """What the event ends."""
    for rule in book.rules:
        for r in rule.resolved_by:
            if fact.type in r.event and _fits(r.where, fact) and not (r.unlike and _fits(r.unlike, fact)):
                yield Ended(rule.rule, r.part, fact.account, tuple(_ids(fact, r)), r.plans)


def anchored(book: RuleBook, fact: Fact) -> Iterator[Anchored]:
    """What the event anchors, one for each subject."""
    for rule in book.rules:
        for trigger in rule.triggers:
            if fact.type in trigger.event and _fits(trigger.where, fact):
                for subject in _subjects(fact, trigger):
                    if (found := _anchor(book, rule, trigger, fact, subject)) is not None:
                        yield found


def types(book: RuleBook) -> frozenset[str]:
    """Every event type that a rule listens to."""
    triggers = {e for r in book.rules for t in r.triggers for e in t.event}
    return frozenset(triggers | {e for r in book.rules for found in r.resolved_by for e in found.event})


def instant(value: Any) -> datetime | None:
    """A date or an instant as it stands in an event; a date means its first instant in UTC."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, datetime):
        return value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC)
    return datetime(value.year, value.month, value.day, tzinfo=UTC) if isinstance(value, date) else None


def _anchor(book: RuleBook, rule: Rule, trigger: Trigger, fact: Fact, subject: str) -> Anchored | None:
    contact = fact.last_contact(None if subject == fact.account else subject)
    last = {"$last_contact": contact, "effective": fact.effective_at}
    anchor = last[trigger.anchor] if trigger.anchor in last else instant(fact.value(trigger.anchor))
    if anchor is None:
        return None
    epoch = anchor.isoformat() if trigger.epoch in last else str(fact.value(trigger.epoch))
    facts = {name: fact.data[name] for name in trigger.facts if fact.data.get(name) is not None}
    if contact is not None and "last_contact" in trigger.facts:
        facts["last_contact"] = contact.isoformat()
    people = {name: str(v) for name in PEOPLE if (v := fact.data.get(name))}
    named = tuple((str(p["user_id"]), str(p["role"])) for p in fact.data.get("recipients") or ())
    refs = tuple(dict.fromkeys(str(v) for r in (trigger.subject, *trigger.refs) for v in _many(fact.value(r)) if v))
    return Anchored(
        rule.rule, trigger.part, trigger, fact.account, subject, epoch, anchor,
        (subject,) if isinstance(fact.value(trigger.subject), (list, tuple)) else refs, facts, people, named,
        (fact.id, *_evidence(fact)), _theme(book, fact),
        rule.digest_on_model_change and fact.value("trigger.kind") == "model_change",
    )  # fmt: skip


def _fits(where: Mapping[str, Sequence[Any]], fact: Fact) -> bool:
    return all(fact.value(name) in allowed for name, allowed in where.items())


def _subjects(fact: Fact, trigger: Trigger) -> list[str]:
    return [str(v) for v in _many(fact.value(trigger.subject)) if v is not None]


def _ids(fact: Fact, r: Resolution) -> Iterator[str]:
    for name in r.match:
        yield from (str(v) for v in _many(fact.value(name)) if v is not None)


def _many(value: Any) -> Sequence[Any]:
    return value if isinstance(value, (list, tuple)) else (value,)


def _evidence(fact: Fact) -> tuple[str, ...]:
    """The events that a colour rests on: alerts about them are explained by it."""
    contributions = fact.data.get("contributions") or ()
    found = (e.get("event") for c in contributions if isinstance(c, Mapping) for e in c.get("evidence") or ())
    floors = (e.get("event") for f in fact.data.get("floors") or () for e in f.get("evidence") or ())
    return tuple(dict.fromkeys(str(e) for e in (*found, *floors) if e))


def _theme(book: RuleBook, fact: Fact) -> str:
    """The theme whose owner is asked first: by the factor that adds most to the score."""
    parts = [c for c in fact.data.get("contributions") or () if isinstance(c, Mapping) and c.get("points") is not None]
    if not parts:
        return "COMMERCIAL"
    top = max(parts, key=lambda c: (int(c["points"]), str(c["factor"])))
    return book.themes_by_factor.get(str(top["factor"]), "COMMERCIAL")
