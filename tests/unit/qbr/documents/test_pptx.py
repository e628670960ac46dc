"""Decks, opened again with python-pptx."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from pptx import Presentation
from pptx.util import Inches

from services.qbr import documents, pack
from services.qbr.documents import Words
from shared.errors import Invalid
from tests.unit.qbr.documents.reading import PEOPLE, WORDS, charts, deck_words, slides, words_of
from tests.unit.qbr.pack.account import whole_account
from tests.unit.qbr.pack.told import at, built


@pytest.fixture(scope="module")
def made() -> pack.Pack:
    return built(whole_account())


def test_charts_are_native_and_hold_the_numbers_of_the_pack(made: pack.Pack) -> None:
    found = charts(slides(documents.render(made, WORDS, "pptx", "internal")))
    pipeline = found["Open by stage (USD)"].plots[0]
    assert list(pipeline.categories) == ["Qualification", "Needs Analysis", "Perception Analysis"]
    assert list(pipeline.series[0].values) == [48_000, 0, 210_000]
    arr = found["Annual contract value (USD)"].plots[0].series[0].values
    assert list(arr) == [180_000] * 3 + [204_000] * 3 + [262_000] * 2
    cases = {s.name: list(s.values) for s in found["open cases (By priority)"].plots[0].series}
    assert cases == {"within limit": [0, 1, 0], "over limit": [1, 0, 1]}
    use = {s.name: list(s.values) for s in found["Active users by week"].plots[0].series}
    assert use["GTX active"][0] == 268
    assert use["GTX active"][-1] == 160
    assert use["MG active"].count(None) == 1
    goals = {s.name: list(s.values) for s in found["Progress (%)"].plots[0].series}
    assert goals == {"Actual": [67, 104, 0], "Expected today": [56, 56, 56]}
    ends = found["Contracts ending by quarter (USD)"].plots[0]
    assert dict(zip(ends.categories, ends.series[0].values, strict=True)) == {"Q1 2027": 204_000, "Q3 2027": 58_000}


def test_each_chart_carries_its_workbook(made: pack.Pack) -> None:
    for chart in charts(slides(documents.render(made, WORDS, "pptx", "internal"))).values():
        assert chart.part.chart_workbook.xlsx_part.blob[:2] == b"PK"


def test_a_deck_is_sixteen_to_nine_and_nothing_leaves_its_slides(made: pack.Pack) -> None:
    deck = slides(documents.render(made, WORDS, "pptx", "internal", "de"))
    assert deck.slide_width * 9 == pytest.approx(deck.slide_height * 16, rel=0.001)
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.left + shape.width <= deck.slide_width
            assert shape.top + shape.height <= deck.slide_height, f"{slide.shapes.title.text_frame.text}: {shape.name}"


def test_every_slide_names_instant_hash_and_number(made: pack.Pack) -> None:
    deck = slides(documents.render(made, WORDS, "pptx", "internal"))
    for slide in deck.slides:
        texts = [s.text_frame.text for s in slide.placeholders]
        assert any("As of 15 Nov 2026, 19:00" in " ".join(t.split()) and made.hash[7:19] in t for t in texts)
        assert any(s.placeholder_format.type.name == "SLIDE_NUMBER" for s in slide.placeholders)
        assert made.hash in slide.notes_slide.notes_text_frame.text


def test_notes_name_the_events_for_us_and_only_the_source_for_the_customer(made: pack.Pack) -> None:
    ours, theirs = (slides(documents.render(made, WORDS, "pptx", who)) for who in ("internal", "customer"))
    assert "← crm:" in "\n".join(deck_words(ours))
    assert "crm:" not in "\n".join(deck_words(theirs))
    assert "Source: CRM" in "\n".join(deck_words(theirs))


def parts(raw: bytes) -> Iterator[str]:
    """Every part of a package as text, those of its embedded workbooks too."""
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        for name in package.namelist():
            data = package.read(name)
            if name.endswith(".xlsx"):
                yield from parts(data)
            elif name.endswith((".xml", ".rels")):
                yield data.decode()


def test_no_part_of_a_customers_file_holds_an_internal_word(made: pack.Pack) -> None:
    ours, theirs = ("".join(parts(documents.render(made, WORDS, "pptx", who))) for who in ("internal", "customer"))
    for word in ("opponent", "sceptic", "Champion", "Perception Analysis", "Renewal GTX 2027", "Only for us", "crm:"):
        assert word in ours
        assert word not in theirs


def test_the_agenda_has_the_fixed_sections_and_the_results_can_be_filled_in(made: pack.Pack) -> None:
    deck = slides(documents.render(made, Words(PEOPLE, results={"our_ask": "A reference call"}), "pptx", "customer"))
    tables = {s.shapes.title.text_frame.text: t.table for s in deck.slides for t in s.shapes if t.has_table}
    agenda = [row.cells[1].text for row in tables["Agenda"].rows]
    assert agenda == ["Section", "Summary", "Goals", "Results", "Risks", "Next steps"]
    results = {row.cells[0].text: row.cells[1].text for row in tables["Results of the meeting"].rows}
    assert results["Our ask"] == "A reference call"
    assert results["Risks"] == ""


def test_long_tables_go_on_to_the_next_slide() -> None:
    log = whole_account()
    for n in range(60):
        log.deal(
            f"x{n}", at(-1), "Qualification", 1_000 + n, 20, name=f"A deal with a name that is rather long, no. {n}"
        )
    deck = slides(documents.render(built(log), WORDS, "pptx", "internal"))
    titles = [s.shapes.title.text_frame.text for s in deck.slides]
    parts = [t for t in titles if t.startswith("Pipeline (Part")]
    assert len(parts) >= 3
    rows = [
        [c.text for c in r.cells]
        for s in deck.slides if s.shapes.title.text_frame.text in parts
        for t in s.shapes if t.has_table for r in list(t.table.rows)[1:]
    ]  # fmt: skip
    assert len(rows) == 63
    assert len({r[0] for r in rows}) == 63


def test_a_companys_template_brings_its_layouts(made: pack.Pack) -> None:
    deck = slides(documents.render(made, WORDS, "pptx", "customer", template=corporate(Presentation())))
    assert deck.slide_width == Inches(10)
    assert {s.slide_layout.name for s in deck.slides} == {"Title Slide", "Title Only"}
    assert deck.slides[0].shapes.title.text_frame.text == "Nordlicht AG"
    assert len(charts(deck)) == 5
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.left + shape.width <= deck.slide_width


def corporate(deck: Any, *names: str) -> bytes:
    """A template: python-pptx's default with a slide of its own, without the layouts named."""
    deck.slides.add_slide(deck.slide_layouts[1]).shapes.title.text_frame.text = "not ours"
    for slide in list(deck.slides._sldIdLst) if names else []:
        deck.part.drop_rel(slide.rId)
        deck.slides._sldIdLst.remove(slide)
    for layout in [x for x in deck.slide_layouts if x.name in names]:
        deck.slide_layouts.remove(layout)
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def test_the_templates_own_slides_are_not_in_the_deck(made: pack.Pack) -> None:
    raw = documents.render(made, WORDS, "pptx", "customer", template=corporate(Presentation()))
    assert "not ours" not in words_of(raw, "pptx")


def test_a_template_without_a_layout_that_is_needed_is_refused_by_name(made: pack.Pack) -> None:
    with pytest.raises(Invalid, match="title slide"):
        documents.render(made, WORDS, "pptx", "customer", template=corporate(Presentation(), "Title Slide"))
    every = [x.name for x in Presentation().slide_layouts if x.name not in ("Title Slide", "Blank")]
    with pytest.raises(Invalid, match="title for content"):
        documents.render(made, WORDS, "pptx", "customer", template=corporate(Presentation(), *every))
    with pytest.raises(Invalid, match="no PowerPoint file"):
        documents.render(made, WORDS, "pptx", "customer", template=b"not a zip")
