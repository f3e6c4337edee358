"""Who says something in WhatsApp's log, and what is a line of the program's own."""

from tane.importing.records import Omitted, Record
from tests.tables import every
from tests.tane.importing.reading import read_rows


def speakers(*rests: str, title: str = "") -> list[str | None]:
    """Return who says each line of a log; None: the program."""
    log = "".join(f"13/08/2026, 21:{14 + at} - {rest}\n" for at, rest in enumerate(rests))
    rows = read_rows(log.encode(), "whatsapp", title=title)
    return [
        row.speaker if isinstance(row, Record) else None for row in rows if isinstance(row, Record | Omitted)
    ]


class TestAName:
    @every(
        ("name", "speaker"),
        [
            ('Robert "Bob" Miller', 'Robert "Bob" Miller'),
            ("Robert “Bob” Miller", "Robert “Bob” Miller"),
            ("田中「たな」美咲", "田中「たな」美咲"),
            ("Иван «Ваня» Петров", "Иван «Ваня» Петров"),
            ("O'Brien", "O'Brien"),
            ("~\u202fEve", "Eve"),
            ("\u202a+44 7700 900123\u202c", "+44 7700 900123"),
            ("Jo-Jo Doe - home", "Jo-Jo Doe - home"),
            ("🌻 Mum (new)", "🌻 Mum (new)"),
            ("Dr. A. B. Smith, dentist", "Dr. A. B. Smith, dentist"),
        ],
    )
    def test_is_kept_as_it_is(self, name: str, speaker: str):
        assert speakers(f"{name}: hello", "Ann: hi") == [speaker, "Ann"]

    def test_may_hold_half_a_quotation_if_it_says_more_than_once(self):
        assert speakers('The 5" man: a "b" c', 'The 5" man: d "e" f') == ['The 5" man', 'The 5" man']

    def test_may_hold_half_a_quotation_that_nothing_ends(self):
        assert speakers('John 5": hello') == ['John 5"']

    def test_with_a_colon_is_told_by_the_title_of_the_log(self):
        assert speakers("Work: Ann: hello", "Ben: note: hi", title="WhatsApp Chat with Work: Ann") == ["Work: Ann", "Ben"]  # fmt: skip


class TestALineOfTheProgram:
    @every(
        "line",
        [
            "Ann created group “Trip: 2026”",
            'Ann changed the subject from "a: b" to "c: d"',
            "You changed the subject from “a: b” to “c: d”",
            "Ann hat den Betreff von „a: b“ zu „c: d“ geändert",
            "Ann a changé le sujet de « a: b » à « c: d »",
            "Ann cambió el asunto de «a: b» a «c: d»",
            "Annがグループ名を「a: b」から「c: d」に変更しました",
            "Ann將群組主旨從「a: b」更改為「c: d」",
            "Messages and calls are end-to-end encrypted. Tap to learn more.",
            "Ann added Ben",
            "Ann added Dan: the man",
            "You removed Dan: the man",
            "Ann añadió a Dan: fontanero",
            "Ann a ajouté Dan: plombier",
            "Ann hat Dan: Klempner hinzugefügt.",
            "AnnがDan: 水道屋さんを追加しました",
            "Ann님이 Dan: the man님을 추가했습니다.",
            "Ann добавил(а) Dan: сантехник",
        ],
    )
    def test_is_nobodys(self, line: str):
        assert speakers("Ann: hi", line, "Ann: ho") == ["Ann", None, "Ann"]

    @every("name", ["Added Ltd", "Mum left work", "Dan invited", "The man that Ann added to us"])
    def test_is_none_if_it_is_somebodys(self, name: str):
        assert speakers("Ann: hi", f"{name}: hello", f"{name}: you") == ["Ann", name, name]

    @every("name", ["Added Ltd", "Mum left work", "Dan invited", "田中が好き", "Jan heeft zin"])
    def test_is_none_without_its_wording(self, name: str):
        assert speakers("Ann: hi", f"{name}: hello") == ["Ann", name]

    def test_is_none_if_nobody_of_that_name_speaks(self):
        assert speakers("Ann: hi", "ながい: 田中さんを招待しました") == ["Ann", "ながい"]

    def test_is_nobodys_when_it_is_repeated(self):
        line = 'Ann changed the subject from "a: b" to "c: d"'

        assert speakers("Ann: hi", line, line) == ["Ann", None, None]
