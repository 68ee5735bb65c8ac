"""Checks on who shares memory with whom."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..translate import given, tr
from . import display, values
from .mismatch import Mismatch


def same_memory(a: Any, b: Any, *, name: str = "", hint: str = "", where: str = "") -> None:
    """Raise `Mismatch` unless tensors or arrays a and b share memory: a change in one shows in the other."""
    if not _shared(a, b, name, hint, where):
        raise Mismatch(
            tr("{name} should share memory with the original.", name=given(name) or tr("The result")),
            expected=tr("the same memory"),
            got=tr("a copy: changing one leaves the other as it is"),
            hint=hint,
            where=where,
        )


def separate_memory(a: Any, b: Any, *, name: str = "", hint: str = "", where: str = "") -> None:
    """Raise `Mismatch` if the tensors or arrays a and b share memory."""
    if _shared(a, b, name, hint, where):
        raise Mismatch(
            tr("{name} should have memory of its own.", name=given(name) or tr("The result")),
            expected=tr("a copy"),
            got=tr("the object itself") if a is b else tr("shared memory: changing one changes the other"),
            hint=hint,
            where=where,
        )


def _shared(a: Any, b: Any, name: str, hint: str, where: str) -> bool:
    first, second = (_memory(value, name, hint, where) for value in (a, b))
    if type(first) is not type(second):  # two devices
        return False
    if type(first) is int:
        return first == second
    try:
        return np.shares_memory(first, second, max_work=10**5)
    except np.exceptions.TooHardError:  # strides too intricate to be sure: their extents decide
        return np.may_share_memory(first, second)


def _memory(value: Any, name: str, hint: str, where: str) -> np.ndarray | int:
    """The array that lies in the value's memory; for a tensor on another device, the storage's address."""
    if values.is_array(value):
        return np.asarray(value)
    if not values.is_tensor(value):
        title = tr("{name} should be a tensor or an array.", name=given(name) or tr("The result"))
        raise Mismatch(title, got=display.value(value), hint=hint, where=where)
    if str(getattr(value, "device", "cpu")) != "cpu":
        return value.untyped_storage().data_ptr()
    return value.detach().numpy()
