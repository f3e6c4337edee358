"""tane doctor: for people a line and a remedy, for programs JSON; status 1 only where something cannot work."""

import pytest
from rich.console import Console

from daemon.doctor.finding import fail
from tane.cli.doctor import drawn
from tests.tane.cli.conftest import AWAY, Tane


def test_a_failure_is_status_1_with_its_remedy_on_the_next_line(
    tane: Tane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TANE_LLM__EMBED_MODEL", "paraphrase-multilingual")

    shown = tane("doctor", status=1).stdout.splitlines()

    at = next(n for n, line in enumerate(shown) if line.startswith("fail model server"))
    assert AWAY in shown[at]
    assert any("-> start Ollama, or correct llm.url" in line for line in shown[at:])


def test_a_long_cause_is_wrapped_below_itself_on_a_narrow_terminal() -> None:
    screen = Console(width=50, force_terminal=True, color_system=None)
    with screen.capture() as captured:
        screen.print(drawn(fail("model server", "it does not answer " * 4, "start it")))

    lines = captured.get().splitlines()
    assert all(len(line.rstrip()) <= 50 for line in lines)
    assert lines[0].startswith("fail model server")
    assert all(line.startswith(" " * 20) for line in lines[1:])


def test_without_a_model_server_the_built_in_encoder_is_a_warning_not_a_failure(tane: Tane) -> None:
    shown = tane("doctor").stdout

    assert "warn model server" in shown
    assert "the built-in encoder, 512 dimensions" in shown


def test_warnings_alone_are_status_0(tane: Tane, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TANE_LLM__STANDIN", "true")

    shown = tane("doctor").stdout

    assert "warn model server" in shown
    assert "fail" not in shown


def test_programs_get_every_finding(tane: Tane, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TANE_LLM__STANDIN", "true")

    found = tane.json("doctor")

    assert found["worst"] == "warn"
    assert {"check": "schema", "state": "ok"}.items() <= next(
        one.items() for one in found["findings"] if one["check"] == "schema"
    )


def test_a_wrong_configuration_is_a_finding_like_any_other(
    tane: Tane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TANE_LLM__URK", "x")

    assert "llm.urk" in tane("doctor", status=1).stdout
