from tane.memory.sizes import sized
from tests.tables import every


@every(
    ("count", "shown"),
    [(0, "0 B"), (999, "999 B"), (1500, "1.5 kB"), (50 * 10**9, "50.0 GB"), (250 * 10**6, "250 MB"), (3e18, "3000 PB")],
)  # fmt: skip
def test_bytes_are_shown_in_decimal_units(count: float, shown: str):
    assert sized(count) == shown
