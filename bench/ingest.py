"""How many utterances a second a script gets into Tane over HTTP, all their jobs queued.

`tane web`, a database with durable commits, and the script each run in a process of their own; the script sends one
request after the other on one connection. Processor time is told beside the clock: it is what remains comparable when
other work has the machine, too.
"""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import httpx
import psutil

from bench.measure import Measure
from bench.throwaway import throwaway_server
from tane.store import migrate

TARGET_PER_S = 1_000
SIZES = {1: 300, 10: 1_000, 100: 5_000, 1_000: 10_000, 10_000: 20_000}
"""Lines a request, and lines in all."""
JUDGED = 1_000
TOKEN = "a-token-of-some-length"


def measure() -> Measure:
    with throwaway_server() as (server, folder):
        asyncio.run(migrate.migrate(server.dsn()))
        with _web(server.dsn(), folder) as (url, process):
            postgres = psutil.Process(
                int((folder / "database" / "pgdata" / "postmaster.pid").read_text().split()[0])
            )
            return _measure(url, [psutil.Process(process.pid), postgres])


@contextmanager
def _web(dsn: str, folder: Path) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    environment = {
        **os.environ,
        "TANE_DATABASE__URL": dsn,
        "TANE_WEB__TOKEN": TOKEN,
        "TANE_LLM__STANDIN": "true",
    }
    arguments = [sys.executable, "-m", "daemon", "web", "--port", "0"]
    with subprocess.Popen(
        arguments, env=environment, stdout=subprocess.PIPE, stderr=(folder / "log").open("wb"), text=True
    ) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip().partition("?")[0]
            if not url:
                raise RuntimeError((folder / "log").read_text(encoding="utf-8"))
            yield url, process
        finally:
            process.terminate()


def _measure(url: str, working: list[psutil.Process]) -> Measure:
    texts, numbers = _texts(), count()
    details: dict[str, float | str] = {
        "target": f"at least {TARGET_PER_S} a second",
        "characters": round(sum(map(len, texts)) / len(texts), 1),
    }
    judged = 0.0
    with httpx.Client(
        base_url=url, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=600, trust_env=False
    ) as client:
        for size, total in SIZES.items():
            bodies = ["".join(_line(texts, next(numbers)) for _ in range(size)) for _ in range(total // size)]
            before_s, began_s = _used_s(working), time.perf_counter()
            answers = [client.post("/api/v1/utterances", content=body) for body in bodies]
            took_s, used_s = time.perf_counter() - began_s, _used_s(working) - before_s
            added = sum(answer.raise_for_status().json()["added"] for answer in answers)
            assert added == total, f"{added} of {total} were stored"
            details[f"{size}_a_request_per_s"] = round(total / took_s)
            details[f"{size}_a_request_processor_ms_each"] = round(1000 * used_s / total, 3)
            details[f"{size}_a_request_jobs_each"] = round(
                sum(answer.json()["jobs"] for answer in answers) / total, 1
            )
            judged = total / took_s if size == JUDGED else judged
    return Measure(
        name="ingest",
        ours=round(judged),
        peer=TARGET_PER_S,
        ratio=round(judged / TARGET_PER_S, 3),
        unit="utterances/s",
        details=details,
    )


def _texts() -> list[str]:
    lines = (
        (Path(__file__).parents[1] / "demo" / "dialogues.ja.jsonl").read_text(encoding="utf-8").splitlines()
    )
    return [json.loads(line)["text"] for line in lines]


def _line(texts: list[str], number: int) -> str:
    row = {
        "text": f"{texts[number % len(texts)]}（{number}）", "speaker": f"話し手{number % 7}", "conversation": str(number // 40),
        "id": str(number), "time": f"2026-08-{1 + number // 3600 % 28:02}T10:{number // 60 % 60:02}:{number % 60:02}Z",
    }  # fmt: skip
    return f"{json.dumps(row, ensure_ascii=False)}\n"


def _used_s(roots: list[psutil.Process]) -> float:
    """Processor time of these processes and their children so far."""
    every = [one for root in roots for one in (root, *root.children(recursive=True))]
    return sum(sum(one.cpu_times()[:2]) for one in every)
