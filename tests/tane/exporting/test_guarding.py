"""Text of others in CSV and XML: harmless there, and the same again afterwards."""

import xml.etree.ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from tane.exporting.graphml import plain_text, xml_text
from tane.exporting.sheets import GUARDED, guard, unguard
from tests.tables import every

# PostgreSQL stores neither NUL nor halves of pairs.
STORED = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
BEGINNINGS = st.sampled_from(["", *GUARDED, "_x0041_", "_", "\x1b", "\r\n", "]]>", "&#13;", "\ufffe"])


@given(BEGINNINGS, STORED)
def test_a_guarded_text_is_never_calculated_and_comes_back(beginning: str, rest: str):
    text = beginning + rest

    assert not guard(text).startswith(GUARDED[:-1])
    assert unguard(guard(text)) == text


@every("text", ["普通の文", "1 + 1", "a=b", ""])
def test_an_ordinary_text_is_not_touched(text: str):
    assert guard(text) == text


@given(BEGINNINGS, STORED)
def test_xml_holds_every_stored_text(beginning: str, rest: str):
    text = beginning + rest

    element = ET.fromstring(f"<data>{xml_text(text)}</data>")

    assert plain_text(element.text or "") == text


def test_xml_leaves_ordinary_underscores_alone():
    assert xml_text("snake_case_x 種_x12") == "snake_case_x 種_x12"
    assert xml_text("_x0041_\x1b") == "_x005F_x0041__x001B_"
