"""What `reads` found → protobuf messages. Absent values are empty strings or unset optionals, as the .proto says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from services.accounts.policy import contracts as rules
from services.accounts.policy.standards import StandardsDocument, contact_colour
from services.accounts.policy.tiering import TIERS
from services.accounts.reads.account_page import AccountPage, Theme
from services.accounts.reads.figures import ContractFacts, TierStep
from services.accounts.reads.person import Person
from services.accounts.reads.policies import PolicyVersion
from services.accounts.reads.portfolio import AccountRow, Portfolio
from services.accounts.reads.search import PersonHit
from shared.contracts.people import Person as Words
from shared.protos import accounts_pb2 as pb


def instant(at: datetime | None) -> str:
    """RFC 3339 in UTC."""
    return "" if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def day(on: date | None) -> str:
    """ISO 8601."""
    return "" if on is None else on.isoformat()


def words(value: Any) -> str:
    """Empty for what is not known."""
    return "" if value is None else str(value)


def account_row(r: AccountRow, owed: StandardsDocument | None, at: datetime) -> pb.AccountRow:
    contact = contact_colour(owed, r.tier.tier, r.last_contact_at, at) if owed else None  # type: ignore[arg-type]
    return pb.AccountRow(
        account_id=str(r.account_id), crm_id=r.crm_id, name=r.name, parent_crm_id=words(r.parent_crm_id),
        owner_id=words(r.owner_id), owner=words(r.owner), owner_active=r.owner_active, tier=words(r.tier.tier),
        tier_score_bp=r.tier_score_bp, completeness_bp=r.completeness_bp, arr_minor=r.arr_minor, currency=r.currency,
        active_contracts=r.active_contracts, next_notice_deadline=day(r.next_notice_deadline),
        next_renewal_on=day(r.next_renewal_on), live_contacts=r.live_contacts,
        last_meaningful_contact_at=instant(r.last_contact_at), last_meaningful_contact_kind=words(r.last_contact_kind),
        key_status=r.key_status, tier_provisional=r.tier.provisional, tier_manual=r.tier.manual,
        tier_before=words(r.tier.before), tier_since=instant(r.tier.since), country=words(r.country),
        industry=words(r.industry), lifecycle=r.lifecycle, merged_into_crm_id=words(r.merged_into_crm_id),
        evidence=dict(r.evidence), breaches=list(r.breaches), contact_state=words(contact),
    )  # fmt: skip


def portfolio(found: Portfolio, owed: StandardsDocument | None, currency: str) -> pb.ListPortfolioResponse:
    arr, tiers = found.totals()
    totals = pb.Totals(arr_minor=arr, currency=currency, accounts=len(found.rows), by_tier=dict(tiers))
    rows = [account_row(r, owed, found.asof.shown) for r in found.rows]
    return pb.ListPortfolioResponse(as_of=instant(found.asof.shown), rows=rows, totals=totals)


def account(
    page: AccountPage, tier: PolicyVersion | None, owed: StandardsDocument, freshness: pb.Freshness
) -> pb.GetAccountResponse:
    row = page.row
    lead = owed.lead_days(row.tier.tier)  # type: ignore[arg-type]
    themes = {t.theme: t for t in page.team}
    required = owed.theme_owners.get(row.tier.tier or "", ())
    return pb.GetAccountResponse(
        as_of=instant(page.portfolio.asof.shown),
        account=account_row(row, owed, page.portfolio.asof.shown),
        criteria=criteria(page.assessment, tier),
        tier=explanation(page, tier, owed),
        team=[theme(t, page, t.theme in required) for t in _with_vacant(themes, required)],
        stakeholders=[stakeholder(p, page) for p in page.stakeholders],
        contracts=[contract(c, page, lead) for c in page.contracts],
        hierarchy=[
            pb.HierarchyNode(
                account_id=str(n.account_id), crm_id=n.crm_id, name=n.name, parent_crm_id=words(n.parent_crm_id),
                tier=words(n.tier), arr_minor=n.arr_minor, currency=row.currency, depth=n.depth,
            )
            for n in page.group
        ],
        timeline=[timeline_entry(r, page) for r in page.timeline],
        arr_history=[
            pb.ArrPoint(
                on=day(on), arr_minor=arr, event_ids=[c.event_id for c in page.contracts if rules.active(c, on)]
            )
            for on, arr in page.arr
        ],
        standards=[
            pb.Standard(
                standard=s["standard"], required=s["required"], actual=s["actual"], kept=s["kept"],
                since=instant(s["since"]), event_id=s["event_id"], judged_at=instant(s["effective_at"]),
            )
            for s in page.standards
        ],
        usage=[
            pb.UsagePoint(
                product=u["product"], metric=u["metric"], period_start=day(u["period_start"]), value=u["value"],
                licensed=u["licensed"] or 0, event_id=u["event_id"],
            )
            for u in page.usage
        ],
        freshness=freshness,
        aliases=list(page.aliases),
    )  # fmt: skip


def criteria(assessment: Mapping[str, Any] | None, tier: PolicyVersion | None) -> list[pb.Criterion]:
    """The five criteria of the last assessment, with the policy's reason for each band."""
    if assessment is None:
        return []
    inside = tier.document.get("inside", {}) if tier else {}
    return [
        pb.Criterion(
            criterion=c["criterion"], weight_bp=c["weight_bp"], value_bp=c["value_bp"], points_bp=c["points_bp"],
            signals=[
                pb.Signal(
                    signal=s["signal"], weight_bp=s["weight_bp"], value_bp=s["value_bp"], raw=s["raw"],
                    source=s["source"], event_ids=s["event_ids"],
                    why=_why(inside.get(c["criterion"], {}).get(s["signal"], {})),
                )
                for s in c["signals"]
            ],
        )
        for c in assessment["criteria"]
    ]  # fmt: skip


def _why(rule: Mapping[str, Any]) -> str:
    for part in ("band", "band_pct_x100", "anchors", "weight"):
        if isinstance(rule.get(part), Mapping) and rule[part].get("why"):
            return str(rule[part]["why"])
    return ""


def explanation(page: AccountPage, policy: PolicyVersion | None, owed: StandardsDocument) -> pb.TierExplanation:
    """Why the account has its tier."""
    state, judged = page.row.tier, page.assessment
    lines = (policy.document.get("thresholds") or {}) if policy else {}
    found = pb.TierExplanation(
        tier=words(state.tier),
        thresholds=[pb.Threshold(tier=t, line_bp=lines[t]["value"]) for t in TIERS if t in lines],
        history=[step(s) for s in reversed(page.steps)],
        proposed=words(state.proposed),
    )
    if judged is None:
        return found
    next_review = judged["effective_at"] + owed.review_after(state.tier)  # type: ignore[arg-type]
    found.MergeFrom(
        pb.TierExplanation(
            raw_tier=words(judged["raw_tier"]), score_bp=judged["score_bp"], completeness_bp=judged["completeness_bp"],
            reason="override" if state.manual else judged["outcome"],
            gates=[pb.Gate(gate=g["gate"], passed=g["passed"], why=g["why"]) for g in judged["gates"]],
            policy_version=judged["policy_version"], policy_signed_off=bool(policy and policy.signed_off),
            assessed_at=instant(judged["effective_at"]), event_id=judged["event_id"],
            next_review_on=day(next_review.date()),
        )
    )  # fmt: skip
    return found


def step(s: TierStep) -> pb.TierStep:
    message = pb.TierStep(at=instant(s.at), to=words(s.to_tier), reason=s.reason or s.kind, event_id=s.event_id,
                          decided_by=s.decided_by, score_bp=s.score_bp)  # fmt: skip
    setattr(message, "from", words(s.from_tier))
    return message


def _with_vacant(themes: Mapping[str, Theme], required: Iterable[str]) -> list[Theme]:
    return [*themes.values(), *(Theme(name) for name in required if name not in themes)]


def theme(t: Theme, page: AccountPage, required: bool) -> pb.ThemeOwner:
    owner, deputy = page.portfolio.staff.get(t.owner_id or ""), page.portfolio.staff.get(t.deputy_id or "")
    return pb.ThemeOwner(
        theme=t.theme, user_id=words(t.owner_id), name=_name(owner, page.people),
        active=bool(owner and owner["active"]),
        since=instant(t.since), deputy_id=words(t.deputy_id), deputy=_name(deputy, page.people), required=required,
        vacant_because="" if t.owner_id else words(t.reason), event_id=t.event_id,
    )  # fmt: skip


def _name(employee: Mapping[str, Any] | None, people: Mapping[UUID, Words]) -> str:
    person = people.get(employee["subject_id"]) if employee else None
    return person.name if person else ""


def stakeholder(p: Person, page: AccountPage) -> pb.Stakeholder:
    person = page.people.get(p.subject_id)
    return pb.Stakeholder(
        subject_id=str(p.subject_id), name=person.name if person else "", title=words(person.title if person else None),
        status=p.status, roles=list(p.roles), influence=p.influence, interest=p.interest, attitude=p.attitude,
        champion=p.champion, quadrant=words(p.quadrant), last_contact_at=instant(page.last_contact.get(p.subject_id)),
        event_id=p.event_id, blocker=p.blocker, department=words(person.department if person else None),
    )  # fmt: skip


def person_hit(h: PersonHit) -> pb.PersonHit:
    """A person that was found."""
    return pb.PersonHit(
        subject_id=str(h.person.subject_id), name=h.person.name or "", title=words(h.person.title),
        department=words(h.person.department), status=h.status, account_id=str(h.account_id), crm_id=h.crm_id,
        account=h.account,
    )  # fmt: skip


def contract(c: ContractFacts, page: AccountPage, lead_days: int) -> pb.Contract:
    on = page.portfolio.asof.day
    successor = rules.successor_of(c, page.contracts)
    return pb.Contract(
        crm_id=c.crm_id, name=c.name, product=words(c.product),
        state=rules.state_on(c, on, lead_days, successor=successor), starts_on=day(c.starts_on), ends_on=day(c.ends_on),
        arr_minor=c.arr, currency=c.currency, seats=c.seats or 0, notice_period_days=c.notice_period_days,
        auto_renew=c.auto_renew, notice_deadline=day(rules.notice_deadline(c)),
        renewal_window_opens=day(rules.renewal_window_opens(c, lead_days)), active=rules.active(c, on),
        event_id=c.event_id, has_renewal_opportunity=c.contract_id in page.with_renewal,
    )  # fmt: skip


def timeline_entry(r: Mapping[str, Any], page: AccountPage) -> pb.TimelineEntry:
    facts = {k: _spoken(k, v, page) for k, v in r["facts"].items()}
    return pb.TimelineEntry(
        at=instant(r["effective_at"]), kind=r["kind"], what=r["what"], facts=facts, event_id=r["event_id"],
        meaningful=r["meaningful"], recorded_at=instant(r["recorded_at"]), actor=r["actor"],
    )  # fmt: skip


def _spoken(key: str, value: str, page: AccountPage) -> str:
    """Persons by their names, where they have one: the log knows them by pseudonym only."""
    if key.endswith("owner_id"):
        return _name(page.portfolio.staff.get(value), page.people) or value
    if key in ("subject_id", "successor_id"):
        person = page.people.get(UUID(value))
        return person.name if person else value
    if key == "parent_id" or (key == "was" and len(value) == 36):
        return page.portfolio.crm_ids.get(_uuid(value), value)
    return value


def _uuid(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        return UUID(int=0)


def tier_policy(
    found: PolicyVersion, versions: Iterable[PolicyVersion], standards_json: str, document_json: str
) -> pb.GetTierPolicyResponse:
    return pb.GetTierPolicyResponse(
        version=found.version, status=found.status, document_json=document_json,
        signed_off_by=list(found.signed_off_by),
        effective_from=instant(found.effective_from), event_id=found.event_id, standards_json=standards_json,
        author=found.author.removeprefix("user:"),
        versions=[
            pb.TierPolicyVersion(
                version=v.version, status=v.status, author=v.author.removeprefix("user:"), functions=v.signed_off_by,
                signers=[s.removeprefix("user:") for s in v.signers], signed_off=v.signed_off, event_id=v.event_id,
                effective_from=instant(v.effective_from), drafted_at=instant(v.drafted_at),
            )
            for v in versions
        ],
    )  # fmt: skip
