"""A sensitive topic: who may flag it for whom, whom it concerns, and that it is lifted once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography.fernet import Fernet, InvalidToken

from services.accounts import vault
from services.accounts.domain import SensitiveTopic
from shared import ids
from shared.errors import Rejected
from shared.eventstore.events import Meta
from shared.testing import Spec

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ACCOUNT, TOPIC = ids.account_id("sugar", "acme"), UUID(int=1)
STAFF = frozenset({"u1", "u2", "u3"})
FLAGGED: tuple[Any, dict[str, Any]] = (
    SensitiveTopic.SensitiveTopicFlagged,
    {
        "account_id": ACCOUNT, "topic_id": TOPIC, "sealed": "sealed", "audience": ("u2", "u3"),
        "audience_subjects": tuple(ids.subject_id("sugar", "user", u) for u in ("u2", "u3")), "flagged_by": "user:u1",
        "at": NOW,
    },
)  # fmt: skip
LIFTED = (SensitiveTopic.SensitiveTopicLifted, {"account_id": ACCOUNT, "lifted_by": "user:u2", "at": NOW})


def flag(*audience: str) -> SensitiveTopic:
    return SensitiveTopic.flag(ACCOUNT, TOPIC, "sugar", "sealed", audience, STAFF, "user:u1", NOW)


def test_a_topic_is_flagged_for_a_named_audience() -> None:
    kind, fields = FLAGGED
    Spec(SensitiveTopic).when(lambda _: flag("u3", "u2", "u3")).then(kind, **fields)


@pytest.mark.parametrize(
    ("audience", "slug", "named"),
    [((), "audience-missing", "colleague"), (("u2", "u9", "u8"), "audience-unknown", "u8, u9: no active employee")],
)
def test_an_audience_is_colleagues_who_work_here(audience: tuple[str, ...], slug: str, named: str) -> None:
    Spec(SensitiveTopic).when(lambda _: flag(*audience)).then_raises(Rejected, slug)
    with pytest.raises(Rejected, match=named):
        flag(*audience)


def test_it_concerns_its_audience_and_who_flagged_it_and_nobody_else() -> None:
    topic = Spec(SensitiveTopic, FLAGGED).aggregate
    assert topic is not None
    assert [u for u in ("u1", "u2", "u3", "u4", "user:u1", "", "crm:sugar") if topic.concerns(u)] == ["u1", "u2", "u3"]


def test_an_import_concerns_nobody_by_its_name() -> None:
    kind, fields = FLAGGED
    topic = Spec(SensitiveTopic, (kind, {**fields, "flagged_by": "crm:sugar"})).aggregate
    assert topic is not None
    assert not topic.concerns("sugar")
    assert not topic.concerns("crm:sugar")


def test_a_topic_is_lifted_once() -> None:
    kind, _ = LIFTED
    Spec(SensitiveTopic, FLAGGED).when(lambda t: t.lift("user:u2", NOW)).then(kind, lifted_by="user:u2", at=NOW)
    Spec(SensitiveTopic, FLAGGED, LIFTED).when(lambda t: t.lift("user:u2", NOW)).then_raises(Rejected, "topic-lifted")


def test_a_topic_ends_no_earlier_than_it_began() -> None:
    early = NOW - timedelta(days=3)
    Spec(SensitiveTopic, FLAGGED).when(lambda t: t.lift("user:u1", early)).then(LIFTED[0], at=NOW)


def test_the_audience_is_in_the_index_of_subjects() -> None:
    kind, fields = FLAGGED
    event = kind(originator_id=TOPIC, originator_version=1, timestamp=NOW, originator_topic="x", **fields)
    assert event.subjects() == tuple(ids.subject_id("sugar", "user", u) for u in ("u2", "u3"))


def test_a_sealed_text_is_read_with_its_own_key_only() -> None:
    key, other, words = Fernet.generate_key().decode(), Fernet.generate_key().decode(), "Der Vorstand geht im März."
    sealed = vault.seal(key, words)
    assert "Vorstand" not in sealed
    assert vault.seal(key, words) != sealed, "the same text twice looks like two"
    assert vault.unseal(key, sealed) == words
    assert vault.unseal(None, sealed) is None
    with pytest.raises(InvalidToken):
        vault.unseal(other, sealed)


def test_a_repeated_command_is_about_the_same_topic() -> None:
    command = ids.new_id()
    once, again = (vault.SensitiveTopics.topic_of(ACCOUNT, Meta("user:u1", command_id=command)) for _ in range(2))
    assert once == again
    assert once != vault.SensitiveTopics.topic_of(ids.account_id("sugar", "b"), Meta("user:u1", command_id=command))
    assert once != vault.SensitiveTopics.topic_of(ACCOUNT, Meta("user:u1", command_id=ids.new_id()))
