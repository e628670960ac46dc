"""Both languages are complete, and the reader gets the one asked for."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import jinja2.ext
import pytest
from babel.messages.extract import extract

from services.accounts.domain.values import Terms
from services.accounts.projections.timeline import ENTRIES, MONEY
from services.insights.policy.kpi.quality import RULES
from services.insights.policy.rollout import PHASES
from services.insights.policy.search import KINDS
from services.insights.policy.trail import KEYS, POLICIES
from services.portal.i18n import LANGUAGES, LOCALES, catalog, choose, code, humanised, translations
from services.portal.inputs import (
    ALERT_STEPS,
    ESCALATION_STEPS,
    HANDOVER_STEPS,
    PEOPLE_STEPS,
    PLAN_STEPS,
    PREFERENCE_STEPS,
    QBR_STEPS,
    REVIEW_STEPS,
    RISK_STEPS,
    SERIES_STEPS,
    TOPIC_STEPS,
    Step,
    widget,
)
from services.portal.inputs.lab import MODEL_DRAFT, MODEL_STEPS, TIER_DRAFT, TIER_STEPS
from services.portal.inputs.webhooks import SECRET_STEPS, WEBHOOK_STEPS
from services.portal.models import AccountRow
from services.portal.trails import TELLING
from shared.contracts import accounts, crm, growth, notifications, qbr, risk
from shared.contracts.base import PublicEvent

TEMPLATES = Path(LOCALES).parent / "templates"
KEYWORDS = {"_": None, "ngettext": (1, 2)}
ROOT = Path(__file__).parents[3]


def sentences() -> set[str]:
    """Every text that a template asks the catalog for."""
    found: set[str] = set()
    for path in TEMPLATES.rglob("*.html"):
        with path.open("rb") as file:
            options = {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
            for _, text, _, _ in extract(jinja2.ext.babel_extract, file, KEYWORDS, options=options):
                found.add(text if isinstance(text, str) else text[0])
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language: str) -> None:
    said = sentences()
    assert len(said) > 200
    missing = []
    for text in said:
        message = catalog(language).get(text)
        strings = message.string if message and isinstance(message.string, tuple) else (message and message.string,)
        if not all(strings):
            missing.append(text)
    assert missing == []


def test_no_sentence_is_left_over() -> None:
    kept = {m.id if isinstance(m.id, str) else m.id[0] for m in catalog("de") if m.id and not m.context}
    assert kept - sentences() == set()


def test_the_catalogs_know_the_same_codes() -> None:
    def codes(language: str) -> set[tuple[str, str]]:
        return {(str(m.context), str(m.id)) for m in catalog(language) if m.context and m.string}

    assert codes("de") == codes("en")


def test_placeholders_survive_translation() -> None:
    wrong = []
    for language in LANGUAGES:
        for message in catalog(language):
            ids = [message.id] if isinstance(message.id, str) else list(message.id)
            strings = [message.string] if isinstance(message.string, str) else list(message.string)
            wanted = set(re.findall(r"%\(\w+\)s", ids[-1]))
            wrong += [s for s in strings if set(re.findall(r"%\(\w+\)s", s)) != wanted]
    assert wrong == []


def test_every_event_type_of_the_accounts_service_has_a_name() -> None:
    types = set()
    for path in (ROOT / "services" / "accounts" / "domain").rglob("*.py"):
        text = path.read_text()
        classes = re.findall(r'class (\w+)\(.*?\):\n(?:\s+""".*?"""\n)?\s+TOPIC = "accounts\.(\w+)"', text, re.S)
        types |= {topic for _, topic in classes}
    aggregates = {"Account", "AccountStandards", "AccountTeam", "AccountTier", "Contract", "Handover", "Interaction"}
    aggregates |= {"SensitiveTopic", "Stakeholder", "StandardsPolicy", "TierPolicy", "UsageReading"}
    unknown = {t for t in types - aggregates if catalog("de").get(t, "event") is None}
    assert unknown == set()


@pytest.mark.parametrize("service", ["qbr", "growth"])
def test_every_event_type_of_a_service_has_a_name(service: str) -> None:
    text = "".join(path.read_text() for path in (ROOT / "services" / service / "domain").rglob("*.py"))
    found = rf'class (\w+)\((\w+)\b[^\n]*\):\n(?:\s+""".*?"""\n)?\s+TOPIC = "{service}\.(\w+)"'
    streams = {"ActionItem", "Qbr", "Series", "QbrTemplate", "AccountPlanning", "GrowthPlan", "PlayRun", "Playbook"}
    types = {topic for _, _, topic in re.findall(found, text, re.S)} - streams - {"Whitespace"}
    assert len(types) > 30
    assert {t for t in types if catalog("de").get(t, "event") is None} == set()


@pytest.mark.parametrize(
    ("service", "streams"),
    [
        ("risk", {"AccountRisk", "RiskItem", "Escalation", "RiskModels"}),
        ("notifications", {"AlertCase", "AlertRules", "Digest", "Preferences", "WebHook"}),
    ],
)
def test_every_event_type_of_risk_and_notifications_has_a_name(service: str, streams: set[str]) -> None:
    text = "".join(path.read_text() for path in (ROOT / "services" / service / "domain").rglob("*.py"))
    types = set(re.findall(rf'TOPIC = "{service}\.(\w+)"', text)) - streams
    assert len(types) > 25
    assert {t for t in types if catalog("de").get(t, "event") is None} == set()


def test_every_code_of_the_risk_model_has_a_name() -> None:
    model = json.loads((ROOT / "services" / "risk" / "policies" / "risk_model.v1.json").read_text())
    more = json.loads((ROOT / "services" / "risk" / "policies" / "risk_model.additions.v1.json").read_text())
    shown = [f for colour in ("RED", "AMBER") for f in model["floors"][colour] if f.get("when") or f.get("why")]
    floors = {f["code"] for f in shown}
    found = [s for m in (model, more) for f in m["factors"].values() for s in f["signals"].items()]
    signals = {name for name, rule in found if isinstance(rule, dict)}
    assert len(floors) > 15
    assert len(signals) > 15
    wanted = {("risk cause", c) for c in floors | set(model["factors"])} | {("risk signal", s) for s in signals}
    assert {(c, n) for c, n in wanted if catalog("de").get(n, c) is None} == set()


def test_every_rule_of_the_rule_book_has_a_name() -> None:
    rules = ROOT / "services" / "notifications" / "rules"
    found = {r for p in rules.glob("*.yaml") for r in re.findall(r"rule: (R\d+)", p.read_text())}
    assert len(found) == 22
    assert {r for r in found if catalog("de").get(r, "rule name") is None} == set()


STEPS = [
    *(QBR_STEPS, SERIES_STEPS, PLAN_STEPS, RISK_STEPS, ESCALATION_STEPS, ALERT_STEPS, PREFERENCE_STEPS, PEOPLE_STEPS),
    *(TIER_STEPS, MODEL_STEPS, TIER_DRAFT, MODEL_DRAFT, WEBHOOK_STEPS, SECRET_STEPS, REVIEW_STEPS, TOPIC_STEPS),
    HANDOVER_STEPS,
]


@pytest.mark.parametrize("steps", STEPS)
def test_every_step_and_every_field_has_a_name(steps: Mapping[str, Step]) -> None:
    unnamed = {name for name in steps if catalog("de").get(name, "do") is None}
    for name, step in steps.items():
        for field in step.asked:
            kind = widget(step.input.model_fields[field])
            if kind.kind in ("hidden", "none") or kind.options == "roles":
                continue
            if catalog("de").get(field, "ask") is None and catalog("de").get(f"{name}.{field}", "ask") is None:
                unnamed.add(f"{name}.{field}")
            unnamed |= {f"{kind.options}:{c}" for c in kind.codes if catalog("de").get(c, kind.options) is None}
    assert unnamed == set()


def test_every_kpi_finding_and_feature_has_a_name() -> None:
    document = json.loads((ROOT / "services" / "insights" / "policies" / "kpis.v1.json").read_text())
    wanted = {("kpi formula", kpi) for kpi in document["kpis"]} | {("finding", r.id) for r in RULES}
    wanted |= {("feature", name) for phase in PHASES for name in phase.features}
    wanted |= {("required role", name) for name in document["rules"]["required_roles"]}
    reasons = re.compile(r'apart="([a-z ]+)"|apart = "([a-z ]+)"')
    text = "".join(p.read_text() for p in (ROOT / "services" / "insights" / "policy" / "kpi").glob("*.py"))
    wanted |= {("kpi apart", a or b) for a, b in reasons.findall(text)}
    assert {(c, n) for c, n in wanted if catalog("de").get(n, c) is None} == set()


def test_every_fact_of_the_history_has_a_name() -> None:
    assert {n for n in TELLING if catalog("de").get(n, "fact") is None} == set()


def test_every_public_event_has_a_name() -> None:
    told = {m.CHANNEL for m in (accounts, crm, growth, notifications, qbr, risk)}
    ours = {key: m for key, m in PublicEvent.registry.items() if m.__module__.startswith("shared.")}  # tests make some
    types = {type for (type, _), model in ours.items() if model.CHANNEL in told}
    assert len(types) > 150
    assert {t for t in types if catalog("de").get(t, "event") is None} == set()


def test_whatever_is_found_or_audited_has_a_name() -> None:
    wanted = {("found kind", k) for k in (*KINDS, "person")} | {("audit kind", k) for k in (*KEYS, "policy")}
    wanted |= {("policy", p) for p in POLICIES}
    assert {(c, n) for c, n in wanted if catalog("de").get(n, c) is None} == set()


def test_every_fact_of_the_timeline_has_a_name() -> None:
    names = {f"{f}_minor" if f in MONEY else f for _, fields in ENTRIES.values() for f in fields} - {"currency"}
    assert {n for n in names if catalog("de").get(n, "fact") is None} == set()


def test_every_term_of_a_contract_has_a_name() -> None:
    assert {n for n in Terms.model_fields if catalog("de").get(n, "field") is None} == set()


def test_states_of_the_row_have_names() -> None:
    contact = next(iter(get_args(AccountRow.model_fields["contact_state"].annotation)))
    for state in get_args(contact):
        assert catalog("de").get(state, "state") is not None


@pytest.mark.parametrize(
    ("query", "cookie", "accept", "language"),
    [
        ("de", "en", "en", "de"),
        (None, "de", "en", "de"),
        (None, None, "de-AT,en;q=0.5", "de"),
        (None, None, "fr,en;q=0.8,de;q=0.9", "de"),
        (None, None, "en-GB,de;q=0.1", "en"),
        (None, None, "fr", "en"),
        (None, None, "de;q=0", "en"),
        ("xx", "yy", None, "en"),
        (None, None, ";;;q=,,", "en"),
    ],
)
def test_choice_of_language(query: str | None, cookie: str | None, accept: str | None, language: str) -> None:
    assert choose(query, cookie, accept) == language


def test_codes() -> None:
    assert code("de", "tier reason", "promote") == "aufgestiegen"
    assert code("de", "tier reason", "SomethingNew") == "Something new"
    assert code("de", "tier reason", None) == ""
    assert humanised("renewal_lead_days") == "Renewal lead days"
    assert humanised("a free sentence, Kept") == "a free sentence, Kept"


def test_plurals() -> None:
    assert translations("de").ungettext("%(num)s account", "%(num)s accounts", 2) == "%(num)s Accounts"
    assert translations("de").ungettext("%(num)s day", "%(num)s days", 1) == "%(num)s Tag"


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_of_the_cards_are_the_heads_of_the_table(language: str) -> None:
    css = (TEMPLATES.parent / "static" / "portal.css").read_text()
    template = (TEMPLATES / "portfolio.html").read_text()
    heads = re.findall(r'\{\{ head\("\w+", _\("([^"]+)"\)', template)[-6:]
    prefix = "" if language == "en" else rf":lang\({language}\) "
    labels = re.findall(rf'(?:^  |\}} ){prefix}\.accounts td:nth-child\(\d\)::before \{{ content: "([^"]+)"', css, re.M)
    assert labels == [translations(language).ugettext(h) for h in heads]
