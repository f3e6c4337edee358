"""How long a client is waited for, and which connection gives way when there are too many.

uvicorn answers 503 to everybody once it holds its number of connections, silent ones too, and waits for the first byte
of a request without a limit. Here each thing that a client owes has a deadline: a whole head, the next part of a body,
the reading of an answer. Above the number of connections the one that has been without a request for longest is closed
for the new one, so that a request is always accepted.
"""

import asyncio
import resource
from dataclasses import dataclass, field
from enum import IntEnum

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

BACKLOG = 128
"""Connections that one turn of the loop accepts; each costs a descriptor before it can be judged."""
_SHARE = 3  # of the descriptors of the process; the database, the model server and files need the others


def _most() -> int:
    """Return how many connections are held: more than two turns of accepting, fewer than descriptors."""
    descriptors, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 512 if descriptors == resource.RLIM_INFINITY else max(8, min(512, descriptors // _SHARE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a client is granted."""

    connections: int = field(default_factory=_most)
    head_s: float = 10.0
    """From the connection, or the first byte of a further request, to the end of its head."""
    idle_s: int = 10
    """Between two requests."""
    body_s: float = 20.0
    """For a body, besides the time that its bytes take at `body_rate`."""
    body_rate: float = 8192.0
    """Bytes a second."""
    unread_s: float = 60.0
    """During which a client takes nothing of an answer that waits for it."""


class Phase(IntEnum):
    """What a connection does; the least gives way first."""

    WAITING = 0  # for a request, or the rest of its head
    SENDING = 1  # the client sends a body
    ANSWERED = 2  # a request has come whole


class Connection(H11Protocol):
    """One connection of a browser or program."""

    limits: Limits

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as its base class does
        """Take a newcomer in; above the limit another connection goes."""
        super().connection_made(transport)
        self._received, self._has_begun = 0, False
        self._unread: asyncio.TimerHandle | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self._enter(Phase.WAITING)
        self._await_head()
        others = [one for one in self.connections if isinstance(one, Connection) and one is not self]
        if len(others) >= self.limits.connections:
            min(others, key=lambda one: (one.phase, one.since_s)).cut()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the deadlines."""
        _cancel(self._deadline)
        _cancel(self._unread)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; a byte by itself prolongs no deadline of a head."""
        self._received += len(data)
        super().data_received(data)
        if (phase := self._phase_now()) is not self.phase:
            self._enter(phase)
        elif phase is Phase.WAITING and not self._has_begun:
            self._await_head()

    def on_response_complete(self) -> None:
        """Wait for the next request, which may have come already."""
        super().on_response_complete()
        self._enter(self._phase_now())

    def pause_writing(self) -> None:
        """Watch whether the client reads."""
        super().pause_writing()
        self._watch_reading()

    def resume_writing(self) -> None:
        """Stop watching."""
        super().resume_writing()
        _cancel(self._unread)
        self._unread = None

    def cut(self) -> None:
        """Close at once; what was not sent is dropped."""
        self.connections.discard(self)  # the next newcomer chooses another
        self.transport.abort()

    def _phase_now(self) -> Phase:
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is None or cycle.response_complete:
            return Phase.WAITING
        return Phase.SENDING if cycle.more_body else Phase.ANSWERED

    def _enter(self, phase: Phase) -> None:
        self.phase, self.since_s = phase, self.loop.time()
        if phase is Phase.WAITING:
            self._has_begun = False
            # uvicorn closes an idle connection politely before; this one closes also what does not take its answer.
            self._set_deadline(2.0 * self.limits.idle_s)
            if self.conn.trailing_data[0]:
                self._await_head()
        elif phase is Phase.SENDING:
            self._received = len(self.cycle.body)  # what came together with the head
            self._set_deadline(self.limits.body_s)
        else:
            _cancel(self._deadline)

    def _await_head(self) -> None:
        self._has_begun = True
        self._set_deadline(self.limits.head_s)

    def _set_deadline(self, seconds: float) -> None:
        _cancel(self._deadline)
        self._deadline = self.loop.call_later(seconds, self._be_late)

    def _be_late(self) -> None:
        left_s = 0.0
        if self.phase is Phase.SENDING:
            granted_s = self.limits.body_s + self._received / self.limits.body_rate
            left_s = self.since_s + granted_s - self.loop.time()
            if self.flow.read_paused:  # it is us who do not read
                left_s = self.limits.body_s
        elif self.transport.get_write_buffer_size():
            left_s = 2.0 * self.limits.idle_s
            if self._unread is None:
                self._watch_reading()
        if left_s > 0:
            self._set_deadline(left_s)
        else:
            self.cut()

    def _watch_reading(self) -> None:
        before = self.transport.get_write_buffer_size()

        def look_again() -> None:
            left = self.transport.get_write_buffer_size()
            self._unread = None
            if left >= before > 0:
                self.cut()
            elif left:
                self._watch_reading()

        _cancel(self._unread)
        self._unread = self.loop.call_later(self.limits.unread_s, look_again)


def limited(granted: Limits) -> type[Connection]:
    """Return the protocol of a server with these limits; uvicorn makes the objects."""

    class Limited(Connection):
        limits = granted

    return Limited


def _cancel(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()
