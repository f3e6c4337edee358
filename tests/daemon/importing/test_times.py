from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.importing.times import parse_time

TOKYO = ZoneInfo("Asia/Tokyo")
AFTERNOON = datetime(2024, 3, 5, 13, 4, tzinfo=TOKYO)
MIDNIGHT = datetime(2024, 3, 5, tzinfo=TOKYO)


class TestATime:
    @pytest.mark.parametrize(
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

    @pytest.mark.parametrize(
        "written",
        ["2024-03-05", "20240305", "2024/3/5", "2024年3月5日", "2024年3月5日 午前0時", "令和6年3月5日(火)"],
    )
    def test_without_an_hour_is_the_beginning_of_the_day(self, written: str):
        assert parse_time(written, zone=TOKYO) == MIDNIGHT

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

    @pytest.mark.parametrize(
        "written",
        [
            None, "", "   ", "yesterday", "昨日", True, 0, -5, 12, "13:04", "1/2/2024", "03/05/2024 13:04",
            "2024/13/1", "2024/2/30", "2024/3/5 25:00", "2024/3/5 午後13時", "99999999999999999999", "2024",
            "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", [], {"at": 1}, float("nan"), float("inf"),
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
