from typing import Any

from tane.memory.parts import PARTS, TableBytes, part_of, parted, reusable_bytes
from tests.tables import every

PAGE = 8192


def table(name: str = "utterances", **changes: Any) -> TableBytes:
    fields: dict[str, Any] = {
        "heap_bytes": 100 * PAGE, "side_bytes": 3 * PAGE, "index_bytes": 20 * PAGE, "live_rows": 3700.0, "row_width": 180.0,
    }  # fmt: skip
    return TableBytes(name=name, **fields | changes)


@every(
    ("changes", "pages"),
    [
        ({}, 0),  # 37 rows of 220 bytes fill a page
        ({"live_rows": 1850.0}, 50),
        ({"live_rows": 1800.0, "fill_share": 0.5}, 0),
        ({"live_rows": 900.0, "fill_share": 0.5}, 50),
        ({"live_rows": 0.0}, 100),
        ({"live_rows": 3400.0}, 0),  # within the error of the estimate
        ({"live_rows": 9999.0}, 0),
        ({"live_rows": -1.0}, 0),
        ({"row_width": None}, 0),
        ({"live_rows": 10.0, "is_catalog": True}, 0),
    ],
)
def test_what_living_rows_would_not_fill_can_be_used_again(changes: dict[str, Any], pages: int):
    assert reusable_bytes(table(**changes)) == pages * PAGE


def test_parts_are_all_there_and_are_all_bytes_of_the_tables():
    tables = [
        table(live_rows=1850.0),
        table("embeddings"),
        table("what_others_made"),
        table("pg_class", is_catalog=True),
    ]

    parts = parted(tables)

    assert tuple(parts) == PARTS
    assert sum(parts.values()) == sum(one.total_bytes for one in tables)
    assert (parts["text"], parts["dead"], parts["indexes"]) == (53 * PAGE, 50 * PAGE, 60 * PAGE)
    assert (parts["vectors"], parts["other"], parts["catalog"]) == (103 * PAGE, 103 * PAGE, 123 * PAGE)
    assert part_of("layout_points") == "maps"
