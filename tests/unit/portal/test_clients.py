"""The gRPC client: typed answers, retries only where nothing can break, and errors of our own tree."""

from __future__ import annotations

import time
from datetime import date

import grpc
import pytest

from services.portal.clients import ATTEMPTS, AccountsClient
from services.portal.models import AccountRow, view
from shared.errors import Broken, Invalid, NotFound, Transient
from shared.protos import accounts_pb2 as pb
from tests.unit.portal.fake_accounts import FakeAccounts

UNAVAILABLE = grpc.StatusCode.UNAVAILABLE


async def test_answers_are_typed(accounts: AccountsClient) -> None:
    portfolio = await accounts.portfolio()
    assert portfolio.totals.accounts == len(portfolio.rows) == 12
    mathtouch = next(r for r in portfolio.rows if r.name == "Mathtouch")
    assert mathtouch.owner_active is False
    assert mathtouch.parent_crm_id is None
    assert mathtouch.next_notice_deadline == date(2027, 4, 1)


async def test_as_of_is_passed_on(accounts: AccountsClient, fake: FakeAccounts) -> None:
    await accounts.portfolio(date(2026, 5, 15))
    await accounts.portfolio()
    assert [request.as_of for _, request in fake.calls] == ["2026-05-15", ""]


async def test_a_short_absence_is_not_noticed(accounts: AccountsClient, fake: FakeAccounts) -> None:
    fake.failures = [UNAVAILABLE] * (ATTEMPTS - 1)
    assert (await accounts.status()).accounts == 12
    assert len(fake.calls) == ATTEMPTS


async def test_a_long_absence_is_transient(accounts: AccountsClient, fake: FakeAccounts) -> None:
    fake.failures = [UNAVAILABLE] * 20
    with pytest.raises(Transient):
        await accounts.status()


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (grpc.StatusCode.NOT_FOUND, NotFound),
        (grpc.StatusCode.INVALID_ARGUMENT, Invalid),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, Transient),
        (grpc.StatusCode.INTERNAL, Broken),
    ],
)
async def test_other_errors_are_not_repeated(
    accounts: AccountsClient, fake: FakeAccounts, code: grpc.StatusCode, error: type[Exception]
) -> None:
    fake.failures = [code]
    with pytest.raises(error, match="made to fail"):
        await accounts.status()
    assert len(fake.calls) == 1


async def test_a_slow_answer_is_given_up_at_the_deadline(accounts: AccountsClient, fake: FakeAccounts) -> None:
    fake.delay, accounts.deadline = 5.0, 0.3
    before = time.monotonic()
    with pytest.raises(Transient):
        await accounts.status()
    assert time.monotonic() - before < 4.5


async def test_nobody_there_is_transient() -> None:
    client = AccountsClient("127.0.0.1:1", deadline=1.0)
    with pytest.raises(Transient):
        await client.status()
    await client.close()


def test_empty_texts_and_absent_numbers_mean_not_known() -> None:
    row = view(AccountRow, pb.AccountRow(account_id="1", crm_id="2", name="x", tier_score_bp=0, completeness_bp=0))
    assert (row.owner, row.tier, row.owner_active, row.next_renewal_on) == (None, None, None, None)
    assert (row.tier_score_bp, row.completeness_bp) == (0, 0)  # present, although zero
    assert view(AccountRow, pb.AccountRow(account_id="1", crm_id="2", name="x")).tier_score_bp is None
