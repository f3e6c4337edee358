"""Turns of a conversation take some of the turns beside them: alone a turn is often ambiguous, its conversation is not.

Each row keeps its own vector and adds those of the turns just before and after it in the same conversation, each
with one weight: a smoothing over a chain graph, as simple graph convolution does it (Wu et al. 2019) with one step.
"""

import numpy as np
from numpy.typing import NDArray

from tane.vectors.arrays import Integers, Units, blocks
from tane.vectors.rows import distinct

NO_CONVERSATION = -1
_NO_LENGTH = 1e-6  # what is shorter has cancelled out


def beside(conversations: Integers, order: Integers) -> Integers:
    """Return int64 (t, 2): of each of t turns the one before and the one after it, -1 where there is none.

    O(t log t), deterministic; turns of equal order stand in the order of their rows.

    Args:
        conversations: (t,), a number for each conversation, -1 for a text that is in none.
        order: (t,), ascending within a conversation: positions or times, gaps do not matter.

    Raises:
        ValueError: the two do not have the same length.
    """
    if conversations.shape != order.shape:
        raise ValueError(f"one position per turn is needed, not {order.shape} for {conversations.shape}")
    sequence = np.lexsort((np.arange(len(order)), order, conversations))
    one, next_one = sequence[:-1], sequence[1:]
    is_beside = (conversations[one] == conversations[next_one]) & (conversations[one] != NO_CONVERSATION)
    found = np.full((len(order), 2), -1, dtype=np.int64)
    found[next_one[is_beside], 0] = one[is_beside]
    found[one[is_beside], 1] = next_one[is_beside]
    return found


def blended(
    vectors: Units,
    conversations: Integers,
    order: Integers,
    *,
    weight: float,
    turns: Units | None = None,
    links: Integers | None = None,
) -> NDArray[np.float32]:
    """Return float32 (n, d): each row with `weight` times the turn before and the turn after, at length one.

    Equal rows are one text and stay equal: they share the mean context of all their places, so that "thank you" is
    not drawn into the one conversation it ended. Rows without a turn beside them stay as they are. O(n d) and the
    turns' neighbours, deterministic; a permutation of the rows permutes the result.

    Args:
        vectors: (n, d) unit vectors of what is clustered: turns, or statements made from turns.
        conversations: (t,), of each turn the number of its conversation, -1 for none.
        order: (t,), of each turn its place within the conversation.
        weight: of each neighbour, the row's own vector weighs 1; 0 changes nothing.
        turns: (t, d) unit vectors of the turns; the rows themselves when not given.
        links: (l, 2), row and turn: which turns a row stems from, and so whose neighbours it takes. Each row is
            its own turn when not given.

    Raises:
        ValueError: shapes do not fit, or the weight is negative.
    """
    spoken = vectors if turns is None else turns
    pairs = np.repeat(np.arange(len(vectors))[:, None], 2, axis=1) if links is None else links
    if weight < 0:
        raise ValueError(f"the weight must not be negative, and is {weight}")
    if len(spoken) != len(conversations) or spoken.shape[1] != vectors.shape[1]:
        raise ValueError("each turn needs a vector of the rows' width, a conversation and a place in it")
    if not len(pairs) or not weight:
        return np.array(vectors, dtype=np.float32)
    from scipy import sparse  # type: ignore[import-untyped]  # noqa: PLC0415 - heavy

    same = distinct(np.asarray(vectors))
    near = beside(conversations, order)[pairs[:, 1]]
    link, side = np.nonzero(near >= 0)
    texts = same.group[pairs[link, 0]]
    # The mean over the places of a text, a neighbour at a place weighing the same whether it has one or two.
    places = np.bincount(same.group[pairs[:, 0]], minlength=len(same.first))
    shares = weight / np.maximum(places[texts], 1)
    context = sparse.csr_matrix((shares, (texts, near[link, side])), shape=(len(same.first), len(spoken)))
    context.sort_indices()
    result = np.empty(vectors.shape, dtype=np.float32)
    for rows in blocks(len(vectors)):
        own = vectors[rows].astype(np.float64)
        mixed = own + (context[same.group[rows]] @ spoken)
        length = np.linalg.norm(mixed, axis=1, keepdims=True)
        has_direction = length > _NO_LENGTH
        result[rows] = np.where(has_direction, mixed / np.where(has_direction, length, 1.0), own)
    return result
