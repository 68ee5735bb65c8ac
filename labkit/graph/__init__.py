"""The live graph of an expression."""

from .showing import show_graph
from .stepper import graph_stepper

__all__ = ["graph_stepper", "show_graph"]
