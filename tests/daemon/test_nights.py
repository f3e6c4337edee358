"""What the night is handed."""

import pytest

from daemon.nights import check_executor
from tane.settings.model import ConfigError, Nightly


def test_a_dask_cluster_without_its_library_is_refused_with_the_remedy(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("daemon.nights.find_spec", lambda _: None)

    with pytest.raises(ConfigError, match=r"pip install 'tane\[dask\]'"):
        check_executor(Nightly(executor="dask://127.0.0.1:8786"))
