"""How many threads of BLAS a product runs on.

Two threads of one product wait for each other by spinning, which on a machine that has other work takes processors
without doing anything; products side by side do not wait.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from threadpoolctl import ThreadpoolController


@contextmanager
def one_thread_a_product() -> Iterator[int]:
    """Let each product run on one thread, and yield how many it had: so many may be computed at once.

    For the whole process; results do not depend on the number.
    """
    controller = ThreadpoolController()
    threads = [library["num_threads"] for library in controller.info() if library["user_api"] == "blas"]
    with controller.limit(limits=1, user_api="blas"):
        yield max(threads, default=1)
