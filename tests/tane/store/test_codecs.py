"""Values of the database that Python cannot hold become the nearest that it can."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from tane.store.codecs import DEEPEST, EARLIEST, LATEST
from tane.store.pool import Connection
from tests.tables import every


@every(
    ("written", "read"),
    [
        ("'infinity'", LATEST),
        ("'-infinity'", EARLIEST),
        ("'0044-03-15 BC'", EARLIEST),
        ("'294276-12-31 23:59:59+00'", LATEST),
        ("'0001-01-01 00:00:00+00'", EARLIEST),
        ("'2026-09-01T09:00:00.000001+09:00'", datetime(2026, 9, 1, 0, 0, 0, 1, tzinfo=UTC)),
        ("NULL", None),
    ],
)
async def test_a_time_is_one_of_the_years_1_to_9999(conn: Connection, written: str, read: datetime | None):
    assert await conn.fetchval(f"SELECT {written}::timestamptz") == read
    assert await conn.fetchval(f"SELECT representable({written}::timestamptz)") == read
    assert await conn.fetchval(f"SELECT ARRAY[{written}::timestamptz]") == [read]


@pytest.mark.parametrize("moment", [EARLIEST, LATEST])
def test_the_first_and_the_last_time_are_known_in_every_zone(moment: datetime):
    for hours in (-23, 23):
        assert moment.astimezone(timezone(timedelta(hours=hours))).isoformat()


@every(
    ("written", "read"),
    [
        ("infinity", LATEST.date()),
        ("-infinity", EARLIEST.date()),
        ("4713-01-02 BC", EARLIEST.date()),
        ("2026-09-01", date(2026, 9, 1)),
    ],
)
async def test_a_day_is_one_too(conn: Connection, written: str, read: date):
    assert await conn.fetchval(f"SELECT '{written}'::date") == read


@pytest.mark.parametrize("type_", ["real", "float8"])
async def test_what_is_no_number_is_not_known(conn: Connection, type_: str):
    found = await conn.fetchrow(f"SELECT 'NaN'::{type_}, '-Infinity'::{type_}, 0.5::{type_}, NULL::{type_}")

    assert tuple(found or ()) == (None, None, 0.5, None)


async def test_values_go_in_as_they_come_out(conn: Connection):
    moment = datetime(2026, 9, 1, 9, 0, 0, 123456, tzinfo=timezone(timedelta(hours=9)))

    row = await conn.fetchrow(
        "SELECT $1::timestamptz, $2::date, $3::real, $4::float8, $5::jsonb, $6::timestamptz[]",
        moment, date(1, 2, 3), 1, 1e300, {"a": [1, None]}, [moment, None],
    )  # fmt: skip

    assert tuple(row or ()) == (moment, date(1, 2, 3), 1.0, 1e300, {"a": [1, None]}, [moment, None])


@every(
    ("written", "read"),
    [
        ('{"a": [1, 2.5, null]}', {"a": [1, 2.5, None]}),
        ("[1]", {"value": [1]}),
        ("null", {"value": None}),
        ('"word"', {"value": "word"}),
        (f'{{"n": 1{"0" * 400}}}', {"n": 10**400}),
        (f'{{"n": 1{"0" * 9000}}}', {"n": f"1{'0' * 9000}"}),
        (f'{{"n": 1{"0" * 400}.5}}', {"n": f"1{'0' * 400}.5"}),
        ("[" * DEEPEST + "]" * DEEPEST, None),
        ("[" * 3000 + "]" * 3000, {"value": "[" * 3000 + "]" * 3000}),
        ("[" * 200 + "]" * 200, {"value": "[" * 200 + "]" * 200}),
        ("[" + ",".join(["[]"] * 200) + "]", {"value": [[]] * 200}),
    ],
)
async def test_a_document_is_an_object_that_can_be_written_again(
    conn: Connection, written: str, read: object
):
    found = await conn.fetchval(f"SELECT '{written}'::jsonb")

    assert isinstance(found, dict)
    assert read is None or found == read
