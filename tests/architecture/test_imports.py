"""import-linter holds the directions of `.importlinter`, and each of its contracts can say no."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

PLANTED = {
    "Services never import each other": ("services/crm/app.py", "from services.accounts import domain"),
    "main > edges > process, publish, reads > app > domain > policy": ("services/portal/app.py", "from . import api"),
    "The portal: web > pages, JSON > frame > what a page shows > answers": (
        "services/portal/models/base.py",
        "from services.portal import pages",
    ),
    "Domain, policy, processes and contracts know no infrastructure": (
        "services/portal/domain.py",
        "import sqlalchemy",
    ),
    "shared knows no service and no deployment": ("shared/planted.py", "import services.crm"),
    "Contracts stand alone": ("shared/contracts/planted.py", "import shared.settings"),
    "Production code imports neither the local stack nor its packages": ("services/crm/app.py", "import deploy.local"),
}


def lint(root: Path) -> tuple[int, str]:
    """Exit code and output of import-linter on a tree."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def copy(target: Path) -> Path:
    """The Python of the repository and its import rules."""
    ignore = shutil.ignore_patterns("__pycache__", "*.json", "*.json.gz", "static", "templates", "locales")
    for name in ("services", "shared", "deploy"):
        shutil.copytree(ROOT / name, target / name, ignore=ignore)
    shutil.copy(ROOT / ".importlinter", target)
    return target


def test_imports_keep_their_direction() -> None:
    code, output = lint(ROOT)
    assert code == 0, output


@pytest.mark.parametrize("contract", PLANTED)
def test_each_contract_can_fail(contract: str, tmp_path: Path) -> None:
    root = copy(tmp_path)
    file, line = PLANTED[contract]
    path = root / file
    package = root / file.removesuffix(".py") / "__init__.py"
    path = package if package.exists() else path
    if "from . import api" in line and not (root / "services/portal/api.py").exists():
        (root / "services/portal/api.py").write_text("", encoding="utf-8")
    with path.open("a", encoding="utf-8") as out:
        out.write(f"\n{line}\n")
    code, output = lint(root)
    assert code == 1, output
    assert f"{contract} BROKEN" in output
