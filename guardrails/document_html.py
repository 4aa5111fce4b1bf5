"""Turns a Markdown file of the manual into HTML whose links lead to the served pages."""

import posixpath
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

_EXTENSIONS = ["tables", "fenced_code", "sane_lists", "attr_list", "admonition", "def_list"]


class _Links(Treeprocessor):
    """Turns links between the files into links between the pages; one to the source becomes plain text."""

    def __init__(self, markdown: Markdown, slug: str, root_url: str) -> None:
        super().__init__(markdown)
        self.folder = posixpath.dirname(slug)
        self.root_url = root_url

    def run(self, root: Element) -> None:
        """Rewrites every link in place (Markdown calls this)."""
        for link in root.iter("a"):
            self._rewrite(link, "href")
        for image in root.iter("img"):
            self._rewrite(image, "src")

    def _rewrite(self, element: Element, attribute: str) -> None:
        target = urlsplit(element.get(attribute, ""))
        if target.scheme or target.netloc or not target.path or target.path.startswith("/"):
            return
        name = posixpath.normpath(posixpath.join(self.folder, target.path))
        if name.startswith(".."):
            element.attrib.pop(attribute)
            return
        if name.endswith(".md"):
            name = "" if name == "index.md" else f"{name.removesuffix('.md')}/"
        element.set(attribute, self.root_url + name + (f"#{target.fragment}" if target.fragment else ""))


class _LinksExtension(Extension):
    def __init__(self, slug: str, root_url: str) -> None:
        super().__init__()
        self.slug = slug
        self.root_url = root_url

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Markdown names it
        md.treeprocessors.register(_Links(md, self.slug, self.root_url), "guardrails_links", 0)


@lru_cache(maxsize=256)
def html_of(file: Path, slug: str, root_url: str, changed_at_ns: int) -> tuple[str, str]:
    """The file's body and its table of contents as HTML.

    `slug` is its place in the manual, `root_url` where the manual is served, and `changed_at_ns` when the
    file was last written: an edited file is rendered anew.
    """
    markdown = Markdown(
        extensions=[*_EXTENSIONS, "toc", _LinksExtension(slug, root_url)],
        extension_configs={"toc": {"toc_depth": "2-3", "permalink": "¶", "permalink_title": "Link to here"}},
        output_format="html",
    )
    body = markdown.convert(file.read_text(encoding="utf-8"))
    return _scrolling(body), getattr(markdown, "toc", "")


def _scrolling(body: str) -> str:
    """Wide tables and code scroll by themselves, by keyboard too."""
    opened = '<div class="table" tabindex="0" role="region" aria-label="Table"><table>'
    return body.replace("<table>", opened).replace("</table>", "</table></div>").replace("<pre>", '<pre tabindex="0">')
