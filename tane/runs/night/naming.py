"""Placeholder words of clusters until a model writes them (E7), from what their members say at this moment.

Titles are made by TF-IDF, overviews of the statements nearest to the middle. Part of step 6: what is taken back or
renamed while the night runs must not be published.
"""

import asyncio
import hashlib
from collections.abc import Mapping
from uuid import UUID

from tane.language.titles import placeholder_titles
from tane.runs.night.workspace import Night, NightFiles
from tane.store.pool import connection
from tane.store.publishing import Spoken
from tane.store.snapshots import titles_given, words_of

AT_ONCE = 1_000


async def name_clusters(night: Night) -> None:
    """Add the words to the rows of the clusters, and note what they were made from: hashes and given titles."""
    files = NightFiles(night.folder)
    texts = await _texts(night)
    rows = await asyncio.to_thread(files.clusters.load)
    async with connection(night.session.pool) as conn:
        given = await titles_given(conn, [UUID(row["cluster_id"]) for row in rows])
    for row in rows:
        row["known_title"] = given.get(UUID(row["cluster_id"]))
    await asyncio.to_thread(files.clusters.save, rows)
    try:
        await asyncio.to_thread(files.naming_texts.save, texts)
        await night.compute.run(write_names, files, night.options.clustering["overview_seeds"])
    finally:
        files.naming_texts.path.unlink(
            missing_ok=True
        )  # the owner's words: no longer on the disk than needed
    await asyncio.to_thread(_save_sources, files, texts, given)


def load_sources(files: NightFiles) -> Spoken:
    """Return what the words were made from."""
    facts = files.named_from.load()
    return Spoken(
        words={UUID(statement): bytes.fromhex(digest) for statement, digest in facts["words"].items()},
        titles={UUID(cluster): title for cluster, title in facts["titles"].items()},
    )


def _save_sources(files: NightFiles, texts: Mapping[str, str], given: Mapping[UUID, str]) -> None:
    hashes = {statement: hashlib.sha256(text.encode()).hexdigest() for statement, text in texts.items()}
    titles_by_id = {str(cluster): title for cluster, title in given.items()}
    files.named_from.save({"words": hashes, "titles": titles_by_id})


async def _texts(night: Night) -> dict[str, str]:
    """Return the words of the statements that name a cluster, in the order of their ids."""
    of_clusters = await asyncio.to_thread(NightFiles(night.folder).naming_statements.load)
    wanted = [UUID(one) for one in sorted({one for statements in of_clusters for one in statements})]
    texts: dict[str, str] = {}
    for start in range(0, len(wanted), AT_ONCE):
        async with connection(night.session.pool) as conn:
            found = await words_of(conn, wanted[start : start + AT_ONCE])
        texts |= {str(statement): text for statement, text in found.items()}
    return texts


# ---------------------------------------------------------------- in the pool


def write_names(files: NightFiles, overview_seeds: int) -> None:
    """Add title and overview to the rows of the clusters, from the words of each statement by its id.

    Siblings are named together, so that their titles tell them apart; all titles differ, also from those that a
    model or the owner gave.
    """
    rows = files.clusters.load()
    texts = files.naming_texts.load()
    # The same words may be several seeds, of other kinds or utterances: they count once.
    said = [
        list(dict.fromkeys(texts[one] for one in statements if one in texts))
        for statements in files.naming_statements.load()
    ]
    taken = {row["known_title"] for row in rows if row["known_title"]}
    siblings: dict[str | None, list[int]] = {}
    for number, row in enumerate(rows):
        siblings.setdefault(row["parent_id"], []).append(number)
    for numbers in siblings.values():
        for number, title in zip(
            numbers, placeholder_titles([said[one] for one in numbers], taken=taken), strict=True
        ):
            rows[number]["title"] = title
            taken.add(title)
    for number, row in enumerate(rows):
        row["overview"] = "\n".join(said[number][:overview_seeds])
    files.clusters.save(rows)
