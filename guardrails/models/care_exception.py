"""Exception: a remedy promised to a customer."""

from django.db import models
from django.db.models import F, Q

from guardrails.models.agent import Agent
from guardrails.models.codes import NAME_LENGTH, code_column, reference_column
from guardrails.models.decision import Decision
from guardrails.models.identifiers import ID_LENGTH
from guardrails.models.lifecycle import LIVE, State
from guardrails.models.settlement import Settlement
from policies.models import Policy, PolicyVersion
from policies.models.codes import one_of

_MONEY = Q(unit="money", amount_minor__isnull=False, quantity__isnull=True)
_NO_UNIT = Q(unit="none", amount_minor__isnull=True, quantity__isnull=True)
_GRANTED = Q(state__in=[State.GRANTED, State.REVERSED])
_QUANTITY = ~Q(unit__in=["money", "none"]) & Q(amount_minor__isnull=True, quantity__gt=0)


class CareException(models.Model):
    """What an agent gave, or asks leave to give, under a decision. Its events are audit records."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="exceptions")
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="+", db_index=False)
    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+", db_index=False)
    rule = code_column()
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="exceptions", db_index=False)
    team = code_column()
    role = code_column()
    remedy = code_column()
    reason = code_column()
    channel = models.CharField(max_length=64, blank=True, default="")
    customer = reference_column(help_text="The customer as the asking system calls them.")
    case = reference_column(help_text="The case as the asking system calls it.")
    currency = models.CharField(max_length=3)
    unit = code_column()
    places = models.PositiveSmallIntegerField(default=0, help_text="Decimal places of the quantity.")
    amount_minor = models.BigIntegerField(null=True, blank=True, help_text="In the currency's smallest unit.")
    quantity = models.BigIntegerField(null=True, blank=True, help_text="Scaled by 10 to the power of its places.")
    terms = models.JSONField(
        default=dict, blank=True, help_text="The remedy's further measures: a decimal text by each term's code."
    )
    cost_minor = models.BigIntegerField(help_text="What it takes from budgets in money.")
    state = models.CharField(max_length=24, choices=State)
    approval = models.JSONField(null=True, blank=True, help_text="Who must agree, or had to.")
    promise = models.JSONField(
        null=True, blank=True, help_text="What a hold or a request is bound to: smallest, step, facts of the rule …"
    )
    expires_at = models.DateTimeField(null=True, blank=True, help_text="Until when it is held, or its approval holds.")
    counts_on = models.DateField(
        null=True,
        blank=True,
        help_text="Since which day, in the policy's time zone, it counts as given; empty: it does not.",
    )
    arises_from = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="gave_rise_to",
        help_text="The request that an approver answered with this proposal.",
    )
    reversed_number = models.BigIntegerField(default=0, help_text="How much of the amount or quantity was taken back.")
    reversed_cost_minor = models.BigIntegerField(default=0, help_text="How much of its cost was given back.")
    reversed_because = models.TextField(default="", db_default="", blank=True, help_text="Why it was taken back.")
    reversed_by = models.CharField(
        max_length=NAME_LENGTH, default="", db_default="", blank=True, help_text="The agent who took it back last."
    )
    settlement = models.CharField(max_length=16, choices=Settlement, blank=True, default="")
    settlement_at = models.DateTimeField(null=True, blank=True, help_text="Since when it is so.")
    payer_reference = reference_column(help_text="What the system that pays calls it.")
    settled_minor = models.BigIntegerField(
        null=True,
        blank=True,
        help_text="How much the payer says it paid, as the amount or quantity is kept; empty: it did not say.",
    )
    owed_back = models.BigIntegerField(
        default=0, db_default=0, help_text="How much was paid and taken back since: it is to come back."
    )
    came_back = models.BigIntegerField(
        default=0, db_default=0, help_text="How much of that has come back, as the system that pays says."
    )
    settlement_note = models.TextField(blank=True, default="", help_text="What the system that pays said.")
    note = models.TextField(blank=True, default="")
    follow_up_what = models.TextField(blank=True, default="", help_text="What is owed to the customer afterwards.")
    follow_up_due_at = models.DateTimeField(null=True, blank=True)
    client = models.CharField(max_length=ID_LENGTH, help_text="The token's id.")
    created_at = models.DateTimeField()
    granted_at = models.DateTimeField(null=True, blank=True)
    granted_on = models.DateField(null=True, blank=True, help_text="The day in the policy's time zone.")

    class Meta:
        verbose_name = "exception"
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["created_at", "id"], name="exception_by_time"),
            models.Index(fields=["policy", "created_at", "id"], name="exception_by_policy"),
            models.Index(fields=["agent", "created_at", "id"], name="exception_by_agent"),
            # Holds all that history facts sum: a customer with thousands is read from the index alone.
            models.Index(
                fields=[
                    "customer",
                    "policy",
                    "counts_on",
                    "remedy",
                    "reason",
                    "cost_minor",
                    "reversed_cost_minor",
                    "state",
                    "expires_at",
                ],
                condition=~Q(customer=""),
                name="exception_by_customer",
            ),
            models.Index(fields=["case", "policy", "created_at"], condition=~Q(case=""), name="exception_by_case"),
            # Few wait at any time, among however many that are settled.
            models.Index(fields=["created_at"], condition=Q(state="awaiting_approval"), name="exception_awaiting"),
            models.Index(fields=["expires_at"], condition=Q(state__in=["held", "approved"]), name="exception_expiring"),
            models.Index(
                fields=["settlement", "settlement_at"],
                condition=Q(settlement__in=["pending", "sent", "failed"]),
                name="exception_unsettled",
            ),
            models.Index(
                fields=["settlement_at"], condition=Q(owed_back__gt=F("came_back")), name="exception_to_come_back"
            ),
            models.Index(
                fields=["settlement_at"],
                condition=Q(settled_minor__isnull=False) & ~Q(settled_minor=F("amount_minor")),
                name="exception_mismatch",
            ),
            models.Index(
                fields=["payer_reference"], condition=~Q(payer_reference=""), name="exception_by_payer_reference"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "remedy"], condition=Q(state__in=LIVE), name="exception_once_per_decision"
            ),
            models.CheckConstraint(condition=one_of("state", State), name="exception_state"),
            models.CheckConstraint(condition=_MONEY | _NO_UNIT | _QUANTITY, name="exception_amount_or_quantity"),
            models.CheckConstraint(condition=Q(cost_minor__gte=0), name="exception_cost"),
            models.CheckConstraint(
                condition=_GRANTED & Q(granted_at__isnull=False, granted_on__isnull=False)
                | ~_GRANTED & Q(granted_at__isnull=True, granted_on__isnull=True),
                name="exception_granted_at",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[State.HELD, State.APPROVED], expires_at__isnull=False)
                | ~Q(state__in=[State.HELD, State.APPROVED]),
                name="exception_expires",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[State.HELD, State.APPROVED, State.GRANTED], counts_on__isnull=False)
                | ~Q(state__in=[State.HELD, State.APPROVED, State.GRANTED]) & Q(counts_on__isnull=True),
                name="exception_counts",
            ),
            models.CheckConstraint(
                condition=Q(reversed_cost_minor__gte=0, reversed_cost_minor__lte=F("cost_minor")),
                name="exception_reversed",
            ),
            models.CheckConstraint(condition=Q(owed_back__gte=0, came_back__gte=0), name="exception_came_back"),
            models.CheckConstraint(
                condition=_GRANTED & ~Q(settlement="") | ~_GRANTED & Q(settlement=""), name="exception_settlement"
            ),
            models.CheckConstraint(
                condition=one_of("settlement", Settlement, blank=True), name="exception_settlement_state"
            ),
            models.CheckConstraint(
                condition=Q(granted_at__isnull=True) | Q(granted_at__gte=F("created_at")),
                name="exception_granted_after_creation",
            ),
        ]

    def __str__(self) -> str:
        """The exception's id."""
        return self.id

    @property
    def number(self) -> int:
        """How much of it was given: in the currency's smallest unit, or scaled by its places; 0: no number."""
        return (self.amount_minor if self.unit == "money" else self.quantity) or 0

    @property
    def due_when_paid(self) -> int:
        """How much of that was due when it was paid: what was taken back since was due then, and is to come back."""
        return self.number - (self.reversed_number - self.owed_back)
