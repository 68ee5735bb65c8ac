"""`raises`: the check that something fails in the right way."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ..translate import given, tr
from . import display
from .mismatch import Mismatch


def raises(
    error: type[Exception] | tuple[type[Exception], ...],
    fn: Callable[..., Any],
    *args: Any,
    match: str = "",
    saying: str = "",
    name: str = "",
    hint: str = "",
    where: str = "",
    **kwargs: Any,
) -> Exception:
    """Call fn(*args, **kwargs) and return the exception; `Mismatch` unless it is an `error`.

    match: a regular expression that must be found in the exception's text.
    saying: what the text has to say, in words ("a text that names both shapes"), for those who see it fail;
        needed where `match` is not plain text.
    """
    wanted = tr(" or ").join(cls.__name__ for cls in (error if type(error) is tuple else (error,)))
    title = tr("{name} should raise {error}.", name=given(name) or tr("This call"), error=wanted)
    expected = _expected(wanted, match, saying)
    try:
        result = fn(*args, **kwargs)
    except error as raised:
        if re.search(match, str(raised)):
            return raised
        title = tr("{name} should raise another {error}.", name=given(name) or tr("This call"), error=wanted)
        caught, cause = raised, tr("It is the right kind of error, but its text does not say what is wrong.")
    except NotImplementedError as raised:
        caught, cause = raised, tr("The function is not written yet.")
    except Exception as raised:
        caught, cause = raised, tr("It fails, but for another reason: read the error's text.")
    else:
        cause = tr(
            "Nothing is refused. Check first, then `raise` the error: to print or return it does not stop anybody."
        )
        got = tr("no error; it returned {value}", value=display.value(result))
        raise Mismatch(title, expected=expected, got=got, cause=cause, hint=hint, where=where)
    got = display.exception(caught)
    raise Mismatch(title, expected=expected, got=got, cause=cause, hint=hint, where=where) from caught


def _expected(wanted: str, match: str, saying: str) -> str:
    """What should be raised, without a regular expression in it."""
    if not match:
        return wanted
    plain = re.sub(r"\\([^\w\s]| )", "", match)
    if saying:
        return tr("{error} with {saying}", error=wanted, saying=given(saying))
    if any(sign in plain for sign in r"\.*+?|()[]{}^$"):
        return tr("{error} with a text that says what is wrong", error=wanted)
    return tr('{error} with "{text}" in its text', error=wanted, text=re.sub(r"\\(.)", r"\1", match))
