"""`raises`: the check that something fails in the right way."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ..translate import tr
from . import display
from .mismatch import Mismatch


def raises(
    error: type[Exception] | tuple[type[Exception], ...],
    fn: Callable[..., Any],
    *args: Any,
    match: str = "",
    name: str = "",
    hint: str = "",
    where: str = "",
    **kwargs: Any,
) -> Exception:
    """Call fn(*args, **kwargs) and return the exception; `Mismatch` unless it is an `error`.

    match: a regular expression that must be found in the exception's text.
    """
    wanted = tr(" or ").join(cls.__name__ for cls in (error if type(error) is tuple else (error,)))
    title = tr("{name} should raise {error}.", name=name or tr("This call"), error=wanted)
    expected = (
        wanted if not match else tr("{error} with a text like {match}", error=wanted, match=repr(match))
    )
    try:
        result = fn(*args, **kwargs)
    except error as raised:
        if re.search(match, str(raised)):
            return raised
        title = tr("{name} should raise another {error}.", name=name or tr("This call"), error=wanted)
        caught, cause = raised, tr("It is the right kind of error, but its text does not say what is wrong.")
    except NotImplementedError as raised:
        caught, cause = raised, tr("The function is not written yet.")
    except Exception as raised:
        caught, cause = raised, tr("It fails, but for another reason: read the error's text.")
    else:
        cause = tr("Nothing is refused: the wrong argument goes through. Check it first, then raise.")
        got = tr("no error; it returned {value}", value=display.value(result))
        raise Mismatch(title, expected=expected, got=got, cause=cause, hint=hint, where=where)
    got = display.exception(caught)
    raise Mismatch(title, expected=expected, got=got, cause=cause, hint=hint, where=where) from caught
