"""Finds the conversations in a zip file as ChatGPT, Claude and WhatsApp export it."""

import lzma
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from tane.importing.detection import program_of_members, refusal
from tane.importing.records import ImportProblem

# Exports of years have some gigabytes, and text packs to a tenth; an archive made to fill a disk, to a thousandth.
MAX_BYTES = 8_000_000_000
MAX_RATIO = 200
UNSUSPECTED_BYTES = 50_000_000

_ENCRYPTED = 0x1
_CONVERSATIONS = re.compile(r"conversations(?:-\d+)?\.json")
_WHATSAPP = re.compile(r"_chat\.txt|.*WhatsApp.*\.txt")  # in the words of the phone's language


def choose(names: Sequence[str]) -> list[str]:
    """Return the members that hold conversations: all lists of them, or a chat log, or the only text there is.

    Raises:
        ImportProblem: it is the export of a program that Tane does not read.
    """
    bases = {
        name: name.replace("\\", "/").rpartition("/")[2] for name in names if not name.startswith("__MACOSX/")
    }
    lists = sorted(name for name, base in bases.items() if _CONVERSATIONS.fullmatch(base))
    logs = sorted(name for name, base in bases.items() if _WHATSAPP.fullmatch(base))
    if lists or logs:
        return lists or logs
    if program := program_of_members(list(bases)):
        raise ImportProblem(refusal(program))
    texts = [name for name, base in bases.items() if base.endswith(".txt")]
    return texts if len(texts) == 1 else []


def members_of(path: Path) -> list[str]:
    """Return the names of a zip file's members that hold conversations.

    Raises:
        ImportProblem: it cannot be read, has none, or would unpack to more than a limit.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError):
        raise ImportProblem(f"{path} is no zip file that can be read: was it downloaded in full?") from None
    try:
        names = [member.filename for member in members]
        chosen = choose(list(dict.fromkeys(names)))
        wanted = frozenset(chosen)
        _check([member for member in members if member.filename in wanted], names)
    except ImportProblem as problem:
        raise ImportProblem(f"{path}: {problem}") from None
    return chosen


def _nothing_in(names: Sequence[str]) -> str:
    if any(name.lower().endswith(".zip") for name in names):
        return "it holds zip files: unpack it, and import those of them that hold conversations"
    return "it holds neither conversations.json nor a chat log that Tane reads"


def _check(members: Sequence[zipfile.ZipInfo], names: Sequence[str]) -> None:
    """Look at what the directory of an archive says of those of its members that were chosen.

    Raises:
        ImportProblem: there are none, two of them have one name, one has a password, or they are too large.
    """
    if not members:
        raise ImportProblem(_nothing_in(names))
    if len({member.filename for member in members}) < len(members):
        raise ImportProblem(
            "two of its files have the same name: unpack it, and import each under its --source"
        )
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise ImportProblem("it has a password: unpack it first")
    size, packed = (
        sum(member.file_size for member in members),
        sum(member.compress_size for member in members),
    )
    if size > MAX_BYTES or size > max(UNSUSPECTED_BYTES, MAX_RATIO * packed):
        raise ImportProblem(
            f"it would unpack to {size / 1e6:,.0f} MB from {packed / 1e6:,.1f} MB; Tane unpacks at most {MAX_BYTES / 1e9:.0f} GB, "
            f"and {MAX_RATIO} times what is packed: unpack it yourself if you trust it"
        )


def extract(path: Path, name: str, into: BinaryIO) -> None:
    """Copy the bytes of a member: never more than the archive's directory says, which has been checked.

    Raises:
        ImportProblem: it is damaged, packed in an unknown way, or the disk is full.
    """
    try:
        with zipfile.ZipFile(path) as archive, archive.open(name) as member:
            shutil.copyfileobj(member, into)
    except NotImplementedError:
        raise ImportProblem(f"{path} is packed in a way that cannot be read here: unpack it first") from None
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError, KeyError, ValueError):
        raise ImportProblem(f"{path} cannot be unpacked: it is damaged or has a password") from None
    except OSError as error:
        raise ImportProblem(
            f"{path} cannot be unpacked into {tempfile.gettempdir()}: {error.strerror}"
        ) from None
