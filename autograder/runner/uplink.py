"""The runner's own end of the socket: what student code prints and shows goes up here, and interrupts come in.

This runs beside the student's code, which may break any of it; nothing that arrives above is believed.
"""

from __future__ import annotations

import io
import json
import signal
import socket
import threading
import time
from types import FrameType
from typing import Any

from jupyter_client.jsonutil import json_clean, json_default

from autograder.runner import frames

_MAX_ERROR = 64 << 10  # characters of a traceback that are kept
_FOR_ERRORS = 1 << 20  # bytes of errors that are sent beyond the limit on output
_FLUSH_SECONDS = 0.02


class Interrupts:
    """SIGINT stops student code, and never our own between two bytes of a frame."""

    def __init__(self) -> None:
        self.allowed = False  # while student code runs
        self._held = 0
        self._pending = False

    def install(self) -> None:
        signal.signal(signal.SIGINT, self._on_signal)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        __tracebackhide__ = True
        if self.allowed and self._held:
            self._pending = True
        elif self.allowed:
            raise KeyboardInterrupt

    def __enter__(self) -> None:
        self._held += threading.current_thread() is threading.main_thread()

    def __exit__(self, *exc: object) -> None:
        if threading.current_thread() is threading.main_thread():
            self._held -= 1
            if self._pending and not self._held:
                self._pending = False
                if self.allowed:
                    raise KeyboardInterrupt


class Budget:
    """How many more bytes of output one exchange may show: what is cleared, or replaced, does not count any more."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._updates: dict[str, int] = {}  # bytes of the last update of each display id
        self.renew()

    def renew(self) -> None:
        self.left, self._for_errors = self._limit, _FOR_ERRORS
        self.cut = self._clear_before_next = False

    def count(self, event: dict[str, Any], size: int) -> bool:
        """Take an event of `size` bytes into account; False when it would be too much."""
        kind = event["output_type"]
        if kind == "clear_output":
            if event["wait"]:
                self._clear_before_next = True
            else:
                self.renew()
            return True
        if kind == "update_display_data":
            name = str((event.get("transient") or {}).get("display_id"))
            size -= self._updates.get(name, 0)
            if size <= self.left:
                self._updates[name] = size + self._updates.get(name, 0)
        elif self._clear_before_next:
            self.renew()
        if size <= self.left and not self.cut:
            self.left -= size
            return True
        if kind == "error" and size <= self._for_errors:  # what ended a cell is told, whatever it has printed
            self._for_errors -= size
            return True
        return False


class Uplink:
    """Sends frames. Of what a cell shows, `output_bytes` are sent, and a note that there was more."""

    def __init__(self, sock: socket.socket, output_bytes: int) -> None:
        self.interrupts = Interrupts()
        self.number = 0
        self.error: dict[str, Any] | None = None
        self._socket = sock
        self._lock = threading.RLock()
        self._budget = Budget(output_bytes)

    def begin(self, number: int) -> None:
        """A new exchange: outputs from here on belong to it."""
        self.number = number
        self.error = None
        self._budget.renew()

    def send(self, kind: bytes, payload: bytes) -> None:
        with self.interrupts, self._lock:
            header = frames.HEADER.pack(kind, self.number, len(payload))
            if len(payload) < 1 << 16:
                self._socket.sendall(header + payload)
            else:
                self._socket.sendall(header)
                self._socket.sendall(payload)

    def receive(self) -> tuple[bytes, int, bytes]:
        return frames.receive_blocking(self._socket)

    def output(self, event: dict[str, Any]) -> None:
        """Send one output, in nbformat's form, or as much of it as may be sent."""
        if event["output_type"] == "error":
            self.error = event = _shortened(event)
        payload = encode(event)
        if self._budget.count(event, len(payload)):
            self.send(frames.OUTPUT, payload)
        elif not self._budget.cut:
            self._budget.cut = True
            if event["output_type"] == "stream":  # what still fits; a character is at most 12 bytes
                part = {**event, "text": event["text"][: self._budget.left // 12]}
                self.send(frames.OUTPUT, encode(part))
            self.send(frames.OUTPUT, encode({"output_type": "cut"}))


def encode(event: dict[str, Any]) -> bytes:
    try:
        text = json.dumps(event, default=json_default, allow_nan=False)
    except (ValueError, TypeError):
        text = json.dumps(json_clean(event), default=str, allow_nan=False)
    return text.encode()


def _shortened(event: dict[str, Any]) -> dict[str, Any]:
    """An error whose text cannot fill the notebook: of a long traceback, the beginning and the end."""
    lines = event["traceback"]
    if sum(map(len, lines)) > _MAX_ERROR:
        end = _fitting(lines[:0:-1], _MAX_ERROR // 2)[::-1]
        lines = [*_fitting(lines, _MAX_ERROR // 2), "... (more lines)", *end]
    value = event["evalue"]
    if len(value) > _MAX_ERROR // 8:
        value = value[: _MAX_ERROR // 8] + "..."
    return {**event, "evalue": value, "traceback": lines}


def _fitting(lines: list[str], room: int) -> list[str]:
    """As many of the lines as fit; a long one only in part."""
    fitting = []
    for line in lines:
        fitting.append(line[:room])
        room -= len(line)
        if room <= 0:
            break
    return fitting


class Stream(io.TextIOBase):
    """sys.stdout or sys.stderr of a notebook: collects for a moment, then sends."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, uplink: Uplink, name: str, descriptor: int) -> None:
        self.name = f"<{name}>"
        self._uplink = uplink
        self._stream = name
        self._descriptor = descriptor
        self._parts: list[str] = []
        self._size = 0
        self._flushed = 0.0
        self._lock = threading.RLock()

    def fileno(self) -> int:
        return self._descriptor

    def isatty(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        with self._lock:
            self._parts.append(text)
            self._size += len(text)
            if self._size > 8192 or time.monotonic() - self._flushed > _FLUSH_SECONDS:
                self.flush()
        return len(text)

    def flush(self) -> None:
        with self._lock:
            text, self._parts, self._size = "".join(self._parts), [], 0
            if text:
                self._uplink.output({"output_type": "stream", "name": self._stream, "text": text})
            self._flushed = time.monotonic()
