"""An operator reads what happened from JSON lines; nobody reads a customer or a secret from them."""

import json
import logging
import logging.config
from io import StringIO

import pytest
import structlog
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from guardrails import urls
from guardrails.logging import RequestLog, logging_config


@pytest.fixture
def log():
    """What production writes while the test runs, parsed."""
    config = logging_config(json=True, level="INFO")
    written = StringIO()
    config["handlers"]["stderr"]["stream"] = written
    before = logging.root.handlers[:], logging.root.level
    logging.config.dictConfig(config)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    logging.root.handlers[:], level = before
    logging.root.setLevel(level)


def failing(request: HttpRequest) -> HttpResponse:
    """Raises what a database would: a message with a row in it."""
    raise ValueError("Failing row contains (Jane Doe, C-20417)")


urlpatterns = [path("fails/", failing), *urls.urlpatterns]


def test_a_request_is_one_line_with_an_id_and_without_its_query(client: Client, log):
    client.get("/healthz?customer=C-20417", headers={"Authorization": "Token s3cret", "User-Agent": "Jane"})
    (line,) = log()
    assert (line["event"], line["request"], line["code"]) == ("request_finished", "GET /healthz", 200)
    assert line["request_id"]
    assert line["level"] == "info"
    assert line["timestamp"].endswith("Z")
    assert not {"C-20417", "s3cret", "Jane", "127.0.0.1"} & set(json.dumps(line).replace('"', " ").split())


@pytest.mark.parametrize(("given", "kept"), [("a1-b2", True), ("Jane Doe", False), ("x" * 65, False)])
def test_an_id_from_outside_is_kept_when_it_is_no_more_than_an_id(client: Client, log, given, kept):
    client.get("/healthz", headers={"X-Request-Id": given, "X-Correlation-Id": given})
    (line,) = log()
    assert (line["request_id"] == given) is kept
    assert (line.get("correlation_id") == given) is kept


@pytest.mark.urls(__name__)
def test_an_exception_is_named_with_its_places_but_not_its_message(log):
    answer = Client(raise_request_exception=False).get("/fails/")
    assert answer.status_code == 500
    assert "Something went wrong here" in answer.content.decode()
    (line,) = log()
    assert (line["event"], line["exception"]) == ("request_failed", "builtins.ValueError")
    assert line["raised_in"][-1].endswith(" failing")
    assert "Jane" not in json.dumps(line)
    assert "C-20417" not in json.dumps(line)


def test_values_under_telling_names_are_left_out(log):
    structlog.get_logger("guardrails").info(
        "granted", exception="exc_01", customer="C-20417", facts={"tier": "gold"}, api_token="t", password="p"
    )
    (line,) = log()
    assert line["exception"] == "exc_01"
    assert {line[name] for name in ("customer", "facts", "api_token", "password")} == {"[left out]"}


def test_the_standard_librarys_loggers_write_the_same_lines(log):
    logging.getLogger("some.library").warning("%s is full", "disk")
    (line,) = log()
    assert (line["event"], line["logger"], line["level"]) == ("disk is full", "some.library", "warning")


def test_failed_log_ins_do_not_name_anybody(log):
    logging.getLogger("axes.handlers.proxy").warning("New login failure by jane from 10.0.0.1")
    assert log() == []


def test_a_developer_gets_lines_to_read():
    formatter = logging_config(json=False, level="DEBUG")["formatters"]["line"]["processors"][-1]
    assert isinstance(formatter, structlog.dev.ConsoleRenderer)


def test_a_request_is_named_by_method_and_path():
    request = RequestFactory().get("/api/v1/exceptions/?customer=C-1")
    assert RequestLog.format_request(request) == "GET /api/v1/exceptions/"
