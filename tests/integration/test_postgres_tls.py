"""Our database clients by TLS as pods have it: PGSSLMODE=verify-full and files. Both read these variables: asyncpg of
the services, libpq of the migrations. The embedded PostgreSQL has no TLS, so a proxy of the test ends it in front."""

from __future__ import annotations

import asyncio
import ssl
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import psycopg
import pytest

from services.growth.main import MIGRATIONS
from shared import migrate, version
from shared.eventstore.store import EventStore
from tests.certificates import Authority, Files
from tests.kernel import tick

SSL_REQUEST = struct.pack("!II", 8, 80877103)


class Proxy:
    """PostgreSQL's way into TLS, and then bytes to the server behind. Notes whose certificate each client that said
    something showed: libpq looks at the server's name after the handshake, so a handshake alone is no trust yet."""

    def __init__(self, to: int, server: Files, clients: Path) -> None:
        self.to, self.names = to, list[str]()
        self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=clients)
        self.context.load_cert_chain(server.certificate, server.key)
        self.context.verify_mode = ssl.CERT_REQUIRED

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if await reader.readexactly(8) != SSL_REQUEST:
            writer.close()
            return
        writer.write(b"S")
        try:
            await writer.start_tls(self.context)
        except (ssl.SSLError, ConnectionError):
            return
        subject = writer.get_extra_info("peercert")["subject"]
        try:
            first = await reader.read(65_536)
        except (ssl.SSLError, ConnectionError):
            first = b""
        if not first:
            writer.close()
            return
        self.names += [value for part in subject for key, value in part if key == "commonName"]
        behind, ahead = await asyncio.open_connection("127.0.0.1", self.to)
        ahead.write(first)
        await asyncio.gather(_pump(reader, ahead), _pump(behind, writer))


async def _pump(source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
    try:
        while data := await source.read(65_536):
            to.write(data)
            await to.drain()
    except (ConnectionError, ssl.SSLError):
        pass
    finally:
        to.close()


@asynccontextmanager
async def proxied(dsn: str, server: Files, clients: Path) -> AsyncIterator[tuple[str, Proxy]]:
    """(the DSN through the proxy, the proxy)."""
    parts = urlsplit(dsn)
    proxy = Proxy(parts.port or 0, server, clients)
    listening = await asyncio.start_server(proxy.take, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    yield dsn.replace(f"127.0.0.1:{parts.port}", f"localhost:{port}"), proxy
    listening.close()


@pytest.fixture
def ca(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "ca")


def use(monkeypatch: pytest.MonkeyPatch, ca: Path, files: Files) -> None:
    """What deploy/k8s/base/config.yaml tells a pod."""
    names = {"PGSSLMODE": "verify-full", "PGSSLROOTCERT": ca, "PGSSLCERT": files.certificate, "PGSSLKEY": files.key}
    files.key.chmod(0o600)
    for name, value in names.items():
        monkeypatch.setenv(name, str(value))


async def test_every_client_shows_its_certificate_and_verifies_the_server(
    dsn: str, ca: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = ca.issue("pg-rw", "localhost")
    async with proxied(dsn, server, ca.file) as (by_tls, proxy):
        use(monkeypatch, ca.file, ca.issue("growth_owner"))
        await asyncio.to_thread(asyncio.run, migrate.upgrade(by_tls, MIGRATIONS))
        use(monkeypatch, ca.file, ca.issue("growth_app"))
        await version.check(by_tls, MIGRATIONS)
        async with EventStore(by_tls, "growth") as store:
            await store.append([tick(uuid4(), 1)], command_id=uuid4())
        assert set(proxy.names) == {"growth_owner", "growth_app"}
        assert proxy.names[0] == "growth_owner"


async def test_a_server_that_is_not_the_right_one_gets_no_word(
    dsn: str, ca: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    foreign = Authority(tmp_path / "foreign", "another CA")
    for server in (foreign.issue("pg-rw", "localhost"), ca.issue("other", "other.example")):
        async with proxied(dsn, server, ca.file) as (by_tls, proxy):
            use(monkeypatch, ca.file, ca.issue("growth_app"))
            with pytest.raises((ssl.SSLError, OSError)):
                await version.check(by_tls, MIGRATIONS)
            with pytest.raises(psycopg.OperationalError, match=r"certificate|SSL"):
                await asyncio.to_thread(psycopg.connect, by_tls)
            assert proxy.names == []


async def test_a_server_without_tls_is_refused(dsn: str, ca: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, ca.file, ca.issue("growth_app"))
    with pytest.raises(ConnectionError, match="rejected SSL"):
        await asyncpg.connect(dsn)
    with pytest.raises(psycopg.OperationalError, match="SSL"):
        await asyncio.to_thread(psycopg.connect, dsn)
