"""The documentation tells the truth: generated pages match the code, links lead somewhere, targets and names exist."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from prometheus_client import Counter
from pydantic import Field

from shared.settings import ServiceSettings
from tests.architecture.conftest import Plant
from tests.architecture.source import ROOT, files, name_of, services, symbols

LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")
MAKE = re.compile(r"`(?:[A-Z_]+=\S+ )*make ([a-z][a-z0-9-]*)|^\s*(?:\$ )?make ([a-z][a-z0-9-]*)", re.MULTILINE)
VARIABLE = re.compile(r"`(STELLWERK_[A-Z_]+)\b")
METRIC = re.compile(r"\b(stellwerk_[a-z_]+[a-z])\b")
LATER = {"docs/screenshot.png"}
"""Made from the running portal, not written."""


def reference() -> ModuleType:
    """docs/tools/reference.py, which is a script and no package."""
    spec = importlib.util.spec_from_file_location("docs_reference", ROOT / "docs/tools/reference.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


REFERENCE = reference()


def pages(root: Path) -> list[Path]:
    """Every Markdown file."""
    return files(root, ".md")


def prose(path: Path) -> str:
    """The text without code blocks, in which brackets mean other things."""
    return re.sub(r"(?ms)^```.*?^```$", "", path.read_text(encoding="utf-8"))


def anchors(path: Path) -> set[str]:
    """The anchors of a page's headings, as Git hosts make them."""
    headings = re.findall(r"(?m)^#+ (.*)$", prose(path))
    return {re.sub(r"[^\w\- ]", "", heading.lower().replace("`", "")).strip().replace(" ", "-") for heading in headings}


def dead_links(root: Path) -> list[str]:
    """Links to no file or heading of the repository, and those whose `symbol` is not in the linked Python file."""
    return [f"{name_of(page, root)}: {fault}" for page in pages(root) for fault in _faults(page, root)]


def _faults(page: Path, root: Path) -> Iterator[str]:
    for _, text, target in LINK.findall(prose(page)):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        path = (page.parent / file).resolve() if file else page
        if path.is_relative_to(root) and path.relative_to(root).as_posix() in LATER:
            continue
        if not path.exists():
            yield f"{target} does not exist"
        elif anchor and path.suffix == ".md" and anchor not in anchors(path):
            yield f"{target}: no such heading"
        elif path.suffix == ".py" and (named := re.fullmatch(r"`([A-Za-z_][\w.]*)(?:\(\))?`", text)):
            known = symbols(path) | {path.name, path.stem}
            yield from [] if named[1] in known else [f"{named[1]} is not in {file}"]


def missing_targets(root: Path) -> list[str]:
    """`make x` in a page without a target x in the Makefile."""
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"(?m)^([a-z][a-z0-9-]*):", makefile))
    wanted = {(a or b, name_of(p, root)) for p in pages(root) for a, b in MAKE.findall(p.read_text(encoding="utf-8"))}
    return sorted(f"{page}: make {target}" for target, page in wanted if target not in targets)


def unknown_variables(root: Path, known: set[str]) -> list[str]:
    """Variables that a page names and no settings class has."""
    named = {(v, name_of(p, root)) for p in pages(root) for v in VARIABLE.findall(p.read_text(encoding="utf-8"))}
    return sorted(f"{page}: {variable}" for variable, page in named if variable not in known)


def unknown_metrics(root: Path) -> list[str]:
    """Metrics that a page names and the code does not have."""
    known = set(re.findall(r"`(stellwerk_[a-z_]+)`", "\n".join(REFERENCE.metrics_page())))
    named = {(m, name_of(p, root)) for p in pages(root) for m in METRIC.findall(p.read_text(encoding="utf-8"))}
    return sorted(f"{page}: {metric}" for metric, page in named if metric not in known)


def test_settings_metrics_and_topics_are_documented() -> None:
    assert REFERENCE.main(["--check"]) == 0, "run `make docs`"


def test_every_setting_and_metric_has_a_meaning() -> None:
    for cls in REFERENCE.settings_classes():
        assert [name for name, field in REFERENCE.variables(cls).items() if not field.description] == []
    assert [name for name, metric in REFERENCE.metrics().items() if not metric._documentation] == []
    assert len(REFERENCE.metrics()) > 10


def test_an_undocumented_metric_is_seen(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    planted = Counter("stellwerk_planted_total", "Planted.", registry=None)
    monkeypatch.setattr("shared.telemetry.PLANTED", planted, raising=False)
    assert REFERENCE.main(["--check"]) == 1
    assert "metrics.md" in capsys.readouterr().out


def test_an_undocumented_setting_is_seen(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    class Planted(ServiceSettings):
        grace_days: int = Field(default=3, description="Planted")

    assert list(REFERENCE.variables(Planted)) == ["STELLWERK_GRACE_DAYS"]
    monkeypatch.setattr(REFERENCE, "settings_classes", lambda: [ServiceSettings, Planted])
    assert REFERENCE.main(["--check"]) == 1
    assert "settings.md" in capsys.readouterr().out


def test_links_lead_somewhere() -> None:
    assert dead_links(ROOT) == []


def test_make_targets_exist() -> None:
    assert missing_targets(ROOT) == []


def test_variables_exist() -> None:
    known = {name for cls in REFERENCE.settings_classes() for name in REFERENCE.variables(cls)}
    assert {"STELLWERK_HOME", "STELLWERK_PORT", "DATA", "SHIFT"} <= set(REFERENCE.run_variables())
    assert unknown_variables(ROOT, known | set(REFERENCE.run_variables())) == []


def test_metrics_exist() -> None:
    assert unknown_metrics(ROOT) == []


def test_the_readme_lists_every_service() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [service.name for service in services(ROOT) if f"services/{service.name}/README.md" not in text] == []


def test_the_kernel_readme_lists_every_file() -> None:
    text = (ROOT / "shared/README.md").read_text(encoding="utf-8")
    kernel = [p for p in files(ROOT, ".py", under=("shared",)) if not {"contracts", "protos"} & set(p.parts)]
    assert [name_of(p, ROOT) for p in kernel if p.name not in text and p.name != "__init__.py"] == []


def test_decisions_are_numbered_and_listed() -> None:
    records = sorted((ROOT / "docs/adr").glob("[0-9]*.md"))
    index = (ROOT / "docs/adr/README.md").read_text(encoding="utf-8")
    assert [int(path.name[:4]) for path in records] == list(range(1, len(records) + 1))
    for path in records:
        text = path.read_text(encoding="utf-8")
        assert [h for h in ("## Context", "## Decision", "## Consequences") if h not in text] == [], path.name
        assert f"({path.name})" in index, f"list {path.name} in docs/adr/README.md"


def test_every_release_says_what_it_does_to_contracts() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    releases = re.split(r"(?m)^## ", text)[1:]
    assert releases
    assert [release.splitlines()[0] for release in releases if "### Contracts" not in release] == []


def test_hooks_call_make_and_nothing_remote() -> None:
    text = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert set(re.findall(r"repo: (\S+)", text)) == {"local"}
    entries = re.findall(r"entry: (.+)", text)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert entries
    for entry in entries:
        assert re.fullmatch(r"make [a-z-]+", entry), entry
        assert re.search(rf"(?m)^{entry.split()[1]}:", makefile), entry


def test_planted_faults_are_seen(plant: Plant) -> None:
    root = plant(
        {
            "Makefile": "run: ## x\n\techo\n",
            "a/code.py": "class Store:\n    def append(self): ...\n",
            "docs/b.md": "# One heading: `x`\n",
            "docs/a.md": (
                "[gone](gone.md) [b](b.md#one-heading-x) [b](b.md#two) [`Store.append`](../a/code.py) "
                "[`Store.read`](../a/code.py) [out](https://example.com/x) [`append()`](../a/code.py)\n"
                "`make run DATA=full`, `make fly` and `STELLWERK_KAFKA=host:1` or `STELLWERK_KAFKAS`\n"
                "`stellwerk_append_seconds` and `stellwerk_append_hours`\n"
                "```\nmake crash\n[in code](nowhere.md)\n```\n"
            ),
        }
    )
    assert dead_links(root) == [
        "docs/a.md: gone.md does not exist",
        "docs/a.md: b.md#two: no such heading",
        "docs/a.md: Store.read is not in ../a/code.py",
    ]
    assert missing_targets(root) == ["docs/a.md: make crash", "docs/a.md: make fly"]
    assert unknown_metrics(root) == ["docs/a.md: stellwerk_append_hours"]
    assert unknown_variables(root, {"STELLWERK_KAFKA"}) == ["docs/a.md: STELLWERK_KAFKAS"]
