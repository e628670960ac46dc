"""What the forms of a page let a reader choose from."""

from __future__ import annotations

from collections.abc import Sequence

from services.portal.forms import Option
from services.portal.models import Action, GrowthPlan, Opportunities, PackContent, Playbooks, Qbr
from services.portal.people import People
from services.portal.plans import OPEN_PLAN
from services.portal.render import shortened
from services.portal.words import Words

Choices = dict[str, Sequence[Option]]


def of_people(people: People, words: Words) -> Choices:
    """Employees, persons of the customer, and both: `owners` with the side before the id, `attendees` with roles."""
    mine = [Option(user, name) for user, name in sorted(people.users.items(), key=lambda u: u[1].casefold())]
    theirs = []
    for s in sorted(people.present, key=lambda s: (-(s.influence or 0), s.name or "￿")):
        roles = ", ".join(words.code("role", r) for r in s.roles)
        name = people.name(s.subject_id) if people.known(s.subject_id) else words.code("person", "unnamed")
        theirs.append((s, f"{name} ({roles})" if roles else name))
    ours, customer = words.code("side", "ours"), words.code("side", "customer")
    return {
        "employees": mine,
        "customers": [Option(s.subject_id, label) for s, label in theirs],
        "attendees": [Option(" ".join([s.subject_id, *s.roles]), label) for s, label in theirs],
        "owners": [
            *(Option(f"ours:{o.value}", o.label, ours) for o in mine),
            *(Option(f"customer:{s.subject_id}", label, customer) for s, label in theirs),
        ],
        "everyone": [
            *(Option(o.value, o.label, ours) for o in mine),
            *(Option(s.subject_id, label, customer) for s, label in theirs),
        ],
    }


def of_qbr(answer: Qbr, people: People, words: Words) -> Choices:
    """Who was invited and has not accepted, the decisions, the template's results, the rating's criteria."""
    german = words.formats.language == "de"
    waiting = [i for i in answer.invitees if not i.accepted]
    fields = answer.template.result_fields if answer.template else []
    return {
        "invited": [Option(i.subject_id, i.name or people.name(i.subject_id)) for i in waiting],
        "decisions": [Option(d.decision_id, shortened(d.text or d.decision_id)) for d in answer.decisions],
        "results": [Option(f.key, (f.title_de if german else f.title_en) or f.key) for f in fields],
        "ratings": [Option(str(n), words.code("rating", str(n))) for n in range(1, 5)],
    }


def of_pack(pack: PackContent | None, words: Words) -> Choices:
    """The internal sections that a release to the customer may show."""
    sections = pack.sections if pack else []
    shown = [s for s in sections if s.internal and s.status == "ok"]
    return {"internal_sections": [Option(s.name, words.code("pack section", s.name)) for s in shown]}


def of_plan(answer: GrowthPlan | None, opportunities: Opportunities | None, currency: str, words: Words) -> Choices:
    """Goals, milestones and deals of an account's plan, and the units that a goal may have."""
    units = [("count", "count"), ("bp", "bp"), (f"minor:{currency}", "minor"), ("days", "days")]
    deals = opportunities.opportunities if opportunities else []
    out: Choices = {
        "units": [Option(v, words.code("unit", c) if c != "minor" else currency) for v, c in units],
        "opportunities": [Option(o.opportunity_id, _deal(o.name or o.opportunity_id, o.stage)) for o in deals],
        "kpis": [Option(k, words.code("kpi", k)) for k in KPIS],
    }
    if answer is None:
        return out
    live = [g for g in answer.goals if g.status not in ("Withdrawn", "Achieved", "Missed")]
    return out | {
        "goals": [Option(g.goal_id, g.title or g.goal_id) for g in live],
        "milestones": [
            Option(
                m.milestone_id, f"{m.title or m.milestone_id} ({words.formats.day(m.due)})", m.initiative_title or ""
            )
            for m in sorted(answer.milestones, key=lambda m: (m.initiative_title or "", m.due))
        ],
        "plans": [Option(p.plan_id, p.title or p.plan_id) for p in answer.plans if p.status in OPEN_PLAN],
    }


def of_playbooks(answer: Playbooks | None, language: str) -> Choices:
    """The published playbooks."""
    books = answer.playbooks if answer else []
    return {"playbooks": [Option(b.playbook, b.title.get(language) or b.playbook) for b in books if b.published]}


KPIS = ("K1", "K2", "K4", "K5", "K7", "K11", "K12", "K15", "K20", "K21")
"""Key figures of the domain that a goal may refer to; any other id can be typed."""


def _deal(name: str, stage: str | None) -> str:
    return f"{name} ({stage})" if stage else name


def open_actions(actions: Sequence[Action]) -> list[Action]:
    """Overdue ones first, then by day; what is settled last."""
    settled = ("Done", "Dropped")
    return sorted(actions, key=lambda a: (a.state in settled, not a.overdue, str(a.due or "9999"), a.title or ""))
