"""Sentences of the risk and the insights service in the reader's language.

The services speak one language on purpose: their answers are data. The catalogs hold the sentences as patterns
(contexts `risk why` and `readiness why`, `%(day)s` and so on); a sentence that fits one is said in the reader's
language, any other as it came.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

from services.portal.i18n import catalog, known
from services.portal.words import Words

CONTEXT = "risk why"
_HOLE = re.compile(r"%\((\w+)\)s")
_SHAPES = {
    "day": r"\d{4}-\d{2}-\d{2}",
    "number": r"[+-]?\d+",
    "other": r"[+-]?\d+",
    "days": r"-?\d+",
    "hours": r"\d+(?:\.\d+)?",
    "score": r"\d+(?:\.\d+)?",
    "case": r"P\d \S+",
    "severity": r"critical|high|medium|low",
    "factor": r"[a-z]+",
    "factors": r"[a-z]+(?:, [a-z]+)*",
    "cause": r"[a-z][a-z0-9_]+",
    "record": r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    "needs": r"(?:decision|champion|technical|user)(?:, (?:decision|champion|technical|user))*",
}
"""What may stand in a place; anything else may hold any text."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A sentence of the service and how it is said in a language."""

    form: re.Pattern[str]
    said: str
    fixed: int  # letters that are given: the more, the surer


class Causes:
    """Reads the sentences for one language."""

    def __init__(self, words: Words, context: str = CONTEXT) -> None:
        self._words = words
        language = words.formats.language
        found = [
            Pattern(_form(str(m.id)), str(m.string), len(_HOLE.sub("", str(m.id))))
            for m in catalog(language)
            if m.context == context and m.string
        ]
        self._patterns = sorted(found, key=lambda p: -p.fixed)
        one = {"day": self._day, "score": self._decimal, "hours": self._decimal}
        self._values: dict[str, Callable[[str], str]] = one | {
            "severity": lambda v: words.code("severity", v),
            "factor": lambda v: words.code("risk cause", v),
            "factors": lambda v: ", ".join(words.code("risk cause", x) for x in v.split(", ")),
            "roles": lambda v: re.sub(r"\w+", lambda m: self._role(m[0]), v),
            "role": lambda v: self._role(v.replace(" ", "_")),
            "record": lambda v: v[:8],
            "needs": lambda v: ", ".join(words.code("required role", x) for x in v.split(", ")),
            "late": lambda v: words.code("risk late", v),
            "why": self.text,
            "signs": lambda v: ", ".join(self.text(x) for x in v.split(", ")),
        }

    def said(self, text: str | None) -> str | None:
        """The sentence in the reader's language; None if no pattern fits. Several are parted by `; `."""
        if not text:
            return None
        found = [self._one(part) for part in text.split("; ")]
        return "; ".join(f for f in found if f) if all(found) else None

    def text(self, text: str | None) -> str:
        """The same, or the sentence as it came."""
        return self.said(text) or text or ""

    def cause(self, code: str | None) -> str:
        """A condition or factor in words; several may be joined by `+`."""
        return " + ".join(self._words.code("risk cause", part) for part in (code or "").split("+") if part)

    def after(self, text: str | None) -> tuple[str, int] | None:
        """`AMBER after 7 d` → (colour, days)."""
        match = re.fullmatch(r"(RED|AMBER|GREEN) after (\d+) d", text or "")
        return (match[1], int(match[2])) if match else None

    def raw(self, text: str | None) -> str:
        """The figure of a signal: `80 h`, `45 d`, `7200 bp`, `critical`, or a sentence."""
        formats = self._words.formats
        if match := re.fullmatch(r"(-?\d+) (bp|d)", text or ""):
            return formats.days(int(match[1])) if match[2] == "d" else formats.share(int(match[1]))
        if known(formats.language, "severity", text or ""):
            return self._words.code("severity", text)
        return self.text(text)

    def _one(self, text: str) -> str | None:
        head, colon, rest = text.partition(": ")
        if colon and known(self._words.formats.language, "risk cause", head) and not rest.startswith("broken"):
            return f"{self.cause(head)}: {self._one(rest) or rest}"
        for pattern in self._patterns:
            if match := pattern.form.fullmatch(text):
                values = {n: self._values.get(n, str)(v) for n, v in match.groupdict().items()}
                return _HOLE.sub(partial(_filled, values), pattern.said)
        return None

    def _day(self, value: str) -> str:
        return self._words.formats.day(date.fromisoformat(value))

    def _decimal(self, value: str) -> str:
        return self._words.formats.number(Decimal(value))

    def _role(self, code: str) -> str:
        if code == "or":
            return self._words.code("risk word", "or")
        return known(self._words.formats.language, "role", code.upper()) or self._words.code("role", code)


def _filled(values: Mapping[str, str], hole: re.Match[str]) -> str:
    return values[hole[1]]


def _form(pattern: str) -> re.Pattern[str]:
    """`P1 %(number)s open` → a regular expression with a group for each place."""
    out, at = "", 0
    for hole in _HOLE.finditer(pattern):
        out += re.escape(pattern[at : hole.start()]) + f"(?P<{hole[1]}>{_SHAPES.get(hole[1], '.+?')})"
        at = hole.end()
    return re.compile(out + re.escape(pattern[at:]))
