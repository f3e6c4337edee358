"""The systemd unit: what it must say, what it must not, and what systemd's own tools say of it."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from daemon.queue.draining import EX_UNAVAILABLE
from tane.settings.model import EX_CONFIG, Settings
from tane.store.embedded import STOP_TIMEOUT_S
from tests.tables import every

DEPLOY = Path(__file__).parents[2] / "deploy"
UNIT = DEPLOY / "tane.service"
ANALYZE = shutil.which("systemd-analyze")
EXPOSURE = 25  # tenths; the unit has 1.7, a service without any care 9.6

REQUIRED = {
    "Type": "notify", "NotifyAccess": "main", "KillMode": "mixed", "OOMPolicy": "continue", "Restart": "on-failure",
    "User": "tane", "Group": "tane", "StateDirectory": "tane", "StateDirectoryMode": "0700", "CacheDirectory": "tane",
    "UMask": "0077", "NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes", "PrivateTmp": "yes",
    "CapabilityBoundingSet": "", "RestrictSUIDSGID": "yes", "SystemCallFilter": "@system-service",
}  # fmt: skip


def lines() -> list[tuple[str, str]]:
    """Return the assignments of the unit, comments left out."""
    text = UNIT.read_text(encoding="utf-8")
    return [(name, value) for name, value in re.findall(r"^([A-Za-z]\w*)=(.*)$", text, re.MULTILINE)]


def values(name: str) -> list[str]:
    return [value for key, value in lines() if key == name]


@every("name", REQUIRED)
def test_it_says_what_it_must(name: str):
    assert values(name) == [REQUIRED[name]]


def test_it_forbids_nothing_that_the_night_needs():
    assert values("MemoryDenyWriteExecute") == []  # compiled loops
    assert values("DynamicUser") == []  # the database's files outlive every start
    assert values("RemoveIPC") == []  # a backup by hand may hold the embedded server when the service stops


def test_no_image_of_the_memory_is_written_when_the_watchdog_aborts_it():
    assert values("LimitCORE") == ["0"]


def test_a_wrong_configuration_ends_it_for_good_and_is_refused_by_a_reload():
    assert values("ExecStartPre") == []  # RestartPreventExitStatus does not look at what that ends with
    assert values("ExecReload") == ["/opt/tane/bin/tane config check", "/bin/kill -HUP $MAINPID"]
    assert values("RestartPreventExitStatus") == [str(EX_CONFIG)]


def test_it_is_tried_again_for_as_long_as_the_database_is_away():
    assert values("Restart") == ["on-failure"]
    assert values("StartLimitIntervalSec") == ["0"]
    assert EX_UNAVAILABLE not in {int(status) for status in values("RestartPreventExitStatus")}


def test_there_is_time_for_the_drain_and_for_the_database_to_stop():
    assert int(values("TimeoutStopSec")[0]) > Settings().jobs.shutdown_grace_s + STOP_TIMEOUT_S


def test_numba_and_the_embedded_database_have_folders_that_may_be_written():
    environment = dict(pair.split("=", 1) for line in values("Environment") for pair in line.split())

    assert environment["NUMBA_CACHE_DIR"].startswith("/var/cache/tane/")
    assert environment["XDG_DATA_HOME"] + "/tane" == "/var/lib/tane"
    assert values("RuntimeDirectory") == ["tane"]


def test_the_account_of_the_unit_is_the_one_that_is_made():
    made = (DEPLOY / "tane.sysusers").read_text(encoding="utf-8")

    assert re.search(r'^u tane - "[^"]+" /var/lib/tane /usr/sbin/nologin$', made, re.MULTILINE)


@pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed")
class TestBySystemd:
    @pytest.fixture
    def installed(self, tmp_path: Path) -> Path:
        """The unit with a program that exists here."""
        copy = tmp_path / "tane.service"
        copy.write_text(
            UNIT.read_text(encoding="utf-8").replace("/opt/tane/bin/tane", "/bin/true"), encoding="utf-8"
        )
        return copy

    def test_it_is_valid(self, installed: Path):
        done = analysed("verify", "--man=no", str(installed))

        assert (done.returncode, done.stderr) == (0, "")

    def test_a_unit_that_is_not_would_be_found(self, installed: Path):
        installed.write_text(installed.read_text(encoding="utf-8") + "\nKillMod=mixed\n", encoding="utf-8")

        assert "KillMod" in analysed("verify", "--man=no", str(installed)).stderr

    def test_little_is_exposed(self, installed: Path):
        done = analysed("security", "--offline=true", f"--threshold={EXPOSURE}", str(installed))

        assert done.returncode == 0, done.stdout.splitlines()[-1]


def analysed(*arguments: str) -> "subprocess.CompletedProcess[str]":
    assert ANALYZE is not None
    return subprocess.run([ANALYZE, *arguments], capture_output=True, text=True, timeout=60, check=False)
