"""The table of roles: what it says, and that it names nothing that does not exist."""

from __future__ import annotations

from uuid import UUID

import pytest

from shared.edge import access
from shared.edge.access import ANYBODY, METHODS, ROLES, TOPICS, WORDY, Caller, Forbidden, Verb
from shared.protos import accounts_pb2, growth_pb2, insights_pb2, notifications_pb2, qbr_pb2, risk_pb2

FILES = [m.DESCRIPTOR for m in (accounts_pb2, growth_pb2, insights_pb2, notifications_pb2, qbr_pb2, risk_pb2)]
CALLS = {f"/{s.full_name}/{m.name}" for f in FILES for s in f.services_by_name.values() for m in s.methods}
MINE, FOREIGN = UUID(int=1), UUID(int=2)


def test_the_table_names_only_what_exists() -> None:
    names = {c.rpartition("/")[2] for c in CALLS}
    assert set(METHODS) - names == set()
    assert names >= WORDY
    fields = {f"{m.name}.{f.name}" for file in FILES for m in file.message_types_by_name.values() for f in m.fields}
    assert {f for topic in TOPICS.values() for f in topic} - fields == set()


def test_every_command_needs_more_than_to_look() -> None:
    for call in CALLS:
        service, name = call.strip("/").split("/")
        if service.endswith("Commands") and name != "NoteView":
            assert access.verb_of(call) in (Verb.DECIDE, Verb.RULE, Verb.INBOX), call


def test_what_the_domain_says_of_single_roles() -> None:
    assert access.reach(["platform_operator"]) == "none"
    assert ROLES["platform_operator"].verbs == {Verb.STATUS}
    for reader in ("auditor", "bi_reader", "integration", "data_privacy_manager"):
        assert not {Verb.DECIDE, Verb.RULE} & ROLES[reader].verbs
    assert not ROLES["bi_reader"].topics
    assert [r for r, role in ROLES.items() if Verb.VOUCH in role.verbs] == ["portal"]
    assert ROLES["portal"].internal


def test_several_roles_give_what_any_of_them_gives() -> None:
    both = ["bi_reader", "key_account_manager", "made_up"]
    assert access.reach(both) == "all"
    assert access.may(both, Verb.DECIDE)
    assert not access.may(both, Verb.RULE)
    assert access.known(both) == ("bi_reader", "key_account_manager")
    assert access.reach([]) == "none"


def test_in_works_council_mode_nobody_sees_lists_of_single_people() -> None:
    assert access.sees(["head_of_kam"], "individuals", works_council=False)
    assert not any(access.sees([r], "individuals", works_council=True) for r in ROLES)
    head = Caller("u1", ("head_of_kam",), None)
    assert head.is_about("u1")
    assert not head.is_about("u2")


@pytest.mark.parametrize(("people", "shown"), [(0, False), (4, False), (5, True)])
def test_figures_about_people_need_five(people: int, shown: bool) -> None:
    assert access.enough(people) is shown


def test_a_caller_reaches_what_the_passport_names() -> None:
    who = Caller("u1", ("team_member",), frozenset([MINE]))
    assert who.reaches(MINE)
    assert who.reaches(str(MINE))
    assert not who.reaches(FOREIGN)
    assert not who.reaches("nonsense")
    assert ANYBODY.reaches("nonsense")


def test_a_method_without_a_role_for_it_is_forbidden_and_the_role_is_named() -> None:
    with pytest.raises(Forbidden, match=r"decide about an account.*bi_reader"):
        Caller("u1", ("bi_reader",), None).need("/stellwerk.qbr.v1.QbrCommands/PlanQBR")
    with pytest.raises(Forbidden, match="free text"):
        Caller("u1", ("bi_reader",), None).need("/stellwerk.qbr.v1.QbrQueries/GetPack")
    Caller("u1", ("auditor",), None).need("/stellwerk.qbr.v1.QbrQueries/GetPack")


@pytest.mark.parametrize(
    ("host", "own"),
    [("127.0.0.1", True), ("::1", True), ("[::1]", True), ("localhost", True), ("0.0.0.0", False), ("", False)],
)
def test_loopback(host: str, own: bool) -> None:
    assert access.loopback(host) is own
