"""The state of a record at an instant, in our words: the keys are the fields of the events. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from services.crm.mapping.values import minor, moment
from services.crm.policy.history import Fields
from services.crm.policy.world import World
from shared.ids import subject_id

State = dict[str, Any]
_NOTHING: Fields = {}


def _extension(world: World, row: str, instant: int) -> Fields:
    table, _, key = row.partition("/")
    for name in world.edition.extensions[table]:
        found = world.fields(f"{name}/{key}", instant)
        if found is not None:
            return found
    return _NOTHING


def _either(extension: Fields, own: Fields, name: str) -> Any:
    """A field that one edition has as a custom column and another among its own."""
    found = extension.get(name)
    return own.get(name) if found is None else found


def _key(row: str | None) -> str | None:
    return row.partition("/")[2] if row is not None else None


def _bp(percent: Decimal | None) -> int | None:
    return None if percent is None else int((percent * 100).to_integral_value(ROUND_HALF_UP))


def account(world: World, row: str, f: Fields, instant: int) -> State:
    """The account itself; the parent is the survivor of a merged one, and none if it is deleted."""
    x, currency = _extension(world, row, instant), world.edition.company_currency
    parent, owner = f["parent"], f["owner"]
    if parent is not None:
        parent = world.survivor(parent, instant)
        if parent == row or world.gone_since(parent, instant) is not None:
            parent = None
    return {
        "account_crm_id": _key(row),
        "name": f["name"] or _key(row),
        "account_type": f["account_type"],
        "industry": f["industry"],
        "country": f["country"],
        "parent_crm_id": _key(parent),
        "owner_id": _key(owner),
        "owner_active": None if owner is None else _active(world, owner, instant),
        "rating": f["rating"],
        "currency": currency,
        "annual_revenue": minor(f["annual_revenue"], currency),
        "employees": f["employees"],
        "margin_bp": _bp(_either(x, f, "margin")),
        "potential": minor(_either(x, f, "potential"), currency),
        "strategic_reference": _either(x, f, "strategic_reference"),
        "competitor": _either(x, f, "competitor"),
        "nps": _either(x, f, "nps"),
    }


def _active(world: World, user: str, instant: int) -> bool | None:
    """None: a user that we have not seen; False also for a deleted one."""
    if (history := world.rows.get(user)) is None or history.span_at(instant) is None:
        return None
    fields = history.at(instant)
    return fields is not None and fields["active"] == "active"


def contact(world: World, row: str, f: Fields, instant: int) -> State:
    """Without a name: that is in the people vault."""
    x = _extension(world, row, instant)
    return {
        "account_crm_id": _key(world.linked_account(row, instant)),
        "subject_id": subject_id(world.edition.system, "contact", _key(row) or ""),
        "buying_role": _either(x, f, "buying_role"),
        "influence": _either(x, f, "influence"),
        "attitude": _either(x, f, "attitude"),
        "champion": _either(x, f, "champion"),
        "has_mail": usable_address(world, row, instant) is not None,
    }


def usable_address(world: World, person: str, instant: int) -> str | None:
    """Row of the person's mail address: the primary one if there is one; not one that bounced."""
    best: tuple[bool, int, str] | None = None
    for history, fields in world.live_links(person, "mail", instant):
        address = fields["address"]
        if address is None or (found := world.fields(address, instant)) is None or found["invalid"]:
            continue
        span = history.span_at(instant)
        rank = (bool(fields["primary"]), span.instant if span else 0, address)
        if best is None or rank > best:
            best = rank
    return best[2] if best else None


def opportunity(world: World, row: str, f: Fields, instant: int) -> State:
    """A deal, with the contacts' parts in it."""
    system = world.edition.system
    currency = world.edition.currency(f["currency"])
    people = {
        (str(subject_id(system, "contact", x["contact"])), x["role"])
        for _, x in world.live_links(row, "contacts", instant)
        if x["contact"]
    }
    stage = f["stage"] or ""
    probability = f["probability"]
    return {
        "account_crm_id": _key(world.linked_account(row, instant)),
        "name": f["name"] or "",
        "stage": stage,
        "probability": world.edition.stages.get(stage) if probability is None else probability,
        "amount": minor(f["amount"], currency),
        "currency": currency,
        "closes_on": f["closes_on"],
        "motion": _either(_extension(world, row, instant), f, "motion"),
        "owner_id": f["owner"],
        "contacts": [{"subject_id": s, "role": r} for s, r in sorted(people, key=lambda p: (p[0], p[1] or ""))],
    }


def case(world: World, row: str, f: Fields, instant: int) -> State:
    """Opened once: closing and reopening do not reset its age."""
    history = world.rows[row]
    is_open = f["state"] != "closed"
    opened = f["entered_at"] or moment(max(history.instants[0], 0))
    return {
        "account_crm_id": _key(world.account_of(row, instant)),
        "number": f["number"],
        "title": f["title"],
        "priority": f["priority"],
        "status": f["status"],
        "is_open": is_open,
        "opened_at": opened,
        "closed_at": None if is_open else _closed_since(world, row, instant),
    }


def _closed_since(world: World, row: str, instant: int) -> Any:
    since = instant
    history = world.rows[row]
    for n in range(len(history.spans) - 1, -1, -1):
        if history.instants[n] <= instant:
            fields = history.nth(n)
            if fields is None or fields["state"] != "closed":
                break
            since = history.instants[n]
    return moment(max(since, 0))


def contract(world: World, row: str, f: Fields, instant: int) -> State:
    """A contract or subscription."""
    x, currency = _extension(world, row, instant), world.edition.currency(f["currency"])
    return {
        "account_crm_id": _key(world.account_of(row, instant)),
        "name": f["name"] or "",
        "status": f["status"] or "",
        "signed": f["status"] in world.edition.signed,
        "product": _either(x, f, "product"),
        "starts_on": f["starts_on"],
        "ends_on": f["ends_on"],
        "arr": minor(_either(x, f, "arr"), currency),
        "currency": currency,
        "seats": _either(x, f, "seats"),
        "notice_period_days": _either(x, f, "notice_period_days"),
        "auto_renew": _either(x, f, "auto_renew"),
        "notice_received_on": _either(x, f, "notice_received_on"),
        "signed_on": f["signed_on"],
        "owner_id": f["owner"],
    }


def activity(world: World, row: str, f: Fields, instant: int) -> State:
    """What was done with whom; neither subject line nor text is kept, only what the subject line says it was for."""
    system = world.edition.system
    people = {x["contact"] for _, x in world.live_links(row, "participants", instant) if x["contact"]}
    if f.get("contact"):
        people.add(f["contact"])
    return {
        "account_crm_id": _key(world.account_of(f["parent"], instant)),
        "kind": f["kind"],
        "direction": f.get("direction"),
        "status": f.get("status"),
        "done": f["done"] == "done",
        "at": f["at"],
        "owner_id": f["owner"],
        "participants": sorted(str(subject_id(system, "contact", p)) for p in people),
        **({"purpose": purpose} if (purpose := f.get("purpose")) else {}),
    }


def user(world: World, row: str, f: Fields, instant: int) -> State:
    """One of our own people."""
    return {
        "account_crm_id": None,
        "subject_id": subject_id(world.edition.system, "user", _key(row) or ""),
        "active": f["active"] == "active",
        "reports_to": f["reports_to"],
    }


def usage(world: World, row: str, f: Fields, instant: int) -> State:
    """A usage report; after a merge it counts for the survivor."""
    account_row = f["account"]
    return {
        "account_crm_id": _key(world.survivor(account_row, instant)),
        "product": f["product"],
        "metric": f["metric"],
        "value": f["value"],
        "licensed": f["licensed"],
        "period_start": f["period_start"],
        "period_end": f["period_end"],
        "reported_at": f["reported_at"],
        "reported_under": _key(account_row),
    }


STATES: Mapping[str, Callable[[World, str, Fields, int], State]] = {
    "account": account,
    "contact": contact,
    "opportunity": opportunity,
    "case": case,
    "contract": contract,
    "activity": activity,
    "user": user,
    "usage": usage,
}
