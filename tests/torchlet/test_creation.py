"""New tensors: from data, filled, counted out, random; typed classes; the NumPy bridge."""

import copy
import pickle

import numpy as np
import pytest
import torch

import torchlet

CASES = [
    "t.tensor(2)", "t.tensor(2.0)", "t.tensor(True)", "t.tensor([])", "t.tensor([1, 2])", "t.tensor([1, 2.5])", "t.tensor([True, 2])", "t.tensor([True, False])",
    "t.tensor([[1, 2], [3, 4]])", "t.tensor([[]])", "t.tensor((1, 2))", "t.tensor([0, 1, 2])", "t.tensor(range(3))", "t.tensor([range(2), (2, 3)], dtype=t.float64)", "t.Tensor(range(2))", "t.tensor([1, 2], dtype=t.float64)", "t.tensor([1.7, -1.7], dtype=t.int32)",
    "t.tensor(np.ones(2))", "t.tensor(np.arange(3))", "t.tensor(np.float32(1.5))", "t.tensor([t.tensor(1.0), t.tensor(2.0)])", "t.tensor(t.ones(2).tolist())",
    "t.tensor(3, dtype=float)", "t.tensor([1, 2], dtype=bool)", "t.tensor([300], dtype=t.int64).to(t.uint8)", "t.tensor(200, dtype=t.uint8) + t.tensor(100, dtype=t.uint8)", "t.tensor([1e40])", "t.tensor(float('nan'))",
    "t.tensor([-1, -255, 255], dtype=t.uint8)", "t.tensor(1.7, dtype=t.int8)", "t.tensor(70000.0, dtype=t.float16)", "t.ByteTensor([-1])", "t.tensor(np.array([300]), dtype=t.uint8)",
    "t.zeros(2)", "t.zeros(2, 3)", "t.zeros((2, 3))", "t.zeros([2, 3], dtype=t.int64)", "t.zeros(())", "t.ones(2, 0)", "t.ones(3, dtype=t.bool)", "t.ones(t.Size([2]))", "t.full((2, 2), 7)", "t.full((2,), 1.5)",
    "t.full((2,), True)", "t.full((2,), 3, dtype=t.float32)", "t.eye(3)", "t.eye(2, 3)", "t.zeros_like(t.ones(2, 3).int())", "t.ones_like(t.arange(3))", "t.full_like(t.ones(2), 9)", "t.ones_like(t.ones(2), dtype=t.int8)",
    "t.arange(5)", "t.arange(4, 12, 2)", "t.arange(0, 1, 0.25)", "t.arange(5.0)", "t.arange(10, 0, -3)", "t.arange(1, 2.5)", "t.arange(0, 1, 0.1)", "t.arange(3, dtype=t.float32)", "t.arange(0.0, 0.5, 0.1, dtype=t.float64)",
    "t.linspace(1, 4, 6)", "t.linspace(-10, 10, 10)", "t.linspace(0, 1, 1)", "t.linspace(0, 1, 0)", "t.linspace(1, 0, 5, dtype=t.float64)", "t.linspace(0, 10, 7, dtype=t.int64)", "t.logspace(0, 2, 3)",
    "t.as_tensor([1, 2])", "t.as_tensor(np.ones(2))", "t.from_numpy(np.arange(3, dtype=np.int16))", "t.scalar_tensor(2)", "t.Tensor([1, 2])", "t.Tensor()", "t.FloatTensor([1, 2])", "t.DoubleTensor([[1], [2]])", "t.HalfTensor([1.5])",
    "t.IntTensor([1, 2])", "t.LongTensor([1, 2])", "t.ShortTensor([1])", "t.CharTensor([-1])", "t.ByteTensor([255])", "t.BoolTensor([True])", "t.LongTensor()", "t.ones(2).new_zeros(3)", "t.ones(2).int().new_tensor([1.7])",
    "t.ones(2).new_full((2,), 3)", "t.ones(2).double().new_ones(1, 2)", "t.tensor([1.5, 2.5]).long()", "t.tensor([0.0, 2.0]).bool()", "t.tensor([1, 0]).float()", "t.tensor([1.5]).byte()",
    "t.tensor([1]).half()", "t.tensor([1.0]).to(t.int16)", "t.tensor([1.0]).to(t.tensor([1]))", "t.tensor([1.0]).type(t.float64)", "t.tensor([1.0]).type('torch.IntTensor')", "t.tensor([1]).type(t.FloatTensor)", "t.tensor([1.0]).type_as(t.tensor([1]))",
    "t.tensor([1.0]).char()", "t.tensor([1.0]).short()", "t.tensor([1.0]).double()", "t.empty(0)", "t.tril(t.ones(2, 2))", "t.tensor([1]).data", "t.Tensor([[1, 2], [3, 4]]).data",
]  # fmt: skip


@pytest.mark.parametrize("expression", CASES)
def test_construction(expression):
    ours, theirs = (eval(expression, {"t": t, "np": np}) for t in (torchlet, torch))
    assert repr(ours) == repr(theirs)
    assert str(ours.dtype) == str(theirs.dtype) and tuple(ours.shape) == tuple(theirs.shape)
    assert ours.stride() == theirs.stride() and ours.type() == theirs.type()
    np.testing.assert_array_equal(ours.numpy(), theirs.numpy())


def test_shapes_without_values():
    for t in (torch, torchlet):
        assert [tuple(t.Tensor(2).shape), tuple(t.Tensor(2, 3).shape), tuple(t.LongTensor(4).shape)] == [
            (2,),
            (2, 3),
            (4,),
        ]
        assert tuple(t.Tensor(t.Size([3])).shape) == (3,) and t.empty(2, 3).dtype is t.float32
        assert (
            isinstance(t.ones(1), t.FloatTensor)
            and not isinstance(t.ones(1), t.LongTensor)
            and isinstance(t.arange(1), t.LongTensor)
        )
        assert (
            tuple(t.rand(2, 3).shape)
            == tuple(t.randn((2, 3)).shape)
            == tuple(t.rand_like(t.ones(2, 3)).shape)
            == (2, 3)
        )


def test_random_numbers():
    t = torchlet
    t.manual_seed(3)
    first = [t.rand(2), t.randn(2), t.randint(10, (5,)), t.randperm(5), t.normal(0.0, 1.0, (2,))]
    t.manual_seed(3)
    again = [t.rand(2), t.randn(2), t.randint(10, (5,)), t.randperm(5), t.normal(0.0, 1.0, (2,))]
    assert [a.tolist() for a in first] == [b.tolist() for b in again]
    n = 20_000
    assert t.rand(n).mean().item() == pytest.approx(0.5, abs=0.02) and t.rand(n).max().item() < 1
    assert (
        t.randn(n).std().item() == pytest.approx(1, abs=0.03)
        and t.randn(n, dtype=t.float64).dtype is t.float64
    )
    assert sorted(t.randperm(9).tolist()) == list(range(9))
    drawn = t.randint(3, 7, (n,))
    assert (drawn.min().item(), drawn.max().item()) == (3, 6) and drawn.dtype is t.int64
    x = t.zeros(n)
    assert x.uniform_(0, 5) is x and x.mean().item() == pytest.approx(2.5, abs=0.1)
    assert x.normal_(2, 3).std().item() == pytest.approx(3, abs=0.1)
    assert x.bernoulli_(0.25).mean().item() == pytest.approx(0.25, abs=0.02)
    assert t.bernoulli(t.full((n,), 0.75)).mean().item() == pytest.approx(0.75, abs=0.02)
    assert t.normal(t.zeros(3), t.ones(3)).shape == (3,) and set(
        t.multinomial(t.tensor([0.0, 1.0, 1.0]), 2).tolist()
    ) == {1, 2}
    g = t.Generator().manual_seed(1)
    h = t.Generator().manual_seed(1)
    assert (
        t.rand(3, generator=g).tolist() == t.rand(3, generator=h).tolist() != t.rand(3, generator=h).tolist()
    )


def test_what_is_shared_with_numpy():
    for t in (torch, torchlet):
        array = np.zeros(3, np.float32)
        a, b, c = t.from_numpy(array), t.tensor(array), t.as_tensor(array)
        array[0] = 5
        a[1] = 6
        assert (a.tolist(), b.tolist(), c.tolist()) == ([5, 6, 0], [0, 0, 0], [5, 6, 0])
        x = t.ones(2)
        seen = x.numpy()
        x.sub_(1000)
        seen[1] += 1
        assert x.tolist() == [-999, -998]
        zero = t.tensor(1.0)
        seen = zero.numpy()
        zero.add_(1)
        assert seen == 2 and seen.shape == ()
        assert np.sum(x.numpy()) == x.sum().item()
        assert np.allclose(t.ones(2).numpy(), np.ones(2))


def test_numpy_takes_tensors():
    x = torchlet.arange(3)
    assert (
        np.array(x).tolist() == [0, 1, 2]
        and np.asarray(x).base is None
        and np.asarray(x, dtype=float).dtype == float
    )
    assert np.shares_memory(np.asarray(x), x.numpy()) and not np.shares_memory(
        np.array(x, copy=True), x.numpy()
    )
    assert (np.ones(3) * 2 == torchlet.full((3,), 2.0).numpy()).all()


def test_copies_and_pickles():
    for t in (torch, torchlet):
        x = t.tensor([1.0, 2.0], requires_grad=True)
        (x * x).sum().backward()
        for made in (copy.deepcopy(x), pickle.loads(pickle.dumps(x)), x.clone().detach().requires_grad_()):
            assert made.tolist() == [1, 2] and made.requires_grad and made.is_leaf and made is not x
        assert copy.deepcopy(x).grad.tolist() == [2, 4]
        assert pickle.loads(pickle.dumps(t.arange(3).reshape(3, 1))).tolist() == [[0], [1], [2]]
        with pytest.raises(RuntimeError, match="Only Tensors created explicitly by the user"):
            copy.deepcopy(x * 2)


PYTHON = [
    "float(t.tensor(2.5))", "int(t.tensor(2.7))", "bool(t.tensor(0.0))", "t.tensor([3]).item()", "t.tensor([[1, 2]]).tolist()", "len(t.ones(3, 2))", "[v.item() for v in t.arange(3)]",
    "3 in t.arange(5)", "7 in t.arange(5)", "sum(t.arange(4))", "sum([t.tensor(1.0), t.tensor(2.0)])", "[1, 2] * t.tensor(2)", "max(t.tensor([1, 3, 2]))", "t.tensor(3).__index__()", "[10, 20, 30][t.tensor(1)]",
    "range(t.tensor(3))", "f'{t.tensor(1.5):.2f}'", "f'{t.ones(2)}'", "str(t.tensor(1))", "abs(t.tensor(-1))", "divmod(7, 2)", "t.ones(2, 3).shape", "t.ones(2, 3).size()", "t.ones(2, 3).size(1)", "t.ones(2, 3).size(-1)",
    "t.ones(2, 3).dim()", "t.ones(2, 3).ndim", "t.ones(2, 3).numel()", "t.ones(2).element_size()", "t.ones(2, 3).nbytes", "t.ones(2).is_floating_point()", "t.ones(2).device", "t.ones(2).is_cuda", "t.ones(2).dtype",
    "t.ones(2, 3).shape + (1,)", "t.ones(2, 3).shape[0]", "t.ones(2, 3).shape[1:]", "t.ones(2, 3).shape.numel()", "t.Size([2, 3]) == (2, 3)", "t.ones(1).get_device()", "t.is_tensor(t.ones(1))", "t.is_tensor(1)", "t.arange(3)[-1]",
    "+t.ones(2)", "~t.tensor([True, False])", "~t.tensor([1, 2])", "t.tensor([5, 3]) & 1", "t.tensor([5, 3]) | t.tensor([2, 8])", "t.tensor([True]) ^ t.tensor([True])", "t.allclose(t.ones(2), t.ones(2) + 1e-9)", "t.equal(t.ones(2), t.ones(2))",
    "t.isclose(t.ones(2), t.tensor([1.0, 1.1]))", "t.ones(2).isnan()", "t.tensor([1.0, float('inf')]).isfinite()", "t.tensor([1, 2]) == t.tensor([1, 3])", "t.tensor([1, 2]) == 'a'", "t.ones(2) != None", "hash(t.Size([2])) == hash((2,))",
    "t.device('cpu')", "t.device('cuda', 1)", "t.device('cuda:0') == t.device('cuda', 0)", "str(t.device('cuda:1'))", "t.result_type(t.ones(1), 2)", "t.promote_types(t.int8, t.uint8)", "t.can_cast(t.float32, t.int64)", "t.finfo(t.float16).max", "t.iinfo(t.int8).min",
]  # fmt: skip


@pytest.mark.parametrize("expression", PYTHON)
def test_python_protocol(expression):
    ours, theirs = (eval(expression, {"t": t}) for t in (torchlet, torch))
    assert repr(ours) == repr(theirs)


ERRORS = [
    "t.tensor([1, 2]).item()", "t.tensor([]).item()", "bool(t.ones(2))", "bool(t.ones(0))", "float(t.ones(2))", "t.tensor([[1, 2], [3]])", "t.tensor('a')", "t.tensor(['a'])", "t.tensor(None)", "t.tensor([None])", "t.tensor([[1], 2])", "t.tensor([1, [2]])",
    "len(t.tensor(1))", "[1][t.tensor(1.0)]", "t.from_numpy([1])", "t.from_numpy(np.arange(3)[::-1])", "t.arange(0, 1, 0)", "t.arange(1, 0)", "t.ones(2).size(5)",
    "t.ones(2) + t.ones(3)", "t.ones(2, 3) * t.ones(2)", "t.ones(2) + 'a'", "t.add(t.ones(2), 'a')", "t.tensor([True]) - t.tensor([True])", "-t.tensor([True])", "t.tensor([1]) ** -1", "t.tensor([1]) // 0", "t.tensor([1]) % 0", "t.linspace(0, 1, -1)", "t.exp(2.0)", "t.exp([1.0])",
    "t.device('cuda:x')", "t.device(0, 'cuda')", "t.device('cuda', '0')", "t.device('cuda', True)", "t.device('cpu:-1')", "t.allclose(t.ones(2), t.ones(2).double())", "t.isclose(t.ones(2), t.ones(2).int())", "t.ones(2).type('torch.Nope')", "t.maximum(t.ones(2), 1)", "+t.tensor([True])", "t.randint(5, 5, (1,))",
    "t.Tensor('a')", "t.Tensor(1.5)", "t.zeros(2, 'a')", "t.zeros(-1)", "t.where(t.ones(2), 1, 2)", "t.clamp(t.ones(2))", "'a' in t.ones(2)", "t.ones(2).normal_(0, -1)", "t.ones(2).uniform_(1, 0)", "~t.ones(2)", "t.ones(2) & t.ones(2)", "t.tensor(2**70)",
    "t.tensor(300, dtype=t.uint8)", "t.tensor([1, 300], dtype=t.uint8)", "t.tensor(-256, dtype=t.uint8)", "t.tensor(255.9, dtype=t.uint8)", "t.tensor(-1.5, dtype=t.uint8)", "t.tensor(128, dtype=t.int8)", "t.tensor(2**31, dtype=t.int32)", "t.tensor(1e20, dtype=t.int64)", "t.tensor(float('nan'), dtype=t.int64)", "t.ByteTensor([300])",
]  # fmt: skip


@pytest.mark.parametrize("expression", ERRORS)
def test_errors(expression):
    found = []
    for t in (torch, torchlet):
        with pytest.raises((RuntimeError, TypeError, ValueError, IndexError, NotImplementedError)) as caught:
            eval(expression, {"t": t, "np": np})
        found.append((caught.type.__name__, str(caught.value).partition("\n")[0]))
    assert found[1] == found[0]


def test_missing_names_point_to_the_nearest():
    with pytest.raises(
        AttributeError, match=r"module 'torchlet' has no attribute 'sigmiod'.*Nearest here: sigmoid"
    ):
        _ = torchlet.sigmiod
    with pytest.raises(AttributeError, match=r"'Tensor' object has no attribute 'resize_as_'.*reshape"):
        _ = torchlet.ones(1).resize_as_
    assert not hasattr(torchlet, "fft") and not hasattr(torchlet.ones(1), "crow_indices")
