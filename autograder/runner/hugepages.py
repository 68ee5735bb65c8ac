"""Make forks of a large process cheap: its memory in pages of 2 MB, of which a fork copies 512 times fewer entries."""

from __future__ import annotations

import contextlib
import ctypes

_HUGE = 2 << 20
_MADV_COLLAPSE = 25  # Linux 6.1; elsewhere nothing happens, and forks take a few milliseconds longer


def collapse() -> int:
    """Put this process's private memory into huge pages, where there is enough of it in one piece.

    A fork shares them like any others, and gets small pages of its own only where it writes.
    Returns how many were made.
    """
    madvise = ctypes.CDLL(None, use_errno=True).madvise
    madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    made = 0
    with contextlib.suppress(OSError), open("/proc/self/maps") as lines:
        regions = [line.split() for line in lines]
        for region in regions:
            start, end = (int(part, 16) for part in region[0].split("-"))
            if region[1] == "rw-p" and region[-1] != "[stack]":
                first = (start + _HUGE - 1) // _HUGE * _HUGE
                for address in range(first, end - _HUGE + 1, _HUGE):
                    made += madvise(address, _HUGE, _MADV_COLLAPSE) == 0
    return made
