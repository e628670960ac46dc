"""The rows around some records, loaded beforehand, and the questions that their states ask of each other."""

from __future__ import annotations

from collections.abc import Iterable

from services.crm.mapping.edition import Edition
from services.crm.policy.history import BEGIN, Drift, Fields, History

MAX_HOPS = 16
"""So many merges in a row are followed; more would be a circle."""


class World:
    """Histories by row id; `parts` lists, for a record's row, the link rows that belong to it. A row that is not here
    is not known.
    """

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.rows: dict[str, History] = {}
        self.parts: dict[str, list[str]] = {}
        self.aliases: dict[tuple[str, int], str] = {}
        """(account row, instant of its deletion) → row of the account that it was merged into."""
        self.drift: Drift = set()
        self._mortal: dict[str, list[tuple[int, bool]]] | None = None
        self._links: dict[str, dict[str | None, list[History]]] = {}

    def mortal(self) -> dict[str, list[tuple[int, bool]]]:
        """The accounts that are or once were deleted, with `liveness`; few. Asked only after all rows are loaded.

        One that we have not seen yet counts as there: links come before records.
        """
        if self._mortal is None:
            self._mortal = {
                r: found for r, h in self.rows.items() if h.table.record == "account" and len(found := liveness(h)) > 1
            }
        return self._mortal

    def grown(self) -> None:
        """Rows were loaded since `mortal` was asked."""
        self._mortal = None
        self._links.clear()

    def fields(self, row: str, instant: int) -> Fields | None:
        """The live fields of a row."""
        history = self.rows.get(row)
        return history.at(instant) if history is not None else None

    def live_links(self, record: str, gives: str, instant: int) -> Iterable[tuple[History, Fields]]:
        """The link rows that say this about the record, are live then and (still) belong to it."""
        found = self._links.get(record)
        if found is None:
            found = self._links[record] = {}
            for row in self.parts.get(record, ()):
                if (history := self.rows.get(row)) is not None:
                    found.setdefault(history.table.gives, []).append(history)
        return [
            (history, fields)
            for history in found.get(gives, ())
            if (fields := history.at(instant)) is not None and fields[history.table.part_of or ""] == record
        ]

    def gone_since(self, account: str, instant: int) -> int | None:
        """Since when the account is deleted; None if it is not."""
        since: int | None = None
        for at, alive in self.mortal().get(account, ()):
            if at > instant:
                break
            since = None if alive else at
        return since

    def survivor(self, account: str, instant: int) -> str:
        """Whom the account id stands for at that instant: itself, or whom it was merged into, and so on."""
        if account in self.mortal():
            for _ in range(MAX_HOPS):
                since = self.gone_since(account, instant)
                heir = None if since is None else self.aliases.get((account, since))
                if heir is None or heir == account:
                    break
                account = heir
        return account

    def linked_account(self, record: str, instant: int) -> str | None:
        """The account of a record by its links: the newest live one. A link to a deleted account is dead."""
        best: tuple[int, tuple[int, int, int], str] | None = None
        for history, fields in self.live_links(record, "account", instant):
            account = fields["account"]
            if account is None:
                continue
            account = self.survivor(account, instant)
            if self.gone_since(account, instant) is not None:
                continue
            span = history.span_at(instant)
            assert span is not None  # it has live fields then
            if best is None or (span.instant, span.at, account) > best:
                best = (span.instant, span.at, account)
        return best[2] if best else None

    def account_of(self, row: str | None, instant: int) -> str | None:
        """The account that a parent means: itself, or that of the contact, opportunity, case or contract."""
        if row is None:
            return None
        table = self.edition.tables[row.partition("/")[0]]
        if table.record == "account":
            return self.survivor(row, instant)
        if table.record in ("contact", "opportunity"):
            return self.linked_account(row, instant)
        fields = self.fields(row, instant)
        return self.survivor(fields["account"], instant) if fields and fields.get("account") else None

    def instants(self, record: str, since: int) -> list[int]:
        """Every instant from `since` on at which the state of the record may change; too many do no harm."""
        out: set[int] = set()
        accounts: set[str] = {record}  # it may be an account itself
        self._own_instants(record, out, accounts)
        self._instants_of_mortals(accounts, out)
        return sorted([i for i in out if i >= since])

    def _own_instants(self, record: str, out: set[int], accounts: set[str], others: bool = True) -> None:
        table, _, key = record.partition("/")
        rows, mortal = self.rows, self.mortal()
        if (history := rows.get(record)) is not None:
            out.update(history.instants)
            for f in history.table.refs if others else ():
                if f.name != "account" or mortal:
                    for row in history.referred(f):
                        self._reference(f.name, row, out, accounts)
        for name in self.edition.extensions[table]:
            if (history := rows.get(f"{name}/{key}")) is not None:
                out.update(history.instants)
        for part in self.parts.get(record, ()):
            if (history := rows.get(part)) is None:
                continue
            out.update(history.instants)
            for f in history.table.refs:
                if f.name == "account" and mortal:
                    accounts.update(history.referred(f))
                elif f.name == "address":
                    for row in history.referred(f):
                        if (address := rows.get(row)) is not None:
                            out.update(address.instants)

    def _reference(self, field: str, row: str, out: set[int], accounts: set[str]) -> None:
        record = self.edition.tables[row.partition("/")[0]].record
        if record == "account":
            accounts.add(row)
        elif field == "parent":
            self._own_instants(row, out, accounts, others=record in ("case", "contract"))
        elif (history := self.rows.get(row)) is not None:
            out.update(history.instants)

    def _instants_of_mortals(self, accounts: set[str], out: set[int]) -> None:
        mortal, seen = self.mortal(), set[str]()
        while accounts:
            account = accounts.pop()
            if account in mortal and account not in seen:
                seen.add(account)
                out.update(at for at, _ in mortal[account])
                accounts.update(heir for at, _ in mortal[account] if (heir := self.aliases.get((account, at))))


def liveness(history: History) -> list[tuple[int, bool]]:
    """(instant, there or not), changes only; there until the history begins."""
    out = [(BEGIN, True)]
    for n, span in enumerate(history.spans):
        alive = history.nth(n) is not None
        if alive != out[-1][1]:
            out.append((span.instant, alive))
    return out
