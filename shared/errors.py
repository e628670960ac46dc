"""Every error of our own. Catch the narrowest; raise with a sentence that says what is wrong and what to do.

    StellwerkError
    ├── Rejected, Invalid, NotFound, Conflict
    ├── Transient
    │   └── Closed, ClusterChanged
    ├── OutcomeUnknown
    └── Broken
        └── TooManyDead

`shared/edge/errors.py` is the one place that maps them to gRPC.
"""

from __future__ import annotations

from collections.abc import Mapping


class StellwerkError(Exception):
    """Base of all. `slug` is a stable name for programs and translations, the message is for people."""

    def __init__(self, message: str = "", *, slug: str = "") -> None:
        name = "".join(f"-{c.lower()}" if c.isupper() else c for c in type(self).__name__).lstrip("-")
        self.slug = slug or name
        self.message = message or self.slug.replace("-", " ")
        super().__init__(self.message)


class Rejected(StellwerkError):
    """A rule of the domain says no. The slug comes first: a rejection without a name cannot be translated."""

    def __init__(self, slug: str, message: str = "") -> None:
        super().__init__(message, slug=slug)


class Invalid(StellwerkError):
    """The input cannot be understood, now or later; the message names the field and the expected form.

    `fields`: field → what is wrong with it, where a caller wants to mark the input.
    """

    def __init__(self, message: str = "", *, slug: str = "", fields: Mapping[str, str] | None = None) -> None:
        self.fields = dict(fields or {})
        super().__init__(message or "; ".join(f"{f}: {why}" for f, why in self.fields.items()), slug=slug)


class NotFound(StellwerkError):
    """There is no such thing."""


class Conflict(StellwerkError):
    """Somebody else wrote one of these versions first: load again and decide again."""


class Transient(StellwerkError):
    """Nothing happened; the same request may succeed later."""


class Closed(Transient):
    """This process is shutting down and takes no more work."""


class ClusterChanged(Transient):
    """The broker is not the one we were reading: offsets mean nothing there, start over."""


class OutcomeUnknown(StellwerkError):
    """The connection broke during a commit, so it may have happened: repeat with the same command_id to find out."""


class Broken(StellwerkError):
    """An invariant of the system does not hold (a hole in the log, an unknown topic). Stop; a person must look."""


class TooManyDead(Broken):
    """So many unreadable messages in a row that the reader is more likely wrong than they are."""
