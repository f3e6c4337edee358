"""Puts the points into a process: in front of asyncpg, httpx, subprocess and the files below one folder."""

import asyncio
import builtins
import errno
import io
import os
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Self

import asyncpg
import httpx
from asyncpg import connect_utils
from asyncpg.pool import Pool

from chaos.points import Points

_STATEMENTS = (
    "execute",
    "executemany",
    "fetch",
    "fetchval",
    "fetchrow",
    "copy_from_table",
    "copy_from_query",
    "copy_to_table",
    "copy_records_to_table",
)
_READS = ("read", "read1", "readline", "readinto")
_WRITES = ("write", "flush", "truncate")


def install(points: Points, folder: Path) -> None:
    """Let every call pass a point; only files below the folder have points."""
    _watch_statements(points)
    _watch_connections(points)
    _watch_models(points)
    _watch_children(points)
    _watch_files(points, str(folder))


def _put(owner: object, name: str, value: object) -> None:
    setattr(owner, name, value)


# ---------------------------------------------------------------- database


def _lost_connection() -> BaseException:
    return asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")


def _watch_statements(points: Points) -> None:
    kind: Any = asyncpg.Connection
    for name in _STATEMENTS:
        setattr(kind, name, _statement(points, name, getattr(kind, name)))


def _statement(points: Points, name: str, original: Callable[..., Awaitable[Any]]) -> Callable[..., Any]:
    async def call(conn: Any, *arguments: Any, **options: Any) -> Any:
        timeout_s = options.get("timeout") or conn._config.command_timeout  # noqa: SLF001 - what asyncpg itself goes by
        if points.is_silent:
            await points.hang(timeout_s)
        if not points.meets("database", name):
            return await original(conn, *arguments, **options)
        try:
            return await points.inject_async(
                lambda: original(conn, *arguments, **options),
                _lost_connection,
                timeout_s=timeout_s,
                is_shared=True,
            )
        finally:
            if not points.is_silent:
                conn.terminate()

    return call


def _watch_connections(points: Points) -> None:
    utils: Any = connect_utils
    pools: Any = Pool
    connect, acquire = utils._connect, pools._acquire  # noqa: SLF001 - where both ways to a connection meet

    async def watched_connect(**options: Any) -> Any:
        if points.is_silent:
            await points.hang(options.get("timeout"))
        if points.meets("database", "connect"):
            return await points.inject_async(
                lambda: connect(**options), ConnectionResetError, timeout_s=options.get("timeout")
            )
        return await connect(**options)

    async def watched_acquire(pool: Any, timeout: float | None) -> Any:  # noqa: ASYNC109 - asyncpg's own signature
        if points.meets("database", "acquire"):
            return await points.inject_async(_nothing, TimeoutError, timeout_s=timeout)
        return await acquire(pool, timeout)

    _put(utils, "_connect", watched_connect)
    _put(pools, "_acquire", watched_acquire)


async def _nothing() -> None:
    """Stand for what cannot be half done."""


# ---------------------------------------------------------------- model server


def _watch_models(points: Points) -> None:
    send = httpx.AsyncClient.send

    async def watched(client: Any, request: Any, **options: Any) -> Any:
        if not points.meets("model", request.url.path):
            return await send(client, request, **options)

        async def asked() -> None:
            await (await send(client, request, **options)).aclose()

        return await points.inject_async(
            asked, lambda: httpx.ReadError("the connection was lost"), timeout_s=None
        )

    _put(httpx.AsyncClient, "send", watched)


# ---------------------------------------------------------------- other processes


def _watch_children(points: Points) -> None:
    run, create = subprocess.run, asyncio.create_subprocess_exec

    def watched_run(command: Any, *arguments: Any, **options: Any) -> Any:
        if not points.meets("child", Path(command[0]).name):
            return run(command, *arguments, **options)
        if points._fault.kind == "hangs" and options.get("timeout") is not None:  # noqa: SLF001
            raise subprocess.TimeoutExpired(command, options["timeout"])
        return points.inject(lambda: run(command, *arguments, **options), _no_process)

    async def watched_create(program: Any, *arguments: Any, **options: Any) -> Any:
        if points.meets("child", Path(program).name):
            raise _no_process()
        return await create(program, *arguments, **options)

    _put(subprocess, "run", watched_run)
    _put(asyncio, "create_subprocess_exec", watched_create)


def _no_process() -> BaseException:
    return BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))


# ---------------------------------------------------------------- files


def _full() -> OSError:
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _unreadable() -> OSError:
    return OSError(errno.EIO, os.strerror(errno.EIO))


class _File:
    """A file whose reads and writes are points."""

    def __init__(self, file: Any, points: Points) -> None:
        self._file = file
        self._points = points

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._file, name)
        if name not in _READS and name not in _WRITES:
            return found

        def call(*arguments: Any) -> Any:
            if self._points.meets("file", name):
                return self._points.inject(
                    lambda: found(*arguments), _full if name in _WRITES else _unreadable
                )
            return found(*arguments)

        return call

    def __enter__(self) -> Self:
        self._file.__enter__()
        return self

    def __exit__(self, *error: object) -> Any:
        return self._file.__exit__(*error)

    def __iter__(self) -> Any:
        return iter(self._file)

    def __next__(self) -> Any:
        return next(self._file)


def _watch_files(points: Points, folder: str) -> None:
    real_open = io.open

    def is_ours(path: Any) -> bool:
        return isinstance(path, str | Path) and os.path.abspath(path).startswith(folder)  # noqa: PTH100 - opens nothing

    def watched_open(path: Any, mode: str = "r", *arguments: Any, **options: Any) -> Any:
        if not is_ours(path):
            return real_open(path, mode, *arguments, **options)
        is_writing = any(letter in mode for letter in "wxa+")
        if points.meets("file", f"open {mode}"):
            return points.inject(
                lambda: real_open(path, mode, *arguments, **options).close(),
                _full if is_writing else _unreadable,
            )
        return _File(real_open(path, mode, *arguments, **options), points)

    def watch(name: str) -> None:
        original = getattr(os, name)

        def call(path: Any, *arguments: Any, **options: Any) -> Any:
            if (name == "fsync" or is_ours(path)) and points.meets("file", name):
                return points.inject(lambda: original(path, *arguments, **options), _full)
            return original(path, *arguments, **options)

        _put(os, name, call)

    _put(io, "open", watched_open)
    _put(builtins, "open", watched_open)
    for name in ("open", "fsync", "replace", "rename", "mkdir"):
        watch(name)
