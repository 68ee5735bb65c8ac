"""Views, other shapes, joining and splitting, against PyTorch: values, gradients, strides and who shares memory."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import torchlet

rng = np.random.default_rng(1)
CUBE = rng.standard_normal((2, 3, 4))

VIEWS = [
    "x.view(6, 4)", "x.view(-1)", "x.view(3, -1)", "x.view((2, 12))", "x.view(torch.Size([4, 6]))", "x.reshape(4, 6)",
    "x.reshape(-1, 2)", "x.permute(2, 1, 0)", "x.permute(1, 2, 0)", "x.permute((0, 2, 1))", "x.permute(-1, 0, 1)",
    "x.transpose(0, 2)", "x.transpose(-1, 1)", "x.swapaxes(0, 1)", "x[0].t()", "x[0].T", "x.mT", "x.movedim(0, 2)", "x.movedim((0, 1), (2, 0))",
    "x.unsqueeze(0)", "x.unsqueeze(-1)", "x.unsqueeze(2)", "x[:1].squeeze()", "x[:1].squeeze(0)", "x.squeeze(1)", "x[:1, :, :1].squeeze((0, 2))",
    "x[:1].expand(5, 3, 4)", "x.expand(2, 2, 3, 4)", "x[:, :1].expand(-1, 3, -1)", "x[0].expand_as(x)", "torch.broadcast_to(x[0], (2, 3, 4))",
    "x.flatten()", "x.flatten(1)", "x.flatten(0, 1)", "x.unflatten(2, (2, 2))", "x.view_as(x)", "x.diagonal()", "x.diagonal(1)",
    "x.diagonal(0, 1, 2)", "x.diagonal(-1, -2, -1)", "x.unfold(2, 2, 1)", "x.unfold(1, 2, 1)", "x.narrow(2, 1, 2)", "x.select(1, 0)",
    "x.select(-1, -2)", "x.detach()", "x.ravel()", "torch.atleast_1d(x)",
]  # fmt: skip


@pytest.mark.parametrize("expression", VIEWS)
def test_views(agree, expression):
    agree(expression, x=CUBE.astype(np.float32))
    ours, theirs = (eval(expression, {"torch": m, "x": m.from_numpy(CUBE)}) for m in (torchlet, torch))
    assert ours.stride() == theirs.stride()
    assert ours.is_contiguous() == theirs.is_contiguous()


@pytest.mark.parametrize("expression", VIEWS)
def test_views_share_memory(expression):
    if "expand" in expression or "broadcast" in expression or "unfold" in expression:
        pytest.skip("several elements in one place: not to be written through")
    for module in (torchlet, torch):
        x = module.from_numpy(CUBE.copy())
        view = eval(expression, {"torch": module, "x": x})
        view.fill_(7.0)
        assert (x == 7.0).any().item()
        if "detach" not in expression and view is not x:
            assert view._base is x
        assert view._version == x._version == 1


COPIES = [
    "x.permute(2, 0, 1).reshape(-1)", "x.transpose(0, 1).reshape(6, 4)", "x.permute(2, 0, 1).contiguous()", "x.contiguous()",
    "x.repeat(2, 1, 1)", "x.repeat(3, 2, 1, 1)", "x[0].repeat(1, 0)", "torch.tile(x, (2,))", "torch.tile(x, (2, 1, 1, 2))", "x.flip(0)",
    "x.flip(0, 2)", "torch.flip(x, (1,))", "x.roll(1, 0)", "x.roll(5)", "torch.roll(x, (1, -1), (0, 2))", "x.clone()",
    "torch.cat([x, x * 2])", "torch.cat((x, x, x), dim=-1)", "torch.cat([x, x[:0]])", "torch.stack([x, x])", "torch.stack((x, x), -1)",
    "torch.vstack([x[0], x[1]])", "torch.hstack([x[0], x[1]])", "torch.hstack([x[0, 0], x[1, 1]])", "torch.vstack([x[0, 0], x[1, 1]])",
    "x.repeat_interleave(2, 1)", "x.repeat_interleave(2)", "x.repeat_interleave(torch.tensor([1, 0, 2]), 1)",
    "torch.meshgrid(x[0, 0], x[0, :, 0], indexing='ij')", "torch.meshgrid(x[0, 0], x[0, :, 0], indexing='xy')", "torch.broadcast_tensors(x, x[0])",
]  # fmt: skip


@pytest.mark.parametrize("expression", COPIES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_copies(agree, expression, dtype):
    exact = (
        "interleave" not in expression
        and "tile" not in expression
        and "stack" not in expression
        and "meshgrid" not in expression
    )
    agree(expression, x=CUBE.astype(dtype), names=exact or "torch.stack" in expression)


PARTS = [
    "x.split(2, 1)", "x.split([1, 2], 1)", "torch.split(x, 3, -1)", "x.chunk(2)", "x.chunk(3, 2)", "x.chunk(5, 2)", "x.unbind()", "x.unbind(2)",
    "x.split(2, 1)[1]", "x.unbind(1)[2] * 2", "list(x)", "[row for row in x[0]]", "torch.unbind(x, -1)[0]",
]  # fmt: skip


@pytest.mark.parametrize("expression", PARTS)
def test_parts(agree, expression):
    agree(expression, x=CUBE)


def test_promotion_of_joined(agree):
    agree("torch.cat([x, y])", x=np.ones((2, 2), np.float32), y=np.ones((1, 2)))
    agree("torch.cat([x, y])", x=np.ones((2, 2), np.float32), y=np.ones((1, 2), np.int64))
    agree("torch.stack([x, y])", x=np.ones((2, 2), np.int32), y=np.ones((2, 2), np.int8))


@given(st.data())
def test_any_reshape_of_any_permutation(data):
    shape = data.draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
    order = data.draw(st.permutations(range(len(shape))))
    new = data.draw(st.sampled_from([[-1], [int(np.prod(shape))], [1, -1], shape[::-1], [-1, shape[0]]]))
    values = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
    results = []
    for module in (torchlet, torch):
        x = module.from_numpy(values.copy()).requires_grad_()
        y = x.permute(order).reshape(new)
        shared = y.data_ptr() == x.data_ptr() and y._base is not None
        try:
            x.permute(order).view(new)
            allowed = True
        except RuntimeError as error:
            allowed = str(error)
        (y * y).sum().backward()
        results.append((y.tolist(), shared, allowed, x.grad.tolist()))
    assert results[0] == results[1]


ERRORS = [
    "x.view(5, 5)", "x.view(-1, -1)", "x.view(-1, 5)", "x.permute(0, 1)", "x.permute(0, 0, 1)", "x.transpose(0, 5)", "x.unsqueeze(7)",
    "x.permute(2, 0, 1).view(-1)", "x.expand(2, 3, 5)", "x.expand(3)", "x.split(0)", "x.split([1, 1], 2)", "x.chunk(0)", "x.t()",
    "torch.cat([x, x[0]])", "torch.cat([x, x[:, :2]])", "torch.cat([])", "torch.stack([x, x[0]])", "torch.stack([])", "x.narrow(0, 1, 5)",
    "x.select(0, 9)", "x.squeeze(9)", "x.flatten(2, 1)", "x.diagonal(0, 1, 1)", "x.reshape(7)", "x.view(-2, 3)", "x.repeat(2)",
    "x.unbind(5)", "x.expand(-1, 2, 3, 4)", "x.movedim((0, 1), (0,))", "torch.cat([x[0, 0, 0]])",
]  # fmt: skip


@pytest.mark.parametrize("expression", ERRORS)
def test_errors(expression):
    texts = []
    for module in (torch, torchlet):
        with pytest.raises((RuntimeError, IndexError, ValueError, TypeError)) as caught:
            eval(expression, {"torch": module, "x": module.from_numpy(CUBE)})
        texts.append((caught.type, str(caught.value)))
    assert texts[1] == texts[0]


def test_clone_keeps_the_order_in_memory():
    """As torch.preserve_format does: the transpose's clone is no row-major tensor."""
    steps = []
    for module in (torch, torchlet):
        x = module.from_numpy(CUBE.copy())
        made = [
            x.permute(2, 0, 1),
            x.permute(1, 0, 2)[:, :, 1:],
            x[:, :, 1:],
            x[:1].expand(2, 3, 4),
            x[0].T[::2],
            x,
        ]
        steps.append([(y.clone().stride(), y.clone().is_contiguous(), y.clone().tolist()) for y in made])
    assert steps[0] == steps[1]
