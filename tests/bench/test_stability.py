"""How the row `stability` tells whether a cluster is still the same."""

import math

from bench.agreement import most_like
from bench.planted import population
from bench.stability import share_kept


def test_the_cluster_of_a_topic_is_the_one_most_like_it_if_any_is():
    clusters = {"broad": frozenset(range(40)), "own": frozenset(range(9)), "other": frozenset(range(50, 60))}

    assert most_like(frozenset(range(10)), clusters) == "own"
    assert most_like(frozenset(range(100, 110)), clusters) is None
    assert most_like(frozenset({0, *range(200, 220)}), clusters) is None


def test_ids_that_change_are_seen():
    planted = population(4_200)
    topics = range(planted.topics.max() + 1)
    members = {
        topic: frozenset(place for place, of in enumerate(planted.topics) if of == topic) for topic in topics
    }
    swapped = {{0: 1, 1: 0}.get(topic, topic): own for topic, own in members.items()}

    assert share_kept(planted, members, members) == (1.0, len(members))
    assert share_kept(planted, members, swapped) == (1 - 2 / len(members), len(members))
    share, survivors = share_kept(planted, {}, members)
    assert math.isnan(share)
    assert survivors == 0
