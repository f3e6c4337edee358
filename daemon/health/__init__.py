"""How Tane is: one snapshot, and all who are told of it."""
