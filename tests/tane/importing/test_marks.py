"""The marks are written with signs that can be seen: ⟦name|argument⟧, ‹sentence›, and ¦ for U+E206."""

from tane.importing.marks import without_marks
from tests.tables import every

SIGNS = str.maketrans(
    {"⟦": "\ue200", "⟧": "\ue201", "|": "\ue202", "‹": "\ue203", "›": "\ue204", "¦": "\ue206"}
)


@every(
    ("written", "seen"),
    [
        ("no marks, only 【本文】", "no marks, only 【本文】"),
        ('by ⟦entity|["people","Nora Example",0]⟧ in ⟦entity|["place","京都"]⟧.', "by Nora Example in 京都."),
        ('⟦product_entity|["turn0product1","Loom 3"]⟧ is fine', "Loom 3 is fine"),
        ("⟦entity|people|Nora Example⟧", "Nora Example"),
        ('⟦entity|["people", "Nora Example",]⟧', "Nora Example"),
        ('⟦entity["place","Anatolia"]⟧', "Anatolia"),
        ("see ⟦url|the docs|https://example.org⟧!", "see the docs!"),
        ("see ⟦url|https://example.org⟧", "see https://example.org"),
        ("⟦link_title|Open site|turn0search1⟧", "Open site"),
        ("a\n\n⟦navlist|In the news|turn0news1,turn0news2⟧\n\nb", "a\n\nIn the news\n\nb"),
        ("⟦video|How to plant|turn0youtube1⟧", "How to plant"),
        ('so ⟦genui|{"math_block_widget":{"content":"E=mc^2"}}⟧ holds', "so $$E=mc^2$$ holds"),
        ("⟦newcomer|turn0x1|What it shows⟧⟦newcomer|compact⟧", "What it shows"),
        ("one ⟦cite|turn0search3|turn0search8⟧. two⟦filecite|turn0file1|L1-L3⟧。", "one. two。"),
        ('a\n\n⟦image_group|{"query":["garden"]}⟧\n\nb', "a\n\nb"),
        ("‹The power failed.›|turn0search0|turn0news1¦ Then", "The power failed. Then"),
        ("⟦cite|turn0search1⟧ Begin\n- ⟦cite|turn0search2⟧ item", "Begin\n- item"),
        ("so it is【12†source】 and【3:0†notes.pdf】.", "so it is and."),
        ("so :contentReference[oaicite:0]{index=0} it is 【oaicite:1】", "so it is"),
        ("cut off ⟦cite|turn0", "cut off"),
        ('cut off ⟦entity|["people","No', "cut off"),
        ("a stray ⟦mark stays", "a stray mark stays"),
        (':::writing{variant="email"}\nDear Ann,\n:::\nDone.', "Dear Ann,\nDone."),
    ],
)  # fmt: skip
def test_marks_leave_what_a_reader_saw(written: str, seen: str):
    assert without_marks(written.translate(SIGNS)) == seen
