"""The picture and the table of an exception's life, drawn from the table of transitions."""

from guardrails.management.drawing import Arrow, Drawing, arrows_of
from guardrails.models.lifecycle import NEW, TRANSITIONS, State

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
NAMES = {state.value: state.label for state in State} | {S.COUNTERED.value: "Countered"}
"""What the boxes have room for."""


def picture() -> str:
    """Give the diagram as SVG."""
    drawing = Drawing(
        title="The life of an exception",
        size=(980, 600),
        places=PLACES,
        ways=WAYS,
        names=NAMES,
        ends=frozenset(State) - {source for source, _ in TRANSITIONS},
    )
    return drawing.svg(arrows())


def table() -> str:
    """Give the transitions as a Markdown table."""
    rows = ["| from | event | to | only if |", "|---|---|---|---|"]
    for (source, event), transition in TRANSITIONS.items():
        to = ", ".join(state.label for state in transition.to)
        rows.append(f"| {State(source).label if source else '(new)'} | `{event}` | {to} | {transition.guard} |")
    return "\n".join(rows) + "\n"


def arrows() -> dict[Arrow, list[str]]:
    """Give the events by the states between which they lead."""
    return arrows_of(
        (source, event.value, to) for (source, event), transition in TRANSITIONS.items() for to in transition.to
    )
