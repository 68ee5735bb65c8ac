"""Programs of a few lines, told to PyTorch and to torchlet: what a program shows, and how it ends."""

import collections
import copy
import math
import pickle
import re
import warnings

import numpy as np


class Told:
    """A program told with one of the two modules: what it put into `out`, what it warned of, and how it ended.

    `names`: what the program may use beside the module, which it calls `torch`, and the standard library.
    """

    def __init__(self, module, program, **names):
        given = {
            "torch": module,
            "nn": module.nn,
            "F": module.nn.functional,
            "np": np,
            "math": math,
            "copy": copy,
            "pickle": pickle,
            "collections": collections,
            "out": [],
            "tried": tried,
            **names,
        }
        self.ended = None
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            warnings.filterwarnings(
                "ignore", category=RuntimeWarning, module="torchlet"
            )  # as its import does
            warnings.filterwarnings(
                "ignore", "__array_wrap__ must accept", DeprecationWarning
            )  # of PyTorch's
            try:
                exec(program, given)
            except Exception as error:
                self.ended = _words(error)
        self.shown = _the_same(repr(given["out"]))
        self.warned = [(w.category.__name__, _the_same(str(w.message))) for w in caught]


def tried(function, *args, **kwargs):
    """What the function answers, or the exception."""
    try:
        return function(*args, **kwargs)
    except Exception as error:
        return _words(error)


def paragraphs(text):
    """The programs in a text, apart by empty lines. A line that starts with # is a comment."""
    kept = [line for line in text.splitlines() if not line.startswith("#")]
    return [program.strip() for program in "\n".join(kept).split("\n\n") if program.strip()]


def _words(error):
    return type(error).__name__, _the_same(str(error))


def _the_same(text):
    """Without what cannot agree: the name of the package, addresses, places in C++."""
    text = re.sub(r" \(Triggered internally at [^)]*\)", "", text.replace("torchlet", "torch"))
    return re.sub("0x[0-9a-f]+", "0x", text)
