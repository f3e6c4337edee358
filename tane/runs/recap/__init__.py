"""Recaps and morning editions as runs: one file per step."""
