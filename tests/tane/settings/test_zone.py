"""The zone of the machine, as it is set in so many ways."""

import zoneinfo
from pathlib import Path

import pytest

from tane.settings.model import Settings
from tane.settings.sources import gather
from tane.settings.zone import system_zone, zone_like, zone_named
from tests.tables import every


@every(
    ("written", "name"),
    [
        ("Europe/Berlin", "Europe/Berlin"), ("JST-9", "Etc/GMT-9"), ("<+09>-9", "Etc/GMT-9"), ("EST5", "Etc/GMT+5"), ("UTC0", "UTC"),
        ("Etc/UTC", "UTC"), ("EST5EDT", "EST5EDT"), ("CET-1CEST,M3.5.0,M10.5.0/3", None), ("Mars/Olympus", None), ("../passwd", None),
    ],
)  # fmt: skip
def test_a_value_of_tz_names_a_zone_or_none(written: str, name: str | None) -> None:
    assert zone_named(written) == name


def test_the_settings_take_the_zone_of_the_system_and_tell_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", ":Europe/Berlin")

    assert Settings().timezone == "Europe/Berlin"
    assert gather(None, {}).effective_origin("timezone") == "the system"
    assert gather(None, {"timezone": "Asia/Tokyo"}).effective_origin("timezone") == "command line"


def test_a_system_without_a_zone_is_one_of_utc_and_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Mars/Olympus")

    found = system_zone()

    assert (found.name, Settings().timezone) == ("UTC", "UTC")
    assert (
        found.problem
        == "TZ=Mars/Olympus names no time zone, so UTC is used: set timezone, for example to Asia/Tokyo"
    )
    assert gather(None, {}).effective_origin("timezone") == "default: the system names no zone"


def test_a_file_of_rules_without_a_name_is_known_by_what_it_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it is mounted into a container whose own zone is another."""
    folder = tmp_path / "zoneinfo"
    (folder / "Asia").mkdir(parents=True)
    (folder / "Asia" / "Tokyo").write_bytes(b"TZif rules of Tokyo")
    (folder / "Japan").write_bytes(b"TZif rules of Tokyo")
    monkeypatch.setattr(zoneinfo, "TZPATH", (str(folder),))
    monkeypatch.delenv("TZ")
    (tmp_path / "localtime").write_bytes(b"TZif rules of Tokyo")

    assert zone_like(b"TZif rules of Tokyo", first="Japan") == "Japan"
    assert zone_like(b"TZif other rules", first=None) is None
    assert system_zone(tmp_path / "localtime").name == "Asia/Tokyo"
