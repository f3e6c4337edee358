"""tane standin: serve the built-in stand-in on a port."""

import os
import sys

import click

from tane.cli.commands import Command
from tane.cli.output import note

PORT = 11435
EXAMPLES = (
    "tane standin",
    f"tane --set llm.url=http://127.0.0.1:{PORT} run        in another terminal",
)


@click.command(cls=Command, examples=EXAMPLES)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="0 takes a free one."
)
@click.option(
    "--latency-ms", type=click.FloatRange(min=0), default=0, help="How long each answer takes at least."
)
def standin(host: str, port: int, latency_ms: float) -> None:
    """Serve a stand-in for a model server.

    It answers Ollama's interface, and OpenAI's under /v1, by rules, without a model. For trying Tane out and for tests; what it writes is no evidence of quality. It serves until Ctrl-C.
    """
    note("set llm.url to this address to use it (TANE_LLM__URL in the environment)")
    arguments = ["--host", host, "--port", str(port), "--latency-ms", str(latency_ms)]
    os.execv(sys.executable, [sys.executable, "-m", "demo.standin", *arguments])  # noqa: S606 - no shell is wanted
