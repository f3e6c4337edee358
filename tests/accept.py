"""What asserts times, and so needs a machine that has nothing else to do: `make accept`."""

import os
from pathlib import Path

import pytest

from chaos.scenarios.daemon_testbed import open_daemons
from chaos.scenarios.process_faults import kill_again_and_again
from tests.system.daemon_process import LEASE_S

ALLOWANCE_S = 2.0  # with the pauses of retries as they are at the owner's


@pytest.fixture(autouse=True)
def _idle_machine() -> None:
    """A start of Python that waits a minute for a processor says nothing about leases."""
    load, processors = os.getloadavg()[0], os.cpu_count() or 1
    if load > processors:
        pytest.skip(f"nothing was measured: a load of {load:.1f} on {processors} processors")


async def test_the_jobs_of_a_killed_daemon_run_again_within_its_lease_and_two_seconds(
    tmp_path: Path, dsn: str
):
    async with open_daemons(folder=tmp_path, dsn=dsn, is_cold=True) as ground:
        outcome = await kill_again_and_again(
            ground, utterances=300, kills=10, settings={"TANE_JOBS__BACKOFF_BASE_S": "2"}
        )

    assert outcome.wrong == {}
    assert outcome.did["longest until they ran again, s"] <= LEASE_S + ALLOWANCE_S
