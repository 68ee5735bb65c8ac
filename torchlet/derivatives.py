"""The derivatives of every operation, one line each, as in a table of a maths book.

A line is named after its node and gives for each input the *pull-back*: from `g`, the gradient of the output, the gradient
of that input (upstream × local). The other parameters of a pull-back say what it needs, and exactly that is saved
when the operation is recorded: inputs by their names, `out` for the result; the rest are parameters of the
operation. Where broadcasting repeated an input, the engine adds up afterwards: no line has to care.

The table is written once, over a namespace `np`. Filled with functions of arrays (`kernels`) it computes gradients;
filled with our own recorded functions (`differentiable`) it gives gradients that can be differentiated again.
"""

import math


def rules(np):
    """{name of the node: {input: pull-back}} over the functions of `np`; "each" gives a list for all inputs."""

    power_slope = np.power_slope

    def spread(g, shape, dim, keepdim):
        """The gradient of a reduction goes to all that was reduced."""
        return np.broadcast_to(kept(g, shape, dim, keepdim), shape)

    def kept(g, shape, dim, keepdim):
        """With the reduced dimensions as length 1."""
        return g if keepdim else np.reshape(g, tuple([1 if i in dim else n for i, n in enumerate(shape)]))

    def log_of(base):
        return math.log(base) if base > 0 else 0.0 if base == 0 else math.nan

    def var_slope(x, dim, freedom):
        return 2 / freedom * (x - np.mean_kept(x, dim)) if freedom else x * math.nan

    def shared(g, x, out):
        """Elements that are equally the largest share the gradient."""
        chosen = np.as_float(x == out, x)
        return g * (chosen / np.total(chosen))

    def shared_along(g, x, out, shape, dim, keepdim):
        chosen = np.as_float(x == kept(out, shape, dim, keepdim), x)
        return kept(g, shape, dim, keepdim) * (chosen / np.sum_kept(chosen, dim))

    def norm_slope(x, out, order, dim):
        """x / |x| for the 2-norm; where the norm is 0, so is the gradient."""
        if order == 2:
            return np.where(out == 0, 0, x / out)
        if order == 1:
            return np.sign(x)
        if order == 0:
            return np.zeros_like(x)
        if abs(order) == math.inf:
            chosen = np.as_float(np.abs(x) == out, x)
            return np.sign(x) * (chosen / np.sum_kept(chosen, dim))
        return np.where(out == 0, 0, np.sign(x) * np.power(np.abs(x) / out, order - 1))

    def product_slope(g, x, turned):
        """∂(x @ y)/∂y = xᵀ @ g, laid out in memory as y is: the gradient of a transposed weight needs no copying."""
        return np.t(np.mm(np.t(g), x)) if turned else np.mm(np.t(x), g)

    def smooth(x, beta, threshold):
        return np.where(x * beta > threshold, 1.0, np.sigmoid(x * beta))

    def at_classes(g, shape, dim, index, scale, whole):
        """Minus the gradient at each sample's class, zero at the others."""
        g = np.broadcast_to(g, index.shape) if whole else np.unsqueeze(g, dim)
        return np.gather_into(g * -scale, shape, dim, index)

    def normal(x):
        """The normal distribution Φ and its density, for gelu."""
        return 0.5 * (1 + np.erf(x * math.sqrt(0.5))), np.exp(x * x * -0.5) * (1 / math.sqrt(2 * math.pi))

    return {
        # --- arithmetic ---
        "AddBackward0": dict(x=lambda g: g, y=lambda g: g),
        "SubBackward0": dict(x=lambda g: g, y=lambda g: -g),
        "RsubBackward1": dict(x=lambda g: -g),
        "MulBackward0": dict(x=lambda g, y: g * y, y=lambda g, x: g * x),
        "DivBackward0": dict(x=lambda g, y: g / y, y=lambda g, x, y: -g * ((x / y) / y)),
        "DivBackward2": dict(x=lambda g: np.zeros_like(g), y=lambda g: np.zeros_like(g)),  # rounded down
        "NegBackward0": dict(x=lambda g: -g),
        "ReciprocalBackward0": dict(x=lambda g, out: -g * (out * out)),
        "PowBackward0": dict(x=lambda g, x, exponent: g * power_slope(x, exponent)),
        "PowBackward1": dict(
            x=lambda g, x, y: np.where(y == 0, 0, g * (y * np.pow(x, np.as_float(y, g) - 1))),
            y=lambda g, x, y, out: g * np.where((x == 0) & (y >= 0), 0, out * np.log(np.as_float(x, out))),
        ),
        "PowBackward2": dict(x=lambda g, out, base: g * (out * log_of(base))),
        "NotImplemented": dict(
            x=lambda g: np.no_derivative("floor_divide"), y=lambda g: np.no_derivative("floor_divide")
        ),
        "RemainderBackward0": dict(x=lambda g: g),
        "RemainderBackward1": dict(x=lambda g: g, y=lambda g, x, y: -g * np.floor(x / y)),
        "FmodBackward0": dict(x=lambda g: g),
        "FmodBackward1": dict(x=lambda g: g, y=lambda g, x, y: -g * np.trunc(x / y)),
        "MaximumBackward0": dict(
            x=lambda g, x, y: np.where(x == y, g / 2, np.where(x > y, g, 0)),
            y=lambda g, x, y: np.where(x == y, g / 2, np.where(x < y, g, 0)),
        ),
        "MinimumBackward0": dict(
            x=lambda g, x, y: np.where(x == y, g / 2, np.where(x < y, g, 0)),
            y=lambda g, x, y: np.where(x == y, g / 2, np.where(x > y, g, 0)),
        ),
        "Atan2Backward0": dict(
            x=lambda g, x, y: g * np.where((x == 0) & (y == 0), y, y / (x * x + y * y)),
            y=lambda g, x, y: g * np.where((x == 0) & (y == 0), -x, -x / (x * x + y * y)),
        ),
        "HypotBackward0": dict(x=lambda g, x, out: g * (x / out), y=lambda g, y, out: g * (y / out)),
        "XlogyBackward0": dict(
            x=lambda g, x, y: g * np.where((x == 0) & (y <= 0), 0, np.log(y)), y=lambda g, x, y: g * x / y
        ),
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
        "AcosBackward0": dict(x=lambda g, x: g * -np.rsqrt(1 - x * x)),
        "AtanBackward0": dict(x=lambda g, x: g / (x * x + 1)),
        "SinhBackward0": dict(x=lambda g, x: g * np.cosh(x)),
        "CoshBackward0": dict(x=lambda g, x: g * np.sinh(x)),
        "TanhBackward0": dict(x=lambda g, out: g * np.one_minus(out * out)),
        "SigmoidBackward0": dict(x=lambda g, out: np.through_sigmoid(g, out)),
        "ErfBackward0": dict(x=lambda g, x: g * (2 / math.sqrt(math.pi) * np.exp(-(x * x)))),
        "ErfcBackward0": dict(x=lambda g, x: g * (-2 / math.sqrt(math.pi) * np.exp(-(x * x)))),
        "Deg2RadBackward0": dict(x=lambda g: g * (math.pi / 180)),
        "Rad2DegBackward0": dict(x=lambda g: g * (180 / math.pi)),
        "AbsBackward0": dict(x=lambda g, x: g * np.sign(x)),
        "FracBackward0": dict(x=lambda g: g),
        # constant between their steps
        "SignBackward0": dict(x=lambda g: np.zeros_like(g)),
        "RoundBackward0": dict(x=lambda g: np.zeros_like(g)),
        "FloorBackward0": dict(x=lambda g: np.zeros_like(g)),
        "CeilBackward0": dict(x=lambda g: np.zeros_like(g)),
        "TruncBackward0": dict(x=lambda g: np.zeros_like(g)),
        # --- between layers ---
        "ReluBackward0": dict(x=lambda g, out: np.passed(g, out)),
        "LeakyReluBackward0": dict(x=lambda g, x, slope: np.passed_leaking(g, x, slope)),
        "ThresholdBackwardBackward0": dict(x=lambda g, y: np.passed(g, y), y=lambda g: np.zeros_like(g)),
        "LeakyReluBackwardBackward0": dict(
            x=lambda g, y, slope: np.passed_leaking(g, y, slope), y=lambda g: np.zeros_like(g)
        ),
        "EluBackward0": dict(x=lambda g, x, alpha: np.where(x > 0, g, g * (alpha * np.exp(x)))),
        "SoftplusBackward0": dict(x=lambda g, x, beta, threshold: g * smooth(x, beta, threshold)),
        "LogSigmoidBackward0": dict(x=lambda g, x: g * np.sigmoid(-x)),
        "SiluBackward0": dict(x=lambda g, x: g * (np.sigmoid(x) * (1 + x * (1 - np.sigmoid(x))))),
        "GeluBackward0": dict(x=lambda g, x: g * (normal(x)[0] + x * normal(x)[1])),
        # --- losses ---
        "MseLossBackward0": dict(
            x=lambda g, x, y, scale: g * ((x - y) * (2 * scale)),
            y=lambda g, x, y, scale: g * ((y - x) * (2 * scale)),
        ),
        "BinaryCrossEntropyBackward0": dict(
            x=lambda g, x, y, scale: (
                g * (scale * (x - y)) / np.where(x * (1 - x) > 1e-12, x * (1 - x), 1e-12)
            ),
            y=lambda g, x, scale: g * (scale * (np.log(1 - x) - np.log(x))),
        ),
        "BinaryCrossEntropyWithLogitsBackward0": dict(
            x=lambda g, x, y, scale: g * (scale * (np.sigmoid(x) - y)), y=lambda g, x, scale: g * (-scale * x)
        ),
        "NllLossBackward0": dict(x=at_classes),
        # --- choices ---
        "WhereBackward0": dict(
            x=lambda g, condition: np.where(condition, g, 0), y=lambda g, condition: np.where(condition, 0, g)
        ),
        "MaskedFillBackward0": dict(
            x=lambda g, mask: np.where(mask, 0, g), y=lambda g, mask: np.where(mask, g, 0)
        ),
        "MaskedFillBackward1": dict(
            x=lambda g, mask: np.where(mask, 0, g), y=lambda g, mask: np.where(mask, g, 0)
        ),
        "ClampBackward1": dict(x=lambda g, x, min, max: np.where(np.within(x, min, max), g, 0)),
        "NanToNumBackward0": dict(x=lambda g, x: np.where(np.isfinite(x), g, 0)),
        # --- reductions ---
        "SumBackward0": dict(x=lambda g, shape: np.broadcast_to(g, shape)),
        "SumBackward1": dict(x=spread),
        "MeanBackward0": dict(x=lambda g, shape, count: np.broadcast_to(g, shape) / count),
        "MeanBackward1": dict(x=lambda g, shape, dim, keepdim, count: spread(g, shape, dim, keepdim) / count),
        "VarBackward0": dict(
            x=lambda g, x, shape, dim, keepdim, freedom: (
                kept(g, shape, dim, keepdim) * var_slope(x, dim, freedom)
            )
        ),
        "StdBackward0": dict(
            x=lambda g, x, out, shape, dim, keepdim, freedom: (
                kept(np.where(out == 0, 0, g / (2 * out)), shape, dim, keepdim) * var_slope(x, dim, freedom)
            )
        ),
        "ProdBackward0": dict(x=lambda g, x: g * np.product_of_others(x, None)),
        "ProdBackward1": dict(
            x=lambda g, x, dim, keepdim: (
                (g if keepdim else np.unsqueeze(g, dim)) * np.product_of_others(x, dim)
            )
        ),
        "CumsumBackward0": dict(x=lambda g, dim: np.sums_from(g, dim)),
        "CumprodBackward0": dict(x=lambda g, x, out, dim: np.cumprod_slope(g, x, out, dim)),
        "LogsumexpBackward0": dict(
            x=lambda g, x, out, shape, dim, keepdim: (
                kept(g, shape, dim, keepdim) * np.exp(x - np.finite(kept(out, shape, dim, keepdim)))
            )
        ),
        "SoftmaxBackward0": dict(x=lambda g, out, dim: out * (g - np.sum_kept(g * out, dim))),
        "LogSoftmaxBackward0": dict(x=lambda g, out, dim: g - np.exp(out) * np.sum_kept(g, dim)),
        "LinalgVectorNormBackward0": dict(
            x=lambda g, x, out, order, shape, dim, keepdim: (
                kept(g, shape, dim, keepdim) * norm_slope(x, kept(out, shape, dim, keepdim), order, dim)
            )
        ),
        # --- extremes and order ---
        "MaxBackward1": dict(x=shared),
        "MinBackward1": dict(x=shared),
        "MedianBackward0": dict(x=shared),
        "AmaxBackward0": dict(x=shared_along),
        "AminBackward0": dict(x=shared_along),
        **{
            f"{name}": dict(
                x=lambda g, shape, dim, keepdim, indices: np.gather_into(
                    g if keepdim else np.unsqueeze(g, dim), shape, dim, indices
                )
            )
            for name in (
                "MaxBackward0",
                "MinBackward0",
                "MedianBackward1",
                "KthvalueBackward0",
                "SortBackward0",
                "TopkBackward0",
            )
        },
        # --- matrices ---
        "MmBackward0": dict(x=lambda g, y: np.mm(g, np.t(y)), y=product_slope),
        "MvBackward0": dict(x=lambda g, y: np.outer(g, y), y=lambda g, x: np.mv(np.t(x), g)),
        "DotBackward0": dict(x=lambda g, y: g * y, y=lambda g, x: g * x),
        "BmmBackward0": dict(
            x=lambda g, y: np.matmul(g, np.transpose(y, 1, 2)),
            y=lambda g, x: np.matmul(np.transpose(x, 1, 2), g),
        ),
        "AddmmBackward0": dict(bias=lambda g: g, x=lambda g, y: np.mm(g, np.t(y)), y=product_slope),
        "TrilBackward0": dict(x=lambda g, diagonal: np.tril(g, diagonal)),
        "TriuBackward0": dict(x=lambda g, diagonal: np.triu(g, diagonal)),
        "LinalgInvExBackward0": dict(x=lambda g, out: -np.matmul(np.mT(out), np.matmul(g, np.mT(out)))),
        "LinalgSolveExBackward0": dict(
            x=lambda g, x, out: -np.matmul(np.solve(np.mT(x), g), np.mT(out)),
            y=lambda g, x: np.solve(np.mT(x), g),
        ),
        "LinalgDetBackward0": dict(x=lambda g, x, out: np.each_matrix(g * out) * np.mT(np.inv(x))),
        # --- shapes ---
        **{
            f"{name}": dict(x=lambda g, shape: np.reshape(g, shape))
            for name in (
                "ViewBackward0",
                "UnsafeViewBackward0",
                "UnsqueezeBackward0",
                "SqueezeBackward0",
                "SqueezeBackward1",
                "SqueezeBackward2",
            )
        },
        "PermuteBackward0": dict(x=lambda g, inverse: np.permute(g, inverse)),
        "TransposeBackward0": dict(x=lambda g, dim0, dim1: np.transpose(g, dim0, dim1)),
        "TBackward0": dict(x=lambda g: np.t(g)),
        "ExpandBackward0": dict(x=lambda g: g),
        "RepeatBackward0": dict(x=lambda g, shape, padded, counts: np.sum_of_tiles(g, shape, padded, counts)),
        "FlipBackward0": dict(x=lambda g, dims: np.flip(g, dims)),
        "RollBackward0": dict(x=lambda g, back, dims: np.roll(g, back, dims)),
        "AliasBackward0": dict(x=lambda g: g),
        "CloneBackward0": dict(x=lambda g: g),
        "ToCopyBackward0": dict(x=lambda g, old, new: np.moved(g, old, new)),
        "CatBackward0": dict(each=lambda g, lengths, dim: np.split(g, lengths, dim)),
        "StackBackward0": dict(each=lambda g, dim: np.unbind(g, dim)),
        "UnbindBackward0": dict(x=lambda g, shapes, dim: np.stack(np.filled(g, shapes), dim)),
        "SplitBackward0": dict(x=lambda g, shapes, dim: np.cat(np.filled(g, shapes), dim)),
        "SplitWithSizesBackward0": dict(x=lambda g, shapes, dim: np.cat(np.filled(g, shapes), dim)),
        # --- parts: what reads a part, and what puts it into zeros ---
        "SelectBackward0": dict(x=lambda g, shape, dim, place: np.select_into(g, shape, dim, place)),
        "SelectBackwardBackward0": dict(x=lambda g, dim, place: np.select(g, dim, place)),
        "SliceBackward0": dict(x=lambda g, shape, dim, part: np.slice_into(g, shape, dim, part)),
        "SliceBackwardBackward0": dict(x=lambda g, dim, part: np.slice_of(g, dim, part)),
        "DiagonalBackward0": dict(
            x=lambda g, shape, offset, dim1, dim2: np.diagonal_into(g, shape, offset, dim1, dim2)
        ),
        "DiagEmbedBackward0": dict(x=lambda g, offset, dim1, dim2: np.diagonal(g, offset, dim1, dim2)),
        "UnfoldBackward0": dict(x=lambda g, shape, dim, size, gap: np.unfold_into(g, shape, dim, size, gap)),
        "UnfoldBackwardBackward0": dict(x=lambda g, dim, size, gap: np.unfold(g, dim, size, gap)),
        "IndexBackward0": dict(x=lambda g, shape, index: np.index_into(g, shape, index)),
        "IndexPutImplBackward0": dict(x=lambda g, index: np.index(g, index)),
        "IndexSelectBackward0": dict(x=lambda g, shape, index: np.index_into(g, shape, index)),
        "MaskedSelectBackward0": dict(x=lambda g, shape, index: np.index_into(g, shape, index)),
        "GatherBackward0": dict(x=lambda g, shape, dim, index: np.gather_into(g, shape, dim, index)),
        # --- writing ---
        "ScatterAddBackward0": dict(
            x=lambda g: g, y=lambda g, dim, index, src_shape: np.gather_padded(g, dim, index, src_shape)
        ),
        "ScatterBackward0": dict(
            x=lambda g, dim, index: np.scatter(g, dim, index, 0),
            y=lambda g, dim, index, src_shape: np.gather_padded(g, dim, index, src_shape),
        ),
        "ScatterBackward1": dict(x=lambda g, dim, index: np.scatter(g, dim, index, 0)),
        "IndexAddBackward0": dict(x=lambda g: g, y=lambda g, index: np.index(g, index)),
        "IndexPutBackward0": dict(
            x=lambda g, index: np.cleared(g, index), y=lambda g, index: np.index(g, index)
        ),
        "IndexPutBackward1": dict(x=lambda g: g, y=lambda g, index: np.index(g, index)),
        "CopyBackwards": dict(x=lambda g: np.zeros_like(g), y=lambda g: g),
        "CopySlices": dict(x=lambda g, steps: np.cut(g, steps), y=lambda g, steps: np.look(g, steps)),
    }
