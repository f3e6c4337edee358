"""Every decision that code, tests or pages cite stands in docs/decisions.md, once."""

import re
from collections import Counter
from collections.abc import Iterator

from tests.test_architecture import ROOMS, ROOT

PAGE = ROOT / "docs" / "decisions.md"
CODE = re.compile(r"\b([A-K])(\d{1,2})\b")
RANGE = re.compile(r"\b([A-K])(\d{1,2})(?: to |-|–)\1?(\d{1,2})\b")
# In brackets, or at the head of a docstring, a comment or a message: `(F6)`, `(G1 to G3, E6)`, `"""D8: ...`, `# E13`.
CITED = re.compile(
    r"[(\[]([A-K]\d{1,2}\b[^()\[\]\n]{0,40})[)\]]|(?:\"\"\"|\"|# |-- )((?:[A-K]\d{1,2}(?:, | to |-)?)+)(?=[:.\n ])"
)


def codes(text: str) -> set[str]:
    """Return the codes of a text, those between the ends of a range among them."""
    found = {f"{letter}{number}" for letter, number in CODE.findall(text)}
    for letter, first, last in RANGE.findall(text):
        found |= {f"{letter}{number}" for number in range(int(first), int(last) + 1)}
    return found


def defined() -> Iterator[str]:
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("| "):
            yield from sorted(codes(line.split("|")[1]))


def test_no_code_stands_for_two_decisions():
    assert {code: times for code, times in Counter(defined()).items() if times > 1} == {}


def test_each_decision_has_a_row_and_an_anchor_of_its_own_in_the_order_of_the_codes():
    rows = re.findall(
        r"^\| (<a id=\"([a-k]\d+)\"></a>)?([A-K]\d+)\b([^|]*)\|",
        PAGE.read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    order = [(code[0], int(code[1:])) for _, _, code, _ in rows]

    assert [code for _, anchor, code, rest in rows if anchor != code.lower() or rest.strip()] == []
    assert order == sorted(order)
    assert len(order) > 100


def test_every_citation_leads_to_a_decision():
    known = set(defined())
    missing = {
        f"{path.relative_to(ROOT)}: {code}"
        for room in (*ROOMS, "tests", "docs")
        for path in (ROOT / room).rglob("*")
        if path.suffix in {".py", ".sql", ".md"} and path.name != "test_decisions.py"
        for cited in CITED.findall(path.read_text(encoding="utf-8"))
        for code in codes("".join(cited)) - known
    }

    assert missing == set()


def test_a_range_cites_what_lies_between_its_ends():
    assert codes("F1 to F4, G9-G11") == {"F1", "F2", "F3", "F4", "G9", "G10", "G11"}
