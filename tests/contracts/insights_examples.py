"""One message of each type that the insights service publishes, with every field filled in.

`python -m tests.contracts.insights_examples` writes the missing example messages.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import orjson

from services.insights import publish
from services.insights.reads import bi as sql
from shared import ids
from shared.contracts import bi, cloudevents, kpi

EXAMPLES = Path(__file__).parents[2] / "shared" / "contracts" / "examples"
ACCOUNT, OTHER = ids.account_id("sugar", "acme"), ids.account_id("sugar", "acme-holding")
AT, LATER = datetime(2026, 3, 2, 9, 30, tzinfo=UTC), datetime(2026, 6, 1, 9, 30, tzinfo=UTC)
DAY = date(2026, 3, 31)

BY_NAME: dict[str, Any] = {
    "account_id": ACCOUNT, "holder_id": ACCOUNT, "parent_account_id": OTHER, "merged_into": None, "name": "Acme",
    "crm_id": "acme", "industry": "Machinery", "country": "Germany", "currency": "EUR", "life": "active",
    "key_status": "key", "tier": "A", "basis": "provisional", "theme": "COMMERCIAL", "owner_id": "u7",
    "status": "confirmed", "roles": ["ECONOMIC_BUYER"], "product": "GTX", "outcome": "won", "stage": "Closed Won",
    "motion": "renewal", "movement": "expansion", "state": "done", "side": "ours", "unit": "bp", "kpi": "K1",
    "scope": "tier:A", "kind": "meeting", "standard": "contact", "colour": "RED", "colour_before": "AMBER",
    "colour_after": "AMBER", "cause": "sustained", "code": "p1_72h", "rule": "R8", "severity": "urgent",
    "plan_state": "active", "kpi_id": "K21", "valid_to": LATER, "known_to": None, "superseded_at": LATER,
    "suppressed_why": None, "opportunity_id": "d-4711", "pack_hash": "sha256:" + "ab" * 32,
    "event_ids": ["accounts:12", "accounts:40"],
}  # fmt: skip
KPI: dict[str, Any] = {
    "position": 7, "kpi": "K1", "definition_version": 1, "scope": "tier:A", "period_start": date(2025, 3, 31),
    "as_of": DAY, "known_at": AT, "unit": "bp", "value": 9000, "numerator": 180_000_00, "denominator": 200_000_00,
    "accounts": 4, "watermark": '{"kam.accounts.v1/0": 812, "kam.crm.v1/3": 4207}', "restates": None, "causes": [],
    "changed_accounts": [], "old": None, "version": 1,
}  # fmt: skip
RESTATED = {
    **KPI, "position": 31, "value": 9500, "numerator": 190_000_00, "restates": 7, "old": 9000, "version": 2,
    "known_at": LATER, "causes": ["accounts:901"], "changed_accounts": [ACCOUNT],
}  # fmt: skip


def row(model: type[bi.BiRow]) -> bi.BiRow:
    """A row with every field filled in, by its name or its kind."""
    return model.model_validate({name: _value(name, info.annotation) for name, info in model.model_fields.items()})


def _value(name: str, annotation: Any) -> Any:
    if name in BY_NAME:
        return BY_NAME[name]
    kind = str(annotation)
    if "UUID" in kind:
        return ids.derived("example", name)
    if "datetime.datetime" in kind or annotation is datetime:
        return AT
    if "date" in kind:
        return DAY
    if "bool" in kind:
        return True
    return 3


def messages() -> dict[str, bytes]:
    """File below `examples` → message value."""
    found = {
        f"{bi.CHANNEL}/{model.__name__}.v1.json": sql.encoded(name, row(model).model_dump()).encode()
        for name, model in bi.tables().items()
    }
    for stored in (KPI, RESTATED):
        event = publish.event(stored)
        found[f"{kpi.CHANNEL}/{event.TYPE}.v1.json"] = cloudevents.value(publish.told(stored), event)
    return found


def main() -> None:
    """Write what is missing."""
    for name, value in messages().items():
        path = EXAMPLES / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            shown = json.loads(orjson.dumps(orjson.loads(value)))
            path.write_text(json.dumps(shown, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
