"""A single HTML file of the map: the page itself with the data inside, for a browser without any network."""

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from importlib import resources
from itertools import groupby
from typing import IO, Any
from uuid import UUID

from tane.exporting.tables import CLUSTERS, EDGES, POINTS, SEEDS, SOURCES, UTTERANCES, Told, plain
from tane.store.domain import SCORES
from tane.store.exporting import Row, Rows

LARGEST_BYTES = 128 * 1024 * 1024
"""What a browser still opens within seconds on a usual machine, its own copy of the data included."""
DECIMALS = 4
_UTTERANCE = ("id", "content", "created_at", "speaker", "role", "home", *SCORES)
_SEED = ("id", "content", "created_at", "kind", "grounding", "review_status", "home")
_CLUSTER = (
    "id", "parent_id", "level", "title", "overview", "category", "strength", "seeds",
    *(f"avg_{score}" for score in SCORES),
)  # fmt: skip
# Within a script element only these can end it or begin a comment; JSON has another way to write each of them.
_ESCAPED = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_MARKUP = re.compile("[<>&\u2028\u2029]")
# Without these a comment's beginning does no harm to a parser, and the page has some in its strings.
_ENDS_SCRIPT = re.compile("</?script", re.IGNORECASE)


class NoPage(Exception):  # noqa: N818 - it says what is missing
    """The page was not built, or not in the form that a file needs."""


class TooLarge(Exception):  # noqa: N818 - it says what is wrong with what was asked
    """The file would be more than a browser opens."""


async def write_page(rows: Rows, file: IO[bytes], told: Told, *, largest_bytes: int | None = None) -> None:
    """Write the page, its style and its program, then the data as blocks of JSON.

    Items are named by their number in the order they are written, which is all that is kept of them (about 150
    bytes each); the cluster that one stands in by its place among the clusters, -1 for none. The policy of the file allows its own program and style by their digests, and nothing else.

    Raises:
        NoPage: the page was not built.
        TooLarge: it grows beyond `largest_bytes`, 128 MiB unless told otherwise.
    """
    largest_bytes = largest_bytes or LARGEST_BYTES
    head, foot = shell()
    file.write(head)
    numbers: dict[UUID, int] = {}

    def write(table: str, of: str, values: Iterable[Sequence[Any]], *, cluster: UUID | None = None) -> None:
        block = list(values)
        whose = "" if cluster is None else f' data-cluster="{cluster}"'
        start = f'<script type="application/json" data-of="{of}"{whose}>'
        file.write(f"{start}{json_in_script(block)}</script>\n".encode())
        told(table, len(block))
        if file.tell() > largest_bytes:
            raise TooLarge(
                f"an HTML file of more than {largest_bytes >> 20} MiB is too much for a browser: choose a part with "
                "--only cluster=ID or --only kind=..., or serve the map by `tane web`"
            )

    write("points", "atlas", [])  # a file without a map is still a file with data
    clusters = [row async for batch in CLUSTERS.read(rows) for row in batch]
    places = {row["id"]: place for place, row in enumerate(clusters)}
    for table, names in ((UTTERANCES, _UTTERANCE), (SEEDS, _SEED)):
        async for batch in table.read(rows):
            numbers |= {row["id"]: n for n, row in enumerate(batch, start=len(numbers))}
            settled = (row | {"home": places.get(row["home"], -1)} for row in batch)
            write(table.name, table.name, ([plain(row[name]) for name in names] for row in settled))
    numbers |= {row["id"]: n for n, row in enumerate(clusters, start=len(numbers))}
    if clusters:
        write(CLUSTERS.name, CLUSTERS.name, ([plain(row[name]) for name in _CLUSTER] for row in clusters))
    async for batch in SOURCES.read(rows):
        write(SOURCES.name, SOURCES.name, (_source(row, numbers) for row in batch))
    async for batch in EDGES.read(rows):
        write(EDGES.name, EDGES.name, (_edge(row, numbers) for row in batch))
    async for batch in POINTS.read(rows):
        for (scope, cluster), points in groupby(
            batch, key=lambda row: (row["scope_type"], row["scope_cluster_id"])
        ):
            write(POINTS.name, scope, (_point(row, numbers) for row in points), cluster=cluster)
    file.write(foot)


def json_in_script(value: Any) -> str:
    """Return JSON that no HTML parser mistakes for markup, and no reader of JavaScript for the end of a line. Pure."""
    written = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return _MARKUP.sub(lambda found: _ESCAPED[found[0]], written)


def shell() -> tuple[bytes, bytes]:
    """Return the file around its data: what stands before, and what stands after.

    Raises:
        NoPage: the page was not built, or refers to files in another way than is known here.
    """
    folder = resources.files("tane.web.page").joinpath("dist")
    try:
        html, style, program, icon, licences = (
            folder.joinpath(name).read_text(encoding="utf-8")
            for name in ("index.html", "page.css", "page.js", "icon.svg", "licences.txt")
        )
    except FileNotFoundError:
        raise NoPage("the page was not built: make setup, or python tane/web/page/build.py") from None
    if _ENDS_SCRIPT.search(program + licences) or "</style" in style.lower():
        raise NoPage("the page cannot stand within a file: its program holds what ends a script")
    picture = base64.b64encode(icon.encode()).decode()
    policy = (
        f"default-src 'none'; script-src {_digest(program)}; style-src {_digest(style)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    changes = [
        (
            '<meta charset="utf-8">',
            f'<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="{policy}">',
        ),
        ("<html ", '<html data-file="" '),
        ('<script src="/page/prefetch.js"></script>\n', ""),  # it asks a server
        ('href="/page/icon.svg"', f'href="data:image/svg+xml;base64,{picture}"'),
        ('<link rel="stylesheet" href="/page/page.css">', f"<style>{style}</style>"),
        ('<script type="module" src="/page/page.js"></script>', f'<script type="module">{program}</script>'),
    ]
    for old, new in changes:
        if html.count(old) != 1:
            raise NoPage(f"the page cannot stand within a file: it has no {old}")
        html = html.replace(old, new)
    head, body_end, foot = html.rpartition("</body>")
    # Whoever passes the file on passes on the work of others, whose licences go along.
    head += f'<script type="text/plain" id="licences">{licences}</script>\n'
    return head.encode(), (body_end + foot).encode()


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _source(row: Row, numbers: dict[UUID, int]) -> list[Any]:
    return [numbers[row["seed_id"]], numbers[row["utterance_id"]], row["span_start"], row["span_end"]]


def _edge(row: Row, numbers: dict[UUID, int]) -> list[Any]:
    is_part = int(row["edge_type"] == "part_of")
    ends = [numbers[row["src_id"]], numbers[row["dst_id"]]]
    return [*ends, is_part, row["role"], round(row["weight"], DECIMALS)]


def _point(row: Row, numbers: dict[UUID, int]) -> list[Any]:
    return [
        numbers[row["target_id"]], round(row["x"], DECIMALS), round(row["y"], DECIMALS), row["is_provisional"],
    ]  # fmt: skip
