"""Request fields → values: what this service asks for beside what all do."""

from __future__ import annotations

from typing import get_args

from services.accounts.domain.values import EndReason, Theme, Tier
from shared.edge import fields


class Fields(fields.Fields):
    """Reads fields one by one and remembers what is wrong; `done` says it all at once."""

    def tier(self, field: str, value: str) -> Tier:
        tier: Tier = self.one_of(field, value, get_args(Tier))
        return tier

    def theme(self, field: str, value: str) -> Theme:
        theme: Theme = self.one_of(field, value, get_args(Theme))
        return theme

    def end_reason(self, field: str, value: str) -> EndReason:
        reason: EndReason = self.one_of(field, value, get_args(EndReason))
        return reason
