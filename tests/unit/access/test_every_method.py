"""Role × method × account, on gRPC: every method of every service, and what the table of roles lets one expect."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import grpc
import grpc.aio
import pytest
from google.protobuf.descriptor import FieldDescriptor, MethodDescriptor
from google.protobuf.message_factory import GetMessageClass

from shared.edge import access, passport
from shared.edge.access import METHODS, ROLES, WORDY, Caller, Verb
from shared.edge.errors import Errors
from shared.edge.guard import Guard
from shared.edge.passport import HEADER, Keys, Signer
from shared.ids import account_id, derived
from shared.protos import accounts_pb2, growth_pb2, insights_pb2, notifications_pb2, qbr_pb2, risk_pb2

FILES = [m.DESCRIPTOR for m in (accounts_pb2, growth_pb2, insights_pb2, notifications_pb2, qbr_pb2, risk_pb2)]
CALLS: list[MethodDescriptor] = [m for f in FILES for s in f.services_by_name.values() for m in s.methods]
ACCOUNTS = {name: account_id("sugar", name) for name in ("own", "foreign")}
THINGS = {derived("thing", name): account for name, account in ACCOUNTS.items()}
STREAMS = ("qbr_id", "action_id", "plan_id", "run_id", "risk_id", "escalation_id", "alert_id")


def about(method: MethodDescriptor, name: str) -> tuple[Any, bool]:
    """(a request about an account, or about a thing of it; whether it names one at all)."""
    request, named = GetMessageClass(method.input_type)(), False
    values = {
        "account_id": str(ACCOUNTS[name]), "account_ids": [str(ACCOUNTS[name])], "crm_id": name,
        "account_crm_id": name, "event_id": f"x:{name}", **dict.fromkeys(STREAMS, str(derived("thing", name))),
    }  # fmt: skip
    for field in method.input_type.fields:
        if field.type == FieldDescriptor.TYPE_STRING and (value := values.get(field.name)):
            named = True
            if field.is_repeated:
                getattr(request, field.name).extend(value if isinstance(value, list) else [value])
            else:
                setattr(request, field.name, value)
        elif field.name == "person":
            setattr(request, field.name, "me")
    return request, named


async def answer(method: MethodDescriptor, request: Any) -> Any:
    """An answer as empty as can be; an event is one of the thing that was asked for."""
    made = GetMessageClass(method.output_type)()
    if "stream_id" in method.output_type.fields_by_name:
        made.stream_id = str(derived("thing", request.event_id.partition(":")[2]))
    return made


async def owners(things: list[UUID]) -> list[str]:
    return [str(THINGS[t]) for t in things if t in THINGS]


def handler(method: MethodDescriptor) -> grpc.RpcMethodHandler:  # type: ignore[type-arg]
    async def one(request: Any, context: Any) -> Any:
        return await answer(method, request)

    async def many(request: Any, context: Any) -> AsyncIterator[Any]:
        yield await answer(method, request)

    read = GetMessageClass(method.input_type).FromString
    if method.server_streaming:
        return grpc.unary_stream_rpc_method_handler(many, read, lambda m: m.SerializeToString())
    return grpc.unary_unary_rpc_method_handler(one, read, lambda m: m.SerializeToString())


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[tuple[Any, Signer]]:
    passport.make(folder / "private", folder / "public")
    server = grpc.aio.server(interceptors=[Errors(), Guard(Keys(folder / "public"), owners, "sugar")])
    for file in FILES:
        for service in file.services_by_name.values():
            methods = {m.name: handler(m) for m in service.methods}
            server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service.full_name, methods),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield channel, Signer(folder / "private")
    await server.stop(0)


def expected(role: str, method: MethodDescriptor, object_: str) -> str:
    """By the table alone. `object_`: own, foreign, or empty where no account is named."""
    given, name = ROLES[role], method.name
    commands = method.containing_service.name.endswith("Commands")
    verb = METHODS.get(name, Verb.DECIDE if commands else Verb.LOOK)
    if verb not in given.verbs or (name in WORDY and "free_text" not in given.topics):
        return "PERMISSION_DENIED"
    reached = {"": True, "own": given.accounts in ("team", "all"), "foreign": given.accounts == "all"}[object_]
    return "OK" if reached else "NOT_FOUND"


async def code(channel: Any, method: MethodDescriptor, request: Any, header: Any) -> str:
    path = f"/{method.containing_service.full_name}/{method.name}"
    plain = GetMessageClass(method.output_type).FromString
    try:
        if method.server_streaming:
            call = channel.unary_stream(path, lambda m: m.SerializeToString(), plain)(request, metadata=header)
            async for _ in call:
                pass
        else:
            await channel.unary_unary(path, lambda m: m.SerializeToString(), plain)(
                request, metadata=header, timeout=10
            )
    except grpc.aio.AioRpcError as e:
        return e.code().name
    return "OK"


@pytest.mark.parametrize("role", ROLES)
async def test_every_method_as_the_table_says(role: str, tmp_path: Path) -> None:
    reach = ROLES[role].accounts
    accounts = {"all": None, "team": frozenset([ACCOUNTS["own"]]), "none": frozenset[UUID]()}[reach]
    wrong = []
    async with served(tmp_path) as (channel, signer):
        header = ((HEADER, f"Bearer {signer.sign(Caller('me', (role,), accounts))}"),)
        for method in CALLS:
            for object_ in ("own", "foreign"):
                request, named = about(method, object_)
                if not named and object_ == "foreign":
                    continue
                want = expected(role, method, object_ if named else "")
                got = await code(channel, method, request, header)
                if got != want:
                    wrong.append(f"{method.full_name} on {object_ if named else 'nothing'}: {got}, not {want}")
    assert wrong == []


def test_the_matrix_holds_what_it_should() -> None:
    """A wrong oracle would agree with a wrong guard: some cells by hand."""
    by_name = {m.full_name: m for m in CALLS}
    assert len(CALLS) > 150
    for role, method, object_, want in (
        ("key_account_manager", "qbr.v1.QbrCommands.CancelQBR", "foreign", "NOT_FOUND"),
        ("key_account_manager", "qbr.v1.QbrCommands.CancelQBR", "own", "OK"),
        ("bi_reader", "qbr.v1.QbrCommands.CancelQBR", "own", "PERMISSION_DENIED"),
        ("bi_reader", "qbr.v1.QbrQueries.GetPack", "own", "PERMISSION_DENIED"),
        ("auditor", "risk.v1.RiskQueries.GetRisk", "foreign", "OK"),
        ("platform_operator", "risk.v1.RiskQueries.GetRisk", "own", "PERMISSION_DENIED"),
        ("platform_operator", "risk.v1.RiskQueries.GetStatus", "", "OK"),
        ("head_of_kam", "accounts.v1.AccountQueries.ListScope", "", "PERMISSION_DENIED"),
        ("policy_admin", "accounts.v1.AccountCommands.DraftTierPolicy", "", "OK"),
    ):
        assert expected(role, by_name[f"stellwerk.{method}"], object_) == want, (role, method)
    assert access.reach(["team_member"]) == "team"
