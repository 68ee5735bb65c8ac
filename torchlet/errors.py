"""The mistakes one can make, each with PyTorch's words: functions that give the exception to raise."""

GRAD_OF_RESULT = (
    "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad attribute won't be "
    "populated during autograd.backward(). If you indeed want the .grad field to be populated for a non-leaf "
    "Tensor, use .retain_grad() on the non-leaf Tensor. If you access the non-leaf Tensor by mistake, make sure "
    "you access the leaf Tensor instead. See github.com/pytorch/pytorch/pull/30531 for more information. "
    "(Triggered internally at /__w/pytorch/pytorch/build/aten/src/ATen/core/TensorBody.h:493.)"
)

TYPE_WORDS = {
    "float64": "Double",
    "float32": "Float",
    "float16": "Half",
    "int64": "Long",
    "int32": "Int",
    "int16": "Short",
    "int8": "Char",
    "uint8": "Byte",
    "bool": "Bool",
}

# The same in the words of C++, which some messages use.
C_WORDS = {"float64": "double", "float32": "float", "float16": "c10::Half", "int64": "long long", "int32": "int",
           "int16": "short", "int8": "signed char", "uint8": "unsigned char", "bool": "bool"}  # fmt: skip


def type_word(np_dtype):
    """The dtype as PyTorch's messages name it: Float, Long, …"""
    return TYPE_WORDS[np_dtype.name]


def type_name(value):
    """The type of a wrong argument as PyTorch's messages name it: numpy.float32, list, …"""
    kind = type(value)
    return f"numpy.{kind.__name__}" if kind.__module__ == "numpy" else kind.__name__


# --- autograd ---


def freed():
    return RuntimeError(
        "Trying to backward through the graph a second time (or directly access saved tensors after they have "
        "already been freed). Saved intermediate values of the graph are freed when you call .backward() or "
        "autograd.grad(). Specify retain_graph=True if you need to backward through the graph a second time or "
        "if you need to access saved tensors after calling backward."
    )


def modified(array, source, now, expected):
    """`source`: the node that made the tensor, None for a leaf."""
    word = f"torch.{type_word(array.dtype)}Tensor {list(array.shape)}"
    made = "" if source is None else f", which is output 0 of {source.name().partition('Backward')[0]},"
    return RuntimeError(
        "one of the variables needed for gradient computation has been modified by an inplace operation: "
        f"[{word}]{made} is at version {now}; expected version {expected} instead. Hint: enable anomaly detection "
        "to find the operation that failed to compute its gradient, with "
        "torch.autograd.set_detect_anomaly(True, check_nan=False)."
    )


def nothing_requires_grad(position):
    return RuntimeError(f"element {position} of tensors does not require grad and does not have a grad_fn")


def scalar_output_only():
    return RuntimeError("grad can be implicitly created only for scalar outputs")


def only_floating():
    return RuntimeError("Only Tensors of floating point and complex dtype can require gradients")


def only_floating_later():
    return RuntimeError("only Tensors of floating point dtype can require gradients")


def only_floating_given():
    return RuntimeError("only Tensors of floating point and complex dtype can require gradients")


def not_a_leaf(wanted=False):
    """`wanted`: whether the result was to require grad, which it may already do."""
    advice = (
        " If you want to use a computed variable in a subgraph that doesn't require differentiation use "
        "var_no_grad = var.detach()."
    )
    return RuntimeError(
        "you can only change requires_grad flags of leaf variables." + ("" if wanted else advice)
    )


def leaf_in_place():
    return RuntimeError("a leaf Variable that requires grad is being used in an in-place operation.")


def view_of_leaf_in_place():
    return RuntimeError(
        "a view of a leaf Variable that requires grad is being used in an in-place operation."
    )


REFUSED_VIEWS = {
    "several": (
        "This view is the output of a function that returns multiple views. Such functions do not allow the output views to "
        "be modified inplace. You should replace the inplace operation by an out-of-place one."
    ),
    "function": (
        "This view was created inside a custom Function (or because an input was returned as-is) and the autograd logic to "
        "handle view+inplace would override the custom backward associated with the custom Function, leading to incorrect "
        "gradients. This behavior is forbidden. You can fix this by cloning the output of the custom Function."
    ),
}


def refused_view(view, what):
    """`what`: what has been done to the view, or to its base."""
    node = view._node
    name = "a function" if node is None else node.function.name().partition("Backward")[0]
    return RuntimeError(
        f"Output {view.output_nr} of {name} is a view and {what}. {REFUSED_VIEWS[view._view.refused]}"
    )


def written_through_expanded():
    return RuntimeError(
        "unsupported operation: more than one element of the written-to tensor refers to a single memory location. "
        "Please clone() the tensor before performing the operation."
    )


def written_over_an_input():
    return RuntimeError(
        "unsupported operation: some elements of the input tensor and the written-to tensor refer to a single memory "
        "location. Please clone() the tensor before performing the operation."
    )


def retain_without_grad():
    return RuntimeError("can't retain_grad on Tensor that has requires_grad=False")


def unused(position):
    return RuntimeError(
        f"The differentiated Tensor at index {position} appears to not have been used in the graph. Set allow_unused=True if "
        "this is the desired behavior."
    )


def differentiated_requires_no_grad():
    return RuntimeError("One of the differentiated Tensors does not require grad")


def check_hook_answer(hook, gradient, answer):
    """TypeError unless what a hook gives instead of a gradient is a tensor, RuntimeError unless it is one like it."""
    if not isinstance(answer, type(gradient)):
        raise TypeError(f"expected Variable, but hook returned '{type(answer).__name__}'")
    name = getattr(hook, "__name__", "<unknown>")
    was, got = gradient._array, answer._array
    if got.dtype != was.dtype:
        raise RuntimeError(
            f"hook '{name}' has changed the type of value (was torch.{type_word(was.dtype)}Tensor got "
            f"torch.{type_word(got.dtype)}Tensor)"
        )
    if got.shape != was.shape:
        raise RuntimeError(f"hook '{name}' has changed the size of value")


# --- shapes and indices ---


def checked_dim(dim, ndim):
    """`dim` counted from the front. IndexError if there is no such dimension."""
    size = max(ndim, 1)
    if not -size <= dim < size:
        raise IndexError(
            f"Dimension out of range (expected to be in range of [{-size}, {size - 1}], but got {dim})"
        )
    return dim % size


def not_broadcastable(x_shape, y_shape):
    """Names the dimension in which two shapes do not fit."""
    ndim = max(len(x_shape), len(y_shape))
    for back in range(1, ndim + 1):
        a = x_shape[-back] if back <= len(x_shape) else 1
        b = y_shape[-back] if back <= len(y_shape) else 1
        if a != b and a != 1 and b != 1:
            return RuntimeError(
                f"The size of tensor a ({a}) must match the size of tensor b ({b}) at non-singleton dimension "
                f"{ndim - back}"
            )
    return RuntimeError(f"shapes {list(x_shape)} and {list(y_shape)} cannot be broadcast")


class OutOfMemoryError(RuntimeError):
    """The device has no room for a tensor, not even after its cache was emptied."""


def different_devices(first, second):
    return RuntimeError(
        f"Expected all tensors to be on the same device, but found at least two devices, {first} and {second}!"
    )


def wrong_argument(function, name, position, wanted, got):
    return TypeError(
        f"{function}(): argument '{name}' (position {position}) must be {wanted}, not {type_name(got)}"
    )


def no_overload(function, *arguments, forms=("Tensor input, Tensor other", "Tensor input, Number other")):
    """For a function that takes arguments in several forms, of which none fits."""
    got = ", ".join(map(type_name, arguments))
    return TypeError(
        f"{function}() received an invalid combination of arguments - got ({got}), but expected one of:\n"
        + "".join([f" * ({form})\n" for form in forms])
    )


def check_floating(tensor, kernel):
    """NotImplementedError for integers and bools, which a `kernel` of PyTorch's does not take."""
    if not tensor.is_floating_point():
        word = type_word(tensor._array.dtype)
        raise NotImplementedError(f"\"{kernel}\" not implemented for '{word}'")


def check_gradient_assigned(tensor, value):
    """RuntimeError unless `value` can be `tensor.grad`: same shape, dtype and device."""
    if not isinstance(value, type(tensor).__mro__[-2]):
        raise TypeError(
            f"assigned grad expected to be a Tensor or None but got grad of type {type(value).__name__}"
        )
    if value._array.shape != tensor._array.shape:
        raise RuntimeError(
            f"attempting to assign a gradient of size '{list(value._array.shape)}' to a tensor of size "
            f"'{list(tensor._array.shape)}'. Please ensure that the gradient and the tensor are the same size"
        )
    if value._array.dtype != tensor._array.dtype:
        raise RuntimeError(
            f"attempting to assign a gradient with dtype '{C_WORDS[value._array.dtype.name]}' to a tensor with grad_dtype "
            f"'{type_word(tensor._array.dtype)}'. The gradient must match the tensor's grad_dtype (defaults to the tensor's "
            "dtype). You can set the tensor's grad_dtype attribute with a specific dtype, or None to allow any dtype. Set "
            "grad_dtype with caution. Diverging the dtypes of a tensor and its gradient may break downstream systems that "
            "assume they match."
        )
    if value._device != tensor._device:
        raise RuntimeError("assigned grad has data located on a different device")
