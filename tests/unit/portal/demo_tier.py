"""The piece of `demo` that explains a tier: roughly the policy's arithmetic, so that points sum to the score."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from shared.protos import accounts_pb2 as pb


def band(x: float, points: list[list[float]]) -> int:
    if x <= points[0][0]:
        return round(points[0][1])
    for (x0, y0), (x1, y1) in pairwise(points):
        if x <= x1:
            return round(y0 + (y1 - y0) * (x - x0) / (x1 - x0))
    return round(points[-1][1])


@dataclass
class Assessed:
    tier: str = "N"
    score: int = 0
    completeness: int = 0
    parts: list[tuple[str, int, int | None, int, list[dict[str, Any]]]] = field(default_factory=list)


def assess(facts: dict[str, Any], policies: Path) -> Assessed:
    """Roughly the policy's arithmetic, enough for plausible points that sum to the score."""
    policy = json.loads((policies / "tier_policy.v1.json").read_text())
    rng = random.Random("tier" + facts["id"])
    raw = {
        "revenue_12m": facts["arr"],
        "margin": rng.randint(1800, 4600),
        "potential": facts["arr"] * rng.uniform(1.1, 1.9),
        "reference": int(facts["name"] in ("Acme Corporation", "Kan-code", "Konex")),
        "market_access": rng.uniform(3e8, 5.5e9),
        "whitespace_value": facts["arr"] * rng.uniform(0.1, 0.9),
        "product_lines": 3 - facts["contracts_active"],
        "stakeholders": facts["contacts_live"],
        "process_demands": rng.randint(800, 12000),
        "competitors": "named" if facts["name"] in ("Isdom", "Rangreen") else "none",
    }
    out, total, got = Assessed(), 0, 0
    weights = {k: v["value"] for k, v in policy["weights"].items()}
    for name, weight in weights.items():
        signals = []
        for key, spec in policy["inside"][name].items():
            bands = spec.get("band") or spec.get("band_pct_x100")
            anchors = spec.get("anchors")
            value, why = None, ""
            if key in raw and bands:
                value, why = band(raw[key], bands["value"]), bands["why"]
            elif key in raw and anchors:
                value, why = anchors["value"][str(raw[key])], anchors["why"]
            text = _text(key, raw.get(key))
            signals.append({"key": key, "weight": spec["weight"]["value"], "value": value, "raw": text, "why": why})
        present = [s for s in signals if s["value"] is not None]
        inside = sum(s["weight"] for s in present)
        value = round(sum(s["value"] * s["weight"] for s in present) / inside) if present else None
        share = sum(s["weight"] for s in present) / sum(s["weight"] for s in signals)
        got += round(weight * share)
        total += weight if present else 0
        out.parts.append((name, weight, value, 0, signals))
    out.parts = [(n, w, v, round((v or 0) * w / total), s) for n, w, v, _, s in out.parts]
    out.score, out.completeness = sum(p[3] for p in out.parts), got
    out.tier = next((t for t, at in (("A", 7000), ("B", 5000), ("C", 3000)) if out.score >= at), "N")
    return out


def _text(key: str, value: Any) -> str:
    """A figure as the service writes it: with its unit."""
    if value is None or isinstance(value, str):
        return value or ""
    if key == "margin":
        return f"{value / 100:.2f} %"
    if key in ("revenue_12m", "potential", "market_access", "whitespace_value"):
        return f"{value:.2f} USD"
    return ("no", "yes")[value] if key == "reference" else str(value)


def criteria(assessed: Assessed, first: int) -> list[pb.Criterion]:
    out = []
    for name, weight, value, points, signals in assessed.parts:
        criterion = pb.Criterion(criterion=name, weight_bp=weight, points_bp=points)
        if value is not None:
            criterion.value_bp = value
        for n, s in enumerate(signals):
            signal = criterion.signals.add(signal=s["key"], weight_bp=s["weight"], raw=s["raw"], why=s["why"])
            signal.source = "automatic" if s["raw"] else "manual"
            if s["value"] is not None:
                signal.value_bp = s["value"]
                signal.event_ids.append(f"accounts:{first + n}")
        out.append(criterion)
    return out


def explanation(row: pb.AccountRow, assessed: Assessed, first: int) -> pb.TierExplanation:
    rich = row.arr_minor >= 15_000_000
    gates = [
        pb.Gate(
            gate="revenue_or_potential",
            passed=rich,
            why="revenue 196430 of 150000 or potential not known of 400000 USD",
        ),
        pb.Gate(gate="margin_not_negative", passed=True, why="margin 2840 bp, at least 0 bp"),
    ]
    steps = [pb.TierStep(at="2025-11-15T05:00:00Z", to=row.tier_before or row.tier, reason="first")]
    if row.tier_before:
        reason = "promote" if row.tier < row.tier_before else "demote"
        steps.append(pb.TierStep(at=row.tier_since, to=row.tier, reason=reason, decided_by="policy:tier"))
        setattr(steps[-1], "from", row.tier_before)
    for n, step in enumerate(steps):
        step.event_id, step.score_bp = f"accounts:{first + 20 + n}", assessed.score - 60 * (len(steps) - n - 1)
    out = pb.TierExplanation(
        tier=row.tier,
        raw_tier=assessed.tier,
        score_bp=assessed.score,
        completeness_bp=assessed.completeness,
        reason="override" if row.tier_manual else "promote" if row.tier_before == "B" else "first",
        gates=gates,
        policy_version=1,
        policy_signed_off=False,
        assessed_at="2026-08-15T05:00:00Z",
        event_id=f"accounts:{first + 3}",
        thresholds=[pb.Threshold(tier=t, line_bp=v) for t, v in (("A", 7000), ("B", 5000), ("C", 3000))],
        history=steps,
        proposed="A" if row.name == "Isdom" else "",
        next_review_on="2026-11-14" if row.name == "Hottechi" else "2027-02-13",
    )
    return out
