# ruff: noqa: F401
"""The autograd core of the course: PyTorch's interface on NumPy, short enough to read.

    import torchlet as torch

The way of a value: `creation` → an operation (`elementwise`, `reductions`, `shapes`, …) → `record` → `graph` →
`backward` and `engine`, with the local rules in `derivatives` → `.grad` of the leaves.
"""

import importlib as _importlib
import warnings as _warnings
from math import e, inf, nan, pi

from . import missing as _missing
from . import out as _out
from . import typed as _typed
from .choices import (
    clamp,
    clamp_max,
    clamp_min,
    clip,
    heaviside,
    lerp,
    nan_to_num,
    where,
)
from .comparison import (
    allclose,
    bitwise_and,
    bitwise_not,
    bitwise_or,
    bitwise_xor,
    eq,
    equal,
    ge,
    greater,
    greater_equal,
    gt,
    is_floating_point,
    is_tensor,
    isclose,
    isfinite,
    isinf,
    isnan,
    isreal,
    le,
    less,
    less_equal,
    logical_and,
    logical_not,
    logical_or,
    logical_xor,
    lt,
    ne,
    not_equal,
)
from .copying import (
    clone,
    detach,
)
from .creation import (
    as_tensor,
    asarray,
    from_numpy,
    tensor,
)
from .devices import device
from .dtypes import (
    bool,
    can_cast,
    double,
    dtype,
    finfo,
    float,
    float16,
    float32,
    float64,
    get_default_dtype,
    half,
    iinfo,
    int,
    int8,
    int16,
    int32,
    int64,
    long,
    promote_types,
    result_type,
    set_default_dtype,
    short,
    uint8,
)
from .einsum import einsum
from .elementwise import (
    abs,
    absolute,
    acos,
    add,
    addcdiv,
    addcmul,
    arccos,
    arcsin,
    arctan,
    arctan2,
    asin,
    atan,
    atan2,
    ceil,
    cos,
    cosh,
    deg2rad,
    div,
    divide,
    erf,
    erfc,
    exp,
    exp2,
    expm1,
    fix,
    floor,
    floor_divide,
    fmod,
    frac,
    hypot,
    log,
    log1p,
    log2,
    log10,
    maximum,
    minimum,
    mul,
    multiply,
    neg,
    negative,
    positive,
    pow,
    rad2deg,
    reciprocal,
    relu,
    remainder,
    round,
    rsqrt,
    rsub,
    sgn,
    sigmoid,
    sign,
    sin,
    sinh,
    sqrt,
    square,
    sub,
    subtract,
    tan,
    tanh,
    true_divide,
    trunc,
    xlogy,
)
from .errors import OutOfMemoryError
from .extremes import (
    amax,
    amin,
    aminmax,
    argmax,
    argmin,
    argsort,
    bincount,
    histc,
    kthvalue,
    max,
    median,
    min,
    searchsorted,
    sort,
    topk,
    unique,
)
from .filled import (
    empty,
    empty_like,
    eye,
    full,
    full_like,
    ones,
    ones_like,
    scalar_tensor,
    zeros,
    zeros_like,
)
from .gathering import (
    argwhere,
    gather,
    index_add,
    index_copy,
    index_fill,
    index_put,
    index_select,
    masked_fill,
    masked_scatter,
    masked_select,
    nonzero,
    scatter,
    scatter_add,
    take,
    take_along_dim,
)
from .grad_mode import (
    enable_grad,
    inference_mode,
    is_grad_enabled,
    is_inference_mode_enabled,
    no_grad,
    set_grad_enabled,
)
from .indexing import (
    narrow,
    select,
)
from .joining import (
    cat,
    chunk,
    concat,
    concatenate,
    flip,
    hstack,
    meshgrid,
    repeat_interleave,
    roll,
    split,
    stack,
    tile,
    unbind,
    vstack,
)
from .matrices import (
    addmm,
    bmm,
    cdist,
    diag,
    diag_embed,
    dist,
    dot,
    ger,
    inner,
    matmul,
    mm,
    mv,
    outer,
    tensordot,
    trace,
    tril,
    triu,
)
from .printing import set_printoptions
from .random import (
    Generator,
    default_generator,
    get_rng_state,
    initial_seed,
    manual_seed,
    seed,
    set_rng_state,
)
from .ranges import (
    arange,
    linspace,
    logspace,
)
from .reductions import (
    all,
    any,
    count_nonzero,
    cumprod,
    cumsum,
    log_softmax,
    logsumexp,
    mean,
    nansum,
    norm,
    prod,
    softmax,
    std,
    std_mean,
    sum,
    var,
    var_mean,
)
from .sampling import (
    bernoulli,
    multinomial,
    normal,
    rand,
    rand_like,
    randint,
    randint_like,
    randn,
    randn_like,
    randperm,
)
from .shapes import (
    atleast_1d,
    broadcast_shapes,
    broadcast_tensors,
    broadcast_to,
    diagonal,
    flatten,
    moveaxis,
    movedim,
    permute,
    ravel,
    reshape,
    squeeze,
    swapaxes,
    swapdims,
    t,
    transpose,
    unflatten,
    unsqueeze,
)
from .size import Size
from .tensor import Tensor

from . import methods  # isort: skip  (gives tensors their methods)

# inf and nan come without a word, as in PyTorch
_warnings.filterwarnings("ignore", category=RuntimeWarning, module="torchlet")

globals().update(_typed.TYPED)
globals().update({name: _out.takes_out(globals()[name]) for name in _out.WRAPPED.split()})
numel, zero_ = Tensor.numel, Tensor.zero_
is_nonzero = Tensor.__bool__
newaxis = None

_ON_DEMAND = {
    "autograd",
    "cuda",
    "linalg",
    "nn",
    "optim",
    "random",
    "tape",
    "utils",
}  # loaded when first used
_FROM_TAPE = {"GradientTape", "Variable"}


def __getattr__(name):
    if name in _ON_DEMAND:
        return _importlib.import_module(f"torchlet.{name}")
    if name in _FROM_TAPE:
        return getattr(_importlib.import_module("torchlet.tape"), name)
    names = [*globals(), *_ON_DEMAND, *_FROM_TAPE]
    here = _importlib.import_module("torchlet")
    raise _missing.missing("module 'torchlet'", name, names, lambda near: getattr(here, near))
