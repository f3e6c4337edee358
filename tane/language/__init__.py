"""Pure functions on text, Japanese and English; this room enters no other."""
