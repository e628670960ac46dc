"""The KPIs K1 to K25 as pure functions of a world (domain.md §18): each customer's part, and the sum of parts.

Definitions are versioned data (`policies/kpis.v1.json`); a function belongs to one version of a definition. The cohort
is who has a part; tier and cohort are frozen at the start of the period, so nobody leaves a figure by falling.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from services.insights.policy.kpi import growth, quality, relations, revenue, reviews, risk
from services.insights.policy.kpi.base import Definition, Measure, Part, Period, Result, Rules, total, year_before
from services.insights.policy.world import KEY_TIERS, Customer, World

__all__ = ["Catalogue", "Definition", "Part", "Period", "Result", "compute", "scopes"]

MEASURES: Mapping[tuple[str, int], Measure] = {
    ("ARR", 1): revenue.arr, ("K1", 1): revenue.nrr, ("K2", 1): revenue.grr, ("K3", 1): revenue.logos,
    ("K3.churned", 1): revenue.churned, ("K3.new", 1): revenue.new, ("K4.churn", 1): revenue.churn,
    ("K4.contraction", 1): revenue.contraction, ("K4.expansion", 1): revenue.expansion,
    ("K5", 1): revenue.renewal_value, ("K5.count", 1): revenue.renewal_count, ("K6", 1): revenue.renewal_on_time,
    ("K7", 1): reviews.coverage, ("K8", 1): reviews.on_time, ("K9", 1): reviews.quality,
    ("K10", 1): reviews.preparation, ("K11.ours", 1): reviews.promises_ours,
    ("K11.customer", 1): reviews.promises_customer, ("K11.last", 1): reviews.promises_last,
    ("K12", 1): relations.coverage, ("K13", 1): relations.threads, ("K14", 1): relations.balance,
    ("K15", 1): relations.inside, ("K15.days", 1): relations.silence, ("K16", 1): risk.at_risk,
    ("K16.unknown", 1): risk.unknown, ("K17", 1): risk.warned, ("K17.precision", 1): risk.precision,
    ("K18", 1): risk.red_days, ("K18.recovery", 1): risk.recovery, ("K19", 1): growth.plans,
    ("K19.progress", 1): growth.progress, ("K20", 1): growth.milestones, ("K20.last", 1): growth.milestones_last,
    ("K20.slips", 1): growth.slips, ("K21", 1): growth.whitespace, ("K21.rated", 1): growth.rated,
    ("K22", 1): growth.pipeline, ("K22.won", 1): growth.won, ("K22.lost", 1): growth.lost,
    ("K22.open", 1): growth.open_,
    ("K23", 1): quality.compliance, ("K24", 1): quality.data_quality, ("K25", 1): quality.acted,
    ("K25.ack", 1): quality.acknowledged,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The definitions in force, their numbers, and which six figures a tier's dashboard shows."""

    definitions: Mapping[str, Definition]
    rules: Rules
    dashboards: Mapping[str, tuple[str, ...]]
    version: int

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Catalogue:
        """Of `policies/kpis.v1.json`. Raises ValueError for a definition without a function, or a dashboard of another
        size than six."""
        definitions = {}
        for id, d in document["kpis"].items():
            if (id, d["version"]) not in MEASURES:
                raise ValueError(f"KPI {id} version {d['version']} has no function")
            titles = {"en": d["en"], "de": d["de"]}
            definitions[id] = Definition(
                id,
                d["version"],
                d["kind"],
                d["unit"],
                d["window"],
                d["better"],
                titles,
                d["formula"],
                d.get("min", 0),
                d.get("of", "minor" if d["unit"] == "minor" else "count"),
            )
        boards = {tier: tuple(ids) for tier, ids in document["dashboards"].items()}
        if wrong := [t for t, ids in boards.items() if len(ids) != 6 or set(ids) - set(definitions)]:
            raise ValueError(f"dashboard {wrong[0]} does not show six KPIs that are defined")
        known = sorted({id.split(".")[0] for id in definitions})
        return cls(definitions, Rules({**document["rules"], "known_kpis": known}), boards, document["version"])

    def period(self, id: str, as_of: date) -> Period:
        """The period of a KPI that ends on a day."""
        window = self.definitions[id].window
        return Period(year_before(as_of) if window == "year" else as_of, as_of)


def scopes() -> tuple[str, ...]:
    """What a KPI is told for."""
    return ("company", *(f"tier:{t}" for t in KEY_TIERS))


def parts(catalogue: Catalogue, world: World, id: str, as_of: date) -> dict[UUID, Part]:
    """account → its part of a KPI, of all customers that have one."""
    measure, period = MEASURES[id, catalogue.definitions[id].version], catalogue.period(id, as_of)
    found = {}
    for c in world.customers:
        part = measure(world, period, c, catalogue.rules)
        if part is not None:  # where nothing fails there is no event to show but the newest that was looked at
            found[c.account] = part if part.events else replace(part, events=(c.book.facts[-1].event_id,))
    return found


def in_scope(world: World, scope: str, period: Period, customer: Customer) -> bool:
    """Whether a customer belongs to a scope at the start of the period."""
    if scope == "company":
        return True
    kind, _, value = scope.partition(":")
    if kind == "account":
        return str(customer.account) == value
    tier = customer.tier(world.terms.end(period.t0))
    return kind == "tier" and tier == value


def compute(
    catalogue: Catalogue, world: World, id: str, as_of: date, wanted: Iterable[str] = ("company",)
) -> dict[str, Result]:
    """scope → the value of a KPI on a day. Raises KeyError for a KPI that is not defined."""
    definition, period = catalogue.definitions[id], catalogue.period(id, as_of)
    every = parts(catalogue, world, id, as_of)
    found = {}
    for scope in wanted:
        mine = {a: p for a, p in every.items() if in_scope(world, scope, period, world.by_account[a])}
        found[scope] = total(definition, scope, period, mine)
    return found
