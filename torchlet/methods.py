"""Which functions are methods of tensors, which write in place, and which stand behind the operators."""

import operator

from . import (
    choices,
    comparison,
    copying,
    dtypes,
    elementwise,
    extremes,
    filling,
    gathering,
    in_place,
    indexing,
    joining,
    matrices,
    reductions,
    sampling,
    shapes,
    tracking,
)
from .tensor import Tensor

METHODS = {
    elementwise: """
        add sub subtract mul multiply div divide true_divide floor_divide remainder fmod pow neg negative reciprocal
        exp exp2 expm1 log log2 log10 log1p sqrt rsqrt square sin cos tan asin acos atan arcsin arccos arctan atan2
        sinh cosh tanh sigmoid erf erfc abs absolute sign sgn round floor ceil trunc fix frac relu maximum minimum
        hypot xlogy addcmul addcdiv deg2rad rad2deg positive arctan2
        """,
    choices: "clamp clip clamp_min clamp_max nan_to_num heaviside lerp",
    comparison: """
        eq ne not_equal lt less le less_equal gt greater ge greater_equal equal isclose allclose isnan isinf isfinite
        isreal logical_and logical_or logical_xor logical_not bitwise_and bitwise_or bitwise_xor bitwise_not
        """,
    reductions: """
        sum nansum mean var std prod cumsum cumprod logsumexp softmax log_softmax norm all any count_nonzero
        """,
    extremes: """
        max min amax amin aminmax argmax argmin sort argsort topk kthvalue median unique bincount histc
        """,
    matrices: "matmul mm mv dot bmm outer ger inner trace tril triu diag diag_embed addmm dist",
    shapes: """
        view reshape view_as reshape_as flatten ravel unflatten permute transpose swapaxes swapdims t movedim moveaxis
        unsqueeze squeeze expand expand_as broadcast_to diagonal unfold
        """,
    joining: "split chunk unbind repeat tile repeat_interleave flip roll",
    indexing: "select narrow",
    gathering: """
        gather take_along_dim index_select masked_select take nonzero argwhere scatter scatter_add index_add index_copy
        index_fill index_put masked_fill masked_scatter
        """,
    copying: """
        clone detach contiguous is_contiguous to cuda type_as stride storage_offset data_ptr as_subclass
        new_tensor new_zeros new_ones new_full new_empty
        """,
    in_place: "copy_ fill_ zero_",
    filling: "uniform_ normal_ random_ bernoulli_ exponential_ fill_diagonal_ resize_ set_",
    sampling: "multinomial",
    tracking: "backward retain_grad register_hook register_post_accumulate_grad_hook detach_",
}

IN_PLACE = {
    elementwise: """
        add sub subtract mul multiply div divide true_divide floor_divide remainder fmod pow neg negative reciprocal
        exp exp2 expm1 log log2 log10 log1p sqrt rsqrt square sin cos tan asin acos atan arcsin arccos arctan arctan2
        sinh cosh tanh sigmoid erf erfc abs absolute sign sgn round floor ceil trunc fix frac relu deg2rad rad2deg
        addcmul addcdiv atan2 hypot xlogy
        """,
    choices: "clamp clip clamp_min clamp_max nan_to_num heaviside lerp",
    comparison: """
        eq ne lt le gt ge not_equal less less_equal greater greater_equal logical_and logical_or logical_xor logical_not
        bitwise_and bitwise_or bitwise_xor bitwise_not
        """,
    reductions: "cumsum cumprod",
    matrices: "tril triu addmm",
    gathering: "scatter scatter_add index_add index_copy index_fill index_put masked_fill masked_scatter",
}

# Views that change the tensor itself: x.t_() and the like.
RESHAPING = "t transpose swapaxes swapdims squeeze unsqueeze"

OPERATORS = {
    "add": elementwise.plus,
    "radd": elementwise.plus,
    "sub": elementwise.minus,
    "rsub": elementwise.subtracted_from,
    "mul": elementwise.times,
    "rmul": elementwise.times,
    "truediv": elementwise.divided,
    "rtruediv": elementwise.divide_into,
    "floordiv": elementwise.floored,
    "rfloordiv": elementwise.floor_divided_into,
    "mod": elementwise.modulo,
    "rmod": elementwise.modulo_of,
    "pow": elementwise.power,
    "rpow": elementwise.power_of,
    "matmul": matrices.operator_matmul,
    "neg": elementwise.neg,
    "pos": elementwise.positive,
    "abs": elementwise.abs,
    "eq": comparison.equals,
    "ne": comparison.differs,
    "lt": comparison.less_than,
    "le": comparison.at_most,
    "gt": comparison.more_than,
    "ge": comparison.at_least,
    "and": comparison.both,
    "rand": comparison.both,
    "or": comparison.either,
    "ror": comparison.either,
    "xor": comparison.one_of,
    "rxor": comparison.one_of,
    "invert": comparison.bitwise_not,
    "getitem": indexing.getitem,
    "setitem": indexing.setitem,
    "iadd": in_place.arithmetic(elementwise.plus, operator.add),
    "isub": in_place.arithmetic(elementwise.minus, operator.sub),
    "imul": in_place.arithmetic(elementwise.times, operator.mul),
    "itruediv": in_place.arithmetic(elementwise.divided, operator.truediv),
    "ifloordiv": in_place.in_place(elementwise.floored),
    "imod": in_place.in_place(elementwise.modulo),
    "ipow": in_place.in_place(elementwise.power),
    "iand": in_place.in_place(comparison.both),
    "ior": in_place.in_place(comparison.either),
    "ixor": in_place.in_place(comparison.one_of),
}

for module, names in METHODS.items():
    for name in names.split():
        setattr(Tensor, name, getattr(module, name))
for module, names in IN_PLACE.items():
    for name in names.split():
        setattr(Tensor, name + "_", in_place.in_place(getattr(module, name)))
for name in RESHAPING.split():
    setattr(Tensor, name + "_", in_place.reshaping(getattr(shapes, name)))
for name, function in OPERATORS.items():
    setattr(Tensor, f"__{name}__", function)
for name in ("double", "float", "half", "long", "int", "short", "bool"):
    setattr(Tensor, name, copying.converter(getattr(dtypes, name)))
Tensor.char, Tensor.byte = copying.converter(dtypes.int8), copying.converter(dtypes.uint8)
Tensor.cpu = copying.cpu_
Tensor.type, Tensor.where = copying.type_, choices.where_method
Tensor.T = property(shapes.reversed_dims, doc="All dimensions in reverse order, as a view.")
Tensor.mT = property(shapes.matrices_transposed, doc="The last two dimensions exchanged, as a view.")
