"""tane eval against a model server with a script: a missing model, a real one's figures, and Ctrl-C."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tane.store.domain import SCORES, SEED_KINDS

ROOT = Path(__file__).parents[3]
DEADLINE_S = 60
MODEL = "gpt-oss:20b"
ANSWER = (
    {"role": "主張", "role_confidence": 1} | dict.fromkeys(SCORES, 0.5) | {kind: [] for kind in SEED_KINDS}
)


@contextmanager
def serving(models: list[str], on_chat: Callable[[int], None] = lambda _: None) -> Iterator[str]:
    """Speak enough of Ollama's interface; `on_chat` is told the number of each question before it is answered."""
    asked = 0
    lock = threading.Lock()

    class Server(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            listed = [{"name": name, "model": name, "digest": "d1"} for name in models]
            self._say({"version": "0.12.0"} if self.path == "/api/version" else {"models": listed})

        def do_POST(self) -> None:
            nonlocal asked
            self.rfile.read(int(self.headers["Content-Length"]))
            if self.path == "/api/show":
                self._say({"capabilities": ["completion"], "model_info": {}})
                return
            with lock:
                asked += 1
                number = asked
            on_chat(number)
            self._say({
                "message": {"role": "assistant", "content": json.dumps(ANSWER)},
                "done": True, "done_reason": "stop", "prompt_eval_count": 100, "eval_count": 10,
            })  # fmt: skip

        def _say(self, value: dict[str, Any]) -> None:
            body = json.dumps(value).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body)
            except OSError:  # whoever was interrupted does not wait for the answer
                self.close_connection = True

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)


def started(url: str, file: Path) -> "subprocess.Popen[str]":
    rows = [{"text": f"これは{number}番目の主張だ。", "role": "主張"} for number in range(8)]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return subprocess.Popen(
        [sys.executable, "-m", "daemon", "--set", f"llm.url={url}", "eval", str(file), "--json"],
        cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_a_missing_model_ends_with_status_69_and_the_remedy(tmp_path: Path) -> None:
    with serving(["other:latest"]) as url, started(url, tmp_path / "talk.jsonl") as process:
        stdout, stderr = process.communicate(timeout=DEADLINE_S)

    assert (process.returncode, stdout) == (69, "")
    assert f"`ollama pull {MODEL}`" in stderr


def test_figures_of_a_model_count_and_the_model_for_vectors_is_not_needed(tmp_path: Path) -> None:
    with serving([MODEL]) as url, started(url, tmp_path / "talk.jsonl") as process:
        stdout, stderr = process.communicate(timeout=DEADLINE_S)

    assert process.returncode == 0, stderr
    found = json.loads(stdout.splitlines()[-1])
    assert (found["evidence"], found["asking"]["model"], found["done"]) == (True, MODEL, 8)
    assert found["role"]["macro_f1"] == {"value": 1.0, "low": 1.0, "high": 1.0}
    total = found["configured"]["total"]
    assert (total["calls"], total["prompt_tokens"], total["reply_tokens"]) == (8, 800, 80)


def test_ctrl_c_prints_what_is_known_by_then(tmp_path: Path) -> None:
    processes: list[subprocess.Popen[str]] = []
    is_started, is_over = threading.Event(), threading.Event()

    def interrupt(number: int) -> None:
        if number == 4:
            assert is_started.wait(DEADLINE_S)
            processes[0].send_signal(signal.SIGINT)
        if number >= 4:
            is_over.wait(DEADLINE_S)

    with serving([MODEL], on_chat=interrupt) as url, started(url, tmp_path / "talk.jsonl") as process:
        processes.append(process)
        is_started.set()
        stdout, stderr = process.communicate(timeout=DEADLINE_S)
        is_over.set()

    assert (process.returncode, stderr.strip()) == (130, "tane: interrupted")
    found = json.loads(stdout.splitlines()[-1])
    assert (found["stopped"], found["planned"]) == ("interrupted", 8)
    # One more is asked at once, and may be on its way when the signal comes.
    assert 2 <= found["done"] <= 3
    assert found["role"]["n"] == found["done"]
