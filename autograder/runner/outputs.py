"""What a runner says that a cell has shown, made into notebook outputs. Nothing of it is believed."""

from __future__ import annotations

import json
import re
from typing import Any

from autograder.runner.frames import Malformed

_MIME = re.compile(r"[A-Za-z0-9][\w.+-]*/[\w.+;=-]+")
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
_BINARY = ("image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf")
_SURROGATE = re.compile("[\ud800-\udfff]")
_MAX_DEPTH = 60
_CUT = "\n[cut here: of what one cell shows, at most {} kB are kept]\n"


class Outputs:
    """The outputs of one cell or request, as a front end keeps them.

    `shown` maps display ids to the outputs that carry them, over all cells of a runner: an update changes them
    in place, wherever they are. limit: bytes, for the note when more was left out.
    """

    def __init__(self, shown: dict[str, list[dict[str, Any]]], limit: int) -> None:
        self.size = 0  # bytes that came for what is kept
        self.cut = False
        self._kept: list[dict[str, Any]] = []
        self._text: list[str] = []  # of the last output, if that is a stream
        self._named: list[tuple[str, dict[str, Any]]] = []  # outputs of this cell that are in `shown`
        self._updates: dict[str, int] = {}  # bytes of the last update of each display id
        self._shown = shown
        self._limit = limit
        self._clear_before_next = False

    @property
    def kept(self) -> list[dict[str, Any]]:
        """The outputs, in nbformat's form."""
        self._end_stream()
        return self._kept

    def add(self, payload: bytes) -> None:
        """Take one event. Raises Malformed for one that no notebook shell sends."""
        event = read(payload)
        kind = event.get("output_type")
        take = _TAKE.get(kind) if isinstance(kind, str) else None
        if take is None:
            raise Malformed(f"an output of type {kind!r:.60}")
        if self._clear_before_next and kind not in ("clear_output", "update_display_data"):
            self._clear_now()
        self.size += len(payload)
        try:
            take(self, event, len(payload))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Malformed(f"an output without its parts: {error}") from None

    def add_text(self, text: str) -> None:
        """Take text that did not come as an event, as printed."""
        self._stream({"name": "stdout", "text": text}, len(text))

    def _append(self, output: dict[str, Any]) -> None:
        self._end_stream()
        self._kept.append(output)

    def _end_stream(self) -> None:
        if self._text:
            self._kept[-1]["text"] = "".join(self._text)
            self._text = []

    def _stream(self, event: dict[str, Any], size: int) -> None:
        name, text = event["name"], _text(event["text"])
        if name not in ("stdout", "stderr"):
            raise Malformed(f"a stream named {name!r:.60}")
        if not self._text or self._kept[-1]["name"] != name:
            self._append({"output_type": "stream", "name": name, "text": ""})
        self._text.append(text)

    def _display(self, event: dict[str, Any], size: int) -> None:
        kind = event["output_type"]
        output = {
            "output_type": kind,
            "data": _bundle(event["data"]),
            "metadata": dict(event["metadata"] or {}),
        }
        if kind == "execute_result":
            output["execution_count"] = None  # whoever counts the cells knows it
        self._append(output)
        if name := (event.get("transient") or {}).get("display_id"):
            self._shown.setdefault(_text(name), []).append(output)
            self._named.append((name, output))

    def _update(self, event: dict[str, Any], size: int) -> None:
        name = _text(event["transient"]["display_id"])
        data, metadata = _bundle(event["data"]), dict(event["metadata"] or {})
        for output in self._shown.get(name, ()):
            output.update(data=data, metadata=metadata)
        self.size -= self._updates.get(name, 0)
        self._updates[name] = size

    def _error(self, event: dict[str, Any], size: int) -> None:
        self._append(error_output(event))

    def _clear(self, event: dict[str, Any], size: int) -> None:
        self.size -= size
        if event["wait"]:
            self._clear_before_next = True
        else:
            self._clear_now()

    def _clear_now(self) -> None:
        self._clear_before_next = False
        for name, output in self._named:
            self._shown[name] = [other for other in self._shown[name] if other is not output]
        self._kept, self._text, self._named, self.size = [], [], [], sum(self._updates.values())

    def _note(self, event: dict[str, Any], size: int) -> None:
        self.cut = True
        self._stream({"name": "stdout", "text": _CUT.format(self._limit >> 10)}, size)


_TAKE = {
    "stream": Outputs._stream,
    "display_data": Outputs._display,
    "execute_result": Outputs._display,
    "update_display_data": Outputs._update,
    "error": Outputs._error,
    "clear_output": Outputs._clear,
    "cut": Outputs._note,
}


def read(payload: bytes) -> dict[str, Any]:
    """A JSON object of a runner, with nothing in it that a notebook file could not hold. Raises Malformed."""
    try:
        value = json.loads(payload, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"no JSON: {error}") from None
    if not isinstance(value, dict):
        raise Malformed("JSON that is not an object")
    return _clean(value, _MAX_DEPTH)


def error_output(event: dict[str, Any]) -> dict[str, Any]:
    """nbformat's form of an exception. Raises Malformed."""
    try:
        lines = [_text(line) for line in event["traceback"]]
        name, value = _text(event["ename"]), _text(event["evalue"])
    except (KeyError, TypeError) as error:
        raise Malformed(f"an error without its parts: {error}") from None
    return {"output_type": "error", "ename": name, "evalue": value, "traceback": lines}


def _bundle(data: dict[str, Any]) -> dict[str, Any]:
    """What a notebook can hold of a mime bundle: text, pictures that are base64 and nothing else, JSON."""
    kept = {}
    for mime, value in data.items():
        if not isinstance(value, str) and not mime.endswith("json"):
            value = json.dumps(value)
        if _MIME.fullmatch(mime) and (mime not in _BINARY or _BASE64.fullmatch(value)):
            kept[mime] = value
    return kept


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{type(value).__name__} in place of text")
    return value


def _clean(value: Any, depth: int) -> Any:
    """The same value without lone surrogates, which no file in UTF-8 can hold."""
    if depth == 0:
        raise Malformed(f"JSON nested more than {_MAX_DEPTH} deep")
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_clean(item, depth - 1) for item in value]
    if isinstance(value, dict):
        return {_clean(key, depth - 1): _clean(item, depth - 1) for key, item in value.items()}
    return value


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
