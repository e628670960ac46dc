"""The ten readiness questions (domain.md §19), 0 to 100 each, computed from the facts, never ticked by hand.

A question that cannot be answered yet is "–" and listed; the total is the mean of the others. Each names the accounts
that keep it down.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from services.insights.policy.kpi import Catalogue, Period, compute
from services.insights.policy.kpi.base import basis_points, year_before
from services.insights.policy.kpi.relations import fresh, roles
from services.insights.policy.world import KEY_TIERS, Customer, World

GREEN, AMBER = 90, 60


@dataclass(frozen=True, slots=True)
class Use:
    """How the system is used: distinct people a week, how many are meant to, and which views were opened."""

    active: int = 0
    licensed: int = 0
    views: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reviews:
    """Reviews of data quality: due until the day, and completed in time."""

    due: int = 0
    in_time: int = 0


VIEWS = ("pipeline", "risks", "renewals", "activities")
"""The four views of question Q9 (building block U5)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`score` None: cannot be answered yet, `why` says why. `failing`: account → what is missing."""

    question: str
    score: int | None
    why: str
    failing: Mapping[UUID, str]


def light(score: int | None) -> str:
    """GREEN from 90, AMBER from 60, else RED; GREY: not answered."""
    return "GREY" if score is None else "GREEN" if score >= GREEN else "AMBER" if score >= AMBER else "RED"


def total(answers: list[Answer]) -> int | None:
    """The mean of the questions that are answered."""
    scores = [a.score for a in answers if a.score is not None]
    return (2 * sum(scores) + len(scores)) // (2 * len(scores)) if scores else None


def answers(w: World, catalogue: Catalogue, day: date, use: Use, reviews: Reviews) -> list[Answer]:
    """All ten, in order."""
    end = w.terms.end(day)
    keys = [c for c in w.customers if c.is_key(end)]
    return [
        _q1(w, keys, day), _q2(w, keys, day), _q3(w, keys, day, catalogue), _q4(w, keys, day), _q5(w, catalogue, day),
        _q6(w, keys, day), _q7(w, keys, day, catalogue), _q8(keys, day), _q9(use), _q10(reviews),
    ]  # fmt: skip


def _share(question: str, good: Mapping[UUID, bool], missing: str, why: str = "") -> Answer:
    if not good:
        return Answer(question, None, "no key account that it applies to", {})
    passed = sum(good.values())
    score = (basis_points(passed, len(good)) or 0) // 100
    return Answer(question, score, why or f"{passed} of {len(good)}", {a: missing for a, ok in good.items() if not ok})


def _q1(w: World, keys: list[Customer], day: date) -> Answer:
    end = w.terms.end(day)
    tiered = {c.account: c.tier(end) in KEY_TIERS for c in keys}
    signed = w.company.signed_off
    if not keys:
        return Answer("Q1", None, "there is no key account yet", {})
    share = sum(tiered.values()) * 60 // len(tiered)
    why = f"{signed} of 3 functions signed the tier policy; {sum(tiered.values())} of {len(tiered)} have a tier"
    return Answer("Q1", (40 if signed >= 3 else 0) + share, why, {a: "tier" for a, ok in tiered.items() if not ok})


def _q2(w: World, keys: list[Customer], day: date) -> Answer:
    end = w.terms.end(day)
    good = {}
    for c in keys:
        owners = {c.owner(theme, end) for theme in ("COMMERCIAL", "TECHNICAL", "SERVICE")}
        good[c.account] = None not in owners and len(owners) >= 2
    return _share("Q2", good, "three themes with at least two owners")


def _q3(w: World, keys: list[Customer], day: date, catalogue: Catalogue) -> Answer:
    filled, required, failing = 0, 0, dict[UUID, str]()
    for c in keys:
        if c.tier(w.terms.end(day)) not in KEY_TIERS:
            continue
        missing = []
        for name in roles(w, Period(day, day), c, catalogue.rules):
            accepted = set(catalogue.rules["required_roles"][name])
            good = any(
                q.here and set(q.roles) & accepted and q.power is not None and fresh(w, day, q, catalogue.rules)
                for q in c.people
            )
            required, filled = required + 1, filled + good
            missing += [] if good else [name]
        if missing:
            failing[c.account] = ", ".join(missing)
    if not required:
        return Answer("Q3", None, "no key account that it applies to", {})
    return Answer("Q3", filled * 100 // required, f"{filled} of {required} required roles", failing)


def _q4(w: World, keys: list[Customer], day: date) -> Answer:
    end = w.terms.end(day)
    good = {}
    for c in keys:
        tier, rhythm = c.tier(end), c.series.at(end)
        if tier not in KEY_TIERS or tier is None:
            continue
        wanted = w.company.standard("qbr_interval_days", tier, end)
        at_interval = rhythm is not None and (wanted is None or rhythm[1] <= wanted)
        good[c.account] = bool(at_interval and w.company.templates and c.series.due)
    return _share("Q4", good, "a running series at the tier's interval, a published template, a dated next QBR")


def _q5(w: World, catalogue: Catalogue, day: date) -> Answer:
    period = Period(year_before(day), day)
    held = [(c, r) for c in w.customers for r in c.reviews if r.held_at and period.has(w.terms.day(r.held_at))]
    if not held:
        return Answer("Q5", None, "no QBR was held in twelve months", {})
    with_action = [(c, r) for c, r in held if r.ours + r.theirs]
    kept = compute(catalogue, w, "K11.ours", day)["company"].value
    score = 50 * len(with_action) // len(held) + (50 * kept // 10_000 if kept is not None else 0)
    failing = {c.account: "a QBR without action" for c, r in held if not r.ours + r.theirs}
    due = "no promise was due" if kept is None else f"{kept / 100:.0f} % of our promises kept"
    return Answer("Q5", score, f"{len(with_action)} of {len(held)} QBRs with an action; {due}", failing)


def _q6(w: World, keys: list[Customer], day: date) -> Answer:
    end = w.terms.end(day)
    good = {}
    for c in keys:
        if not any(g.duty for g in c.growth):
            continue
        good[c.account] = any(
            q.valid(end, day)
            and any(x.plan == q.id for x in g.goals.values())
            and any(x.plan == q.id for x in g.initiatives.values())
            and any(x.plan == q.id for x in g.milestones.values())
            for g in c.growth for q in g.plans.values()
        )  # fmt: skip
    return _share("Q6", good, "an approved plan with goal, initiative and milestone")


def _q7(w: World, keys: list[Customer], day: date, catalogue: Catalogue) -> Answer:
    end = w.terms.end(day)
    now = {c.account: (c, e) for c in keys if (e := c.risk.at(end)) is not None}
    judged = {a: c for a, (c, e) in now.items() if e.colour in ("AMBER", "RED")}
    if not keys or not now:
        return Answer("Q7", None, "no account was judged yet", {})
    if not judged:
        known = sum(e.colour != "GREY" for _, e in now.values()) * 100 // len(keys)
        return Answer("Q7", 100 if known >= 60 else 0, f"none amber or red; {known} % of key accounts judged", {})
    good = {}
    for a, c in judged.items():
        item = any(i.cause and i.measures for b in c.books for i in b.risk.items.values() if i.state == "open")
        ladder = w.company.rule_book is not None
        good[a] = item and ladder
    return _share("Q7", good, "a cause with a countermeasure, and a ladder of escalation")


def _q8(keys: list[Customer], day: date) -> Answer:
    good, failing, count = 0, dict[UUID, str](), 0
    for c in keys:
        for k in c.contracts.values():
            if not k.active(day):
                continue
            count += 1
            whole = k.ends_on is not None and k.notice_days is not None and k.owner is not None
            good += whole
            if not whole:
                failing[c.account] = f"contract {k.id}: term, notice period or owner"
    if not count:
        return Answer("Q8", None, "no contract in force", {})
    return Answer("Q8", good * 100 // count, f"{good} of {count} contracts with term, notice and owner", failing)


def _q9(use: Use) -> Answer:
    if not use.licensed:
        return Answer("Q9", None, "how many people are meant to use it is not set (STELLWERK_LICENSED_USERS)", {})
    share = min(100, use.active * 100 // use.licensed)
    opened = sum(bool(use.views.get(v)) for v in VIEWS)
    why = f"{use.active} of {use.licensed} people last week; {opened} of {len(VIEWS)} views opened"
    return Answer("Q9", share * opened // len(VIEWS), why, {})


def _q10(reviews: Reviews) -> Answer:
    if not reviews.due:
        return Answer("Q10", None, "the first review of data quality is not due yet", {})
    why = f"{reviews.in_time} of {reviews.due} reviews completed in time"
    return Answer("Q10", reviews.in_time * 100 // reviews.due, why, {})
