# %% [markdown]
# Each operation of a framework has its derivative in a table: `exp`, `*`, `sum`, `sigmoid`.
# Sooner or later you need an operation that is not in the table.
# Its formula is yours, or it comes from another library, or its derivative is zero and useless.
#
# Autograd does not close the table. You may add a line of your own.
# What it cannot do is to notice that your line is wrong: a wrong derivative gives no error, only a model that learns badly.
#
# So this lesson has two questions:
# **how do you teach autograd a new operation, and how do you prove that you taught it right?**
#
# **How to work.** Run the cells from top to bottom with Shift + Enter.
# Where a prediction is asked for, choose *before* you run the next cell.
# The cell that asks is folded, because its code contains the answer: run it without opening it.

# %%
import torchlet as torch  # "import torch" works as well and prints the same

from labkit import expect, gradcheck_microscope, order_lines, predict

# %% [markdown]
# ### Two questions from earlier lessons
#
# Answer from memory, without scrolling back.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "Lessons 05 and 06: in a backward pass, y = x² at x = 3 receives the gradient 5 from the side of the result. "
    "What does it hand on to x?",
    {
        "5": "This is the upstream gradient alone. The square changes it: a small step of x moves y six times as far.",
        "6": "This is the local derivative 2x alone. It says nothing about how much y counts for the result.",
        "30": "Upstream × local: 5 · 2x = 5 · 6. In this lesson you write this product yourself.",
        "11": "The two are not added. Along one path, factors multiply.",
    },
    answer="30",
)

# %%
x = torch.tensor(3.0, requires_grad=True)
y = x**2
y.backward(gradient=torch.tensor(5.0))
print(x.grad)

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "Lesson 04: you measure the slope of x² at x = 1 by a central difference in float32. "
    "Which step h comes nearest to the true slope 2?",
    {
        "h = 1e-3": "With float32, rounding costs about 1e-7 / h. So h must not be too small.",
        "h = 1e-6": "A smaller h cuts off less, but rounding grows as 1/h, and float32 has only seven digits.",
        "h = 1e-8": "1 + 1e-8 is 1 in float32. Both values are the same, and the slope comes out as 0.",
        "all the same: x² is a parabola": "For a parabola the central difference cuts off nothing, that is true. "
        "Rounding is still there.",
    },
    answer="h = 1e-3",
)

# %%
one = torch.tensor(1.0)
for h in (1e-3, 1e-6, 1e-8):
    above, below = (one + h) * (one + h), (one - h) * (one - h)
    print(f"h = {h:.0e}   slope = {((above - below) / (2 * h)).item():.4f}")

# %% [markdown]
# Keep two numbers in mind: the product 5 · 6, and 1.9670, the slope that was measured with h = 1e-6.
# The first is what you will write. The second is what will deceive you when you check it.
#
# ## 1. Why would you write a derivative yourself?
#
# The sigmoid squeezes any number into the range between 0 and 1:
#
# $$\sigma(x) = \frac{1}{1 + e^{-x}}$$
#
# Written with operations that autograd knows, it is a chain of four functions.
#
# | Step | Function | Local derivative |
# |:--|:--|:--|
# | 1 | $a = -x$ | $-1$ |
# | 2 | $b = e^a$ | $e^a = b$ |
# | 3 | $c = 1 + b$ | $1$ |
# | 4 | $y = 1/c$ | $-1/c^2 = -y^2$ |
#
# The chain rule multiplies the four: $\sigma'(x) = (-1) \cdot b \cdot 1 \cdot (-y^2) = b\,y^2$.
# And $b$ can be written by $y$: from $y = 1/(1+b)$ follows $b\,y = 1 - y$. So
#
# $$\sigma'(x) = \sigma(x)\,\big(1 - \sigma(x)\big)$$
#
# Two ways to the same number: a chain of four, or one formula. First the chain.


# %%
def chain(x):
    return (1 + torch.exp(-x)).reciprocal()


x = torch.tensor([0.0, 2.0, -2.0], requires_grad=True)
y = chain(x)
y.sum().backward()
print("σ: ", y.detach())
print("σ′:", x.grad)

# %% [markdown]
# What does the chain cost?
# Count its backward nodes, and the bytes that they keep for the way back.
# `saved_tensors_hooks` shows each tensor that a node saves, at the moment when it is saved.


# %%
def node_names(y):
    """The names of the backward nodes behind y, without the leaves."""
    names, waiting = [], [y.grad_fn]
    while waiting:
        node = waiting.pop()
        names.append(type(node).__name__)
        following = [next_node for next_node, _ in node.next_functions if next_node is not None]
        waiting += [node for node in following if type(node).__name__ != "AccumulateGrad"]
    return names


def saved_bytes(f, x):
    """How many bytes f(x) keeps for the backward pass."""
    sizes = []

    def note(tensor):
        sizes.append(tensor.nbytes)
        return tensor.detach()

    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        f(x)
    return sum(sizes)


thousand = torch.linspace(-3, 3, 1000).requires_grad_()
print("nodes:", node_names(chain(thousand)))
print("bytes:", saved_bytes(chain, thousand))

# %% [markdown]
# Four nodes, and two of them keep 1,000 numbers of four bytes each: $b$ for the second step and $y$ for the fourth.
# This is affordable. The next thing is not.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "Far to the left the sigmoid is flat. What gradient does the chain give at x = −1000?",
    {
        "0": "This is the right derivative. But the chain computes it as a product, and one factor is infinite.",
        "0.25": "This is the slope in the middle, at x = 0. At −1000 the curve is flat.",
        "an OverflowError": "Floating-point tensors do not raise: what is too large becomes inf, and goes on.",
        "nan": "e¹⁰⁰⁰ is inf in floating point, and y is 0. Their product 0 · inf is nan: not a number.",
    },
    answer="nan",
)

# %%
far = torch.tensor([-1000.0, 0.0, 1000.0], requires_grad=True)
y = chain(far)
y.sum().backward()
print("σ: ", y.detach())
print("σ′:", far.grad)

# %% [markdown]
# The *values* are right: 1/inf is 0.
# The *gradient* is lost: the fourth step hands on $-y^2 = 0$, and the second multiplies by $b = \infty$.
# One such nan, added into the gradient of a weight, makes the weight nan, and after one more step the whole model.
# The formula $y\,(1-y)$ has no infinite factor. At −1000 it gives $0 \cdot 1 = 0$.
#
# There are four good reasons to write a derivative yourself:
#
# 1. **a better formula**: fewer nodes, fewer saved bytes;
# 2. **a more stable one**: no overflow on the way;
# 3. **another library**: autograd cannot look into SciPy;
# 4. **a step without a useful derivative**: rounding, the sign. You decide what flows back.
#
# ## 2. How do you teach autograd a new operation?
#
# You write a subclass of `torch.autograd.Function` with two static methods.


# %%
class Sigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        y = 1 / (1 + torch.exp(-x))
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, grad_output):
        (y,) = ctx.saved_tensors
        return grad_output * y * (1 - y)


x = torch.tensor([0.0, 2.0, -2.0], requires_grad=True)
y = Sigmoid.apply(x)
print(y)
y.sum().backward()
print(x.grad)

# %% [markdown]
# - `forward` computes the result. Nothing in it is recorded: autograd sees the whole operation as one node.
# - `ctx`, the *context*, carries what `backward` will need. There is no `self`, because nobody ever makes an object of this class.
# - `ctx.save_for_backward(...)` keeps tensors, `ctx.saved_tensors` gives them back.
#   Numbers and other things become plain attributes, such as `ctx.n = n`.
# - `backward` gets `grad_output`, the **upstream** gradient, and returns the gradient of the input: **upstream × local**.
# - Neither method changes a tensor that it is given: `x` belongs to the caller, and `grad_output` may be needed on another path.
#   So `grad_output * y` and not `grad_output *= y`.
# - `Sigmoid.apply(x)` runs it. You call neither `forward` nor `backward` yourself.
#
# The name of the node is made from the name of your class: `SigmoidBackward`.
# Now the same counts as before, and the same far points.

# %%
print("nodes:", node_names(Sigmoid.apply(thousand)))
print("bytes:", saved_bytes(Sigmoid.apply, thousand))

far = torch.tensor([-1000.0, 0.0, 1000.0], requires_grad=True)
y = Sigmoid.apply(far)
y.sum().backward()
print("σ: ", y.detach())
print("σ′:", far.grad)

# %% [markdown]
# | | chain of four | σ(1 − σ) |
# |:--|:--|:--|
# | backward nodes | 4 | 1 |
# | bytes kept for 1,000 float32 numbers | 8000 | 4000 |
# | gradient at −1000 | nan | 0 |
#
# In a Function, the five steps of a backward pass are shared out between you and the engine.
#
# | Step | Who | Where |
# |:--|:--|:--|
# | **forward** | you | `forward` |
# | **local derivative** | you | `backward`, from what you saved |
# | **upstream × local** | you | `backward`, the product with `grad_output` |
# | **accumulate** | the engine | it adds up what several paths bring |
# | **reset** | you, outside | `x.grad = None` before the next pass |
#
# The third step is the one that people forget.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "In the next cell, `backward` returns `y * (1 - y)` and ignores `grad_output`. "
    "At x = 0 the slope of σ is 0.25. What does x.grad hold after `(3 * Forgetful.apply(x)).backward()`?",
    {
        "0.75": "This is the right gradient, 3 · 0.25. The 3 arrives in grad_output, and nobody looks at it.",
        "0.25": "The 3 arrives in grad_output and is lost there. Everything that comes after this operation is ignored.",
        "3": "This would be the upstream gradient, passed on without the local derivative.",
        "It raises a RuntimeError": "Autograd cannot know that a product is missing. It takes what you return.",
    },
    answer="0.25",
)


# %%
class Forgetful(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        y = 1 / (1 + torch.exp(-x))
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, grad_output):
        (y,) = ctx.saved_tensors
        return y * (1 - y)  # wrong: the upstream gradient is missing


for function in (Sigmoid, Forgetful):
    x = torch.tensor(0.0, requires_grad=True)
    (3 * function.apply(x)).backward()
    print(f"{function.__name__:10} 3 · σ′(0) = {x.grad.item()}")

# %% [markdown]
# No error, no warning. With `y.sum().backward()` you would not even see it, because then `grad_output` is 1 everywhere.
# So test a Function with an upstream gradient that is *not* 1. Section 5 has a tool for this.
#
# ### Put it together
#
# The operation is $y = x^3$, and its derivative is $3x^2$.
# Press the lines in the right order. Some do not belong: each of these stands for a mistake that people make.
# To keep it short, the line `@staticmethod` above each of the two methods is left out.

# %% cellView="form" jupyter={"source_hidden": true}
# @title Put the lines in order: run this cell
order_lines(
    "A Function for x³ whose gradients are right, the second derivative included.",
    [
        "class Cube(torch.autograd.Function):",
        "    def forward(ctx, x):",
        "        ctx.save_for_backward(x)",
        "        return x * x * x",
        "    def backward(ctx, grad_output):",
        "        (x,) = ctx.saved_tensors",
        "        return grad_output * 3 * x * x",
    ],
    {
        "    def forward(self, x):": "There is no self: nobody makes an object of this class. Both methods are static, "
        "and their first argument is ctx.",
        "        ctx.slope = 3 * x * x": "Nothing in forward is recorded, so the slope would be a constant: "
        "the second derivative comes out wrong. Save what you were given, and compute in backward.",
        "        return 3 * x * x": "This is the local derivative alone. The upstream gradient has to be multiplied in.",
        "        return grad_output": "This is the upstream gradient alone. The local derivative is missing.",
        "        x.backward()": "You never call backward yourself in a Function: the engine calls you.",
    },
)


# %%
class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x * x

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return grad_output * 3 * x * x


x = torch.tensor(2.0, requires_grad=True)
y = Cube.apply(x)
y.backward(gradient=torch.tensor(10.0))
print(y.item(), x.grad.item())

# %% [markdown]
# ## 3. What if there are several inputs, or several outputs?
#
# `backward` returns **one answer for each argument of `forward`**, in the same order.
# Here $y = x^n$, where `n` is a plain Python number.


# %%
class Power(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, n):
        ctx.save_for_backward(x)
        ctx.n = n  # not a tensor: a plain attribute
        return x**n

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return grad_output * ctx.n * x ** (ctx.n - 1)


# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "`forward` of this Power takes x and n, and `backward` returns the gradient of x only. "
    "What does `Power.apply(x, 3).sum().backward()` do?",
    {
        "It raises a RuntimeError": "Two arguments went in, so two answers must come out. For n the answer is None.",
        "It works: n is no tensor and needs no gradient": "It needs no gradient, but it needs an answer. "
        "Otherwise the engine could not tell which gradient belongs to which argument.",
        "It works, and n.grad is None": "n is a plain number and has no .grad at all.",
        "x.grad stays None": "The engine does not guess which of the two you meant.",
    },
    answer="It raises a RuntimeError",
)

# %%
x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
try:
    Power.apply(x, 3).sum().backward()
except RuntimeError as error:
    print("RuntimeError:", error)

# %% [markdown]
# The repair is one word: return `None` for what has no gradient.


# %%
class Power(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, n):
        ctx.save_for_backward(x)
        ctx.n = n
        return x**n

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return grad_output * ctx.n * x ** (ctx.n - 1), None


x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
Power.apply(x, 3).sum().backward()
print(x.grad)

# %% [markdown]
# ### A worked example with two tensors
#
# $y = x \cdot w$, where `x` has two rows of three numbers, and `w` has one number for each column.
# `w` is **broadcast**: each of its numbers is used in both rows (lesson 02).
#
# **forward**: $y_{ij} = x_{ij}\, w_j$.
#
# **local derivative**: $\partial y_{ij}/\partial x_{ij} = w_j$ and $\partial y_{ij}/\partial w_j = x_{ij}$.
#
# **upstream × local**: $g_{ij}\, w_j$ for `x`, and $g_{ij}\, x_{ij}$ for `w`.
#
# **accumulate**: each $w_j$ was used in two rows. Its gradient is the *sum* over these rows.
#
# `ctx.needs_input_grad` says for each argument whether anybody wants its gradient. What nobody wants need not be computed.


# %%
class Scale(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, w):
        ctx.save_for_backward(x, w)
        return x * w

    @staticmethod
    def backward(ctx, grad_output):
        x, w = ctx.saved_tensors
        grad_x = grad_w = None
        if ctx.needs_input_grad[0]:
            grad_x = grad_output * w
        if ctx.needs_input_grad[1]:
            grad_w = (grad_output * x).sum(dim=0)  # w was broadcast over the rows
        return grad_x, grad_w


x = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
w = torch.tensor([1.0, 10.0, 100.0], requires_grad=True)
y = Scale.apply(x, w)
y.sum().backward()
print("needs_input_grad:", y.grad_fn.needs_input_grad)
print("x.grad:", x.grad)
print("w.grad:", w.grad)

# %% [markdown]
# The node `y.grad_fn` has everything that `ctx` has. We use this in a minute.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "Now somebody forgets `.sum(dim=0)`: backward returns `grad_output * x`, of shape (2, 3), for w of shape (3,). "
    "What is w.grad after `y.sum().backward()`?",
    {
        "an error: the shape is wrong": "This would be the safest answer, and some frameworks give it. This one does not.",
        "[[1, 2, 3], [4, 5, 6]]": "`.grad` always has the shape of its tensor, here (3,).",
        "[5, 7, 9], as if nothing were missing": "The engine sees a shape that broadcasting could have made, "
        "and sums it down to (3,) without a word.",
        "[1, 2, 3]: the first row": "Nothing is cut off. The rows are added up.",
    },
    answer="[5, 7, 9], as if nothing were missing",
)


# %%
class Careless(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, w):
        ctx.save_for_backward(x, w)
        return x * w

    @staticmethod
    def backward(ctx, grad_output):
        x, w = ctx.saved_tensors
        return grad_output * w, grad_output * x  # wrong: the sum over the rows is missing


w = torch.tensor([1.0, 10.0, 100.0], requires_grad=True)
y = Careless.apply(x, w)
y.sum().backward()
print("w.grad:", w.grad)

# %% [markdown]
# The engine repaired it silently.
# Do not rely on that. Your `backward` may be called from other code than this engine: from another `backward` of yours,
# or from a framework that adds nothing up.
# And a check that looks only at `w.grad` cannot see that the sum is missing.
#
# So call `backward` yourself, with the node in the place of `ctx`, and look at the shapes.
# An answer must have **the shape of its input**.

# %%
g = torch.ones(2, 3)
for function in (Scale, Careless):
    node = function.apply(x, w).grad_fn
    answer = function.backward(node, g)[1]
    print(f"{function.__name__:9} w: {tuple(w.shape)}   the answer for w: {tuple(answer.shape)}")

# %% [markdown]
# ### The same kind of problem, with gaps
#
# Now $y = x / w$, with the same shapes. The local derivatives are $1/w_j$ for `x` and $-x_{ij}/w_j^2$ for `w`.
# Fill the gaps. This takes about four minutes, gives no points, and the cell below checks it at once.


# %% nbgrader={"grade": false, "grade_id": "faded_example", "locked": false, "schema_version": 3, "solution": true, "task": false}
class Ratio(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, w):
        ctx.save_for_backward(x, w)
        return x / w

    @staticmethod
    def backward(ctx, grad_output):
        x, w = ctx.saved_tensors
        # upstream × local for x, which has the shape of the result: call it grad_x
        ### BEGIN SOLUTION
        grad_x = grad_output / w
        ### END SOLUTION
        # upstream × local for w, and then accumulate: call it grad_w
        ### BEGIN SOLUTION
        grad_w = (-grad_output * x / w**2).sum(dim=0)
        ### END SOLUTION
        return grad_x, grad_w


# %% jupyter={"source_hidden": true}
# Check: run this when you have filled the gaps. It calls your backward itself
x = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], requires_grad=True)
w = torch.tensor([1.0, 2.0, 4.0], requires_grad=True)
g = torch.tensor([[1.0, 2.0, 3.0], [2.0, 1.0, 5.0]])

with expect.gaps():
    for_x, for_w = Ratio.backward(Ratio.apply(x, w).grad_fn, g)
    each = (-g * x / w**2).detach()
    expect.close(
        for_x,
        (g / w).detach(),
        name="the gradient of x",
        hint="The result is x times 1/w. So each number of the upstream gradient is multiplied by 1/w.",
        where="the worked example above: g · w for x",
        mistakes={
            "The upstream gradient is missing: this is the local derivative alone.": (1 / w).detach(),
            "The upstream gradient is missing: this is 1/w in each row.": (torch.ones(2, 3) / w).detach(),
            "This is g · w. The local derivative of x / w is 1/w.": (g * w).detach(),
            "This is the upstream gradient, passed on. The local derivative is missing.": g,
        },
    )
    expect.close(
        for_w,
        each.sum(dim=0),
        name="the gradient of w",
        hint="Write −g · x / w² for the six places, then add up the two rows.",
        where="the worked example above: accumulate",
        mistakes={
            "The sum over the rows is missing. Each number of w was used in two rows.": each,
            "Everything is added up. Only the rows are: sum(dim=0).": each.sum(),
            "This adds up along each row. sum(dim=0) adds up the rows, and leaves one number for each column.": (
                each.sum(dim=1)
            ),
            "This is a mean over the rows. Contributions are added up, not averaged.": each.mean(dim=0),
            "The minus sign of the derivative of 1/w is missing.": -each.sum(dim=0),
            "The square is missing: the derivative of 1/w is −1/w².": (-g * x / w).sum(dim=0).detach(),
            "The upstream gradient is missing.": (-x / w**2).sum(dim=0).detach(),
        },
    )
    expect.right("Right, and in the right shapes:", tuple(for_x.shape), tuple(for_w.shape))

# %% [markdown]
# ### Several outputs
#
# If `forward` returns several tensors, `backward` gets several upstream gradients, one for each.
# An output that the result does not use brings a gradient of zeros.


# %%
class SinCos(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        s, c = torch.sin(x), torch.cos(x)
        ctx.save_for_backward(s, c)
        return s, c

    @staticmethod
    def backward(ctx, grad_s, grad_c):
        s, c = ctx.saved_tensors
        print("upstream:", grad_s.item(), grad_c.item())
        return grad_s * c - grad_c * s


x = torch.tensor(0.0, requires_grad=True)
s, c = SinCos.apply(x)
(2 * s + 5 * c).backward()
print("x.grad:", x.grad.item())

x.grad = None  # reset
s, c = SinCos.apply(x)
(7 * s).backward()
print("x.grad:", x.grad.item())

# %% [markdown]
# ## 4. Who calls your backward?
#
# The engine. It does what you did by hand in lesson 05, with a list of what is still waiting.
#
# ```text
# waiting = {the node of the result: 1}
# while any node is waiting:
#     take the youngest node                    # by now, all gradients for it have arrived
#     g = what waits for it                     # upstream
#     for each of its inputs that wants a gradient:
#         d = the node's rule for this input, applied to g      # upstream × local
#         sum d over what broadcasting repeated
#         if the input is a leaf:
#             add d to its .grad                # accumulate
#         else:
#             add d to what waits for the input's node
#     let go of what the node saved
# ```
#
# Why the *youngest* node? A node is younger than the nodes it leads back to.
# So when the youngest is taken, nobody is left who could still send it something.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "In the next cell, a is used twice: b = 3a and c = 5a, and the result is b + c. "
    "How often does the engine call the backward of a?",
    {
        "twice: with 3, and with 5": "Then everything before a would be walked twice too, and so on: "
        "the work would double at each branch.",
        "once, with 8": "The gradients of both paths are added up while a waits. Then its backward is called once.",
        "once, with 15": "Factors multiply along one path. These are two paths, and their gradients add up.",
        "twice: with 1, and with 1": "1 is what b and c receive. Behind them stand the factors 3 and 5.",
    },
    answer="once, with 8",
)


# %%
class Announce(torch.autograd.Function):
    """Changes nothing. Its backward says what arrives."""

    @staticmethod
    def forward(ctx, x, name):
        ctx.name = name
        return x.clone()

    @staticmethod
    def backward(ctx, grad_output):
        print(f"backward of {ctx.name}: {grad_output.item()}")
        return grad_output, None


x = torch.tensor(2.0, requires_grad=True)
a = Announce.apply(x, "a")
b = Announce.apply(3 * a, "b")
c = Announce.apply(5 * a, "c")
(b + c).backward()
print("x.grad:", x.grad.item())

# %% [markdown]
# `c` is younger than `b`, so it is taken first. And `a` waits until both have sent their part.
#
# Here is the real loop of torchlet, read from the file that runs in this notebook.
# It has 89 lines, because it also serves hooks, second derivatives and outputs by the tuple.
# These twelve are the ones that you know, with their numbers. `print(*loop, sep="\n")` would show all of them.

# %%
import inspect

import torchlet.engine

loop = inspect.getsource(torchlet.engine.run).splitlines()
known = (
    "while first",
    "node = heappop(heap)",
    "g = waiting.pop(node)",
    "results = ",
    "for target, ",
    "d = rule(g, saved",
    "d = fitted(d",
    "elif target in waiting",
    "waiting[target] = waiting[target] + d",
    "elif target in leaves",
    "leaves[target] = leaves[target] + d",
    "node.free()",
)
for number, line in enumerate(loop, 1):
    if line.strip().startswith(known):
        print(f"{number:2} {line.partition('  #')[0]}")

# %% [markdown]
# | In the pseudo-code | In the loop |
# |:--|:--|
# | take the youngest node | `node = heappop(heap)[1]` |
# | what waits for it: upstream | `g = waiting.pop(node)` |
# | upstream × local, for an operation of the table | `d = rule(g, saved[place])` |
# | upstream × local, for a Function: here *your* `backward` is called | `node.pulled(g, record)` |
# | sum over what broadcasting repeated | `d = fitted(d, *fit)` |
# | add to what waits for the input's node | `waiting[target] = waiting[target] + d` |
# | the same for a leaf; it goes to `.grad` at the end | `leaves[target] = leaves[target] + d` |
# | let go of what the node saved | `node.free()` |
#
# The line with `fitted` is the one that repaired `Careless` in section 3.
# `first` is a node that waits beside the heap. On a chain it is the only one, and the heap stays empty.
#
# ## 5. How do you prove that a backward is right?
#
# You measure. `gradcheck` takes each input number, moves it a little up and a little down, and sees how each output moves:
# a central difference, as in lesson 04.
# Then it asks your `backward` for the same slopes: one backward pass for each output, with a 1 in that place and 0 elsewhere.
# The two Jacobians must agree in every place:
#
# $$|\text{analytic} - \text{numeric}| \;\le\; \text{atol} + \text{rtol} \cdot |\text{numeric}|$$
#
# *Analytic* is what your formula gives, *numeric* is what was measured.
# The defaults are `eps=1e-6` for the step, `atol=1e-5` and `rtol=1e-3`.

# %%
gradcheck = torch.autograd.gradcheck

x = torch.tensor([0.0, 2.0, -2.0], dtype=torch.float64, requires_grad=True)
print("Sigmoid:", gradcheck(Sigmoid.apply, (x,)))
print("Cube:   ", gradcheck(Cube.apply, (x,)))
print("Power:  ", gradcheck(lambda x: Power.apply(x, 3), (x,)))

# %% [markdown]
# It answers `True`, or it raises an error that shows both Jacobians.
# Here is the Function that forgets the upstream gradient.

# %%
try:
    gradcheck(Forgetful.apply, (x,))
except RuntimeError as error:
    print(error)

# %% [markdown]
# One row for each input, one column for each output.
# The numeric Jacobian is diagonal, because each output depends on its own input only.
# (It is the Jacobian of lesson 06, turned on its side: there, each row was one result.)
# In the analytic one, each input claims to move *all* outputs.
# `Forgetful` never looks at `grad_output`, so it cannot see which output it is asked about.
# You will recognise this picture when you meet it: equal numbers along each row mean that the upstream gradient is missing.
#
# ### Which dtype?
#
# All tensors above were float64.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "`Sigmoid` is right, and gradcheck has just said so. What does `gradcheck(Sigmoid.apply, (x,))` say "
    "for the same points in float32?",
    {
        "True: the formula is the same": "The formula is, but the measurement is not. "
        "With a step of 1e-6, float32 has no digits left for the difference.",
        "True, with fewer digits": "gradcheck shows no digits. It compares, and the limit is finer than what float32 can measure.",
        "It raises an error: Jacobian mismatch": "The analytic slopes are right. The measured ones are rough, "
        "and gradcheck cannot know which side is wrong.",
        "It raises an error: float64 is required": "It only warns. Then it measures all the same.",
    },
    answer="It raises an error: Jacobian mismatch",
)

# %%
import warnings

rough = torch.tensor([0.0, 2.0, -2.0], requires_grad=True)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    try:
        print(gradcheck(Sigmoid.apply, (rough,)))
    except RuntimeError as error:
        print("error:  ", str(error).splitlines()[0])
print("warning:", str(caught[0].message).split(". ")[0])

# %% [markdown]
# Near 0.5, neighbouring float32 numbers are $6 \cdot 10^{-8}$ apart.
# The central difference divides by $2 \cdot 10^{-6}$, which makes 0.03: measured slopes come in steps of 0.03, or of 0.015 below 0.5.
# A slope of 0.25 lies between two of them.
#
# There are two ways out, and they are not equally good.
# The right `Sigmoid` and a wrong one, whose gradient is 0.2 % too large, under three settings:


# %%
class Crooked(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        y = 1 / (1 + torch.exp(-x))
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, grad_output):
        (y,) = ctx.saved_tensors
        return 1.002 * grad_output * y * (1 - y)  # wrong by 0.2 %


for dtype, eps, atol in [
    (torch.float32, 1e-6, 1e-4),
    (torch.float32, 1e-4, 1e-3),
    (torch.float64, 1e-6, 1e-4),
]:
    points = torch.tensor([0.0, 2.0, -2.0], dtype=dtype, requires_grad=True)
    smallest = torch.finfo(dtype).eps / 2 / (2 * eps)  # numbers near 0.5 are eps/2 apart
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        right = gradcheck(Sigmoid.apply, (points,), eps=eps, atol=atol, raise_exception=False)
        wrong = gradcheck(Crooked.apply, (points,), eps=eps, atol=atol, raise_exception=False)
    print(f"{dtype!s:13}  eps {eps:.0e}  atol {atol:.0e}  slopes in steps of {smallest:.1e}  "
          f"right: {right!s:5}  wrong by 0.2 %: {wrong}")  # fmt: skip

# %% [markdown]
# - float32 with a step of 1e-6 refuses everything, the right one too.
# - float32 with a larger step and a wider limit (eps = 1e-4, atol = 1e-3) lets the right one pass, **and the wrong one**.
# - float64 with eps = 1e-6 and atol = 1e-4 lets the right one pass and catches the other.
#
# So: check in float64. A Function that is right in float64 has the right formula, and the formula is the same in float32.
#
# ### The microscope
#
# Here are 33 points instead of three. The slider multiplies the gradient of `Sigmoid` by a factor.
# The upper picture shows both slopes, the lower one their distance, and the sentence says what gradcheck decides.
# The arrow keys move the slider when it has the focus.

# %%
gradcheck_microscope(Sigmoid.apply, torch.linspace(-4, 4, 33))

# %% [markdown]
# 1. Choose float64, and move to × 1.01. Can you see the mistake in the upper picture? In the lower one?
# 2. Stay with float64: which factors next to 1 does gradcheck let pass? Compare with `rtol`: why can it not catch them?
# 3. Choose float32 with eps = 1e-4. How large is the distance in the lower picture at × 1, compared with float64? How much room is left below the limit?
# 4. Choose float32 with eps = 1e-6 at × 1. At which points does it fail, and is it the fault of the backward?
#
# <details>
# <summary>The answers</summary>
#
# 1. Not in the upper picture: 1 % of 0.25 is thinner than the line. In the lower one the distance lies far above the dashed limit.
# 2. × 0.999 and × 1.001. They are wrong by 0.1 % of the slope, and `rtol` = 0.001 allows just that.
# 3. In float64 the distance is below 1e-10. In float32 it is up to 4e-4, made by rounding alone. The limit is about 1e-3, so there is room for a mistake of more than twice that size.
# 4. At almost all of them. The backward is right: it is the measured slopes, the blue dots, that jump.
#
# </details>
#
# ## 6. gradcheck passed. Is all well?
#
# `gradcheck` checks the *first* derivative, at the points that *you* give.
# So the second derivative can still be wrong, and so can a point that you did not give.
# And some Functions are meant to fail.
#
# ### The second derivative
#
# This Function computes its slope in `forward`, where it is needed anyway, and keeps it on `ctx`.


# %%
class SavesSlope(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.slope = 3 * x * x  # an intermediate result
        return x * x * x

    @staticmethod
    def backward(ctx, grad_output):
        return grad_output * ctx.slope


points = torch.tensor([0.5, -1.0, 2.0], dtype=torch.float64, requires_grad=True)
print("gradcheck of Cube:      ", gradcheck(Cube.apply, (points,)))
print("gradcheck of SavesSlope:", gradcheck(SavesSlope.apply, (points,)))

# %% [markdown]
# Both pass. Now the second derivative of $f = x \cdot x^3 = x^4$, which is $12x^2$: 48 at $x = 2$.
#
# For a second derivative the first one must be recorded too: `create_graph=True`.
# `torch.autograd.grad(y, x)` returns the gradients, in a tuple, instead of adding them to `.grad`.
# This is called **double backward**.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "What second derivative of x · SavesSlope(x) does autograd find at x = 2?",
    {
        "48, as it should be": "The slope was computed in forward, where nothing is recorded. "
        "For the second pass it is a constant.",
        "It raises a RuntimeError": "That would be kind. A part of the gradient can be differentiated, so there is no error.",
        "0": "Zero would mean that nothing depends on x. One factor still does: the x in front.",
        "24, without a warning": "The slope is a constant for the second pass, so its own derivative is missing. "
        "What remains is wrong by a factor of two, and nobody says so.",
    },
    answer="24, without a warning",
)


# %%
def second_derivative(f, point):
    x = torch.tensor(point, requires_grad=True)
    (first,) = torch.autograd.grad(f(x), x, create_graph=True)
    (second,) = torch.autograd.grad(first, x)
    return first.item(), second.item()


print("Cube:      ", second_derivative(lambda x: x * Cube.apply(x), 2.0))
print("SavesSlope:", second_derivative(lambda x: x * SavesSlope.apply(x), 2.0))

# %% [markdown]
# The first derivative is 32 in both. The second is 48, and 24.
#
# With `create_graph=True` the engine records what your `backward` does.
# It can follow `x`, which went in. It cannot follow `ctx.slope`, which came out of nowhere.
# **Save inputs and outputs with `save_for_backward`, and compute the slope in `backward`.**
# The check for this is `gradgradcheck`: gradcheck of the gradient.

# %%
gradgradcheck = torch.autograd.gradgradcheck
torch.manual_seed(0)  # gradgradcheck draws its upstream gradients at random
print("gradgradcheck of Cube:      ", gradgradcheck(Cube.apply, (points,)))
print("gradgradcheck of SavesSlope:", gradgradcheck(SavesSlope.apply, (points,), raise_exception=False))

# %% [markdown]
# ### A bad branch
#
# The square root has an infinite slope at 0.
# `where` seems to protect from it: it takes the root where x > 0, and 0 elsewhere.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "`y = torch.where(x > 0, torch.sqrt(x), 0.0)`. What is the gradient at x = 0?",
    {
        "nan": "Both branches are computed, and both are walked back. The root receives the gradient 0, "
        "and its slope is inf: 0 · inf is nan.",
        "0": "The branch with the 0 was chosen, and its slope is 0. But the other branch was computed as well, "
        "and is walked back as well.",
        "inf": "This is the slope of the root at 0. `where` sends it the gradient 0, and 0 · inf is not inf.",
        "0.5": "This is the slope of the root at 1.",
    },
    answer="nan",
)

# %%
x = torch.tensor([0.0, 1.0, 4.0], requires_grad=True)
y = torch.where(x > 0, torch.sqrt(x), 0.0)
y.sum().backward()
print("y:     ", y.detach())
print("x.grad:", x.grad)

# %% [markdown]
# `where` chooses between *values*. It cannot undo what was computed before it.
# The repair is to make the argument harmless *before* the function. Where the root will not be used, it gets a 1.

# %%
x = torch.tensor([0.0, 1.0, 4.0], requires_grad=True)
harmless = torch.where(x > 0, x, 1.0)
y = torch.where(x > 0, torch.sqrt(harmless), 0.0)
y.sum().backward()
print("y:     ", y.detach())
print("x.grad:", x.grad)

# %% [markdown]
# gradcheck would have found the nan, but only if you had given it the point 0.
# It would also complain about the repaired version there: at a kink, a central difference mixes the slopes of both sides.
# So give it points on both sides of a kink, and none within `eps` of it, and look at the kink itself by hand.
#
# ### A wrong gradient on purpose
#
# `round` is a staircase. Its slope is 0 everywhere, so nothing before it can learn.
# People who train networks with rounded numbers decide that the gradient should pass *straight through*, as if nothing had been rounded.


# %%
class StraightThroughRound(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return torch.round(x)

    @staticmethod
    def backward(ctx, grad_output):
        return grad_output


x = torch.tensor([0.2, 1.7, -0.6], requires_grad=True)
for function in (torch.round, StraightThroughRound.apply):
    x.grad = None  # reset
    y = function(x)
    y.backward(gradient=torch.tensor([1.0, 2.0, 3.0]))
    print(y.detach(), x.grad)

inputs = x.detach().double().requires_grad_()
print("gradcheck:", gradcheck(StraightThroughRound.apply, (inputs,), raise_exception=False))

# %% [markdown]
# gradcheck says `False`, and it is right: this is not the derivative of `round`.
# It is a decision, and it should stand in the documentation of the Function.
#
# ## 7. What about a function of another library?
#
# SciPy has the logarithm of the gamma function, $\ln\Gamma(x)$, a smooth way through the factorials: $\Gamma(5) = 4! = 24$.
# The direct way does not work:

# %%
from scipy import special

x = torch.tensor([1.0, 5.0], requires_grad=True)
try:
    special.gammaln(x.numpy())
except RuntimeError as error:
    print("RuntimeError:", error)

# %% [markdown]
# The message says how to get the numbers out. But `detach()` cuts the graph, so autograd needs a Function for the way back.
# (Inside `forward` nothing is recorded, so there `x.numpy()` would do. `detach()` says plainly what is meant.)
# The derivative of $\ln\Gamma$ is called digamma, and SciPy has it too.
#
# Here `backward` also works outside of autograd, so nothing of it can be recorded.
# A second derivative would be wrong without a warning, as with `SavesSlope`.
# `once_differentiable` turns this into an error.


# %%
class LogGamma(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.as_tensor(special.gammaln(x.detach().numpy()))

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return grad_output * torch.as_tensor(special.digamma(x.detach().numpy()))


x = torch.tensor([1.0, 5.0], requires_grad=True)
y = LogGamma.apply(x)
y.sum().backward()
print("ln Γ:   ", y.detach(), "  ln 24 =", round(torch.log(torch.tensor(24.0)).item(), 4))
print("digamma:", x.grad)

inputs = torch.tensor([1.0, 5.0], dtype=torch.float64, requires_grad=True)
print("gradcheck:", gradcheck(LogGamma.apply, (inputs,)))

x = torch.tensor(5.0, requires_grad=True)
(first,) = torch.autograd.grad(x * LogGamma.apply(x), x, create_graph=True)
try:
    first.backward()
except RuntimeError as error:
    print("RuntimeError:", error)

# %% [markdown]
# If the derivative can be written with tensor operations, prefer that: then `backward` can be recorded, and all higher derivatives come free.
#
# ## 8. Jacobian, Hessian and their products
#
# A Function behaves like any other operation, so the tools of `torch.autograd.functional` work with it.
# The **Jacobian** has a row for each result and a column for each input (lesson 06).

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "x has three numbers. What is `torch.autograd.functional.jacobian(Sigmoid.apply, x)`?",
    {
        "a vector with the three slopes": "This is what `y.sum().backward()` leaves in x.grad: the rows added up. "
        "The Jacobian keeps them apart.",
        "a 3×3 matrix with the slopes on its diagonal": "Each result depends on its own input only, "
        "so everything beside the diagonal is 0.",
        "a 3×3 matrix without zeros": "Then each result would depend on all inputs. The sigmoid takes each number by itself.",
        "one number": "One number would be the slope for one input and one result. Here are three of each.",
    },
    answer="a 3×3 matrix with the slopes on its diagonal",
)

# %%
functional = torch.autograd.functional
x = torch.tensor([0.0, 2.0, -2.0])
print(functional.jacobian(Sigmoid.apply, x))

# %% [markdown]
# The **Hessian** holds the second derivatives of a function with *one* number as its result.
# For the sum of the sigmoids it is diagonal again.
# For $f = x_0^2\,x_1 + x_1^3$ at $(1, 2)$ it is not, but it is symmetric:
# it does not matter by which input you differentiate first.
#
# $$H = \begin{pmatrix} 2x_1 & 2x_0 \\ 2x_0 & 6x_1 \end{pmatrix} = \begin{pmatrix} 4 & 2 \\ 2 & 12 \end{pmatrix}$$

# %%
print(functional.hessian(lambda x: Sigmoid.apply(x).sum(), x))


def mixed(x):
    return x[0] ** 2 * x[1] + x[1] ** 3


H = functional.hessian(mixed, torch.tensor([1.0, 2.0]))
print(H)
print("symmetric:", bool((H == H.T).all()))

# %% [markdown]
# Often you need only a product with such a matrix, and that is much cheaper than the matrix.
#
# - `vjp`: $v^\top J$, one weight for each *result*. One backward pass: this is what `backward(gradient=v)` computes.
# - `jvp`: $J\,v$, one number for each *input*: how do the results move when the inputs move along v?
#
# Both return the results first, and then the product.

# %%
v = torch.tensor([1.0, 10.0, 100.0])
print("vᵀJ:", functional.vjp(Sigmoid.apply, x, v)[1])
print("J v:", functional.jvp(Sigmoid.apply, x, v)[1])
matrix = torch.tensor([[1.0, 2.0, 0.0], [0.0, 1.0, 3.0]])
print("vᵀJ:", functional.vjp(lambda x: matrix @ x, x, torch.tensor([1.0, 10.0]))[1])
print("J v:", functional.jvp(lambda x: matrix @ x, x, v)[1])

# %% [markdown]
# The Jacobian of the sigmoid is diagonal, so both products are the same there.
# For $y = Mx$ the Jacobian is $M$ itself, and they differ: three numbers, one for each input, and two, one for each result.
#
# ## 9. How do you use it in a model?
#
# Models are built from modules (lesson 10). A Function becomes one in four lines.


# %%
class SigmoidLayer(torch.nn.Module):
    def forward(self, x):
        return Sigmoid.apply(x)


layer = SigmoidLayer()
x = torch.tensor([0.0, 2.0, -2.0], requires_grad=True)
y = layer(x)
y.sum().backward()
print("σ: ", y.detach())
print("σ′:", x.grad)
print("parameters:", len(list(layer.parameters())))

torch.manual_seed(0)
model = torch.nn.Sequential(torch.nn.Linear(3, 1), SigmoidLayer())
model(torch.ones(4, 3)).sum().backward()
print("gradients:", [tuple(parameter.grad.shape) for parameter in model.parameters()])

# %% [markdown]
# A module has a `self` and may have parameters. A Function has neither.
# The module is the thing that lives in the model; the Function is the step that it takes.
#
# ## 10. In PyTorch
#
# Everything in this lesson is PyTorch's own interface.
# Here are both libraries side by side.

# %%
import torchlet

libraries = [torchlet]
try:
    import torch as pytorch  # the first import takes some seconds

    libraries.append(pytorch)
except ModuleNotFoundError:
    print("PyTorch is not installed here. The row for it is left out.")


def square_of(library):
    class Square(library.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x * x

        @staticmethod
        def backward(ctx, grad_output):
            (x,) = ctx.saved_tensors
            return grad_output * 2 * x

    return Square


for library in libraries:
    Square = square_of(library)
    x = library.tensor([1.0, -3.0], dtype=library.float64, requires_grad=True)
    y = Square.apply(x)
    y.sum().backward()
    checks = (
        library.autograd.gradcheck(Square.apply, (x,)),
        library.autograd.gradgradcheck(Square.apply, (x,)),
    )
    print(f"{library.__name__:9}", y.tolist(), x.grad.tolist(), type(y.grad_fn).__name__, *checks)

# %% [markdown]
# | | torchlet | PyTorch |
# |:--|:--|:--|
# | where built-in rules live | one line each in `torchlet/derivatives.py` | a file of rules, from which C++ code is generated |
# | what `ctx` is | an object of its own, which the node shows | the backward node itself |
# | who calls your `backward` | the loop of section 4 | a C++ engine, which calls back into Python |
# | a derivative forwards (`jvp` of your Function) | from two backward passes | also with a static method `jvp` of your own |
# | a second derivative past `once_differentiable` | always refused | refused by `first.backward()`; `torch.autograd.grad(first, x)` goes through and is wrong |
# | many inputs at once | not there | `torch.func.vmap`, with a static method `vmap` |
# | gradcheck | every place of the Jacobian | the same; `fast_mode=True` looks at random directions only |

# %% [markdown]
# ## Homework
#
# Seven tasks, 14 points, about 65 minutes.
# Below each answer is its check, folded to one line.
# Run it as often as you like: it says that all is well, or what went wrong and where to look.
# The folded line after it is the title of a test that runs with other numbers when your homework is graded.
# Change only the cells that say `YOUR CODE HERE` or `YOUR ANSWER HERE`. You may add cells of your own.


# %% jupyter={"source_hidden": true} nbgrader={"grade": false, "grade_id": "derivatives_helper", "locked": true, "schema_version": 3, "solution": false, "task": false}
# For the checks: the value of f at x, its gradient for an upstream gradient, and the gradient of that
def derivatives(f, x, upstream):
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf)
    expect.true(
        torch.equal(leaf.detach(), x),
        "forward has changed the numbers of its input x.",
        hint="x belongs to the caller. Compute new tensors: x *= ... and x[...] = ... write into the given one.",
        where="section 2, below the first Function",
    )
    found = {"value": y.detach(), "first": None, "second": torch.zeros_like(x)}
    given = upstream.clone()
    (first,) = torch.autograd.grad(y, leaf, given, create_graph=True, allow_unused=True)
    expect.true(
        torch.equal(given, upstream),
        "backward has changed the numbers of grad_output.",
        hint="Another path of the graph may still need grad_output. Compute new tensors: grad_output *= ... and "
        "grad_output[...] = ... write into the given one.",
        where="section 2, below the first Function",
    )
    if first is not None:
        found["first"] = first.detach()
        if first.requires_grad:
            (second,) = torch.autograd.grad(first.sum(), leaf, allow_unused=True)
            found["second"] = found["second"] if second is None else second
    return found


NOTHING_FOLLOWED = (
    "The second derivative is 0, so nothing in backward could be followed. Save the input or the output with "
    "save_for_backward, and compute the slope in backward, with tensor operations."
)
SLIPS = {
    "incorrect number of gradients": "backward returns one answer for each argument of forward besides ctx, in the same "
    "order, and None for what is no tensor.",
    "values to unpack": "backward takes another number of tensors out of ctx.saved_tensors than forward has put in with "
    "ctx.save_for_backward.",
    "can only save variables": "save_for_backward takes tensors only. A number becomes an attribute: ctx.beta = beta.",
    "Boolean value of Tensor": "`if` asks for one truth value, and x has several numbers. "
    "torch.where(condition, ones, others) chooses for each of them.",
    "converted to an index": "ctx.saved_tensors is a tuple, even with a single tensor in it: (x,) = ctx.saved_tensors.",
}

# %% [markdown]
# ### Task 1 · A sigmoid with a steepness (2 points)
#
# *Difficulty 2 of 3, about 10 minutes.*
#
# Write the Function `MySigmoid` for $y = \sigma(k\,x)$. It is called as `MySigmoid.apply(x, k)`.
#
# - `x` is a tensor of any shape. `k` is a tensor with a single number and no dimensions: `torch.tensor(2.0)`.
# - `backward` returns both gradients, each in the shape of its input.
#   The check calls your `backward` directly, so no engine repairs a missing sum.
# - The gradient of `x` is $g\,k\,y(1-y)$. The one of `k` you find as in section 3: `k` was broadcast.
# - At $kx = \pm 1000$ nothing is nan.
# - Second derivatives are right too.
# - `torch.sigmoid` is not allowed here, and neither are its relatives (`expit`, `logsigmoid`, `softmax`, `softplus`), in PyTorch or in SciPy.
#
# ```python
# MySigmoid.apply(torch.tensor([0.0, 1.0, -1.0]), torch.tensor(2.0))  # tensor([0.5000, 0.8808, 0.1192])
# ```
#
# <details>
# <summary>Help: what is the local derivative for k?</summary>
#
# Look at $\sigma(kx)$ as a function of $k$, with $x$ fixed. Inside stands $kx$, so the factor that comes out is $x$, as it is $k$ for the other.
#
# </details>
#
# <details>
# <summary>Help: my second derivative is wrong</summary>
#
# Section 6: what is saved must be an input or an output, through `save_for_backward`.
# A slope that was computed in `forward` is a constant for the second pass.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "my_sigmoid", "locked": false, "schema_version": 3, "solution": true, "task": false}
class MySigmoid(torch.autograd.Function):
    """σ(k x) for a tensor x of any shape and a tensor k with a single number."""

    @staticmethod
    def forward(ctx, x, k):
        ### BEGIN SOLUTION
        y = 1 / (1 + torch.exp(-k * x))
        ctx.save_for_backward(x, k, y)
        return y
        ### END SOLUTION

    @staticmethod
    def backward(ctx, grad_output):
        ### BEGIN SOLUTION
        x, k, y = ctx.saved_tensors
        by_product = grad_output * y * (1 - y)
        return by_product * k, (by_product * x).sum()
        ### END SOLUTION


# %% autograder={"isolated": false} jupyter={"source_hidden": true} nbgrader={"grade": false, "grade_id": "my_sigmoid_helper", "locked": true, "schema_version": 3, "solution": false, "task": false}
# For the checks: what the backward of MySigmoid returns when it is called by itself
def answers_of_my_sigmoid(x, k, upstream):
    x, k = x.detach().clone().requires_grad_(), k.detach().clone().requires_grad_()
    answers = MySigmoid.backward(MySigmoid.apply(x, k).grad_fn, upstream.clone())
    if answers is None or isinstance(answers, torch.Tensor):
        answers = () if answers is None else (answers,)
    return [None if answer is None else answer.detach() for answer in answers]


# %% autograder={"forbids": ["torch.sigmoid", "torch.logsigmoid", "torch.softmax", "torch.log_softmax", "torch.special.expit", "torch.nn.functional.sigmoid", "torch.nn.functional.logsigmoid", "torch.nn.functional.softmax", "torch.nn.functional.softplus", "torch.nn.Sigmoid", "torch.nn.LogSigmoid", "scipy.special.expit", "scipy.special.log_expit", "scipy.special.softmax", "scipy.stats"]} jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "my_sigmoid_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Values, both gradients and their shapes, far points, the second derivative
x, k = torch.tensor([[0.0, 1.0, -1.0], [0.5, -0.5, 2.0]]), torch.tensor(2.0)
g = torch.tensor([[1.0, 2.0, 3.0], [-1.0, 4.0, 0.5]])
y = torch.sigmoid(2 * x)
expect.close(
    MySigmoid.apply(x, k),
    y,
    name="MySigmoid.apply(x, k)",
    hint="Multiply k and x first: y = 1 / (1 + exp(−kx)).",
    where="section 1, the chain",
    mistakes={
        "k plays no role in the result.": torch.sigmoid(x),
        "The minus sign in the exponent is missing.": torch.sigmoid(-2 * x),
    },
)
with expect.explaining(
    SLIPS, name="MySigmoid.backward(ctx, g)", where="section 2, and the Power of section 3"
):
    answers = answers_of_my_sigmoid(x, k, g)
expect.true(
    len(answers) == 2,
    f"The number of gradients that backward returns is {len(answers)}. forward takes two arguments besides ctx: x and k.",
    hint="Return a gradient for each argument of forward, in the same order.",
    where="section 3",
)
local = y * (1 - y)
expect.close(
    answers[0],
    g * local * 2,
    name="the gradient of x that backward returns",
    hint="Upstream × local: g · k · y(1 − y), place by place.",
    where="section 2, and task 1",
    mistakes={
        "The factor k is missing: inside the sigmoid stands k x.": g * local,
        "The upstream gradient is missing: multiply by grad_output.": 2 * local,
        "Both the upstream gradient and the factor k are missing.": local,
        "These are the two gradients in the wrong order: first x, then k.": (g * local * x).sum(),
        "The derivative of σ is y(1 − y), not y(1 + y).": g * y * (1 + y) * 2,
    },
)
expect.close(
    answers[1],
    (g * local * x).sum(),
    name="the gradient of k that backward returns",
    hint="Upstream × local: g · x · y(1 − y). Then accumulate: one number k was used in six places.",
    where="section 3: w was broadcast over the rows",
    mistakes={
        "None says that k needs no gradient. It is a tensor, and it may ask for one.": None,
        "The sum is missing: k is one number, so its gradient is one number. The engine would have added it up for you, "
        "silently; a backward should not rely on that.": g * local * x,
        "Only one dimension is added up. k was broadcast over all of x.": (g * local * x).sum(dim=0),
        "This is the mean. Contributions are added up.": (g * local * x).mean(),
        "The upstream gradient is missing: multiply by grad_output.": (local * x).sum(),
        "The local derivative for k has the factor x, not k.": (g * local * 2).sum(),
    },
)
far = derivatives(lambda t: MySigmoid.apply(t, k), torch.tensor([-500.0, 500.0]), torch.ones(2))
expect.close(
    far["value"],
    torch.tensor([0.0, 1.0]),
    name="σ(kx) at kx = −1000 and 1000",
    hint="exp(1000) is inf, and inf / inf is nan. 1 / (1 + exp(−kx)) has no infinite part above the line.",
    where="section 1, the far points",
)
expect.close(
    far["first"],
    torch.zeros(2),
    name="the gradient of x at kx = −1000 and 1000",
    hint="exp(1000) is inf, and inf in a product or a quotient makes nan. The formula with y has no infinite part.",
    where="section 1, the far points",
)
expect.close(
    derivatives(lambda t: MySigmoid.apply(t, k), x, g)["second"],
    4 * g * local * (1 - 2 * y),
    name="the second derivative by x",
    hint="Save inputs and outputs only, with save_for_backward, and compute the slope in backward.",
    where="section 6, the second derivative",
    rtol=1e-4,
    mistakes={NOTHING_FOLLOWED: torch.zeros(2, 3)},
)
expect.passed("MySigmoid")

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "my_sigmoid_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Random numbers in several shapes, gradcheck and gradgradcheck
### BEGIN HIDDEN TESTS
rng = expect.rng()
for shape in [(), (4,), (2, 3), (2, 1, 3)]:
    x = torch.tensor(rng.uniform(-2.0, 2.0, shape).tolist())
    g = torch.tensor(rng.uniform(0.5, 3.0, shape).tolist())
    k = torch.tensor(float(rng.uniform(1.5, 2.5)))
    y = torch.sigmoid(k * x)
    answers = answers_of_my_sigmoid(x, k, g)
    expect.true(
        len(answers) == 2,
        f"backward returns {len(answers)} gradients, and forward takes two arguments besides ctx.",
        hint="Return a gradient for each argument of forward, in the same order.",
    )
    expect.close(
        MySigmoid.apply(x, k),
        y,
        name=f"σ(kx) for x of shape {shape}",
        hint="1 / (1 + exp(−kx)), for an x of any shape.",
        rtol=1e-4,
    )
    expect.close(
        answers[0],
        g * k * y * (1 - y),
        name=f"the gradient of x, of shape {shape},",
        hint="Run the visible check above first; by hand, it is g · k · y(1 − y).",
        of={"upstream": g},
        rtol=1e-4,
    )
    expect.close(
        answers[1],
        (g * x * y * (1 - y)).sum(),
        name=f"the gradient of k for x of shape {shape}",
        hint="One number: the sum of g · x · y(1 − y) over all places, however many dimensions x has.",
        rtol=1e-4,
        mistakes={"None says that k needs no gradient. It is a tensor, and it may ask for one.": None},
    )
far = derivatives(
    lambda t: MySigmoid.apply(t, torch.tensor(1.0)), torch.tensor([-1000.0, 800.0]), torch.ones(2)
)
expect.close(
    far["first"],
    torch.zeros(2),
    name="the gradient of x at −1000 and 800",
    hint="Far away exp is inf. The formula with y has no infinite part.",
)
x = torch.tensor(rng.uniform(-2.0, 2.0, 3).tolist(), dtype=torch.float64, requires_grad=True)
k = torch.tensor(float(rng.uniform(1.5, 2.5)), dtype=torch.float64, requires_grad=True)
expect.dtype(
    MySigmoid.apply(x, k), torch.float64, name="MySigmoid.apply for float64", hint="Keep the dtype of x."
)
expect.true(
    torch.autograd.gradcheck(MySigmoid.apply, (x, k), raise_exception=False),
    "gradcheck finds a wrong gradient.",
    hint="Run the visible check above first.",
)
expect.true(
    torch.autograd.gradgradcheck(MySigmoid.apply, (x, k), raise_exception=False),
    "gradgradcheck finds a wrong second derivative.",
    hint="Save inputs and outputs only, with save_for_backward, and compute the slope in backward.",
)
### END HIDDEN TESTS

# %% [markdown]
# ### Task 2 · A stable softplus (2 points)
#
# *Difficulty 2 of 3, about 10 minutes.*
#
# Write the Function `Softplus` for
#
# $$y = \frac{1}{\beta}\,\ln\!\big(1 + e^{\beta x}\big)$$
#
# It is called as `Softplus.apply(x, beta)`, where `beta` is a positive Python number. Softplus is a rounded ramp: nearly 0 on the left, nearly $x$ on the right.
#
# - At $\beta x = 1000$ the result is $x$, not inf. At $\beta x = -20$ it is $2.06 \cdot 10^{-9} / \beta$, not 0.
#   All that in float32.
# - The gradient of `x` is $g\,\sigma(\beta x)$, also at $\pm 1000$. Second derivatives are right too.
# - `torch.nn.functional.softplus` is not allowed here. `torch.sigmoid` is.
#
# ```python
# Softplus.apply(torch.tensor([0.0, 100.0]), 1.0)  # tensor([  0.6931, 100.0000])
# ```
#
# <details>
# <summary>Help: how do I avoid the overflow?</summary>
#
# With $z = \beta x$, take the large part out of the logarithm: $\ln(1 + e^z) = \max(z, 0) + \ln(1 + e^{-|z|})$.
# Check it for both signs of $z$. The exponent is never positive, so nothing overflows. `z.clamp(min=0)` is $\max(z, 0)$.
#
# </details>
#
# <details>
# <summary>Help: I get 0 for −20</summary>
#
# $1 + 2 \cdot 10^{-9}$ is 1 in float32, and $\ln 1 = 0$. `torch.log1p(t)` computes $\ln(1 + t)$ without this loss.
#
# </details>
#
# <details>
# <summary>Help: what does backward return for beta?</summary>
#
# `beta` is no tensor. Section 3 has the answer, for `n` in `Power`.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "softplus", "locked": false, "schema_version": 3, "solution": true, "task": false}
class Softplus(torch.autograd.Function):
    """ln(1 + exp(beta x)) / beta without overflow, for a tensor x and a positive number beta."""

    @staticmethod
    def forward(ctx, x, beta):
        ### BEGIN SOLUTION
        ctx.save_for_backward(x)
        ctx.beta = beta
        z = beta * x
        return (z.clamp(min=0) + torch.log1p(torch.exp(-z.abs()))) / beta
        ### END SOLUTION

    @staticmethod
    def backward(ctx, grad_output):
        ### BEGIN SOLUTION
        (x,) = ctx.saved_tensors
        return grad_output * torch.sigmoid(ctx.beta * x), None
        ### END SOLUTION


# %% autograder={"forbids": ["torch.nn.functional.softplus", "torch.nn.Softplus"]} jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "softplus_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Values near 0, far away and very small ones; gradients with an upstream gradient that is not 1
with expect.explaining(
    SLIPS, name="Softplus.apply(torch.tensor([0., 1., -1.]), 2.0)", where="the Power of section 3"
):
    got = Softplus.apply(torch.tensor([0.0, 1.0, -1.0]), 2.0)
expect.close(
    got,
    torch.tensor([0.3465736, 1.0634640, 0.0634640]),
    name="Softplus.apply(torch.tensor([0., 1., -1.]), 2.0)",
    hint="First z = beta · x, then ln(1 + exp(z)), then divide by beta.",
    where="the formula of this task",
    mistakes={
        "The division by beta is missing.": torch.tensor([0.6931472, 2.1269280, 0.1269280]),
        "beta plays no role in the result.": torch.tensor([0.6931472, 1.3132617, 0.3132617]),
        "The part max(z, 0) is missing.": torch.tensor([0.3465736, 0.0634640, 0.0634640]),
        "This is max(z, 0) / beta alone. The logarithm is missing.": torch.tensor([0.0, 1.0, 0.0]),
    },
)
expect.close(
    Softplus.apply(torch.tensor([1000.0, -1000.0]), 1.0),
    torch.tensor([1000.0, 0.0]),
    name="Softplus.apply(torch.tensor([1000., -1000.]), 1.0)",
    hint="exp(1000) is inf. Let the exponent be −|z|, which is never positive.",
    where="the first Help of this task",
)
expect.close(
    Softplus.apply(torch.tensor([-20.0]), 1.0),
    torch.tensor([2.0611537e-09]),
    name="Softplus.apply(torch.tensor([-20.]), 1.0)",
    hint="1 + 2e-9 is 1 in float32. Use torch.log1p.",
    where="the second Help of this task",
    mistakes={"The small number was lost when 1 was added to it.": torch.tensor([0.0])},
)
x, g = torch.tensor([0.0, 1.0, -1.0, 500.0, -500.0]), torch.tensor([1.0, 2.0, 3.0, 4.0, 5.0])
with expect.explaining(SLIPS, name="The backward of Softplus", where="the Power of section 3"):
    got = derivatives(lambda t: Softplus.apply(t, 2.0), x, g)
slope = torch.sigmoid(2 * x)
expect.close(
    got["first"],
    g * slope,
    name="the gradient of x for beta = 2",
    hint="Upstream × local: g · σ(beta x). The beta inside and the 1/beta outside cancel.",
    where="section 2, upstream × local",
    mistakes={
        "The upstream gradient is missing: multiply by grad_output.": slope,
        "There is a factor beta too many: the 1/beta in front cancels it.": 2 * g * slope,
        "There is a 1/beta too many: the beta inside cancels it.": g * slope / 2,
        "beta is missing inside the sigmoid.": g * torch.sigmoid(x),
        "The sign inside the sigmoid is wrong: the slope is 1 on the right.": g * torch.sigmoid(-2 * x),
        "nan comes from exp(1000), which is inf: inf / inf. σ(beta x) has no infinite part.": torch.tensor(
            [0.5, 1.7615942, 0.3576088, float("nan"), 0.0]
        ),
    },
)
expect.close(
    got["second"],
    2 * g * slope * (1 - slope),
    name="the second derivative by x for beta = 2",
    hint="Save x with save_for_backward, and compute the slope in backward.",
    where="section 6, the second derivative",
    rtol=1e-4,
    mistakes={NOTHING_FOLLOWED: torch.zeros(5)},
)
asking = torch.tensor([1.0, -1.0], requires_grad=True)
first, second = Softplus.apply(asking, 2.0), Softplus.apply(asking, 5.0)
first.sum().backward()
expect.close(
    asking.grad,
    torch.sigmoid(torch.tensor([2.0, -2.0])),
    name="the gradient of x for beta = 2, when there was a call with beta = 5 before backward()",
    hint="Each call has its own beta. Keep it on ctx, of which each call has one: ctx.beta = beta.",
    where="section 2: what ctx carries",
    mistakes={
        "This is the gradient of the later call, with beta = 5. A name of the class or a global one is the same for all calls.": (
            torch.sigmoid(torch.tensor([5.0, -5.0]))
        )
    },
)
expect.passed("Softplus")

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "softplus_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Random numbers in several shapes, other values of beta, gradgradcheck
### BEGIN HIDDEN TESTS
rng = expect.rng()
for shape, beta in [((), 1.0), ((4,), 3.0), ((2, 3), 0.5)]:
    x = torch.tensor(rng.uniform(-2.0, 2.0, shape).tolist(), dtype=torch.float64)
    g = torch.tensor(rng.uniform(1.5, 3.0, shape).tolist(), dtype=torch.float64)
    got = derivatives(lambda t, beta=beta: Softplus.apply(t, beta), x, g)
    expect.close(
        got["value"],
        torch.log(1 + torch.exp(beta * x)) / beta,
        name=f"softplus for beta = {beta} and x of shape {shape}",
        hint="Run the visible check above first.",
    )
    expect.close(
        got["first"],
        g * torch.sigmoid(beta * x),
        name=f"the gradient for beta = {beta} and x of shape {shape}",
        hint="Upstream × local: g · σ(beta x).",
        of={"upstream": g},
    )
far = float(rng.uniform(400.0, 900.0))
for beta in (1.0, 4.0):
    got = derivatives(lambda t, beta=beta: Softplus.apply(t, beta), torch.tensor([far, -far]), torch.ones(2))
    expect.close(
        got["value"],
        torch.tensor([far, 0.0]),
        name="softplus far away",
        hint="Let the exponent be −|z|, which is never positive.",
    )
    expect.close(
        got["first"],
        torch.tensor([1.0, 0.0]),
        name="the gradient far away",
        hint="σ(beta x) has no infinite part.",
    )
asking = torch.tensor([float(rng.uniform(0.5, 1.5))], requires_grad=True)
first, second = Softplus.apply(asking, 3.0), Softplus.apply(asking, 0.5)
first.sum().backward()
expect.close(
    asking.grad,
    torch.sigmoid(3.0 * asking.detach()),
    name="the gradient of x for beta = 3, after another call with beta = 0.5",
    hint="Each call has its own beta. Keep it on ctx, of which each call has one.",
)
small = torch.tensor([float(rng.uniform(-25.0, -18.0))])
expect.close(
    Softplus.apply(small, 1.0),
    torch.exp(small),
    name="softplus of a number near −20, in float32",
    hint="Use torch.log1p.",
    rtol=1e-4,
)
x = torch.tensor(rng.uniform(-2.0, 2.0, 3).tolist(), dtype=torch.float64, requires_grad=True)
expect.true(
    torch.autograd.gradgradcheck(lambda t: Softplus.apply(t, 1.5), (x,), raise_exception=False),
    "gradgradcheck finds a wrong second derivative.",
    hint="Save x with save_for_backward, and compute the slope in backward.",
)
### END HIDDEN TESTS

# %% [markdown]
# ### Task 3 · A sign that can be trained (2 points)
#
# *Difficulty 1 of 3, about 7 minutes.*
#
# A network with weights of only +1 and −1 is small and fast. But the sign has the slope 0, so it cannot be trained.
# Write the Function `StraightThroughSign`.
#
# - The result is +1 where $x \ge 0$, and −1 elsewhere, in the dtype of `x`.
#   Mind the 0: `torch.sign(0)` is 0, and here +1 is wanted.
# - The upstream gradient passes straight through where $|x| \le 1$, and is 0 elsewhere.
#   So a number that has gone far to one side is not pushed on and on.
#
# ```python
# StraightThroughSign.apply(torch.tensor([-3.0, -0.5, 0.0, 2.0]))  # tensor([-1., -1.,  1.,  1.])
# ```
#
# <details>
# <summary>Help: what do I multiply?</summary>
#
# A comparison such as `x.abs() <= 1` gives `True` and `False`. In a product with numbers they count as 1 and 0.
# It is the *input* whose size matters, not the gradient.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "straight_through_sign", "locked": false, "schema_version": 3, "solution": true, "task": false}
class StraightThroughSign(torch.autograd.Function):
    """+1 where x >= 0, −1 elsewhere; the gradient passes where |x| <= 1."""

    @staticmethod
    def forward(ctx, x):
        ### BEGIN SOLUTION
        ctx.save_for_backward(x)
        return torch.where(x >= 0, torch.ones_like(x), -torch.ones_like(x))
        ### END SOLUTION

    @staticmethod
    def backward(ctx, grad_output):
        ### BEGIN SOLUTION
        (x,) = ctx.saved_tensors
        return grad_output * (x.abs() <= 1)
        ### END SOLUTION


# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "straight_through_sign_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The dtype; values and gradients on both sides, at 0 and at the borders −1 and 1
for dtype in (torch.float32, torch.float64):
    with expect.explaining(
        {
            "Boolean value of Tensor": "`if` asks for one truth value, and x has several numbers. "
            "torch.where(condition, ones, others) chooses for each of them."
        },
        name=f"StraightThroughSign.apply for {dtype}",
        where="the first point of this task",
    ):
        got = StraightThroughSign.apply(torch.tensor([0.5, -0.5], dtype=dtype))
    expect.dtype(
        got,
        dtype,
        name=f"StraightThroughSign.apply for {dtype}",
        hint="Whole numbers make int64, and 1.0 makes float32. Make the ones from x: torch.ones_like(x) has its dtype.",
        where="the first point of this task",
    )
x = torch.tensor([-3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0])
g = torch.tensor([1.0, 2.0, 3.0, 4.0, -5.0, 6.0, 7.0])
got = derivatives(StraightThroughSign.apply, x, g)
expect.close(
    got["value"],
    torch.tensor([-1.0, -1.0, -1.0, 1.0, 1.0, 1.0, 1.0]),
    name="StraightThroughSign.apply(torch.tensor([-3, -1, -0.5, 0, 0.5, 1, 2]))",
    hint="Two cases only: x ≥ 0 gives +1, everything else −1.",
    where="the first point of this task",
    mistakes={
        "torch.sign(0) is 0. Here the result at 0 is +1.": torch.tensor(
            [-1.0, -1.0, -1.0, 0.0, 1.0, 1.0, 1.0]
        ),
        "At 0 the result is +1: compare with >=, not with >.": torch.tensor([-1.0, -1, -1, -1, 1, 1, 1]),
    },
)
inside = torch.tensor([0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0])
expect.close(
    got["first"],
    g * inside,
    name="the gradient of x",
    hint="It is the upstream gradient where |x| ≤ 1, and 0 elsewhere.",
    where="the second point of this task, and section 6, a wrong gradient on purpose",
    mistakes={
        "Nothing passes. This is the true derivative of the sign, and with it nothing can be trained.": 0 * g,
        "Everything passes. Where |x| > 1 the gradient should be 0.": g,
        "At the borders −1 and 1 the gradient passes too: |x| ≤ 1.": g
        * torch.tensor([0.0, 0, 1, 1, 1, 0, 0]),
        "This limits the gradient to the range from −1 to 1. It is x whose size matters.": g.clamp(-1, 1),
        "This looks at the size of the gradient. It is x whose size matters.": g * (g.abs() <= 1),
        "The upstream gradient is missing: this is 1 where it passes.": inside,
        "Only one side is cut. |x| ≤ 1 means −1 ≤ x ≤ 1.": g * (x <= 1),
    },
)
expect.passed("StraightThroughSign")

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "straight_through_sign_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Random numbers in several shapes, in float32 and float64
### BEGIN HIDDEN TESTS
rng = expect.rng()
for shape, dtype in [((), torch.float32), ((12,), torch.float64), ((2, 3, 4), torch.float32)]:
    x = torch.tensor(rng.uniform(-2.0, 2.0, shape).tolist(), dtype=dtype)
    if shape == (12,):  # both sides, the borders and 0 are certainly there
        x[:5] = torch.tensor([-1.5, -1.0, 0.0, 1.0, 1.5], dtype=dtype)
    g = torch.tensor(rng.uniform(-3.0, 3.0, shape).tolist(), dtype=dtype)
    got = derivatives(StraightThroughSign.apply, x, g)
    expect.dtype(
        got["value"],
        dtype,
        name=f"StraightThroughSign.apply for {dtype}",
        hint="Make the ones from x: torch.ones_like(x) has its dtype.",
    )
    expect.close(
        got["value"],
        2 * (x >= 0).to(dtype) - 1,
        name=f"the sign of x, of shape {shape},",
        hint="Run the visible check above first.",
    )
    expect.close(
        got["first"],
        g * (x.abs() <= 1).to(dtype),
        name=f"the gradient of x, of shape {shape},",
        hint="It is the upstream gradient where |x| ≤ 1, and 0 elsewhere.",
        of={"upstream": g},
    )
### END HIDDEN TESTS

# %% [markdown]
# ### Task 4 · The error function, from SciPy (2 points)
#
# *Difficulty 2 of 3, about 8 minutes.*
#
# The error function belongs to the bell curve:
#
# $$\operatorname{erf}(x) = \frac{2}{\sqrt{\pi}} \int_0^x e^{-t^2}\,dt \qquad\qquad \operatorname{erf}'(x) = \frac{2}{\sqrt{\pi}}\, e^{-x^2}$$
#
# Write the Function `ScipyErf`, whose `forward` uses `scipy.special.erf`.
#
# - The result is a tensor with the shape and the dtype of `x`. `x` may have any shape, also none.
# - It works for an `x` that requires gradients.
# - The gradient is right, and so are second derivatives: write `backward` with tensor operations.
# - `torch.erf` is not allowed here.
#
# ```python
# ScipyErf.apply(torch.tensor([0.0, 1.0, -1.0]))  # tensor([ 0.0000,  0.8427, -0.8427])
# ```
#
# <details>
# <summary>Help: how do I go from a tensor to SciPy and back?</summary>
#
# Section 7 has both directions, in `LogGamma`.
# For a tensor without dimensions SciPy returns a plain NumPy number: `torch.as_tensor` takes that too, `torch.from_numpy` does not.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "scipy_erf", "locked": false, "schema_version": 3, "solution": true, "task": false}
import math

import scipy.special


class ScipyErf(torch.autograd.Function):
    """erf(x), computed by SciPy, with its derivatives."""

    @staticmethod
    def forward(ctx, x):
        ### BEGIN SOLUTION
        ctx.save_for_backward(x)
        return torch.as_tensor(scipy.special.erf(x.detach().numpy()))
        ### END SOLUTION

    @staticmethod
    def backward(ctx, grad_output):
        ### BEGIN SOLUTION
        (x,) = ctx.saved_tensors
        return grad_output * 2 / math.sqrt(math.pi) * torch.exp(-x * x)
        ### END SOLUTION


# %% autograder={"forbids": ["torch.erf", "torch.special.erf"]} jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "scipy_erf_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Values, gradients and second derivatives; dtypes; a tensor without dimensions
x, g = torch.tensor([0.0, 1.0, -1.0, 0.5]), torch.tensor([1.0, 2.0, 3.0, -4.0])
to_and_fro = {
    "'numpy.ndarray' object": "forward returns a NumPy array. Make a tensor of it: torch.as_tensor(...).",
    "numpy() on Tensor that requires grad": "x asks for gradients, and NumPy knows none: x.detach().numpy().",
    "expected np.ndarray": "For a tensor without dimensions SciPy returns a plain number, and from_numpy takes arrays only. "
    "torch.as_tensor takes both.",
}
with expect.explaining(SLIPS | to_and_fro, name="ScipyErf.apply(x)", where="section 7, LogGamma"):
    got = derivatives(ScipyErf.apply, x, g)
bell = torch.exp(-x * x)
front = 1.1283791670955126  # 2 / √π
expect.close(
    got["value"],
    torch.tensor([0.0, 0.8427008, -0.8427008, 0.5204999]),
    name="ScipyErf.apply(torch.tensor([0, 1, -1, 0.5]))",
    hint="Give SciPy the numbers of x.detach().numpy(), and make a tensor of what comes back.",
    where="section 7, LogGamma",
)
expect.close(
    got["first"],
    front * g * bell,
    name="the gradient of x",
    hint="Upstream × local: g · 2/√π · exp(−x²).",
    where="the formula of this task",
    mistakes={
        "The upstream gradient is missing: multiply by grad_output.": front * bell,
        "The factor 2/√π is missing.": g * bell,
        "The minus sign in exp(−x²) is missing.": front * g * torch.exp(x * x),
        "The exponent is −x². This is −x²/2.": front * g * torch.exp(-x * x / 2),
        "The factor is 2/√π. This is 2/π.": g * bell * 2 / 3.141592653589793,
        "The factor is 2/√π. This is 1/√π.": front * g * bell / 2,
        "This is the bell curve of statistics, exp(−x²/2)/√(2π). Here it is 2/√π · exp(−x²).": g
        * torch.exp(-x * x / 2)
        * 0.3989422804014327,
    },
)
expect.close(
    got["second"],
    -2 * x * front * g * bell,
    name="the second derivative by x",
    hint="Save x, and write backward with torch.exp, so that it can be recorded.",
    where="section 6, the second derivative",
    rtol=1e-4,
    mistakes={NOTHING_FOLLOWED: torch.zeros(4)},
)
for dtype in (torch.float32, torch.float64):
    expect.dtype(
        ScipyErf.apply(torch.tensor([0.5], dtype=dtype)),
        dtype,
        name=f"ScipyErf.apply for {dtype}",
        hint="SciPy keeps the dtype. torch.as_tensor keeps it too.",
        where="section 7, LogGamma",
    )
with expect.explaining(to_and_fro, name="ScipyErf.apply(torch.tensor(0.5))", where="the Help of this task"):
    got = ScipyErf.apply(torch.tensor(0.5))
expect.close(
    got,
    torch.tensor(0.5204999),
    name="ScipyErf.apply(torch.tensor(0.5))",
    hint="For a tensor without dimensions SciPy returns a plain number. torch.as_tensor makes a tensor of it.",
    where="the Help of this task",
)
expect.passed("ScipyErf")

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "scipy_erf_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Random numbers in several shapes, gradcheck and gradgradcheck
### BEGIN HIDDEN TESTS
rng = expect.rng()
for shape in [(), (5,), (2, 3)]:
    x = torch.tensor(rng.uniform(-1.5, 1.5, shape).tolist(), dtype=torch.float64)
    g = torch.tensor(rng.uniform(1.5, 3.0, shape).tolist(), dtype=torch.float64)
    got = derivatives(ScipyErf.apply, x, g)
    expect.close(
        got["value"],
        torch.erf(x),
        name=f"erf of x, of shape {shape},",
        hint="Run the visible check above first.",
    )
    expect.close(
        got["first"],
        1.1283791670955126 * g * torch.exp(-x * x),
        name=f"the gradient of x, of shape {shape},",
        hint="Upstream × local: g · 2/√π · exp(−x²).",
        of={"upstream": g},
    )
expect.dtype(
    ScipyErf.apply(torch.tensor([0.1, 0.2])),
    torch.float32,
    name="ScipyErf.apply for float32",
    hint="torch.as_tensor keeps the dtype that SciPy returns.",
)
x = torch.tensor(rng.uniform(-1.5, 1.5, 3).tolist(), dtype=torch.float64, requires_grad=True)
expect.true(
    torch.autograd.gradcheck(ScipyErf.apply, (x,), raise_exception=False),
    "gradcheck finds a wrong gradient.",
    hint="Run the visible check above first.",
)
expect.true(
    torch.autograd.gradgradcheck(ScipyErf.apply, (x,), raise_exception=False),
    "gradgradcheck finds a wrong second derivative.",
    hint="Save x, and write backward with torch.exp, so that it can be recorded.",
)
### END HIDDEN TESTS

# %% [markdown]
# ### Task 5 · Your own gradcheck (2 points)
#
# *Difficulty 3 of 3, about 15 minutes.*
#
# Write `my_gradcheck(f, x, eps=1e-6, atol=1e-5, rtol=1e-3)`.
#
# - `f` takes a tensor and returns a tensor, each of any shape. `x` is a float64 tensor, and it need not require gradients.
# - *Analytic*: one backward pass for each number of the result, with a 1 in its place and 0 elsewhere.
# - *Numeric*: the central difference $(f(x + \text{eps}) - f(x - \text{eps})) / (2\,\text{eps})$, moving one number of `x` at a time.
# - The answer is `True` if $|\text{analytic} - \text{numeric}| \le \text{atol} + \text{rtol} \cdot |\text{numeric}|$ in every place
#   of the Jacobian, and otherwise `False`. It is a Python `bool`.
# - For an `x` that is not float64 it raises a `ValueError` whose text says that float64 is needed.
# - `x` stays as it was, its `.grad` too.
# - `gradcheck` and `torch.autograd.functional` are not allowed here.
#
# ```python
# x = torch.tensor([0.5, -1.0], dtype=torch.float64)
# my_gradcheck(Sigmoid.apply, x)    # True
# my_gradcheck(Forgetful.apply, x)  # False
# ```
#
# <details>
# <summary>Help: where do I begin?</summary>
#
# Make two matrices of the same shape, with a row for each number of `x` and a column for each number of the result.
# Fill one row by row from differences, and the other column by column from backward passes. `reshape(-1)` makes a vector of anything.
#
# </details>
#
# <details>
# <summary>Help: how do I move one number of x?</summary>
#
# Make a vector of zeros with `eps` in one place, give it the shape of `x`, and add it: `x + step` is a new tensor, and `x` stays as it was.
#
# </details>
#
# <details>
# <summary>Help: how do I walk one graph several times?</summary>
#
# `torch.autograd.grad(y, leaf, weights, retain_graph=True)` returns the gradient in a tuple and keeps the graph.
#
# </details>
#
# <details>
# <summary>Help: "One of the differentiated Tensors does not require grad"</summary>
#
# The caller's `x` did not ask for gradients, and it should stay as it was. Make a leaf of your own: `leaf = x.detach().clone().requires_grad_()`, and give it to `f`.
#
# </details>
#
# <details>
# <summary>Help: Forgetful passes my check</summary>
#
# Then your weights are 1 everywhere, as with `y.sum()`. A 1 in a single place shows the mistake.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "my_gradcheck", "locked": false, "schema_version": 3, "solution": true, "task": false}
def my_gradcheck(f, x, eps=1e-6, atol=1e-5, rtol=1e-3):
    """Whether the backward of f agrees with central differences at x, in every place of the Jacobian."""
    ### BEGIN SOLUTION
    if x.dtype != torch.float64:
        raise ValueError(f"x should be float64, not {x.dtype}: float32 is too coarse for differences")
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf)
    columns = []
    for i in range(y.numel()):
        pick = torch.zeros(y.numel(), dtype=y.dtype)
        pick[i] = 1.0
        (gradient,) = torch.autograd.grad(y, leaf, pick.reshape(y.shape), retain_graph=True)
        columns.append(gradient.reshape(-1))
    analytic = torch.stack(columns, dim=1)

    x = x.detach()
    rows = []
    for j in range(x.numel()):
        step = torch.zeros(x.numel(), dtype=x.dtype)
        step[j] = eps
        step = step.reshape(x.shape)
        rows.append(((f(x + step) - f(x - step)) / (2 * eps)).detach().reshape(-1))
    numeric = torch.stack(rows)
    return bool(((analytic - numeric).abs() <= atol + rtol * numeric.abs()).all())
    ### END SOLUTION


# %% jupyter={"source_hidden": true} nbgrader={"grade": false, "grade_id": "my_gradcheck_helper", "locked": true, "schema_version": 3, "solution": false, "task": false}
# For the checks: x³ as a Function with any backward, and M x with any matrix in its backward
def cube_with(rule):
    class Cubed(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x * x * x

        @staticmethod
        def backward(ctx, grad_output):
            (x,) = ctx.saved_tensors
            return rule(grad_output, x)

    return Cubed.apply


def product_with(matrix, in_backward):
    class Product(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return matrix @ x

        @staticmethod
        def backward(ctx, grad_output):
            return in_backward.T @ grad_output

    return Product.apply


# %% autograder={"forbids": ["torch.autograd.gradcheck", "torch.autograd.gradgradcheck", "torch.autograd.functional", "torch.func"]} jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "my_gradcheck_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Right and wrong backwards of x³, a matrix product, float32, the tolerances, and x itself
x = torch.tensor([0.5, -1.0, 2.0], dtype=torch.float64)
where = "section 5, and the Help folds of this task"
for what, rule, verdict, hint in [
    (
        "a right backward",
        lambda g, x: 3 * g * x * x,
        True,
        "It should pass. Print both of your matrices: for x³ they are diagonal. "
        "If the analytic one is not, put a 1 in a single place, and 0 elsewhere.",
    ),
    (
        "a backward that is wrong in one place only",
        lambda g, x: 3 * g * x * x * torch.tensor([1.0, 1.0, 1.5], dtype=torch.float64),
        False,
        "Every place must be within the limit: .all(), not .any(), and not the mean.",
    ),
    (
        "a backward with the wrong sign",
        lambda g, x: -3 * g * x * x,
        False,
        "Is the absolute value of the difference taken? analytic − numeric may be negative.",
    ),
    (
        "a backward without the upstream gradient",
        lambda g, x: 3 * x * x,
        False,
        "With weights of 1 everywhere, as sum() gives them, it looks right. Put a 1 in a single place.",
    ),
    (
        "a backward that gives nan",
        lambda g, x: g * x * float("nan"),
        False,
        "nan is neither within the limit nor beyond it: every comparison with nan is False. "
        "So ask whether all places are within, not whether none is beyond.",
    ),
    (
        "a backward that is wrong by 1 %",
        lambda g, x: 3.03 * g * x * x,
        False,
        "The limit is atol + rtol · |numeric|, with rtol = 0.001.",
    ),
    (
        "a backward that is wrong by 0.01 %",
        lambda g, x: 3.0003 * g * x * x,
        True,
        "This is within the limit: rtol · |numeric| is 0.1 % of the slope.",
    ),
]:
    with expect.explaining(
        {
            "does not require grad": "x does not ask for gradients, and should stay as it is. Make a leaf of your own: "
            "x.detach().clone().requires_grad_().",
            "a second time": "One graph is walked once for each number of the result: retain_graph=True keeps it.",
        },
        name=f"my_gradcheck for {what}",
        where=where,
    ):
        got = my_gradcheck(cube_with(rule), x)
    expect.type(got, bool, name=f"my_gradcheck for {what}", hint="Wrap the answer in bool(...).")
    expect.true(
        got == verdict,
        f"my_gradcheck says {got} for {what}, and should say {verdict}.",
        hint=hint,
        where=where,
    )
matrix = torch.tensor([[1.0, -2.0, 0.0], [0.0, 1.0, 3.0]], dtype=torch.float64)
one_more = torch.tensor([[1.0, -2.0, 0.0], [0.5, 1.0, 3.0]], dtype=torch.float64)
same_row_sums = torch.tensor([[-2.0, 1.0, 0.0], [0.0, 1.0, 3.0]], dtype=torch.float64)
same_column_sums = torch.tensor([[0.0, -2.0, 0.0], [1.0, 1.0, 3.0]], dtype=torch.float64)
steep = torch.tensor([[1000.0, -2.0, 0.0], [0.0, 1.0, 3.0]], dtype=torch.float64)
steep_and_off = torch.tensor([[1000.0, -2.0, 0.0], [0.0, 1.5, 3.0]], dtype=torch.float64)
for in_backward, verdict in [(steep, True), (steep_and_off, False)]:
    got = my_gradcheck(product_with(steep, in_backward), x)
    expect.true(
        got == verdict,
        f"my_gradcheck says {got} for a Jacobian with one large place, 1000, and should say {verdict}.",
        hint="Each place has its own limit, atol + rtol · |numeric| of this place. Do not compare the largest numbers only.",
        where=where,
    )
for in_backward, verdict in [
    (matrix, True),
    (one_more, False),
    (same_row_sums, False),
    (same_column_sums, False),
]:
    got = my_gradcheck(product_with(matrix, in_backward), x)
    expect.true(
        got == verdict,
        f"my_gradcheck says {got} for a product of a 2×3 matrix with x, and should say {verdict}.",
        hint="Three inputs and two outputs: the matrices have three rows and two columns. "
        "Move one number of x at a time, and pick one output at a time.",
        where=where,
    )
expect.raises(
    ValueError,
    my_gradcheck,
    cube_with(lambda g, x: 3 * g * x * x),
    torch.tensor([0.5, -1.0]),
    match="float64",
    name="my_gradcheck for a float32 tensor",
    hint="Look at x.dtype first, and raise ValueError with a text that names float64.",
    where="section 5, which dtype?",
)
crooked = cube_with(lambda g, x: 3.15 * g * x * x)
expect.true(
    my_gradcheck(crooked, x, rtol=0.1) and my_gradcheck(crooked, x, atol=1.0),
    "A backward that is wrong by 5 % should pass with rtol=0.1, and with atol=1.0.",
    hint="The limit is atol + rtol · |numeric|. Use both arguments.",
    where=where,
)
expect.true(
    my_gradcheck(lambda x: 0 * x, x, atol=0.0, rtol=0.0),
    "Where both slopes are exactly 0, my_gradcheck should say True, even with atol=0 and rtol=0.",
    hint="The limit itself is allowed: <=, not <.",
    where=where,
)
asking = torch.tensor([0.5, -1.0], dtype=torch.float64, requires_grad=True)
my_gradcheck(cube_with(lambda g, x: 3 * g * x * x), asking)
expect.true(
    asking.grad is None and asking.tolist() == [0.5, -1.0],
    "my_gradcheck changed the caller's x, or left something in its .grad.",
    hint="Work with a fresh leaf: x.detach().clone().requires_grad_(). And use torch.autograd.grad.",
    where="lesson 06, a fresh leaf from any tensor",
)
expect.true(
    not x.requires_grad and x.tolist() == [0.5, -1.0, 2.0],
    "my_gradcheck changed the caller's x: it was a tensor without gradients, with the numbers 0.5, −1 and 2.",
    hint="Work with a fresh leaf: x.detach().clone().requires_grad_().",
    where="lesson 06, a fresh leaf from any tensor",
)
expect.passed("my_gradcheck")

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "my_gradcheck_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Random matrices, other shapes, the step eps, and mistakes in a random place
### BEGIN HIDDEN TESTS
rng = expect.rng()


def double(array):
    return torch.tensor(array.tolist(), dtype=torch.float64)


for m, n in [(2, 4), (4, 2), (3, 3), (1, 3)]:
    matrix = double(rng.uniform(1.0, 3.0, (m, n)) * rng.choice([-1.0, 1.0], (m, n)))
    x = double(rng.uniform(-2.0, 2.0, n))
    got = my_gradcheck(product_with(matrix, matrix), x)
    expect.true(
        got == True,  # noqa: E712
        f"A right product of an {m}×{n} matrix with x does not pass: {got}.",
        hint="A row for each number of x, a column for each number of the result, in both matrices.",
    )
    place, sign = (int(rng.integers(m)), int(rng.integers(n))), float(rng.choice([-1.0, 1.0]))
    wrong = matrix.clone()
    wrong[place] = wrong[place] + sign * 0.02
    got = my_gradcheck(product_with(matrix, wrong), x)
    expect.true(
        got == False,  # noqa: E712
        f"A product of an {m}×{n} matrix with x passes, although one place of its Jacobian is off by {sign * 0.02}.",
        hint="Every place of the Jacobian must be within the limit, in both directions.",
    )
for axis in (0, 1):
    matrix, x = double(rng.uniform(-3.0, -1.0, (3, 3))), double(rng.uniform(-2.0, 2.0, 3))
    wrong = matrix.clone()
    wrong[0, 0] = wrong[0, 0] + 0.02
    place = (1, 0) if axis == 0 else (0, 1)
    wrong[place] = wrong[place] - 0.02
    expect.true(
        not my_gradcheck(product_with(matrix, wrong), x),
        "A product passes in whose Jacobian two places are off by 0.02 and −0.02.",
        hint="Move one number of x at a time, and pick one output at a time: in a sum, two mistakes may cancel.",
    )
for shape in [(), (2, 3)]:
    x = double(rng.uniform(0.5, 2.0, shape))
    right = cube_with(lambda g, x: 3 * g * x * x)
    expect.true(
        my_gradcheck(right, x) and my_gradcheck(lambda x: right(x).sum(), x),  # noqa: B023
        f"A right function of an x of shape {shape} does not pass.",
        hint="x and the result may have any shape: reshape(-1) makes a vector of each.",
    )
expect.true(
    not my_gradcheck(cube_with(lambda g, x: 3 * x * x * (2 * g - 1)), x),
    "A backward that uses the upstream gradient wrongly passes.",
    hint="Pick one output at a time, with a 1 in its place and 0 elsewhere.",
)
expect.true(
    my_gradcheck(cube_with(lambda g, x: 0 * g * x), double(rng.uniform(0.5, 2.0, 3)), rtol=1.0),
    "With rtol = 1 a backward of zeros is within the limit, because it is rtol · |numeric|.",
    hint="The limit is relative to the numeric Jacobian, not to the analytic one.",
)
expect.true(
    my_gradcheck(
        cube_with(lambda g, x: 3 * g * x * x),
        double(rng.uniform(0.5, 2.0, 2)),
        eps=1e-4,
        atol=1e-7,
        rtol=1e-7,
    ),
    "A right backward fails with eps = 1e-4 and narrow limits.",
    hint="A central difference is right to eps². A one-sided difference is not.",
)
expect.true(
    not my_gradcheck(cube_with(lambda g, x: g * x * float("nan")), double(rng.uniform(0.5, 2.0, 3))),
    "A backward that gives nan passes.",
    hint="Every comparison with nan is False. Ask whether all places are within the limit, not whether none is beyond.",
)
matrix, wrong = torch.eye(2, dtype=torch.float64), torch.eye(2, dtype=torch.float64)
matrix[0, 0] = wrong[0, 0] = 1e4
wrong[1, 1] = 1.0 + float(rng.uniform(0.2, 0.5))
expect.true(
    not my_gradcheck(product_with(matrix, wrong), double(rng.uniform(0.5, 2.0, 2))),
    "A small place of the Jacobian is wrong by more than 20 % beside a large right one, and it passes.",
    hint="Each place has its own limit, atol + rtol · |numeric| of this place.",
)
near_a_kink = double(rng.uniform(0.001, 0.002, 2))
expect.true(
    my_gradcheck(torch.abs, near_a_kink) and not my_gradcheck(torch.abs, near_a_kink, eps=0.01),
    "The step eps plays no role: a step of 0.01 from a point near 0 crosses the kink of |x|, and must be seen.",
    hint="Use the argument eps in both places of the central difference.",
)
for half in (torch.float32, torch.float16):
    expect.raises(
        ValueError, my_gradcheck, torch.abs, torch.ones(2, dtype=half), match="float64",
        name=f"my_gradcheck for {half}", hint="Refuse every dtype but float64.",
    )  # fmt: skip
### END HIDDEN TESTS

# %% [markdown]
# ### Task 6 · The Hessian, by double backward (2 points)
#
# *Difficulty 2 of 3, about 8 minutes.*
#
# Write `hessian_by_double_backward(f, x)`.
#
# - `x` is a vector with n numbers, which may already require gradients. `f(x)` is a single number.
# - The result is the Hessian, n rows and n columns, in the dtype of `x` and without a graph behind it.
# - If the gradient of `f` does not depend on `x`, as for a sum, the Hessian is a matrix of zeros.
# - `f` is called once. The caller's `x` stays as it was.
# - `torch.autograd.functional` is not allowed here.
#
# ```python
# hessian_by_double_backward(mixed, torch.tensor([1.0, 2.0]))  # tensor([[ 4.,  2.], [ 2., 12.]])
# ```
#
# <details>
# <summary>Help: where do I begin?</summary>
#
# With the gradient, a vector with n numbers, recorded by `create_graph=True`: section 6, double backward.
# Each of its numbers is a result like any other. Its gradient is one row of the Hessian.
#
# </details>
#
# <details>
# <summary>Help: "Trying to backward through the graph a second time"</summary>
#
# You walk the graph of the gradient once for each row. `retain_graph=True` keeps it.
#
# </details>
#
# <details>
# <summary>Help: "does not require grad", for a sum</summary>
#
# The gradient of a sum is all ones: nothing in it depends on `x`, so nothing was recorded.
# `gradient.requires_grad` tells you before you try.
#
# </details>
#
# <details>
# <summary>Help: "does not require grad", for every function</summary>
#
# Either `f` was given the caller's `x`, which did not ask for gradients: give it a fresh leaf.
# Or the first gradient was not recorded: ask for `create_graph=True`.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "hessian_by_double_backward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def hessian_by_double_backward(f, x):
    """The second derivatives of f at the vector x: a tensor with n rows and n columns."""
    ### BEGIN SOLUTION
    leaf = x.detach().clone().requires_grad_()
    (gradient,) = torch.autograd.grad(f(leaf), leaf, create_graph=True)
    if not gradient.requires_grad:
        return torch.zeros(len(x), len(x), dtype=x.dtype)
    rows = []
    for i in range(len(leaf)):
        (row,) = torch.autograd.grad(gradient[i], leaf, retain_graph=True)
        rows.append(row)
    return torch.stack(rows)
    ### END SOLUTION


# %% autograder={"forbids": ["torch.autograd.functional", "torch.func"]} jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "hessian_by_double_backward_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The function of section 8, a sum, and what is left of x
calls_of_f = []


def two_numbers(x):
    calls_of_f.append(1)
    return x[0] ** 2 * x[1] + x[1] ** 3


with expect.explaining(
    {
        "does not require grad": "Either f was given the caller's x, which asks for no gradients: give it a fresh leaf. "
        "Or the first gradient was not recorded: ask for create_graph=True.",
        "a second time": "The graph of the gradient is walked once for each row: retain_graph=True keeps it.",
    },
    name="hessian_by_double_backward(f, x)",
    where="the Help folds of this task",
):
    H = hessian_by_double_backward(two_numbers, torch.tensor([1.0, 2.0]))
expect.close(
    H,
    torch.tensor([[4.0, 2.0], [2.0, 12.0]]),
    name="hessian_by_double_backward(f, x) for f = x0² x1 + x1³ at (1, 2)",
    hint="First the gradient with create_graph=True. Then, for each i, the gradient of gradient[i] is row i.",
    where="section 8 has this matrix; section 6 has double backward",
    mistakes={
        "This is the gradient of f, the first derivatives.": torch.tensor([4.0, 13.0]),
        "All zeros: the first gradient was not recorded, so it looks constant. Ask for it with create_graph=True.": (
            torch.zeros(2, 2)
        ),
        "These are the rows added up, as sum() gives them. Differentiate gradient[i], one at a time.": (
            torch.tensor([6.0, 14.0])
        ),
        "Each row contains the rows before it: backward() adds to .grad. Reset, or use torch.autograd.grad.": (
            torch.tensor([[4.0, 2.0], [6.0, 14.0]])
        ),
        "This is the diagonal only. How the gradient of x0 changes with x1 is missing.": torch.tensor(
            [[4.0, 0.0], [0.0, 12.0]]
        ),
        "This is the product of the gradient with itself. A Hessian comes from differentiating twice.": (
            torch.tensor([[16.0, 52.0], [52.0, 169.0]])
        ),
        "All rows are the same. Differentiate gradient[i], with the i of the loop.": torch.tensor(
            [[4.0, 2.0], [4.0, 2.0]]
        ),
    },
)
expect.detached(H, name="the Hessian", hint="Only the first derivative needs create_graph=True.")
expect.true(
    len(calls_of_f) == 1,
    f"f was called {len(calls_of_f)} times instead of once.",
    hint="One forward pass is enough: retain_graph=True keeps the graph for the other rows.",
    where="the Help folds of this task",
)
with expect.explaining(
    {
        "does not require grad": "The gradient of a sum is constant, so nothing was recorded: return zeros then."
    },
    name="hessian_by_double_backward(f, x) for the sum of three numbers",
    where="the last Help but one of this task",
):
    zeros = hessian_by_double_backward(lambda x: x.sum(), torch.tensor([1.0, 2.0, 3.0]))
expect.close(
    zeros,
    torch.zeros(3, 3),
    name="hessian_by_double_backward(f, x) for the sum of three numbers",
    hint="The gradient of a sum is constant. If gradient.requires_grad is False, return zeros.",
    where="the last Help but one of this task",
)
asking = torch.tensor([1.0, 2.0], requires_grad=True)
hessian_by_double_backward(two_numbers, asking)
expect.true(
    asking.grad is None,
    "hessian_by_double_backward left something in the .grad of the caller's x.",
    hint="Work with a fresh leaf: x.detach().clone().requires_grad_(). And use torch.autograd.grad.",
    where="lesson 06, a fresh leaf from any tensor",
)
silent = torch.tensor([1.0, 2.0])
hessian_by_double_backward(two_numbers, silent)
expect.true(
    not silent.requires_grad,
    "The caller's x did not ask for gradients, and now it does.",
    hint="requires_grad_() changes the tensor itself. Work with a fresh leaf: x.detach().clone().requires_grad_().",
    where="lesson 06, a fresh leaf from any tensor",
)
expect.passed("hessian_by_double_backward")

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "hessian_by_double_backward_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Random functions of one to four numbers, in both dtypes
### BEGIN HIDDEN TESTS
rng = expect.rng()
for n, dtype, asks in [(1, torch.float64, False), (2, torch.float64, True), (4, torch.float32, False)]:
    x, a, c = (torch.tensor(rng.uniform(0.5, 1.5, n).tolist(), dtype=dtype) for _ in range(3))
    calls_of_f = []

    def cubes_and_square(t, a=a, c=c, calls_of_f=calls_of_f):
        calls_of_f.append(1)
        return (c * t * t * t).sum() + (a * t).sum() ** 2 + t[0]

    want = 2 * a.reshape(n, 1) * a
    for i in range(n):
        want[i, i] = want[i, i] + 6 * c[i] * x[i]
    H = hessian_by_double_backward(cubes_and_square, x.clone().requires_grad_() if asks else x)
    expect.close(
        H,
        want,
        name=f"the Hessian of a random function of {n} numbers",
        hint="Run the visible check above first.",
        rtol=1e-4,
    )
    expect.dtype(H, dtype, name="the Hessian", hint="Rows from torch.autograd.grad have the dtype of x.")
    expect.detached(H, name="the Hessian", hint="Only the first derivative needs create_graph=True.")
    expect.true(
        len(calls_of_f) == 1,
        f"f was called {len(calls_of_f)} times instead of once.",
        hint="One forward pass is enough: retain_graph=True keeps the graph for the other rows.",
    )
    expect.true(
        not x.requires_grad,
        "The caller's x asks for gradients now.",
        hint="requires_grad_() changes the tensor itself. Work with a fresh leaf.",
    )
    Z = hessian_by_double_backward(lambda t, a=a: (a * t).sum(), x)
    expect.close(
        Z,
        torch.zeros(n, n, dtype=dtype),
        name="the Hessian of a weighted sum",
        hint="The gradient of a weighted sum is constant. If gradient.requires_grad is False, return zeros.",
    )
    expect.dtype(Z, dtype, name="the Hessian of a weighted sum", hint="torch.zeros(n, n, dtype=x.dtype).")
### END HIDDEN TESTS

# %% [markdown]
# ### Task 7 · In your own words (2 points, graded by a person)
#
# *Difficulty 2 of 3, about 6 minutes.*
#
# A classmate writes: "gradcheck returned True, so my Function is correct. And when it returns False, my Function is wrong."
# When would you not trust gradcheck?
#
# Give two different situations in which it returns `True` and something is wrong all the same,
# and two in which it returns `False` although the backward is as it should be.
# Say for each *why* gradcheck is deceived, and what you would do instead. Eight sentences are enough.

# %% [markdown] nbgrader={"grade": true, "grade_id": "trust_gradcheck", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# True, and wrong: (1) It checks the first derivative only. A Function that saves its slope in `forward` passes, and its second derivative is wrong, because for the second pass the slope is a constant; I would run gradgradcheck too.
# (2) It looks only at the points that I give. A formula that fails at 0, or overflows at 1000, passes at 0.5 and 2; I would add edge points and large numbers by hand, and in the dtype that I use.
# False, and right: (3) In float32 the differences have no digits left: the measured slopes are rough and the analytic ones are right. I would check in float64.
# (4) At a kink, such as |x| at 0, or within eps of it, a central difference measures a mean of two slopes. I would move the points away from it. Also a straight-through estimator must fail, because its gradient is wrong on purpose; I would test it against what its documentation promises.
#
# === BEGIN MARK SCHEME ===
#
# 2 points in all: half a point for each situation, two of each kind. A situation counts with its reason; without a reason, or without what to do, a quarter.
#
# *True, and something is wrong*, for example:
#
# - The second derivative: intermediates saved on ctx. (Repair: gradgradcheck.)
# - Points that were not tried: overflow, the bad branch of a `where`, kinks, another shape. (Repair: more points, by hand.)
# - Tolerances too wide, or a small relative error below rtol: float32 with eps 1e-4 and atol 1e-3 lets 0.2 % pass. (Repair: float64, narrower limits.)
# - A missing reduction after broadcasting, which the engine adds up silently. (Repair: call backward, look at the shape.)
# - The forward itself is wrong: gradcheck compares backward with *this* forward, not with the function that was meant. (Repair: compare values.)
#
# *False, and the backward is as it should be*, for example:
#
# - float32: rounding of the differences.
# - A kink or jump within eps of a point.
# - Straight-through and other gradients that are wrong on purpose.
# - A function that draws random numbers, such as dropout, or keeps a state: two calls differ.
#
# No points for: "when the function is too complicated", "when the learning rate is wrong".
#
# === END MARK SCHEME ===

# %% [markdown]
# ## Before you go
#
# Answer these without looking. Each answer is one or two sentences.
#
# 1. Which of the five steps do you write in a Function, and which does the engine do?
# 2. Why does the chain of four functions give nan at −1000, although its value is right?
# 3. How many things does `backward` return, and in which order? What about an argument that is no tensor?
# 4. An input was broadcast. What must `backward` do, and why does nobody complain if it does not?
# 5. A node is reached over two paths. How often is its backward called, and with what?
# 6. What does gradcheck compare, and why in float64?
# 7. A Function passes gradcheck and fails gradgradcheck. What is the usual reason?
# 8. Why does `where` not protect a gradient from a bad branch, and what does?
#
# ## Further reading
#
# - The code behind this lesson: `torchlet/function.py` is `Function` itself, `torchlet/engine.py` the loop, `torchlet/autograd/gradcheck.py` the check.
# - PyTorch, [Extending PyTorch](https://docs.pytorch.org/docs/stable/notes/extending.html): everything that a Function may do.
# - PyTorch, [Gradcheck mechanics](https://docs.pytorch.org/docs/stable/notes/gradcheck.html): how it compares, and its fast mode.
# - PyTorch, [Double backward with custom functions](https://docs.pytorch.org/tutorials/intermediate/custom_function_double_backward_tutorial.html): what to save, and what goes wrong.
# - Y. Bengio, N. Léonard, A. Courville, [Estimating or propagating gradients through stochastic neurons](https://arxiv.org/abs/1308.3432), 2013: where the straight-through idea is studied.
#
# **Next:** lesson 10 puts everything together: data, model, loss and the training loop.
