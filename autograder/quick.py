"""Imported before anything else where a process should start quickly: leaves out what takes long and is not used.

jsonschema, which nbformat imports, builds a grammar of international addresses (`rfc3987_syntax`) at import, which
takes a second; with `isoduration` comes a library of dates. No notebook's schema asks for such an address or duration,
and jsonschema does without where they are not installed.

nbgrader's `__init__` imports its extensions of the Jupyter server, and with them the server, whichever of its modules
is wanted. It runs when something is asked for that is not a module.

Importing makes many objects and no garbage, and so do notebooks: garbage is looked for less often than usual.
"""

import gc
import sys
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from typing import Any

gc.set_threshold(50_000, 20, 20)


def _nbgrader_without_server() -> None:
    if "nbgrader" in sys.modules or (spec := find_spec("nbgrader")) is None:
        return
    package = module_from_spec(spec)

    def rest(name: str) -> Any:
        if name.startswith("__") or find_spec(f"nbgrader.{name}"):  # a module: whoever asks imports it then
            raise AttributeError(f"module 'nbgrader' has no attribute {name!r}")
        del package.__getattr__
        spec.loader.exec_module(package)
        return getattr(package, name)

    package.__getattr__ = rest
    sys.modules["nbgrader"] = package
    package.__version__ = import_module("nbgrader._version").__version__


for _name in ("rfc3987_syntax", "isoduration"):
    sys.modules.setdefault(_name, None)
_nbgrader_without_server()
