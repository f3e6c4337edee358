"""What a program reads of the map."""

import gzip
from uuid import UUID

import httpx

from tane.store.pool import Connection, Pool
from tests.tables import every
from tests.tane.web.api.contract import answers, check
from tests.tane.web.api.planted import SAID, SEED, Hands, Planted, client, plant, served


async def test_points_come_as_columns_with_cluster_and_theme(api: httpx.AsyncClient, planted: Planted):
    answer = (await api.get(f"maps/{planted.atlas}/points")).json()

    columns, names = answer["columns"], [cluster["id"] for cluster in answer["clusters"]]
    place = columns["id"].index(str(planted.seed))
    assert names[columns["cluster"][place]] == str(planted.naps)
    assert names[columns["theme"][place]] == str(planted.sleep)
    assert columns["cluster"][columns["id"].index(str(planted.said))] == columns["cluster"][place]
    assert columns["speaker"][columns["id"].index(str(planted.said))] == "美咲"
    assert columns["hypothetical"][columns["id"].index(str(planted.said))] == 0.25
    assert columns["at"][place] == columns["at"][columns["id"].index(str(planted.said))]  # when it was said
    assert {len(column) for column in columns.values()} == {5}


async def test_the_atlas_is_found_by_its_name(api: httpx.AsyncClient, planted: Planted):
    by_name = await api.get("maps/atlas/points")

    assert by_name.json() == (await api.get(f"maps/{planted.atlas}/points")).json()
    assert (await api.get("maps/cluster/points")).status_code == 404


async def test_where_nothing_was_placed_yet_there_is_no_map_and_no_mistake(
    api: httpx.AsyncClient, planted: Planted
):
    empty, atlas = [(await api.get(f"maps/{name}/points")).json() for name in ("global", "atlas")]

    assert empty["map"] is None
    assert empty["clusters"] == []
    assert empty["columns"] == {name: [] for name in atlas["columns"]}
    check(empty, answers("/api/v1/maps/{id}/points"))


async def test_points_leave_out_what_is_rejected_deleted_or_archived(
    api: httpx.AsyncClient, conn: Connection, planted: Planted
):
    await conn.execute("UPDATE seeds SET review_status = 'rejected' WHERE seed_id = $1", planted.seed)
    await conn.execute("UPDATE utterances SET deleted_at = now()")
    await conn.execute("UPDATE clusters SET is_archived = 1 WHERE cluster_id = $1", planted.naps)

    columns = (await api.get(f"maps/{planted.atlas}/points")).json()["columns"]

    assert set(columns["id"]) == {str(planted.other), str(planted.sleep)}


async def test_a_map_without_points_has_empty_columns(api: httpx.AsyncClient, conn: Connection):
    empty = await conn.fetchval("INSERT INTO layout_runs (scope_type) VALUES ('atlas') RETURNING layout_id")

    answer = (await api.get(f"maps/{empty}/points")).json()

    assert answer["clusters"] == []
    assert set(map(len, answer["columns"].values())) == {0}


async def test_what_a_reader_has_is_not_sent_again_until_it_changes(
    api: httpx.AsyncClient, conn: Connection, planted: Planted
):
    path = f"maps/{planted.atlas}/points"
    first = await api.get(path)
    known = {"If-None-Match": first.headers["etag"]}

    again = await api.get(path, headers=known)
    await conn.execute("UPDATE layout_points SET x = x + 1 WHERE target_id = $1", planted.seed)
    moved = await api.get(path, headers=known)

    assert (again.status_code, again.content) == (304, b"")
    assert moved.status_code == 200
    assert moved.headers["etag"] != first.headers["etag"]


async def test_long_answers_are_compressed_for_those_who_can_read_that(
    api: httpx.AsyncClient, planted: Planted
):
    async with api.stream("GET", "openapi.json", headers={"Accept-Encoding": "gzip"}) as packed:
        raw = b"".join([chunk async for chunk in packed.aiter_raw()])
    plain = await api.get("openapi.json", headers={"Accept-Encoding": "identity, gzip;q=0"})

    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert gzip.decompress(raw) == plain.content


async def test_lists_have_pages_that_hold_everything_once(api: httpx.AsyncClient, planted: Planted):
    found, offset = [], 0
    while offset is not None:
        page = (await api.get("clusters", params={"limit": 1, "offset": offset})).json()
        found += [cluster["title"] for cluster in page["items"]]
        offset = page["next_offset"]

    assert found == ["眠り", "昼寝"]


async def test_a_cluster_shows_its_way_up_its_children_and_all_seeds_within(
    api: httpx.AsyncClient, planted: Planted
):
    sleep = (await api.get(f"clusters/{planted.sleep}")).json()
    naps = (await api.get(f"clusters/{planted.naps}")).json()

    assert [child["title"] for child in sleep["children"]] == ["昼寝"]
    assert {seed["id"] for seed in sleep["members"]["items"]} == {str(planted.seed), str(planted.other)}
    assert (sleep["map_id"], naps["map_id"]) == (str(planted.sleep_map), None)
    assert sleep["averages"]["confidence"] == 0.5
    assert [step["title"] for step in naps["path"]] == ["眠り", "昼寝"]


async def test_clusters_whose_parents_go_in_a_circle_are_read_all_the_same(
    api: httpx.AsyncClient, conn: Connection, planted: Planted
):
    await conn.execute(
        "UPDATE clusters SET parent_cluster_id = $2 WHERE cluster_id = $1", planted.sleep, planted.naps
    )

    assert (await api.get(f"clusters/{planted.naps}")).status_code == 200
    assert (await api.get(f"maps/{planted.atlas}/points")).json()["clusters"] == []


async def test_a_seed_leads_to_the_words_that_support_it(api: httpx.AsyncClient, planted: Planted):
    seed = (await api.get(f"seeds/{planted.seed}")).json()

    (source,) = seed["sources"]
    assert source["contents"] == SAID
    assert source["contents"][source["span_start"] : source["span_end"]] == SEED
    assert [near["id"] for near in seed["neighbours"]] == [str(planted.other)]


async def test_edges_are_read_from_both_ends(api: httpx.AsyncClient, planted: Planted):
    (near, part) = (await api.get("edges", params={"kind": "seed", "id": str(planted.seed)})).json()["items"]

    assert (near["type"], near["id"]) == ("near", str(planted.other))
    assert (part["type"], part["role"], part["id"]) == ("part_of", "member", str(planted.naps))


async def test_search_finds_words_in_any_width_and_case(api: httpx.AsyncClient, planted: Planted):
    hits = (await api.get("search", params={"q": "ｺｰﾋｰ"})).json()["items"]

    assert {one for hit in hits for one in (hit["id"], *(same["id"] for same in hit["also"]))} == {
        str(planted.said),
        str(planted.other),
    }


async def test_search_by_meaning_asks_the_vectors_of_the_model(dsn: str, conn: Connection, pool: Pool):
    planted = await plant(conn)
    model = await conn.fetchval(
        "INSERT INTO embedding_models (model_name, digest, dims, is_current) VALUES ('m', 'd', 4, 1) RETURNING model_id"
    )
    for item, vector in ((planted.seed, "[1,0,0,0]"), (planted.other, "[0,1,0,0]")):
        await conn.execute(
            "INSERT INTO embeddings (target_type, target_id, model_id, model_name, dims, vector) "
            f"VALUES ('seed', $1, $2, 'm', 4, '{vector}')", item, model,
        )  # fmt: skip

    async with served(dsn, pool, hands=Hands(digest="d")) as url, client(url) as api:
        hits = (await api.get("search", params={"q": "眠り", "mode": "meaning"})).json()["items"]

    assert [(hit["id"], hit["similarity"], hit["by"]) for hit in hits] == [
        (str(planted.seed), 1.0, "meaning")
    ]


async def test_search_by_meaning_says_when_it_cannot(api: httpx.AsyncClient):
    answer = await api.get("search", params={"q": "眠り", "mode": "meaning"})

    assert (answer.status_code, answer.text) == (
        503,
        "nothing has a vector yet: search by words\n",
    )


@every(
    ("path", "status"),
    [
        ("seeds/none", 404), (f"seeds/{UUID(int=7)}", 404), (f"clusters/{UUID(int=7)}", 404), (f"maps/{UUID(int=7)}/points", 404),
        ("maps?limit=0", 400), ("maps?limit=501", 400), ("maps?offset=-1", 400), ("maps?offset=9999999999999999999999", 400),
        ("maps?limit=%EF%BC%91", 400), ("search?q=", 400), ("search?q=a&mode=other", 400), ("edges?kind=other", 400),
        ("edges?kind=seed", 404), (f"search?q={'a' * 401}", 400), (f"snippets?ids={',' * 200}", 400),
        (f"maps?offset={'0' * 5000}", 400), (f"clusters?q={'a' * 401}", 400), ("snippets", 400), ("snippets?ids=,", 400),
        ("search?q=%00", 200), ("clusters?q=%00%ED%A0%80", 200),
    ],
)  # fmt: skip
async def test_questions_that_make_no_sense_are_refused_in_words(
    api: httpx.AsyncClient, path: str, status: int
):
    answer = await api.get(path)

    assert answer.status_code == status
    assert answer.text.strip()


@every(
    "path",
    ["/", "/page/prefetch.js", "/page/page.js", "/page/page.css", "/page/icon.svg", "/page/licences.txt"],
)
async def test_the_files_of_the_page_need_no_token_but_what_they_show_does(dsn: str, pool: Pool, path: str):
    async with served(dsn, pool) as url, client(url, headers={}) as api:
        assert (await api.get(f"{url}{path[1:]}")).status_code == 200
        assert (await api.get("maps")).status_code == 401


async def test_what_was_deleted_is_gone(api: httpx.AsyncClient, conn: Connection, planted: Planted):
    await conn.execute("UPDATE utterances SET deleted_at = now()")

    answer = await api.get(f"utterances/{planted.said}")

    assert answer.status_code == 404
    assert SAID not in answer.text


async def test_a_server_without_the_answer_of_today_or_of_memory_says_so(dsn: str, pool: Pool):
    async with served(dsn, pool, has_today=False) as url, client(url) as api:
        assert (await api.get("today")).status_code == 404
        assert (await api.get("memory")).status_code == 404
        assert (await api.get("status")).json()["has_today"] is False
