"""What people read: search, and the surroundings of an item."""

from uuid import uuid4

import numpy as np
import pytest

from tane.store import embeddings, mapping, reading
from tane.store.embeddings import NewVector, Target
from tane.store.pool import Connection
from tests.tane.exporting.planted import ARCHIVED, BELOW, QUESTION, SAID, TOP, plant


@pytest.fixture(autouse=True)
async def _planted(conn: Connection) -> None:
    await plant(conn)


async def test_search_by_words_finds_clusters_by_title_and_overview_together(conn: Connection):
    found = await reading.search_words(conn, "種 について", limit=10)

    assert [(hit.kind, hit.id, hit.text) for hit in found] == [("cluster", TOP, "種\n種について")]
    assert ARCHIVED not in {hit.id for hit in await reading.search_words(conn, "昨日", limit=10)}


async def test_search_by_meaning_finds_a_cluster_by_the_vector_of_its_words_alone(conn: Connection):
    model = await embeddings.use_model(conn, name="m", digest="d", dims=2)
    east, north = np.eye(2, dtype=np.float32)
    await embeddings.upsert_embeddings(
        conn,
        model,
        [
            NewVector(target=Target("cluster", TOP), vector=east, source_hash=b"x"),
            NewVector(target=Target("cluster_overview", TOP), vector=north, source_hash=b"x"),
            NewVector(target=Target("cluster_overview", BELOW), vector=-north, source_hash=b"x"),
        ],
    )

    found = await reading.search_meaning(conn, north, model_id=model, limit=10)

    assert [(one.hit.kind, one.hit.id, one.hit.similarity) for one in found] == [
        ("cluster", TOP, 1),
        ("cluster", BELOW, -1),
    ]


async def test_around_turns_are_those_of_their_talk_that_have_a_vector_and_are_no_hits(conn: Connection):
    model = await embeddings.use_model(conn, name="m", digest="d", dims=2)
    east, north = np.eye(2, dtype=np.float32)
    talk = uuid4()
    turns = [
        await conn.fetchval(
            "INSERT INTO utterances (contents, conversation_id, position) VALUES ($1, $2, $3) RETURNING utterance_id",
            f"{place}番目", talk, place,
        )
        for place in range(1, 7)
    ]  # fmt: skip
    with_vector = [
        NewVector(
            target=Target("utterance", one), vector=north if one == turns[2] else east, source_hash=b"x"
        )
        for one in turns[1:]
    ]
    await embeddings.upsert_embeddings(conn, model, with_vector)
    near = await reading.search_meaning(conn, north, model_id=model, limit=1)
    assert [one.hit.id for one in near] == [turns[2]]

    async def around(*, turns: int, reach: int) -> list[str]:
        found = await reading.search_around(conn, north, model_id=model, near=near, turns=turns, reach=reach)
        return sorted(one.hit.text for one in found)

    assert await around(turns=1, reach=2) == ["2番目", "4番目", "5番目"]
    assert await around(turns=0, reach=2) == []


async def test_two_ends_that_both_stored_an_edge_are_neighbours_once(conn: Connection):
    """The night stores the ten nearest of each item, so most pairs have an edge in both directions."""
    await conn.executemany(
        "INSERT INTO edges (src_type, src_id, dst_type, dst_id, edge_type, weight) VALUES ($1, $2, $3, $4, 'near', $5)",
        [("cluster", TOP, "utterance", SAID, 0.625), ("utterance", SAID, "cluster", TOP, 0.75)],
    )

    for kind, item, other in (("cluster", TOP, SAID), ("utterance", SAID, TOP)):
        detail = await reading.read_item(conn, kind, item, limit=10)
        edges = await mapping.list_edges(conn, kind, item, offset=0, limit=100)

        assert [row["weight"] for row in detail.neighbours if row["id"] == other] == [0.75]
        assert [row["weight"] for row in edges if row["id"] == other and row["type"] == "near"] == [0.75]


async def test_an_edge_that_one_end_stored_is_seen_from_both(conn: Connection):
    for kind, item, other in (("utterance", SAID, QUESTION), ("seed", QUESTION, SAID)):
        detail = await reading.read_item(conn, kind, item, limit=10)

        assert other in {row["id"] for row in detail.neighbours}
