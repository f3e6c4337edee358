"""Bytes that somebody else wrote, as lines and objects; this room enters no other."""
