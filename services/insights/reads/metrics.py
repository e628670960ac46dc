"""Metrics of the projections, beside those that every service has."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

from shared.telemetry import SLOW

FACTS_FOLDED = Counter("stellwerk_insights_facts_folded_total", "Facts that were folded into rows of the BI tables.")
DIRTY = Gauge("stellwerk_insights_dirty_accounts", "Accounts with facts that the BI tables do not show yet.")
LAG = Gauge(
    "stellwerk_insights_freshness_lag_seconds",
    "From the newest business time that a service told of until now; seconds. It grows while nothing happens, too.",
)
REBUILD = Histogram(
    "stellwerk_insights_rebuild_seconds", "A rebuild of all BI tables beside those in use; seconds.", buckets=SLOW
)
RESTATED = Counter(
    "stellwerk_insights_kpi_restatements_total", "Values of closed months that a later fact changed, by KPI.", ["kpi"]
)
