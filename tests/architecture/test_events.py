"""Event names: past tense, unique, and frozen, because stored events and other programs hold on to them."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.architecture.conftest import Plant
from tests.architecture.source import ROOT, class_constants, name_of, python, services

SNAPSHOT = Path(__file__).with_name("frozen_names.txt")
IRREGULAR = {
    "Overridden",
    "Seen",
    "Won",
    "Lost",
    "Held",
    "Set",
    "Put",
    "Drawn",
    "Sent",
    "Went",
    "Became",
    "Met",
    "Left",
    "Frozen",
    "Withdrawn",
}
STATES = {"Due", "Overdue", "Incomplete", "Soon", "Stale", "Done"}
"""Words that tell what has become true: a due date passed or is near, an assessment is incomplete, an action done."""
NAMED_SO = {"EscalationUpdated"}
"""The domain's own word: the update that an escalation's cadence asks for."""


def frozen(root: Path) -> dict[str, list[str]]:
    """Every name that must never change, with the places that declare it.

    `aggregate` and `stored` (an event; its class is inside an aggregate's or its TOPIC has three parts) are TOPICs,
    `public` are TYPEs.
    """
    found: dict[str, list[str]] = {}
    for path in python(root, "services"):
        for cls, value, line in class_constants(path, "TOPIC"):
            kind = "stored" if "." in cls or value.count(".") > 1 else "aggregate"
            found.setdefault(f"{kind} {value}", []).append(f"{name_of(path, root)}:{line}")
    for path in python(root, "shared/contracts"):
        for _, value, line in class_constants(path, "TYPE"):
            found.setdefault(f"public {value}", []).append(f"{name_of(path, root)}:{line}")
    return found


def twice(root: Path) -> list[str]:
    """Names declared in more than one place; an aggregate and an event cannot share one either."""
    places: dict[tuple[bool, str], list[str]] = {}
    for full, found in frozen(root).items():
        kind, _, name = full.partition(" ")
        places.setdefault((kind == "public", name), []).extend(found)
    return [f"{name}: {', '.join(found)}" for (_, name), found in places.items() if len(found) > 1]


def misnamed(root: Path) -> list[str]:
    """Events whose name is not past tense or a CRUD word, and TOPICs that do not begin with their service."""
    known = {folder.name for folder in services(root)}
    found = []
    for full in frozen(root):
        kind, _, name = full.partition(" ")
        service, _, rest = name.partition(".")
        if kind != "public" and (service not in known or not rest):
            found.append(f"{full}: begin with the service")
        elif kind == "aggregate":
            continue  # a noun
        elif name.endswith("Updated") and name.rpartition(".")[2] not in NAMED_SO:
            found.append(f"{full}: says that something changed, not what happened")
        elif not _past_tense(name.rpartition(".")[2]):
            found.append(f"{full}: not past tense")
    return found


def _past_tense(name: str) -> bool:
    words = re.findall(r"[A-Z][a-z0-9]*", name)
    return any(word.endswith("ed") or word in IRREGULAR for word in words) or (bool(words) and words[-1] in STATES)


def test_names_are_the_frozen_ones() -> None:
    listed = SNAPSHOT.read_text(encoding="utf-8").splitlines()
    gone, new = sorted(set(listed) - set(frozen(ROOT))), sorted(set(frozen(ROOT)) - set(listed))
    assert not gone, f"stored events and readers hold on to these names, put them back: {gone}"
    assert not new, f"new names; add these lines to {SNAPSHOT.name}, in order: {new}"
    assert listed == sorted(listed), "keep the list sorted"


def test_no_name_is_declared_twice() -> None:
    assert twice(ROOT) == []


def test_names_are_past_tense_and_say_what_happened() -> None:
    assert misnamed(ROOT) == []


def test_planted_violations_are_seen(plant: Plant) -> None:
    root = plant(
        {
            "services/a/__init__.py": "",
            "services/a/domain.py": (
                "class Thing:\n    TOPIC = 'a.Thing'\n"
                "    class Opened:\n        TOPIC: ClassVar[str] = 'a.Thing.Opened'\n"
                "    class Updated:\n        TOPIC = 'a.Thing.ThingUpdated'\n"
                "    class Open:\n        TOPIC = 'a.Thing.OpenThing'\n"
                "    class Due:\n        TOPIC = 'a.Thing.ReviewDue'\n"
                "    class Lost:\n        TOPIC = 'b.Thing.ChampionLost'\n"
            ),
            "services/a/again.py": "class Again:\n    class Opened:\n        TOPIC = 'a.Thing.Opened'\n",
            "shared/contracts/a.py": "class ThingSeen:\n    TYPE: ClassVar[str] = 'ThingSeen'\n",
        }
    )
    assert Counter(map(len, frozen(root).values())) == {1: 6, 2: 1}
    assert twice(root) == ["a.Thing.Opened: services/a/again.py:3, services/a/domain.py:4"]
    assert misnamed(root) == [
        "stored a.Thing.ThingUpdated: says that something changed, not what happened",
        "stored a.Thing.OpenThing: not past tense",
        "stored b.Thing.ChampionLost: begin with the service",
    ]


@pytest.mark.parametrize("change", ["renamed", "added", "unsorted"])
def test_a_changed_name_fails(change: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    names = SNAPSHOT.read_text(encoding="utf-8").splitlines()
    assert names, "the list is empty"
    changed = {"renamed": ["public Renamed", *names[1:]], "added": names[1:], "unsorted": names[::-1]}[change]
    copy = tmp_path / "names.txt"
    copy.write_text("\n".join(changed), encoding="utf-8")
    monkeypatch.setattr(f"{__name__}.SNAPSHOT", copy)
    monkeypatch.setattr(f"{__name__}.ROOT", ROOT)
    with pytest.raises((AssertionError, ValueError)):
        test_names_are_the_frozen_ones()
