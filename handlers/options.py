"""What handlers must know of the configuration, as plain values: they never read settings."""

from dataclasses import dataclass
from typing import Literal

from tane.llm.prompts import Prompts


@dataclass(frozen=True, slots=True, kw_only=True)
class Linkage:
    """How a new item is linked and placed at once (G, H): the documents' numbers."""

    near: int = 10  # near edges of an item
    clusters: int = 2  # clusters of a seed: the first is membership, the others affinity (G3)
    candidates: int = 20
    membership: Literal["fitting", "nearest"] = "fitting"  # G2, or the documents' letter
    place: Literal["softmax", "mean"] = "softmax"
    place_neighbours: int = 10  # whose places a new item's place follows from

    @property
    def searched(self) -> dict[str, int]:
        """Return how many of each kind are looked at.

        Of clusters those count too that lie further and take items from further away, and most places follow from
        the nearest that stand on the same map. An index looks at 100 in any case.
        """
        items = max(5 * max(self.near, self.place_neighbours), self.candidates)
        return {"seed": items, "utterance": items, "cluster": 2 * self.candidates}


DOCUMENTED = Linkage()


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The handlers' share of the settings."""

    prompts: Prompts
    enabled: frozenset[str]  # job types an import queues; see handlers.job_graph.enabled_types
    article_jobs: frozenset[str] = frozenset({"embedding"})  # the same of articles
    context_tokens: int  # the text model's num_ctx
    fuse: bool = True  # questions about one utterance that are claimed together become one call
    context_turns: int = 3  # turns before an utterance that are shown with it
    min_chars: int = 8
    speakers_exclude: frozenset[str] = frozenset({"system"})
    roles_exclude: frozenset[str] = frozenset()
    split_max_tokens: int = 110
    number_rule: Literal["last", "minimum"] = "last"
    linkage: Linkage = DOCUMENTED
    recap_language: str = ""  # ja or en; empty: that of most of a section's evidence
    second_opinion: bool = True  # the text model is asked about bullets that the gate is unsure of
