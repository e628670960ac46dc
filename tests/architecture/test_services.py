"""Learn one service, know all: the same file names, the same headings in each README."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.conftest import Plant
from tests.architecture.source import ROOT, services

REQUIRED = {"__init__.py", "__main__.py", "README.md", "main", "settings"}
COMMON = {"domain", "policy", "app", "publish", "process", "consumers", "reads", "projections", "api", "migrations"}
"""The table of docs/architecture.md; a module may have become a package of the same name."""
OWN: dict[str, set[str]] = {
    "crm": {"mapping", "mappings", "vault"},
    "accounts": {"policies", "timekeeping", "vault"},
    "qbr": {"policies", "timekeeping", "deadlines", "pack", "documents"},
    "growth": {"policies", "playbooks", "timekeeping"},
    "risk": {"policies", "timekeeping", "shipped"},
    "insights": {"policies", "timekeeping", "shipped"},
    "notifications": {"rules", "channels", "timekeeping"},
    "portal": {
        *("web", "pages", "json_api", "headers", "measured", "problems", "forms", "inputs", "frame"),  # the HTTP edge
        *("identity", "gate", "oidc", "live"),  # who acts; what changes on an open page
        *("account", "portfolio", "charts", "gantt", "rulebook", "words", "lab"),  # what a page shows
        *("asking", "found", "heat", "peoplemap", "sheets", "slider", "trails"),
        *("packs", "people", "plans", "promises", "qbrs"),  # the same, for QBRs and growth plans
        *("today", "risks", "causes", "alerts"),  # the same, for what is due, colours and alerts
        *("kpis", "findings", "usage"),  # figures, data quality, which views are opened
        *("clients", "models"),  # what the services answer
        *("render", "formats", "i18n", "locales", "static", "templates"),
    },
}
"""What only one service has, each explained in its README."""
HEADINGS = ("Owns", "Commands", "Private events", "Publishes", "Consumes", "Tables")


def names(service: Path) -> set[str]:
    """The modules, packages and folders of a service, without endings, as far as the rule looks at them."""
    found = {p.name for p in service.iterdir() if not p.name.startswith((".", "__pycache__")) and any_file(p)}
    return {name.removesuffix(".py") if name.endswith(".py") and not name.startswith("__") else name for name in found}


def any_file(path: Path) -> bool:
    """False for a folder that holds nothing (or only what Python left)."""
    return path.is_file() or any(p.is_file() and "__pycache__" not in p.parts for p in path.rglob("*"))


def strange(service: Path, own: set[str]) -> list[str]:
    """What a service lacks or has too much."""
    found = names(service)
    readme = (service / "README.md").read_text(encoding="utf-8") if "README.md" in found else ""
    lacking = [f"lacks {name}" for name in sorted(REQUIRED - found)]
    extra = [f"has {name}, which no other service would have" for name in sorted(found - REQUIRED - COMMON - own)]
    silent = [f"README does not explain {name}" for name in sorted(own & found) if f"`{name}" not in readme]
    return lacking + extra + silent + [f"own name {name} does not exist" for name in sorted(own - found)]


def headings(readme: str) -> list[str]:
    """The second-level headings, in order."""
    return re.findall(r"(?m)^## (.+?)\s*$", readme)


@pytest.mark.parametrize("service", services(ROOT), ids=lambda p: p.name)
def test_a_service_has_the_files_of_every_service(service: Path) -> None:
    assert strange(service, OWN.get(service.name, set())) == []


@pytest.mark.parametrize("service", services(ROOT), ids=lambda p: p.name)
def test_a_readme_has_the_fixed_headings(service: Path) -> None:
    found = headings((service / "README.md").read_text(encoding="utf-8"))
    assert [name for name in found if name in HEADINGS] == list(HEADINGS), (
        "in this order; other headings may come between"
    )


def test_planted_faults_are_seen(plant: Plant) -> None:
    root = plant(
        {
            "services/a/__init__.py": "",
            "services/a/main.py": "",
            "services/a/domain/__init__.py": "",
            "services/a/helpers.py": "",
            "services/a/mapping.py": "",
            "services/a/README.md": "# a\n## Owns\n## Commands\n",
        }
    )
    assert strange(root / "services/a", {"mapping", "gone"}) == [
        "lacks __main__.py",
        "lacks settings",
        "has helpers, which no other service would have",
        "README does not explain mapping",
        "own name gone does not exist",
    ]
    assert headings((root / "services/a/README.md").read_text(encoding="utf-8")) == ["Owns", "Commands"]
