"""The walk back: leaves, accumulation, freed graphs, hooks, modes, anomalies."""

import inspect
import re
import warnings

import numpy as np
import pytest
import torch

import torchlet
import torchlet.differentiable
from tests.torchlet.stories import both


def test_leaves_and_results():
    def story(t):
        x, c = t.ones(2, requires_grad=True), t.ones(2)
        y = x * c
        return [v.is_leaf for v in (x, c, y, c * c, y.detach())], [
            v.requires_grad for v in (x, c, y, c * c, y.detach())
        ]

    both(story)


def test_gradients_accumulate_and_second_passes():
    def accumulate(t):
        x = t.tensor(3.0, requires_grad=True)
        seen = []
        for _ in range(3):
            (x**2).backward()
            seen.append(x.grad.item())
        kept = x.grad
        (x**2).backward()
        return seen, kept, kept is x.grad

    def freed(t):
        x = t.tensor(3.0, requires_grad=True)
        y = x * x
        y.backward()
        y.backward()

    def nothing_saved(t):
        x = t.tensor(3.0, requires_grad=True)
        y = x + 1
        y.backward()
        y.backward()
        return x.grad

    def retained(t):
        x = t.tensor(3.0, requires_grad=True)
        y = x * x
        y.backward(retain_graph=True)
        y.backward()
        return x.grad

    def saved_after(t):
        x = t.tensor(3.0, requires_grad=True)
        y = x.exp()
        z, w = y * 2, y * 3
        z.backward()
        w.backward()

    for story in (accumulate, freed, nothing_saved, retained, saved_after):
        both(story)


@pytest.mark.parametrize("expression", ["x * 2", "x / 2", "x - 1", "x ** 2", "2 ** x", "x.sum()", "x.mean()", "x.exp()", "x.sin()", "-x", "x.abs()", "x.clamp(0, 1)", "x.relu()", "t.where(x > 0, x, 0)", "x.view(1)", "x.clone()", "x.double()", "x.sqrt()", "x.max()", "x.cumsum(0)", "x.reshape(1)[0]", "t.maximum(x, x)", "x.expand(1)", "1 / x", "2 - x"])  # fmt: skip
def test_which_graphs_are_freed(expression):
    def story(t):
        x = t.tensor(3.0, requires_grad=True)
        y = eval(expression, {"x": x, "t": t}).sum()
        y.backward()
        y.backward()
        return x.grad

    both(story)


def test_frozen_after_the_forward_pass():
    def story(t):
        w, b = t.tensor(3.0, requires_grad=True), t.tensor(1.0, requires_grad=True)
        y = w * w + b
        w.requires_grad_(False)
        y.backward()
        return w.grad, b.grad

    both(story)


def test_what_cannot_be_asked():
    def no_graph(t):
        t.ones(1).backward()

    def not_scalar(t):
        (t.ones(2, requires_grad=True) * 2).backward()

    def wrong_shape(t):
        (t.ones(2, requires_grad=True) * 2).backward(t.ones(3))

    def unused(t):
        x, y = t.ones(1, requires_grad=True), t.ones(1, requires_grad=True)
        t.autograd.grad(x * 2, y)

    def not_required(t):
        x, y = t.ones(1, requires_grad=True), t.ones(1)
        t.autograd.grad(x * 2, y)

    def integers(t):
        t.tensor([1], requires_grad=True)

    def integers_later(t):
        t.arange(3).requires_grad_()

    def change_result(t):
        (t.ones(1, requires_grad=True) * 2).requires_grad_(False)

    def retain_nothing(t):
        t.ones(1).retain_grad()

    def hook_nothing(t):
        t.ones(1).register_hook(print)

    def numpy_of_graph(t):
        (t.ones(1, requires_grad=True) * 2).numpy()

    def wrong_gradient_shape(t):
        x = t.ones(2)
        x.grad = t.ones(3)

    def wrong_gradient_type(t):
        x = t.ones(2)
        x.grad = t.ones(2).double()

    def no_inputs(t):
        t.ones(1, requires_grad=True).sum().backward(inputs=[])

    def floor_divide(t):
        (t.ones(1, requires_grad=True) // 2).backward()

    for story in (no_graph, not_scalar, wrong_shape, unused, not_required, integers, integers_later, change_result, retain_nothing, hook_nothing, numpy_of_graph, wrong_gradient_shape, wrong_gradient_type, no_inputs, floor_divide):  # fmt: skip
        assert isinstance(both(story), tuple)


def test_gradients_with_respect_to_anything():
    def story(t):
        x = t.tensor([1.0, 2.0], requires_grad=True)
        y = x * x
        z = y.exp().sum()
        return (
            t.autograd.grad(z, [x, y], retain_graph=True),
            t.autograd.grad(z, [y], retain_graph=True),
            t.autograd.grad([z, y], [x], [t.tensor(2.0), t.tensor([1.0, 3.0])], retain_graph=True),
            t.autograd.grad(z, [x, t.ones(1, requires_grad=True)], allow_unused=True, retain_graph=True)[1],
            t.autograd.grad(z, [t.ones(2, requires_grad=True)], materialize_grads=True),
            x.grad,
        )

    both(story)


def test_only_some_inputs():
    def story(t):
        x, w = t.tensor(2.0, requires_grad=True), t.tensor(3.0, requires_grad=True)
        y = x * w
        (y * y).backward(inputs=[w], retain_graph=True)
        first = x.grad, w.grad.item()
        (y * y).backward(inputs=[x, y])
        return first, x.grad, y.grad

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        both(story)


def test_retain_grad_and_the_warning_without():
    def story(t):
        x = t.tensor(2.0, requires_grad=True)
        y = x * 3
        y.retain_grad()
        z = y * y
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            z.backward()
            before = z.grad
        return (
            y.grad,
            before,
            y.retains_grad,
            z.retains_grad,
            str(seen[0].message).partition("(Triggered")[0],
            seen[0].category.__name__,
        )

    both(story)


def test_hooks():
    def story(t):
        x = t.tensor([1.0, 2.0], requires_grad=True)
        seen = []
        y = x * 3
        y.retain_grad()
        first = y.register_hook(lambda g: seen.append(("y", g.tolist())))
        y.register_hook(lambda g: g * 2)
        x.register_hook(lambda g: seen.append(("x", g.tolist())) or g + 1)
        x.register_post_accumulate_grad_hook(lambda leaf: seen.append(("after", leaf.grad.tolist())))
        (y * y).sum().backward()
        first.remove()
        (x * 3).sum().backward()
        return seen, x.grad, y.grad

    both(story)


def test_modes():
    def story(t):
        x = t.ones(1, requires_grad=True)

        @t.no_grad()
        def silent(v):
            return v * 2

        @t.no_grad
        def bare(v):
            return v * 2

        @t.enable_grad()
        def loud(v):
            return v * 2

        @t.no_grad()
        def numbers():
            yield (x * 2).requires_grad
            yield t.is_grad_enabled()

        results = [silent(x).requires_grad, bare(x).requires_grad, (x * 2).requires_grad]
        with t.no_grad():
            results += [
                (x * 2).requires_grad,
                loud(x).requires_grad,
                t.is_grad_enabled(),
                t.ones(1, requires_grad=True).requires_grad,
            ]
            with t.enable_grad():
                results.append((x * 2).requires_grad)
        with t.set_grad_enabled(False):
            results.append((x * 2).requires_grad)
        t.set_grad_enabled(False)
        results.append((x * 2).requires_grad)
        t.set_grad_enabled(True)
        with t.inference_mode():
            results += [(x * 2).requires_grad, t.is_inference_mode_enabled(), t.is_grad_enabled()]
        for value in numbers():
            results += [value, t.is_grad_enabled()]
        try:
            with t.no_grad():
                raise KeyError
        except KeyError:
            results.append(t.is_grad_enabled())
        return results

    both(story)


def test_anomaly_mode_names_the_line():
    for t in (torch, torchlet):
        with (  # noqa: PT031
            pytest.warns(UserWarning, match=".") as seen,
            np.errstate(all="ignore"),
            t.autograd.detect_anomaly(),
        ):
            x = t.zeros(1, requires_grad=True)
            y = x.sqrt() * 0  # the line to be named
            with pytest.raises(
                RuntimeError, match=r"Function 'SqrtBackward0' returned nan values in its 0th output\."
            ):
                y.backward()
        text = "".join(str(w.message) for w in seen)
        assert "the line to be named" in text and "Error detected in SqrtBackward0" in text


def test_what_is_not_recorded_may_leave_for_numpy():
    def story(t):
        x = t.tensor([1.0, 2.0], requires_grad=True)
        with t.no_grad():
            numbers = x.numpy().tolist(), np.asarray(x * 2).tolist()
        try:
            np.asarray(x)
        except RuntimeError as error:
            return numbers, str(error)

    both(story)


def test_the_recorded_table_has_every_function_that_a_rule_asks_for():
    source = inspect.getsource(torchlet.derivatives)
    asked = set(re.findall(r"\bnp\.(\w+)", source))
    assert asked and not {name for name in asked if not hasattr(torchlet.differentiable, name)}


def test_higher_derivatives():
    def story(t):
        x = t.tensor(2.0, requires_grad=True)
        y = x**4 + x.sin() * x.exp()
        results = []
        for _ in range(5):
            (y,) = t.autograd.grad(y, x, create_graph=True)
            results.append(y.item())
        x2 = t.tensor(2.0, requires_grad=True)
        (x2**3).backward(create_graph=True)
        (x2.grad * 2).backward()
        x3 = t.tensor([1.0, 2.0], requires_grad=True)
        y = x3[0] ** 3 * x3[1] ** 2
        for _ in range(3):
            (g,) = t.autograd.grad(y, x3, create_graph=True)
            y = g[0]
        return [round(r, 3) for r in results], x2.grad, g

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        both(story)
