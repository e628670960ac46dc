"""Every metric, with its meaning and unit, and the form of the logs. `docs/metrics.md` is generated from this file."""

from __future__ import annotations

import logging
import sys
from typing import Literal

import structlog
from prometheus_client import Counter, Gauge, Histogram

_FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
_LONG = (0.01, 0.05, 0.25, 1, 5, 30, 120, 600, 3_600, 86_400)

# --- event store
EVENTS_APPENDED = Counter("stellwerk_events_appended_total", "Events written to the log.", ["service"])
APPEND_SECONDS = Histogram(
    "stellwerk_append_seconds",
    "One group commit, from its first statement to its end; seconds.",
    ["service"],
    buckets=_FAST,
)
APPEND_COMMANDS = Histogram(
    "stellwerk_append_commands",
    "Commands written by one group commit.",
    ["service"],
    buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024),
)
COMMANDS_WAITING = Gauge("stellwerk_commands_waiting", "Commands that wait for the next group commit.", ["service"])
COMMAND_CONFLICTS = Counter(
    "stellwerk_command_conflicts_total", "Commands decided again because somebody else wrote first.", ["service"]
)

# --- Kafka consumer
MESSAGES = Counter(
    "stellwerk_consumer_messages_total",
    "Messages by what became of them: applied, repeat (had been seen), dead (kept as a dead letter), missing (a gap before it).",
    ["consumer", "outcome"],
)
BATCH_SECONDS = Histogram(
    "stellwerk_consumer_batch_seconds", "One batch from decoding to commit; seconds.", ["consumer"], buckets=_FAST
)
LAG = Gauge(
    "stellwerk_consumer_lag",
    "Messages of a partition not applied yet, by the broker's high-water mark.",
    ["consumer", "topic", "partition"],
)
CAUGHT_UP = Gauge(
    "stellwerk_consumer_caught_up", "1 while nothing is left to read on the member's partitions.", ["consumer"]
)
RETRIES = Counter(
    "stellwerk_consumer_retries_total", "Batches put back after a failure that a retry can cure.", ["consumer"]
)
REREADS = Counter(
    "stellwerk_consumer_rereads_total",
    "Partitions read again, by cause: gap (messages missing) or cluster (another log).",
    ["consumer", "cause"],
)
DEAD_LETTERS_REPLAYED = Counter(
    "stellwerk_dead_letters_replayed_total",
    "Dead letters tried again, by outcome: applied or failed.",
    ["consumer", "outcome"],
)

# --- relay
RELAY_SENT = Counter("stellwerk_relay_sent_total", "Messages acknowledged by the brokers, repeats included.", ["topic"])
RELAY_POSITION = Gauge(
    "stellwerk_relay_position", "Log position up to which everything public is on the brokers.", ["topic"]
)
RELAY_LEADER = Gauge("stellwerk_relay_leader", "1 in the one process that sends.", ["topic"])
RELAY_STARTS_OVER = Counter(
    "stellwerk_relay_starts_over_total", "Failures after which the relay began again.", ["topic"]
)

# --- projections
PROJECTION_POSITION = Gauge("stellwerk_projection_position", "Log position that the read model shows.", ["projection"])
PROJECTION_DELAY = Histogram(
    "stellwerk_projection_delay_seconds",
    "From recorded in the log to visible in the read model, newest event of a page; seconds.",
    ["projection"],
    buckets=_FAST,
)

# --- timers
TIMERS_FIRED = Counter("stellwerk_timers_fired_total", "Timers fired.", ["rule"])
TIMERS_FAILED = Counter(
    "stellwerk_timers_failed_total", "Timers whose action failed; each is tried again later.", ["rule"]
)
TIMER_LATE = Histogram("stellwerk_timer_late_seconds", "From due to fired; seconds.", ["rule"], buckets=_LONG)


def configure_logging(service: str, role: str, level: str = "INFO", form: Literal["json", "console"] = "json") -> None:
    """Logs of ours and of the libraries, one line each on stderr, with service and role; `correlation_id` and whatever else
    `structlog.contextvars.bind_contextvars` was told are on every line of that task."""
    console = form == "console"
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: list[structlog.typing.Processor] = (
        [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
        if console
        else [
            structlog.processors.format_exc_info,
            structlog.processors.EventRenamer("message"),
            structlog.processors.JSONRenderer(),
        ]
    )

    def named(_: object, __: str, entry: structlog.typing.EventDict) -> structlog.typing.EventDict:
        entry.update(service=service, role=role)
        return entry

    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[named, structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # it logs each lost connection; we log what it means
    logging.getLogger("uvicorn.access").setLevel(logging.WARNING)
