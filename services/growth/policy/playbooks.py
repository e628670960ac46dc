"""Play books: what the document must say, and on which days its steps fall."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from services.growth.policy import schedule
from services.growth.policy.calendar import Calendar

PLAYBOOKS = Path(__file__).resolve().parents[1] / "playbooks"
LANGUAGES = {"de", "en"}
Title = dict[str, str]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class After(_Part):
    """A dependency between two steps."""

    step: str
    kind: Literal["FS", "SS", "FF", "SF"] = "FS"
    lag_days: int = 0


class Step(_Part):
    """A step becomes a milestone, due `business_days` after (before, if negative) the start or the anchor."""

    step: str = Field(pattern="^[a-z][a-z0-9_]*$", max_length=60)
    title: Title
    role: str = Field(pattern="^[A-Z][A-Z_]*$")
    from_: Literal["start", "anchor"] = Field("start", alias="from")
    business_days: int = Field(ge=-750, le=750)
    duration_days: int = Field(0, ge=0, le=250)
    after: tuple[After, ...] = ()


class PlaybookDocument(_Part):
    """One version of a play book, as data. `anchor`: what the anchor day means; empty: there is none."""

    playbook: str = Field(pattern="^[a-z][a-z0-9_]*$", max_length=60)
    title: Title
    purpose: Title
    anchor: str = ""
    steps: tuple[Step, ...] = Field(min_length=1, max_length=60)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for words in (self.title, self.purpose, *(s.title for s in self.steps)):
            if not words.keys() >= LANGUAGES or not all(w.strip() for w in words.values()):
                raise ValueError(f"every text is needed in {sorted(LANGUAGES)}")
        if any(len(w) > 120 for words in (self.title, *(s.title for s in self.steps)) for w in words.values()):
            raise ValueError("a title has at most 120 characters")
        names = [s.step for s in self.steps]
        if len(set(names)) < len(names):
            raise ValueError("two steps have one name")
        links = [schedule.Edge(a.step, s.step, a.kind, a.lag_days) for s in self.steps for a in s.after]
        if strange := {e.before for e in links} - set(names):
            raise ValueError(f"steps wait for {sorted(strange)}, which do not exist")
        if found := schedule.cycles(links):
            raise ValueError(f"the steps {found[0]} wait for each other")
        if any(s.from_ == "anchor" for s in self.steps) != bool(self.anchor):
            raise ValueError("name the anchor if, and only if, a step counts from it")
        return self

    def dates(self, starts_on: date, anchor_on: date | None, calendar: Calendar) -> dict[str, date]:
        """When each step is due; none before the start. Raises ValueError without the anchor day that it needs."""
        if self.anchor and anchor_on is None:
            raise ValueError(f"the play counts from its anchor ({self.anchor}): give that day")
        begin = calendar.add(starts_on, 0)
        found = {}
        for s in self.steps:
            base = anchor_on if s.from_ == "anchor" and anchor_on else starts_on
            found[s.step] = max(begin, calendar.add(base, s.business_days))
        return found


def playbook(document: dict[str, Any]) -> PlaybookDocument:
    """Raises ValueError, with a sentence, for a document that cannot be used."""
    try:
        return PlaybookDocument.model_validate(document)
    except ValidationError as e:
        what = "; ".join(f"{'.'.join(map(str, f['loc'])) or 'document'}: {f['msg']}" for f in e.errors()[:5])
        raise ValueError(what) from e


def digest(document: dict[str, Any]) -> str:
    """The fingerprint of a document, independent of spaces and the order of keys."""
    return "sha256:" + hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def shipped() -> list[dict[str, Any]]:
    """The play books that come with this program, by name."""
    return [json.loads(p.read_text(encoding="utf-8")) for p in sorted(PLAYBOOKS.glob("*.json"))]
