"""How long is waited between tries, and which errors are waited out."""

import pytest

from tane.backoff import Backoff, retrying

BACKOFF = Backoff(base_s=2, cap_s=600)
AT_ONCE = Backoff(base_s=0, cap_s=0)


class TestADelay:
    def test_is_a_random_part_of_a_limit_that_doubles_up_to_a_cap(self):
        assert [BACKOFF.delay_s(tries, jitter=0.5) for tries in (1, 2, 3, 4)] == [1, 2, 4, 8]
        assert BACKOFF.delay_s(500, jitter=0.5) == 300
        assert BACKOFF.delay_s(500, jitter=0.0) == 0

    def test_has_a_least_share_where_that_is_wanted(self):
        probes = Backoff(base_s=1, cap_s=60, least=0.5)

        assert [probes.delay_s(1, jitter=jitter) for jitter in (0.0, 0.5)] == [0.5, 0.75]


class Stumbling:
    """Fails so often with this error."""

    def __init__(self, times: int, error: Exception) -> None:
        self.left = times
        self.error = error
        self.told: list[tuple[str, int]] = []

    async def attempt(self) -> str:
        if self.left:
            self.left -= 1
            raise self.error
        return "done"

    async def retry(self, **limits: float) -> str:
        return await retrying(
            self.attempt, on=OSError, backoff=AT_ONCE,
            log_failure=lambda error, tries: self.told.append((type(error).__name__, tries)), **limits,
        )  # fmt: skip


class TestRetrying:
    async def test_goes_on_until_it_succeeds_and_tells_of_each_failure(self):
        stumbling = Stumbling(2, ConnectionError())

        assert await stumbling.retry() == "done"
        assert stumbling.told == [("ConnectionError", 1), ("ConnectionError", 2)]

    async def test_lets_other_errors_leave_at_once(self):
        stumbling = Stumbling(1, ZeroDivisionError())

        with pytest.raises(ZeroDivisionError):
            await stumbling.retry()
        assert stumbling.told == []

    async def test_gives_up_after_its_patience_with_the_last_error(self):
        stumbling = Stumbling(1, ConnectionError())

        with pytest.raises(ConnectionError):
            await stumbling.retry(patience_s=0.0)
        assert stumbling.told == []
