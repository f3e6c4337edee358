"""How much of their particulars two texts share, each weighed by how rare it is. Pure."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from tane.recap import proper_names, quantities
from tane.recap.particulars import Particulars
from tane.vectors.arrays import Floats, Integers

BACKGROUND = 1000
"""Texts that are thought to stand around those that are looked at: among a dozen, a word of two would else be common."""
_RARE = 5.0  # nats that a name of one event tells, which a dozen reports have
_LEAST = 8.0  # nats below which two texts have too little to compare: a share of less would be chance
_FEWEST_TEXTS = 100  # below, one event may be the topic
_FEWEST_OF_A_PUBLISHER = 20  # texts of a publisher, below which one event may be all that it tells of
_CREDIT = 0.25  # what a word of a publisher's name tells
_WORD = re.compile(r"[A-Za-z]{3,}")
_OF_A_TOPIC = 10.0  # a key of more than each tenth text is of the topic rather than of an event
_BLOCK = 20_000
# What a key tells of the event rather than of its kind.
_WEIGHTS = {"names": 1.0, "figures": 1.0, "dates": 0.5, "outcomes": 0.3, "words": 0.35}
_VAGUE_DATE = 0.6  # a month or a year, beside a day

_Keys = Callable[[Particulars], Iterable[str]]


class SharedParticulars:
    """Tables of keys by unit; sound joins names across languages, their own script within one."""

    def __init__(
        self, found: Sequence[Particulars], languages: Integers, publishers: Sequence[str | None]
    ) -> None:
        """publishers: of each; None of what somebody said."""
        self._languages = languages
        names = (_own_names, _shared_names, _sounds)

        def channel(keys: _Keys, *, is_telling: bool = False) -> _Channel:
            return _Channel(
                found, keys, is_telling=is_telling, publishers=publishers if keys in names else ()
            )

        self._within = [
            channel(keys, is_telling=keys in (_own_names, _figures))
            for keys in (_own_names, _figures, _dates, _outcomes, _words)
        ]
        self._sounds = channel(_sounds, is_telling=True)
        self._across = [channel(keys) for keys in (_shared_names, _figures, _dates, _outcomes)]

    def compare(self, one: Integers, other: Integers) -> tuple[Floats, NDArray[np.bool_]]:
        """Return for each pair of rows what they share of what the one with less has, 0..1, and where they cannot be one.

        That is where names of the same script are disjoint and days conflict.
        """
        same = self._languages[one] == self._languages[other]
        shares, vetoes = np.zeros(len(one)), np.zeros(len(one), dtype=bool)
        for chosen, channels in ((same, self._within), (~same, self._across)):
            rows = np.flatnonzero(chosen)
            for start in range(0, len(rows), _BLOCK):
                block = rows[start : start + _BLOCK]
                parts = [channel.compare(one[block], other[block]) for channel in channels]
                shared = sum(part[0] for part in parts)
                whole = sum(part[1] for part in parts)
                shares[block] = shared / np.maximum(whole, _LEAST)
                if channels is self._across:
                    continue
                names, days = parts[0], parts[2]
                vetoes[block] = (names[0] == 0) & (names[1] > 0) & (days[0] == 0) & (days[1] > 0)
        return shares, vetoes

    def of_groups(self, ones: Sequence[int], others: Sequence[int]) -> float:
        """Return what two groups of rows, each as one text, share of what the one with less has, 0..1.

        0 where they share no rare name or figure: common words make a topic, not an event.
        """
        shared = whole = told = 0.0
        rows = [*ones, *others]
        is_of_one = bool((self._languages[rows] == self._languages[rows[0]]).all())
        # Within a language a name would count twice, as it is written and as it sounds.
        for channel in self._within if is_of_one else (*self._within, self._sounds):
            both, less = channel.compare_groups(ones, others)
            shared, whole = shared + both, whole + less
            if channel.is_telling:
                told += both
        return shared / max(whole, _LEAST) if told >= _RARE else 0.0


class _Channel:
    """One kind of keys, as a sparse matrix of units and keys."""

    def __init__(
        self,
        found: Sequence[Particulars],
        keys: _Keys,
        *,
        is_telling: bool = False,
        publishers: Sequence[str | None] = (),
    ) -> None:
        self.is_telling = is_telling
        from scipy import sparse  # type: ignore[import-untyped]  # noqa: PLC0415 - heavy

        rows = [sorted(set(keys(one))) for one in found]
        counts = Counter(key for row in rows for key in row)
        number = {key: place for place, key in enumerate(sorted(counts))}
        weights = np.array([_weight(key) * _rarity(counts[key], len(found)) for key in sorted(counts)])
        offsets = np.cumsum([0, *(len(row) for row in rows)])
        columns = np.array([number[key] for row in rows for key in row], dtype=np.int64)
        values = np.sqrt(weights[columns]) if len(columns) else np.empty(0)
        if publishers and len(columns):
            values = values * np.sqrt(_not_at_home(rows, publishers))
        self._matrix = sparse.csr_matrix((values, columns, offsets), shape=(len(found), max(len(counts), 1)))
        self._rows: dict[int, list[tuple[int, float]]] = {}
        self._totals = np.asarray(self._matrix.multiply(self._matrix).sum(axis=1)).ravel()

    def compare(self, one: Integers, other: Integers) -> tuple[Floats, Floats]:
        """Return the nats that pairs share, and those of the one that has less."""
        shared = np.asarray(self._matrix[one].multiply(self._matrix[other]).sum(axis=1)).ravel()
        return shared, np.minimum(self._totals[one], self._totals[other])

    def compare_groups(self, ones: Sequence[int], others: Sequence[int]) -> tuple[float, float]:
        """Return the same of two groups; a key counts by the root of the share of rows that have it."""
        one, other = self._keys(ones), self._keys(others)
        if len(other) < len(one):
            one, other = other, one
        shared = sum((weight * other[column]) ** 0.5 for column, weight in one.items() if column in other)
        return shared, min(sum(one.values()), sum(other.values()))

    def _keys(self, rows: Sequence[int]) -> dict[int, float]:
        found: dict[int, float] = {}
        for row in rows:
            for column, weight in self._of_row(row):
                found[column] = found.get(column, 0.0) + weight
        if len(rows) == 1:
            return found
        most = {column: weight for row in rows for column, weight in self._of_row(row)}
        return {column: (whole / len(rows) * most[column]) ** 0.5 for column, whole in found.items()}

    def _of_row(self, row: int) -> list[tuple[int, float]]:
        if row not in self._rows:
            place = slice(self._matrix.indptr[row], self._matrix.indptr[row + 1])
            self._rows[row] = list(
                zip(
                    self._matrix.indices[place].tolist(),
                    (self._matrix.data[place] ** 2).tolist(),
                    strict=True,
                )
            )
        return self._rows[row]


def _not_at_home(rows: Sequence[Sequence[str]], publishers: Sequence[str | None]) -> Floats:
    """Return per key of each row how much its publisher means by it, 0..1.

    A local paper names its town in each article, and an agency stands under whatever others took from it.
    """
    bylines = {
        f"names/{key}"
        for publisher in {one for one in publishers if one}
        for word in _WORD.findall(publisher)
        for key in (f"latin:{word.lower()}", *(f"sound:{sound}" for sound in proper_names.latin_sounds(word)))
    }
    texts = Counter(publishers)
    counts = Counter(
        (publisher, key) for row, publisher in zip(rows, publishers, strict=True) if publisher for key in row
    )
    return np.array(
        [
            1.0
            if publisher is None
            else min(
                _CREDIT if key in bylines else 1.0,
                float(
                    np.log(max(texts[publisher], _FEWEST_OF_A_PUBLISHER) / counts[publisher, key])
                    / np.log(_OF_A_TOPIC)
                ),
            )
            for row, publisher in zip(rows, publishers, strict=True)
            for key in row
        ]
    )


def _weight(key: str) -> float:
    kind, _, rest = key.partition("/")
    factor = _WEIGHTS[kind]
    if kind == "figures":
        factor *= quantities.weight(rest)
    if kind == "dates" and rest.count("-") < 2:
        factor *= _VAGUE_DATE
    return factor


def _rarity(count: int, texts: int) -> float:
    """Return the nats that a key tells: less where it is the topic of many texts, nothing where all have it."""
    common = np.log(max(texts, _FEWEST_TEXTS) / count) / np.log(_OF_A_TOPIC)
    return float(np.log((texts + BACKGROUND) / count) * min(1.0, common))


def _own_names(of: Particulars) -> Iterable[str]:
    return (f"names/{key}" for key in of.names if proper_names.script(key) != "sound")


def _shared_names(of: Particulars) -> Iterable[str]:
    return (f"names/{key}" for key in of.names if proper_names.script(key) in ("latin", "sound"))


def _sounds(of: Particulars) -> Iterable[str]:
    return (f"names/{key}" for key in of.names if proper_names.script(key) == "sound")


def _figures(of: Particulars) -> Iterable[str]:
    return (f"figures/{key}" for key in of.figures)


def _dates(of: Particulars) -> Iterable[str]:
    return (f"dates/{key}" for key in of.dates)


def _outcomes(of: Particulars) -> Iterable[str]:
    return (f"outcomes/{key}" for key in of.outcomes)


def _words(of: Particulars) -> Iterable[str]:
    return (f"words/{key}" for key in of.words)
