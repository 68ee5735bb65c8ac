"""What operations and pull-backs compute with: functions of arrays. NumPy's own, and the few that NumPy lacks.

The table of derivatives is written over this namespace, and over its twin of tensor functions, `differentiable`.
Arrays of no dimensions may come as NumPy scalars.
"""

import math

import numpy
from numpy import (  # noqa: F401  (the names are the namespace)
    abs,
    cos,
    cosh,
    exp,
    flip,
    floor,
    isfinite,
    log,
    matmul,
    outer,
    reshape,
    roll,
    sign,
    sin,
    sinh,
    sqrt,
    stack,
    tanh,
    tril,
    triu,
    trunc,
    where,
    zeros_like,
)
from numpy import concatenate as cat  # noqa: F401
from numpy import expand_dims as unsqueeze  # noqa: F401
from numpy import power as pow  # noqa: F401
from numpy import transpose as permute  # noqa: F401

# --- functions of one number ---


def unit(x):
    """The number 1 as NumPy takes it fastest beside `x`."""
    return numpy.array(1, x.dtype) if isinstance(x, numpy.ndarray) else 1


def one_minus(x):
    return unit(x) - x


def sigmoid(x):
    one = unit(x)
    return one / (one + exp(-x))


def reciprocal(x):
    return 1 / x


def rsqrt(x):
    return 1 / sqrt(x)


def power(x, exponent):
    """x ** exponent for a number, by multiplications where that is what it means."""
    if exponent == 2:
        return x * x
    if exponent == 3:
        return x * x * x
    if exponent == 0.5:
        return sqrt(x)
    if exponent == -1:
        return 1 / x
    if exponent == -2:
        return 1 / (x * x)
    return x**exponent


def power_tensors(x, y):
    """x ** y; a negative power of an integer is 0, but for 1 and −1."""
    if y.dtype.kind == "i" and (y < 0).any():
        whole = numpy.power(x, numpy.where(y < 0, -y % 2, y))
        return numpy.where((y < 0) & (abs(x) != 1), 0, whole).astype(x.dtype)[()]
    return numpy.power(x, y)


_erf = numpy.frompyfunc(math.erf, 1, 1)
_erfc = numpy.frompyfunc(math.erfc, 1, 1)


def erf(x):
    """The error function: NumPy has none, Python's is used for each element."""
    return _on_host(_erf, x)


def erfc(x):
    return _on_host(_erfc, x)


def _on_host(function, x):
    """What only Python computes; the numbers of a GPU go there and back."""
    if isinstance(x, (numpy.ndarray, numpy.generic)):
        return numpy.asarray(function(x), x.dtype)[()]
    return numpy.asarray(_on_host(function, x.get()), like=x)


def of_floats(ufunc):
    """Integers are whole already."""
    return lambda x: ufunc(x) if x.dtype.kind == "f" else x.copy()


def as_float(mask, like):
    """True as 1 and False as 0 in the dtype of `like`."""
    return mask.astype(like.dtype)


def within(x, low, high):
    """Where x lies in the closed interval; None: no limit."""
    if low is None:
        return x <= high
    return x >= low if high is None else (x >= low) & (x <= high)


def finite(x):
    """The finite elements, 0 for the others."""
    return where(isfinite(x), x, 0)


# --- between layers ---


def relu(x):
    return numpy.maximum(x, numpy.array(0, x.dtype) if isinstance(x, numpy.ndarray) else x.dtype.type(0))


def leaky_relu(x, slope):
    return where(x > 0, x, x * slope)


def elu(x, alpha):
    return where(x > 0, x, alpha * numpy.expm1(x))


def softplus(x, beta, threshold):
    return where(x * beta > threshold, x, numpy.log1p(exp(x * beta)) / beta)


def logsigmoid(x):
    return numpy.minimum(x, x.dtype.type(0)) - numpy.log1p(exp(-abs(x)))


def silu(x):
    return x / (1 + exp(-x))


def gelu(x):
    return x * 0.5 * (1 + erf(x * math.sqrt(0.5)))


# --- two numbers ---


def floor_divide(x, y):
    """x // y; a float divided by zero is an infinity, as with /. ZeroDivisionError's twin for integers."""
    if x.dtype.kind == "f":
        rest = numpy.fmod(x, y)
        quotient = (x - rest) / y
        quotient = where((rest != 0) & ((y < 0) != (rest < 0)), quotient - 1, quotient)
        whole = floor(quotient)
        whole = where(quotient - whole > 0.5, whole + 1, whole)
        return where(y == 0, x / y, whole).astype(x.dtype)[()]
    if x.dtype.kind == "b":
        raise NotImplementedError("\"div_floor_cpu\" not implemented for 'Bool'")
    _refuse_zero(y)
    return x // y


def remainder(x, y):
    """x − y·floor(x / y): of the sign of y."""
    if x.dtype.kind != "f":
        _refuse_zero(y)
    return numpy.remainder(x, y)


def fmod(x, y):
    """What truncating division leaves: of the sign of x."""
    if x.dtype.kind != "f":
        _refuse_zero(y)
    return numpy.fmod(x, y)


def _refuse_zero(y):
    if not numpy.all(y):
        raise RuntimeError("ZeroDivisionError")


def xlogy(x, y):
    """x·log(y), 0 where x is 0."""
    product = x * log(y)  # the logarithm of a Python number is a float64
    return where((x == 0) & ~numpy.isnan(y), 0, product.astype(x.dtype, copy=False))


# --- sums ---


def total(x):
    """The sum of all elements. float16 is added up in float32."""
    if x.dtype == numpy.float16:
        return numpy.add.reduce(x, None, numpy.float32).astype(x.dtype)
    return numpy.add.reduce(x, None)


def sum_over(x, dims, keepdim=False):
    if x.dtype == numpy.float16:
        return numpy.add.reduce(x, dims, numpy.float32, keepdims=keepdim).astype(x.dtype)
    return numpy.add.reduce(x, dims, keepdims=keepdim)


def sum_kept(x, dim):
    """The sum over `dim`, kept as length 1."""
    if not x.ndim:
        return x
    return sum_over(x, dim if dim is None or isinstance(dim, tuple) else (dim,), True)


def mean_kept(x, dim):
    return divided(
        sum_over(x, dim, True),
        x.size // max(1, math.prod([n for i, n in enumerate(x.shape) if i not in dim])),
    )


def divided(x, count):
    """x / count in the dtype of x, also for a count of zero."""
    return (
        x / x.dtype.type(count)
        if x.dtype != numpy.float16
        else (x.astype(numpy.float32) / count).astype(x.dtype)
    )


def logsumexp(x, dims, keepdim=False):
    if not x.ndim:
        return x
    largest = finite(numpy.max(x, dims, keepdims=True)) if x.size else -math.inf
    out = log(sum_over(exp(x - largest), dims, True)) + largest
    return out if keepdim else out.squeeze(dims)[()]


def softmax(x, dim):
    if not x.ndim or not x.size:
        return numpy.ones_like(x)[()]
    e = exp(x - numpy.max(x, dim, keepdims=True))
    return e / sum_kept(e, dim)


def log_softmax(x, dim):
    if not x.ndim or not x.size:
        return numpy.zeros_like(x)[()]
    away = x - numpy.max(x, dim, keepdims=True)
    return away - log(sum_kept(exp(away), dim))


def norm(x, order, dims, keepdim):
    """(Σ|x|ᵖ)^(1/p) over `dims`, the largest or smallest |x| for infinite p, how many are not 0 for p = 0."""
    a = abs(x)
    if order == 2:
        out = sqrt(sum_over(a * a, dims, keepdim))
    elif order == 1:
        out = sum_over(a, dims, keepdim)
    elif order == 0:
        out = sum_over((a != 0).astype(x.dtype), dims, keepdim)
    elif order == math.inf:
        out = numpy.max(a, dims, keepdims=keepdim)
    elif order == -math.inf:
        out = numpy.min(a, dims, keepdims=keepdim)
    else:
        out = sum_over(a**order, dims, keepdim) ** (1 / order)
    return out.astype(x.dtype, copy=False)[()]


def product_of_others(x, dim):
    """For each element the product of all the others (along `dim`)."""
    if dim is None:
        return product_of_others(numpy.reshape(x, -1), 0).reshape(x.shape)
    if not x.ndim:
        return numpy.ones_like(x)
    ones = numpy.ones_like(numpy.take(x, [0] if x.shape[dim] else [], dim))
    front = numpy.concatenate([ones, numpy.take(x, range(x.shape[dim] - 1), dim)], dim) if x.shape[dim] else x
    back = numpy.concatenate([numpy.take(x, range(1, x.shape[dim]), dim), ones], dim) if x.shape[dim] else x
    return numpy.cumprod(front, dim) * flip(numpy.cumprod(flip(back, dim), dim), dim)


def sums_from(g, dim):
    """For each place the sum from there to the end."""
    return flip(numpy.cumsum(flip(g, dim), dim), dim) if g.ndim else g


def cumprod_slope(g, x, out, dim):
    """Σ over the products that an element is part of, each without the element."""
    if not x.ndim:
        return g
    if (x != 0).all():
        return sums_from(g * out, dim) / x
    slope = numpy.zeros_like(x)
    for i in range(x.shape[dim]):
        here = (slice(None),) * dim + (slice(i, i + 1),)
        without = x.copy()
        without[here] = 1
        products = numpy.cumprod(without, dim)
        later = (slice(None),) * dim + (slice(i, None),)
        slope[here] = sum_over(g[later] * products[later], dim, True)
    return slope


# --- matrices ---


def t(x):
    return x.T


def mT(x):
    return x.swapaxes(-1, -2)


def solve(a, b):
    return numpy.linalg.solve(a, b)


def inv(a):
    return numpy.linalg.inv(a)


def each_matrix(x):
    """One number for each matrix of a batch, ready to multiply it."""
    return numpy.reshape(x, (*x.shape, 1, 1))


# --- shapes ---


def transpose(x, dim0, dim1):
    return x.swapaxes(dim0, dim1) if x.ndim else x


def unbind(g, dim):
    return [g[(slice(None),) * dim + (i, ...)] for i in range(g.shape[dim])]


def split(g, lengths, dim):
    return numpy.split(g, numpy.cumsum(lengths)[:-1].tolist(), dim)


def filled(gradients, shapes):
    """Zeros where no gradient came."""
    like = next(g for g in gradients if g is not None)
    return [zeros(shape, like) if g is None else g for g, shape in zip(gradients, shapes, strict=True)]


def own(x):
    """A copy to write into: an array also of a scalar."""
    return numpy.array(x) if isinstance(x, numpy.generic) else x.copy()


def zeros(shape, like):
    """Zeros of a shape, of the dtype and on the device of `like`."""
    if isinstance(like, (numpy.ndarray, numpy.generic)):
        return numpy.zeros(shape, like.dtype)
    return numpy.zeros_like(like, shape=shape)


def one(like):
    """The number 1 in the form of an array of one element."""
    if isinstance(like, numpy.generic):
        return like.dtype.type(1)
    if isinstance(like, numpy.ndarray):
        return numpy.array(1, like.dtype, ndmin=like.ndim)
    return numpy.ones_like(like)


def broadcast_to(x, shape):
    """`x` repeated to a shape, without copying: not to be written to."""
    if not isinstance(x, numpy.generic):
        return numpy.broadcast_to(x, shape)
    wide = numpy.ndarray(shape, x.dtype, numpy.asarray(x), 0, (0,) * len(shape))  # much faster for one number
    wide.flags.writeable = False
    return wide


def sum_of_tiles(g, shape, padded, counts):
    """What `repeat` copied flows back together."""
    both = [n for pair in zip(counts, padded, strict=True) for n in pair]
    return sum_over(g.reshape(both), tuple(range(0, len(both), 2))).reshape(shape)


# --- parts ---


def select(x, dim, index):
    return x[(slice(None),) * dim + (index,)]


def select_into(g, shape, dim, index):
    """Zeros with `g` at one place of dimension `dim`."""
    whole = zeros(shape, g)
    whole[(slice(None),) * dim + (index,)] = g
    return whole


def slice_of(x, dim, part):
    return x[(slice(None),) * dim + (part,)]


def slice_into(g, shape, dim, part):
    """Zeros with `g` in a slice of dimension `dim`."""
    whole = zeros(shape, g)
    whole[(slice(None),) * dim + (part,)] = g
    return whole


def index(x, index):
    return x[index]


def index_into(g, shape, index):
    """Zeros to which `g` is added at `index`, as often as an element was picked."""
    whole = own(zeros(shape, g))
    numpy.add.at(whole, index, g)
    return whole


def cleared(x, index):
    """A copy with zeros at `index`."""
    whole = own(x)
    whole[index] = 0
    return whole


def diagonal(x, offset, dim1, dim2):
    return numpy.diagonal(x, offset, dim1, dim2)


def diagonal_into(g, shape, offset, dim1, dim2):
    """Zeros with `g` on the diagonal."""
    whole = zeros(shape, g)
    seen = numpy.diagonal(whole, offset, dim1, dim2)
    seen.flags.writeable = True
    seen[...] = g
    return whole


def unfold(x, dim, size, step):
    windows = numpy.lib.stride_tricks.sliding_window_view(x, size, dim)
    return windows[(slice(None),) * dim + (slice(None, None, step),)]


def unfold_into(g, shape, dim, size, step):
    """Zeros to which each window of `g` is added where it was."""
    whole = zeros(shape, g)
    for i in range(g.shape[dim]):
        here = (slice(None),) * dim + (slice(i * step, i * step + size),)
        whole[here] += numpy.moveaxis(g[(slice(None),) * dim + (i,)], -1, dim)
    return whole


def _along(index, dim):
    """Open grids that with `index` along `dim` address one element for each element of `index`."""
    grids = numpy.ix_(*map(range, index.shape))
    return tuple([index if d == dim else numpy.asarray(grid, like=index) for d, grid in enumerate(grids)])


def gather(x, dim, index):
    if not x.ndim or not index.ndim:
        return numpy.reshape(numpy.reshape(x, -1)[numpy.reshape(index, -1)], index.shape)[()]
    return x[_along(index, dim)]


def gather_into(g, shape, dim, index):
    """Zeros to which `g` is added at the places that `gather` read."""
    return scatter_add(zeros(shape, g), dim, index, g)


def gather_padded(g, dim, index, shape):
    """What `gather` reads, in the corner of zeros of `shape`."""
    read = gather(g, dim, index)
    if read.shape == shape:
        return read
    whole = zeros(shape, g)
    whole[tuple([slice(n) for n in index.shape])] = read
    return whole


def scatter_add(x, dim, index, src):
    whole = own(x)
    if not whole.ndim or not index.ndim:
        numpy.add.at(whole.reshape(-1), numpy.reshape(index, -1), numpy.reshape(src, -1))
    else:
        numpy.add.at(whole, _along(index, dim), src)
    return whole[()]


def scatter(x, dim, index, src):
    whole = own(x)
    if not whole.ndim or not index.ndim:
        whole.reshape(-1)[numpy.reshape(index, -1)] = numpy.reshape(src, -1)
    else:
        whole[_along(index, dim)] = src
    return whole[()]


# --- writing through views ---


def look(g, steps):
    """The part of `g` that a view shows which is reached by these steps."""
    from .tensor import wrap
    from .views import replay

    return replay(steps, wrap(g))._array


def cut(g, steps):
    """`g` with zeros where a view looks."""
    whole = numpy.array(g)
    look(whole, steps)[...] = 0
    return whole


def no_derivative(name):
    raise RuntimeError(f"derivative for aten::{name} is not implemented")


def moved(g, old, new):
    """A copy on the device `old` of what lies on the device `new`; itself if they are the same."""
    if old is new:
        return g
    host = g if new.backend is None else new.backend.download(g)
    return host if old.backend is None else old.backend.upload(host)
