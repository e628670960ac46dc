"""Values of a data pack in the reader's words."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from services.portal.formats import Formats
from services.portal.words import Words


@pytest.mark.parametrize(
    ("text", "german"),
    [("GREEN", "Grün"), ("DECIDER", "Entscheider"), ("GTX", "GTX"), ("Kan-code", "Kan-code")],
)  # fmt: skip
def test_a_colour_or_a_role_is_told_in_words_and_a_name_as_it_is(text: str, german: str) -> None:
    assert Words(Formats("de", ZoneInfo("Europe/Berlin"))).cell(text, "text", None, str) == german
