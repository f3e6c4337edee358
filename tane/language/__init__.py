"""Pure functions on text, Japanese and English (C10); this room enters no other."""
