"""gradcheck finds each kind of wrong backward, in PyTorch's words."""

import warnings

import pytest
import torch

import torchlet

BOTH = pytest.mark.parametrize("module", [torchlet, torch], ids=["torchlet", "pytorch"])


def square_with(module, pull_back):
    """x² as a custom Function whose backward is `pull_back(g, x)`."""

    class Square(module.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x**2

        @staticmethod
        def backward(ctx, g):
            return pull_back(g, *ctx.saved_tensors)

    return Square.apply


def doubles(module, values=(0.3, -0.7)):
    return module.tensor(values, dtype=module.float64, requires_grad=True)


@BOTH
def test_right_functions_pass(module):
    check, check_twice = module.autograd.gradcheck, module.autograd.gradgradcheck
    assert check(lambda x: module.sin(x) * x, (doubles(module),))
    assert check_twice(lambda x: module.sin(x) * x, (doubles(module),))
    assert check(square_with(module, lambda g, x: g * 2 * x), doubles(module))
    matrix = module.ones(2, 2, dtype=module.float64, requires_grad=True)
    assert check(lambda a, b: a @ b, (matrix, doubles(module)))
    assert check_twice(lambda a, b: (a @ b, a.sum()), (matrix, doubles(module)))


WRONG = {
    "half the gradient": lambda g, x: g * x,
    "incoming gradient forgotten": lambda g, x: 2 * x,
    "the sign": lambda g, x: -2 * g * x,
    "not zero for zero": lambda g, x: 2 * g * x + 1e-7,
}


@pytest.mark.parametrize("mistake", WRONG)
def test_wrong_backward_is_found_in_the_same_words(mistake):
    texts = []
    for module in (torchlet, torch):
        apply = square_with(module, WRONG[mistake])
        with pytest.raises(RuntimeError) as failure:
            module.autograd.gradcheck(apply, (doubles(module),))
        assert type(failure.value).__name__ == "GradcheckError"
        texts.append(str(failure.value))
        assert module.autograd.gradcheck(apply, (doubles(module),), raise_exception=False) is False
    assert texts[0] == texts[1]


def test_the_note_says_where():
    with pytest.raises(RuntimeError) as failure:
        torchlet.autograd.gradcheck(square_with(torchlet, WRONG["half the gradient"]), (doubles(torchlet),))
    (note,) = failure.value.__notes__
    assert "element 1 of the input: measured -1.4, backward gives -0.7" in note


@BOTH
def test_a_backward_that_changes_between_passes(module):
    calls = []

    def unsteady(g, x):
        calls.append(1)
        return 2 * g * x + 1e-6 * len(calls)

    with pytest.raises(RuntimeError, match="not reentrant"):
        module.autograd.gradcheck(square_with(module, unsteady), (doubles(module),))


@BOTH
def test_float32_is_warned_of_and_needs_wide_limits(module):
    x = module.tensor([0.3, -0.7], requires_grad=True)
    with pytest.warns(UserWarning, match="not a double precision floating point"):
        assert module.autograd.gradcheck(module.sin, (x,), eps=1e-4, atol=1e-3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(RuntimeError, match="Jacobian mismatch"):
            module.autograd.gradcheck(module.sin, (x,))


@BOTH
def test_nothing_to_check(module):
    with pytest.raises(ValueError, match="at least one input tensor to require gradient"):
        module.autograd.gradcheck(module.sin, (module.ones(2),))


@BOTH
def test_saved_intermediates_pass_once_and_fail_twice(module):
    """The trap of lesson 09: an intermediate saved on ctx is a constant for the second derivative."""

    class Cube(module.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            slope = 3 * x**2
            ctx.save_for_backward(slope)
            return x**3

        @staticmethod
        def backward(ctx, g):
            (slope,) = ctx.saved_tensors
            return g * slope

    assert module.autograd.gradcheck(Cube.apply, (doubles(module),))
    with pytest.raises(RuntimeError, match="Jacobian mismatch"):
        module.autograd.gradgradcheck(Cube.apply, (doubles(module),))


@BOTH
def test_the_checked_input_is_put_back(module):
    x = doubles(module)
    before = x.detach().clone()
    module.autograd.gradcheck(module.exp, (x,))
    assert bool((x == before).all()) and x.grad is None
