"""The roll-out in four phases (mission.md, U6): what each switches on, and its exit test, computed from the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.insights.policy.readiness import Answer


@dataclass(frozen=True, slots=True)
class Phase:
    """`needs`: question → score from which it passes."""

    number: int
    title: Mapping[str, str]
    weeks: int
    features: tuple[str, ...]
    needs: Mapping[str, int]


PHASES: tuple[Phase, ...] = (
    Phase(
        1, {"en": "Tiering and account 360", "de": "Tiering und Account 360"}, 2,
        ("tiers", "account", "stakeholders", "team"), {"Q1": 60, "Q2": 60},
    ),
    Phase(
        2, {"en": "Business reviews", "de": "QBR"}, 3, ("qbr", "packs", "promises"), {"Q3": 50, "Q4": 80, "Q5": 50}
    ),
    Phase(
        3, {"en": "Growth plan", "de": "Wachstumsplan"}, 3, ("plans", "playbooks", "whitespace", "risk"),
        {"Q6": 80, "Q7": 60, "Q8": 80},
    ),
    Phase(
        4, {"en": "Dashboards and KPIs", "de": "Dashboards und KPIs"}, 2,
        ("kpis", "readiness", "what_if", "bi", "alerts"), {"Q9": 60, "Q10": 60},
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Gate:
    """A phase with its exit test. `passed` None: a question cannot be answered yet."""

    phase: Phase
    on: bool
    passed: bool | None
    tests: tuple[tuple[str, int, int | None], ...]


def gates(answers: Sequence[Answer], phase_on: int) -> list[Gate]:
    """Every phase. `phase_on`: the last one that is switched on."""
    scores = {a.question: a.score for a in answers}
    found = []
    for phase in PHASES:
        tests = tuple((q, least, scores.get(q)) for q, least in phase.needs.items())
        unknown = any(score is None for _, _, score in tests)
        failed = any(score is not None and score < least for _, least, score in tests)
        passed = False if failed else None if unknown else True
        found.append(Gate(phase, phase.number <= phase_on, passed, tests))
    return found


def features(phase_on: int) -> dict[str, bool]:
    """feature → whether it is switched on."""
    return {f: phase.number <= phase_on for phase in PHASES for f in phase.features}
