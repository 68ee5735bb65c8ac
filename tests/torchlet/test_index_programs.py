"""Short programs with indices, NumPy's things and odd data, told to both: what is picked, written, made and refused."""

import pytest
import torch

import torchlet
from tests.torchlet.programs import Told, paragraphs

# Each program puts what it has to show into `out`; `T` is torch.tensor.
PROGRAMS = """
# a list with more than numbers in it counts as a tuple
x = torch.arange(24.0).reshape(2, 3, 4)
for i in ([[0, 1]], [[0, 1], [0, 2]], [T(0), T(1)], [T([0, 1]), T([0, 2])], [0, None], [slice(None)], [0, [1, 2]], [(0, 1)], [[True, False]]):
    out += [x[i]]

x = torch.zeros(2, 3); x[[[0, 1], [0, 2]]] = 7; out += [x]

x = torch.arange(6.0).reshape(2, 3); out += [x[[0, 1]], x[[True, False]], x[[0, -1], [0, 1]], x[[]], x[range(2)], x[([0, 1],)]]

# bytes are a mask, other small integers no index
x = torch.arange(6.0).reshape(2, 3); out += [x[T([0, 1], dtype=torch.uint8)], x[T(1, dtype=torch.uint8)], x[T(0, dtype=torch.uint8)]]
out += [tried(lambda: x[T([1, 0, 1], dtype=torch.uint8)]), x[:, T([1, 0, 1], dtype=torch.uint8)], x[np.array([0, 1], dtype=np.uint8)]]

x = torch.arange(6.0).reshape(2, 3); out += [tried(lambda: x[T([0], dtype=dtype)]) for dtype in (torch.int8, torch.int16, torch.int32, torch.float32)]
out += [tried(lambda: x[np.array([0], dtype=np.int8)]), x[T(1, dtype=torch.int8)], x[np.int8(1)]]

# bounds of slices, and things that are no index
x = torch.arange(6.0).reshape(2, 3)
out += [tried(lambda: x[i]) for i in (slice(1.0, 2), slice("a"), slice(None, None, 1.5), np.bool_(True), np.float32(1), slice(np.int64(1), None), slice(T(1), None))]
def delete():
    del x[0]
out += [tried(delete)]

# a number of another dtype may be written through one mask only
for i in (T([True, False]), T([[True, False, True], [False, False, True]]), True, [0, 1], T([0, 1]), 0, (T([True, False]), [0]), slice(None)):
    x = torch.zeros(2, 3); out += [tried(x.__setitem__, i, T(4)), x, tried(x.__setitem__, i, T([5])), x]

x = torch.zeros(2, 3); out += [tried(x.__setitem__, [0, 1], value) for value in (T([[1.0, 2.0]]), T([[1], [2]]), T([1, 2]), T([True, False, True]))]
x = torch.zeros(2, requires_grad=True) * 1; x[...] = torch.ones(2, requires_grad=True); out += [x, x.grad_fn.name()]

# new tensors from odd data
A = torch.arange; out += [A(np.int64(3)), A(np.int64(1), 4), A(np.float32(2)), A(T(3)), tried(A, "a")]
out += [tried(A, *a, dtype=dtype) for dtype in (torch.int64, torch.int8) for a in ((1.5,), (0, 5, 1.5), (0.5, 3), (5.5, 1, -2.5))]

x = T([1.0, 2.0]); y = T(x); y[0] = 5; out += [x, y]

out += [tried(T, None, dtype=dtype) for dtype in (torch.float32, torch.float16, torch.int64, torch.bool)]
out += [tried(torch.zeros_like, 3), tried(torch.ones_like, [1]), tried(torch.eye, 2.0)]
for shape in ([2.0], [[2]], T([2, 3]), np.array([2, 3]), range(3), None, "a", 2.0):
    out += [tried(torch.zeros, shape), tried(torch.rand, shape), tried(torch.ones(6).reshape, shape)]

# numbers and arrays of NumPy beside an operator
x = torch.tensor([1.0, 2.0])
for n in (np.float64(2.5), np.float32(2.5), np.int64(2), np.int8(2)):
    out += [x**n, n**x, x * n, n - x, n / x, n // x, n % x]

x, a = torch.tensor([1.0, 2.0]), np.array([3.0, 4.0]); out += [x / a, tried(lambda: a // x), tried(lambda: a % x), tried(lambda: a * x)]
x, a = torch.tensor([1, 2]), np.array([3, 4]); out += [x**a, x % a, x == a, tried(lambda: a**x)]
"""


@pytest.mark.parametrize("program", paragraphs(PROGRAMS))
def test_program(program):
    theirs, ours = [Told(m, program, T=m.tensor) for m in (torch, torchlet)]
    assert ours.ended == theirs.ended
    assert ours.shown == theirs.shown
    assert ours.warned == theirs.warned


@pytest.mark.filterwarnings("ignore:__array_wrap__ must accept:DeprecationWarning")
def test_array_divided_by_tensor():
    numbers = __import__("numpy").array([3.0, 4.0])
    for module in (torch, torchlet):
        quotient = numbers / module.tensor([1.0, 2.0])
        assert quotient.tolist() == [3.0, 2.0] and quotient.dtype == module.float64
