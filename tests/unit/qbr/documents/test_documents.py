"""Documents: the right numbers, for the right eyes, in the right language; looked at with readers of their formats."""

from __future__ import annotations

import io
import re
from zoneinfo import ZoneInfo

import pypdf
import pytest

from services.qbr import documents, pack
from services.qbr.documents import Words
from services.qbr.documents.language import Language, catalogue
from services.qbr.documents.outline import outline
from shared.contracts import crm
from shared.errors import Invalid
from tests.unit.qbr.documents.reading import PEOPLE, WORDS, words_of
from tests.unit.qbr.pack.account import whole_account
from tests.unit.qbr.pack.told import at, built, person

FORMATS = ("pptx", "pdf", "html")


@pytest.fixture(scope="module")
def made() -> pack.Pack:
    return built(whole_account())


INTERNAL = (
    "supporter", "sceptic", "opponent", "neutral", "Champion", "Economic buyer", "Power", "Attitude", "Pipeline",
    "weighted", "Whitespace", "Open questions", "Stakeholders", "Risk path", "Perception Analysis", "Net retention",
    "Secure the renewal", "more seats", "Only for us", "Not this",
)  # fmt: skip


@pytest.mark.parametrize("form", FORMATS)
def test_the_customer_sees_nothing_that_is_internal(made: pack.Pack, form: str) -> None:
    ours, theirs = (words_of(documents.render(made, WORDS, form, who), form) for who in ("internal", "customer"))
    for word in INTERNAL:
        assert word.casefold() not in theirs.casefold(), word
    seen = [word for word in INTERNAL if word.casefold() in ours.casefold()]
    assert seen == list(INTERNAL), "a word that is nowhere proves nothing"
    assert "For both." in theirs
    assert "Rafaël Silva" not in theirs
    assert "Jürgen Haddad" in theirs  # that he left is no judgement


def test_a_release_can_share_an_internal_section_but_no_judgement_of_persons(made: pack.Pack) -> None:
    shared = words_of(documents.render(made, WORDS, "html", "customer", share=("whitespace", "stakeholders")), "html")
    assert "Whitespace" in shared
    assert "Annette Vogelsang" in shared
    assert "sceptic" not in shared
    assert "Economic buyer" not in shared


def test_a_shared_risk_section_shows_what_is_done_and_not_how_we_judge(made: pack.Pack) -> None:
    shared = words_of(documents.render(made, WORDS, "html", "customer", share=("risk",)), "html")
    for shown in ("Data loss at the site", "Send the task force", "▲ amber", "Escalations"):
        assert shown in shared, shown
    for hidden in ("Risk score", ">56.4<", "no contact", "a hard trigger ahead", "Exposed", "several warnings"):
        assert hidden not in shared, hidden
    ours = words_of(documents.render(made, WORDS, "html", "internal"), "html")
    for judged in ("Risk score", ">56.4<", "no contact", "deadline near, no renewal deal", "Exposed"):
        assert judged in ours, judged


@pytest.mark.parametrize(("form", "language", "erased"), [
    ("pptx", "de", "[gelöscht]"), ("pdf", "en", "[erased]"), ("html", "de", "[gelöscht]"),
])  # fmt: skip
def test_an_erased_person_has_no_name_and_the_hash_stays(
    made: pack.Pack, form: str, language: str, erased: str
) -> None:
    gone = Words(PEOPLE | {str(person(1)): None})
    before, after = (words_of(documents.render(made, w, form, "internal", language), form) for w in (WORDS, gone))
    assert "Jürgen Haddad" in before
    assert "Jürgen Haddad" not in after
    assert erased in after
    assert made.hash[7:19] in after


@pytest.mark.parametrize("form", FORMATS)
def test_both_languages_show_the_same_figures(made: pack.Pack, form: str) -> None:
    de, en = (words_of(documents.render(made, WORDS, form, "internal", x), form) for x in ("de", "en"))
    assert "262.000" in de
    assert "262,000" in en
    assert "Verträge und Fristen" in de
    assert "Renewals and deadlines" in en


@pytest.mark.parametrize("form", ["pdf", "html"])
def test_the_same_pack_gives_the_same_bytes(made: pack.Pack, form: str) -> None:
    one, two = (documents.render(made, WORDS, form, "internal", "de") for _ in range(2))
    assert one == two


def test_a_kept_pack_is_shown_as_it_was(made: pack.Pack) -> None:
    again = pack.Pack.parse(made.canonical())
    assert documents.render(again, WORDS, "html", "internal") == documents.render(made, WORDS, "html", "internal")


def test_a_stale_section_says_so_in_its_place() -> None:
    log = whole_account()
    log.source(crm.SourceLagExceeded, at(-1))
    html = words_of(documents.render(built(log), WORDS, "html", "customer"), "html")
    assert "Stale: The source is behind" in html
    assert "Annual contract value" not in html


def test_an_html_page_loads_nothing_and_names_its_tables(made: pack.Pack) -> None:
    page = documents.render(made, WORDS, "html", "internal").decode()
    assert "<script" not in page
    assert not re.search(r"(src|href)=\"(?!#)", page)
    assert page.count("<table") == page.count("<caption") > 8
    assert page.count("<svg") == page.count('role="img"') == 7
    assert "@media print" in page


def test_words_cannot_break_out_of_a_page(made: pack.Pack) -> None:
    evil = Words({**PEOPLE, str(person(1)): "<script>alert(1)</script>"})
    assert b"<script" not in documents.render(made, evil, "html", "internal")
    assert "<script>" in words_of(documents.render(made, evil, "pdf", "internal"), "pdf")


def test_names_of_stages_cannot_break_out_of_a_chart() -> None:
    log = whole_account()
    log.deal("z", at(-1), "<script>&", 1_000)
    assert b"<script" not in documents.render(built(log), WORDS, "html", "internal")
    assert documents.render(built(log), WORDS, "pdf", "internal").startswith(b"%PDF")


def test_a_pdf_carries_its_fonts(made: pack.Pack) -> None:
    reader = pypdf.PdfReader(io.BytesIO(documents.render(made, WORDS, "pdf", "internal")))
    fonts = [f.get_object() for p in reader.pages for f in p["/Resources"].get("/Font", {}).values()]  # type: ignore[union-attr]
    assert fonts
    for font in fonts:
        below = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(below)
        assert "Libertinus" in below["/FontName"]
    assert reader.metadata is not None
    assert reader.metadata.title == "Quarterly Business Review: Nordlicht AG"


@pytest.mark.parametrize(("form", "audience", "language"), [
    ("docx", "internal", "en"), ("pdf", "public", "en"), ("pdf", "internal", "fr"),
])  # fmt: skip
def test_what_we_do_not_make_is_refused(made: pack.Pack, form: str, audience: str, language: str) -> None:
    with pytest.raises(Invalid):
        documents.render(made, WORDS, form, audience, language)


def test_both_catalogues_have_the_same_keys() -> None:
    de, en = catalogue("de"), catalogue("en")
    assert {g: set(k) for g, k in de.items()} == {g: set(k) for g, k in en.items()}
    for group, labels in de.items():
        for key, text in labels.items():
            assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", en[group][key])), f"{group}.{key}"


def test_no_code_is_shown_raw(made: pack.Pack) -> None:
    codes = {
        str(row.cells[n])
        for s in made.sections for t in s.tables for row in t.rows for n, c in enumerate(t.columns)
        if c.unit == "code" and row.cells[n] is not None
    }  # fmt: skip
    known = catalogue("de")
    assert codes - known["codes"].keys() - known["rules"].keys() == set()
    names = {f.name for s in made.sections for f in s.figures}
    assert names - known["figures"].keys() == set()
    assert {c.name for s in made.sections for t in s.tables for c in t.columns} - known["columns"].keys() == set()


def test_pages_follow_the_agenda(made: pack.Pack) -> None:
    shown = [p.eyebrow for p in outline(made, WORDS, "internal", "en").pages if p.eyebrow]
    assert list(dict.fromkeys(shown)) == ["Summary", "Goals", "Results", "Risks", "Next steps"]
    assert shown == sorted(shown, key=["Summary", "Goals", "Results", "Risks", "Next steps"].index)


def test_a_goals_value_is_told_in_the_goals_own_unit() -> None:
    """Money is stored in minor units: a table that shows them is wrong by a hundred."""
    say = Language("de", ZoneInfo("Europe/Berlin"), Words())
    told = {"minor:EUR": 120_000_000, "bp": 6_467, "count": 1_200, "days": 1, "seats": 40}
    assert [say.measured(value, unit).replace("\u00a0", " ") for unit, value in told.items()] == [
        "1.200.000 EUR", "64,7 %", "1.200", "1 Tag", "40 seats",
    ]  # fmt: skip
    assert (say.measured(None, "bp"), say.days(-3, signed=True).replace("\u00a0", " ")) == ("–", "−3 Tage")
