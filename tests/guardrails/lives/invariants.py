"""Invariants of lives: what holds after every step, whatever happened."""

import json
from collections import Counter
from dataclasses import replace
from datetime import date

from hypothesis.stateful import invariant

from guardrails.actions.budgets.read_budgets import BudgetsRequest, read_budgets
from guardrails.ledger import verify
from guardrails.models import (
    UNDECIDED,
    YES,
    ApprovalSeat,
    AuditRecord,
    BudgetWindow,
    CareException,
    Event,
    SeatState,
    State,
    Verdict,
    Vote,
)
from guardrails.models.lifecycle import leads_to
from tests.guardrails.asking import LATE, ask
from tests.guardrails.lives.book import CASE_LIMIT, CASES, CUSTOMERS, monday, money, rank
from tests.guardrails.lives.shop import Shop

MOST = {"agent_week": 20000, "case_money": CASE_LIMIT}
"""The highest limit that was ever in force."""
EVER = date(1, 1, 1)


class Invariants(Shop):
    """The database beside the book."""

    seen = 0
    """How many of the audit log's records were held against the table."""

    def notice(self) -> None:
        """Note what has expired because somebody needed what it had set aside."""
        expired = set(CareException.objects.filter(state=State.EXPIRED).values_list("pk", flat=True))
        for id_, life in self.book.lives.items():
            if id_ in expired and life.over(self.book.now):
                life.become(State.EXPIRED)

    @invariant()
    def everything_is_where_the_book_says(self) -> None:
        """State, amount, what was taken back, and whether it was paid."""
        self.notice()
        rows = {row.pk: row for row in CareException.objects.all()}
        assert rows.keys() == self.book.lives.keys()
        for id_, life in self.book.lives.items():
            row = rows[id_]
            found = (row.state, row.amount_minor, row.reversed_number, row.settlement, row.payer_reference)
            assert found == (life.state, life.amount, life.back, life.settlement, life.reference)

    @invariant()
    def the_ledger_the_windows_and_the_audit_log_agree(self) -> None:
        """Sums of entries are the windows, and the windows are what stands."""
        assert list(verify()) == []
        taken: Counter[tuple[str, str, date, str]] = Counter()
        for life in self.book.lives.values():
            kind = "spent" if life.state is State.GRANTED else "held"
            if life.state in (State.HELD, State.APPROVED, State.GRANTED) or life.reserved:
                taken["agent_week", "ana", monday(life.taken_on), kind] += life.standing
                taken["case_money", life.case, EVER, kind] += life.standing
        for window in BudgetWindow.objects.all():
            key = (window.budget, window.scope_key, window.starts_on)
            assert (window.held, window.spent) == (taken.pop((*key, "held"), 0), taken.pop((*key, "spent"), 0))
            assert window.held + window.spent <= min(window.limit, MOST[window.budget])
        assert not +taken

    @invariant()
    def each_event_has_one_record_and_is_in_the_table(self) -> None:
        """No event without its record, none twice, none that the table does not hold."""
        self.notice()
        records = AuditRecord.objects.filter(subject_type="exception")
        found: dict[str, Counter[str]] = {}
        for subject, kind in records.values_list("subject_id", "kind"):
            found.setdefault(subject, Counter())[kind] += 1
        assert found == {id_: life.kinds for id_, life in self.book.lives.items()}
        for text in records.exclude(kind__startswith="settlement.").order_by("at", "id").values_list("body", flat=True):
            body = json.loads(text)
            assert State(body["to"]) in leads_to(body["from"], Event(body["event"]))

    @invariant()
    def those_are_asked_who_are_to_be(self) -> None:
        """Each open request asks one role, until when the book says."""
        seats = ApprovalSeat.objects.filter(state=SeatState.OPEN, request__state__in=UNDECIDED)
        found = {
            seat.request_id: (seat.roles, seat.due_at, seat.claimed_by and seat.claimed_by.code)
            for seat in seats.select_related("claimed_by")
        }
        awaiting = (each for each in self.book.lives.values() if each.state is State.AWAITING_APPROVAL)
        asked = [each.request for each in awaiting if each.request]
        assert found == {each.id: ([each.role], each.due, each.claimed or None) for each in asked}

    @invariant()
    def no_yes_comes_after_a_no_from_the_same_level_or_below(self) -> None:
        """A no stands: what is agreed to afterwards in the case is agreed to by somebody above."""
        noes: dict[str, str] = {}
        for vote in Vote.objects.select_related("request").order_by("id"):
            if vote.verdict == Verdict.DECLINE:
                noes[vote.request.case] = vote.role
            elif vote.verdict in (*YES, Verdict.COUNTER) and vote.request.case in noes:
                assert rank(vote.role) > rank(noes[vote.request.case])

    @invariant()
    def what_is_left_and_what_counts_are_the_books(self) -> None:
        """What an agent is told of budgets and of the customer."""
        customer, case = CUSTOMERS[self.keys % 3], CASES[self.keys % 4]
        asked = BudgetsRequest(policy="shop_eu", agent="ana", customer=customer, case=case)
        answer = read_budgets(caller=self.place.desk, request=asked, now=self.book.now)
        told = {each["code"]: each for each in answer["budgets"]}
        assert told["agent_week"]["remaining"] == money(self.book.week_left())
        assert told["case_money"]["remaining"] == money(self.book.case_left(case))
        known = ask(self.place.desk, replace(LATE, customer=customer, case=case), self.book.now)["context"]
        assert known["customer"]["exceptions_12_months"] == self.book.credits(customer, case)
