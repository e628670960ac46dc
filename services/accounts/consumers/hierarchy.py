"""The group of each account: all wishes of the CRM are judged together, so that their order does not matter."""

from __future__ import annotations

from sqlalchemy import select

from services.accounts.consumers.workspace import Workspace
from services.accounts.domain import Account
from services.accounts.policy.hierarchy import Wish, settle
from services.accounts.reads.foreign import account_wishes
from shared.contracts.base import Envelope
from shared.eventstore.events import Meta


async def settle_parents(work: Workspace, cause: Envelope) -> None:
    """Judges every wish anew and tells the accounts whose parent is another now. The wishes must have been written.

    A parent that is not known yet is accepted: the group shows it as soon as it comes. Each change counts from the
    day on which the CRM began to name the parent.
    """
    t = account_wishes
    rows = (await work.conn.execute(select(t.c.account_id, t.c.parent_id, t.c.parent_since, t.c.seen_at))).all()
    verdicts = settle(Wish(r.account_id, r.parent_id, r.parent_since) for r in rows if r.parent_id is not None)
    await work.load({Account: [r.account_id for r in rows]})
    for row in rows:
        account = work.get(Account, row.account_id)
        if account is None:
            continue
        parent, refusal = verdicts.get(row.account_id, (None, None))
        if parent is None:
            account.clear_parent()
        elif refusal is None:
            account.set_parent(parent)
        else:
            account.reject_parent(parent, refusal)
        work.keep(Meta.follow(cause, "system:accounts", effective_at=row.parent_since or row.seen_at))
