"""New tensors: from Python data, filled, counted out, or random."""

import math

import numpy

from . import dtypes, errors, random, scalars
from .devices import cpu, place
from .shapes import new_shape, sizes
from .tensor import Tensor, wrap


def made(array, dtype, device, requires_grad, copied=False):
    """The tensor around a new array: what all constructors end with. `dtype`, `device`: None to leave them.

    `copied`: the values come from Python, so a GPU has to copy them, while zeros or random ones are made there.
    """
    if dtype is not None and array.dtype is not dtype.np:
        array = array.astype(dtype.np, copy=False)
    if array.ndim == 0:
        array = array[()]
    result = wrap(array)
    if device is not None:
        where = place(device)
        if where is not cpu:
            backend = where.backend
            result = wrap(backend.upload(array) if copied else backend.launched("fill", array), where)
    if requires_grad:
        if array.dtype.kind != "f":
            raise errors.only_floating()
        result._requires_grad = True
    return result


def as_dtype(dtype):
    """A `dtype` argument as one of ours: Python's float, int and bool stand for the widest; None stays."""
    if dtype is None or type(dtype) is dtypes.dtype:
        return dtype
    try:
        return dtypes.OF_PYTHON[dtype]
    except (KeyError, TypeError):
        raise TypeError(f"expected a torch.dtype, got {dtype!r}: torch.float32, torch.int64, …") from None


def _or_default(dtype):
    return as_dtype(dtype) or dtypes.get_default_dtype()


# --- from data ---


def tensor(data, *, dtype=None, device=None, requires_grad=False, pin_memory=False):
    """A new tensor with a copy of `data`: a number, nested sequences of numbers, an array or a tensor.

    Without `dtype`, Python floats become float32 (the default dtype), ints int64, bools bool; arrays and tensors
    keep theirs. ValueError for ragged sequences, TypeError or RuntimeError for what is no number.
    """
    dtype = as_dtype(dtype)
    if isinstance(data, Tensor):
        array = numpy.array(data._host_array())
        device = device or data._device
    elif isinstance(data, (numpy.ndarray, numpy.generic)):
        array = numpy.array(data)
        dtypes.of(array.dtype)
    else:
        array = _from_python(data, dtype)
    return made(array, dtype, device, requires_grad, copied=True)


def _from_python(data, dtype):
    if isinstance(data, (str, bytes)):
        raise TypeError(f"new(): invalid data type '{type(data).__name__}'")
    if isinstance(data, (list, tuple)):
        data = _without_tensors(data)
        shape = _checked_shape(data)
    else:
        shape = ()
    if dtype is None:
        kind = _kind(data)
        dtype = {"f": dtypes.get_default_dtype(), "i": dtypes.int64, "b": dtypes.bool}[kind]
    elif dtype.category == 1:
        _check_range(data, dtype)
    try:
        return numpy.array(data, dtype.np).reshape(shape)
    except OverflowError:
        if dtype is dtypes.int64 or dtype.category != 1:
            raise ValueError("Overflow when unpacking long long") from None
        return numpy.array(data, dtypes.int64.np).reshape(shape).astype(dtype.np)
    except (TypeError, ValueError) as error:
        raise TypeError(f"not a sequence of numbers: {error}") from None


def _check_range(data, dtype):
    """RuntimeError for Python numbers that an integer dtype cannot hold. uint8 takes ints from -255, and wraps them."""
    numbers = numpy.array(data)
    if numbers.dtype.kind not in "if":
        return
    limits = numpy.iinfo(dtype.np)
    low = limits.min if dtype.is_signed or numbers.dtype.kind == "f" else -limits.max
    if not ((numbers >= low) & (numbers <= limits.max)).all():
        raise RuntimeError(f"value cannot be converted to type {dtype.name} without overflow")


def _without_tensors(data):
    """Nested sequences with each 0-d tensor or NumPy number as a Python number, tensors as lists."""
    return [
        _without_tensors(v)
        if isinstance(v, (list, tuple))
        else v.tolist()
        if isinstance(v, (Tensor, numpy.ndarray, numpy.generic))
        else v
        for v in data
    ]


def _checked_shape(data, dim=0):
    """The shape of nested lists. ValueError where lists of one level differ in length."""
    if not isinstance(data, list):
        return ()
    inner = [_checked_shape(v, dim + 1) for v in data]
    for v, shape in zip(data, inner, strict=True):
        if shape != inner[0]:
            if isinstance(v, list) and isinstance(data[0], list) and len(v) != len(data[0]):
                raise ValueError(
                    f"expected sequence of length {len(data[0])} at dim {dim + 1} (got {len(v)})"
                )
            if not isinstance(v, list):
                raise TypeError("not a sequence")
            raise TypeError("'list' object cannot be interpreted as an integer")
    return (len(data), *(inner[0] if inner else ()))


def _kind(data):
    """Whether the numbers are floats ("f"), ints ("i") or bools ("b"); an empty list counts as floats."""
    if isinstance(data, list):
        kinds = {_kind(v) for v in data} or {"f"}
        return "f" if "f" in kinds else "i" if "i" in kinds else "b"
    if isinstance(data, bool):
        return "b"
    if isinstance(data, int):
        return "i"
    if isinstance(data, float):
        return "f"
    if hasattr(data, "__float__"):
        return "f"
    if data is None:
        raise RuntimeError("Could not infer dtype of NoneType")
    if isinstance(data, str):
        raise ValueError("too many dimensions 'str'")
    raise RuntimeError(f"Could not infer dtype of {type(data).__name__}")


def as_tensor(data, dtype=None, device=None):
    """`data` as a tensor, without copying if it is a tensor or an array that fits."""
    if isinstance(data, Tensor):
        return data.to(device=device or data._device, dtype=as_dtype(dtype) or data.dtype)
    if isinstance(data, numpy.ndarray):
        return from_numpy(data).to(device=device or cpu, dtype=as_dtype(dtype) or dtypes.of(data.dtype))
    return tensor(data, dtype=dtype, device=device)


def asarray(obj, *, dtype=None, device=None, copy=None, requires_grad=False):
    """`as_tensor` for whatever holds numbers. `copy`: True always copies, False refuses to."""
    made = as_tensor(obj, dtype, device)
    if copy is False and not (isinstance(obj, (Tensor, numpy.ndarray)) and _shares(made, obj)):
        raise ValueError(
            "unable to create an alias of the object: its numbers would have to be copied or converted."
        )
    if copy and isinstance(obj, (Tensor, numpy.ndarray)) and _shares(made, obj):
        made = made.detach().clone()
    return made.requires_grad_() if requires_grad else made


def _shares(tensor, source):
    memory = source._memory() if isinstance(source, Tensor) else source
    return numpy.may_share_memory(tensor._memory(), memory)


def from_numpy(ndarray):
    """A tensor on the memory of a NumPy array: writing to one is seen in the other."""
    if not isinstance(ndarray, numpy.ndarray):
        raise TypeError(f"expected np.ndarray (got {type(ndarray).__name__})")
    dtypes.of(ndarray.dtype)
    if any(stride < 0 for stride in ndarray.strides):
        raise ValueError(
            "At least one stride in the given numpy array is negative, and tensors with negative strides are not "
            "currently supported. (You can probably work around this by making a copy of your array  with "
            "array.copy().) "
        )
    result = wrap(ndarray)
    result._writes = [0]
    return result


def rebuilt(cls, array, device, requires_grad):
    """What unpickling calls."""
    result = made(array, None, device if device.type != "cpu" else None, requires_grad, copied=True)
    return result if cls is Tensor else result.as_subclass(cls)


# --- filled ---


def zeros(*lengths, size=None, dtype=None, device=None, requires_grad=False):
    """A tensor of zeros of shape `size` (several ints or one sequence)."""
    return made(
        numpy.zeros(new_shape(lengths, "zeros", size), _or_default(dtype).np), None, device, requires_grad
    )


def ones(*lengths, size=None, dtype=None, device=None, requires_grad=False):
    """A tensor of ones of shape `size`."""
    return made(
        numpy.ones(new_shape(lengths, "ones", size), _or_default(dtype).np), None, device, requires_grad
    )


def empty(
    *lengths, size=None, dtype=None, device=None, requires_grad=False, pin_memory=False, memory_format=None
):
    """A tensor of shape `size` with whatever was in memory before."""
    return made(
        numpy.empty(new_shape(lengths, "empty", size), _or_default(dtype).np), None, device, requires_grad
    )


def full(size, fill_value, *, dtype=None, device=None, requires_grad=False):
    """A tensor of shape `size`, each element `fill_value`; its dtype is that of the number if none is given."""
    if isinstance(fill_value, Tensor):
        fill_value = fill_value.item()
    elif not scalars.is_number(fill_value):
        raise errors.wrong_argument("full", "fill_value", 2, "Number", fill_value)
    dtype = as_dtype(dtype) or dtypes.result_type(fill_value)
    number = scalars.element(fill_value, dtype.np)
    if not isinstance(size, (tuple, list)):
        raise errors.wrong_argument("full", "size", 1, "tuple of ints", size)
    return made(numpy.full(new_shape((size,), "full"), number), None, device, requires_grad)


def scalar_tensor(s, *, dtype=None, device=None, requires_grad=False):
    """A 0-d tensor of the default dtype."""
    dtype = _or_default(dtype)
    return made(numpy.asarray(scalars.stored(s, dtype.np)), None, device, requires_grad)


def eye(n, m=None, *, dtype=None, device=None, requires_grad=False):
    """The n×n (or n×m) matrix with ones on the diagonal."""
    for name, length in (("n", n), ("m", m)):
        if length is not None and length < 0:
            raise RuntimeError(f"{name} must be greater or equal to 0, got {length}")
    return made(numpy.eye(n, m, dtype=_or_default(dtype).np), None, device, requires_grad)


def like(constructor):
    """The twin of a constructor that takes shape, dtype and device of another tensor: zeros_like, …"""

    def function(input, *values, dtype=None, device=None, requires_grad=False, memory_format=None, **named):
        return constructor(
            input._array.shape,
            *values,
            dtype=dtype or input.dtype,
            device=device or input._device,
            requires_grad=requires_grad,
            **named,
        )

    function.__name__ = function.__qualname__ = constructor.__name__ + "_like"
    function.__doc__ = f"`{constructor.__name__}` of the shape, dtype and device of `input`."
    return function


zeros_like, ones_like, empty_like, full_like = like(zeros), like(ones), like(empty), like(full)


# --- counted out ---


def arange(start=0, end=None, step=1, *, dtype=None, device=None, requires_grad=False):
    """The numbers from `start` up to and without `end` in steps: int64 if all three are ints, else floating."""
    if end is None:
        start, end = 0, start
    start, end, step = (v.item() if isinstance(v, Tensor) else v for v in (start, end, step))
    if step == 0:
        raise RuntimeError("step must be nonzero")
    if (end - start) / step < 0:
        raise RuntimeError("upper bound and lower bound inconsistent with step sign")
    if dtype is None:
        whole = all(isinstance(v, int) for v in (start, end, step))
        dtype = dtypes.int64 if whole else dtypes.get_default_dtype()
    dtype = as_dtype(dtype)
    for limit in (start, end):
        if not math.isfinite(limit):
            raise RuntimeError(f"unsupported range: {start} -> {end}")
    if not dtype.is_floating_point:
        start, end, step = int(start), int(end), int(step)
    count = math.ceil((end - start) / step)
    if dtype.is_floating_point:
        array = start + numpy.arange(count, dtype=numpy.float64) * step
    else:
        array = start + numpy.arange(count) * step
    return made(array, dtype, device, requires_grad)


def _limits(function, start, end, steps):
    """Both limits as numbers, and the number of steps. TypeError or RuntimeError for what is none."""
    whole = isinstance(steps, int) or hasattr(steps, "__index__")
    if not whole or not all(isinstance(v, Tensor) or scalars.is_number(v) for v in (start, end)):
        raise errors.no_overload(
            function,
            *(start, end, steps),
            forms=tuple([f"{kind} start, {kind} end, int steps" for kind in ("Tensor", "Number")]),
        )
    limits = [(k, v._array.ndim) for k, v in (("start", start), ("end", end)) if isinstance(v, Tensor)]
    if any(ndim for _, ndim in limits):
        got = " and ".join([f"{name} with {ndim} dimension(s)" for name, ndim in limits])
        raise RuntimeError(f"{function} only supports 0-dimensional start and end tensors, but got {got}.")
    if steps < 0:
        raise RuntimeError("number of steps must be non-negative")
    return (*(v.item() if isinstance(v, Tensor) else v for v in (start, end)), steps.__index__())


def linspace(start, end, steps, *, dtype=None, device=None, requires_grad=False):
    """`steps` numbers from `start` to `end`, both included, at equal distances."""
    start, end, steps = _limits("linspace", start, end, steps)
    dtype = _or_default(dtype)
    return made(_steps(start, end, steps, dtype.np), dtype, device, requires_grad)


def _steps(start, end, steps, np_dtype):
    """Counted from both ends, in the dtype itself: as PyTorch rounds."""
    if steps == 1:
        return numpy.full(1, start, np_dtype)
    number = np_dtype.type if np_dtype.kind == "f" and np_dtype.itemsize > 2 else numpy.float64
    step = number((end - start) / max(steps - 1, 1))
    index = numpy.arange(steps)
    up = number(start) + step * index.astype(number)
    down = number(end) - step * (steps - 1 - index).astype(number)
    return numpy.where(index < steps // 2, up, down)


def logspace(start, end, steps, base=10.0, *, dtype=None, device=None, requires_grad=False):
    """`steps` powers of `base` with exponents from `start` to `end`."""
    start, end, steps = _limits("logspace", start, end, steps)
    dtype = _or_default(dtype)
    return made(base ** numpy.linspace(start, end, steps), dtype, device, requires_grad)


# --- random ---


def _generator(generator):
    return (generator or random.default_generator).numpy


def _drawn(draw, shape, dtype):
    """Random floats; NumPy draws float32 and float64 only."""
    return draw(shape, numpy.float64 if dtype is dtypes.float64 else numpy.float32)


def rand(*lengths, size=None, generator=None, dtype=None, device=None, requires_grad=False):
    """Uniform random numbers from [0, 1)."""
    dtype = _or_default(dtype)
    return made(
        _drawn(_generator(generator).random, new_shape(lengths, "rand", size), dtype),
        dtype,
        device,
        requires_grad,
    )


def randn(*lengths, size=None, generator=None, dtype=None, device=None, requires_grad=False):
    """Normal random numbers of mean 0 and variance 1."""
    dtype = _or_default(dtype)
    return made(
        _drawn(_generator(generator).standard_normal, new_shape(lengths, "randn", size), dtype),
        dtype,
        device,
        requires_grad,
    )


def randint(low=None, high=None, size=None, *, generator=None, dtype=None, device=None, requires_grad=False):
    """Random integers from [low, high): `randint(10, (5,))`, `randint(3, 10, (5,))`."""
    if size is None:
        low, high, size = None, low, high
    if high is None:
        low, high = None, low
    low = low or 0
    if low >= high:
        raise RuntimeError(f"random_ expects 'from' to be less than 'to', but got from={low} >= to={high}")
    array = _generator(generator).integers(low, high, sizes((size,)))
    return made(array, as_dtype(dtype) or dtypes.int64, device, requires_grad)


def randperm(n, *, generator=None, dtype=None, device=None, requires_grad=False):
    """The numbers 0 … n−1 in random order."""
    array = _generator(generator).permutation(new_shape((n,), "randperm")[0])
    return made(array, as_dtype(dtype) or dtypes.int64, device, requires_grad)


def normal(mean=0.0, std=1.0, size=None, *, generator=None, dtype=None, device=None, requires_grad=False):
    """Normal random numbers; `mean` and `std` are numbers (then `size` is needed) or tensors."""
    if size is None:
        given = [v for v in (mean, std) if isinstance(v, Tensor)]
        size, device = numpy.broadcast_shapes(*(v.shape for v in given)), given[0]._device
    if not isinstance(std, Tensor) and std < 0:
        raise RuntimeError(f"normal expects std >= 0.0, but found std {std:g}")
    drawn = randn(sizes((size,)), generator=generator, dtype=dtype, device=device)
    result = drawn * std + mean
    return result.requires_grad_() if requires_grad else result


def bernoulli(input, p=None, *, generator=None):
    """1 with the probability given by each element, or with `p`, else 0."""
    chances = input._host_array() if p is None else numpy.asarray(float(p))
    if not ((chances >= 0) & (chances <= 1)).all():
        raise RuntimeError("Expected p_in >= 0 && p_in <= 1 to be true, but got false.")
    drawn = _generator(generator).random(input._array.shape)
    return made(
        (drawn < chances).astype(input._array.dtype),
        None,
        input._device,
        False,
    )


rand_like, randn_like = like(rand), like(randn)


def randint_like(input, low, high=None, *, dtype=None, device=None, requires_grad=False):
    """`randint` of the shape, dtype and device of `input`."""
    return randint(
        *((0, low) if high is None else (low, high)),
        input._array.shape,
        dtype=dtype or input.dtype,
        device=device or input._device,
        requires_grad=requires_grad,
    )
