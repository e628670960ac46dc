"""One line a log entry, JSON or for people, with service, role and what the task was told; every metric explained."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from prometheus_client import REGISTRY

from shared import telemetry


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def test_json_lines_say_who_and_about_what(capsys: pytest.CaptureFixture[str]) -> None:
    telemetry.configure_logging("accounts", "worker", "INFO", "json")
    with structlog.contextvars.bound_contextvars(correlation_id="c-1"):
        structlog.get_logger("ours").info("applied", messages=3)
        logging.getLogger("theirs").warning("lost %s", "it", exc_info=ValueError("why"))
        logging.getLogger("theirs").debug("too quiet")
    ours, theirs = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (ours["message"], ours["messages"], ours["level"], ours["logger"]) == ("applied", 3, "info", "ours")
    assert theirs["message"] == "lost it"
    assert "ValueError: why" in theirs["exception"]
    for line in (ours, theirs):
        assert (line["service"], line["role"], line["correlation_id"]) == ("accounts", "worker", "c-1")
        assert line["timestamp"].endswith("Z")


def test_console_lines_are_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    telemetry.configure_logging("accounts", "worker", "INFO", "console")
    structlog.get_logger("ours").warning("applied", messages=3)
    line = capsys.readouterr().err
    assert "applied" in line
    assert "messages=3" in line
    assert not line.startswith("{")


def test_every_metric_is_named_after_us_and_says_what_it_means() -> None:
    ours = [m for m in REGISTRY.collect() if m.name.startswith("stellwerk_")]
    assert len(ours) > 15
    assert [m.name for m in ours if not m.documentation.endswith(".") or len(m.documentation) < 15] == []
    assert [m.name for m in ours if m.name.endswith("_seconds") and "second" not in m.documentation] == []
