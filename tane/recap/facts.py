"""The facts of a unit as fingerprints, and which of them are news. Pure.

A report that mostly repeats brings nothing new, though it rounds a figure or tells another detail; an edited re-issue does with
one changed figure. So news is judged by the share of what a unit states that was not known, its words beside its facts.
"""

import hashlib
from collections.abc import Sequence

from tane.recap import quantities
from tane.recap.stories import Unit, read

_HASH_BYTES = 6
_DAY, _MONTH, _OUTCOME = 7, 4, 5  # what they tell, beside 10 of a figure that is said of one thing only
_LEAST_NEWS = 0.5  # of what a unit states
_REISSUED = 0.75  # of its words that one earlier unit has: the same text, edited
_LEAST_COMPARED = 0.5  # of a figure, where no earlier unit has the same language


def facts_of(unit: Unit) -> frozenset[str]:
    """Return the fingerprints of a unit's figures, days and outcomes, the same in Japanese and English; O(characters).

    Each is its kind, a digit for how much it tells, and a hash, so that no words are kept. A unit that states none of them has
    its own id as its only fact.
    """
    found = read(unit)
    facts = {_fingerprint("figure", key, round(10 * quantities.weight(key))) for key in found.figures}
    facts |= {_fingerprint("day", key, _DAY if key.count("-") > 1 else _MONTH) for key in found.dates}
    facts |= {_fingerprint("outcome", key, _OUTCOME) for key in found.outcomes}
    return frozenset(facts or {_fingerprint("unit", str(unit.utterance_id), 0)})


def news_of(unit: Unit, told: frozenset[str], known: Sequence[Unit]) -> frozenset[str]:
    """Return the facts of a unit that are new, none where it mostly repeats what was told or what known units say.

    told: fingerprints. known: units of the same story, as far as they are at hand.
    """
    facts = facts_of(unit)
    if not told and not known:
        return facts
    new = facts - told.union(*(facts_of(one) for one in known))
    words = read(unit).words
    earlier = [read(one).words for one in known if one.lang == unit.lang]
    if not new or not words:
        return new
    if any(len(words & one) >= _REISSUED * len(words) for one in earlier):
        return frozenset(fact for fact in new if _tells(fact))
    stated, strange = sum(map(_tells, facts)), sum(map(_tells, new))
    if earlier:
        unknown = len(words.difference(*earlier)) / len(words)
        return new if strange + unknown >= _LEAST_NEWS * (stated + 1) else frozenset()
    return new if strange >= max(_LEAST_NEWS * stated, _LEAST_COMPARED) else frozenset()


def _tells(fact: str) -> float:
    return int(fact[1], 36) / 10


def _fingerprint(kind: str, key: str, weight: int) -> str:
    hashed = hashlib.blake2b(f"{kind}/{key}".encode(), digest_size=_HASH_BYTES).hexdigest()
    return f"{kind[0]}{weight if weight < 10 else 'a'}{hashed}"
