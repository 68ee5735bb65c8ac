# %% [markdown]
# Nine lessons gave you the parts: tensors, shapes, gradients, graphs.
# Today the parts become a machine that learns from data.
# It is a loop of a few lines, and every neural network is trained by this loop, from a parabola to a language model.
#
# This lesson has one question: **what does each line of the loop do, and when may you believe what comes out?**
#
# To answer it we take a model that is so small that you can check every number: a parabola with three parameters.
# And we take data of which we know the truth, because we make them ourselves.
#
# **How to work.** Run the cells from top to bottom with Shift + Enter.
# Where a prediction is asked for, choose *before* you run the next cell.
# A wrong prediction costs no points, and you will remember it longer than a right one.
# The cell that asks is folded, because its code contains the answer: run it without opening it.

# %%
import sys
import warnings

import numpy as np
import torchlet as torch  # "import torch" works as well and prints the same
from tqdm import tqdm

from labkit import epoch_slider, expect, learning_rate_landscape, order_lines, predict, show_figure, subplots

nn, optim = torch.nn, torch.optim  # modules and optimizers, under the names that everybody uses

# %% [markdown]
# ### Two questions from earlier lessons
#
# Answer from memory, without scrolling back.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "Lesson 02: `column` has the shape (4, 1) and `flat` has the shape (4,). What is the shape of `column - flat`?",
    {
        "(4, 1)": "This would need a rule that looks at the number of elements. Broadcasting looks at the shapes, "
        "aligned from the right.",
        "(4,)": "The dimension of size 1 does not vanish. It is stretched.",
        "(4, 4)": "Aligned from the right, the flat tensor is a row (1, 4). The column is stretched to the right, "
        "the row downwards, and every element meets every other. Today this will ruin a fit.",
        "There is an error": "It would be kind if there were one. The shapes can be broadcast, so nothing is said.",
    },
    answer="(4, 4)",
)

# %%
column = torch.zeros(4, 1)
flat = torch.zeros(4)
print((column - flat).shape)

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "Lesson 07: w = 3 and loss = w². You compute the loss and call `backward()` three times, and you clear nothing. "
    "What is `w.grad`?",
    {
        "6": "This is the gradient of one pass. `backward()` adds to what is there, it does not replace it.",
        "18": "Each pass adds 2w = 6 to `.grad`, and nobody has cleared it.",
        "216": "The three gradients are added, not multiplied.",
        "There is an error at the second pass": "Each pass has its own forward computation and so its own graph. "
        "None of them is walked twice.",
    },
    answer="18",
)

# %%
w = torch.tensor(3.0, requires_grad=True)
for _ in range(3):
    (w**2).backward()
print(w.grad)

# %% [markdown]
# ## 1. Data whose truth we know
#
# Somewhere there is a law, and we only see measurements of it.
# Our law is a parabola:
#
# $$y = a\,x^2 + b\,x + c + \text{noise}$$
#
# We draw $a$ between 1 and 5, and $b$ and $c$ between −3 and 3.
# We measure at 100 random places $x$ between −3 and 3, and each measurement has an error from the normal distribution $N(0, 1)$.
# Then we pretend that we do not know $a$, $b$ and $c$, and let the machine find them.
# **Regression** is the name of this task: predict a number from other numbers.

# %%
rng = np.random.default_rng(1)  # a fixed seed: the same numbers each time
a_true = rng.uniform(1, 5)
b_true, c_true = rng.uniform(-3, 3, 2)
xs = rng.uniform(-3, 3, 100)
ys = a_true * xs**2 + b_true * xs + c_true + rng.normal(0, 1, 100)

x = torch.tensor(xs.tolist())
y = torch.tensor(ys.tolist())
print("data: ", x.shape, x.dtype)
print(f"truth: a = {a_true:.4f}, b = {b_true:.4f}, c = {c_true:.4f}")

# %% [markdown]
# The random numbers come from NumPy, and there is a reason.
# `torch.manual_seed(1)` fixes the random numbers of one library.
# torchlet has its own stream of random numbers, and it is not the stream of PyTorch.
# NumPy's generator gives the same numbers to both, so this lesson prints the same on both.
# In your own project you would simply write `torch.manual_seed(1)` and then `torch.randn(1, requires_grad=True)`.

# %%
figure, axes = subplots(figsize=(6, 3.5))
axes.scatter(xs, ys, s=12)
axes.set(xlabel="x", ylabel="y")
show_figure(
    figure,
    alt="100 points along a parabola that opens upwards, lowest near x = −0.4 at about −3, "
    "and about 29 at x = 3. They scatter around it by about 1.",
)

# %% [markdown]
# ## 2. One sample, one step
#
# The **model** says what it believes: $\hat y = a\,x^2 + b\,x + c$. Read $\hat y$ as "y hat": it is the **prediction**.
# The **parameters** $a$, $b$, $c$ are the numbers that may be adjusted.
# The **loss** says how wrong a prediction is: $(y - \hat y)^2$.
#
# The parameters begin at random, because we know nothing yet.

# %%
start = rng.normal(size=3).tolist()


def fresh_parameters():
    return [torch.tensor([number], requires_grad=True) for number in start]


a, b, c = fresh_parameters()
print(a, b, c, sep="\n")

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "Which of the tensors should require gradients?",
    {
        "Only a, b and c": "A gradient is needed for the numbers that will be adjusted. The data stay as they were "
        "measured.",
        "a, b, c, x and y, because all of them are in the formula": "This runs, and it computes gradients that nobody "
        "uses, one for every number of the data. They take as much memory as the data themselves.",
        "Only x and y, because the machine learns from them": "It learns from them, and it changes something else: "
        "the parameters.",
        "None: backward() finds out by itself": "Then nothing is recorded, and backward() raises an error.",
    },
    answer="Only a, b and c",
)

# %%
asking = torch.tensor([xs[0].item()], requires_grad=True)  # a measurement that asks for a gradient
loss = (y[0] - (a * asking**2 + b * asking + c)) ** 2
loss.backward()
print("gradients of a, b, c:", round(a.grad.item(), 3), round(b.grad.item(), 3), round(c.grad.item(), 3))
print("gradient of the measurement:", round(asking.grad.item(), 3))

# %% [markdown]
# It works, and it answers a strange question: how should the *measurement* change, so that the model is right?
# To change the data until they please the model is not learning.
# So the data do not ask.
#
# ### A worked example: one step by hand
#
# Take one sample, $x = 2$ and $y = 10$, and the parameters $a = 1$, $b = 0$, $c = 0$.
# The five steps of a backward pass, which you know, stand in bold. The update, in italics, has its place before the reset.
#
# | Step | What happens | Here |
# |:--|:--|:--|
# | **forward** | prediction and loss | $\hat y = 1 \cdot 4 + 0 \cdot 2 + 0 = 4$, loss = $(10 - 4)^2 = 36$ |
# | **local derivative** | loss by prediction; prediction by each parameter | $-2(y - \hat y) = -12$; then $x^2 = 4$, $x = 2$, $1$ |
# | **upstream × local** | multiply along each path | $-12 \cdot 4 = -48$, $-12 \cdot 2 = -24$, $-12 \cdot 1 = -12$ |
# | **accumulate** | each parameter has one path here | `.grad` is −48, −24, −12 |
# | *update* | parameter − lr · gradient, with lr = 0.01 | $a = 1.48$, $b = 0.24$, $c = 0.12$ |
# | **reset** | clear `.grad` for the next sample | `.grad = None` |
#
# The **learning rate**, lr, says how far one step goes.
# The minus sign is there because the gradient points uphill, and we want to go down.

# %%
by_hand = [torch.tensor([number], requires_grad=True) for number in (1.0, 0.0, 0.0)]


def loss_at_two():
    prediction = by_hand[0] * 2.0**2 + by_hand[1] * 2.0 + by_hand[2]
    return (10.0 - prediction) ** 2


loss = loss_at_two()  # forward
loss.backward()  # local derivative, upstream × local, accumulate
print("loss:", loss.item(), " gradients:", [parameter.grad.item() for parameter in by_hand])
with torch.no_grad():
    for parameter in by_hand:
        parameter -= 0.01 * parameter.grad  # the update
        parameter.grad = None  # reset
print("parameters:", [round(parameter.item(), 2) for parameter in by_hand])
print("loss after the step:", round(loss_at_two().item(), 2))

# %% [markdown]
# One step, and the loss of this sample has fallen from 36 to 12.11.
#
# ### The same kind of step, with gaps
#
# Now the model is a line: $\hat y = w\,x + d$, with the same loss $(y - \hat y)^2$.
# The forward step is given. Fill the gaps with plain Python numbers, without `backward()`.
# This takes about four minutes, gives no points, and the cell below checks it at once.


# %% nbgrader={"grade": false, "grade_id": "faded_example", "locked": false, "schema_version": 3, "solution": true, "task": false}
def one_step_by_hand(w, d, x, y, lr):
    # forward
    prediction = w * x + d
    # local derivative: the loss (y - prediction)² by the prediction
    ### BEGIN SOLUTION
    loss_by_prediction = -2 * (y - prediction)
    ### END SOLUTION
    # upstream × local: the gradient of w and the gradient of d
    ### BEGIN SOLUTION
    w_gradient = loss_by_prediction * x
    d_gradient = loss_by_prediction * 1
    ### END SOLUTION
    # update: return the new w and the new d
    ### BEGIN SOLUTION
    return w - lr * w_gradient, d - lr * d_gradient
    ### END SOLUTION


# %% jupyter={"source_hidden": true}
# Check: run this when you have filled the gaps
with expect.gaps():
    expect.close(
        one_step_by_hand(0.5, 1.0, 3.0, 7.0, 0.01),
        (0.77, 1.09),
        name="one_step_by_hand(w=0.5, d=1, x=3, y=7, lr=0.01)",
        hint="The prediction is 2.5. Write under each other: −2 · (7 − 2.5), then times x for w and times 1 for d.",
        where="the table of the worked example",
        mistakes={
            "This step goes uphill: a sign is wrong, in the derivative of the loss or in the update.": (
                0.23,
                0.91,
            ),
            "The 2 from the derivative of the square is missing.": (0.635, 1.045),
            "The gradient of w lacks its local derivative: the prediction w x + d by w is x.": (0.59, 1.09),
            "The gradient of w was multiplied by w. The prediction w x + d by w is x.": (0.545, 1.09),
            "The gradient of d has a factor too many: the prediction w x + d by d is 1.": (0.77, 1.27),
            "The learning rate is missing in the update.": (27.5, 10.0),
            "These are the gradients. Now take the step: parameter − lr · gradient.": (-27.0, -9.0),
        },
    )
    expect.right("Right. At x = 3, y is 7. The prediction was 2.5, and now it is", round(0.77 * 3 + 1.09, 2))

# %% [markdown]
# ### Three ways to write the update, and two of them fail
#
# The update is one short line, and it goes wrong in more ways than any other line of the loop.
# Look at the most natural way to write it.
# The loss is $(10 - 4w)^2$, and at $w = 1$ its gradient is −48, as above.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "The next cell goes forward and backward, updates with `w = w - 0.01 * w.grad`, and goes forward and backward "
    "again with the new w. What is `w.grad` at the end?",
    {
        "−48 again": "The gradient belongs to a point, and w has moved. But this is not the trouble here.",
        "The gradient at the new point": "It was computed, and passed through. The new `w` is the result of a "
        "subtraction, not a leaf, so nothing is kept in its `.grad`.",
        "The sum of the two gradients": "It would be so if w were still the same tensor. The name `w` now stands for "
        "another one.",
        "None": "The new `w` is the result of a subtraction, so it is no leaf, and only leaves keep a gradient.",
    },
    answer="None",
)

# %%
w = torch.tensor(1.0, requires_grad=True)
((10 - 4 * w) ** 2).backward()
print("first pass: ", w.grad, " leaf:", w.is_leaf)

w = w - 0.01 * w.grad  # looks right
((10 - 4 * w) ** 2).backward()
with warnings.catch_warnings(action="ignore"):  # lesson 06: reading .grad of a non-leaf warns
    print("second pass:", w.grad, " leaf:", w.is_leaf)
    try:
        w = w - 0.01 * w.grad
    except TypeError as error:
        print("TypeError:", error)

# %% [markdown]
# `w = w - ...` does not change the parameter. It makes a new tensor and gives it the old name.
# The last line is the message by which most people meet this mistake: a number times `None`, one step after the cause.
#
# The same happens with *any* operation between `requires_grad=True` and the name, such as a change of dtype:

# %%
w = torch.tensor(1.0, requires_grad=True).double()
print("leaf:", w.is_leaf)
w = torch.tensor(1.0).double().requires_grad_()  # the repair: convert first, ask last
print("leaf:", w.is_leaf)

# %% [markdown]
# So the tensor itself has to change: in place, with `-=`. Here is the second way.

# %%
w = torch.tensor(1.0, requires_grad=True)
((10 - 4 * w) ** 2).backward()
try:
    w -= 0.01 * w.grad
except RuntimeError as error:
    print("RuntimeError:", error)

# %% [markdown]
# Outside of `no_grad`, every operation is recorded. A leaf is a beginning, so it cannot also be the result of a recorded operation.
# The update is no part of the model. It is bookkeeping, so nothing of it should be recorded.
# The third way is right:

# %%
w = torch.tensor(1.0, requires_grad=True)
((10 - 4 * w) ** 2).backward()
with torch.no_grad():
    w -= 0.01 * w.grad
w.grad = None
print("w =", w.item(), " leaf:", w.is_leaf, " asks for gradients:", w.requires_grad)

# %% [markdown]
# You need both, `no_grad` and `-=`. `with torch.no_grad(): w = w - 0.01 * w.grad` would give a new tensor that does not even ask for gradients.
#
# ## 3. Three hundred epochs
#
# One **epoch** is one pass over all the data.
# We take one sample at a time, in a new random order in each epoch, and make a step after each.
# This is **stochastic gradient descent**, SGD. *Stochastic* means random: each step follows the gradient of one random sample, not of all data.
# With 300 epochs and 100 samples this makes 30,000 steps, each with the learning rate 0.0001.
#
# Such a loop takes seconds, and others take weeks. So people watch it.
# `tqdm` draws a progress bar around any loop: `for epoch in tqdm(range(300)):` is all that you have to write.
# The function below only makes the bar print the same text each time: on the normal output, without times.


# %%
def progress(items):
    """A progress bar around a loop, without times."""
    bar = "{l_bar}{bar:30}| epoch {n_fmt} of {total_fmt}"
    return tqdm(items, file=sys.stdout, bar_format=bar, mininterval=0, maxinterval=3600, miniters=100)


# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "a begins at −1.06, and its true value is 3.05. c begins at −0.67, and its true value is −2.13. "
    "Where will c be after 10 of the 300 epochs?",
    {
        "Nearer to −2.13, like a and b": "The steps go to a smaller loss, not to the truth. At the beginning the curve is "
        "too low almost everywhere, because a is too small, and raising c helps against that at once.",
        "Below −2.13, because it shoots past": "To shoot past, a step would have to be large. These are tiny.",
        "Still at −0.67, until a and b are right": "All three move in every step. None of them waits for another.",
        "Further away from −2.13 than at the start": "At the beginning the curve is too low almost everywhere, "
        "because a is too small. Raising c helps against that at once, although it is the wrong thing in the long run.",
    },
    answer="Further away from −2.13 than at the start",
)

# %%
a, b, c = parameters = fresh_parameters()
lr = 1e-4
history = {"loss": [], "a": [], "b": [], "c": []}

for _ in progress(range(300)):  # one turn for each epoch
    losses = []
    for i in rng.permutation(100).tolist():  # a new order in every epoch
        prediction = a * x[i] ** 2 + b * x[i] + c  # forward
        loss = (y[i] - prediction) ** 2
        loss.backward()  # local derivative, upstream × local, accumulate
        with torch.no_grad():
            for parameter in parameters:
                parameter -= lr * parameter.grad  # the update
                parameter.grad = None  # reset
        losses.append(loss.item())
    history["loss"].append(sum(losses) / len(losses))  # the mean loss of this epoch
    history["a"].append(a.item())
    history["b"].append(b.item())
    history["c"].append(c.item())

for epoch in (1, 10, 50, 100, 300):
    print(f"epoch {epoch:3}:", *(f"{name} = {column[epoch - 1]:7.3f}" for name, column in history.items()))
print(f"truth:               a = {a_true:7.3f} b = {b_true:7.3f} c = {c_true:7.3f}")

# %% [markdown]
# The machine has found the law, from a random start and 100 noisy measurements.
#
# Look at $c$. It went from −0.67 up to −0.12, away from the truth, and then came back slowly.
# Gradient descent knows nothing about the truth. It only knows which way is down from where it stands.
#
# And it is slow for $c$, because the local derivative of $c$ is 1, while that of $a$ is $x^2$, which is up to 9.
# The parameter that is multiplied by large numbers gets the large gradients.
#
# Now the pictures. First the data and the fit:

# %%
grid = np.linspace(-3, 3, 100)
figure, axes = subplots(figsize=(6, 3.5))
axes.scatter(xs, ys, s=12, color="gray", label="data")
axes.plot(grid, a.item() * grid**2 + b.item() * grid + c.item(), label="fit after 300 epochs")
axes.plot(grid, a_true * grid**2 + b_true * grid + c_true, "--", label="truth")
axes.set(xlabel="x", ylabel="y")
axes.legend()
show_figure(
    figure, alt="The data, the fitted parabola and the true one. The two curves can hardly be told apart."
)

# %% [markdown]
# Then the loss and the parameters over the epochs.
# The loss has a logarithmic axis: it falls from 183 to 1.07, and on a linear axis you would see a cliff and then nothing.

# %%
figure, (left, right) = subplots(1, 2, figsize=(9, 3.5))
left.plot(range(1, 301), history["loss"])
left.set(xlabel="epoch", ylabel="mean loss", yscale="log")
for name, true_value in {"a": a_true, "b": b_true, "c": c_true}.items():
    (line,) = right.plot(range(1, 301), history[name], label=name)
    right.axhline(true_value, linestyle="--", color=line.get_color())
right.set(xlabel="epoch", ylabel="parameter")
right.legend()
show_figure(
    figure,
    alt="Left: the mean loss falls from 183 to 1.07, steeply at first. Right: a and b come near their true values, "
    "dashed, within 50 epochs; c first rises, then approaches its true value and has not quite arrived at epoch 300.",
)

# %% [markdown]
# ### The fit, epoch by epoch
#
# Move the slider, or use the arrow keys on it. The steps are small at the beginning and large at the end.
#
# 1. From which epoch on can you see no difference from epoch 300?
# 2. At epoch 14 the curve is too high in the middle and too low on the right. Which parameters are too small, and which is too large?
# 3. Compare the loss at epoch 96 and at epoch 300. Is the loss curve flat because the fit is done, or because it is slow?
#
# <details>
# <summary>The answers</summary>
#
# 1. Most eyes say: between epoch 130 and epoch 200. The parameters still move then: $c$ is −1.41 at epoch 135 and −1.96 at epoch 300.
# 2. $a$ = 2.61 and $b$ = 1.69 are too small, which pulls the right side down. $c$ = −0.163 is too large, which lifts the middle.
# 3. It is slow. The loss still falls from 1.51 to 1.07, and $c$ has still not arrived.
#
# </details>


# %%
def parabola(x, a, b, c):
    return a * x**2 + b * x + c


epoch_slider(xs, ys, parabola, history)

# %% [markdown]
# ## 4. Three mistakes that raise no error
#
# The mistakes of section 2 stop the program. The ones that follow do not: the loop runs, and the result is wrong.
#
# ### A column and a flat tensor
#
# Twenty points lie exactly on the line $t = 2x + 1$. There is no noise, so a fit should find $w = 2$ and $d = 1$.
# This time each step uses all samples at once, with the mean of their losses.
# The samples that share one step are called a **batch**.


# %%
def fit_line(inputs, targets, reduce=torch.mean, lr=0.1, steps=200):
    """Fit w and d of the line w x + d; returns them as numbers."""
    w, d = torch.zeros(1, requires_grad=True), torch.zeros(1, requires_grad=True)
    for _ in range(steps):
        loss = reduce((w * inputs + d - targets) ** 2)
        loss.backward()
        with torch.no_grad():
            for parameter in (w, d):
                parameter -= lr * parameter.grad
                parameter.grad = None
    return w.item(), d.item()


column = torch.linspace(-1, 3, 20).view(-1, 1)  # shape (20, 1), as models want their inputs
targets = (2 * column + 1).view(-1)  # shape (20,), as data often come

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "`fit_line(column, targets)` gets inputs of the shape (20, 1) and targets of the shape (20,). What is w at the end?",
    {
        "2, the numbers are the same whatever their shape": "The numbers are the same, but the difference of a column "
        "and a flat tensor is a (20, 20) table, and its mean is another loss.",
        "0": "The difference is a (20, 20) table: every prediction is compared with every target. The best answer to all "
        "targets at once is their mean, at any x. That is a flat line.",
        "There is an error, because the shapes differ": "The two shapes can be broadcast, so there is neither an error nor "
        "a warning.",
        "nan": "Nothing grows without limit here. The loop converges nicely, to the wrong line.",
    },
    answer="0",
)

# %%
w, d = fit_line(column, targets)
print(f"(20, 1) and (20,):   w = {abs(w):.3f}, d = {d:.3f}")
w, d = fit_line(column, targets.view(-1, 1))
print(f"(20, 1) and (20, 1): w = {w:.3f}, d = {d:.3f}")

# %% [markdown]
# The loss fell, the loop converged, and the answer is a flat line at the mean of the targets, which is 3.
# Two things protect you.
#
# - Compare shapes before you subtract: `assert prediction.shape == targets.shape`.
# - Use the loss of the library. It computes the same wrong number, but it warns:

# %%
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    nn.MSELoss()(column, targets)
print(str(caught[0].message).replace(". ", ".\n"))

# %% [markdown]
# ### The sum or the mean
#
# The loss of a batch may be the mean of the single losses, or their sum.
# Both are smallest at the same place, so many people think that the choice does not matter.

# %%
many = torch.linspace(-1, 3, 2000).view(-1, 1)
exact = 2 * many + 1

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "There are 2,000 samples. How does the gradient of the sum compare with the gradient of the mean?",
    {
        "It is the same: both losses have the same minimum": "They share the place of the minimum, not the steepness on "
        "the way to it.",
        "It is 45 times larger, by the square root of 2,000": "The square root belongs to random errors that partly cancel. "
        "This is an exact factor.",
        "It is 2,000 times larger": "The sum is 2,000 times the mean, so its gradient is 2,000 times the gradient. "
        "For the loop, that is another learning rate.",
        "It has another direction": "Every component has the same factor, so the direction is the same.",
    },
    answer="It is 2,000 times larger",
)

# %%
gradients = {}
for reduce in (torch.mean, torch.sum):
    w = torch.zeros(1, requires_grad=True)
    reduce((w * many + 1 - exact) ** 2).backward()
    gradients[reduce] = w.grad.item()
print(f"mean: {gradients[torch.mean]:.3f}")
print(f"sum divided by mean: {gradients[torch.sum] / gradients[torch.mean]:.1f}")

for name, reduce, lr in [("mean", torch.mean, 0.1), ("sum", torch.sum, 0.1), ("sum", torch.sum, 0.1 / 2000)]:
    w, d = fit_line(many, exact, reduce, lr)
    print(f"{name:4} with lr = {lr:<8}: w = {w:.3f}, d = {d:.3f}")

# %% [markdown]
# With the sum, a learning rate that was good throws the parameters to infinity, and from there to `nan`, *not a number*.
# With a rate 2,000 times smaller, the sum gives the same fit.
# Choose the mean: then the same learning rate fits a batch of 10 and a batch of 2,000.
#
# ### A number in place of a tensor
#
# `loss.item()` is a Python number, good for printing and for the log. Some people also try to learn from it.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "Three losses are added up with `total = total + loss.item()`. A number has no `backward()`, so someone writes "
    "`total = torch.tensor(total, requires_grad=True)` and calls `total.backward()`. What is `w.grad`?",
    {
        "None": "`.item()` gives a plain number, and the graph stays behind. The new tensor is a leaf without any "
        "connection to w.",
        "The gradient of the three losses": "This is what the tensor `loss` would give. A number does not know where it "
        "came from.",
        "Zero": "Zero would say that the total does not change with w. Here nobody has computed anything for w.",
        "There is an error": "The new tensor asks for gradients, so backward() has something to do: it stores a 1 in "
        "`total.grad`. That is why this mistake is silent.",
    },
    answer="None",
)

# %%
w = torch.tensor(0.5, requires_grad=True)
total = 0.0
for i in range(3):
    loss = (y[i] - w * x[i]) ** 2
    total = total + loss.item()
try:
    total.backward()
except AttributeError as error:
    print("AttributeError:", error)

total = torch.tensor(total, requires_grad=True)  # this silences the error and repairs nothing
total.backward()
print("w.grad:    ", w.grad)
print("total.grad:", total.grad)

total = sum((y[i] - w * x[i]) ** 2 for i in range(3))  # the repair: add up tensors
total.backward()
print(f"w.grad:     {w.grad.item():.3f}")

# %% [markdown]
# Add up tensors for `backward()`, and numbers for the log.
# The reverse mistake is not free either: `log.append(loss)` keeps the tensor, and with it the whole graph of that step, for each step.
#
# There is a fourth silent mistake, and you know it from lesson 07: nobody clears the gradients.
#
# | What you see | Probable cause |
# |:--|:--|
# | a flat line, though the loss falls | a column minus a flat tensor |
# | `nan` after a few steps | learning rate too large, or a sum where a mean was meant |
# | the loss does not move at all | `.item()`, `.detach()` or `no_grad` on the way; or a parameter that the optimizer does not know (section 6) |
# | the loss falls, then jumps about | gradients are not cleared; or the learning rate is close to its limit |
#
# ## 5. The same with modules
#
# You have written everything yourself: parameters, prediction, loss, update, clearing.
# The library has a name for each.
#
# | By hand | In the library |
# |:--|:--|
# | parameters, and the formula of the prediction | `nn.Linear`, or any `nn.Module` |
# | `((y - prediction) ** 2).mean()` | `nn.MSELoss()`, for *mean squared error* |
# | the update under `no_grad` | `optimizer.step()` of `optim.SGD` |
# | `parameter.grad = None` | `optimizer.zero_grad()` |
#
# `nn.Linear(2, 1)` takes two numbers for each sample and gives one: $y = x A^\top + b$.
# The letters are those of the library: $A$ is the matrix `weight` and $b$ the number `bias`, which is not the $b$ of our parabola.
# Our parabola is of this kind, if we give it $x^2$ and $x$ as the two numbers.
# The inputs of a model are called **features**: here one row for each sample, one column for each feature.

# %%
features = torch.stack([x**2, x], dim=1)
targets = y.view(-1, 1)
print("features:", features.shape, " targets:", targets.shape)

model = nn.Linear(2, 1)
with torch.no_grad():  # the same start as before; without this it would start at random numbers of its own
    model.weight.copy_(torch.tensor([[start[0], start[1]]]))
    model.bias.copy_(torch.tensor([start[2]]))
print(model)
for name, parameter in model.named_parameters():
    print(f"{name:6}", parameter.shape, parameter.tolist())

# %% [markdown]
# The weight is a matrix with one row for each output and one column for each input. Its two numbers are our $a$ and $b$, and the bias is $c$.
# `model(features)` computes `features @ model.weight.T + model.bias`:

# %%
by_formula = features @ model.weight.T + model.bias
print(model(features).shape, torch.allclose(model(features), by_formula))

# %% [markdown]
# ### The seven steps of a training iteration
#
# An **iteration** is one turn of the inner loop. In a program with modules it has seven steps, and they are the same for every model:
# **take a batch, clear, predict, loss, gradients, step, log**.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "The model is new. What is `model.weight.grad` before the first `backward()`?",
    {
        "a (1, 2) tensor of zeros": "Zeros would say that a gradient was computed and is zero. Nothing was computed.",
        "an error, because there is no gradient yet": "Reading `.grad` is always allowed. There is simply nothing in it.",
        "None": "Nothing was computed yet. `zero_grad()` also goes back to None, not to zeros.",
        "random numbers, like the weights": "The weights begin at random numbers. A gradient is the result of a backward "
        "pass, and there was none.",
    },
    answer="None",
)

# %%
criterion = nn.MSELoss()
optimizer = optim.SGD(model.parameters(), lr=0.01)
log = []

batch = list(range(10))  # 1. take a batch
inputs, wanted = features[batch], targets[batch]
print("gradient before:", model.weight.grad)
print("weight before:  ", [round(number, 4) for number in model.weight[0].tolist()])
optimizer.zero_grad()  # 2. clear
prediction = model(inputs)  # 3. predict
loss = criterion(prediction, wanted)  # 4. loss
loss.backward()  # 5. gradients
print("gradient:       ", [round(number, 3) for number in model.weight.grad[0].tolist()])
optimizer.step()  # 6. step
log.append(loss.item())  # 7. log
print("weight after:   ", [round(number, 4) for number in model.weight[0].tolist()])
print("loss:           ", round(log[-1], 3))

# %% [markdown]
# Check the first weight: before − 0.01 · gradient = after.
#
# Now the whole training.
# Each epoch goes through the data in batches of ten, in a new order, and makes ten steps.

# %%
losses = []
for _ in range(100):
    order = rng.permutation(100)
    for k in range(0, 100, 10):
        batch = order[k : k + 10].tolist()
        optimizer.zero_grad()
        loss = criterion(model(features[batch]), targets[batch])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
print("steps:", len(losses), f" mean loss of the last ten: {sum(losses[-10:]) / 10:.2f}")
print(
    f"weight: {model.weight[0, 0].item():.2f}, {model.weight[0, 1].item():.2f}  bias: {model.bias.item():.2f}"
)

# %% [markdown]
# 1,000 steps instead of 30,000, and $c$ has arrived: the learning rate is 100 times larger, and a mean over ten samples is steady enough for it.
#
# Where do batches come from in real programs? From a `DataLoader`, which cuts a data set into batches.
# With `shuffle=True` each pass has a new order, from the random stream of the library.

# %%
dataset = torch.utils.data.TensorDataset(features, targets)
loader = torch.utils.data.DataLoader(dataset, batch_size=30)
for inputs, wanted in loader:
    print(inputs.shape, wanted.shape)

# %% [markdown]
# The last batch is smaller: 100 is not a multiple of 30.
#
# ### Now you: put the loop in order
#
# Some of the lines do not belong there. Each of them is a mistake that you have seen today.

# %% cellView="form" jupyter={"source_hidden": true}
# @title Put the lines in order: run this cell
head = ["for epoch in range(epochs):", "    for inputs, wanted in loader:"]
clear = "        optimizer.zero_grad()"
others = [
    "        prediction = model(inputs)",
    "        loss = criterion(prediction, wanted)",
    "        loss.backward()",
    "        optimizer.step()",
    "        log.append(loss.item())",
]

order_lines(
    "Train `model` with `criterion` and `optimizer`. `wanted` has the shape (n, 1), like the prediction. "
    "The last thing in each iteration is to write the mean loss of the batch into `log`.",
    [*head, clear, *others],
    {
        "        loss = criterion(prediction, wanted).item()": "A number has no graph: `.item()` is for the log.",
        "        loss = criterion(prediction, wanted.view(-1))": "A column and a flat tensor: an (n, n) table, and a "
        "flat line.",
        "        model.weight = model.weight - lr * model.weight.grad": "This makes a new tensor instead of changing the "
        "parameter. A module even refuses it.",
        "        log.append(loss)": "This keeps the graph of every step in memory.",
    },
    also=[[*head, *others[:k], clear, *others[k:]] for k in (1, 2, 4)],
)

# %% [markdown]
# `zero_grad()` may stand anywhere but between `backward()` and `step()`. Many people put it first, so that nobody has to think about it.
#
# ## 6. A deeper model, the same loop
#
# The parabola is a **linear model**: its prediction is a weighted sum of features.
# A network puts several layers behind each other, with a bend between them.
# Here is one with 192 inputs, two hidden layers of 64 and 32 numbers, and one output.


# %%
class Network(nn.Module):
    """192 numbers in, one number out."""

    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(192, 64)
        self.fc2 = nn.Linear(64, 32)
        self.fc3 = nn.Linear(32, 1)

    def forward(self, x):
        x = torch.relu(self.fc1(x))  # relu: negative numbers become 0, the others stay
        x = torch.relu(self.fc2(x))
        return self.fc3(x)


network = Network()
with torch.no_grad():  # starting numbers from NumPy, the same for both libraries
    for parameter in network.parameters():
        parameter.copy_(torch.tensor(rng.normal(0, 0.1, tuple(parameter.shape)).tolist()))
print(network)
print("parameters:", sum(parameter.numel() for parameter in network.parameters()))

images = torch.tensor(rng.normal(0, 1, (16, 192)).tolist())  # a batch of 16, each with 192 numbers
output = network(images)
print("output:", output.shape)

# %% [markdown]
# To write your own module you need three things:
#
# 1. `super().__init__()` first. It prepares the lists in which the module keeps its parameters.
# 2. In `__init__`, assign layers or `nn.Parameter(tensor)` to attributes. An `nn.Parameter` is a leaf that asks for gradients, and the module registers it under the name of the attribute. A plain tensor would not be registered, and the optimizer would never hear of it.
# 3. A method `forward`. You call the module itself, `network(images)`, and it calls `forward`.
#
# The output has 16 numbers, and `backward()` wants one. Take the sum for now.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "After `output.sum().backward()`: what is `network.fc3.bias.grad`? The bias of the last layer is one number.",
    {
        "1": "This would be its gradient for one sample, or for the mean of all 16.",
        "16": "The bias is added to each of the 16 outputs. Each path brings back a 1, and the paths add up.",
        "It depends on the random weights": "The gradients of the weights do. The last bias is only added to the output.",
        "0": "A constant has the derivative 0. But the bias is a parameter: when it grows by 1, each of the outputs does too.",
    },
    answer="16",
)

# %%
output.sum().backward()
print("fc3.bias.grad:  ", network.fc3.bias.grad)
print("fc1.weight.grad:", network.fc1.weight.grad.shape)
print("its corner:     ", [round(number, 2) for number in network.fc1.weight.grad[0, :4].tolist()])

# %% [markdown]
# 14,465 parameters in six tensors, and each tensor has its gradient, of its own shape, by the same call.
# `fc1.weight.grad` has 64 rows, one for each number of the first hidden layer, and 192 columns.
# Nothing in the seven steps changes: put this network in the place of `model`, give it data with 192 numbers for each sample, and the loop of section 5 trains it.
#
# ## 7. When may you believe it?
#
# ### Compare with the best possible answer
#
# For a linear model, the best parameters can be computed without any loop.
# This is the **least-squares** solution, and `torch.linalg.lstsq` finds it.
# The features now have a third column of ones, for $c$. The dtype is float64, since this is the yardstick.

# %%
design = torch.stack([x**2, x, torch.ones(100)], dim=1).double()
solution = torch.linalg.lstsq(design, targets.double()).solution.view(-1)
print("least squares:", [round(number, 3) for number in solution.tolist()])

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "Three candidates: the true parameters, those of SGD after 300 epochs, and those of least squares. "
    "Which has the smallest mean loss on the 100 measurements?",
    {
        "The true parameters: nothing can be better than the truth": "The truth is best for all measurements that could "
        "ever be made. For these 100 another curve is a little better, because it also fits their noise.",
        "Those of SGD: it has learned from these very data": "It is on its way to the minimum and has not arrived, "
        "mostly because of c.",
        "All three are equal, up to rounding": "They differ in the third digit, and on its own data one of them can never be beaten.",
        "Those of least squares": "They are by definition the minimum over all parameters, so nothing is smaller on these "
        "data, not even the truth.",
    },
    answer="Those of least squares",
)

# %%
candidates = {
    "truth": torch.tensor([a_true, b_true, c_true], dtype=torch.float64),
    "SGD, 300 epochs": torch.tensor(
        [column[-1] for name, column in history.items() if name != "loss"]
    ).double(),
    "least squares": solution,
}
for name, candidate in candidates.items():
    loss = ((design @ candidate - y.double()) ** 2).mean()
    print(f"{name:15}", [round(number, 3) for number in candidate.tolist()], f" mean loss {loss.item():.4f}")

# %% [markdown]
# Two things to keep.
#
# - **The loss of a good model does not reach zero.** The noise has the variance 1, so a mean loss near 1 is as good as it gets. A loss far below the noise would be suspicious.
# - **A smaller loss is not always a better model.** Least squares beats the truth on these data, by fitting a bit of their noise. We come back to this soon.
#
# For a network, no formula gives the best parameters. Then simple models are the yardstick: always compare with one.
#
# ### The learning rate
#
# To draw the path of SGD, we need a loss of two parameters, so we hold $b$ at its best value and train $a$ and $c$.


# %%
def descend(lr, batch_size=100, steps=40):
    """The points (a, c) that SGD visits in `steps` steps, from a = −1 and c = 2."""
    draw = np.random.default_rng(0)
    inputs, wanted, b_best = x.double(), y.double(), solution[1].item()
    point = torch.tensor([-1.0, 2.0], dtype=torch.float64, requires_grad=True)
    visited = [point.tolist()]
    for _ in range(steps):
        batch = draw.permutation(100)[:batch_size].tolist()
        prediction = point[0] * inputs[batch] ** 2 + b_best * inputs[batch] + point[1]
        loss = ((wanted[batch] - prediction) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            point -= lr * point.grad
        point.grad = None
        visited.append(point.tolist())
    return visited


def loss_of(a, c):
    """The mean loss over all data, for arrays of a and c of any shape."""
    residuals = a[..., None] * xs**2 + solution[1].item() * xs + c[..., None] - ys
    return (residuals**2).mean(-1)


for lr in (0.002, 0.02, 0.055):
    print(f"lr = {lr}: loss after 40 steps {loss_of(*np.array(descend(lr)[-1])):.2f}")

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "So far a larger rate was always better, and 0.055 is the best of the three. What does 0.07 do, with the same data and "
    "the same 40 steps?",
    {
        "It comes closer still, a little": "There is a limit, and it lies between the two. Beyond it each step lands "
        "higher on the other side of the valley than it began.",
        "It diverges: the loss grows without limit": "Beyond a certain rate, each step across the valley lands higher on "
        "the other side than it began.",
        "It jumps to and fro between two points for ever": "This happens at the limit itself. Beyond it, the jumps grow.",
        "The same as 0.055: the best possible loss is reached": "The loss at 0.055 is above 1.05, the best possible one. "
        "There would be something to gain.",
    },
    answer="It diverges: the loss grows without limit",
)

# %%
for steps in (1, 10, 20, 40):
    print(f"lr = 0.07: loss after {steps:2} steps {loss_of(*np.array(descend(0.07, steps=steps)[-1])):.3g}")

# %% [markdown]
# Here are the paths. The lines are contours, as on a map of mountains: along each line the loss is the same.
# Switch between the learning rates, and step through the paths.
#
# 1. At 0.002, which of the two parameters has hardly moved after 40 steps? Compare with section 3.
# 2. At 0.055, why does the path go to and fro in one direction only?
# 3. On the last path, each step sees one sample only. Where does it walk when it has reached the valley?
#
# <details>
# <summary>The answers</summary>
#
# 1. $c$: it went from 2 to 2.27, away from its best value, while $a$ went from −1 to 1.9. In section 3 $c$ was the slow one too.
# 2. Only across the valley is the loss so steep that a step lands on the other side. Along the valley the slope is gentle, and the steps only creep.
# 3. It wanders across the valley floor: each sample pulls another way. It never comes to rest as long as the rate stays the same.
#
# </details>

# %%
learning_rate_landscape(
    loss_of,
    {
        "0.002": descend(0.002),
        "0.02": descend(0.02),
        "0.055": descend(0.055),
        "0.07": descend(0.07),
        "0.01, one sample a step": descend(0.01, batch_size=1),
    },
    names=("a", "c"),
    best=(solution[0].item(), solution[2].item()),
)

# %% [markdown]
# The valley is steep across and flat along.
# Walk straight across, at the distance $d$ from the bottom. The loss there is a parabola, $\frac{h}{2} d^2$ plus a constant.
# $h$ is its **curvature**, the second derivative of the loss in that direction. The slope at $d$ is $h \cdot d$,
# so one step leads from $d$ to $d - \text{lr} \cdot h \cdot d$: it multiplies the distance by $1 - \text{lr} \cdot h$.
# If $\text{lr} \cdot h$ is between 0 and 2, the distance shrinks. Beyond 2 it grows.
# So **the steepest direction limits the learning rate: lr < 2/h**. And the flattest direction pays for it with many steps.
#
# For a loss like ours the curvatures can be computed: they are the eigenvalues of a small matrix, that of the second derivatives.
# (An eigenvalue is the factor by which the matrix stretches one special direction. You need no more than that here.)

# %%
plane = design[:, [0, 2]]
curvatures = torch.linalg.eigvalsh(2 * plane.T @ plane / 100)
print("curvatures:", [round(number, 2) for number in curvatures.tolist()])
print(f"limit for the learning rate: {2 / curvatures.max().item():.4f}")

# %% [markdown]
# The limit is 0.0647, between 0.055 and 0.07, as we saw.
# In real networks nobody computes it. People try rates on a grid, each three to ten times the one before, and take the largest that is still calm.
#
# ### A grid of learning rates and batch sizes


# %%
def train(lr, batch_size, epochs=10):
    """The mean loss over all data after some epochs, from parameters that are zero."""
    draw = np.random.default_rng(0)
    features = design.float()
    theta = torch.zeros(3, requires_grad=True)
    for _ in range(epochs):
        order = draw.permutation(100)
        for k in range(0, 100, batch_size):
            batch = order[k : k + batch_size].tolist()
            loss = ((features[batch] @ theta - y[batch]) ** 2).mean()
            loss.backward()
            with torch.no_grad():
                theta -= lr * theta.grad
            theta.grad = None
    return ((features @ theta - y) ** 2).mean().item()


rates = (0.0003, 0.003, 0.03, 0.3)
print("batch " + "".join(f"lr = {lr:<9}" for lr in rates))
for batch_size in (1, 10, 100):
    cells = []
    for lr in rates:
        loss = train(lr, batch_size)
        cells.append(f"{loss:<14.2f}" if loss < 1000 else "diverged      ")
    print(f"{batch_size:5} " + "".join(cells).rstrip())

# %% [markdown]
# Compare the rows.
# Small batches make more steps in an epoch, so they get far with a small rate.
# Single samples diverge earlier, already at 0.03: one sample with $x$ near 3 is steeper than the average of all.
# Large batches make few steps, so they need a large rate. In return, a computer does a large batch almost as fast as a small one.
# In practice people choose the batch size by the memory of the machine, and then the rate by such a grid.
#
# ### Data that the model has not seen
#
# A fit is made to predict, so it has to be judged on measurements that it has not seen.
# Suppose that only 15 of our measurements were used for the fit, the **training set**. The other 85 are the **test set**.
# (Our measurements come in random order. If yours are sorted, shuffle them before you cut.)
#
# We fit polynomials of several degrees by least squares. Degree 2 is the parabola. Degree 9 has ten parameters for 15 points.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "Degrees 1, 2, 5 and 9. Which one has the smallest mean loss on the training set, and which one on the test set?",
    {
        "training: 9, test: 2": "More parameters always fit the training set at least as well, because they fit its noise too. "
        "The other measurements have another noise.",
        "training: 2, test: 2": "The law is of degree 2, but on the training set a higher degree always does at least as "
        "well: it contains every parabola.",
        "training: 9, test: 9": "What the many parameters learned beyond the parabola is the noise of 15 points, and it does not "
        "repeat.",
        "training: 2, test: 9": "It is the other way round.",
    },
    answer="training: 9, test: 2",
)

# %%
fits = {degree: np.polyfit(xs[:15], ys[:15], degree) for degree in (1, 2, 5, 9)}
for degree, coefficients in fits.items():
    errors = np.polyval(coefficients, xs) - ys
    print(
        f"degree {degree}: training {np.mean(errors[:15] ** 2):6.2f}   test {np.mean(errors[15:] ** 2):6.2f}"
    )

# %%
figure, axes = subplots(figsize=(6, 3.5))
axes.scatter(xs[15:], ys[15:], s=8, color="gray", alpha=0.5, label="test set")
axes.scatter(xs[:15], ys[:15], s=30, label="training set")
for degree, style in ((2, "-"), (9, "--")):
    axes.plot(grid, np.polyval(fits[degree], grid), style, label=f"degree {degree}")
axes.set(xlabel="x", ylabel="y", ylim=(-10, 40))
axes.legend()
show_figure(
    figure,
    alt="15 training points and 85 test points along a parabola. The fit of degree 2 follows both. "
    "The fit of degree 9 goes near all training points, and between them and at both edges it is far from the test points.",
)

# %% [markdown]
# Degree 1 is too stiff: it fails on both sets. This is called **underfitting**.
# Degree 9 has learned the noise of its 15 points. This is called **overfitting**, and only the test set shows it.
#
# One more trap: you choose the degree, the learning rate or the number of epochs by looking at the test set. Then the test set has become part of the training.
# So real projects cut the data into three: **training** for the parameters, **validation** for all such choices, **test** for one look at the very end.
#
# The number that people report is often not the loss but $R^2$, which does not depend on the unit of $y$:
#
# $$R^2 = 1 - \frac{\sum_i (y_i - \hat y_i)^2}{\sum_i (y_i - \bar y)^2}$$
#
# where $\bar y$ is the mean of all $y_i$.
# A perfect prediction has 1. Whoever always predicts the mean $\bar y$ has 0. Below 0 is worse than that. Our least-squares fit has 0.987 on its data; in Task 6 you write the function that says so.
#
# ### When to stop
#
# With many parameters, the validation loss falls at first and later rises again, when the model begins to learn the noise.
# **Early stopping** ends the training then: it stops when the validation loss has not fallen below its best value for some epochs in a row.
# This number of epochs is called **patience**. At the end the parameters of the *best* epoch are put back, not those of the last.


# %%
def early_stopping(losses, patience):
    """The epoch after which training stops, and the epoch whose parameters are kept."""
    best, best_epoch = float("inf"), 0
    for epoch, loss in enumerate(losses, start=1):
        if loss < best:
            best, best_epoch = loss, epoch
        elif epoch - best_epoch == patience:
            return epoch, best_epoch
    return len(losses), best_epoch


# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "The validation losses of seven epochs are 5.0, 3.0, 2.0, 2.4, 2.2, 1.9, 2.5, and the patience is 2. "
    "After which epoch does training stop, and which epoch is kept?",
    {
        "It stops after epoch 4 and keeps 3": "Epoch 4 is the first one without progress. With a patience of 2, one more is "
        "allowed.",
        "It stops after epoch 7 and keeps 6": "Epoch 6 has the best loss of all, but training never gets there.",
        "It stops after epoch 5 and keeps 5": "Epoch 5 is better than epoch 4, but the comparison is with the best so "
        "far, which is epoch 3.",
        "It stops after epoch 5 and keeps 3": "Epochs 4 and 5 are not below the best so far, 2.0. The 1.9 of epoch 6 is never "
        "seen: patience is a bet.",
    },
    answer="It stops after epoch 5 and keeps 3",
)

# %%
stopped, kept = early_stopping([5.0, 3.0, 2.0, 2.4, 2.2, 1.9, 2.5], patience=2)
print(f"stops after epoch {stopped}, keeps epoch {kept}")

# %% [markdown]
# To put the best parameters back, you must have kept them. `model.state_dict()` is a dictionary of all parameters by name.
# There is a trap in it:

# %%
model = nn.Linear(1, 1)
with torch.no_grad():
    model.weight.fill_(1.0)
kept = model.state_dict()
copied = {name: tensor.clone() for name, tensor in model.state_dict().items()}

with torch.no_grad():
    model.weight.fill_(7.0)  # training goes on
print("kept:  ", kept["weight"])
print("copied:", copied["weight"])

model.load_state_dict(copied)  # put the copy back
print("model: ", model.weight.tolist())

# %% [markdown]
# The tensors of `state_dict()` share memory with the parameters (lesson 02), so they move with them. Only a copy stays.
#
# ### What a real project would change
#
# | Here | In a real project | Why |
# |:--|:--|:--|
# | one sample at a time | batches | the machine computes many samples at once |
# | the loss on the training data | validation and test data | the fit is judged on what it has not seen |
# | 300 epochs, because we said so | early stopping | neither too little nor too much |
# | one learning rate for ever | a grid, then a rate that falls over time | fast at first, fine at the end |
# | parameters in memory | `torch.save(model.state_dict(), path)` after each epoch | the computer may stop before the training does |
# | one seed | several seeds, and the spread of the results | one good run may be luck |
# | the fit is drawn where there are data | the same, and nothing is claimed outside | a parabola fits many curves between −3 and 3, and fails at 30 |
#
# Where are such models used?
# To calibrate a sensor, to find the acceleration of a falling body, to predict the demand for electricity from the weather.
# They are the yardstick against which every larger model is measured. And the last layer of most networks is a linear model, on features that the layers before have learned.

# %% [markdown]
# ## 8. In PyTorch
#
# The loop of section 3 is the same in both libraries, to the last bit.
# Here are two epochs of it in each. `hex()` shows a floating-point number exactly, without rounding.

# %%
import torchlet

libraries = [torchlet]
try:
    import torch as pytorch  # the first import takes some seconds

    libraries.append(pytorch)
except ModuleNotFoundError:
    print("PyTorch is not installed here. The rows for it are left out.")

for library in libraries:
    a, b, c = parameters = [library.tensor([number], requires_grad=True) for number in start]
    for i in [*range(100), *range(100)]:
        prediction = a * xs[i].item() ** 2 + b * xs[i].item() + c
        loss = (ys[i].item() - prediction) ** 2
        loss.backward()
        with library.no_grad():
            for parameter in parameters:
                parameter -= 1e-4 * parameter.grad
                parameter.grad = None
    print(f"{library.__name__:9}", *(parameter.item().hex() for parameter in parameters))

# %% [markdown]
# | | torchlet | PyTorch |
# |:--|:--|:--|
# | one number after the other, as in section 3 | the same bits | the same bits |
# | sums and matrix products, as in section 5 | added in NumPy's order | added in its own order: the last digit may differ |
# | random numbers | its own stream for each seed | another stream: `manual_seed(1)` gives other numbers |
# | optimizers | `SGD` and `Adam` | a dozen, which update many parameters in one call |
# | `DataLoader` | one process | several worker processes that prepare batches in advance |
# | saving | `state_dict()` | also `torch.save` and `torch.load` |
#
# The seven steps, the modules and their names are the same. What you have written today runs on both.

# %% [markdown]
# ## Homework
#
# Seven tasks, 14 points, about 60 minutes.
# Below each answer is its check, folded to one line.
# Run it as often as you like: it says that all is well, or what went wrong and where to look.
# The folded line after it is the title of a test that runs with other numbers when your homework is graded.
# Change only the cells that say `YOUR CODE HERE` or `YOUR ANSWER HERE`. You may add cells of your own.
# You may use an earlier answer in a later one, once its check passes.

# %% [markdown]
# ### Task 1 · From measurements to tensors (2 points)
#
# *Difficulty 1 of 3, about 5 minutes.*
#
# Write `to_tensors(xs, ys, device="cpu")`.
#
# - `xs` and `ys` are lists of numbers or NumPy arrays with one dimension.
# - The result is a pair of tensors on that device, of dtype float32 and of the shape (n, 1): one row for each sample.
# - The tensors have memory of their own. Data do not ask for gradients.
# - If there are not as many targets as inputs, raise a `ValueError` whose text contains both counts.
#
# ```python
# inputs, targets = to_tensors([1, 2, 3], [1.5, 2.5, 3.5])
# inputs.shape, targets.dtype  # (torch.Size([3, 1]), torch.float32)
# ```
#
# <details>
# <summary>Help: my tensors are int64 or float64</summary>
#
# A list of whole numbers makes int64, and a NumPy array usually brings float64 along. Say `dtype=torch.float32` when you make the tensor.
#
# </details>
#
# <details>
# <summary>Help: how do I get a column?</summary>
#
# `.view(-1, 1)` of a flat tensor: as many rows as needed, one column. Section 5 does this with the targets.
#
# </details>
#
# <details>
# <summary>Help: I have no GPU, so what is device for?</summary>
#
# Every constructor takes `device=`. Hand yours on to it. Asking for a device that is not there is then an error of the library, and that is as it should be.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "to_tensors", "locked": false, "schema_version": 3, "solution": true, "task": false}
def to_tensors(xs, ys, device="cpu"):
    """Inputs and targets as float32 tensors of shape (n, 1) on the device."""
    ### BEGIN SOLUTION
    if len(xs) != len(ys):
        raise ValueError(f"{len(xs)} inputs and {len(ys)} targets: each input needs its target")
    return tuple(torch.tensor(data, dtype=torch.float32, device=device).view(-1, 1) for data in (xs, ys))
    ### END SOLUTION


# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "to_tensors_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Lists and arrays: values, shape, dtype, memory, and a wrong number of targets
for data in ([1, 2, 3], np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 3.0], dtype=np.float32)):
    kind = "a list" if isinstance(data, list) else f"an array of {data.dtype}"
    pair = to_tensors(data, [1.5, 2.5, 3.5])
    expect.type(pair, (tuple, list), name="to_tensors(xs, ys)", hint="Return both: return inputs, targets")
    expect.true(len(pair) == 2, f"to_tensors(xs, ys) should return two tensors, not {len(pair)}.")
    for made, numbers, name in zip(
        pair, ([1.0, 2.0, 3.0], [1.5, 2.5, 3.5]), ("inputs", "targets"), strict=True
    ):
        expect.type(made, torch.Tensor, name=f"the {name} for {kind}", hint="torch.tensor(...) makes one.")
        expect.shape(
            made,
            (3, 1),
            name=f"the tensor of {name} for {kind}",
            hint="One row for each sample: .view(-1, 1) makes a column. A flat tensor ruins the fit, see section 4.",
            where="section 5, where the targets become a column",
        )
        expect.dtype(
            made,
            torch.float32,
            name=f"the tensor of {name} for {kind}",
            hint="Say dtype=torch.float32 when you make it: lists of whole numbers and arrays bring other dtypes along.",
            where="the first Help fold of this task",
        )
        expect.close(
            made, torch.tensor([[number] for number in numbers]), name=f"the tensor of {name} for {kind}"
        )
        expect.true(
            not made.requires_grad,
            f"The tensor of {name} requires gradients.",
            hint="The data stay as they were measured. Only parameters ask.",
            where="section 2, the first prediction",
        )
    if not isinstance(data, list):
        expect.separate_memory(
            pair[0],
            data,
            name="the tensor of inputs",
            hint="from_numpy and as_tensor share memory with the array if they can. torch.tensor always copies.",
            where="lesson 02, the NumPy bridge",
        )
for count in ("3", "2"):
    expect.raises(
        ValueError,
        to_tensors,
        [1, 2, 3],
        [1, 2],
        match=count,
        name="to_tensors([1, 2, 3], [1, 2])",
        hint="Compare len(xs) with len(ys) first. Put both counts, 3 and 2, into the text of the ValueError.",
    )
expect.passed("to_tensors")

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "to_tensors_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Random data of several lengths, and the device
### BEGIN HIDDEN TESTS
rng = expect.rng()
for n in (1, 2, 7):
    xs_drawn, ys_drawn = rng.normal(size=n), rng.normal(size=n)
    for inputs, targets in (
        to_tensors(xs_drawn, ys_drawn),
        to_tensors(xs_drawn.tolist(), ys_drawn.tolist(), "cpu"),
    ):
        for made, numbers, name in ((inputs, xs_drawn, "inputs"), (targets, ys_drawn, "targets")):
            expect.shape(
                made,
                (n, 1),
                name=f"the tensor of {name} for {n} samples",
                hint="One row for each sample, however many there are: .view(-1, 1).",
            )
            expect.dtype(
                made,
                torch.float32,
                name=f"the tensor of {name}",
                hint="Say dtype=torch.float32 for both tensors, also for float64 data.",
            )
            expect.close(
                made,
                torch.tensor(numbers.tolist()).view(-1, 1),
                name=f"the tensor of {name}",
                hint="The numbers stay as they are, in their order.",
            )
            expect.true(
                not made.requires_grad,
                f"The tensor of {name} requires gradients.",
                hint="The data do not ask for gradients, neither inputs nor targets.",
            )
array = np.ones(3, dtype=np.float32)
inputs, targets = to_tensors(array, array)
for made in (inputs, targets):
    expect.separate_memory(
        made, array, name="the tensor", hint="torch.tensor copies, from_numpy and as_tensor share."
    )
n = int(rng.integers(4, 9))
for first, second in ((n, n + 1), (n + 1, n)):
    expect.raises(
        ValueError,
        to_tensors,
        [0.0] * first,
        [0.0] * second,
        match=rf"(?s)({first}.*{second}|{second}.*{first})",
        saying="both counts in its text",
        name=f"to_tensors with {first} inputs and {second} targets",
        hint="Too many targets are as wrong as too few. Put both counts into the text of the ValueError.",
    )
hint = "Hand the device on to the constructor: torch.tensor(..., device=device)."
if torch.cuda.is_available():
    for made in to_tensors([1.0], [2.0], "cuda"):
        expect.true(made.is_cuda, "The tensors should be on the device that was asked for.", hint=hint)
else:
    expect.raises(
        (AssertionError, RuntimeError),
        to_tensors,
        [1.0],
        [2.0],
        "cuda:0",
        name="to_tensors on a device that this machine does not have",
        hint=hint,
    )
### END HIDDEN TESTS

# %% [markdown]
# ### Task 2 · Parameters that begin at random (2 points)
#
# *Difficulty 1 of 3, about 5 minutes.*
#
# Write `init_params(seed)`. It returns a list of three parameters for a parabola, $a$, $b$ and $c$.
#
# - Each is a leaf of the shape (1,) and of dtype float32 that requires gradients.
# - Each is drawn from the normal distribution $N(0, 1)$, as `torch.randn(1)` does.
# - The same seed gives the same three numbers, another seed gives others, and the three differ from each other.
#
# ```python
# a, b, c = init_params(0)
# a.shape, a.is_leaf, a.requires_grad  # (torch.Size([1]), True, True)
# ```
#
# <details>
# <summary>Help: where does the seed go?</summary>
#
# `torch.manual_seed(seed)` starts the stream of random numbers from the seed. Think about how often it should be called for three numbers.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "init_params", "locked": false, "schema_version": 3, "solution": true, "task": false}
def init_params(seed):
    """Three leaves of shape (1,), drawn from N(0, 1), the same for the same seed."""
    ### BEGIN SOLUTION
    torch.manual_seed(seed)
    return [torch.randn(1, requires_grad=True) for _ in range(3)]
    ### END SOLUTION


# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "init_params_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Three leaves that ask for gradients, and the same numbers for the same seed
drawn = init_params(3)
expect.true(
    not isinstance(drawn, torch.Tensor),
    "init_params(3) returned one tensor, and a list of three tensors is wanted.",
    hint="Draw torch.randn(1, requires_grad=True) three times. A part of a larger tensor would not be a leaf.",
)
expect.type(drawn, (list, tuple), name="init_params(3)", hint="Return a list of three parameters: [a, b, c].")
expect.true(len(drawn) == 3, f"init_params should return three parameters, not {len(drawn)}.")
for parameter, name in zip(drawn, "abc", strict=True):
    expect.type(parameter, torch.Tensor, name=name)
    expect.shape(
        parameter, (1,), name=name, hint="torch.randn(1) has the shape (1,), and torch.randn(()) has none."
    )
    expect.dtype(parameter, torch.float32, name=name, hint="float32 is what torch.randn gives by itself.")
    expect.true(
        parameter.requires_grad,
        f"The parameter {name} does not require gradients.",
        hint="torch.randn(1, requires_grad=True): the parameters are what will be adjusted.",
        where="section 2, the first prediction",
    )
    expect.true(
        parameter.is_leaf,
        f"The parameter {name} is not a leaf, so its .grad will stay None.",
        hint="Nothing may happen between requires_grad=True and the name: no arithmetic, no indexing, no change of dtype.",
        where="section 2, the three ways to write the update",
    )
numbers = [parameter.item() for parameter in drawn]
expect.true(
    len(set(numbers)) == 3,
    f"The three parameters should differ from each other, and they are {[round(number, 3) for number in numbers]}.",
    hint="Draw three times, and set the seed once, before the first draw. Setting it starts the stream again.",
)
expect.equal(
    [parameter.item() for parameter in init_params(3)],
    numbers,
    name="init_params(3), called a second time,",
    hint="Call torch.manual_seed(seed) at the beginning of the function.",
)
following = [parameter.item() for parameter in init_params(4)]
expect.true(
    following != numbers,
    "init_params(3) and init_params(4) give the same numbers.",
    hint="Use the argument: torch.manual_seed(seed).",
)
expect.true(
    not set(following) & set(numbers),
    "init_params(3) and init_params(4) have numbers in common.",
    hint="Set the seed once, and draw all three numbers after it. With seed + 1, seed + 2, ... the next seed meets them again.",
)
with torch.no_grad():
    for parameter in drawn:
        parameter.fill_(7.0)  # a training would change them too
expect.equal(
    [parameter.item() for parameter in init_params(3)],
    numbers,
    name="init_params(3), called again when the first parameters have been trained,",
    hint="Make new tensors in each call. These are still the tensors of the call before.",
)
expect.passed("init_params")

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "init_params_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Many seeds: are the numbers drawn from N(0, 1)?
### BEGIN HIDDEN TESTS
rng = expect.rng()
numbers = []
for seed in rng.choice(10**6, 150, replace=False).tolist():
    drawn = init_params(seed)
    expect.true(
        len(drawn) == 3,
        f"init_params should return three parameters, not {len(drawn)}.",
        hint="Three parameters for every seed.",
    )
    for parameter in drawn:
        numbers.append(parameter.item())
again = init_params(seed)
expect.equal(
    [parameter.item() for parameter in again],
    numbers[-3:],
    name="the same seed a second time",
    hint="Call torch.manual_seed(seed) at the beginning of the function.",
)
expect.true(
    all(
        one.requires_grad and one.is_leaf and one.shape == (1,) and one.dtype == torch.float32
        for one in again
    ),
    "Each parameter should be a leaf of shape (1,) and dtype float32 that requires gradients.",
    hint="Each parameter is a leaf of the shape (1,) and of dtype float32 that requires gradients.",
)
hint = "torch.randn draws from N(0, 1). torch.rand draws between 0 and 1, and nothing should be multiplied or added."
expect.true(len(set(numbers)) > 400, "Many of the numbers are equal.", hint="Draw all three, for each seed.")
expect.true(
    abs(np.mean(numbers)) < 0.25,
    f"The mean over many seeds should be near 0, not {np.mean(numbers):.2f}.",
    hint=hint,
)
expect.true(
    abs(np.std(numbers) - 1) < 0.2,
    f"The standard deviation over many seeds should be near 1, not {np.std(numbers):.2f}.",
    hint=hint,
)
### END HIDDEN TESTS

# %% [markdown]
# ### Task 3 · One epoch (2 points)
#
# *Difficulty 2 of 3, about 10 minutes.*
#
# Write `train_epoch(params, x, y, lr, order)`: one pass of SGD over the data, one sample at a time.
#
# - `params` is a list of three leaves, $a$, $b$, $c$, as in task 2. `x` and `y` have the shape (n, 1), as in task 1.
# - `order` is a list of row numbers: take the samples in this order.
# - The loss of a sample is $(y - \hat y)^2$, with $\hat y = a\,x^2 + b\,x + c$. After each sample the parameters take a step with the rate `lr`.
# - The parameters change in place, and their gradients are clear at the end.
# - The result is the mean of the losses, as a plain Python number. Each loss is the one before the step of its sample.
#
# ```python
# params = [torch.tensor([number], requires_grad=True) for number in (1.0, 0.0, 0.0)]
# x, y = torch.tensor([[2.0], [1.0]]), torch.tensor([[10.0], [3.0]])
# train_epoch(params, x, y, 0.01, [0])  # 36.0, the worked example of section 2
# ```
#
# <details>
# <summary>Help: the parameters do not change</summary>
#
# `p = p - lr * p.grad` makes a new tensor and leaves the parameter as it was. Section 2 has the three ways to write the update.
#
# </details>
#
# <details>
# <summary>Help: unsupported operand type(s) for *: 'float' and 'NoneType'</summary>
#
# A gradient is `None`: it was cleared before it was used, or the parameter is no longer a leaf.
#
# </details>
#
# <details>
# <summary>Help: "element 0 of tensors does not require grad", or "a leaf Variable that requires grad is being used in an in-place operation"</summary>
#
# The first: a parameter was replaced by a new tensor that does not ask for gradients, as by `params[k] = ...` under `no_grad`. Change it in place.
# The second: the change in place stands outside of `torch.no_grad()`.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "train_epoch", "locked": false, "schema_version": 3, "solution": true, "task": false}
def train_epoch(params, x, y, lr, order):
    """One pass of SGD, sample by sample; changes params in place and returns the mean loss as a number."""
    ### BEGIN SOLUTION
    a, b, c = params
    total = 0.0
    for i in order:
        loss = (y[i] - (a * x[i] ** 2 + b * x[i] + c)) ** 2
        loss.backward()
        with torch.no_grad():
            for parameter in params:
                parameter -= lr * parameter.grad
                parameter.grad = None
        total += loss.item()
    return total / len(order)
    ### END SOLUTION


# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "train_epoch_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Two samples in two orders: the parameters, the mean loss, the gradients
def abc_for_check():
    return [torch.tensor([number], requires_grad=True) for number in (1.0, 0.0, 0.0)]


two_x, two_y = torch.tensor([[2.0], [1.0]]), torch.tensor([[10.0], [3.0]])
params = abc_for_check()
held = list(params)  # the tensors themselves, whatever becomes of the list
with expect.explaining(
    {
        "a leaf Variable that requires grad": "The update is recorded, because it stands outside of torch.no_grad().",
        "does not require grad": "A parameter was replaced by a new tensor, which does not ask for gradients: "
        "a = a - lr * a.grad under no_grad. Change it in place: a -= lr * a.grad.",
        "'NoneType'": "A gradient is None: it was cleared before it was used, or the parameter is no longer a leaf.",
    },
    name="train_epoch(params, x, y, 0.01, [0, 1])",
    where="section 2, the three ways to write the update",
):
    mean_loss = train_epoch(params, two_x, two_y, 0.01, [0, 1])
expect.true(
    held[0].item() != 1 or params[0].item() == 1,
    "The list params has new tensors in it, and the parameters themselves have not moved.",
    hint="Whoever holds a parameter, such as an optimizer, never hears of a new one. Change it in place: p -= ...",
    where="section 2, the three ways to write the update",
)
expect.true(
    params[0].requires_grad and params[0].is_leaf,
    "The parameters are no longer leaves that require gradients.",
    hint="Change them in place, under torch.no_grad().",
    where="section 2, the three ways to write the update",
)
expect.close(
    [parameter.item() for parameter in params],
    [1.5032, 0.2632, 0.1432],
    name="the list of parameters after the samples 0 and 1, from (1, 0, 0), with lr = 0.01",
    hint="After sample 0 they are 1.48, 0.24, 0.12, as in section 2. With these, sample 1 has the loss 1.3456.",
    where="the table of the worked example, and the loop of section 3",
    mistakes={
        "They have not moved at all. A line p = p - lr * p.grad makes a new tensor and leaves the parameter alone.": (
            [1.0, 0.0, 0.0]
        ),
        "The gradients were not cleared between the samples, so the second step contains the first one again.": (
            [1.9832, 0.5032, 0.2632]
        ),
        "This is one step for both samples together. Make a step after each sample.": [1.52, 0.28, 0.16],
        "This is one step with the mean of both losses. Make a step after each sample.": [1.26, 0.14, 0.08],
        "This goes uphill: the step is parameter − lr · gradient.": [0.4632, -0.2968, -0.1768],
        "Only the last sample was learned from. Backward and step belong into the loop.": [1.04, 0.04, 0.04],
        "Only the first sample was learned from. Is the return inside of the loop?": [1.48, 0.24, 0.12],
        "The samples were taken in another order. Use order: for i in order.": [1.4976, 0.2688, 0.1544],
        "The learning rate is not the one of the argument.": [1.00519832, 0.00279832, 0.00159832],
    },
)
expect.type(
    mean_loss,
    (float, int),
    name="the mean loss",
    hint="Return a plain number: add up loss.item(), not the tensors.",
    where="section 4, a number in place of a tensor",
)
expect.close(
    mean_loss,
    18.6728,
    name="the mean loss",
    hint="Sample 0 has the loss 36, and after the first step sample 1 has 1.3456. The mean is 18.6728.",
    mistakes={
        "This is the sum of the losses. Divide by their number.": 37.3456,
        "This is the loss of the last sample only. Add them up in the loop.": 1.3456,
        "The second loss was computed with the parameters of the beginning. Step after each sample.": 20.0,
        "These losses were computed after the steps. Each is meant before the step of its sample.": 6.6497,
    },
)
for parameter in params:
    expect.true(
        parameter.grad is None or parameter.grad.item() == 0,
        "At the end a parameter still has a gradient.",
        hint="Clear after each step: parameter.grad = None.",
    )
params = abc_for_check()
mean_loss = train_epoch(params, two_x, two_y, 0.01, [1])
expect.close(
    (*[parameter.item() for parameter in params], mean_loss),
    (1.04, 0.04, 0.04, 4.0),
    name="the tuple of a, b, c and the mean loss for order = [1]",
    hint="Only the sample in row 1 is asked for: x = 1, y = 3. Go through order, and divide by its length.",
    mistakes={
        "The samples were not taken in the given order: for i in order.": (1.5032, 0.2632, 0.1432, 18.6728)
    },
)
expect.passed("train_epoch")

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "train_epoch_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Random data in random orders, two epochs
### BEGIN HIDDEN TESTS
rng = expect.rng()
for n in (3, 8):
    theta = rng.normal(size=3)
    x_drawn, y_drawn = rng.uniform(-2, 2, n), rng.normal(0, 3, n)
    params = [torch.tensor([number], requires_grad=True) for number in theta.tolist()]
    tensors = [torch.tensor(numbers.tolist()).view(-1, 1) for numbers in (x_drawn, y_drawn)]
    rate = float(rng.uniform(0.002, 0.01))
    for epoch in (1, 2):
        order = rng.permutation(n)[: n - 1].tolist()
        given = list(order)
        got = train_epoch(list(params), *tensors, rate, given)
        expect.equal(
            given,
            order,
            name="the list order after the call",
            hint="The order is given: neither shuffle it nor change the caller's list.",
        )
        losses = []
        for i in order:
            inputs = np.array([x_drawn[i] ** 2, x_drawn[i], 1.0])
            residual = y_drawn[i] - inputs @ theta
            losses.append(residual**2)
            theta = theta + 2 * rate * residual * inputs
        expect.close(
            [parameter.item() for parameter in params],
            theta.tolist(),
            name=f"the list of parameters after epoch {epoch} with {n - 1} samples",
            hint="Run the visible check above first. Follow the given order, step after each sample, and clear.",
            rtol=1e-3,
            atol=1e-4,
        )
        expect.type(got, (float, int), name="the mean loss", hint="Add up loss.item().")
        expect.close(
            got,
            float(np.mean(losses)),
            name=f"the mean loss of epoch {epoch}",
            hint="Each loss is the one before the step of its sample. Divide their sum by the length of order.",
            rtol=1e-3,
            atol=1e-4,
        )
    for parameter in params:
        expect.true(
            parameter.is_leaf and parameter.requires_grad,
            "The parameters should still be leaves that ask.",
            hint="The parameters change in place, under torch.no_grad(), and stay leaves.",
        )
        expect.true(
            parameter.grad is None or parameter.grad.item() == 0,
            "At the end a parameter still has a gradient.",
            hint="Clear after each step, also after the last one.",
        )
### END HIDDEN TESTS

# %% [markdown]
# ### Task 4 · A module of your own (2 points)
#
# *Difficulty 2 of 3, about 8 minutes.*
#
# Write the class `Parabola`, an `nn.Module` with the three parameters `a`, `b` and `c`.
#
# - Each is an `nn.Parameter` of the shape (1,). It begins at a random number from $N(0, 1)$.
# - `model(x)` gives $a\,x^2 + b\,x + c$ for a tensor `x` with one or more dimensions, in the shape of `x`.
#
# ```python
# model = Parabola()
# [name for name, _ in model.named_parameters()]  # ["a", "b", "c"]
# model(torch.ones(5, 1)).shape  # torch.Size([5, 1])
# ```
#
# <details>
# <summary>Help: "cannot assign parameters before Module.__init__() call"</summary>
#
# The first line of your `__init__` is `super().__init__()`.
#
# </details>
#
# <details>
# <summary>Help: my module has no parameters</summary>
#
# A plain tensor is not registered. Section 6 lists what a module needs.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "parabola_module", "locked": false, "schema_version": 3, "solution": true, "task": false}
class Parabola(nn.Module):
    """a x² + b x + c with three trainable parameters of shape (1,)."""

    def __init__(self):
        ### BEGIN SOLUTION
        super().__init__()
        self.a = nn.Parameter(torch.randn(1))
        self.b = nn.Parameter(torch.randn(1))
        self.c = nn.Parameter(torch.randn(1))
        ### END SOLUTION

    def forward(self, x):
        ### BEGIN SOLUTION
        return self.a * x**2 + self.b * x + self.c
        ### END SOLUTION


# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "parabola_module_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The parameters and their names, the value at some points, and the gradients
with expect.explaining(
    {"before Module.__init__() call": "The first line of your __init__ should be super().__init__()."},
    name="Parabola()",
    where="section 6, the three things that a module needs",
):
    model = Parabola()
expect.true(isinstance(model, nn.Module), "Parabola should be an nn.Module: class Parabola(nn.Module).")
named = dict(model.named_parameters())
expect.equal(
    sorted(named),
    ["a", "b", "c"],
    name="the list of parameters' names",
    hint="Assign nn.Parameter(torch.randn(1)) to self.a, self.b and self.c. A plain tensor is not registered.",
    where="section 6, the three things that a module needs",
)
for name, parameter in named.items():
    expect.shape(parameter, (1,), name=name, hint="torch.randn(1) has the shape (1,).")
    expect.true(parameter.requires_grad, f"The parameter {name} does not require gradients.")
expect.true(
    len({parameter.item() for parameter in named.values()}) == 3,
    "Two of the parameters begin at the same number.",
    hint="Draw each of them with torch.randn(1), and make each its own nn.Parameter.",
)
expect.true(
    named["a"].item() != Parabola().a.item(),
    "Two new models begin with the same numbers.",
    hint="Draw them in __init__ with torch.randn(1), without setting a seed.",
)
with torch.no_grad():
    for parameter, number in zip((named["a"], named["b"], named["c"]), (2.0, -3.0, 0.5), strict=True):
        parameter.fill_(number)
points = torch.tensor([[0.0], [1.0], [-2.0]])
output = model(points)
expect.true(
    torch.equal(points, torch.tensor([[0.0], [1.0], [-2.0]])),
    "model(x) has changed the numbers of x.",
    hint="The data belong to the caller. x**2 makes a new tensor, x *= x changes the given one.",
    where="lesson 01, the operations in place",
)
expect.close(
    output,
    torch.tensor([[0.5], [-0.5], [14.5]]),
    name="model(x) for x = 0, 1, −2, with a = 2, b = −3, c = 0.5",
    hint="At x = −2: 2 · 4 + (−3) · (−2) + 0.5 = 14.5.",
    where="section 1, the law",
    mistakes={
        "The parameter c is missing.": torch.tensor([[0.0], [-1.0], [14.0]]),
        "The parameters a and b are exchanged: a belongs to x².": torch.tensor([[0.5], [-0.5], [-15.5]]),
        "This is the value for 2x in place of x².": torch.tensor([[0.5], [1.5], [-1.5]]),
        "The term b x is missing.": torch.tensor([[0.5], [2.5], [8.5]]),
    },
)
expect.true(
    output.requires_grad,
    "model(x) is cut from the graph, so nothing can be learned.",
    hint="Compute with the parameters themselves: no .item(), no .data, no no_grad in forward.",
    where="section 4, a number in place of a tensor",
)
output.sum().backward()
expect.close(
    [named[name].grad.item() if named[name].grad is not None else None for name in "abc"],
    [5.0, -1.0, 3.0],
    name="the list of gradients of a, b, c for the sum of the three outputs",
    hint="By hand: the sums of x², of x and of 1 over the three points.",
)
expect.passed("Parabola")

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "parabola_module_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Random parameters and inputs of several shapes, and where the parameters begin
### BEGIN HIDDEN TESTS
rng = expect.rng()
begins = []
for shape in [(), (4,), (3, 1), (2, 3)]:
    model = Parabola()
    named = dict(model.named_parameters())
    expect.equal(
        sorted(named),
        ["a", "b", "c"],
        name="the list of parameters' names",
        hint="The three parameters are called a, b and c.",
    )
    theta = rng.normal(size=3)
    with torch.no_grad():
        for name, number in zip("abc", theta.tolist(), strict=True):
            expect.shape(named[name], (1,), name=name, hint="torch.randn(1) has the shape (1,).")
            named[name].fill_(number)
    numbers = rng.uniform(-2, 2, shape)
    inputs = torch.tensor(numbers.tolist())
    output = model(inputs)
    want = theta[0] * numbers**2 + theta[1] * numbers + theta[2]
    if shape == ():
        output, want = output.view(()), torch.tensor(float(want))
    else:
        want = torch.tensor(want.tolist())
    expect.close(
        output,
        want,
        name=f"model(x) for x of shape {shape}",
        hint="Run the visible check above first: a x² + b x + c, element by element.",
        rtol=1e-4,
        atol=1e-5,
    )
    output.sum().backward()
    expect.close(
        [named[name].grad.item() if named[name].grad is not None else None for name in "abc"],
        [float((numbers**2).sum()), float(numbers.sum()), float(numbers.size)],
        name="the list of gradients of a, b, c for the sum of the outputs",
        hint="Compute with the parameters themselves, and leave x as it is.",
        rtol=1e-4,
        atol=1e-5,
    )
for _ in range(60):
    begins += [parameter.item() for parameter in Parabola().parameters()]
hint = "torch.randn(1) draws from N(0, 1)."
expect.true(len(set(begins)) > 170, "New models begin with the same numbers.", hint=hint)
expect.true(
    abs(np.mean(begins)) < 0.4,
    f"The mean of many starts should be near 0, not {np.mean(begins):.2f}.",
    hint=hint,
)
expect.true(
    abs(np.std(begins) - 1) < 0.3,
    f"The standard deviation of many starts should be near 1, not {np.std(begins):.2f}.",
    hint=hint,
)
### END HIDDEN TESTS

# %% [markdown]
# ### Task 5 · A training that knows when to stop (2 points)
#
# *Difficulty 3 of 3, about 15 minutes.*
#
# Write `fit(model, train, valid, lr, max_epochs, patience)`.
#
# - `model` is any module. `train` and `valid` are pairs of inputs and targets, whose shapes fit the model.
# - Each epoch is one step with the whole training set: `optim.SGD` with the rate `lr`, `nn.MSELoss`, gradients cleared. After the step, compute the loss on the validation set.
# - Stop when the validation loss has not been below its best value so far for `patience` epochs in a row, or after `max_epochs` epochs.
# - At the end the model has the parameters of the epoch with the best validation loss.
# - The result is the list of all validation losses, as plain numbers, one for each epoch that was run.
#
# ```python
# model = nn.Linear(1, 1)
# losses = fit(model, (x_train, y_train), (x_valid, y_valid), lr=0.1, max_epochs=500, patience=10)
# ```
#
# <details>
# <summary>Help: where does the counting of epochs go?</summary>
#
# `early_stopping` in section 7 has the logic, for a list of losses that is already complete. Here each loss comes from a training step.
#
# </details>
#
# <details>
# <summary>Help: I put the best parameters back, and the model still has the last ones</summary>
#
# `model.state_dict()` shares memory with the parameters. Section 7 shows what to do about it.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "fit", "locked": false, "schema_version": 3, "solution": true, "task": false}
def fit(model, train, valid, lr, max_epochs, patience):
    """Train with early stopping; the model keeps its best parameters. Returns the validation losses."""
    ### BEGIN SOLUTION
    optimizer = optim.SGD(model.parameters(), lr=lr)
    criterion = nn.MSELoss()
    losses = []
    for _ in range(max_epochs):
        optimizer.zero_grad()
        criterion(model(train[0]), train[1]).backward()
        optimizer.step()
        with torch.no_grad():
            loss = criterion(model(valid[0]), valid[1]).item()
        if not losses or loss < min(losses):
            waited = 0
            best = {name: tensor.clone() for name, tensor in model.state_dict().items()}
        else:
            waited += 1
        losses.append(loss)
        if waited == patience:
            break
    model.load_state_dict(best)
    return losses
    ### END SOLUTION


# %% jupyter={"source_hidden": true} nbgrader={"grade": false, "grade_id": "fit_helper", "locked": true, "schema_version": 3, "solution": false, "task": false}
# For the checks: what a fit of the line w x + d should do, computed with plain numbers
def expected_fit(w, d, train, valid, lr, max_epochs, patience, clear=True):
    """The validation losses, and (w, d) after each epoch, as far as the training goes."""
    losses, states = [], []
    slope_w = slope_d = 0.0
    for _ in range(max_epochs):
        residual = w * train[0] + d - train[1]
        kept = 0.0 if clear else 1.0  # what is left of the gradients of the step before
        slope_w = kept * slope_w + 2 * np.mean(residual * train[0])
        slope_d = kept * slope_d + 2 * np.mean(residual)
        w, d = w - lr * slope_w, d - lr * slope_d
        losses.append(float(np.mean((w * valid[0] + d - valid[1]) ** 2)))
        states.append((float(w), float(d)))
        if len(losses) - 1 - int(np.argmin(losses)) == patience:
            break
    return losses, states


def line_model(w, d, inside=False):
    """The line w x + d; inside: as a layer of a larger module, whose parameters have other names."""
    model = nn.Linear(1, 1)
    with torch.no_grad():
        model.weight.fill_(w)
        model.bias.fill_(d)
    return nn.Sequential(model) if inside else model


def as_columns(pair):
    return tuple(torch.tensor(numbers.tolist()).view(-1, 1) for numbers in pair)


# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "fit_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Validation losses that fall and then rise, that swing, that reach max_epochs, that stay as they are
four = np.array([-1.5, -0.5, 0.5, 1.5])
cases = {
    "a validation loss that falls and then rises": (0.1, 50, 3, 3 * four, 1.5 * four + 0.5),
    "a validation loss that swings": (0.75, 50, 3, 3 * four + 1, 2.6 * four + 1),
    "only 4 epochs": (0.05, 4, 3, 3 * four, 3 * four),
    "a rate of zero, so that the loss stays as it is": (0.0, 50, 3, 3 * four, 3 * four),
}
for case, (rate, max_epochs, patience, y_train, y_valid) in cases.items():
    train, valid = (four, y_train), (four, y_valid)
    want, states = expected_fit(0.0, 0.0, train, valid, rate, max_epochs, patience)
    model = line_model(0.0, 0.0)
    got = fit(model, as_columns(train), as_columns(valid), rate, max_epochs, patience)
    expect.type(got, list, name="fit(...)", hint="Return the list of validation losses.")
    expect.true(
        all(isinstance(loss, float) for loss in got),
        "The validation losses should be plain numbers.",
        hint="Take .item() of each: a tensor keeps its graph.",
        where="section 4, a number in place of a tensor",
    )
    training = [float(np.mean((w * four + d - y_train) ** 2)) for w, d in states]
    before = [float(np.mean(y_valid**2)), *want[:-1]]
    uncleared, _ = expected_fit(0.0, 0.0, train, valid, rate, len(want), len(want), clear=False)
    expect.close(
        got[: len(want)],
        want[: len(got)],
        name=f"the list of the first validation losses ({case})",
        hint="In each epoch: clear, predict, loss, backward, step. Then the loss on the validation set.",
        where="section 5, the seven steps",
        rtol=1e-3,
        atol=1e-4,
        mistakes={
            "These are the training losses after each step. Judge on the validation set.": training[
                : len(got)
            ],
            "These losses were computed before the step of their epoch. First the step, then the validation.": (
                before[: len(got)]
            ),
            "The gradients were not cleared, so each step contains those before. Call optimizer.zero_grad().": (
                uncleared[: len(got)]
            ),
        },
    )
    late = len(want) + 1
    causes = {
        max_epochs: "The training did not stop early. Count the epochs in a row that are not below the best so far.",
        late: "One epoch late: with a patience of 3, the third epoch in a row without progress ends it.",
    }
    expect.true(
        len(got) == len(want),
        f"{case}: {len(got)} epochs were run, and {len(want)} are right.",
        hint=causes.get(
            len(got),
            "Whenever the validation loss is below the best so far, the counting of patience begins again.",
        ),
        where="section 7, when to stop",
    )
    best = int(np.argmin(want))
    last_ones = "These are the parameters of the last epoch. "
    expect.close(
        [model.weight.item(), model.bias.item()],
        list(states[best]),
        name=f"the pair of weight and bias at the end ({case})",
        hint=f"The best validation loss was that of epoch {best + 1}. Put the parameters of that epoch back.",
        where="section 7, the trap in state_dict()",
        rtol=1e-3,
        atol=1e-4,
        mistakes={
            last_ones
            + "Keep a copy of the best ones, with clone(): state_dict() shares memory with the model.": (
                list(states[-1]) if best + 1 < len(states) else [None, None]
            )
        },
    )
expect.passed("fit")

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "fit_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Random lines, rates and patience
### BEGIN HIDDEN TESTS
rng = expect.rng()
done = {"stopped early": 0, "ran to the end": 0, "began to count again": 0}
for _ in range(400):
    n = int(rng.integers(4, 8))
    inputs, valid_inputs = rng.normal(size=n), rng.normal(size=n + 1)
    slope, height = rng.normal(0, 2, 2)
    train = (inputs, slope * inputs + height)
    valid = (valid_inputs, (slope + rng.normal(0, 0.7)) * valid_inputs + height + rng.normal(0, 0.7))
    columns = np.stack([inputs, np.ones(n)])
    steepest = np.linalg.eigvalsh(2 / n * columns @ columns.T)[-1]  # beyond 2 / steepest it would diverge
    rate = float(rng.uniform(0.1, 1.95) / steepest)
    patience, max_epochs = int(rng.integers(1, 5)), int(rng.integers(5, 25))
    start_w, start_d = rng.normal(size=2).tolist()
    want, states = expected_fit(start_w, start_d, train, valid, rate, max_epochs, patience)
    bests = np.minimum.accumulate(want)
    gaps = np.abs(np.array(want[1:]) - bests[:-1]) / bests[:-1]
    if len(want) < 3 or gaps.min() < 1e-3 or min(want) < 1e-3:
        continue  # too close for float32
    rises = np.diff(want) > 0
    falls_again = any(
        rises[k] and want[j] < min(want[: k + 1]) for k in range(len(rises)) for j in range(k + 2, len(want))
    )
    kind = "stopped early" if len(want) < max_epochs else "ran to the end"
    kind = "began to count again" if falls_again else kind
    if done[kind] == 4:
        continue
    done[kind] += 1
    model = line_model(start_w, start_d, inside=done[kind] % 2 == 1)
    with expect.explaining(
        {"has no attribute": "The model was expected to be an nn.Linear."},
        name="fit",
        hint="The model may be any module: ask model.parameters() and model.state_dict(), not model.weight.",
    ):
        got = fit(model, as_columns(train), as_columns(valid), rate, max_epochs, patience)
    expect.true(
        len(got) == len(want),
        f"{len(got)} epochs were run, and {len(want)} are right, with patience = {patience}, max_epochs = {max_epochs}.",
        hint="Stop after `patience` epochs in a row without a new best validation loss.",
    )
    expect.close(
        got,
        want,
        name="the list of validation losses",
        hint="Run the visible check above first.",
        rtol=1e-2,
        atol=1e-3,
    )
    expect.close(
        [parameter.item() for parameter in model.parameters()],
        list(states[int(np.argmin(want))]),
        name="the pair of weight and bias at the end",
        hint="The parameters of the best epoch belong back into the model.",
        rtol=1e-2,
        atol=1e-3,
    )
    if min(done.values()) == 4:
        break
### END HIDDEN TESTS

# %% [markdown]
# ### Task 6 · How good is it? (2 points)
#
# *Difficulty 1 of 3, about 7 minutes.*
#
# Write `r2_score(y, prediction)`, the $R^2$ of section 7:
#
# $$R^2 = 1 - \frac{\sum_i (y_i - \hat y_i)^2}{\sum_i (y_i - \bar y)^2}$$
#
# - `y` and `prediction` are tensors of the same shape, which may be any shape. `prediction` may hang on a graph.
# - The result is a plain Python number.
# - If the shapes differ, raise a `ValueError` whose text contains both shapes. You know from section 4 what would happen otherwise.
#
# ```python
# y = torch.tensor([1.0, 2.0, 3.0, 6.0])
# r2_score(y, torch.tensor([1.0, 2.0, 4.0, 5.0]))  # 0.857...
# ```
#
# <details>
# <summary>Help: which mean?</summary>
#
# The mean of the measurements `y`. The denominator says how well one would do by always predicting it.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "r2_score", "locked": false, "schema_version": 3, "solution": true, "task": false}
def r2_score(y, prediction):
    """R² of the prediction, as a plain number; the two shapes must be equal."""
    ### BEGIN SOLUTION
    if y.shape != prediction.shape:
        raise ValueError(f"y has the shape {tuple(y.shape)} and the prediction has {tuple(prediction.shape)}")
    residual = ((y - prediction) ** 2).sum()
    total = ((y - y.mean()) ** 2).sum()
    return 1 - (residual / total).item()
    ### END SOLUTION


# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "r2_score_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# A good prediction, the mean, a bad one, and shapes that do not fit
measured = torch.tensor([1.0, 2.0, 3.0, 6.0])
for numbers, want, name in [
    ([1.0, 2.0, 4.0, 5.0], 1 - 2 / 14, "a good prediction"),
    ([1.0, 2.0, 3.0, 6.0], 1.0, "a perfect prediction"),
    ([3.0, 3.0, 3.0, 3.0], 0.0, "the mean as prediction"),
    ([6.0, 3.0, 2.0, 1.0], 1 - 52 / 14, "a prediction the wrong way round"),
    ([2.0, 3.0, 4.0, 7.0], 1 - 4 / 14, "a prediction that is too high by 1"),
]:
    predicted = torch.tensor(numbers)
    got = r2_score(measured, predicted)
    expect.true(
        torch.equal(torch.stack([measured, predicted]), torch.tensor([[1.0, 2.0, 3.0, 6.0], numbers])),
        "r2_score has changed the numbers of y or of the prediction.",
        hint="The tensors belong to the caller: y - y.mean() makes a new one, y -= y.mean() changes the given one.",
        where="lesson 01, the operations in place",
    )
    expect.type(got, (float, int), name=f"r2_score for {name}", hint="Take .item() of the tensor.")
    expect.close(
        got,
        want,
        atol=1e-6,
        name=f"r2_score for {name}",
        hint="For y = (1, 2, 3, 6) the mean is 3, and the denominator is 4 + 1 + 0 + 9 = 14.",
        where="section 7, data that the model has not seen",
        mistakes={
            "This is the fraction itself. R² is 1 minus it.": 2 / 14,
            "The 1 and the fraction are exchanged.": 2 / 14 - 1,
            "This is 1 − mean squared error. Divide by how far the measurements are from their mean.": 0.5,
            "The denominator has the deviations of the prediction from its mean. They are those of the measurements.": 0.8,
            "This is the square of the correlation. It forgives a wrong slope and a wrong height.": 121 / 140,
            "The fraction has a mean above and a variance with N − 1 below. Use two sums.": 25 / 28,
            "The denominator has the squares of y itself. Subtract the mean of y first.": 1 - 2 / 50,
            "The differences are not squared.": 1.0 if want < 1 else -1.0,
            "The mean in the denominator is that of the prediction. It is the mean of the measurements y.": 1
            - 4 / 18,
            "The fraction stands upside down: the errors of the prediction belong above.": 1 - 14 / 2,
        },
    )
asking = torch.tensor([1.0, 2.0, 4.0, 5.0], requires_grad=True)
expect.type(
    r2_score(measured, asking * 1),
    (float, int),
    name="r2_score for a prediction that hangs on a graph",
    hint=".item() gives a plain number, also for a tensor that hangs on a graph.",
)
tall = measured.view(-1, 1)
for pair, name in [
    ((tall, measured), "r2_score for y of shape (4, 1) and a prediction of shape (4,)"),
    ((measured, tall), "r2_score for y of shape (4,) and a prediction of shape (4, 1)"),
]:
    expect.raises(
        ValueError,
        r2_score,
        *pair,
        match="4, 1",
        name=name,
        hint="Compare y.shape with prediction.shape first, and put both into the text of the ValueError.",
        where="section 4, a column and a flat tensor",
    )
expect.passed("r2_score")

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "r2_score_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Random measurements and predictions, of several shapes
### BEGIN HIDDEN TESTS
rng = expect.rng()
for shape in [(5,), (7, 1), (2, 3), (12,)]:
    y_drawn = rng.normal(2, 3, shape)
    for predicted in (y_drawn + rng.normal(0, 1, shape), rng.normal(0, 3, shape), 0.3 * y_drawn - 1):
        got = r2_score(torch.tensor(y_drawn.tolist()), torch.tensor(predicted.tolist(), requires_grad=True))
        expect.type(got, (float, int), name="r2_score(y, prediction)", hint="Take .item() of the tensor.")
        expect.close(
            got,
            float(1 - ((y_drawn - predicted) ** 2).sum() / ((y_drawn - y_drawn.mean()) ** 2).sum()),
            name=f"r2_score for shape {shape}",
            hint="Run the visible check above first. Both sums run over all elements, whatever the shape.",
            rtol=1e-3,
            atol=1e-4,
        )
for first, second in [((3, 1), (3,)), ((3,), (3, 1)), ((3, 1), (1, 3)), ((1, 3), (3,)), ((4,), (1,))]:
    expect.raises(
        ValueError,
        r2_score,
        torch.tensor(rng.normal(size=first).tolist()),
        torch.tensor(rng.normal(size=second).tolist()),
        match=", ?".join(str(number) for number in first),
        saying="both shapes in its text",
        name=f"r2_score for the shapes {first} and {second}",
        hint="Shapes that can be broadcast are not equal. Compare the whole shapes, and name both.",
    )
### END HIDDEN TESTS

# %% [markdown]
# ### Task 7 · In your own words (2 points, graded by a person)
#
# *Difficulty 2 of 3, about 10 minutes.*
#
# A classmate measured 60 points, fitted a polynomial of degree 9 with the loop of section 3, and writes:
# "The training loss went down to 0.2, so the fit is good, and at x = 10 the true value is 412."
# The points lie between $x = -3$ and $x = 3$, and the instrument has an error with the variance 1.
#
# What would you change before trusting this fit? Write six to eight sentences.
# Name at least four changes or checks, and say for each what it would show.
# Say also what is wrong with the number for x = 10.

# %% [markdown] nbgrader={"grade": true, "grade_id": "trust_this_fit", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# The noise has the variance 1, so a loss of 0.2 is suspicious: the polynomial has learned a part of the noise of these 60 points.
# First I would hold out some of the points as a test set and look at the loss there; if it is far above 0.2, the fit is overfitted.
# With a validation set I would compare degree 9 with degrees 1, 2 and 3, and take the smallest one that is as good.
# I would compute the least-squares solution of the same degree, to see whether the loop has converged, or whether the learning rate was wrong.
# I would use early stopping on the validation loss, instead of a number of epochs that somebody chose.
# I would repeat it with several seeds and splits, and look at the spread of the results; one good run may be luck.
# I would plot the residuals against x: if they show a pattern, the model lacks something.
# x = 10 is far outside of the data. Nothing between −3 and 3 tells what happens there, and a term of degree 9 changes enormously: it would need measurements there, or a law that is known from elsewhere.
#
# === BEGIN MARK SCHEME ===
#
# 2 points in all. Half points are allowed.
#
# - 0.5 points: a training loss below the variance of the noise is a sign of overfitting (or: the training loss alone says nothing about new data).
# - 1 point: four sensible changes or checks, each with what it would show; 0.25 points for each. Accepted: test set; validation set for the degree; a lower degree or a simpler model as yardstick; comparison with least squares; early stopping; several seeds, splits or cross-validation; a plot of the fit or of the residuals; R² on unseen data; a grid of learning rates; checking the shapes; more data; regularisation. A check that is only named, without what it would show, counts half.
# - 0.5 points: x = 10 is extrapolation, the data say nothing there. Full half point also for "a polynomial of degree 9 explodes outside of the data".
#
# No points for: "more epochs", "a smaller loss", "a larger network", if they stand without a check on unseen data.
#
# === END MARK SCHEME ===

# %% [markdown]
# ## Before you go
#
# Answer these without looking. Each answer is one or two sentences.
#
# 1. Which tensors of a training loop ask for gradients, and why not the data?
# 2. What are the seven steps of a training iteration, in order?
# 3. What happens to the parameter in `w = w - lr * w.grad`, and what do you write instead?
# 4. A fit is a flat line though the loss has converged. Which two shapes do you look at?
# 5. You change the loss from the mean to the sum, with 500 samples. What else must change, and by which factor?
# 6. What may you do with `loss.item()`, and what not?
# 7. Why did $c$ move away from its true value at first?
# 8. What limits the learning rate, and what makes training slow although the rate is at its limit?
# 9. Which of the three, training, validation and test set, chooses the degree of a polynomial?
# 10. Early stopping with a patience of 5: which parameters does the model have in the end?
#
# ## Further reading
#
# - The code behind this lesson: `torchlet/optim/sgd.py` is the optimizer, forty lines, and `torchlet/nn/module.py` shows how a module knows its parameters.
# - PyTorch, [Optimizing model parameters](https://docs.pytorch.org/tutorials/beginner/basics/optimization_tutorial.html): the same loop with a data set of images.
# - A. Karpathy, [A recipe for training neural networks](https://karpathy.github.io/2019/04/25/recipe/): what to look at, in which order, before you believe a result.
# - G. Goh, [Why momentum really works](https://distill.pub/2017/momentum/): valleys, curvatures and learning rates, with figures that you can move.
# - T. Hastie, R. Tibshirani, J. Friedman, [The Elements of Statistical Learning](https://hastie.su.domains/ElemStatLearn/): linear models, overfitting and validation, with proofs.
#
# **Next:** this was the last lesson. Take data of your own, write the seven steps, and before you believe the fit, look at data that it has not seen.
