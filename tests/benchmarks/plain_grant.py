"""The transaction of a grant, written by hand with psycopg: the same rows and the same guards, and nothing decided.

The rows are those of a real grant, with new ids; texts and amounts are ready before the clock runs.
"""

import hashlib
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

_LATEST = """
SELECT x.* FROM guardrails_careexception x JOIN guardrails_agent a ON a.id = x.agent_id
JOIN policies_policy p ON p.id = x.policy_id WHERE a.code = %s AND p.code = %s ORDER BY x.id DESC LIMIT 1
"""
_ENTRIES = "SELECT * FROM guardrails_ledgerentry WHERE exception_id = %s ORDER BY window_id"
_RECORD = "SELECT * FROM guardrails_auditrecord WHERE subject_id = %s"
_WINDOWS = "SELECT id, rolled_on FROM guardrails_budgetwindow WHERE id = ANY(%s)"
_TAKE = """
UPDATE guardrails_budgetwindow SET spent = spent + %s
WHERE id = %s AND held + spent + %s <= "limit" AND rolled_on <= %s RETURNING held, spent
"""
_NEW_WINDOW = """
INSERT INTO guardrails_budgetwindow (policy_id, budget, scope_key, starts_on, measure, "limit", held, spent, rolled_on)
SELECT policy_id, budget, %s, starts_on, measure, "limit", 0, 0, rolled_on
FROM guardrails_budgetwindow WHERE id = %s RETURNING id
"""
_TURNS = "SELECT pg_advisory_xact_lock(turn) FROM unnest(%s::bigint[]) AS turn"
_KEY = "SELECT body FROM guardrails_auditrecord WHERE client = %s AND idempotency_key = %s"


class PlainGrants:
    """Grants like the latest one of this agent under this policy."""

    def __init__(self, *, agent: str, policy: str) -> None:
        from django.db import connection

        parameters = connection.get_connection_params()
        address = {name: parameters[name] for name in ("dbname", "host", "user")}
        self._db: psycopg.Connection[Any] = psycopg.connect(**address, autocommit=True, prepare_threshold=0)
        with self._db.cursor(row_factory=dict_row) as cursor:
            self._exception = self._row(cursor, _LATEST, agent, policy)
            id_ = self._exception["id"]
            self._entries: list[dict[str, Any]] = cursor.execute(_ENTRIES, [id_]).fetchall()
            self._record = self._row(cursor, _RECORD, id_)

    @staticmethod
    def _row(cursor: Any, query: str, *parameters: str) -> dict[str, Any]:
        found: dict[str, Any] = cursor.execute(query, parameters).fetchone()
        return found

    def grant(self, decision: str) -> None:
        """One transaction: read the decision, take turns, look for the key, write the rows, take the budgets."""
        tail = decision[4:]
        exception, record = f"exc_{tail}", f"aud_{tail}"
        with self._db.transaction(), self._db.cursor() as cursor:
            cursor.execute("SELECT * FROM guardrails_decision WHERE id = %s", [decision]).fetchone()
            cursor.execute(_TURNS, [sorted(_number(name + tail) for name in ("key", "decision", "customer", "case"))])
            cursor.execute(_KEY, [self._record["client"], f"key-{decision}"]).fetchone()
            changes = {"id": exception, "decision_id": decision, "customer": f"C-{tail}", "case": f"K-{tail}"}
            self._insert(cursor, "guardrails_careexception", self._exception | changes)
            windows = [entry["window_id"] for entry in self._entries]
            cursor.execute(_WINDOWS, [windows]).fetchall()
            # The customer is new: so is the window of the customer's budget, the last of the three.
            windows[-1] = cursor.execute(_NEW_WINDOW, [f"C-{tail}", windows[-1]]).fetchone()[0]  # type: ignore[index]
            for window, entry in zip(windows, self._entries, strict=True):
                rest = {name: value for name, value in entry.items() if name != "id"}
                changes = {"window_id": window, "exception_id": exception}
                self._insert(cursor, "guardrails_ledgerentry", rest | changes)
            changes = {"id": record, "subject_id": exception, "idempotency_key": f"key-{decision}"}
            self._insert(cursor, "guardrails_auditrecord", self._record | changes)
            self._insert(cursor, "guardrails_outboxmessage", {"record_id": record})
            for window, entry in sorted(zip(windows, self._entries, strict=True), key=lambda pair: pair[0]):
                amount = entry["spent_delta"]
                if cursor.execute(_TAKE, [amount, window, amount, entry["on_date"]]).fetchone() is None:
                    raise RuntimeError("a budget is exhausted")

    @staticmethod
    def _insert(cursor: "psycopg.Cursor[Any]", table: str, row: dict[str, Any]) -> None:
        cursor.execute(_insert_into(table, tuple(row)), [_plain(value) for value in row.values()])


_INSERTS: dict[tuple[str, tuple[str, ...]], sql.Composed] = {}


def _insert_into(table: str, columns: tuple[str, ...]) -> sql.Composed:
    if (table, columns) not in _INSERTS:
        _INSERTS[table, columns] = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, columns)),
            sql.SQL(", ").join([sql.Placeholder()] * len(columns)),
        )
    return _INSERTS[table, columns]


def _plain(value: Any) -> Any:
    return Jsonb(value) if isinstance(value, dict | list) else value


def _number(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
