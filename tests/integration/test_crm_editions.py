"""Another edition of the CRM is another mapping file, and no code."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from shared.contracts import crm as facts
from tests.crm import Crm, Line, edition, install, line
from tests.unit.crm.messages import source


def change(table: str, row: dict[str, Any], pos: int, ts: int, key: str = "id") -> Line:
    value = {"before": None, "after": row, "op": "c", "source": source(table, pos, ts)}
    return line(f"sugar.sugarcrm.{table}", {key: row[key]}, value)


async def test_commercial_sugar_by_its_mapping_alone(engine: AsyncEngine) -> None:
    await install(engine)
    crm = Crm(engine, edition("sugar-enterprise"))
    deal = {
        "id": "o1",
        "name": "MG",
        "sales_stage": "Closed Won",
        "amount": "28656.000000",
        "opportunity_type": "New Business",
    }
    await crm.deliver(
        [
            change("accounts", {"id": "a1", "name": "Acme", "assigned_user_id": "u1", "team_id": "1"}, 1, 1_000),
            change("users", {"id": "u1", "status": "Active", "user_hash": "x", "last_name": "Kaya"}, 2, 1_000),
            change(
                "accounts_opportunities",
                {"id": "l1", "opportunity_id": "o1", "account_id": "a1", "deleted": 0},
                3,
                1_000,
            ),
            change(
                "opportunities", deal | {"commit_stage": "include", "best_case": "1.0", "currency_id": "-99"}, 4, 1_000
            ),
            change(
                "cases",
                {"id": "k1", "account_id": "a1", "status": "Assigned", "priority": "P1", "case_number": 7},
                5,
                1_000,
            ),
            change("contracts", {"id": "c1", "account_id": "a1", "status": "signed", "start_date": 19_798}, 6, 1_000),
            change("contracts_cstm", {"id_c": "c1", "arr_c": "BqwH3AA="}, 7, 1_000, "id_c"),
        ]
    )
    assert crm.rejected == []
    told = {type(f): f for _, f in await crm.public()}
    account, won, case, contract = (
        told[m] for m in (facts.CrmAccountSeen, facts.CrmOpportunitySeen, facts.CrmCaseSeen, facts.CrmContractSeen)
    )
    assert (account.name, account.owner_active) == ("Acme", True)
    assert (won.account_crm_id, won.amount, won.motion, won.probability) == ("a1", 2_865_600, "new", 100)
    assert facts.CrmOpportunityWon in told
    assert (case.is_open, case.priority, case.number) == (True, "P1", 7)
    assert (contract.signed, contract.arr, contract.account_crm_id) == (True, 2_865_600, "a1")
    assert facts.SchemaDriftDetected not in told
