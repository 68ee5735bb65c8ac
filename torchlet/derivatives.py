"""The derivatives of every operation, one line each, as in a table of a maths book.

A line is named after its node and gives, for each input, the *pull-back*: a function from the gradient `g` of the
output to the gradient of that input (upstream × local). Its other parameters say what it needs, and exactly that is
saved when the operation is recorded: inputs by their names, `out` for the result, the rest are parameters
of the operation. Where broadcasting repeated an input, the engine sums afterwards: no line has to care.

The table is written once, over a namespace `np`: with NumPy's functions it computes gradients of arrays; with our own,
which record, it gives gradients that can be differentiated again.
"""

import math


def rules(np):
    """{node name: {input: pull-back}}, over the functions of `np`."""

    def spread(g, shape, dim, keepdim):
        """Undoes a reduction: the gradient of each sum goes to all its terms."""
        if dim is not None and not keepdim:
            g = np.reshape(g, kept(shape, dim))
        return np.broadcast_to(g, shape)

    def slope_of_power(x, exponent):
        return np.zeros_like(x) if exponent == 0 else exponent * np.power(x, exponent - 1)

    def log_of_base(out, base):
        return np.zeros_like(out) if base == 0 else out * math.log(base)

    return {
        # --- arithmetic ---
        "AddBackward0": dict(x=lambda g: g, y=lambda g: g),
        "SubBackward0": dict(x=lambda g: g, y=lambda g: -g),
        "RsubBackward1": dict(x=lambda g: -g),
        "MulBackward0": dict(x=lambda g, y: g * y, y=lambda g, x: g * x),
        "DivBackward0": dict(x=lambda g, y: g / y, y=lambda g, x, y: -g * ((x / y) / y)),
        "NegBackward0": dict(x=lambda g: -g),
        "ReciprocalBackward0": dict(x=lambda g, out: -g * (out * out)),
        "PowBackward0": dict(x=lambda g, x, exponent: g * slope_of_power(x, exponent)),
        "PowBackward1": dict(
            x=lambda g, x, y: g * np.where(y == 0, 0, y * np.pow(x, y - 1)),
            y=lambda g, x, y, out: g * np.where((x == 0) & (y >= 0), 0, out * np.log(x)),
        ),
        "PowBackward2": dict(x=lambda g, out, base: g * log_of_base(out, base)),
        # --- functions of one number ---
        "ExpBackward0": dict(x=lambda g, out: g * out),
        "Exp2Backward0": dict(x=lambda g, out: g * out * math.log(2)),
        "Expm1Backward0": dict(x=lambda g, out: g * (out + 1)),
        "LogBackward0": dict(x=lambda g, x: g / x),
        "Log2Backward0": dict(x=lambda g, x: g / (x * math.log(2))),
        "Log10Backward0": dict(x=lambda g, x: g / (x * math.log(10))),
        "Log1PBackward0": dict(x=lambda g, x: g / (x + 1)),
        "SqrtBackward0": dict(x=lambda g, out: g / (2 * out)),
        "RsqrtBackward0": dict(x=lambda g, out: -0.5 * g * (out * out * out)),
        "SinBackward0": dict(x=lambda g, x: g * np.cos(x)),
        "CosBackward0": dict(x=lambda g, x: g * -np.sin(x)),
        "TanBackward0": dict(x=lambda g, out: g * (1 + out * out)),
        "AsinBackward0": dict(x=lambda g, x: g * np.rsqrt(1 - x * x)),
        "AcosBackward0": dict(x=lambda g, x: -g * np.rsqrt(1 - x * x)),
        "AtanBackward0": dict(x=lambda g, x: g / (x * x + 1)),
        "SinhBackward0": dict(x=lambda g, x: g * np.cosh(x)),
        "CoshBackward0": dict(x=lambda g, x: g * np.sinh(x)),
        "TanhBackward0": dict(x=lambda g, out: g * (1 - out * out)),
        "SigmoidBackward0": dict(x=lambda g, out: g * (1 - out) * out),
        "ErfBackward0": dict(x=lambda g, x: g * (2 / math.sqrt(math.pi) * np.exp(-(x * x)))),
        "ErfcBackward0": dict(x=lambda g, x: g * (-2 / math.sqrt(math.pi) * np.exp(-(x * x)))),
        "AbsBackward0": dict(x=lambda g, x: g * np.sign(x)),
        "ReluBackward0": dict(x=lambda g, out: g * (out > 0)),
        "FracBackward0": dict(x=lambda g: g),
        # flat between its steps
        **{
            f"{name}Backward0": dict(x=lambda g: np.zeros_like(g))
            for name in ("Sign", "Round", "Floor", "Ceil", "Trunc")
        },
        # --- reductions ---
        "SumBackward0": dict(x=lambda g, shape: np.broadcast_to(g, shape)),
        "SumBackward1": dict(x=spread),
        "MeanBackward0": dict(x=lambda g, shape, count: np.broadcast_to(g, shape) / count),
        "MeanBackward1": dict(x=lambda g, shape, dim, keepdim, count: spread(g, shape, dim, keepdim) / count),
        # --- matrices ---
        "MmBackward0": dict(x=lambda g, y: g @ np.t(y), y=lambda g, x: np.t(x) @ g),
        "MvBackward0": dict(x=lambda g, y: np.outer(g, y), y=lambda g, x: np.t(x) @ g),
        "DotBackward0": dict(x=lambda g, y: g * y, y=lambda g, x: g * x),
        # --- shapes ---
        "ViewBackward0": dict(x=lambda g, shape: np.reshape(g, shape)),
        "UnsafeViewBackward0": dict(x=lambda g, shape: np.reshape(g, shape)),
        "CloneBackward0": dict(x=lambda g: g),
        "ToCopyBackward0": dict(x=lambda g: g),
        "ExpandBackward0": dict(x=lambda g: g),
        "TransposeBackward0": dict(x=lambda g, dim0, dim1: np.transpose(g, dim0, dim1)),
        "TBackward0": dict(x=lambda g: np.t(g)),
        "UnsqueezeBackward0": dict(x=lambda g, dim: np.squeeze(g, dim)),
        "SqueezeBackward0": dict(x=lambda g, shape: np.reshape(g, shape)),
        "SqueezeBackward1": dict(x=lambda g, shape: np.reshape(g, shape)),
        "SelectBackward0": dict(x=lambda g, shape, dim, index: np.select_into(g, shape, dim, index)),
        "SliceBackward0": dict(x=lambda g, shape, dim, part: np.slice_into(g, shape, dim, part)),
        "SelectBackwardBackward0": dict(x=lambda g, dim, index: np.select(g, dim, index)),
        "SliceBackwardBackward0": dict(x=lambda g, dim, part: np.slice_(g, dim, part)),
        "IndexPutImplBackward0": dict(x=lambda g, index: np.index(g, index)),
        "AliasBackward0": dict(x=lambda g: g),
        "IndexBackward0": dict(x=lambda g, shape, index: np.index_into(g, shape, index)),
        # --- writing ---
        "CopyBackwards": dict(x=lambda g: np.zeros_like(g), y=lambda g: g),
        "CopySlices": dict(x=lambda g, view: np.cut(g, view), y=lambda g, view: np.look(g, view)),
        "PermuteBackward0": dict(x=lambda g, inverse: np.permute(g, inverse)),
    }


def kept(shape, dims):
    """The shape that keepdim would have given."""
    return tuple([1 if i in dims else n for i, n in enumerate(shape)])
