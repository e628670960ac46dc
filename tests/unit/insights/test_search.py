"""What can be found: titles of all services, in any spelling; never a person."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.insights.policy.search import Index
from shared.contracts.accounts import account as accounts
from shared.contracts.qbr.actions import ActionItemAgreed, ActionItemDone
from shared.ids import account_id, derived
from tests.unit.insights.worlds import BEGIN, Told

A, B = account_id("sugar", "a"), account_id("sugar", "b")


def told() -> Told:
    tell = Told()
    for account, name in ((A, "Müller & Söhne"), (B, "Łódź Straßenbau")):
        tell(accounts.AccountRegistered(account_id=account, name=name, time_zone="Europe/Berlin"), BEGIN, account)
    action(tell, "Prüfung der Schnittstelle")
    return tell


def action(tell: Told, title: str, n: int = 1, at: datetime = BEGIN) -> UUID:
    id = derived("action", str(n))
    agreed: dict[str, Any] = {
        "account_id": A, "qbr_id": derived("qbr", "1"), "action_id": id, "side": "ours", "owner": "u1",
        "owner_subject": derived("u", "1"), "due": date(2026, 3, n), "title": title, "due_version": 1,
    }  # fmt: skip
    tell(ActionItemAgreed(**agreed), at, id)
    return id


def found(tell: Told, query: str, *kinds: str) -> dict[str, list[str]]:
    return {k: [e.text for e in hits] for k, hits in Index().find(tell.world(), query, kinds).items()}


def test_umlauts_and_accents_are_found_however_they_are_spelt() -> None:
    tell = told()
    for query in ("Müller", "muller", "MUELLER", "müller söhne", "soehne", "ller"):
        assert found(tell, query, "account") == {"account": ["Müller & Söhne"]}, query
    for query in ("strasse", "Straße", "lodz"):
        assert found(tell, query)["account"] == ["Łódź Straßenbau"], query
    assert found(tell, "pruefung schnitt") == {"action": ["Prüfung der Schnittstelle"]}
    assert found(tell, "müller bau") == {}, "every word counts"
    assert found(tell, "  ") == {}


def test_a_thing_is_found_by_its_account_and_kind_but_its_own_words_come_first() -> None:
    tell = told()
    action(tell, "Müller einladen", 2)
    assert found(tell, "maßnahme müller")["action"] == ["Müller einladen", "Prüfung der Schnittstelle"]
    assert found(tell, "qbr müller")["qbr"] == [""]


def test_what_is_done_comes_after_what_is_open_and_the_newest_title_counts() -> None:
    tell = told()
    done = action(tell, "Prüfung zwei", 20)
    common = {"account_id": A, "qbr_id": derived("qbr", "1"), "action_id": done}
    assert found(tell, "prüfung")["action"][0] == "Prüfung zwei", "the later day"
    tell(
        ActionItemDone(**common, evidence_ref="x", on_time=True),
        BEGIN + timedelta(days=1),
        done,
    )
    assert found(tell, "prüfung")["action"] == ["Prüfung der Schnittstelle", "Prüfung zwei"]


def test_an_index_follows_the_books() -> None:
    tell, index = told(), Index()
    first = tell.world()
    assert "action" in index.find(first, "schnittstelle")
    assert index.find(first, "neu") == {}
    action(tell, "Ganz neu", 3)
    assert [e.text for e in index.find(tell.world(), "neu")["action"]] == ["Ganz neu"]


def test_pseudonyms_are_not_searched() -> None:
    tell = told()
    assert found(tell, str(derived("u", "1"))[:8]) == {}
