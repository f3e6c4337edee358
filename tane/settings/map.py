"""Settings of what a night makes: clusters, edges, maps. Every number of the documents is a key with its value."""

import difflib
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

Positive = Annotated[int, Field(gt=0)]


class Section(BaseModel):
    """A table of tane.toml; unknown keys are refused."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, hide_input_in_errors=True, use_attribute_docstrings=True
    )


def split_commas(value: Any) -> Any:
    """Read `a, b` as a list, so that an environment variable needs no JSON."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


Names = Annotated[list[str], BeforeValidator(split_commas)]


_LEVELS = (
    {"smallest": 50, "share": 0.01, "samples": 10},
    {"smallest": 15, "share": 0.1, "samples": 5, "fewest": 30},
    {"smallest": 5, "share": 0.2, "largest": 50, "samples": 3, "fewest": 15},
)


def _known_level(level: dict[str, float]) -> dict[str, float]:
    """Return a level of which every key means something, and none that it needs is absent."""
    needed, known = ("smallest", "share", "samples"), ("smallest", "share", "samples", "largest", "fewest")
    if strange := [name for name in level if name not in known]:
        near = difflib.get_close_matches(strange[0], known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
        raise ValueError(f"a level has no key {strange[0]!r}: {hint}")
    if absent := [name for name in needed if name not in level]:
        raise ValueError(f"a level needs {', '.join(absent)}")
    return level


class Clustering(Section):
    """How the night finds clusters. Every number of the documents is a key with the documents' value."""

    mode: Literal["density", "density_literal", "hierarchy", "incremental"] = "density"
    """density: by neighbourhood, with themes above and parts below; density_literal: document 000 to the letter, which
    finds nothing below 701 seeds; hierarchy: three levels of HDBSCAN (document 004); incremental: split, merge and
    create (document 001)."""
    grouping: Literal["communities", "components"] = "communities"
    """density: how groups are cut out of the neighbour graph: communities, or the documents' connected components."""
    resolution: float = Field(default=1.0, gt=0)
    """density, communities: larger values give more and smaller groups."""
    least_evidence: float = Field(default=1.0, ge=0)
    """density: how much a group must stand out from chance; smaller values find more, 0 keeps every group."""
    context: float = Field(default=0.75, ge=0, le=3)
    """density: how much each turn beside one's own counts where talk is clustered; 0 takes every turn alone."""
    min_cluster_size: Positive = 8
    """Least number of different seeds in a cluster."""
    max_depth: Positive = 8
    """Deepest level of clusters within clusters."""
    max_clusters_total: Positive = 5000
    """Where a night stops making clusters; it is then marked as partial (F7)."""
    overview_seeds: int = Field(default=5, ge=1, le=60)
    """Nearest seeds whose words stand for a cluster's overview until the model writes one (E7)."""
    attach: bool = True
    """Whether seeds outside join the cluster they are close enough to (F8)."""
    percentile: float | None = Field(default=None, gt=0, le=100, examples=[20.0])
    """density, components: share of the densest points that are candidates; unset, it follows from the number of seeds (F1)."""
    k_min: Positive = 5
    """density, components: fewest neighbours that measure density."""
    k_max: Positive = 30
    """density, components: most of them."""
    k_scale: float = Field(default=3.0, gt=0)
    """density, components: neighbours are this times the natural logarithm of the number of seeds."""
    improvement_alpha: float = Field(default=0.75, gt=0, le=1)
    """density, components: how much denser than the whole a part must be to be searched in turn."""
    hierarchy_reduce: Literal["umap", "pca", "none"] = "umap"
    """hierarchy: how dimensions are reduced before HDBSCAN; none is document 004's letter."""
    hierarchy_dims: Positive = 5
    """hierarchy: to how many."""
    hierarchy_levels: list[Annotated[dict[str, float], AfterValidator(_known_level)]] = Field(
        default_factory=lambda: [dict(level) for level in _LEVELS]
    )
    """hierarchy: each level's least cluster: the larger of `smallest` and `share` of its set, at most `largest`;
    `samples` is HDBSCAN's min_samples, sets below `fewest` are not searched."""
    incremental_split_from: Positive = 100
    """incremental: members from which a cluster is tried to be split."""
    incremental_split_least: Positive = 20
    """incremental: least size of each part."""
    incremental_merge_below: Positive = 10
    """incremental: members below which a cluster is merged into another."""
    incremental_create_least: Positive = 20
    """incremental: seeds among the neighbours that a new cluster needs."""
    incremental_neighbours: int = Field(default=30, ge=2, le=32)
    """incremental: nearest seeds and clusters that are looked at for a new cluster, and inside one to split it."""
    incremental_free_places: Positive = 5
    """incremental: nearest of them among which no existing cluster may be."""
    incremental_closeness: float = Field(default=0.95, gt=0)
    """incremental: how near they must be, as a share of the store's median (F27)."""
    incremental_variation: float = Field(default=0.25, gt=0)
    """incremental: how even their distances must be: the largest coefficient of variation (F27)."""


class Edges(Section):
    """What is linked with what; every number is the documents'."""

    near: int = Field(default=10, ge=1, le=20)
    """near edges of an item."""
    clusters: int = Field(default=2, ge=1, le=10)
    """Clusters of a seed: the best is membership, the others affinity (G3)."""
    candidates: int = Field(default=20, ge=1, le=30)
    """Nearest among which clusters are looked for; membership = fitting looks at twice as many clusters alone (G1)."""
    membership: Literal["fitting", "nearest"] = "fitting"
    """fitting: clusters that take an item so far from their middle (G2); nearest: the documents' letter, clusters among
    the nearest candidates, however far."""


class Layout(Section):
    """The maps, and how new items are placed on them. UMAP's parameters have the documents' names and values."""

    n_neighbors: int = Field(default=15, ge=3, le=33)
    """Neighbours that shape a map, the item itself among them; of a smaller map all (H11)."""
    min_dist: float = Field(default=0.1, ge=0, lt=1)
    """How close items that belong together may lie, in UMAP's units."""
    random_state: int = Field(default=42, ge=0, lt=2**32)
    """Which samples the descent draws; the same state draws the same map."""
    place: Literal["softmax", "mean"] = "softmax"
    """softmax: by similarity (H5), or mean: the documents' own rule."""
    place_neighbours: int = Field(default=10, ge=1, le=50)
    """Nearest items on a map from whose places a new item's place follows."""
