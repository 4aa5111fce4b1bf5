"""The picture and the table of an exception's life, drawn from the table of transitions.

Places of states and ways of arrows are put by hand; an arrow that the table has and this module has not fails.
"""

from collections.abc import Iterator
from html import escape

from guardrails.models.lifecycle import NEW, TRANSITIONS, Event, State

WIDTH, HEIGHT = 980, 600
BOX = (150, 40)
S = State
PLACES: dict[str, tuple[int, int]] = {
    NEW: (80, 260),
    S.HELD: (300, 130),
    S.EXPIRED: (580, 130),
    S.VOIDED: (430, 260),
    S.GRANTED: (840, 260),
    S.AWAITING_APPROVAL: (300, 400),
    S.APPROVED: (580, 400),
    S.REVERSED: (840, 400),
    S.DECLINED: (130, 545),
    S.COUNTERED: (330, 545),
    S.TIMED_OUT: (530, 545),
}
"""The middle of each state's box."""
WAYS: dict[tuple[str, str], tuple[str, int, int]] = {
    (NEW, S.HELD): ("M 96 250 L 240 152", 150, 188),
    (NEW, S.AWAITING_APPROVAL): ("M 94 276 L 240 378", 150, 334),
    (NEW, S.APPROVED): ("M 100 262 C 250 285 430 325 533 378", 232, 288),
    (NEW, S.GRANTED): ("M 84 240 C 130 10 800 10 838 238", 460, 62),
    (S.HELD, S.GRANTED): ("M 375 140 L 763 250", 560, 186),
    (S.HELD, S.VOIDED): ("M 325 150 L 405 238", 348, 205),
    (S.HELD, S.EXPIRED): ("M 375 126 L 503 126", 440, 118),
    (S.EXPIRED, S.GRANTED): ("M 655 142 L 800 238", 745, 186),
    (S.AWAITING_APPROVAL, S.VOIDED): ("M 320 380 L 400 282", 342, 325),
    (S.AWAITING_APPROVAL, S.APPROVED): ("M 375 390 L 503 390", 440, 382),
    (S.AWAITING_APPROVAL, S.GRANTED): ("M 375 380 C 480 330 640 330 778 282", 640, 316),
    (S.AWAITING_APPROVAL, S.DECLINED): ("M 260 420 L 160 523", 185, 480),
    (S.AWAITING_APPROVAL, S.COUNTERED): ("M 304 420 L 324 523", 345, 480),
    (S.AWAITING_APPROVAL, S.TIMED_OUT): ("M 345 420 L 490 523", 455, 480),
    (S.AWAITING_APPROVAL, S.AWAITING_APPROVAL): ("M 225 392 C 165 380 165 425 223 412", 92, 412),
    (S.APPROVED, S.AWAITING_APPROVAL): ("M 505 410 L 377 410", 440, 428),
    (S.APPROVED, S.APPROVED): ("M 560 420 C 550 470 610 470 600 422", 580, 476),
    (S.APPROVED, S.GRANTED): ("M 655 390 L 800 282", 722, 368),
    (S.APPROVED, S.VOIDED): ("M 545 380 L 460 282", 530, 322),
    (S.APPROVED, S.EXPIRED): ("M 590 380 L 590 152", 622, 226),
    (S.GRANTED, S.REVERSED): ("M 840 280 L 840 378", 872, 335),
    (S.GRANTED, S.GRANTED): ("M 880 240 C 900 190 950 215 917 246", 930, 198),
}
"""The way of each arrow, and the middle of its words."""
ENDS = {source for source, _ in TRANSITIONS}
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


def picture() -> str:
    """Give the diagram as SVG."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        "<title>The life of an exception</title>",
        f"<style>{STYLE}</style>",
        ARROW,
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="8" class="page"/>',
        *(_way(*ends, events) for ends, events in _arrows().items()),
        *(_words(*ends, events) for ends, events in _arrows().items()),
        *(_place(state) for state in (NEW, *State)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def table() -> str:
    """Give the transitions as a Markdown table."""
    rows = ["| from | event | to | only if |", "|---|---|---|---|"]
    for (source, event), transition in TRANSITIONS.items():
        to = ", ".join(state.label for state in transition.to)
        rows.append(f"| {_name(source)} | `{event}` | {to} | {transition.guard} |")
    return "\n".join(rows) + "\n"


def _arrows() -> dict[tuple[str, str], list[Event]]:
    found: dict[tuple[str, str], list[Event]] = {}
    for (source, event), transition in TRANSITIONS.items():
        for state in transition.to:
            found.setdefault((source, state), []).append(event)
    return found


def _way(source: str, to: str, events: list[Event]) -> str:
    return f'<path class="way" d="{WAYS[source, to][0]}" marker-end="url(#arrow)"/>'


def _words(source: str, to: str, events: list[Event]) -> str:
    _, x, y = WAYS[source, to]
    lines = list(_lines([event.value.replace("_", " ") for event in events]))
    spans = (f'<tspan x="{x}" dy="{0 if at == 0 else 15}">{escape(line)}</tspan>' for at, line in enumerate(lines))
    return f'<text class="event" x="{x}" y="{y}">{"".join(spans)}</text>'


def _lines(words: list[str]) -> Iterator[str]:
    """Three events a line."""
    for at in range(0, len(words), 3):
        yield ", ".join(words[at : at + 3]) + ("," if at + 3 < len(words) else "")


def _place(state: str) -> str:
    x, y = PLACES[state]
    if state == NEW:
        return f'<circle class="state" cx="{x}" cy="{y}" r="20"/><text class="name" x="{x}" y="{y}">new</text>'
    width, height = BOX
    kind = "state" if state in ENDS else "state end"
    box = f'<rect class="{kind}" x="{x - width // 2}" y="{y - height // 2}" width="{width}" height="{height}" rx="8"/>'
    words = _name(state) if len(_name(state)) < 20 else "Countered"
    return f'{box}<text class="name" x="{x}" y="{y}">{escape(words)}</text>'


def _name(state: str) -> str:
    return State(state).label if state else "(new)"
