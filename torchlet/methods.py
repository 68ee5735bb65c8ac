"""Which functions are methods of tensors, and which stand behind the operators."""

import numpy

from . import (
    comparison,
    copying,
    dtypes,
    elementwise,
    in_place,
    indexing,
    linalg,
    reductions,
    shapes,
    tracking,
)
from .tensor import Tensor

OPERATORS = {
    "add": elementwise.plus,
    "radd": elementwise.plus,
    "sub": elementwise.minus,
    "rsub": elementwise.subtracted_from,
    "mul": elementwise.times,
    "rmul": elementwise.times,
    "truediv": elementwise.divided,
    "rtruediv": elementwise.divide_into,
    "pow": elementwise.power,
    "rpow": elementwise.power_of,
    "matmul": linalg.matmul,
    "neg": elementwise.neg,
    "abs": elementwise.abs,
    "eq": comparison.equals,
    "ne": comparison.differs,
    "lt": comparison.less,
    "le": comparison.less_or_equal,
    "gt": comparison.more,
    "ge": comparison.more_or_equal,
    "getitem": indexing.getitem,
    "setitem": indexing.setitem,
    "iadd": in_place.quick_in_place(elementwise.plus, numpy.add),
    "isub": in_place.quick_in_place(elementwise.minus, numpy.subtract),
    "imul": in_place.quick_in_place(elementwise.times, numpy.multiply),
    "itruediv": in_place.quick_in_place(elementwise.divided, numpy.true_divide),
    "ipow": in_place.in_place(elementwise.power),
}

METHODS = {
    elementwise: """
        add sub subtract mul multiply div divide true_divide pow neg negative reciprocal exp exp2 expm1 log log2 log10
        log1p sqrt rsqrt sin cos tan asin acos atan sinh cosh tanh sigmoid erf erfc abs absolute sign floor ceil trunc frac relu
        """,
    comparison: "eq ne lt le gt ge logical_and logical_or logical_xor logical_not isnan equal isclose allclose",
    reductions: "sum mean",
    linalg: "matmul mm mv dot",
    shapes: "view reshape permute transpose t unsqueeze squeeze expand flatten",
    indexing: "select narrow",
    in_place: "fill_ zero_",
    copying: "clone detach contiguous is_contiguous copy_ to",
    tracking: "backward retain_grad register_hook detach_",
}

for name, operator in OPERATORS.items():
    setattr(Tensor, f"__{name}__", operator)
for module, names in METHODS.items():
    for name in names.split():
        setattr(Tensor, name, getattr(module, name))
for name in ("add", "sub", "mul", "div"):
    setattr(Tensor, name + "_", in_place.in_place(getattr(elementwise, name)))
for name in (
    "exp",
    "log",
    "sqrt",
    "sin",
    "cos",
    "tanh",
    "sigmoid",
    "abs",
    "neg",
    "relu",
    "reciprocal",
    "floor",
    "ceil",
    "pow",
):
    setattr(Tensor, name + "_", in_place.in_place(getattr(elementwise, name)))
for name in ("double", "float", "half", "long", "int", "short", "bool"):
    setattr(Tensor, name, copying.converter(getattr(dtypes, name)))
Tensor.char = copying.converter(dtypes.int8)
Tensor.byte = copying.converter(dtypes.uint8)
Tensor.type = copying.type_
Tensor.round = elementwise.round_
Tensor.T = property(shapes.T)
