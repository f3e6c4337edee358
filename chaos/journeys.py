"""The journeys: what a command or a night does from its beginning to its end, small enough for hundreds of attempts."""

import json
from dataclasses import dataclass
from pathlib import Path

from chaos.testbed import JourneyEnd, Testbed
from tane.store.backup import read_archive
from tane.store.errors import StoreError

EARLIER = ("睡眠とは脳が休む時間である。", "貯金が足りないと引越ができない。", "発酵とは微生物の働きである。")
LATER = ("散歩とは脳が休む時間である。", "読書が足りないと会議で困る。")
BACKUP = "tane.dump"
TALK = "talk.jsonl"


class NotPrepared(Exception):  # noqa: N818 - reads as the state it reports
    """A journey failed without a fault: the others would prove nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """One of the ways through Tane."""

    name: str
    arguments: tuple[str, ...]
    template: str
    files: tuple[str, ...] = ()
    is_atomic: bool = True
    """Whether all of it happens or nothing."""
    may_precede: tuple[str, ...] = ()
    """What may be there although the rest is not, because it says nothing by itself."""
    is_gone_after: bool = False
    """Whether a second time finds nothing to do, and says so with status 1."""
    is_embedded: bool = False
    """Whether it looks for the embedded server itself, with that server's own programs."""
    has_backup: bool = False
    """Whether a whole backup must stand there at any time."""


JOURNEYS = {
    journey.name: journey
    for journey in (
        Journey(name="import", arguments=("import", TALK, "--source", "talk"), template="told", files=(TALK,), may_precede=("sources",)),
        Journey(name="day", arguments=("run", "--drain"), template="new", is_atomic=False),
        Journey(name="night", arguments=("night",), template="worked", may_precede=("staging",)),
        Journey(
            name="backup", arguments=("db", "backup", "--force", BACKUP), template="told", files=(BACKUP,),
            has_backup=True,
        ),
        Journey(
            name="restore", arguments=("db", "restore", BACKUP, "--replace", "--yes"), template="told",
            files=(BACKUP,), has_backup=True,
        ),
        Journey(name="forget", arguments=("forget", "--source", "earlier", "--yes"), template="told", is_gone_after=True),
        Journey(name="start", arguments=("db", "migrate"), template="told", is_embedded=True),
    )
}  # fmt: skip


async def prepare(ground: Testbed, migrated: str) -> dict[str, str]:
    """Make the templates: told (imported, worked off, mapped), new (something was said since), worked (and worked off).

    Returns the database of each.
    """
    _write(ground.folder / "earlier.jsonl", EARLIER)
    _write(ground.folder / TALK, LATER)
    names = {name: f"{ground.prefix}_{name}" for name in ("told", "new", "worked")}
    async with ground.site(migrated, files=(ground.folder / "earlier.jsonl",), keep=names["told"]) as site:
        for arguments in (
            ("import", "earlier.jsonl", "--source", "earlier"),
            ("run", "--drain"),
            ("night",),
            ("run", "--drain"),
        ):
            _must_be_done(await site.make(arguments))
        _must_be_done(await site.make(("db", "backup", "--force", str(ground.folder / BACKUP))))
    async with ground.site(names["told"], files=(ground.folder / TALK,), keep=names["new"]) as site:
        _must_be_done(await site.make(("import", TALK, "--source", "talk")))
    async with ground.site(names["new"], keep=names["worked"]) as site:
        _must_be_done(await site.make(("run", "--drain")))
    return names


def _write(path: Path, said: tuple[str, ...]) -> None:
    lines = [json.dumps({"id": str(n), "text": text}, ensure_ascii=False) for n, text in enumerate(said)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _must_be_done(made: JourneyEnd) -> None:
    if made.status != 0:
        raise NotPrepared(f"status {made.status}: {made.said[-2000:]}")


async def is_whole(backup: Path) -> bool:
    """Tell whether a backup can be restored."""
    try:
        await read_archive(backup)
    except (OSError, StoreError):
        return False
    return True
