"""What a runner says that a cell has shown, made into notebook outputs. Nothing of it is believed."""

from __future__ import annotations

import json
import re
from typing import Any

from autograder.frames import Malformed

_MIME = re.compile(r"[A-Za-z0-9][\w.+-]*/[\w.+;=-]+")
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
_BINARY = ("image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf")
_SURROGATE = re.compile("[\ud800-\udfff]")
_MAX_DEPTH = 60


class Outputs:
    """The outputs of one cell or request, as a front end keeps them.

    `shown` maps display ids to the outputs that carry them, over all cells of a runner: an update changes them
    in place, wherever they are. limit: bytes, for the note when more was left out.
    """

    def __init__(self, shown: dict[str, list[dict[str, Any]]], limit: int) -> None:
        self.kept: list[dict[str, Any]] = []
        self.cut = False
        self._shown = shown
        self._limit = limit
        self._clear_before_next = False

    def add(self, payload: bytes) -> None:
        """Take one event. Raises Malformed for one that no notebook shell sends."""
        event = read(payload)
        take = _TAKE.get(event.get("output_type"))
        if take is None:
            raise Malformed(f"an output of type {event.get('output_type')!r:.60}")
        try:
            take(self, event)
        except (KeyError, TypeError, AttributeError) as error:
            raise Malformed(f"an output without its parts: {error}") from None

    def add_text(self, text: str) -> None:
        """Take text that did not come as an event, as printed."""
        self._stream({"name": "stdout", "text": text})

    def _append(self, output: dict[str, Any]) -> None:
        if self._clear_before_next:
            self.kept.clear()
            self._clear_before_next = False
        self.kept.append(output)

    def _stream(self, event: dict[str, Any]) -> None:
        name, text = event["name"], _text(event["text"])
        if name not in ("stdout", "stderr"):
            raise Malformed(f"a stream named {name!r:.60}")
        last = self.kept[-1] if self.kept and not self._clear_before_next else {}
        if last.get("output_type") == "stream" and last["name"] == name:
            last["text"] += text
        else:
            self._append({"output_type": "stream", "name": name, "text": text})

    def _display(self, event: dict[str, Any]) -> None:
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

    def _update(self, event: dict[str, Any]) -> None:
        data, metadata = _bundle(event["data"]), dict(event["metadata"] or {})
        for output in self._shown.get(_text(event["transient"]["display_id"]), ()):
            output.update(data=data, metadata=metadata)

    def _error(self, event: dict[str, Any]) -> None:
        self._append(error_output(event))

    def _clear(self, event: dict[str, Any]) -> None:
        if event["wait"]:
            self._clear_before_next = True
        else:
            self.kept.clear()

    def _note(self, event: dict[str, Any]) -> None:
        self.cut = True
        kilobytes = self._limit >> 10
        note = f"\n[cut here: of what one cell shows, at most {kilobytes} kB are kept]\n"
        self._stream({"name": "stdout", "text": note})


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
