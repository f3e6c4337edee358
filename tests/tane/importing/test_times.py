import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tane.importing.chronology import DateOrder
from tane.importing.records import ImportRecord
from tane.importing.times import parse_time
from tests.tables import every
from tests.tane.importing.reading import read

TOKYO, BERLIN = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/Berlin")
AFTERNOON = datetime(2024, 3, 5, 13, 4, tzinfo=TOKYO)
MIDNIGHT = datetime(2024, 3, 5, tzinfo=TOKYO)


class TestATime:
    @every(
        "written",
        [
            "2024-03-05T13:04:00+09:00",
            "2024-03-05T04:04:00Z",
            "2024-03-05 13:04",
            "2024-03-05T13:04:00.000",
            "20240305130400",
            "2024/3/5 13:04",
            "2024/03/05 13:04:00",
            "2024/03/05 04:04:00 +00:00",
            "2024.3.5 13:04",
            "2024-3-5 13:04",
            "2024年3月5日 13:04",
            "2024年3月5日(火) 13時4分",
            "2024年3月5日（火）13時04分00秒",
            "2024年3月5日 午後1時4分",
            "2024/3/5 1:04 PM",
            "令和6年3月5日 13時4分",
            "２０２４年３月５日　１３：０４",
            1709611440,
            1709611440.0,
            "1709611440",
            1709611440000,
            "1709611440000",
            1709611440000000,
        ],
    )
    def test_is_read_in_all_usual_forms(self, written: object):
        assert parse_time(written, zone=TOKYO) == AFTERNOON

    @every(
        "written",
        ["2024-03-05", "20240305", "2024/3/5", "2024年3月5日", "2024年3月5日 午前0時", "令和6年3月5日(火)"],
    )
    def test_without_an_hour_is_the_beginning_of_the_day(self, written: str):
        assert parse_time(written, zone=TOKYO) == MIDNIGHT

    @every(
        "written",
        [
            "2024-03-05 04:04 UTC", "2024-03-05 04:04:00+00", "Tue, 05 Mar 2024 13:04:00 +0900", "Tue, 5 Mar 24 13:04 +0900 (JST)",
            "Mon, 04 Mar 2024 23:04:00 EST", "Tue Mar  5 04:04:00 +0000 2024", "Tue Mar  5 13:04:00 2024",
            "Tue Mar 05 2024 13:04:00 GMT+0900 (日本標準時)", "Mar 5, 2024, 1:04:00\u202fPM", "1:04 PM · Mar 5, 2024",
            "Tuesday, March 5th, 2024 at 1:04 p.m.", "2024-03-05T04:04:00.000000999Z", "2024-03-05T13:04:00+09:00[Asia/Tokyo]",
            "2024-03-05T04:04:00Z[Etc/UTC]", "2024-03-05T13:04[Asia/Tokyo]", "2024-03-05 13:04 JST", "2024-03-05 05:04 MEZ",
            "2024-03-05 06:04 EET", "2024-03-04 20:04 PST", "2024-03-05 13:04 UTC+9", "20240305T040400Z", "20240305T1304", "202403051304",
            "2024-W10-2T13:04", "2024W102T130400+0900", "2024-065T13:04", "2024-03-05T13:04:00,000", "1709611440000000000",
            "1709611440.0", "2024年3月5日 13時04分", "令和6年3月5日 午後1時4分", "R6.3.5 13:04", "5. März 2024 um 13:04 Uhr",
            "mardi 5 mars 2024 à 13h04", "mar. 5 mars 2024, 13:04", "5 de marzo de 2024, 1:04 p. m.", "5 de março de 2024 às 13:04",
            "5 marzo 2024, 13:04", "2024년 3월 5일 화요일 오후 1시 4분", "2024. 3. 5. 오후 1:04", "2024年3月5日星期二 下午1:04",
            "вторник, 5 марта 2024 г., 13:04", "5 marca 2024, 13:04", "5 Mart 2024 13:04", "05-Mar-2024 13:04", "2024-03-05_13-04-00",
            "2024/3/5(火) 13:04", "2024/03/05 PM 1:04",
        ],
    )  # fmt: skip
    def test_of_another_program_or_language_is_the_same_moment(self, written: object):
        assert parse_time(written, zone=TOKYO) == AFTERNOON

    def test_at_24_is_the_end_of_its_day(self):
        assert parse_time("2024-03-04 24:00", zone=TOKYO) == MIDNIGHT

    @pytest.mark.parametrize(("order", "month"), [("dmy", 5), ("mdy", 3)])
    def test_with_the_year_last_needs_the_order_of_its_column(self, order: DateOrder, month: int):
        moment = parse_time("3/5/2024, 1:04 PM", zone=UTC, order=order)

        assert moment is not None
        assert (moment.month, moment.hour) == (month, 13)

    def test_that_clocks_skipped_is_as_if_they_had_not(self):
        assert parse_time("2026-03-29 02:30", zone=BERLIN) == datetime(2026, 3, 29, 3, 30, tzinfo=BERLIN)

    def test_may_be_the_first_year_of_an_era(self):
        assert parse_time("平成元年1月8日", zone=UTC) == datetime(1989, 1, 8, tzinfo=UTC)

    def test_is_given_in_utc(self):
        moment = parse_time("2024/3/5 13:04", zone=TOKYO)

        assert moment is not None
        assert moment.tzinfo is UTC

    def test_keeps_its_fraction(self):
        assert parse_time("2024/3/5 13:04:05.25", zone=UTC) == datetime(
            2024, 3, 5, 13, 4, 5, 250_000, tzinfo=UTC
        )

    @every(
        "written",
        [
            None, "", "   ", "yesterday", "昨日", True, 0, -5, 12, "13:04", "1/2/2024", "03/05/2024 13:04",
            "2024/13/1", "2024/2/30", "2024/3/5 25:00", "2024/3/5 午後13時", "99999999999999999999", "2024",
            "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", [], {"at": 1}, float("nan"), float("inf"),
            "2024-03-05 13:04 IST", "2024-03-05 13:04 CST", "Tue, 05 Mar 2024 13:04:00 BST", "2024-03-05T13:04+01:00[Asia/Tokyo]",
            "2024-03-05T13:04[Mars/Olympus]", "Wed, 05 Mar 2024 13:04:00 +0900", "2024/3/5(水) 13:04", "45356.5", "99999999999",
            "2024-03-05 24:01", "March 2024", "5 March", "5. listopad 2024", "2024-03", "3/5/24 13:04", "2024-W10", "2024-366T13:04Zz",
            "the 5 March 2024 was fine", "2024-03-05 13:04 and 14:04", "5 2024 march 3",
        ],
    )  # fmt: skip
    def test_that_is_not_certain_is_none(self, written: object):
        assert parse_time(written, zone=TOKYO) is None

    @given(st.text() | st.integers() | st.floats() | st.none() | st.lists(st.integers(), max_size=2))
    def test_never_fails(self, written: object):
        moment = parse_time(written, zone=TOKYO)

        assert moment is None or moment.tzinfo is UTC

    @given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1)))  # noqa: DTZ001
    def test_in_iso_form_is_read_exactly(self, naive: datetime):
        assert parse_time(naive.isoformat(), zone=UTC) == naive.replace(tzinfo=UTC)


def test_a_time_that_the_database_does_not_take_is_not_read():
    """The first and the last day of the calendar are others in other zones."""
    for written in ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"):
        assert parse_time(written, zone=UTC) is None
    assert parse_time("9999-12-29T23:59:59Z", zone=UTC) is not None


BERLIN = ZoneInfo("Europe/Berlin")
FORMS = ("tsv", "csv", "jsonl")


def table(times: list[str], form: str) -> bytes:
    rows = [{"text": f"text {number}", "time": written} for number, written in enumerate(times)]
    if form == "jsonl":
        return "\n".join(map(json.dumps, rows)).encode()
    return "\n".join(["text\ttime", *(f"{row['text']}\t{row['time']}" for row in rows)]).encode()


def times(data: bytes, form: str, zone: ZoneInfo | None = None) -> list[datetime | None]:
    rows = read(data, form, zone=zone or UTC)
    return [row.uttered_at for row in rows if isinstance(row, ImportRecord)]


class TestTheTimesOfATable:
    @every("form", FORMS)
    @every(
        ("written", "read_as"),
        [
            (["2026-08-03", "03/08/2026 21:14", "13/08/2026 9:14 PM"], ["2026-08-03 00:00", "2026-08-03 21:14", "2026-08-13 21:14"]),
            (["08/03/26", "8/13/26, 9:14:00\u202fPM"], ["2026-08-03 00:00", "2026-08-13 21:14"]),
            (["03.08.2026 21:14"], ["2026-08-03 21:14"]),
            (["Mon, 08/03/2026", "8/4/2026 (Tue) 21:14", "08/05/2026"], ["2026-08-03 00:00", "2026-08-04 21:14", "2026-08-05 00:00"]),
            (["Mon, 08/03/2026", "Mon, 08/04/2026"], ["2026-08-03 00:00", None]),
            (["03/08/2026", "04/08/2026"], [None, None]),
            (["08/13/2026", "13/08/2026"], [None, None]),
        ],
    )  # fmt: skip
    def test_are_understood_by_the_whole_column(
        self, form: str, written: list[str], read_as: list[str | None]
    ):
        expected = [when and datetime.fromisoformat(when).replace(tzinfo=UTC) for when in read_as]

        assert times(table(written, form), form) == expected

    @every("form", FORMS)
    def test_of_a_repeated_hour_keep_its_order(self, form: str):
        found = times(table(["2026-10-25 02:50", "2026-10-25 02:10"], form), form, BERLIN)

        assert found == [
            datetime(2026, 10, 25, hour, minute, tzinfo=UTC) for hour, minute in ((0, 50), (1, 10))
        ]


@pytest.mark.parametrize(
    ("log", "form"),
    [
        ("[25.10.26, 02:50:00] Anna: late\n[25.10.26, 02:10:00] Ben: by the old clock\n", "whatsapp"),
        ("2026/10/25(日)\n02:50\tAnna\tlate\n02:10\tBen\tby the old clock\n", "line"),
    ],
)
def test_the_repeated_hour_of_a_chat_log_keeps_its_order(log: str, form: str):
    assert times(log.encode(), form, BERLIN) == [
        datetime(2026, 10, 25, 0, 50, tzinfo=UTC), datetime(2026, 10, 25, 1, 10, tzinfo=UTC),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        "Date,Time,text\n2026-08-13,21:14,one\n2026-08-13,9:14 PM,two\n",
        "日付,時刻,本文\n2026年8月13日,21時14分,one\n8/13/2026,午後9:14,two\n",
        "time,text,Date\n21:14,one,13.08.2026\n21:14:00,two,13.08.2026\n",
    ],
)
def test_a_date_may_stand_in_a_column_of_its_own(data: str):
    assert times(data.encode(), "csv") == [datetime(2026, 8, 13, 21, 14, tzinfo=UTC)] * 2


@pytest.mark.parametrize(
    ("log", "form"),
    [
        ("Mon, 08/03/2026, 21:14 - Anna: hello\nTue, 08/04/2026, 21:14 - Ben: oh\nMon, 08/05/2026, 21:14 - Ben: no\n", "whatsapp"),
        ("[08/03/2026 (月), 21:14:00] 花: やあ\n[08/04/2026 (火), 21:14:00] 健: お\n[08/05/2026 (月), 21:14:00] 健: え\n", "whatsapp"),
        ("Mon, 08/03/2026\n21:14\tAnna\thello\nTue, 08/04/2026\n21:14\tBen\toh\nMon, 08/05/2026\n21:14\tBen\tno\n", "line"),
    ],
)  # fmt: skip
def test_weekdays_decide_day_and_month_of_a_chat_log_and_one_that_fits_none_leaves_no_time(
    log: str, form: str
):
    first, second = (datetime(2026, 8, day, 21, 14, tzinfo=UTC) for day in (3, 4))

    assert times(log.encode(), form) == [first, second, None]
