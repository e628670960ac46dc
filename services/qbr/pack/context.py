"""What every section is computed from: the state now and then, the day, the limits, the health of each source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from services.qbr.pack.facts import ACCOUNTS, CRM, SOURCES, Fact, Vector
from services.qbr.pack.limits import Limits
from services.qbr.pack.model import (
    Baseline,
    Column,
    Figure,
    Health,
    Row,
    Section,
    Source,
    Status,
    Table,
    Value,
    event_ids,
)
from services.qbr.pack.state import State, fold
from services.qbr.pack.template import Template

DEFAULT_ZONE = "UTC"
HALF_TOLD: tuple[Health, ...] = ("behind", "backfilling")


def instant(at: datetime) -> str:
    """RFC 3339 in UTC, microseconds only where there are any."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


@dataclass(slots=True)
class Context:
    """`facts` are in order (`facts.within`). `day` is the account's calendar day of `at`."""

    facts: Sequence[Fact]
    vector: Vector
    at: datetime
    limits: Limits
    template: Template
    now: State
    then: State
    zone: ZoneInfo
    baseline: Baseline
    since: datetime
    happened: Mapping[str, datetime]
    """Fact → when it became true."""
    _sources: dict[str, Source] = field(default_factory=dict)

    @classmethod
    def of(cls, facts: Sequence[Fact], vector: Vector, at: datetime, template: Template, limits: Limits) -> Context:
        """Folds the facts at both moments."""
        now = fold(facts, at)
        last = now.promises.last_review()
        since = last.held_at if last else at - timedelta(days=limits.lookback_days)
        baseline = Baseline(
            at=instant(since), kind="qbr" if last else "lookback", qbr_id=last.id if last else None,
            event=last.event if last else None,
        )  # fmt: skip
        zone = ZoneInfo(now.zone[0] if now.zone else DEFAULT_ZONE)
        happened = {f.event_id: f.effective_at for f in facts}
        return cls(facts, vector, at, limits, template, now, fold(facts, since), zone, baseline, since, happened)

    @property
    def day(self) -> date:
        """The account's calendar day of the pack."""
        return self.at.astimezone(self.zone).date()

    @property
    def since_day(self) -> date:
        """The account's calendar day of the baseline."""
        return self.since.astimezone(self.zone).date()

    def local(self, at: datetime) -> date:
        """The account's calendar day of an instant."""
        return at.astimezone(self.zone).date()

    def source(self, topic: str) -> Source:
        """Health and watermark of a topic, by the facts of the vector alone."""
        if topic not in self._sources:
            newest = max(
                (f.effective_at for f in self.facts if f.topic == topic and f.account_id and f.effective_at <= self.at),
                default=None,
            )
            self._sources[topic] = Source(
                topic=topic, health=self._health(topic), watermark_at=instant(newest) if newest else None
            )
        return self._sources[topic]

    def _health(self, topic: str) -> Health:
        """What the CRM's connections said last; what we know of accounts comes from there too."""
        if topic not in (CRM, ACCOUNTS):
            return "ok" if any(f.topic == topic for f in self.facts) else "unknown"
        said: dict[str, Health] = {}
        for f in sorted((f for f in self.facts if f.lane == CRM + SOURCES), key=lambda f: f.position):
            said[f.data["system"]] = _SAID[f.type]
        worst: tuple[Health, ...] = ("behind", "backfilling", "ok")
        return next((h for h in worst if h in said.values()), "unknown")

    # -- building blocks

    def figure(
        self, topic: str, name: str, value: Value, unit: str, events: Iterable[str | None], *, of: str | None = None,
        as_of: datetime | None = None, internal: bool = False,
    ) -> Figure:  # fmt: skip
        """A figure of this pack."""
        return Figure(
            name=name, of=of, value=value, unit=unit, as_of=instant(as_of or self.at), source=self.source(topic),
            events=event_ids(events), internal=internal,
        )  # fmt: skip

    def money(
        self, topic: str, name: str, amounts: dict[str, int], events: Iterable[str | None], *, internal: bool = False
    ) -> list[Figure]:
        """One figure for each currency; none at all: no figure."""
        events = list(events)
        return [
            self.figure(topic, name, amount, f"minor:{currency}", events, internal=internal)
            for currency, amount in sorted(amounts.items())
        ]

    def table(
        self, topic: str, name: str, columns: Sequence[str], rows: Iterable[Row], *, internal: bool = False
    ) -> Table:
        """A table of this pack. A column is `name:unit`; a `!` at the end makes it internal."""
        parsed = []
        for column in columns:
            label, _, unit = column.rstrip("!").partition(":")
            parsed.append(Column(name=label, unit=unit, internal=column.endswith("!")))
        return Table(
            name=name, columns=tuple(parsed), rows=tuple(rows), as_of=instant(self.at), source=self.source(topic),
            internal=internal,
        )  # fmt: skip

    def section(
        self, topic: str, name: str, figures: Iterable[Figure] = (), tables: Iterable[Table] = (), *,
        status: Status = "ok", reason: str | None = None,
    ) -> Section:  # fmt: skip
        """A section. While its source has told only half, it says so and shows nothing."""
        source, internal = self.source(topic), name not in self.template.customer
        if source.health in HALF_TOLD:
            return Section(
                name=name, status="stale", reason=f"source_{source.health}", internal=internal, source=source
            )
        return Section(
            name=name, status=status, reason=reason, internal=internal, source=source, figures=tuple(figures),
            tables=tuple(tables),
        )  # fmt: skip


def row(
    key: str,
    cells: Sequence[Value],
    events: Iterable[str | None],
    *,
    currency: str | None = None,
    internal: bool = False,
) -> Row:
    """A row of a table."""
    return Row(id=key, cells=tuple(cells), events=event_ids(events), currency=currency, internal=internal)


def share(part: int, whole: int) -> int | None:
    """Basis points, half up; None: nothing to divide by."""
    return None if whole <= 0 else (20_000 * part + whole) // (2 * whole)


_SAID: dict[str, Health] = {
    "SourceConnected": "backfilling",
    "BackfillCompleted": "ok",
    "SourceLagExceeded": "behind",
    "SourceLagCleared": "ok",
}
