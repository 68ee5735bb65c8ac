"""Checkpointing computes twice and gives the same gradients; both kinds behave as PyTorch's."""

import importlib
import warnings

import pytest
import torch

import torchlet


def both(story):
    """What a story, told with each of the modules, comes to: values, or an error."""
    found = []
    for module in (torchlet, torch):
        checkpoint = importlib.import_module(f"{module.__name__}.utils.checkpoint").checkpoint
        with warnings.catch_warnings(record=True) as heard:
            warnings.simplefilter("always")
            try:
                answer = story(module, checkpoint)
            except (RuntimeError, ValueError) as error:
                answer = type(error).__name__, str(error).split("\n")[0]
        said = [
            str(w.message)
            for w in heard
            if "None of the inputs" in str(w.message) or "reentrant" in str(w.message)
        ]
        found.append((answer, said))
    assert found[0] == found[1]
    return found[0]


def leaves(t):
    return t.tensor([0.5, -1.0], requires_grad=True), t.tensor([2.0, 3.0], requires_grad=True)


@pytest.mark.parametrize("reentrant", [True, False])
def test_same_gradients_with_a_second_computation(reentrant):
    def story(t, checkpoint):
        w, x = leaves(t)
        calls = []

        def block(x, scale):
            calls.append(t.is_grad_enabled())
            return (t.sigmoid(w * x) * scale) ** 3 + 1

        block(x, 3.0).sum().backward()
        expected = w.grad.tolist(), x.grad.tolist()
        w.grad = x.grad = None
        calls.clear()
        y = checkpoint(block, x, 3.0, use_reentrant=reentrant)
        before = list(calls)
        y.sum().backward()
        return before, calls, (w.grad.tolist(), x.grad.tolist()) == expected

    (before, calls, same), _ = both(story)
    assert before == [not reentrant] and len(calls) == 2 and same


@pytest.mark.parametrize("reentrant", [True, False])
def test_inputs_without_gradient(reentrant):
    def story(t, checkpoint):
        w, x = t.tensor(2.0, requires_grad=True), t.tensor(3.0)
        a, b = checkpoint(lambda x: (w * x, w * w), x, use_reentrant=reentrant)
        if a.requires_grad:
            (a + b).backward()
        return a.requires_grad, w.grad and w.grad.item(), x.grad

    (recorded, slope, _), said = both(story)
    assert recorded != reentrant and slope == (None if reentrant else 7) and bool(said) == reentrant


@pytest.mark.parametrize("reentrant", [True, False])
def test_the_gradients_of_some_tensors_alone(reentrant):
    def story(t, checkpoint):
        w, x = leaves(t)
        y = checkpoint(lambda x: t.tanh(w * x), x, use_reentrant=reentrant)
        return [round(v, 5) for g in t.autograd.grad(y.sum(), (w, x)) for v in g.tolist()], w.grad

    answer, _ = both(story)
    assert (answer[0] == "RuntimeError") == reentrant


def test_second_derivatives_and_a_retained_graph():
    def story(t, checkpoint):
        _, x = leaves(t)
        y = checkpoint(lambda x: x**3, x, use_reentrant=False)
        (first,) = t.autograd.grad(y.sum(), x, create_graph=True)
        (second,) = t.autograd.grad(first.sum(), x, retain_graph=True)
        y.sum().backward(retain_graph=True)
        y.sum().backward()
        return first.tolist(), second.tolist(), x.grad.tolist()

    both(story)


@pytest.mark.parametrize("reentrant", [True, False])
@pytest.mark.parametrize("preserve", [True, False])
def test_the_same_random_numbers(reentrant, preserve):
    def story(t, checkpoint):
        t.manual_seed(3)
        _, x = leaves(t)
        drawn = []

        def block(x):
            drawn.append(t.rand(2))
            return x * drawn[-1]

        checkpoint(block, x, use_reentrant=reentrant, preserve_rng_state=preserve).sum().backward()
        after = t.rand(2).tolist()
        t.manual_seed(3)
        undisturbed = [t.rand(2).tolist() for _ in range(2)][1] == after
        return t.equal(*drawn), t.equal(x.grad, drawn[1]), undisturbed

    assert both(story)[0] == (preserve, True, preserve)


def test_stops_when_all_is_there():
    def story(t, checkpoint):
        _, x = leaves(t)
        reached = []

        def block(x):
            y = x.exp()
            reached.append("saved")
            z = y + 1
            reached.append("end")
            return z

        for early_stop in (True, False):
            checkpoint(block, x, use_reentrant=False, early_stop=early_stop).sum().backward()
        return reached

    both(story)


@pytest.mark.parametrize("determinism_check", ["default", "none", "other"])
@pytest.mark.parametrize("second", ["more", "fewer", "another shape"])
def test_another_computation_the_second_time(second, determinism_check):
    def story(t, checkpoint):
        _, x = leaves(t)
        calls = []

        def block(x):
            calls.append(1)
            if len(calls) == 1:
                return (x * x).exp()
            return {
                "more": lambda: (x * x).exp().exp(),
                "fewer": lambda: x + 1,
                "another shape": lambda: (x[:1] * x[:1]).exp(),
            }[second]()

        y = checkpoint(block, x, use_reentrant=False, early_stop=False, determinism_check=determinism_check)
        y.sum().backward()
        return "went through"

    both(story)


def test_writing_to_an_argument_is_noticed():
    def story(t, checkpoint):
        x = t.ones(2, requires_grad=True) * 2
        y = checkpoint(lambda x: x.exp(), x, use_reentrant=False)
        x.add_(1)
        y.sum().backward()

    (kind, _), _ = both(story)
    assert kind == "RuntimeError"


def test_contexts_and_keywords():
    def story(t, checkpoint):
        _, x = leaves(t)
        entered = []

        class Context:
            def __init__(self, name):
                self.name = name

            def __enter__(self):
                entered.append(self.name)

            def __exit__(self, *exception):
                return False

        y = checkpoint(
            lambda x, power: x**power,
            x,
            power=3,
            use_reentrant=False,
            context_fn=lambda: (Context("first"), Context("second")),
        )
        y.sum().backward()
        return entered, x.grad.tolist()

    assert both(story)[0][0] == ["first", "second"]
    both(lambda t, checkpoint: checkpoint(lambda x, power: x, leaves(t)[1], power=3, use_reentrant=True))


def test_says_which_kind_it_wants_to_know():
    _, said = both(lambda t, checkpoint: checkpoint(lambda x: x * 2, leaves(t)[1]).tolist())
    assert "use_reentrant parameter should be passed explicitly" in said[0]


def test_without_recording():
    both(
        lambda t, checkpoint: (
            t.no_grad()(checkpoint)(lambda x: x * 2, leaves(t)[1], use_reentrant=False).requires_grad
        )
    )
