"""Fact: a declared, typed input about customer, order, case or incident."""

from django.core.validators import MaxValueValidator
from django.db import models

from policies.models.codes import code_field, one_of
from policies.models.element import Element, Positioned, element_constraints
from policies.models.tracking import tracked


class FactType(models.TextChoices):
    """What values a fact can have."""

    FLAG = "flag", "Yes or no"
    CHOICE = "choice", "Choice"
    INTEGER = "integer", "Whole number"
    MONEY = "money", "Money"
    DECIMAL = "decimal", "Decimal"
    DATE = "date", "Date"
    MOMENT = "moment", "Moment"
    LINES = "lines", "Lines"


class FactAbout(models.TextChoices):
    """What a fact is about."""

    CUSTOMER = "customer", "Customer"
    ORDER = "order", "Order"
    CASE = "case", "Case"
    INCIDENT = "incident", "Incident"


class FactSource(models.TextChoices):
    """Who may tell a fact."""

    VERIFIED = "verified", "Only a system (verified)"


class Domain(models.Model):
    """Type, unit and bounds: what a fact and a field of its lines have in common."""

    type = models.CharField(max_length=16, choices=FactType)
    unit = models.CharField(max_length=64, blank=True, help_text="Of a number, for example day or percent.")
    places = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MaxValueValidator(9)],
        help_text="Decimal places of a decimal, 0 to 9. Left empty: 2.",
    )
    minimum = models.CharField(
        max_length=40, blank=True, help_text="Smallest value allowed, for example 0.00 or 2026-01-01."
    )
    maximum = models.CharField(max_length=40, blank=True, help_text="Largest value allowed.")

    class Meta:
        abstract = True


def domain_constraints(model: str) -> list[models.BaseConstraint]:
    """Give the check constraints of a fact's domain."""
    return [
        models.CheckConstraint(condition=one_of("type", FactType), name=f"{model}_type"),
        models.CheckConstraint(
            condition=models.Q(places__isnull=True) | models.Q(places__lte=9), name=f"{model}_places"
        ),
    ]


class Fact(Element, Domain):  # noqa: DJ008 - Element has it
    """An input that a question gives, gives as none, or leaves unknown."""

    personal = models.BooleanField(default=False, help_text="This is personal data.")
    source = models.CharField(
        max_length=16, blank=True, choices=FactSource, help_text="Left empty: whoever asks may say so."
    )
    assume = models.JSONField(
        null=True,
        blank=True,
        help_text="Taken for it when a question leaves it out. Left empty: it is asked for.",
    )
    ask = models.CharField(
        max_length=300,
        blank=True,
        help_text="The question to ask when it is unknown. Left empty: What is (name)?",
    )
    about = models.CharField(max_length=16, blank=True, choices=FactAbout)
    max_lines = models.PositiveIntegerField(null=True, blank=True, help_text="Of lines: how many at most.")

    history = tracked()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            *element_constraints("fact"),
            *domain_constraints("fact"),
            models.CheckConstraint(condition=one_of("source", FactSource, blank=True), name="fact_source"),
            models.CheckConstraint(condition=one_of("about", FactAbout, blank=True), name="fact_about"),
        ]


class FactChoice(Positioned):
    """One value of a choice fact, as the systems around write it."""

    siblings_of = "fact"

    fact = models.ForeignKey(Fact, on_delete=models.CASCADE, related_name="choices")
    value = models.CharField(max_length=64, help_text="As questions write it, 1 to 64 characters, for example gold.")
    name = models.CharField(max_length=200, blank=True, help_text="For people. Left empty: made from the value.")

    history = tracked()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["fact", "value"], name="factchoice_value_once"),
        ]

    def __str__(self) -> str:
        """Name, or the value where there is none."""
        return self.name or self.value


class LineField(Positioned, Domain):
    """One column of a lines fact: a fact of another type, for each line."""

    siblings_of = "fact"

    fact = models.ForeignKey(Fact, on_delete=models.CASCADE, related_name="fields")
    code = code_field()
    name = models.CharField(max_length=200, blank=True)
    description = models.TextField(blank=True)
    choices = models.JSONField(
        default=list, blank=True, help_text="Of a choice: its values, each a text or {code, name}."
    )

    history = tracked()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["fact", "code"], name="linefield_code_once"),
            models.CheckConstraint(
                condition=~models.Q(type=FactType.LINES),
                name="linefield_no_lines",
                violation_error_message="A line's field cannot itself have lines.",
            ),
            *domain_constraints("linefield"),
        ]

    def __str__(self) -> str:
        """Name, or the code where there is none."""
        return self.name or self.code.replace("_", " ").capitalize()
