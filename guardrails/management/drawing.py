"""Drawing: a table of states and events as SVG, which is read on light and on dark pages.

Places of states and ways of arrows are put by hand; an arrow that the table has and the drawing has not fails.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

BOX = (150, 40)
START = ""
"""Before there is anything: a circle."""
Arrow = tuple[str, str]
ARROW = (
    '<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto">'
    '<path d="M 0 0 L 10 5 L 0 10 z" class="tip"/></marker></defs>'
)
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2937; text-anchor: middle }
.state { fill: #eef2ff; stroke: #4f46e5; stroke-width: 1.5 }
.end { fill: #f3f4f6; stroke: #6b7280 }
.name { font-weight: 600; dominant-baseline: central }
.way { fill: none; stroke: #4b5563; stroke-width: 1.3 }
.event { font-size: 12px; paint-order: stroke; stroke: #ffffff; stroke-width: 4px }
.page { fill: #ffffff }
.tip { fill: #4b5563 }
@media (prefers-color-scheme: dark) {
text { fill: #e5e7eb }
.state { fill: #312e81; stroke: #818cf8 }
.end { fill: #374151; stroke: #9ca3af }
.way { stroke: #9ca3af }
.event { stroke: #111827 }
.page { fill: #111827 }
.tip { fill: #9ca3af }
}
"""


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """Where everything is; `names` is what the boxes say, `ends` are the states that nothing leaves."""

    title: str
    size: tuple[int, int]
    places: Mapping[str, tuple[int, int]]
    """The middle of each state's box."""
    ways: Mapping[Arrow, tuple[str, int, int]]
    """The way of each arrow, and the middle of its words."""
    names: Mapping[str, str]
    ends: frozenset[str] = frozenset()

    def svg(self, arrows: Mapping[Arrow, Sequence[str]]) -> str:
        """Give it as SVG, with the events at each arrow."""
        width, height = self.size
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
            f"<title>{escape(self.title)}</title>",
            f"<style>{STYLE}</style>",
            ARROW,
            f'<rect width="{width}" height="{height}" rx="8" class="page"/>',
            *(f'<path class="way" d="{self.ways[arrow][0]}" marker-end="url(#arrow)"/>' for arrow in arrows),
            *(self._words(arrow, events) for arrow, events in arrows.items()),
            *(self._place(state) for state in self.places),
            "</svg>",
        ]
        return "\n".join(parts) + "\n"

    def _words(self, arrow: Arrow, events: Sequence[str]) -> str:
        _, x, y = self.ways[arrow]
        lines = _lines([event.replace("_", " ") for event in events])
        spans = (f'<tspan x="{x}" dy="{15 if at else 0}">{escape(line)}</tspan>' for at, line in enumerate(lines))
        return f'<text class="event" x="{x}" y="{y}">{"".join(spans)}</text>'

    def _place(self, state: str) -> str:
        x, y = self.places[state]
        if state == START:
            return f'<circle class="state" cx="{x}" cy="{y}" r="20"/><text class="name" x="{x}" y="{y}">new</text>'
        width, height = BOX
        kind = "state end" if state in self.ends else "state"
        corner = f'x="{x - width // 2}" y="{y - height // 2}"'
        box = f'<rect class="{kind}" {corner} width="{width}" height="{height}" rx="8"/>'
        return f'{box}<text class="name" x="{x}" y="{y}">{escape(self.names[state])}</text>'


def arrows_of(table: Iterable[tuple[str, str, str]]) -> dict[Arrow, list[str]]:
    """Give the events of each arrow; the table's rows are state, event and what it becomes."""
    found: dict[Arrow, list[str]] = {}
    for source, event, to in table:
        found.setdefault((source, to), []).append(event)
    return found


def _lines(words: list[str]) -> Iterator[str]:
    """Three events a line."""
    for at in range(0, len(words), 3):
        yield ", ".join(words[at : at + 3]) + ("," if at + 3 < len(words) else "")
