"""Where an employee's mail goes."""

from __future__ import annotations

import pytest

from services.notifications.policy.address import mail_address


@pytest.mark.parametrize(
    ("known", "name", "domain", "expected"),
    [
        ("kim@crm.example", "Kim Lee", "vendor.example.net", "kim@crm.example"),
        (None, "Mei-Mei Johns", "vendor.example.net", "mei-mei.johns@vendor.example.net"),
        ("", "Jörg Weiß", "vendor.example.net", "joerg.weiss@vendor.example.net"),
        ("no address", "Renée O'Neil", "vendor.example.net", "renee.o.neil@vendor.example.net"),
        (None, "Kim Lee", "", ""),
        (None, None, "vendor.example.net", ""),
        (None, "李", "vendor.example.net", ""),
    ],
)
def test_the_address_of_the_crm_counts_then_the_name(
    known: str | None, name: str | None, domain: str, expected: str
) -> None:
    assert mail_address(known, name, domain) == expected
