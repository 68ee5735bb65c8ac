# %% [markdown]
# In lesson 06 one backward pass filled `.grad`, and you read what it said.
# A training run has a million backward passes, and now somebody has to steer.
# Some gradients should add up, and others must not.
# Some parameters should learn, and others should stay as they are.
# Some paths should be cut.
# And every recorded operation holds memory until it has been walked.
#
# This lesson has one question: **how do you get exactly the gradients that you want, and pay only for those?**
# There are five handles: accumulate, clear, freeze, cut, and save memory.
# Most of the silent bugs in training code come from one of them.
#
# **How to work.** Run the cells from top to bottom with Shift + Enter.
# Where a prediction is asked for, choose *before* you run the next cell.
# A wrong prediction costs no points, and you will remember it longer than a right one.
# The cell that asks is folded, because its code contains the answer: run it without opening it.
# Two parts are headed *Extra*, and take about five minutes each. Later lessons and the homework do without them: read them when you have the time.

# %%
import torchlet as torch  # "import torch" works as well and prints the same

from labkit import expect, gradient_thermometer, predict, saved_bytes_bar

# %% [markdown]
# ### Two questions from earlier lessons
#
# Answer from memory, without scrolling back.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "Lesson 06: `a` and `b` are leaves that require gradients, `c = a * b`, `d` is a leaf that requires gradients and "
    "is not used. After `c.backward()`, which of the four have a tensor in `.grad`?",
    {
        "a, b, c and d": "d is not on any path to c, so nothing arrives there. And c is no leaf: a gradient passes "
        "through it and is not kept.",
        "a, b and c": "c is a result, not a leaf. Its gradient, 1, is used at once and not kept.",
        "only a and b": "They are leaves, they asked, and c depends on them. All three are needed.",
        "only c": "The backward pass begins at c and ends in the leaves. It is the leaves that keep a gradient.",
    },
    answer="only a and b",
)

# %%
import warnings

a, b, d = (torch.tensor(number, requires_grad=True) for number in (2.0, 3.0, 4.0))
c = a * b
c.backward()
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the warning about c, which is no leaf
    print("a:", a.grad, " b:", b.grad, " c:", c.grad, " d:", d.grad)

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "Lesson 02: `m = torch.zeros(2, 2)`, `row = m.view(4)`, and then `row[0] = 7`. What is `m[0, 0]`?",
    {
        "0": "This would be so if `view` made a copy. It makes a second tensor on the same memory.",
        "7": "`m` and `row` are two tensors on one piece of memory. You will meet this again today, where it is "
        "easier to overlook.",
        "an error": "Writing through a view is allowed. It is quick, and sometimes surprising.",
    },
    answer="7",
)

# %%
m = torch.zeros(2, 2)
row = m.view(4)
row[0] = 7
print(m[0, 0].item())

# %% [markdown]
# ## 1. What does a second pass do to the first gradient?
#
# The derivative of $x^2$ at $x = 3$ is 6.
# We compute it three times, with a new forward pass each time.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "x = 3. Three times in a row: `y = x**2`, then `y.backward()`. Nothing is cleared. What is `x.grad` at the end?",
    {
        "6": "This would be so if each pass replaced the gradient of the pass before. `backward()` never replaces. "
        "It adds.",
        "18": "Each pass adds 6 to what is there: 6, 12, 18.",
        "216": "Along one path factors multiply. These are three passes, and their results are added.",
        "an error: the graph is spent": "The forward pass runs each time, so there is a new graph each time.",
    },
    answer="18",
)

# %%
x = torch.tensor(3.0, requires_grad=True)
for _ in range(3):
    y = x**2  # forward
    y.backward()  # local derivative, upstream × local, accumulate
    print("x.grad =", x.grad.item())

# %% [markdown]
# The step **accumulate** works in one way only: it adds to `.grad`.
# Inside one pass it adds up the branches of a graph.
# It does not know where one pass ends and the next begins, so it adds up the passes too.
#
# | Step | Who does it |
# |:--|:--|
# | **forward** | your program |
# | **local derivative** | `backward()` |
# | **upstream × local** | `backward()` |
# | **accumulate** | `backward()`: `.grad` becomes `.grad` + what arrives |
# | **reset** | you, and nobody else |
#
# Two passes leave exactly twice the gradient, three passes three times.
# If a gradient of yours is exactly twice what you expect, look for the missing reset first.
#
# There are two ways to reset.
#
# - `x.grad = None` lets go of the tensor. The next pass puts a new one there.
# - `x.grad.zero_()` writes zeros into the tensor that is there.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "`x.grad` is 6, and you keep it for later: `kept = x.grad`. Then you reset with `x.grad.zero_()`. What is `kept`?",
    {
        "6": "`kept = x.grad` makes no copy. Both names stand for one tensor, and it was overwritten.",
        "None": "`None` is what the other way of resetting puts into `x.grad`. And even that does not change `kept`.",
        "0": "There is one tensor with two names, and `zero_()` wrote zeros into it.",
    },
    answer="0",
)

# %%
x = torch.tensor(3.0, requires_grad=True)
(x**2).backward()
kept = x.grad
x.grad.zero_()
print("after zero_():    kept =", kept, "  x.grad =", x.grad)

x.grad = None
(x**2).backward()
kept = x.grad
x.grad = None
print("after = None:     kept =", kept, "  x.grad =", x.grad)

# %% [markdown]
# There is a second difference. Zero says: *the loss does not change with this parameter.*
# `None` says: *nobody has computed anything.*
# An **optimizer**, the object that takes the steps in a training loop, leaves a parameter with `None` alone.
# With zero it takes its step as usual, and such a step may still move the parameter.
# *Momentum* does so, for example: it adds a part of the last step to the next one.
#
# So `None` is the better habit, and what `optimizer.zero_grad()` does unless you ask for zeros:
# it saves memory, and a forgotten backward pass is noticed.
#
# ## 2. What happens to a training loop that forgets?
#
# The smallest training loop: data $x = (-1, 1)$, targets $y = 2x$, prediction $w x$, loss $\frac12\big((-w + 2)^2 + (w - 2)^2\big) = (w - 2)^2$.
# The best parameter is $w = 2$, and the gradient at $w$ is $2(w - 2)$.
# We start at $w = 0$ with the learning rate 0.25.

# %%
data = torch.tensor([-1.0, 1.0])
targets = 2 * data


def loss_of(w):
    return ((w * data - targets) ** 2).mean()


# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "A loop takes eight steps against the gradient, and forgets to clear `.grad`. What happens to w?",
    {
        "It comes to rest at 2, in half as many steps": "The steps are larger, that is true. But the old gradients "
        "go on pushing when w has passed 2 already.",
        "It comes to rest at 2, like the other loop": "At w = 2 the new gradient is 0, but `.grad` is not: "
        "it holds the sum of all earlier ones.",
        "It runs away to infinity": "Beyond 2 the new gradients have the other sign, and step by step they make the old sum smaller. "
        "w comes back, and runs past 2 on the other side.",
        "It swings around 2 and does not come to rest": "The sum of all gradients acts like a speed. "
        "A pendulum is fastest at its lowest point, and w is fastest where it passes 2.",
    },
    answer="It swings around 2 and does not come to rest",
)

# %%
for clears in (True, False):
    w = torch.tensor(0.0, requires_grad=True)
    path = []
    for _ in range(8):
        if clears:
            w.grad = None  # reset
        loss_of(w).backward()
        with torch.no_grad():  # section 4 explains this line
            w -= 0.25 * w.grad
        path.append(round(w.item(), 2))
    print("cleared:  " if clears else "forgotten:", path)

# %% [markdown]
# No error, no warning, and in a real model the loss may even fall for a while.
# This is why forgetting is so common.
#
# ### The gradient thermometer
#
# Each column below is the thermometer of one step, and its level is what `.grad` holds after the backward pass.
# The dashed mark is the level that the pass found there, and the arrow is what it added.
# The line at the bottom shows the way of $w$.
#
# Move through the steps with the buttons or the arrow keys. Then switch the loop to *forgot to clear*.
# In which step does the new gradient first have another sign than `.grad`? And in which direction does $w$ go there?

# %%
gradient_thermometer(loss_of, torch.tensor(0.0), lr=0.25, steps=8, best=2.0)

# %% [markdown]
# In step 3: $w$ has passed 2, the new gradient is +1 and says *go back*, but `.grad` is −5 and $w$ goes on.
#
# Try other learning rates. Is there one for which the loop that forgets comes to rest?
# (There is none: a smaller rate makes the swing slower, and not smaller.)
#
# ## 3. When is adding up what you want?
#
# Suppose that the gradient of a batch of six samples does not fit into memory, and that of two samples does.
# Then take three small batches, and let `backward()` do what it does anyway: add up.
# This is called **gradient accumulation**.

# %%
samples = torch.tensor([[1.0, 2.0], [2.0, 1.0], [0.0, 3.0], [1.0, 1.0], [3.0, 0.0], [2.0, 2.0]])
wanted = torch.tensor([3.0, 3.0, 4.0, 2.0, 4.0, 5.0])


def mean_loss(w, rows, numbers):
    return ((rows @ w - numbers) ** 2).mean()


w = torch.tensor([1.0, 0.5], requires_grad=True)
mean_loss(w, samples, wanted).backward()
big_batch = w.grad
print(big_batch)

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "Now three batches of two, `mean_loss(...).backward()` for each, and no reset between them. "
    "How does `w.grad` compare with the gradient of the big batch?",
    {
        "It is the same": "The mean over six is not the sum of three means over two. Each of them divides by 2, "
        "and nobody divides by 6.",
        "It is a third of it": "It is the other way round: each small mean divides by less, so each is as large as the whole.",
        "It is three times as large": "Each small mean is about as large as the big one, and three of them are added.",
        "It is the gradient of the last two samples": "This would be so if `backward()` replaced `.grad`. It adds.",
    },
    answer="It is three times as large",
)

# %%
w.grad = None
for start in (0, 2, 4):
    mean_loss(w, samples[start : start + 2], wanted[start : start + 2]).backward()
print("three means, added:  ", w.grad)

w.grad = None
for start in (0, 2, 4):
    loss = mean_loss(w, samples[start : start + 2], wanted[start : start + 2])
    (loss / 3).backward()
print("each divided by 3:   ", w.grad)
print("the big batch:       ", big_batch)

# %% [markdown]
# A mean over all samples is a weighted mean of the small means, with the weight *samples in this batch / samples in all*.
# For three batches of two, each weight is 2/6 = 1/3.
# If the last batch is smaller, its weight is smaller too. Task 1 is about that.
#
# The order matters for memory: *forward, backward, forward, backward …*
# Each `backward()` lets the graph of its batch go before the next one is built.
# Adding up the three losses first, and then one `backward()`, gives the same gradient with three graphs alive at once.
#
# ### Walking the same graph twice
#
# Until now each pass had a new graph. What if you walk the *same* graph again?

# %%
x = torch.tensor(3.0, requires_grad=True)
y = x * x
y.backward()
try:
    y.backward()
except RuntimeError as error:
    print("RuntimeError:", error)

# %% [markdown]
# The message says why: to multiply upstream × local, the node of `x * x` needs the value of `x`, which it had saved.
# The first pass let the saved values go, to free their memory.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "The same with an addition: `y = x + 1`, then `y.backward()` twice. What happens?",
    {
        "It works, and x.grad is 2": "The local derivative of x + 1 is 1, whatever x is. Nothing was saved, so nothing "
        "is missing the second time. And the two passes add up.",
        "It works, and x.grad is 1": "It does work. But the second pass adds to the first.",
        "The same RuntimeError": "That would be a simple rule, and it is not the rule. The error comes where a saved value "
        "is missing, and an addition saves none.",
    },
    answer="It works, and x.grad is 2",
)

# %%
x = torch.tensor(3.0, requires_grad=True)
y = x + 1
y.backward()
y.backward()
print("x.grad =", x.grad)

# %% [markdown]
# So the rule is: **a second walk fails where it needs a saved value that is gone.**
# Do not rely on the lucky case. If you mean to walk again, say so in the walk before: `retain_graph=True`.

# %%
x = torch.tensor(3.0, requires_grad=True)
y = x * x
y.backward(retain_graph=True)
y.backward()
print("x.grad =", x.grad, " two passes of 6 each")

# %% [markdown]
# ### Extra: when do several walks over one graph make sense?
#
# - *Several rows of a Jacobian*, as in lesson 06: one forward pass, one `backward(gradient=...)` for each row.
# - *Two losses with a common part.* The second call fails in the part that the first has walked:

# %%
x = torch.tensor(2.0, requires_grad=True)
common = x**2
first_loss, second_loss = 3 * common, 5 * common
first_loss.backward()
try:
    second_loss.backward()
except RuntimeError as error:
    print("RuntimeError:", str(error).split(" (")[0])

# %% [markdown]
# `retain_graph=True` in the first call is one repair. Often a single walk is the better one:
# `(first_loss + second_loss).backward()`, for the gradient of a sum is the sum of the gradients.
#
# There is a third case in which people write `retain_graph=True`, and there it is wrong.
# A program carries a state from step to step:

# %%
w = torch.tensor(0.9, requires_grad=True)
state = torch.tensor(1.0)
try:
    for step in range(3):
        state = torch.tanh(w * state)
        (state**2).backward()
        print("step", step, " w.grad =", round(w.grad.item(), 4))
except RuntimeError as error:
    print("RuntimeError:", str(error).split(" (")[0])

# %% [markdown]
# The state of step 1 was computed from the state of step 0, so its graph reaches back into a graph that is spent.
# With `retain_graph=True` the error goes away, and every step walks back to the very beginning:
# the time and the memory of a step grow from step to step.
# Usually the program means: *take the number of the old state, and forget where it came from.*
# That is `detach()`, the subject of section 5.

# %%
state = torch.tensor(1.0)
w.grad = None
for step in range(3):
    state = torch.tanh(w * state.detach())
    (state**2).backward()
    print("step", step, " w.grad =", round(w.grad.item(), 4))

# %% [markdown]
# ## 4. How do you change a parameter?
#
# You have the gradient. Now the parameter should take a step: $w \leftarrow w - \text{lr} \cdot \text{w.grad}$.
# Written as in the formula, it looks right, and it prints the right number.

# %%
w = torch.tensor(1.0, requires_grad=True)
(w**2).backward()
w = w - 0.1 * w.grad
print(w)

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "w is 0.8 now, as it should be. The loop goes on: `(w**2).backward()`. What is `w.grad` after that?",
    {
        "1.6": "2w = 1.6 is the derivative. But the name `w` stands for another tensor now, one that keeps no gradient.",
        "3.6": "2 + 1.6 would be the sum of both passes, if it were still the same parameter.",
        "None": "`w` is the result of a subtraction now, not a leaf. The gradient passes through it, on to the old parameter, "
        "which has no name any more.",
        "0": "None and zero are different answers: here nothing was kept.",
    },
    answer="None",
)

# %%
(w**2).backward()
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    print("w.is_leaf:", w.is_leaf, "  w.grad:", w.grad)
    try:
        w = w - 0.1 * w.grad
    except TypeError as error:
        print("TypeError:", error)

# %% [markdown]
# Look at the printed `w` above once more: `grad_fn=<SubBackward0>` shows what happened.
# The update itself was recorded, as one more operation.
# The assignment changed no tensor. It hung the name `w` on another one.
#
# The same happens to a parameter that is converted: `.double()`, `.to(...)` and `* 0.1` make results, not leaves.

# %%
small = torch.tensor(1.0, requires_grad=True)
precise = small.double()
(precise**2).backward()
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    print("converted after asking: ", precise.is_leaf, precise.grad)

precise = torch.tensor(1.0).double().requires_grad_()  # convert first, ask last
(precise**2).backward()
print("asked after converting: ", precise.is_leaf, precise.grad)

# %% [markdown]
# The parameter must stay the same tensor, so the numbers have to be changed in place. The first attempt:

# %%
w = torch.tensor(1.0, requires_grad=True)
(w**2).backward()
try:
    w -= 0.1 * w.grad
except RuntimeError as error:
    print("RuntimeError:", error)

# %% [markdown]
# The subtraction in place would be recorded too. Then `w` would be a leaf and a result at the same time.
# What we mean is: *change the number, and do not record it.* That is `no_grad`:

# %%
with torch.no_grad():
    w -= 0.1 * w.grad
print(w, " is_leaf:", w.is_leaf)

w.grad = None  # reset
(w**2).backward()
print("w.grad =", w.grad)

# %% [markdown]
# ### What `no_grad` switches off
#
# Inside `with torch.no_grad():` operations compute as usual and record nothing.
# The switch changes what *operations* do. It changes no tensor: `w` requires gradients before, inside and after.

# %%
w = torch.tensor(3.0, requires_grad=True)
with torch.no_grad():
    inside = w * 2
    with torch.enable_grad():  # records again, inside
        recorded = w * 2
    made = torch.tensor(1.0, requires_grad=True)
print("result under no_grad:    ", inside, " requires_grad:", inside.requires_grad)
print("under enable_grad again: ", recorded)
print("a new leaf may ask:      ", made)


@torch.no_grad()  # for a whole function
def predict_only(x):
    return w * x


print("from a function:         ", predict_only(torch.tensor(2.0)))

# %% [markdown]
# Use it where no gradient will ever be asked for: updates, evaluation, predictions for users.
#
# `inference_mode` goes one step further: its results must never be saved for a backward pass later.
# In return, PyTorch saves some bookkeeping. For you it is a stricter `no_grad`.

# %%
with torch.inference_mode():
    answer = w * 2
print(answer, " requires_grad:", answer.requires_grad)

# %% [markdown]
# ### Is a change in place always forbidden? Is it always allowed?
#
# Neither. Here are four changes in place, and nothing is under `no_grad`.


# %%
def change_a_leaf():
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    x += 1
    x.sum().backward()
    return x.grad


def change_a_view_of_a_leaf():
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    part = x[:1]
    part += 1
    x.sum().backward()
    return x.grad


def change_a_product():
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    y = 2 * x
    y += 1
    y.sum().backward()
    return x.grad


def change_an_exponential():
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    y = torch.exp(x)
    y += 1
    y.sum().backward()
    return x.grad


# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "Which of the four functions run to the end?",
    {
        "only change_a_product": "Leaves and their views are refused at once. `y = 2x` does not need y on the way back. "
        "`y = exp(x)` does, since its derivative is its own value.",
        "all four": "A leaf that requires gradients has no history, and a change in place would give it one. "
        "That is refused, and it is not the only refusal here.",
        "none: in place is forbidden while recording": "It is refused only where a value is needed that the change destroys, "
        "or where a leaf would get a history. One of the four does neither.",
        "change_a_product and change_an_exponential": "In both, the line `y += 1` passes. But the derivative of exp is its own result, "
        "and that was overwritten. It is noticed in `backward()`.",
    },
    answer="only change_a_product",
)

# %%
for function in (change_a_leaf, change_a_view_of_a_leaf, change_a_product, change_an_exponential):
    try:
        print(f"{function.__name__}: {function()}")
    except RuntimeError as error:
        print(f"{function.__name__}: RuntimeError: {str(error).split(', which')[0]}")
    print()

# %% [markdown]
# The last error is the interesting one. How does the backward pass know that `y` was changed?
# Every tensor counts how often it was written to. When an operation saves a tensor, it notes the count,
# and before it uses the saved value it compares.
# You can look at the counter.

# %%
x = torch.tensor([3.0], requires_grad=True)
y = torch.exp(x)
print("saved at version", y._version)
y += 1
print("now at version  ", y._version)
try:
    y.sum().backward()
except RuntimeError as error:
    print("RuntimeError:", str(error).partition(" Hint")[0])

# %% [markdown]
# Read it from the end: *is at version 1; expected version 0*. Somebody wrote to it once, after it was saved.
# The repair is to write into a new tensor, `y = y + 1`.
#
# | Changed in place | What happens | Why |
# |:--|:--|:--|
# | a leaf that requires gradients | error at once | it would be a leaf and a result |
# | a view of such a leaf | error at once | the same memory |
# | a result that nobody needs for the way back | works | `2 * x` needs the 2, not the result |
# | a result or input that was saved | error in `backward()` | the version counter differs |
#
# ## 5. How do you cut a path?
#
# `detach()` gives a tensor with the same numbers and without history.
# For the backward pass it is a wall: what stands behind it counts as a constant.

# %%
x = torch.tensor([1.0, 2.0], requires_grad=True)
y = (3 * x).detach()
print(y, " requires_grad:", y.requires_grad, " is_leaf:", y.is_leaf)

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "`x` is (1, 2) and requires gradients. `s = x.detach()`, and then `s[0] = 100`. What is `x`?",
    {
        "(100, 2)": "`detach()` shares memory. A safe copy is `x.detach().clone()`.",
        "(1, 2)": "`detach()` copies nothing. It is a second tensor on the same memory, like a view.",
        "It raises a RuntimeError": "`s` does not require gradients, so nobody refuses to write to it. "
        "It writes into `x` as well, and nothing warns you.",
    },
    answer="(100, 2)",
)

# %%
x = torch.tensor([1.0, 2.0], requires_grad=True)
s = x.detach()
s[0] = 100
print("x:", x)

x = torch.tensor([1.0, 2.0], requires_grad=True)
s = x.detach().clone()
s[0] = 100
print("x:", x)

# %% [markdown]
# ### `.data`, and why not to use it
#
# Older code says `x.data` where we say `x.detach()`. Both share memory and have no history.
# One thing differs, and you can find it with the exponential of section 4.
# At $x = 3$ the derivative of $e^x$ is $e^3 = 20.09$.

# %%
x = torch.tensor(3.0, requires_grad=True)
y = torch.exp(x)
z = y.detach()
z += 1
try:
    y.backward()
except RuntimeError as error:
    print("with detach: RuntimeError: ... which", str(error).split("which ")[1].partition(" Hint")[0])

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "Now the same with `y.data += 1` instead. The right gradient is 20.09. What comes out?",
    {
        "20.09": "The saved value is the memory of y, and y was raised by one.",
        "The same RuntimeError": "It would be good if it were so. A write through `.data` is not counted, so nobody notices.",
        "21.09, without a word": "The write through `.data` is not counted. The backward pass takes the overwritten value, "
        "20.09 + 1, for the derivative.",
        "None": "The path from y to x is not cut. y still has its history, and the walk goes through.",
    },
    answer="21.09, without a word",
)

# %%
x = torch.tensor(3.0, requires_grad=True)
y = torch.exp(x)
y.data += 1
y.backward()
print(f"with .data: x.grad = {x.grad.item():.2f}, right would be {torch.exp(x).item():.2f}")

# %% [markdown]
# A wrong gradient, silently: the worst kind of bug.
# Write `detach()` where you want no history, `no_grad` where you want to update, and `.data` never.
#
# ### A worked example: a target is a wall
#
# In some models the target is computed by the model itself.
# Take a program that plays a game, and learns from its rewards how much a state of the game is worth (reinforcement learning).
# The value of a state should be the reward now plus, here, half the value of the next state.
# Our model is a single number $w$: the value of a state $s$ is $w s$. The reward is 1.
#
# $$\text{value} = w s \qquad \text{target} = 1 + 0.5\, w s' \qquad \text{loss} = (\text{value} - \text{target})^2$$
#
# with $w = 1$, $s = 2$, $s' = 3$. The value should move towards the target.
# The target should not come to meet it: it counts as data. So there is a wall in front of it.
# Follow the five steps.
#
# **forward**: value = 2, target = 1 + 1.5 = 2.5, loss = 0.25.
#
# **local derivative**: $\partial\,\text{loss}/\partial\,\text{value} = 2\,(\text{value} - \text{target}) = -1$, and $\partial\,\text{value}/\partial w = s = 2$.
# Behind the wall there is nothing to do.
#
# **upstream × local**: $-1 \cdot 2 = -2$.
#
# **accumulate**: one path, one term: −2.
# Without the wall there is a second path, through the target. There $\partial\,\text{loss}/\partial\,\text{target} = +1$,
# so the second term is $+1 \cdot 0.5\,s' = 1.5$, and together they are −0.5.
#
# **reset**: `w` is new.

# %%
s, s_next = torch.tensor(2.0), torch.tensor(3.0)
for wall in (True, False):
    w = torch.tensor(1.0, requires_grad=True)
    value = w * s
    target = 1 + 0.5 * (w * s_next)
    if wall:
        target = target.detach()
    loss = (value - target) ** 2
    loss.backward()
    print(
        "with the wall:   " if wall else "without the wall:",
        "loss =",
        loss.item(),
        "  w.grad =",
        w.grad.item(),
    )

# %% [markdown]
# The loss is the same number in both rows. A wall changes no value on the way forward. It changes only what comes back.
#
# ### The same kind of problem, with gaps
#
# Two vectors $a$ and $b$, and two walls, written as $\overline{\phantom{a}}$ over what stands behind them:
#
# $$f = \sum_i \big(a_i\,\overline{b_i} + b_i^2\,\overline{a_i}\big)$$
#
# The forward step is given. Fill the gaps with formulas, and do not call `backward()`.
# This takes about four minutes, gives no points, and the cell below checks it at once.


# %% nbgrader={"grade": false, "grade_id": "faded_example", "locked": false, "schema_version": 3, "solution": true, "task": false}
def gradients_by_hand(a, b):
    # forward: f = (a * b.detach() + b**2 * a.detach()).sum()
    # the sum: each element counts once, so upstream is 1
    upstream = 1.0
    # local derivative of the first term by a, and of the second term by b; what stands behind a wall is a constant
    ### BEGIN SOLUTION
    first_by_a = b
    second_by_b = 2 * b * a
    ### END SOLUTION
    # upstream × local, accumulate: is there a second path to a, or to b? Return (gradient of a, gradient of b)
    ### BEGIN SOLUTION
    return upstream * first_by_a, upstream * second_by_b
    ### END SOLUTION


# %% jupyter={"source_hidden": true}
# Check: run this when you have filled the gaps
a, b = torch.tensor([1.0, 2.0]), torch.tensor([3.0, -1.0])
asking_a, asking_b = (
    torch.tensor([1.0, 2.0], requires_grad=True),
    torch.tensor([3.0, -1.0], requires_grad=True),
)
(asking_a * asking_b.detach() + asking_b**2 * asking_a.detach()).sum().backward()  # what autograd says

with expect.gaps():
    answer = gradients_by_hand(a, b)
    expect.true(
        isinstance(answer, (tuple, list)) and len(answer) == 2,
        "gradients_by_hand should return two gradients, and "
        + ("None came back." if answer is None else "something else came back."),
        hint="End the function with `return`, the gradient of a, a comma, the gradient of b.",
    )
    expect.close(
        torch.stack([torch.as_tensor(one) for one in answer]),
        torch.stack([asking_a.grad, asking_b.grad]),
        name="the pair of gradients, one below the other,",
        hint="Cover what stands behind a wall with your thumb: it is a number. Then take the derivative of the rest.",
        where="the worked example above: behind the wall there is nothing to do",
        mistakes={
            sentence: torch.stack(pair)
            for sentence, pair in {
                "These are the gradients without any wall. Behind a wall, a and b are constants.": (
                    b + b**2,
                    a + 2 * a * b,
                ),
                "The wall in the second term is overlooked: there, a is a constant.": (b + b**2, 2 * a * b),
                "The wall in the first term is overlooked: there, b is a constant.": (b, a + 2 * a * b),
                "The 2 from the derivative of b² is missing.": (b, a * b),
                "In the second term a is a constant, and a constant factor stays: 2ab.": (b, 2 * b),
                "The two gradients are exchanged: the gradient of a comes first.": (2 * a * b, b),
            }.items()
        },
    )
    expect.right("Right, you and backward() agree:", asking_a.grad, asking_b.grad)

# %% [markdown]
# ### Extra: straight through a rounding
#
# Rounding has the derivative 0 almost everywhere, so a model that rounds inside cannot learn:

# %%
x = torch.tensor([-0.7, 0.2, 1.4], requires_grad=True)
torch.round(x).sum().backward()
print("through round():  ", x.grad)

# %% [markdown]
# A trick lets the gradient pass as if no rounding had happened. Add to $x$ the rounding error, *behind a wall*:
# forward, $x + (\text{round}(x) - x)$ is the rounded number. Backward, the bracket is a constant, and the derivative is 1.

# %%
x = torch.tensor([-0.7, 0.2, 1.4], requires_grad=True)
rounded = x + (torch.round(x) - x).detach()
rounded.sum().backward()
print("forward:          ", rounded.detach())
print("straight through: ", x.grad)

# %% [markdown]
# This is the **straight-through estimator**. Its gradient is not the derivative of what was computed: it is a substitute, chosen on purpose.
# Models with coarse numbers are trained in this way, and lesson 09 makes a Function of it.
#
# ## 6. How do you freeze a part of a model?
#
# You take a trained model and replace its last layer. The other layers should stay as they are.
# `requires_grad_(False)` freezes a parameter: it asks for no gradient any more.
# Three layers with one number each, and the middle one is frozen:

# %%
x = torch.tensor(1.0)
w1 = torch.tensor(2.0, requires_grad=True)
w2 = torch.tensor(3.0, requires_grad=True)
w3 = torch.tensor(4.0, requires_grad=True)
w2.requires_grad_(False)
y = w3 * (w2 * (w1 * x))

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "The frozen layer stands between the first layer and the result. Which parameters get a gradient from `y.backward()`?",
    {
        "only w3": "This would be so if w2 were a wall. It is a constant factor, and gradients pass through a constant factor.",
        "w1, w2 and w3": "w2 does not ask any more, so its gradient is not computed.",
        "none of them": "y still depends on w1 and w3, which ask.",
        "w1 and w3": "A frozen parameter is a constant, not a wall. The gradient of w1 is 4 · 3 = 12: "
        "the 3 of the frozen layer is a factor in it.",
    },
    answer="w1 and w3",
)

# %%
y.backward()
print("w2 frozen:            ", w1.grad, w2.grad, w3.grad)

w1.grad = w3.grad = None
y = w3 * (w2 * (w1 * x)).detach()
y.backward()
print("a wall behind layer 2:", w1.grad, w2.grad, w3.grad)

w1.grad = w3.grad = None
with torch.no_grad():
    before = w2 * (w1 * x)
(w3 * before).backward()
print("layers 1, 2 no_grad:  ", w1.grad, w2.grad, w3.grad)

# %% [markdown]
# | You want | You do | The layers before it |
# |:--|:--|:--|
# | a parameter that does not learn | `w.requires_grad_(False)` before the forward pass | go on learning |
# | a path that carries no gradient | `detach()` of the result | learn nothing through this path |
# | a computation that nobody will differentiate | `with torch.no_grad():` | learn nothing through it, and nothing is saved |
#
# Two traps. First: only a leaf can be frozen.

# %%
result = w1 * 2
try:
    result.requires_grad_(False)
except RuntimeError as error:
    print("RuntimeError:", error)

# %% [markdown]
# Second: freezing computes no *new* gradient. An old one may still be in `.grad`, and an optimizer takes it.

# %%
w = torch.tensor(1.0, requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.1)
(w**2).backward()
w.requires_grad_(False)  # frozen, but .grad is still 2
optimizer.step()
print("frozen, and moved all the same:", w)

w.grad = None
optimizer.step()
print("cleared:                       ", w)

# %% [markdown]
# The repair is the habit of section 1: reset to `None`, and the optimizer leaves the parameter alone.
#
# A module freezes all its parameters at once: `module.requires_grad_(False)`.

# %% [markdown]
# ## 7. What does the graph keep alive?
#
# The local derivative of an operation is computed on the way back, often from values of the way forward.
# Until then, these values must be kept. You can watch it happen with a **hook**: a function of yours that is called at a certain moment.
# `saved_tensors_hooks(pack, unpack)` calls `pack` with each tensor that is saved, and keeps what `pack` returns.
# On the way back it calls `unpack` with that.
# Our `pack` counts bytes.


# %%
def saved_bytes(fn):
    """How many bytes the graph of fn() saves for the backward pass, all saved tensors added up."""
    sizes = []

    def pack(tensor):
        sizes.append(tensor.numel() * tensor.element_size())
        return tensor.detach()  # without its history, or the graph would hold itself

    def unpack(kept):
        return kept

    with torch.autograd.graph.saved_tensors_hooks(pack, unpack):
        fn()
    return sum(sizes)


# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "x has 1,000 numbers of 4 bytes and requires gradients. Which of these saves nothing at all?",
    {
        "torch.exp(x)": "Its derivative is its own result, so it saves the result: 4,000 bytes.",
        "x + 1": "Its local derivative is 1 for every x. Nothing has to be remembered.",
        "x * x": "Each factor is the local derivative of the other. It saves both, although they are the same tensor.",
        "torch.sigmoid(x)": "σ′ = σ(1 − σ): it saves the result, 4,000 bytes.",
    },
    answer="x + 1",
)

# %%
x = torch.ones(1000, requires_grad=True)
constant = torch.ones(1000)
for name, fn in {
    "x + 1": lambda: x + 1,
    "3 * x": lambda: 3 * x,
    "x.sum()": lambda: x.sum(),
    "x * constant": lambda: x * constant,
    "x ** 2": lambda: x**2,
    "torch.exp(x)": lambda: torch.exp(x),
    "torch.sigmoid(x)": lambda: torch.sigmoid(x),
    "x * x": lambda: x * x,
}.items():
    print(f"{name:17} {saved_bytes(fn):5} bytes")

# %% [markdown]
# `x * constant` saves only the constant: it is the local derivative for `x`, and for the constant nobody asks.
# The last line counts one piece of memory twice: `x` is saved as the first factor and as the second.
#
# Now the tensor of lesson 03, with 64 × 512 × 16 × 16 numbers. One sigmoid saves as much as the tensor itself.
# Under `no_grad`, nothing.

# %%
x = torch.zeros(64, 512, 16, 16, requires_grad=True)


def forward():
    return torch.sigmoid(x).mean()


recorded = saved_bytes(forward)
with torch.no_grad():
    not_recorded = saved_bytes(forward)
print("recorded:      ", recorded // 1024, "KiB")
print("under no_grad: ", not_recorded // 1024, "KiB")

# %% [markdown]
# An evaluation loop that forgets `no_grad` gives the right numbers, and needs this memory for nothing.
#
# When are the saved values let go? Python tells: `__del__` of an object runs when nobody holds it any more.
# So let `pack` put each saved tensor into an object that speaks.


# %%
class Speaking:
    def __init__(self, tensor):
        self.tensor = tensor.detach()
        print("  kept:  ", len(self.tensor), "numbers")

    def __del__(self):
        print("  let go:", len(self.tensor), "numbers")


x = torch.ones(4, requires_grad=True)
print("forward")
with torch.autograd.graph.saved_tensors_hooks(Speaking, lambda speaking: speaking.tensor):
    y = torch.sigmoid(torch.exp(x)[:2])
print("backward")
y.sum().backward()
print("end")

# %% [markdown]
# The graph grows on the way forward. On the way back each node is walked once, and then lets its values go.
# So the most memory is needed at the turn, between forward and backward.
#
# ### Checkpoints: pay with time
#
# If memory is short, there is a trade. A **checkpoint** keeps only the *input* of a part of the model, and forgets what lies inside.
# On the way back the part is computed once more, from its input, and then walked.

# %%
calls = []


def part(t):
    calls.append("part")
    return torch.tanh(torch.exp(torch.sigmoid(t)))


x = torch.ones(1000, requires_grad=True)
part(x).sum().backward()
expected = x.grad
print("plain:         ", saved_bytes(lambda: part(x)), "bytes saved")

x.grad = None
print(
    "checkpointed:  ",
    saved_bytes(lambda: torch.utils.checkpoint.checkpoint(part, x, use_reentrant=False)),
    "bytes saved",
)

calls.clear()
torch.utils.checkpoint.checkpoint(part, x, use_reentrant=False).sum().backward()
print("runs of part:  ", len(calls))
print("same gradient: ", torch.equal(x.grad, expected))

# %% [markdown]
# A third of the memory for twice the forward computation. That is the whole trade.
# (`use_reentrant=False` chooses the newer of PyTorch's two ways to do it, the one that PyTorch recommends.)
#
# ### The saved bytes bar
#
# Nine operations one after the other, with 262,144 numbers each, which are 1,024 KiB.
# The picture shows a real run, moment by moment: first forward, then backward.
# Step through *recorded*. Where is the highest level? Which operation keeps nothing?
# Then choose *under no_grad*, and then *3 checkpoints*: three parts of three operations.

# %%
operations = [
    ("sigmoid", torch.sigmoid),
    ("exp", torch.exp),
    ("tanh", torch.tanh),
    ("+ 1", lambda t: t + 1),
    ("sqrt", torch.sqrt),
    ("tanh", torch.tanh),
    ("sigmoid", torch.sigmoid),
    ("exp", torch.exp),
    ("tanh", torch.tanh),
]
saved_bytes_bar(operations, torch.linspace(0, 1, 262144), checkpoints=3)

# %% [markdown]
# Recorded, the level rises to 8,192 KiB. With three checkpoints it never exceeds 5,120 KiB:
# two inputs of parts, and the three results of the part that is being computed again.
# (The input of the first part is `x` itself. It is there anyway and is not counted.)
#
# <details>
# <summary>How many checkpoints are best?</summary>
#
# Try `checkpoints=1`. At the turn nothing is kept, but then everything is computed again at once:
# the highest level is the same as without. And with `checkpoints=9`, every input is kept.
# For a chain of n equal operations, about √n parts are best.
#
# </details>

# %% [markdown]
# ## 8. In PyTorch
#
# Everything in this lesson is PyTorch's own interface. Here are both libraries side by side:
# a step with accumulation, a frozen parameter, a wall, and the bytes saved.

# %%
import torchlet

libraries = [torchlet]
try:
    import torch as pytorch  # the first import takes some seconds

    libraries.append(pytorch)
except ModuleNotFoundError:
    print("PyTorch is not installed here. The rows for it are left out.")

for library in libraries:
    w = library.tensor([1.0, 2.0], requires_grad=True)
    frozen = library.tensor([3.0, 4.0])
    sizes = []
    with library.autograd.graph.saved_tensors_hooks(
        lambda t, sizes=sizes: sizes.append(t.numel() * t.element_size()) or t.detach(), lambda t: t
    ):
        for _ in range(2):
            (w * frozen + (w**2).detach()).sum().backward()
    with library.no_grad():
        w -= 0.1 * w.grad
    print(f"{library.__name__:9}", w, w.grad, frozen.grad, sum(sizes), w._version)

# %% [markdown]
# | | torchlet | PyTorch |
# |:--|:--|:--|
# | `no_grad` | one switch for all threads | one switch for each thread |
# | results of `inference_mode` | ordinary tensors | a recorded operation refuses to save them: RuntimeError |
# | `saved_tensors_hooks` | the same | the same, and `save_on_cpu`, which moves saved values from the GPU to main memory |
# | `checkpoint` | one way, `use_reentrant` is not looked at | two ways; also restores the state of the random numbers |
# | who lets saved values go | the loop in `torchlet/engine.py`, after each node | the C++ engine, after each node |
#
# The names differ elsewhere: JAX and TensorFlow say `stop_gradient` for `detach`. The wall is the same.

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
# ### Task 1 · The gradient of a big batch, in pieces (2 points)
#
# *Difficulty 2 of 3, about 8 minutes.*
#
# Write `accumulated_gradient(loss_fn, batches)`.
#
# - `batches` is a list of tensors. The length of a batch is its number of samples, and the batches may have different lengths.
# - `loss_fn(batch)` returns the mean loss over the samples of this batch. It is computed with some parameters that require gradients;
#   you do not see them, and you do not need to.
# - Afterwards `.grad` of these parameters holds the gradient of the mean loss over *all* samples,
#   as one `backward()` for one big batch would have left it. What was in `.grad` before is added to, as always.
# - Only one graph is alive at a time: walk back for a batch before you call `loss_fn` for the next one.
# - The result is the mean loss over all samples, a Python float.
#
# ```python
# w = torch.tensor(1.0, requires_grad=True)
# batches = [torch.tensor([1.0, 2.0, 3.0]), torch.tensor([6.0])]
# accumulated_gradient(lambda batch: (w * batch).mean(), batches)  # 3.0, and w.grad is tensor(3.)
# ```
#
# <details>
# <summary>Help: my gradient is too large</summary>
#
# Section 3: a mean over all samples is a weighted mean of the small means.
# What is the weight of a batch with 3 samples, if there are 4 in all? Multiply the loss by it before you walk back.
#
# </details>
#
# <details>
# <summary>Help: it is right for batches of equal length only</summary>
#
# Dividing by the number of batches gives each batch the same weight. A batch of one sample would count as much as a batch of three.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "accumulated_gradient", "locked": false, "schema_version": 3, "solution": true, "task": false}
def accumulated_gradient(loss_fn, batches):
    """Leaves the gradient of the mean loss over all samples in .grad, one batch at a time; returns that loss, a float."""
    ### BEGIN SOLUTION
    samples_in_all = sum(len(batch) for batch in batches)
    mean = 0.0
    for batch in batches:
        loss = loss_fn(batch) * len(batch) / samples_in_all
        loss.backward()
        mean += loss.item()
    return mean
    ### END SOLUTION


# %% jupyter={"source_hidden": true} nbgrader={"grade": false, "grade_id": "accumulated_gradient_helper", "locked": true, "schema_version": 3, "solution": false, "task": false}
# For the checks: accumulated_gradient for a linear model with two parameters, and what .grad held at each call of the loss
def accumulated_over(rows, lengths, start=None):
    table = torch.tensor(rows)
    w = torch.tensor([0.5, -1.0], requires_grad=True)
    w.grad = None if start is None else torch.tensor(start)
    batches, begin, seen = [], 0, []
    for length in lengths:
        batches.append(table[begin : begin + length])
        begin += length

    def loss_fn(batch):
        seen.append(None if w.grad is None else w.grad.tolist())
        return ((batch[:, :2] @ w - batch[:, 2]) ** 2).mean()

    result = accumulated_gradient(loss_fn, batches)
    left = [len(batch) for batch in batches]
    return {"result": result, "grad": None if w.grad is None else w.grad.tolist(), "seen": seen, "left": left}


# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "accumulated_gradient_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Six samples in batches of equal and of different lengths, and a gradient that was there before
rows = [[1.0, 2.0, 3.0], [2.0, 1.0, 3.0], [0.0, 3.0, 4.0], [1.0, 1.0, 2.0], [3.0, 0.0, 4.0], [2.0, 2.0, 5.0]]


def gradient_of(rows, weight=1.0):
    table = torch.tensor(rows)
    w = torch.tensor([0.5, -1.0], requires_grad=True)
    loss = ((table[:, :2] @ w - table[:, 2]) ** 2).mean()
    (weight * loss).backward()
    return w.grad, loss.item()


for lengths, start in [([2, 2, 2], None), ([3, 2, 1], None), ([1, 5], [10.0, 20.0])]:
    ends = [sum(lengths[: i + 1]) for i in range(len(lengths))]
    parts = [rows[end - length : end] for end, length in zip(ends, lengths, strict=True)]
    before = torch.tensor([0.0, 0.0] if start is None else start)
    want, want_loss = gradient_of(rows)
    means = [gradient_of(part) for part in parts]
    case = f"batches of {lengths} samples" + (", with something in .grad before" if start else "")
    with expect.explaining(
        {
            "no attribute 'backward'": "A number has no backward(): .item() and float() cut the graph. "
            "Walk back from the tensor first.",
            "does not require grad": "The loss hangs on no graph. Under no_grad, and behind detach(), nothing is recorded.",
            "list indices must be": "loss_fn takes one batch. Write a loop over batches.",
        },
        name="accumulated_gradient(loss_fn, batches)",
        where="section 3, when is adding up what you want",
    ):
        done = accumulated_over(rows, lengths, start)
    expect.close(
        done["grad"],
        (before + want).tolist(),
        name=f"the gradient for {case}",
        hint="Weight each loss with len(batch) / samples in all, and walk back before the next batch.",
        where="section 3, when is adding up what you want",
        mistakes={
            "No gradient arrived. Call backward() on each loss, as a tensor: .item() and float() cut the graph.": None,
            "Nothing was added to what was there before. Call backward() on each loss.": before.tolist(),
            "The small means are added as they are. Each has to be weighted with its share of the samples.": (
                before + sum(gradient for gradient, _ in means)
            ).tolist(),
            "Each batch has the same weight. The weight is its share of the samples: a batch of one counts less.": (
                before + sum(gradient for gradient, _ in means) / len(parts)
            ).tolist(),
            "This is the gradient of the sum over all samples. The mean is asked for: divide by the number of samples.": (
                before + len(rows) * want
            ).tolist(),
        },
    )
    expect.true(
        len(done["seen"]) == len(parts),
        f"loss_fn should be called once for each of the {len(parts)} batches. Number of calls: {len(done['seen'])}.",
        hint="Call it exactly once for each batch, with that batch alone, and keep what you need from it.",
    )
    expect.true(
        all(one != other for one, other in zip(done["seen"][:-1], done["seen"][1:], strict=True)),
        "loss_fn was called for the next batch before the last one had been walked back. All their graphs are alive at once.",
        hint="Forward, backward, forward, backward: call backward() inside the loop, not on a sum of losses behind it.",
        where="section 3, the order matters for memory",
    )
    expect.equal(
        done["left"],
        lengths,
        name="the lengths of the batches after the call",
        hint="The list belongs to the caller, who will need it for the next epoch. Go through it with a for loop.",
    )
    expect.type(
        done["result"],
        float,
        name="the result of accumulated_gradient",
        hint="Return a Python float, from .item(). A tensor would keep its graph alive.",
    )
    expect.close(
        done["result"],
        want_loss,
        name=f"the mean loss for {case}",
        hint="The mean over all samples is the weighted mean of the small means, with the same weights as for the gradient.",
        mistakes={
            "This is the mean of the batches' means. A small batch counts too much in it.": sum(
                loss for _, loss in means
            )
            / len(means),
            "This is the sum of the batches' means.": sum(loss for _, loss in means),
            "This is the loss of the last batch.": means[-1][1],
        },
    )
expect.passed("accumulated_gradient")

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "accumulated_gradient_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Other samples, and batches of other lengths
### BEGIN HIDDEN TESTS
rng = expect.rng()
for lengths, start in [([4, 1, 2], None), ([1, 1, 6], [0.5, -0.25]), ([5], None), ([2, 3], [1.0, 1.0])]:
    rows = rng.uniform(1.0, 3.0, (sum(lengths), 3)).tolist()
    table = torch.tensor(rows)
    w = torch.tensor([0.5, -1.0], requires_grad=True)
    w.grad = None if start is None else torch.tensor(start)
    loss = ((table[:, :2] @ w - table[:, 2]) ** 2).mean()
    loss.backward()
    done = accumulated_over(rows, lengths, start)
    expect.close(
        done["grad"],
        w.grad.tolist(),
        name=f"the gradient for batches of {lengths} samples",
        hint="Run the visible check above first; each loss is weighted with its share of the samples.",
        rtol=1e-4,
    )
    expect.true(
        len(done["seen"]) == len(lengths)
        and all(one != other for one, other in zip(done["seen"][:-1], done["seen"][1:], strict=True)),
        "Each batch should be walked back once, before loss_fn is called for the next one.",
        hint="Call loss_fn once for each batch, and backward() inside the loop.",
    )
    expect.type(
        done["result"],
        float,
        name="the result of accumulated_gradient",
        hint="Return a Python float, from .item().",
    )
    expect.close(
        done["result"],
        loss.item(),
        name="the mean loss",
        rtol=1e-4,
        hint="The mean over all samples is the weighted mean of the small means.",
    )
### END HIDDEN TESTS

# %% [markdown]
# ### Task 2 · One step of gradient descent (2 points)
#
# *Difficulty 1 of 3, about 6 minutes.*
#
# Write `sgd_step(params, lr)`. It changes each parameter by −lr · gradient, and resets.
#
# - `params` is a list, or anything else for a `for` loop, such as `model.parameters()`. It may allow only one loop.
# - Each parameter stays the same tensor and the same leaf, and requires gradients as before. Its numbers change in place.
# - A parameter whose `.grad` is `None` stays as it is.
# - Afterwards `.grad` of every parameter is `None`.
# - The change is counted by the version counter, so that a graph that still needs the old value can complain.
# - Nothing is returned.
#
# ```python
# w = torch.tensor(1.0, requires_grad=True)
# (w**2).backward()
# sgd_step([w], 0.1)
# print(w, w.grad)  # tensor(0.8000, requires_grad=True) None
# ```
#
# <details>
# <summary>Help: nothing changes</summary>
#
# `w = w - lr * w.grad` hangs the name `w` on a new tensor, and the parameter stays as it was. Section 4 has the repair.
#
# </details>
#
# <details>
# <summary>Help: "a leaf Variable that requires grad is being used in an in-place operation"</summary>
#
# The change would be recorded. Section 4 shows the block in which nothing is recorded.
#
# </details>
#
# <details>
# <summary>Help: "unsupported operand type(s) for *: 'float' and 'NoneType'"</summary>
#
# One of the parameters has no gradient: its `.grad` is `None`. Read above what becomes of it.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "sgd_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
def sgd_step(params, lr):
    """Changes each parameter in place by -lr times its gradient, and resets the gradient to None."""
    ### BEGIN SOLUTION
    with torch.no_grad():
        for w in params:
            if w.grad is not None:
                w -= lr * w.grad
                w.grad = None
    ### END SOLUTION


# %% jupyter={"source_hidden": true} nbgrader={"grade": false, "grade_id": "sgd_step_helper", "locked": true, "schema_version": 3, "solution": false, "task": false}
# For the checks: what sgd_step leaves behind
def after_sgd_step(numbers, gradients, lr, once=False):
    params = [torch.tensor(number, requires_grad=True) for number in numbers]
    for w, gradient in zip(params, gradients, strict=True):
        w.grad = None if gradient is None else torch.tensor(gradient)
    given, places = list(params), [w.data_ptr() for w in params]
    result = sgd_step((w for w in given) if once else given, lr)
    return {
        "numbers": [w.detach().tolist() for w in params],
        "gradients": [None if w.grad is None else w.grad.tolist() for w in params],
        "still leaves that ask": all(w.is_leaf and w.requires_grad for w in params),
        "same tensors": all(w is other for w, other in zip(params, given, strict=True)),
        "same memory": [w.data_ptr() for w in params] == places,
        "counted": [w._version > 0 for w in params],
        "recording": torch.is_grad_enabled(),
        "result": result,
    }


# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "sgd_step_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# A number, a vector, a parameter without a gradient, and parameters that allow only one loop
numbers, gradients = [1.0, [2.0, 3.0], [5.0]], [2.0, [10.0, -20.0], None]


def flat(parameters):
    return [number for one in parameters for number in (one if isinstance(one, list) else [one])]


for once in (False, True):
    case = "for parameters that allow only one loop" if once else "for a list of three parameters"
    with expect.explaining(
        {
            "in-place operation": "The change would be recorded, and the leaf would be a result too. Change it inside "
            "`with torch.no_grad():`.",
            "'NoneType'": "One of the three parameters has no gradient: its .grad is None. Leave such a parameter as it is.",
            "has no len()": "params may be anything for a `for` loop. Write `for w in params:`, without places.",
            "not subscriptable": "params may be anything for a `for` loop. Write `for w in params:`, without places.",
            "Boolean value of": "A gradient with several numbers is neither true nor false. Ask `w.grad is not None`.",
        },
        name=f"sgd_step {case}",
        where="section 4, how do you change a parameter",
    ):
        done = after_sgd_step(numbers, gradients, 0.1, once)
    expect.close(
        flat(done["numbers"]),
        [0.8, 1.0, 5.0, 5.0],
        name=f"the list of the numbers 1, (2, 3) and 5 after sgd_step {case}",
        hint="Under no_grad, w -= lr * w.grad changes the numbers in place. Leave out a parameter whose .grad is None.",
        where="section 4, how do you change a parameter",
        mistakes={
            "No parameter has changed. w = w - lr * w.grad makes a new tensor and leaves the parameter as it was.": flat(
                numbers
            ),
            "The sign is wrong: this step goes along the gradient, uphill.": [1.2, 3.0, 1.0, 5.0],
            "The learning rate is missing.": [-1.0, -8.0, 23.0, 5.0],
        },
    )
    expect.true(
        done["same tensors"],
        "The list holds other tensors than before. A parameter has to stay the same tensor.",
        hint="An optimizer, a model and you all hold the same tensor. Change its numbers in place: w -= ...",
        where="section 4",
    )
    expect.true(
        done["same memory"] and done["still leaves that ask"],
        "A parameter has other memory than before, or is no leaf that requires gradients any more.",
        hint="Change the numbers in place, under no_grad, and leave requires_grad alone.",
    )
    expect.equal(
        done["gradients"],
        [None, None, None],
        name=f"sgd_step {case}: gradients",
        hint="Reset with w.grad = None, in the same loop as the update: params may allow one loop only.",
        where="section 1, two ways to reset",
        mistakes={
            "The gradient is still there. The next pass would add to it.": 2.0,
            "The gradient is zero, not None. Zero is a statement about the loss, None says that nothing was computed.": 0.0,
        },
    )
    expect.true(
        done["counted"] == [True, True, False],
        "The version counters are wrong: a change was not counted, or a parameter without a gradient was written to.",
        hint="Writing through .data is not counted, so that mistakes go unnoticed. Use no_grad and w -= ...",
        where="section 5, .data and why not to use it",
    )
    expect.equal(
        done["result"],
        None,
        name="the result of sgd_step",
        hint="The step changes the parameters. Return nothing.",
    )
    expect.true(
        done["recording"],
        "After sgd_step nothing is recorded any more.",
        hint="Use the block `with torch.no_grad():`, which switches recording on again at its end. "
        "In this notebook it is still off: run torch.set_grad_enabled(True) once, in a cell of its own.",
    )
expect.passed("sgd_step")

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "sgd_step_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Other parameters, shapes and learning rates
### BEGIN HIDDEN TESTS
rng = expect.rng()
for once in (True, False):
    lr = round(float(rng.uniform(0.05, 0.5)), 3)
    shapes = [(), (3,), (2, 2), (1,), (4,)]
    numbers = [rng.uniform(1.0, 2.0, shape).tolist() for shape in shapes]
    gradients = [rng.uniform(1.0, 2.0, shape).tolist() for shape in shapes]
    gradients[int(rng.integers(5))] = None
    with expect.explaining(
        {"Boolean value of": "A gradient with several numbers is neither true nor false."},
        name="sgd_step",
        hint="Ask `w.grad is not None`: a gradient with several numbers is neither true nor false.",
    ):
        done = after_sgd_step(numbers, gradients, lr, once)
    want = [
        number if gradient is None else (torch.tensor(number) - lr * torch.tensor(gradient)).tolist()
        for number, gradient in zip(numbers, gradients, strict=True)
    ]
    for got, number in zip(done["numbers"], want, strict=True):
        expect.close(
            got,
            number,
            name="a parameter after sgd_step",
            hint="Run the visible check above first; each parameter changes by -lr times its own gradient, "
            "also those behind one without a gradient.",
            rtol=1e-4,
        )
    expect.equal(
        done["gradients"],
        [None] * 5,
        name="sgd_step: gradients",
        hint="Reset with w.grad = None in the same loop as the update.",
    )
    expect.true(
        done["same tensors"] and done["same memory"] and done["still leaves that ask"],
        "A parameter is not the leaf that it was.",
        hint="Change the numbers in place, under no_grad.",
    )
    expect.true(
        done["counted"] == [gradient is not None for gradient in gradients],
        "The version counters are wrong: a change was not counted, or a parameter without a gradient was written to.",
        hint="Writing through .data is not counted.",
    )
    expect.true(
        done["result"] is None and done["recording"],
        "sgd_step returns nothing and leaves recording on.",
        hint="Return nothing, and update inside of the block `with torch.no_grad():`, which ends by itself.",
    )
### END HIDDEN TESTS

# %% [markdown]
# ### Task 3 · A step with frozen parameters (2 points)
#
# *Difficulty 2 of 3, about 9 minutes.*
#
# Write `frozen_step(params, frozen, loss_fn, lr)`: one training step in which some parameters do not learn.
#
# - `params` is a dictionary {name: leaf}, `frozen` is a list of names from it, and `loss_fn(params)` returns the loss, a tensor with one number.
#   At least one parameter is left that learns.
# - While `loss_fn` runs, the frozen parameters do not require gradients, so no gradient is computed for them.
# - The others take one step of gradient descent with the learning rate `lr`. The frozen ones keep their numbers.
# - Only the gradient of *this* loss counts, whatever was in `.grad` before.
# - Afterwards every `.grad` is `None`, and every parameter requires gradients exactly if it did before.
#   (A parameter may have been frozen by somebody else: then it stays frozen.)
# - The result is the loss before the step, a Python float.
#
# ```python
# params = {"a": torch.tensor(2.0, requires_grad=True), "b": torch.tensor(3.0, requires_grad=True)}
# frozen_step(params, ["a"], lambda p: p["a"] * p["b"], 0.5)  # 6.0, and params["b"] is 2 now
# ```
#
# <details>
# <summary>Help: in which order?</summary>
#
# Note who asks now. Freeze. Reset. Forward and backward. Step and reset (task 2 does this). Restore who asks.
#
# </details>
#
# <details>
# <summary>Help: a frozen parameter moves all the same</summary>
#
# Something was in its `.grad` from an earlier pass. Section 6 has this trap: freezing computes no new gradient, and leaves the old one where it is.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "frozen_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
def frozen_step(params, frozen, loss_fn, lr):
    """One step of gradient descent for all of params (a dict) but those named in frozen; returns the loss, a float."""
    ### BEGIN SOLUTION
    asked = {name: w.requires_grad for name, w in params.items()}
    for name in frozen:
        params[name].requires_grad_(False)
    for w in params.values():
        w.grad = None
    loss = loss_fn(params)
    loss.backward()
    with torch.no_grad():
        for name, w in params.items():
            if w.grad is not None:
                w -= lr * w.grad
            w.grad = None
            w.requires_grad_(asked[name])
    return loss.item()
    ### END SOLUTION


# %% jupyter={"source_hidden": true} nbgrader={"grade": false, "grade_id": "frozen_step_helper", "locked": true, "schema_version": 3, "solution": false, "task": false}
# For the checks: frozen_step for the model c * (a * x + b), and what happens to a, b and c
def after_frozen_step(numbers, frozen, lr, old_gradients=None, not_asking=()):
    x, y = torch.tensor([1.0, 2.0, 4.0]), torch.tensor([2.0, 3.0, 1.0])
    params = {
        name: torch.tensor(number, requires_grad=name not in not_asking) for name, number in numbers.items()
    }
    for name, gradient in (old_gradients or {}).items():
        params[name].grad = torch.tensor(gradient)
    given, seen = dict(params), []

    def loss_fn(p):
        seen.append({name: p[name].requires_grad for name in p})
        return ((p["c"] * (p["a"] * x + p["b"]) - y) ** 2).mean()

    names = list(frozen)
    result = frozen_step(params, names, loss_fn, lr)
    return {
        "result": result,
        "frozen": names,
        "numbers": {name: w.detach().tolist() for name, w in given.items()},
        "asking during the forward pass": seen[0] if seen else {},
        "calls": len(seen),
        "asking": {name: w.requires_grad for name, w in given.items()},
        "gradients": {name: None if w.grad is None else w.grad.tolist() for name, w in given.items()},
        "same tensors": all(params.get(name) is w for name, w in given.items()),
    }


# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "frozen_step_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# One and two frozen parameters, old gradients, and a parameter that did not ask before
numbers = {"a": 0.5, "b": 1.0, "c": 2.0}


def gradients_of(numbers):
    x, y = torch.tensor([1.0, 2.0, 4.0]), torch.tensor([2.0, 3.0, 1.0])
    p = {name: torch.tensor(number, requires_grad=True) for name, number in numbers.items()}
    loss = ((p["c"] * (p["a"] * x + p["b"]) - y) ** 2).mean()
    loss.backward()
    return {name: w.grad.item() for name, w in p.items()}, loss.item()


slopes, loss = gradients_of(numbers)
old = {"a": 100.0, "b": 200.0, "c": 300.0}
for frozen, old_gradients, not_asking in [
    (["b"], None, []),
    (["a", "c"], None, []),
    (["b"], old, []),
    (["a"], None, ["c"]),
    (["a", "b"], None, ["b"]),
    ([], None, []),
]:
    case = f"with {frozen} frozen"
    case += ", and old gradients in .grad" if old_gradients else ""
    case += f", and {not_asking[0]} not asking before" if not_asking else ""
    with expect.explaining(
        {
            "'str' object has no attribute": "Names came where tensors were expected: a loop over the dictionary params, "
            "or over frozen, gives names. The tensors are params[name] and params.values().",
            "missing 1 required positional argument: 'p'": "loss_fn takes the dictionary: loss_fn(params).",
            "does not require grad": "No parameter asks any more. Freeze only those that are named in frozen.",
        },
        name=f"frozen_step {case}",
    ):
        done = after_frozen_step(numbers, frozen, 0.01, old_gradients, not_asking)
    asking = {name: name not in not_asking for name in numbers}
    learning = {name: asking[name] and name not in frozen for name in numbers}
    expect.true(
        done["calls"] == 1,
        f"loss_fn should be called once in a step. Number of calls: {done['calls']}.",
        hint="One step is one forward and one backward pass.",
    )
    expect.equal(
        list(done["asking during the forward pass"].values()),
        list(learning.values()),
        name=f"requires_grad of a, b and c while loss_fn runs, {case},",
        hint="Freeze with requires_grad_(False) before you call loss_fn, and do not wake up the others.",
        where="section 6",
        mistakes={
            "The frozen parameters still ask, so a gradient is computed for them in vain.": list(
                asking.values()
            )
        },
    )
    steps = {name: 0.01 * slopes[name] * learning[name] for name in numbers}
    expect.close(
        list(done["numbers"].values()),
        [numbers[name] - steps[name] for name in numbers],
        name=f"the list of the parameters a, b and c after frozen_step {case}",
        hint="Those that learn change by -lr times the gradient of this loss. The others keep their numbers.",
        where="section 6, the two traps",
        mistakes={
            "No parameter has changed.": list(numbers.values()),
            "The frozen parameters have moved as well.": [
                numbers[name] - 0.01 * slopes[name] for name in numbers
            ],
            "Old gradients took part in the step. Reset before the backward pass.": [
                numbers[name] - steps[name] - 0.01 * old[name] for name in numbers
            ],
            "Old gradients took part in the step of those that learn. Reset before the backward pass.": [
                numbers[name] - steps[name] - 0.01 * old[name] * learning[name] for name in numbers
            ],
            "A frozen parameter was moved by its old gradient. Reset all of them before the step.": [
                numbers[name] - (steps[name] if learning[name] else 0.01 * old[name]) for name in numbers
            ],
        },
    )
    expect.equal(
        list(done["asking"].values()),
        list(asking.values()),
        name=f"requires_grad of a, b and c after frozen_step {case}",
        hint="Note requires_grad of each parameter at the beginning, and restore it at the end.",
        mistakes={
            "The frozen parameters stay frozen. Restore requires_grad at the end.": list(learning.values()),
            "All parameters ask now. One that did not ask before should not ask afterwards.": [
                True,
                True,
                True,
            ],
        },
    )
    expect.equal(
        done["frozen"],
        frozen,
        name=f"the list of the frozen names after frozen_step {case}",
        hint="The list belongs to the caller, who will use it again in the next step. Do not change it.",
    )
    expect.equal(
        done["gradients"],
        dict.fromkeys(numbers),
        name=f"frozen_step {case}: gradients",
        hint="Reset every parameter, the frozen ones too: w.grad = None.",
    )
    expect.true(
        done["same tensors"],
        "params holds other tensors than before.",
        hint="Change the parameters in place.",
    )
    expect.type(
        done["result"], float, name="the result of frozen_step", hint="Return a Python float, from .item()."
    )
    expect.close(
        done["result"],
        loss,
        name="the result of frozen_step",
        hint="Return the loss that loss_fn computed, before the step.",
    )
expect.passed("frozen_step")

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "frozen_step_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Other numbers, other frozen parameters
### BEGIN HIDDEN TESTS
rng = expect.rng()
x, y = torch.tensor([1.0, 2.0, 4.0]), torch.tensor([2.0, 3.0, 1.0])
for frozen, not_asking in [(["a"], []), (["c"], ["b"]), (["b", "a"], ["a"]), ([], [])]:
    numbers = {name: float(rng.uniform(0.5, 1.5)) for name in "abc"}
    old = {name: float(rng.uniform(1.0, 3.0)) for name in "abc"} if rng.integers(2) or frozen else None
    lr = round(float(rng.uniform(0.005, 0.02)), 4)
    p = {name: torch.tensor(number, requires_grad=True) for name, number in numbers.items()}
    loss = ((p["c"] * (p["a"] * x + p["b"]) - y) ** 2).mean()
    loss.backward()
    learning = {name: name not in frozen and name not in not_asking for name in numbers}
    done = after_frozen_step(numbers, frozen, lr, old, not_asking)
    expect.equal(
        done["asking during the forward pass"],
        learning,
        name="requires_grad of the parameters while loss_fn runs",
        hint="Freeze with requires_grad_(False) before you call loss_fn.",
    )
    expect.close(
        done["numbers"],
        {name: number - lr * p[name].grad.item() * learning[name] for name, number in numbers.items()},
        name=f"the parameters after frozen_step with {frozen} frozen",
        hint="Run the visible check above first; old gradients must not take part.",
        rtol=1e-4,
    )
    expect.equal(
        done["asking"],
        {name: name not in not_asking for name in numbers},
        name="requires_grad of the parameters after frozen_step",
        hint="Restore what each parameter had before, also one that is in frozen and did not ask before.",
    )
    expect.equal(
        done["frozen"], frozen, name="the list of the frozen names", hint="Do not change the caller's list."
    )
    expect.equal(
        done["gradients"],
        dict.fromkeys(numbers),
        name="the .grad of the parameters",
        hint="Reset every parameter.",
    )
    expect.true(
        done["same tensors"] and done["calls"] == 1,
        "The parameters should be the same tensors, after one call of loss_fn.",
        hint="Call loss_fn once, and change the parameters in place.",
    )
    expect.type(
        done["result"], float, name="the result of frozen_step", hint="Return a Python float, from .item()."
    )
    expect.close(
        done["result"],
        loss.item(),
        name="the result of frozen_step",
        rtol=1e-4,
        hint="Return the loss before the step.",
    )
### END HIDDEN TESTS

# %% [markdown]
# ### Task 4 · A loss with a wall (2 points)
#
# *Difficulty 1 of 3, about 6 minutes.*
#
# Write `stop_gradient_loss(value, reward, next_value, gamma)`, the loss of the worked example in section 5 for many states at once:
#
# $$\text{loss} = \text{mean of } \big(\text{value} - (\text{reward} + \gamma \cdot \text{next\_value})\big)^2$$
#
# - `value`, `reward` and `next_value` are vectors of the same length, `gamma` is a number.
# - `value` and `next_value` come out of the same model. The gradient flows back through `value` only: the target is a wall.
# - The tensors that you are given stay as they are: their numbers, and whether they require gradients.
#
# ```python
# w = torch.tensor(1.0, requires_grad=True)
# value, next_value = w * torch.tensor([2.0]), w * torch.tensor([3.0])
# stop_gradient_loss(value, torch.tensor([1.0]), next_value, 0.5).backward()  # w.grad is tensor(-2.)
# ```
#
# <details>
# <summary>Help: the loss is right, the gradient is not</summary>
#
# A wall changes no value on the way forward, so the loss cannot tell you where it stands. Which of the two sides should learn?
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "stop_gradient_loss", "locked": false, "schema_version": 3, "solution": true, "task": false}
def stop_gradient_loss(value, reward, next_value, gamma):
    """The mean of (value - (reward + gamma next_value))², where the target counts as a constant."""
    ### BEGIN SOLUTION
    target = (reward + gamma * next_value).detach()
    return ((value - target) ** 2).mean()
    ### END SOLUTION


# %% jupyter={"source_hidden": true} nbgrader={"grade": false, "grade_id": "stop_gradient_loss_helper", "locked": true, "schema_version": 3, "solution": false, "task": false}
# For the checks: the loss for the model value = w · state, and the gradient of w
def loss_and_gradient(w, states, next_states, rewards, gamma):
    w = torch.tensor(w, requires_grad=True)
    value, next_value = torch.tensor(states) @ w, torch.tensor(next_states) @ w
    reward = torch.tensor(rewards)
    tensors = {"value": value, "reward": reward, "next_value": next_value}
    before = {name: (t.detach().tolist(), t.requires_grad) for name, t in tensors.items()}
    with expect.explaining(
        {
            "and 'method'": "detach is a method: call it, with parentheses.",
            "flags of leaf variables": "next_value is a result, and only leaves can be frozen. "
            "A wall in front of the target is target.detach().",
        },
        name="stop_gradient_loss",
    ):
        loss = stop_gradient_loss(value, reward, next_value, gamma)
    expect.type(
        loss,
        torch.Tensor,
        name="the result of stop_gradient_loss",
        hint="Return the loss as a tensor, for backward() begins there: no .item(), no float().",
    )
    changed = [name for name, t in tensors.items() if (t.detach().tolist(), t.requires_grad) != before[name]]
    answer = {"loss": loss.detach(), "attached": loss.requires_grad, "changed": changed, "gradient": None}
    if loss.requires_grad:
        loss.sum().backward()
        answer["gradient"] = None if w.grad is None else w.grad.tolist()
    return answer


# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "stop_gradient_loss_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The worked example, and three states with two numbers each
for w, states, next_states, rewards, gamma in [
    ([1.0], [[2.0]], [[3.0]], [1.0], 0.5),
    (
        [1.0, -0.5],
        [[2.0, 1.0], [0.0, 3.0], [1.0, 1.0]],
        [[1.0, 0.0], [2.0, 2.0], [0.0, 1.0]],
        [0.5, 1.0, 2.0],
        0.9,
    ),
]:
    w_, s, n, r = (torch.tensor(numbers) for numbers in (w, states, next_states, rewards))
    error = s @ w_ - (r + gamma * (n @ w_))
    to_value = 2 * error @ s / len(rewards)  # along the path through value
    to_target = -2 * gamma * error @ n / len(rewards)  # along the path through the target
    done = loss_and_gradient(w, states, next_states, rewards, gamma)
    case = f"{len(rewards)} state" + ("s" if len(rewards) > 1 else "")
    expect.close(
        done["loss"],
        (error**2).mean(),
        name=f"stop_gradient_loss for {case}",
        hint="Write the formula first, and add the wall afterwards: it changes no value.",
        where="the formula of this task",
        mistakes={
            "This is the sum. The mean is asked for.": (error**2).sum(),
            "These are the squares, one for each state. Take their mean.": error**2,
            "Gamma is missing.": ((s @ w_ - (r + n @ w_)) ** 2).mean(),
            "Gamma multiplies the reward as well.": ((s @ w_ - gamma * (r + n @ w_)) ** 2).mean(),
            "The square is missing.": error.mean(),
            "This is the mean of the absolute values. Square the differences.": error.abs().mean(),
        },
    )
    expect.true(
        done["attached"],
        "The loss hangs on no graph, so nothing can learn from it.",
        hint="Only the target is a constant. Do not detach the loss or value, and compute the loss outside of no_grad.",
        where="section 5, a target is a wall",
    )
    expect.close(
        done["gradient"],
        to_value.tolist(),
        name=f"the gradient of w for {case}",
        hint="The gradient flows through value only: detach the whole target.",
        where="section 5, a target is a wall",
        mistakes={
            "There is no wall: the target comes to meet the value.": (to_value + to_target).tolist(),
            "The wall stands on the wrong side: here the target learns, and the value does not.": to_target.tolist(),
        },
    )
    expect.equal(
        done["changed"],
        [],
        name="the list of the tensors that stop_gradient_loss changed",
        hint="detach() shares memory: what you write into the detached tensor is written into the given one. "
        "And requires_grad_() and detach_() change the given tensor itself.",
        where="section 5",
    )
expect.passed("stop_gradient_loss")

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "stop_gradient_loss_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Other states, rewards and gammas
### BEGIN HIDDEN TESTS
rng = expect.rng()
for count, size in [(4, 3), (1, 2), (6, 1)]:
    w, rewards = rng.uniform(1.0, 2.0, size).tolist(), rng.uniform(0.5, 1.5, count).tolist()
    states, next_states = (rng.uniform(1.0, 3.0, (count, size)).tolist() for _ in range(2))
    gamma = round(float(rng.uniform(0.3, 0.8)), 3)
    w_, s, n, r = (torch.tensor(numbers) for numbers in (w, states, next_states, rewards))
    error = s @ w_ - (r + gamma * (n @ w_))
    done = loss_and_gradient(w, states, next_states, rewards, gamma)
    expect.close(
        done["loss"],
        (error**2).mean(),
        name="stop_gradient_loss",
        hint="Run the visible check above first.",
        rtol=1e-4,
        atol=1e-5,
    )
    expect.close(
        done["gradient"],
        (2 * error @ s / count).tolist(),
        name="the gradient of w",
        hint="The gradient flows through value only.",
        rtol=1e-4,
        atol=1e-4,
    )
    expect.equal(
        done["changed"],
        [],
        name="the list of the tensors that stop_gradient_loss changed",
        hint="Write into none of the given tensors, also not through detach(), and change none with detach_().",
    )
### END HIDDEN TESTS

# %% [markdown]
# ### Task 5 · The peak (2 points)
#
# *Difficulty 3 of 3, about 12 minutes.*
#
# `saved_bytes` of section 7 adds up everything that was ever saved. The memory that you need is another number:
# the most that was kept *at the same time*.
#
# Write `peak_saved_bytes(fn)`.
#
# - `fn()` computes something. It may go forward and backward several times, or never backward.
# - The result is the largest number of bytes that graphs kept for backward at the same time while `fn` ran, an int.
# - Each saved tensor counts with its number of elements times the size of an element.
#   If the same tensor is saved twice, it counts twice, as in `saved_bytes`.
# - What has been let go does not count any more, whether by a backward pass or because the graph was thrown away.
#
# ```python
# x = torch.ones(1000, requires_grad=True)
#
# def three_passes():
#     for _ in range(3):
#         torch.sigmoid(torch.exp(x)).sum().backward()
#
# peak_saved_bytes(three_passes)  # 8000, while saved_bytes(three_passes) is 24000
# ```
#
# <details>
# <summary>Help: how do I learn that something was let go?</summary>
#
# In section 7, objects of the class `Speaking` say so. Let objects of your class count instead:
# up when they are made, down in `__del__`. After each step up, compare with the largest number so far.
#
# </details>
#
# <details>
# <summary>Help: where do I keep the counts?</summary>
#
# For example in a dictionary or a list that belongs to this call of `peak_saved_bytes`,
# with a class that is defined inside of the function and can see it. With plain names you need `nonlocal`.
#
# </details>
#
# <details>
# <summary>Help: nothing is let go when the graph is thrown away</summary>
#
# Your object keeps the saved tensor itself, which knows its history: the graph holds your object, and your object holds the graph.
# Keep `tensor.detach()`.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "peak_saved_bytes", "locked": false, "schema_version": 3, "solution": true, "task": false}
def peak_saved_bytes(fn):
    """The largest number of bytes that were kept for the backward pass at the same time while fn() ran."""
    ### BEGIN SOLUTION
    now = peak = 0

    class Kept:
        def __init__(self, tensor):
            nonlocal now, peak
            self.tensor = tensor.detach()
            self.size = tensor.numel() * tensor.element_size()
            now += self.size
            peak = max(peak, now)

        def __del__(self):
            nonlocal now
            now -= self.size

    with torch.autograd.graph.saved_tensors_hooks(Kept, lambda kept: kept.tensor):
        fn()
    return peak
    ### END SOLUTION


# %% autograder={"isolated": false} jupyter={"source_hidden": true} nbgrader={"grade": false, "grade_id": "peak_saved_bytes_helper", "locked": true, "schema_version": 3, "solution": false, "task": false}
# For the checks: the peak of a program, and the gradient that it leaves in x
def peak_of(program, count=1000, dtype="float32"):
    x = torch.ones(count, dtype=getattr(torch, dtype), requires_grad=True)

    def fn():
        exec(program, {"torch": torch, "x": x})

    peak = peak_saved_bytes(fn)
    return {"peak": peak, "gradient": None if x.grad is None else x.grad[0].item()}


# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "peak_saved_bytes_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# One pass, several passes, graphs that are thrown away, two graphs at once, no_grad, float64
programs = {
    "torch.sigmoid(torch.exp(x)).sum().backward()": (8000, 8000, "float32"),
    "for _ in range(3): torch.sigmoid(torch.exp(x)).sum().backward()": (8000, 24000, "float32"),
    "for _ in range(3): torch.sigmoid(torch.exp(x))": (8000, 24000, "float32"),
    "a = torch.exp(x); b = torch.exp(x); a.sum().backward(); b.sum().backward()": (8000, 8000, "float32"),
    "torch.exp(x).sum().backward(); torch.sigmoid(torch.tanh(x[:500])).sum().backward()": (
        4000,
        8000,
        "float32",
    ),
    "with torch.no_grad(): torch.sigmoid(torch.exp(x))": (0, 0, "float32"),
    "(x + 1).sum().backward()": (0, 0, "float32"),
    "torch.exp(x).sum().backward()": (8000, 8000, "float64"),
    "torch.exp(x.view(10, 100)).sum().backward()": (4000, 4000, "float32"),
}
for program, (want, in_all, dtype) in programs.items():
    with expect.explaining(
        {
            "cannot access local variable": "A method that assigns to a name of the function around it needs the line "
            "nonlocal now, peak (with your names).",
            "expected to be a Tensor": "The second hook receives what the first one returned, and has to return the saved "
            "tensor: lambda kept: kept.tensor.",
        },
        name=f"peak_saved_bytes of the program {program}",
        where="section 7, and the Help folds of this task",
    ):
        done = peak_of(program, dtype=dtype)
    expect.type(
        done["peak"], int, name="the result of peak_saved_bytes", hint="Return a number of bytes, an int."
    )
    expect.equal(
        done["peak"],
        want,
        name=f"peak_saved_bytes of the program\n    {program}\nwith 1,000 numbers in x ({dtype})",
        hint="Count up when something is saved and down when it is let go, and remember the largest count.",
        where="section 7, and the Help folds of this task",
        mistakes={
            "Only the rows are counted: this is what len() gives. numel() counts all numbers of a tensor.": 40
            if "view" in program
            else -1,
            "Elements are counted, not bytes.": want // (8 if dtype == "float64" else 4),
            "Every element counts 4 bytes here. A float64 has 8: ask the tensor, with element_size().": want
            // 2
            if dtype == "float64"
            else -1,
            "All that was ever saved is added up. Subtract what is let go: count down in __del__. "
            "If you do, and it never runs, keep tensor.detach() instead of the tensor. "
            "And every call of peak_saved_bytes begins with 0.": in_all,
            "This is what is left at the end. Remember the largest count on the way. And is fn called, with parentheses?": 0,
            "This is the largest single tensor. Several can be kept at the same time.": 4000
            if want == 8000
            else -1,
        },
    )
done = peak_of("torch.sigmoid(torch.exp(x)).sum().backward()")
e = torch.exp(torch.tensor(1.0))
sigma = torch.sigmoid(e)
expect.close(
    done["gradient"],
    (sigma * (1 - sigma) * e).item(),
    name="the gradient that fn leaves in x",
    hint="The second hook has to return the saved tensor as it was, or the backward pass computes with something else.",
    where="section 7",
)
expect.passed("peak_saved_bytes")

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "peak_saved_bytes_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Programs of other sizes, one after another
### BEGIN HIDDEN TESTS
rng = expect.rng()
for _ in range(3):
    n, k = int(rng.integers(100, 900)), int(rng.integers(2, 6))
    dtype, size = ("float32", 4) if rng.integers(2) else ("float64", 8)
    chain = "y = x\nfor _ in range(K): y = torch.tanh(y)\n".replace("K", str(k))
    programs = {
        chain + "y.sum().backward()": k * n * size,
        f"for _ in range(4):\n    y = x\n    for _ in range({k}): y = torch.tanh(y)\n    y.sum().backward()": k
        * n
        * size,
        f"for _ in range({k}): torch.sigmoid(torch.tanh(x))": 2 * n * size,
        f"graphs = [torch.exp(x) for _ in range({k})]\nfor g in graphs: g.sum().backward()": k * n * size,
        chain + "y.sum().backward(retain_graph=True); y.sum().backward(); torch.exp(x).sum().backward()": k
        * n
        * size,
        "y = x * x\ny.sum().backward()\ntorch.exp(x).sum().backward()": 2 * n * size,
        "with torch.no_grad():\n    for _ in range(3): torch.exp(x)": 0,
        "torch.sigmoid(torch.exp(x.view(-1, 1))).sum().backward()\ntorch.exp(x.sum()).backward()": 2
        * n
        * size,
        "torch.tanh(x.view(1, -1)).sum().backward()": n * size,
    }
    for program, want in programs.items():
        with expect.explaining(
            {"len() of a 0-d tensor": "A tensor of no dimensions has no length."},
            name="peak_saved_bytes",
            hint="A saved tensor may have any shape. numel() counts its numbers, len() only its rows.",
        ):
            done = peak_of(program, n, dtype)
        expect.type(
            done["peak"], int, name="the result of peak_saved_bytes", hint="Return a number of bytes, an int."
        )
        expect.equal(
            done["peak"],
            want,
            name=f"peak_saved_bytes of the program\n{program}\nwith {n} numbers in x ({dtype})",
            hint="Run the visible check above first; count up when something is saved, down when it is let go. "
            "A tensor of any shape counts with all its numbers.",
        )
slope = peak_of("(3 * x * x).sum().backward()", 10)["gradient"]
expect.close(
    slope,
    6.0,
    name="the gradient that fn leaves in x",
    hint="The second hook returns the saved tensor as it was.",
)
### END HIDDEN TESTS

# %% [markdown]
# ### Task 6 · In your own words (2 points, graded by a person)
#
# *Difficulty 2 of 3, about 6 minutes.*
#
# A classmate asks: "`with torch.no_grad():` and `.detach()` both stop gradients. Is it not the same, and which one should I write?"
#
# Answer in five to seven sentences. Say what each of them acts on, and what each of them saves or does not save in memory.
# Give one place in a training program for each where it is right and the other would be wrong or wasteful.
# Say also which of the two shares memory with something, and what follows from that.

# %% [markdown] nbgrader={"grade": true, "grade_id": "detach_or_no_grad", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# `no_grad` acts on operations: while the block lasts, nothing is recorded, whatever tensors are used.
# `detach()` acts on one tensor: it gives a second tensor with the same numbers, which counts as a constant. Everything else goes on being recorded.
# So under `no_grad` no values are saved at all, while with `detach()` everything before it has been recorded and saved already, unless nobody else holds that part of the graph.
# For an update (`w -= lr * w.grad`) and for evaluation, `no_grad` is right: no result is ever differentiated, and memory is not needed.
# For a target that the model computes, such as in `stop_gradient_loss`, the loss must be recorded while the target is a wall: there `detach()` is right, and `no_grad` around the whole loss would leave nothing to learn from. (`no_grad` around the target only also works, and saves memory.)
# `detach()` shares memory with its tensor: who writes into the result changes the original. If that is not wanted, `detach().clone()`.
#
# === BEGIN MARK SCHEME ===
#
# 2 points in all. Half points are allowed.
#
# - 0.5 points: what each acts on. `no_grad`: all operations inside the block (for a time). `detach`: one tensor, one path of the graph.
# - 0.5 points: memory. Under `no_grad` nothing is recorded or saved; `detach()` comes after the recording, what was saved before it is not avoided by it.
# - 0.5 points: one right place for each, with the reason. For example update or evaluation for `no_grad`; target, state carried between steps, straight-through for `detach`. "`no_grad` around the computation of the target only" is right as well.
# - 0.5 points: `detach()` shares memory, so writing into the result changes the original (or: `.detach().clone()` for a copy).
#
# No points for: "detach is the old name of no_grad", "no_grad sets requires_grad of the parameters to False", "detach copies the tensor", "detach sets the gradient to zero".
#
# === END MARK SCHEME ===

# %% [markdown]
# ## Before you go
#
# Answer these without looking. Each answer is one or two sentences.
#
# 1. Three backward passes of x² at 3, and nothing is cleared. What is in `.grad`, and which of the five steps was left out?
# 2. What is the difference between `.grad = None` and `.grad.zero_()`, for you and for an optimizer?
# 3. Four small batches instead of a big one: what must happen to each loss?
# 4. When does a second `backward()` fail, and when does it work?
# 5. Why does `w = w - lr * w.grad` look right and not work?
# 6. Which changes in place are refused at once, which in `backward()`, and which are allowed?
# 7. What does `.data` hide that `detach()` does not?
# 8. A frozen layer in the middle, a wall in the middle: who still learns?
# 9. Which operations save nothing for the way back? When is the most memory needed?
# 10. What does a checkpoint keep, and what does it cost?
#
# ## Further reading
#
# - In this repository: `torchlet/grad_mode.py` is the switch that `no_grad` turns, `torchlet/packing.py` the hooks for saved values, and `torchlet/utils/checkpoint.py` a checkpoint on one screen.
# - PyTorch, [Autograd mechanics](https://docs.pytorch.org/docs/stable/notes/autograd.html): the sections on locally disabling gradients, on in-place operations and on saved tensors.
# - PyTorch, [Hooks for autograd saved tensors](https://docs.pytorch.org/tutorials/intermediate/autograd_saved_tensors_hooks_tutorial.html): what else one can do with `pack` and `unpack`.
# - T. Chen, B. Xu, C. Zhang, C. Guestrin, [Training deep nets with sublinear memory cost](https://arxiv.org/abs/1604.06174), 2016: checkpoints, and why √n of them.
# - Y. Bengio, N. Léonard, A. Courville, [Estimating or propagating gradients through stochastic neurons](https://arxiv.org/abs/1308.3432), 2013: the straight-through estimator.
#
# **Next:** lesson 08 shows another interface to the same engine, the gradient tape, and you build one.
