"""What a reader may ask of the findings, and what the reviews show over time. Pure; page and CSV answer alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from urllib.parse import urlencode

from services.portal.models import FindingRule, Review


@dataclass(frozen=True, slots=True)
class Question:
    """The address of the findings, parsed."""

    rule: str = ""
    account: str = ""  # CRM id
    as_of: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Question:
        """From query parameters; anything not understood finds nothing."""
        return cls(**{f.name: query[f.name].strip()[:120] for f in fields(cls) if query.get(f.name)})

    def address(self, path: str = "/findings", **changes: str) -> str:
        """The address of this question with some answers changed."""
        changed = replace(self, **changes)
        said = {f.name: v for f in fields(self) if (v := getattr(changed, f.name))}
        return f"{path}?{urlencode(said)}" if said else path

    @property
    def filtered(self) -> bool:
        """Whether some findings may be hidden."""
        return bool(self.rule or self.account)

    def answer(self, rules: Sequence[FindingRule]) -> list[FindingRule]:
        """The rules asked for with the findings asked for: those that fail most and weigh most first."""
        found = []
        for rule in rules:
            if self.rule in ("", rule.rule):
                failing = [f for f in rule.failing if self.account in ("", f.crm_id or "")]
                count = len(failing) if self.account else rule.failing_count
                found.append(rule.model_copy(update={"failing": failing, "failing_count": count}))
        return sorted(found, key=lambda r: (-r.weight * r.failing_count, -r.weight, r.rule))


def accounts(rules: Sequence[FindingRule]) -> list[tuple[str, str]]:
    """(CRM id, name) of the accounts that anything was found at, by name."""
    found = {f.crm_id: f.name or f.crm_id for r in rules for f in r.failing if f.crm_id}
    return sorted(found.items(), key=lambda item: item[1].casefold())


def counts(reviews: Sequence[Review]) -> list[int]:
    """Findings at each review, the oldest first."""
    return [open_count(r) for r in reversed(reviews)]


def open_count(review: Review) -> int:
    """How many findings a review began with."""
    return sum(review.findings.values())
