"""The manual in the product: the Markdown files under templates/docs/, served as pages at /docs/."""

import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from guardrails.document_html import html_of

SECTIONS = ("tutorial", "how-to", "reference", "explanation", "decisions")
"""The folders of the manual in reading order; the menu shows them so."""

SERVED_AS_THEY_ARE = frozenset({".md", ".json", ".yaml", ".yml", ".svg", ".png", ".py", ".jsonl"})

INDEX = "index"


@dataclass(frozen=True, slots=True)
class Page:
    """One Markdown file: its address below /docs/, and the title its first heading gives."""

    slug: str
    title: str
    file: Path

    @property
    def section(self) -> str:
        """The folder it lies in; empty for the pages at the top."""
        return self.slug.rpartition("/")[0]

    @property
    def url(self) -> str:
        """Where it is served."""
        return reverse("docs:index") if self.slug == INDEX else reverse("docs:page", args=[self.slug])


def docs_folder() -> Path:
    """Where the manual lies."""
    return Path(settings.BASE_DIR) / "templates" / "docs"


def pages() -> dict[str, Page]:
    """Every page by its slug, in reading order; only these are ever served, so no path can escape."""
    return dict(_pages() if not settings.DEBUG else _pages.__wrapped__())


@cache
def _pages() -> dict[str, Page]:
    found = [_page(file) for file in docs_folder().rglob("*.md")]
    return {page.slug: page for page in sorted(found, key=_reading_order)}


def _page(file: Path) -> Page:
    slug = file.relative_to(docs_folder()).with_suffix("").as_posix()
    heading = re.search(r"^# +(.+?)\s*#*$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return Page(slug=slug, title=heading[1].replace("`", "") if heading else file.stem, file=file)


def _reading_order(page: Page) -> tuple[int, str, bool, str]:
    known = SECTIONS.index(page.section) if page.section in SECTIONS else len(SECTIONS)
    return (known if page.section else -1, page.section, not page.slug.endswith(INDEX), page.slug)


def menu(current: str) -> Iterator[tuple[str, list[tuple[Page, bool]]]]:
    """The sections with their pages, each with whether it is the current one."""
    by_section: dict[str, list[tuple[Page, bool]]] = {}
    for page in pages().values():
        by_section.setdefault(page.section, []).append((page, page.slug == current))
    for section, entries in by_section.items():
        yield section.rpartition("/")[2].replace("-", " ").capitalize(), entries


@require_safe
def page(request: HttpRequest, slug: str = INDEX) -> HttpResponse:
    """One page of the manual; without an index page the menu stands for it."""
    shown = pages().get(slug) or pages().get(f"{slug}/{INDEX}")
    if shown is None and slug != INDEX:
        raise Http404
    body, contents = _html(shown) if shown else ("", "")
    context = {
        "title": shown.title if shown else "Documentation",
        "body": body,
        "contents": contents if contents.count("<li>") > 1 else "",
        "menu": list(menu(shown.slug if shown else INDEX)),
        **_neighbours(shown),
    }
    return render(request, "docs/page.html", context)


def _html(shown: Page) -> tuple[str, str]:
    return html_of(shown.file, shown.slug, reverse("docs:index"), shown.file.stat().st_mtime_ns)


def _neighbours(shown: Page | None) -> dict[str, Page | None]:
    order = list(pages().values())
    at = order.index(shown) if shown else -1
    return {
        "before": order[at - 1] if at > 0 else None,
        "after": order[at + 1] if at + 1 < len(order) else None,
    }


@require_safe
def file(request: HttpRequest, name: str) -> HttpResponse:
    """A file of the manual as it is: a schema, an example, a picture, or the Markdown of a page."""
    found = _files().get(name)
    if found is None:
        raise Http404
    kind = "text/markdown" if found.suffix == ".md" else mimetypes.guess_type(name)[0] or "text/plain"
    charset = "; charset=utf-8" if kind.startswith("text/") else ""
    return HttpResponse(found.read_bytes(), content_type=kind + charset)


def _files() -> dict[str, Path]:
    folder = docs_folder()
    served = (file for file in folder.rglob("*") if file.suffix in SERVED_AS_THEY_ARE and file.is_file())
    return {file.relative_to(folder).as_posix(): file for file in served}


app_name = "docs"
urlpatterns = [
    path("", page, name="index"),
    path("<path:slug>/", page, name="page"),
    path("<path:name>", file, name="file"),
]
