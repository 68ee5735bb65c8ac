"""Element types, and which type an operation on several of them gives: PyTorch's rules, as tables.

In this module, as in `torch`, `float`, `int` and `bool` are element types; Python's own `builtins.float` …
"""

import builtins

import numpy

# The categories of result_type: an operand of a higher one decides alone, within one the wider type wins.
_BOOL, _INTEGER, _FLOATING = range(3)
_CATEGORIES = {"b": _BOOL, "i": _INTEGER, "u": _INTEGER, "f": _FLOATING}


class dtype:
    """The type of a tensor's elements; there is one object for each, so they are compared with `is`.

    `name` ("float32"), `np` (the numpy.dtype that stores it), `itemsize` (bytes), `is_floating_point`,
    `is_signed`, `is_complex` (always False here), `category` (0 bool, 1 integer, 2 floating).
    """

    __slots__ = ("category", "is_complex", "is_floating_point", "is_signed", "itemsize", "name", "np")

    def __new__(cls, *args, **kwargs):
        raise TypeError("cannot create 'torch.dtype' instances: use one that exists, such as torch.float32")

    def __repr__(self):
        return f"torch.{self.name}"

    def __reduce__(self):
        return self.name  # pickle and copy look the name up in this module: the same object again


def _make(name):
    made = object.__new__(dtype)
    made.name = name
    made.np = numpy.dtype(name)
    made.itemsize = made.np.itemsize
    made.category = _CATEGORIES[made.np.kind]
    made.is_floating_point = made.category == _FLOATING
    made.is_signed = made.np.kind in "if"
    made.is_complex = False
    return made


bool = _make("bool")
uint8 = _make("uint8")
int8 = _make("int8")
int16 = short = _make("int16")
int32 = int = _make("int32")
int64 = long = _make("int64")
float16 = half = _make("float16")
float32 = float = _make("float32")
float64 = double = _make("float64")

ALL = (float64, float32, float16, int64, int32, int16, int8, uint8, bool)

# What `tensor.type()` says of a tensor in main memory; in device memory "torch.cuda." stands for "torch.".
TYPE_NAMES = {
    "torch.DoubleTensor": float64,
    "torch.FloatTensor": float32,
    "torch.HalfTensor": float16,
    "torch.LongTensor": int64,
    "torch.IntTensor": int32,
    "torch.ShortTensor": int16,
    "torch.CharTensor": int8,
    "torch.ByteTensor": uint8,
    "torch.BoolTensor": bool,
}

# Python's number types where a dtype is asked for: torch.zeros(2, dtype=float) is float64.
OF_PYTHON = {builtins.bool: bool, builtins.int: int64, builtins.float: float64}

_OF_NUMPY = {each.np: each for each in ALL}


def of(np_dtype):
    """The dtype for a numpy.dtype. TypeError if no tensor can hold it, ValueError for foreign byte order."""
    try:
        return _OF_NUMPY[np_dtype]
    except KeyError:
        pass
    np_dtype = numpy.dtype(np_dtype)
    if not np_dtype.isnative:
        raise ValueError(
            "given numpy array has byte order different from the native byte order. "
            "Conversion between byte orders is currently not supported."
        )
    if np_dtype in _OF_NUMPY:
        return _OF_NUMPY[np_dtype]
    names = [each.name for each in ALL]
    raise TypeError(
        f"can't convert np.ndarray of type numpy.{np_dtype.type.__name__}. "
        f"The only supported types are: {', '.join(names[:-1])}, and {names[-1]}."
    )


# --- Promotion ---


def _promoted(a, b):
    """The smallest dtype of the higher category that holds both."""
    if a.category != b.category:
        return a if a.category > b.category else b
    if a.itemsize == b.itemsize and a is not b:
        return int16  # uint8 with int8: neither holds the other
    return a if a.itemsize >= b.itemsize else b


def _combined(higher, lower):
    """An operand of higher priority keeps its dtype, unless the category of the other is higher."""
    return higher if higher.category >= lower.category else _promoted(higher, lower)


_PROMOTED = {(a, b): _promoted(a, b) for a in ALL for b in ALL}
_COMBINED = {(a, b): _combined(a, b) for a in ALL for b in ALL}


def promote_types(type1, type2):
    """The dtype that two tensors of equal priority give: `int64` with `float16` is `float16`."""
    try:
        return _PROMOTED[type1, type2]
    except KeyError:
        name, position, wrong = ("type2", 2, type2) if isinstance(type1, dtype) else ("type1", 1, type1)
        raise _not_a_dtype("promote_types", name, position, wrong) from None


def combine(higher, lower):
    """The dtype of a tensor (`higher`) combined with a 0-d tensor or a Python number (`lower`)."""
    return _COMBINED[higher, lower]


def result_type(*operands):
    """The dtype of an operation on tensors (anything with `.dtype` and `.ndim`) and Python numbers.

    Tensors with dimensions come before 0-d tensors, and these before Python numbers; an operand of lower
    priority counts only when its category is higher. A Python float counts as the default dtype.
    """
    dimensioned = zero_dim = number = None
    for operand in operands:
        found = getattr(operand, "dtype", None)
        if type(found) is not dtype:
            found = _of_number(operand)
            number = found if number is None else _PROMOTED[number, found]
        elif operand.ndim:
            dimensioned = found if dimensioned is None else _PROMOTED[dimensioned, found]
        else:
            zero_dim = found if zero_dim is None else _PROMOTED[zero_dim, found]
    result = number
    if zero_dim is not None:
        result = zero_dim if result is None else _COMBINED[zero_dim, result]
    if dimensioned is not None:
        result = dimensioned if result is None else _COMBINED[dimensioned, result]
    if result is None:
        raise TypeError("result_type() needs at least one Tensor or Number")
    return result


def _of_number(value):
    """The dtype of a Python or NumPy number as an operand."""
    if isinstance(value, (builtins.float, numpy.floating, numpy.bool_)):  # PyTorch takes np.True_ for 1.0
        return _default
    if isinstance(value, builtins.bool):
        return bool
    if isinstance(value, (builtins.int, numpy.integer)):
        return int64
    raise TypeError(f"result_type(): arguments must be Tensor or Number, not {type(value).__name__}")


def can_cast(from_, to):
    """Whether promotion may turn `from_` into `to`: never to a lower category."""
    for name, position, given in (("from_", 1, from_), ("to", 2, to)):
        if not isinstance(given, dtype):
            raise _not_a_dtype("can_cast", name, position, given)
    return from_.category <= to.category


# --- The default dtype ---

_default = float32


def get_default_dtype():
    """The floating dtype that Python floats become; `float32` unless `set_default_dtype` said otherwise."""
    return _default


def set_default_dtype(d):
    """Makes `d`, a floating dtype, the one that Python floats become. TypeError for any other."""
    global _default
    if not isinstance(d, dtype):
        raise TypeError("invalid dtype object: only floating-point types are supported as the default type")
    if not d.is_floating_point:
        raise TypeError("only floating-point types are supported as the default type")
    _default = d


def _not_a_dtype(function, name, position, given):
    kind = type(given).__name__
    return TypeError(f"{function}(): argument '{name}' (position {position}) must be torch.dtype, not {kind}")


# --- Limits ---


class _Limits:
    """What finfo and iinfo share: they are equal when their dtypes are."""

    __slots__ = ("_type",)
    __hash__ = None

    def __eq__(self, other):
        return self._type is other._type if type(other) is type(self) else NotImplemented

    @property
    def dtype(self):
        """The dtype's name, a str as in PyTorch."""
        return self._type.name

    @property
    def bits(self):
        """Bits of one element."""
        return 8 * self._type.itemsize


class finfo(_Limits):
    """Limits of a floating dtype (the default dtype if none is given), as Python floats.

    `eps`: the gap between 1 and the next number; `tiny` = `smallest_normal`; `resolution`: 10 to the power of
    minus the reliable decimal digits; `min`, `max`, `bits`, `dtype` (its name).
    """

    __slots__ = ("eps", "max", "min", "resolution", "smallest_normal", "tiny")

    def __init__(self, type=None):
        type = _as_dtype("finfo", _default if type is None else type)
        if not type.is_floating_point:
            raise TypeError(
                "torch.finfo() requires a floating point input type. Use torch.iinfo to handle 'torch.finfo'"
            )
        limits = numpy.finfo(type.np)
        self._type = type
        self.eps = builtins.float(limits.eps)
        self.max = builtins.float(limits.max)
        self.min = builtins.float(limits.min)
        self.tiny = self.smallest_normal = builtins.float(limits.tiny)
        self.resolution = 10.0**-limits.precision

    def __repr__(self):
        names = ("resolution", "min", "max", "eps", "smallest_normal", "tiny")
        numbers = ", ".join(f"{name}={getattr(self, name):.6g}" for name in names)
        return f"finfo({numbers}, dtype={self.dtype})"


class iinfo(_Limits):
    """Limits of an integer dtype, as Python ints: `min`, `max`, `bits`, `dtype` (its name)."""

    __slots__ = ("max", "min")

    def __init__(self, type):
        type = _as_dtype("iinfo", type)
        if type is bool:
            raise TypeError("torch.bool is not supported by torch.iinfo")
        if type.is_floating_point:
            raise TypeError(
                "torch.iinfo() requires an integer input type. Use torch.finfo to handle 'torch.iinfo'"
            )
        limits = numpy.iinfo(type.np)
        self._type = type
        self.min = builtins.int(limits.min)
        self.max = builtins.int(limits.max)

    def __repr__(self):
        return f"iinfo(min={self.min:.6g}, max={self.max:.6g}, dtype={self.dtype})"


def _as_dtype(function, given):
    found = given if isinstance(given, dtype) else OF_PYTHON.get(given) if isinstance(given, type) else None
    if found is None:
        raise _not_a_dtype(function, "type", 1, given)
    return found
