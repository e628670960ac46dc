"""The supervisor: prefixed lines and logs, restarts with back-off, an end that leaves nobody behind."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path

import pytest
from honcho.printer import Message

from deploy.local import supervisor
from deploy.local.supervisor import Supervisor


class Seen(list[str]):
    def __init__(self) -> None:
        self.news = asyncio.Event()

    def __call__(self, message: Message) -> None:
        self.append(f"{message.name}| {message.data.decode().rstrip()}")
        self.news.set()

    async def until(self, text: str, times: int = 1) -> None:
        async with asyncio.timeout(20):
            while sum(text in line for line in self) < times:
                self.news.clear()
                await self.news.wait()


def child(sup: Supervisor, name: str, code: str) -> None:
    sup.add(name, [sys.executable, "-u", "-c", code], dict(os.environ))


async def test_lines_are_shown_with_the_name_and_kept_in_a_log(tmp_path: Path) -> None:
    seen = Seen()
    sup = Supervisor(tmp_path, seen, lambda: None)
    child(sup, "one", "print('hello'); import time; time.sleep(60)")
    await seen.until("one| hello")
    assert os.getpgid(sup.pids["one"]) != os.getpgid(0)  # a Ctrl-C in the terminal must not reach it before us
    await sup.stop()
    assert (tmp_path / "one.log").read_text() == "hello\n"


async def test_a_child_that_dies_is_started_again_ever_later(tmp_path: Path) -> None:
    seen, pids = Seen(), []
    sup = Supervisor(tmp_path, seen, lambda: pids.append(dict(sup.pids)))
    child(sup, "one", "print('up'); raise SystemExit(3)")
    began = time.monotonic()
    await seen.until("one| up", 3)
    assert time.monotonic() - began > 1.5  # 0.5 s and 1 s of back-off
    assert "supervisor| one ended with code 3; starting it again in 0.5 s" in seen
    assert "supervisor| one ended with code 3; starting it again in 1.0 s" in seen
    assert len({p["one"] for p in pids if p}) == 3
    await sup.stop()


async def test_a_killed_child_is_started_again(tmp_path: Path) -> None:
    seen = Seen()
    sup = Supervisor(tmp_path, seen, lambda: None)
    child(sup, "one", "print('up'); import time; time.sleep(60)")
    await seen.until("one| up")
    os.kill(sup.pids["one"], 9)
    await seen.until("one| up", 2)
    assert "supervisor| one was killed by SIGKILL; starting it again in 0.5 s" in seen
    await sup.stop()


async def test_a_child_that_never_lives_ends_the_run_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "HOPELESS", 2)
    sup = Supervisor(tmp_path, Seen(), lambda: None)
    child(sup, "one", "raise SystemExit(2)")
    async with asyncio.timeout(20):
        sentence = await sup.hopeless
    assert sentence == f"one ended with code 2 2 times in a row; see {tmp_path / 'one.log'}"
    await sup.stop()


async def test_stop_asks_first_and_kills_what_does_not_listen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "GRACE", 3.0)
    seen = Seen()
    sup = Supervisor(tmp_path, seen, lambda: None)
    program = "import signal, sys, time\nsignal.signal(15, {})\nprint('up')\ntime.sleep(60)"
    child(sup, "polite", program.format("lambda *_: sys.exit(print('bye'))"))
    child(sup, "deaf", program.format("signal.SIG_IGN"))
    await seen.until("| up", 2)
    pids = list(sup.pids.values())
    await sup.stop()
    assert "polite| bye" in seen
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


async def test_stop_without_children_returns(tmp_path: Path) -> None:
    await Supervisor(tmp_path, Seen(), lambda: None).stop()
