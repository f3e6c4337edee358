import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tane.importing.records import Record
from tests.tables import every
from tests.tane.importing.reading import read

BERLIN = ZoneInfo("Europe/Berlin")
FORMS = ("tsv", "csv", "jsonl")


def table(times: list[str], form: str) -> bytes:
    rows = [{"text": f"text {number}", "time": written} for number, written in enumerate(times)]
    if form == "jsonl":
        return "\n".join(map(json.dumps, rows)).encode()
    return "\n".join(["text\ttime", *(f"{row['text']}\t{row['time']}" for row in rows)]).encode()


def times(data: bytes, form: str, zone: ZoneInfo | None = None) -> list[datetime | None]:
    rows = read(data, form, zone=zone or UTC)
    return [row.uttered_at for row in rows if isinstance(row, Record)]


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
