"""Every error of our own, as a tree. Catch the narrowest; raise with a sentence that says what is wrong and what to do.

    StellwerkError
    ├── Rejected         a rule of the domain says no; `slug` names the rule, the same in every language and API
    ├── Invalid          the input cannot be understood; asking again with the same input will fail again
    ├── NotFound         there is no such thing
    ├── Conflict         somebody else wrote first: load again, decide again
    ├── Transient        nothing happened; try again later
    │   ├── Closed       this process is shutting down and takes no more work
    │   └── ClusterChanged  the broker is not the one we were reading: offsets mean nothing, start over
    ├── OutcomeUnknown   the connection broke during a commit: repeat with the same command_id to learn the result
    └── Broken           an invariant does not hold; a person must look
        └── TooManyDead  so many unreadable messages in a row that the reader is more likely wrong than they are

`kind` is what an edge needs to know; `shared/grpc_errors.py` maps it to gRPC in one place.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar


class Kind(StrEnum):
    """What a caller can do about an error."""

    REJECTED = "rejected"
    INVALID = "invalid"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    TRANSIENT = "transient"
    UNKNOWN = "unknown"
    BROKEN = "broken"


class StellwerkError(Exception):
    """Base of all. `slug` is a stable name for programs and translations, the message is for people."""

    kind: ClassVar[Kind] = Kind.BROKEN

    def __init__(self, message: str = "", *, slug: str = "") -> None:
        self.slug = slug or _slug(type(self))
        self.message = message or self.slug.replace("-", " ")
        super().__init__(self.message)


class Rejected(StellwerkError):
    """A rule of the domain says no. The slug comes first, because a rejection without a name cannot be translated."""

    kind = Kind.REJECTED

    def __init__(self, slug: str, message: str = "") -> None:
        super().__init__(message, slug=slug)


class Invalid(StellwerkError):
    """The input cannot be understood; the message names the field and the expected form."""

    kind = Kind.INVALID


class NotFound(StellwerkError):
    """There is no such thing."""

    kind = Kind.NOT_FOUND


class Conflict(StellwerkError):
    """Somebody else wrote one of these versions first: load again and decide again."""

    kind = Kind.CONFLICT


class Transient(StellwerkError):
    """Nothing happened; the same request may succeed later."""

    kind = Kind.TRANSIENT


class Closed(Transient):
    """This process is shutting down and takes no more work."""


class ClusterChanged(Transient):
    """The broker is not the one we were reading: offsets mean nothing there."""


class OutcomeUnknown(StellwerkError):
    """The connection broke during a commit: it may or may not have happened. Repeat with the same command_id."""

    kind = Kind.UNKNOWN


class Broken(StellwerkError):
    """An invariant of the system does not hold (a hole in the log, an unknown topic). Stop; a person must look."""


class TooManyDead(Broken):
    """So many unreadable messages in a row that the reader is more likely wrong than they are."""


def _slug(cls: type) -> str:
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in cls.__name__).lstrip("-")
