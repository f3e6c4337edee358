"""Texts that programs choke on, and what of them is kept."""

SCRIPT = "<script>document.title='taken'</script>"
MARKUP = '"><img src=x onerror="document.title=\'taken\'">'
TERMINAL = "\x1b[2J\x1b]0;taken\x07\x1b]8;;http://evil.example\x07押す\x9b31m\x08\x7f"
BACKWARDS = "表\u202etxt.exe\u2066隠\u2069\u200f"
LONG = "長" * 10_000
LINES = "一行目\n二行目\r\n三\u2028四\u2029五\x85六\x0b七"
FAMILY = "👩‍👩‍👧‍👦🏳️‍🌈é̷̛͓͖"
TEMPLATE = "{{7*7}} ${7*7} %s %(x)s {0} <%= 7 %>"
ESCAPED = "%00 \\x00 &#0; ..%2f..%2f \\u0000"
FORMULA = '=HYPERLINK("http://evil.example","押す")'
SQL = "'; DROP TABLE seeds; --"

KEPT = (SCRIPT, MARKUP, TERMINAL, BACKWARDS, LONG, LINES, FAMILY, TEMPLATE, ESCAPED, FORMULA, SQL)
"""Such as a database holds: they come back as they are."""

CHANGED = {"種\x00の中": "種の中", "半\ud800分": "半\ufffd分", "\udfff終わり": "\ufffd終わり"}
"""Such as none can hold, and what becomes of them."""

SENT = (*KEPT, *CHANGED)
STORED = (*KEPT, *CHANGED.values())

DRIVES_A_TERMINAL = frozenset(
    [*map(chr, range(0x20)), "\x7f", *map(chr, range(0x80, 0xA0)), *"\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"]
) - {"\n", "\t"}  # fmt: skip
"""Characters that move a cursor, open a sequence, or turn the order of what follows."""
