"""The stand-in as a child process that never outlives its parent."""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass

START_S = 20.0
STOP_S = 5.0


@dataclass(frozen=True, slots=True)
class StandinProcess:
    """A running stand-in. Close it, or end: either way it stops."""

    url: str
    process: asyncio.subprocess.Process

    async def aclose(self) -> None:
        """Stop it and wait until it is gone."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            async with asyncio.timeout(STOP_S):
                await self.process.wait()
        except TimeoutError:
            self.process.kill()
            await self.process.wait()


class StandinFailed(RuntimeError):  # noqa: N818
    """The stand-in did not start; its own words are on standard error."""


async def start_standin(
    *, latency_ms: float = 0.0, parallel: int = 1, prompts: Sequence[str] = ()
) -> StandinProcess:
    """Start the stand-in on loopback and wait until it accepts connections.

    It lives by a pipe that the parent holds open: when the parent dies, even by SIGKILL, the system closes
    the pipe and the child stops. That holds on every system and whichever thread started it.

    Raises:
        StandinFailed: it did not come up.
    """
    files = [argument for path in prompts for argument in ("--prompts", path)]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "demo.standin", "--until-eof", "--port", "0"),
        *("--latency-ms", str(latency_ms), "--parallel", str(parallel), *files),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,  # a Ctrl-C for the parent must not take the models away before its jobs
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(START_S):
            line = (await process.stdout.readline()).decode()
    except TimeoutError:
        line = ""
    if not line.startswith("listening on "):
        if process.returncode is None:
            process.kill()
        await process.wait()
        raise StandinFailed("the stand-in did not start")
    return StandinProcess(line.removeprefix("listening on ").strip(), process)
