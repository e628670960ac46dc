"""Web hooks: signed as the standard's published example has it, and never sent into our own network."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.notifications.policy import webhooks as rules

HOOK = UUID("018f0000-0000-7000-8000-000000000001")


def test_the_signature_is_that_of_standard_webhooks() -> None:
    """The vector that the specification's libraries test with."""
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    signed = rules.signature([secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_after_a_rotation_both_secrets_sign() -> None:
    old, new = rules.secret("key", HOOK, 1), rules.secret("key", HOOK, 2)
    assert old != new
    assert old != rules.secret("another key", HOOK, 1)
    both = rules.signature([new, old], "accounts:1", 1, b"{}").split(" ")
    key = base64.b64decode(old.removeprefix("whsec_"))
    assert both[1] == "v1," + base64.b64encode(hmac.new(key, b"accounts:1.1.{}", hashlib.sha256).digest()).decode()
    assert both[0] != both[1]


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://example.com/hook", "https"),
        ("https://user:secret@example.com/hook", "login"),
        ("https://localhost/hook", "network"),
        ("https://db.internal/hook", "network"),
        ("https://127.0.0.1/hook", "network"),
        ("https://10.1.2.3/", "network"),
        ("https://172.16.0.1/", "network"),
        ("https://192.168.0.1/", "network"),
        ("https://169.254.169.254/latest/meta-data", "network"),
        ("https://100.64.0.1/", "network"),
        ("https://[::1]/", "network"),
        ("https://[fe80::1]/", "network"),
        ("https://[fd00::1]/", "network"),
        ("https://[::ffff:127.0.0.1]/", "network"),
        ("https://0.0.0.0/", "network"),
        ("https://224.0.0.1/", "network"),
        ("https:///hook", "host"),
        ("ftp://example.com/", "https"),
        ("https://example.com/#x", "fragment"),
        ("https://exa mple.com/", "no address"),
        ("https://example.com:99999/", "no address"),
        ("https://[::1/", "no address"),
    ],
)
def test_addresses_that_are_refused(url: str, why: str) -> None:
    assert why in rules.address_fault(url, private=False)


def test_addresses_that_are_taken() -> None:
    assert rules.address_fault("https://example.com:8443/hook?x=1", private=False) == ""
    assert rules.address_fault("https://8.8.8.8/", private=False) == ""
    assert rules.address_fault("http://127.0.0.1:8000/hook", private=True) == ""


def test_one_inner_address_behind_a_name_is_enough_to_refuse() -> None:
    assert rules.inner(["8.8.8.8"], private=False) == ""
    assert rules.inner(["8.8.8.8", "10.0.0.1"], private=False) != ""
    assert rules.inner(["fe80::1%eth0"], private=False) != ""
    assert rules.inner([], private=True) != ""


def test_judgements_about_persons_are_not_offered() -> None:
    offered = rules.all_offered()
    assert {"RiskTurnedRed", "QBRHeld", "MilestoneOverdue", "TierChanged", "AlertRaised"} <= offered
    assert not {t for t in offered if "Stakeholder" in t or "Attitude" in t or "Sensitive" in t}


def test_waits_double_up_to_an_hour_and_days_of_failure_are_enough() -> None:
    waits = [rules.pause(n, 0.5) for n in (1, 2, 3, 12, 40)]
    assert waits == [timedelta(seconds=5), timedelta(seconds=10), timedelta(seconds=20), rules.LONGEST, rules.LONGEST]
    assert rules.pause(1, 0) < rules.pause(1, 1)
    since = datetime(2026, 1, 1, tzinfo=UTC)
    assert not rules.given_up(since, since + timedelta(hours=71, minutes=59), 72)
    assert rules.given_up(since, since + timedelta(hours=72), 72)
