"""A note in Markdown: its words come in, its syntax does not."""

from collections import Counter

from tane.importing.markdown import words_of
from tane.importing.records import ImportRecord, Omitted
from tests.tables import every
from tests.tane.importing.reading import read_rows

NOTE = """---
tags: [daily, garden]
created: 2026-08-02T09:00
---
# 2026-08-03

I decided to start a street garden with [[Ann Example|Ann]].

- [ ] ask the town
- [x] buy soil

```dataview
table file.mtime from "garden"

where x
```

~~~python
print("no words")
~~~
![[seeds.png]] ![[Plan]] It will be **green**. %%not for others%%

<!-- hidden

over lines --> and seen

> [!note] Mind
> the *frost*

| plant | when |
|---|---|
| bean | May |

    indented words
"""


def read(text: str, title: str = "") -> tuple[list[tuple[str, str | None]], Counter[str]]:
    rows = read_rows(text.encode(), "markdown", title=title)
    said = [
        (row.text, f"{row.uttered_at:%Y-%m-%d %H:%M}" if row.uttered_at else None)
        for row in rows
        if isinstance(row, ImportRecord)
    ]
    return said, Counter(row.kind for row in rows if isinstance(row, Omitted))


def test_a_note_gives_its_words_with_its_day_and_counts_the_rest_by_kind():
    said, left_out = read(NOTE, "daily")

    assert [text for text, _ in said] == [
        "I decided to start a street garden with Ann.", "ask the town\nbuy soil", "It will be green.", "and seen",
        "Mind\nthe frost", "plant · when\nbean · May", "indented words",
    ]  # fmt: skip
    assert {day for _, day in said} == {"2026-08-03 00:00"}
    assert left_out == {
        "property_list": 1, "date_heading": 1, "code_block": 2, "picture": 1, "embed": 1, "comment": 2,
    }  # fmt: skip


@every(
    ("head", "title", "day"),
    [
        ("---\ndate: 2026-08-03\n---\n", "", "2026-08-03 00:00"),
        ('---\ndate: "[[2026-08-03]]"\n---\n', "2026-08-04", "2026-08-03 00:00"),
        ("---\ntags:\n  - a\ncreated: 2026-08-02\n---\n", "2026-08-03", "2026-08-03 00:00"),
        ("---\ncreated: 2026-08-03T21:14:00\n---\n", "garden", "2026-08-03 21:14"),
        ("---\n作成日: 2026年8月3日\n---\n", "庭", "2026-08-03 00:00"),
        ("+++\ndate = 2026-08-03T21:14:00Z\ndraft = true\n+++\n", "", "2026-08-03 21:14"),
        ("date:: [[2026-08-03]]\n\n", "", "2026-08-03 00:00"),
        ("", "2026_08_03", "2026-08-03 00:00"),
        ("---\ndate: soon\n---\n", "garden", None),
    ],
)
def test_the_day_of_a_note_is_that_of_its_properties_or_its_name(head: str, title: str, day: str | None):
    assert read(f"{head}The beans are up.\n", title)[0] == [("The beans are up.", day)]


@every(
    ("written", "words"),
    [
        ("[[Ann Example]] and [[Ann#Garden]] and [[#Garden]]", "Ann Example and Ann and Garden"),
        ("[the town](https://town.example/a_(b)) and [that][1][^2]", "the town and that"),
        ("[笑](本当に) and a list[0](1)", "[笑](本当に) and a list[0](1)"),
        ("**bold** __too__ *it* _too_ ~~gone~~ ==lit== `code`", "bold too it too gone lit code"),
        ("snake_case_name, 2*3*4 and 5 * 6 * 7", "snake_case_name, 2*3*4 and 5 * 6 * 7"),
        ("a < b and b > c, <b>bold</b><br>R&amp;D", "a < b and b > c, bold\nR&D"),
        ("\\*not bold\\*", "*not bold*"),
        ("- one\n\t* two\n3. three\n- [>] moved", "one\ntwo\n3. three\nmoved"),
        ("Words <% tp.date.now() %>stay {{date}}#tag ^block-1", "Words stay #tag"),
        ("# Garden #\ntext\n***\n[1]: https://town.example", "Garden\ntext"),
        ("50 %% of it", "50 %% of it"),
        ("<!-- never closed", "<!-- never closed"),
    ],
)
def test_words_are_kept_and_syntax_is_not(written: str, words: str):
    assert words_of(written.split("\n"))[0] == words


@every(
    ("text", "said"),
    [
        ("one\n\n```\ntwo\n\nthree\n", ["one", "two", "three"]),
        ("one\n\n<!-- two\n\nthree\n", ["one", "<!-- two", "three"]),
        ("one\n\n%% two\n\n<% three\n\n~~~ x\n\nfour\n", ["one", "%% two", "<% three", "four"]),
        ("---\n\none\n\n---\n\ntwo\n", ["one", "two"]),
        ("---\nNote: it rained\nall day long.\n\n---\ntwo\n", ["Note: it rained\nall day long.", "two"]),
        ("one\n\n```ad-note\ntwo\n```\n", ["one", "two"]),
    ],
)
def test_no_words_are_lost_by_what_is_never_closed_or_only_looks_like_syntax(text: str, said: list[str]):
    assert [words for words, _ in read(text)[0]] == said
