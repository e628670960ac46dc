"""The directory of one embedded stack: what lies in it, who has it, and what its data are.

postgres/        the server's files (a link if it cannot run there, see postgres.py)
logs/            a file for each process
mail/            the mails that the stack sent, as files (mailbox.py)
capture.json     which capture it holds, and by how many days it was shifted
bookmark.json    how far the capture was taken in
identity*.json   the key that signs who acts, and its public half for the services
run.json         process ids and ports while it runs
lock             held while it runs
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import IO, Any

import orjson

from deploy.local import postgres
from deploy.local.capture import capture_file, days_to, read_capture, survey
from deploy.local.plan import Plan, Refused
from shared.edge import passport

FILES = (
    *("identity.json", "identity-public.json", "capture.json", "bookmark.json", "bookmark.new"),
    *("run.json", "run.new", "lock"),
)


@contextmanager
def held(home: Path) -> Iterator[None]:
    """Have the home for this process alone; the kernel lets go of it however the process ends.

    Raises Refused if another run has it.
    """
    with open(home / "lock", "a+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Refused(
                f"{home} is in use by another `make run`{_holder(lock)}: stop that one, or set STELLWERK_HOME (and "
                "STELLWERK_PORT) to run a second stack beside it."
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _holder(lock: IO[str]) -> str:
    lock.seek(0)
    pid = lock.read().strip()
    return f" (process {pid})" if pid else ""


def days(plan: Plan, now: datetime) -> int:
    """By how many days the capture in this home is shifted; the first run decides, later ones only agree.

    Raises Refused if the home holds another capture, or one that was shifted otherwise than is asked for.
    """
    last = survey(read_capture(capture_file(plan.data))).last
    file = plan.home / "capture.json"
    if not file.exists():
        wanted = days_to(plan.shift, last, now)
        file.write_bytes(orjson.dumps({"data": plan.data, "days": wanted}))
        return wanted
    kept = orjson.loads(file.read_bytes())
    ends: date = (last + timedelta(kept["days"])).date()
    if kept["data"] != plan.data or (plan.shift != "now" and days_to(plan.shift, last, now) != kept["days"]):
        raise Refused(
            f"{plan.home} holds DATA={kept['data']}, shifted to end on {ends}: run `make reset` first, or set "
            f"STELLWERK_HOME to another directory for DATA={plan.data} SHIFT={plan.shift}."
        )
    return int(kept["days"])


def write(file: Path, content: dict[str, Any]) -> None:
    """Replace a JSON file in one step."""
    draft = file.with_suffix(".new")
    draft.write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2))
    draft.replace(file)


def identity_keys(home: Path) -> tuple[Path, Path]:
    """The files of the portal's private key and of its public half for the services; made at the first run."""
    private, public = home / "identity.json", home / "identity-public.json"
    if not (private.exists() and public.exists()):
        private.unlink(missing_ok=True)
        public.unlink(missing_ok=True)
        passport.make(private, public)
    return private, public


def reset(home: Path) -> bool:
    """Delete all that a stack wrote into its home, and the home if nothing else is in it. False if there was nothing.

    Raises Refused while a stack runs there.
    """
    if not home.exists():
        return False
    with held(home):
        if (home / "postgres").exists() or (home / "postgres").is_symlink():
            postgres.remove(home / "postgres")
        for name in ("logs", "mail"):
            shutil.rmtree(home / name, ignore_errors=True)
        for name in FILES:
            (home / name).unlink(missing_ok=True)
    if not any(home.iterdir()):
        home.rmdir()
    return True
