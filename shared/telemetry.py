"""Every metric, with its meaning and unit, and the form of the logs. `docs/metrics.md` is generated from this file."""

from __future__ import annotations

import logging
import sys
from typing import Literal

import structlog
from prometheus_client import Counter, Gauge, Histogram
from structlog import contextvars, processors, stdlib

FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
SLOW = (0.05, 0.25, 1, 5, 30, 120, 600, 3_600, 86_400)
SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024)
SERVICE, CONSUMER, TOPIC, PROJECTION, RULE = (["service"], ["consumer"], ["topic"], ["projection"], ["rule"])

# --- event store
EVENTS_APPENDED = Counter("stellwerk_events_appended_total", "Events written to the log by commands.", SERVICE)
APPEND_SECONDS = Histogram("stellwerk_append_seconds", "One group commit; seconds.", SERVICE, buckets=FAST)
APPEND_COMMANDS = Histogram("stellwerk_append_commands", "Commands in one group commit.", SERVICE, buckets=SIZES)
COMMANDS_WAITING = Gauge("stellwerk_commands_waiting", "Commands that wait for the next group commit.", SERVICE)
COMMAND_CONFLICTS = Counter("stellwerk_command_conflicts_total", "Commands that another one overtook.", SERVICE)

# --- connections
_POOL = "Connections to the database by state: in_use, idle, limit (with so many in use others wait)."
POOL = Gauge("stellwerk_pool_connections", _POOL, ["state"])

# --- Kafka consumer
_OUTCOMES = "Messages by outcome: applied, repeat (seen before), dead (kept as a dead letter), missing (after a gap)."
MESSAGES = Counter("stellwerk_consumer_messages_total", _OUTCOMES, ["consumer", "outcome"])
BATCH_SECONDS = Histogram("stellwerk_consumer_batch_seconds", "One batch; seconds.", CONSUMER, buckets=FAST)
_LAG = "Messages not applied yet, by the broker's high-water mark."
LAG = Gauge("stellwerk_consumer_lag", _LAG, ["consumer", "topic", "partition"])
CAUGHT_UP = Gauge("stellwerk_consumer_caught_up", "1 while nothing is left to read for the group.", CONSUMER)
RETRIES = Counter("stellwerk_consumer_retries_total", "Batches put back after a failure that passes.", CONSUMER)
_REREADS = "Partitions read again by cause: gap (messages missing), cluster (another log)."
REREADS = Counter("stellwerk_consumer_rereads_total", _REREADS, ["consumer", "cause"])
STALLS = Counter("stellwerk_consumer_stalls_total", "Groups joined anew because nothing was read.", CONSUMER)

# --- relay
RELAY_SENT = Counter("stellwerk_relay_sent_total", "Messages acknowledged by the brokers, repeats included.", TOPIC)
RELAY_POSITION = Gauge("stellwerk_relay_position", "Position up to which everything public is on the brokers.", TOPIC)
RELAY_LEADER = Gauge("stellwerk_relay_leader", "1 in the one process that sends.", TOPIC)
RELAY_STARTS_OVER = Counter("stellwerk_relay_starts_over_total", "Failures after which the relay began again.", TOPIC)

# --- projections
PROJECTION_POSITION = Gauge("stellwerk_projection_position", "Log position that the read model shows.", PROJECTION)
_DELAY = "From recorded in the log to visible in the read model, newest event of a page; seconds."
PROJECTION_DELAY = Histogram("stellwerk_projection_delay_seconds", _DELAY, PROJECTION, buckets=FAST)

# --- timers
TIMERS_FIRED = Counter("stellwerk_timers_fired_total", "Timers whose action was committed.", RULE)
TIMERS_FAILED = Counter("stellwerk_timers_failed_total", "Timers whose action failed and is tried again.", RULE)
TIMER_LATE = Histogram("stellwerk_timer_late_seconds", "From due to fired; seconds.", RULE, buckets=SLOW)


def configure_logging(service: str, role: str, level: str = "INFO", form: Literal["json", "console"] = "json") -> None:
    """One line an entry on stderr, ours and the libraries', with service, role and what the task was told by
    `structlog.contextvars.bind_contextvars` (`correlation_id` above all)."""

    def named(_: object, __: str, entry: structlog.typing.EventDict) -> structlog.typing.EventDict:
        return {**entry, "service": service, "role": role}

    first: list[structlog.typing.Processor] = [
        contextvars.merge_contextvars, stdlib.add_log_level, stdlib.add_logger_name, stdlib.ExtraAdder(),
        processors.TimeStamper(fmt="iso", utc=True),
    ]  # fmt: skip
    to_json = processors.EventRenamer("message"), processors.JSONRenderer()
    plain = structlog.dev.plain_traceback  # the default prints local variables: passwords in settings, names in rows
    people = (structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain),)

    last = people if form == "console" else (processors.format_exc_info, *to_json)
    shaper = stdlib.ProcessorFormatter
    structlog.configure([*first, shaper.wrap_for_formatter], logger_factory=stdlib.LoggerFactory())
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(shaper(processors=[named, shaper.remove_processors_meta, *last], foreign_pre_chain=first))
    logging.basicConfig(handlers=[handler], level=level, force=True)
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # it logs each lost connection; we log what it means
