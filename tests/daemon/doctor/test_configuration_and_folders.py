"""Wrong keys, folders that cannot be written, disks that are full."""

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from daemon.doctor.configuration import judge_time
from daemon.doctor.finding import ok, warn, worst
from daemon.doctor.folders import examine_compile_cache, judge_folder, judge_rewriting, judge_space
from tests.conftest import in_memory
from tests.daemon.doctor.conftest import Diagnose
from tests.tables import every

GIB = 2**30
UNWRITABLE = Path("/proc/tane")  # nobody may make a folder there, not even root


class TestConfiguration:
    async def test_each_wrong_key_is_a_finding_and_nothing_else_is_looked_at(
        self, diagnose: Diagnose, tmp_path: Path
    ):
        file = tmp_path / "tane.toml"
        file.write_text('[llm]\nurk = "x"\ntimeout_s = -1\n', encoding="utf-8")

        found = await diagnose(file=file)

        assert [finding.check for finding in found.all] == ["configuration"] * 2
        assert "did you mean llm.url?" in " ".join(finding.cause for finding in found.all)
        assert worst(found.all) == "fail"

    async def test_a_server_without_a_token_is_a_matter_of_privacy(self, diagnose: Diagnose, tmp_path: Path):
        file = tmp_path / "tane.toml"
        file.write_text("[web]\nwithout_token = true\n", encoding="utf-8")

        assert "every account of this machine" in (await diagnose(file=file))["privacy"].cause

    async def test_a_file_that_is_absent(self, diagnose: Diagnose, tmp_path: Path):
        assert "does not exist" in (await diagnose(file=tmp_path / "absent.toml"))["configuration"].cause

    @pytest.mark.parametrize(
        ("key", "value"),
        [("jobs.enabled", "nonsense"), ("llm.prompts", "/absent.toml")],
    )
    async def test_what_only_the_parts_know(self, diagnose: Diagnose, key: str, value: str):
        found = (await diagnose({key: value}))["configuration"]

        assert (found.state, key in found.cause) == ("fail", True)

    async def test_a_password_that_others_may_read(self, diagnose: Diagnose, tmp_path: Path, dsn: str):
        file = tmp_path / "tane.toml"
        file.write_text(f'[database]\nurl = "{dsn}"\n', encoding="utf-8")
        file.chmod(0o644)
        open_to_all = await diagnose({"database.url": None}, file=file)
        file.chmod(0o640)

        assert (open_to_all["secrets"].state, open_to_all["secrets"].remedy) == ("warn", f"chmod o= {file}")
        assert "secrets" not in await diagnose({"database.url": None}, file=file)

    async def test_private_text_in_the_log(self, diagnose: Diagnose):
        assert (await diagnose({"log.text": "true"}))["privacy"].state == "warn"

    @every(
        ("at", "zone", "state"),
        [
            ("02:30", "Europe/Berlin", "warn"),
            ("02:30", "America/New_York", "warn"),
            ("01:30", "Europe/London", "warn"),
            ("04:30", "Europe/Berlin", "ok"),
            ("02:30", "Asia/Tokyo", "ok"),
        ],
    )
    def test_an_hour_that_a_change_of_clocks_skips_or_repeats(self, at: str, zone: str, state: str):
        assert judge_time(at, zone, today=date(2026, 11, 21)).state == state


class TestFolders:
    @pytest.fixture
    def data(self) -> Iterator[Path]:
        """A data folder outside the private folders of pytest, which PostgreSQL's account could not enter."""
        folder = Path(tempfile.mkdtemp(prefix="tane-doctor-", dir=in_memory()))
        (folder / "pgdata").mkdir()
        yield folder
        shutil.rmtree(folder)

    async def test_a_data_folder_below_a_file(self, diagnose: Diagnose, tmp_path: Path):
        (tmp_path / "a file").write_text("")

        found = await diagnose({"database.url": None, "database.data_dir": str(tmp_path / "a file" / "data")})

        assert found["data folder"].state == "fail"
        assert "is no folder" in found["data folder"].cause
        assert "database" not in found

    async def test_folders_that_cannot_be_written(self, diagnose: Diagnose, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setenv("NUMBA_CACHE_DIR", str(UNWRITABLE))

        found = await diagnose(
            {"database.url": None, "database.data_dir": str(UNWRITABLE), "nightly.state_dir": str(UNWRITABLE)}
        )

        assert {found[check].state for check in ("data folder", "state folder", "compile cache")} == {"fail"}

    async def test_a_database_still_to_be_made_is_not_made(self, diagnose: Diagnose, tmp_path: Path):
        found = await diagnose({"database.url": None, "database.data_dir": str(tmp_path / "data")})

        assert (found["database"].state, found["database"].cause) == ("warn", "there is none yet")
        assert not (tmp_path / "data").exists()

    async def test_an_embedded_server_that_cannot_start(self, diagnose: Diagnose, data: Path):
        (data / "pgdata" / "PG_VERSION").write_text("12\n")

        found = await diagnose({"database.url": None, "database.data_dir": str(data)})

        assert found["database"].state == "fail"
        assert "PostgreSQL 12" in found["database"].cause

    def test_a_home_without_any_place_for_compiled_code(self):
        found = examine_compile_cache({"HOME": str(UNWRITABLE)}, beside=UNWRITABLE)

        assert (found.state, "NUMBA_CACHE_DIR" in (found.remedy or "")) == ("warn", True)

    @pytest.mark.parametrize(("free", "state"), [(GIB // 10, "fail"), (GIB, "warn"), (5 * GIB, "ok")])
    def test_a_disk_that_fills_up(self, tmp_path: Path, free: int, state: str):
        assert judge_space(tmp_path, free).state == state

    def test_a_folder_on_a_disk_that_is_full(self, tmp_path: Path):
        full = f"{tmp_path} cannot be written ({os.strerror(errno.ENOSPC)})"

        found = judge_folder("data folder", tmp_path, "database.data_dir", trouble=full, is_there=True)

        assert (found.state, found.remedy) == ("fail", "make room on its disk")

    def test_no_room_to_write_the_largest_table_anew(self):
        assert judge_rewriting(GIB, 2 * GIB).state == "warn"
        assert judge_rewriting(3 * GIB, 2 * GIB).state == "ok"


def test_the_worst_state_counts():
    assert worst([ok("a", "b"), warn("c", "d", "e")]) == "warn"
    assert worst([]) == "ok"
