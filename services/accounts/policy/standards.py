"""Standards per tier: what each tier is owed, and which of that an account gets today (domain.md §15).

Limits come from the standards document (`policies/standards.v1.json`). Judged here is what this service knows: theme
owners and deputies, contact with the account and with its key players, coverage of stakeholders, renewal talks in time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from services.accounts.policy.documents import PolicyInvalid
from services.accounts.policy.tiering import TierName

Events = tuple[str, ...]
_THEMES = frozenset({"COMMERCIAL", "TECHNICAL", "SERVICE", "EXEC_SPONSOR", "RENEWALS", "LEGAL", "PRODUCT", "deputies"})
_DAYS = (
    "contact_green_days",
    "contact_amber_days",
    "key_player_contact_days",
    "stakeholder_coverage_bp",
    "renewal_lead_days",
)
# A review is due after a quarter of 13 weeks, or half a year of 26: the same weekday.
REVIEW_DAYS: Mapping[str, int] = {"monthly": 28, "quarterly": 91, "half-yearly": 182, "yearly": 364}


@dataclass(frozen=True, slots=True)
class StandardsDocument:
    """A standards document, checked. Days and basis points by tier; `theme_owners` without the word `deputies`."""

    days: Mapping[str, Mapping[str, int]]
    theme_owners: Mapping[str, tuple[str, ...]]
    deputies: Mapping[str, bool]
    review_days: Mapping[str, int]

    def limit(self, standard: str, tier: TierName) -> int | None:
        """The number a tier is owed; None: nothing is owed to this tier."""
        return self.days[standard].get(tier)

    def lead_days(self, tier: TierName | None) -> int:
        """How long before the notice deadline renewal talks begin; without tier as for C."""
        return self.days["renewal_lead_days"][tier if tier in ("A", "B", "C") else "C"]

    def review_after(self, tier: TierName | None) -> timedelta:
        """The cadence of the tier's assessment and review; without tier as for C."""
        return timedelta(days=self.review_days[tier if tier in ("A", "B", "C") else "C"])


@dataclass(frozen=True, slots=True)
class Situation:
    """What the judgement needs to know of one account at one instant.

    `owners` and `deputies`: themes that have one. `vacant_since`: when a required theme fell vacant, where known.
    `assessed` and `live`: stakeholders. `key_players`: last contact (or None) of each key player. `unattended`: days on
    which a renewal window opened for a contract that has no renewal opportunity.
    """

    tracked_since: datetime
    owners: frozenset[str] = frozenset()
    deputies: frozenset[str] = frozenset()
    vacant_since: Mapping[str, datetime] | None = None
    last_contact: datetime | None = None
    contact_events: Events = ()
    key_players: tuple[datetime | None, ...] = ()
    assessed: int = 0
    live: int = 0
    unattended: tuple[date, ...] = ()
    contract_events: Events = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One standard, kept or not. `since`: from when it is not kept."""

    standard: str
    required: str
    actual: str
    kept: bool
    since: datetime | None = None
    event_ids: Events = ()


def standards(document: Mapping[str, Any]) -> StandardsDocument:
    """Reads and checks a standards document. Raises `PolicyInvalid` with every fault found."""
    rules, problems = document.get("standards"), list[str]()
    rules = rules if isinstance(rules, Mapping) else {}
    days = {name: _by_tier(rules, name, problems) for name in _DAYS}
    themes: dict[str, tuple[str, ...]] = {}
    for tier in "ABC":
        value = _rule(rules, "theme_owners").get(tier)
        if not isinstance(value, list) or not all(isinstance(v, str) and v in _THEMES for v in value):
            problems.append(f"standards.theme_owners.{tier}: needs a list of {', '.join(sorted(_THEMES))}")
            value = []
        themes[tier] = tuple(value)
    reviews = {}
    for tier in "ABC":
        word = _rule(rules, "tier_review").get(tier)
        if not isinstance(word, str) or word not in REVIEW_DAYS:
            problems.append(f"standards.tier_review.{tier}: needs one of {', '.join(REVIEW_DAYS)}, got {word!r}")
        reviews[tier] = REVIEW_DAYS.get(str(word), 91)
    if problems:
        raise PolicyInvalid(problems)
    return StandardsDocument(
        days=days,
        theme_owners={t: tuple(n for n in names if n != "deputies") for t, names in themes.items()},
        deputies={t: "deputies" in names for t, names in themes.items()},
        review_days=reviews,
    )


def _rule(rules: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    rule = rules.get(name)
    return rule if isinstance(rule, Mapping) else {}


def _by_tier(rules: Mapping[str, Any], name: str, problems: list[str]) -> dict[str, int]:
    rule = _rule(rules, name)
    found = {t: v for t in "ABC" if isinstance(v := rule.get(t), int) and not isinstance(v, bool) and v >= 0}
    for tier in "ABC":
        if tier not in found:
            problems.append(f"standards.{name}.{tier}: needs a whole number, not negative, got {rule.get(tier)!r}")
    return found


def judge(document: StandardsDocument, tier: TierName | None, now: Situation, at: datetime) -> tuple[Finding, ...]:
    """Every standard owed to the tier, kept or not, at an instant. No tier (or N): nothing is owed."""
    if tier is None or tier == "N":
        return ()
    found = [_themes(document, tier, now)]
    if document.deputies[tier]:
        found.append(_deputies(document, tier, now))
    limit = document.days["contact_amber_days"][tier]
    found.append(_contact("contact", limit, now.last_contact, now.tracked_since, at, now.contact_events))
    limit = document.days["key_player_contact_days"][tier]
    if now.key_players:
        oldest = min(c or now.tracked_since for c in now.key_players)
        found.append(_contact("key_player_contact", limit, oldest, now.tracked_since, at, now.contact_events))
    found.append(_coverage(document, tier, now))
    found.append(_renewal(document, tier, now, at))
    return tuple(found)


def contact_colour(
    document: StandardsDocument, tier: TierName | None, last: datetime | None, at: datetime
) -> Literal["green", "amber", "red"] | None:
    """Last meaningful contact against the tier's two limits; None: no contact is known, or nothing is owed."""
    green, amber = (document.days[name].get(tier or "N") for name in ("contact_green_days", "contact_amber_days"))
    if last is None or green is None or amber is None:
        return None
    return "green" if at <= last + timedelta(days=green) else "amber" if at <= last + timedelta(days=amber) else "red"


def _themes(document: StandardsDocument, tier: TierName, now: Situation) -> Finding:
    required = document.theme_owners[tier]
    missing = [t for t in required if t not in now.owners]
    since = [(now.vacant_since or {}).get(t, now.tracked_since) for t in missing]
    return Finding(
        "theme_owners", ", ".join(required), ", ".join(t for t in required if t in now.owners), not missing,
        min(since, default=None),
    )  # fmt: skip


def _deputies(document: StandardsDocument, tier: TierName, now: Situation) -> Finding:
    required = document.theme_owners[tier]
    named = [t for t in required if t in now.deputies]
    kept = len(named) == len(required)
    return Finding("deputies", ", ".join(required), ", ".join(named), kept, None if kept else now.tracked_since)


def _contact(
    standard: str, limit: int, last: datetime | None, start: datetime, at: datetime, event_ids: Events
) -> Finding:
    ends = (last or start) + timedelta(days=limit)
    actual = "never" if last is None else f"{(at - last).days} d"
    return Finding(standard, f"{limit} d", actual, at <= ends, None if at <= ends else ends, event_ids)


def _coverage(document: StandardsDocument, tier: TierName, now: Situation) -> Finding:
    required = document.days["stakeholder_coverage_bp"][tier]
    share = 10000 * now.assessed // now.live if now.live else 0
    kept = share >= required
    return Finding("stakeholder_coverage", f"{required} bp", f"{share} bp", kept, None if kept else now.tracked_since)


def _renewal(document: StandardsDocument, tier: TierName, now: Situation, at: datetime) -> Finding:
    opened = [d for d in now.unattended if d <= at.date()]
    since = datetime.combine(min(opened), datetime.min.time(), at.tzinfo) if opened else None
    lead = document.days["renewal_lead_days"][tier]
    actual = f"{len(opened)} without renewal opportunity" if opened else "all attended"
    return Finding("renewal_lead", f"{lead} d", actual, not opened, since, now.contract_events)
