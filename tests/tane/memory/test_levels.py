from tane.memory.levels import LEAST_FREE_BYTES, Fill, MemoryLevel, next_level, threshold_of
from tests.tables import every

GB = 10**9


def filled(share: float) -> Fill:
    return Fill(effective_bytes=round(share * 100 * GB), budget_bytes=100 * GB)


@every(
    ("former", "before", "now", "level"),
    [
        ("normal", 0.79, 0.79, "normal"),
        ("normal", 0.79, 0.99, "normal"),  # one sample may be an import that is vacuumed away
        ("normal", 0.80, 0.99, "warning"),
        ("normal", 0.80, 0.80, "warning"),
        ("warning", 0.90, 0.91, "critical"),
        ("critical", 0.95, 1.20, "emergency"),
        ("emergency", 0.94, 0.91, "emergency"),  # left at 0.90
        ("emergency", 0.94, 0.89, "emergency"),
        ("emergency", 0.89, 0.89, "critical"),
        ("critical", 0.84, 0.86, "critical"),
        ("critical", 0.84, 0.84, "warning"),
        ("warning", 0.76, 0.79, "warning"),
        ("warning", 0.74, 0.74, "normal"),
        ("emergency", 0.10, 0.10, "normal"),
    ],
)
def test_two_samples_in_a_row_decide_and_a_level_is_left_later_than_it_is_entered(
    former: MemoryLevel, before: float, now: float, level: str
):
    assert next_level(former, filled(before), filled(now)) == level


def test_without_a_budget_only_the_disk_decides():
    much = Fill(effective_bytes=10**15, disk_free_bytes=LEAST_FREE_BYTES, disk_bytes=10 * GB)
    floor = Fill(effective_bytes=1, disk_free_bytes=LEAST_FREE_BYTES - 1, disk_bytes=10 * GB)

    assert next_level("normal", much, much) == "normal"
    assert next_level("normal", floor, floor) == "emergency"
    assert next_level("normal", much, floor) == "normal"
    assert next_level("emergency", floor, much) == "emergency"
    assert next_level("emergency", much, much) == "normal"


def test_on_a_large_disk_the_floor_is_a_share_of_it():
    assert Fill(effective_bytes=1, disk_free_bytes=39 * GB, disk_bytes=2000 * GB).is_on_floor
    assert not Fill(effective_bytes=1, disk_free_bytes=41 * GB, disk_bytes=2000 * GB).is_on_floor
    assert not Fill(effective_bytes=1).is_on_floor


def test_levels_are_those_of_document_003():
    assert [threshold_of(level) for level in ("warning", "critical", "emergency")] == [0.80, 0.90, 0.95]
