"""Every event of ours leaves a row, or is known to leave none."""

from __future__ import annotations

import inspect
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.accounts import domain
from services.accounts.domain import Account, Contract
from services.accounts.domain.values import Terms
from services.accounts.projections import rows
from services.accounts.projections.rows import MAKERS
from services.accounts.projections.timeline import ENTRIES
from services.accounts.reads.tables import PROJECTED
from shared.eventstore.events import Aggregate, AggregateEvent, Event, Meta, Recorded
from shared.ids import derived
from shared.testing import recorded as as_recorded

SILENT = {
    "AccountStandards.StandardsTracked", "AccountTeam.AccountTeamFormed", "AccountTier.TieringStarted",
    "TierPolicy.TierPoliciesOpened", "StandardsPolicy.StandardsOpened",  # the technical start of a stream
    "TierPolicy.TierPolicySimulated",  # changes nothing
    "SensitiveTopic.SensitiveTopicFlagged", "SensitiveTopic.SensitiveTopicLifted",  # no table knows of them
    "Stakeholder.StakeholderResponsibilitySet", "Stakeholder.ReportingLineSet", "Stakeholder.InfluenceLineDrawn",
    "Stakeholder.InfluenceLineRemoved", "Stakeholder.RelationshipRated",  # no page shows them yet
}  # fmt: skip
STREAM = derived("test", "stream")
AT = datetime(2026, 5, 1, tzinfo=UTC)


def events() -> list[type[Event]]:
    """The event classes of every aggregate."""
    found = []
    for name in domain.__all__:
        aggregate = getattr(domain, name)
        if inspect.isclass(aggregate) and issubclass(aggregate, Aggregate):
            found += [
                e
                for e in vars(aggregate).values()
                if inspect.isclass(e) and issubclass(e, AggregateEvent) and "TOPIC" in vars(e)
            ]
    return found


@pytest.mark.parametrize("event", events(), ids=lambda e: e.__qualname__)
def test_an_event_leaves_a_row_or_is_known_to_leave_none(event: type[Event]) -> None:
    told = event.TOPIC in {e.TOPIC for e in ENTRIES}
    assert (event.TOPIC in MAKERS or told) is not (event.__qualname__ in SILENT)


def test_every_field_of_a_timeline_entry_exists() -> None:
    nested = ("terms", "assessment")
    for event, (what, fields) in ENTRIES.items():
        known = set(event.model_fields)
        for part in nested:
            if part in event.model_fields:
                known |= set(event.model_fields[part].annotation.model_fields)  # type: ignore[union-attr]
        assert set(fields) <= known, what


def recorded(event: Any) -> Recorded:
    return as_recorded(event, 7, AT, Meta("crm:sugar", AT))


def test_a_contract_row_is_the_whole_contract() -> None:
    terms = Terms(name="GTX", signed=True, starts_on=date(2026, 1, 1), arr=5)
    event = Contract.ContractRecorded(
        originator_id=STREAM, originator_version=1, timestamp=AT, originator_topic=Contract.TOPIC,
        account_id=STREAM, revision=1,
        place_revision=1, terms=terms, system="sugar", crm_id="c1",
    )  # fmt: skip
    contract, told = rows(recorded(event))
    assert contract.table == "contract_states"
    assert (contract.values["crm_id"], contract.values["withdrawn"], contract.values["arr"]) == ("c1", False, 5)
    assert told.values["facts"] == {"name": "GTX", "starts_on": "2026-01-01", "arr_minor": "5", "currency": "USD"}


def test_a_merge_is_told_once() -> None:
    def merged(stream: Any) -> Any:
        return Account.AccountsMerged(
            originator_id=stream, originator_version=2, timestamp=AT, survivor_id=STREAM,
            absorbed_id=derived("test", "x"),
            absorbed_crm_id="x", survivor_crm_id="s", revision=3,
        )  # fmt: skip

    absorbed = derived("test", "x")
    told = [r.table for r in rows(recorded(merged(STREAM)))]
    silent = [r.values.get("aspect") for r in rows(recorded(merged(absorbed)))]
    assert (told, silent) == (["timeline"], ["presence", "survivor"])


def test_rows_fit_their_tables() -> None:
    tables = {t.name: set(t.columns.keys()) for t in PROJECTED}
    event = Account.AccountRenamed(originator_id=STREAM, originator_version=2, timestamp=AT, name="a", was="b")
    for row in rows(recorded(event)):
        assert set(row.values) <= tables[row.table]
