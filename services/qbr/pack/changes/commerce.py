"""Differences of contracts and opportunities."""

from __future__ import annotations

from datetime import date

from services.qbr.pack.changes.rows import between, change, iso, ordered
from services.qbr.pack.context import Context, instant
from services.qbr.pack.model import Row
from services.qbr.pack.state.commerce import LOST, WON, Deal

LIFE = {"ContractLapsed": "contract_lapsed", "ContractTerminated": "contract_ended"}
RENEWED = {"ContractRenewed", "ContractRenewedLate"}


def contract_changes(c: Context) -> list[Row]:
    """New, renewed, ended, notice given, terms and value of a running contract changed."""
    then, now = c.then.commerce.contracts, c.now.commerce.contracts
    rows, successors = [], set()
    for f in between(c, RENEWED):
        before, after = (
            now.get(f.stream),
            next((k for k in now.values() if str(k.id) == f.data["successor_contract_id"]), None),
        )
        if before is None:
            continue
        successors.add(f.data["successor_contract_id"])
        rows.append(
            change(c, "contract_renewed" if f.type == "ContractRenewed" else "contract_renewed_late", str(f.stream),
                 after.name if after else before.name, (f.event_id,), was=before.name, days=f.data.get("gap_days"),
                 amount=f.data["arr_after"] - f.data["arr_before"], currency=f.data["currency"],
                 at=instant(f.effective_at))
        )  # fmt: skip
    for f in between(c, LIFE):
        if (k := now.get(f.stream)) is not None:
            rows.append(
                change(c, LIFE[f.type], str(k.id), k.name, (f.event_id,), was=f.data.get("ends_on"),
                     amount=-(f.data.get("arr") or 0), currency=f.data.get("currency"), at=instant(f.effective_at))
            )  # fmt: skip
    for key, k in now.items():
        old = then.get(key)
        if old is None or (k.signed and not old.signed):
            if k.signed and str(key) not in successors:
                rows.append(
                    change(c, "contract_new", str(key), k.name, (k.event,), now=iso(k.starts), amount=k.arr,
                        currency=k.currency)
                )  # fmt: skip
        elif k.arr != old.arr:
            rows.append(
                change(c, "contract_value", str(key), k.name, (old.event, k.event),
                     amount=(k.arr or 0) - (old.arr or 0), currency=k.currency)
            )  # fmt: skip
        if k.noticed_on and (old is None or old.noticed_on is None):
            rows.append(change(c, "notice_given", str(key), k.name, (k.event,), now=iso(k.noticed_on)))
        if old is not None and k.ends != old.ends:
            rows.append(change(c, "contract_term", str(key), k.name, (k.event,), was=iso(old.ends), now=iso(k.ends)))
    rows += [
        change(c, "contract_gone", str(key), old.name, (old.event,), amount=-(old.arr or 0), currency=old.currency)
        for key, old in then.items() if key not in now
    ]  # fmt: skip
    return ordered(rows)


def deal_changes(c: Context) -> list[Row]:
    """Won, lost, new, moved between stages, closing day or amount changed; of a new deal against how it began."""
    then, now = c.then.commerce.deals, c.now.commerce.deals
    rows = []
    for key, d in now.items():
        old = then.get(key)
        if not d.open:
            if old is None or old.open:
                kind, was = {WON: "deal_won", LOST: "deal_lost"}[d.stage], old.stage if old else None
                rows.append(
                    change(c, kind, key, d.name, (d.said["stage"],), was=was, amount=d.amount, currency=d.currency)
                )
            continue
        if old is None:
            first = d.first.data
            rows.append(
                change(c, "deal_new", key, d.name, (d.first.event_id,), now=first["stage"], amount=d.amount,
                    currency=d.currency)
            )  # fmt: skip
            stage, probability, closes = d.peak[1], d.peak[0], first.get("closes_on")
            if (d.probability or 0) < probability:
                rows.append(change(c, "deal_back", key, d.name, (d.said["stage"],), was=stage, now=d.stage))
            if closes and d.closes and closes != d.closes.isoformat():
                rows.append(_moved(c, d, date.fromisoformat(closes)))
            continue
        if old.stage != d.stage:
            back = (d.probability or 0) < (old.probability or 0)
            kind = "deal_reopened" if not old.open else "deal_back" if back else "deal_forward"
            rows.append(change(c, kind, key, d.name, (d.said["stage"],), was=old.stage, now=d.stage))
        if old.closes != d.closes:
            rows.append(_moved(c, d, old.closes))
        if old.amount != d.amount:
            more = (d.amount or 0) - (old.amount or 0)
            rows.append(change(c, "deal_amount", key, d.name, (d.said["amount"],), amount=more, currency=d.currency))
    rows += [change(c, "deal_gone", key, d.name, (d.event,)) for key, d in then.items() if key not in now and d.open]
    return ordered(rows)


def _moved(c: Context, d: Deal, was: date | None) -> Row:
    days = (d.closes - was).days if d.closes and was else None
    return change(c, "deal_moved", d.crm_id, d.name, (d.said["closes"],), was=iso(was), now=iso(d.closes), days=days)
