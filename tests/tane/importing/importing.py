"""Files to import, and an import of them with everything set up."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from daemon.options import job_plan
from handlers.options import Options
from tane.importing.import_report import ImportProgress, ImportReport
from tane.importing.importer import ImportOptions, import_files
from tane.store.pool import Pool

LONG = "生成された絵の著作権は誰のものか、と友人は言った。"


@dataclass(frozen=True, slots=True)
class Import:
    """Runs imports into the database of a test."""

    pool: Pool
    handler_options: Options

    async def __call__(
        self,
        *paths: str | Path,
        on_progress: Callable[[ImportProgress], None] = lambda _: None,
        stdin: bytes = b"",
        **options: Any,
    ) -> ImportReport:
        return await import_files(
            self.pool, paths, ImportOptions(**options),
            plan=job_plan(self.handler_options), on_progress=on_progress, stdin=BytesIO(stdin),
        )  # fmt: skip


def write(name: str, rows: Iterable[dict[str, Any]]) -> Path:
    """Write JSON Lines in the current folder."""
    return write_bytes(name, "".join(json.dumps(row) + "\n" for row in rows).encode())


def write_bytes(name: str, data: bytes) -> Path:
    path = Path(name)
    path.write_bytes(data)
    return path


def written(name: str) -> str:
    return Path(name).read_text(encoding="utf-8")


def files() -> set[str]:
    return {path.name for path in Path().iterdir()}


def dialogue(count: int) -> list[dict[str, Any]]:
    return [
        {"text": f"{LONG}（{number}）", "speaker": "花子", "conversation": f"c{number % 7}", "n": number}
        for number in range(count)
    ]


async def everything(pool: Pool) -> dict[str, list[tuple[Any, ...]]]:
    """Return all that an import writes, without times."""
    queries = {
        "utterances": "SELECT utterance_id, external_id, conversation_id, position, speaker, contents, metadata::text "
        "FROM utterances ORDER BY 1",
        "splits": "SELECT utterance_split_id, utterance_id, ordinal, char_start, char_end, contents "
        "FROM utterance_splits ORDER BY 1",
        "jobs": "SELECT target_id, target_table, job_type, priority, status FROM worker_jobs ORDER BY 1, 2, 3",
    }
    return {name: [tuple(row) for row in await pool.fetch(query)] for name, query in queries.items()}


async def count(pool: Pool, rows: str) -> int:
    """Count rows: `table` or `table WHERE condition`."""
    found: int = await pool.fetchval(f"SELECT count(*) FROM {rows}")
    return found
