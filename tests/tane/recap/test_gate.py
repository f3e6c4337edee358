"""Which bullets are let through."""

from tane.recap.gate import check, is_in, repeats
from tane.recap.section import DraftBullet
from tests.tables import every
from tests.tane.recap.sentences import citable

JA = {
    one.number: one
    for one in (
        citable(1, "県は14日、渡瀬川に架かる新しい橋が完成したと発表した。"),
        citable(2, "総工費は4億2000万円で、歩道の幅は3メートルある。"),
        citable(3, "県の浅野課長は「冬も凍らない造りにした」と話した。"),
        citable(4, "市の担当者は、渡り初めの日はまだ決まっていないと話した。", publisher="kaido.example"),
    )
}
EN = {
    one.number: one
    for one in (
        citable(1, "The Harrow ferry will stop running on 3 October after 41 years."),
        citable(2, "Operator Bray Line said the boat was no longer safe."),
        citable(3, "About 120 people use it every day."),
    )
}


def reason(text: str, *cites: int, language: str = "ja", others: tuple[str, ...] = ()) -> str | None:
    known = JA if language == "ja" else EN
    return check(DraftBullet(text=text, cites=cites), known, language=language, others=others).reason


@every(
    ("text", "cites"),
    [
        ("渡瀬川に架かる新しい橋が14日に完成した。", (1,)),
        ("県は渡瀬川の新しい橋が完成したと発表した。総工費は4億2000万円。", (1, 2)),
        ("浅野課長は、冬も凍らない造りにしたと話した。", (3,)),
        ("渡り初めの日は、まだ決まっていない。", (4,)),
        ("kaido.exampleによると、渡り初めの日はまだ決まっていない。", (4,)),
    ],
)
def test_what_the_sentences_say_is_let_through_in_japanese(text: str, cites: tuple[int, ...]):
    assert reason(text, *cites) is None


@every(
    ("text", "cites"),
    [
        ("The Harrow ferry stops running on October 3 after forty-one years.", (1,)),
        ("Bray Line said the boat was no longer safe, and the ferry will stop on 3 October.", (1, 2)),
        ("Some 120 people use the ferry every day.", (1, 3)),
    ],
)
def test_what_the_sentences_say_is_let_through_in_english(text: str, cites: tuple[int, ...]):
    assert reason(text, *cites, language="en") is None


@every(
    ("text", "cites", "expected"),
    [
        ("橋が完成した。", (), "no_citation"),
        ("橋が完成した。", (1, 9), "unknown_citation"),
        ("橋の総工費は4億円。", (2,), "figure"),
        ("橋は15日に完成した。", (1,), "figure"),
        ("歩道の幅は3キロある。総工費は4億2000万人。", (2,), "figure"),
        ("橋の総工費は4億2000万円。", (1,), "figure"),
        ("県の西田課長は「冬も凍らない造りにした」と話した。", (3,), "name"),
        ("トヨタの橋が完成した。", (1,), "name"),
        ("県警によると、渡瀬川に架かる新しい橋が完成した。", (1,), "source"),
        ("渡瀬川に架かる新しい橋は完成しなかった。", (1,), "contradicted"),
        ("渡り初めの日は決まった。", (4,), "contradicted"),
        ("A new bridge has been finished.", (1,), "language"),
        ("新しい橋が完成し、周辺の商店街に観光客が押し寄せた。", (1,), "unsupported"),
        ("橋が完成した。" * 12, (1,), "repetition"),
    ],
)
def test_anything_else_is_not(text: str, cites: tuple[int, ...], expected: str):
    assert reason(text, *cites) == expected


@every(
    ("text", "cites", "expected"),
    [
        ("The Harrow ferry will not stop running.", (1,), "contradicted"),
        ("Operator Bray Line said the boat was safe.", (2,), "contradicted"),
        ("The Marlow ferry will stop running on 3 October.", (1,), "name"),
        ("According to the council, the boat was no longer safe.", (2,), "source"),
        ("ハロー渡船は10月3日に運航を終える。", (1,), "name"),
    ],
)
def test_nor_in_english(text: str, cites: tuple[int, ...], expected: str):
    assert reason(text, *cites, language="en") == expected


def test_the_date_of_a_sentence_that_names_no_day_is_known():
    assert reason("歩道の幅は3メートルで、14日に公開された。", 2) != "figure"
    known = {1: citable(1, "開館は19日の予定だ。")}
    assert check(DraftBullet(text="14日に開館する。", cites=(1,)), known, language="ja").reason == "figure"


def test_what_another_bullet_says_is_a_repetition():
    assert reason("渡瀬川の新しい橋が完成した。", 1, others=("渡瀬川の新しい橋が完成した",)) == "repetition"
    assert reason("渡瀬川の新しい橋が完成した。", 1, others=("総工費は4億2000万円。",)) is None


@every(
    ("text", "language", "expected"),
    [
        ("新しいAPIが公開された。", "ja", True),
        ("OpenSSL 3.5 was released.", "ja", False),
        ("The bridge was finished.", "en", True),
        ("橋が完成した。", "en", False),
        ("橋が完成した。", "fr", True),
        ("", "ja", True),
    ],
)
def test_a_language_is_told_by_its_letters(text: str, language: str, expected: bool):
    assert is_in(text, language, "") is expected


def test_short_texts_do_not_repeat_themselves():
    assert not repeats("", ["橋"])
    assert repeats("橋", ["橋"])
