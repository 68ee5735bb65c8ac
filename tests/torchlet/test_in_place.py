"""Writing into tensors: leaves, views and their bases, version counts; each story is run on PyTorch and here."""

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import torchlet


def both(story):
    """Runs a function of the module on PyTorch and on torchlet; compares what it returns, or what it raises."""
    outcomes = []
    for module in (torch, torchlet):
        try:
            outcome = shown(story(module), module)
        except (RuntimeError, TypeError, NotImplementedError) as error:
            outcome = type(error).__name__, str(error)
        outcomes.append(outcome)
    assert outcomes[1] == outcomes[0]
    return outcomes[0]


def shown(value, module):
    if isinstance(value, module.Tensor):
        name = value.grad_fn.name() if value.grad_fn is not None else None
        return (
            np.round(value.detach().numpy().astype(float), 6).tolist(),
            str(value.dtype),
            value.requires_grad,
            name,
        )
    if isinstance(value, (tuple, list)):
        return [shown(v, module) for v in value]
    return value


def test_a_leaf_that_requires_grad_is_not_written_to():
    for statement in ("x += 1", "x.mul_(2)", "x[0] = 1", "x.zero_()", "x[1:].add_(1)", "x.data += 1", "x.detach().add_(1)", "x.uniform_()", "x.t_()", "x.copy_(x)", "x.T.mul_(2)", "x.unbind()[0].add_(1)"):  # fmt: skip

        def story(t, statement=statement):
            x = t.ones(2, 2, requires_grad=True)
            exec(statement, {"x": x})
            return x

        both(story)


def test_under_no_grad_everything_may_be_written():
    def story(t):
        x = t.ones(3, requires_grad=True)
        (x * x).sum().backward()
        with t.no_grad():
            x -= 0.5 * x.grad
            x[0] = 7.0
            x.mul_(2)
        return x, x.is_leaf, x.grad, x._version

    both(story)


def test_a_result_may_be_written_unless_it_was_saved():
    def fine(t):
        x = t.ones(3, requires_grad=True)
        y = 2 * x
        y += 1
        y.sum().backward()
        return y, x.grad

    def saved(t):
        x = t.ones(3, requires_grad=True)
        y = x.exp()
        y += 1
        y.sum().backward()

    def saved_input(t):
        x = t.ones(3, requires_grad=True)
        y = x * 3
        z = y * y
        y.add_(1)
        z.sum().backward()

    def data_hides_it(t):
        x = t.ones(1, requires_grad=True)
        y = x.exp()
        y.data += 1
        y.sum().backward()
        return x.grad

    def data_hides_it_from_one_number(t):
        x = t.tensor(3.0, requires_grad=True)
        y = x.exp()
        y.data += 1
        y.backward()
        return x.grad

    def detach_does_not(t):
        x = t.ones(1, requires_grad=True)
        y = x.exp()
        y.detach().add_(1)
        y.sum().backward()

    def own_output(t):
        x = t.ones(3, requires_grad=True)
        y = (x * 1).exp_()
        y.sum().backward()
        return x.grad

    def own_output_changed(t):
        x = t.ones(3, requires_grad=True)
        y = (x * 1).exp_()
        y *= 2
        y.sum().backward()

    def constant_changed(t):
        x, c = t.ones(3, requires_grad=True), t.full((3,), 2.0)
        y = x * c
        c.zero_()
        y.sum().backward()

    def not_needed(t):
        x, c = t.ones(3, requires_grad=True), t.full((3,), 2.0)
        y = x + c
        c.zero_()
        y.sum().backward()
        return x.grad

    for story in (fine, saved, saved_input, data_hides_it, data_hides_it_from_one_number, detach_does_not, own_output, own_output_changed, constant_changed, not_needed):  # fmt: skip
        both(story)


def test_zero_dimensional_tensors_too():
    def story(t):
        a = t.tensor(2.0)
        b = a.view(1)
        a.add_(1)
        b.mul_(2)
        c = t.tensor([1.0, 2.0])
        d = c[0]
        d += 5
        e = t.tensor(1.0, requires_grad=True)
        f = e * 2
        g = f.exp()
        f += 1
        h = f * 3
        h.backward()
        return a, b, c, d, e.grad, g.detach(), a._version, d._version

    def caught(t):
        e = t.tensor(1.0, requires_grad=True)
        f = e * 2
        g = f * f
        f += 1
        g.backward()

    both(story)
    both(caught)


def test_writing_through_views_reaches_the_base():
    def slices(t):
        x, w = t.ones(4, requires_grad=True), t.full((2,), 3.0, requires_grad=True)
        y = x * 2
        y[1:3] *= w
        y.sum().backward()
        return x.grad, w.grad, y

    def base_after_view(t):
        x = t.ones(2, 3, requires_grad=True)
        y = x * 2
        v = y[0]
        y.mul_(t.arange(6.0).reshape(2, 3))
        (v * v).sum().backward()
        return v.detach(), x.grad

    def view_of_view(t):
        x = t.ones(2, 3, requires_grad=True)
        y = x * 2
        a = y.t()
        b = a[1:]
        b[0].mul_(5)
        (y * y).sum().backward()
        return y, a.detach(), b.detach(), x.grad

    def constant_base(t):
        w = t.tensor([1.0, 2.0], requires_grad=True)
        base = t.zeros(2, 2)
        seen = base[0]
        other = base.view(-1)
        seen.add_(w)
        (other * other).sum().backward()
        return base.requires_grad, seen.requires_grad, other.requires_grad, w.grad

    def overwritten(t):
        x = t.ones(3, requires_grad=True)
        y = x * 2
        y[0] = 10.0
        y[1:].zero_()
        y.sum().backward()
        return x.grad

    def filled_with_results(t):
        x = t.tensor([1.0, 2.0, 3.0], requires_grad=True)
        out = t.zeros(3)
        for i in range(3):
            out[i] = x[i] ** 2
        out.sum().backward()
        return x.grad, out

    def several_views(t):
        x = t.ones(3, requires_grad=True)
        a, _, _ = (x * 2).unbind()
        a.add_(1)

    def expanded(t):
        x = t.ones(1).expand(3)
        x.add_(1)

    for story in (
        slices,
        base_after_view,
        view_of_view,
        constant_base,
        overwritten,
        filled_with_results,
        several_views,
        expanded,
    ):
        both(story)


def test_dtype_and_shape_stay():
    for statement in ("i += 1.5", "i /= 2", "i.mul_(2)", "f += i", "f.add_(t.ones(2, 3))", "f += t.ones(1)", "h += 0.1", "b |= True", "i += True", "b += 1", "i **= 2", "f //= 2", "i %= 2", "d += f", "f += d", "f.copy_(d)", "i.copy_(f)", "i.fill_(2.7)", "f[0] = i[1]", "i <<= 1" if False else "i -= 1"):  # fmt: skip

        def story(t, statement=statement):
            names = {
                "t": t, "i": t.arange(3), "f": t.ones(3), "d": t.ones(3, dtype=t.float64) / 3, "h": t.ones(3, dtype=t.float16),
                "b": t.tensor([True, False, True]),
            }  # fmt: skip
            exec(statement, names)
            return [names[n] for n in "ifdhb"]

        both(story)


def test_second_derivatives_through_writing():
    def story(t):
        x = t.tensor([1.0, 2.0, 3.0], requires_grad=True)
        y = x * x
        y[0] *= x[1]
        y[1:].exp_()
        (g,) = t.autograd.grad(y.sum(), x, create_graph=True)
        (h,) = t.autograd.grad((g * g).sum(), x)
        return g.detach(), h

    both(story)


OPERATIONS = ["add_(1.5)", "mul_(2.0)", "mul_(w)", "neg_()", "exp_()", "copy_(w)", "zero_()", "div_(2.0)", "sub_(w)", "sin_()", "clamp_(max=1.0)", "pow_(2)"]  # fmt: skip
VIEWS = [
    "y",
    "y[0]",
    "y[:, 1]",
    "y.t()",
    "y[1:]",
    "y.view(-1)[1:5]",
    "y.t()[0]",
    "y[::1, ::2]",
    "y.unsqueeze(0)",
    "y[0][1:]",
    "y.diagonal()",
]


@given(
    st.lists(st.tuples(st.sampled_from(VIEWS), st.sampled_from(OPERATIONS)), min_size=1, max_size=4),
    st.booleans(),
)
@settings(max_examples=120)
def test_generated_programs(steps, keep_views):
    """Any sequence of writes through any views has PyTorch's values and gradients."""
    results = []
    for t in (torch, torchlet):
        x = t.arange(6.0, dtype=t.float64).reshape(2, 3).div(4).requires_grad_()
        w = t.tensor(0.75, dtype=t.float64, requires_grad=True)
        y = x * 2
        kept = [eval(v, {"y": y}) for v in VIEWS] if keep_views else []
        try:
            for view, operation in steps:
                eval(f"({view}).{operation}", {"y": y, "w": w})
            total = y.sum() + sum((v * v).sum() for v in kept)
            grads = t.autograd.grad(total, [x, w], allow_unused=True)
            results.append(
                (
                    [y.tolist()] + [v.tolist() for v in kept],
                    [None if g is None else np.round(g.numpy(), 9).tolist() for g in grads],
                )
            )
        except RuntimeError as error:
            results.append(str(error).partition("[torch")[0])
    (theirs, ours) = results
    if isinstance(theirs, str):
        assert ours == theirs
    else:
        for a, b in zip(ours[0], theirs[0], strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-12)
        for a, b in zip(ours[1], theirs[1], strict=True):
            np.testing.assert_allclose(0 if a is None else a, 0 if b is None else b, atol=1e-9)
