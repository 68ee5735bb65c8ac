"""What `kernels` has for the parts of an array: shapes, slices and indices, and the way back into the whole."""

import numpy

from .number_kernels import ONE
from .sum_kernels import sum_over

# --- shapes ---


# As methods: NumPy's functions of these names take several times as long.


def reshape(x, shape):
    return x.reshape(shape)


def permute(x, dims):
    return x.transpose(dims)


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
    if type(like) is not numpy.ndarray and isinstance(like, numpy.generic):
        return ONE[like.dtype][()]
    if isinstance(like, numpy.ndarray):
        one = like.copy()  # quicker than any way to a new array of this shape
        one.fill(1)
        return one
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
