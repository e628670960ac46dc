"""What a search found, with the address of each hit. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from services.portal.models import PeopleFound, PersonHit, Search, SearchHit


@dataclass(frozen=True, slots=True)
class Group:
    """Hits of one kind; `found` may be more than are shown."""

    kind: str
    found: int
    hits: tuple[SearchHit | PersonHit, ...]


def groups(things: Search | None, people: PeopleFound | None) -> list[Group]:
    """Accounts first, then persons, then the rest in the service's order."""
    made = [Group(g.kind, g.found, tuple(g.hits)) for g in (things.groups if things else ())]
    if people and people.hits:
        made.insert(1 if made and made[0].kind == "account" else 0, Group("person", people.found, tuple(people.hits)))
    return made


def address(hit: SearchHit | PersonHit) -> tuple[str, str]:
    """(path, fragment) of the page that shows the hit."""
    account = f"/accounts/{hit.crm_id}"
    if isinstance(hit, PersonHit):
        return f"{account}/people", hit.subject_id
    match hit.kind:
        case "account":
            return account, ""
        case "qbr":
            return f"/qbrs/{hit.id}", ""
        case "action":
            return f"{account}/promises", ""
        case "plan":
            return f"{account}/plan", ""
        case "initiative" | "milestone":
            return f"{account}/plan", f"{hit.kind[0]}-{hit.id}"
        case "risk":
            return f"{account}/risk", f"r-{hit.id}"
        case "escalation":
            return f"/escalations/{hit.id}", ""
        case "alert":
            return f"/alerts/{hit.id}", ""
    return account, ""
