"""The engines that are compared: ours, zen-engine and cel-expr-python, each by the fastest way that it documents.

Each is built from the rows and then answers questions. `prepared` is made once for a question and is what a client
would have at hand; `ask` is what is measured; `offers` reads its answer, so that all can be checked to be equal.
"""

import json
from collections.abc import Callable
from importlib.util import find_spec
from itertools import compress
from typing import Any, Protocol

from policies.engine.compile import compile_rulebook
from policies.engine.decide import decide
from policies.engine.decision import Decision
from policies.engine.document import read
from policies.engine.question import Question
from tests.benchmarks.workload import NOW, REMEDIES, SPARE_FACTS, Asked, Row, document

Offers = set[tuple[str, int]]


class Engine(Protocol):
    """One engine, built from rows."""

    name: str

    def __init__(self, rows: list[Row]) -> None: ...

    def prepared(self, asked: Asked) -> Any: ...

    def ask(self, prepared: Any) -> Any: ...

    def offers(self, answer: Any) -> Offers: ...


class Ours:
    """policies.engine: validates every fact, and also says why each of the other remedies is not offered."""

    name = "guardrails"

    def __init__(self, rows: list[Row]) -> None:
        self.compiled = compile_rulebook(read(document(rows)))

    def prepared(self, asked: Asked) -> tuple[str, str, dict[str, Any]]:
        return asked.role, asked.reason, asked.facts()

    def ask(self, prepared: tuple[str, str, dict[str, Any]]) -> Decision:
        role, reason, facts = prepared
        return decide(self.compiled, Question(role=role, reason=reason, now=NOW, facts=facts))

    def offers(self, answer: Decision) -> Offers:
        refused = {each.remedy.code for each in answer.not_offered if each.because}
        offered = {(offer.remedy.code, offer.maximum or 0) for offer in answer.offers}
        if len(refused) + len(offered) != REMEDIES:
            raise AssertionError("a remedy is neither offered nor refused with a reason")
        return offered


class Zen:
    """zen-engine: one decision table, all rows collected, compiled beforehand."""

    name = "zen-engine"

    def __init__(self, rows: list[Row]) -> None:
        import zen

        content = zen.ZenDecisionContent(json.dumps(_zen_graph(rows)))
        self._decision = zen.ZenEngine().create_decision(content)

    def prepared(self, asked: Asked) -> dict[str, Any]:
        return asked.context()

    def ask(self, prepared: dict[str, Any]) -> Any:
        return self._decision.evaluate(prepared)

    def offers(self, answer: Any) -> Offers:
        return {(row["remedy"], row["most"]) for row in answer["result"]}


class ZenLoaded(Zen):
    """zen-engine again, quicker: the same table in its static loader, which also compiles it once."""

    name = "zen-engine, static loader"

    def __init__(self, rows: list[Row]) -> None:
        import zen

        self._engine = zen.ZenEngine({"loader": {"type": "static", "content": {"table": _zen_graph(rows)}}})

    def ask(self, prepared: dict[str, Any]) -> Any:
        return self._engine.evaluate("table", prepared)


def _zen_graph(rows: list[Row]) -> dict[str, Any]:
    fields = ("role", "reason", "segment", "total", "day")
    table = {
        "hitPolicy": "collect",
        "inputs": [{"id": field, "name": field, "field": field} for field in fields],
        "outputs": [{"id": field, "name": field, "field": field} for field in ("remedy", "most")],
        "rules": [
            {
                "_id": f"{at}",
                "role": f'"{row.role}"',
                "reason": _texts(row.reasons),
                "segment": _texts(row.segments),
                "total": f">= {row.least_total}",
                "day": f"[{row.first_day}..{row.last_day}]",
                "remedy": f'"{row.remedy}"',
                "most": f"{row.most}",
            }
            for at, row in enumerate(rows)
        ],
    }
    nodes = [("in", "inputNode", {}), ("table", "decisionTableNode", table), ("out", "outputNode", {})]
    return {
        "nodes": [{"id": id, "name": id, "type": type, "content": content} for id, type, content in nodes],
        "edges": [
            {"id": f"{start}-{end}", "sourceId": start, "targetId": end, "type": "edge"}
            for start, end in (("in", "table"), ("table", "out"))
        ],
    }


def _texts(values: tuple[str, ...]) -> str:
    return ", ".join(f'"{value}"' for value in values)


class Cel:
    """cel-expr-python (Google's C++): one compiled expression a row, the role's rows picked first."""

    name = "cel-expr-python"

    def __init__(self, rows: list[Row]) -> None:
        self._env = _cel_environment()
        self._by_role: dict[str, list[tuple[Callable[[Any], Any], str, int]]] = {}
        for row in rows:
            evaluate = self._env.compile(_cel_text(row)).eval
            self._by_role.setdefault(row.role, []).append((evaluate, row.remedy, row.most))

    def prepared(self, asked: Asked) -> dict[str, Any]:
        return asked.context()

    def ask(self, prepared: dict[str, Any]) -> list[tuple[str, int]]:
        activation = self._env.Activation(prepared)
        return [
            (remedy, most) for evaluate, remedy, most in self._by_role[prepared["role"]] if evaluate(activation).value()
        ]

    def offers(self, answer: list[tuple[str, int]]) -> Offers:
        return set(answer)


class CelLists(Cel):
    """cel-expr-python again, quicker: all rows of a role as one expression, which gives a list of booleans."""

    name = "cel-expr-python, a list"

    def __init__(self, rows: list[Row]) -> None:
        self._env = _cel_environment()
        by_role: dict[str, list[Row]] = {}
        for row in rows:
            by_role.setdefault(row.role, []).append(row)
        self._lists = {
            role: (
                self._env.compile(f"[{', '.join(_cel_text(row) for row in own)}]").eval,
                [(row.remedy, row.most) for row in own],
            )
            for role, own in by_role.items()
        }

    def ask(self, prepared: dict[str, Any]) -> list[tuple[str, int]]:
        evaluate, amounts = self._lists[prepared["role"]]
        held = evaluate(self._env.Activation(prepared)).plain_value()
        return list(compress(amounts, held))


def _cel_environment() -> Any:
    from cel_expr_python import cel

    types = {"flag": cel.Type.BOOL, "integer": cel.Type.INT, "choice": cel.Type.STRING, "money": cel.Type.STRING}
    variables = {f"spare_{at}": types[type] for at, type in enumerate(SPARE_FACTS)}
    variables |= dict.fromkeys(("role", "reason", "segment"), cel.Type.STRING)
    variables |= dict.fromkeys(("total", "day"), cel.Type.INT)
    return cel.NewEnv(variables=variables)


def _cel_text(row: Row) -> str:
    return (
        f"reason in [{_texts(row.reasons)}] && segment in [{_texts(row.segments)}]"
        f" && total >= {row.least_total} && day >= {row.first_day} && day <= {row.last_day}"
    )


def installed() -> list[type[Engine]]:
    """The engines that this environment has; `make bench` installs all."""
    peers: tuple[tuple[str, type[Engine]], ...] = (
        ("zen", Zen),
        ("zen", ZenLoaded),
        ("cel_expr_python", Cel),
        ("cel_expr_python", CelLists),
    )
    return [Ours, *(engine for module, engine in peers if find_spec(module))]
