"""R19 about handovers, and alerts about a theme that is being handed over: both sides hear them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from shared import ids
from shared.contracts.accounts import handovers as h
from shared.contracts.accounts import people as p
from shared.contracts.base import PublicEvent
from tests.integration.notifications_service import ACCOUNT, START, Service, notifications, red, team

HANDOVER = ids.derived("handover-1")


def said(kind: type[PublicEvent], theme: str = "COMMERCIAL", of: Any = ACCOUNT, **more: Any) -> PublicEvent:
    sides = {
        "from_owner_id": "u7", "from_subject": ids.subject_id("sugar", "user", "u7"), "to_owner_id": "u5",
        "to_subject": ids.subject_id("sugar", "user", "u5"),
    }  # fmt: skip
    return kind.model_validate({"account_id": of, "theme": theme, "at": START, **sides, **more})


def started(cause: str = "person", of: Any = ACCOUNT) -> PublicEvent:
    return said(h.HandoverStarted, of=of, cause=cause, due_on="2026-03-16", items=())


async def ready(s: Service) -> None:
    await s.step()
    await s.hear(*team())


async def test_the_receiver_hears_of_it_both_after_five_days_the_head_when_it_is_overdue(dsn: str) -> None:
    async with notifications(dsn, heads_of_kam="head") as s:
        await ready(s)
        await s.hear(started(), stream=HANDOVER)
        await s.step()
        (alert,) = await s.alerts()
        assert (alert.rule, list(alert.persons)) == ("R19", ["u5"])
        assert alert.text == "Die Übergabe des Themas COMMERCIAL läuft; anzunehmen bis 16. Mär 2026."
        await s.at(START + timedelta(days=7, hours=1))
        (alert,) = await s.alerts()
        assert set(alert.persons) == {"u5", "u7"}
        s.clock.set(START + timedelta(days=15))
        overdue = said(h.HandoverOverdue, due_on="2026-03-16", unconfirmed=3)
        await s.hear(overdue, stream=HANDOVER)
        await s.step()
        (alert,) = await s.alerts()
        assert set(alert.persons) == {"u5", "u7", "head"}, "one matter, one alert"
        assert alert.text == "Die Übergabe des Themas COMMERCIAL ist überfällig."
        await s.hear(said(h.HandoverAccepted), stream=HANDOVER)
        await s.step()
        assert [a.status for a in await s.alerts()] == ["Resolved"]


async def test_the_giver_hears_that_it_was_declined(dsn: str) -> None:
    async with notifications(dsn) as s:
        await ready(s)
        await s.hear(started(), stream=HANDOVER)
        await s.step()
        await s.hear(said(h.HandoverDeclined, reason="no capacity"), stream=HANDOVER)
        await s.step()
        found = {a.status: (list(a.persons), a.text) for a in await s.alerts()}
        assert found["Resolved"][0] == ["u5"]
        assert found["Delivered"] == (["u7"], "Die Übergabe des Themas COMMERCIAL wurde abgelehnt.")


async def test_many_that_the_crm_began_are_one_digest(dsn: str) -> None:
    async with notifications(dsn) as s:
        await ready(s)
        for n in range(5):
            account = ids.account_id("sugar", f"b{n}")
            await s.hear(*team(account))
            await s.hear(started("owner_replaced", account), stream=ids.derived("handover", str(n)))
        await s.step()
        assert await s.inbox("u5") == [] or all(not i.alert.level for i in await s.inbox("u5"))
        assert {x[0] for x in await s.ledger()} >= {"AlertRaised"}
        assert not [x for x in await s.ledger("AlertDelivered") if x[1] == "u5"], "none of them at once"
        await s.at(START + timedelta(days=1))
        rows = [r for r in await s.rows("deliveries") if r["person"] == "u5"]
        assert len([r for r in rows if r["digest_id"]]) <= 1


async def test_alerts_go_to_both_while_a_handover_runs(dsn: str) -> None:
    async with notifications(dsn, heads_of_kam="head") as s:
        await ready(s)
        await s.hear(started(), stream=HANDOVER)
        await s.step()
        await s.hear(red())
        await s.step()
        (alert,) = [a for a in await s.alerts() if a.rule != "R19"]
        assert {"u5", "u7"} <= set(alert.persons)
        assert (await s.rows("handovers"))[0]["to_owner_id"] == "u5"


async def test_the_other_side_hears_nothing_more_when_it_is_over(dsn: str) -> None:
    async with notifications(dsn, heads_of_kam="head") as s:
        await ready(s)
        await s.hear(started(), stream=HANDOVER)
        await s.hear(said(h.HandoverWithdrawn, cause="taken_back"), stream=HANDOVER)
        await s.hear(red())
        await s.step()
        (alert,) = [a for a in await s.alerts() if a.rule != "R19"]
        assert "u5" not in alert.persons
        assert await s.rows("handovers") == []


async def test_a_giver_who_lost_the_theme_to_the_crm_still_hears(dsn: str) -> None:
    async with notifications(dsn, heads_of_kam="head") as s:
        await ready(s)
        replaced = p.ThemeOwnerReplaced(
            account_id=ACCOUNT, theme="COMMERCIAL", owner_id="u5", owner_subject=ids.subject_id("sugar", "user", "u5"),
            was_owner_id="u7", at=START, assigned_from="crm",
        )  # fmt: skip
        await s.hear(replaced, started("owner_replaced"), stream=HANDOVER)
        await s.hear(red())
        await s.step()
        (alert,) = [a for a in await s.alerts() if a.rule != "R19"]
        assert {"u5", "u7"} <= set(alert.persons)
