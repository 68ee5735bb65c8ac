# %% [markdown]
# In lesson 04 you measured a slope by running a function twice, with a small step between the two runs.
# A model with a million parameters has a million slopes.
# One at a time, that is a million and one runs of the model, for a single step of training.
# Frameworks get all of these slopes, exactly, for the price of a few runs.
#
# How is that possible?
# The answer is a drawing, the **computational graph**, and one loop that walks over it backwards.
# In this lesson you draw the graph, you walk it by hand, you count what the walk costs, and then you write the engine that walks.
# It has about sixty lines, and it works like the engine of PyTorch.
#
# **How to work.** Run the cells from top to bottom with Shift + Enter.
# Where a prediction is asked for, choose *before* you run the next cell.
# A wrong prediction costs no points, and you will remember it longer than a right one.
# The cell that asks is folded, because its code contains the answer: run it without opening it.

# %%
import torchlet as torch  # "import torch" works as well and prints the same

from labkit import expect, graph_stepper, order_lines, predict, show_figure, show_graph, subplots

# %% [markdown]
# ### Two questions from earlier lessons
#
# Answer from memory, without scrolling back.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "Lesson 04: what is the derivative of (3x + 2)² at x = 1?",
    {
        "10": "This is 2 · 5, the derivative of the outer function. When x grows by 1, the inner value grows by 3, "
        "and that factor is missing.",
        "25": "This is the value of the function at x = 1, not its slope.",
        "30": "The chain rule multiplies: 2 · (3 · 1 + 2) = 10 from the square, times 3 from the inside.",
        "13": "Here 10 and 3 are added. Along a chain of functions the derivatives multiply.",
    },
    answer="30",
)

# %%
h = 1e-4
print("central difference:", round(((3 * (1 + h) + 2) ** 2 - (3 * (1 - h) + 2) ** 2) / (2 * h), 4))

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "Lesson 02: `t = x.T`, and then `t *= 100`. Does `x` change?",
    {
        "Yes: `t` is another way to look at the memory of `x`": "Transposing copies nothing, it only exchanges "
        "the strides. Whoever keeps a value for later has to think of that.",
        "No: `.T` makes a new tensor with numbers of its own": "The tensor is new, its memory is not. "
        "Only `.clone()` would have copied the numbers.",
        "No: `*=` makes a new tensor": "`t = t * 100` would. `t *= 100` writes into the memory of `t`.",
        "Only if `x` is square": "The shape plays no role. Transposing exchanges two strides, whatever they are.",
    },
    answer="Yes: `t` is another way to look at the memory of `x`",
)

# %%
x = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
t = x.T
t *= 100
print(x)

# %% [markdown]
# ## 1. What does an expression look like as a drawing?
#
# Our example for this lesson, and again for lesson 06, is
#
# $$f(x, y) = (x + y)^2 + 2xy$$
#
# To compute it you would write intermediate results on a piece of paper:
#
# $$a = x + y \qquad\qquad b = 2xy \qquad\qquad f = a^2 + b$$
#
# Now draw a circle for each of these names, and an arrow from each circle to every circle that needs it.
# This drawing is a **computational graph**.
#
# - The circles are its **nodes**: $x$, $y$, $a$, $b$ and $f$.
# - The arrows are its **edges**. The edge from $x$ to $a$ says that $a$ is computed from $x$. We call $x$ a **parent** of $a$.
# - $x$ and $y$ have no parents. They are the **leaves**, where numbers come in.
#
# A dictionary is enough to write the graph down: for each node its parents.

# %%
parents = {
    "x": [],
    "y": [],
    "a": ["x", "y"],
    "b": ["x", "y"],
    "f": ["a", "b"],
}
print("nodes:", len(parents))
print("edges:", sum(len(names) for names in parents.values()))

# %% [markdown]
# $x$ stands twice in the formula and has one node, with two edges that leave it.
# The graph keeps what the formula hides: *who uses whose result*.
#
# A computer has to compute the nodes one after the other, so it needs an order of them.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "One of these orders fails, because a node is to be computed before a number that it needs. Which one?",
    {
        "x, y, a, b, f": "Each node comes after its parents, so this works.",
        "y, x, b, a, f": "The order of x and y does not matter, and neither does the order of a and b: none of them needs "
        "the other.",
        "x, a, y, b, f": "The node a needs y, and y has no number yet.",
        "x, y, b, a, f": "The nodes a and b do not need each other, so b may come first.",
    },
    answer="x, a, y, b, f",
)

# %%
formulas = {
    "x": lambda: 2.0,
    "y": lambda: -4.0,
    "a": lambda x, y: x + y,
    "b": lambda x, y: 2 * x * y,
    "f": lambda a, b: a**2 + b,
}


def compute(order):
    values = {}
    for name in order:
        values[name] = formulas[name](*[values[parent] for parent in parents[name]])
    return values


for order in (
    ["x", "y", "a", "b", "f"],
    ["y", "x", "b", "a", "f"],
    ["x", "y", "b", "a", "f"],
    ["x", "a", "y", "b", "f"],
):
    try:
        print(", ".join(order), " f =", compute(order)["f"])
    except KeyError as error:
        print(", ".join(order), " KeyError:", error, "has no number yet")

# %% [markdown]
# An order in which each node comes after its parents is called a **topological order**.
# A graph can have several of them. It has none if it contains a **cycle**, a path that leads back to where it began: then no node of the cycle can be the first.
#
# Python has a module for this. You will write your own in the homework.

# %%
from graphlib import CycleError, TopologicalSorter

print("an order:", ", ".join(TopologicalSorter(parents).static_order()))

try:
    list(TopologicalSorter({"chicken": ["egg"], "egg": ["chicken"]}).static_order())
except CycleError as error:
    print("CycleError:", " needs ".join(error.args[1]))

# %% [markdown]
# ### The graph stepper
#
# You need not draw by hand.
# The next cell draws the graph of any expression that you type in.
# A framework has one node for each *operation*, so its graph is a little finer than ours: our $b = 2xy$ becomes two multiplications.
# The names in the boxes come from the framework. Lesson 06 explains them; `Mul` and `Pow` you can guess.
#
# Values stand above the edges. They are computed on the way **forward**.
# The numbers below the edges belong to the way back, which is the subject of section 2.
# Press *Start*, and walk with the buttons or with the arrow keys to the middle of the walk, where $f = -12$ appears.

# %%
graph_stepper("f = (x + y) ** 2 + 2 * x * y", x=2, y=-4)

# %% [markdown]
# **Now your own expression.** Type one into the field above the picture and press Enter. (Without a field, change the call and run the cell again.)
# Functions are `exp`, `log`, `sqrt`, `sin`, `cos`, `tanh`, `sigmoid` and `relu`; the numbers stand in the second field.
#
# 1. `x * x * x`: how many nodes does it have, and how many edges leave `x`?
# 2. `exp(x) + exp(x)`: does the framework see that both terms are the same?
# 3. Which expression gives a chain without any branch?
#
# <details>
# <summary>The answers to 1 and 3</summary>
#
# `x * x * x` has three nodes, the leaf `x` and two multiplications, and three edges leave `x`.
# A chain comes out when each operation has one input and each result is used once: `exp(sin(x))`, for example.
#
# </details>
#
# The second question deserves a prediction.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "How many additions are in the graph of `(x + y) * (x + y)`?",
    {
        "1: both brackets are the same": "A person sees that. The framework sees operations, one after the other, "
        "as Python executes them.",
        "3: two additions, and the product counts as an addition": "The product is a node of its own, a multiplication.",
        "0: it is simplified to x² + 2xy + y²": "No formula is rearranged. The graph records what was executed.",
        "2: Python executes `x + y` twice": "One node for each operation that was executed. If a result should be "
        "shared, give it a name.",
    },
    answer="2: Python executes `x + y` twice",
)

# %%
x = torch.tensor(2.0, requires_grad=True)
y = torch.tensor(-4.0, requires_grad=True)
show_graph("p = (x + y) * (x + y)")

# %% [markdown]
# Two boxes with the same content.
# Now the result gets a name and is used twice. It becomes a **shared sub-expression**: one node, two edges.

# %%
a = x + y
show_graph("p = a * a", a=a, x=x, y=y)  # with the names for the picture

# %% [markdown]
# ## 2. How do gradients travel back?
#
# The question is: when $x$ changes a little, how much does $f$ change?
# The answer is the derivative $\partial f/\partial x$. We call it the **gradient of x**, as the frameworks do.
# We find it at the point $x = 2$, $y = -4$, with five steps.
# They have the same names in all lessons of this course.
#
# **Step 1, forward.** Compute all values and keep them.

# %%
x, y = 2.0, -4.0

a = x + y
b = 2 * x * y
f = a**2 + b
print("a =", a, "  b =", b, "  f =", f)

# %% [markdown]
# **Step 2, local derivative.** Each node looks at its own formula only, and at nothing else:
#
# | Node | Its formula | Its local derivatives | At our point |
# |:--|:--|:--|:--|
# | $f$ | $a^2 + b$ | $\partial f/\partial a = 2a$, $\partial f/\partial b = 1$ | −4, 1 |
# | $a$ | $x + y$ | $\partial a/\partial x = 1$, $\partial a/\partial y = 1$ | 1, 1 |
# | $b$ | $2xy$ | $\partial b/\partial x = 2y$, $\partial b/\partial y = 2x$ | −8, 4 |
#
# Look at the last column: to know $2a$, $2y$ and $2x$ as numbers, you need the values of $a$, $y$ and $x$.
# This is why step 1 keeps them. **The way back needs values of the way forward.**

# %%
f_by_a = 2 * a
f_by_b = 1.0
a_by_x, a_by_y = 1.0, 1.0
b_by_x, b_by_y = 2 * y, 2 * x
print("f by a:", f_by_a, "  f by b:", f_by_b)
print("a by x:", a_by_x, "  a by y:", a_by_y)
print("b by x:", b_by_x, "  b by y:", b_by_y)

# %% [markdown]
# **Step 3, upstream × local.** We walk from $f$ back to the leaves.
# *Upstream* means: from the side of the result.
# At $f$ we begin with $\partial f/\partial f = 1$.
# Node $f$ multiplies this 1 by its local derivatives: it hands $1 \cdot (-4) = -4$ to $a$ and $1 \cdot 1 = 1$ to $b$.
# Node $a$ multiplies the −4 that has arrived by its own local derivatives, and hands the products on to $x$ and $y$.
# Node $b$ does the same with its 1.

# %%
from_a_to_x = f_by_a * a_by_x
from_a_to_y = f_by_a * a_by_y
from_b_to_x = f_by_b * b_by_x
from_b_to_y = f_by_b * b_by_y
print("a hands", from_a_to_x, "to x and", from_a_to_y, "to y")
print("b hands", from_b_to_x, "to x and", from_b_to_y, "to y")

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "Over the branch through a, −4 arrives at x. Over the branch through b, −8 arrives. What is ∂f/∂x?",
    {
        "−8: what arrives last": "This would be so if a later branch replaced an earlier one. "
        "But x changes f over both branches at once.",
        "−12: both together": "When x grows a little, a changes and b changes, and f feels both changes. They add up.",
        "32: both multiplied": "Factors multiply along one path. These are two different paths.",
        "−6: their mean": "Nothing is averaged. Both changes happen, and both in full.",
    },
    answer="−12: both together",
)

# %% [markdown]
# A classmate has written the walk so that each branch *stores* its number.
# The central difference of lesson 04 is the judge.


# %%
def example(x, y):
    return (x + y) ** 2 + 2 * x * y


gradient = {}
gradient["x"] = from_a_to_x
gradient["y"] = from_a_to_y
gradient["x"] = from_b_to_x  # the second branch arrives
gradient["y"] = from_b_to_y
print("classmate:         ", gradient)

h = 1e-4
slope_x = (example(2 + h, -4) - example(2 - h, -4)) / (2 * h)
slope_y = (example(2, -4 + h) - example(2, -4 - h)) / (2 * h)
print("central difference:", {"x": round(slope_x, 4), "y": round(slope_y, 4) + 0.0})  # + 0.0: no −0.0

# %% [markdown]
# Both numbers of the classmate are wrong, and no error tells it.
# The second branch has *replaced* the first.
#
# **Step 4, accumulate.** What arrives over different branches is added.
# In mathematics this is the chain rule for several variables:
#
# $$\frac{\partial f}{\partial x} = \frac{\partial f}{\partial a}\,\frac{\partial a}{\partial x} + \frac{\partial f}{\partial b}\,\frac{\partial b}{\partial x}$$
#
# Multiply along a path, add over the paths. In Python the repair is one character: `+=`.
#
# **Step 5, reset.** Before anything can be added, every gradient has to begin at zero.
# (It is the last step of the list, because it also cleans up for the next walk.)

# %%
gradient = {"x": 0.0, "y": 0.0}  # reset
gradient["x"] += from_a_to_x  # accumulate
gradient["y"] += from_a_to_y
gradient["x"] += from_b_to_x
gradient["y"] += from_b_to_y
print("by hand: ", gradient)

x = torch.tensor(2.0, requires_grad=True)
y = torch.tensor(-4.0, requires_grad=True)
example(x, y).backward()
print("autograd:", {"x": x.grad.item(), "y": y.grad.item()})

# %% [markdown]
# $\partial f/\partial x = -12$ and $\partial f/\partial y = 0$.
# The two branches to $y$ bring −4 and 4, and they cancel.
#
# Go back to the graph stepper of section 1 and walk through its second half.
# You will meet all the numbers again, below the edges.
#
# The whole walk in one table:
#
# | Step | What happens | Here |
# |:--|:--|:--|
# | **forward** | compute the values, and keep what the way back will need | a = −2, b = −16, f = −12 |
# | **local derivative** | each node derives its own formula | 2a = −4, 1; 1, 1; 2y = −8, 2x = 4 |
# | **upstream × local** | multiply it by the gradient that arrived at the node | −4 · 1, −4 · 1, 1 · (−8), 1 · 4 |
# | **accumulate** | add up what arrives over different branches | −4 + (−8) = −12, −4 + 4 = 0 |
# | **reset** | begin with zero, before the walk | both gradients 0 |

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "`x * x` at x = 3: the multiplication hands 3 back over each of its two edges. What is the gradient of x?",
    {
        "3": "Both edges carry 3, and both count, also when they lead to the same node.",
        "9": "This is the value of x * x, or the product of both branches. Branches add.",
        "6": "Two edges lead to x, and 3 + 3 = 6. It is the 2x that you know from the power rule.",
        "1": "Then the multiplication would not have multiplied by its local derivative.",
    },
    answer="6",
)

# %%
x = torch.tensor(3.0, requires_grad=True)
show_graph("p = x * x")

# %% [markdown]
# ### The walk as a program
#
# Now the loop that walks *any* graph.
# `order` is a topological order of the names, and `local[name]` lists for each node its parents with the local derivatives:

# %%
x, y = 2.0, -4.0
a = x + y
order = ["x", "y", "a", "b", "f"]
local = {
    "x": [],
    "y": [],
    "a": [("x", 1.0), ("y", 1.0)],
    "b": [("x", 2 * y), ("y", 2 * x)],
    "f": [("a", 2 * a), ("b", 1.0)],
}
print(local["f"])

# %% cellView="form" jupyter={"source_hidden": true}
# @title Put the lines in order: run this cell
order_lines(
    "Walk back from `f`. At the end, `gradient` holds the gradient of each node. The node that is visited is `name`.",
    [
        "gradient = dict.fromkeys(order, 0.0)",
        'gradient["f"] = 1.0',
        "for name in reversed(order):",
        "    for parent, derivative in local[name]:",
        "        gradient[parent] += gradient[name] * derivative",
    ],
    {
        "        gradient[parent] = gradient[name] * derivative": "With `=` a second branch replaces the first. "
        "Branches add up.",
        "        gradient[parent] += derivative": "The upstream gradient is missing: what arrived at the node has to be "
        "multiplied in.",
        "for name in order:": "In this direction a node hands on its gradient before anything has arrived there.",
        'gradient["f"] = 0.0': "Then zero is handed on everywhere. The derivative of f by itself is 1.",
        "        gradient[name] += gradient[parent] * derivative": "This moves gradients from the parents to the result. "
        "They travel the other way.",
    },
)

# %% [markdown]
# When you have it, compare with the next cell.
# Find the five steps in it: *reset* is the first line, *forward* and *local derivative* were done above, and the last line does the other two.


# %%
def walk_back(order, local, result):
    gradient = dict.fromkeys(order, 0.0)  # every name with 0.0
    gradient[result] = 1.0
    for name in reversed(order):
        for parent, derivative in local[name]:
            gradient[parent] += gradient[name] * derivative
    return gradient


print(walk_back(order, local, "f"))

# %% [markdown]
# Why does the topological order matter on the way back?
# A node may hand its gradient on only when *everything* has arrived there.
# In the reversed order, each node comes after all nodes that use it, so at its turn its sum is complete.
#
# ## 3. A neuron, step by step
#
# The most famous small graph of deep learning is one neuron: an input $x$, a weight $w_1$, a bias $w_0$, and the sigmoid function
#
# $$s = \sigma(x\,w_1 + w_0) \qquad\text{with}\qquad \sigma(u) = \frac{1}{1 + e^{-u}}$$
#
# We cut σ into single operations, and walk. This is a worked example: read each line.

# %%
import math

x, w1, w0 = 1.0, 0.417, 0.72

# forward
p = x * w1
u = p + w0
n = -u
e = math.exp(n)
d = 1 + e
s = 1 / d
print(f"forward:   p = {p:.4f}  u = {u:.4f}  n = {n:.4f}  e = {e:.4f}  d = {d:.4f}  s = {s:.4f}")

# back from s, in reversed order: upstream × local derivative
s_by_d = 1.0 * (-1 / d**2)  # 1/d has the derivative −1/d²
s_by_e = s_by_d * 1.0  # 1 + e
s_by_n = s_by_e * e  # exp(n) is its own derivative, and its value is e
s_by_u = s_by_n * -1.0  # −u
s_by_p, s_by_w0 = s_by_u * 1.0, s_by_u * 1.0  # p + w0
s_by_x, s_by_w1 = s_by_p * w1, s_by_p * x  # x · w1: each factor receives the other one
print(f"backward:  d: {s_by_d:.4f}  e: {s_by_e:.4f}  n: {s_by_n:.4f}  u: {s_by_u:.4f}  p: {s_by_p:.4f}")
print(f"leaves:    x: {s_by_x:.4f}  w1: {s_by_w1:.4f}  w0: {s_by_w0:.4f}")

# %% [markdown]
# Each line of the way back uses one number from the line before, and one local derivative that you could derive in your head.
# Nobody had to derive the whole formula.
#
# You may know a shorter way: $\sigma'(u) = \sigma(u)\,(1 - \sigma(u))$.
# It gives the same number. So a framework may also treat σ as *one* node.

# %%
print(f"four nodes:         {s_by_u:.4f}")
print(f"one node, s(1 − s): {s * (1 - s):.4f}")

x = torch.tensor(1.0, requires_grad=True)
w1 = torch.tensor(0.417, requires_grad=True)
w0 = torch.tensor(0.72, requires_grad=True)
torch.sigmoid(x * w1 + w0).backward()
print(f"autograd:  x: {x.grad.item():.4f}  w1: {w1.grad.item():.4f}  w0: {w0.grad.item():.4f}")

# %% [markdown]
# Here is the same walk in the stepper. $1/d$ is written as $d^{-1}$, so that it is one node. If the picture is wider than the page, scroll it.

# %%
graph_stepper("s = (1 + exp(-(x * w1 + w0))) ** -1", x=1, w1=0.417, w0=0.72)

# %% [markdown]
# Replace the whole expression in the field by `sigmoid(x * w1 + w0)` and compare: fewer boxes, the same gradients at the leaves.
#
# ### The same kind of problem, with gaps
#
# Now $g = (xy + x)^2$, with the intermediate results $p = xy$, $q = p + x$ and $g = q^2$.
# Draw the graph on paper first: which node has two edges that leave it?
#
# Fill the gaps. This takes about five minutes, gives no points, and the cell below checks it at once.


# %% nbgrader={"grade": false, "grade_id": "faded_example", "locked": false, "schema_version": 3, "solution": true, "task": false}
def gradients_by_hand(x, y):
    # forward
    p = x * y
    q = p + x
    # g = q²; upstream × local, from the result back to the leaves
    g_by_q = 1.0 * 2 * q
    ### BEGIN SOLUTION
    g_by_p = g_by_q * 1.0
    ### END SOLUTION
    # accumulate: add up what arrives at x, and what arrives at y
    ### BEGIN SOLUTION
    g_by_x = g_by_p * y + g_by_q * 1.0
    g_by_y = g_by_p * x
    ### END SOLUTION
    # return both, as g_by_x, g_by_y
    ### BEGIN SOLUTION
    return g_by_x, g_by_y
    ### END SOLUTION


# %% jupyter={"source_hidden": true}
# Check: run this when you have filled the gaps
x = torch.tensor(3.0, requires_grad=True)
y = torch.tensor(5.0, requires_grad=True)
((x * y + x) ** 2).backward()  # what autograd says

with expect.gaps():
    expect.close(
        gradients_by_hand(3.0, 5.0),
        (x.grad.item(), y.grad.item()),
        name="gradients_by_hand(3.0, 5.0)",
        hint="At this point p = 15 and q = 18, so g by q is 36. Who uses x? Both of them send something back to it.",
        where="section 2, the steps upstream × local and accumulate",
        mistakes={
            "Only the branch through p arrives at x. The addition p + x uses x as well.": (180.0, 108.0),
            "Only the branch of the addition arrives at x. The product x · y uses x as well.": (36.0, 108.0),
            "The upstream gradient 2q is missing: these are the derivatives of q, not of g.": (6.0, 3.0),
            "The factors are exchanged: in x · y, the derivative by x is y, and the derivative by y is x.": (
                144.0,
                180.0,
            ),
            "The branches are multiplied. Along a path factors multiply, different paths are added.": (
                6480.0,
                108.0,
            ),
            "The two gradients are exchanged: that of x comes first.": (108.0, 216.0),
            "None came back. End the function with: return g_by_x, g_by_y": None,
        },
    )
    expect.right("Right, your walk and backward() agree:", (x.grad.item(), y.grad.item()))

# %% [markdown]
# ## 4. Why backwards?
#
# There are three ways to get all slopes of a function. Which one is cheap?
# We do not guess, we count.
# A `Counted` number calculates like any other, and notes each operation that is done with it.
# You need not follow each line: `count(run, …)` says how many operations `run` has done, and `plain` takes the ordinary number out of a `Counted` one.


# %%
def plain(value):
    return value.number if isinstance(value, Counted) else value


class Counted:
    """A number that counts the operations done with numbers like it."""

    operations = 0

    def __init__(self, number):
        self.number = plain(number)

    def result(self, number):
        Counted.operations += 1
        return Counted(number)

    def __add__(self, other):
        return self.result(self.number + plain(other))

    def __sub__(self, other):
        return self.result(self.number - plain(other))

    def __mul__(self, other):
        return self.result(self.number * plain(other))

    def __truediv__(self, other):
        return self.result(self.number / plain(other))

    __radd__, __rmul__ = __add__, __mul__  # for 2 + c and 2 * c


def count(run, *arguments):
    Counted.operations = 0
    run(*arguments)
    return Counted.operations


# %% [markdown]
# Our test function multiplies all its inputs: $f(x_1, \dots, x_n) = x_1 x_2 \cdots x_n$.
# It has one output and as many inputs as we like, just as a loss has.


# %%
def product(numbers):
    result = numbers[0]
    for number in numbers[1:]:
        result = result * number
    return result


numbers = [Counted(number) for number in (2.0, 3.0, 5.0, 7.0)]
print("f =", product(numbers).number, " operations:", count(product, numbers))

# %% [markdown]
# **Finite differences**, from lesson 04: run $f$ once, and once more for each input.


# %%
def finite_differences(f, numbers, h=1e-6):
    base = f(numbers)
    slopes = []
    for i in range(len(numbers)):
        moved = [number + h if i == j else number for j, number in enumerate(numbers)]
        slopes.append((f(moved) - base) / h)
    return slopes


print([round(plain(slope), 3) for slope in finite_differences(product, numbers)])
print("operations:", count(finite_differences, product, numbers))

# %% [markdown]
# **Forward mode** needs no step h. Each number carries its slope along, on the way forward.
# Such a pair is called a dual number. The product rule says how pairs are multiplied.
# But "its slope" means the slope by *one* input: its own slope is 1, that of the others 0.
# So each input needs its own run.


# %%
class Dual:
    """A value, and its slope by one of the inputs."""

    def __init__(self, value, slope):
        self.value, self.slope = value, slope

    def __mul__(self, other):
        return Dual(self.value * other.value, self.slope * other.value + self.value * other.slope)


def forward_mode(f, numbers):
    slopes = []
    for i in range(len(numbers)):
        duals = [Dual(number, Counted(1.0 if i == j else 0.0)) for j, number in enumerate(numbers)]
        slopes.append(f(duals).slope)
    return slopes


print([plain(slope) for slope in forward_mode(product, numbers)])
print("operations:", count(forward_mode, product, numbers))

# %% [markdown]
# **Reverse mode** is your walk of section 2.
# On the way forward it keeps the partial products. On the way back it carries one upstream gradient along.


# %%
def reverse_mode(numbers):
    partial = [numbers[0]]
    for number in numbers[1:]:  # forward, all values are kept
        partial.append(partial[-1] * number)
    upstream = Counted(1.0)
    slopes = []
    for i in reversed(range(1, len(numbers))):  # node i multiplies partial[i - 1] by numbers[i]
        slopes.append(upstream * partial[i - 1])  # upstream × local, to the leaf
        upstream = upstream * numbers[i]  # upstream × local, to the node before
    return [upstream, *reversed(slopes)]


print([plain(slope) for slope in reverse_mode(numbers)])

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "With n = 100 inputs, f itself costs 99 multiplications. About how many operations does reverse mode need "
    "for all 100 slopes?",
    {
        "about 10,000: a hundred times f": "This is what one run for each input costs. Reverse mode walks back once.",
        "about 300: three times f": "One multiplication forward and two backward at each node, whatever n is.",
        "about 100: as much as f": "The way forward alone costs this. The way back is not free.",
        "about 5,000: each slope has a product of its own": "Written out one by one, the slopes are a hundred "
        "different products. The walk shares almost all of their factors.",
    },
    answer="about 300: three times f",
)

# %%
sizes = [4, 10, 100, 200]
costs = {"f": [], "reverse mode": [], "finite differences": [], "forward mode": []}
for n in sizes:
    numbers = [Counted(1.01)] * n
    costs["f"].append(count(product, numbers))
    costs["reverse mode"].append(count(reverse_mode, numbers))
    costs["finite differences"].append(count(finite_differences, product, numbers))
    costs["forward mode"].append(count(forward_mode, product, numbers))

print(f"{'n inputs':20}", *(f"{n:9,}" for n in sizes))
for name, counted in costs.items():
    print(f"{name:20}", *(f"{one:9,}" for one in counted))

# %%
figure, axes = subplots(figsize=(6, 3.6), layout="constrained")
for (name, counted), style in zip(costs.items(), ("-", "-", "--", "-."), strict=True):
    axes.loglog(sizes, counted, style, marker="o", label=name)
axes.set_xlabel("inputs n")
axes.set_ylabel("operations")
axes.legend()
show_figure(
    figure,
    alt="Operations against the number of inputs, both axes logarithmic. The line of reverse mode runs parallel to that "
    "of f, a little above it. Finite differences and forward mode rise twice as steeply.",
)

# %% [markdown]
# Divide a column by its first line.
# Reverse mode costs three times $f$, for any $n$. The other two cost about $n$ times and $4n$ times $f$.
# This is why a model with a million parameters can be trained at all.
#
# The price is memory: finite differences and forward mode forget each value at once, reverse mode keeps them all until the way back.
#
# ### The other way round
#
# Is reverse mode always the best? Now *one* input and many outputs: the powers $x, x^2, \dots, x^m$.
# A forward run carries the slope by $x$ to every output. A backward walk begins at *one* output, so it has to be repeated for each.


# %%
def powers_forward(x, m):
    results = [Dual(x, Counted(1.0))]
    while len(results) < m:
        results.append(results[-1] * results[0])
    return [result.slope for result in results]


def powers_reverse(x, m):
    powers = [x]
    while len(powers) < m:
        powers.append(powers[-1] * x)
    slopes = []
    for last in range(m):  # one walk back for each output
        slope, upstream = Counted(0.0), Counted(1.0)
        for i in reversed(range(1, last + 1)):  # node i multiplies powers[i - 1] by x
            slope = slope + upstream * powers[i - 1]  # to the leaf x
            upstream = upstream * x  # to the node before
        slopes.append(slope + upstream)
    return slopes


print([plain(slope) for slope in powers_forward(Counted(2.0), 5)])
print([plain(slope) for slope in powers_reverse(Counted(2.0), 5)])
for m in (4, 10, 100):
    forward = count(powers_forward, Counted(1.01), m)
    reverse = count(powers_reverse, Counted(1.01), m)
    print(f"m = {m:3}  forward: {forward:6,}  reverse: {reverse:6,}")

# %% [markdown]
# | | One run or walk gives | Number of runs | Good for |
# |:--|:--|:--|:--|
# | forward mode | the slopes of *all outputs* by one input | one for each input | few inputs, many outputs |
# | reverse mode | the slopes of one output by *all inputs* | one for each output | many inputs, few outputs: a loss |
# | finite differences | an approximation of the slopes by one input | one for each input, and one more | checking the other two |

# %% [markdown]
# ## 5. When is the graph built?
#
# Two families of frameworks answer this question differently.
#
# **Static: define, then run.** First you build the graph, with *placeholders* where numbers will come in.
# Nothing is computed. Later a *session* runs the graph, as often as you like, each time with other numbers.
# TensorFlow worked like this until 2019.
# Here is a static framework in about 25 lines.

# %%
import operator


class Symbol:
    """A node of a static graph: a placeholder, or an operation on other nodes. It has no number."""

    def __init__(self, name, operation=None, inputs=()):
        self.name, self.operation, self.inputs = name, operation, inputs

    def __add__(self, other):
        return Symbol("+", operator.add, (self, other))

    def __mul__(self, other):
        return Symbol("×", operator.mul, (self, other))

    def __gt__(self, other):
        return Symbol(">", operator.gt, (self, other))

    def __repr__(self):
        return f"Symbol({self.name})"

    def __bool__(self):
        raise TypeError(f"{self} has no number yet, so it is neither true nor false")


class Session:
    """Runs a static graph on numbers."""

    def run(self, wanted, feed):
        if not isinstance(wanted, Symbol):
            return wanted  # a constant
        if wanted not in feed:
            if wanted.operation is None:
                raise LookupError(f"the placeholder {wanted.name} was not fed")
            inputs = [self.run(one, feed) for one in wanted.inputs]
            feed[wanted] = wanted.operation(*inputs)  # kept, so that a shared node is computed once
        return feed[wanted]


# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "`u` and `v` are placeholders, and `w = (u + v) * u`. What does `print(w)` show?",
    {
        "an error: u has no number": "Building a graph needs no numbers. They are needed when it runs.",
        "0": "An empty placeholder is not zero. It is a place.",
        "a Symbol without a number": "Nothing has been computed. w only knows that it will be a product.",
        "the formula (u + v) * u": "The graph could be printed as a formula, but w itself knows its last operation only, "
        "and where its inputs are.",
    },
    answer="a Symbol without a number",
)

# %%
u, v = Symbol("u"), Symbol("v")  # two placeholders
w = (u + v) * u
print(w, w.inputs)

session = Session()
print("fed with 2 and 5: ", session.run(w, {u: 2.0, v: 5.0}))
print("fed with 10 and 1:", session.run(w, {u: 10.0, v: 1.0}))

# %% [markdown]
# One graph, two runs.
# Two things are uncomfortable, and each has its own error.
# The first: what is missing is noticed only when the graph runs, perhaps many files away from the line that built it.

# %%
try:
    session.run(w, {u: 2.0})
except LookupError as error:
    print("LookupError:", error)

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "The second: a function wants to decide. What does `if u > 0: ...` do for a placeholder u?",
    {
        "It takes the first branch": "Any object of Python is true unless its class says something else. "
        "Without the `__bool__` above this would really happen, silently, and always.",
        "It raises a TypeError": "`u > 0` is a node of the graph, and nobody knows yet whether it will be true.",
        "It puts both branches into the graph": "Python's `if` executes one branch. It cannot know that you are "
        "building a graph.",
        "It takes the second branch": "Nothing says that u is not greater than 0. It has no number yet.",
    },
    answer="It raises a TypeError",
)

# %%
try:
    if u > 0:
        w = u * u
except TypeError as error:
    print("TypeError:", error)

# %% [markdown]
# The repair: the decision becomes a node of the graph too, and it decides in each run.
# (Our small session computes both branches, and the node picks one of the two results.)
# Loops need such nodes as well. In a static framework you do not program in Python; you program in the language of its graph.

# %%
choose = Symbol("choose", lambda yes, a, b: a if yes else b, (u > 0, u * u, u * -1))
print("u = 3: ", session.run(choose, {u: 3.0}))
print("u = -3:", session.run(choose, {u: -3.0}))

# %% [markdown]
# Why would anybody do this? Because the whole graph is known *before* it runs. A program can read it, and improve it.
# Here is an optimiser that makes one node of two equal ones. Remember the question about `(x + y) * (x + y)`.


# %%
def merged(symbol, seen):
    """The same graph, in which each operation on the same inputs exists once."""
    if not isinstance(symbol, Symbol) or symbol.operation is None:
        return symbol
    inputs = tuple(merged(one, seen) for one in symbol.inputs)
    return seen.setdefault((symbol.name, inputs), Symbol(symbol.name, symbol.operation, inputs))


def run_and_count(symbol):
    Counted.operations = 0
    result = Session().run(symbol, {u: Counted(2.0), v: Counted(5.0)})
    return f"{plain(result)} with {Counted.operations} operations"


w = (u + v) * (u + v)
print("as written:", run_and_count(w))
print("merged:    ", run_and_count(merged(w, {})))

# %% [markdown]
# **Dynamic: define by run.** The graph is recorded while Python computes, operation by operation.
# Each run makes a new graph. This is how PyTorch and torchlet work.
# Numbers are there at once, errors appear in the line that causes them, and `if`, `for` and `while` are Python's own.


# %%
def grow(x):
    """Multiplies by x until 100 is reached."""
    y = x
    while y < 100:
        y = y * x
    return y


# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "For x = 3 the values are 3, 9, 27, 81, 243. What is in the graph of `grow(x)`?",
    {
        "one multiplication and an edge that leads back to it": "A computational graph has no cycles. The loop has been run, "
        "and the record shows what happened.",
        "no multiplication: a loop has no derivative": "Each multiplication has a derivative, and the loop did nothing "
        "but multiply.",
        "the `while` and its condition": "The comparison decided how often. It is not recorded, no gradient flows "
        "through it.",
        "four multiplications, one after the other": "The graph holds what was executed in this run. "
        "For another x it may be longer.",
    },
    answer="four multiplications, one after the other",
)

# %%
for start in (2.0, 3.0, 10.0):
    x = torch.tensor(start, requires_grad=True)
    y = grow(x)

    multiplications, node = 0, y.grad_fn  # the node of y
    while type(node).__name__ == "MulBackward0":  # from node to node, on the way back
        multiplications, node = multiplications + 1, node.next_functions[0][0]

    y.backward()
    print(f"x = {start:4}  y = {y.item():5}  multiplications: {multiplications}  gradient: {x.grad.item()}")

# %% [markdown]
# For $x = 3$ the result is $x^5$, and $5x^4 = 405$. For $x = 2$ it is $x^7$, another function.
# The backward pass differentiates the function that was *executed*, and it does not notice that you used a loop.
#
# | | Static: define, then run | Dynamic: define by run |
# |:--|:--|:--|
# | the graph exists | before the numbers | after them, one for each run |
# | `if` and loops | nodes of the graph | Python's own |
# | an error shows | when the graph runs | in the line that causes it |
# | before the run, the graph can be | read, improved, saved, sent to another machine | nothing of this: it does not exist yet |
#
# Today the two meet. `torch.compile`, `tf.function` and `jax.jit` let you write dynamic code, record it, and improve the record.

# %% [markdown]
# ## 6. An engine of your own
#
# Now you build the engine: dynamic, for single numbers.
# Each node is an object of the class `Value`. It holds
#
# - `data`, its number;
# - `parents`, the Values that it was computed from: the edges of the graph;
# - `grad`, the gradient that has arrived, 0 at first;
# - `pullback`, a small function for the way back.
#
# The **pull-back** is the heart of the matter. It takes the gradient `g` that has arrived at the node, and returns
# one gradient for each parent: *upstream × local derivative*.
# For $u + v$ both local derivatives are 1, so it returns `(g, g)`.
# For $e^u$ the local derivative is $e^u$ itself, so it returns `(g * out,)`. The comma makes a tuple of one item.

# %%
import math


class Value:
    """A number that remembers how it was computed."""

    def __init__(self, data, parents=(), pullback=lambda g: (), operation="leaf"):
        self.data = data
        self.grad = 0.0
        self.parents = parents
        self.pullback = pullback
        self.operation = operation  # a name for pictures

    def __repr__(self):
        return f"Value({self.data:.6g}, grad={self.grad:.6g})"

    def __add__(self, other):
        other = as_value(other)
        return Value(self.data + other.data, (self, other), lambda g: (g, g), "+")

    __radd__ = __add__  # for 3 + x, where the number does not know what to do

    def exp(self):
        out = math.exp(self.data)
        return Value(out, (self,), lambda g: (g * out,), "exp")


def as_value(number):
    return number if isinstance(number, Value) else Value(number)


x, y = Value(1.0), Value(-1.0)
t = (x + y).exp() + x
print(t, t.parents)

# %% [markdown]
# Nobody drew a graph. It came into being while Python computed: define by run.
# `show_graph` can draw your Values too. It asks your own pull-backs for the gradients.

# %%
show_graph(t)

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "A pull-back keeps the numbers of the forward pass that it needs. What do the pull-backs of `+` and of `exp` keep?",
    {
        "`+` keeps both inputs, `exp` its input": "The local derivatives of + are 1 and 1, whatever the inputs are.",
        "`+` keeps nothing, `exp` its input": "Almost. The derivative of eᵘ is eᵘ, and that is the output, "
        "which is known already. So the input is not needed any more.",
        "`+` keeps nothing, `exp` its output": "1 and 1 need no number. The derivative of eᵘ is eᵘ, which is the output.",
        "both keep everything": "Keeping costs memory. A rule keeps what it needs, and nothing else.",
    },
    answer="`+` keeps nothing, `exp` its output",
)

# %%
print("+  :", (x + y).pullback.__code__.co_freevars)  # the names that a function keeps from its surroundings
print("exp:", x.exp().pullback.__code__.co_freevars)

# %% [markdown]
# ### The first way back: path by path
#
# The simplest walk hands each gradient on at once, along every path.


# %%
def push(node, upstream):
    """Adds upstream to the node, and hands it on to the parents at once."""
    global visits
    visits += 1
    node.grad += upstream  # accumulate
    for parent, handed in zip(node.parents, node.pullback(upstream), strict=True):
        push(parent, handed)


visits = 0
push(t, 1.0)
print("x:", x, " y:", y, " visits:", visits)

# %% [markdown]
# Check it by hand: $t = e^{x+y} + x$, so $\partial t/\partial x = e^0 + 1 = 2$ and $\partial t/\partial y = 1$.
# The numbers are right. But look at this graph, with one leaf and 16 additions:

# %%
x = Value(1.0)
y = x
for _ in range(16):
    y = y + y
print(y)

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "The graph has 17 nodes. How many visits does `push(y, 1.0)` make?",
    {
        "17: one for each node": "This would be a walk that visits each node once. `push` follows each path on its own, "
        "and the paths branch.",
        "33: one for each edge, and one for the result": "Each edge is walked once for every path that leads to it.",
        "131,071": "At each addition the number of paths doubles: 1 + 2 + 4 + … + 65,536.",
        "272: 17 nodes, 16 times": "The number of paths does not grow by a step, it doubles.",
    },
    answer="131,071",
)

# %%
visits = 0
push(y, 1.0)
print("visits:", f"{visits:,}", " gradient of x:", x.grad)
print("with 60 additions:", f"{2**61 - 1:,}")

# %% [markdown]
# The result is right, $2^{16} = 65536$. But nobody would wait for the end of the walk over 60 additions.
#
# ### The second way back: node by node
#
# You know the cure from section 2: wait until everything has arrived at a node, then hand on the sum, *once*.
# For that the nodes have to be in topological order. The classic way to find one is *first the parents, then the node itself*:


# %%
def order_by_recursion(result):
    """All nodes behind result, each once, parents before children."""
    order, seen = [], set()

    def visit(node):
        if node not in seen:
            seen.add(node)
            for parent in node.parents:
                visit(parent)
            order.append(node)

    visit(result)
    return order


print("nodes:", len(order_by_recursion(y)))
print([node.operation for node in order_by_recursion(t)])

# %% [markdown]
# 17 nodes, each once.
# Now a long graph instead of a branched one: a chain of 100,000 additions.
# (The sum over a data set, or a network that reads a long text, gives such chains.)

# %%
x = Value(1.0)
y = x
for _ in range(100_000):
    y = y + 0.5

try:
    order_by_recursion(y)
except RecursionError as error:
    print(type(error).__name__)

# %% [markdown]
# Each `visit` waits for the `visit` inside it, and Python allows about a thousand that wait.
# Real engines use no recursion, and yours will not either.
# The repair is a list of your own, of nodes that still have to be visited. That is the core of the homework.
#
# What your engine still lacks:
#
# | | Task |
# |:--|:--|
# | a multiplication | 2 |
# | powers and tanh | 3 |
# | a topological order without recursion | 4 |
# | the loop that walks back | 5 |

# %% [markdown]
# ## 7. In PyTorch
#
# Your `Value` has the same parts as the tensors of the large frameworks.
# First torchlet: its rules are a table, one line for each operation. Here are the lines for the operations of your engine.

# %%
import inspect

import torchlet
from torchlet import derivatives

operations = ("AddBackward0", "MulBackward0", "ExpBackward0", "TanhBackward0")
for line in inspect.getsource(derivatives).splitlines():
    if line.strip().startswith(tuple(f'"{name}"' for name in operations)):
        print(line.strip())

# %% [markdown]
# In these lines `g` is the gradient that arrives, `x` and `y` are the inputs, and `out` is the result.
# What a rule asks for by name is exactly what is kept from the forward pass.
# The rule of the addition asks for nothing, that of `exp` for `out`: as in your Values.
#
# A backward node *is* a pull-back. In both libraries you can call it.
# Here for $x \cdot y$ at $x = 2$, $y = -4$, with $g = 5$:

# %%
libraries = [torchlet]
try:
    import torch as pytorch  # the first import takes some seconds

    libraries.append(pytorch)
except ModuleNotFoundError:
    print("PyTorch is not installed here. The rows for it are left out.")

for library in libraries:
    x = library.tensor(2.0, requires_grad=True)
    y = library.tensor(-4.0, requires_grad=True)
    node = (x * y).grad_fn
    with library.no_grad():  # only look at the numbers
        handed = [number.item() for number in node(library.tensor(5.0))]
    example(x, y).backward()
    print(f"{library.__name__:9}", type(node).__name__, handed, x.grad, y.grad)

# %% [markdown]
# | | Your `Value` | torchlet | PyTorch |
# |:--|:--|:--|:--|
# | a node holds | one number | an array of any shape | an array of any shape |
# | the rules | in the methods | `torchlet/derivatives.py`, a table | a table, from which C++ code is generated |
# | the edges | `parents` | `next` of a node; shown as `next_functions` | `next_functions` |
# | the order on the way back | topological order, found first | nodes are numbered when they are made; the youngest goes first | it counts for each node how many gradients have to arrive before it may go |
# | recursion | none | none | none |
# | `.grad` afterwards | at every node | at the leaves only | at the leaves only |
# | **reset** | at the start of each `backward` | none: `backward()` adds to `.grad` | none: `backward()` adds to `.grad` |
# | values for the way back | kept as long as the Value lives | freed after the walk | freed after the walk |
#
# The last three lines are real differences, and they have reasons. Lessons 06 and 07 are about them.
# When your homework is done, read `torchlet/engine.py`. You will recognise your own loop.

# %% [markdown]
# ## Homework
#
# Six tasks, 12 points, about 60 minutes.
# Below each answer is its check, folded to one line.
# Run it as often as you like: it says that all is well, or what went wrong and where to look.
# The folded line after it is the title of a test that runs with other numbers when your homework is graded.
# Change only the cells that say `YOUR CODE HERE` or `YOUR ANSWER HERE`. You may add cells of your own.
# You may use an earlier answer in a later one, once its check passes.
#
# Tasks 2 to 5 complete the class `Value` of section 6. If you run the cell with the class again, run your answers again too:
# a new class knows nothing of the methods that you gave the old one.

# %% [markdown]
# ### Task 1 · The walk at any point (2 points)
#
# *Difficulty 1 of 3, about 6 minutes.*
#
# Section 2 walked over the graph of $f = (x + y)^2 + 2xy$ at one point.
# Write `walk_table(x, y)`, which does the same walk at any point, in plain arithmetic.
#
# - `x` and `y` are plain numbers. Without arguments the point is $x = 3$, $y = -1$. Do the walk there on paper first.
# - The result is a dictionary with the eleven entries that you see in the cell below, for the nodes $a = x + y$, $b = 2xy$ and $f = a^2 + b$.
#   The entry `"f by a"` is $\partial f/\partial a$.
#
# ```python
# walk_table(2.0, -4.0)["f by x"]  # -12.0, as in section 2
# ```
#
# <details>
# <summary>Help: what is "f by x" made of?</summary>
#
# Two paths lead from $f$ to $x$. Multiply along each path, then add.
#
# </details>
#
# <details>
# <summary>Help: b depends on x and on y. How do I derive it?</summary>
#
# A local derivative holds the other parent still. For the derivative of $2xy$ by $x$, treat $y$ as a fixed number, as in lesson 04.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "walk_table", "locked": false, "schema_version": 3, "solution": true, "task": false}
def walk_table(x=3.0, y=-1.0):
    """Values, local derivatives and gradients of f = (x + y)² + 2xy, with a = x + y and b = 2xy.

    The keys: "a", "b", "f", "f by a", "f by b", "a by x", "a by y", "b by x", "b by y", "f by x", "f by y".
    """
    ### BEGIN SOLUTION
    a = x + y
    b = 2 * x * y
    table = {"a": a, "b": b, "f": a**2 + b}
    table |= {"f by a": 2 * a, "f by b": 1.0, "a by x": 1.0, "a by y": 1.0, "b by x": 2 * y, "b by y": 2 * x}
    table["f by x"] = table["f by a"] * table["a by x"] + table["f by b"] * table["b by x"]
    table["f by y"] = table["f by a"] * table["a by y"] + table["f by b"] * table["b by y"]
    return table
    ### END SOLUTION


# %% jupyter={"source_hidden": true} nbgrader={"grade": false, "grade_id": "walk_table_helper", "locked": true, "schema_version": 3, "solution": false, "task": false}
# For the checks: compares a table with the walk, entry by entry, in the order of the five steps
def check_walk(table, x, y, point):
    expect.type(
        table, dict, name=f"walk_table({point})", hint="Return the dictionary with the eleven entries."
    )
    a, b = x + y, 2 * x * y
    for key, want, hint, mistakes in [
        ("a", a, "forward: a = x + y.", {}),
        ("b", b, "forward: b = 2xy.", {"The factor 2 of 2xy is missing.": x * y}),
        ("f", a * a + b, "forward: f = a² + b.", {"The b of a² + b is missing.": a * a}),
        (
            "f by a",
            2 * a,
            "local derivative: a stands in f as a², and the derivative of a² is 2a.",
            {
                "The 2 of the power rule is missing: a² has the derivative 2a.": a,
                "This is a² itself. Its derivative is 2a.": a * a,
                "The derivative of a² depends on a: it is 2a.": 2.0,
                "This is the number of section 2. Here the point is another one: compute with a.": -4.0,
            },
        ),
        (
            "f by b",
            1.0,
            "local derivative: f is b plus something without b.",
            {"This is the value of b. The derivative of b by b is 1.": b},
        ),
        ("a by x", 1.0, "local derivative: when x grows by 1, x + y grows by 1.", {}),
        ("a by y", 1.0, "local derivative: when y grows by 1, x + y grows by 1.", {}),
        (
            "b by x",
            2 * y,
            "local derivative: hold y still in 2xy, and derive by x.",
            {
                "This is the derivative of 2xy by y. By x it is what x is multiplied by.": 2 * x,
                "The factor 2 of 2xy is missing.": y,
                "The y of 2xy is missing: when y is held still, 2y is what x is multiplied by.": 2.0,
                "This is the number of section 2. Here the point is another one: compute with y.": -8.0,
            },
        ),
        (
            "b by y",
            2 * x,
            "local derivative: hold x still in 2xy, and derive by y.",
            {
                "This is the derivative of 2xy by x.": 2 * y,
                "The factor 2 of 2xy is missing.": x,
                "The x of 2xy is missing: when x is held still, 2x is what y is multiplied by.": 2.0,
                "This is the number of section 2. Here the point is another one: compute with x.": 4.0,
            },
        ),
        (
            "f by x",
            2 * a + 2 * y,
            "Two paths lead from f to x. Multiply along each, then add.",
            {
                "Only the path through b is there. It has replaced the path through a; branches add.": 2 * y,
                "Only the path through a is there. Branches add: the path through b brings something too.": 2
                * a,
                "The paths are multiplied. Multiply along a path, add over the paths.": 2 * a * 2 * y,
                "The upstream gradient 2a is missing on the path through a.": 1 + 2 * y,
            },
        ),
        (
            "f by y",
            2 * a + 2 * x,
            "Two paths lead from f to y. Multiply along each, then add.",
            {
                "Only the path through b is there. It has replaced the path through a; branches add.": 2 * x,
                "Only the path through a is there. Branches add: the path through b brings something too.": 2
                * a,
                "This is the gradient of x. At y the path through b brings 2x.": 2 * a + 2 * y,
            },
        ),
    ]:
        expect.true(
            key in table,
            f'walk_table({point}) lacks the entry "{key}".',
            hint="The keys stand in the text below the first line of the function. Copy them letter by letter.",
        )
        expect.close(
            table[key],
            want,
            name=f'walk_table({point})["{key}"]',
            hint=hint,
            where="section 2, the table of the five steps",
            mistakes=mistakes,
        )


# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "walk_table_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The walk at x = 3, y = -1
with expect.explaining({"for ^": "In Python a² is written a**2."}, name="walk_table()"):
    table = walk_table()
check_walk(table, 3.0, -1.0, "")
expect.passed("walk_table")

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "walk_table_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The walk at random points
### BEGIN HIDDEN TESTS
rng = expect.rng()
for _ in range(4):
    # no two of the eleven numbers are alike
    x, y = round(float(rng.uniform(1.2, 1.9)), 3), round(float(rng.uniform(-4.9, -3.6)), 3)
    check_walk(walk_table(x, y), x, y, f"{x}, {y}")
### END HIDDEN TESTS

# %% [markdown]
# ### Task 2 · Multiplication (2 points)
#
# *Difficulty 1 of 3, about 6 minutes.*
#
# Write `multiply(self, other)`, which becomes `Value.__mul__`. The addition of section 6 is your model.
#
# - The result is a new `Value` with the product as `data` and the two factors as `parents`, in this order.
#   `operation` is only a name for pictures; `"×"` is a good one.
# - Its pull-back takes the gradient `g` that has arrived, and returns a tuple with one gradient for each factor: upstream × local derivative.
# - `other` is a Value or a plain number.
#
# ```python
# product = Value(3.0) * Value(-2.0)
# product.data            # -6.0
# product.pullback(1.0)   # (-2.0, 3.0)
# ```
#
# <details>
# <summary>Help: what is the local derivative of a product?</summary>
#
# Hold one factor still: $3 \cdot v$ grows by 3 when $v$ grows by 1.
# So the derivative by one factor is the *other* factor. Section 3 used it for $x \cdot w_1$.
#
# </details>
#
# <details>
# <summary>Help: 'float' object has no attribute 'data'</summary>
#
# `other` is a plain number here, as in `x * 2`. `__add__` has a line for this case.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "multiply", "locked": false, "schema_version": 3, "solution": true, "task": false}
def multiply(self, other):
    """self * other, a new Value; other is a Value or a plain number."""
    ### BEGIN SOLUTION
    other = as_value(other)
    return Value(self.data * other.data, (self, other), lambda g: (g * other.data, g * self.data), "×")
    ### END SOLUTION


Value.__mul__ = multiply  # x * y and x * 2
Value.__rmul__ = multiply  # 2 * x


# %% jupyter={"source_hidden": true} nbgrader={"grade": false, "grade_id": "value_helper", "locked": true, "schema_version": 3, "solution": false, "task": false}
# For the checks of tasks 2 and 3: one result of an operation
def check_value(result, name, data, parents, hint, mistakes=None):
    """It is a Value with this number and these parents."""
    expect.true(
        isinstance(result, Value),
        f"{name} should be a Value. "
        + ("None came back: is there a `return`?" if result is None else "Something else came back."),
        hint="Return Value(number, parents, pullback, operation), as the addition does.",
        where="section 6, the method __add__",
    )
    expect.close(result.data, data, name=f"({name}).data", hint=hint, mistakes=mistakes)
    expect.type(
        result.parents,
        (tuple, list),
        name=f"({name}).parents",
        hint="parents is a tuple of Values: (self, other), or (self,) with the comma if there is only one.",
        where="section 6, the methods __add__ and exp",
    )
    expect.true(
        len(result.parents) == len(parents)
        and all(got is parent for got, parent in zip(result.parents, parents, strict=True)),
        f"The parents of {name} should be the Values that it was computed from, in their order.",
        hint="parents is a tuple of Values: (self, other), or (self,) with the comma if there is only one.",
        where="section 6, the methods __add__ and exp",
    )


def check_pullback(result, name, upstream, want, hint, mistakes):
    """It hands back these gradients. upstream: what arrives."""
    expect.true(
        callable(result.pullback),
        f"The pull-back of {name} should be a function of the gradient g that arrives.",
        hint="Put lambda g: before the tuple.",
        where="section 6, the methods __add__ and exp",
    )
    with expect.explaining(
        {
            "0 positional arguments": "A pull-back takes what arrives: lambda g: (...).",
            "and 'Value'": "A pull-back computes with plain numbers: self.data instead of self.",
        },
        name=f"({name}).pullback({upstream})",
    ):
        handed = result.pullback(upstream)
    expect.type(
        handed,
        (tuple, list),
        name=f"({name}).pullback({upstream})",
        hint="A pull-back returns a tuple with one gradient for each parent. For one parent: (number,) with the comma.",
        where="section 6, the methods __add__ and exp",
    )
    expect.true(
        len(handed) == len(want),
        f"({name}).pullback({upstream}) should have one gradient for each parent, so {len(want)}, not {len(handed)}.",
        hint="One gradient for each parent, in the order of the parents.",
        where="section 6, the methods __add__ and exp",
    )
    expect.close(
        list(handed),
        list(want),
        name=f"({name}).pullback({upstream})",
        hint=hint,
        where="section 3: upstream × local derivative, line by line",
        mistakes=mistakes,
    )


# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "multiply_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Products of two Values and of a Value and a number, and what they hand back
x, y = Value(3.0), Value(-2.0)
calls_itself = {
    "RecursionError": "The method uses the operation that it defines, and so calls itself for ever. "
    "Compute with the numbers: self.data."
}
with expect.explaining(calls_itself, name="x * y"):
    x * y
check_value(x * y, "x * y", -6.0, (x, y), "x is 3 and y is −2.")
check_pullback(
    x * y,
    "x * y",
    5.0,
    (-10.0, 15.0),
    "x is 3, y is −2, and 5 arrives. The derivative of xy by x is y.",
    {
        "The factors are exchanged: the derivative of xy by x is y, and by y it is x.": [15.0, -10.0],
        "The upstream gradient is missing: multiply each local derivative by g.": [-2.0, 3.0],
        "The gradient was passed on unchanged, as in an addition. A product has other local derivatives.": [
            5.0,
            5.0,
        ],
        "Upstream and local derivative are added. They multiply.": [3.0, 8.0],
        "Each factor receives g times the whole product.": [-30.0, -30.0],
    },
)
expect.equal(
    [x.grad, y.grad],
    [0.0, 0.0],
    name="the list of x.grad and y.grad, when only the pull-back has been called,",
    hint="A pull-back returns what it hands on, and adds nothing to .grad itself. The loop of task 5 adds.",
    where="section 6, the methods __add__ and exp",
)
with expect.explaining(
    {
        "has no attribute 'data'": "`other` is a plain number here. The first line of __add__ makes a Value of it: "
        "other = as_value(other)."
    },
    name="x * 2",
    where="section 6, the method __add__",
):
    products = {"x * 2": Value(3.0) * 2, "2 * x": 2 * Value(3.0)}
for name, result in products.items():
    expect.close(result.data, 6.0, name=f"({name}).data", hint="x is 3.")
    expect.close(
        list(result.pullback(5.0))[:1],
        [10.0],
        name=f"the gradient of x in {name}",
        hint="The derivative of 2x is 2.",
    )
expect.passed("multiply")

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "multiply_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Random products, squares and products of three
### BEGIN HIDDEN TESTS
rng = expect.rng()
for _ in range(3):
    p, q, g = (round(float(number), 3) for number in rng.uniform(1.1, 4.0, 3) * rng.choice([-1.0, 1.0], 3))
    x, y = Value(p), Value(q)
    hint = f"x is {p} and y is {q}. The derivative of xy by x is y."
    check_value(x * y, "x * y", p * q, (x, y), hint)
    check_pullback(
        x * y,
        "x * y",
        g,
        (g * q, g * p),
        hint,
        {
            "The factors are exchanged: the derivative of xy by x is y, and by y it is x.": [g * p, g * q],
            "The upstream gradient is missing: multiply each local derivative by g.": [q, p],
        },
    )
    check_value(x * x, "x * x", p * p, (x, x), hint)
    check_pullback(
        x * x, "x * x", g, (g * p, g * p), "Both factors are x, and each edge has its own gradient.", {}
    )
    inner = x * y
    check_value(inner * x, "(x * y) * x", p * q * p, (inner, x), hint)
    check_pullback(inner * x, "(x * y) * x", g, (g * p, g * p * q), "The parents are x * y and x.", {})
    check_pullback(
        Value(p) * q,
        "x * number",
        g,
        (g * q, g * p),
        "A number becomes a Value and a parent, as in the addition.",
        {},
    )
    expect.close(
        (q * Value(p)).data,
        q * p,
        name="(number * x).data",
        hint="A plain number may also stand on the left.",
    )
    zero, other = Value(0.0), Value(q)
    with expect.explaining(
        {"ZeroDivisionError": "The other factor was won back by dividing the product."},
        name="the pull-back of 0 * y",
        hint="A factor may be 0. Take the other factor itself, do not divide the product.",
    ):
        handed = (zero * other).pullback(g)
    expect.close(list(handed), [g * q, 0.0], name="the pull-back of 0 * y", hint="A factor may be 0.")
    expect.equal(
        [zero.grad, other.grad],
        [0.0, 0.0],
        name="the .grad of both factors after the pull-back",
        hint="A pull-back returns what it hands on, and adds nothing to .grad itself.",
    )
### END HIDDEN TESTS

# %% [markdown]
# ### Task 3 · Powers and tanh (2 points)
#
# *Difficulty 2 of 3, about 8 minutes.*
#
# Write `power(self, exponent)`, which becomes `Value.__pow__`, and `tanh(self)`, which becomes `Value.tanh`.
#
# - `exponent` is a plain number, not a Value, and never 0. It may be negative or a fraction: `v ** -1` is $1/v$, and `v ** 0.5` is $\sqrt v$.
#   The number of the Value may be 0 or negative, as in `Value(-2.0) ** 3`.
# - Each result has one parent. `"power"` and `"tanh"` are good names for the operations.
# - The derivative of $\tanh u$ is $1 - \tanh^2 u$. `math.tanh` computes tanh for a plain number.
#
# ```python
# (Value(3.0) ** 2).pullback(1.0)     # (6.0,)
# Value(0.0).tanh().pullback(1.0)     # (1.0,)
# ```
#
# <details>
# <summary>Help: 'float' object is not iterable</summary>
#
# A pull-back returns a tuple, also for a single parent. `(3.0)` is a number in brackets, `(3.0,)` is a tuple.
#
# </details>
#
# <details>
# <summary>Help: which rule is it for v ** exponent?</summary>
#
# The power rule of lesson 04: $\frac{d}{dv} v^n = n\,v^{n-1}$. It also holds for negative numbers and fractions $n$.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "power_and_tanh", "locked": false, "schema_version": 3, "solution": true, "task": false}
def power(self, exponent):
    """self ** exponent, a new Value; exponent is a plain number other than 0."""
    ### BEGIN SOLUTION
    slope = exponent * self.data ** (exponent - 1)
    return Value(self.data**exponent, (self,), lambda g: (g * slope,), "power")
    ### END SOLUTION


def tanh(self):
    """tanh of self, a new Value."""
    ### BEGIN SOLUTION
    out = math.tanh(self.data)
    return Value(out, (self,), lambda g: (g * (1 - out**2),), "tanh")
    ### END SOLUTION


Value.__pow__ = power
Value.tanh = tanh

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "power_and_tanh_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# A square, a reciprocal and a tanh, and what they hand back
v = Value(3.0)
calls_itself = {
    "RecursionError": "The method uses the operation that it defines, and so calls itself for ever. "
    "Compute with the number: self.data.",
    "'float' object has no attribute 'data'": "The method calls itself, with a number. Use math.tanh for the number.",
    "must be real number": "math.tanh wants a plain number: self.data instead of self.",
}
with expect.explaining(calls_itself, name="v ** 2"):
    v**2
check_value(v**2, "v ** 2", 9.0, (v,), "v is 3.")
check_pullback(
    v**2,
    "v ** 2",
    5.0,
    (30.0,),
    "v is 3 and 5 arrives. The derivative of v² is 2v = 6.",
    {
        "The upstream gradient is missing: multiply the local derivative by g.": [6.0],
        "The exponent as a factor is missing: vⁿ has the derivative n vⁿ⁻¹.": [15.0],
        "The exponent of the derivative is one smaller: n vⁿ⁻¹.": [90.0],
        "This is the rule of an exponential function, nᵛ or vⁿ by n. Here v is the base: n vⁿ⁻¹.": [
            5.0 * 9.0 * math.log(3.0)
        ],
    },
)
v = Value(2.0)
check_value(
    v**-1,
    "v ** -1",
    0.5,
    (v,),
    "v is 2, and v ** -1 is 1/v.",
    {"This is v², whatever the exponent is.": 4.0},
)
check_pullback(
    v**-1,
    "v ** -1",
    8.0,
    (-2.0,),
    "v is 2 and 8 arrives. The power rule gives −1 · v⁻² = −1/4.",
    {"This is right for squares only. The exponent is not always 2: n vⁿ⁻¹.": [32.0]},
)
v = Value(0.5)
t = math.tanh(0.5)
with expect.explaining(calls_itself, name="v.tanh()"):
    v.tanh()
check_value(v.tanh(), "v.tanh()", t, (v,), "v is 0.5, and math.tanh(0.5) is 0.4621.")
check_pullback(
    v.tanh(),
    "v.tanh()",
    10.0,
    (10.0 * (1 - t * t),),
    "v is 0.5 and 10 arrives. The output is t = 0.4621, the derivative 1 − t² = 0.7864.",
    {
        "The upstream gradient is missing: multiply the local derivative by g.": [1 - t * t],
        "The derivative needs the output: 1 − tanh²(v), not 1 − v².": [10.0 * 0.75],
        "The square is missing: 1 − tanh²(v).": [10.0 * (1 - t)],
        "This is the rule of the sigmoid, out · (1 − out). The derivative of tanh is 1 − out².": [
            10.0 * t * (1 - t)
        ],
    },
)
expect.passed("power", "tanh")

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "power_and_tanh_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Random powers, negative and broken exponents, powers of 0 and of negative numbers, tanh of large and small numbers
### BEGIN HIDDEN TESTS
rng = expect.rng()
for exponent in (1, 3, -2, 0.5, round(float(rng.uniform(1.2, 2.8)), 2)):
    base, g = round(float(rng.uniform(1.2, 3.0)), 3), round(float(rng.uniform(1.5, 4.0)), 3)
    v = Value(base)
    check_value(v**exponent, f"v ** {exponent}", base**exponent, (v,), f"v is {base}.")
    check_pullback(
        v**exponent,
        f"v ** {exponent}",
        g,
        (g * exponent * base ** (exponent - 1),),
        f"v is {base} and {g} arrives. The power rule: n vⁿ⁻¹.",
        {"The upstream gradient is missing.": [exponent * base ** (exponent - 1)]},
    )
for base, exponent in ((0.0, 2), (0.0, 1), (-round(float(rng.uniform(1.2, 3.0)), 3), 3), (-2.0, -1)):
    v = Value(base)
    with expect.explaining(
        {
            "math domain error": "A logarithm was taken of a number that is not positive.",
            "ZeroDivisionError": "The power was divided by v, and v is 0.",
        },
        name=f"v ** {exponent} for v = {base}",
        hint="v may be 0 or negative. Python's own ** knows what to do: no logarithm, and no division by v.",
    ):
        result = v**exponent
        handed = result.pullback(3.0)
    check_value(result, f"v ** {exponent}", base**exponent, (v,), "v may be 0 or negative.")
    expect.close(
        list(handed),
        [3.0 * exponent * base ** (exponent - 1)],
        name=f"(v ** {exponent}).pullback(3.0) for v = {base}",
        hint="v may be 0 or negative. The power rule: n vⁿ⁻¹.",
    )
for number in (
    round(float(rng.uniform(-2.0, -0.3)), 3),
    round(float(rng.uniform(0.3, 2.0)), 3),
    0.0,
    30.0,
):
    g = round(float(rng.uniform(1.5, 4.0)), 3)
    v = Value(number)
    t = math.tanh(number)
    check_value(v.tanh(), "v.tanh()", t, (v,), f"v is {number}.")
    check_pullback(v.tanh(), "v.tanh()", g, (g * (1 - t * t),), f"v is {number} and {g} arrives.", {})
with expect.explaining(
    {"OverflowError": "exp of a large number is too large for a float."},
    name="v.tanh() for v = 1000",
    hint="v may be as large as 1000, where exp overflows. math.tanh knows how to avoid it.",
):
    large = Value(1000.0).tanh().data
expect.close(large, 1.0, name="v.tanh() for v = 1000", hint="tanh of a large number is 1.")
### END HIDDEN TESTS

# %% [markdown]
# ### Task 4 · A topological order, without recursion (2 points)
#
# *Difficulty 3 of 3, about 16 minutes.*
#
# Write `topological_order(result)`.
#
# - The result is a list of all Values that `result` was computed from, and `result` itself.
# - Each Value is in it once, after all of its parents. So `result` is the last one.
# - Two different Values with the same number are different nodes.
# - It works for a chain of 100,000 nodes, in seconds. So remember in a set which nodes you have seen: to look through a list of 100,000 takes too long.
# - Write no function that calls itself, and use no ready-made sorter.
#
# ```python
# x = Value(1.0)
# s = x + x
# topological_order(s)   # [x, s]
# ```
#
# <details>
# <summary>Help: how can I do without recursion what order_by_recursion does?</summary>
#
# Keep a list `waiting` of things to do, and take from its end with `pop()`, until it is empty.
# The recursive function does two things with a node: it *opens* the node (looks at the parents), and later it *closes* it (appends it to the order).
# So put pairs into the list: `(node, False)` for "still to open" and `(node, True)` for "close it now".
# When you open a node, put `(node, True)` back first, and then its parents on top of it.
#
# </details>
#
# <details>
# <summary>Help: there is another way</summary>
#
# Count for each node how many of its users have not been visited yet. Begin at the result. A node whose count has come down to zero is ready.
# This gives the order from the result to the leaves; at the end, turn it round. Both ways are good.
#
# </details>
#
# <details>
# <summary>Help: can I not just raise Python's recursion limit?</summary>
#
# The limit protects the memory in which Python itself runs. With 100,000 calls inside each other the whole process may die, without any message.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "topological_order", "locked": false, "schema_version": 3, "solution": true, "task": false}
def topological_order(result):
    """All Values behind result and result itself, each once, parents before children. No recursion."""
    ### BEGIN SOLUTION
    order, seen = [], set()
    waiting = [(result, False)]
    while waiting:
        node, parents_are_done = waiting.pop()
        if parents_are_done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            waiting.append((node, True))
            waiting.extend((parent, False) for parent in node.parents)
    return order
    ### END SOLUTION


# %% jupyter={"source_hidden": true} nbgrader={"grade": false, "grade_id": "order_helper", "locked": true, "schema_version": 3, "solution": false, "task": false}
# For the checks: an order of the Values in nodes, {name: (Value, names of its parents)}, the result last
def check_order(order, nodes, graph):
    expect.type(
        order,
        list,
        name=f"topological_order for {graph}",
        hint="Return a list of the nodes: [x, y, ..., result].",
    )
    names = [
        next((name for name, (node, _) in nodes.items() if node is found), "something else")
        for found in order
    ]
    strangers = [found for found, name in zip(order, names, strict=True) if name == "something else"]
    foreign = "Put the Values themselves into the list: node, not its number or a pair."
    if any(isinstance(one, Value) for one in strangers):
        foreign = (
            "There are Values of another graph in it. Make the list and the set inside of the function: as "
            "default arguments or global names they would still hold what earlier calls put there."
        )
    expect.true(
        not strangers,
        f"In the order for {graph} there is something that is no node of the graph.",
        hint=foreign,
        where="section 6, order_by_recursion",
    )
    twice = next((name for name in names if names.count(name) > 1), None)
    expect.true(
        twice is None,
        f"In the order for {graph}, the node {twice} stands {names.count(twice)} times.",
        hint="Several paths may lead to a node. Keep a set of the nodes that you have seen.",
        where="section 6, order_by_recursion",
    )
    alike = [
        name
        for name in sorted(nodes.keys() - set(names))
        if any(nodes[name][0].data == nodes[other][0].data for other in names if other in nodes)
    ]
    expect.true(
        not alike,
        f"In the order for {graph}, the node {''.join(alike[:1])} is missing, and another one with the same number is there.",
        hint="Two different Values with the same number are two nodes. Remember the nodes themselves, not their numbers.",
        where="section 6, order_by_recursion",
    )
    *before, last = nodes
    first_parents = [last]
    while nodes[first_parents[-1]][1]:
        first_parents.append(nodes[first_parents[-1]][1][0])
    expect.equal(
        sorted(names),
        sorted(nodes),
        name=f"the nodes in topological_order for {graph}",
        hint="Draw the graph on paper, one circle for each Value, and count the circles.",
        where="section 6, order_by_recursion",
        mistakes={
            "The result itself is missing. It is the last one in the order.": sorted(before),
            "Only the first parent of each node is followed. A node may have several.": sorted(first_parents),
            "The leaves are missing. A Value without parents is a node too.": sorted(
                name for name, (_, parents) in nodes.items() if parents
            ),
        },
    )
    for name, (_, parents) in nodes.items():
        for parent in parents:
            expect.true(
                names.index(parent) < names.index(name),
                f"In the order for {graph}, {name} stands before its parent {parent}.",
                hint="A node may be appended only when all of its parents are in the list. "
                "If everything is the wrong way round, turn the list round at the end.",
                where="section 6, order_by_recursion: first the parents, then the node itself",
            )


# %% autograder={"isolated": false} jupyter={"source_hidden": true} nbgrader={"grade": false, "grade_id": "chain_helper", "locked": true, "schema_version": 3, "solution": false, "task": false}
# For the checks: the order of a chain of additions
def order_of_chain(length):
    first = Value(1.0)
    last = first
    for _ in range(length):
        last = last + first
    order = topological_order(last)
    place = {node: i for i, node in enumerate(order)}
    return {
        "nodes": len(order),
        "different nodes": len(place),
        "the last one is the result": order[-1] is last,
        "parents come first": all(place[parent] < place[node] for node in order for parent in node.parents),
    }


# %% autograder={"forbids": ["graphlib", "networkx", "sys.setrecursionlimit"]} jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "topological_order_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# A leaf alone, a graph with shared nodes, and a chain of 100,000 nodes
x, y = Value(2.0), Value(3.0)
check_order(topological_order(x), {"x": (x, [])}, "a leaf x")
a = x + y
b = a.exp()
c = a + b
check_order(
    topological_order(c),
    {"x": (x, []), "y": (y, []), "a": (a, ["x", "y"]), "b": (b, ["a"]), "c": (c, ["a", "b"])},
    "a = x + y, b = a.exp(), c = a + b",
)
d = a + x
e = y + d
check_order(
    topological_order(e),
    {"x": (x, []), "y": (y, []), "a": (a, ["x", "y"]), "d": (d, ["a", "x"]), "e": (e, ["y", "d"])},
    "a = x + y, d = a + x, e = y + d",
)
twin, other = Value(2.0), Value(2.0)
both = twin + other
check_order(
    topological_order(both),
    {"twin": (twin, []), "other": (other, []), "both": (both, ["twin", "other"])},
    "both = twin + other, both with the number 2",
)
with expect.explaining(
    {
        "RecursionError": "Each call of a function waits for the one inside it, and Python allows about a thousand that "
        "wait. Keep a list of your own of what is still to do. The first Help fold of this task shows how."
    },
    name="topological_order for a chain of 100,000 additions",
    where="section 6, the end of the second way back",
):
    chain = order_of_chain(100_000)
expect.equal(
    chain,
    {
        "nodes": 100_001,
        "different nodes": 100_001,
        "the last one is the result": True,
        "parents come first": True,
    },
    name="the order of a chain of 100,000 additions",
    hint="It is a graph like the small ones before: each node once, and after its parents.",
    where="section 6, the second way back",
)
expect.passed("topological_order")

# %% autograder={"forbids": ["graphlib", "networkx", "sys.setrecursionlimit"]} jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "topological_order_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Random graphs, and a graph with more paths than anybody can walk
### BEGIN HIDDEN TESTS
rng = expect.rng()
for _ in range(3):
    leaves = [Value(-1.0 - float(rng.random())) for _ in range(3)]
    values = {f"v{i}": (leaf, []) for i, leaf in enumerate(leaves)}
    last = "v0"
    for i in range(3, 12):  # each new node uses the last one, so that the result reaches them
        other = str(rng.choice(list(values)))
        if i % 3 or values[last][0].data > 1:
            values[f"v{i}"] = (values[last][0] + values[other][0], [last, other])
        else:
            values[f"v{i}"] = (values[last][0].exp(), [last])
        last = f"v{i}"
    reached, waiting = set(), [last]
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting += [parent for parent in values[name][1] if parent not in reached]
    check_order(
        topological_order(values[last][0]),
        {name: found for name, found in values.items() if name in reached},
        "a random graph",
    )
number = round(float(rng.uniform(0.5, 2.0)), 3)
twin, other, third = Value(number), Value(number), Value(number)
pair = twin + other
total = pair + third
check_order(
    topological_order(total),
    {"twin": (twin, []), "other": (other, []), "third": (third, []), "pair": (pair, ["twin", "other"])}
    | {"total": (total, ["pair", "third"])},
    "total = (twin + other) + third, all three with the same number",
)
x = Value(1.0)
doubled, doublings = x, {"x": (x, [])}
for i in range(40):
    parent = list(doublings)[-1]
    doubled = doubled + doubled
    doublings[f"d{i}"] = (doubled, [parent])
order = topological_order(doubled)
check_order(order, doublings, "y = y + y, 40 times")
expect.true(
    order[-1] is doubled,
    "The result is the last one in the order.",
    hint="The result comes after all its parents, so it is the last one.",
)
### END HIDDEN TESTS

# %% [markdown]
# ### Task 5 · The walk back (2 points)
#
# *Difficulty 2 of 3, about 16 minutes.*
#
# Write `backward(result)`, which becomes `Value.backward`. It walks over the graph behind `result` and fills in `.grad`.
#
# - Afterwards, `.grad` of each Value behind `result` is the derivative of `result` by this Value. That of `result` itself is 1.
# - What stood in these `.grad` before plays no role: the walk begins with a **reset**. So a second call gives the same numbers.
# - It works for a chain of 100,000 nodes.
# - Use `topological_order`. If your task 4 does not work yet, use `order_by_recursion` of section 6 for the time being: the visible check needs no long chain.
#
# ```python
# x = Value(1.0)
# s = x + x
# s.backward()
# x.grad   # 2.0
# ```
#
# <details>
# <summary>Help: where do I begin?</summary>
#
# Look at `walk_back` of section 2. Here `gradient[name]` is `node.grad`, and the pull-back does upstream × local for you:
# `node.pullback(node.grad)` gives one number for each of `node.parents`.
#
# </details>
#
# <details>
# <summary>Help: the second call gives other numbers than the first</summary>
#
# Not only the leaves have to be reset. A node on the way that still holds its old gradient hands it on again.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "backward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def backward(result):
    """Fill in .grad of every Value behind result: the derivative of result by that Value. No recursion."""
    ### BEGIN SOLUTION
    order = topological_order(result)
    for node in order:  # reset
        node.grad = 0.0
    result.grad = 1.0
    for node in reversed(order):
        for parent, handed in zip(node.parents, node.pullback(node.grad), strict=True):  # upstream × local
            parent.grad += handed  # accumulate
    ### END SOLUTION


Value.backward = backward

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "backward_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Branches, a second call, and another graph with the same leaf
x, y = Value(1.0), Value(-0.5)
a = x + y
b = a.exp()
f = a + b + x
e = math.exp(0.5)
with expect.explaining(
    {
        "and 'tuple'": "A pull-back returns one number for each parent, in a tuple. Go through the parents and the numbers "
        "together: for parent, handed in zip(node.parents, node.pullback(node.grad)).",
        "'NoneType' and": "A gradient is None, and nothing can be added to None. Reset to 0.0.",
        "not reversible": "`result` is one node. The walk goes over all nodes: reversed(topological_order(result)).",
        "not iterable": "`result` is one node. The walk goes over all nodes: topological_order(result).",
    },
    name="f.backward()",
    where="section 2, walk_back",
):
    f.backward()
expect.close(
    [x.grad, y.grad, a.grad, b.grad, f.grad],
    [2.0 + e, 1.0 + e, 1.0 + e, 1.0, 1.0],
    name="the list of the gradients of x, y, a, b, f for a = x + y, b = a.exp(), f = a + b + x",
    hint="Walk over this graph on paper, with a = 0.5 and b = 1.6487. Which nodes have two edges that leave them?",
    where="section 2, walk_back",
    mistakes={
        "Nothing has arrived. Does the walk begin with 1 at the result, and does it go from the result to the leaves?": (
            [0.0, 0.0, 0.0, 0.0, 1.0]
        ),
        "Not even the result has a gradient. After the reset, begin with 1 there: result.grad = 1.0.": [0.0]
        * 5,
        "A branch has replaced another one. Branches add: += instead of =.": [e, e, e, 1.0, 1.0],
        "The walk goes from the leaves to the result, so nothing has arrived when a node hands on. Reverse the order.": (
            [1.0, 0.0, 0.0, 0.0, 1.0]
        ),
        "The upstream gradient is missing: hand what has arrived, node.grad, to the pull-back.": [
            2.0,
            1.0,
            1.0 + e,
            1.0,
            1.0,
        ],
        "Gradients are handed on before everything has arrived, and parts of them twice. Walk in reversed topological "
        "order, and visit each node once.": [3.0 + e, 2.0 + e, 1.0 + e, 1.0, 1.0],
        "Gradients are handed on before everything has arrived, and a node hands on several times. Walk in reversed "
        "topological order, and visit each node once.": [3.0 + 2 * e, 2.0 + 2 * e, 1.0 + e, 1.0, 1.0],
        "Everything is there but the gradient of the result itself. It is 1.": [
            2.0 + e,
            1.0 + e,
            1.0 + e,
            1.0,
            0.0,
        ],
    },
)
first = [x.grad, y.grad, a.grad, b.grad, f.grad]
f.backward()
expect.close(
    [x.grad, y.grad, a.grad, b.grad, f.grad],
    first,
    name="the list of the gradients after a second call",
    hint="Reset the .grad of every node behind the result, not only of some, before the walk.",
    where="section 2, the step reset",
)
t = x + x
t.backward()
expect.close(
    x.grad,
    2.0,
    name="x.grad for t = x + x, after the walk over f",
    hint="The walk over t begins with a reset of x and t. Both edges lead to x: 1 + 1.",
    where="section 2, the steps accumulate and reset",
    mistakes={"Both edges lead to x, and one has replaced the other. Branches add: += instead of =.": 1.0},
)
leaf = Value(7.0)
leaf.backward()
expect.close(leaf.grad, 1.0, name="the gradient of a leaf by itself")
expect.passed("backward")


# %% autograder={"isolated": false} jupyter={"source_hidden": true} nbgrader={"grade": false, "grade_id": "backward_helper", "locked": true, "schema_version": 3, "solution": false, "task": false}
# For the check: the gradients over a chain of additions, at some of which the first node is added once more
def gradients_of_chain(length, again):
    first = Value(1.0)
    last = first
    for i in range(length):
        last = last + (first if i in again else 0.5)
    last.backward()
    return {"first": first.grad, "last": last.grad}


# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "backward_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Random graphs, and a chain of 100,000 nodes
### BEGIN HIDDEN TESTS
rng = expect.rng()
for _ in range(3):
    numbers = [round(float(number), 3) for number in rng.uniform(-1.0, 0.0, 3)]
    nodes = [Value(number) for number in numbers]
    edges = [[] for _ in nodes]  # of each node: its parents with the local derivatives
    for i in range(3, 13):
        if numbers[-1] > 0.5 or i % 4:
            other = int(rng.integers(len(nodes)))
            nodes.append(nodes[-1] + nodes[other])
            numbers.append(numbers[-1] + numbers[other])
            edges.append([(i - 1, 1.0), (other, 1.0)])
        else:
            nodes.append(nodes[-1].exp())
            numbers.append(math.exp(numbers[-1]))
            edges.append([(i - 1, numbers[-1])])
    want = [0.0] * (len(nodes) - 1) + [1.0]
    for i in reversed(range(len(nodes))):
        for parent, derivative in edges[i]:
            want[parent] += want[i] * derivative
    for _ in range(2):
        nodes[-1].backward()
        used = [i for i, gradient in enumerate(want) if gradient]
        expect.close(
            [nodes[i].grad for i in used],
            [want[i] for i in used],
            name="the gradients in a random graph",
            hint="Run the visible check above first. Each node hands on once, when everything has arrived.",
        )
again = sorted(int(place) for place in rng.choice(100_000, 7, replace=False))
with expect.explaining(
    {"recursion": "The order is found by recursion, and Python's stack ends after about 1,000 calls."},
    name="backward() over a chain of 100,000 additions",
    hint="A graph may be longer than Python's recursion is deep: use topological_order.",
):
    gradients = gradients_of_chain(100_000, again)
expect.close(
    gradients,
    {"first": 8.0, "last": 1.0},
    name="the gradients over a chain of 100,000 additions, 7 of them of the first node",
    hint="Eight branches lead to the first node.",
)
### END HIDDEN TESTS

# %% [markdown]
# ### Task 6 · In your own words (2 points, graded by a person)
#
# *Difficulty 2 of 3, about 8 minutes.*
#
# Two people ask for your advice.
#
# - Ada has a model of an aeroplane. 3 inputs (angle, speed, height) give 20,000 outputs, the pressure at 20,000 points of the wing.
#   She wants all derivatives of all outputs by all inputs.
# - Ben trains a network with 20,000 weights. Its output is one loss. He wants the derivative of the loss by each weight.
#
# Explain in five to eight sentences: which mode is right for whom, forward or reverse? How many runs or walks does each of them need, and how many would the other mode need?
# What does reverse mode pay for its speed? Why would you advise neither to use finite differences?

# %% [markdown] nbgrader={"grade": true, "grade_id": "forward_or_reverse", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# A forward-mode run gives the derivatives of all outputs by one input; a walk back gives the derivatives of one output by all inputs.
# Ada has 3 inputs and 20,000 outputs: forward mode needs 3 runs, reverse mode would need 20,000 walks.
# Ben has 20,000 inputs and one output: reverse mode needs one walk, forward mode would need 20,000 runs.
# Each run or walk costs a small multiple of the function itself, whatever the number of inputs.
# Reverse mode pays with memory: it has to keep the values of the forward pass until the way back needs them; forward mode can forget them at once.
# Finite differences would need 4 runs for Ada and 20,001 for Ben, and they are only approximations: a large step leaves a truncation error, a small one loses digits to rounding.
#
# === BEGIN MARK SCHEME ===
#
# 2 points in all. Half points are allowed.
#
# - 1 point: Ada forward with 3 runs (reverse: 20,000 walks), Ben reverse with one walk (forward: 20,000 runs), with the reason: one run for each input, one walk for each output. Half of it if the modes are right and numbers or reason are missing, or for one person only.
# - 0.5 points: the price of reverse mode is memory: values of the forward pass are kept until the way back. "It is slower for many outputs" alone is not the price that is asked for.
# - 0.5 points: finite differences are inexact (truncation or rounding, the choice of h), with or without their number of runs (one for each input and one more).
#
# No points for: "reverse mode is always better", "forward mode computes the values and reverse mode the gradients".
#
# === END MARK SCHEME ===

# %% [markdown]
# ## Your engine at work
#
# These cells need tasks 2 to 5. First the example of this lesson, on your own engine.

# %%
with expect.gaps("Your engine is not complete yet. Come back after task 5."):
    x, y = Value(2.0), Value(-4.0)
    f = (x + y) ** 2 + 2 * x * y
    f.backward()
    print("f:", f, " x:", x, " y:", y)
    show_graph(f)

# %% [markdown]
# Five operations are enough. Differences and quotients are made of them, and so are their gradients:

# %%
Value.__neg__ = lambda self: self * -1
Value.__sub__ = lambda self, other: self + other * -1
Value.__truediv__ = lambda self, other: self * other**-1

with expect.gaps("Your engine is not complete yet. Come back after task 5."):
    x, w1, w0 = Value(1.0), Value(0.417), Value(0.72)
    s = Value(1.0) / ((-(x * w1 + w0)).exp() + 1)  # σ, in single steps
    loss = (s - x) ** 2
    loss.backward()
    print(f"your engine:  loss = {loss.data:.4f}  w1: {w1.grad:.4f}  w0: {w0.grad:.4f}")

    x = torch.tensor(1.0)
    w1 = torch.tensor(0.417, requires_grad=True)
    w0 = torch.tensor(0.72, requires_grad=True)
    loss = (torch.sigmoid(x * w1 + w0) - x) ** 2
    loss.backward()
    print(f"autograd:     loss = {loss.item():.4f}  w1: {w1.grad.item():.4f}  w0: {w0.grad.item():.4f}")

# %% [markdown]
# And is it cheap? A `Value` takes any kind of number, also the `Counted` ones of section 4.

# %%
with expect.gaps("Your engine is not complete yet. Come back after task 5."):
    for n in (10, 100, 1000):
        leaves = [Value(Counted(1.01)) for _ in range(n)]
        forward = count(product, leaves)
        result = product(leaves)
        print(f"n = {n:4}  f: {forward:4} operations  backward: {count(result.backward):5}")

# %% [markdown]
# Four operations on the way back for each one on the way forward: two multiplications, and two additions that accumulate.
# This does not depend on the number of inputs. Your engine is a real one.
#
# ## Before you go
#
# Answer these without looking. Each answer is one or two sentences.
#
# 1. What are the nodes and the edges of a computational graph, and what is a leaf?
# 2. What makes an order of the nodes topological? Why does the way back use it reversed?
# 3. Two branches arrive at a node with 3 and −5. What is its gradient, and why?
# 4. What are the five steps of a backward pass?
# 5. Which values does an addition keep for the way back, which does a multiplication, which does exp?
# 6. A function has 1,000 inputs and one output. What does each of the three ways to its gradient cost?
# 7. And what if it has one input and 1,000 outputs?
# 8. Why can a static graph not contain Python's `if`? What do you get in return?
# 9. Why does an engine not use recursion?
#
# ## Further reading
#
# - The engine of this course: `torchlet/engine.py` is your loop with arrays, `torchlet/derivatives.py` the table of its rules.
# - A. Karpathy, [micrograd](https://github.com/karpathy/micrograd): an engine for single numbers on one screen. Find the two things that yours does differently: recursion, and the reset.
# - C. Olah, [Calculus on Computational Graphs: Backpropagation](https://colah.github.io/posts/2015-08-Backprop/), 2015: why multiplying along paths and adding over paths can be done quickly.
# - A. G. Baydin and others, [Automatic differentiation in machine learning: a survey](https://arxiv.org/abs/1502.05767), 2018: forward mode, reverse mode, and what they are not.
# - Stanford, [CS231n: Backpropagation, intuitions](https://cs231n.github.io/optimization-2/): many small graphs to walk by hand.
#
# **Next:** lesson 06 hands the walk over to the framework, for whole arrays of numbers: `requires_grad`, `backward`, `grad` and `grad_fn`.
