"""YAML: a policy document as one text file that people edit and compare.

Reading is safe on any text: bounded in size and depth, without anchors, aliases, tags or repeated keys. Only
`true`, `false`, `null` and whole numbers mean more than their text; 25.00, yes and 2026-01-01 stay text.
"""

import re
from collections.abc import Iterator
from typing import Any

import yaml

from policies.engine.faults import DocumentError, Fault
from policies.queries.key_order import in_order

MOST_BYTES = 1024 * 1024
DEEPEST = 40
WIDTH = 110
FLOW_WIDTH = 96

_WHOLE = re.compile(r"-?[1-9][0-9]{0,17}|0")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}
_UNSTORABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load(text: str | bytes) -> dict[str, Any]:
    """Read one YAML document that is a mapping.

    Raises DocumentError that names the line, also for text that is no YAML.
    """
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if len(raw) > MOST_BYTES:
        raise DocumentError([Fault("", "The document is larger than 1 MiB.")])
    try:
        document = _Reader(raw.decode("utf-8")).document()
    except UnicodeDecodeError:
        raise DocumentError([Fault("", "The document is not UTF-8 text.")]) from None
    except yaml.YAMLError as error:
        raise DocumentError([Fault("", f"This is not YAML: {' '.join(str(error).split())}")]) from None
    if not isinstance(document, dict):
        raise DocumentError([Fault("", "The document must be a mapping that starts with guardrails: policy/1.")])
    return document


def load_value(text: str) -> Any:
    """Read any one value, by the same rules as a document; a text without value is None."""
    try:
        return _Reader(text).document()
    except yaml.YAMLError as error:
        raise DocumentError([Fault("", f"This is not YAML: {' '.join(str(error).split())}")]) from None


def dump_value(value: Any, *, plain_numbers: bool = False) -> str:
    """Write a value in a line, or in a few lines where it is long, without YAML's end marker.

    With `plain_numbers`, texts that are numbers stand without quotes: for formulas, where 25 and "25" are the same.
    """
    dumper = _PlainDumper if plain_numbers else _Dumper
    text = yaml.dump(in_order(value), Dumper=dumper, sort_keys=False, allow_unicode=True, width=80)
    return text.removesuffix("...\n").strip("\n")


def dump(document: dict[str, Any]) -> str:
    """Write a document as YAML: same document, same bytes, whatever the order of its keys."""
    return yaml.dump(in_order(document), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH, indent=2)


class _Reader:
    """Builds one value from the events of a YAML text."""

    def __init__(self, text: str) -> None:
        self._events: Iterator[Any] = yaml.parse(text, Loader=_LOADER)

    def document(self) -> Any:
        """Read the only document of the stream."""
        self._next(yaml.StreamStartEvent)
        if isinstance(next(self._events), yaml.StreamEndEvent):
            return None
        value = self._value(next(self._events), 1)
        self._next(yaml.DocumentEndEvent)
        event = next(self._events)
        if not isinstance(event, yaml.StreamEndEvent):
            _refuse(event, "only one document is allowed in a file")
        return value

    def _next(self, kind: type) -> None:
        event = next(self._events)
        if not isinstance(event, kind):
            _refuse(event, "this is not expected here")

    def _value(self, event: Any, depth: int) -> Any:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            _refuse(event, "anchors and aliases are not allowed; write the value out")
        if getattr(event, "tag", None):
            _refuse(event, "tags are not allowed")
        if depth > DEEPEST:
            _refuse(event, f"this is nested more than {DEEPEST} levels deep")
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(depth)
        return self._mapping(depth)

    def _sequence(self, depth: int) -> list[Any]:
        values = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            values.append(self._value(event, depth + 1))
        return values

    def _mapping(self, depth: int) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._key(event)
            if key in values:
                _refuse(event, f"the key {key} is there twice")
            values[key] = self._value(next(self._events), depth + 1)
        return values

    def _key(self, event: Any) -> str:
        self._value(event, 0) if isinstance(event, yaml.ScalarEvent | yaml.AliasEvent) else None
        if not isinstance(event, yaml.ScalarEvent):
            _refuse(event, "a key must be a text")
        return str(event.value)


def _scalar(event: Any) -> Any:
    text: str = event.value
    if found := _UNSTORABLE.search(text):
        _refuse(event, f"the character U+{ord(found.group()):04X} is not allowed")
    plain = event.implicit[0]
    if not plain:
        return text
    if text in _WORDS:
        return _WORDS[text]
    return int(text) if _WHOLE.fullmatch(text) else text


def _refuse(event: Any, why: str) -> None:
    mark = event.start_mark
    raise DocumentError([Fault("", f"Line {mark.line + 1}, column {mark.column + 1}: {why}.")])


class _Dumper(yaml.SafeDumper):
    """Writes without aliases; short inner values on one line, like a table."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write every value out; from yaml.representer.BaseRepresenter."""
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent lists under their key; from yaml.emitter.Emitter."""
        super().increase_indent(flow, False)


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    if not text.replace("\n", "").isprintable():
        style: str | None = '"'
    elif "\n" in text:
        style = "|"
    else:
        style = None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _fits(value: Any) -> bool:
    return not _multi_line(value) and len(str(value)) <= FLOW_WIDTH


def _multi_line(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_multi_line(inner) for inner in value.values())
    if isinstance(value, list):
        return any(_multi_line(inner) for inner in value)
    return isinstance(value, str) and "\n" in value


def _dict(dumper: _Dumper, value: dict[str, Any]) -> yaml.MappingNode:
    return dumper.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=_fits(value))


def _list(dumper: _Dumper, value: list[Any]) -> yaml.SequenceNode:
    rows = any(isinstance(inner, dict) for inner in value)
    return dumper.represent_sequence(
        "tag:yaml.org,2002:seq", value, flow_style=_fits(value) and not (rows and len(value) > 1)
    )


_Dumper.add_representer(str, _text)
_Dumper.add_representer(dict, _dict)
_Dumper.add_representer(list, _list)


class _PlainDumper(_Dumper):
    """Quotes only what would be read as true, false or null."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":int", ":float", ":timestamp"))]
        for first, resolvers in _Dumper.yaml_implicit_resolvers.items()
    }
