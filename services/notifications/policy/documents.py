"""The rule book as data: rules R1–R22, their triggers and steps, the ladders, the words of messages."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from services.notifications.policy.calendar import Offset
from services.notifications.policy.delivery import Urgency
from shared.errors import Invalid

Role = str
Severity = Literal["info", "warning", "urgent", "critical"]
ROLES = frozenset(
    {
        "commercial_owner", "theme_owner", "technical_owner", "service_owner", "renewal_owner", "exec_sponsor",
        "account_team", "relationship_holder", "head_of_kam", "management_board", "platform_team",
        "commercial_owners", "named",
    }
)  # fmt: skip
"""Who can be told, beside `event.<field>` (an employee whom the event names) and `named` (those it lists)."""
FACTS = frozenset(
    {
        "due", "due_by", "due_on", "due_at", "days_left", "days_vs_due", "step", "step_days",
        "business_days_left", "notice_deadline", "ends_on", "opened_on", "lead_days", "tier", "from_tier", "to_tier",
        "to", "until", "severity", "theme", "score", "coverage", "count", "to_at", "late_by_s", "side", "line",
        "has_renewal_opportunity", "times_rescheduled", "on_critical_path", "earliest_possible", "grace_days",
        "late", "at", "plan_due_at", "current", "auto_renew", "last_contact", "every_days", "model_version", "told",
        "days", "step_business_days",
    }
)  # fmt: skip
"""Fields that may leave in a message: dates, numbers and codes. No words that anybody wrote, no attitudes, no names."""


WEEKLY_TEXTS = frozenset({"never_acted", "exhausted"})
"""What the digest of the week says beside alerts."""


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Step(_Data):
    """`after` the anchor `to` these roles are told. `unless`: not if the alert is acknowledged (the acknowledgement
    clock), or a countermeasure is planned (the resolution clock). `exhaust`: instead of telling, the ladder ends."""

    after: str
    level: int = Field(default=0, ge=0, le=4)
    to: tuple[Role, ...] = ()
    unless: Literal["acknowledged", "planned", "never"] = "never"
    urgency: Urgency | None = None
    exhaust: bool = False

    @field_validator("after")
    @classmethod
    def _offset(cls, value: str) -> str:
        Offset.parse(value)
        return value

    @model_validator(mode="after")
    def _somebody(self) -> Step:
        wrong = [r for r in self.to if r not in ROLES and not r.startswith("event.")]
        if wrong or (not self.to and not self.exhaust):
            raise ValueError(
                f"a step tells {wrong or 'nobody'}; the roles are {', '.join(sorted(ROLES))}, event.<field>"
            )
        return self


class Trigger(_Data):
    """An event that anchors the rule. `where`: field (dots lead inside) → allowed values. `part`: rules with several
    clocks keep them apart. `subject`, `refs`: fields with the ids that the alert is about; `anchor`, `epoch`: a field,
    or `effective`; `epoch` tells apart what the same rule says about the same subject again. `steps`: by tier (`*`:
    any), or the name of a ladder. `reanchor`: a newer anchor ends the one before. `only`: judged when a step is due.
    `model_title`: the title if a new risk model led to it. `severity`, `expires_after`: other than the rule's.
    """

    event: tuple[str, ...]
    part: str = ""
    where: Mapping[str, tuple[Any, ...]] = Field(default_factory=dict)
    subject: str
    refs: tuple[str, ...] = ()
    anchor: str = "effective"
    epoch: str = "effective"
    steps: str | Mapping[str, tuple[Step, ...]]
    reanchor: bool = False
    only: Literal["key_account", "key_player"] | None = None
    facts: tuple[str, ...] = ()
    title: str = ""
    model_title: str = ""
    severity: Severity | None = None
    expires_after: str | None = None

    @field_validator("steps", mode="before")
    @classmethod
    def _for_every_tier(cls, value: Any) -> Any:
        return {"*": value} if isinstance(value, list) else value

    @field_validator("facts")
    @classmethod
    def _no_free_text(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if strange := set(value) - FACTS:
            raise ValueError(f"{', '.join(sorted(strange))} may not leave in a message")
        return value


class Resolution(_Data):
    """An event that ends the alerts of the rule (of `part`, empty: of all) whose subject or refs its `match` fields
    name. `plans`: it does not end them but stops the resolution clock (a countermeasure is planned)."""

    event: tuple[str, ...]
    match: tuple[str, ...] = ("account_id",)
    part: str = ""
    where: Mapping[str, tuple[Any, ...]] = Field(default_factory=dict)
    unlike: Mapping[str, tuple[Any, ...]] = Field(default_factory=dict)
    plans: bool = False


class Rule(_Data):
    """One row of domain.md §16. `waits_for_sources`: it is about what did not happen, so it is silent while a source
    has a gap (PM14)."""

    rule: str
    name: Mapping[Literal["de", "en"], str]
    severity: Severity = "warning"
    urgency: Urgency = "immediate"
    triggers: tuple[Trigger, ...]
    resolved_by: tuple[Resolution, ...]
    expires_after: str = "90 d"
    realert_after: Mapping[str, str] = Field(default_factory=lambda: {"*": "5 bd"})
    digest_on_model_change: bool = False
    waits_for_sources: bool = False

    def realert(self, tier: str | None) -> Offset | None:
        """How long an acknowledged alert may stay unresolved before its people hear of it again."""
        found = self.realert_after.get(tier or "*", self.realert_after.get("*"))
        return Offset.parse(found) if found else None


class Limits(_Data):
    """The figures against spam (domain.md §16, §17)."""

    immediate_per_day: int
    snoozes: int
    snooze_business_days: int
    snooze_below_level: int
    reopenings: int
    never_acted_days: int
    resume_minutes: int
    renewal_soon_days: int


class RuleBook(_Data):
    """One version of everything above. `texts`: trigger or rule → language → sentence with {facts}."""

    policy: Literal["alert_rules"]
    version: int
    status: str
    limits: Limits
    themes_by_factor: Mapping[str, str]
    ladders: Mapping[str, Mapping[str, tuple[Step, ...]]]
    rules: tuple[Rule, ...]
    texts: Mapping[str, Mapping[Literal["de", "en"], str]]

    @model_validator(mode="after")
    def _ladders_exist(self) -> RuleBook:
        named = {t.steps for r in self.rules for t in r.triggers if isinstance(t.steps, str)}
        if missing := named - self.ladders.keys():
            raise ValueError(f"no ladder is called {', '.join(sorted(missing))}")
        if len({r.rule for r in self.rules}) != len(self.rules):
            raise ValueError("two rules have the same name")
        titles = {name for r in self.rules for t in r.triggers for name in (t.title, t.model_title) if name}
        if silent := (titles | WEEKLY_TEXTS) - self.texts.keys():
            raise ValueError(f"no text for {', '.join(sorted(silent))}")
        return self

    def rule(self, name: str) -> Rule:
        """Raises KeyError."""
        return next(r for r in self.rules if r.rule == name)

    def steps(self, trigger: Trigger, tier: str | None) -> tuple[Step, ...]:
        """The steps for an account of that tier; without tier, or where the tier has none of its own, those of `*`."""
        table = self.ladders[trigger.steps] if isinstance(trigger.steps, str) else trigger.steps
        return table.get(tier or "*", table.get("*", ()))

    @property
    def digest(self) -> str:
        """SHA-256 of the content."""
        content = json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
        return f"sha256:{hashlib.sha256(content.encode()).hexdigest()}"


def parse(document: Mapping[str, Any]) -> RuleBook:
    """Raises pydantic's ValidationError, with every fault."""
    return RuleBook.model_validate(document)


PARTS = tuple(f"{part}.v1.yaml" for part in ("book", "ladders", "reviews", "plans", "accounts", "risks", "texts"))


@lru_cache(4)
def rule_book(path: str) -> RuleBook:
    """The company's own rule book, a YAML (or JSON) file; the one that ships if `path` is empty. Raises Invalid with
    everything that is wrong with it."""
    if not path:
        return shipped()
    try:
        return parse(yaml.safe_load(Path(path).read_text(encoding="utf-8")))
    except OSError as e:
        raise Invalid(f"The rule book {path} cannot be read: {e.strerror}. Correct STELLWERK_ALERT_RULES.") from e
    except (ValueError, TypeError, yaml.YAMLError) as e:
        raise Invalid(f"The rule book {path} is none: {e}") from e


def written(book: RuleBook) -> str:
    """A rule book as the YAML file that `rule_book` reads: what a company begins its own with."""
    return yaml.safe_dump(
        book.model_dump(mode="json", exclude_defaults=True), allow_unicode=True, sort_keys=False, width=120
    )


@lru_cache(1)
def shipped() -> RuleBook:
    """The default that ships, from the files in `rules/`."""
    folder = files("services.notifications") / "rules"
    parts: dict[str, Any] = {}
    for name in PARTS:
        found = yaml.safe_load((folder / name).read_text(encoding="utf-8"))
        parts["rules"] = [*parts.get("rules", []), *found.pop("rules", [])]
        parts |= found
    parts["rules"] = sorted(parts["rules"], key=lambda r: int(r["rule"][1:]))
    return parse(parts)
