"""One measurement: ours beside a peer, in one run on one machine."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A row of the table of measures; `ratio` is ours / peer, or what the row's target speaks of."""

    name: str
    ours: float
    peer: float
    ratio: float
    unit: str
    details: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    def __str__(self) -> str:
        lines = [f"{self.name}: {self.ours:.4g} {self.unit}, peer {self.peer:.4g}, ratio {self.ratio:.3f}"]
        return "\n".join([*lines, *(f"  {key}: {value}" for key, value in self.details.items())])
