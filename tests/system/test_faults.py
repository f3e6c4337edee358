"""The faults in small; `make chaos` has them at length."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from chaos.scenarios import nemesis, night_faults
from chaos.scenarios.backups import lose_everything
from chaos.scenarios.daemon_testbed import DaemonTestbed, open_daemons, own_folder, own_server
from chaos.scenarios.database_outages import restart_again_and_again
from chaos.scenarios.model_faults import inject_model_faults
from chaos.scenarios.night_processes import Nights, open_nights
from chaos.scenarios.process_faults import freeze_again_and_again, kill_again_and_again
from chaos.scenarios.resources import CannotMount, forget_groups, tiny_disk
from tane.store.embedded import EmbeddedServer


@pytest.fixture
async def ground(tmp_path: Path, dsn: str) -> AsyncIterator[DaemonTestbed]:
    async with open_daemons(folder=tmp_path, dsn=dsn) as opened:
        yield opened


@pytest.fixture
async def nights(tmp_path: Path, dsn: str) -> AsyncIterator[Nights]:
    """A store with yesterday's map, and few enough points that its nights are short."""
    async with open_nights(folder=tmp_path, dsn=dsn) as opened:
        await opened.plant_few(10)
        await opened.yesterday()
        yield opened


async def test_daemons_that_are_killed_lose_nothing_and_repeat_nothing(ground: DaemonTestbed):
    outcome = await kill_again_and_again(ground, utterances=45, kills=3, daemons=2)

    assert outcome.wrong == {}
    assert outcome.did["jobs"] == 3 * 45
    assert outcome.did["kills that left claims"] > 0


async def test_a_daemon_that_froze_beyond_its_lease_writes_nothing_stale(ground: DaemonTestbed):
    outcome = await freeze_again_and_again(ground, rounds=1, utterances=10)

    assert outcome.wrong == {}
    assert outcome.did["results that came too late"] > 0


async def test_a_server_that_nobody_starts_again_is_started_by_tane_and_costs_nothing(tmp_path: Path):
    with own_folder() as folder:
        async with own_server(folder / "data") as server:
            outcome = await nemesis.afflict(
                server, folder=tmp_path, faults=[nemesis.NemesisFault.DEAD], utterances=6
            )

    assert outcome.wrong == {}
    assert outcome.did["starts of the server by Tane"] >= 1


async def test_a_database_that_restarts_dies_and_falls_silent_costs_nothing(tmp_path: Path):
    with own_folder() as folder:
        async with own_server(folder) as server:
            outcome = await restart_again_and_again(
                server, folder=tmp_path, rounds=4, utterances=9, is_busy=False
            )

    assert outcome.wrong == {}
    assert outcome.did["times a daemon lost the database"] > 0


async def test_a_backup_taken_at_work_is_restored_to_the_same_rows(
    tmp_path: Path, server: EmbeddedServer, dsn: str
):
    database = urlsplit(dsn).path.removeprefix("/")

    outcome = await lose_everything(server, folder=tmp_path, utterances=20, database=database)

    assert outcome.wrong == {}


async def test_a_model_server_that_fails_in_every_way_costs_no_attempt_and_leaves_no_bad_vector(
    ground: DaemonTestbed,
):
    outcome = await inject_model_faults(ground, rounds=1, utterances=2)

    assert outcome.wrong == {}


class TestTheNight:
    async def test_killed_in_every_step_leaves_yesterdays_map_and_ends_well(self, nights: Nights):
        outcome = await night_faults.kill_in_every_step(nights)

        assert outcome.wrong == {}
        assert outcome.did["kills"] == 8

    async def test_whose_workers_run_out_of_memory_is_had_again(self, nights: Nights):
        try:
            outcome = await night_faults.lose_workers(nights)
        finally:
            forget_groups()

        assert outcome.wrong == {}

    async def test_whose_disk_is_full_is_had_again(self, nights: Nights, tmp_path: Path):
        try:
            with tiny_disk(tmp_path / "full", size="12k") as disk:
                outcome = await night_faults.fill_the_disk(nights, disk)
        except CannotMount:
            pytest.skip("this account may not mount a small disk")

        assert outcome.wrong == {}

    async def test_goes_on_with_another_daemon_when_one_dies(self, nights: Nights):
        outcome = await night_faults.hand_over(nights)

        assert outcome.wrong == {}
