# %% [markdown]
# In lessons 06 and 07 a tensor asked for gradients, and from then on everything computed from it carried its own history.
# That is one of the two great interfaces to automatic differentiation.
# This lesson is about the other one.
#
# Think of a video recorder.
# You press *record*, something happens, you press *stop*, and you play the recording backwards.
# Nothing that happened before or after is on it, and nothing that the camera did not look at.
# TensorFlow works this way: its recorder is called `GradientTape`.
#
# You will use a tape, find out when it answers `None`, and write one yourself, in some thirty lines.
# The question of this lesson: **who decides what is remembered, who keeps it, and for how long?**
#
# **How to work.** Run the cells from top to bottom with Shift + Enter.
# Where a prediction is asked for, choose *before* you run the next cell.
# A wrong prediction costs no points, and you will remember it longer than a right one.
# The cell that asks is folded, because its code contains the answer: run it without opening it.

# %%
import torchlet as torch  # "import torch" works as well and prints the same
from torchlet import GradientTape, Variable, tensor  # PyTorch has no tape, so this one is torchlet's

from labkit import expect, predict, show_tape

# %% [markdown]
# ### Two questions from earlier lessons
#
# Answer from memory, without scrolling back.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "Lesson 07: x is a leaf at 3. You compute `x * x` and call `backward()`, and then you do both again, "
    "without a reset. What is `x.grad`?",
    {
        "6": "This would be so if the second pass replaced the gradient of the first. `backward()` adds to `.grad`.",
        "12": "Each pass adds 6 to `.grad`. Watch out for this when you meet the tape: does it add as well?",
        "an error: the graph is spent": "The second pass walks a new graph, since x * x was computed again. "
        "The error comes only when one and the same graph is walked twice.",
        "36": "Gradients of two passes are added, never multiplied.",
    },
    answer="12",
)

# %%
x = torch.tensor(3.0, requires_grad=True)
for _ in range(2):
    (x * x).backward()
print(x.grad)

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "Lesson 06: y has two numbers and requires gradients. What does `y.backward()` do?",
    {
        "It adds both numbers up, and differentiates the sum": "You can decide this yourself, with `y.sum()`. "
        "`backward()` does not decide it for you.",
        "It differentiates the mean of both": "Nobody asked for a mean.",
        "It raises a RuntimeError": "`backward()` wants one number, or a `gradient=` that weights several. "
        "Keep this in mind: the tape will behave differently.",
        "It gives each of them a gradient of its own": "There is only one place, `x.grad`, and it has the shape of x.",
    },
    answer="It raises a RuntimeError",
)

# %%
x = torch.tensor(3.0, requires_grad=True)
y = torch.tensor([2.0, 3.0]) * x**2
try:
    y.backward()
except RuntimeError as error:
    print("RuntimeError:", error)

# %% [markdown]
# ## 1. What does a tape do?
#
# Three lines: a variable, a recording, a question to the recording.

# %%
x = Variable(-2.0)
with GradientTape() as tape:  # press record
    y = x**2
slope = tape.gradient(y, x)  # stopped; now play back, from y to x
print("y:    ", y.item())
print("slope:", slope)

# %% [markdown]
# The derivative of $x^2$ is $2x$, and at $-2$ this is $-4$.
#
# Three things are new.
#
# - A **Variable** is a tensor that tapes watch by themselves. To *watch* a tensor means: to write down what is computed with it.
# - The `with` block is the **recording**. The tape is open inside it and closed after it.
# - `tape.gradient(target, source)` plays the recording back. The **target** is what you differentiate, the **source** is the variable that you differentiate by.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "The tape has answered −4. What is `x.grad` now?",
    {
        "tensor(-4.)": "This is what `backward()` would have left there. A tape writes nothing into the tensors.",
        "tensor(0.)": "Zero would be a statement about a derivative. Nothing was ever put there.",
        "an error: a Variable has no grad": "A Variable is a tensor and has all that a tensor has. "
        "This place is simply empty.",
        "None": "A tape hands its answer to the one who asked, and writes nothing into the tensors. "
        "So there is nothing to reset.",
    },
    answer="None",
)

# %%
print("x.grad:", x.grad)

for attempt in (1, 2):
    with GradientTape() as tape:
        y = x**2
    print("attempt", attempt, " answer:", tape.gradient(y, x))

# %% [markdown]
# Both attempts give −4. Nothing piles up from one tape to the next: each recording starts empty.
# In lesson 07, forgetting the reset doubled the gradient. Here this mistake cannot be made.
#
# The five steps of a backward pass are the same as ever. Only their places are different.
#
# | Step | With `backward()` | With a tape |
# |:--|:--|:--|
# | **forward** | compute; each result keeps what made it | compute; the tape writes each operation down |
# | **local derivative** | each operation knows its own derivative | the same |
# | **upstream × local** | along the edges of the graph | row by row, from the last row to the first |
# | **accumulate** | branches add up, and the sum is *added* to `.grad` | branches add up, and the sum is *returned* |
# | **reset** | your task, before the next pass | a new tape is empty |
#
# Check it once: the central difference of lesson 04 needs no framework.

# %%
h = 1e-4
print("tape:              ", slope.item())
print("central difference:", round(((-2 + h) ** 2 - (-2 - h) ** 2) / (2 * h), 4))

# %% [markdown]
# ### A whole layer
#
# Variables may have any shape, and you may ask for several sources at once.
# Here is a small layer: a row $x$ with three numbers, a matrix $w$ with three rows and two columns, and a row $b$ of ones.
#
# $$y = x\,w + b \qquad \text{loss} = \text{mean}(y^2) \qquad\text{with}\qquad x = \begin{pmatrix} -2 & 1 & 3 \end{pmatrix}$$

# %%
x = tensor([[-2.0, 1.0, 3.0]])  # data: an ordinary tensor
w = Variable([[0.5, 1.0], [1.0, 0.0], [0.25, 1.0]])
b = Variable([1.0, 1.0])

with GradientTape() as tape:
    y = x @ w + b
    loss = (y**2).mean()
print("y:   ", y.tolist())
print("loss:", round(loss.item(), 4))

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "The loss is the mean of the two squares y₀² and y₁². What is ∂loss/∂b?",
    {
        "2y": "This is the derivative of the sum of the squares. The mean divides it by the number of results, and "
        "there are two.",
        "the same numbers as y": "The square gives 2y, the mean of two numbers divides by 2, and b is simply added. "
        "So y remains.",
        "ones, like b": "This is ∂y/∂b, the local derivative of the addition. The upstream gradient is multiplied in.",
        "y / 2": "The mean divides by 2, but the square brings a factor of 2 along.",
    },
    answer="the same numbers as y",
)

# %%
gradients = tape.gradient(loss, {"w": w, "b": b})
print("w:", gradients["w"], sep="\n")
print("b:", gradients["b"])

# %% [markdown]
# Each answer has the shape of its source: 3×2 for $w$, two numbers for $b$.
# The answers come in the form in which you gave the sources: one tensor, a list, or, as here, a dictionary.
#
# For $w$, look at the first column: it is $x^\top$ times the first number of $y$, which is $1.75$.
# The number $w_{i0}$ is multiplied by $x_i$, so its gradient is $x_i$ times what arrives at $y_0$.
# That is $y_0$ itself: the square gives $2y_0$, and the mean halves it.

# %% [markdown]
# ## 2. What stands on the tape?
#
# Take the function of lesson 05, now with a Variable $b$: $f = (x + b)^2 + 2xb$ at $x = -2$, $b = 1.5$.

# %%
x = Variable(-2.0)
b = Variable(1.5)
with GradientTape() as tape:
    f = (x + b) ** 2 + 2 * x * b
print(tape.gradient(f, [x, b]))

# %% [markdown]
# Where do 2 and −5 come from?
# Now you are the tape.
# A tape is a list of rows, one for each operation.
# A row says which result was made, from which inputs, and, for each input, the local derivative.
#
# **forward**: compute line by line, and write a row each time.
# The **local derivatives** are numbers, because the values are known at this moment.

# %%
x_value, b_value = -2.0, 1.5
rows = []

a_value = x_value + b_value
rows.append(("a", [("x", 1.0), ("b", 1.0)]))  # a = x + b

s_value = a_value**2
rows.append(("s", [("a", 2 * a_value)]))  # s = a²

p_value = 2 * x_value * b_value
rows.append(("p", [("x", 2 * b_value), ("b", 2 * x_value)]))  # p = 2xb

f_value = s_value + p_value
rows.append(("f", [("s", 1.0), ("p", 1.0)]))  # f = s + p

for row in rows:
    print(row)
print("f =", f_value)

# %% [markdown]
# Now play it back, from the last row to the first.
# At each row, its own gradient is complete: whatever uses a result stands in a later row, and those have been played already.
# Send **upstream × local** to each input, and **accumulate**: a second contribution is added to the first.
# Each line below belongs to one pair in the rows above: an input and its local derivative.

# %%
gradient = {"f": 1.0}  # the way back begins at f

# row f: its inputs are s and p
gradient["s"] = gradient["f"] * 1.0
gradient["p"] = gradient["f"] * 1.0

# row p: its inputs are x and b
gradient["x"] = gradient["p"] * 2 * b_value
gradient["b"] = gradient["p"] * 2 * x_value

# row s: its input is a
gradient["a"] = gradient["s"] * 2 * a_value

# row a: its inputs are x and b, and both have a gradient already: accumulate
gradient["x"] += gradient["a"] * 1.0
gradient["b"] += gradient["a"] * 1.0

print("x:", gradient["x"], "  b:", gradient["b"])

# %% [markdown]
# The same 2 and −5. And **reset**? The next recording begins with a new list and a new dictionary.
#
# ### The tape player
#
# The next picture runs a real `GradientTape` over the same function.
# Start at the left end of the slider, and go on with *Next* or with the arrow keys.
# First the rows appear, one for each operation. Then the tape is closed, and a head runs back over the rows and fills in the gradients.
# Values have one colour, gradients the other. The names t1, t2, … stand for results without a name of their own.
# There is one row more than in yours: for the tape, $2xb$ is two multiplications.

# %%
show_tape("a = x + b; f = a ** 2 + 2 * x * b")

# %% [markdown]
# Go through it once more, slowly, and answer:
#
# 1. At which step does $x$ receive its first contribution, and at which its second?
# 2. Why is the gradient of row `a` not known before row `a ** 2` has been played?
# 3. Which numbers of the forward pass are needed on the way back?
#
# **Now your own function.** Change the text between the quotes and run the cell again.
# Use `x` and `b`, several assignments with semicolons between them, and methods such as `x.exp()` or `b.sigmoid()`.

# %%
show_tape("u = x * b; v = u - b; g = u * v")

# %% [markdown]
# ### The same kind of problem, with gaps
#
# Now you fill a tape and play it back: $h = (x\,b - b)^2$ with two numbers $x$ and $b$.
# The rows are $m = x\,b$, then $d = m - b$, then $h = d^2$.
# The forward step and the first row of the way back are given.
# Write the rest with plain Python numbers. This takes about five minutes, gives no points, and the cell below checks it at once.


# %% nbgrader={"grade": false, "grade_id": "faded_example", "locked": false, "schema_version": 3, "solution": true, "task": false}
def play_back_by_hand(x, b):
    # forward
    m = x * b
    d = m - b
    # (then h = d², the target)
    # row h: upstream 1.0 × local 2d
    to_d = 1.0 * 2 * d
    # row d: what goes to m, and what goes to b?
    ### BEGIN SOLUTION
    to_m = to_d * 1.0
    to_b = to_d * -1.0
    ### END SOLUTION
    # row m: what goes to x, and what is added for b? Return the gradients of x and of b, in this order.
    ### BEGIN SOLUTION
    to_x = to_m * b
    to_b += to_m * x
    return to_x, to_b
    ### END SOLUTION


# %% jupyter={"source_hidden": true}
# Check: run this when you have filled the gaps
asked_x, asked_b = Variable(4.0), Variable(2.0)
with GradientTape() as tape:
    m = asked_x * asked_b
    h = (m - asked_b) ** 2
answers = [answer.item() for answer in tape.gradient(h, [asked_x, asked_b])]  # what the tape says

with expect.gaps():
    mine = play_back_by_hand(4.0, 2.0)
    expect.true(
        isinstance(mine, (tuple, list)) and len(mine) == 2,
        "play_back_by_hand should return two numbers, and "
        + ("None came back." if mine is None else "something else came back."),
        hint="End the function with `return`, the gradient of x, a comma, the gradient of b.",
    )
    expect.close(
        mine[0],
        answers[0],
        name="the gradient of x at x = 4, b = 2",
        hint="Only row m has x as an input. Its local derivative for x is b.",
        where="the worked example above, row p",
        mistakes={
            "This is the local derivative alone. Multiply it by what arrived at m.": 2.0,
            "The local derivative of m = xb for x is b, not x.": 48.0,
        },
    )
    expect.close(
        mine[1],
        answers[1],
        name="the gradient of b at x = 4, b = 2",
        hint="The rows d and m both have b as an input: two contributions, −12 and 48.",
        where="the worked example above, row a",
        mistakes={
            "The contribution of row d was replaced by that of row m. Accumulate: add them.": 48.0,
            "Only row d arrived. Row m has b as an input, too.": -12.0,
            "In d = m − b the local derivative for b is −1.": 60.0,
            "In row m, the local derivative for b is x.": 12.0,
        },
    )
    expect.right("Right, you and the tape agree:", answers)

# %% [markdown]
# ## 3. What does a tape watch?
#
# A tape writes down an operation only if it *knows* at least one input.
# It knows what it watches, and it knows the results that stand on its rows.
# Everything else is, for the tape, a number without a history.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "The same f at the same numbers, but now b is an ordinary tensor: `b = tensor(1.5)`. "
    "What does `tape.gradient(f, [x, b])` answer?",
    {
        "2 and −5": "The derivative by b still exists in mathematics. But the tape did not watch b, "
        "so it has no record of what became of it.",
        "2 and 0": "Zero would say that f does not change with b. But it does. `None` says something else: "
        "this tape does not know.",
        "an error, since b is no Variable": "Asking is allowed. The tape answers, as well as it can.",
        "2 and None": "A tape does not remember constants. For b it has nothing to say, and it says so.",
    },
    answer="2 and None",
)

# %%
x = Variable(-2.0)
b = tensor(1.5)
with GradientTape() as tape:
    f = (x + b) ** 2 + 2 * x * b
print(tape.gradient(f, [x, b]))

# %% [markdown]
# It is tempting to believe that a tape records *everything* while it is open.
# It does not. All that is left of `b` is its value, 1.5, inside the local derivatives for other inputs.
# In the next picture, one operation is computed between constants alone. Find out what becomes of it.

# %%
show_tape("c = b * 2; f = x * x * c")

# %% [markdown]
# The dashed row was computed while the tape was open, and it is not on the tape.
# There is no way back through it, and `b` gets `None`.
#
# There are two repairs: make `b` a Variable, or tell the tape to watch the tensor that it does not watch by itself.

# %%
with GradientTape() as tape:
    tape.watch(b)  # from now on, until the tape is closed
    f = (x + b) ** 2 + 2 * x * b
print(tape.gradient(f, [x, b]))

# %% [markdown]
# The order matters: what was computed before `watch` is not on the tape.

# %%
with GradientTape() as tape:
    f = (x + b) ** 2 + 2 * x * b
    tape.watch(b)  # too late
print(tape.gradient(f, [x, b]))

# %% [markdown]
# ### Variables that stay out
#
# A Variable may be *untrainable*. Then tapes do not watch it by themselves.
# This is the tape's way of freezing a layer (lesson 07).

# %%
b = Variable(1.5, trainable=False)
with GradientTape() as tape:
    f = (x + b) ** 2 + 2 * x * b
print(tape.gradient(f, [x, b]))

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "Now `b = Variable(1.5) + 1`, computed before the tape is opened. So b is 2.5, and x is Variable(-2.0) as before. "
    "What are the answers for x and b?",
    {
        "6 and −3": "These are the derivatives at b = 2.5. But who is b? The addition has returned an ordinary "
        "tensor, and tapes do not watch those by themselves.",
        "6 and None": "The result of an operation on a Variable is an ordinary tensor. It is no longer a Variable.",
        "2 and −5": "These belong to b = 1.5. The value of b is 2.5, and both derivatives change with it.",
        "None and None": "The Variable x is still watched, and f was computed from it while the tape was open.",
    },
    answer="6 and None",
)

# %%
b = Variable(1.5) + 1
print(type(b).__name__, b)
with GradientTape() as tape:
    f = (x + b) ** 2 + 2 * x * b
print(tape.gradient(f, [x, b]))

# %% [markdown]
# The same mistake hides in a famous loop. It is meant to add 1 to a Variable after each step.

# %%
x = Variable(2.0)
for step in range(2):
    with GradientTape() as tape:
        y = x**2
    print("step", step, type(x).__name__, tape.gradient(y, x))
    x = x + 1  # the name x now belongs to an ordinary tensor

# %% [markdown]
# From the second step on, the tape has nothing to say.
# The repair: change the Variable *in place*. It has three methods for this: `assign`, `assign_add` and `assign_sub`.

# %%
x = Variable(2.0)
for step in range(2):
    with GradientTape() as tape:
        y = x**2
    print("step", step, type(x).__name__, tape.gradient(y, x))
    x.assign_add(1.0)

# %% [markdown]
# `assign_sub` is the step of gradient descent.
# Here is a whole training loop: there is nothing to clear, and no `no_grad` is needed, because the step is outside the recording.

# %%
weight = Variable(5.0)
for _ in range(25):
    with GradientTape() as tape:
        loss = (weight - 3) ** 2
    weight.assign_sub(0.2 * tape.gradient(loss, weight))
print("weight:", round(weight.item(), 4))

# %% [markdown]
# ### You decide
#
# A model may have a thousand Variables, and you want the gradient for one of them.
# With `watch_accessed_variables=False` the tape watches nothing by itself.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "x = Variable(-2.0) and b = Variable(1.5). The tape is opened with `watch_accessed_variables=False`, and "
    "`tape.watch(x)` is the first line in it. What are the answers for x and b?",
    {
        "2 and None": "x is watched because you said so. b is a Variable, but this tape does not care about that.",
        "2 and −5": "This is what a tape that watches Variables by itself would say.",
        "None and None": "Nothing is watched by itself, but you have called `watch` for x.",
        "None and −5": "It is the other way round: x is watched, b is not.",
    },
    answer="2 and None",
)

# %%
x = Variable(-2.0)
b = Variable(1.5)
with GradientTape(watch_accessed_variables=False) as tape:
    tape.watch(x)
    f = (x + b) ** 2 + 2 * x * b
print(tape.gradient(f, [x, b]))

# %% [markdown]
# ### Why is it `None`? Seven reasons
#
# When a tape answers `None`, go through this list.
# Two things in the next cell are new: `persistent=True` lets you ask one tape several times (section 5),
# and `tape.stop_recording()` is a pause, for as long as its block is open.

# %%
x = Variable(-2.0)
constant = tensor(1.5)
frozen = Variable(1.5, trainable=False)
result = Variable(1.5) + 1
unused = Variable(1.5)
whole = Variable(3)  # int64: a whole number cannot change a little

before = x**2
with GradientTape(persistent=True) as tape:
    y = x * constant * frozen * result * whole
    with tape.stop_recording():
        apart = x**2
    copied = tensor(x.item()) ** 2
after = y * x

print("1. never watched:                       ", tape.gradient(y, constant))
print("2. a Variable that is not trainable:    ", tape.gradient(y, frozen))
print("3. no Variable any more, but a result:  ", tape.gradient(y, result))
print("4. the target does not depend on it:    ", tape.gradient(y, unused))
print("5. not computed while it was recording: ", [tape.gradient(one, x) for one in (before, apart, after)])
print("6. a value that left the library:       ", tape.gradient(copied, x))
print("7. whole numbers:                       ", tape.gradient(y, whole))
print("   ... and for comparison, x itself:    ", tape.gradient(y, x))

# %% [markdown]
# The sixth reason has a dangerous relative, which does not even answer `None`.
# In the next cell, one of the two factors leaves the library through `item()`. The answer is a number, and it is wrong.

# %%
with GradientTape() as tape:
    y = x * x.item()  # the tape sees x times the number −2
print("answer:", tape.gradient(y, x), "  and x² has the slope", 2 * x.item())

# %% [markdown]
# `None` and zero are different statements.
# Where a program cannot use a `None`, ask for zeros instead, and know what you give up.

# %%
with GradientTape() as tape:
    y = x**2
print(tape.gradient(y, [x, unused], unconnected_gradients="zero"))

# %% [markdown]
# ## 4. May a result on the way be asked?
#
# In lesson 06, the gradient of a result on the way passed through and was not kept, unless you had called `retain_grad()` before.
# A tape has a row for each result that it knows.
# So can you ask for its gradient? Let $y = 2x$ and $f = y^2$ at $x = -2$.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "y is no Variable, and nobody called `watch(y)`. What does `tape.gradient(f, y)` answer?",
    {
        "None": "A constant gets `None`. But y is no constant: it was computed from x while the tape was open, "
        "and has a row of its own.",
        "−16": "This is the derivative by x: the way goes on through y = 2x, and the gradient is multiplied by 2 there.",
        "an error: y would have to be a Variable": "Any tensor can be a source. The question is only whether the tape knows it.",
        "−8": "The row of y = 2x is on the tape, so the tape knows y. The derivative of y² is 2y, and y is −4.",
    },
    answer="−8",
)

# %%
x = Variable(-2.0)
with GradientTape(persistent=True) as tape:
    y = 2 * x
    f = y**2
print("df/dy:", tape.gradient(f, y))
print("df/dx:", tape.gradient(f, x))
print("dy/dx:", tape.gradient(y, x))

# %% [markdown]
# The result $y$ can be a source, and it can be a target, too.
# The chain rule stands in these three lines: $-8 \cdot 2 = -16$.
#
# A result depends on what stands before it on the tape, and never on what comes after it.
# Asked the other way round, the tape has no answer:

# %%
print("dx/dy:", tape.gradient(x, y))
print("dy/df:", tape.gradient(y, f))

# %% [markdown]
# ## 5. How often may I ask?
#
# In the last section the tape was opened with `persistent=True`, and it answered five questions.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "A tape without `persistent=True` has answered `tape.gradient(y, x)`. You ask the same again. What happens?",
    {
        "It gives the same answer": "A persistent tape does. The plain one gives up its rows as it plays them, "
        "so that their memory is free as early as possible.",
        "It raises a RuntimeError": "A tape is spent after one answer, unless you say `persistent=True`.",
        "It gives twice the answer": "Gradients pile up in `.grad`. A tape does not write into any `.grad`.",
        "It answers None": "`None` would say that y does not depend on x. The tape says something else: "
        "that it cannot answer any more.",
    },
    answer="It raises a RuntimeError",
)

# %%
x = Variable(3.0)
with GradientTape() as tape:
    y = x * x
print("first: ", tape.gradient(y, x))
try:
    print("second:", tape.gradient(y, x))
except RuntimeError as error:
    print("RuntimeError:", error)

# %% [markdown]
# There are two repairs.
# If you know all the sources beforehand, ask for them at once, in a list: one walk back answers them all.
# If the questions differ in their targets, use a persistent tape.

# %%
x, b = Variable(3.0), Variable(2.0)

with GradientTape() as tape:
    y = x * b
print("one question, two sources:", tape.gradient(y, [x, b]))

with GradientTape(persistent=True) as tape:
    y = x * b
    z = y + x**2
print("two targets:", tape.gradient(y, x), tape.gradient(z, x))
print("again:      ", tape.gradient(z, x))
del tape  # done: now its memory can be used for something else

# %% [markdown]
# The last line is a habit worth having.
# A persistent tape keeps its rows, and the values that they need, as long as the tape itself exists.
#
# ### Who owns the memory?
#
# Here is the smallest recorder that works with operators. Read it: it is the idea of the lesson in fifteen lines.
# A `Number` knows its value and a tape, and reports to the tape whatever is computed with it.


# %%
class Number:
    """A number that reports what is computed with it to a tape."""

    def __init__(self, value, tape):
        self.value, self.tape = value, tape

    def _result(self, value, inputs):
        result = Number(value, self.tape)
        self.tape.record(result, inputs)  # a row: the result, and for each input its local derivative
        return result

    def __add__(self, other):
        return self._result(self.value + other.value, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        return self._result(self.value * other.value, [(self, other.value), (other, self.value)])


class ListTape:
    """A tape that only records."""

    def __init__(self):
        self.rows = []

    def record(self, result, inputs):
        self.rows.append((result, inputs))


# %% [markdown]
# In the next cell a thousand results are computed, and only the last one keeps its name.
# With the graph of lesson 06, each result holds its own history, and a result that nobody needs any more is gone, history and all.
# How is it with this tape?

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "`for _ in range(1000): unused = n * n` runs under a `ListTape`. Nothing is done with the results. "
    "How many rows does the tape hold at the end?",
    {
        "0: nobody uses the results": "The tape cannot know this. You might ask for any of them later.",
        "1: the name is overwritten each time": "So it is with a graph that hangs on tensors: an overwritten result "
        "is gone, with its history. But here the tape holds the rows.",
        "1000": "The tape owns its rows. They live as long as the tape, whatever happens to the results.",
        "2000, one for each use of n": "A row is written for each operation. It has two inputs here, but it is one row.",
    },
    answer="1000",
)

# %%
list_tape = ListTape()
n = Number(3.0, list_tape)
for _ in range(1000):
    unused = n * n
print("rows:", len(list_tape.rows))
print("last row:", list_tape.rows[-1][0].value, [local for _, local in list_tape.rows[-1][1]])

# %% [markdown]
# This is the real difference between the two interfaces.
# The numbers are the same. The owner of the memory is another:
#
# | | Graph on tensors (lessons 06 and 07) | Tape |
# |:--|:--|:--|
# | who asks for recording | a tensor, by `requires_grad=True`, until further notice | the `with` block, for as long as it is open |
# | who owns the rows | each result owns its own history | the tape |
# | when they are freed | when the last result that needs them is gone, or after `backward()` | when the tape is gone, or after `gradient()` |
# | where the answer is | in `.grad` of the leaves, *added* to what was there | returned |
# | gradient of a result on the way | only with `retain_grad()` | like any other |
# | not connected | `.grad` stays `None` | `None` is returned |
# | several numbers as target | an error: say how to weight them | added up |
#
# The last line is the subject of the next section.

# %% [markdown]
# ## 6. What if there are several numbers?
#
# Let $y = (2, 3) \cdot x^2$: one number goes in, two come out.
# In the second question at the start of this lesson, `backward()` refused to differentiate this.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "y = tensor([2., 3.]) * x² at x = 3, recorded on a tape. What does `tape.gradient(y, x)` answer?",
    {
        "30": "The tape adds the results up before it differentiates: 2·2·3 + 3·2·3 = 12 + 18.",
        "[12, 18]": "These are the derivatives of both results. But an answer has the shape of its source, "
        "and x is one number: they are added up.",
        "15": "This is the mean of 12 and 18. The tape takes the sum.",
        "a RuntimeError": "This is what `backward()` does. The tape takes the sum without asking, which is convenient, "
        "and easy to overlook.",
    },
    answer="30",
)

# %%
x = Variable(3.0)
with GradientTape() as tape:
    y = tensor([2.0, 3.0]) * x**2
print(tape.gradient(y, x))

# %% [markdown]
# An answer has the shape of its source.
# With a vector as the source, the answer is a vector. Here it is for the sum of $(2, 3) \cdot x^2$ at $x = (1, 2)$:

# %%
x = Variable([1.0, 2.0])
with GradientTape() as tape:
    y = (tensor([2.0, 3.0]) * x**2).sum()
print(tape.gradient(y, x))

# %% [markdown]
# Check by hand: $2 \cdot 2x_0 = 4$ and $3 \cdot 2x_1 = 12$.
#
# The sum is the choice that weights every result with 1.
# For other weights there is `output_gradients`. It is what `gradient=` was in lesson 06: the upstream gradient at the target.
# And `tape.jacobian` gives all the derivatives, unsummed, with a walk back for each result.

# %%
x = Variable(3.0)
with GradientTape(persistent=True) as tape:
    y = tensor([2.0, 3.0]) * x**2
print("weights 1 and 0:  ", tape.gradient(y, x, output_gradients=tensor([1.0, 0.0])))
print("weights 1 and 10: ", tape.gradient(y, x, output_gradients=tensor([1.0, 10.0])))
print("Jacobian:         ", tape.jacobian(y, x))
del tape

# %% [markdown]
# ## 7. Can a tape record a tape?
#
# A ball is thrown upwards. Its height after $t$ seconds is $s(t) = 5 + 20t - 4.9t^2$.
# The first derivative is its velocity, the second its acceleration.
#
# Playing a tape back is a computation, too. It multiplies and adds.
# So a second tape, around the first, can record it.

# %%
t = Variable(1.0)
with GradientTape() as outer:
    with GradientTape() as inner:
        s = 5 + 20 * t - 4.9 * t**2
    velocity = inner.gradient(s, t)  # still inside the outer tape: recorded
acceleration = outer.gradient(velocity, t)
print(f"height {s.item():.1f}  velocity {velocity.item():.1f}  acceleration {acceleration.item():.1f}")

# %% [markdown]
# This is called **nesting**. The inner tape is played back while the outer one is open.
# One line decides everything: where `inner.gradient` stands.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "Someone moves the line `velocity = inner.gradient(s, t)` to the left, out of both `with` blocks. "
    "What does `outer.gradient(velocity, t)` answer?",
    {
        "−9.8, as before": "The number of the velocity is the same, but where it came from is not recorded anywhere.",
        "0, because the velocity is a fixed number": "Zero would be a claim about the derivative. The tape has no "
        "record at all, and says so.",
        "a RuntimeError: the tape is closed": "You always ask a tape after it was closed. That is not the problem.",
        "None": "The playback ran when no tape was open. For the outer tape, the velocity came from nowhere.",
    },
    answer="None",
)

# %%
with GradientTape() as outer:
    with GradientTape() as inner:
        s = 5 + 20 * t - 4.9 * t**2
velocity = inner.gradient(s, t)
print(f"velocity {velocity.item():.1f}  acceleration", outer.gradient(velocity, t))

# %% [markdown]
# The repair is the indentation of the cell before: the playback of the inner tape belongs inside the outer `with` block.
#
# Three tapes give a third derivative, and so on. Here are $x^4$ and its derivatives $4x^3$, $12x^2$ and $24x$ at $x = 1$.

# %%
x = Variable(1.0)
with GradientTape() as third:
    with GradientTape() as second:
        with GradientTape() as first:
            y = x**4
        d1 = first.gradient(y, x)
    d2 = second.gradient(d1, x)
d3 = third.gradient(d2, x)
print(y.item(), d1.item(), d2.item(), d3.item())

# %% [markdown]
# Two details that you will need in the homework.
#
# An ordinary tensor must be watched by *each* tape that is asked about it.
# And the derivative of a straight line is a constant, so no row leads from it back to the variable:

# %%
t = tensor(1.0)
with GradientTape(persistent=True) as outer:
    outer.watch(t)
    with GradientTape() as inner:
        inner.watch(t)
        s = 3 * t
    slope = inner.gradient(s, t)
print("slope:", slope.item())
print("second derivative:", outer.gradient(slope, t))
print("second derivative:", outer.gradient(slope, t, unconnected_gradients="zero"), "with zeros for None")
del outer

# %% [markdown]
# ## 8. In PyTorch
#
# PyTorch has no tape object. Its graph hangs on the tensors, as in lessons 06 and 07, and TensorFlow has the `GradientTape`.
# The nearest relative of `tape.gradient` in PyTorch is `torch.autograd.grad`: it returns its answer and leaves `.grad` alone.
# Here are both libraries beside the tape.

# %%
import torchlet


def f_of(x, b):
    return (x + b) ** 2 + 2 * x * b


x, b = Variable(-2.0), Variable(1.5)
with GradientTape() as tape:
    f = f_of(x, b)
print("tape    ", [answer.item() for answer in tape.gradient(f, [x, b])])

libraries = [torchlet]
try:
    import torch as pytorch  # the first import takes some seconds

    libraries.append(pytorch)
except ModuleNotFoundError:
    print("PyTorch is not installed here. The rows for it are left out.")

for library in libraries:
    x = library.tensor(-2.0, requires_grad=True)
    b = library.tensor(1.5, requires_grad=True)
    unused = library.tensor(1.0, requires_grad=True)
    answers = library.autograd.grad(f_of(x, b), [x, b, unused], allow_unused=True)
    print(f"{library.__name__:8}", [None if a is None else a.item() for a in answers], "  x.grad:", x.grad)

# %% [markdown]
# With `allow_unused=True` it even answers `None`, as a tape does. Without it, an unused source is an error.
# A second derivative needs no second recorder there: `create_graph=True` records the walk back on the same graph.

# %%
for library in libraries:
    t = library.tensor(1.0, requires_grad=True)
    s = 5 + 20 * t - 4.9 * t**2
    (velocity,) = library.autograd.grad(s, t, create_graph=True)
    (acceleration,) = library.autograd.grad(velocity, t)
    print(f"{library.__name__:8} velocity {velocity.item():.1f}  acceleration {acceleration.item():.1f}")

# %% [markdown]
# | | PyTorch | TensorFlow | torchlet |
# |:--|:--|:--|:--|
# | recording | while a tensor asks | while a tape is open | both |
# | the call | `loss.backward()`, `torch.autograd.grad(y, xs)` | `tape.gradient(y, xs)` | all three |
# | made for training | `nn.Parameter` | `tf.Variable` | `nn.Parameter` and `Variable` |
# | in place | `w -= ...` under `no_grad` | `w.assign_sub(...)` | both |
# | a third way | `torch.func.grad(f)`: a function in, its derivative out | | |
#
# Where torchlet's tape differs from TensorFlow's, said plainly: TensorFlow's tape really holds its rows.
# torchlet has one engine for both interfaces, and its rows always hang on the results.
# Its tape remembers only from where to where it was recording, and plays back this stretch alone.
# The answers, the `None`s and the errors are the same; the memory is freed when the last result is gone.
# The tape that you write in the homework holds its rows itself, as TensorFlow's does.

# %% [markdown]
# ## Homework
#
# Five tasks, 10 points, about 50 minutes.
# Below each answer is its check, folded to one line.
# Run it as often as you like: it says that all is well, or what went wrong and where to look.
# The folded line after it is the title of a test that runs with other numbers when your homework is graded.
# Change only the cells that say `YOUR CODE HERE` or `YOUR ANSWER HERE`. You may add cells of your own.

# %% [markdown]
# ### Task 1 · Your own tape (3 points)
#
# *Difficulty 3 of 3, about 20 minutes.*
#
# Write the class `MiniTape`, a tape for single numbers. It needs neither tensors nor a library.
# It does not compute the values: it is told about each operation, in the form of the rows of section 2.
#
# ```python
# with MiniTape() as tape:
#     tape.watch("x")
#     tape.record("a", [("x", 1.0), ("b", 1.0)])   # a = x + b
#     tape.record("s", [("a", -1.0)])              # s = a², at a = −0.5
# tape.gradient("s", "x")                          # -1.0
# ```
#
# The parts that deal with `with` are given: Python calls `__enter__` at the beginning of the block and `__exit__` at its end.
# Write the other three methods.
#
# - `watch(name)`: from now on the tape knows `name`.
# - `record(result, inputs)`: if the tape is open and knows at least one of the inputs, it keeps the row, and knows `result` from now on.
#   Otherwise it does nothing. `inputs` is a list of pairs: the name of an input, and the local derivative for it.
#   The same input may stand in it twice, as in x·x. Every result has a name of its own.
# - `gradient(target, sources)`: plays the rows back. `sources` is one name, and the answer is one number or `None`;
#   or it is a list of names, and the answer is a list.
#   A source gets `None` if the tape does not know it, or if `target` does not depend on it.
#   A gradient that arrives and happens to be zero is `0.0`, not `None`. The derivative of a known name by itself is 1.
#   The second call raises a `RuntimeError`, unless the tape was made with `persistent=True`. Then every call gives the right answer.
#
# <details>
# <summary>Help: I do not know how to begin with gradient</summary>
#
# Read "Now play it back" in section 2 again: a dictionary from names to gradients, which begins as `{target: 1.0}`.
# Then the rows, from the last to the first.
# Has anything arrived at the result of a row? If not, the row has nothing to send.
#
# </details>
#
# <details>
# <summary>Help: my gradients are too small, or one contribution is lost</summary>
#
# Is a second contribution added to the first, or does it replace it?
# `gradients.get(name, 0.0)` gives what has arrived so far, or 0.0.
#
# </details>
#
# <details>
# <summary>Help: a source that should get None gets a number</summary>
#
# There are two cases. The tape does not know the name: then it has no answer, even if the name stands in a row.
# Or it knows the name, and nothing has arrived there.
#
# </details>
#
# <details>
# <summary>Help: my persistent tape gives another answer the second time</summary>
#
# A call must leave the rows as they are, and begin with a dictionary of its own. Does your loop take rows off the list?
# Do you keep gradients in `self`?
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "mini_tape", "locked": false, "schema_version": 3, "solution": true, "task": false}
class MiniTape:
    """A gradient tape for single numbers, which are known to it by their names."""

    def __init__(self, persistent=False):
        self.persistent = persistent
        self.open = False  # is it recording?
        self.known = set()  # the names that it watches, and those of the results on its rows
        self.rows = []  # (result, [(input, local derivative), ...]), in the order of recording
        self.spent = False  # has it answered?

    def __enter__(self):
        self.open = True
        return self

    def __exit__(self, *error):
        self.open = False

    def watch(self, name):
        """From now on the tape knows `name`."""
        ### BEGIN SOLUTION
        self.known.add(name)
        ### END SOLUTION

    def record(self, result, inputs):
        """Keep the row, if the tape is open and knows one of the inputs."""
        ### BEGIN SOLUTION
        if self.open and any(name in self.known for name, _ in inputs):
            self.known.add(result)
            self.rows.append((result, inputs))
        ### END SOLUTION

    def gradient(self, target, sources):
        """The derivative of target by a source (a number or None), or by each of a list of sources."""
        ### BEGIN SOLUTION
        if self.spent:
            raise RuntimeError(
                "this tape has answered already; MiniTape(persistent=True) answers more than once"
            )
        self.spent = not self.persistent
        gradients = {target: 1.0}
        for result, inputs in reversed(self.rows):
            if result in gradients:
                for name, local in inputs:
                    gradients[name] = gradients.get(name, 0.0) + gradients[result] * local
        if isinstance(sources, list):
            return [gradients.get(name) if name in self.known else None for name in sources]
        return gradients.get(sources) if sources in self.known else None
        ### END SOLUTION


# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "mini_tape_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The rows of section 2, a shared input, a constant, and a second question
rows_of_section_2 = [
    ("a", [("x", 1.0), ("b", 1.0)]),
    ("s", [("a", -1.0)]),
    ("p", [("x", 3.0), ("b", -4.0)]),
    ("f", [("s", 1.0), ("p", 1.0)]),
]
nothing_arrived = (
    "Nothing arrived, or nothing was returned. Are the rows kept in `record`, and is the tape told of the names in "
    "`watch`? Are the rows played from the last to the first? Does `gradient` end with a `return`?"
)


def recorded(rows, watched, persistent=False):
    with MiniTape(persistent=persistent) as tape:
        for name in watched:
            tape.watch(name)
        for result, inputs in rows:
            tape.record(result, inputs)
    return tape


with expect.explaining(
    {
        "'MiniTape' object has no attribute": "The class lacks this. Is the method written inside of the class, indented like "
        "`__init__`? And is it `self.known`, `self.rows`, `self.open`, `self.spent`?",
        "'set' object has no attribute": "self.known is a set: self.known.add(name).",
        "'str' object has no attribute 'add'": "self.known was replaced by a name. Add the name to it: self.known.add(name).",
        "KeyError": "The first contribution to a name finds nothing in the dictionary yet. "
        "gradients.get(name, 0.0) gives what has arrived so far, or 0.0.",
    },
    name="A tape with the rows u = 3x and v = −2u",
    where="the Help folds of this task",
):
    answer = recorded([("u", [("x", 3.0)]), ("v", [("u", -2.0)])], ["x"]).gradient("v", "x")
expect.close(
    answer,
    -6.0,
    name='tape.gradient("v", "x") for the rows u = 3x and v = −2u',
    hint="Upstream × local derivative: −2 arrives at u, and u sends −2 · 3 to x.",
    where="section 2, where you played the rows back",
    mistakes={
        nothing_arrived: None,
        "One name was asked for, so the answer is one number and no list.": [-6.0],
        "This is the local derivative of the last step alone. Multiply it by the upstream gradient.": 3.0,
        "This is the upstream gradient alone. Multiply it by the local derivative.": 1.0,
        "Upstream and local derivative are added here. Multiply them.": 2.0,
        "Zero arrived. The way back begins with the gradient 1.0 at the target.": 0.0,
    },
)
answers = recorded(rows_of_section_2, ["x", "b"]).gradient("f", ["x", "b"])
expect.type(
    answers, list, name='tape.gradient("f", ["x", "b"])', hint="For a list of sources the answer is a list."
)
expect.true(len(answers) == 2, 'tape.gradient("f", ["x", "b"]) should have two entries, one for each source.')
expect.close(
    answers[0],
    2.0,
    name="the gradient of x in section 2",
    hint="Row p sends 3 to x, row a sends −1.",
    where="section 2, where you played the rows back",
    mistakes={
        nothing_arrived: None,
        "Accumulate: the contribution of row a has replaced the one of row p. Both count, so add them.": -1.0,
        "Accumulate: the contribution of row a did not arrive. Both count, so add them.": 3.0,
        "Some rows stand on the tape twice. Keep a row once, however many of its inputs the tape knows.": 8.0,
    },
)
expect.close(
    answers[1],
    -5.0,
    name="the gradient of b in section 2",
    hint="Row p sends −4 to b, row a sends −1.",
    where="section 2, where you played the rows back",
)
expect.close(
    recorded([("y", [("x", 3.0), ("x", 3.0)])], ["x"]).gradient("y", "x"),
    6.0,
    name="the gradient of y = x · x at x = 3",
    hint="One row has the input x twice. Both contributions count.",
    mistakes={"Only one of the two contributions of the row arrived.": 3.0},
)

constant = recorded(rows_of_section_2, ["x"]).gradient("f", ["x", "b"])
expect.close(
    constant[0],
    2.0,
    name="the gradient of x, when only x is watched",
    hint="The rows a and p have an unknown input, b, and a known one, x.",
    where="the description of record in this task",
    mistakes={
        "Rows are missing. `record` keeps a row if the tape knows at least one of its inputs, not all.": None
    },
)
expect.true(
    constant[1] is None,
    f"The gradient of b should be None when only x is watched, not {constant[1]}.",
    hint="The tape does not know b: nobody watched it, and it is no result. Answer None for a name it does not know.",
    where="section 3, and the third Help fold of this task",
)

once = recorded(rows_of_section_2, ["x", "b"])
once.gradient("f", "x")
expect.raises(
    RuntimeError,
    lambda: once.gradient("f", "x"),
    name="the second call of gradient on a tape that is not persistent",
    hint="Remember in the first call that the tape is spent, and look at it at the beginning of each call.",
    where="section 5",
)
often = recorded(rows_of_section_2, ["x", "b"], persistent=True)
for call in ("first", "second", "third"):
    expect.close(
        often.gradient("f", "x"),
        2.0,
        name=f"the {call} answer of a persistent tape",
        hint="Each call begins with a dictionary of its own, and leaves the rows on the tape.",
        where="the last Help fold of this task",
        mistakes={"The rows are gone: the first call has taken them off the tape.": None},
    )
expect.passed("MiniTape")

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "mini_tape_numbers", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The gradients of long random programs, on plain and persistent tapes
### BEGIN HIDDEN TESTS
rng = expect.rng()
for persistent in (False, True):
    names = ["u", "v", "w"]
    rows = []
    for i in range(12):  # each row uses the newest name, and one or two others; two rows use it twice
        chosen = [names[-1], *rng.choice(names, int(rng.integers(1, 3))).tolist()]
        chosen += [names[-1]] if i in (4, 9) else []
        rows.append(
            (f"r{i}", [(name, float(rng.uniform(0.5, 1.5) * rng.choice([-1, 1]))) for name in chosen])
        )
        names.append(f"r{i}")
    if persistent:
        rows.append(("last", [("r11", 1.5), ("v", 0.5), ("u", 0.25), ("w", 2.0)]))
    target = rows[-1][0]
    tape = recorded(rows, ["u", "v", "w"], persistent)
    sources = ["w", "u", "v", "r5", "r3"]
    expected = []
    for source in sources:  # forwards: how fast does each name change with the source?
        speed = {source: 1.0}
        for result, inputs in rows:
            if result != source and any(name in speed for name, _ in inputs):
                speed[result] = sum(speed.get(name, 0.0) * local for name, local in inputs)
        expected.append(speed.get(target))
    answers = tape.gradient(target, sources)
    expect.type(
        answers,
        list,
        name="the answer for a list of sources",
        hint="For a list of sources the answer is a list.",
    )
    for source, answer, wanted in zip(sources, answers, expected, strict=True):
        if wanted is None:
            expect.true(
                answer is None,
                f"{source} should get None: no row leads from {target} to it.",
                hint="A source gets None if no row leads from the target to it, also if the tape knows the name.",
            )
            continue
        expect.close(
            answer,
            wanted,
            name=f"the gradient of {source} in a random program",
            hint="Run the visible check above first. Every contribution is upstream × local derivative, and all of "
            "them are added.",
        )
    if persistent:
        expect.close(
            tape.gradient(target, "u"),
            expected[1],
            name="one source, after a list of sources",
            hint="Each call begins with a dictionary of its own, and leaves the rows on the tape.",
        )
        inner = tape.gradient("r4", ["r4", "r11"])
        expect.close(
            inner[0],
            1.0,
            name="the derivative of a result by itself",
            hint="The derivative of a known name by itself is 1.",
        )
        expect.true(
            inner[1] is None,
            "A result does not depend on one that is computed later: None.",
            hint="The target may be any result on the tape. What was computed after it has no influence on it.",
        )
### END HIDDEN TESTS

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "mini_tape_rules", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# What is recorded and what is not: open and closed, known and unknown, None and zero
### BEGIN HIDDEN TESTS
rng = expect.rng()
p, q, r = (float(number) for number in rng.uniform(1.5, 3.0, 3))

with MiniTape() as tape:
    tape.record("early", [("x", p)])
    tape.watch("x")
    tape.record("y", [("x", q), ("c", r)])
    tape.record("c2", [("c", p)])
    tape.record("z", [("y", p), ("c2", r), ("early", p)])
tape.record("late", [("z", p)])
answers = tape.gradient("z", ["x", "c", "c2", "early", "y", "late"])
expect.close(answers[0], p * q, name="the gradient of x", hint="Only the row of y leads from z to x.")
for name, answer, reason in [
    ("c", answers[1], "nobody watches it, although it stands in a row"),
    ("c2", answers[2], "it was computed from an unknown name alone, so it is unknown, too"),
    ("early", answers[3], "it was recorded before x was watched"),
    ("late", answers[5], "it was recorded when the tape was closed"),
]:
    expect.true(
        answer is None,
        f"The gradient of {name} should be None: {reason}.",
        hint=f"A tape answers None for a name in one of these cases: {reason}.",
        where="section 3",
    )
expect.close(
    answers[4],
    p,
    name="the gradient of the result y",
    hint="A source may be a result on the way, too.",
    where="section 4",
)
expect.raises(
    RuntimeError,
    lambda: tape.gradient("z", "x"),
    name="the second call of gradient on MiniTape()",
    hint="Without persistent=True a tape answers once.",
)


def built(persistent=True):
    with MiniTape(persistent=persistent) as tape:
        tape.watch("x")
        tape.watch("alone")
        tape.record("y", [("x", p)])
        tape.record("flat", [("x", 0.0)])
    return tape


tape = built()
tape.record("late", [("y", q)])
for target, source, reason in [
    ("late", "x", "the row was recorded when the tape was closed"),
    ("late", "late", "the tape does not know this name"),
    ("y", "alone", "y does not depend on it"),
    ("x", "y", "the derivative exists only the other way round"),
    ("nobody", "nobody", "the tape does not know this name"),
    ("nobody", "x", "the tape has no row for the target"),
]:
    answer = tape.gradient(target, source)
    expect.true(
        answer is None,
        f'gradient("{target}", "{source}") should be None, not {answer}: {reason}.',
        hint=f"A tape answers None here: {reason}.",
    )
expect.close(
    tape.gradient("x", "x"),
    1.0,
    name="the derivative of a watched name by itself",
    hint="The derivative of a known name by itself is 1.",
)
expect.close(
    tape.gradient("flat", "x"),
    0.0,
    name="a gradient that is zero",
    hint="Zero is an answer: a row leads to x. None is for what nothing leads to.",
    mistakes={"Zero has become None. `if gradient:` is false for 0.0; ask `is None` or `in` instead.": None},
)
expect.equal(
    tape.gradient("y", []),
    [],
    name="the answer for an empty list of sources",
    hint="For a list of sources the answer is a list, also an empty one.",
)

for first in ("x", ["x"], "alone"):
    tape = built(persistent=False)
    tape.gradient("y", first)
    expect.raises(
        RuntimeError,
        lambda tape=tape: tape.gradient("y", "x"),
        name="the second call of gradient on a tape that is not persistent",
        hint="Any first call spends the tape, also one for a list, and one that answers None.",
    )
expect.close(
    built(persistent=False).gradient("y", "x"),
    p,
    name="a new tape, after another one was spent",
    hint="Each tape has rows and names of its own: keep them in self.",
)
before_opening = MiniTape()
before_opening.watch("long name")
with before_opening:
    before_opening.record("y", [("long name", p)])
expect.close(
    before_opening.gradient("y", "long name"),
    p,
    name="the gradient of a name of several letters, watched before the tape was opened",
    hint="watch works at any time, and a name may have several letters: self.known.add(name) adds it as a whole.",
)
never_opened = MiniTape()
never_opened.watch("x")
never_opened.record("y", [("x", p)])
expect.true(
    never_opened.gradient("y", "x") is None,
    "A tape that was never opened has recorded nothing: None.",
    hint="A tape that is not open records nothing.",
    where="section 1",
)


def fails():
    with MiniTape() as tape:
        tape.watch("x")
        raise ZeroDivisionError("an error of the recorded program")


expect.raises(
    ZeroDivisionError, fails, name="an error inside the with block", hint="Leave __exit__ as it was given."
)
with MiniTape() as one, MiniTape() as other:
    one.watch("x")
    one.record("y", [("x", p)])
    other.record("y", [("x", q)])
hint = "Each tape has rows and names of its own: keep them in self."
expect.close(one.gradient("y", "x"), p, name="the first of two tapes", hint=hint)
expect.true(
    other.gradient("y", "x") is None, "The second of two tapes was not told to watch x: None.", hint=hint
)
### END HIDDEN TESTS

# %% [markdown]
# **Your tape at work.** This gives no points, but it shows what you have built.
# `Number` of section 5 reports its operations to whatever tape it is given, so let it be yours.
# The names are the `Number` objects themselves.

# %%
with expect.gaps("This runs when you have written MiniTape."):
    with MiniTape() as tape:
        x, b, two = Number(-2.0, tape), Number(1.5, tape), Number(2.0, tape)
        tape.watch(x)
        tape.watch(b)
        f = (x + b) * (x + b) + two * x * b
    print("f =", f.value, "  gradients:", tape.gradient(f, [x, b, two]))

# %% [markdown]
# ### Task 2 · Gradients without a trace (2 points)
#
# *Difficulty 2 of 3, about 7 minutes.*
#
# Write `tape_gradient(fn, xs)` with a `GradientTape`.
#
# - `xs` is a list of ordinary floating-point tensors. They are no Variables.
# - `fn` takes as many tensors as `xs` has: for two of them it is called as `fn(first, second)`. It returns a tensor of any shape.
# - The result is a list with one entry for each of `xs`: the gradient, or `None` where the result of `fn` does not depend on it.
#   Several results are added up, as a tape does by itself.
# - The caller's tensors stay as they were: they do not require gradients afterwards, and have no `.grad`.
# - `backward()` and `autograd.grad` are not allowed here: the tape does the work.
#
# ```python
# def product(x, b):
#     return x * b
#
# tape_gradient(product, [tensor(-2.0), tensor(1.5)])  # [tensor(1.5000), tensor(-2.)]
# ```
#
# A call with a star hands over the entries of a list one by one: `fn(*xs)`.
#
# <details>
# <summary>Help: all my answers are None</summary>
#
# Ordinary tensors are constants for a tape, unless you say otherwise. Section 3 has the line that you need, and says where it must stand.
#
# </details>
#
# <details>
# <summary>Help: the second answer is a RuntimeError</summary>
#
# The tape is spent after one question. Ask for all sources in one call: `gradient` takes a list.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "tape_gradient", "locked": false, "schema_version": 3, "solution": true, "task": false}
def tape_gradient(fn, xs):
    """The gradient of fn(*xs) by each of the tensors xs: a list of tensors, with None where there is no dependence."""
    ### BEGIN SOLUTION
    with GradientTape() as tape:
        tape.watch(xs)
        result = fn(*xs)
    return tape.gradient(result, xs)
    ### END SOLUTION


# %% autograder={"forbids": ["torch.autograd.grad", "torch.autograd.backward", "torch.autograd.functional", "torch.func", "torch.Tensor.backward"]} jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "tape_gradient_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The example of the task, the f of this lesson, an unused source, and several results
import torchlet


def check_gradients(text, fn, numbers, wanted, mistakes=None, rtol=None):
    """Compares tape_gradient(fn, xs) with `wanted`; None in it stands for no dependence. `text` is fn in words."""
    xs = [torchlet.tensor(each) for each in numbers]
    given = list(xs)
    with expect.explaining(
        {
            "watch() takes": "tape.watch takes one tensor, or a list of them: tape.watch(xs).",
            "missing 1 required positional argument": "fn takes the tensors one by one. The star hands them over: fn(*xs).",
            "non-persistent": "The tape is spent after one question. Ask for all sources in one call, with the list.",
            "'NoneType' object has no attribute": "An answer may be None. Return what the tape answers, as it is.",
        },
        name=f"tape_gradient for {text}",
        where="section 5, how often may I ask",
    ):
        answers = tape_gradient(fn, xs)
    expect.type(
        answers,
        list,
        name=f"tape_gradient for {text}",
        hint="Return what tape.gradient(result, xs) gives, with the target first: a list of tensors.",
        where="section 3, tape.watch",
    )
    expect.true(len(answers) == len(wanted), f"tape_gradient for {text} should have {len(wanted)} entries.")
    for i, (answer, number) in enumerate(zip(answers, wanted, strict=True)):
        if number is None:
            expect.true(
                answer is None,
                f"The function {text} does not depend on its argument number {i + 1}: None is expected, not {answer}.",
                hint="Return what the tape answers, without putting zeros in its place.",
                where="section 3, None and zero are different statements",
            )
            continue
        expect.close(
            answer,
            torchlet.tensor(number),
            name=f"entry {i} of tape_gradient for {text}",
            hint="Watch the tensors, call fn, close the tape, ask. An answer has the shape of its source.",
            where="section 3, tape.watch",
            rtol=rtol,
            mistakes={
                "The tape knew nothing of this tensor. Watch it before fn is called. And fn is called "
                "while the tape is open.": None,
                **(mistakes or {}),
            },
        )
    expect.true(
        len(xs) == len(given) and all(x is one for x, one in zip(xs, given, strict=True)),
        "tape_gradient has put other things into the caller's list xs.",
        hint="The list belongs to the caller. Tensors need not become Variables: tape.watch(xs) is enough.",
        where="section 3, tape.watch",
    )
    expect.true(
        not any(x.requires_grad or x.grad is not None for x in xs),
        "tape_gradient left its mark on the caller's tensors: they require gradients now, or have a .grad.",
        hint="A tape that watches a tensor leaves no trace in it. There is no need for requires_grad or backward().",
        where="section 1: a tape hands its answer to the one who asked",
    )
    for x, each in zip(xs, numbers, strict=True):
        expect.close(x, torchlet.tensor(each), name="a tensor of the caller, after tape_gradient")


check_gradients(
    "x · b",
    lambda x, b: x * b,
    [-2.0, 1.5],
    [1.5, -2.0],
    {"The answers stand in the wrong order.": torchlet.tensor(-2.0)},
)
check_gradients("(x + b)² + 2xb", lambda x, b: (x + b) ** 2 + 2 * x * b, [-2.0, 1.5], [2.0, -5.0])
check_gradients("x², with a second argument that is not used,", lambda x, b: x**2, [3.0, 1.0], [6.0, None])
check_gradients(
    "(2, 3) · x²",
    lambda x: torchlet.tensor([2.0, 3.0]) * x**2,
    [3.0],
    [30.0],
    {
        "This is the mean over the results. A tape adds them up by itself.": torchlet.tensor(15.0),
        "Only the first result counts here. Hand all of it to the tape.": torchlet.tensor(12.0),
    },
)
expect.passed("tape_gradient")

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "tape_gradient_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Random numbers, matrices, three arguments, and constant functions
### BEGIN HIDDEN TESTS
rng = expect.rng()
p, q = (float(number) for number in rng.uniform(1.0, 3.0, 2))
row = rng.uniform(1.0, 2.0, 3)
matrix = rng.uniform(0.5, 1.5, (3, 2))
shift = rng.uniform(0.5, 1.0, 2)
y = row @ matrix + shift
layer = [row.tolist(), matrix.tolist(), shift.tolist()]
layer_gradients = [(matrix @ y).tolist(), (row[:, None] * y).tolist(), y.tolist()]
for text, fn, numbers, wanted in [
    ("x³ · b", lambda x, b: x**3 * b, [p, q], [3 * p**2 * q, p**3]),
    ("the mean of (x w + b)²", lambda x, w, b: ((x @ w + b) ** 2).mean(), layer, layer_gradients),
    (
        "2 exp(w), with x not used,",
        lambda x, w: w.exp() * 2,
        [row.tolist(), shift.tolist()],
        [None, (2 * 2.718281828459045**shift).tolist()],
    ),
    ("a · c, with b not used,", lambda a, b, c: a * c, [p, q, 2.0], [2.0, None, p]),
    ("0 · x²", lambda x: x**2 * 0.0, [p], [0.0]),
    ("a constant", lambda x: torchlet.tensor(4.0) * 2, [p], [None]),
    ("x itself", lambda x: x, [row.tolist()], [[1.0, 1.0, 1.0]]),
    ("x · x", lambda x: x * x, [row.tolist()], [(2 * row).tolist()]),
]:
    check_gradients(text, fn, numbers, wanted, rtol=1e-4)
### END HIDDEN TESTS

# %% [markdown]
# ### Task 3 · The second derivative (2 points)
#
# *Difficulty 3 of 3, about 10 minutes.*
#
# Write `second_derivative(fn, x)` with two nested tapes.
#
# - `x` is an ordinary floating-point tensor of any shape.
# - `fn` works element by element, such as `lambda t: t**3`. So each element of the result depends on one element of `x` only.
# - The result is a tensor with the shape and the dtype of `x`: the second derivative of `fn` at each element.
# - `fn` may be a straight line, or a constant such as `lambda t: tensor(4.0)`.
#   Then the result is zero everywhere: a tensor with the shape of `x`, and not `None`.
# - `backward()` and `autograd.grad` are not allowed here, either.
#
# ```python
# def cube(t):
#     return t**3
#
# second_derivative(cube, tensor([1.0, 2.0]))  # tensor([ 6., 12.])
# ```
#
# <details>
# <summary>Help: None comes back for t**3</summary>
#
# Two questions: is `x` watched by both tapes? Is the inner tape played back while the outer one is open?
#
# </details>
#
# <details>
# <summary>Help: what do I do about straight lines and constants?</summary>
#
# The end of section 7 shows an argument that makes a tape answer zeros instead of `None`.
# For a constant, already the inner tape has nothing to say.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "second_derivative", "locked": false, "schema_version": 3, "solution": true, "task": false}
def second_derivative(fn, x):
    """The second derivative of fn at each element of x, for a function that works element by element."""
    ### BEGIN SOLUTION
    with GradientTape() as outer:
        outer.watch(x)
        with GradientTape() as inner:
            inner.watch(x)
            y = fn(x)
        slope = inner.gradient(y, x, unconnected_gradients="zero")
    return outer.gradient(slope, x, unconnected_gradients="zero")
    ### END SOLUTION


# %% autograder={"forbids": ["torch.autograd.grad", "torch.autograd.backward", "torch.autograd.functional", "torch.func", "torch.Tensor.backward"]} jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "second_derivative_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# A cube, a parabola, a straight line
import torchlet


def check_second(text, fn, numbers, wanted, mistakes=None, rtol=1e-4, atol=1e-6):
    """Compares second_derivative(fn, x) with `wanted`; `text` is fn in words."""
    with (
        expect.explaining(
            {"another tape": "The inner tape answered None, and the outer one was asked about that."},
            name=f"second_derivative of {text}",
            hint="A tape answers None where nothing leads to x. Both tapes can give zeros instead of None.",
            where="section 7",
        ),
        expect.explaining(
            {
                "non-persistent": "A tape answers one question, and there are two here. Open one tape inside another.",
                "converted to Scalar": "The result is a tensor with the shape of x. Return it as it is, without .item().",
                "Boolean value": "`if`, `or` and `and` ask a tensor whether it is true. The tape itself can give zeros "
                'instead of None: unconnected_gradients="zero".',
            },
            name=f"second_derivative of {text}",
            where="section 7",
        ),
    ):
        answer = second_derivative(fn, torchlet.tensor(numbers))
    expect.close(
        answer,
        torchlet.tensor(wanted),
        name=f"second_derivative of {text}, x of shape {tuple(torchlet.tensor(numbers).shape)},",
        hint="Both tapes watch x. The inner one is played back while the outer one is open.",
        where="section 7",
        rtol=rtol,
        atol=atol,
        mistakes=mistakes,
    )


check_second(
    "t³",
    lambda t: t**3,
    [1.0, 2.0],
    [6.0, 12.0],
    {
        "None came back. Is x watched by both tapes, and is the inner tape played back while the outer one "
        "is open?": None,
        "Zeros came back, so the outer tape knew nothing of the slope. Is the inner tape played back "
        "while the outer one is open, and is x watched by both?": torchlet.tensor([0.0, 0.0]),
        "This is the first derivative. Differentiate it once more, with the outer tape.": torchlet.tensor(
            [3.0, 12.0]
        ),
        "This is the square of the first derivative. The second derivative is the derivative of the first.": (
            torchlet.tensor([9.0, 144.0])
        ),
        "All elements are added up. Each element has a second derivative of its own.": torchlet.tensor(18.0),
    },
)
check_second(
    "5 + 20t − 4.9t²",
    lambda t: 5 + 20 * t - 4.9 * t**2,
    1.0,
    -9.8,
    {"This is the velocity, the first derivative.": torchlet.tensor(10.2)},
)
check_second(
    "3t + 1",
    lambda t: 3 * t + 1,
    [1.0, 2.0],
    [0.0, 0.0],
    {
        "The outer tape has nothing to say about a straight line. Ask it for zeros instead of None.": None,
        "This is the first derivative.": torchlet.tensor([3.0, 3.0]),
    },
)
expect.passed("second_derivative")

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "second_derivative_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Random cubics, other shapes, other functions, constants
### BEGIN HIDDEN TESTS
rng = expect.rng()
a, b = (float(number) for number in rng.uniform(1.0, 3.0, 2))
for shape in [(), (4,), (2, 3)]:
    x = rng.uniform(0.5, 1.5, shape)
    for text, fn, wanted in [
        ("a cubic", lambda t: a * t**3 + b * t**2 - t, 6 * a * x + 2 * b),
        ("an exponential", lambda t: (b * t).exp(), b**2 * 2.718281828459045 ** (b * x)),
        ("a / t", lambda t: a / t, 2 * a / x**3),
        ("a straight line", lambda t: a - b * t, 0 * x),
        ("a constant", lambda t: torchlet.tensor(a) * b, 0 * x),
        ("t itself", lambda t: t, 0 * x),
    ]:
        check_second(text, fn, x.tolist(), wanted.tolist(), rtol=1e-3, atol=1e-4)
x = torchlet.tensor(rng.uniform(0.5, 1.5, 3).tolist(), dtype=torchlet.float64)
expect.close(
    second_derivative(lambda t: (2 * t).exp(), x),
    4 * (2 * x).exp(),
    name="the second derivative of exp(2t) for x in float64",
    hint="Let the outer tape differentiate what the inner one answers. A difference quotient loses digits.",
    rtol=1e-10,
)
for text, fn in [
    ("a cubic", lambda t: t**3),
    ("a straight line", lambda t: 2 * t),
    ("t itself", lambda t: t),
]:
    expect.dtype(
        second_derivative(fn, x),
        torchlet.float64,
        name=f"the second derivative of {text} for x in float64",
        hint='The tape itself can give zeros of the right shape and dtype: unconnected_gradients="zero".',
    )
### END HIDDEN TESTS

# %% [markdown]
# ### Task 4 · Number or None? Predict (1 point)
#
# *Difficulty 2 of 3, about 6 minutes.*
#
# Read this program without running it.
#
# ```python
# x = Variable(3.0)
# c = tensor(2.0)
# frozen = Variable(4.0, trainable=False)
# scaled = Variable(1.0) * 5
# unused = Variable(6.0)
# seen = tensor(7.0)
# with GradientTape(persistent=True) as tape:
#     tape.watch(seen)
#     m = x * c
#     k = c * frozen
#     y = m + k * scaled + seen
# z = y * x
# ```
#
# Write `predict_none()`. It returns a dictionary that says whether the tape answers `None`: `True` for `None`, `False` for a number.
#
# | Entry | Question |
# |:--|:--|
# | `"x"`, `"c"`, `"frozen"`, `"scaled"`, `"unused"`, `"seen"` | `tape.gradient(y, x)`, `tape.gradient(y, c)`, and so on |
# | `"m"`, `"k"` | `tape.gradient(y, m)`, `tape.gradient(y, k)` |
# | `"z"` | `tape.gradient(z, x)` |
#
# <details>
# <summary>Help: what about results on the way?</summary>
#
# Section 4: the tape knows a result if it stands on one of its rows. For this, the tape must know one of its inputs.
#
# </details>
#
# <details>
# <summary>Help: which of these does the tape watch by itself?</summary>
#
# Go through "Why is it None? Seven reasons" in section 3 for each of them.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "predict_none", "locked": false, "schema_version": 3, "solution": true, "task": false}
def predict_none():
    """For each question of the table: does the tape answer None?"""
    ### BEGIN SOLUTION
    return {
        "x": False,
        "c": True,
        "frozen": True,
        "scaled": True,
        "unused": True,
        "seen": False,
        "m": False,
        "k": True,
        "z": True,
    }
    ### END SOLUTION


# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "predict_none_check", "locked": true, "points": 0.5, "schema_version": 3, "solution": false, "task": false}
# The form of the answer, and the entries x, c, scaled and m
import torchlet

answers = predict_none()
expect.type(
    answers, dict, name="predict_none()", hint="Return a dictionary with the nine names of the table as keys."
)
names = ["c", "frozen", "k", "m", "scaled", "seen", "unused", "x", "z"]
missing = [name for name in names if name not in answers]
expect.true(
    not missing,
    f"predict_none() has no entry for: {', '.join(missing)}.",
    hint="One entry for each of the nine names of the table.",
)
expect.equal(sorted(answers), names, name="the names in predict_none()")
for name, answer in answers.items():
    expect.type(
        answer,
        bool,
        name=f"the entry for {name}",
        hint="True if the tape answers None, False if it answers a number.",
    )
program = """
x = Variable(3.0)
c = tensor(2.0)
frozen = Variable(4.0, trainable=False)
scaled = Variable(1.0) * 5
unused = Variable(6.0)
seen = tensor(7.0)
with GradientTape(persistent=True) as tape:
    tape.watch(seen)
    m = x * c
    k = c * frozen
    y = m + k * scaled + seen
z = y * x
"""
things = {"GradientTape": torchlet.GradientTape, "Variable": torchlet.Variable, "tensor": torchlet.tensor}
exec(program, things)
for name, reason in {
    "x": "Look at the rows: y was made from m, m from x, and x is a Variable.",
    "c": "A tape does not remember constants. Is c a Variable, or does anyone watch it?",
    "scaled": "Its line makes a Variable and multiplies it. What comes out of a multiplication?",
    "m": "It was computed from x while the tape was open, so it has a row. Results on the way may be asked.",
}.items():
    truth = things["tape"].gradient(things["y"], things[name]) is None
    expect.true(
        answers[name] is truth,
        f"The entry for {name} is {answers[name]}, and that is not what happens.",
        hint=reason,
        where="sections 3 and 4",
    )
expect.right("The entries x, c, scaled and m are right.")

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "predict_none_hidden", "locked": true, "points": 0.5, "schema_version": 3, "solution": false, "task": false}
# The entries frozen, unused, seen, k and z
### BEGIN HIDDEN TESTS
answers = predict_none()
for name, truth, reason in [
    ("frozen", True, "A Variable that is not trainable is not watched by itself."),
    ("unused", True, "It is watched, but y does not depend on it."),
    ("seen", False, "It is no Variable, but the first line of the recording says that it is watched."),
    ("k", True, "It was computed from two names that the tape does not know, so it has no row."),
    ("z", True, "It was computed when the tape was closed, so it has no row."),
]:
    expect.true(answers[name] is truth, f"The entry for {name} should be {truth}.", hint=reason)
### END HIDDEN TESTS

# %% [markdown]
# ### Task 5 · In your own words (2 points, graded by a person)
#
# *Difficulty 2 of 3, about 8 minutes.*
#
# A studio writes a physics engine for games. In each frame, 60 times a second, it simulates thousands of bodies.
# Most frames need no derivative at all. Now and then a designer presses a button: "find the throw that hits the target".
# Then the engine simulates the flight of *one* ball over 200 small time steps.
# It needs the derivative of the distance to the target with respect to the starting velocity and the starting angle, several times in a row.
#
# Which interface would you choose for this engine: a graph that hangs on the tensors, or a tape? Answer in five to eight sentences.
#
# Say what is recorded and what is not, who owns the memory of the 200 steps and when it is freed.
# Name one danger of your choice, and say how you would notice it.
# Both choices can earn all the points.

# %% [markdown] nbgrader={"grade": true, "grade_id": "physics_engine", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# I would choose the tape.
# Most frames need no derivative, and with a tape nothing is recorded then: recording is the exception, and the `with` block around the 200 steps of the one ball says where it begins and ends.
# Inside it I watch only the velocity and the angle, with `watch_accessed_variables=False`, so that the thousands of other bodies leave no rows.
# The tape owns the rows of the 200 steps. They are freed with the one call of `gradient`, and each further attempt of the search uses a new tape.
# The answers are returned, so nothing piles up in the state of the engine between two attempts.
# The danger is a `None`, or a part of the way that is missing: one step that leaves the library, such as a collision computed with plain floats, cuts the way.
# I would notice it by checking that no answer is `None`, and by comparing with a central difference.
#
# === BEGIN MARK SCHEME ===
#
# 2 points in all. Half points are allowed. Both interfaces can earn all of them: the reasons count.
#
# - 0.5 points: what is recorded and what is not, for this engine. Tape: only the block around the one ball. Graph: only what comes from the two quantities that ask, or `no_grad` around the normal frames.
# - 1 point: who owns the memory of the 200 steps, and when it is freed. Tape: the tape, freed by `gradient()` or with the tape. Graph: the results own it, freed by `backward()` or when the last result is gone. Half of it if only one of the two (owner, moment) is right.
# - 0.5 points: a real danger of the chosen interface, and a way to notice it. For example: `None` for something not watched or computed elsewhere, a persistent tape that is kept; forgotten reset of `.grad`, a state that carries its history from frame to frame, so that memory grows.
#
# No points for: "the tape is faster", "the tape is more modern", or a choice without a reason. Other numbers of steps or bodies do not matter.
#
# === END MARK SCHEME ===

# %% [markdown]
# ## Before you go
#
# Answer these without looking. Each answer is one or two sentences.
#
# 1. What does a tape write down, and when?
# 2. Which of the five steps must you do yourself with `backward()`, and need not do with a tape? Why?
# 3. Why are the rows played from the last to the first?
# 4. `b = tensor(1.5)`, and the tape answers `None` for b. What are the two repairs?
# 5. A Variable is increased by `x = x + 1` in a loop. What goes wrong, and from which step on?
# 6. What is the difference between `None` and zero as an answer?
# 7. The target has three numbers. What does `tape.gradient` do, and what does `backward()` do?
# 8. Where must the inner tape be played back if you want a second derivative?
# 9. Who owns the memory of the recorded operations in each of the two interfaces?
#
# ## Further reading
#
# - The tape behind this lesson: `torchlet/tape.py`. Look for `__contains__`, which decides what is on the tape.
# - TensorFlow, [Introduction to gradients and automatic differentiation](https://www.tensorflow.org/guide/autodiff): the guide to the original, with its own list of reasons for `None`.
# - TensorFlow, [Advanced automatic differentiation](https://www.tensorflow.org/guide/advanced_autodiff): stopping a recording, own gradients, higher derivatives, Jacobians.
# - A. Griewank and A. Walther, [Evaluating Derivatives](https://epubs.siam.org/doi/book/10.1137/1.9780898717761), 2nd edition, 2008: the book of the field, on tapes and on how to need less of them.
# - JAX, [Automatic differentiation](https://docs.jax.dev/en/latest/automatic-differentiation.html): the third way, functions that turn functions into their derivatives.
#
# **Next:** lesson 09 teaches autograd an operation that it does not know yet, and proves it right.
