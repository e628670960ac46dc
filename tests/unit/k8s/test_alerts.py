"""Alerts and dashboard: what they ask for exists, each alert has its section in the runbook, and promtool's tests pass:
the fault list names for each fault the alert that it raises, and healthy minutes raise none."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY

from deploy.k8s.checks.code import ROOT
from deploy.k8s.dashboard import dashboard
from shared import telemetry  # noqa: F401  declares the metrics
from shared.edge import metrics  # noqa: F401  those of APIs
from tests.architecture.test_docs import anchors

FOLDER = ROOT / "deploy/k8s/observability"
OTHERS = {
    "up",
    "certmanager_certificate_expiration_timestamp_seconds",
    "cnpg_collector_last_available_backup_timestamp",
    "cnpg_stellwerk_log_oldest_unsent_seconds",
}
"""Metrics of Prometheus itself, cert-manager and CloudNativePG."""
needs_promtool = pytest.mark.skipif(shutil.which("promtool") is None, reason="needs promtool (Debian: prometheus)")


def groups() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((FOLDER / "rules.yaml").read_text())["spec"]["groups"]
    return found


def rules() -> list[dict[str, Any]]:
    return [rule for group in groups() for rule in group["rules"]]


def cases() -> list[dict[str, Any]]:
    """Healthy minutes first, then a fault for each alert."""
    found: list[dict[str, Any]] = yaml.safe_load((FOLDER / "rules.test.yaml").read_text())["tests"]
    return found


def exported() -> set[str]:
    """Every series of our metrics."""
    made = {f"{m.name}{end}" for m in REGISTRY.collect() for end in ("", "_total", "_bucket", "_count", "_sum")}
    return {name for name in made if name.startswith("stellwerk_")}


def unknown(expression: str, recorded: set[str]) -> set[str]:
    """Metrics of an expression that nobody exports."""
    used = set(re.findall(r"\b(?:stellwerk|certmanager|cnpg)_\w+|\bup\b|\b\w+:\w+:\w+", expression))
    return used - exported() - OTHERS - recorded


def test_every_metric_of_a_rule_or_panel_exists() -> None:
    recorded = {rule["record"] for rule in rules() if "record" in rule}
    assert {e for rule in rules() for e in unknown(rule["expr"], recorded)} == set()
    asked = [target["expr"] for panel in dashboard()["panels"] for target in panel.get("targets", [])]
    assert len(asked) > 15
    assert {e for expression in asked for e in unknown(expression, recorded)} == set()
    assert unknown("rate(stellwerk_append_hours_sum[5m])", recorded) == {"stellwerk_append_hours_sum"}


def test_every_alert_says_what_to_do() -> None:
    sections = anchors(ROOT / "docs/runbook.md")
    for alert in (rule for rule in rules() if "alert" in rule):
        page, _, section = alert["annotations"]["runbook_url"].partition("#")
        assert (page, section in sections) == ("docs/runbook.md", True), alert["alert"]
        assert alert["labels"]["severity"] in ("page", "ticket")


def test_every_alert_has_a_fault_and_is_silent_when_healthy() -> None:
    alerts = {rule["alert"] for rule in rules() if "alert" in rule}
    healthy, *faults = cases()
    assert {fault["name"] for fault in faults} == alerts
    assert {check["alertname"] for check in healthy["alert_rule_test"]} == alerts
    assert all("exp_alerts" not in check for check in healthy["alert_rule_test"])


def run_promtool(
    folder: Path, found: list[dict[str, Any]], tried: list[dict[str, Any]]
) -> subprocess.CompletedProcess[str]:
    """promtool's tests of some cases with these rules; annotations are for people and left out."""
    bare = [{**g, "rules": [{k: v for k, v in r.items() if k != "annotations"} for r in g["rules"]]} for g in found]
    (folder / "rules.json").write_text(json.dumps({"groups": bare}))
    document = {**yaml.safe_load((FOLDER / "rules.test.yaml").read_text()), "tests": tried}
    (folder / "rules.test.yaml").write_text(json.dumps(document))
    command = ["promtool", "test", "rules", "rules.test.yaml"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)


@needs_promtool
def test_each_fault_raises_its_alert_and_health_none(tmp_path: Path) -> None:
    done = run_promtool(tmp_path, groups(), cases())
    assert done.returncode == 0, done.stdout + done.stderr


@needs_promtool
@pytest.mark.parametrize(
    ("alert", "was", "planted"),
    [
        ("ConsumerLags", "> 10000", "> 100000"),
        ("ConsumerLags", "and max by (consumer) (stellwerk_consumer_caught_up) == 0", ""),
        ("RelayWithoutLeader", "!= 1", "> 1"),
        ("DeadLetters", 'outcome="dead"', 'outcome="repeat"'),
        ("EventsUnsent", "> 60", "> 6000"),
        ("PoolIsFull", ">= 1", ">= 0.2"),
    ],
)
def test_a_wrong_rule_is_seen(alert: str, was: str, planted: str, tmp_path: Path) -> None:
    spoilt = groups()
    rule = next(r for g in spoilt for r in g["rules"] if r.get("alert") == alert)
    assert was in rule["expr"]
    rule["expr"] = rule["expr"].replace(was, planted)
    healthy, *faults = cases()
    tried = [healthy, *(fault for fault in faults if fault["name"] == alert)]
    assert run_promtool(tmp_path, groups(), tried).returncode == 0
    assert run_promtool(tmp_path, spoilt, tried).returncode != 0
