"""What happened between two moments, told in the words of the business."""

from __future__ import annotations

import pytest

from services.qbr import pack
from services.qbr.pack import Pack
from services.qbr.pack.model import Row
from shared.contracts import crm
from shared.contracts.accounts import commerce
from shared.ids import derived
from tests.unit.qbr.pack.account import whole_account
from tests.unit.qbr.pack.told import SYSTEM, Log, at, built, on, qbr


@pytest.fixture(scope="module")
def made() -> Pack:
    return built(whole_account())


def changes(made: Pack, table: str) -> dict[str, Row]:
    section = made.section("changes")
    shown = section.table(table) if section else None
    return {r.id: r for r in shown.rows} if shown else {}


def test_changes_are_told_in_the_words_of_the_business(made: Pack) -> None:
    contracts, deals = changes(made, "contracts"), changes(made, "opportunities")
    assert {r.cells[0] for r in contracts.values()} == {"contract_new"}
    assert {k: r.cells[5] for k, r in deals.items() if r.cells[0] == "deal_moved"} == {"deal_moved/d1": 31}
    assert deals["deal_back/d1"].cells[3:5] == ("Proposal/Price Quote", "Perception Analysis")
    assert {r.cells[0] for r in deals.values()} == {"deal_new", "deal_won", "deal_lost", "deal_back", "deal_moved"}
    assert {r.cells[0] for r in changes(made, "plan").values()} == {
        "goal_achieved", "initiative_completed", "milestone_slipped", "milestone_overdue",
    }  # fmt: skip
    assert {r.cells[0] for r in changes(made, "people").values()} == {"person_new", "person_left", "person_attitude"}
    assert {r.cells[0] for r in changes(made, "promises").values()} == {
        "promise_kept", "promise_moved", "promise_overdue",
    }  # fmt: skip


def test_what_was_changed_and_changed_back_is_no_change() -> None:
    log = whole_account()
    before = changes(built(log), "opportunities").keys()
    log.deal("d2", at(-8), "Needs Analysis", 4_800_000, 25, motion="expansion", name="More seats", closes_on=on(30))
    log.deal("d3", at(-7), "Proposal/Price Quote", None, 65, name="Training", closes_on=on(-10))
    log.deal("d3", at(-6), "Needs Analysis", None, 25, name="Training", closes_on=on(-10))
    assert not {k for k in changes(built(log), "opportunities").keys() - before if k.endswith("d3")}


def test_the_last_review_is_the_baseline_and_a_retracted_one_is_not(made: Pack) -> None:
    assert (made.since.kind, made.since.qbr_id) == ("qbr", str(derived("qbr", "1")))
    log = whole_account()
    log.about(qbr("QBRHeldRetracted"), at(-50), qbr_id=derived("qbr", "1"), corrects_version=1, reason="mistake")
    assert built(log).since.kind == "lookback"


def test_any_two_moments_can_be_compared() -> None:
    facts, ours = whole_account().split()
    spring = pack.since(facts, ours, at(-220), at(-150))
    kinds = {r.cells[0] for t in spring.tables for r in t.rows}
    assert {"goal_set", "initiative_proposed"} <= kinds
    assert not {"deal_won", "person_left", "promise_kept"} & kinds
    assert pack.since(facts, ours, at(-1), at(0)).status == "empty"


def test_a_renewal_is_no_new_contract_and_notice_is_told() -> None:
    log = whole_account()
    successor = log.contract("k4", at(-10), on(106), on(470), 21_000_000, name="Nordlicht GTX 2027")
    log.about(commerce.ContractRenewed, at(-10), derived("contract", SYSTEM, "k2"), successor_contract_id=successor,
              starts_on=on(106), kind="expansion", arr_before=20_400_000, arr_after=21_000_000,
              currency="USD")  # fmt: skip
    log.contract("k3", at(-9), on(-50), on(315), 5_800_000, name="Nordlicht MG 2026", product="MG",
                 notice_received_on=on(-9))  # fmt: skip
    found = changes(built(log), "contracts")
    renewed = next(r for r in found.values() if r.cells[0] == "contract_renewed")
    assert (renewed.cells[2], renewed.cells[6], renewed.currency) == ("Nordlicht GTX 2027", 600_000, "USD")
    assert {r.cells[0] for r in found.values()} == {"contract_renewed", "contract_new", "notice_given"}
    new = [r.cells[2] for r in found.values() if r.cells[0] == "contract_new"]
    assert new == ["Nordlicht MG 2026"]


def test_a_contract_that_the_crm_deleted_is_gone() -> None:
    log = Log()
    log.contract("a", at(-300), on(-290), on(70), 1_000)
    deleted = {"system": SYSTEM, "revision": 2, "account_id": log.account, "object": "contract"}
    log.tell(crm.CrmRecordDeleted(**deleted, crm_id="a"), at(-5))
    assert [r.cells[0] for r in changes(built(log), "contracts").values()] == ["contract_gone"]
