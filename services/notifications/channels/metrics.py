"""Metrics of the channels, beside those that every service has."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

from shared.telemetry import SLOW

_ATTEMPTS = (
    "Attempts to send a message by outcome: sent, again (surely not taken), unknown (no answer, it may have arrived), "
    "dead (given up, a dead letter), cancelled (its alert was over)."
)
ATTEMPTS = Counter("stellwerk_delivery_attempts_total", _ATTEMPTS, ["channel", "outcome"])
SECONDS = Histogram("stellwerk_delivery_seconds", "What a channel took to answer; seconds.", ["channel"], buckets=SLOW)
LATE = Histogram(
    "stellwerk_delivery_late_seconds",
    "From an alert's decision to its message sent; seconds.",
    ["channel"],
    buckets=SLOW,
)
WAITING = Gauge("stellwerk_deliveries_waiting", "Messages that wait to be sent, also for another attempt.", ["channel"])
HOOK_ATTEMPTS = Counter(
    "stellwerk_webhook_attempts_total",
    "Requests to web hooks of other programs by outcome: sent, failed (asked again later), refused (set aside).",
    ["outcome"],
)
HOOKS = Gauge(
    "stellwerk_webhooks", "Web hooks of other programs by state: active, disabled (it failed too long).", ["state"]
)
