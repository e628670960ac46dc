"""Without a terminal `make run` prints plain lines; with one, a bar."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from honcho.printer import Message

from deploy.local import screen
from deploy.local.screen import Screen


def test_plain_lines_tell_count_rate_and_eta(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter([100.0, 101.0, 102.0, 103.0])
    monkeypatch.setattr(screen.time, "monotonic", lambda: next(clock))
    shown = Screen(["crm-worker"])
    for done in (0, 500, 1_000, 3_000):
        shown.progress(done, 5_000, "CRM changes taken in")
    assert capsys.readouterr().out.splitlines() == [
        "progress 0 of 5,000 (0%), 0/s: CRM changes taken in",
        "progress 1,000 of 5,000 (20%), 500/s, ETA 8 s: CRM changes taken in",
    ]


def test_log_lines_carry_time_and_name_and_are_not_read_as_markup(capsys: pytest.CaptureFixture[str]) -> None:
    shown = Screen(["crm-worker"])
    line = b"[red]x[/red] " + b"long " * 60 + b"\xff\n"
    shown.line(Message("line", line, datetime(2026, 1, 1, 8, 30), "relay", None))
    shown.say("ready http://127.0.0.1:8400")
    first, ready = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"08:30:00 relay      \| \[red\]x\[/red\] (long ){60}�", first)
    assert ready == "ready http://127.0.0.1:8400"
