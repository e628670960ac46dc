"""What a process does from its command line to its exit status."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence

import pytest

PROGRAM = """
import asyncio, os, sys
from shared import runtime
from shared.errors import Broken, Invalid
runtime.GRACE = 0.5

async def work(stop):
    print(type(asyncio.get_running_loop()).__module__, flush=True)
    await stop.wait()
    print("drained", flush=True)

async def once(stop): print("once")
async def broken(stop): raise Broken("the log has a hole")
async def crash(stop): {}["missing"]
async def stuck(stop):
    print("up", flush=True)
    await asyncio.sleep(60)
async def show(stop, name): print("shown", name)
async def letters(stop, *arguments):
    print(*arguments)
    if "--id" in arguments: raise Invalid("1 of 2 dead letters failed again and stay")
async def quit_(stop): raise asyncio.CancelledError

runtime.run("garden", {"work": work, "once": once, "broken": broken, "crash": crash, "stuck": stuck, "show": show,
                       "letters": letters, "quit": quit_})
"""


def start(*argv: str) -> subprocess.Popen[str]:
    env = {**os.environ, "STELLWERK_LOG_FORMAT": "json", "PYTHONPATH": os.getcwd()}
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *argv], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env
    )


def end(process: subprocess.Popen[str]) -> tuple[int, str, list[dict[str, object]]]:
    out, err = process.communicate(timeout=20)
    return process.returncode, out, [json.loads(line) for line in err.splitlines()]


@pytest.mark.parametrize("sig", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_drains_and_ends_well(sig: signal.Signals) -> None:
    process = start("work")
    assert process.stdout is not None
    assert process.stdout.readline().startswith("uvloop")
    process.send_signal(sig)
    status, out, logs = end(process)
    assert (status, out) == (0, "drained\n")
    assert [(line["message"], line["service"], line["role"]) for line in logs] == [
        ("stopping", "garden", "work"),
        ("stopped", "garden", "work"),
    ]


def test_a_role_that_returns_ends_well() -> None:
    assert end(start("once"))[:2] == (0, "once\n")
    assert end(start("show", "7"))[:2] == (0, "shown 7\n")
    assert end(start("letters", "list"))[:2] == (0, "list\n")


def test_dead_letters_that_fail_again_fail_the_command() -> None:
    status, out, logs = end(start("letters", "replay", "--id", "7"))
    assert (status, out) == (1, "replay --id 7\n")
    assert logs[0]["error"] == "1 of 2 dead letters failed again and stay"


@pytest.mark.parametrize(
    ("role", "error", "kind"),
    [
        ("broken", "the log has a hole", "Broken"),
        ("crash", "'missing'", "KeyError"),
        ("quit", "", "CancelledError"),
    ],
)
def test_a_role_that_fails_says_so_in_one_line(role: str, error: str, kind: str) -> None:
    status, _, logs = end(start(role))
    assert status == 1
    assert [(line["message"], line["error"], line["kind"]) for line in logs] == [("failed", error, kind)]
    assert ("exception" in logs[0]) == (role != "broken")


def test_a_role_that_does_not_stop_is_stopped() -> None:
    process = start("stuck")
    assert process.stdout is not None
    process.stdout.readline()
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    status, _, logs = end(process)
    assert (status, time.monotonic() - began < 15) == (1, True)
    assert "did not stop in time" in str(logs[-1]["message"])


@pytest.mark.parametrize("argv", [(), ("wrong",), ("work", "more"), ("show",), ("show", "7", "8")])
def test_a_command_line_without_sense_is_explained(argv: Sequence[str]) -> None:
    process = start(*argv)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 2
    assert "python -m services.garden show <name>\n" in err
    assert "python -m services.garden letters [arguments …]\n" in err
