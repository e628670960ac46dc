"""Data quality: rules that a machine can check, each with the accounts that fail and the events to look at.

Findings are about accounts and records, never about what an employee does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from services.insights.policy.kpi.base import Period, Rules, days
from services.insights.policy.kpi.relations import fresh, key_tier, roles
from services.insights.policy.world import Customer, World

NEAR = 14  # days before the end of an override
USAGE_STALE = 21  # days: two weekly reports are missing


class Failing(NamedTuple):
    """One thing that fails: what it is (a record, a theme, a role) and events to look at."""

    what: str
    events: tuple[str, ...] = ()


class Check(NamedTuple):
    """How many things a rule applies to at one customer, and those that fail."""

    applies: int
    failing: list[Failing]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, and how much it weighs in K24. `across`: it compares accounts, so it is no part of a single one's K24."""

    id: str
    weight: int
    check: Callable[[World, date, Customer, Rules], Check]
    across: bool = False


def _one(good: bool, what: str, events: Iterable[str] = ()) -> Check:
    return Check(1, [] if good else [Failing(what, tuple(events))])


NOTHING = Check(0, [])


def _key(w: World, day: date, c: Customer) -> str | None:
    return key_tier(w, Period(day, day), c)


def no_tier(w: World, day: date, c: Customer, _: Rules) -> Check:
    """A key account without tier."""
    end = w.terms.end(day)
    return _one(c.tier(end) in ("A", "B", "C"), "tier") if c.is_key(end) else NOTHING


def no_owner(w: World, day: date, c: Customer, _: Rules) -> Check:
    """A key account without commercial owner."""
    return _one(c.owner("COMMERCIAL", w.terms.end(day)) is not None, "COMMERCIAL") if _key(w, day, c) else NOTHING


def no_sponsor(w: World, day: date, c: Customer, _: Rules) -> Check:
    """A tier A account without executive sponsor."""
    sponsor = c.owner("EXEC_SPONSOR", w.terms.end(day))
    return _one(sponsor is not None, "EXEC_SPONSOR") if _key(w, day, c) == "A" else NOTHING


def owner_gone(w: World, day: date, c: Customer, _: Rules) -> Check:
    """A theme whose owner no longer works here."""
    end = w.terms.end(day)
    if not c.is_key(end):
        return NOTHING
    owned = {t: o for t in c.book.owners if not t.endswith(" deputy") and (o := c.owner(t, end))}
    return Check(len(owned), [Failing(t) for t, o in owned.items() if w.company.users.get(o) is False])


def role_vacant(w: World, day: date, c: Customer, rules: Rules) -> Check:
    """A required role that nobody fills."""
    if not _key(w, day, c):
        return NOTHING
    found = roles(w, Period(day, day), c, rules)
    held = {r for q in c.people if q.here for r in q.roles}
    vacant = [Failing(name) for name in found if not held & set(rules["required_roles"][name])]
    return Check(len(found), vacant)


def person_stale(w: World, day: date, c: Customer, rules: Rules) -> Check:
    """A mapped person whom nobody confirmed for 180 days."""
    mapped = [q for q in c.people if q.here and q.by_us] if _key(w, day, c) else []
    old = [q for q in mapped if not fresh(w, day, q, rules)]
    return Check(len(mapped), [Failing(str(q.subject), tuple(q.events[-1:])) for q in old])


def person_bare(w: World, day: date, c: Customer, _: Rules) -> Check:
    """A person without role or influence."""
    here = [q for q in c.people if q.here] if _key(w, day, c) else []
    bare = [q for q in here if not q.roles or q.power is None]
    return Check(len(here), [Failing(str(q.subject), tuple(q.events[-1:])) for q in bare])


def no_mail(w: World, day: date, c: Customer, _: Rules) -> Check:
    """A contact without mail address."""
    if not _key(w, day, c):
        return NOTHING
    here = {q.subject for q in c.people if q.here}
    known = {s: m for b in c.books for s, m in b.mail.items() if s in here}
    return Check(len(known), [Failing(str(s), (event,)) for s, (has, event) in known.items() if not has])


def contract_incomplete(w: World, day: date, c: Customer, _: Rules) -> Check:
    """A contract in force without end, notice period, owner or value."""
    active = [k for k in c.contracts.values() if k.active(day)]
    bad = []
    for k in active:
        values = {"end": k.ends_on, "notice": k.notice_days, "owner": k.owner, "arr": k.arr or None}
        if lacking := [name for name, value in values.items() if value is None]:
            bad.append(Failing(f"{k.id}: {', '.join(lacking)}", (k.events[-1],)))
    return Check(len(active), bad)


def deal_without_initiative(w: World, day: date, c: Customer, _: Rules) -> Check:
    """An open deal of an account with a plan that no initiative claims."""
    if not any(q.valid(w.terms.end(day), day) for g in c.growth for q in g.plans.values()):
        return NOTHING
    linked = {deal for g in c.growth for deal in g.links}
    open_ = [d for d in c.deals if d.outcome == "open"]
    return Check(len(open_), [Failing(d.id, (d.events[-1],)) for d in open_ if d.id not in linked])


def initiative_without_deal(_: World, __: date, c: Customer, ___: Rules) -> Check:
    """An initiative that runs with neither a deal nor a reason."""
    running = [i for g in c.growth for i in g.initiatives.values() if i.state not in ("completed", "cancelled")]
    linked = {i for g in c.growth for i, _ in g.links.values()}
    bad = [i for i in running if not i.explained and i.id not in linked]
    return Check(len(running), [Failing(str(i.id), (i.events[-1],)) for i in bad])


def risk_without_measure(w: World, day: date, c: Customer, _: Rules) -> Check:
    """An open risk, or an account in red, without countermeasure."""
    items = [i for b in c.books for i in b.risk.items.values() if i.state == "open"]
    bad = [Failing(str(i.id), (i.events[-1],)) for i in items if not i.measures]
    now = c.risk.at(w.terms.end(day))
    red = now is not None and now.colour == "RED"
    if red and now is not None and not any(i.measures for i in items):
        bad.append(Failing("red", (now.event_id,)))
    return Check(len(items) + red, bad)


def plan_over(_: World, day: date, c: Customer, __: Rules) -> Check:
    """A plan that is active after its last day."""
    active = [q for g in c.growth for q in g.plans.values() if q.state == "active"]
    bad = [q for q in active if q.ends_on and q.ends_on < day]
    return Check(len(active), [Failing(str(q.id), (q.events[-1],)) for q in bad])


def usage_stale(w: World, day: date, c: Customer, _: Rules) -> Check:
    """A product whose use was not reported for three weeks."""
    products = {k.product for k in c.contracts.values() if k.active(day) and k.product}
    newest: dict[str, tuple[date, str]] = {}
    for b in c.books:
        for f in b.usage.values():
            end = date.fromisoformat(f.data["period_end"])
            newest[f.data["product"]] = max(newest.get(f.data["product"], (end, f.event_id)), (end, f.event_id))
    fed = {q: x for q, x in newest.items() if q in products}
    return Check(len(fed), [Failing(q, (e,)) for q, (end, e) in fed.items() if end < day - days(USAGE_STALE)])


def kpi_unknown(_: World, __: date, c: Customer, rules: Rules) -> Check:
    """A goal that is measured by something that is not defined."""
    goals = [q for g in c.growth for q in g.goals.values() if q.state not in ("achieved", "missed", "withdrawn")]
    bad = [q for q in goals if q.kpi.partition("@")[0].split(".")[0].upper() not in rules["known_kpis"]]
    return Check(len(goals), [Failing(f"{q.id}: {q.kpi}", (q.events[-1],)) for q in bad])


def override_ends(_: World, day: date, c: Customer, __: Rules) -> Check:
    """A manual tier or colour that ends within two weeks."""
    ends = [(datetime.fromisoformat(u[0]), u[1]) for b in c.books if (u := b.tier_until)]
    ends += [(until, "") for b in c.books if (until := b.risk.override_until)]
    near = [(u, e) for u, e in ends if day <= u.date() <= day + days(NEAR)]
    return Check(len(ends), [Failing(u.date().isoformat(), (e,) if e else ()) for u, e in near])


def undeliverable(_: World, __: date, c: Customer, ___: Rules) -> Check:
    """An alert that no channel took."""
    alerts = [a for b in c.books for a in b.alerts.values() if a.deliveries or a.dead]
    bad = [a for a in alerts if a.dead and not a.deliveries]
    return Check(len(alerts), [Failing(str(a.id), (a.events[-1],)) for a in bad])


def duplicate(w: World, day: date, c: Customer, _: Rules) -> Check:
    """Another living account with the same name."""
    end = w.terms.end(day)
    name = _name(c, end)
    if not name:
        return NOTHING
    return _one(_names(w, end)[name] == 1, str(c.profile(end)["name"]))


def _name(c: Customer, end: datetime) -> str:
    profile = c.profile(end)
    alive = profile["life"] in ("registered", "active") and profile["merged_into"] is None
    return "".join(ch for ch in str(profile["name"] or "").casefold() if ch.isalnum()) if alive else ""


DUPLICATE = "duplicate_account_suspected"
_CACHE: dict[tuple[int, datetime], Counter[str]] = {}


def _names(w: World, end: datetime) -> Counter[str]:
    """How many living accounts have which name. Of the world looked at last: it is asked for each of its customers."""
    key = id(w), end
    if key not in _CACHE:
        _CACHE.clear()
        _CACHE[key] = names(w, end)
    return _CACHE[key]


def names(w: World, end: datetime) -> Counter[str]:
    """name without case and signs → how many living accounts have it. Nameless ones are left out."""
    return Counter(name for c in w.customers if (name := _name(c, end)))


RULES: tuple[Rule, ...] = (
    Rule("key_account_without_tier", 5, no_tier), Rule("key_account_without_owner", 5, no_owner),
    Rule("tier_a_without_sponsor", 3, no_sponsor), Rule("theme_owner_deactivated", 5, owner_gone),
    Rule("required_role_vacant", 3, role_vacant), Rule("stakeholder_stale", 2, person_stale),
    Rule("stakeholder_without_role_or_influence", 1, person_bare), Rule("contact_without_mail", 1, no_mail),
    Rule(DUPLICATE, 3, duplicate, across=True),
    Rule("contract_incomplete", 4, contract_incomplete),
    Rule("opportunity_without_initiative", 1, deal_without_initiative),
    Rule("initiative_without_opportunity_or_reason", 2, initiative_without_deal),
    Rule("risk_without_countermeasure", 4, risk_without_measure), Rule("plan_past_end", 3, plan_over),
    Rule("usage_feed_stale", 2, usage_stale), Rule("goal_without_kpi_definition", 1, kpi_unknown),
    Rule("override_near_expiry", 1, override_ends), Rule("alert_undeliverable", 3, undeliverable),
)  # fmt: skip


def check(rule: Rule, w: World, day: date, rules: Rules) -> Mapping[UUID, Check]:
    """account → what a rule says of it, where it applies."""
    found = ((c.account, rule.check(w, day, c, rules)) for c in w.customers)
    return {account: result for account, result in found if result.applies}
