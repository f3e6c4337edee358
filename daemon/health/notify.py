"""Tells the service manager how the daemon is (sd_notify(3)): one datagram a message, and silence without a manager."""

import os
import socket
from collections.abc import MutableMapping

_NAMES = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID")


class Notifier:
    """A socket of the service manager; none, where nobody supervises."""

    def __init__(self, address: str | None = None, *, watchdog_s: float | None = None) -> None:
        self.watchdog_s = watchdog_s
        """The manager ends a process that it has not heard of for so long."""
        self._address = address
        self._socket: socket.socket | None = None
        if address:
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
            self._socket.setblocking(False)

    @classmethod
    def from_environment(cls, environment: MutableMapping[str, str] | None = None) -> "Notifier":
        """Take the manager's variables out of the environment: children must not speak for their parent."""
        found = os.environ if environment is None else environment
        address, watchdog_us, pid = (found.pop(name, "") for name in _NAMES)
        is_ours = not pid or pid == str(os.getpid())
        is_timed = is_ours and watchdog_us.isdecimal() and int(watchdog_us) > 0
        is_address = address.startswith(("/", "@"))
        return cls(
            address if is_address else None,
            watchdog_s=int(watchdog_us) / 1e6 if is_timed and is_address else None,
        )

    @property
    def is_heard(self) -> bool:
        """Whether there is a manager."""
        return self._socket is not None

    def send(self, *assignments: str) -> bool:
        """Send one message of NAME=VALUE lines; tell whether it left. A manager that is away is nobody's failure."""
        if self._socket is None or self._address is None:
            return False
        # A name that begins with @ stands for one in Linux's abstract namespace, which begins with a zero byte.
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        message = "\n".join(line.replace("\n", " ") for line in assignments)
        try:
            self._socket.sendto(message.encode(), address)
        except OSError:
            return False
        return True

    def close(self) -> None:
        """Close the socket."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
