"""Outgoing web hooks: what may leave, where to, how it is signed, when it is tried again. Pure.

Signed as Standard Webhooks has it: `webhook-id`, `webhook-timestamp`, and `webhook-signature` with one `v1,` signature
for each secret that is valid. No secret is stored: each is derived from the company's key, the hook and a generation.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import orjson

from shared.contracts import accounts, growth, notifications, qbr, risk
from shared.contracts.base import Envelope, channel

CHANNELS = (accounts.CHANNEL, qbr.CHANNEL, growth.CHANNEL, risk.CHANNEL, notifications.CHANNEL)
"""What we say ourselves. Facts of the CRM are the CRM's to tell."""
KEPT_BACK = ("Stakeholder", "Relationship", "ReportingLine", "Influence", "SensitiveTopic", "Champion", "EconomicBuyer")
"""Beginnings of event types that judge persons, or are for a named audience only: they do not leave by a web hook."""
FIRST, LONGEST = timedelta(seconds=5), timedelta(hours=1)
OVERLAP = timedelta(hours=24)
"""For so long after a rotation the secret before signs too."""
LONGEST_URL = 500


def offered() -> dict[str, tuple[str, ...]]:
    """Event types that a hook may ask for, by topic, in order."""
    found = {c: sorted({m.TYPE for m in channel(c)}) for c in CHANNELS}
    return {c: tuple(t for t in types if not t.startswith(KEPT_BACK)) for c, types in found.items()}


def all_offered() -> frozenset[str]:
    """The same without topics."""
    return frozenset(t for types in offered().values() for t in types)


def address_fault(url: str, private: bool) -> str:
    """Why an address cannot be used as it is written; empty: nothing is wrong. `private`: inner addresses may be."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "it is no address"
    if len(url) > LONGEST_URL or any(c.isspace() or ord(c) < 32 for c in url):
        return "it is no address"
    if parts.scheme != "https" and not (private and parts.scheme == "http"):
        return "it must begin with https://"
    if not parts.hostname or port == 0:
        return "it names no host"
    if parts.username is not None or parts.password is not None:
        return "it must not carry a login: the signature proves who sends"
    if parts.fragment:
        return "it must not have a fragment"
    try:
        found = ipaddress.ip_address(parts.hostname)
    except ValueError:
        if not private and parts.hostname.rstrip(".").lower().endswith(("localhost", ".local", ".internal")):
            return "it leads into this network"
        return ""
    return inner([str(found)], private)


def inner(addresses: Iterable[str], private: bool) -> str:
    """Why none of the addresses that a name stands for may be called; empty: all may. One inner address is enough to
    refuse: whoever owns the name could send us anywhere."""
    found = [ipaddress.ip_address(a.partition("%")[0]) for a in addresses]
    if not found:
        return "its host is not known"
    plain = [a.ipv4_mapped or a if isinstance(a, ipaddress.IPv6Address) else a for a in found]
    if not private and any(not a.is_global or a.is_multicast for a in plain):
        return "it leads into this network"
    return ""


def secret(key: str, hook: UUID, generation: int) -> str:
    """The secret of a hook, `whsec_` and 32 bytes in base64."""
    mac = hmac.new(key.encode(), f"{hook}.{generation}".encode(), hashlib.sha256).digest()
    return f"whsec_{base64.b64encode(mac).decode()}"


def signature(secrets: Collection[str], id: str, at: int, body: bytes) -> str:
    """The header `webhook-signature`."""
    said = f"{id}.{at}.".encode() + body
    keys = [base64.b64decode(s.removeprefix("whsec_")) for s in secrets]
    return " ".join(f"v1,{base64.b64encode(hmac.new(k, said, hashlib.sha256).digest()).decode()}" for k in keys)


def body(e: Envelope, sequence: int) -> bytes:
    """What a receiver gets: the same bytes whenever it is sent."""
    said: dict[str, Any] = {
        "type": e.type, "timestamp": e.recorded_at.isoformat(), "sequence": sequence,
        "data": e.model_dump(mode="json", by_alias=True),
    }  # fmt: skip
    return orjson.dumps(said, option=orjson.OPT_SORT_KEYS)


def pause(attempt: int, spread: float) -> timedelta:
    """How long to wait after a failed attempt (1 is the first). `spread` 0…1 keeps receivers from being hit at once."""
    wait: timedelta = min(FIRST * 2 ** min(attempt - 1, 20), LONGEST)
    return wait * (0.75 + 0.5 * spread)


def given_up(failing_since: datetime, now: datetime, hours: float) -> bool:
    """Whether a receiver has failed for so long that it is no longer asked."""
    return now - failing_since >= timedelta(hours=hours)
