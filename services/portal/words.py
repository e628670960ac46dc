"""Texts of the API in the reader's language: codes, and the short texts that carry a figure with its unit.

The API speaks one language on purpose (its answers are data); a text that is not understood is shown as it came.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal

from services.portal.formats import Formats
from services.portal.i18n import code, known

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_MONEY = re.compile(r"(-?\d+(?:\.\d+)?) ([A-Z]{3})")
_PERCENT = re.compile(r"(-?\d+(?:\.\d+)?) %")
_MEASURE = re.compile(r"(-?\d+) (bp|d)")
_COUNTED = re.compile(r"(\d+) ([a-z ]+)")
_GATES = {
    "revenue": re.compile(
        r"revenue (?P<revenue>not known|-?\d+) of (?P<revenue_asked>\d+) or "
        r"potential (?P<potential>not known|-?\d+) of (?P<potential_asked>\d+) (?P<currency>[A-Z]{3})"
        r"(?P<signed>, or a strategic reason with two signatures: given)?"
    ),
    "margin": re.compile(r"margin (?P<margin>-?\d+) bp, at least (?P<asked>-?\d+) bp"),
    "no margin": re.compile(r"margin not known"),
}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_PERSONS = frozenset(
    ("owner", "owner_id", "was_owner_id", "from_owner_id", "to_owner_id", "subject_id", "successor_id", "approver")
)
_CODES = {
    "step": "reminder", "audience": "audience", "section": "pack section", "side": "side", "mode": "mode",
    "cause": "qbr cause", "locale": "locale",
}  # fmt: skip
"""Facts that are codes, and the context of their words."""
_FIRST = ("title", "was", "now")


def _place(fact: str) -> int:
    """What it is about and from what to what, before the rest; a message's map keeps no order."""
    return _FIRST.index(fact) if fact in _FIRST else len(_FIRST)


_CODE = re.compile(r"[A-Z_]{3,}|[a-z_]{2,}(?: [a-z]+)*|True|False")


def is_day(value: object) -> bool:
    """Whether a text is a day as the API writes it: `2026-11-30`."""
    return isinstance(value, str) and _DAY.fullmatch(value) is not None


class Words:
    """Reads the API's texts for one language."""

    def __init__(self, formats: Formats) -> None:
        self.formats = formats

    def code(self, context: str, value: str | None) -> str:
        """A code in words; see `i18n.code`."""
        return code(self.formats.language, context, value)

    def translated(self, context: str, value: str) -> bool:
        """Whether the catalogs know a code."""
        return known(self.formats.language, context, value) is not None

    def code_or_text(self, context: str, value: str) -> str:
        """A code in words; a sentence of a service as it came."""
        return known(self.formats.language, context, value) or value

    def label(self, step: str, name: str) -> str:
        """What a form asks for: the words of this step's field, else those that all steps share."""
        return known(self.formats.language, "ask", f"{step}.{name}") or self.code("ask", name)

    def hint(self, step: str) -> str:
        """What a step does and what follows, if that is not plain from its name."""
        return known(self.formats.language, "do hint", step) or ""

    def cell(self, value: object, unit: str, currency: str | None, name: Callable[[str], str]) -> str:
        """A value of a data pack; `name` knows the persons."""
        kind, _, of = unit.partition(":")
        if value is None:
            return ""
        if isinstance(value, list | tuple):
            return ", ".join(self.cell(v, unit, currency, name) for v in value)
        if kind in ("person", "user"):
            return name(str(value))
        if kind == "yes_no":
            return self.code("value", "true" if value else "false")
        if kind == "code":
            return known(self.formats.language, "pack value", str(value)) or self.code("value", str(value))
        if isinstance(value, int):
            return self._amount(value, kind, of or currency or "")
        text = str(value)
        if kind in ("day", "instant") and _DAY.match(text):
            return self.formats.day(date.fromisoformat(text[:10])) if len(text) == 10 else self._instant(text)
        if is_day(text):  # what a day was before and is now stands in a column of any texts
            return self.formats.day(date.fromisoformat(text))
        if text.isupper():  # what a thing was before and is now may be a colour or a role, told as its code
            language = self.formats.language
            return known(language, "colour", text) or known(language, "role", text) or text
        return text

    def _amount(self, value: int, kind: str, currency: str) -> str:
        if kind == "minor":
            return f"{self.formats.money(value, currency)} {currency}".rstrip()
        if kind == "points":
            return self.formats.points(value)
        if kind in ("hours", "minutes"):
            return f"{self.formats.number(value)} {self.code('unit', kind)}"
        return self.formats.figure(value, "count" if kind in ("number", "percent") else kind)

    def rule(self, rule: str, about: str) -> str:
        """A proposal or question of a data pack; `about` may be a code itself (a role, a cause)."""
        context = {"win_role": "role", "cause_unanswered": "pack value"}.get(rule)
        named = self.code(context, about) if context else about
        return self.code("pack rule", rule).format(about=named)

    def kpi(self, kpi: str | None) -> str:
        """A figure that a goal is about, without the version of its definition: `arr@1` → ARR."""
        return self.code("kpi", (kpi or "").partition("@")[0])

    def event(self, kind: str | None) -> str:
        """An event's type, with or without the service before it: `accounts.TierAssessed`."""
        return self.code("event", (kind or "").rpartition(".")[2])

    def what(self, what: str, kind: str) -> str:
        """What happened: the entry's own key if the catalogs know it, else the event's type."""
        return known(self.formats.language, "what", what) or self.event(kind)

    def actor(self, actor: str | None, name: Callable[[str], str] = str) -> str:
        """Who did it: `policy:tier` → Policy; a person by name, `user:u1` → Person u1 where nobody knows one."""
        kind, _, ident = (actor or "").partition(":")
        words = self.code("actor", kind)
        if kind != "user":
            return words
        found = name(ident)
        return found if found != ident else f"{words} {ident}"

    def raw(self, text: str | None) -> str:
        """The figure before a band: `196430.00 USD`, `18.50 %`, `7`, `yes`."""
        if not text:
            return ""
        number = self.formats.number
        if match := _MONEY.fullmatch(text):
            return f"{number(Decimal(match[1]).to_integral_value('ROUND_HALF_UP'))} {match[2]}"
        if match := _PERCENT.fullmatch(text):
            return self.formats.percent(Decimal(match[1]))
        return number(Decimal(text)) if _NUMBER.fullmatch(text) else self._word(text)

    def measure(self, text: str | None) -> str:
        """What a standard asks for or found: `35 d`, `7500 bp`, `COMMERCIAL, SERVICE`, `2 without renewal …`."""
        if not text:
            return ""
        if match := _MEASURE.fullmatch(text):
            return self.formats.days(int(match[1])) if match[2] == "d" else self.formats.share(int(match[1]))
        if match := _COUNTED.fullmatch(text):
            return f"{self.formats.number(int(match[1]))} {self.code('measure', match[2])}"
        return ", ".join(self._word(part) for part in text.split(", "))

    def gate(self, why: str | None) -> dict[str, str]:
        """The figures in the sentence of a gate, by name, with its `kind`; that is empty if it is not understood.

        `revenue 196430 of 150000 or potential not known of 400000 USD`: a figure that is not known is empty.
        """
        for kind, form in _GATES.items():
            if match := form.fullmatch(why or ""):
                return {"kind": kind} | {name: self._figure(name, v) for name, v in match.groupdict().items()}
        return {"kind": ""}

    def _figure(self, name: str, value: str | None) -> str:
        if value is None or value == "not known":
            return ""
        if not _NUMBER.fullmatch(value):
            return value
        if name in ("margin", "asked"):
            return self.formats.percent(Decimal(value) / 100)
        return self.formats.number(int(value))

    def facts(self, facts: Mapping[str, str], name: Callable[[str], str] = str) -> list[str]:
        """The facts of a timeline entry, each as `name: value`; what belongs together is one fact.

        Only facts that have a name in the catalogs: the rest is bookkeeping, and stands with the event itself. `name`
        knows the persons.
        """
        named = (key for key in sorted(facts, key=_place) if key == "currency" or self.translated("fact", key))
        said = {key: facts[key] for key in named}
        currency = said.pop("currency", "")
        if "from_tier" in said and "to_tier" in said:
            said["to_tier"] = f"{said.pop('from_tier')} → {said['to_tier']}"
        out = []
        for key, value in said.items():
            unit = f" {currency}" if currency and key.endswith("_minor") else ""
            told = name(value) if key in _PERSONS else self.fact(key, value)
            out.append(f"{self.code('fact', key)}: {told}{unit}")
        return out

    def fact(self, key: str, value: str) -> str:
        """One fact; its name tells what it is."""
        if key in ("criterion", "standard", "theme"):
            return self.code(key, value)
        if key in _CODES:
            return self.code(_CODES[key], value)
        if key in ("why", "reason"):
            return known(self.formats.language, "tier reason", value) or self.code("value", value)
        if key == "changed":
            return ", ".join(self.code("field", name) for name in value.split(", "))
        if key in ("was", "now") and (said := known(self.formats.language, "pack value", value)):
            return said
        if key in ("required", "actual"):
            return self.measure(value)
        if (key in ("by", "rater") or key.endswith("_by")) and not _DAY.match(value):
            return self.actor(value) if ":" in value else value
        if key == "completeness_bp":
            return self.formats.share(int(value))
        if key.endswith("_bp") and value.isdigit():
            return self.formats.points(int(value))
        if key.endswith("_minor") and value.lstrip("-").isdigit():
            return self.formats.money(int(value))
        if key.endswith("_days") or key == "days_left":
            return self.formats.days(int(value)) if value.lstrip("-").isdigit() else value
        if match := _DAY.match(value):
            return self.formats.day(date.fromisoformat(match[0])) if match.end() == len(value) else self._instant(value)
        return self.raw(value)

    def _instant(self, value: str) -> str:
        try:
            return self.formats.instant(datetime.fromisoformat(value))
        except ValueError:
            return value

    def _word(self, text: str) -> str:
        """A single code is translated; anything with other characters is a name and stays."""
        if not _CODE.fullmatch(text):
            return text
        value = text.lower() if text in ("True", "False") else text
        return known(self.formats.language, "theme", value) or self.code("value", value)
