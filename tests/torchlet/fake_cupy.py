"""As much of CuPy as torchlet touches, on NumPy: the calls and refusals of a real GPU array without a GPU.

Like cupy.ndarray, a ForeignArray is no numpy.ndarray: it takes part in NumPy's functions through their protocols, never
turns into an array by itself, and does not mix with arrays of the host. It does not show that a GPU works.
"""

import types

import numpy as np

METHODS = [
    "all",
    "any",
    "argmax",
    "argmin",
    "argsort",
    "astype",
    "copy",
    "cumprod",
    "cumsum",
    "diagonal",
    "dot",
]
METHODS += ["max", "mean", "min", "nonzero", "prod", "ravel", "repeat", "reshape", "round", "squeeze", "std"]
METHODS += ["sum", "swapaxes", "take", "trace", "transpose", "var", "view"]


class ForeignArray(np.lib.mixins.NDArrayOperatorsMixin):
    def __init__(self, array):
        assert type(array) is np.ndarray, type(array)
        self._array = array

    dtype = property(lambda self: self._array.dtype)
    shape = property(lambda self: self._array.shape)
    ndim = property(lambda self: self._array.ndim)
    size = property(lambda self: self._array.size)
    itemsize = property(lambda self: self._array.itemsize)
    nbytes = property(lambda self: self._array.nbytes)
    strides = property(lambda self: self._array.strides)
    flags = property(lambda self: self._array.flags)
    base = property(
        lambda self: None if self._array.base is None else ForeignArray(np.asarray(self._array.base))
    )
    data = property(lambda self: types.SimpleNamespace(ptr=self._array.ctypes.data))
    T = property(lambda self: ForeignArray(self._array.T))
    mT = property(lambda self: ForeignArray(np.swapaxes(self._array, -1, -2)))

    def get(self):
        return self._array.copy()

    def item(self, *index):
        return self._array.item(*index)

    def tolist(self):
        return self._array.tolist()

    def fill(self, value):
        self._array.fill(value)

    def __array__(self, dtype=None, copy=None):
        raise TypeError("Implicit conversion to a NumPy array is not allowed.")

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **kwargs):
        if method != "__call__":
            return self._reduced(ufunc, method, *inputs, **kwargs)
        if ufunc.signature is not None and ufunc is not np.matmul:
            return NotImplemented
        if out is not None:
            kwargs["out"] = tuple(unwrapped(o) for o in out)
        result = getattr(ufunc, method)(*[unwrapped(x) for x in inputs], **kwargs)
        return out[0] if out is not None else wrapped(result)

    def _reduced(self, ufunc, method, array, axis=0, dtype=None, keepdims=False):
        """CuPy's ufuncs reduce by adding and multiplying only, and `at` is wanted here for adding only."""
        if method == "at" and ufunc is np.add:
            return ufunc.at(*unwrapped((array, axis, dtype)))
        if method == "reduce" and ufunc in (np.add, np.multiply):
            return (array.sum if ufunc is np.add else array.prod)(axis=axis, dtype=dtype, keepdims=keepdims)
        return NotImplemented

    def __array_function__(self, func, _, args, kwargs):
        hosts = func in (np.asarray, np.array)  # asked for with `like=`: this is the way in
        return wrapped(func(*unwrapped(args, hosts), **unwrapped(kwargs)))

    def __getitem__(self, index):
        return wrapped(self._array[unwrapped(index, hosts=True)])

    def __setitem__(self, index, value):
        self._array[unwrapped(index, hosts=True)] = unwrapped(value)

    def __len__(self):
        return len(self._array)

    def __iter__(self):
        return (wrapped(each) for each in self._array)

    def __bool__(self):
        return bool(self._array)

    def __int__(self):
        return int(self._array)

    def __float__(self):
        return float(self._array)

    def __index__(self):
        return self._array.__index__()


def _method(name):
    return lambda self, *args, **kwargs: wrapped(
        getattr(self._array, name)(*unwrapped(args), **unwrapped(kwargs))
    )


for name in METHODS:
    setattr(ForeignArray, name, _method(name))


def wrapped(value):
    """Arrays and NumPy scalars as ForeignArrays: CuPy has no scalars either."""
    if isinstance(value, (np.ndarray, np.generic)):
        return ForeignArray(np.asarray(value))
    if isinstance(value, (tuple, list)):
        made = [wrapped(v) for v in value]
        return type(value)(*made) if hasattr(value, "_fields") else type(value)(made)
    return value


def unwrapped(value, hosts=False):
    """The arrays inside. TypeError for an array of the host (unless `hosts`), as in CuPy."""
    if isinstance(value, ForeignArray):
        return value._array
    if isinstance(value, np.ndarray) and value.ndim and not hosts:
        raise TypeError("Unsupported type <class 'numpy.ndarray'>")
    if isinstance(value, dict):
        return {key: unwrapped(v, hosts) for key, v in value.items()}
    if type(value) in (tuple, list):
        return type(value)(unwrapped(v, hosts) for v in value)
    return value


class MemoryHook:
    def __enter__(self):
        return self


class Event:
    done = False

    def record(self):
        self.done = False

    def synchronize(self):
        self.done = True


class FakeCupy(types.ModuleType):
    """The module `cupy`; `used` and `total` are what its memory pool reports."""

    def __init__(self):
        super().__init__("cupy")
        self.used = self.total = 0
        self.ndarray = ForeignArray
        properties = {
            "name": b"NVIDIA Fake",
            "major": 9,
            "minor": 0,
            "totalGlobalMem": 80 * 2**30,
            "multiProcessorCount": 132,
        }
        stream = types.SimpleNamespace(synchronize=lambda: None)
        self.cuda = types.SimpleNamespace(
            is_available=lambda: True,
            runtime=types.SimpleNamespace(
                getDeviceProperties=lambda i: properties, memGetInfo=lambda: (1, 2)
            ),
            Event=Event,
            MemoryHook=MemoryHook,
            get_current_stream=lambda: stream,
            get_elapsed_time=lambda first, second: 1.5,
        )

    def array(self, value, dtype=None):
        return ForeignArray(np.array(value._array if isinstance(value, ForeignArray) else value, dtype))

    def asarray(self, value, dtype=None):
        return (
            value
            if isinstance(value, ForeignArray) and dtype in (None, value.dtype)
            else self.array(value, dtype)
        )

    def asnumpy(self, value):
        return value.get() if isinstance(value, ForeignArray) else np.asarray(value)

    def get_default_memory_pool(self):
        return types.SimpleNamespace(
            used_bytes=lambda: self.used, total_bytes=lambda: self.total, free_all_blocks=self._free
        )

    def _free(self):
        self.total = self.used
