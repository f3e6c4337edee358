"""kill -9 in a recap, in small: `python -m bench recap-kill` kills in every step of it, and of a morning."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tane.store import runs
from tane.store.embedded import EmbeddedServer
from tests.conftest import TEMPLATE
from tests.system.press import ASKED, UNSAID, Press, open_press


@pytest.fixture
async def press(server: EmbeddedServer, tmp_path: Path) -> AsyncIterator[Press]:
    async with open_press(server, folder=tmp_path, template=TEMPLATE) as opened:
        yield opened


async def test_a_recap_whose_daemon_was_killed_is_the_one_that_would_have_been(press: Press):
    whole = await press.undisturbed(runs.RECAP)

    told_twice = await press.killed(runs.RECAP, "stories", UNSAID)
    asked_twice = await press.killed(runs.RECAP, "summary", ASKED, call=1)

    assert whole.status == "published"
    assert whole.calls > 2
    assert (told_twice.attempts["stories"], asked_twice.attempts["summary"]) == (2, 2)
    assert told_twice.unlike(whole) == asked_twice.unlike(whole) == []
    assert (told_twice.calls, asked_twice.calls) == (whole.calls, whole.calls + 1)
