"""Fill in a page of the admin as a browser would: what it shows is sent back, with some answers changed."""

from html.parser import HTMLParser
from typing import Any

from django.test import Client


class _Form(HTMLParser):
    """Collects what the page's main form would send."""

    def __init__(self) -> None:
        super().__init__()
        self.data: dict[str, list[str]] = {}
        self._select = self._textarea = ""
        self._chosen = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        name = found.get("name") or ""
        if tag == "input" and name and "disabled" not in found:
            self._input(name, found)
        elif tag == "select" and "disabled" not in found:
            self._select, self._chosen = name, False
        elif tag == "textarea" and "disabled" not in found:
            self._textarea = name
            self.data.setdefault(name, [""])
        elif tag == "option" and self._select and ("selected" in found):
            self.data.setdefault(self._select, []).append(found.get("value") or "")

    def _input(self, name: str, found: dict[str, str | None]) -> None:
        kind = found.get("type", "text")
        if kind in ("submit", "button", "file") or (kind in ("checkbox", "radio") and "checked" not in found):
            return
        self.data.setdefault(name, []).append(found.get("value") or ("on" if kind == "checkbox" else ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.data[self._textarea] = [self.data[self._textarea][0] + data.removeprefix("\n")]


def fields_of(client: Client, address: str) -> dict[str, Any]:
    """What the page at the address would send if nothing were changed."""
    form = _Form()
    form.feed(client.get(address).content.decode())
    return {name: values for name, values in form.data.items() if "__prefix__" not in name}


def submit(client: Client, address: str, **answers: Any) -> Any:
    """Send the page back with these answers (`conditions-0-value` as `conditions_0_value` does not: pass a dict)."""
    changed = answers.pop("answers", {}) | answers
    return client.post(address, fields_of(client, address) | changed)


def errors_of(response: Any) -> dict[str, list[str]]:
    """The errors that a refused page shows, by the name of the field; inline rows with their prefix."""
    context = response.context_data
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += inline.formset.forms
    return {form.add_prefix(name): list(errors) for form in forms for name, errors in form.errors.items()}
