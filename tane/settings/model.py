"""All settings: defaults, then tane.toml, then TANE_* environment variables, then flags."""

import ipaddress
import json
import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from tane.errors import TaneError
from tane.settings.articles import Articles, Feeds, Mapped
from tane.settings.budget import Memory
from tane.settings.map import Clustering, Edges, Layout, Names, Positive, Section
from tane.settings.recap import Mornings, Recaps, time_of_day
from tane.settings.zone import system_zone

EX_CONFIG = 78
LEAST_TOKEN = 16
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_HEADER_VALUE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,4000}[\x21-\x7e])?")
_OUR_HEADERS = frozenset(
    {
        "host",
        "content-length",
        "content-type",
        "content-encoding",
        "accept-encoding",
        "transfer-encoding",
        "connection",
    }
)


class ConfigError(TaneError):
    """The configuration cannot be used. Correct the named key; `tane config check` tells when it is right."""


def _decode_option(value: Any) -> Any:
    """Read a number or truth value out of the text of an environment variable."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _postgres_address(value: SecretStr | None) -> SecretStr | None:
    if value is not None and not value.get_secret_value().startswith(("postgresql://", "postgres://")):
        raise ValueError("must begin with postgresql://")
    return value


def _header_secret(value: SecretStr | None) -> SecretStr | None:
    if value is not None and not _HEADER_VALUE.fullmatch(value.get_secret_value()):
        raise ValueError("must be one line of printable ASCII characters")
    return value


def _header_table(values: dict[str, SecretStr]) -> dict[str, SecretStr]:
    for name, value in values.items():
        if not _HEADER_NAME.fullmatch(name) or name.lower() in _OUR_HEADERS:
            raise ValueError("must name headers such as X-Api-Key, none of those that HTTP itself needs")
        _header_secret(value)
    return values


def _model_name(value: str) -> str:
    if not value.strip():
        raise ValueError("must name a model such as gpt-oss:20b")
    return value


def _http_address(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise ValueError("must begin with http:// or https://")
    return value.rstrip("/")


def _known_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValueError("must name a time zone such as UTC or Asia/Tokyo") from None
    return value


def _executor(value: str) -> str:
    if value != "process" and not value.startswith("dask://"):
        raise ValueError("must be process, or dask://HOST:PORT")
    return value


def is_token(value: str) -> bool:
    """Tell whether this can be a token."""
    return len(value) >= LEAST_TOKEN and value.isascii() and value.isprintable() and " " not in value


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches a server bound to this address; names other than localhost may lead anywhere."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


ModelName = Annotated[str, AfterValidator(_model_name)]
Seconds = Annotated[float, Field(gt=0)]
ModelOption = Annotated[float | int | bool | str, BeforeValidator(_decode_option)]


def default_data_dir() -> Path:
    """Return where the embedded database lives: outside /root, because PostgreSQL must be able to enter."""
    if os.geteuid() == 0:
        return Path("/var/lib/tane")
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(home) / "tane"


class Database(Section):
    """Where everything is kept."""

    url: Annotated[SecretStr | None, AfterValidator(_postgres_address)] = Field(
        default=None, examples=["postgresql://tane:PASSWORD@db.example/tane"]
    )
    """Address of an external PostgreSQL (>= 15 with pgvector >= 0.8); without it the embedded server is used."""
    data_dir: Path = Field(default_factory=default_data_dir)
    """Folder of the embedded server."""
    pool_size: Annotated[int, Field(ge=2)] = 12
    """Connections for short statements; no connection is held during a model call."""

    @property
    def address(self) -> str | None:
        """The address of the external PostgreSQL; None where the embedded server is used."""
        return None if self.url is None else self.url.get_secret_value()


class Llm(Section):
    """The model server and what is asked of it."""

    api: Literal["ollama", "openai"] = "ollama"
    """What the host speaks: ollama, or openai for LM Studio, vLLM, llama.cpp's server, LocalAI and others with OpenAI's interface."""
    url: Annotated[str, AfterValidator(_http_address)] = "http://127.0.0.1:11434"
    """Address of the host; with openai it may end in /v1."""
    token: Annotated[SecretStr | None, AfterValidator(_header_secret)] = Field(
        default=None, examples=["A-LONG-RANDOM-TEXT"]
    )
    """What the host, or a proxy before it, wants to see (Authorization: Bearer TOKEN)."""
    headers: Annotated[dict[str, SecretStr], AfterValidator(_header_table)] = Field(
        default_factory=dict, examples=[{"X-Api-Key": "A-LONG-RANDOM-TEXT"}]
    )
    """Further headers of every request to the host; their values are kept secret."""
    standin: bool = False
    """Use the built-in stand-in instead of models: for trying Tane out, never for real data."""
    text_model: ModelName = "gpt-oss:20b"
    """Model that classifies and extracts."""
    embed_model: ModelName = "auto"
    """Model that embeds: one of the host, or builtin, which needs no host. auto keeps the model of the vectors that are stored; where
    there are none yet it is paraphrase-multilingual if the host has it, else builtin."""
    embed_prefix: str = Field(default="auto", max_length=500)
    """What a text is embedded after, which some models were trained with: auto knows it by the model's name, none, or words of your own;
    other words embed everything anew."""
    embed_query_prefix: str | None = Field(default=None, max_length=500, examples=["query: "])
    """The same for what is searched for; unset, it is auto's where embed_prefix is auto, else embed_prefix."""
    parallel: Positive = 1
    """How many calls the host answers at once (OLLAMA_NUM_PARALLEL of an Ollama); one call more is kept waiting there."""
    coresident: bool | None = Field(default=None, examples=[False])
    """Whether both models fit the host at once; when unset, an Ollama is asked, and with openai they take turns."""
    slice_s: Seconds = 180.0
    """Longest turn of one model while both have work and cannot be resident together."""
    context_tokens: Positive = 8192
    """Tokens that prompt and reply may have together: the constant num_ctx of an Ollama, where another value loads the model anew (B4);
    with openai, what the host was started with."""
    think: Literal["auto", "off", "low", "medium", "high"] = "auto"
    """How long a model that can think may think; auto: gpt-oss, which cannot stop it, as little as it can, others not at all.
    With openai it is sent as reasoning_effort, and auto sends nothing."""
    timeout_s: Seconds = 300.0
    """Deadline of one call (B1)."""
    prompts: str = "ja"
    """Prompts: ja, en, literal (the documents' own words), or the path of a TOML file of your own."""
    fuse: bool = True
    """Ask everything about an utterance in one call; a model that cannot answer so gets single prompts."""
    context_turns: int = Field(default=3, ge=0)
    """Turns before an utterance that are shown with it, for understanding only."""
    options: dict[str, ModelOption] = Field(default_factory=dict, examples=[{"temperature": 0.2}])
    """Model options that replace those of the prompts (B5)."""


class Jobs(Section):
    """The queue."""

    enabled: Literal["full", "000"] | Names = Field(default="full", union_mode="left_to_right")
    """What an import queues for an utterance: full (role, five scores, six kinds of seeds, vectors), 000 (role,
    knowledge, vectors), or a list of job types. With llm.fuse either is one call of the text model."""
    lease_s: Seconds = 30.0
    """How long a claim lives without a heartbeat."""
    poll_s: Seconds = 1.0
    """Longest time between two looks at the queue when no notification comes."""
    backoff_base_s: Seconds = 2.0
    """First delay of a retry; doubled each time, with full jitter."""
    backoff_cap_s: Seconds = 600.0
    """Longest delay of a retry."""
    shutdown_grace_s: Seconds = 120.0
    """How long running jobs may take to finish after TERM."""
    done_days: Positive = 30
    """Days that finished jobs are kept (A10)."""
    dead_days: Positive = 180
    """Days that dead jobs are kept (A10)."""


class Extract(Section):
    """Which utterances are asked for seeds (C8)."""

    min_chars: int = Field(default=8, ge=0)
    """Shorter utterances are not asked."""
    speakers_exclude: Names = Field(default_factory=lambda: ["system"])
    """Speakers who are not asked."""
    roles_exclude: Names = Field(default_factory=list)
    """Roles that are not asked; when set, the role of an utterance is found first."""


class Splitting(Section):
    """How utterances are cut for embedding (D4)."""

    max_tokens: Positive = 110
    """Longest split, by a conservative estimate per character class."""


class Parse(Section):
    """How replies are read."""

    number: Literal["last", "minimum"] = "last"
    """last (B12), or minimum: the documents' own rule."""


class Nightly(Section):
    """The night, which makes clusters, edges and maps anew."""

    enabled: bool = True
    """Begin by itself: at its time, at the next start if that was missed, and whenever the seeds have doubled.
    `tane nightly run` and SIGUSR1 ask for a night either way."""
    at: Annotated[str, AfterValidator(time_of_day)] = "04:30"
    """When it begins, in `timezone`; not at an hour that a change of clocks skips or repeats."""
    executor: Annotated[str, AfterValidator(_executor)] = "process"
    """Where it computes: process (on this machine), or dask://HOST:PORT, the scheduler of a Dask cluster whose
    workers run the same Tane, have one thread each and see state_dir at the same path (needs tane[dask])."""
    workers: Positive = 1
    """Processes that compute on this machine; each holds its own arrays."""
    threads: Positive | None = Field(default=None, examples=[2])
    """Threads of each process; unset: as many as there are processors."""
    state_dir: Path | None = Field(default=None, examples=["/var/lib/tane/nightly"])
    """Folder for intermediate files, from which an interrupted night goes on; unset: nightly in database.data_dir."""


class Web(Section):
    """The HTTP side of the daemon: health and metrics."""

    host: str = "127.0.0.1"
    """Address to listen on; one that other machines reach needs a token."""
    port: Annotated[int, Field(ge=0, le=65535)] = 8420
    """Port; 0 turns it off. One that is taken is tried again every 10 s."""
    names: Names = Field(default_factory=list, examples=[["tane.example"]])
    """Further names by which browsers call this server; a request for any other name is refused."""
    token: SecretStr | None = Field(default=None, examples=["A-LONG-RANDOM-TEXT"])
    """What everybody must show (Authorization: Bearer TOKEN), but for /livez and /readyz; unset: a token of this
    installation, made at the first start and kept in the file `web-token` in database.data_dir (`tane web --print-url`)."""
    without_token: bool = False
    """Ask for no token: every account of this machine then reads everything, and nothing can be written."""

    @model_validator(mode="after")
    def _is_safe(self) -> "Web":
        if self.token is not None and not is_token(self.token.get_secret_value()):
            raise ValueError(
                f"web.token must have at least {LEAST_TOKEN} printable ASCII characters, no blanks"
            )
        if self.token is not None and self.without_token:
            raise ValueError("set web.token or web.without_token, not both")
        if self.token is None and not is_loopback(self.host):
            raise ValueError("other machines reach web.host: set web.token, or listen on 127.0.0.1")
        return self


class Log(Section):
    """What is written to standard error."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    """Least level written."""
    format: Literal["auto", "console", "json"] = "auto"
    """auto: console on a terminal, JSON elsewhere."""
    text: bool = False
    """Write prompts and replies too: private text in the log (B3)."""


class Settings(BaseSettings):
    """The configuration of one Tane; immutable."""

    model_config = SettingsConfigDict(
        env_prefix="TANE_",
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
    )

    timezone: Annotated[str, AfterValidator(_known_zone)] = Field(default_factory=lambda: system_zone().name)
    """Zone in which times are shown, days begin, and times that name no zone are imported; unset, it is the system's."""
    database: Database = Field(default_factory=Database)
    llm: Llm = Field(default_factory=Llm)
    jobs: Jobs = Field(default_factory=Jobs)
    extract: Extract = Field(default_factory=Extract)
    split: Splitting = Field(default_factory=Splitting)
    parse: Parse = Field(default_factory=Parse)
    clustering: Clustering = Field(default_factory=Clustering)
    edges: Edges = Field(default_factory=Edges)
    layout: Layout = Field(default_factory=Layout)
    map: Mapped = Field(default_factory=Mapped)
    articles: Articles = Field(default_factory=Articles)
    feeds: Feeds = Field(default_factory=Feeds)
    nightly: Nightly = Field(default_factory=Nightly)
    recap: Recaps = Field(default_factory=Recaps)
    morning: Mornings = Field(default_factory=Mornings)
    memory: Memory = Field(default_factory=Memory)
    web: Web = Field(default_factory=Web)
    log: Log = Field(default_factory=Log)

    @property
    def runs_dir(self) -> Path:
        """Where runs have their folders."""
        return (self.nightly.state_dir or self.database.data_dir / "nightly").absolute()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the signature is the base class's
        init_settings: PydanticBaseSettingsSource,
        *_: Any,
        **__: Any,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read nothing by ourselves: `sources` merges them, so that each key knows where it came from."""
        return (init_settings,)
