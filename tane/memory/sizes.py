"""Bytes for people. Pure."""

_UNITS = ("kB", "MB", "GB", "TB", "PB")
_STEP = 1000.0
_FINE = 100.0  # below it a digit after the point is shown


def sized(count: float) -> str:
    """Return a number of bytes in decimal units: 512 B, 1.5 MB, 250 GB."""
    if abs(count) < _STEP:
        return f"{count:.0f} B"
    for unit in _UNITS:
        count /= _STEP
        if abs(count) < _STEP or unit == _UNITS[-1]:
            break
    return f"{count:.1f} {unit}" if abs(count) < _FINE else f"{count:.0f} {unit}"
