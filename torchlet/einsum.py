"""`einsum`: sums of products, written in letters."""

import math
import string

from .matrices import bmm
from .reductions import sum as total
from .shapes import permute, reshape


def einsum(equation, *operands):
    """Multiplies, sums and rearranges as `equation` says: "ij,jk->ik" is the product of two matrices.

    A letter stands for a dimension; letters missing on the right are summed over; "..." stands for the
    other dimensions; spaces do not count.
    """
    if len(operands) == 1 and isinstance(operands[0], (list, tuple)):
        operands = tuple(operands[0])
    inputs, output, operands = _parsed(equation.replace(" ", ""), operands)
    operands, inputs = zip(
        *[_without_repeats(x, names) for x, names in zip(operands, inputs, strict=True)], strict=True
    )
    result, names = operands[0], inputs[0]
    for i, (x, other) in enumerate(zip(operands[1:], inputs[1:], strict=True), start=2):
        later = set(output).union(*inputs[i:])
        result, names = _pair(result, names, x, other, later)
    summed = [i for i, name in enumerate(names) if name not in output]
    if summed:
        result = total(result, summed)
        names = [name for name in names if name in output]
    return permute(result, [names.index(name) for name in output]) if list(output) != list(names) else result


def _parsed(equation, operands):
    """The names of the dimensions of each operand and of the result, with "..." written out."""
    left, arrow, right = equation.partition("->")
    terms = left.split(",")
    if len(terms) != len(operands):
        if len(terms) > len(operands):
            raise RuntimeError("einsum(): fewer operands were provided than specified in the equation")
        raise RuntimeError("einsum(): more operands were provided than specified in the equation")
    free = [c for c in string.ascii_letters if c not in equation]
    rest = max(
        [
            x._array.ndim - len(term.replace("...", ""))
            for term, x in zip(terms, operands, strict=True)
            if "..." in term
        ],
        default=0,
    )
    dots = free[:rest]
    inputs = []
    for i, (term, x) in enumerate(zip(terms, operands, strict=True)):
        letters = len(term.replace("...", ""))
        if "..." in term:
            missing = x._array.ndim - letters
            names = list(term.replace("...", "".join(dots[rest - missing :])))
        else:
            names = list(term)
        if len(names) != x._array.ndim:
            raise RuntimeError(
                f"einsum(): the number of subscripts in the equation ({letters}) does not match the number of "
                f"dimensions ({x._array.ndim}) for operand {i} and no ellipsis was given"
            )
        inputs.append(names)
    if arrow:
        output = list(right.replace("...", "".join(dots)))
    else:
        every = "".join("".join(names) for names in inputs)
        output = dots + sorted(c for c in set(every) if every.count(c) == 1 and c not in dots)
    for name in output:
        if not any(name in names for names in inputs):
            raise RuntimeError(
                f"einsum(): output subscript {name} does not appear in the equation for any input operand"
            )
    return inputs, output, _stretched(operands, inputs)


def _stretched(operands, inputs):
    """Every name has one length; dimensions of length 1 are stretched to it."""
    lengths = {}
    for x, names in zip(operands, inputs, strict=True):
        for name, n in zip(names, x._array.shape, strict=True):
            known = lengths.get(name, 1)
            if n != 1 and known not in (1, n):
                raise RuntimeError(
                    f"einsum(): subscript {name} has size {n} for operand 1 which does not broadcast with previously "
                    f"seen size {known}"
                )
            lengths[name] = max(known, n) if n else 0
    return [
        x.expand([lengths[name] for name in names]) if names else x
        for x, names in zip(operands, inputs, strict=True)
    ]


def _without_repeats(x, names):
    """ "ii" is a diagonal."""
    names = list(names)
    while len(set(names)) < len(names):
        name = next(n for n in names if names.count(n) > 1)
        a = names.index(name)
        b = names.index(name, a + 1)
        x = x.diagonal(0, a, b)
        names = [n for i, n in enumerate(names) if i not in (a, b)] + [name]
    return x, names


def _pair(x, x_names, y, y_names, later):
    """Two operands into one, as one batched product of matrices; sums over what nobody needs later."""
    only_x = [i for i, n in enumerate(x_names) if n not in y_names and n not in later]
    only_y = [i for i, n in enumerate(y_names) if n not in x_names and n not in later]
    if only_x:
        x, x_names = total(x, only_x), [n for i, n in enumerate(x_names) if i not in only_x]
    if only_y:
        y, y_names = total(y, only_y), [n for i, n in enumerate(y_names) if i not in only_y]
    batch = [n for n in x_names if n in y_names and n in later]
    inner = [n for n in x_names if n in y_names and n not in later]
    rows = [n for n in x_names if n not in y_names]
    columns = [n for n in y_names if n not in x_names]
    length = dict(zip(x_names, x._array.shape, strict=True)) | dict(zip(y_names, y._array.shape, strict=True))

    def size(names):
        return math.prod([length[n] for n in names])

    x = permute(x, [x_names.index(n) for n in batch + rows + inner])
    y = permute(y, [y_names.index(n) for n in batch + inner + columns])
    product = bmm(
        reshape(x, (size(batch), size(rows), size(inner))),
        reshape(y, (size(batch), size(inner), size(columns))),
    )
    names = batch + rows + columns
    return reshape(product, [length[n] for n in names]), names
