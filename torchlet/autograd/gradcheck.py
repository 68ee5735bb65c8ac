"""Is a backward right? The gradients that it gives beside slopes measured with central differences."""

import itertools
import warnings

from ..backward import grad
from ..comparison import allclose
from ..filled import zeros, zeros_like
from ..sampling import randn
from ..tensor import Tensor


class GradcheckError(RuntimeError):
    """A gradient that is not what was measured. The message shows both; a note says where they differ most."""


def gradcheck(
    func,
    inputs,
    *,
    eps=1e-6,
    atol=1e-5,
    rtol=1e-3,
    raise_exception=True,
    nondet_tol=0.0,
    check_undefined_grad=True,
    check_grad_dtypes=False,
):
    """True if the analytic Jacobian of `func` at `inputs` agrees with the numeric one within |a − n| ≤ atol + rtol·|n|.

    `inputs`: a tensor or a tuple; those that require grad are checked and should be float64, since the rounding of
    float32 is as large as the differences. `eps`: the step of the central difference. Also checked: the incoming
    gradient is multiplied in, two passes give the same, and a missing incoming gradient is survived.
    GradcheckError says what is wrong; with `raise_exception=False` the answer is False instead.
    """
    try:
        return _gradcheck(func, inputs, eps, atol, rtol, nondet_tol, check_undefined_grad, check_grad_dtypes)
    except GradcheckError:
        if raise_exception:
            raise
        return False


def gradgradcheck(
    func,
    inputs,
    grad_outputs=None,
    *,
    eps=1e-6,
    atol=1e-5,
    rtol=1e-3,
    gen_non_contig_grad_outputs=False,
    raise_exception=True,
    nondet_tol=0.0,
    check_undefined_grad=True,
    check_grad_dtypes=False,
):
    """gradcheck of the gradients themselves: is the backward of the backward right?

    `grad_outputs`: incoming gradients to check at; random normal ones by default.
    """
    inputs = _as_tuple(inputs)
    outputs = _differentiable(func(*inputs))
    if grad_outputs is None:
        grad_outputs = tuple(randn(out.shape, dtype=out.dtype, device=out.device) for out in outputs)
        if gen_non_contig_grad_outputs:
            grad_outputs = tuple(_non_contiguous(g) for g in grad_outputs)
        grad_outputs = tuple(g.requires_grad_() for g in grad_outputs)
    else:
        grad_outputs = _as_tuple(grad_outputs)

    def gradients(*args):
        inputs, incoming = args[: -len(grad_outputs)], args[-len(grad_outputs) :]
        outputs = _differentiable(func(*inputs))
        asking = [x for x in inputs if isinstance(x, Tensor) and x.requires_grad]
        found = grad(outputs, asking, incoming, create_graph=True, allow_unused=True)
        return tuple(g for g in found if g is not None)

    return gradcheck(
        gradients,
        inputs + grad_outputs,
        eps=eps,
        atol=atol,
        rtol=rtol,
        raise_exception=raise_exception,
        nondet_tol=nondet_tol,
        check_undefined_grad=check_undefined_grad,
        check_grad_dtypes=check_grad_dtypes,
    )


def _gradcheck(func, inputs, eps, atol, rtol, nondet_tol, check_undefined_grad, check_grad_dtypes):
    inputs = _as_tuple(inputs)
    asking = _check_inputs(inputs)
    all_outputs = _as_tuple(func(*inputs))
    outputs = _differentiable(all_outputs)
    if not outputs:
        for x in asking:
            for column in numeric_jacobian(func, inputs, x, eps):
                if column is not None and bool((column != 0).any()):
                    raise GradcheckError("Numerical gradient for function expected to be zero")
        return True
    positions = [i for i, out in enumerate(all_outputs) if _is_differentiable(out)]
    numeric = [numeric_jacobian(func, inputs, x, eps) for x in asking]
    for o, (position, out) in enumerate(zip(positions, outputs, strict=True)):
        analytic = analytic_jacobian(out, asking, check_grad_dtypes)
        again = analytic_jacobian(out, asking, check_grad_dtypes)
        for i, (a, b) in enumerate(zip(analytic, again, strict=True)):
            n = numeric[i][position].to(a.dtype)
            if not allclose(a, n, rtol, atol):
                raise _mismatch(a, n, o, i)
            if a.numel() and float((a - b).abs().max()) > nondet_tol:
                raise GradcheckError(
                    "Backward is not reentrant, i.e., running backward with same input and grad_output multiple times "
                    "gives different values, although analytical gradient matches numerical gradient."
                    f"The tolerance for nondeterminism was {nondet_tol}."
                )
    _check_multiplied(outputs, asking)
    if check_undefined_grad:
        _check_undefined(func, inputs)
    return True


def numeric_jacobian(func, inputs, x, eps):
    """For each output of `func` the slopes (f(x + eps) − f(x − eps)) / 2 eps, shape (elements of x, of output).

    `x` is one of the inputs; its elements are moved in place and put back. None for outputs without a float dtype.
    """
    moved = x.data  # not detach(): the moves are put back, and saved values stay valid

    def evaluate():
        return [out.detach().clone() if _is_float(out) else None for out in _as_tuple(func(*inputs))]

    columns = []
    for index in itertools.product(*map(range, x.shape)):
        value = moved[index].item()
        moved[index] = value - eps
        below = evaluate()
        moved[index] = value + eps
        above = evaluate()
        moved[index] = value
        columns.append([None if a is None else _slope(a, b, eps) for a, b in zip(above, below, strict=True)])
    jacobians = []
    for o, out in enumerate(evaluate()):
        if out is None:
            jacobians.append(None)
            continue
        jacobian = zeros(x.numel(), out.numel(), dtype=out.dtype)
        for i, column in enumerate(columns):
            jacobian[i] = column[o].reshape(-1)
        jacobians.append(jacobian)
    return jacobians


def _slope(above, below, eps):
    if above.shape != below.shape:
        raise AssertionError(
            "Expected `func` to return outputs with the same shape when inputs are perturbed "
            f"by {eps}, but got: shapes {above.shape} and {below.shape}."
        )
    return (above - below) / (2 * eps)


def analytic_jacobian(output, inputs, check_grad_dtypes=False):
    """For each input what backward gives, shape (elements of the input, of the output): a pass per element."""
    jacobians = [zeros(x.numel(), output.numel(), dtype=x.dtype) for x in inputs]
    for j, index in enumerate(itertools.product(*map(range, output.shape))):
        incoming = zeros_like(output)
        incoming[index] = 1.0
        for jacobian, x, g in zip(jacobians, inputs, _backward(output, inputs, incoming), strict=True):
            if g is None:
                continue
            if g.shape != x.shape:
                raise GradcheckError("Analytical gradient has incorrect size")
            if check_grad_dtypes and g.dtype != x.dtype:
                raise GradcheckError("Gradient has dtype mismatch")
            jacobian[:, j] = g.detach().reshape(-1)
    return jacobians


def _backward(outputs, inputs, incoming):
    return grad(outputs, inputs, incoming, retain_graph=True, allow_unused=True)


def _mismatch(analytic, numeric, output, input):
    error = GradcheckError(
        f"Jacobian mismatch for output {output} with respect to input {input},\n"
        f"numerical:{numeric}\nanalytical:{analytic}\n"
    )
    difference = (analytic - numeric).abs()
    worst = int(difference.argmax())
    i, o = divmod(worst, analytic.shape[1])
    error.add_note(
        f"They differ most in the slope of element {o} of the output by element {i} of the input: "
        f"measured {numeric[i, o].item():.6g}, backward gives {analytic[i, o].item():.6g}."
    )
    return error


def _check_multiplied(outputs, inputs):
    """An incoming gradient of zeros must give zeros."""
    found = _backward(outputs, inputs, [zeros_like(out) for out in outputs])
    for g in found:
        if g is not None and not bool((g == 0).all()):
            raise GradcheckError("backward not multiplied by grad_output")


def _check_undefined(func, inputs):
    """Where only some outputs are used, the gradients of the others do not exist: backward has to bear it."""
    outputs = _differentiable(func(*inputs))
    asking = [x for x in inputs if isinstance(x, Tensor) and x.requires_grad]
    if len(outputs) < 2:
        return
    for out in outputs:
        try:
            _backward(out, asking, zeros_like(out))
        except (TypeError, AttributeError) as error:
            raise GradcheckError(
                "Expected backward function to handle undefined output grads. Please look at "
                '"Notes about undefined output gradients": a gradient that does not exist may arrive as None.'
            ) from error


def _check_inputs(inputs):
    asking = []
    for i, x in enumerate(inputs):
        if isinstance(x, Tensor) and x.requires_grad:
            if x.element_size() != 8:
                warnings.warn(
                    f"Input #{i} requires gradient and is not a double precision floating point or complex. "
                    "This check will likely fail if all the inputs are not of double precision floating point or "
                    "complex. ",
                    stacklevel=4,
                )
            if x.numel() > 1 and 0 in x.stride():
                raise RuntimeError(
                    f"The {i}th input has a dimension with stride 0. gradcheck only supports inputs that are non-overlapping "
                    "to be able to compute the numerical gradients correctly. You should call .contiguous on the input "
                    "before passing it to gradcheck."
                )
            asking.append(x)
            x.retain_grad()
    if not asking:
        raise ValueError(
            "gradcheck expects at least one input tensor to require gradient, "
            "but none of them have requires_grad=True."
        )
    return asking


def _as_tuple(value):
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def _is_float(value):
    return isinstance(value, Tensor) and value.is_floating_point()


def _is_differentiable(value):
    if not isinstance(value, Tensor):
        raise AttributeError(
            f"'{type(value).__name__}' object has no attribute 'requires_grad'. What is checked has to return tensors: is a "
            "return missing?"
        )
    return value.is_floating_point() and value.requires_grad


def _differentiable(outputs):
    return tuple(out for out in _as_tuple(outputs) if _is_differentiable(out))


def _non_contiguous(tensor):
    """The same values in every second place of a larger tensor."""
    if tensor.ndim == 0:
        return tensor
    wide = zeros(*tensor.shape[:-1], 2 * tensor.shape[-1], dtype=tensor.dtype)
    part = wide[..., ::2]
    part.copy_(tensor)
    return part
