"""The demo's policies: YAML files beside this module, imported and published as any other policy."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from django.apps import apps
from django.contrib.auth.models import User

from policies.actions.import_policy import import_policy
from policies.actions.publish_policy import publish_policy
from policies.models import Policy
from policies.queries import yaml_document

FOLDER = Path(__file__).parent / "policies"
EVERY = ("shop_eu", "telecom_uk", "bank_cards", "software_subscription", "airline_eu")

REASON = "First draft, loaded with the demo"
FIRST_PUBLISHED = timedelta(days=90)
"""How long before the demo is loaded its policies came into force, so that its past lies after it."""


def document_file(code: str) -> Path:
    """Give the file of one of the demo's policies."""
    return FOLDER / f"{code}.yaml"


def load_policies(*, codes: Sequence[str], actor: User | None, now: datetime) -> list[str]:
    """Import and publish those that are not there yet; what a manager made of them since is kept.

    Gives the codes of those that it published.
    """
    written_at = now - FIRST_PUBLISHED
    known = set(Policy.objects.filter(code__in=codes).values_list("code", flat=True))
    new = [code for code in codes if code not in known]
    for code in new:
        document = yaml_document.load(document_file(code).read_text(encoding="utf-8"))
        policy = import_policy(document=document, actor=actor, reason=REASON)
        publish_policy(policy=policy, actor=actor, note="First version of the demo", now=written_at)
    if new:
        _was_written(written_at)
    return new


def _was_written(at: datetime) -> None:
    """Let the history of the drafts, which was made this minute, lie before the demo's past as well."""
    for model in apps.get_app_config("policies").get_models():
        if hasattr(model, "history_change_reason"):
            rows = model._default_manager.filter(history_change_reason=REASON)  # noqa: SLF001 - Django's own name
            rows.update(history_date=at)
