"""A web hook: another program that wants to hear what happens, and how far somebody wants it told again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from uuid import UUID

from eventsourcing.domain import event

from services.notifications.domain.base import need
from shared.eventstore.events import Aggregate, AggregateCreated, AggregateEvent

MANAGERS = frozenset(("head_of_kam", "policy_admin"))
LONGEST_NAME = 80


class WebHook(Aggregate):
    """Stream id = the hook. Positions are those of the feed. No secret is in the log: only its generation."""

    TOPIC = "notifications.WebHook"

    class Event(AggregateEvent): ...

    class WebHookSubscribed(AggregateCreated, Event):
        """It hears what comes after position `after`. `types`: event types; `accounts`: only these, empty: all."""

        TOPIC = "notifications.WebHookSubscribed"
        name: str
        url: str
        types: tuple[str, ...]
        accounts: tuple[UUID, ...]
        after: int

    class WebHookChanged(Event):
        """It hears something else, or elsewhere, from now on."""

        TOPIC = "notifications.WebHookChanged"
        name: str
        url: str
        types: tuple[str, ...]
        accounts: tuple[UUID, ...]

    class WebHookSecretRotated(Event):
        """Another secret signs; the one before signs too until `overlap_until`."""

        TOPIC = "notifications.WebHookSecretRotated"
        generation: int
        overlap_until: datetime

    class WebHookPaused(Event):
        """It waits; nothing is lost meanwhile."""

        TOPIC = "notifications.WebHookPaused"

    class WebHookResumed(Event):
        """It goes on where it stood."""

        TOPIC = "notifications.WebHookResumed"

    class WebHookDisabled(Event):
        """The receiver failed for too long, or said that it is gone; somebody has to look."""

        TOPIC = "notifications.WebHookDisabled"
        why: str
        failing_since: datetime

    class WebHookReplayed(Event):
        """What came after position `after` is sent again, with the same ids."""

        TOPIC = "notifications.WebHookReplayed"
        after: int

    class WebHookUnsubscribed(Event):
        """Nothing is sent any more."""

        TOPIC = "notifications.WebHookUnsubscribed"

    @event(WebHookSubscribed)
    def __init__(self, name: str, url: str, types: tuple[str, ...], accounts: tuple[UUID, ...], after: int) -> None:
        self.name, self.url, self.types, self.accounts, self.after = name, url, types, accounts, after
        self.state, self.why = "active", ""
        self.generation, self.overlap_until = 1, datetime.min.replace(tzinfo=UTC)
        self.replays = 0

    @classmethod
    def subscribe(
        cls, id: UUID, name: str, url: str, types: Collection[str], accounts: Collection[UUID], after: int,
        roles: Collection[str],
    ) -> WebHook:  # fmt: skip
        """`url` was checked by whoever asks. Raises Rejected."""
        _may(roles)
        values = _asked(name, types)
        return cls._create(
            cls.WebHookSubscribed, id=id, name=values[0], url=url, types=values[1], accounts=tuple(accounts),
            after=after,
        )  # fmt: skip

    def change(
        self, name: str, url: str, types: Collection[str], accounts: Collection[UUID], roles: Collection[str]
    ) -> None:
        """What it hears, and where."""
        _may(roles)
        self._alive()
        name, wanted = _asked(name, types)
        if (name, url, wanted, tuple(accounts)) != (self.name, self.url, self.types, self.accounts):
            self._changed(name, url, wanted, tuple(accounts))

    def rotate(self, until: datetime, roles: Collection[str]) -> None:
        """Another secret."""
        _may(roles)
        self._alive()
        self._rotated(self.generation + 1, until)

    def pause(self, roles: Collection[str]) -> None:
        """Wait."""
        _may(roles)
        self._alive()
        need(self.state == "active", "webhook-not-active", f"The web hook is {self.state}.")
        self._paused()

    def resume(self, roles: Collection[str]) -> None:
        """Go on; also after it was disabled."""
        _may(roles)
        self._alive()
        need(self.state != "active", "webhook-active", "The web hook is active already.")
        self._resumed()

    def disable(self, why: str, failing_since: datetime) -> None:
        """Said by whoever sends."""
        if self.state == "active":
            self._disabled(why, failing_since)

    def replay(self, after: int, roles: Collection[str]) -> None:
        """Send again what came after a position."""
        _may(roles)
        self._alive()
        need(self.state == "active", "webhook-not-active", f"The web hook is {self.state}: resume it first.")
        need(after >= 0, "position-negative", "Positions begin at 0: give 0 for everything.")
        self._replayed(after)

    def unsubscribe(self, roles: Collection[str]) -> None:
        """The end; the same again changes nothing."""
        _may(roles)
        if self.state != "ended":
            self._unsubscribed()

    def _alive(self) -> None:
        need(self.state != "ended", "webhook-ended", "The web hook is unsubscribed: subscribe anew.")

    @event(WebHookChanged)
    def _changed(self, name: str, url: str, types: tuple[str, ...], accounts: tuple[UUID, ...]) -> None:
        self.name, self.url, self.types, self.accounts = name, url, types, accounts

    @event(WebHookSecretRotated)
    def _rotated(self, generation: int, overlap_until: datetime) -> None:
        self.generation, self.overlap_until = generation, overlap_until

    @event(WebHookPaused)
    def _paused(self) -> None:
        self.state = "paused"

    @event(WebHookResumed)
    def _resumed(self) -> None:
        self.state, self.why = "active", ""

    @event(WebHookDisabled)
    def _disabled(self, why: str, failing_since: datetime) -> None:
        self.state, self.why = "disabled", why

    @event(WebHookReplayed)
    def _replayed(self, after: int) -> None:
        self.after, self.replays = after, self.replays + 1

    @event(WebHookUnsubscribed)
    def _unsubscribed(self) -> None:
        self.state = "ended"


def _may(roles: Collection[str]) -> None:
    need(
        MANAGERS & set(roles), "webhook-role-missing", f"One of {', '.join(sorted(MANAGERS))} manages web hooks."
    )  # fmt: skip


def _asked(name: str, types: Collection[str]) -> tuple[str, tuple[str, ...]]:
    need(0 < len(name.strip()) <= LONGEST_NAME, "webhook-unnamed", f"Name it with at most {LONGEST_NAME} characters.")
    need(types, "webhook-without-types", "Say which events it is to hear.")
    return name.strip(), tuple(sorted(set(types)))
