"""Where settings come from: merges the sources, remembers the origin of each key, and writes a file with all of them."""

import difflib
import json
import os
import textwrap
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import EnvSettingsSource
from pydantic_settings.exceptions import SettingsError

from tane.settings.model import ConfigError, Settings
from tane.settings.zone import system_zone

PREFIX = "TANE_"
_HEAD = """\
# Tane's configuration. Every line that begins with "# " and a name shows a default: take the "# " away
# to change it. Environment variables come before this file (TANE_LLM__URL stands for llm.url), and
# flags before those. `tane config check` reads it; `tane config show --sources` tells what holds.
"""
_RESERVED = {"TANE_CONFIG"}  # read by the command line itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What all sources together say, and which of them spoke last on each dotted key."""

    values: dict[str, Any]
    origins: dict[str, str]
    file: Path | None

    @property
    def set_keys(self) -> list[str]:
        """The keys that somebody set; a table that stands in a file without any is none."""
        return sorted(key for key in self.origins if key in keys())

    def origin(self, key: str) -> str:
        """Return where the value of this key, or of the table it stands in, comes from."""
        below = next(
            (origin for name, origin in self.origins.items() if name.startswith(f"{key}.")), "default"
        )
        while key:
            if key in self.origins:
                return self.origins[key]
            key = key.rpartition(".")[0]
        return below

    def effective_origin(self, key: str) -> str:
        """Return where a value comes from, also if nobody set it."""
        origin = self.origin(key)
        return system_zone().origin if (key, origin) == ("timezone", "default") else origin


class _Environment(EnvSettingsSource):
    """TANE_* variables; a value that is no JSON stays text, for the field's own validator to read."""

    def decode_complex_value(self, field_name: str, field: FieldInfo, value: Any) -> Any:
        try:
            return super().decode_complex_value(field_name, field, value)
        except ValueError:
            return value


def config_files() -> list[Path]:
    """Return where a configuration is looked for when none is named, in this order."""
    try:
        home = [Path.home() / ".config" / "tane" / "tane.toml"]
    except RuntimeError:  # an account without a home, in a container
        home = []
    return [Path("tane.toml"), *home, Path("/etc/tane/tane.toml")]


def load_settings(config: Path | None = None, overrides: Mapping[str, Any] | None = None) -> Settings:
    """Merge all sources; `overrides` are flags by dotted key (`tane.llm.standin`), None meaning "not given".

    Raises:
        ConfigError: names every wrong key, where it stands, and what to do.
    """
    found = gather(config, overrides or {})
    try:
        return Settings(**found.values)
    except ValidationError as error:
        raise ConfigError(problems(error, found)) from None


def gather(config: Path | None, overrides: Mapping[str, Any]) -> Gathered:
    """Merge file, environment and flags.

    Raises:
        ConfigError: the named file cannot be read or is no TOML, or a variable has an unknown name.
    """
    file = config or next((path for path in config_files() if path.is_file()), None)
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    layers: list[tuple[dict[str, Any], Callable[[str], str]]] = [
        (read_file(file), lambda _: str(file)),
        (read_environment(), lambda key: PREFIX + key.upper().replace(".", "__")),
        (_nest(overrides), lambda _: "command line"),
    ]
    for layer, name in layers:
        _merge(values, layer)
        origins.update({key: name(key) for key, _ in flatten(layer)})
    return Gathered(values=values, origins=origins, file=file)


def read_file(path: Path | None) -> dict[str, Any]:
    """Return the tables of a TOML file.

    Raises:
        ConfigError: it does not exist, may not be read, or is no TOML.
    """
    if path is None:
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise ConfigError(f"{path} does not exist: `tane config init {path}` writes one") from None
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be read ({error.strerror}): allow this account to read it"
        ) from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path} is not UTF-8: save it in that encoding") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not valid TOML: {error}") from None


def read_environment() -> dict[str, Any]:
    """Return what the TANE_* variables say.

    Raises:
        ConfigError: a variable names no setting; pydantic-settings would pass over it in silence.
    """
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    for name in os.environ:
        if (
            name.upper().startswith(PREFIX)
            and name not in _RESERVED
            and name.upper().split("__")[0] not in known
        ):
            every = [PREFIX + key.upper().replace(".", "__") for key in keys()]
            raise ConfigError(f"{name} in the environment: no such setting{_nearest(name.upper(), every)}")
    try:
        source = _Environment(Settings, case_sensitive=False)
        return source()
    except SettingsError as error:
        raise ConfigError(f"the environment: {error}") from None


def flatten(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield (dotted key, value) of nested tables; an empty table yields itself."""
    for name, value in values.items():
        key = f"{prefix}{name}"
        if isinstance(value, Mapping) and value and key not in keys():
            yield from flatten(value, f"{key}.")
        else:
            yield key, value


def keys() -> dict[str, FieldInfo]:
    """Return all settings by dotted key, in the order of the model."""
    return dict(_walk(Settings))


def effective(settings: Settings) -> dict[str, Any]:
    """Return the values in force by dotted key, fit for JSON; a secret shows as asterisks."""
    nested = settings.model_dump(mode="python")
    return {key: _plain(value) for key, value in flatten(nested)}


def problems(error: ValidationError, found: Gathered) -> str:
    """Say, one line each, which keys are wrong, where they stand, and what would be right."""
    lines: dict[str, str] = {}
    for detail in error.errors(include_url=False, include_input=False, include_context=False):
        path = ".".join(str(part) for part in detail["loc"])
        if detail["type"] == "extra_forbidden":
            lines[path] = (
                f"{path} ({found.origin(path)}): no such setting{_nearest(path, [*keys(), *Settings.model_fields])}"
            )
            continue
        key = _known_prefix(path)
        field = keys().get(key)
        reason = detail["msg"].removeprefix("Value error, ").replace("Input should be", "must be")
        about = "" if field is None else f". {field.description} Default: {_default(field)}"
        lines.setdefault(key, f"{key} ({found.origin(key)}): {reason}{about}")
    return "\n".join(lines.values())


def template() -> str:
    """Return the text of a commented tane.toml."""
    plain, tables = [], []
    for name, field in Settings.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            tables.append(_table(name, field.annotation))
        else:
            plain.append(_setting(name, field))  # TOML wants these before the first table
    return "\n".join([_HEAD, *plain, *tables])


def toml(value: Any) -> str:
    """Return a value as TOML writes it."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name} = {toml(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(toml(item) for item in value) + "]"
    return json.dumps(value if isinstance(value, bool | int | float) else str(value), ensure_ascii=False)


def _walk(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, FieldInfo]]:
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _walk(field.annotation, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", field


def _known_prefix(path: str) -> str:
    """Cut what pydantic appends to a key: branches of a union, indexes of a list."""
    parts = path.split(".")
    candidates = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((key for key in candidates if key in keys()), path)


def _nearest(wrong: str, known: list[str]) -> str:
    """Guess what was meant: the same name in another table, a slip in the whole key, a slip in the name."""
    by_name = {key.rpartition(".")[2]: key for key in reversed(known)}
    name = wrong.rpartition(".")[2]
    near = [by_name[name]] if name in by_name else difflib.get_close_matches(wrong, known, n=1, cutoff=0.7)
    near = near or [by_name[close] for close in difflib.get_close_matches(name, by_name, n=1)]
    return f"; did you mean {near[0]}?" if near else "; `tane config init` writes a file with all there are"


def _default(field: FieldInfo) -> str:
    value = _plain(field.get_default(call_default_factory=True))
    return "none" if value is None else json.dumps(value, ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, SecretStr):
        return "********"
    if isinstance(value, Mapping):
        return {name: _plain(entry) for name, entry in value.items()}
    return str(value) if isinstance(value, Path) else value


def _nest(flat: Mapping[str, Any]) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for key, value in flat.items():
        if value is None:
            continue
        *tables, name = key.split(".")
        table = nested
        for part in tables:
            table = table.setdefault(part, {})
        table[name] = value
    return nested


def _merge(base: dict[str, Any], layer: Mapping[str, Any]) -> None:
    for name, value in layer.items():
        if isinstance(value, Mapping) and isinstance(base.get(name), dict):
            _merge(base[name], value)
        else:
            base[name] = dict(value) if isinstance(value, Mapping) else value


def _table(name: str, model: type[BaseModel]) -> str:
    settings = "\n\n".join(_setting(key, field) for key, field in model.model_fields.items())
    return f"\n[{name}]\n{_comment(model.__doc__ or '')}\n\n{settings}\n"


def _setting(name: str, field: FieldInfo) -> str:
    default = field.get_default(call_default_factory=True)
    if default in (None, {}) and field.examples:
        return f"{_comment(field.description or '')}\n# {name} = {toml(field.examples[0])}  # an example; unset by default"
    return f"{_comment(field.description or '')}\n# {name} = {toml(default)}"


def _comment(text: str) -> str:
    return "\n".join(f"## {line}" for line in textwrap.wrap(text, 96))
