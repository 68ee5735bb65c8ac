"""Derivatives of functions: jacobian, hessian and their products with vectors.

`func` takes the tensors `inputs` (one, or a tuple) and returns one tensor or a tuple; results have the same
nesting. With `create_graph=True` they can be differentiated again. `strict=True` refuses an output that does not
depend on an input, where otherwise the answer is zeros.
"""

from ..backward import grad
from ..filled import empty, zeros_like
from ..grad_mode import enable_grad
from ..joining import stack
from ..missing import of_module
from ..tensor import Tensor


@enable_grad()
def vjp(func, inputs, v=None, create_graph=False, strict=False):
    """(outputs, vᵀJ): one backward pass. `v` has the shape of the outputs; it may be left out for one number."""
    was_tuple, inputs = _as_tuple(inputs, "inputs", "vjp")
    inputs = _fresh(inputs, create_graph)
    out_was_tuple, outputs = _outputs(func, inputs, "vjp", strict)
    if v is None:
        if len(outputs) != 1 or outputs[0].nelement() != 1:
            raise RuntimeError(
                "The vector v can only be None if the user-provided function returns a single Tensor "
                "with a single element."
            )
        v = (None,)
    else:
        v = _vector(v, outputs, out_was_tuple, "vjp")
    gradients = _gradients(outputs, inputs, v, create_graph)
    gradients = _filled(gradients, inputs, strict, _INDEPENDENT_OUTPUT)
    return _back(outputs, out_was_tuple, create_graph), _back(gradients, was_tuple, create_graph)


@enable_grad()
def jvp(func, inputs, v=None, create_graph=False, strict=False):
    """(outputs, J v), by two backward passes: uᵀJ is linear in u, and its derivative applied to v is J v.

    `v` has the shape of the inputs; it may be left out for a single number.
    """
    was_tuple, inputs = _as_tuple(inputs, "inputs", "jvp")
    inputs = _fresh(inputs, create_graph)
    if v is None:
        if len(inputs) != 1 or inputs[0].nelement() != 1:
            raise RuntimeError(
                "The vector v can only be None if the input to the user-provided function is a single Tensor "
                "with a single element."
            )
        v = (None,)
    else:
        v = _vector(v, inputs, was_tuple, "jvp")
    out_was_tuple, outputs = _outputs(func, inputs, "jvp", strict)
    u = tuple(zeros_like(out).requires_grad_() for out in outputs)
    gradients = _gradients(outputs, inputs, u, True)
    _check_all_require(gradients, strict, _INDEPENDENT_SLOPE)
    gradients = _filled(gradients, inputs, strict, _INDEPENDENT_OUTPUT)
    if v == (None,):
        v = tuple(zeros_like(g) + 1 for g in gradients)
    products = _gradients(gradients, u, v, create_graph)
    products = _filled(products, u, strict, _INDEPENDENT_GRADIENT)
    return _back(outputs, out_was_tuple, create_graph), _back(products, out_was_tuple, create_graph)


@enable_grad()
def jacobian(func, inputs, create_graph=False, strict=False, vectorize=False, strategy="reverse-mode"):
    """J, row by row, one backward pass for each element of the outputs.

    Shape: output's shape followed by input's shape; nested tuples [output][input] where there are several.
    `vectorize` changes nothing here, and there is one `strategy`.
    """
    if strategy not in ("forward-mode", "reverse-mode"):
        raise AssertionError('Expected strategy to be either "forward-mode" or "reverse-mode".')
    if strategy == "forward-mode":
        raise NotImplementedError("There is no forward mode here: use strategy='reverse-mode'.")
    was_tuple, inputs = _as_tuple(inputs, "inputs", "jacobian")
    inputs = _fresh(inputs, create_graph)
    out_was_tuple, outputs = _outputs(func, inputs, "jacobian", strict)
    rows = []
    for o, out in enumerate(outputs):
        if out.numel() == 0:
            block = tuple(empty(*out.shape, *x.shape, dtype=out.dtype, device=out.device) for x in inputs)
        else:
            flat = out.reshape(-1)
            each = [
                _filled(
                    _gradients((flat[i],), inputs, (None,), create_graph, keep=True),
                    inputs,
                    strict,
                    f"Output {o} of the user-provided function is independent of input {{}}.",
                )
                for i in range(flat.numel())
            ]
            for row in each:
                _check_all_require(row, strict and create_graph, _INDEPENDENT_ROW)
            block = tuple(
                stack(column).reshape(*out.shape, *x.shape)
                for column, x in zip(zip(*each, strict=True), inputs, strict=True)
            )
        rows.append(_back(block, was_tuple, create_graph))
    return tuple(rows) if out_was_tuple else rows[0]


def hessian(
    func, inputs, create_graph=False, strict=False, vectorize=False, outer_jacobian_strategy="reverse-mode"
):
    """The second derivatives of a function with one number as its result: the jacobian of its gradient.

    Shape: input's shape twice; nested tuples [i][j] where there are several inputs.
    """
    was_tuple, inputs = _as_tuple(inputs, "inputs", "hessian")

    def gradient(*inputs):
        out = _single_number(func, inputs, "hessian", strict)
        gradients = _filled(_gradients((out,), inputs, (None,), True), inputs, strict, _INDEPENDENT_FIRST)
        _check_all_require(gradients, strict, _INDEPENDENT_GRADIENT_OF_HESSIAN)
        return gradients

    blocks = jacobian(gradient, inputs, create_graph, strict)
    return blocks if was_tuple else blocks[0][0]


@enable_grad()
def vhp(func, inputs, v=None, create_graph=False, strict=False):
    """(output, vᵀH) for a function with one number as its result: the gradient's vector-Jacobian product."""
    return _vector_hessian("vhp", func, inputs, v, create_graph, strict)


def _vector_hessian(name, func, inputs, v, create_graph, strict):
    was_tuple, inputs = _as_tuple(inputs, "inputs", name)
    inputs = _fresh(inputs, create_graph)
    v = _input_vector(v, inputs, was_tuple, name)
    output = _single_number(func, inputs, name, strict)
    gradients = _gradients((output,), inputs, (None,), True)
    _check_all_require(gradients, strict, _INDEPENDENT_GRADIENT_OF_HESSIAN)
    gradients = _filled(gradients, inputs, strict, _INDEPENDENT_OUTPUT)
    products = _filled(_gradients(gradients, inputs, v, create_graph), inputs, strict, _INDEPENDENT_JACOBIAN)
    return _back((output,), False, create_graph), _back(products, was_tuple, create_graph)


@enable_grad()
def hvp(func, inputs, v=None, create_graph=False, strict=False):
    """(output, H v). H is symmetric, so this is vᵀH."""
    return _vector_hessian("hvp", func, inputs, v, create_graph, strict)


_INDEPENDENT_OUTPUT = "The output of the user-provided function is independent of input {}."
_INDEPENDENT_GRADIENT = (
    "The gradient with respect to the input is independent of entry {} in the grad_outputs when using the double "
    "backward trick to compute forward mode gradients."
)
_INDEPENDENT_FIRST = "Output 0 of the user-provided function is independent of input {}."
_INDEPENDENT_SLOPE = (
    "The gradient with respect to input {} is independent of the inputs of the user-provided function. This is not "
    "allowed in strict mode."
)
_INDEPENDENT_ROW = (
    "The jacobian of the user-provided function is independent of input {}. This is not allowed in strict mode when "
    "create_graph=True."
)
_INDEPENDENT_GRADIENT_OF_HESSIAN = (
    "While computing the hessian, found that the jacobian of the user-provided function with respect to input {} is "
    "independent of the input. This is not allowed in strict mode. You should ensure that your function is twice "
    "differentiable and that the jacobian depends on the inputs (this would be violated by a linear function for example)."
)
_INDEPENDENT_JACOBIAN = "The jacobian of the user-provided function is independent of input {}."


def _as_tuple(value, what, function):
    """(whether it was a tuple, the tuple)."""
    was_tuple = isinstance(value, tuple)
    values = value if was_tuple else (value,)
    for i, each in enumerate(values):
        if not isinstance(each, Tensor):
            which = (
                f"value at index {i} has type {type(each)}."
                if was_tuple
                else f"given {what} has type {type(each)}."
            )
            raise TypeError(
                f"The {what} given to {function} must be either a Tensor or a tuple of Tensors but the {which}"
            )
    return was_tuple, values


def _fresh(inputs, create_graph):
    """Inputs of our own to differentiate by; with create_graph still connected to the caller's."""
    return tuple(
        x.view_as(x) if create_graph and x.requires_grad else x.detach().requires_grad_() for x in inputs
    )


def _outputs(func, inputs, function, strict):
    was_tuple, outputs = _as_tuple(func(*inputs), "outputs of the user-provided function", function)
    _check_all_require(outputs, strict, _NO_GRADIENT)
    return was_tuple, outputs


_NO_GRADIENT = (
    "Output {} of the user-provided function does not require gradients. The outputs must be computed in a differentiable "
    "manner from the input when running in strict mode."
)


def _check_all_require(tensors, strict, complaint):
    """RuntimeError, if strict, for the first tensor that does not require grad, or was not reached at all."""
    for i, tensor in enumerate(tensors if strict else ()):
        if tensor is None:
            raise RuntimeError(f"{_INDEPENDENT_OUTPUT.format(i)} This is not allowed in strict mode.")
        if not tensor.requires_grad:
            raise RuntimeError(complaint.format(i))


def _single_number(func, inputs, function, strict):
    was_tuple, outputs = _outputs(func, inputs, function, strict)
    if was_tuple:
        raise RuntimeError(f"The function given to {function} should return a single Tensor")
    if outputs[0].nelement() != 1:
        raise RuntimeError(
            f"The Tensor returned by the function given to {function} should contain a single element"
        )
    return outputs[0].reshape(()) if outputs[0].ndim else outputs[0]


def _vector(v, like, like_was_tuple, function):
    _, v = _as_tuple(v, "v", function)
    if len(v) != len(like):
        if like_was_tuple:
            raise RuntimeError(f"v is a tuple of invalid length: should be {len(like)} but got {len(v)}.")
        raise RuntimeError("The given v should contain a single Tensor.")
    for i, (each, other) in enumerate(zip(v, like, strict=True)):
        if each.shape != other.shape:
            entry = f"Entry {i} in " if like_was_tuple else ""
            raise RuntimeError(f"{entry}v has invalid size: should be {other.shape} but got {each.shape}.")
    return v


def _input_vector(v, inputs, was_tuple, function):
    if v is not None:
        return _vector(v, inputs, was_tuple, function)
    if len(inputs) != 1 or inputs[0].nelement() != 1:
        raise RuntimeError(
            "The vector v can only be None if the input to the user-provided function is a single Tensor with a "
            "single element."
        )
    return (zeros_like(inputs[0]) + 1,)


def _gradients(outputs, inputs, v, create_graph, keep=None):
    """`grad`, leaving out outputs that depend on nothing; None for inputs that play no part."""
    pairs = [
        (out, each) for out, each in zip(outputs, v, strict=True) if out is not None and out.requires_grad
    ]
    if not pairs:
        return (None,) * len(inputs)
    outputs, v = zip(*pairs, strict=True)
    return grad(outputs, inputs, v, retain_graph=keep, create_graph=create_graph, allow_unused=True)


def _filled(gradients, inputs, strict, complaint):
    """Zeros where nothing depends; an error instead if that is not allowed."""
    for i, g in enumerate(gradients):
        if g is None and strict:
            raise RuntimeError(f"{complaint.format(i)} This is not allowed in strict mode.")
    return tuple(zeros_like(x) if g is None else g for g, x in zip(gradients, inputs, strict=True))


def _back(values, was_tuple, create_graph):
    """Results as the caller nests them, without a graph unless it was asked for."""
    if not create_graph:
        values = tuple(value.detach() for value in values)
    return tuple(values) if was_tuple else values[0]


__getattr__ = of_module(__name__)
