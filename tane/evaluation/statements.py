"""Which statements say the same: by their words, one to one, always with the same outcome. Pure.

Two statements are the same when enough of their character n-grams are (the idea of chrF: Popović, 2015) and
neither denies what the other says. Statements of different utterances of the demo's gold reach 0.499 at most.
"""

from collections import Counter
from collections.abc import Sequence

from tane.language.antonyms import is_reversed
from tane.language.modality import modality
from tane.language.spelling import letters

THRESHOLD = 0.5  # a quotation reaches it when it holds at least a third of the other's letters
ORDERS = (2, 3)


def similarity(one: str, other: str) -> float:
    """Return the F measure of the n-grams that two texts have in common, 0..1, the mean over orders 2 and 3.

    Letters and digits count alone, in NFKC and one case; 1.0 for equal contents, 0.0 when either has none.
    """
    left, right = letters(one), letters(other)
    if not left or not right:
        return 0.0
    return sum(_common(_grams(left, order), _grams(right, order)) for order in ORDERS) / len(ORDERS)


def contradicts(body: str, gold: str) -> bool:
    """Tell whether a statement has the words of a gold text but says the opposite, as far as wording shows.

    A statement that holds the gold text letter by letter has not turned it.
    """
    if similarity(body, gold) < THRESHOLD or letters(gold) in letters(body):
        return False
    return modality(body).is_denied != modality(gold).is_denied or is_reversed(body, gold)


def are_same(body: str, gold: str) -> bool:
    """Tell whether a statement counts as this gold text."""
    return similarity(body, gold) >= THRESHOLD and not contradicts(body, gold)


def matched(bodies: Sequence[str], golds: Sequence[str]) -> dict[int, int]:
    """Return pairs of places, body to gold, each used once: as many as possible (Kuhn's augmenting paths).

    The most similar partner is tried first, the earlier one of equals. Costs O(bodies² * golds).
    """
    wishes = [_wishes(body, golds) for body in bodies]
    taken: dict[int, int] = {}  # body by gold

    def place_body(body: int, tried: set[int]) -> bool:
        for gold in wishes[body]:
            if gold not in tried:
                tried.add(gold)
                if gold not in taken or place_body(taken[gold], tried):
                    taken[gold] = body
                    return True
        return False

    for body in range(len(bodies)):
        place_body(body, set())
    return {body: gold for gold, body in sorted(taken.items(), key=lambda pair: pair[1])}


def _wishes(body: str, golds: Sequence[str]) -> list[int]:
    """Return the places of the gold texts that a statement may count as, the most similar first."""
    likeness = {place: similarity(body, gold) for place, gold in enumerate(golds) if are_same(body, gold)}
    return sorted(likeness, key=lambda place: -likeness[place])


def _grams(text: str, order: int) -> Counter[str]:
    return Counter(text[start : start + order] for start in range(max(1, len(text) - order + 1)))


def _common(left: Counter[str], right: Counter[str]) -> float:
    return 2 * (left & right).total() / (left.total() + right.total())
