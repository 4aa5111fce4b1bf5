"""How long one question takes: with 100 and with 10,000 rules, and beside the engines that others would take."""

from collections.abc import Iterator
from itertools import cycle
from statistics import median

from tests.benchmarks.building import Built, build
from tests.benchmarks.engines import Cel, CelLists, Engine, Ours, Zen, ZenLoaded, installed
from tests.benchmarks.report import Ratio, microseconds
from tests.benchmarks.rounds import Cell, interleaved
from tests.benchmarks.workload import REMEDIES, Asked, questions, rows

FEW, MANY = 100, 10_000
QUESTIONS = 300
AT_ONCE = 20
"""Questions a turn: few, so that other work of the machine falls between turns and not into most of them."""


def answering(*, quick: bool) -> Iterator[Ratio]:
    """The time of a question with all offers, reasons for what is not offered, and questions."""
    cells: dict[str, Cell] = {}
    for rules in (FEW, MANY):
        asked = questions(rules // REMEDIES, QUESTIONS)
        engines = [engine(rows(rules)) for engine in installed()]
        refuse_differences(engines, asked)
        cells |= {f"{engine.name} {rules}": _cell(engine, asked) for engine in engines}
    took = {name: each / AT_ONCE for name, each in interleaved(cells, rounds=90 if quick else 450).items()}
    yield _ratio(took, f"{Ours.name} {MANY}", f"{Ours.name} {FEW}", at_most=2)
    for peer, goal in ((Zen, 0.25), (ZenLoaded, None), (Cel, 0.5), (CelLists, None)):
        for rules in (FEW, MANY):
            if f"{peer.name} {rules}" in took:
                yield _ratio(took, f"{Ours.name} {rules}", f"{peer.name} {rules}", at_most=goal)


def refuse_differences(engines: list[Engine], asked: list[Asked]) -> None:
    """Raise AssertionError unless all engines answer every question alike."""
    expected, *others = ([engine.offers(engine.ask(engine.prepared(each))) for each in asked] for engine in engines)
    for engine, found in zip(engines[1:], others, strict=True):
        if found != expected:
            raise AssertionError(f"{engine.name} answers differently")


def building(*, quick: bool) -> Iterator[Ratio]:
    """The time and memory to build a rulebook of 10,000 rules."""
    if Zen not in installed():
        return
    found: dict[str, list[Built]] = {Ours.name: [], Zen.name: []}
    for _ in range(1 if quick else 5):
        for name, each in found.items():
            each.append(build(name, MANY))
    ours, zen = (median(built.seconds for built in each) for each in found.values())
    what = f"build {MANY:,} rules, until the first answer"
    yield Ratio(what=what, figure=f"{ours:.2f} s", against=f"{zen:.2f} s {Zen.name}", ratio=ours / zen)
    ours, zen = (median(built.mebibytes for built in each) for each in found.values())
    if zen:
        what = f"memory of {MANY:,} rules"
        yield Ratio(what=what, figure=f"{ours:.0f} MiB", against=f"{zen:.0f} MiB {Zen.name}", ratio=ours / zen)


def _cell(engine: Engine, asked: list[Asked]) -> Cell:
    """A turn answers the next few questions; all of them come round."""
    prepared = [engine.prepared(each) for each in asked]
    turns = cycle([prepared[at : at + AT_ONCE] for at in range(0, len(prepared), AT_ONCE)])

    def cell() -> None:
        ask = engine.ask
        for each in next(turns):
            ask(each)

    return cell


def _ratio(took: dict[str, float], name: str, other: str, *, at_most: float | None) -> Ratio:
    return Ratio(
        what=f"one question, {int(name.rsplit(maxsplit=1)[-1]):,} rules",
        figure=microseconds(took[name]),
        against=f"{microseconds(took[other])} {other.removesuffix(f' {MANY}').removesuffix(f' {FEW}')}"
        + (f" with {FEW} rules" if other.startswith(Ours.name) else ""),
        ratio=took[name] / took[other],
        at_most=at_most,
    )
