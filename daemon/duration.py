"""Durations in words."""


def ago(seconds: float) -> str:
    """Return a duration in its largest sensible unit."""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
