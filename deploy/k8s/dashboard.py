"""The Grafana dashboard as code: `make k8s` writes it as a ConfigMap that Grafana's sidecar picks up."""

from __future__ import annotations

import json
from typing import Any

Object = dict[str, Any]

_NAME = "app_kubernetes_io_name"
_PART, _POOL = "app_kubernetes_io_component", "stellwerk_pool_connections"
_POOL_OF = f"{{{{{_NAME}}}}} {{{{{_PART}}}}}"
_LAG, _DEAD = "stellwerk_consumer_lag", 'stellwerk_consumer_messages_total{outcome="dead"}'
ROWS: dict[str, list[tuple[str, str, str, str]]] = {
    "Consumers": [
        ("Lag", f"sum by (consumer) (max by (consumer, topic, partition) ({_LAG}))", "{{consumer}}", "short"),
        ("Messages by outcome", "sum by (outcome) (rate(stellwerk_consumer_messages_total[5m]))", "{{outcome}}", "cps"),
        ("Something to read", "1 - max by (consumer) (stellwerk_consumer_caught_up)", "{{consumer}}", "bool"),
        ("Batches, 95 %", "q(stellwerk_consumer_batch_seconds, consumer)", "{{consumer}}", "s"),
        ("Batches put back", "sum by (consumer) (rate(stellwerk_consumer_retries_total[5m]))", "{{consumer}}", "cps"),
        ("Dead letters", f"sum by (consumer) (increase({_DEAD}[1h]))", "{{consumer}}", "short"),
    ],
    "Log": [
        ("Events appended", "sum by (service) (rate(stellwerk_events_appended_total[5m]))", "{{service}}", "cps"),
        ("Commit, 95 %", "q(stellwerk_append_seconds, service)", "{{service}}", "s"),
        ("Commands in a commit, 95 %", "q(stellwerk_append_commands, service)", "{{service}}", "short"),
        ("Commands waiting", "max by (service) (stellwerk_commands_waiting)", "{{service}}", "short"),
        ("Conflicts", "sum by (service) (rate(stellwerk_command_conflicts_total[5m]))", "{{service}}", "cps"),
    ],
    "Connections": [
        ("In use", f"max by ({_NAME}, {_PART}) ({_POOL}{{state=\"in_use\"}})", _POOL_OF, "short"),
        ("In use, of those that may be", "pool:used:ratio", _POOL_OF, "percentunit"),
        ("Open", f"sum by ({_NAME}) ({_POOL}{{state=~\"in_use|idle\"}})", f"{{{{{_NAME}}}}}", "short"),
    ],
    "Relays": [
        ("Sent", "sum by (topic) (rate(stellwerk_relay_sent_total[5m]))", "{{topic}}", "cps"),
        ("Leaders (must be 1)", "sum by (topic) (stellwerk_relay_leader)", "{{topic}}", "short"),
        ("Begun again", "sum by (topic) (increase(stellwerk_relay_starts_over_total[1h]))", "{{topic}}", "short"),
    ],
    "Read models": [
        ("From event to page, 99 %", "q99(stellwerk_projection_delay_seconds, projection)", "{{projection}}", "s"),
        ("Later than 5 s", "projection:late:ratio_rate1h", "{{projection}}", "percentunit"),
        ("Position", "max by (projection) (stellwerk_projection_position)", "{{projection}}", "short"),
    ],
    "APIs": [
        ("Calls", f"sum by ({_NAME}) (rate(stellwerk_grpc_seconds_count[5m]))", f"{{{{{_NAME}}}}}", "cps"),
        ("Calls that failed", "grpc:failed:ratio_rate5m", f"{{{{{_NAME}}}}}", "percentunit"),
        ("Calls, 99 %", f"q99(stellwerk_grpc_seconds, {_NAME})", f"{{{{{_NAME}}}}}", "s"),
        ("Requests of the portal", "sum by (status) (rate(stellwerk_http_seconds_count[5m]))", "{{status}}", "cps"),
        ("Pages, 95 %", "q(stellwerk_http_seconds, route)", "{{route}}", "s"),
        ("Oldest event not sent", "max by (datname) (cnpg_stellwerk_log_oldest_unsent_seconds)", "{{datname}}", "s"),
    ],
    "Timers": [
        ("Fired", "sum by (rule) (increase(stellwerk_timers_fired_total[1h]))", "{{rule}}", "short"),
        ("Failed", "sum by (rule) (increase(stellwerk_timers_failed_total[1h]))", "{{rule}}", "short"),
        ("Late, 95 %", "q(stellwerk_timer_late_seconds, rule)", "{{rule}}", "s"),
    ],
}  # fmt: skip
"""Row → (title, expression, legend, unit); `q(metric, label)`: the 95 % quantile of a histogram, q99: 99 %."""


def dashboard() -> Object:
    """The dashboard as Grafana has it."""
    panels: list[Object] = []
    for title, row in ROWS.items():
        y = 9 * len(panels)
        panels.append({"type": "row", "title": title, "collapsed": False, "gridPos": {"h": 1, "w": 24, "x": 0, "y": y}})
        for n, (name, expression, legend, unit) in enumerate(row):
            panels.append(
                {
                    "type": "timeseries",
                    "title": name,
                    "datasource": {"type": "prometheus", "uid": "${datasource}"},
                    "fieldConfig": {"defaults": {"unit": unit, "min": 0}, "overrides": []},
                    "gridPos": {"h": 8, "w": 8, "x": n % 3 * 8, "y": y + 1 + n // 3 * 8},
                    "targets": [{"expr": _spelt(expression), "legendFormat": legend, "refId": "A"}],
                }
            )
    source = {"name": "datasource", "type": "datasource", "query": "prometheus"}
    return {
        "title": "Stellwerk",
        "uid": "stellwerk",
        "schemaVersion": 39,
        "refresh": "30s",
        "time": {"from": "now-3h", "to": "now"},
        "templating": {"list": [source]},
        "panels": [{"id": n, **panel} for n, panel in enumerate(panels, 1)],
    }


def _spelt(expression: str) -> str:
    for short, share in (("q99(", 0.99), ("q(", 0.95)):
        if expression.startswith(short):
            metric, label = expression.removeprefix(short).rstrip(")").split(", ")
            return f"histogram_quantile({share}, sum by (le, {label}) (rate({metric}_bucket[5m])))"
    return expression


def config_map() -> Object:
    """The ConfigMap that holds it."""
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "stellwerk-dashboard", "labels": {"grafana_dashboard": "1"}},
        "data": {"stellwerk.json": json.dumps(dashboard(), indent=1)},
    }
