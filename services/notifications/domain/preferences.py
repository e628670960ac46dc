"""How one employee wants to be told."""

from __future__ import annotations

from datetime import datetime, time
from typing import Literal
from uuid import UUID

from eventsourcing.domain import event

from services.notifications.domain.base import need
from services.notifications.domain.values import ChannelKind
from services.notifications.policy.delivery import IN_APP
from services.notifications.policy.quiet import QuietHours
from shared import ids
from shared.eventstore.events import Aggregate, AggregateCreated, AggregateEvent

Locale = Literal["de", "en"]


class Preferences(Aggregate):
    """Stream id = `Preferences.create_id(person)`. None: the person never said, the company's default counts."""

    TOPIC = "notifications.Preferences"

    class Event(AggregateEvent):
        person: str

    class PreferencesOpened(AggregateCreated, Event):
        """The person says something for the first time."""

        TOPIC = "notifications.PreferencesOpened"

    class RecipientChannelsSet(Event):
        """The channels they want, beside the inbox, which always has everything."""

        TOPIC = "notifications.RecipientChannelsSet"
        channels: tuple[ChannelKind, ...]
        locale: Locale

    class QuietHoursSet(Event):
        """Local times (`19:00`). `critical_consent`: critical alerts may come in quiet hours."""

        TOPIC = "notifications.QuietHoursSet"
        zone: str
        start: time
        end: time
        release: time
        free_days: bool
        critical_consent: bool

    class DigestPreferenceSet(Event):
        """When digests come; `days`: 0 is Monday."""

        TOPIC = "notifications.DigestPreferenceSet"
        at: time
        days: tuple[int, ...]

    class ChannelVerified(Event):
        """The channel works for them (again)."""

        TOPIC = "notifications.ChannelVerified"
        channel: ChannelKind

    class ChannelRevoked(Event):
        """The channel says for good that it does not reach them."""

        TOPIC = "notifications.ChannelRevoked"
        channel: ChannelKind
        why: str

    class AlertMuted(Event):
        """No alerts of this scope (`R7`, `account:<id>`, `R7|account:<id>`), critical ones excepted. None: for good."""

        TOPIC = "notifications.AlertMuted"
        scope: str
        until: datetime | None

    class AlertUnmuted(Event):
        """Alerts of this scope again."""

        TOPIC = "notifications.AlertUnmuted"
        scope: str

    @event(PreferencesOpened)
    def __init__(self, person: str) -> None:
        self.person = person
        self.channels: tuple[ChannelKind, ...] | None = None
        self.locale: Locale | None = None
        self.quiet: QuietHours | None = None
        self.critical_consent = False
        self.digest: tuple[time, tuple[int, ...]] | None = None
        self.revoked: dict[ChannelKind, str] = {}
        self.mutes: dict[str, datetime | None] = {}

    @staticmethod
    def create_id(person: str) -> UUID:
        """The stream of a person's preferences."""
        return ids.derived("preferences", person)

    @classmethod
    def open(cls, person: str) -> Preferences:
        """Nothing is said yet."""
        need(person.strip(), "person-missing", "Name the employee (CRM user id).")
        return cls(person)

    def trigger_event(self, event_class: object, **kwargs: object) -> None:
        """As the library's, with the person added."""
        kwargs.setdefault("person", self.person)
        Aggregate.trigger_event(self, event_class, **kwargs)  # type: ignore[arg-type]

    def set_channels(self, channels: tuple[ChannelKind, ...], locale: Locale) -> None:
        """The inbox cannot be left: no alert is without a reader. Naming a revoked channel verifies it."""
        wanted = tuple(dict.fromkeys((IN_APP, *channels)))
        for channel in wanted:
            if channel in self.revoked:
                self._verified(channel)
        if (wanted, locale) != (self.channels, self.locale):
            self._channels_set(wanted, locale)

    def set_quiet(self, quiet: QuietHours, critical_consent: bool) -> None:
        """What was held must not be released into the quiet."""
        need(
            not quiet.covers(quiet.release), "release-in-quiet-hours",
            f"{quiet.release:%H:%M} lies in the quiet hours {quiet.start:%H:%M}–{quiet.end:%H:%M}: release later.",
        )  # fmt: skip
        if (quiet, critical_consent) != (self.quiet, self.critical_consent):
            self._quiet_set(quiet.zone, quiet.start, quiet.end, quiet.release, quiet.free_days, critical_consent)

    def set_digest(self, at: time, days: tuple[int, ...]) -> None:
        """At least once a week."""
        need(days and all(0 <= d <= 6 for d in days), "digest-days-missing", "Choose at least one day, 0 is Monday.")
        days = tuple(sorted(set(days)))
        if (at, days) != self.digest:
            self._digest_set(at, days)

    def mute(self, scope: str, until: datetime | None, now: datetime) -> None:
        """Not into the past."""
        need(scope.strip(), "scope-missing", "Say what to mute: a rule (R7), account:<id>, or R7|account:<id>.")
        need(until is None or until > now, "until-past", "The mute would be over already.")
        if scope not in self.mutes or self.mutes[scope] != until:
            self._muted(scope, until)

    def unmute(self, scope: str) -> None:
        """What is not muted stays so."""
        if scope in self.mutes:
            self._unmuted(scope)

    def revoke(self, channel: ChannelKind, why: str) -> None:
        """Said by the channel."""
        if channel != IN_APP and channel not in self.revoked:
            self._revoked(channel, why)

    @event(RecipientChannelsSet)
    def _channels_set(self, channels: tuple[ChannelKind, ...], locale: Locale) -> None:
        self.channels, self.locale = channels, locale

    @event(QuietHoursSet)
    def _quiet_set(
        self, zone: str, start: time, end: time, release: time, free_days: bool, critical_consent: bool
    ) -> None:
        self.quiet, self.critical_consent = QuietHours(zone, start, end, release, free_days), critical_consent

    @event(DigestPreferenceSet)
    def _digest_set(self, at: time, days: tuple[int, ...]) -> None:
        self.digest = at, days

    @event(ChannelVerified)
    def _verified(self, channel: ChannelKind) -> None:
        self.revoked.pop(channel, None)

    @event(ChannelRevoked)
    def _revoked(self, channel: ChannelKind, why: str) -> None:
        self.revoked[channel] = why

    @event(AlertMuted)
    def _muted(self, scope: str, until: datetime | None) -> None:
        self.mutes[scope] = until

    @event(AlertUnmuted)
    def _unmuted(self, scope: str) -> None:
        self.mutes.pop(scope, None)
