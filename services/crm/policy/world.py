"""The rows around some records, loaded beforehand, and the questions that their states ask of each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from services.crm.mapping.edition import Edition
from services.crm.policy.history import BEGIN, Drift, Fields, History

MAX_HOPS = 16
"""So many merges in a row are followed; more would be a circle."""


class World:
    """Histories by row id; `parts` lists, for a record's row, the link rows that belong to it. A row that is not here is not known."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.rows: dict[str, History] = {}
        self.parts: dict[str, list[str]] = {}
        self.aliases: dict[tuple[str, int], str] = {}
        """(account row, instant of its deletion) → row of the account that it was merged into."""
        self.drift: Drift = set()
        self._mortal: dict[str, list[tuple[int, bool]]] = {}

    def fields(self, row: str, instant: int) -> Fields | None:
        """The live fields of a row."""
        history = self.rows.get(row)
        return history.at(instant) if history is not None else None

    def links(self, record: str, gives: str) -> Iterable[History]:
        """The link rows of a record that say this about it, live or not."""
        rows, tables = self.rows, self.edition.tables
        for row in self.parts.get(record, ()):
            history = rows.get(row)
            if history is not None and tables[history.table.name].gives == gives:
                yield history

    def live_links(self, record: str, gives: str, instant: int) -> Iterable[tuple[History, Fields]]:
        """Those that are live then and (still) belong to the record."""
        for history in self.links(record, gives):
            fields = history.at(instant)
            if fields is not None and fields[history.table.part_of or ""] == record:
                yield history, fields

    def liveness(self, account: str) -> list[tuple[int, bool]]:
        """When the account was there and when not. One that we have not seen yet counts as there: links come before records."""
        found = self._mortal.get(account)
        if found is None:
            history = self.rows.get(account)
            found = self._mortal[account] = [(BEGIN, True)] if history is None else liveness(history)
        return found

    def gone_since(self, account: str, instant: int) -> int | None:
        """Since when the account is deleted; None if it is not."""
        since: int | None = None
        for at, alive in self.liveness(account):
            if at > instant:
                break
            since = None if alive else at
        return since

    def survivor(self, account: str, instant: int) -> str:
        """Whom the account id stands for at that instant: itself, or whom it was merged into, and so on."""
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

    def instants(self, record: str) -> set[int]:
        """Every instant at which the state of the record may change; too many do no harm."""
        out: set[int] = set()
        accounts: set[str] = set()
        self._own_instants(record, out, accounts)
        history = self.rows.get(record)
        for fields in _all_fields(history):
            for name in ("account", "parent", "owner"):
                other = fields.get(name)
                if isinstance(other, str) and "/" in other:
                    self._reference(other, out, accounts)
        seen: set[str] = set()
        while accounts:
            account = accounts.pop()
            if account not in seen and len(changes := self.liveness(account)) > 1:
                seen.add(account)
                out.update(at for at, _ in changes)
                accounts.update(heir for at, _ in changes if (heir := self.aliases.get((account, at))))
        return out

    def _reference(self, row: str, out: set[int], accounts: set[str]) -> None:
        table = self.edition.tables.get(row.partition("/")[0])
        if table is None:
            return
        if table.record == "account":
            accounts.add(row)
        elif table.record == "user":
            if (owner := self.rows.get(row)) is not None:
                out.update(owner.instants)
        else:
            self._own_instants(row, out, accounts)

    def _own_instants(self, record: str, out: set[int], accounts: set[str]) -> None:
        table, _, key = record.partition("/")
        for name in (table, *self.edition.extensions.get(table, ())):
            if (history := self.rows.get(f"{name}/{key}")) is not None:
                out.update(history.instants)
                if name == table:
                    accounts.update(f["account"] for f in _all_fields(history) if f.get("account"))
        for row in self.parts.get(record, ()):
            if (history := self.rows.get(row)) is not None:
                out.update(history.instants)
                for fields in _all_fields(history):
                    if fields.get("account"):
                        accounts.add(fields["account"])
                    if (address := self.rows.get(fields.get("address") or "")) is not None:
                        out.update(address.instants)


def liveness(history: History) -> list[tuple[int, bool]]:
    """(instant, there or not), changes only; there until the history begins."""
    out = [(BEGIN, True)]
    for n, span in enumerate(history.spans):
        alive = history.nth(n) is not None
        if alive != out[-1][1]:
            out.append((span.instant, alive))
    return out


def _all_fields(history: History | None) -> Iterable[Mapping[str, Any]]:
    if history is not None:
        for n in range(len(history.spans)):
            fields = history.nth(n)
            if fields is not None:
                yield fields
