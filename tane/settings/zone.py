"""Which time zone the machine is set to."""

import os
import re
import zoneinfo
from dataclasses import dataclass
from pathlib import Path

LOCALTIME = Path("/etc/localtime")
_FALLBACK = "UTC"
# POSIX counts to the west, and so do the names Etc/GMT+5.
_FIXED = re.compile(r"(?:[A-Za-z]{3,6}|<[+\-\w]{3,6}>)(?P<sign>[+-]?)(?P<hours>\d{1,2})(?::?00)?")


@dataclass(frozen=True, slots=True)
class SystemZone:
    """The name of a zone; `problem` says why it is not the machine's."""

    name: str
    problem: str | None = None

    @property
    def origin(self) -> str:
        """Say where the name comes from, as `tane config show --sources` does."""
        return "the system" if self.problem is None else "default: the system names no zone"


def system_zone(localtime: Path = LOCALTIME) -> SystemZone:
    """Return the zone that TZ or the system's configuration names; UTC if neither names one."""
    written = os.environ.get("TZ", "").lstrip(":")
    if written:
        name = zone_named(written)
        return SystemZone(name) if name else _none(f"TZ={written} names no time zone")
    name = _configured()
    if (
        localtime.is_file() and not localtime.is_symlink()
    ):  # mounted into a container, whose own name is another
        name = zone_like(localtime.read_bytes(), first=name) or name
    return SystemZone(name) if name else _none("the system names no time zone")


def zone_named(written: str) -> str | None:
    """Return the zone that a value of TZ means: a name, the path of a zone's file, or a fixed offset such as JST-9."""
    if written.startswith("/"):
        parts = Path(written).resolve().parts
        return next(filter(None, (_known("/".join(parts[at:])) for at in range(1, len(parts)))), None)
    if name := _known(written):
        return name
    if (fixed := _FIXED.fullmatch(written)) is None:
        return None
    hours = int(fixed["hours"])
    return _known(f"Etc/GMT{'-' if fixed['sign'] == '-' else '+'}{hours}") if hours else _FALLBACK


def zone_like(rules: bytes, *, first: str | None) -> str | None:
    """Return a zone whose file holds these bytes, `first` if it does."""
    same = [name for name in sorted(zoneinfo.available_timezones()) if _rules_of(name) == rules]
    return first if first in same else next((name for name in same if "/" in name), next(iter(same), None))


def _configured() -> str | None:
    import tzlocal  # noqa: PLC0415 - needed only where no zone is set

    try:
        name = tzlocal.get_localzone_name()
    except (KeyError, ValueError, OSError):  # files that contradict each other
        return None
    return _known(name) if name else None


def _known(name: str) -> str | None:
    """Return a name if there is such a zone; UTC has many."""
    try:
        zoneinfo.ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None
    return _FALLBACK if name.removeprefix("Etc/") in {"UTC", "UCT", "Universal", "Zulu"} else name


def _rules_of(name: str) -> bytes | None:
    for folder in zoneinfo.TZPATH:
        try:
            return (Path(folder) / name).read_bytes()
        except OSError:
            continue
    return None


def _none(why: str) -> SystemZone:
    return SystemZone(_FALLBACK, f"{why}, so UTC is used: set timezone, for example to Asia/Tokyo")
