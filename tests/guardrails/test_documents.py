"""A reader finds the manual in the product, every page of it, and nothing else of the machine."""

import pytest
from django.test import Client

from guardrails.document_html import html_of
from guardrails.documents import menu, pages


@pytest.fixture
def manual(tmp_path, settings):
    """A manual of two pages and a schema, instead of the real one."""
    docs = tmp_path / "templates" / "docs"
    (docs / "reference").mkdir(parents=True)
    (docs / "index.md").write_text("# Welcome\n\nSee [the rules](reference/rules.md#money).\n")
    (docs / "reference" / "rules.md").write_text(
        "# The `rules`\n\n## Money\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n## Time\n\n"
        "```\n<b>kept</b>\n```\n\n[back](../index.md) [schema](schema.json) [source](../../../manage.py)\n"
    )
    (docs / "reference" / "schema.json").write_text("{}")
    (docs / "reference" / "private.key").write_text("secret")
    (tmp_path / "secret.md").write_text("# secret")
    settings.BASE_DIR = tmp_path
    settings.DEBUG = True  # looks at the files anew
    return docs


def test_the_start_page_leads_to_the_manual(client: Client):
    assert client.get("/").headers["Location"] == "/docs/"


def test_every_page_of_the_real_manual_is_served(client: Client):
    for page in pages().values():
        answer = client.get(page.url)
        assert answer.status_code == 200, page.slug
        assert f"<title>{page.title}"[:20] in answer.content.decode()


def test_a_page_shows_its_menu_its_contents_and_its_neighbours(client: Client, manual):
    answer = client.get("/docs/reference/rules/").content.decode()
    assert "<title>The rules · Guardrails</title>" in answer
    assert 'aria-current="page">The rules</a>' in answer
    assert '<a href="#money">Money</a>' in answer
    assert '<a rel="prev" href="/docs/">← Welcome</a>' in answer
    assert '<div class="table"' in answer
    assert "&lt;b&gt;kept&lt;/b&gt;" in answer


def test_links_between_files_become_links_between_pages(manual):
    body, _ = html_of(manual / "reference" / "rules.md", "reference/rules", "/docs/", 1)
    assert '<a href="/docs/">back</a>' in body
    assert '<a href="/docs/reference/schema.json">schema</a>' in body
    assert "<a>source</a>" in body
    body, _ = html_of(manual / "index.md", "index", "/docs/", 1)
    assert '<a href="/docs/reference/rules/#money">' in body


def test_the_menu_names_the_sections_in_reading_order(manual):
    assert [(section, [page.title for page, _ in entries]) for section, entries in menu("index")] == [
        ("", ["Welcome"]),
        ("Reference", ["The rules"]),
    ]


def test_a_file_of_the_manual_is_served_as_it_is(client: Client, manual):
    assert client.get("/docs/reference/schema.json").headers["Content-Type"] == "application/json"
    assert client.get("/docs/index.md").headers["Content-Type"] == "text/markdown; charset=utf-8"


@pytest.mark.parametrize(
    "path",
    [
        "nothing/",
        "../secret/",
        "%2e%2e/%2e%2e/secret/",
        "../../secret.md",
        "reference/private.key",
        "reference/../../../secret.md",
        "/etc/passwd",
        "page.html",
        "reference\x00/",
    ],
)
def test_a_stranger_gets_nothing_but_the_manual(client: Client, manual, path):
    assert client.get(f"/docs/{path}").status_code == 404


def test_a_manual_is_only_read(client: Client, manual):
    assert client.post("/docs/").status_code == 405
