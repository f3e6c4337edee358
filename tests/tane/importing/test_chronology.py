from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from tane.importing.chronology import (
    DateOrder,
    NumericDate,
    RunningClock,
    date_of,
    date_order,
    in_running_order,
    numeric_date,
    order_evidence,
    weekday_of,
)
from tane.importing.records import ImportRecord, Omitted, Row
from tests.tables import every

BERLIN = ZoneInfo("Europe/Berlin")


def dates(*written: str) -> list[NumericDate]:
    taken = [numeric_date(one) for one in written]
    assert None not in taken
    return [one for one in taken if one]


def moments(*clocks: str) -> list[str]:
    running = RunningClock(BERLIN)
    return [f"{running.moment(datetime.fromisoformat(clock)):%H:%M}" for clock in clocks]


class TestADateInNumbers:
    @every(
        ("written", "weekday"),
        [
            ("03/08/2026", None), ("3.8.26", None), ("Mon, 08/03/2026", 0), ("03/08/2026 (月)", 0), ("Monday 3/8/26", 0),
            ("3.8.2026 (Mo)", 0), ("lunes 03-08-2026", 0), ("2026/08/03(月)", 0), ("월 3/8/26", 0),
        ],
    )  # fmt: skip
    def test_is_taken_apart_with_its_weekday(self, written: str, weekday: int | None):
        found = numeric_date(written)

        assert found is not None
        assert found.weekday == weekday

    @every("written", ["", "03/08", "Anna 03/08/2026", "1/2/3/4", "03/08-2026", "Mon 3/8/26 Tue"])
    def test_is_nothing_else(self, written: str):
        assert numeric_date(written) is None

    @every(("word", "day"), [("火", 1), ("Di.", 1), ("MERCREDI", 2), ("sáb", 5), ("Anna", None)])
    def test_has_weekdays_of_many_languages(self, word: str, day: int | None):
        assert weekday_of(word) == day


class TestTheOrderOfALog:
    @every(
        ("written", "order"),
        [
            (["2026/08/03"], "ymd"),
            (["1/2/26", "13/2/26"], "dmy"),
            (["1/2/26", "2/13/26"], "mdy"),
            (["30/1/26", "2/2/26"], "dmy"),
            (["1/9/26", "2/3/26"], "mdy"),
            (["9/1/26", "3/2/26"], "dmy"),
            (["1/2/26", "1/2/26"], None),
            (["1.2.26"], "dmy"),
            (["26. 8. 30.", "26. 9. 1."], "ymd"),
            (["Mon, 08/03/2026"], "mdy"),
            (["Mon, 03/08/2026"], "dmy"),
            (["03/08/2026 (月)", "04/08/2026", "05/08/2026"], "dmy"),
            (
                ["Sat, 09/05/2026", "Tue, 03/10/2026"],
                "mdy",
            ),  # the weekdays, although the time then runs backward
            ([], None),
        ],
    )
    def test_is_told_from_all_dates(self, written: list[str], order: DateOrder | None):
        assert date_order(dates(*written)) == order

    @every(
        ("written", "order"),
        [
            (["09/08/2026", "10/08/2026", "01/09/2026", "02/09/2026"], "dmy"),
            (["02/09/2026", "01/09/2026", "10/08/2026", "09/08/2026"], "dmy"),
            (["09/08/2026", "01/09/2026"], None),  # any two run one way
            (["09/08/2026", "02/09/2026", "10/08/2026", "01/09/2026", "03/03/2026"], None),
            (["09/08/2026", "31/08/2026"], "dmy"),
        ],
    )
    def test_of_a_table_needs_a_column_that_runs_one_way(self, written: list[str], order: DateOrder | None):
        assert date_order(dates(*written), is_log=False) == order

    @every("is_log", [True, False])
    @every(
        ("written", "order"),
        [
            (["24/3/10", "24/3/11", "24/3/12", "24/3/13"], "ymd"),
            (["24.3.10", "24.3.11", "24.3.12", "24.3.13"], "ymd"),
            (["24-12-28", "24-12-29", "25-01-02", "25-01-03"], "ymd"),
            (["10/3/24", "11/3/24", "12/3/24", "13/3/24"], "dmy"),
            (["13/8/21"], "dmy"),  # the more usual order, and the more recent day
            (["24.3.10"], "dmy"),
            (["24/3/10"], None),
            (["1/1/22", "1/1/23", "1/1/24", "1/1/25"], None),  # each new year, or days that follow each other
        ],
    )  # fmt: skip
    def test_may_begin_with_a_year_of_two_digits(
        self, written: list[str], order: DateOrder | None, is_log: bool
    ):
        assert date_order(dates(*written), is_log=is_log) == order

    def test_has_no_year_that_has_not_come(self):
        assert order_evidence(dates("28/12/24"), years=range(2009, 2027)).order == "dmy"
        assert order_evidence(dates("28/12/24"), years=range(2009, 2030)).order is None

    def test_knows_the_last_century_by_two_digits(self):
        (last, new, future) = dates("31.12.99", "1.1.00", "1.1.68")

        assert [day and day.year for day in (date_of(one, "dmy") for one in (last, new, future))] == [
            1999, 2000, 2068,
        ]  # fmt: skip

    def test_makes_days_except_where_the_weekday_is_another_ones(self):
        right, wrong, missing = dates("Mon, 03/08/2026", "Tue, 03/08/2026", "31/02/2026")

        assert date_of(right, "dmy") == date(2026, 8, 3)
        assert date_of(wrong, "dmy") is date_of(missing, "dmy") is None


class TestARunningClock:
    @every(
        ("clocks", "shown"),
        [
            (("2026-10-25 02:50", "2026-10-25 02:10", "2026-10-25 03:05"), ["00:50", "01:10", "02:05"]),
            (("2026-10-25 02:10", "2026-10-25 02:50", "2026-10-25 03:05"), ["00:10", "00:50", "02:05"]),
            (("2026-10-25 02:10", "2026-10-25 02:50", "2026-10-25 02:10", "2026-10-25 02:50"), ["00:10", "00:50", "01:10", "01:50"]),
            (("2026-10-25 02:50:05", "2026-10-25 02:50:03"), ["00:50", "00:50"]),  # crossed on their way
            (("2026-10-25 03:05", "2026-10-25 02:10", "2026-10-25 02:50", "2026-10-25 01:59"), ["02:05", "01:10", "00:50", "23:59"]),
            (("2026-10-25 02:10+01:00", "2026-10-25 02:20"), ["01:10", "01:20"]),
            (("2026-03-29 01:59", "2026-03-29 02:30", "2026-03-29 03:31"), ["00:59", "01:30", "01:31"]),
        ],
    )  # fmt: skip
    def test_keeps_the_order_of_the_log(self, clocks: tuple[str, ...], shown: list[str]):
        assert moments(*clocks) == shown

    def test_runs_for_each_conversation_where_the_whole_is_in_no_order(self):
        def said(clock: str, conversation: str) -> ImportRecord:
            at = datetime.fromisoformat(clock).replace(tzinfo=BERLIN).astimezone(UTC)
            return ImportRecord(line=1, text="x", conversation=conversation, uttered_at=at)

        rows: list[Row] = [
            said("2026-10-20 12:00", "a"), said("2026-10-30 12:00", "a"), said("2026-10-24 12:00", "b"),
            said("2026-10-25 02:50", "b"), Omitted(line=4, kind="call"), said("2026-10-25 02:10", "b"),
        ]  # fmt: skip

        last = list(in_running_order(rows, BERLIN))[-1]

        assert isinstance(last, ImportRecord)
        assert last.uttered_at == datetime(2026, 10, 25, 1, 10, tzinfo=UTC)
