"""Row sync: bring the rows of a policy to given values, saving only what differs, with actor and reason."""

import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.db import models

from policies.actions.delete_row import delete_row
from policies.models import Policy
from policies.models.element import Element
from policies.models.tracking import record_creation, sign

Values = dict[str, Any]
Row = TypeVar("Row", bound=models.Model)
ElementRow = TypeVar("ElementRow", bound=Element)


class RowSync:
    """Remembers, for one import, which rows stay, so that the others can be removed at the end."""

    def __init__(self, *, actor: User | None, reason: str) -> None:
        self._actor = actor
        self._reason = reason
        self._kept: dict[type[models.Model], dict[str, Any]] = {}

    def policy(self, code: str, values: Values) -> Policy:
        """Create or update the policy itself; the lock on its row makes a second import wait."""
        policy = Policy.objects.select_for_update().filter(code=code).first() or Policy(code=code)
        self.update(policy, values)
        return policy

    def named(self, model: type[models.Model], code: str | None) -> Any:
        """Give a row that this import has kept, by its code; None for no code."""
        return self._kept[model][code] if code else None

    def rows(
        self,
        model: type[ElementRow],
        policy: Policy,
        items: Sequence[Values],
        values: Callable[[Values], Values],
    ) -> list[ElementRow]:
        """Create or update a policy's rows of one kind, in the order of the document's items."""
        present = {row.code: row for row in _with_lists(model).filter(policy=policy)}
        kept = self._kept.setdefault(model, {})
        for position, item in enumerate(items, start=1):
            row = present.get(item["code"]) or model(policy=policy, code=item["code"])
            self.update(row, {"position": position, **values(item)})
            kept[item["code"]] = row
        return list(kept.values())

    def parts(self, model: type[Row], owner: Any, items: Sequence[Values], *, key: str = "") -> None:
        """Create, update and remove the parts of a row: kept by `key`, or by their order without one."""
        link = model.siblings_of  # type: ignore[attr-defined]
        present = list(_with_lists(model).filter(**{link: owner}))
        by_key = {getattr(row, key) if key else at: row for at, row in enumerate(present)}
        for at, item in enumerate(items):
            row = by_key.pop(item[key] if key else at, None) or model(**{link: owner})
            self.update(row, {"position": at + 1, **item})
        for row in by_key.values():
            self.remove(row)

    def remove_the_rest(self, policy: Policy, kinds: Sequence[type[Element]]) -> None:
        """Remove the rows of these kinds that the document no longer names."""
        for model in kinds:
            for row in model._default_manager.filter(policy=policy):  # noqa: SLF001
                if row.code not in self._kept.get(model, {}):
                    self.remove(row)

    def update(self, row: models.Model, values: Values) -> None:
        """Set columns and lists of a row, and save it if anything differs."""
        lists = {key: value for key, value in values.items() if isinstance(_field(row, key), models.ManyToManyField)}
        columns = {key: value for key, value in values.items() if key not in lists}
        new = row._state.adding  # noqa: SLF001 - documented by Django
        changed = [key for key, value in columns.items() if new or not _same(getattr(row, key), value)]
        for key in changed:
            setattr(row, key, columns[key])
        sign(row, actor=self._actor, reason=self._reason)
        if new:
            self._create(row, lists)
        elif self._set_lists(row, lists) or changed:
            row.save()

    def _create(self, row: Any, lists: Values) -> None:
        """Save a new row and its lists with one entry of history, which says both."""
        row.skip_history_when_saving = True
        row.save()
        for key, rows in lists.items():
            getattr(row, key).set(rows)
        del row.skip_history_when_saving
        record_creation(row)

    def remove(self, row: models.Model) -> None:
        """Delete a row with its parts; the history of each says who and why."""
        delete_row(row=row, actor=self._actor, reason=self._reason)

    def _set_lists(self, row: Any, lists: Values) -> bool:
        """Set the lists without a history row for each; the save that follows records them all at once."""
        differing = {
            key: rows
            for key, rows in lists.items()
            if {item.pk for item in getattr(row, key).all()} != {item.pk for item in rows}
        }
        row.skip_history_when_saving = True
        for key, rows in differing.items():
            getattr(row, key).set(rows)
        del row.skip_history_when_saving
        return bool(differing)


def _field(row: models.Model, name: str) -> Any:
    return row._meta.get_field(name)  # noqa: SLF001 - documented by Django


def _with_lists(model: type[Row]) -> "models.QuerySet[Row]":
    many_to_many = [field.name for field in model._meta.many_to_many]  # noqa: SLF001 - documented by Django
    return model._default_manager.prefetch_related(*many_to_many)  # noqa: SLF001


def _same(one: Any, other: Any) -> bool:
    """Compare column values; in JSON, true is not 1."""
    if isinstance(one, dict | list) or isinstance(other, dict | list):
        return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)
