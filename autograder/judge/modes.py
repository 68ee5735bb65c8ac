"""What a caller has switched on and the callee must obey: grad mode and default dtype of each framework."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import Any

NAMES = ("torch", "torchlet")


def current() -> tuple:
    """The modes here that are not the usual ones, as a plain value: (name, grad enabled, default dtype)."""
    found = []
    for name in NAMES:
        module = sys.modules.get(name)
        if module is not None and hasattr(module, "get_default_dtype"):
            enabled, dtype = module.is_grad_enabled(), module.get_default_dtype()
            if not enabled or dtype is not module.float32:
                found.append((name, enabled, str(dtype)))
    return tuple(found)


def recording() -> dict[str, bool]:
    """Whether each framework that is loaded here records operations."""
    modules = {name: sys.modules.get(name) for name in NAMES}
    return {
        name: module.is_grad_enabled()
        for name, module in modules.items()
        if hasattr(module, "set_grad_enabled")
    }


def record(left: Any) -> None:
    """Switch recording as code of the other side has left it: pairs of a framework's name and whether it records."""
    for name, enabled in left:
        if name in recording():
            sys.modules[name].set_grad_enabled(enabled)


@contextlib.contextmanager
def under(modes: Any) -> Iterator[None]:
    """Run with the modes of the other side. What is no mode, or of a framework that is not here, is ignored."""
    wanted = {name: (enabled, dtype) for name, enabled, dtype in modes}
    with contextlib.ExitStack() as stack:
        for name in NAMES:
            module = sys.modules.get(name)
            if module is None or not hasattr(module, "get_default_dtype"):
                continue
            enabled, dtype = wanted.get(name, (True, "torch.float32"))
            if module.is_grad_enabled() != enabled:
                stack.enter_context(module.enable_grad() if enabled else module.no_grad())
            before = module.get_default_dtype()
            if str(before) != dtype and dtype in ("torch.float16", "torch.float32", "torch.float64"):
                stack.callback(module.set_default_dtype, before)
                module.set_default_dtype(getattr(module, dtype.removeprefix("torch.")))
        yield
