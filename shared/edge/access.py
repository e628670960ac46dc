"""Who may see and do what: the one table of roles, and pure functions over it. `docs/access.md` is written from it.

A role says which accounts it reaches, which verbs it may use on them, and which sensitive topics it sees. Whoever has
several roles has what any of them gives. Nothing is granted that does not stand here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from ipaddress import ip_address
from typing import Literal
from uuid import UUID

from shared import ids
from shared.errors import StellwerkError

Accounts = Literal["none", "team", "all"]
"""`team`: accounts on whose team one is (owner or deputy of a theme), and those below them in the hierarchy."""
Topic = Literal["attitudes", "free_text", "individuals"]
FEWEST = 5
"""People or cases from which on a figure about people may be shown: below, somebody could be recognised."""


class Verb(Enum):
    """What a method is used for; `METHODS` says which, and `verb_of` what all others are."""

    STATUS = "see how far the services have come"
    LOOK = "read about accounts, and the rules they are judged by"
    STEER = "read figures of the whole company"
    INBOX = "have an inbox: be told, acknowledge, choose how to be told"
    DECIDE = "decide about an account: every command on it"
    RULE = "change the rules for all accounts: policies, models, templates, playbooks, web hooks; sign them; try them"
    VOUCH = "ask whose team has which accounts: the portal's own question"


class Forbidden(StellwerkError):
    """The caller is known, and none of their roles allows this."""


class NotSignedIn(StellwerkError):
    """The call does not say who makes it, or not in a way that can be believed."""


@dataclass(frozen=True, slots=True)
class Role:
    """What a role gives. `internal`: no group of people can have it."""

    accounts: Accounts
    verbs: frozenset[Verb]
    topics: frozenset[Topic]
    who: str
    internal: bool = False


_READ = (Verb.STATUS, Verb.LOOK)
_BOTH: tuple[Topic, ...] = ("attitudes", "free_text")


def _role(accounts: Accounts, verbs: Iterable[Verb], topics: Iterable[Topic], who: str, internal: bool = False) -> Role:
    return Role(accounts, frozenset(verbs), frozenset(topics), who, internal)


ROLES: Mapping[str, Role] = {
    "key_account_manager": _role(
        "team", (*_READ, Verb.INBOX, Verb.DECIDE), _BOTH, "owns the commercial theme of accounts"
    ),
    "theme_owner": _role("team", (*_READ, Verb.INBOX, Verb.DECIDE), _BOTH, "owns another theme of accounts"),
    "team_member": _role("team", (*_READ, Verb.INBOX, Verb.DECIDE), _BOTH, "stands in for an owner"),
    "exec_sponsor": _role("team", (*_READ, Verb.STEER, Verb.INBOX, Verb.DECIDE), _BOTH, "sponsors accounts"),
    "head_of_kam": _role(
        "all",
        (*_READ, Verb.STEER, Verb.INBOX, Verb.DECIDE, Verb.RULE),
        (*_BOTH, "individuals"),
        "leads key account management",
    ),
    "service_lead": _role("all", (*_READ, Verb.STEER, Verb.INBOX, Verb.DECIDE), _BOTH, "leads service"),
    "management_board": _role("all", (*_READ, Verb.STEER, Verb.INBOX), _BOTH, "is told of the gravest escalations"),
    "sales": _role("all", (*_READ, Verb.STEER, Verb.RULE), (), "signs tier policies for sales"),
    "service": _role("all", (*_READ, Verb.STEER, Verb.RULE), (), "signs tier policies for service"),
    "management": _role("all", (*_READ, Verb.STEER, Verb.RULE), (), "signs tier policies and risk models"),
    "policy_admin": _role("all", (*_READ, Verb.STEER, Verb.INBOX, Verb.RULE), (), "drafts policies and tries them"),
    "data_privacy_manager": _role("all", _READ, _BOTH, "answers and erases for persons"),
    "auditor": _role("all", (*_READ, Verb.STEER), _BOTH, "reads everything with its proofs, changes nothing"),
    "bi_reader": _role("all", (*_READ, Verb.STEER), (), "builds reports"),
    "platform_operator": _role("none", (Verb.STATUS,), (), "runs the platform; sees no business data"),
    "platform_team": _role("none", (Verb.STATUS, Verb.INBOX), (), "is told when the platform needs somebody"),
    "integration": _role("all", _READ, (), "is a program that reads"),
    "portal": _role("all", (*_READ, Verb.VOUCH), (), "is the portal itself, when nobody asks", internal=True),
}

_RULES = (
    "DraftTierPolicy SubmitTierPolicy SignOffTierPolicy RejectTierPolicy ActivateTierPolicy DraftModel ShadowModel "
    "SignOffModel ActivateModel RetireModel DefineTemplate PublishTemplate DefinePlaybook PublishPlaybook StartWhatIf "
    "CancelWhatIf CompleteReview SubscribeWebHook RotateWebHookSecret ChangeWebHook PauseWebHook ResumeWebHook "
    "ReplayWebHook UnsubscribeWebHook ListFeed"
)
_COMPANY = (
    "GetDashboard GetKpi GetReadiness GetRollout ListFindings ListReviews GetWhatIf GetTrend GetCalm ListDeliveries "
    "ListUnreachable ListWhatIfs ListWebHooks ListWebHookAttempts"
)
_OWN = (
    "GetInbox GetPreferences GetDigest ListNeverActed ListChanges WatchChanges MarkSeen Acknowledge Snooze Delegate "
    "SetPreferences MuteRule UnmuteRule"
)
METHODS: Mapping[str, Verb] = {
    "GetStatus": Verb.STATUS,
    "ListScope": Verb.VOUCH,
    "NoteView": Verb.LOOK,
    **dict.fromkeys(_RULES.split(), Verb.RULE),
    **dict.fromkeys(_COMPANY.split(), Verb.STEER),
    **dict.fromkeys(_OWN.split(), Verb.INBOX),
}
"""The methods that are not what the name of their gRPC service says."""
WORDY = frozenset(("GetPack", "GetPackDocument", "GetSinceLastQbr"))
"""Methods whose answer is made of free text, so that nothing is left of it without."""

_WORDS = (
    "Action.blocked_reason Action.reason Closing.minutes Closing.no_action_reason Countermeasure.text Decision.text "
    "EscalationRow.last_update EscalationStep.text HandoverItem.note HandoverRow.reason Held.results "
    "Initiative.no_opportunity_reason Initiative.words Milestone.reason NoteRow.text Override.text Plan.reason "
    "RiskItem.text SensitiveTopic.text TierStep.reason TrailEvent.changes WhitespaceCell.reason"
)
TOPICS: Mapping[Topic, frozenset[str]] = {
    "attitudes": frozenset(("Stakeholder.attitude", "MapPerson.attitude", "MapPerson.blocker")),
    "free_text": frozenset(_WORDS.split()),
    "individuals": frozenset(),
}
"""Fields (message.name) that an answer has only for those who see the topic. The raw data of events needs the first
two. `individuals`: lists and figures about one employee, which are otherwise for that employee alone."""


def verb_of(method: str) -> Verb:
    """What a method (`/package.Service/Name`) is used for: commands decide, queries look, if `METHODS` says no more."""
    service, _, name = method.strip("/").partition("/")
    return METHODS.get(name) or (Verb.DECIDE if service.endswith("Commands") else Verb.LOOK)


def known(roles: Iterable[str]) -> tuple[str, ...]:
    """Those of the names that are roles."""
    return tuple(r for r in roles if r in ROLES)


def reach(roles: Iterable[str]) -> Accounts:
    """Which accounts somebody with these roles reaches."""
    found = {ROLES[r].accounts for r in known(roles)}
    return "all" if "all" in found else "team" if "team" in found else "none"


def may(roles: Iterable[str], verb: Verb) -> bool:
    """Whether one of the roles allows the verb."""
    return any(verb in ROLES[r].verbs for r in known(roles))


def sees(roles: Iterable[str], topic: Topic, works_council: bool) -> bool:
    """Whether one of the roles shows the topic. In works-council mode nobody sees `individuals`."""
    return not (works_council and topic == "individuals") and any(topic in ROLES[r].topics for r in known(roles))


def enough(people: int) -> bool:
    """Whether a figure about so many may be shown (works-council mode: at least five)."""
    return people >= FEWEST


def loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a call. `accounts`: ids within reach, None: all of them. `vouched`: somebody signed for it."""

    user_id: str
    roles: tuple[str, ...] = ()
    accounts: frozenset[UUID] | None = frozenset()
    works_council: bool = True
    vouched: bool = True
    name: str = field(default="", compare=False)

    def need(self, method: str) -> None:
        """Raises Forbidden unless one of the roles allows the method."""
        verb = verb_of(method)
        if self.vouched and not may(self.roles, verb):
            held = ", ".join(self.roles) or "none"
            raise Forbidden(f"This needs a role that may {verb.value}; yours: {held}.", slug="role-missing")
        if method.rpartition("/")[2] in WORDY and not self.topic("free_text"):
            raise Forbidden("This is made of free text, which none of your roles shows.", slug="topic-hidden")

    def reaches(self, account: str | UUID) -> bool:
        """Whether an account is within scope; what is no id is not."""
        if self.accounts is None:
            return True
        try:
            return (account if isinstance(account, UUID) else UUID(account)) in self.accounts
        except ValueError:
            return False

    def reaches_crm(self, system: str, crm_id: str) -> bool:
        """The same by the CRM's id."""
        return self.accounts is None or ids.account_id(system, crm_id) in self.accounts

    def topic(self, topic: Topic) -> bool:
        """Whether the caller sees a sensitive topic."""
        return not self.vouched or sees(self.roles, topic, self.works_council)

    def tells(self, people: int) -> bool:
        """Whether a figure about so many people may be told to the caller."""
        return not self.works_council or enough(people)

    def is_about(self, person: str) -> bool:
        """Whether lists and figures about an employee are for the caller."""
        return person == self.user_id or self.topic("individuals")


ANYBODY = Caller("", accounts=None, works_council=False, vouched=False)
"""Whoever calls a service that knows no keys: possible on a loopback address only (`shared/edge/server.py`)."""
