"""The misconceptions that a failed comparison is tried on, most specific first.

Each row: a name, the signs by which it shows, and the sentence that the student reads: the cause, then the
next step. A sentence's `{fields}` come from the signs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..translate import mark, tr
from . import signs
from .case import Case


class Misconception(NamedTuple):
    name: str
    fits: Callable[[Case], Any]
    sentence: str


# fmt: off
TABLE = [Misconception(*row) for row in (
    # ------------------------------------------------------------------ something else than numbers
    ("None instead of a gradient", signs.no_gradient, mark(
        "There is no gradient here, only None. Three questions: was backward() called on something "
        "computed from this tensor? Is the tensor a leaf (the result of an operation keeps no .grad)? Did "
        "it ask for gradients (requires_grad=True)?")),
    ("nothing returned", signs.nothing_returned, mark(
        "None is what a function gives when it ends without `return`. Does every way through your "
        "function return the result? A method ending in an underscore or print() may also stand where the "
        "value should.")),
    ("unfinished", signs.unfinished, mark(
        "The placeholder `...` is still there. Put your own expression in its place.")),
    ("function instead of its result", signs.function_itself, mark(
        "This is the function itself, not its result. Call it: add the parentheses.")),
    ("text instead of a number", signs.text_of_number, mark(
        "This is text, not a number. Return the value itself, without quotes, str() or an f-string.")),
    ("list instead of a tensor", signs.plain_list, mark(
        "These are plain Python numbers in a list. Keep the computation in tensors, or turn the list into "
        "one with torch.tensor(...) or torch.stack(...).")),
    # ------------------------------------------------------------------ another shape
    ("empty", signs.empty, mark(
        "There is nothing in it. Is the line that puts something in ever reached, and does `return` stand "
        "behind the loop?")),
    ("transposed", signs.transposed, mark(
        "These are the expected numbers transposed: rows and columns are exchanged. Which dimension "
        "counts what? A .T, or the other order of the two factors, may be all that is missing.")),
    ("wrong axis", signs.wrong_axis, mark(
        "This is the result along dimension {taken}, and dimension {right} is meant. The `dim` you name "
        "is the one that disappears.")),
    ("kept or lost a dimension of size 1", signs.dimension_of_one, mark(
        "The numbers are right, but their shape is {got} where {expected} is meant: a dimension of size 1 "
        "is too many or too few. Look at keepdim, unsqueeze, squeeze, and whether you index with 0 or "
        "with 0:1.")),
    ("not reduced", signs.not_reduced, mark(
        "One {how} of this gives the expected result. If an input was stretched by broadcasting, its "
        "gradient is the sum over the stretched dimension; if a loss was asked for, the reduction is "
        "missing.")),
    ("reduced too far", signs.reduced_too_far, mark(
        "This is the {how} of the expected result: something was added up or averaged that should stay "
        "apart.")),
    ("broadcast to (n, n)", signs.square_by_broadcast, mark(
        "({n}, {n}) appears when a column ({n}, 1) meets a flat ({n},): broadcasting pairs every element "
        "with every other. Bring both to one shape first, with .view(-1), .squeeze(1) or .unsqueeze(1).")),
    ("same numbers, other shape", signs.same_numbers_other_shape, mark(
        "The numbers are right and in the right order; only the shape differs. Give the result the shape "
        "{expected}, for example with .reshape.")),
    # ------------------------------------------------------------------ the same shape
    ("nan", signs.not_a_number, mark(
        "Nan comes from 0/0, inf − inf, 0·inf or the root or log of a negative number. In a gradient, "
        "look for a `where` or `if`: the branch that is not taken still multiplies 0 by an infinite "
        "derivative. Make its argument harmless before the function, not its result afterwards.")),
    ("infinite", signs.infinite, mark(
        "Inf comes from a division by zero, the log of 0 or an exp that overflows. Which step receives "
        "such a value?")),
    ("float32 rounding", signs.single_precision, mark(
        "The first six or seven digits agree, which is all that float32 can hold. Somewhere a value is "
        "float32 where float64 is needed: look at the dtype of the inputs and of every tensor you create.")),
    ("nothing arrived", signs.nothing_arrived, mark(
        "Everything is zero, so nothing arrived. Was the gradient cleared after backward() instead of "
        "before it, or is the buffer that you return never written to?")),
    ("upstream gradient forgotten", signs.upstream_forgotten, mark(
        "This is the local derivative alone. The chain rule multiplies it by the upstream gradient, the "
        "one that arrives from the output's side.")),
    ("upstream gradient twice", signs.upstream_twice, mark(
        "The upstream gradient is multiplied in twice. Each step multiplies it by its local derivative "
        "once.")),
    ("local derivative forgotten", signs.upstream_alone, mark(
        "This is the upstream gradient, passed on unchanged. Multiply it by the local derivative of your "
        "operation.")),
    ("one branch only", signs.one_branch, mark(
        "Only one of the branches arrived. A value that is used in several places receives a gradient "
        "from each, and they add up: accumulate with += instead of replacing with =.")),
    ("input unchanged", signs.input_unchanged, mark(
        "This is the input, unchanged. Is the result of your computation thrown away? Operations without "
        "a trailing underscore return a new tensor.")),
    ("sign flipped", signs.sign_flipped, mark(
        "The sign is flipped everywhere. Look for a difference taken the other way round, or for the "
        "minus in a derivative (1/x, cos, a − b by b).")),
    ("whole numbers", signs.whole_numbers, mark(
        "The fractions are cut off. An integer dtype, `//` or int() does that: compute with "
        "floating-point numbers.")),
    ("counted off by one", signs.counted_off_by_one, mark(
        "This is off by exactly one: {got} instead of {expected}. Look at both ends of the range: is the "
        "first, or the last, included?")),
    ("summed instead of averaged", signs.summed_not_averaged, mark(
        "This is {n} times the expected value: a sum over {n} where the mean is asked for. Divide by the "
        "number of elements, or use .mean().")),
    ("averaged instead of summed", signs.averaged_not_summed, mark(
        "This is the expected value divided by {n}: a mean over {n} where the sum is asked for.")),
    ("divided by N", signs.divided_by_n, mark(
        "This divides by N = {n}, and PyTorch's std and var divide by N − 1 unless told otherwise.")),
    ("divided by N - 1", signs.divided_by_n_minus_one, mark(
        "This divides by N − 1 = {n} − 1, as PyTorch's std and var do by default; here the division by N "
        "is meant.")),
    ("doubled", signs.doubled, mark(
        "This is exactly twice the expected value. Gradients accumulate: was .grad cleared before "
        "backward() ran again? Otherwise one contribution is counted twice.")),
    ("halved", signs.halved, mark(
        "This is exactly half of the expected value. Is one of two equal contributions missing, or the 2 "
        "from the derivative of a square?")),
    ("whole multiple", signs.whole_multiple, mark(
        "This is exactly {k} times the expected value. Is it a sum over {k} where a mean is asked for? Or, "
        "for a gradient, did backward() run {k} times without clearing .grad?")),
    ("whole fraction", signs.whole_fraction, mark(
        "This is the expected value divided by exactly {k}. Is it a mean over {k} where a sum is asked "
        "for, or does only one of {k} equal contributions arrive?")),
    ("constant off by one", signs.constant_off_by_one, mark(
        "This is off by exactly one: {got} instead of {expected}. Is a constant 1 missing or surplus, or "
        "a derivative such as that of x, which is 1?")),
    ("shifted", signs.shifted, mark(
        "These are the expected numbers moved by one place. Look at where the range or the slice begins.")),
    ("other order", signs.other_order, mark(
        "These are the expected numbers in another order. Look at how rows, columns or arguments are "
        "ordered.")),
    ("squared", signs.squared, mark(
        "This is the square of what is expected. Is a square root missing?")),
    ("root taken", signs.root_taken, mark(
        "This is the square root of what is expected. Is a square missing?")),
    ("reciprocal", signs.reciprocal, mark(
        "This is one divided by what is expected: are numerator and denominator exchanged?")),
    ("few digits", signs.few_digits, mark(
        "It is close: about {digits} digits agree. The formula is probably right and the numbers too "
        "coarse: look at rounding, the dtype, or the size of a step h.")),
)]

STILL_ATTACHED = Misconception("still attached to the graph", signs.attached, mark(
    "This value still hangs on its computational graph and keeps all of it in memory. Where only the "
    "number is wanted, take .item(); for a tensor without history, .detach()."))
ASKS_ITSELF = Misconception("leaf that requires grad", signs.asks_itself, mark(
    "This is a leaf that asks for gradients itself (requires_grad=True), so whatever is computed from it "
    "is recorded. Where only the number is wanted, take .item(); for a tensor that asks for none, .detach()."))
CUT_FROM_GRAPH = Misconception("cut from the graph", signs.detached, mark(
    "This value has no history, so no gradient can flow through it. .item(), .detach(), .data, NumPy, "
    "torch.tensor(...) of a tensor, and everything under no_grad cut the graph."))
# fmt: on


def find(case: Case, table: list[Misconception] = TABLE) -> tuple[Misconception, dict[str, Any]] | None:
    """The first misconception that fits, with the fields of its sentence."""
    with np.errstate(all="ignore"):
        for row in table:
            if fields := row.fits(case):
                return row, fields if type(fields) is dict else {}
    return None


def explain(case: Case, table: list[Misconception] = TABLE) -> str | None:
    """The sentence of the first misconception that fits, else None."""
    found = find(case, table)
    return None if found is None else tr(found[0].sentence, **found[1])
