"""manage.py policy export|import|check|publish|schema: policies as files.

Exit codes: 0 done; 1 refused, with every fault and its place on standard error; 2 wrong usage.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from policies.actions.import_policy import import_policy
from policies.actions.publish_policy import publish_policy
from policies.assurance.schema import document_schema
from policies.engine.document import read
from policies.engine.document.ladders import require_sound_ladders
from policies.engine.faults import DocumentError
from policies.models import Policy
from policies.queries import export, yaml_document
from policies.queries.document import document_of

USAGE = 2


class Command(BaseCommand):
    """Export, import, check and publish policies."""

    help = "Export, import, check or publish a policy as one YAML document."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the subcommands; from django.core.management.base.BaseCommand."""
        verbs = parser.add_subparsers(dest="verb", required=True, parser_class=argparse.ArgumentParser)
        verb = verbs.add_parser("export", help="Write the draft, or one version, as YAML.")
        verb.add_argument("code")
        verb.add_argument("--number", type=int, help="of a published version; left out: the draft")
        verb.add_argument("--output", "-o", default="-", help="a file; - is standard output")
        verb = verbs.add_parser("import", help="Make the draft say what a YAML file says.")
        verb.add_argument("file", help="- is standard input")
        _who_and_why(verb)
        verb.add_argument("--publish", action="store_true", help="publish it as well")
        verb = verbs.add_parser("check", help="List every fault of a YAML file, or of a draft.")
        verb.add_argument("file", nargs="?", help="- is standard input")
        verb.add_argument("--code", help="of a policy whose draft to check")
        verb = verbs.add_parser("publish", help="Publish the draft as the next version.")
        verb.add_argument("code")
        _who_and_why(verb)
        verb = verbs.add_parser("schema", help="Write the JSON Schema of the document.")
        verb.add_argument("--output", "-o", default="-", help="a file; - is standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run one subcommand; from django.core.management.base.BaseCommand."""
        try:
            getattr(self, f"_{options['verb']}")(options)
        except DocumentError as error:
            for fault in error.faults:
                self.stderr.write(f"{fault.path or '/'}: {fault.message}")
            count = len(error.faults)
            raise CommandError(f"Refused: {count} fault{'s' if count > 1 else ''}; nothing changed.") from None

    def _export(self, options: dict[str, Any]) -> None:
        policy = _policy(options["code"])
        if options["number"] is None:
            return self._write(options["output"], export.export_draft(policy))
        version = policy.versions.filter(number=options["number"]).first()
        if version is None:
            raise CommandError(f"{policy.code} has no version {options['number']}.", returncode=USAGE)
        return self._write(options["output"], export.export_version(version))

    def _import(self, options: dict[str, Any]) -> None:
        actor = _user(options["actor"])
        reason = options["reason"] or f"manage.py policy import {options['file']}"
        policy = import_policy(document=yaml_document.load(_read(options["file"])), actor=actor, reason=reason)
        self.stdout.write(f"Imported {policy.code} as a draft.")
        if options["publish"]:
            self._publish_now(policy, actor, reason)

    def _check(self, options: dict[str, Any]) -> None:
        if (options["file"] is None) == (options["code"] is None):
            raise CommandError("Give either a file or --code.", returncode=USAGE)
        code, file = options["code"], options["file"]
        rulebook = read(document_of(_policy(code)) if code else yaml_document.load(_read(file)))
        require_sound_ladders(rulebook)
        self.stdout.write(f"{rulebook.code} is coherent: {len(rulebook.rules)} rules.")

    def _publish(self, options: dict[str, Any]) -> None:
        self._publish_now(_policy(options["code"]), _user(options["actor"]), options["reason"] or "")

    def _publish_now(self, policy: Policy, actor: User | None, note: str) -> None:
        version = publish_policy(policy=policy, actor=actor, note=note, now=timezone.now())
        self.stdout.write(f"Published {policy.code} version {version.number}, {version.hash}.")

    def _schema(self, options: dict[str, Any]) -> None:
        self._write(options["output"], json.dumps(document_schema(), indent=2) + "\n")

    def _write(self, target: str, text: str) -> None:
        if target == "-":
            self.stdout.write(text, ending="")
        else:
            Path(target).write_text(text, encoding="utf-8", newline="\n")


def _who_and_why(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--actor", help="username of who does it; left out: this command")
    parser.add_argument("--reason", "--note", help="why; kept in the history and with the version")


def _policy(code: str) -> Policy:
    policy = Policy.objects.filter(code=code).first()
    if policy is None:
        known = ", ".join(Policy.objects.values_list("code", flat=True)) or "none yet"
        raise CommandError(f"There is no policy {code} (there are: {known}).", returncode=USAGE)
    return policy


def _user(name: str | None) -> User | None:
    if not name:
        return None
    user = User.objects.filter(username=name, is_active=True).first()
    if user is None:
        raise CommandError(f"There is no active user {name}.", returncode=USAGE)
    return user


def _read(file: str) -> bytes:
    """Read at most a little more than a document may have, so that a huge file is refused and not loaded."""
    most = yaml_document.MOST_BYTES + 1
    if file == "-":
        return sys.stdin.buffer.read(most)
    try:
        with Path(file).open("rb") as stream:
            return stream.read(most)
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}.", returncode=USAGE) from None
