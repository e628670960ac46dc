"""Play books and runs; the whitespace matrix; and which product a deal is about."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

import pytest

from services.growth.domain import Playbook, PlayRun, Whitespace
from services.growth.domain.values import PlayStep
from services.growth.domain.whitespace import OWN_UNIT, Fact
from services.growth.policy import playbooks
from services.growth.policy.calendar import calendar
from services.growth.reads.foreign import product_of
from shared.errors import Invalid, NotFound, Rejected
from shared.testing import Spec
from tests.unit.growth.plans import ACCOUNT, INITIATIVE, M1, M2, PLAN, RUN, WORDS, Given, happened, now

SHIPPED = {d["playbook"]: d for d in playbooks.shipped()}
CALENDAR = calendar("DE", "")


def test_the_five_play_books_ship_in_both_languages() -> None:
    assert set(SHIPPED) == {"renewal", "expansion", "recovery", "onboarding", "champion_succession"}
    for document in SHIPPED.values():
        book = playbooks.playbook(document)
        assert all(s.title["de"] != s.title["en"] for s in book.steps)


def test_steps_fall_on_business_days_from_start_or_anchor() -> None:
    due = playbooks.playbook(SHIPPED["recovery"]).dates(date(2026, 4, 2), None, CALENDAR)  # Easter follows
    assert (due["cause_named"], due["first_response"]) == (date(2026, 4, 8), date(2026, 4, 9))
    renewal = playbooks.playbook(SHIPPED["renewal"])
    assert renewal.dates(date(2026, 3, 2), date(2026, 9, 30), CALENDAR)["signature"] == date(2026, 9, 23)
    late = renewal.dates(date(2026, 9, 1), date(2026, 9, 30), CALENDAR)
    assert min(late.values()) == date(2026, 9, 1)  # none before the start
    with pytest.raises(ValueError, match="notice_deadline"):
        renewal.dates(date(2026, 3, 2), None, CALENDAR)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda d: d["steps"].clear(), "steps"),
        (lambda d: d["title"].pop("de"), "every text is needed"),
        (lambda d: d["steps"][0].update(step=d["steps"][1]["step"]), "one name"),
        (lambda d: d["steps"][0].update(after=[{"step": "nowhere"}]), "do not exist"),
        (lambda d: d["steps"][0].update(after=[{"step": d["steps"][-1]["step"]}]), "wait for each other"),
        (lambda d: d["steps"][0].update({"from": "anchor"}), "anchor"),
        (lambda d: d.update(extra=1), "extra"),
    ],
)
def test_a_play_book_that_cannot_be_used(change: Any, says: str) -> None:
    document = copy.deepcopy(SHIPPED["expansion"])
    change(document)
    with pytest.raises(ValueError, match=says):
        playbooks.playbook(document)


def test_versions_of_a_play_book() -> None:
    document = SHIPPED["expansion"]
    opened: Given = (Playbook.PlaybookOpened, {"playbook": "expansion"})
    first: Given = (
        Playbook.PlaybookDrafted,
        {"playbook": "expansion", "playbook_version": 1, "document": document, "drafted_by": "user:u1"},
    )

    def spec(*more: Given) -> Spec[Playbook]:
        return Spec(Playbook, opened, *more, id=Playbook.create_id("expansion"))

    spec().when(lambda b: b.define(document, "user:u1")).then(Playbook.PlaybookDrafted, playbook_version=1)
    spec(first).when(lambda b: b.define(document, "user:u1")).then_nothing()
    spec(first).when(lambda b: b.publish(1, "user:u1")).then(Playbook.PlaybookPublished, playbook_version=1)
    spec(first).when(lambda b: b.publish(2, "user:u1")).then_raises(Rejected, "playbook-version-unknown")
    spec(first).when(lambda b: b.current()).then_raises(NotFound)
    spec().when(lambda b: b.define({"playbook": "expansion"}, "user:u1")).then_raises(Invalid, "playbook-invalid")


STEPS = tuple(
    PlayStep(step=s, milestone_id=m, role="COMMERCIAL", owner="u8", due=date(2026, 4, 1))
    for s, m in (("a", M1), ("b", M2))
)
STARTED: Given = (
    PlayRun.PlayStarted,
    {
        "account_id": ACCOUNT, "plan_id": PLAN, "initiative_id": INITIATIVE, "playbook": "expansion",
        "playbook_version": 1, "starts_on": date(2026, 3, 2), "anchor_on": None, "steps": STEPS,
        "started_by": "user:u7",
    },
)  # fmt: skip
A_DONE = happened(PlayRun.PlayStepCompleted, step="a", milestone_id=M1)


def run(*more: Given) -> Spec[PlayRun]:
    return Spec(PlayRun, STARTED, *more, id=RUN)


def test_a_run_ends_with_its_last_step() -> None:
    run().when(lambda r: r.complete_step("a")).then(PlayRun.PlayStepCompleted, milestone_id=M1)
    run(A_DONE).when(lambda r: r.complete_step("a")).then_nothing()
    run(A_DONE).when(lambda r: r.skip_step("b", WORDS)).then_each(
        (PlayRun.PlayStepSkipped, {"step": "b"}), (PlayRun.PlayCompleted, {"completed": 1, "skipped": 1})
    )
    run(A_DONE).when(lambda r: r.skip_step("a", WORDS)).then_raises(Rejected, "step-done")
    run().when(lambda r: r.complete_step("z")).then_raises(NotFound, "step-unknown")
    run(A_DONE).when(lambda r: r.reopen_step("a")).then(PlayRun.PlayStepReopened, step="a")


def test_an_aborted_run_goes_no_further() -> None:
    run().when(lambda r: r.abort(WORDS)).then(PlayRun.PlayAborted)
    aborted = happened(PlayRun.PlayAborted, reason_ref=WORDS)
    run(aborted).when(lambda r: r.complete_step("a")).then_raises(Rejected, "play-not-running")
    run(aborted).when(lambda r: r.abort(WORDS)).then_raises(Rejected, "play-not-running")


# -- whitespace

W = Whitespace
OPENED: Given = (W.WhitespaceOpened, {"account_id": ACCOUNT})
PLACE = (OWN_UNIT, "GTX")


def cell(state: str, by_facts: bool) -> Given:
    return happened(
        W.WhitespaceCellAssessed, org_unit=OWN_UNIT, product="GTX", state=state, potential=None, currency=None,
        evidence=("c1",) if by_facts else (), reason_ref=None, by_facts=by_facts, assessed_by="x",
    )  # fmt: skip


def space(*more: Given) -> Spec[Whitespace]:
    return Spec(Whitespace, OPENED, *more, id=W.create_id(ACCOUNT))


def say(w: Whitespace, state: Any = "Potential", **fields: Any) -> None:
    known: dict[str, Any] = {"potential": None, "currency": None, "evidence": (), "reason_ref": None}
    w.assess(now(), *PLACE, state, **(known | fields))


@pytest.mark.parametrize(
    ("given", "state", "fields", "slug"),
    [
        ((), "InUse", {}, "cell-state-by-facts"),
        ((), "Opportunity", {}, "cell-state-by-facts"),
        ((cell("InUse", True),), "Competitor", {}, "cell-set-by-facts"),
        ((), "NotApplicable", {}, "reason-missing"),
        ((), "Potential", {"potential": -1, "currency": "USD"}, "potential-negative"),
        ((), "Potential", {"potential": 5}, "currency-missing"),
    ],
)
def test_what_nobody_may_say(given: Any, state: str, fields: dict[str, Any], slug: str) -> None:
    space(*given).when(lambda w: say(w, state, **fields)).then_raises(Rejected, slug)


def test_facts_go_before_words_and_words_come_back() -> None:
    used = {PLACE: Fact("InUse", 5, "USD", ("c1",))}
    said = cell("Competitor", False)
    space().when(lambda w: say(w)).then(W.WhitespaceCellAssessed, state="Potential", by_facts=False)
    space(said).when(lambda w: say(w, "Competitor")).then_nothing()
    space(said).when(lambda w: w.see(used, "x")).then(
        W.WhitespaceCellAssessed, state="InUse", potential=5, by_facts=True
    )
    space(said).when(lambda w: (w.see(used, "x"), w.see(used, "x"))).then(W.WhitespaceCellAssessed, state="InUse")
    space(said, cell("InUse", True)).when(lambda w: w.see({}, "x")).then(
        W.WhitespaceCellAssessed, state="Competitor", by_facts=False
    )
    space(cell("InUse", True)).when(lambda w: w.see({}, "x")).then(W.WhitespaceCellAssessed, state="Unknown")


@pytest.mark.parametrize(
    ("deal", "product"),
    [
        ("Acme - GTX Plus Basic", "GTX Plus"),
        ("Acme - gtx", "GTX"),
        ("Acme MGX", None),
        ("MG Special", "MG"),
        ("", None),
    ],
)
def test_a_deals_name_tells_the_longest_product(deal: str, product: str | None) -> None:
    assert product_of(deal, ["GTX Plus", "GTX", "MG"]) == product
