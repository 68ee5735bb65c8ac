"""What a check says when nothing is wrong: that it is passed, or that something is still to be written."""

from __future__ import annotations

from types import TracebackType

from ..translate import given, tr


def passed(name: str, other: str = "") -> None:
    """Print that `name` passes this check; with `other`, that both do."""
    if other:
        print(tr("{name} and {other} pass this check.", name=name, other=other))
    else:
        print(tr("{name} passes this check.", name=name))


def right(sentence: str, *values: object) -> None:
    """Print a sentence about an answer that is right, and behind it values to look at."""
    print(given(sentence), *values)


class gaps:
    """`with gaps():` a block that calls what the student may not have written yet: at a stub, a sentence says so.

    sentence: said in place of the usual one. Errors that are no stub's pass as they are.
    """

    def __init__(self, sentence: str = ""):
        self.sentence = sentence

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> bool:
        if type(error) is not NotImplementedError or error.args or error.__context__ is not None:
            return False  # libraries say what they do not implement
        print(
            given(self.sentence)
            or tr(
                "A gap in the cell above is still empty. "
                "Write your code in place of `raise NotImplementedError()`, and run both cells again."
            )
        )
        return True
