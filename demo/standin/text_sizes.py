"""How many tokens the stand-in says a text has, where it ends a reply, and how long its numbers are."""

import numpy as np
from numpy.typing import NDArray

from demo.standin.requests import Sampling
from tane.token_estimate import estimate_tokens


def tokens_of(text: str) -> int:
    """Return a plausible count: the estimate is what a text may cost at most."""
    return max(1, round(0.75 * estimate_tokens(text))) if text else 0


def cut(text: str, sampling: Sampling) -> tuple[str, str]:
    """End a reply where num_predict says so; return it with the reason of its end."""
    if sampling.num_predict < 0 or tokens_of(text) <= sampling.num_predict:
        return text, "stop"
    return text[: sampling.num_predict], "length"


def rounded(vectors: NDArray[np.float32]) -> list[list[float]]:
    """Round to six decimals: half the bytes, and half the time to write and to read them."""
    rows: list[list[float]] = np.round(vectors.astype(np.float64), 6).tolist()
    return rows
