"""Days of a diary: where each stands, and what is no date."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from tane.importing.diary import Diary, date_in_name
from tane.importing.records import ImportRecord, Omitted
from tests.tables import every
from tests.tane.importing.reading import read_rows, texts

FIRST = datetime(2026, 9, 1)  # noqa: DTZ001 - as it is written
BERLIN = ZoneInfo("Europe/Berlin")


def days(text: str, form: str = "text", *, title: str = "") -> list[tuple[str, str | None]]:
    rows = [row for row in read_rows(text.encode(), form, title=title) if isinstance(row, ImportRecord)]
    return [(row.text, f"{row.uttered_at:%m-%d %H:%M}" if row.uttered_at else None) for row in rows]


class TestAHeading:
    @every(
        "heading",
        [
            "## 2026-09-01（火）", "2026年9月1日（火）", "令和8年9月1日", "## 9/1 (Tue)", "### 9月1日", "# Tuesday, September 1, 2026",
            "1. September 2026", "1 septembre 2026", "mardi 1er septembre 2026", "2026. 9. 1. (화)", "2026年9月1日 星期二",
            "[[2026-09-01]]", "- [[Sep 1st, 2026]]", "== 2026-09-01 ==", "**2026-09-01**", "【2026年9月1日】", "■2026/9/1(火)",
            "2026_09_01", "## 20260901", "##2026-09-01", "--- 2026-09-01 ---", "<2026-09-01 Tue>", "Date: September 1, 2026",
            "２０２６年９月１日", "9月1日（火）晴れのち曇り", "# 2026-09-01 A walk", "## 1日（火）",
        ],
    )  # fmt: skip
    def test_that_is_a_date_gives_the_day(self, heading: str):
        found = Diary(year=2026, month=9).take(heading)

        assert found is not None
        assert (found.moment, found.has_clock) == (FIRST, False)

    @every(
        "line",
        [
            "# Garden", "## Day 3", "## 3 apples", "# Version 1.2.3", "# 2026", "# September 2026", "1785759245", "5", "9/1", "12/10",
            "2026-09-01 I went home and slept", "On 2026-09-01 we met", "10.10.2026: a day", "21:14", "",
        ],
    )  # fmt: skip
    def test_that_is_none_gives_nothing(self, line: str):
        assert Diary(year=2026).take(line) is None

    @every("line", ["## 2026-09-01（水）", "## 2026-02-31", "## 9/1 (Wed)", "Monday, September 1, 2026"])
    def test_that_contradicts_itself_is_a_date_that_cannot_be_read(self, line: str):
        found = Diary(year=2026).take(line)

        assert found is not None
        assert found.moment is None

    def test_without_a_year_is_of_the_next_one_after_december(self):
        diary = Diary(year=2025)
        found = [diary.take(line) for line in ("## 12/31 (Wed)", "## 1/1 (Thu)", "## 1/2")]

        assert [one and one.moment and one.moment.year for one in found] == [2025, 2026, None]

    @every(
        ("name", "day"),
        [
            ("2026-09-01", FIRST), ("diary 2026_09_01", FIRST), ("20260901", FIRST), ("日記2026年9月1日", FIRST),
            ("2026-09", None), ("2026-09-01 to 2026-09-02", None), ("1.2.3", None), ("notes", None),
        ],
    )  # fmt: skip
    def test_may_be_the_name_of_the_file(self, name: str, day: datetime | None):
        assert date_in_name(name) == (day and day.date())


class TestADiary:
    def test_gives_each_paragraph_the_day_of_its_heading_and_keeps_other_headings(self):
        text = (
            "# Diary\n\n## 2026-09-01（火）\n朝に歩いた。\n\n夜は雨。\n\n### 21:14\n寝る前に。\n\n### Dinner\n\nrice\n\n"
            "## 2026-09-02（水）晴れ\n本を読んだ。\n\n## Recipes\n\nPlum jam.\n\n2026年9月3日\nplain\n\n2026-09-04\n======\nunderlined\n"
        )

        assert days(text) == [
            ("# Diary", None), ("朝に歩いた。", "09-01 00:00"), ("夜は雨。", "09-01 00:00"), ("寝る前に。", "09-01 21:14"),
            ("### Dinner", "09-01 21:14"), ("rice", "09-01 21:14"), ("## 2026-09-02（水）晴れ\n本を読んだ。", "09-02 00:00"),
            ("## Recipes", None), ("Plum jam.", None), ("plain", "09-03 00:00"), ("underlined", "09-04 00:00"),
        ]  # fmt: skip

    def test_counts_its_headings_as_left_out(self):
        rows = read_rows(b"## 2026-09-01\n\nwalked\n", "text")

        assert rows[0] == Omitted(line=1, kind="date_heading")

    def test_counts_what_stands_under_a_contradiction_as_a_time_that_cannot_be_read(self):
        (row,) = [
            row
            for row in read_rows("## 2026-09-01（水）\n\n本。\n".encode(), "text")
            if isinstance(row, ImportRecord)
        ]

        assert (row.uttered_at, row.is_time_unreadable) == (None, True)

    @every(
        ("headings", "expected"),
        [
            (("Mon, 08/03/2026", "08/04/2026"), ["08-03 00:00", "08-04 00:00"]),
            (("03/08/2026 (月)", "04/08/2026"), ["08-03 00:00", "08-04 00:00"]),
            (("03/08/2026", "13/08/2026"), ["08-03 00:00", "08-13 00:00"]),
            (("3/8/2026", "4/8/2026"), [None, None]),
            (("# 2026\n\n## 8/3 (Mon)", "8/4"), ["08-03 00:00", "08-04 00:00"]),
        ],
    )
    def test_tells_day_and_month_from_all_its_headings(
        self, headings: tuple[str, str], expected: list[str | None]
    ):
        text = "".join(
            f"{'' if '#' in one else '## '}{one}\n\nwalked {number}\n\n"
            for number, one in enumerate(headings)
        )

        assert [day for said, day in days(text) if said.startswith("walked")] == expected

    @every(
        "line",
        [
            "1/2 onion", "3/4 full", "4/5 stars", "3/4カップの牛乳", "3月10日に会う", "4/5 花見", "12/25 クリスマス", "5/6 done",
            "● 1/2 onion", "- 1/2 onion", "## 1/2 onion", "3/4", "1/2 개", "5/6 готово", "3月10日まで",
        ],
    )  # fmt: skip
    def test_keeps_words_behind_a_fraction_and_the_day_above(self, line: str):
        text = f"2024-05-01\n\nwalked\n\n{line}\n\nafter\n"

        assert days(text) == [(words, "05-01 00:00") for words in ("walked", line, "after")]

    @every(
        ("headings", "expected"),
        [
            (("4.3.2024", "7.3.", "8.3."), ["03-04", "03-07", "03-08"]),
            (("4.3.2024", "Do 7. 3.", "8.3. (Fr)"), ["03-04", "03-07", "03-08"]),
            (("31.12.2024", "1.1.", "2.1."), ["12-31", "01-01", "01-02"]),
            (("2024年3月4日", "三月五日 晴", "十二月三十一日"), ["03-04", "03-05", "12-31"]),
            (("令和六年三月四日", "三月五日（火）", "二〇二四年三月十一日"), ["03-04", "03-05", "03-11"]),
            (("Ngày 4 tháng 3 năm 2024", "Ngày 5 tháng 3", "Thứ tư, ngày 6 tháng 3 năm 2024"), ["03-04", "03-05", "03-06"]),
            (("4 मार्च 2024", "५ मार्च २०२४", "6 फ़रवरी 2025"), ["03-04", "03-05", "02-06"]),
            (("۴ مارس ۲۰۲۴", "۵ مارس ۲۰۲۴", "6 آوریل 2024"), ["03-04", "03-05", "04-06"]),
            (("4.3.2024", "1.1.", "1.2."), ["03-04"] * 3),  # numbers of chapters: the day would be an earlier one
            (("2024. 3. 4.", "4. 5.", "4. 6."), ["03-04"] * 3),  # where the year stands first, so may the month
        ],
    )  # fmt: skip
    @every("blank", ["\n", "\n\n"])
    def test_has_days_in_other_spellings(self, headings: tuple[str, ...], expected: list[str], blank: str):
        text = "".join(f"{heading}{blank}walked {number}{blank}" for number, heading in enumerate(headings))

        found = [day and day[:5] for words, day in days(text) if "walked" in words]
        assert found == expected

    @every("blank", ["\n", "\n\n"])
    @every(
        ("headings", "expected"),
        [
            (("4/5 花見", "4/12 雨の日", "4/20 引っ越し", "5/3 完了"), ["04-05", "04-12", "04-20", "05-03"]),
            (("5/4 spring", "12/4 at home", "20/4 moved", "3/5 done"), ["04-05", "04-12", "04-20", "05-03"]),
            (("3月10日 花見", "3月11日 雨", "4月1日 引っ越し", "4月2日 完了"), ["03-10", "03-11", "04-01", "04-02"]),
            (("1/2 onion", "3/4 cup", "4/5 stars", "5/6 done"), ["03-01"] * 4),  # either number may be the month
            (("1/2 onion", "3/4 cup", "1/4 cup", "1/13 done"), ["03-01"] * 4),
        ],
    )  # fmt: skip
    def test_names_its_days_with_words_if_all_of_them_run_forward(
        self, headings: tuple[str, ...], expected: list[str], blank: str
    ):
        text = "2024-03-01\n\n" + "".join(
            f"{heading}{blank}walked {number}\n\n" for number, heading in enumerate(headings)
        )

        found = days(text)
        assert [day and day[:5] for words, day in found if "walked" in words] == expected
        assert all(any(heading in words for words, _ in found) for heading in headings)

    def test_has_days_without_a_year_beside_the_weather(self):
        text = "2024-05-01\n\nwalked\n\n5/6 晴れ\n\nafter\n"

        assert days(text)[-1] == ("after", "05-06 00:00")

    def test_with_clocks_keeps_its_order_in_a_repeated_hour(self):
        text = "## 2026-10-25\n\n### 02:50\n\nawake\n\n### 02:10\n\nby the old clock\n"

        rows = [row for row in read_rows(text.encode(), "text", zone=BERLIN) if isinstance(row, ImportRecord)]

        assert [row.uttered_at for row in rows] == [
            datetime(2026, 10, 25, 0, 50, tzinfo=UTC), datetime(2026, 10, 25, 1, 10, tzinfo=UTC),
        ]  # fmt: skip

    def test_of_outlined_days_dates_what_hangs_on_each(self):
        text = "- [[2026-09-01]]\n\t- walked\n- 2026-09-02\n\t- ate\n"

        assert days(text, "markdown", title="2026_09_03") == [
            ("walked", "09-01 00:00"),
            ("ate", "09-02 00:00"),
        ]

    def test_that_is_prose_with_dates_in_it_is_left_alone(self):
        text = "On 2026-09-01 we met.\n\n2026-09-02 was a day of rain, and of tea.\n\nIn 1984 (9/1) nobody came.\n"

        assert days(text) == [(paragraph, None) for paragraph in text.strip().split("\n\n")]

    def test_imported_again_is_known_by_the_same_words_as_before_it_had_dates(self):
        (row,) = [
            row for row in read_rows(b"## 2026-09-01\n\nwalked\n", "text") if isinstance(row, ImportRecord)
        ]

        assert (row.written_time, texts([row])) == (None, ["walked"])
