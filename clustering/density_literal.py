"""Document 000 to the letter, with its own defaults: kept for who wants exactly that, not recommended.

Its figures: fewer than 701 items give no cluster, fewer than 5,301 at most one, whatever its topics, and a
second level needs 70,001 (docs/decisions.md, F).
"""

from pathlib import Path

from clustering.components import Rules, components
from clustering.tree import ClusteringReport, Tree, build_tree, report
from tane.vectors.arrays import Vectors
from tane.vectors.rows import open_matrix, unit_rows

LETTER = Rules(percentile=1.0, is_literal=True)


def cluster(vectors: Vectors | Path, rules: Rules = LETTER) -> tuple[Tree, ClusteringReport]:
    """Cluster unit vectors (n, d) as document 000 says; identical vectors are separate points.

    Raises:
        ValueError: a row is NaN, infinite, zero or not of length one.
    """
    units = unit_rows(open_matrix(vectors))
    found = components(units, rules)
    tree = build_tree(found.groups, units)
    plain = report(
        tree,
        distinct=len(units),
        thresholds={"k": found.k, "percentile": found.percentile, "distance": found.threshold},
    )
    advice: dict[str, float] = {}
    if found.reason == "too_few_candidates":
        advice["percentile"] = 100.0 * (rules.min_cluster_size - 1) / (len(units) - 1)
    elif found.reason == "too_few_items":
        advice["items"] = rules.min_cluster_size + 1
    return tree, plain.explained(reason=found.reason, advice=advice, is_partial=found.is_partial)
