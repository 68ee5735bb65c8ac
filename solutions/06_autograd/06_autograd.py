# %% [markdown]
# A language model has billions of numbers to adjust.
# Each training step needs the derivative of one loss with respect to every one of them.
# Nobody writes these formulas.
# You write the forward computation, call `backward()`, and the gradients are there.
#
# In lesson 05 you were the engine: you walked a graph backwards by hand.
# Now the framework walks.
# This lesson has one question: **what does it record, what does it do, and what do its answers tell you?**
# An answer may be a number, a `None` or an error, and each of them says something exact.
#
# **How to work.** Run the cells from top to bottom with Shift + Enter.
# Where a prediction is asked for, choose *before* you run the next cell.
# A wrong prediction costs no points, and you will remember it longer than a right one.
# The cell that asks is folded, because its code contains the answer: run it without opening it.

# %%
import torchlet as torch  # "import torch" works as well and prints the same

from labkit import expect, predict, show_graph

# %% [markdown]
# ### Two questions from earlier lessons
#
# Answer from memory, without scrolling back.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "Lesson 01: what is the dtype of `torch.tensor([1, 2, 3])`?",
    {
        "float32": "float32 is the default for numbers with a decimal point. These have none.",
        "int64": "Whole numbers become int64, so `tensor(2)` and `tensor(2.0)` have different dtypes. "
        "This will matter in a few minutes.",
        "int32": "NumPy chose int32 on some systems. Here whole numbers become int64 everywhere.",
        "float64": "float64 is the dtype of Python's own floats, and tensors default to float32. "
        "These numbers are not floats at all.",
    },
    answer="int64",
)

# %%
print(torch.tensor([1, 2, 3]).dtype)
print(torch.tensor([1.0, 2.0, 3.0]).dtype)

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "Lesson 05: in f = (x + y)² + 2xy, the variable x is used twice. At x = 2, y = −4 the first term sends −4 back "
    "to x, and the second term sends −8. What is ∂f/∂x?",
    {
        "−8": "This would be so if a later branch replaced an earlier one. Branches do not replace each other.",
        "32": "Factors multiply along one path. These are two different paths.",
        "−12": "A small change of x changes f through both terms, and the two changes add up.",
        "−6": "This is the mean of both. Nothing is averaged: the two changes of f happen together.",
    },
    answer="−12",
)

# %%
x, y = 2.0, -4.0
through_the_square = 2 * (x + y) * 1
through_the_product = 2 * y
print(through_the_square, "+", through_the_product, "=", through_the_square + through_the_product)

# %% [markdown]
# ## 1. Where does a derivative come from that nobody wrote?
#
# Take a polynomial and its derivative, by the power rule of lesson 04:
#
# $$y = 2x^4 + x^3 + 3x^2 + 5x + 1 \qquad\qquad y' = 8x^3 + 3x^2 + 6x + 5$$
#
# At $x = 2$ this gives $y = 63$ and $y' = 64 + 12 + 12 + 5 = 93$.
# In the next cell you write $y$ only.

# %%
x = torch.tensor(2.0, requires_grad=True)
y = 2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1
print(x)
print(y)

# %% [markdown]
# Two things are new.
#
# - `requires_grad=True` is your request: *I will want a derivative with respect to this tensor.*
#   From now on each operation on `x` is recorded.
# - `grad_fn=<AddBackward0>` shows that it was recorded.
#   `y` knows that it came out of an addition, and what went into that addition.
#
# A tensor that you made yourself, such as `x`, is called a **leaf**.
# `y` is no leaf: a recorded operation made it.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "The next cell runs `result = y.backward()`. What is `result`?",
    {
        "tensor(93.)": "The number is right, the place is not. `backward()` returns nothing: it leaves the "
        "derivative in `x.grad`. One result can depend on thousands of leaves, and each keeps its own gradient.",
        "None": "`backward()` returns nothing and leaves the derivative in `x.grad`.",
        "the formula 8x³ + 3x² + 6x + 5": "No formula is ever built. The backward pass computes with numbers, "
        "the ones of this forward pass.",
        "tensor(63.)": "63 is the value of y. The forward pass has computed it already.",
    },
    answer="None",
)

# %%
result = y.backward()
print("result:", result)
print("x.grad:", x.grad)

# %% [markdown]
# The derivative is 93, and you never wrote $8x^3 + 3x^2 + 6x + 5$.
# Every backward pass consists of the same five steps.
# They have the same names in all lessons of this course.
#
# | Step | What happens | Here, at x = 2 |
# |:--|:--|:--|
# | **forward** | compute the values and record each operation | x⁴ = 16, x³ = 8, x² = 4, …, y = 63 |
# | **local derivative** | each operation knows its own derivative | x⁴ → 4x³ = 32, x³ → 3x² = 12, x² → 2x = 4 |
# | **upstream × local** | multiply it by the derivative that arrives from the side of the result | 2 · 32 = 64, 1 · 12 = 12, 3 · 4 = 12, 5 · 1 = 5 |
# | **accumulate** | add up what arrives over different paths | 64 + 12 + 12 + 5 = 93, into `x.grad` |
# | **reset** | clear `.grad` before the next backward pass | `x.grad = None` |
#
# The word **upstream** means: from the side of the result, where the backward pass begins.
#
# Never believe a gradient that you have not checked once.
# You know two checks: the formula, and the central difference of lesson 04.


# %%
def polynomial(x):
    return 2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1


h = 1e-4
print("autograd:          ", x.grad.item())
print("formula:           ", 8 * 2.0**3 + 3 * 2.0**2 + 6 * 2.0 + 5)
print("central difference:", round((polynomial(2 + h) - polynomial(2 - h)) / (2 * h), 4))

# %% [markdown]
# `x.grad` is a number that belongs to $x = 2$. It is not a formula.
# For another point you go forward and backward again, with a new leaf.
# If you keep the old leaf, the fifth step comes in: **reset**, because `backward()` *adds* to `.grad`.
# You will need it in section 6, and lesson 07 shows what happens to those who forget.

# %%
for point in (0.0, 1.0, 2.0):
    x = torch.tensor(point, requires_grad=True)  # a new leaf has an empty .grad, so there is nothing to reset
    y = polynomial(x)  # forward
    y.backward()  # local derivative, upstream × local, accumulate
    print("x =", point, "  y =", y.item(), "  y' =", x.grad.item())

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "You type 2 instead of 2.0. What does `torch.tensor(2, requires_grad=True)` do?",
    {
        "It makes tensor(2., requires_grad=True)": "The dtype is never changed behind your back. A whole number "
        "makes an int64 tensor, and that cannot require gradients.",
        "It makes an integer tensor, and the gradient is rounded": "No rounding takes place. A derivative asks "
        "what happens when x changes a little, and an integer cannot change a little.",
        "It raises a RuntimeError": "A derivative asks what happens when x changes a little, and an "
        "integer cannot change a little.",
        "It works, and backward() fails later": "The refusal comes at once, where the mistake is, "
        "and not in the backward pass.",
    },
    answer="It raises a RuntimeError",
)

# %%
try:
    x = torch.tensor(2, requires_grad=True)
except RuntimeError as error:
    print("RuntimeError:", error)

# %% [markdown]
# The message is exact: only floating-point tensors can require gradients.
# (PyTorch has complex numbers too; torchlet leaves them out.)
# There are three repairs, and the first is the one you will use most.

# %%
first = torch.tensor(2.0, requires_grad=True)  # write the decimal point
second = torch.tensor(2, dtype=torch.float32, requires_grad=True)  # name the dtype
third = torch.tensor([1, 2, 3]).float().requires_grad_()  # convert, and then ask
print(first, second, third, sep="\n")

# %% [markdown]
# ## 2. What exactly was recorded?
#
# `y.grad_fn` is an object: the **backward node** of the operation that made `y`.
# It knows two things: how to compute its local derivative, and which nodes come next on the way back.
# The second is in `next_functions`: a pair for each input of the operation.
# The first of a pair is the node. The second is a number that matters only where an operation has several results: leave it aside.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "After `z = 2 * (x + 1) ** 2`, which name does `z.grad_fn` have?",
    {
        "AddBackward0": "The addition comes first on the way forward. z hangs on the other end of the graph.",
        "PowBackward0": "The square shapes the derivative most, but it is not what made z. "
        "The multiplication by 2 came after it.",
        "MulBackward0": "A result holds the last operation, and through it all the earlier ones. "
        "The backward pass begins there.",
        "x": "x is the leaf at the far end. z reaches it only through the operations.",
    },
    answer="MulBackward0",
)

# %%
x = torch.tensor(2.0, requires_grad=True)
z = 2 * (x + 1) ** 2
print(type(z.grad_fn).__name__)

# %% [markdown]
# A name says which operation it belongs to: `MulBackward0` is the backward node of a multiplication.
# The digit at the end only tells variants of one operation apart.
# Here is the whole way back.


# %%
def print_graph(node, depth=0):
    print("    " * depth + type(node).__name__)
    for next_node, _ in node.next_functions:
        if next_node is not None:
            print_graph(next_node, depth + 1)


print_graph(z.grad_fn)

# %% [markdown]
# The way back ends in `AccumulateGrad`.
# That is not an operation of yours: it is the place where the fourth step, **accumulate**, puts the gradient into `x.grad`.
#
# Where is the factor 2? Look at both inputs of the multiplication.

# %%
for next_node, _ in z.grad_fn.next_functions:
    print(None if next_node is None else type(next_node).__name__)

# %% [markdown]
# A constant needs no gradient, so its place in the graph is `None`.
#
# Some more names, to recognise them when you meet them:

# %%
values = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
for text, result in {
    "values + 1": values + 1,
    "values - 1": values - 1,
    "values * values": values * values,
    "values / 2": values / 2,
    "values ** 2": values**2,
    "-values": -values,
    "values.exp()": values.exp(),
    "torch.sigmoid(values)": torch.sigmoid(values),
    "values.sum()": values.sum(),
    "values.mean()": values.mean(),
}.items():
    print(f"{text:22}", type(result.grad_fn).__name__)

# %% [markdown]
# ### The live graph
#
# Here is the function that you walked by hand in lesson 05: $f = (x + y)^2 + 2xy$ at $x = 2$, $y = -4$.
# `show_graph` computes it and draws the graph from `grad_fn` and `next_functions` of the result.
# Values stand above the edges, gradients below.
# Step through the picture with its buttons or with the arrow keys: first forward, then backward.

# %%
x = torch.tensor(2.0, requires_grad=True)
y = torch.tensor(-4.0, requires_grad=True)
show_graph("f = (x + y) ** 2 + 2 * x * y")

# %% [markdown]
# Compare with your walk: $f = -12$, $\partial f/\partial x = -12$, $\partial f/\partial y = 0$.
#
# **Now your own expression.**
# Change the text between the quotes and run the cell again.
# Before each run, say what will change in the picture.
#
# 1. Use `x` once more. How many boxes does `x` have, and how many lines begin there?
# 2. Replace `y` by 7. Does 7 get a box?
# 3. Put `torch.sigmoid(...)` around everything. Where in the picture does the new box appear?
#
# <details>
# <summary>The answers</summary>
#
# A variable has one box, and one line begins there for each time that you use it.
# The 7 gets none: a constant has no place in the graph.
# `SigmoidBackward0` stands last on the way forward, so it is the first box on the way back.
#
# </details>
#
# You can also give it a tensor, as in `show_graph(z)`.
# Then some values are missing in the picture: a graph keeps the operations, and only the values that the backward pass needs.

# %%
x = torch.tensor(2.0, requires_grad=True)
y = torch.tensor(-4.0, requires_grad=True)
show_graph("g = x * y + x")

# %% [markdown]
# ## 3. A worked example with several steps
#
# Now six numbers at once, and three steps from $x$ to the result:
#
# $$x = \begin{pmatrix} 1 & 2 & 3 \\ 3 & 2 & 1 \end{pmatrix} \qquad y = 3x + 2 \qquad z = 2y^2 \qquad \text{out} = \text{mean}(z)$$

# %%
x = torch.tensor([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]], requires_grad=True)
y = 3 * x + 2
z = 2 * y**2
out = z.mean()
print(y)
print(z)
print(out)

# %% [markdown]
# How does `out` change when one of the six numbers $x_i$ changes a little?
# Follow the five steps.
#
# **forward**: done above; $\text{out} = 140$.
#
# **local derivative**, from the result back to $x$:
#
# - The mean of six numbers: $\partial\,\text{out} / \partial z_i = 1/6$.
# - The square with its factor: $\partial z_i / \partial y_i = 4y_i$.
# - The line: $\partial y_i / \partial x_i = 3$.
#
# **upstream × local**: multiply along the path.
#
# $$\frac{\partial\,\text{out}}{\partial x_i} = \frac{1}{6} \cdot 4y_i \cdot 3 = \frac{1}{6} \cdot 12\,(3x_i + 2)$$
#
# **accumulate**: each $x_i$ has a single path to the result, so there is one term and nothing to add.
#
# **reset**: `x` is new, its `.grad` is empty.

# %%
out.backward()
print("autograd:", x.grad, sep="\n")

with_numbers = torch.tensor([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]])
print("by hand:", 1 / 6 * 12 * (3 * with_numbers + 2), sep="\n")

# %% [markdown]
# `x.grad` has the shape of `x`.
# This is always so: one number for each number that could change.
#
# ### The same kind of problem, with gaps
#
# Now $t$ has four numbers, $r = 2t + 1$, $s = r^3$ and $\text{out} = \text{mean}(s)$.
# The forward step and the first local derivative are given.
# Fill the gaps with formulas for the other two local derivatives and for their product, and do not call `backward()`.
# This takes about four minutes, gives no points, and the cell below checks it at once.


# %% nbgrader={"grade": false, "grade_id": "faded_example", "locked": false, "schema_version": 3, "solution": true, "task": false}
def gradient_by_hand(t):
    # forward: only r is needed below; then come s = r³ and out = mean(s)
    r = 2 * t + 1
    # local derivative of each step, from the result back to t
    out_by_s = 1 / 4
    ### BEGIN SOLUTION
    s_by_r = 3 * r**2
    r_by_t = 2
    ### END SOLUTION
    # upstream × local: multiply along the path, and return the gradient with respect to t
    ### BEGIN SOLUTION
    return out_by_s * s_by_r * r_by_t
    ### END SOLUTION


# %% jupyter={"source_hidden": true}
# Check: run this when you have filled the gaps
t = torch.tensor([0.0, 1.0, 2.0, -1.0])
r = 2 * t + 1

asking = torch.tensor([0.0, 1.0, 2.0, -1.0], requires_grad=True)
((2 * asking + 1) ** 3).mean().backward()  # what autograd says

with expect.gaps():
    expect.close(
        gradient_by_hand(t),
        asking.grad,
        name="gradient_by_hand(t)",
        hint="Write the three factors under each other for t = 1, where r = 3: 1/4, then s by r, then r by t.",
        where="the worked example above: 1/6, then 4y, then 3",
        mistakes={
            "The factor from r = 2t + 1 is missing: when t grows by 1, r grows by 2.": 0.75 * r**2,
            "The 3 in front of r² is missing: the derivative of r³ is 3r².": 0.5 * r**2,
            "The 1/4 of the mean is missing.": 6 * r**2,
            "The local derivatives are added. Along one path they multiply.": 1 / 4 + 3 * r**2 + 2,
            "The derivative of r³ is taken at t. It is 3r², at the value of r.": 1.5 * t**2,
            "This is 3r in place of 3r²: the exponent becomes smaller by 1, from 3 to 2.": 1.5 * r,
            "This is 2r² in place of 3r²: the factor in front is the old exponent, 3.": r**2,
            "None came back: the line with `return` is missing.": None,
        },
    )
    expect.right("Right, your chain rule and backward() agree:", asking.grad)

# %% [markdown]
# ## 4. Who asks, and who receives?
#
# A row $v$, a matrix $m$ and a column $p$ are multiplied to one number:
#
# $$v = \begin{pmatrix} 1 & 2 & -1 \end{pmatrix} \qquad
# m = \begin{pmatrix} 1 & -1 & 0 \\ 0 & 5 & -4 \\ -2 & 0 & 2 \end{pmatrix} \qquad
# p = \begin{pmatrix} 1 \\ 0 \\ 1 \end{pmatrix} \qquad
# y = v\,m\,p$$
#
# In Python `@` multiplies matrices: each number of the result is a row times a column, number by number, added up.
# `v` and `p` require gradients. `m` does not.

# %%
v = torch.tensor([[1.0, 2.0, -1.0]], requires_grad=True)
m = torch.tensor([[1.0, -1.0, 0.0], [0.0, 5.0, -4.0], [-2.0, 0.0, 2.0]])
p = torch.tensor([[1.0], [0.0], [1.0]], requires_grad=True)
y = v @ m @ p
print(y)

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "`y` depends on all nine numbers of `m`. What is `m.grad` after `y.backward()`?",
    {
        "None": "`m` never asked, so nobody computed its gradient. It exists in mathematics, not in memory.",
        "a 3×3 tensor: the derivative of y by each number of m": "Such a derivative exists, and it would cost time "
        "and memory. It is computed only for tensors that asked for it.",
        "a 3×3 tensor of zeros": "Zeros would be a false statement: y does change when m changes. "
        "`None` says that nothing was computed. That is something else than zero.",
        "an error": "Reading `.grad` of a tensor that did not ask is allowed. There is simply nothing in it.",
    },
    answer="None",
)

# %%
y.backward()
print("v.grad:", v.grad, sep="\n")
print("p.grad:", p.grad, sep="\n")
print("m.grad:", m.grad)

# %% [markdown]
# Check one of them by hand.
# The column $m\,p$ has the numbers $1 \cdot 1 - 1 \cdot 0 + 0 \cdot 1 = 1$, then $0 \cdot 1 + 5 \cdot 0 - 4 \cdot 1 = -4$, then $-2 \cdot 1 + 0 \cdot 0 + 2 \cdot 1 = 0$.
# When the first number of $v$ grows by 1, $y$ grows by the first number of this column, which is 1.
# So the gradient of $v$ is the row $(m\,p)^\top$, and in the same way the gradient of $p$ is the column $(v\,m)^\top$.
# (The $\top$ turns a column into a row, and a row into a column.) Each gradient has the shape of its tensor.
#
# Whether a result is recorded depends on its inputs: **if any input requires gradients, the result does too**.
# People say that `requires_grad` is contagious.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "`a` requires gradients, `b` does not, and `c = a * b`. Which of `b` and `c` requires gradients afterwards?",
    {
        "both": "The infection spreads from inputs to results, never sideways from one input to another. "
        "`b` stays as it was.",
        "only c": "It spreads from inputs to results, and never sideways or backwards.",
        "only b": "It is the other way round: b is an input and stays as it was.",
        "neither: you have to ask for c as well": "Then you would have to ask at every step of a long computation. "
        "One request at the leaf is enough.",
    },
    answer="only c",
)

# %%
a = torch.tensor(3.0, requires_grad=True)
b = torch.tensor(4.0)
c = a * b
print("b:", b.requires_grad)
print("c:", c.requires_grad)
print("b * b:", (b * b).requires_grad)

# %% [markdown]
# If no input asked, nothing was recorded, and there is no way back.

# %%
try:
    (b * b).backward()
except RuntimeError as error:
    print("RuntimeError:", error)

# %% [markdown]
# Read the message in two halves: the tensor *does not require grad*, because no input asked, and *does not have a grad_fn*, because nothing was recorded.
#
# In a model, the parameters ask and the data do not.
# Here $f = w_1 x + w_2 y + w_3$ with the data $x = 1$, $y = 2$ and the parameters $w = (0.33, -1.5, 0.01)$.

# %%
x, y = torch.tensor(1.0), torch.tensor(2.0)
w1 = torch.tensor(0.33, requires_grad=True)
w2 = torch.tensor(-1.5, requires_grad=True)
w3 = torch.tensor(0.01, requires_grad=True)

f = w1 * x + w2 * y + w3
f.backward()
print("data:      ", x.grad, y.grad)
print("parameters:", w1.grad, w2.grad, w3.grad)

# %% [markdown]
# The gradient of $w_1$ is the number that $w_1$ is multiplied by, and so is that of $w_2$.
# $w_3$ is added, so its gradient is 1.
#
# ## 5. What about the results on the way?
#
# One neuron: an input $x = 1$, a weight $w_1 = 0.417$, a bias $w_0 = 0.72$.
# The loss compares its output with $x$ itself:
#
# $$\text{loss} = \big(\sigma(x\,w_1 + w_0) - x\big)^2 \qquad\text{with}\qquad \sigma(u) = \frac{1}{1 + e^{-u}}$$

# %%
x = torch.tensor(1.0)
w1 = torch.tensor(0.417, requires_grad=True)
w0 = torch.tensor(0.72, requires_grad=True)

s = torch.sigmoid(x * w1 + w0)
loss = (s - x) ** 2
print(f"loss = {loss.item():.4f}")

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "`s` requires gradients, and the backward pass goes through it to reach w1 and w0. "
    "What is `s.grad` after `loss.backward()`?",
    {
        "the derivative of the loss by s": "The backward pass does compute it, uses it at once, and lets it go. "
        "Only leaves keep a gradient.",
        "None": "The tensor s is not a leaf. Its gradient passed through and was not kept.",
        "zero": "None and zero are different answers. Zero would say that s does not matter for the loss.",
        "an error": "There is no error, only None, together with a warning that is easy to overlook.",
    },
    answer="None",
)

# %%
import warnings

loss.backward()
print(f"w1.grad = {w1.grad.item():.4f}")
print(f"w0.grad = {w0.grad.item():.4f}")

with warnings.catch_warnings(record=True) as caught:  # the warning, caught so that we can read it calmly
    warnings.simplefilter("always")
    print("s.grad =", s.grad)
print("warning:", str(caught[0].message).split(". ")[0])

# %% [markdown]
# Both gradients are −0.0893: the two parameters differ only by the factor $x$, and $x = 1$.
#
# The warning speaks of a tensor *that is not a leaf*.
# A network has far more results on the way than parameters, and keeping a gradient for each would fill the memory.
# So gradients are kept for leaves only.
# If you want to see one on the way, say so *before* the backward pass, with `retain_grad()`.

# %%
w1.grad, w0.grad = None, None  # reset
s = torch.sigmoid(x * w1 + w0)  # forward
s.retain_grad()
loss = (s - x) ** 2
loss.backward()

upstream = s.grad.item()
local = (s * (1 - s)).item()  # the derivative of the sigmoid, from its own value
print(f"upstream:         {upstream:.4f}")
print(f"local derivative: {local:.4f}")
print(f"upstream × local: {upstream * local:.4f}")

# %% [markdown]
# The product is −0.0893 again: the third step, seen from inside.
# In the picture, find the box `SigmoidBackward0`: on the line to its right stands the upstream gradient, on the line to its left the product.

# %%
show_graph("loss = (torch.sigmoid(x * w1 + w0) - x) ** 2")

# %% [markdown]
# ### What is a leaf?
#
# `is_leaf` is true in two cases:
#
# - nobody recorded how the tensor was made, because nothing in it required gradients;
# - or you made it directly and asked for gradients.
#
# Any result of an operation on a tensor that requires gradients is no leaf.
# The last line in the next cell is a famous trap: `small` looks like a parameter, and it is the result of a multiplication.

# %%
data = torch.tensor([1.0, 2.0, 3.0])
weight = torch.tensor([1.0, 1.0, 1.0], requires_grad=True)
product = data * weight
small = torch.ones(3, requires_grad=True) * 0.1

for name, tensor in {"data": data, "weight": weight, "product": product, "small": small}.items():
    print(f"{name:8} is_leaf: {tensor.is_leaf!s:6} requires_grad: {tensor.requires_grad}")

# %% [markdown]
# The repair: compute first, ask last. `torch.ones(3) * 0.1` records nothing, and `requires_grad_()` then turns the result into a leaf that asks.
# (The underscore means *in place*, as in lesson 01.)
#
# What if you are given a tensor and do not know its history?
# `detach()` gives a new tensor with the same numbers and without any history. Then you ask:

# %%
small = (torch.ones(3) * 0.1).requires_grad_()
print("small is a leaf:", small.is_leaf)

fresh = product.detach().requires_grad_()
print("fresh is a leaf:", fresh.is_leaf, fresh)

# %% [markdown]
# ### Why is it `None`? Four reasons
#
# Sooner or later a `.grad` of yours will be `None`. Go through this list.

# %%
a = torch.tensor(3.0, requires_grad=True)
b = torch.tensor(4.0)
unused = torch.tensor(5.0, requires_grad=True)
middle = a * b
result = middle + 1

print("1. backward() has not run yet:      ", a.grad)
result.backward()
print("   ... and now it has:              ", a.grad)
print("2. the tensor never asked:          ", b.grad)
print("3. the result does not depend on it:", unused.grad)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    print("4. it is not a leaf:                ", middle.grad)

# %% [markdown]
# Lesson 07 adds a fifth reason: the path was cut on the way.
#
# ## 6. What if the result is not one number?
#
# So far each result was a single number, and "the derivative of the result" was clear.
# Now let $d$ be a 3×3 matrix, and $L = 10 - d$. Nine numbers go in, nine come out.

# %%
d = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]], requires_grad=True)
L = 10 - d

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "What does `L.backward()` do?",
    {
        "d.grad becomes −1 everywhere": "This is what you get after you decide to add up the nine results. "
        "Nobody has decided that yet.",
        "d.grad becomes −1/9 everywhere": "This is what the mean of the nine results would give. "
        "Nobody asked for a mean.",
        "d.grad becomes a tensor of 9 × 9 derivatives": "There are 81 derivatives, and `.grad` has room for nine: "
        "it always has the shape of its tensor.",
        "It raises a RuntimeError": "Nine results have 81 derivatives, and `.grad` has room for nine. "
        "You have to say how the nine results are put together.",
    },
    answer="It raises a RuntimeError",
)

# %%
try:
    L.backward()
except RuntimeError as error:
    print("RuntimeError:", error)

# %% [markdown]
# The simplest repair is to decide that each of the nine numbers counts once, and to add them up.

# %%
L = 10 - d
L.sum().backward()
print(d.grad)

# %% [markdown]
# The general repair is the argument `gradient=`: one weight for each result.
# With three ones it does what `sum()` does.
# For $z = x^2 + 5x$ the derivative is $2x + 5$, so at $x = 1$ we expect 7, three times.

# %%
x = torch.ones(3, requires_grad=True)
z = x**2 + 5 * x
z.backward(gradient=torch.ones(3))
print(x.grad)

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "The same z at the same x, but with `gradient=torch.tensor([1., 10., 100.])`. What is `x.grad`?",
    {
        "7, 7, 7": "The derivative of z is 7 three times. What you pass is not ignored: each 7 is multiplied by it.",
        "8, 17, 107": "Here it would be added. It stands at the place of the upstream gradient, and the third step "
        "multiplies: upstream × local.",
        "7, 70, 700": "What you pass is the upstream gradient, and the third step multiplies: upstream × local.",
        "1, 10, 100": "Then you would only set x.grad, and the derivative of z would play no role. "
        "`gradient=` is what goes in at the top, not what comes out at the bottom.",
    },
    answer="7, 70, 700",
)

# %%
weights = torch.tensor([1.0, 10.0, 100.0])

x = torch.ones(3, requires_grad=True)
z = x**2 + 5 * x
z.backward(gradient=weights)
print("with gradient=:        ", x.grad)

x = torch.ones(3, requires_grad=True)
z = x**2 + 5 * x
(weights * z).sum().backward()
print("with a weighted sum:   ", x.grad)

# %% [markdown]
# Both ways give the same.
# So `gradient=` says how the results are put together to one number: as a weighted sum.
# Seen from `z`, the weights are the upstream gradient, as if one more operation had come after `z`.
#
# ### The matrix behind it
#
# In the last example, each result depended on one input only. Now it does not.
# Two numbers go in and three come out:
#
# $$y = (x_0 x_1,\;\; x_0 + x_1,\;\; x_1^2) \qquad\text{at}\qquad x = (2, 3)$$
#
# Write all the derivatives into a table, with one row for each result and one column for each input.
# This table is called the **Jacobian**:
#
# $$J = \begin{pmatrix}
# \partial y_0/\partial x_0 & \partial y_0/\partial x_1 \\
# \partial y_1/\partial x_0 & \partial y_1/\partial x_1 \\
# \partial y_2/\partial x_0 & \partial y_2/\partial x_1
# \end{pmatrix} = \begin{pmatrix} x_1 & x_0 \\ 1 & 1 \\ 0 & 2x_1 \end{pmatrix}
# = \begin{pmatrix} 3 & 2 \\ 1 & 1 \\ 0 & 6 \end{pmatrix}$$
#
# In the code, `torch.stack` puts the three single numbers together to one vector.


# %%
def three_results(x):
    return torch.stack([x[0] * x[1], x[0] + x[1], x[1] ** 2])


x = torch.tensor([2.0, 3.0], requires_grad=True)
y = three_results(x)
print(y)

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "x has two numbers, y has three. How many numbers does `y.backward(gradient=...)` want?",
    {
        "two, like x": "`x.grad` will have two numbers. What you pass stands at the other end: "
        "one weight for each number of y.",
        "three, like y": "One weight for each result. What comes out has the shape of x.",
        "six, like the Jacobian": "You pass the weights, not the derivatives. "
        "The local derivatives are what autograd knows by itself.",
        "one: how strongly y counts": "One weight would be enough if y were one number. y has three.",
    },
    answer="three, like y",
)

# %%
try:
    y.backward(gradient=torch.tensor([1.0, 10.0]))
except RuntimeError as error:
    print("RuntimeError:", error)

y.backward(gradient=torch.tensor([1.0, 10.0, 100.0]))
print("x.grad:", x.grad)

# %% [markdown]
# Where do 13 and 612 come from?
# Weight the rows of the Jacobian by 1, 10 and 100, and add them up.
# This is a product of a row vector and a matrix, $v^\top J$:

# %%
J = torch.tensor([[3.0, 2.0], [1.0, 1.0], [0.0, 6.0]])
v = torch.tensor([1.0, 10.0, 100.0])
print("weighted rows:", 1 * J[0] + 10 * J[1] + 100 * J[2])
print("v @ J:        ", v @ J)

# %% [markdown]
# The field calls it the **vector-Jacobian product**, or VJP.
# It is the only thing that a backward pass can compute.
# Autograd never builds the matrix $J$: for a million inputs and a million results it would have $10^{12}$ numbers.
#
# - For a single number as result, $J$ has one row, and its weight is 1. So `backward()` alone is enough.
# - With `sum()`, all weights are 1.
# - With a 1 in one place and 0 elsewhere, one row of $J$ comes out.
#
# Here is the first row. Note the **reset**, and the second forward pass: a graph is spent when `backward()` has walked it.

# %%
x.grad = None  # reset
y = three_results(x)  # forward
y.backward(gradient=torch.tensor([1.0, 0.0, 0.0]))
print("first row of J:", x.grad)

# %% [markdown]
# ### A vector on the other side
#
# There is a second vector that people multiply a gradient by, and it is easy to mix them up.
# Let $f$ give one number, and let $x$ move a little in the direction $v$.
# How fast does $f$ change? This is the **directional derivative**:
#
# $$D_v f(x) = \nabla f(x) \cdot v = \sum_i \frac{\partial f}{\partial x_i}\, v_i$$
#
# Here $\nabla f$ is the gradient: the derivatives by all the numbers of $x$, one beside the other.
# For $f = x_0^2 + 3x_1$ at $x = (1, 2)$ it is $(2, 3)$.
# In the direction $v = (2, 1)$, $f$ changes at the rate $2 \cdot 2 + 3 \cdot 1 = 7$.
# This $v$ has the shape of the *input* $x$. The weights in `gradient=` have the shape of the *result*.
#
# | You want | You do | Backward passes |
# |:--|:--|:--|
# | the gradient of one number | `backward()` | 1 |
# | a weighted sum of the rows of J | `backward(gradient=weights)`, with weights shaped like the result | 1 |
# | the slope of one number in the direction v | `backward()`, then multiply by v and add up; v is shaped like the input | 1 |
# | the whole Jacobian with m rows | `backward(gradient=...)` with a single 1, for each row | m |

# %% [markdown]
# ## 7. In PyTorch
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
    print("PyTorch is not installed here. The rows for it are left out.")

for library in libraries:
    x = library.tensor(2.0, requires_grad=True)
    y = polynomial(x)
    y.backward()
    print(
        f"{library.__name__:9}", y, x.grad, y.is_leaf, type(y.grad_fn).__name__, len(y.grad_fn.next_functions)
    )

# %% [markdown]
# | | torchlet | PyTorch |
# |:--|:--|:--|
# | where a derivative rule lives | one line in the table of `torchlet/derivatives.py` | a file of rules, from which C++ code is generated |
# | what a backward node is | a Python object that you can open | a C++ object with a Python wrapper, made anew when you ask for it |
# | who walks the graph | a loop in Python | a C++ engine with one thread for each device |
# | dtypes that can require gradients | float16, float32, float64 | also bfloat16 and complex numbers |
# | gradients without `.grad` | `torch.autograd.grad(y, x)` | the same, and `torch.func.grad`, `jacrev`, `jvp` |
#
# The second row has a practical side.
# The `id()` of a node may change between two looks, in PyTorch for any node and in torchlet for `AccumulateGrad`.
# So compare and remember the nodes themselves.

# %% [markdown]
# ## Homework
#
# Six tasks, 12 points, about 45 minutes.
# Below each answer is its check, folded to one line.
# Run it as often as you like: it says that all is well, or what went wrong and where to look.
# The folded line after it is the title of a test that runs with other numbers when your homework is graded.
# Change only the cells that say `YOUR CODE HERE` or `YOUR ANSWER HERE`. You may add cells of your own.
# You may use an earlier answer in a later one, once its check passes.

# %% [markdown]
# ### Task 1 · The gradient at a point (2 points)
#
# *Difficulty 1 of 3, about 6 minutes.*
#
# Write `gradient_at(f, x)`.
#
# - `f` is a function that takes a tensor and returns a tensor with a single number.
# - `x` is a floating-point tensor of any shape. It may already require gradients, or not.
# - The result is the gradient of `f` at `x`, a tensor with the shape and the dtype of `x`.
# - The caller's `x` stays as it was: it does not start or stop to require gradients, and its `.grad` is what it was before.
#
# ```python
# gradient_at(polynomial, torch.tensor(2.0))  # tensor(93.)
# ```
#
# <details>
# <summary>Help: my function returns None</summary>
#
# `backward()` returns nothing.
# The gradient is in `.grad` of the tensor that asked for it, and that tensor must be a leaf.
# The list "Why is it None?" in section 5 has the reasons in order.
#
# </details>
#
# <details>
# <summary>Help: how can I ask for gradients without changing the caller's x?</summary>
#
# Do not ask `x` itself. Section 5 shows how to make a fresh leaf with the same numbers. Give that one to `f`.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "gradient_at", "locked": false, "schema_version": 3, "solution": true, "task": false}
def gradient_at(f, x):
    """The gradient of f at x, with the shape of x; f returns one number. x stays as it was."""
    ### BEGIN SOLUTION
    leaf = x.detach().requires_grad_()
    f(leaf).backward()
    return leaf.grad
    ### END SOLUTION


# %% jupyter={"source_hidden": true} nbgrader={"grade": false, "grade_id": "gradient_at_helper", "locked": true, "schema_version": 3, "solution": false, "task": false}
# For the checks: calls gradient_at twice with the same tensor
def two_calls(f, x):
    first = gradient_at(f, x).tolist()
    second = gradient_at(f, x).tolist()
    return {
        "first": first,
        "second": second,
        "x requires grad": x.requires_grad,
        "x has a grad": x.grad is not None,
    }


# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "gradient_at_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The gradient of two functions that you know, and two calls with the same x
none_came_back = (
    "None came back. backward() returns nothing: the gradient is in .grad of the leaf that you gave to f. "
    "And only a leaf keeps it."
)
expect.close(
    gradient_at(polynomial, torch.tensor(2.0)),
    torch.tensor(93.0),
    name="gradient_at(polynomial, torch.tensor(2.0))",
    hint="Make a fresh leaf from x, call f with it, walk back, and return the leaf's .grad.",
    where="section 1, and the fresh leaf in section 5",
    mistakes={
        none_came_back: None,
        "This is the value of f at x. The gradient is what backward() leaves in .grad.": torch.tensor(63.0),
    },
)
expect.close(
    gradient_at(lambda x: (2 * (3 * x + 2) ** 2).mean(), torch.tensor([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]])),
    torch.tensor([[10.0, 16.0, 22.0], [22.0, 16.0, 10.0]]),
    name="gradient_at(f, x) for the worked example of section 3",
    hint="The gradient has one number for each number of x. Return .grad as it is.",
    where="section 3: x.grad has the shape of x",
    mistakes={none_came_back: None},
)

calls = two_calls(polynomial, torch.tensor(2.0))
expect.close(
    calls["second"],
    calls["first"],
    name="gradient_at, called a second time with the same x,",
    hint="Give f a fresh leaf each time, so that there is nothing to reset.",
    where="section 5: a fresh leaf from any tensor",
)
expect.true(
    not calls["x requires grad"] and not calls["x has a grad"],
    "gradient_at left its mark on the caller's x: it requires gradients now, or has a .grad.",
    hint="Ask a fresh leaf for gradients, not x itself: x.detach().requires_grad_() is a new tensor.",
    where="section 5: a fresh leaf from any tensor",
)
asking = torch.tensor([1.0, 2.0], requires_grad=True)
asking.sum().backward()  # so that there is something in its .grad
expect.close(
    gradient_at(lambda x: (x * x).sum(), asking),
    torch.tensor([2.0, 4.0]),
    name="gradient_at for an x that already requires gradients, and has a .grad",
    hint="detach() gives a tensor without history. Make your leaf from it.",
    where="section 5: a fresh leaf from any tensor",
)
expect.true(
    asking.requires_grad and asking.grad is not None and asking.grad.tolist() == [1.0, 1.0],
    "The caller's x required gradients and had (1, 1) in its .grad, and now one of both is different.",
    hint="Somebody may still need what is in x.grad. Leave x alone, and work with a fresh leaf.",
    where="section 5: a fresh leaf from any tensor",
)
expect.passed("gradient_at")

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "gradient_at_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The gradient at random points, for tensors of several shapes
### BEGIN HIDDEN TESTS
rng = expect.rng()
calls = two_calls(lambda x: (x * x).sum(), torch.tensor(rng.uniform(1.0, 2.0, 3).tolist()))
expect.close(
    calls["second"],
    calls["first"],
    name="gradient_at, called a second time with the same x,",
    hint="Give f a fresh leaf in each call, so that there is nothing to reset.",
)
expect.true(
    not calls["x requires grad"] and not calls["x has a grad"],
    "gradient_at left its mark on the caller's x: it requires gradients now, or has a .grad.",
    hint="Ask a fresh leaf for gradients, not x itself.",
)
for shape in [(), (4,), (2, 3), (2, 1, 3)]:
    numbers = torch.tensor(rng.uniform(0.5, 2.0, shape).tolist())
    factors = torch.tensor(rng.uniform(1.0, 3.0, shape).tolist())

    def cubes(x, factors=factors):
        return (factors * x**3).sum()

    expect.close(
        gradient_at(cubes, numbers),
        3 * factors * numbers**2,
        name=f"the gradient of the sum of c x³, for x of shape {shape},",
        hint="Run the visible check above first; by hand, the gradient is 3c x², one number for each number of x.",
        rtol=1e-4,
        mistakes={"This is the value of f at x, not its gradient.": cubes(numbers)},
    )
    expect.close(
        gradient_at(lambda x: x.sum() ** 2, numbers),
        torch.full(shape, 2 * float(numbers.sum())),
        name=f"the gradient of (sum of x)², for x of shape {shape},",
        hint="Every number of x has the same gradient here, twice the sum. Return one for each of them.",
        rtol=1e-4,
    )
numbers = rng.uniform(1.0, 2.0, 3)
asking = torch.tensor(numbers.tolist(), requires_grad=True)
asking.sum().backward()
expect.close(
    gradient_at(lambda x: (x * x).sum(), asking),
    torch.tensor((2 * numbers).tolist()),
    name="the gradient for an x that already requires gradients",
    hint="A clone of such a tensor is a result, not a leaf. detach() gives a tensor without history.",
)
expect.true(
    asking.requires_grad and asking.grad is not None and asking.grad.tolist() == [1.0] * 3,
    "The caller's x asked for gradients and had a .grad, and one of both has changed.",
    hint="Leave the caller's x alone, its requires_grad and its .grad too. Work with a fresh leaf.",
)
exact = gradient_at(lambda x: (x * x).sum(), torch.tensor(numbers.tolist(), dtype=torch.float64))
expect.dtype(
    exact,
    torch.float64,
    name="the gradient for an x in float64",
    hint="x.detach() keeps the dtype. torch.tensor(x.tolist()) makes float32 of everything.",
)
### END HIDDEN TESTS

# %% [markdown]
# ### Task 2 · The slope in one direction (2 points)
#
# *Difficulty 1 of 3, about 5 minutes.*
#
# Write `directional_derivative(f, x, v)`: how fast `f` changes when `x` moves along `v`.
#
# - `f` returns a tensor with a single number. `x` and `v` have the same shape, which may be any shape.
# - `x` may already require gradients, as in task 1. It stays as it was, and so does `v`.
# - The result is a tensor with a single number, without dimensions, and has the dtype of `x`.
# - `f` is called once, and one backward pass is enough.
# - `v` is used as it is: a direction twice as long gives a result twice as large.
#
# ```python
# def example(x):
#     return x[0] ** 2 + 3 * x[1]
#
# x, v = torch.tensor([1.0, 2.0]), torch.tensor([2.0, 1.0])
# directional_derivative(example, x, v)  # tensor(7.)
# ```
#
# <details>
# <summary>Help: backward(gradient=v) says "Mismatch in shape"</summary>
#
# `gradient=` has the shape of the result, which is one number here. `v` has the shape of `x`.
# It belongs after the backward pass, not into it. Section 6 has a table of the four cases.
#
# </details>
#
# <details>
# <summary>Help: "shapes cannot be multiplied", or "1D tensors expected"</summary>
#
# For two vectors, `@` and `dot` multiply and add up in one step. For other shapes they mean something else, or nothing.
# `*` multiplies element by element for every shape, and `sum()` adds up.
#
# </details>
#
# <details>
# <summary>Help: is this not a difference quotient, (f(x + hv) − f(x)) / h?</summary>
#
# It is the limit of that quotient. But the quotient calls `f` twice and loses digits, as you saw in lesson 04.
# With the gradient you need neither a step h nor a second call.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "directional_derivative", "locked": false, "schema_version": 3, "solution": true, "task": false}
def directional_derivative(f, x, v):
    """The rate at which f changes when x moves along v: a tensor with one number. Calls f once."""
    ### BEGIN SOLUTION
    leaf = x.detach().requires_grad_()
    f(leaf).backward()
    return (leaf.grad * v).sum()
    ### END SOLUTION


# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "directional_derivative_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The example of section 6, the number of calls of f, and a matrix
calls_of_f = []


def example(x):
    calls_of_f.append(1)
    return x[0] ** 2 + 3 * x[1]


only_for_vectors = (
    "This product is only for vectors. Multiply element by element with *, and add up with sum()."
)
causes = {
    "Mismatch in shape": "v was passed as gradient=, which has the shape of the result: one number. "
    "v has the shape of x, and belongs after the backward pass.",
    "cannot be multiplied": only_for_vectors,
    "1D tensors expected": only_for_vectors,
}
x, v = torch.tensor([1.0, 2.0]), torch.tensor([2.0, 1.0])
with expect.explaining(
    causes, name="directional_derivative(f, x, v)", where="section 6, a vector on the other side"
):
    slope = directional_derivative(example, x, v)
expect.true(
    len(calls_of_f) == 1,
    f"f was called {len(calls_of_f)} times instead of once.",
    hint="The gradient contains the slope in every direction: one forward and one backward pass are enough.",
    where="section 6, a vector on the other side",
)
expect.close(
    slope,
    torch.tensor(7.0),
    name="directional_derivative(f, x, v) for f = x0² + 3x1, x = (1, 2), v = (2, 1)",
    hint="The gradient is (2, 3) and the direction (2, 1): 2·2 + 3·1 = 7.",
    where="section 6, a vector on the other side",
    mistakes={
        "These are the products of gradient and direction, one by one. Add them up.": torch.tensor(
            [4.0, 3.0]
        ),
        "The direction v was divided by its length. Here it is used as it is.": torch.tensor(7.0 / 5**0.5),
        "This is the mean of the products. The definition has their sum.": torch.tensor(3.5),
        "This is the sum of the gradient. The direction v plays no role in it.": torch.tensor(5.0),
        "This is the gradient. Multiply it by v, and add up.": torch.tensor([2.0, 3.0]),
    },
)
expect.dtype(
    slope,
    torch.float32,
    name="directional_derivative(f, x, v)",
    hint="Return the tensor: item() and float() make a Python number of it.",
)
expect.true(
    not x.requires_grad and x.grad is None,
    "directional_derivative left its mark on the caller's x: it requires gradients now, or has a .grad.",
    hint="Ask a fresh leaf for gradients, not x itself: x.detach().requires_grad_() is a new tensor.",
    where="section 5: a fresh leaf from any tensor",
)
expect.equal(
    v,
    torch.tensor([2.0, 1.0]),
    name="v after the call",
    hint="The caller's v was changed. Multiply into a new tensor: `a * b` makes one, and `a *= b` writes into a.",
)
with expect.explaining(
    causes,
    name="directional_derivative(f, x, v) for x of shape (2, 3)",
    where="section 6, a vector on the other side",
):
    slope = directional_derivative(
        lambda x: (x * x).sum(),
        torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]),
        torch.tensor([[1.0, 0.0, 0.0], [0.0, 0.0, -2.0]]),
    )
expect.close(
    slope,
    torch.tensor(-22.0),
    name="directional_derivative(f, x, v) for f = sum of squares and x of shape (2, 3)",
    hint="X and v may have any shape: multiply element by element, then take the sum over everything.",
    where="section 6, a vector on the other side",
)
expect.passed("directional_derivative")

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "directional_derivative_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Random directions, of other lengths and shapes, in both dtypes
### BEGIN HIDDEN TESTS
rng = expect.rng()
for shape, dtype, asks, tolerance in [
    ((), torch.float32, False, 1e-4),
    ((5,), torch.float64, False, 1e-9),
    ((3, 4), torch.float32, True, 1e-4),
    ((2, 1, 3), torch.float64, True, 1e-9),
]:
    x = torch.tensor(rng.uniform(-2.0, 2.0, shape).tolist(), dtype=dtype, requires_grad=asks)
    v = torch.tensor(rng.uniform(-3.0, 3.0, shape).tolist(), dtype=dtype)
    before = v.clone()
    gradient = 3 * x.detach() * x.detach() - 3  # numbers of either sign
    want = (gradient * before).sum()
    calls_of_f = []

    def waves(t, calls_of_f=calls_of_f):
        calls_of_f.append(1)
        return (t * t * t - 3 * t).sum()

    what = f"the slope of the sum of x³ − 3x along v, both of shape {shape},"
    slope = directional_derivative(waves, x, v)
    expect.true(
        len(calls_of_f) == 1,
        f"f was called {len(calls_of_f)} times instead of once.",
        hint="One forward pass and one backward pass are enough.",
    )
    expect.dtype(
        slope,
        dtype,
        name=what,
        hint="The result has the dtype of x. float(), item() and torch.tensor() with a Python number lose it.",
    )
    expect.close(
        slope,
        want,
        name=what,
        hint="Run the visible check above first; by hand, the slope is the sum of (3x² − 3) · v.",
        rtol=tolerance,
        atol=tolerance,
    )
    expect.true(
        x.requires_grad == asks and x.grad is None,
        "directional_derivative left its mark on the caller's x: it requires gradients now, or has a .grad.",
        hint="Ask a fresh leaf for gradients, not x itself.",
    )
    expect.equal(v, before, name="v after the call", hint="The caller's v was changed.")
    expect.close(
        directional_derivative(waves, x, -2 * v),
        -2 * want,
        name="the slope along −2v",
        hint="The direction v is used as it is: a direction twice as long gives a result twice as large.",
        rtol=tolerance,
        atol=tolerance,
    )
### END HIDDEN TESTS

# %% [markdown]
# ### Task 3 · The Jacobian, row by row (2 points)
#
# *Difficulty 2 of 3, about 10 minutes.*
#
# Write `jacobian_by_rows(f, x)`.
#
# - `x` is a vector with n numbers, which may already require gradients, and `f(x)` is a vector with m numbers.
#   The caller's `x` stays as it was, as in task 1.
# - The result is the Jacobian, a tensor with m rows and n columns, in the dtype of `x`.
# - Use only what this lesson has shown: one backward pass gives one row.
#
# ```python
# jacobian_by_rows(three_results, torch.tensor([2.0, 3.0]))  # the matrix J of section 6
# ```
#
# `torch.stack(list_of_vectors)` makes a matrix whose rows are the vectors.
#
# <details>
# <summary>Help: all my rows are the same, or each contains the rows before it</summary>
#
# `backward()` adds to `.grad`: the step **reset** is missing.
# Write `leaf.grad = None` before each backward pass, or make a fresh leaf for each row.
# If you clear with `zero_()` instead, you also clear the rows that you have already collected,
# because `.grad` is one tensor and your list holds that same tensor several times.
#
# </details>
#
# <details>
# <summary>Help: "Trying to backward through the graph a second time"</summary>
#
# A graph is spent when `backward()` has walked it. Call `f` again for the next row.
# (Lesson 07 shows how to keep a graph.)
#
# </details>
#
# <details>
# <summary>Help: how do I pick one row?</summary>
#
# Give a weight to each result: 1 for the row that you want, 0 for the others.
# `torch.zeros(m)` gives the zeros, and you can assign to one of them by its index.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "jacobian_by_rows", "locked": false, "schema_version": 3, "solution": true, "task": false}
def jacobian_by_rows(f, x):
    """The Jacobian of f at x, shape (m, n), for a vector x with n numbers and a vector f(x) with m numbers."""
    ### BEGIN SOLUTION
    leaf = x.detach().requires_grad_()
    rows = []
    for i in range(len(f(leaf))):
        y = f(leaf)  # forward
        pick = torch.zeros(len(y))
        pick[i] = 1.0
        leaf.grad = None  # reset
        y.backward(gradient=pick)
        rows.append(leaf.grad)
    return torch.stack(rows)
    ### END SOLUTION


# %% autograder={"forbids": ["torch.autograd.functional.jacobian", "torch.func"]} jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "jacobian_by_rows_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The matrix J of section 6
J = torch.tensor([[3.0, 2.0], [1.0, 1.0], [0.0, 6.0]])
with expect.explaining(
    {
        "Mismatch in shape": "The weights in gradient= are one for each result: three here, for y has three numbers and x has two.",
        "a second time": "This graph is spent: backward() has walked it for an earlier row. Call f again for each row.",
        "scalar outputs": "f(x) has several numbers, so backward() needs gradient=: one weight for each of them.",
        "has no attribute 'zero_'": "Before the first backward pass .grad is None, and there is nothing to clear. "
        "Write leaf.grad = None.",
    },
    name="jacobian_by_rows(three_results, torch.tensor([2., 3.]))",
    where="section 6, the first row of J",
):
    got = jacobian_by_rows(three_results, torch.tensor([2.0, 3.0]))
expect.close(
    got,
    J,
    name="jacobian_by_rows(three_results, torch.tensor([2., 3.]))",
    hint="For row i: forward, reset, then backward with a 1 at place i and 0 elsewhere. "
    "At the end torch.stack makes one tensor of the rows.",
    where="section 6, the first row of J",
    mistakes={
        "Each row contains the rows before it: backward() adds to .grad. Reset before each backward pass.": (
            torch.tensor([[3.0, 2.0], [4.0, 3.0], [4.0, 9.0]])
        ),
        "All rows are the last row. The list holds one and the same tensor several times, and zero_() cleared it "
        "in place. Use leaf.grad = None, so that each pass makes a new tensor.": (
            torch.tensor([[0.0, 6.0], [0.0, 6.0], [0.0, 6.0]])
        ),
        "All rows are the sum of the rows. Reset before each backward pass with leaf.grad = None.": (
            torch.tensor([[4.0, 9.0], [4.0, 9.0], [4.0, 9.0]])
        ),
        "This is the sum of the rows, as sum() gives it. Pick one row at a time.": torch.tensor([4.0, 9.0]),
    },
)
asking = torch.tensor([2.0, 3.0], requires_grad=True)
asking.sum().backward()  # so that there is something in its .grad
jacobian_by_rows(three_results, asking)
expect.true(
    asking.requires_grad and asking.grad is not None and asking.grad.tolist() == [1.0, 1.0],
    "The caller's x required gradients and had (1, 1) in its .grad, and now one of both is different.",
    hint="Somebody may still need what is in x.grad. Leave x alone, and work with a fresh leaf: x.detach().requires_grad_().",
    where="section 5: a fresh leaf from any tensor",
)
expect.passed("jacobian_by_rows")

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "jacobian_by_rows_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Jacobians of other shapes, one result and square ones included
### BEGIN HIDDEN TESTS
rng = expect.rng()
for m, n in [(4, 2), (2, 4), (3, 3), (1, 3), (3, 1)]:
    matrix = torch.tensor(rng.uniform(1.0, 3.0, (m, n)).tolist())
    x = torch.tensor(rng.uniform(0.5, 1.5, n).tolist(), requires_grad=(m == n))
    if m == n:
        x.sum().backward()  # so that there is something in its .grad

    def mixed_squares(t, matrix=matrix):
        return matrix @ (t * t)

    expect.close(
        jacobian_by_rows(mixed_squares, x),
        2 * matrix * x.detach(),
        name=f"the Jacobian of {m} results by {n} inputs",
        hint="Run the visible check above first; one row for each result, one column for each input.",
        rtol=1e-4,
    )
    expect.true(
        x.requires_grad == (m == n) and (x.grad is None if m != n else x.grad.tolist() == [1.0] * n),
        "The caller's x has changed: whether it asks for gradients, or what is in its .grad.",
        hint="Leave the caller's x alone. Work with a fresh leaf.",
    )
exact = jacobian_by_rows(
    lambda t: t * t, torch.tensor(rng.uniform(0.5, 1.5, 2).tolist(), dtype=torch.float64)
)
expect.dtype(
    exact,
    torch.float64,
    name="the Jacobian for an x in float64",
    hint="torch.stack of the rows keeps their dtype. torch.zeros(m, n) makes float32, unless you say dtype=x.dtype.",
)
### END HIDDEN TESTS

# %% [markdown]
# ### Task 4 · The names in a graph (2 points)
#
# *Difficulty 3 of 3, about 12 minutes.*
#
# Write `graph_names(y)`: the names of all backward nodes that can be reached from `y.grad_fn`.
#
# - The result is a list of texts, the name of each node's type as in section 2. The order does not matter.
# - Each *node* is listed once, also when several paths lead to it. Two different nodes with the same name are both listed.
# - `AccumulateGrad` nodes are listed, constants (`None`) are not.
# - If `y` has no `grad_fn`, the list is empty.
# - It works for a chain of 5,000 operations. As you know from lesson 05, recursion does not.
#
# ```python
# x = torch.tensor(2.0, requires_grad=True)
# graph_names(x * x + 3)  # ["AddBackward0", "MulBackward0", "AccumulateGrad"]
# ```
#
# <details>
# <summary>Help: some nodes are in my list twice</summary>
#
# `print_graph` of section 2 treats the graph as a tree and visits a shared node on each path.
# Keep a set of the nodes that you have already seen.
# Keep the nodes themselves in it: neither their names (different nodes can share a name) nor their `id()`.
#
# </details>
#
# <details>
# <summary>Help: how do I walk a graph without recursion?</summary>
#
# With a list of nodes that still have to be visited, as in lesson 05.
# Take one from its end, note its name, and add its next nodes, until the list is empty.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "graph_names", "locked": false, "schema_version": 3, "solution": true, "task": false}
def graph_names(y):
    """The names of all backward nodes behind the tensor y, each node once, in any order."""
    ### BEGIN SOLUTION
    names = []
    waiting = [] if y.grad_fn is None else [y.grad_fn]
    seen = set(waiting)
    while waiting:
        node = waiting.pop()
        names.append(type(node).__name__)
        for next_node, _ in node.next_functions:
            if next_node is not None and next_node not in seen:
                seen.add(next_node)
                waiting.append(next_node)
    return names
    ### END SOLUTION


# %% autograder={"isolated": false} jupyter={"source_hidden": true} nbgrader={"grade": false, "grade_id": "graph_names_helper", "locked": true, "schema_version": 3, "solution": false, "task": false}
# For the checks: graph_names of the y that a few lines compute
def names_behind(lines):
    a, b, c = (torch.tensor(number, requires_grad=True) for number in (1.5, -0.5, 2.0))
    variables = {"torch": torch, "a": a, "b": b, "c": c}
    exec(lines, variables)
    return graph_names(variables["y"])


# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "graph_names_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# A chain, branches, shared nodes, equal names, and no graph at all
for lines, names in {
    "y = (2 * (a + 1)) ** 2": ["PowBackward0", "MulBackward0", "AddBackward0", "AccumulateGrad"],
    "y = a * a + 3": ["AddBackward0", "MulBackward0", "AccumulateGrad"],
    "y = a + 2 * b": ["AddBackward0", "MulBackward0", "AccumulateGrad", "AccumulateGrad"],
    "s = a + b; y = s * s": ["MulBackward0", "AddBackward0", "AccumulateGrad", "AccumulateGrad"],
    "y = a * b * c": ["MulBackward0", "MulBackward0", "AccumulateGrad", "AccumulateGrad", "AccumulateGrad"],
    "y = torch.tensor(1.0) + 2": [],
}.items():
    with expect.explaining(
        {
            "'NoneType' object has no attribute": "None stands for a constant, or for a y without a graph. "
            "No way goes on from it: skip it.",
            "'tuple' object has no attribute": "next_functions holds pairs, and the node is the first of each pair.",
        },
        name=f"graph_names(y) for {lines}",
        where="section 2, print_graph",
    ):
        got = names_behind(lines)
    expect.type(got, list, name=f"graph_names(y) for {lines}", hint="Return a list of the names.")
    expect.true(
        all(isinstance(one, str) for one in got),
        f"graph_names(y) for {lines} should be a list of texts.",
        hint="The name of a node is type(node).__name__. None stands for a constant and has no name: skip it.",
        where="section 2, print_graph",
    )
    in_full = [one for one in got if "::" in one]
    expect.true(
        not in_full,
        f"graph_names(y) for {lines} has {in_full[:1]} in it.",
        hint="node.name() spells some names in full, with the place where PyTorch keeps them. Take type(node).__name__.",
        where="section 2, print_graph",
    )
    once_for_each_path = {
        "y = a * a + 3": [*names, "AccumulateGrad"],
        "s = a + b; y = s * s": [*names, "AddBackward0", "AccumulateGrad", "AccumulateGrad"],
    }
    expect.equal(
        sorted(got),
        sorted(names),
        name=f"sorted(graph_names(y)) for {lines}",
        hint="Draw the graph on paper, one circle for each operation and one for each of a, b and c, "
        "and count the circles.",
        where="section 2, and the Help folds of this task",
        mistakes={
            "Only the first input of each operation is followed. next_functions may have several entries.": (
                ["AccumulateGrad", "AddBackward0"]
            ),
            "A node is listed once for each path that leads to it. Remember the nodes that you have seen.": sorted(
                once_for_each_path.get(lines, ["-"])
            ),
            "Each name is listed once. Two different nodes can have the same name: remember nodes, not names.": sorted(
                set(names)
            ),
            "The AccumulateGrad nodes are missing.": sorted(one for one in names if one != "AccumulateGrad"),
            "None stands for a constant and has no name. Skip it.": sorted([*names, "NoneType"]),
            "The node y.grad_fn itself is missing.": sorted(names[1:]),
        },
    )
expect.passed("graph_names")

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "graph_names_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Random expressions, and a chain of 5,000 operations
### BEGIN HIDDEN TESTS
rng = expect.rng()
operations = {
    "{} + {}": "AddBackward0",
    "{} * {}": "MulBackward0",
    "{} - {}": "SubBackward0",
    "{} / 2": "DivBackward0",
    "3 * {}": "MulBackward0",
    "torch.sigmoid({})": "SigmoidBackward0",
    "-{}": "NegBackward0",
    "{} ** 2": "PowBackward0",
}
for _ in range(5):
    names = ["AccumulateGrad"] * 3
    lines = ["t = a + b * c"]
    names += ["AddBackward0", "MulBackward0"]
    for _ in range(6):  # each line uses t, so y reaches every node
        pattern = str(rng.choice(list(operations)))
        other = str(rng.choice(["t", "a", "b", "c"]))
        lines.append("t = " + pattern.format("t", other))
        names.append(operations[pattern])
    lines.append("y = t")
    got = names_behind("\n".join(lines))
    expect.type(got, list, name="graph_names(y)", hint="Return a list.")
    expect.true(
        all(isinstance(one, str) for one in got),
        "graph_names(y) should be a list of texts.",
        hint="The name of a node is type(node).__name__.",
    )
    for name in sorted({*got, *names}):
        expect.true(
            got.count(name) == names.count(name),
            f"The graph of {'; '.join(lines)} has {names.count(name)} nodes {name}, not {got.count(name)}.",
            hint="List each node once, however many paths lead to it, and leave none out.",
        )
with expect.explaining(
    {"recursion": "The walk calls itself for each node, and Python's stack ends after about 1,000 calls."},
    name="graph_names(y) for a chain of 5,000 multiplications",
    hint="A graph may be longer than Python's recursion is deep: keep a list of the nodes that wait.",
):
    chain = names_behind("y = a\nfor _ in range(5000): y = y * 1.0")
expect.true(
    len(chain) == 5001,
    f"A chain of 5,000 multiplications has 5,001 nodes with its leaf, not {len(chain)}.",
    hint="Follow a chain to its end, up to the leaf.",
)
expect.equal(
    names_behind("y = a"),
    [],
    name="graph_names of a leaf",
    hint="A leaf has no graph behind it: an empty list.",
)
### END HIDDEN TESTS

# %% [markdown]
# ### Task 5 · Leaves and gradients: predict (2 points)
#
# *Difficulty 2 of 3, about 6 minutes.*
#
# Read this program without running it.
#
# ```python
# a = torch.ones(3, requires_grad=True)
# b = torch.ones(3)
# c = torch.ones(3, requires_grad=True) * 0.1
# d = (torch.ones(3) * 0.1).requires_grad_()
# e = a * b
# g = c * d
# k = torch.ones(3, requires_grad=True)
# e.retain_grad()
# loss = (e + g).sum()
# loss.backward()
# ```
#
# Write `quiz()`. It returns a dictionary with an entry for each of `"a"`, `"b"`, `"c"`, `"d"`, `"e"`, `"g"`, `"k"`, `"loss"`.
# Each entry is a pair of `True` or `False`: is the tensor a leaf, and does its `.grad` hold a tensor at the end?
# So the form is `{"a": (True, False), "b": (False, True), ...}`, with your own answers.
#
# <details>
# <summary>Help: is a tensor without requires_grad a leaf?</summary>
#
# Section 5, "What is a leaf?", has the two cases.
#
# </details>
#
# <details>
# <summary>Help: which tensors keep a gradient?</summary>
#
# Go through "Why is it None?" in section 5, and think of `retain_grad()`.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "quiz", "locked": false, "schema_version": 3, "solution": true, "task": false}
def quiz():
    """For each tensor of the program: (is it a leaf?, does its .grad hold a tensor at the end?)."""
    ### BEGIN SOLUTION
    return {
        "a": (True, True),
        "b": (True, False),
        "c": (False, False),
        "d": (True, True),
        "e": (False, True),
        "g": (False, False),
        "k": (True, False),
        "loss": (False, False),
    }
    ### END SOLUTION


# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "quiz_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The form of the answer, and the tensors a, b, c and e
import warnings

answers = quiz()
expect.type(answers, dict, name="quiz()")
missing = [name for name in ["a", "b", "c", "d", "e", "g", "k", "loss"] if name not in answers]
expect.true(
    not missing and len(answers) == 8,
    f"quiz() should have an entry for each of the eight tensors. Missing: {', '.join(missing) or 'none'}. "
    f"Entries: {len(answers)}.",
)
for name, pair in answers.items():
    expect.true(
        isinstance(pair, (tuple, list)) and len(pair) == 2 and all(isinstance(one, bool) for one in pair),
        f"The entry for {name} should be a pair such as (True, False): is it a leaf, and does its .grad hold a tensor?",
    )
program = """
a = torch.ones(3, requires_grad=True)
b = torch.ones(3)
c = torch.ones(3, requires_grad=True) * 0.1
d = (torch.ones(3) * 0.1).requires_grad_()
e = a * b
g = c * d
k = torch.ones(3, requires_grad=True)
e.retain_grad()
loss = (e + g).sum()
loss.backward()
"""
tensors = {"torch": torch}
exec(program, tensors)
for name in ["a", "b", "c", "e"]:
    tensor = tensors[name]
    with warnings.catch_warnings(action="ignore"):
        truth = (tensor.is_leaf, tensor.grad is not None)
    if not tensor.requires_grad:
        reason = f"Nothing that {name} was made from requires gradients, so nobody recorded how. That makes a leaf."
    elif tensor.is_leaf:
        reason = f"{name} was made directly, and asked for gradients. Does the loss depend on it?"
    elif tensor.retains_grad:
        reason = f"{name} is the result of a recorded operation. But look at the line with retain_grad()."
    else:
        reason = f"{name} is the result of a recorded operation. Read its line to the end."
    expect.true(
        tuple(answers[name]) == truth,
        f"The entry for {name} is {answers[name]}, and that is not what happens.",
        hint=reason,
        where="section 5, leaves and the four reasons for None",
    )
expect.right("The tensors a, b, c and e are right.")

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "quiz_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The tensors d, g, k and loss
### BEGIN HIDDEN TESTS
answers = quiz()
for name, pair, reason in [
    ("d", (True, True), "The multiplication was not recorded, since nothing asked yet. d asked afterwards."),
    ("g", (False, False), "The tensor g is a result, not a leaf, and nobody called retain_grad() for it."),
    ("k", (True, False), "The tensor k is a leaf that asked, but the loss does not depend on it."),
    (
        "loss",
        (False, False),
        "The loss is the result of an operation. The backward pass begins there and keeps nothing.",
    ),
]:
    expect.true(tuple(answers[name]) == pair, f"The entry for {name} should be {pair}.", hint=reason)
### END HIDDEN TESTS

# %% [markdown]
# ### Task 6 · In your own words (2 points, graded by a person)
#
# *Difficulty 2 of 3, about 6 minutes.*
#
# A classmate writes: "In `y.backward(gradient=v)` I pass the gradient that I want to have in `x.grad`."
# Explain in four to six sentences what is wrong, and what `gradient=` really multiplies.
#
# Say which shape `v` must have and why, and which shape comes out.
# Use a small example with numbers, such as `three_results` of section 6.
# Say also why a loss, which is one number, needs no `gradient=`.

# %% [markdown] nbgrader={"grade": true, "grade_id": "gradient_argument", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# `gradient=` is not what comes out in `x.grad` but what goes in at the side of the result: the upstream gradient.
# It has one number for each number of `y`, because it says how much each of them counts.
# The backward pass multiplies it by the Jacobian from the left, $v^\top J$, that is, it weights the rows of $J$ and adds them up.
# So `v` has the shape of `y`, and the result has the shape of `x`.
# For `three_results` at (2, 3) and v = (1, 10, 100): 1·(3, 2) + 10·(1, 1) + 100·(0, 6) = (13, 612).
# A loss is one number: its Jacobian has one row, and the natural weight is 1, so it can be left out.
#
# === BEGIN MARK SCHEME ===
#
# 2 points in all. Half points are allowed.
#
# - 1 point: `gradient=` stands on the side of the result. It is the upstream gradient, the weights of the results, and it multiplies the Jacobian from the left (equivalently: it weights the rows of J, or forms the weighted sum of the results before differentiating). Only half of it for "it multiplies the derivative" without saying whose weights they are.
# - 0.5 points: shapes with the reason. `v` like `y`, one weight for each result; the outcome like `x`. A correct example with numbers counts as the reason.
# - 0.5 points: one number has a Jacobian of one row with the weight 1 (or: for a scalar, `gradient=torch.tensor(1.)` is meant).
#
# No points for: "it is the learning rate", "it is the start value of x.grad", "it is the point at which the derivative is taken".
#
# === END MARK SCHEME ===

# %% [markdown]
# ## Before you go
#
# Answer these without looking. Each answer is one or two sentences.
#
# 1. What do the five steps of a backward pass do, in order?
# 2. What does `backward()` return, and where is the gradient?
# 3. Why can an integer tensor not require gradients?
# 4. `z = 2 * (x + 1) ** 2`: which node is `z.grad_fn`, and which node is last on the way back?
# 5. Two tensors are multiplied, and one of them requires gradients. What about the other, and what about the result?
# 6. `.grad` is `None`. What are the reasons to go through?
# 7. A result has five numbers. What are your two ways to call `backward`?
# 8. Which vector has the shape of the result, and which has the shape of the input?
#
# ## Further reading
#
# - The engine behind this lesson: `torchlet/derivatives.py` is the table of rules, one line for each operation, and `torchlet/engine.py` is the walk back, a loop of some hundred lines.
# - PyTorch, [Autograd mechanics](https://docs.pytorch.org/docs/stable/notes/autograd.html): the reference for everything in this lesson.
# - A. Karpathy, [micrograd](https://github.com/karpathy/micrograd): an autograd engine for single numbers on one screen.
# - A. G. Baydin and others, [Automatic differentiation in machine learning: a survey](https://arxiv.org/abs/1502.05767), 2018: where this comes from, and how it differs from symbolic and numerical derivatives.
#
# **Next:** lesson 07 shows what happens to gradients over several passes: accumulate on purpose, clear, freeze, cut.
