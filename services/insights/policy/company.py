"""What holds for the whole company: employees, standards, tier policy, templates, rules, connections, risk model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.insights.policy.facts import Fact, in_order

STANDARDS = ("contact", "theme_owners", "deputies", "key_player_contact", "renewal_lead", "stakeholder_coverage")


@dataclass(slots=True)
class Company:
    """`standards`: (from when, document), oldest first. `signatures`: tier policy version → functions that signed."""

    users: dict[str, bool] = field(default_factory=dict)
    standards: list[tuple[datetime, Mapping[str, Any], str]] = field(default_factory=list)
    signatures: dict[int, set[str]] = field(default_factory=dict)
    tier_policy: int | None = None
    tier_policy_event: str | None = None
    templates: set[str] = field(default_factory=set)
    risk_model: int | None = None
    rule_book: int | None = None
    behind: dict[str, datetime | None] = field(default_factory=dict)
    drift: list[str] = field(default_factory=list)
    playbooks: set[str] = field(default_factory=set)
    loaded_at: datetime | None = None

    def standard(self, name: str, tier: str, at: datetime, otherwise: Any = None) -> Any:
        """A value of the standards that held then (before the first ones: of those); `otherwise` if none tells it."""
        documents = [d for since, d, _ in self.standards if since <= at] or [d for _, d, _ in self.standards[:1]]
        if not documents:
            return otherwise
        value = documents[-1].get("standards", {}).get(name, {})
        found = value.get(tier, value.get("value"))
        return otherwise if found is None else found

    @property
    def signed_off(self) -> int:
        """How many of the three functions signed the active tier policy."""
        return len(self.signatures.get(self.tier_policy or 0, ()))


def company(facts: Iterable[Fact]) -> Company:
    """A fold of the facts that belong to no account."""
    c = Company()
    for f in in_order(facts):
        d = f.data
        match f.type:
            case "CrmUserSeen":
                c.users[d["crm_id"]] = d["active"]
            case "CrmUserDeactivated":
                c.users[d["crm_id"]] = False
            case "StandardsActivated":
                c.standards.append((datetime.fromisoformat(d["effective_from"]), d["document"], f.event_id))
            case "TierPolicySignedOff":
                c.signatures.setdefault(d["policy_version"], set()).add(d["function"])
            case "TierPolicyActivated":
                c.tier_policy, c.tier_policy_event = d["policy_version"], f.event_id
            case "QbrTemplatePublished":
                c.templates.add(d["template_id"])
            case "PlaybookPublished":
                c.playbooks.add(d["playbook"])
            case "RiskModelActivated":
                c.risk_model = d["model_version"]
            case "AlertRulePublished":
                c.rule_book = d["policy_version"]
            case "SourceConnected":
                c.behind.setdefault(d["system"], None)
            case "SourceLagExceeded":
                c.behind[d["system"]] = f.effective_at
            case "SourceLagCleared":
                c.behind[d["system"]] = None
                c.loaded_at = c.loaded_at or f.recorded_at
            case "SchemaDriftDetected":
                c.drift.append(f.event_id)
    return c
