"""The token of this installation: made at the first start, kept in a file that only its account reads.

Every account of the machine reaches 127.0.0.1, so that without a token each of them would read everything.
"""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

import structlog
from pydantic import SecretStr

from tane.settings.model import ConfigError, Settings, is_token
from tane.web.hosts import reached_at

FILE = "web-token"
_BYTES = 32

log = structlog.get_logger()


def token_file(settings: Settings) -> Path:
    """Return where the token is kept when web.token is not set."""
    return settings.database.data_dir.absolute() / FILE


def token_of(settings: Settings) -> str | None:
    """Return web.token, else the token of this installation, which is made if there is none; None where nobody is asked for one.

    Raises:
        OSError: the file can neither be read nor made.
        ConfigError: what it holds is no token.
    """
    if settings.web.without_token:
        return None
    if settings.web.token is not None:
        return settings.web.token.get_secret_value()
    path = token_file(settings)
    try:
        return _read(path)
    except FileNotFoundError:
        _make(path)
        return _read(path)


def with_token(settings: Settings) -> Settings:
    """Return the settings with the token that holds; one that cannot be kept holds for this process alone.

    Raises:
        ConfigError: what the file holds is no token.
    """
    try:
        token = token_of(settings)
    except OSError as error:
        token = secrets.token_urlsafe(_BYTES)
        log.warning(
            "web.token_not_kept", file=str(token_file(settings)), reason=error.strerror,
            remedy="allow this account to read and write it, or set web.token; until then nobody knows the token",
        )  # fmt: skip
    if token is None:
        log.warning(
            "web.without_token",
            remedy="every account of this machine reads everything: unset web.without_token",
        )
        return settings
    return settings.model_copy(update={"web": settings.web.model_copy(update={"token": SecretStr(token)})})


def address(settings: Settings, token: str | None, *, at: str | None = None) -> str:
    """Return what a browser is to open; the server puts a cookie in the place of the token.

    at: the address of a server, without the token; otherwise that of the settings.
    """
    base = at or reached_at(settings.web.host, settings.web.port)
    return base if token is None else f"{base}?token={token}"


def _read(path: Path) -> str:
    token = path.read_text(encoding="ascii", errors="replace").strip()
    if not is_token(token):
        raise ConfigError(f"{path} holds no token: delete it, and a new one is made")
    return token


def _make(path: Path) -> None:
    """Write a token so that it is there whole or not at all; of two that write at once the first one's holds."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{FILE}-")  # 0600
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{secrets.token_urlsafe(_BYTES)}\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            path.hardlink_to(name)
    finally:
        Path(name).unlink()
