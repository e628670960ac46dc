"""Who is told: a role of the rule → employees of the account team, with stand-ins, and never nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from services.notifications.policy.documents import Role

HEAD = "role:head_of_kam"
OFFICES = ("head_of_kam", "management_board", "platform_team")
"""Roles with an inbox of their own."""
_THEMES: Mapping[Role, tuple[str, ...]] = {
    "commercial_owner": ("COMMERCIAL",),
    "technical_owner": ("TECHNICAL", "COMMERCIAL"),
    "service_owner": ("SERVICE", "COMMERCIAL"),
    "renewal_owner": ("RENEWALS", "COMMERCIAL"),
    "exec_sponsor": ("EXEC_SPONSOR",),
}
"""The themes whose owner it is, the first that has one."""
_KEY_ROLES = frozenset({"DECIDER", "APPROVER", "ECONOMIC_BUYER", "CHAMPION", "EXEC_SPONSOR"})
_KEY_POWER = 4


@dataclass(frozen=True, slots=True)
class Team:
    """Who answers for an account on a day. `away`, `inactive`: employees who are absent, or left. `heads`, `board`,
    `platform`: whom the settings name; if nobody, the shared inbox of the role has it. `holder`: who knows the person
    best that the alert is about. `everywhere`: the commercial owners of all accounts. `handovers`: theme → who hands it
    over, who takes it over, while that runs."""

    owners: Mapping[str, str] = field(default_factory=dict)
    deputies: Mapping[str, str] = field(default_factory=dict)
    managers: Mapping[str, str] = field(default_factory=dict)
    away: frozenset[str] = frozenset()
    inactive: frozenset[str] = frozenset()
    heads: tuple[str, ...] = ()
    board: tuple[str, ...] = ()
    platform: tuple[str, ...] = ()
    holder: str | None = None
    everywhere: tuple[str, ...] = ()
    handovers: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def both(self, person: str | None, theme: str) -> tuple[str, ...]:
        """Who is told beside the owner of a theme that is being handed over: the other side, if it is there."""
        if person != self.owners.get(theme):
            return ()
        return tuple(p for p in self.handovers.get(theme, ()) if p != person and self.present(p))

    def present(self, person: str | None) -> bool:
        """Whether somebody is there to read."""
        return bool(person) and person not in self.away and person not in self.inactive

    def members(self) -> frozenset[str]:
        """Everybody who may see the account by its team."""
        return frozenset({*self.owners.values(), *self.deputies.values(), *self.heads, *self.board})


def resolve(
    role: Role, team: Team, theme: str, people: Mapping[str, str], named: Iterable[tuple[str, str]]
) -> tuple[tuple[str, str], ...]:
    """(person, role) of everybody whom the role means now; at least one. Who is absent is stood in for at once, by the
    theme's deputy, else by the commercial owner, else by the head of KAM. Of a theme that is being handed over both
    sides are told."""
    if role == "named":
        wanted: list[tuple[str | None, str, str]] = [(p, r, "COMMERCIAL") for p, r in named]
    elif role.startswith("event."):
        wanted = [(people.get(role.removeprefix("event.")), role, "COMMERCIAL")]
    elif role == "account_team":
        wanted = [(p, role, t) for t, p in sorted(team.owners.items()) if t != "EXEC_SPONSOR"]
    elif role == "theme_owner":
        wanted = [(team.owners.get(theme), role, theme)]
    elif role == "relationship_holder":
        wanted = [(team.holder, role, "COMMERCIAL")]
    elif role in _THEMES:
        theme = next((t for t in _THEMES[role] if t in team.owners), _THEMES[role][0])
        wanted = [(team.owners.get(theme), role, theme)]
    elif role == "commercial_owners":
        return tuple((p, role) for p in team.everywhere if team.present(p)) or _office("head_of_kam", team)
    else:
        return _office(role, team)
    wanted += [(other, as_, of) for person, as_, of in wanted for other in team.both(person, of)]
    found = [told for person, as_, of in wanted for told in _stand_in(person, as_, of, team)]
    return tuple(dict.fromkeys(found)) or _office("head_of_kam", team)


def _stand_in(person: str | None, role: Role, theme: str, team: Team) -> tuple[tuple[str, str], ...]:
    """The person, or who is there in their place."""
    for candidate in (person, team.deputies.get(theme), team.owners.get("COMMERCIAL"), team.deputies.get("COMMERCIAL")):
        if candidate and team.present(candidate):
            return ((candidate, role if candidate == person else f"deputy:{role}"),)
    return _office("head_of_kam", team)


def _office(role: Role, team: Team) -> tuple[tuple[str, str], ...]:
    """Those who hold an office; the shared inbox of the role if nobody is named or there. For the head of KAM the
    commercial owner's manager in the CRM counts as named."""
    people = {"head_of_kam": team.heads, "management_board": team.board, "platform_team": team.platform}[role]
    if role == "head_of_kam" and not people and (owner := team.owners.get("COMMERCIAL")):
        people = (team.managers[owner],) if owner in team.managers else ()
    return tuple((p, role) for p in people if team.present(p)) or ((f"role:{role}", role),)


def key_player(roles: Iterable[str], power: int | None) -> bool:
    """Whether a person of the customer is one whom we must not lose touch with (domain.md §4)."""
    return bool(_KEY_ROLES & set(roles)) or (power or 0) >= _KEY_POWER
