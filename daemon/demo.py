"""The demo: a database of its own, made anew by each run, filled from the dialogues that ship."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory

from tane.settings.model import Database, Jobs, Llm, Log, Settings
from tane.settings.sources import toml
from tane.store.embedded import EmbeddedServer
from tane.store.session import Session, open_session, running_server

DIALOGUES = ("dialogues.ja.jsonl", "dialogues.en.jsonl")
SOURCE = "demo"
ARTICLES = "articles.jsonl"
NEWS = "demo-news"
"""The source of the articles."""
WEEK = {"window_start": "2026-09-14T00:00:00+09:00", "window_end": "2026-09-21T00:00:00+09:00"}
"""Of the articles, and of some of the dialogues."""
MORNING = {"window_start": "2026-09-18T06:30:00+09:00", "window_end": "2026-09-19T06:30:00+09:00"}
FOLDER = "demo"
TIMEZONE = "Asia/Tokyo"
REAL_UTTERANCES = 30
STANDIN_CALLS = 4  # at once: it loads no model


def demo_settings(settings: Settings, *, real: bool) -> Settings:
    """Return the demo's own settings: of the user's only folder and log, and with `real` model server and questions."""
    folder = settings.database.data_dir.absolute()
    return Settings(
        timezone=TIMEZONE,
        # With the demo's own configuration in force it is already the demo's folder.
        database=Database(data_dir=folder if folder.name == FOLDER else folder / FOLDER),
        llm=settings.llm if real else Llm(standin=True, parallel=STANDIN_CALLS),
        jobs=Jobs(enabled=settings.jobs.enabled if real else "full"),
        log=Log(level=settings.log.level, format=settings.log.format),
    )


def write_config(settings: Settings) -> Path:
    """Write the configuration with which other commands find the demo's database, and return its path."""
    chosen = settings.llm.model_dump(exclude_defaults=True)
    lines = [
        "# Written by `tane demo`; each run writes it anew.",
        f"timezone = {toml(settings.timezone)}",
        "[database]",
        f"data_dir = {toml(settings.database.data_dir)}",
        "[jobs]",
        f"enabled = {toml(settings.jobs.enabled)}",
        "[llm]",
        *(f"{name} = {toml(value)}" for name, value in chosen.items()),
    ]
    path = settings.database.data_dir / "tane.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@asynccontextmanager
async def demo_session(settings: Settings, *, keep: bool) -> AsyncIterator[Session]:
    """Open the demo's database: an empty one, unless the last run's is kept."""
    async with running_server(settings.database, is_tied=True):
        if not keep:
            await asyncio.to_thread(EmbeddedServer(settings.database.data_dir).recreate)
        async with open_session(settings.database) as session:
            yield session


@contextmanager
def news() -> Iterator[Path]:
    """Lend the file of articles."""
    with resources.as_file(resources.files("demo").joinpath(ARTICLES)) as path:
        yield path


@contextmanager
def corpus(*, limit: int | None = None) -> Iterator[list[Path]]:
    """Lend the files of dialogues, or one with the first lines only."""
    with ExitStack() as stack:
        packed = [resources.files("demo").joinpath(name) for name in DIALOGUES]
        paths = [stack.enter_context(resources.as_file(file)) for file in packed]
        if limit is None:
            yield paths
            return
        folder = stack.enter_context(TemporaryDirectory())
        beginning = Path(folder) / DIALOGUES[0]
        with paths[0].open(encoding="utf-8") as lines:
            beginning.write_text("".join(itertools.islice(lines, limit)), encoding="utf-8")
        yield [beginning]
