"""A held review that moves to another account in the CRM, as after a merger: proposed where it is now, in any order."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shared import ids
from shared.contracts.accounts import account
from shared.contracts.crm import CrmRecordMoved
from tests.integration.qbr_chain import ACCOUNT, qbr_service, review_meeting

OTHER = ids.account_id("sugar", "b1")
HELD = datetime(2025, 12, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize("moved_first", [True, False])
async def test_a_moved_meeting_is_proposed_to_the_account_it_belongs_to(dsn: str, moved_first: bool) -> None:
    async with qbr_service(dsn) as qbr:
        await qbr.key_account("A")
        await qbr.take("accounts", account.AccountRegistered(account_id=OTHER, name="Other", time_zone="Europe/Berlin"))
        await qbr.take("crm", review_meeting("m1", HELD))
        moved = CrmRecordMoved(
            system="sugar", crm_id="m1", revision=2, object="activity", account_id=ACCOUNT, account_crm_id="a1",
            to_account_id=OTHER, to_account_crm_id="b1",
        )  # fmt: skip
        there = review_meeting("m1", HELD, 3).model_copy(update={"account_id": OTHER, "account_crm_id": "b1"})
        for fact in (moved, there) if moved_first else (there, moved):
            await qbr.take("crm", fact)
        rows = (await qbr.listed()).rows
        assert sorted((r.account, r.state) for r in rows) == [("Acme", "Dismissed"), ("Other", "Proposed")]
