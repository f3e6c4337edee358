"""Without the peers a row says what to run."""

from pathlib import Path

import pytest

from bench import __main__ as program
from bench import peers


def test_a_row_whose_peers_are_missing_ends_with_two_and_says_what_to_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    monkeypatch.setattr(peers, "PYTHON", tmp_path / "python")
    monkeypatch.setattr("bench.knn.SIZES", (200,))
    monkeypatch.setattr("sys.argv", ["bench", "knn"])

    assert program.main() == 2
    assert "make bench" in capsys.readouterr().err


def test_every_row_named_is_there():
    folder = Path(program.__file__).parent

    assert [name for name in program.NAMES if not (folder / f"{name.replace('-', '_')}.py").exists()] == []
