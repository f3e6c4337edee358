"""Parts the name from the words in the log of LINE's PC program, where only blanks stand between them.

A name may hold blanks itself. What tells it: the title of the log, and that names recur before ever other words.
"""

from collections import Counter
from dataclasses import dataclass, field

_LONGEST_NAME = 4  # words
_REMEMBERED = 100_000
_NO_NAMES = frozenset(("I", "A", "The", "It", "We", "You", "He", "She", "They", "Yes", "No", "OK", "Ok", "And", "But", "So", "My", "If"))  # fmt: skip


@dataclass(slots=True)
class Speakers:
    """How often the lines of a log begin with the same words; `title` may name one of the speakers."""

    title: str = ""
    _counts: Counter[str] = field(default_factory=Counter)
    _followers: dict[str, set[str]] = field(default_factory=dict)

    def hear(self, rest: str) -> None:
        """Take note of what stands behind the clock of a message."""
        words = rest.split(" ", _LONGEST_NAME + 1)
        for size in range(1, min(_LONGEST_NAME + 1, len(words))):
            name = " ".join(words[:size])
            self._counts[name] += 1
            self._followers.setdefault(name, set()).add(words[size])
        if len(self._counts) > _REMEMBERED:  # names come again, other words seldom
            self._counts = Counter({name: count for name, count in self._counts.items() if count > 1})
            self._followers = {name: self._followers[name] for name in self._counts}

    def name_of(self, rest: str) -> str | None:
        """Return who says this, or None if nothing parts a name from words."""
        words = rest.split(" ", _LONGEST_NAME + 1)
        if len(words) < 2 or not words[0]:
            return None
        for size in range(min(_LONGEST_NAME, len(words) - 1), 0, -1):
            name = " ".join(words[:size])
            if self.title and name == self.title:
                return name
        name = words[0]
        for word in words[1:-1][: _LONGEST_NAME - 1]:
            longer = f"{name} {word}"
            if not self._always_goes_on(name, longer, word):
                break
            name = longer
        return name

    def recurs(self, name: str) -> bool:
        """Tell whether a name stands before more than one message, or in the title."""
        return self._counts[name] > 1 or name == self.title

    def _always_goes_on(self, name: str, longer: str, word: str) -> bool:
        """Tell whether the next word belongs to the name: it, or one of a few names as frequent, follows each time."""
        if not _is_like_a_name(word) or self._counts[longer] < 2:
            return False
        following = (f"{name} {other}" for other in self._followers.get(name, ()))
        return sum(self._counts[one] for one in following if self._counts[one] > 1) == self._counts[name]


def _is_like_a_name(word: str) -> bool:
    first = word[:1]
    return word not in _NO_NAMES and len(word) <= 20 and first.isalpha() and not first.islower()
