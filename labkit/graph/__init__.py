"""The live graph of an expression."""

from .showing import show_graph

__all__ = ["show_graph"]
