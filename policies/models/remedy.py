"""Remedy and remedy group: the make-it-right options, money or not."""

from django.core.validators import MaxValueValidator
from django.db import models

from policies.models.codes import one_of
from policies.models.element import Element, element_constraints
from policies.models.role import Role
from policies.models.tracking import tracked


class GroupChoice(models.TextChoices):
    """Who chooses within an exclusive group."""

    ONE = "one", "The customer takes one"
    BEST = "best", "Only the largest is offered"


class RemedyKind(models.TextChoices):
    """What sort of remedy it is, the same in every policy."""

    ACCOUNT_CREDIT = "account_credit", "Account credit"
    STORE_CREDIT = "store_credit", "Store credit"
    REFUND = "refund", "Refund"
    CASH = "cash", "Cash"
    VOUCHER = "voucher", "Voucher"
    DISCOUNT = "discount", "Discount"
    FEE_WAIVER = "fee_waiver", "Fee waiver"
    SERVICE_EXTENSION = "service_extension", "Service extension"
    POINTS = "points", "Points"
    REPLACEMENT = "replacement", "Replacement"
    EXPEDITED_SHIPPING = "expedited_shipping", "Expedited shipping"
    RETURN_LABEL = "return_label", "Return label"
    SERVICE = "service", "Service"
    GIFT = "gift", "Gift"
    GESTURE = "gesture", "Gesture"
    SETTLEMENT = "settlement", "Settlement"
    EXCHANGE = "exchange", "Exchange"
    HANDOVER = "handover", "Hand-over"
    OTHER = "other", "Other"


class RemedyGroup(Element):
    """Options that exclude each other: once one is given in a case, the others are not offered."""

    choose = models.CharField(max_length=8, choices=GroupChoice, default=GroupChoice.ONE)

    history = tracked()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            *element_constraints("remedygroup"),
            models.CheckConstraint(condition=one_of("choose", GroupChoice), name="remedygroup_choose"),
        ]


class FollowUp(models.Model):
    """What is owed after a remedy was given."""

    follow_up_after = models.CharField(
        max_length=32,
        blank=True,
        help_text="ISO 8601 duration in days, hours or minutes, for example P2D or PT4H.",
    )
    follow_up_what = models.TextField(blank=True, help_text="For example: Check that the parcel arrived.")
    follow_up_by = models.ForeignKey(
        Role,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The role that owes it. Left empty: the agent who granted.",
    )

    class Meta:
        abstract = True


class Texts(models.Model):
    """What may be said to the customer, and how the agent does it."""

    say = models.TextField(
        blank=True,
        help_text="For the customer. Placeholders: {amount}, {quantity}, {remedy}, {reason}, {fact:code}.",
    )
    guidance = models.TextField(blank=True, help_text="How to do it, for the agent.")

    class Meta:
        abstract = True


class Remedy(Element, Texts, FollowUp):  # noqa: DJ008 - Element has it
    """An option that an agent may offer."""

    kind = models.CharField(max_length=32, choices=RemedyKind)
    unit = models.CharField(
        max_length=64,
        default="money",
        help_text="money; none (it is given or not); or a unit's own name, for example night.",
    )
    places = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MaxValueValidator(6)],
        help_text="Decimal places of a quantity, 0 to 6. Left empty: 0.",
    )
    cost = models.CharField(
        max_length=32,
        blank=True,
        help_text="What one unit (with unit none: one grant) costs the budgets, for example 95.00. Empty: 0.",
    )
    group = models.ForeignKey(
        RemedyGroup,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="remedies",
        help_text="Options of one group exclude each other.",
    )
    terms = models.JSONField(
        null=True,
        blank=True,
        help_text="Further measures beside the amount, for example: [{code: months, unit: month}].",
    )
    hold_for = models.CharField(
        max_length=32,
        blank=True,
        help_text="How long a quoted offer is kept, as an ISO 8601 duration of at most P7D. Left empty: PT15M.",
    )
    signed = models.BooleanField(
        default=False,
        help_text="The amount may be negative or zero, as for a price difference the customer pays.",
    )

    history = tracked()

    class Meta:
        verbose_name_plural = "remedies"
        ordering = ["position", "pk"]
        constraints = [
            *element_constraints("remedy"),
            models.CheckConstraint(condition=one_of("kind", RemedyKind), name="remedy_kind"),
            models.CheckConstraint(
                condition=models.Q(places__isnull=True) | models.Q(places__lte=6), name="remedy_places"
            ),
        ]
