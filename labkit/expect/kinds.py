"""Checks on what a result is: its shape, dtype and type, and whether it hangs on a graph."""

from __future__ import annotations

from typing import Any, NoReturn

from ..translate import given, tr
from . import display, values
from .case import Case
from .misconceptions import ASKS_ITSELF, CUT_FROM_GRAPH, STILL_ATTACHED, TABLE, explain
from .mismatch import Mismatch


def shape(got: Any, want: tuple[int, ...], *, name: str = "", hint: str = "", where: str = "") -> None:
    """Raise `Mismatch` unless `got` (a number, array, tensor or even list) has the shape `want`."""
    found = _read(got, name, hint, where, tr("an array of shape {shape}", shape=tuple(want)))
    if found.shape != tuple(want):
        _fail(tr("{name} has the wrong shape."), name, str(tuple(want)), str(found.shape), hint, where)


def dtype(got: Any, want: Any, *, name: str = "", hint: str = "", where: str = "") -> None:
    """Raise `Mismatch` unless `got` has the dtype `want`: torch.float32, np.float32 or "float32"."""
    found = _read(got, name, hint, where, tr("a tensor or array"))
    if found.source == "number":
        _fail(tr("{name} has no dtype."), name, values.dtype_name(want), display.value(got), hint, where)
    if found.dtype != values.dtype_name(want):
        _fail(tr("{name} has the wrong dtype."), name, values.dtype_name(want), found.dtype, hint, where)


def type_(
    got: Any, want: type | tuple[type, ...], *, name: str = "", hint: str = "", where: str = ""
) -> None:
    """Raise `Mismatch` unless the class of `got` is `want` or derived from it (one of them, for a tuple).

    A tensor class stands for the tensors of torchlet and PyTorch alike, and True is no int.
    """
    wanted = want if type(want) is tuple else (want,)
    if any(_is(got, cls) for cls in wanted):
        return
    expected = tr(" or ").join(cls.__name__ for cls in wanted)
    case = Case(got, _try(got), None, {}, name)
    cause = explain(case, [STILL_ATTACHED, ASKS_ITSELF, *TABLE])
    found = values.type_name(got)
    if found == expected:  # NumPy has a bool of its own
        found = f"{type(got).__module__}.{found}"
    shown = f"{found}: {display.value(got)}" if case.found else display.value(got)
    _fail(tr("{name} has the wrong type."), name, expected, shown, hint, where, cause)


def attached(got: Any, *, name: str = "", hint: str = "", where: str = "") -> None:
    """Raise `Mismatch` unless `got` is a tensor through which gradients flow (`requires_grad`)."""
    found = _read(got, name, hint, where, tr("a tensor that requires grad"))
    if not found.requires_grad:
        cause = tr(CUT_FROM_GRAPH.sentence)
        text = tr("{name} should be connected to the graph.")
        _fail(text, name, tr("a tensor that requires grad"), display.value(got), hint, where, cause)


def detached(got: Any, *, name: str = "", hint: str = "", where: str = "") -> None:
    """Raise `Mismatch` unless `got` is a number, array or tensor without a graph behind it."""
    found = _read(got, name, hint, where, tr("a value without a graph"))
    if found.requires_grad:
        cause = explain(Case(got, found, None, {}, name), [STILL_ATTACHED, ASKS_ITSELF])
        text = tr("{name} should not be connected to a graph.")
        _fail(text, name, tr("a value without a graph"), display.value(got), hint, where, cause)


def true(condition: Any, message: str, *, hint: str = "", where: str = "") -> None:
    """Raise `Mismatch` with `message` unless `condition` is True (a bool, NumPy bool or 0-d bool tensor)."""
    found = _try(condition)
    if found is None or found.array.dtype.kind != "b" or found.shape != ():
        raise Mismatch(given(message), expected="True", got=display.value(condition), hint=hint, where=where)
    if not found.array[()]:
        raise Mismatch(given(message), hint=hint, where=where)


def _read(got: Any, name: str, hint: str, where: str, expected: str) -> values.Numbers:
    found = _try(got)
    if found is None:
        cause = explain(Case(got, None, None, {}, name))
        _fail(tr("{name} is not what was expected."), name, expected, display.value(got), hint, where, cause)
    return found


def _try(got: Any) -> values.Numbers | None:
    try:
        return values.read_nested(got) or values.read(got)
    except values.Unreadable:
        return None


def _fail(title, name, expected, got, hint, where, cause=None) -> NoReturn:
    title = title.format(name=given(name) or tr("The result"))
    raise Mismatch(title, expected=expected, got=got, cause=cause, hint=hint, where=where)


def _is(got: Any, wanted: type) -> bool:
    if values.is_tensor_type(wanted):
        return values.is_tensor(got)
    try:
        return isinstance(got, wanted) and not (type(got) is bool and wanted is int)
    except Exception:  # an object that even refuses to say its class
        return False
