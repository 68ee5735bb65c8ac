"""Custom Functions: everything a ctx can do, run on PyTorch and here."""

import numpy as np

from tests.torchlet.stories import both


def test_saved_tensors_names_and_double_backward():
    def story(t):
        class Cube(t.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                ctx.save_for_backward(x)
                return x**3

            @staticmethod
            def backward(ctx, g):
                (x,) = ctx.saved_tensors
                return 3 * x**2 * g

        x = t.tensor([1.0, 2.0], requires_grad=True)
        y = Cube.apply(x)
        (g,) = t.autograd.grad(y.sum(), x, create_graph=True)
        (h,) = t.autograd.grad(g.sum(), x)
        return y, y.grad_fn.name(), type(y.grad_fn).__name__, repr(y), g, h, y.requires_grad

    both(story)


def test_other_arguments_and_needs_input_grad():
    def story(t):
        seen = []

        class Scale(t.autograd.Function):
            @staticmethod
            def forward(ctx, x, factor, w, flag=True):
                ctx.factor = factor
                seen.append((ctx.needs_input_grad, flag, x.requires_grad))
                ctx.save_for_backward(x, w)
                return x * factor * w

            @staticmethod
            def backward(ctx, g):
                seen.append(ctx.needs_input_grad)
                x, w = ctx.saved_tensors
                return (
                    g * ctx.factor * w,
                    None,
                    (g * ctx.factor * x if ctx.needs_input_grad[2] else None),
                    None,
                )

        x, w = t.ones(2, requires_grad=True), t.full((2,), 3.0)
        Scale.apply(x, 2, w, False).sum().backward()
        w.requires_grad_()
        Scale.apply(x, 2.5, w).sum().backward()
        return seen, x.grad, w.grad, Scale.apply(x.detach(), 1, w.detach()).requires_grad

    both(story)


def test_several_outputs():
    def story(t, materialize):
        class Both(t.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                ctx.set_materialize_grads(materialize)
                whole = (x > 0).long()
                ctx.mark_non_differentiable(whole)
                return x * 2, x * 3, whole

            @staticmethod
            def backward(ctx, a, b, w):
                if not materialize:
                    return None if a is None else a * 2
                return a * 2 + b * 3

        x = t.tensor([1.0, -1.0], requires_grad=True)
        a, b, whole = Both.apply(x)
        a.sum().backward(retain_graph=True)
        first = x.grad.tolist()
        if materialize:
            (a * b).sum().backward()
        return first, x.grad, whole, whole.requires_grad, a.output_nr, b.output_nr, b.grad_fn.name()

    both(lambda t: story(t, True))
    both(lambda t: story(t, False))


def test_inputs_changed_in_place_and_returned():
    def dirty(t):
        class AddOne(t.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                x.add_(1)
                ctx.mark_dirty(x)
                return x

            @staticmethod
            def backward(ctx, g):
                return g * 5

        x = t.ones(2, requires_grad=True)
        y = x * 2
        z = AddOne.apply(y)
        z.sum().backward()
        return z is y, z.grad_fn.name(), x.grad, y

    def dirty_leaf(t):
        class AddOne(t.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                x.add_(1)
                ctx.mark_dirty(x)
                return x

            @staticmethod
            def backward(ctx, g):
                return g

        AddOne.apply(t.ones(2, requires_grad=True))

    def identity(t):
        class Same(t.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                return x

            @staticmethod
            def backward(ctx, g):
                return g * 7

        x = t.ones(2, requires_grad=True)
        y = Same.apply(x)
        y.sum().backward()
        return y is x, x.grad, y.data_ptr() == x.data_ptr()

    for story in (dirty, dirty_leaf, identity):
        both(story)


def test_setup_context():
    def story(t):
        class Square(t.autograd.Function):
            @staticmethod
            def forward(x):
                return x * x

            @staticmethod
            def setup_context(ctx, inputs, output):
                (x,) = inputs
                ctx.save_for_backward(x)

            @staticmethod
            def backward(ctx, g):
                return 2 * ctx.saved_tensors[0] * g

        x = t.tensor(3.0, requires_grad=True)
        y = Square.apply(x)
        y.backward()
        return y, x.grad

    both(story)


def test_what_backward_returns_is_checked():
    def story(t, answer, arguments=1):
        class Wrong(t.autograd.Function):
            @staticmethod
            def forward(ctx, x, other=None):
                return x * 2

            @staticmethod
            def backward(ctx, g):
                return answer(t, g)

        x = t.ones(3, requires_grad=True)
        args = (x,) if arguments == 1 else (x, 2.0)
        Wrong.apply(*args).sum().backward()
        return x.grad

    both(lambda t: story(t, lambda t, g: (g, g)))
    both(lambda t: story(t, lambda t, g: (g, None)))
    both(lambda t: story(t, lambda t, g: (g, g), 2))
    both(lambda t: story(t, lambda t, g: g, 2))
    both(lambda t: story(t, lambda t, g: t.ones(2, 3)))
    both(lambda t: story(t, lambda t, g: t.ones(4)))
    both(lambda t: story(t, lambda t, g: g.double()))
    both(lambda t: story(t, lambda t, g: None))
    both(lambda t: story(t, lambda t, g: g.sum()))


def test_saved_values_are_watched():
    def twice(t):
        class Keep(t.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                ctx.save_for_backward(x)
                return x * 2

            @staticmethod
            def backward(ctx, g):
                return ctx.saved_tensors[0] * g

        y = Keep.apply(t.ones(2, requires_grad=True)).sum()
        y.backward()
        y.backward()

    def written(t, target):
        class Keep(t.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                y = x * 2
                ctx.save_for_backward(x, y)
                return y

            @staticmethod
            def backward(ctx, g):
                x, y = ctx.saved_tensors
                return x * y * g

        x = t.ones(2, requires_grad=True) * 1
        y = Keep.apply(x)
        (x if target == "input" else y).add_(1)
        y.sum().backward()

    both(twice)
    both(lambda t: written(t, "input"))
    both(lambda t: written(t, "output"))


def test_refusals():
    def not_a_tensor(t):
        class Saves(t.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                ctx.save_for_backward(3)
                return x

        Saves.apply(t.ones(1, requires_grad=True))

    def no_backward(t):
        class Half(t.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                return x * 2

        Half.apply(t.ones(1, requires_grad=True)).backward()

    def once(t):
        class Once(t.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                ctx.save_for_backward(x)
                return x * x

            @staticmethod
            @t.autograd.function.once_differentiable
            def backward(ctx, g):
                return 2 * ctx.saved_tensors[0] * g

        x = t.tensor(3.0, requires_grad=True)
        (g,) = t.autograd.grad(Once.apply(x), x, create_graph=True)
        first = g.item()
        try:
            t.autograd.grad(g, x)
        except RuntimeError as error:
            return first, str(error)

    for story in (not_a_tensor, no_backward, once):
        both(story)


def test_intermediates_pass_first_but_not_second_order():
    """A Function that saves an intermediate value: its first derivative is right, its second is not."""

    def story(t):
        class Sigmoid(t.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                e = (-x).exp()
                ctx.save_for_backward(e)
                return 1 / (1 + e)

            @staticmethod
            def backward(ctx, g):
                (e,) = ctx.saved_tensors
                return g * e / (1 + e) ** 2

        x = t.tensor([0.0, 2.0], dtype=t.float64, requires_grad=True)
        first = t.autograd.gradcheck(Sigmoid.apply, x)
        second = t.autograd.gradgradcheck(Sigmoid.apply, x, raise_exception=False)
        return first, second

    assert both(story) == [True, False]


def test_numpy_inside():
    def story(t):
        class Sine(t.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                ctx.x = x.detach().numpy()
                return t.from_numpy(np.sin(ctx.x))

            @staticmethod
            def backward(ctx, g):
                return g * t.from_numpy(np.cos(ctx.x))

        x = t.tensor([0.0, 1.0], dtype=t.float64, requires_grad=True)
        Sine.apply(x).sum().backward()
        return x.grad

    both(story)


def test_the_gradient_in_the_hand_of_the_user_is_not_shared():
    def story(t):
        kept = []

        class Pass(t.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                return x * 1

            @staticmethod
            def backward(ctx, g):
                kept.append(g)
                return g

        x = t.ones(2, requires_grad=True)
        Pass.apply(x).sum().backward()
        x.grad += 1
        return kept, x.grad

    both(story)


def test_backward_of_a_function_runs_its_own_graph():
    def story(t):
        class Inner(t.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                ctx.save_for_backward(x)
                return x**2

            @staticmethod
            def backward(ctx, g):
                (x,) = ctx.saved_tensors
                with t.enable_grad():
                    y = x.detach().requires_grad_()
                    (inner,) = t.autograd.grad(y**2, y, g)
                return inner

        x = t.tensor(3.0, requires_grad=True)
        Inner.apply(x).backward()
        return x.grad

    both(story)
