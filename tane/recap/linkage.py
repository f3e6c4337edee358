"""Groups joined by average link to each other's core, within a window of time: no chains. Pure."""

from collections.abc import Mapping, Sequence
from itertools import product

from tane.vectors.arrays import Floats

MOST_CORE = 8

Pair = tuple[int, int]  # the smaller first


class CoreLinkage:
    """Joins nodes along their links, the strongest first, where the cores of both sides are alike on average."""

    def __init__(self, links: Mapping[Pair, float], hours: Floats, *, window: float, least: float) -> None:
        self._links, self._hours, self._window, self._least = links, hours, window, least
        self._members = {node: [node] for node in range(len(hours))}
        self._group = list(range(len(hours)))

    def join(self, groups: Sequence[Sequence[int]] = ()) -> list[list[int]]:
        """Return the groups of nodes, by their first; `groups` are joined from the beginning.

        O(links · log links), and for each link at most `MOST_CORE` squared looks.
        """
        for group in groups:
            for node in group[1:]:
                self._unite(self._group[group[0]], self._group[node])
        strongest = sorted(
            (pair for pair, value in self._links.items() if value >= self._least),
            key=lambda pair: (-round(self._links[pair], 9), pair),
        )
        waiting = True
        while waiting:  # a pair that was refused may be alike once one side has grown
            waiting = False
            for one, other in strongest:
                first, second = self._group[one], self._group[other]
                if first != second and self._mean(first, second) >= self._least:
                    self._unite(first, second)
                    waiting = True
        return [sorted(members) for _, members in sorted(self._members.items())]

    def core(self, members: Sequence[int], near: Sequence[int] | None = None) -> list[int]:
        """Return the members most alike to all others, at most `MOST_CORE`, of those in the window of any in `near`."""
        chosen = list(members)
        if near is not None:
            times = self._hours[list(near)]
            low, high = times.min() - self._window, times.max() + self._window
            chosen = [node for node in members if low <= self._hours[node] <= high]
        if len(chosen) <= MOST_CORE:
            return sorted(chosen)
        strength = {
            node: sum(self._value(node, other) for other in members if other != node) for node in chosen
        }
        return sorted(sorted(chosen, key=lambda node: (-round(strength[node], 9), node))[:MOST_CORE])

    def _mean(self, first: int, second: int) -> float:
        ones, others = self._members[first], self._members[second]
        values = [
            self._value(one, other)
            for one, other in product(self.core(ones, others), self.core(others, ones))
            if abs(self._hours[one] - self._hours[other]) <= self._window
        ]
        return sum(values) / len(values) if values else 0.0

    def _value(self, one: int, other: int) -> float:
        return self._links.get((one, other) if one < other else (other, one), 0.0)

    def _unite(self, first: int, second: int) -> None:
        if first == second:
            return
        kept, gone = min(first, second), max(first, second)
        for node in self._members[gone]:
            self._group[node] = kept
        self._members[kept] += self._members.pop(gone)
