"""`out=`: a function of `torch` writes its result into a tensor that is there already.

Which functions take it, and which dtypes of `out` they refuse in what words, is a table. The functions that
programs call most (`exp`, `add`, `sum`, …) take the argument themselves, and the table serves those.
"""

import functools
import warnings

import numpy

from . import errors
from .grad_mode import recording
from .tensor import Tensor

# What is said of an `out` of another dtype. CAST: only if the result cannot be cast to it. ANY: nothing.
CAST = "result type {wanted} can't be cast to the desired output type {given}"
EXACT = "Expected out tensor to have dtype {c_wanted}, but got {c_given} instead"
ANY = None

RULES = {
    CAST: """
        addcdiv addcmul bitwise_not heaviside lerp logical_not nan_to_num square sum mean nansum norm logsumexp prod std var
        tensordot argsort softmax log_softmax outer ger cumsum cumprod
        """,
    "Found dtype {given} but expected {wanted}": "round clamp clamp_max clamp_min clip",
    EXACT: """
        addmm bmm mv inner mm gather scatter scatter_add take_along_dim max min median aminmax sort topk
        argmax argmin diag tril triu index_add index_copy multinomial nonzero searchsorted matmul
        """,
    ANY: """
        arange eye linspace logspace full zeros ones empty rand randn randint randperm normal bernoulli
        histc
        """,
    "torch.cat(): input types can't be cast to the desired output type {given}": """
        cat concat concatenate stack hstack vstack
        """,
    "{name}(): self and result must have the same scalar type": "index_select masked_select",
    "{name}(): self and out expected to have the same dtype, but got self.dtype = {wanted} and "
    "out.dtype = {given}": "take",
    "Expected out type to be {wanted} but got {given}": "where",
    "result dtype {given} does not match input dtype {wanted}": "dot",
    "{name} only supports bool tensor for result, got: {given}": "all any",
    "Expected the dtype for input and out to match, but got {wanted} for input's dtype and {given} for out's "
    "dtype.": "amax amin",
    "output {place} must be of scalar type {wanted}": "kthvalue",
}
# Those that do not take the argument by themselves.
WRAPPED = """
    addcdiv addcmul bitwise_not clamp clamp_max clamp_min clip heaviside lerp logical_not nan_to_num round square tensordot
    addmm bmm mm mv inner outer ger matmul dot gather scatter scatter_add take_along_dim aminmax topk kthvalue diag tril
    triu index_add index_copy multinomial nonzero searchsorted histc cat concat concatenate stack hstack vstack
    index_select masked_select take where
    arange eye linspace logspace full zeros ones empty rand randn randint randperm normal bernoulli
    """
OF_FUNCTION = {name: rule for rule, names in RULES.items() for name in names.split()}
_NOT_OVER_AN_INPUT = {
    "cat",
    "gather",
    "masked_select",
    "take",
    "kthvalue",
    "stack",
    "hstack",
    "vstack",
    "mm",
    "matmul",
}
_JOINING = {"cat", "concat", "concatenate", "stack", "hstack", "vstack"}
_RANKS = {"b": 0, "i": 1, "u": 1, "f": 2}


def takes_out(function):
    """`function` with the argument `out`."""
    name = function.__name__

    @functools.wraps(function)
    def with_out(*args, out=None, **kwargs):
        if out is None:
            return function(*args, **kwargs)
        dtype = kwargs.get("dtype")
        if dtype is not None and dtype is not out.dtype and OF_FUNCTION[name] is ANY:
            wanted, given = errors.type_word(dtype.np), errors.type_word(out.dtype.np)
            raise RuntimeError(f"dtype {wanted} does not match dtype of out parameter ({given})")
        return filled(out, name, function, args, kwargs)

    return with_out


def filled(out, name, function, args, kwargs=()):
    """`out` with the result of `function(*args, **kwargs)`."""
    kwargs = dict(kwargs)
    arguments = (*args, *kwargs.values())
    check_recording(name, out, *arguments)
    for target in _tensors([out]):
        if target._array.size and any(
            n > 1 and stride == 0
            for n, stride in zip(target._array.shape, target._array.strides, strict=True)
        ):
            raise errors.written_through_expanded()
        if name in _NOT_OVER_AN_INPUT and any(
            numpy.may_share_memory(target._array, each._array) for each in _tensors(arguments)
        ):
            raise errors.written_over_an_input()
    return into(out, function(*args, **kwargs), name)


def check_recording(name, out, *arguments):
    """RuntimeError if a gradient is asked for: a result in someone else's memory has no history."""
    if not recording.enabled:
        return
    if any(each._requires_grad for each in _tensors((out, *arguments))):
        raise RuntimeError(
            f"{name}(): functions with out=... arguments don't support automatic differentiation, but one of the "
            "arguments requires grad."
        )


def _tensors(arguments):
    """The tensors among arguments, and in lists of them."""
    for argument in arguments:
        for each in argument if isinstance(argument, (tuple, list)) else (argument,):
            if isinstance(each, Tensor):
                yield each


def into(out, result, name):
    """Puts a result into the tensor that was given as `out=`, or several into several."""
    if isinstance(result, tuple):
        for place, target, each in zip(("values", "indices"), out, result, strict=True):
            _write(target, each, name, place)
        return type(result)(*out)
    return _write(out, result, name)


def _write(out, result, name, place=""):
    if not isinstance(out, Tensor):
        raise TypeError(f"{name}(): argument 'out' must be Tensor, not {errors.type_name(out)}")
    _check_dtype(out._array.dtype, result._array.dtype, name, place)
    shape = result._array.shape
    if out._array.shape != shape:
        if out._array.size and OF_FUNCTION.get(name, CAST) is not ANY:
            warnings.warn(_RESIZED.format(list(out._array.shape), list(shape)), UserWarning, stacklevel=5)
        out.resize_(shape)
    return out.copy_(result)


def _check_dtype(given, wanted, name, place):
    rule = OF_FUNCTION.get(name, CAST)
    if rule is ANY or given == wanted:
        return
    if (rule is CAST or name in _JOINING) and _RANKS[given.kind] >= _RANKS[wanted.kind]:
        return
    words = {
        "given": errors.type_word(given),
        "wanted": errors.type_word(wanted),
        "name": name,
        "place": place,
    }
    words.update(c_given=_c_word(given), c_wanted=_c_word(wanted))
    raise (TypeError if name in _JOINING else RuntimeError)(rule.format(**words))


def _c_word(np_dtype):
    return {"int64": "long int", "float16": "c10::Half"}.get(np_dtype.name) or errors.C_WORDS[np_dtype.name]


_RESIZED = (
    "An output with one or more elements was resized since it had shape {}, which does not match the required output shape "
    "{}. This behavior is deprecated, and in a future PyTorch release outputs will not be resized unless they have zero "
    "elements. You can explicitly reuse an out tensor t by resizing it, inplace, to zero elements with t.resize_(0). "
    "(Triggered internally at /__w/pytorch/pytorch/aten/src/ATen/native/Resize.cpp:30.)"
)
