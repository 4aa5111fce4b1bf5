"""A reader of the docs never meets a dead link, in the repository or in the product."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from django.template import engines
from markdown.extensions.toc import slugify

from tests.architecture.source import ROOT, name, tracked

DOCUMENTS = [path for path in tracked() if path.suffix == ".md"]
MANUAL = ROOT / "templates" / "docs"
FENCED = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)[^)]*\)")


def prose(path: Path) -> str:
    """The document without its code, in which brackets are no links."""
    return re.sub(r"`[^`\n]*`", "code", FENCED.sub("", path.read_text(encoding="utf-8")))


def anchors(path: Path) -> set[str]:
    """The places in the document that a link can name."""
    headings = re.findall(r"^#{1,6} +(.+?)\s*$", FENCED.sub("", path.read_text(encoding="utf-8")), re.MULTILINE)
    return {slugify(re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading), "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_its_links_lead_somewhere(document: Path):
    dead = []
    for link in LINK.findall(prose(document)):
        target = urlsplit(link)
        if target.scheme or target.path.startswith("/"):
            continue
        there = (document.parent / unquote(target.path)).resolve() if target.path else document
        if not there.exists() or (target.fragment and there.suffix == ".md" and target.fragment not in anchors(there)):
            dead.append(link)
    assert dead == []


@pytest.mark.parametrize("document", [path for path in DOCUMENTS if path.is_relative_to(MANUAL)], ids=name)
def test_its_first_line_is_its_title(document: Path):
    text = FENCED.sub("", document.read_text(encoding="utf-8"))
    assert text.startswith("# ")
    assert len(re.findall(r"^# ", text, re.MULTILINE)) == 1


def test_every_template_compiles():
    ours = [path for path in tracked() if path.is_relative_to(ROOT / "templates") and path.suffix in {".html", ".txt"}]
    for path in ours:
        engines["django"].from_string(path.read_text(encoding="utf-8"))
    assert ours
