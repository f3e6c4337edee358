"""Step 3: clusters, and which of the last night's clusters each one continues."""

import asyncio
import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

import numpy as np
from numpy.typing import NDArray

from clustering import centroids, density, density_literal, hierarchy, identity, incremental
from clustering.components import Rules
from clustering.identity import ClusterMatch
from clustering.tree import ClusteringReport, Tree, measured_on
from tane.runs.night.ids import Ids, ids_of, keys_of, rows_of
from tane.runs.night.workspace import Night, NightFiles
from tane.store.domain import SCORES
from tane.store.snapshots import KnownCluster, read_table
from tane.vectors import scale

TITLE_MEMBERS = 60  # whose words a title is made of, the nearest to the middle first

Integers = NDArray[np.int64]


async def find_clusters(night: Night) -> Mapping[str, Any]:
    """Cluster the statements and tell who the clusters were yesterday; they are named when they are published."""
    files = NightFiles(night.folder)
    facts = await night.compute.run(write_clusters, files, night.run_id, night.options.clustering)
    await asyncio.to_thread(files.clustering.save, facts)
    return facts


# ---------------------------------------------------------------- in the pool


def write_clusters(files: NightFiles, run_id: int, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Cluster the statements by the chosen mode, find each cluster's predecessor, and write what follows from it."""
    vectors = files.item_vectors.mapped()[: len(files.statement_ids.mapped())]
    snapshot = files.snapshot.load()
    known = snapshot.clusters
    direct = _direct_before(files, known)
    before = _clusters_before(direct, known)
    if chosen["mode"] == "incremental":
        start = _tended_before(direct, known)
    else:
        start = identity.levels(before, len(vectors))
    if snapshot.fingerprint == files.fingerprint.load():
        # Nothing changed but a night was forced: it begins where the last one began, and ends where that ended.
        start = _unpacked(files.last_start.load(), len(vectors))
    files.start.save(_packed(start))
    tree, report, tried = _clustered(files, vectors, chosen, start=start)
    tonight = identity.Memberships(offsets=tree.offsets, members=tree.members, depth=tree.depth)
    matched = identity.match_clusters(*_over_utterances(files, known, tonight))
    ids = _ids(tree, matched, known, run_id)
    files.tree.save(tree)
    measured = scale.measure(vectors, tree.top())
    files.scale.save([] if measured is None else list(measured.unlike))
    files.clusters.save(_rows(files, tree, matched, known, ids, tried=tried))
    files.lineage.save(_lineage(matched, known, ids))
    files.vanished.save([str(known[number].cluster_id) for number in matched.gone])
    files.naming_statements.save(_naming_statements(files, tree))
    return {
        "report": _as_json(report),
        "kept": int((matched.before >= 0).sum()),
        "new": int((matched.before < 0).sum()),
        "gone": len(matched.gone),
        "split": sum(line.kind == "split" for line in matched.lineage),
        "merged": sum(line.kind == "merge" for line in matched.lineage),
    }


def _packed(start: Integers) -> bytes:
    return zlib.compress(start.astype("<i4").tobytes())


def _unpacked(packed: bytes, items: int) -> Integers:
    """Return levels of shape (depths, items); none for what cannot be of these items."""
    flat = np.frombuffer(zlib.decompress(packed), dtype="<i4") if packed else np.zeros(0, dtype="<i4")
    return (
        flat.astype(np.int64).reshape(-1, items)
        if items and len(flat) % items == 0
        else np.zeros((0, items), np.int64)
    )


def _clustered(
    files: NightFiles,
    vectors: NDArray[np.float32],
    chosen: Mapping[str, Any],
    *,
    start: Integers,
) -> tuple[Tree, ClusteringReport, Integers]:
    """Return the tree, its report, and of each cluster the size at which a split was last tried in vain."""
    if chosen["mode"] == "incremental":
        table = files.statement_neighbours.load()
        labels, tried = _tended_start(start, len(vectors))
        tended = incremental.cluster(vectors, labels, _incremental(chosen), tried=tried, table=table)
        return tended.tree, tended.report, tended.tried
    tree, report = _rebuilt(files, vectors, chosen, start=start)
    return tree, report, np.zeros(len(tree), dtype=np.int64)


def _rebuilt(
    files: NightFiles, vectors: NDArray[np.float32], chosen: Mapping[str, Any], *, start: Integers
) -> tuple[Tree, ClusteringReport]:
    table = files.distinct_neighbours.load()
    match chosen["mode"]:
        case "density_literal":
            percentile = chosen["percentile"] or density_literal.LETTER.percentile
            return density_literal.cluster(
                vectors, replace(_rules(chosen), percentile=percentile, is_literal=True)
            )
        case "hierarchy":
            return hierarchy.cluster(vectors, _hierarchy(chosen), table=table)
        case _:
            settings = density.DensitySettings(
                rules=_rules(chosen),
                grouping=chosen["grouping"],
                attach=chosen["attach"],
                resolution=chosen["resolution"],
                least_evidence=chosen["least_evidence"],
            )
            begin = start if len(start) else None
            if not files.is_talk.load():
                return density.cluster(vectors, settings, table=table, start=begin)
            tree, report = density.cluster(
                files.talk_vectors.mapped()[: len(vectors)],
                settings,
                table=files.talk_distinct_neighbours.load(),
                start=begin,
                conversations=files.talk_conversations.load(),
            )
            # What joins during the day is compared with these, and has no turn after it yet: on plain vectors.
            return measured_on(tree, vectors), report


def _rules(chosen: Mapping[str, Any]) -> Rules:
    names = (
        "k_min", "k_max", "k_scale", "percentile", "min_cluster_size", "max_depth", "improvement_alpha",
        "max_clusters_total",
    )  # fmt: skip
    return Rules(**{name: chosen[name] for name in names})


def _hierarchy(chosen: Mapping[str, Any]) -> hierarchy.HierarchySettings:
    levels = tuple(
        hierarchy.Level(
            smallest=int(level["smallest"]),
            share=level["share"],
            largest=int(level["largest"]) if "largest" in level else None,
            samples=int(level["samples"]),
            fewest=int(level.get("fewest", 0)),
        )
        for level in chosen["hierarchy_levels"]
    )
    return hierarchy.HierarchySettings(
        levels=levels, reduce=chosen["hierarchy_reduce"], dims=chosen["hierarchy_dims"]
    )


def _incremental(chosen: Mapping[str, Any]) -> incremental.IncrementalSettings:
    names = (
        "split_from", "split_least", "merge_below", "neighbours", "create_least", "free_places", "closeness", "variation",
    )  # fmt: skip
    return incremental.IncrementalSettings(**{name: chosen[f"incremental_{name}"] for name in names})


def _tended_before(direct: Integers, known: Sequence[KnownCluster]) -> Integers:
    """Return (2, n): each statement's cluster, -1 for none, and that cluster's last vain try (F21)."""
    tried = np.array([*(one.split_tried for one in known), 0], dtype=np.int64)
    return np.stack([direct, tried[direct]])


def _tended_start(start: Integers, items: int) -> tuple[Integers, Integers]:
    """Return each statement's cluster and each cluster's last vain try, from what `_tended_before` returned."""
    labels = start[0] if len(start) else np.full(items, -1, dtype=np.int64)
    tried = np.zeros(int(labels.max(initial=-1)) + 1, dtype=np.int64)
    if len(start) > 1:
        tried[labels[labels >= 0]] = start[1][labels >= 0]
    return labels, tried


def _direct_before(files: NightFiles, known: Sequence[KnownCluster]) -> Integers:
    """Return of each of tonight's statements the cluster it was in yesterday, by place in `known`, -1 for none.

    A seed that was not in any takes that of an utterance it came from, which stood for itself until it was asked.
    """
    statement_ids = files.statement_ids.load()
    clusters, members = _members_before(files, known)
    statements = rows_of(members, statement_ids)
    labels = np.full(len(statement_ids), -1, dtype=np.int64)
    labels[statements[statements >= 0]] = clusters[statements >= 0]
    utterance_ids = files.utterance_ids.load()
    of_utterance = np.full(len(utterance_ids) + 1, -1, dtype=np.int64)
    of_utterance[rows_of(members, utterance_ids)] = clusters
    of_utterance[-1] = -1  # of members that are no utterance
    links = files.links.load()
    is_new = (labels[links[:, 0]] < 0) & (of_utterance[links[:, 1]] >= 0)
    labels[links[is_new, 0]] = of_utterance[links[is_new, 1]]
    return labels


def _members_before(files: NightFiles, known: Sequence[KnownCluster]) -> tuple[Integers, Ids]:
    """Return yesterday's memberships: cluster by place in `known`, and id of the member."""
    table = read_table(files.folder, "members")
    cluster_ids = np.frombuffer(b"".join(one.cluster_id.bytes for one in known), dtype=np.uint8)
    clusters = rows_of(ids_of(table, "cluster"), cluster_ids.reshape(-1, 16))
    return clusters[clusters >= 0], ids_of(table, "member")[clusters >= 0]


def _over_utterances(
    files: NightFiles, known: Sequence[KnownCluster], tonight: identity.Memberships
) -> tuple[identity.Memberships, identity.Memberships]:
    """Return yesterday's and tonight's clusters as sets of utterances: a seed counts as those it came from.

    So a cluster stays itself when the utterances it consisted of have been asked, and seeds stand in their place. A seed that nobody said
    stands for itself.
    """
    utterance_ids = files.utterance_ids.load()
    depths = np.array([one.depth for one in known], dtype=np.int64)
    owners, voices = _voices_before(files, known)
    above = _all_above(known)
    before = _gathered(
        np.array([one for owner in owners.tolist() for one in above[owner]], dtype=np.int64),
        np.repeat(voices, [len(above[owner]) for owner in owners.tolist()]),
        depths,
    )
    links = files.links.load()
    counts, at = _found(tonight.members, links[:, 0])
    owners = np.repeat(np.arange(len(tonight.depth)), np.diff(tonight.offsets))
    voices = np.concatenate([links[at, 1], len(utterance_ids) + tonight.members[counts == 0]])
    owners = np.concatenate([np.repeat(owners, counts), owners[counts == 0]])
    return before, _gathered(owners, voices, tonight.depth)


def _voices_before(files: NightFiles, known: Sequence[KnownCluster]) -> tuple[Integers, Integers]:
    """Return yesterday's memberships as pairs of a cluster and what stands for its member; see `_over_utterances`."""
    utterance_ids = files.utterance_ids.load()
    clusters, members = _members_before(files, known)
    said = read_table(files.folder, "links")
    sources = rows_of(ids_of(said, "utterance"), utterance_ids)
    counts, at = _found(keys_of(members), keys_of(ids_of(said, "seed")))
    own = rows_of(members, utterance_ids)
    is_alone = (own < 0) & (counts == 0)
    alone = rows_of(members[is_alone], files.statement_ids.load())
    owners = [clusters[own >= 0], np.repeat(clusters, counts), clusters[is_alone][alone >= 0]]
    voices = [own[own >= 0], sources[at], len(utterance_ids) + alone[alone >= 0]]
    return np.concatenate(owners), np.concatenate(voices)


def _found(wanted: NDArray[Any], among: NDArray[Any]) -> tuple[Integers, Integers]:
    """Return of each value how often it stands among ascending others, and at which places, one after another."""
    first, last = (np.searchsorted(among, wanted, side) for side in ("left", "right"))
    counts = (last - first).astype(np.int64)
    return counts, np.repeat(first - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())


def _gathered(owners: Integers, voices: Integers, depths: Integers) -> identity.Memberships:
    pairs = np.unique(np.stack([owners, voices], axis=1)[voices >= 0], axis=0)
    return identity.Memberships(
        offsets=np.searchsorted(pairs[:, 0], np.arange(len(depths) + 1)).astype(np.int64),
        members=pairs[:, 1],
        depth=depths,
    )


def _all_above(known: Sequence[KnownCluster]) -> list[list[int]]:
    """Return of each cluster itself and those above it, by place in `known`."""
    place = {one.cluster_id: number for number, one in enumerate(known)}
    parents = [-1 if one.parent_id is None else place.get(one.parent_id, -1) for one in known]
    chains = []
    for number in range(len(parents)):
        chain = [number]
        # No row of ours makes a circle, but another program's might.
        while (above := parents[chain[-1]]) >= 0 and above not in chain:
            chain.append(above)
        chains.append(chain)
    return chains


def _clusters_before(direct: Integers, known: Sequence[KnownCluster]) -> identity.Memberships:
    """Return yesterday's clusters, each with the statements of those below it."""
    above = _all_above(known)
    rows = [
        (cluster, row) for row, label in enumerate(direct.tolist()) if label >= 0 for cluster in above[label]
    ]
    pairs = np.array(rows, dtype=np.int64).reshape(-1, 2)
    return _gathered(pairs[:, 0], pairs[:, 1], np.array([one.depth for one in known], dtype=np.int64))


def _ids(tree: Tree, matched: ClusterMatch, known: Sequence[KnownCluster], run_id: int) -> list[str]:
    """Return the id of each cluster: its predecessor's, or one made of the run and its members."""
    return [
        str(known[before].cluster_id)
        if before >= 0
        else str(uuid5(NAMESPACE_OID, f"{run_id}:{number}:{_member_hash(tree, number)}"))
        for number, before in enumerate(matched.before.tolist())
    ]


def _rows(
    files: NightFiles,
    tree: Tree,
    matched: ClusterMatch,
    known: Sequence[KnownCluster],
    ids: Sequence[str],
    *,
    tried: Integers,
) -> list[dict[str, Any]]:
    statement_ids = files.statement_ids.load()
    links = files.links.load()
    members = [tree.members_of(number) for number in range(len(tree))]
    means = centroids.mean_scores(files.scores.load(), links[:, 1], links[:, 0], members)
    direct = np.bincount(tree.deepest[tree.deepest >= 0], minlength=len(tree))
    rows = []
    for number, cluster_id in enumerate(ids):
        before = int(matched.before[number])
        parent = int(tree.parent[number])
        part = slice(tree.offsets[number], tree.offsets[number + 1])
        digest = hashlib.sha256(np.ascontiguousarray(statement_ids[members[number]]).tobytes()).hexdigest()
        rows.append({
            "cluster_id": cluster_id,
            "parent_id": ids[parent] if parent >= 0 else None,
            "depth": int(tree.depth[number]),
            "member_count": int(direct[number]),
            "core_count": int(tree.is_core[part].sum()),
            "total_count": len(members[number]),
            "cohesion": round(float(tree.cohesion[number]), 6),
            "attach_sim": round(float(tree.attach_similarity[number]), 6),
            "member_hash": digest,
            "split_tried": int(tried[number]),
            "drift": float(matched.changed[number]) if before >= 0 else 0.0,
            "known_title": known[before].title if before >= 0 and _has_words(known[before]) else None,
            **{str(score): _number(value) for score, value in zip(SCORES, means[number], strict=True)},
        })  # fmt: skip
    return rows


def _has_words(cluster: KnownCluster) -> bool:
    """Tell whether a model or the owner wrote the words of a cluster."""
    return cluster.overview_source in ("llm", "user") or cluster.is_pinned


def _lineage(
    matched: ClusterMatch, known: Sequence[KnownCluster], ids: Sequence[str]
) -> list[dict[str, Any]]:
    return [
        {
            "cluster_id": ids[line.cluster],
            "from_cluster_id": str(known[line.came_from].cluster_id),
            "jaccard": line.jaccard,
            "kind": line.kind,
        }
        for line in matched.lineage
    ]


def _naming_statements(files: NightFiles, tree: Tree) -> list[list[str]]:
    """Return per cluster the ids of the statements whose words name it: the nearest first, then by strength."""
    statement_ids = files.statement_ids.load()
    chosen = []
    for number in range(len(tree)):
        part = slice(tree.offsets[number], tree.offsets[number + 1])
        nearest = [row for row in tree.nearest[number].tolist() if row >= 0]
        members, strengths = tree.members[part], np.round(tree.strengths[part], 9)
        others = members[np.lexsort((members, -strengths))][:TITLE_MEMBERS].tolist()
        rows = [*nearest, *(row for row in others if row not in nearest)][:TITLE_MEMBERS]
        chosen.append([str(UUID(bytes=statement_ids[row].tobytes())) for row in rows])
    return chosen


def _member_hash(tree: Tree, number: int) -> str:
    return hashlib.sha256(tree.members_of(number).astype("<i8").tobytes()).hexdigest()


def _number(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 6)


def _as_json(report: ClusteringReport) -> dict[str, Any]:
    facts = asdict(report)
    return {key: dict(value) if isinstance(value, Mapping) else value for key, value in facts.items()}
