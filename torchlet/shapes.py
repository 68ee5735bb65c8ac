"""The same numbers in another shape: views where the memory allows it."""

import math

import numpy

from . import dtypes, errors
from .record import record
from .size import Size
from .views import view as _view


def sizes(args, function="reshape", argument="shape"):
    """A shape given as several ints or as one sequence, as a tuple of ints. TypeError, in the name of `function`, for else."""
    if len(args) == 1 and (not hasattr(args[0], "__index__") or getattr(args[0], "ndim", 0)):
        args = args[0]
        if not isinstance(args, (tuple, list)):
            raise errors.wrong_argument(function, argument, 1, "tuple of ints", args)
        wrong = next((i for i, n in enumerate(args) if not hasattr(n, "__index__")), None)
        if wrong is not None:
            raise TypeError(
                f"{function}(): argument '{argument}' (position 1) must be tuple of ints, but found element of type "
                f"{type(args[wrong]).__name__} at pos {wrong}"
            )
    shape = []
    for position, n in enumerate(args, start=1):
        if not hasattr(n, "__index__"):
            raise TypeError(
                f"{function}(): argument '{argument}' failed to unpack the object at pos {position} with error "
                f'"type must be tuple of ints,but got {type(n).__name__}"'
            )
        shape.append(n.__index__())
    return tuple(shape)


def new_shape(args, function, size=None):
    """The shape of a new tensor, given by place or by name. RuntimeError if a dimension is negative."""
    if not args and size is None:
        raise TypeError(f'{function}() missing 1 required positional arguments: "size"')
    shape = sizes(args or (size,), function, "size")
    negative = next((n for n in shape if n < 0), None)
    if negative is not None and function == "zeros":
        raise RuntimeError("zeros: Dimension size must be non-negative.")
    if negative is not None:
        raise RuntimeError(f"Trying to create tensor with negative dimension {negative}: {list(shape)}")
    return shape


def as_ints(dims):
    """One int or a sequence of ints, as a tuple."""
    return (dims,) if isinstance(dims, int) else tuple(dims)


def _filled_in(shape, numel):
    """The shape with -1 replaced by what is left. RuntimeError if it does not hold `numel` elements."""
    if shape == (-1,):
        return (numel,)
    if shape.count(-1) > 1:
        raise RuntimeError("only one dimension can be inferred")
    for i, n in enumerate(shape):
        if n < -1:
            raise RuntimeError(f"invalid shape dimension {n} at index {i} of shape {list(shape)}")
    known = math.prod([n for n in shape if n != -1])
    if -1 not in shape:
        if known != numel:
            raise RuntimeError(f"shape '{list(shape)}' is invalid for input of size {numel}")
        return shape
    if known == 0 and numel == 0:
        raise RuntimeError(
            f"cannot reshape tensor of 0 elements into shape {list(shape)} because the unspecified dimension size -1 "
            "can be any value and is ambiguous"
        )
    if known == 0 or numel % known:
        raise RuntimeError(f"shape '{list(shape)}' is invalid for input of size {numel}")
    return tuple([numel // known if n == -1 else n for n in shape])


def _shares(out, array):
    """Whether reshaping gave a view and not a copy."""
    return array.size == 0 or array.flags.c_contiguous or numpy.may_share_memory(out, array)


def view(input, *shape, dtype=None):
    """The tensor in another shape, on the same memory; -1 stands for what is left over.

    RuntimeError if its strides do not allow that: `reshape` copies then. `view(dtype)` reads the bytes anew.
    """
    if dtype is not None or (len(shape) == 1 and isinstance(shape[0], dtypes.dtype)):
        return _reinterpreted(input, dtype or shape[0])
    array = input._memory()
    shape = _filled_in(sizes(shape), array.size)
    out = array.reshape(shape)
    if not _shares(out, array):
        raise RuntimeError(
            "view size is not compatible with input tensor's size and stride (at least one dimension spans across two "
            "contiguous subspaces). Use .reshape(...) instead."
        )
    return _view("ViewBackward0", input, out, lambda t: view(t, shape), shape=array.shape)


def _reinterpreted(input, dtype):
    from .copying import detach

    result = detach(input)
    result._array = result._array.view(dtype.np)
    return result


def reshape(input, *lengths, shape=None):
    """The tensor in another shape: a view where its strides allow it, otherwise a copy."""
    shape = lengths if shape is None else (shape,)
    if len(shape) == 1 and isinstance(shape[0], Size):
        shape = tuple(shape[0])
    array = input._memory()
    shape = _filled_in(sizes(shape), array.size)
    out = array.reshape(shape)
    if _shares(out, array):
        return _view("ViewBackward0", input, out, lambda t: view(t, shape), shape=array.shape)
    copy = record("CloneBackward0", (input,), out)
    return record("UnsafeViewBackward0", (copy,), out, shape=array.shape)


def view_as(input, other):
    """`view` in the shape of `other`."""
    return view(input, other._array.shape)


def reshape_as(input, other):
    """`reshape` to the shape of `other`."""
    return reshape(input, other._array.shape)


def flatten(input, start_dim=0, end_dim=-1):
    """The dimensions from `start_dim` to `end_dim` as one."""
    shape = input._array.shape
    a, b = errors.checked_dim(start_dim, len(shape)), errors.checked_dim(end_dim, len(shape))
    if not shape:
        return reshape(input, (1,))
    if a > b:
        raise RuntimeError("flatten() has invalid args: start_dim cannot come after end_dim")
    return input if a == b else reshape(input, (*shape[:a], math.prod(shape[a : b + 1]), *shape[b + 1 :]))


def ravel(input):
    """All elements in one dimension."""
    return reshape(input, (-1,)) if input._array.size else reshape(input, (0,))


def unflatten(input, dim, sizes):
    """Dimension `dim` as several of lengths `sizes`."""
    shape = input._array.shape
    dim = errors.checked_dim(dim, len(shape))
    return view(input, (*shape[:dim], *_filled_in(tuple(sizes), shape[dim]), *shape[dim + 1 :]))


# --- the order of dimensions ---


def permute(input, *places, dims=None):
    """The dimensions in another order, as a view."""
    array = input._memory()
    dims = sizes(places if dims is None else (dims,)) if places or dims else ()
    if len(dims) != array.ndim:
        raise RuntimeError(
            f"permute(sparse_coo): number of dimensions in the tensor input does not match the length of the desired "
            f"ordering of dimensions i.e. input.dim() = {array.ndim} is not equal to len(dims) = {len(dims)}"
        )
    dims = tuple([errors.checked_dim(d, array.ndim) for d in dims])
    if len(set(dims)) != len(dims):
        raise RuntimeError("permute(): duplicate dims are not allowed.")
    inverse = tuple([dims.index(i) for i in range(len(dims))])
    return _view(
        "PermuteBackward0", input, array.transpose(dims), lambda t: permute(t, dims), inverse=inverse
    )


def transpose(input, dim0, dim1):
    """Two dimensions exchanged, as a view."""
    array = input._memory()
    a, b = errors.checked_dim(dim0, array.ndim), errors.checked_dim(dim1, array.ndim)
    out = array.swapaxes(a, b) if array.ndim else array[...]
    return _view("TransposeBackward0", input, out, lambda t: transpose(t, a, b), dim0=a, dim1=b)


swapdims = transpose


def swapaxes(input, axis0, axis1):
    """`transpose` in NumPy's words."""
    return transpose(input, axis0, axis1)


def t(input):
    """A matrix transposed, as a view; a vector or a number as it is. RuntimeError for more dimensions."""
    array = input._memory()
    if array.ndim > 2:
        raise RuntimeError(f"t() expects a tensor with <= 2 dimensions, but self is {array.ndim}D")
    return _view("TBackward0", input, array.T, t)


_BACKWARDS = [tuple(range(ndim))[::-1] for ndim in range(65)]  # NumPy's arrays have 64 dimensions at most


def reversed_dims(input):
    """`x.T`: all dimensions in reverse order, as a view."""
    array = input._memory()
    backwards = _BACKWARDS[array.ndim]
    return _view("PermuteBackward0", input, array.T, reversed_dims, inverse=backwards)


def matrices_transposed(input):
    """`x.mT`: the last two dimensions exchanged, as a view."""
    if input._array.ndim == 0:
        return input
    if input._array.ndim == 1:
        raise RuntimeError(
            f"tensor.mT is only supported on matrices or batches of matrices. Got {input._array.ndim}-D tensor."
        )
    return transpose(input, -2, -1)


def movedim(input, source, destination):
    """Dimensions moved to other places, the rest in their order, as a view."""
    ndim = input._array.ndim
    sources, destinations = list(as_ints(source)), list(as_ints(destination))
    if len(sources) != len(destinations):
        raise RuntimeError(
            f"movedim: Invalid source or destination dims: source ({sources} dims) should contain the same number "
            f"of dims as destination ({destinations} dims)"
        )
    source = [errors.checked_dim(d, ndim) for d in sources]
    destination = [errors.checked_dim(d, ndim) for d in destinations]
    for name, given, dims in (("source", sources, source), ("destination", destinations, destination)):
        if len(set(dims)) < len(dims):
            raise RuntimeError(f"movedim: repeated dim in `{name}` ({given})")
    order = [d for d in range(ndim) if d not in source]
    if not ndim:
        return permute(input, ())
    for place, d in sorted(zip(destination, source, strict=True)):
        order.insert(place, d)
    return permute(input, order)


moveaxis = movedim


# --- dimensions of length 1 ---


def unsqueeze(input, dim):
    """One more dimension, of length 1, at `dim`, as a view."""
    array = input._memory()
    dim = errors.checked_dim(dim, array.ndim + 1)
    out = array.reshape(array.shape[:dim] + (1,) + array.shape[dim:])
    return _view("UnsqueezeBackward0", input, out, lambda t: unsqueeze(t, dim), shape=array.shape)


def squeeze(input, dim=None):
    """Without the dimensions of length 1, or without those of `dim` that have it, as a view."""
    array = input._memory()
    if dim is None:
        name, dims = "SqueezeBackward0", range(array.ndim)
    else:
        name = "SqueezeBackward1" if isinstance(dim, int) else "SqueezeBackward2"
        dims = [errors.checked_dim(d, array.ndim) for d in as_ints(dim)]
    shape = tuple([n for i, n in enumerate(array.shape) if n != 1 or i not in dims])
    return _view(name, input, array.reshape(shape), lambda t: squeeze(t, dim), shape=array.shape)


def expand(input, *lengths, size=None):
    """Dimensions of length 1 repeated without copying, new ones in front, as a view. -1 keeps a length."""
    array = input._memory()
    wanted = sizes(lengths if size is None else (size,))
    extra = len(wanted) - array.ndim
    if extra < 0:
        raise RuntimeError(
            f"expand({_type_of(array)}, size={list(wanted)}): the number of sizes provided ({len(wanted)}) must be "
            f"greater or equal to the number of dimensions in the tensor ({array.ndim})"
        )
    shape = []
    for i, n in reversed(list(enumerate(wanted))):
        old = array.shape[i - extra] if i >= extra else 1
        if n == -1 and i < extra:
            raise RuntimeError(
                f"The expanded size of the tensor (-1) isn't allowed in a leading, non-existing dimension {i}"
            )
        if n not in (-1, old) and old != 1:
            raise RuntimeError(
                f"The expanded size of the tensor ({n}) must match the existing size ({old}) at non-singleton "
                f"dimension {i}.  Target sizes: {list(wanted)}.  Tensor sizes: {list(array.shape)}"
            )
        shape.insert(0, old if n == -1 else n)
    out = numpy.broadcast_to(array, shape)
    if out.size == array.size:  # nothing is repeated
        out = array.reshape(shape)
    fits = ((array.shape, array.dtype),)
    return _view("ExpandBackward0", input, out, lambda t: expand(t, shape), fits=fits)


def _type_of(array):
    return f"torch.{errors.type_word(array.dtype)}Tensor{{{list(array.shape)}}}"


def expand_as(input, other):
    """`expand` to the shape of `other`."""
    return expand(input, other._array.shape)


def broadcast_to(input, size):
    """`expand` to a shape given as one sequence."""
    return expand(input, size)


def broadcast_shapes(*shapes):
    """The shape that tensors of these shapes have together. RuntimeError if they do not fit."""
    together = ()
    for i, shape in enumerate(shapes):
        try:
            together = numpy.broadcast_shapes(together, shape)
        except ValueError:
            k = next(k for k in range(1, len(shape) + 1) if shape[-k] not in (1, together[-k]))
            raise RuntimeError(
                f"Attempting to broadcast a dimension of length {shape[-k]} at {-k}! Mismatching argument at index {i} had "
                f"{tuple(shape)}; but expected shape should be broadcastable to {list(together)}"
            ) from None
    return Size(together)


def common_shape(*shapes):
    """`broadcast_shapes` for operations: RuntimeError names the sizes that do not fit, and the dimension."""
    together = ()
    for shape in shapes:
        try:
            together = numpy.broadcast_shapes(together, shape)
        except ValueError:
            raise errors.not_broadcastable(together, shape) from None
    return Size(together)


def broadcast_tensors(*tensors):
    """All tensors expanded to their common shape."""
    shape = common_shape(*(t._array.shape for t in tensors))
    return tuple([t if t._array.shape == shape else expand(t, shape) for t in tensors])


def atleast_1d(*tensors):
    """The tensor with at least one dimension; a tuple for several tensors, or a list or tuple of them."""
    if len(tensors) != 1:
        return tuple([atleast_1d(t) for t in tensors])
    (input,) = tensors
    if isinstance(input, (list, tuple)):
        return atleast_1d(*input) if len(input) != 1 else (atleast_1d(input[0]),)
    return input if input._array.ndim else reshape(input, (1,))


# --- diagonals and windows ---


def diagonal(input, offset=0, dim1=0, dim2=1):
    """The diagonal of each matrix in dimensions `dim1` and `dim2`, as the last dimension of a view."""
    array = input._memory()
    a, b = errors.checked_dim(dim1, array.ndim), errors.checked_dim(dim2, array.ndim)
    if a == b:
        raise RuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    out = numpy.diagonal(array, offset, a, b)
    out.flags.writeable = array.flags.writeable
    where = {"offset": offset, "dim1": a, "dim2": b}
    return _view("DiagonalBackward0", input, out, lambda t: diagonal(t, **where), shape=array.shape, **where)


def unfold(input, dimension, size, step):
    """Windows of `size` elements along `dimension`, `step` apart, as the last dimension of a view."""
    array = input._memory()
    dim = errors.checked_dim(dimension, array.ndim)
    if not array.ndim and size <= 1:  # a single number is its own window
        return reshape(input, (1,)).narrow(0, 0, size)
    if size > array.shape[dim]:
        raise RuntimeError(
            f"maximum size for tensor at dimension {dim} is {array.shape[dim]} but size is {size}"
        )
    windows = numpy.lib.stride_tricks.sliding_window_view(array, size, dim, writeable=True)
    out = windows[(slice(None),) * dim + (slice(None, None, step),)]
    replay = {"dim": dim, "size": size, "gap": step}
    return _view(
        "UnfoldBackward0", input, out, lambda t: unfold(t, dim, size, step), shape=array.shape, **replay
    )
