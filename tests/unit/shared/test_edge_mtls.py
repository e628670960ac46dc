"""gRPC by TLS, both ways: who is no service of ours is refused at the door, who may not call at each call."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest
from pydantic import ValidationError

from services.portal.clients.channel import Connection, Renewed, ServiceDown, Target
from services.portal.models import View
from shared.edge.access import Forbidden
from shared.edge.mtls import DOMAIN, Mtls
from shared.edge.server import Door, bind
from shared.errors import Invalid
from shared.protos import accounts_pb2 as pb
from shared.protos.accounts_pb2_grpc import (
    AccountQueriesServicer,
    AccountQueriesStub,
    add_AccountQueriesServicer_to_server,
)
from shared.settings import ServiceSettings
from tests.certificates import Authority


class Answers(AccountQueriesServicer):
    """One method is enough."""

    async def GetStatus(self, request: Any, context: Any) -> Any:
        return pb.GetStatusResponse()


class Status(View):
    """Nothing of the answer matters here."""


class Client(Connection):
    service = "accounts"

    def __init__(self, target: Target | str) -> None:
        super().__init__(target, deadline=3)
        self.stub = AccountQueriesStub(self.channel)  # type: ignore[no-untyped-call]

    async def call(self) -> None:
        """Raises what the caller would see."""
        await self.ask(Status, self.stub.GetStatus, pb.GetStatusRequest())


def files(ca: Authority, name: str, trusted: Authority | None = None) -> Mtls:
    """A service's certificate of `ca`; it trusts `trusted`."""
    made = ca.issue(name, "localhost", DOMAIN + name)
    return Mtls((trusted or ca).file, made.certificate, made.key)


@pytest.fixture
def ca(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "ours")


@pytest.fixture
async def address(ca: Authority) -> AsyncIterator[str]:
    """A server that answers the portal."""
    async with serving(Door("localhost:0", files(ca, "accounts"), "portal, ops")) as at:
        yield at


@asynccontextmanager
async def serving(door: Door) -> AsyncIterator[str]:
    server = bind(pb.DESCRIPTOR, {add_AccountQueriesServicer_to_server: Answers()}, door, 1_000)
    await server.start()
    yield f"localhost:{server.port}"
    await server.stop()


async def test_who_is_allowed_is_answered(ca: Authority, address: str) -> None:
    for name in ("portal", "ops"):
        client = Client(Target(address, files(ca, name)))
        await client.call()
        await client.close()


async def test_the_right_ca_is_not_enough(ca: Authority, address: str) -> None:
    client = Client(Target(address, files(ca, "crm")))
    with pytest.raises(Forbidden, match="does not answer the caller"):
        await client.call()
    await client.close()


async def test_a_common_name_is_no_identity(ca: Authority, address: str) -> None:
    made = ca.issue("portal", "localhost")
    client = Client(Target(address, Mtls(ca.file, made.certificate, made.key)))
    with pytest.raises(Forbidden, match="does not answer the caller"):
        await client.call()
    await client.close()


async def test_a_certificate_of_another_ca_is_refused(ca: Authority, address: str, tmp_path: Path) -> None:
    foreign = Authority(tmp_path / "foreign")
    client = Client(Target(address, files(foreign, "portal", trusted=ca)))
    with pytest.raises(ServiceDown):
        await client.call()
    await client.close()


async def test_a_server_of_another_ca_is_not_trusted(ca: Authority, tmp_path: Path) -> None:
    async with serving(Door("localhost:0", files(Authority(tmp_path / "foreign"), "accounts"), "portal")) as at:
        client = Client(Target(at, files(ca, "portal")))
        with pytest.raises(ServiceDown):
            await client.call()
        await client.close()


async def test_without_a_certificate_nobody_is_answered(ca: Authority, address: str) -> None:
    credentials = grpc.ssl_channel_credentials(ca.file.read_bytes())
    async with grpc.aio.secure_channel(address, credentials) as channel:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await AccountQueriesStub(channel).GetStatus(pb.GetStatusRequest(), timeout=3)  # type: ignore[no-untyped-call]
    assert refused.value.code() == grpc.StatusCode.UNAVAILABLE
    plain = Client(address)
    with pytest.raises(ServiceDown):
        await plain.call()
    await plain.close()


async def test_what_streams_is_not_served(ca: Authority, address: str) -> None:
    key, certificate, root = files(ca, "crm").read()
    credentials = grpc.ssl_channel_credentials(root, key, certificate)
    async with grpc.aio.secure_channel(address, credentials) as channel:
        asked = channel.stream_stream("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo")
        call = asked(iter([b""]), timeout=3)
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await call.read()
    assert refused.value.code() == grpc.StatusCode.UNIMPLEMENTED


async def test_certificates_are_renewed_without_a_restart(ca: Authority, tmp_path: Path) -> None:
    """Both ends get certificates of a new CA while calls go on; the old CA is worth nothing afterwards."""
    ours = {name: files(ca, name) for name in ("accounts", "portal")}
    async with serving(Door("localhost:0", ours["accounts"], "portal")) as at:
        client = Client(Target(at, ours["portal"]))
        await client.call()
        old = Authority(tmp_path / "old")
        old.key, old.name = ca.key, ca.name  # the same CA under other files
        ca.__init__(ca.folder, "another CA")  # type: ignore[misc]
        for name in ours:
            ca.issue(name, "localhost", DOMAIN + name)
        for _ in range(20):
            await client.call()
            await asyncio.sleep(0.01)
        await client.close()
        late = old.issue("portal", "localhost", DOMAIN + "portal")
        refused = Client(Target(at, Mtls(ca.file, late.certificate, late.key)))
        with pytest.raises(ServiceDown):
            await refused.call()
        await refused.close()


async def test_a_channel_that_never_called_closes(ca: Authority) -> None:
    await Renewed("localhost:1", files(ca, "portal"), []).close(None)


def test_half_of_the_settings_is_an_error(ca: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STELLWERK_DATABASE", "postgresql://nobody@127.0.0.1:1/nothing")
    assert Door.of("127.0.0.1", ServiceSettings()).tls is None
    monkeypatch.setenv("STELLWERK_GRPC_CA", str(ca.file))
    with pytest.raises(Invalid, match="STELLWERK_GRPC_KEY"):
        Door.of("127.0.0.1", ServiceSettings())
    monkeypatch.setenv("STELLWERK_GRPC_KEY", str(ca.file.with_name("gone.key")))
    with pytest.raises(ValidationError, match="grpc_key"):
        ServiceSettings()
