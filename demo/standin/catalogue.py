"""Which models the stand-in says it has, what it says of them, and which are resident."""

import hashlib
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from demo.standin import DIMS, EMBED_MODEL, NOTICE, TEXT_MODEL
from demo.standin.requests import ApiRefusal

TEXT_CONTEXT = 131_072
EMBED_CONTEXT = 512
RULES_VERSION = "1"  # part of the digest: other rules are another model (B8)
_MADE_AT = "2026-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One model of the stand-in."""

    name: str
    capabilities: tuple[str, ...]
    context_tokens: int
    width: int

    @property
    def digest(self) -> str:
        """A digest like Ollama's, of the name and the version of the rules."""
        return hashlib.sha256(f"{self.name}\0{RULES_VERSION}".encode()).hexdigest()

    @property
    def details(self) -> dict[str, Any]:
        """What /api/tags, /api/ps and /api/show tell in common."""
        return {
            "parent_model": "",
            "format": "rules",
            "family": "standin",
            "families": ["standin"],
            "parameter_size": "0",
            "quantization_level": "none",
        }

    @property
    def entry(self) -> dict[str, Any]:
        """The entry in /api/tags."""
        return {
            "name": self.name,
            "model": self.name,
            "modified_at": _MADE_AT,
            "size": 0,
            "digest": self.digest,
            "details": self.details,
            "capabilities": list(self.capabilities),
        }

    @property
    def shown(self) -> dict[str, Any]:
        """The reply of /api/show."""
        return {
            "license": NOTICE,
            "modelfile": f"# {NOTICE}\n",
            "template": "{{ .Prompt }}",
            "details": self.details,
            "model_info": {
                "general.architecture": "standin",
                "general.description": NOTICE,
                "standin.context_length": self.context_tokens,
                "standin.embedding_length": self.width,
            },
            "capabilities": list(self.capabilities),
            "modified_at": _MADE_AT,
        }


@dataclass(slots=True)
class Catalogue:
    """The two models and when each leaves memory."""

    thinks: bool = False
    _expires_at: dict[str, float] = field(default_factory=dict)

    @property
    def models(self) -> tuple[Model, ...]:
        """All models."""
        abilities = ("completion", "thinking") if self.thinks else ("completion",)
        return (
            Model(name=TEXT_MODEL, capabilities=abilities, context_tokens=TEXT_CONTEXT, width=DIMS),
            Model(name=EMBED_MODEL, capabilities=("embedding",), context_tokens=EMBED_CONTEXT, width=DIMS),
        )

    def find(self, name: str, *, ability: str | None = None) -> Model:
        """Return a model by its name, with or without `:latest`.

        Raises:
            ApiRefusal: there is none, or it cannot do what is asked.
        """
        full = name if ":" in name else f"{name}:latest"
        model = next((model for model in self.models if model.name == full), None)
        if model is None:
            raise ApiRefusal(404, f"model '{name}' not found")
        if ability is not None and ability not in model.capabilities:
            verb = "embeddings" if ability == "embedding" else "generate"
            raise ApiRefusal(400, f'"{name}" does not support {verb}')
        return model

    def touch(self, model: Model, keep_alive_s: float) -> None:
        """Keep a model resident for so long from now; 0 unloads it."""
        self._expires_at[model.name] = time.time() + keep_alive_s

    def resident(self) -> list[dict[str, Any]]:
        """Return the entries of /api/ps."""
        now = time.time()
        return [
            {
                **{
                    key: value
                    for key, value in model.entry.items()
                    if key not in ("modified_at", "capabilities")
                },
                "expires_at": datetime.fromtimestamp(min(expires_at, now + 10.0**8), tz=UTC).isoformat(),
                "size_vram": 0,
                "context_length": model.context_tokens,
            }
            for model in self.models
            if (expires_at := self._expires_at.get(model.name, 0.0)) > now
        ]
