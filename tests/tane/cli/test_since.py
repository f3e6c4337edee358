"""What people may write for --since."""

from datetime import UTC, datetime

from tane.cli.today import since_when
from tests.tables import every

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@every(
    ("written", "moment"),
    [
        ("36h", datetime(2026, 11, 20, 0, tzinfo=UTC)),
        ("7d", datetime(2026, 11, 14, 12, tzinfo=UTC)),
        ("2W", datetime(2026, 11, 7, 12, tzinfo=UTC)),
        ("2026-11-01", datetime(2026, 10, 31, 15, tzinfo=UTC)),
        ("2026-11-01T08:00+09:00", datetime(2026, 10, 31, 23, tzinfo=UTC)),
        ("令和8年11月1日", datetime(2026, 10, 31, 15, tzinfo=UTC)),
    ],
)
def test_a_date_is_one_of_the_zone_and_a_span_counts_back(written: str, moment: datetime):
    assert since_when(written, zone="Asia/Tokyo", now=NOW) == moment


@every("written", ["", "soon", "7", "1/2/2024", "99999w"])
def test_what_cannot_be_read_for_certain_is_none(written: str):
    assert since_when(written, zone="Asia/Tokyo", now=NOW) is None
