"""Links from a policy's pages to the pages of its rows."""

from django import template
from django.db.models import Model
from django.urls import reverse

register = template.Library()


@register.simple_tag
def row_url(row: Model) -> str:
    """Give the address of the page on which a row is edited."""
    meta = row._meta  # noqa: SLF001 - documented by Django
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])
