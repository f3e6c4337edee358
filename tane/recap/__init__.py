"""Recaps and morning editions: pure values in, values out. Steps stand in `tane.runs`, statements in `tane.store`."""
