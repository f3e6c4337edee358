"""Groups joined by average link to each other's core, within a window of time: no chains. Pure."""

import heapq
from collections.abc import Callable, Mapping, Sequence
from itertools import product

from tane.vectors.arrays import Floats

MOST_CORE = 8
MOST_ROUNDS = 4

Pair = tuple[int, int]  # the smaller first
Waiting = tuple[float, int, int, int]  # less where surer, two groups, and the size of both together
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
        self._links, self._hours, self._compare = links, hours.tolist(), compare
        self._window, self._least = window, least
        self._members = {node: [node] for node in range(len(hours))}
        self._of = list(range(len(hours)))
        self._near: dict[int, set[int]] = {node: set() for node in self._members}
        self._linked: dict[int, list[int]] = {node: [] for node in self._members}
        self._known: dict[int, tuple[int, dict[int, float]]] = {}  # strengths, by a group and its size
        self._refused: dict[Pair, int] = {}  # with the size of both together
        for (one, other), value in links.items():
            self._linked[one].append(other)
            self._linked[other].append(one)
            if value >= least / 2:
                self._near[one].add(other)
                self._near[other].add(one)

    def join(self, groups: Sequence[Sequence[int]] = ()) -> list[list[int]]:
        """Return the groups of nodes, by their first; `groups` are joined from the beginning.

        A pair that has grown is looked at again when it is the surest of all, one that was refused at the end of a round:
        O(rounds · links · comparisons of two cores).
        """
        for group in groups:
            for node in group[1:]:
                self._unite(group[0], node)
        for _ in range(MOST_ROUNDS):
            if not self._round():
                break
        return [sorted(members) for _, members in sorted(self._members.items())]

    def _round(self) -> bool:
        """Join what can be joined, and tell whether anything was."""
        waiting: list[Waiting] = []
        pairs = [
            (one, other) for one in sorted(self._members) for other in sorted(self._near[one]) if other > one
        ]
        for one, other in pairs:
            self._offer(waiting, one, other)
        is_changed = False
        while waiting:
            _, one, other, size = heapq.heappop(waiting)
            first, second = self._of[one], self._of[other]
            if first == second:
                continue
            if size != self._size(first, second):
                self._offer(waiting, min(first, second), max(first, second))
                continue
            self._unite(first, second)
            is_changed = True
        return is_changed

    def core(self, members: Sequence[int], near: Sequence[int] | None = None) -> list[int]:
        """Return the members most alike to all others, at most `MOST_CORE`, of those in the window of any in `near`."""
        chosen = list(members)
        if near is not None:
            low = min(self._hours[node] for node in near) - self._window
            high = max(self._hours[node] for node in near) + self._window
            chosen = [node for node in members if low <= self._hours[node] <= high]
        if len(chosen) <= MOST_CORE:
            return sorted(chosen)
        strength = self._strengths(members)
        return sorted(sorted(chosen, key=lambda node: (-round(strength[node], 9), node))[:MOST_CORE])

    def _strengths(self, members: Sequence[int]) -> dict[int, float]:
        """Return how alike each member is to all others, summed."""
        first, size = self._of[members[0]], len(members)
        if self._known.get(first, (0, {}))[0] != size:
            inside = set(members)
            self._known[first] = (
                size,
                {
                    node: sum(self._value(node, other) for other in self._linked[node] if other in inside)
                    for node in members
                },
            )
        return self._known[first][1]

    def _offer(self, waiting: list[Waiting], one: int, other: int) -> None:
        size = self._size(one, other)
        if self._refused.get((one, other)) == size:
            return
        sure = self._sure(one, other)
        if sure >= self._least:
            heapq.heappush(waiting, (-round(sure, 9), one, other, size))
        else:
            self._refused[one, other] = size

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
        mean = sum(values) / len(values)
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
        for node in self._members[gone]:
            self._of[node] = kept
        self._members[kept] += self._members.pop(gone)
        for other in self._near.pop(gone):
            self._near[other].discard(gone)
            if other != kept:
                self._near[other].add(kept)
                self._near[kept].add(other)
        self._near[kept].discard(gone)
        return kept
