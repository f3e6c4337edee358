"""Groups joined by average link to each other's core, within a window of time: no chains. Pure."""

import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product

import numpy as np

from tane.vectors.arrays import Floats

MOST_CORE = 8

Pair = tuple[int, int]  # the smaller first
Compare = Callable[[Sequence[int], Sequence[int]], float]
"""Tells how sure it is that two groups of nodes, taken as a whole, are of one matter, 0..1."""


class CoreLinkage:
    """Joins the two groups that are most surely of one matter, until none are sure enough.

    Two groups are as sure as the links of their cores are on average, or as both are as a whole, where each link is at least
    half as sure as is needed and none speaks against it.
    """

    def __init__(
        self, links: Mapping[Pair, float], hours: Floats, compare: Compare, *, window: float, least: float
    ) -> None:
        self._links, self._hours, self._compare = links, hours, compare
        self._window, self._least = window, least
        self._members = {node: [node] for node in range(len(hours))}
        self._near: dict[int, set[int]] = {node: set() for node in self._members}
        for (one, other), value in links.items():
            if value >= least / 2:
                self._near[one].add(other)
                self._near[other].add(one)

    def join(self, groups: Sequence[Sequence[int]] = ()) -> list[list[int]]:
        """Return the groups of nodes, by their first; `groups` are joined from the beginning.

        Each union looks again at what is near to it: O(links · comparisons of two cores).
        """
        for group in groups:
            for node in group[1:]:
                self._unite(group[0], node)
        waiting: list[tuple[float, int, int, int]] = []
        for one in sorted(self._members):
            self._offer(waiting, one, (other for other in self._near[one] if other > one))
        while waiting:
            _, one, other, size = heapq.heappop(waiting)
            if one not in self._members or other not in self._members or size != self._size(one, other):
                continue
            self._offer(waiting, self._unite(one, other), self._near[min(one, other)])
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

    def _offer(self, waiting: list[tuple[float, int, int, int]], one: int, others: Iterable[int]) -> None:
        for other in sorted(others):
            sure = self._sure(one, other)
            if sure >= self._least:
                first, second = min(one, other), max(one, other)
                heapq.heappush(waiting, (-round(sure, 9), first, second, self._size(first, second)))

    def _sure(self, first: int, second: int) -> float:
        ones, others = self._members[first], self._members[second]
        one_core, other_core = self.core(ones, others), self.core(others, ones)
        values = [
            self._value(one, other)
            for one, other in product(one_core, other_core)
            if abs(self._hours[one] - self._hours[other]) <= self._window
        ]
        if not values:
            return 0.0
        mean = float(np.mean(values))
        if len(values) == 1 or min(values) < 0 or mean < self._least / 2:
            return mean
        return max(mean, self._compare(one_core, other_core))

    def _value(self, one: int, other: int) -> float:
        return self._links.get((one, other) if one < other else (other, one), 0.0)

    def _size(self, first: int, second: int) -> int:
        return len(self._members[first]) + len(self._members[second])

    def _unite(self, first: int, second: int) -> int:
        """Join two groups and return the name of the whole, its first node."""
        kept, gone = min(first, second), max(first, second)
        self._members[kept] += self._members.pop(gone)
        for other in self._near.pop(gone):
            self._near[other].discard(gone)
            if other != kept:
                self._near[other].add(kept)
                self._near[kept].add(other)
        self._near[kept].discard(gone)
        return kept
