"""Photographs the portfolio of a fresh stack for the README: `make screenshot` writes docs/screenshot.png."""

from __future__ import annotations

import tempfile
from pathlib import Path

from deploy.local.plan import REPOSITORY
from tests.e2e.browser import chromium
from tests.e2e.stack import RunningStack

TARGET = REPOSITORY / "docs" / "screenshot.png"


def main() -> None:
    """Start, look, stop, delete."""
    with tempfile.TemporaryDirectory() as folder:
        stack = RunningStack(Path(folder) / "home", shift="now")
        with stack, chromium() as browser:
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.goto(stack.wait_ready())
            page.screenshot(path=TARGET)
    print(f"written to {TARGET.relative_to(REPOSITORY)}")


if __name__ == "__main__":
    main()
