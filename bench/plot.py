"""A plot of lines on logarithmic axes as SVG."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

WIDTH, HEIGHT, MARGIN = 720, 440, 64
LEGEND = 120  # pixels at the right
COLOURS = ("#1b3a57", "#1b3a57", "#c0392b", "#d68910", "#7d8c2a", "#2471a3", "#884ea0")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotLine:
    """Positive points (x, y), joined in their order."""

    name: str
    points: Sequence[tuple[float, float]]
    is_dashed: bool = False


def save_plot(path: Path, lines: Sequence[PlotLine], *, title: str, across: str, up: str) -> None:
    """Write the plot; the axes begin and end at whole powers of ten."""
    path.write_text(drawn(lines, title=title, across=across, up=up), encoding="utf-8")


def drawn(lines: Sequence[PlotLine], *, title: str, across: str, up: str) -> str:
    """Return the plot as SVG."""
    left, right = _powers([x for line in lines for x, _ in line.points])
    low, high = _powers([y for line in lines for _, y in line.points])

    def at(x: float, y: float) -> tuple[float, float]:
        return (
            MARGIN + (math.log10(x) - left) / (right - left) * (WIDTH - 2 * MARGIN - LEGEND),
            HEIGHT - MARGIN - (math.log10(y) - low) / (high - low) * (HEIGHT - 2 * MARGIN),
        )

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{MARGIN}" y="28" font-size="16">{title}</text>',
        f'<text x="{(WIDTH - LEGEND) / 2}" y="{HEIGHT - 16}" text-anchor="middle">{across}</text>',
        f'<text x="16" y="{MARGIN - 12}">{up}</text>',
    ]
    for power in range(left, right + 1):
        (x, bottom), (_, top) = at(10.0**power, 10.0**low), at(10.0**power, 10.0**high)
        parts.append(f'<path d="M{x:.1f} {bottom:.1f}V{top:.1f}" stroke="#dddddd"/>')
        parts.append(f'<text x="{x:.1f}" y="{bottom + 18:.1f}" text-anchor="middle">{10**power:,}</text>')
    for power in range(low, high + 1):
        (start, y), (end, _) = at(10.0**left, 10.0**power), at(10.0**right, 10.0**power)
        parts.append(f'<path d="M{start:.1f} {y:.1f}H{end:.1f}" stroke="#dddddd"/>')
        parts.append(
            f'<text x="{start - 6:.1f}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:,.10g}</text>'
        )
    for number, line in enumerate(lines):
        colour = COLOURS[number % len(COLOURS)]
        dash = ' stroke-dasharray="6 4"' if line.is_dashed else ""
        places = [at(x, y) for x, y in line.points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>')
        if not line.is_dashed:
            parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places]
        at_y = MARGIN + 18 * number
        parts.append(f'<path d="M{WIDTH - LEGEND} {at_y}h22" stroke="{colour}" stroke-width="2"{dash}/>')
        parts.append(f'<text x="{WIDTH - LEGEND + 28}" y="{at_y + 4}">{line.name}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _powers(values: Sequence[float]) -> tuple[int, int]:
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)
