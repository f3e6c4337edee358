"""Chance, in one place: it spreads retries, probes and polls of many daemons over time."""

import random


def luck() -> float:
    """Return a number uniform in [0, 1)."""
    return random.random()  # noqa: S311 - spreads load, guards nothing
