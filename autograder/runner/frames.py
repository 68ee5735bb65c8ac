"""How the trusted side and a runner talk: frames on a stream socket, each a kind, a number and a length.

The sending order is a stack, so nothing needs an identifier beyond the number of the exchange it belongs to:

    down  CELL      run this source                     up  OUTPUT*  then DONE
    down  REQUEST   bytes for the remote values         up  OUTPUT*  then REPLY, FAILED or TOO_LONG
    up    CALLBACK  (inside a request) please answer    down  REQUEST* (nested), then ANSWER
"""

from __future__ import annotations

import selectors
import socket
import struct
import time

CELL, REQUEST, ANSWER = b"x", b"q", b"a"  # down, to the runner
OUTPUT, DONE, REPLY, FAILED, TOO_LONG, CALLBACK = b"o", b"d", b"r", b"f", b"l", b"c"  # up, from the runner

HEADER = struct.Struct("!cIQ")  # kind, number of the exchange, bytes that follow
_PIECE = 1 << 20


class Malformed(Exception):
    """The other side sent something that is not a frame."""


class TooLong(Malformed):
    """The other side announced a frame of more bytes than it may send; `size` is what it announced."""

    def __init__(self, size: int) -> None:
        super().__init__(f"a frame of {size} bytes")
        self.size = size


class Closed(Exception):
    """The other side is gone."""


class Late(Exception):
    """The deadline passed before the frame had been sent or received."""


class Channel:
    """One end, for a side that must not be held up: every operation has a deadline and a size limit.

    Deadlines are points of `time.monotonic()`.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        sock.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(sock, selectors.EVENT_READ)
        self._received = bytearray()

    def close(self) -> None:
        self._selector.close()
        self._socket.close()

    def send(self, kind: bytes, number: int, payload: bytes, deadline: float) -> None:
        """Raises Late, Closed. After Late the stream is cut in the middle of a frame: give the runner up."""
        for part in (HEADER.pack(kind, number, len(payload)), payload):
            view = memoryview(part)
            while view:
                try:
                    view = view[self._socket.send(view[:_PIECE]) :]
                except BlockingIOError:
                    self._wait(selectors.EVENT_WRITE, deadline)
                except OSError:
                    raise Closed from None

    def receive(self, deadline: float, limits: dict[bytes, int]) -> tuple[bytes, int, bytes]:
        """The next frame: kind, number, payload. Raises Late, Closed, Malformed, TooLong.

        `limits` gives the kinds that may come, and how many bytes each may have.

        Late loses nothing: what has arrived of the frame is kept for the next call.
        """
        late = False
        while True:
            frame = self._take(limits)
            if frame:
                return frame
            if late:
                raise Late
            try:
                piece = self._socket.recv(_PIECE)
            except BlockingIOError:
                self._wait(selectors.EVENT_READ, deadline)
                continue
            except OSError:
                piece = b""
            if not piece:
                raise Closed
            self._received += piece
            late = time.monotonic() > deadline  # a sender that never pauses cannot keep us here

    def _take(self, limits: dict[bytes, int]) -> tuple[bytes, int, bytes] | None:
        if len(self._received) < HEADER.size:
            return None
        kind, number, length = HEADER.unpack_from(self._received)
        if kind not in limits:
            raise Malformed(f"a frame of the kind {kind!r} where {sorted(limits)} may come")
        if length > limits[kind]:
            raise TooLong(length)
        end = HEADER.size + length
        if len(self._received) < end:
            return None
        payload = bytes(memoryview(self._received)[HEADER.size : end])
        del self._received[:end]
        return kind, number, payload

    def _wait(self, event: int, deadline: float) -> None:
        self._selector.modify(self._socket, event)
        left = deadline - time.monotonic()
        if left <= 0 or not self._selector.select(left):
            raise Late


def receive_blocking(sock: socket.socket) -> tuple[bytes, int, bytes]:
    """The next frame for the runner's own side, which trusts what comes down. Raises Closed."""
    kind, number, length = HEADER.unpack(_exactly(sock, HEADER.size))
    return kind, number, _exactly(sock, length)


def _exactly(sock: socket.socket, count: int) -> bytes:
    received = bytearray()
    while len(received) < count:
        piece = sock.recv(min(count - len(received), _PIECE))
        if not piece:
            raise Closed
        received += piece
    return bytes(received)
