"""Why operations differ from PyTorch's operator database: for each reason the operations and the column."""

REASONS = {
    "NumPy has at most 64 dimensions and its own names for what goes wrong; the words differ, the refusal does not": {
        "errors": "multinomial, scatter, scatter_add, amax, amin, aminmax"
    },
    "A step of 0.5 between integers, memory that cannot grow, the k-th of a single number: not refused": {
        "errors": "arange, cat, kthvalue"
    },
    "A special method called by hand with two numbers, which Python itself never does": {
        "errors": "__radd__, __rand__, __rmul__, __ror__, __rxor__",
        "values": "__rsub__",
    },
    "Which of equal elements comes first is left open by PyTorch; here it is always the first": {
        "values": "argsort, kthvalue, sort, topk"
    },
    "PyTorch rounds each power of an integer `logspace` down on the way, here once at the end": {
        "values": "logspace tensor_overload"
    },
    "With `create_graph`, `cumprod` of elements with a zero among them is refused: its formula divides by the elements": {
        "gradients": "cumprod"
    },
    "An index without elements may have any number of dimensions in PyTorch": {
        "values": "gather",
        "gradients": "gather",
    },
    "Matrix norms, other triangles, tolerances and drivers of `linalg` are not in this core; lessons have no use for them": {
        "values": "linalg.eigvalsh, linalg.lstsq, linalg.lstsq grad_oriented, linalg.matrix_rank, linalg.norm, "
        "linalg.matrix_rank hermitian, linalg.pinv, linalg.pinv hermitian, linalg.pinv singular, norm nuc",
        "gradients": "linalg.eigvalsh, linalg.lstsq, linalg.lstsq grad_oriented, linalg.norm, linalg.pinv, "
        "linalg.norm subgradients_at_zero, linalg.pinv hermitian, linalg.pinv singular, norm nuc",
        "errors": "linalg.lstsq, linalg.lstsq grad_oriented",
    },
    "Matrices of 0 × 0 with a stack of vectors: NumPy takes the second operand for a matrix": {
        "values": "linalg.solve"
    },
    "`normal` as a method that takes a shape from a tensor, and the check of its std, are not in this core": {
        "values": "normal in_place",
        "errors": "normal in_place",
    },
}


def differing():
    """{(operation, column): reason}."""
    return {
        (name.strip(), column): why
        for why, columns in REASONS.items()
        for column, names in columns.items()
        for name in names.split(",")
    }
