"""Errors, clock, settings, and which faults pass by themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import asyncpg
import pytest
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError

from shared import errors
from shared.clock import SystemClock
from shared.errors import Broken, Conflict, NotFound, Rejected, StellwerkError
from shared.faults import transient
from shared.settings import ProcessSettings, ServiceSettings
from shared.testing import ManualClock


def test_errors_say_what_and_have_a_name() -> None:
    refused = Rejected("tier-needs-head", "promotion to A needs a head of KAM")
    assert (str(refused), refused.slug) == (refused.message, "tier-needs-head")
    assert (str(Rejected("too-deep")), NotFound("no account x").slug) == ("too deep", "not-found")
    tree = str(errors.__doc__)
    for name, cls in vars(errors).items():
        if isinstance(cls, type) and issubclass(cls, StellwerkError):
            assert name in tree, f"{name} is missing in the tree"


def test_clocks() -> None:
    assert SystemClock().now().tzinfo is UTC
    clock = ManualClock(datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=1))))
    assert clock.now() == datetime(2026, 1, 1, tzinfo=UTC)
    assert clock.advance(timedelta(days=1)) == clock.now() == datetime(2026, 1, 2, tzinfo=UTC)
    with pytest.raises(ValueError, match="aware"):
        clock.set(datetime(2026, 1, 1))


def test_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STELLWERK_DATABASE", "postgresql://u:p@h:1/d")
    monkeypatch.setenv("STELLWERK_COMPANY_TIME_ZONE", "Europe/Vienna")
    settings = ServiceSettings()
    assert settings.zone.key == "Europe/Vienna"
    assert settings.sqlalchemy_url == "postgresql+asyncpg://u:p@h:1/d"
    assert all(f.description for f in ServiceSettings.model_fields.values())
    assert "database" not in ProcessSettings.model_fields, "the portal has none"
    assert settings.health_host == "127.0.0.1"
    with pytest.raises(ValidationError, match="frozen"):
        settings.kafka = "x"  # type: ignore[misc]
    for name, value, why in (
        ("COMPANY_TIME_ZONE", "Middle/Earth", "IANA"),
        ("DATABASE", "sqlite:///x", "postgresql://"),
        ("COMPANY_CURRENCY", "euro", "company_currency"),
        ("GRPC_PORT", "70000", "grpc_port"),
    ):
        with monkeypatch.context() as m:
            m.setenv(f"STELLWERK_{name}", value)
            with pytest.raises(ValidationError, match=why):
                ServiceSettings()


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (ConnectionRefusedError(), True),
        (TimeoutError(), True),
        (asyncpg.InternalClientError(), True),
        (asyncpg.InterfaceError("closed"), True),
        (asyncpg.DeadlockDetectedError(), True),
        (asyncpg.AdminShutdownError(), True),
        (asyncpg.TooManyConnectionsError(), True),
        (asyncpg.UniqueViolationError(), False),
        (asyncpg.DataError(), False),
        (DBAPIError("x", {}, asyncpg.SerializationError()), True),
        (DBAPIError("x", {}, asyncpg.UndefinedTableError()), False),
        (errors.Transient(), True),
        (Conflict(), False),
        (Broken(), False),
        (ValueError(), False),
    ],
)
def test_which_faults_pass(error: BaseException, passes: bool) -> None:
    assert transient(error) is passes
