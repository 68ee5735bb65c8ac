"""Whether an object of the student's equals a plain value, or contains it: only who knows the value can tell it from others."""

from __future__ import annotations

import math
import random
from typing import Any

from autograder.judge.origins import DIRECT, HandleError, Held, refusal
from autograder.judge.telling import agree, check

OTHERS = 127  # values that a comparison with a plain value asks about besides


def is_equal(operation: str, left: Any, right: Any, asked: Held, plain: Any) -> Any:
    """`Fraction(1, 2) == 0.5` asks the class; what takes part in the place of a number must not say yes to any.

    A method may give back an object of the class instead of the number that the test wants, and that object could
    be larger than, or equal to, whatever it is compared with.
    """
    if asked._told_ is not None:
        wanted = agree(asked._told_.number, plain) is (operation == "eq")
        return check(
            asked._judge_.do(operation, left, right),
            wanted if asked._told_.number is not None else None,
            asked,
        )
    others = others_like(plain, texts=asked._origin_ == DIRECT)
    if not others and asked._origin_ != DIRECT:
        raise HandleError(refusal(asked))
    asked_about = [plain, *others]
    order = random.SystemRandom().sample(range(len(asked_about)), len(asked_about))
    said = {}
    for i in order:
        operands = (left, asked_about[i]) if asked is left else (asked_about[i], right)
        said[i] = asked._judge_.do(operation, *operands)
    unequal = operation == "ne"
    more = sum(said[i] is not unequal for i in order if i)
    # A class under test may hold several numbers for equal, as those modulo 7.
    if said[0] is not unequal and more > (len(others) // 2 if asked._origin_ == DIRECT else 0):
        raise HandleError(
            f"an object of the class {type(asked).__name__} came back in the place of a plain value, and says "
            "that it equals other values as well: give back the value"
        )
    return said[0]


def contains(thing: Held, item: Any) -> bool:
    """An object that came back instead of a list, and cannot be gone through: it must not contain most of all values."""
    others = others_like(item)
    asked = random.SystemRandom().sample([item, *others], len(others) + 1) if others else []
    said = [(each, thing._judge_.do("contains", thing, each)) for each in asked]
    if not said or sum(found is True for _, found in said) > len(said) / 4:
        raise HandleError(refusal(thing))
    return next(found is True for each, found in said if each is item)


def others_like(value: Any, texts: bool = False) -> list:
    """Values like this one, with other numbers (and texts) in it: only who knows it can tell it from them."""
    draw = random.SystemRandom()
    middle = draw.uniform(-1, 1)  # where among the others it stands tells nothing
    made = (_vary(value, draw, middle, texts) for _ in range(OTHERS))
    return [other for other in made if other != value]


def _vary(value: Any, draw: random.Random, middle: float, texts: bool) -> Any:
    if type(value) in (list, tuple):
        return type(value)(_vary(each, draw, middle, texts) for each in value)
    if type(value) is dict:
        return {key: _vary(each, draw, middle, texts) for key, each in value.items()}
    if type(value) is str and texts:
        return "".join(draw.choice("abcdefghijklmnopqrstuvwxyz") for _ in value)
    if type(value) not in (int, float) or (type(value) is float and not math.isfinite(value)):
        return value
    size = int(min(max(100, 2 * abs(value)), 10**15)) if abs(value) < 10**300 else 10**15
    away = (draw.uniform(-1, 1) + middle) * size
    if type(value) is int:
        return value + int(away)
    decimals = len(repr(value).partition(".")[2])
    return round(value + away, min(decimals, 15))
