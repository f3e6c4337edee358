"""Finds the conversations in a zip file as ChatGPT, Claude and WhatsApp hand it out."""

import re
import shutil
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from daemon.importing.foreign import program_of_members, refusal
from daemon.importing.records import ImportProblem

_CONVERSATIONS = re.compile(r"conversations(?:-\d+)?\.json")
_WHATSAPP = re.compile(r"_chat\.txt|.*WhatsApp.*\.txt")  # in the words of the phone's language


def choose(names: Sequence[str]) -> list[str]:
    """Return the members that hold conversations: all lists of them, or a chat log, or the only text there is.

    Raises:
        ImportProblem: it is the export of a program that Tane does not read.
    """
    bases = {name: name.rpartition("/")[2] for name in names if not name.startswith("__MACOSX/")}
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
        ImportProblem: it cannot be read, or has none.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError):
        raise ImportProblem(f"{path} is no zip file that can be read: was it downloaded in full?") from None
    try:
        chosen = choose(names)
    except ImportProblem as problem:
        raise ImportProblem(f"{path}: {problem}") from None
    if not chosen:
        raise ImportProblem(f"{path} holds neither conversations.json nor a chat log that Tane reads")
    return chosen


def extract(path: Path, name: str, into: BinaryIO) -> None:
    """Copy the bytes of a member.

    Raises:
        ImportProblem: it is locked by a password or damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive, archive.open(name) as member:
            shutil.copyfileobj(member, into)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, KeyError):
        raise ImportProblem(f"{path} cannot be unpacked: it is damaged or has a password") from None
