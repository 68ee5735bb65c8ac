# %% [markdown]
# A photograph, a sentence, the billion weights of a language model: inside a framework for deep learning they all are **tensors**.
# A tensor is a box of numbers. All of them have the same type, and they are arranged in rows and columns, or in more dimensions.
#
# That sounds harmless. Here is a program that makes grey squares brighter.

# %%
import numpy as np
import torchlet as torch  # "import torch" works as well and prints the same

from labkit import dtype_ruler, expect, predict, show_figure, subplots

# %%
grey = torch.arange(0, 250, 25, dtype=torch.uint8)  # ten shades, from black (0) to almost white (225)
brighter = grey + 100


def show_shades(title, *strips, alt):
    figure, all_axes = subplots(len(strips), 1, figsize=(6, 0.9 * len(strips)), layout="constrained")
    for axes, strip in zip(all_axes, strips, strict=True):
        axes.imshow([strip.tolist()], cmap="gray", vmin=0, vmax=255)
        axes.spines[:].set_visible(True)
        axes.set_xticks([])
        axes.set_yticks([])
    figure.suptitle(title)
    show_figure(figure, alt=alt)


show_shades(
    "Before and after",
    grey,
    brighter,
    alt="Ten grey squares, from black on the left to almost white on the right. Below, the same squares after adding 100: "
    "the first seven are brighter, and the last three, which were the brightest, are nearly black.",
)

# %% [markdown]
# The three brightest squares have become nearly black.
# There is no error and no warning, and the program has done exactly what it was told.
# After section 3 you will be able to say which number is in each square, and why.
#
# This lesson has two questions. **What is stored in a tensor? And what does an operation leave behind: a new tensor, or a changed one?**
#
# ### How this course works
#
# The course has ten lessons. You need Python and school algebra, and nothing else. At the end you will have written the main parts of a framework for deep learning yourself:
# tensors, the graph that records what you compute, the walk back that gives derivatives, and training.
# You work with **torchlet**, a small library that was made for this course. Its source is short enough to read.
# Its names and results are those of **PyTorch**, so everything that you learn holds there too.
#
# - **Cells.** Run the cells from top to bottom with Shift + Enter. `[*]` beside a cell means: it is still running.
#   If you have lost track of what has run, choose *Restart Kernel* in the menu, and begin at the top.
# - **Predictions.** Before many cells you are asked what they will do. Choose *before* you run the next cell.
#   A wrong prediction costs no points, and you will remember it longer than a right one.
#   The cell that asks is folded, because its code contains the answer: run it without opening it.
#   After the next cell has run, each option is explained.
# - **Figures.** Some pictures have a slider. Drag it, or click on it and use the arrow keys.
#   What each picture says is also there in words, folded below it.
# - **Checks.** Where you write code, the cell below it tests your answer at once.
#   It says what it expected, what it got, and what the likely cause is. Run it as often as you like.
# - **Homework.** It stands at the end of each lesson, and is graded. More about it there.
#
# ### Two questions to begin with
#
# Later lessons begin with two questions from earlier ones. This is the first lesson, so one is about Python, and one is about numbers.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "Python: `a = [1, 2, 3]`, then `b = a`, then `b.append(4)`. What is `a` now?",
    {
        "[1, 2, 3]": "This would be so if `b = a` made a copy. It does not: it gives a second name to the same list.",
        "[1, 2, 3, 4]": "`b = a` gives a second name to the same list. A change under one name shows under the other. "
        "It is the same with tensors, and section 5 is about it.",
        "[4]": "`append` adds to a list, and replaces nothing.",
        "None": "`append` *returns* None. But neither a nor b was set to what it returns.",
    },
    answer="[1, 2, 3, 4]",
)

# %%
a = [1, 2, 3]
b = a
b.append(4)
print(a)
print("the same list:", a is b)

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "Eight switches stand in a row, and each is on or off. How many different patterns are there?",
    {
        "16": "Two states times eight switches counts the states, not the patterns.",
        "64": "8 · 8 would be right for two switches with eight states each.",
        "255": "This is the largest number that eight switches can show, if the smallest is 0. The patterns are one more.",
        "256": "Each switch doubles the number of patterns: 2 multiplied by itself eight times. "
        "Eight switches are a byte, and with 256 patterns a byte can tell 256 numbers apart, such as 0 to 255.",
    },
    answer="256",
)

# %%
print(2**8)

# %% [markdown]
# ## 1. How do you make a tensor?
#
# The first way: hand your numbers over, as a number, a list, or a list of lists.

# %%
number = torch.tensor(2.5)
row = torch.tensor([1.0, 2.0, 3.0])
table = torch.tensor([[1, 2, 3], [4, 5, 6]])
print(number)
print(row)
print(table)

# %% [markdown]
# A tensor knows four things about itself.
#
# - The **shape** says how long it is in each dimension: `(2, 3)` means two rows with three numbers each. (Lesson 02 is about shapes.)
# - The number of **dimensions** is the length of the shape. A single number has none: its shape is `()`, and it is called a *0-d tensor*.
# - The number of **elements** is how many numbers there are.
# - The **dtype** (data type) says how each number is stored. All elements have the same.

# %%
for name, tensor in {"number": number, "row": row, "table": table}.items():
    print(f"{name:7} {tuple(tensor.shape)!s:7} {tensor.ndim} dims  {tensor.numel()} elements  {tensor.dtype}")

# %% [markdown]
# You wrote decimal points in `row`, and so it is `float32`: numbers with a fraction.
# `table` was written without any, and so it is `int64`: whole numbers.
# The printed form says it too: `1.` is a float, `1` is an integer.
#
# The second way: let a function fill the tensor.

# %%
print(torch.zeros(2, 3))
print(torch.ones(4))
print(torch.full((2, 2), 7))
print(torch.arange(4, 12, 2))

# %% [markdown]
# `arange(4, 12, 2)` counts from 4 in steps of 2, and stops *before* 12, as Python's `range` does.
# For `zeros` and `ones` the dtype is float32 unless you ask for another. `full` and `arange` take it from the numbers that you give.
#
# `linspace` counts in another way: you say where to begin, where to end, and *how many* numbers you want.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "`torch.linspace(1, 4, 6)` gives six numbers from 1 to 4, both ends included. What is the second one?",
    {
        "1.5": "(4 − 1) / 6 = 0.5 would be the step for six gaps. Six numbers with both ends have only five gaps.",
        "1.6": "Six numbers have five gaps, and each gap is (4 − 1) / 5 = 0.6.",
        "7": "The third argument is a step for `arange`. For `linspace` it is how many numbers you want.",
        "2": "Then the numbers would be 1, 2, 3, 4, and these are four.",
    },
    answer="1.6",
)

# %%
print(torch.linspace(1, 4, 6))

# %% [markdown]
# Six posts of a fence have five gaps. This mistake by one is as old as programming.
#
# ### Your first check
#
# Here is a small exercise, to see how checks work. It gives no points and takes about three minutes.
# Replace the line `# YOUR CODE HERE` and the one below it with a line that returns the numbers 0, 0.5, 1, 1.5, 2, 2.5, 3. Use `arange` or `linspace`.
# Then run the cell and the one below it. Try a wrong answer, too: a check is there to be asked.


# %% nbgrader={"grade": false, "grade_id": "warm_up", "locked": false, "schema_version": 3, "solution": true, "task": false}
def half_steps():
    """The numbers 0, 0.5, 1, ... 3, as a tensor."""
    ### BEGIN SOLUTION
    return torch.linspace(0, 3, 7)
    ### END SOLUTION


# %% jupyter={"source_hidden": true}
# Check: run this when you have filled the gap
with expect.gaps():
    expect.close(
        half_steps(),
        torch.tensor([0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0]),
        name="half_steps()",
        hint="Count the numbers from 0 to 3, with both ends: there are seven.",
        where="section 1: where arange stops, and what the third argument of linspace is",
        mistakes={
            "arange stops before its end. Choose an end that lies a little beyond 3.": torch.arange(
                0, 3, 0.5
            ),
            "The third argument of linspace is how many numbers you want. For six numbers there are five gaps.": (
                torch.linspace(0, 3, 6)
            ),
            "linspace includes its end: with an end of 3.5 the steps are not 0.5.": torch.linspace(0, 3.5, 7),
            "These are whole steps. The step is 0.5.": torch.arange(0, 4),
            "None came back: the line with `return` is missing.": None,
        },
    )
    expect.right("Right:", half_steps())

# %% [markdown]
# ## 2. `tensor` or `Tensor`?
#
# There is a function `torch.tensor`, with a small t, and a class `torch.Tensor`, with a capital T.
# Both can be called, and many people believe that both do the same.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "What does `torch.Tensor(2)` make, with a capital T?",
    {
        "the number 2, as an integer": "This is `torch.tensor(2)`. The class takes a number as a *length*.",
        "the number 2, as a float": "It would be natural, and it is what most people expect. The class takes a number "
        "as a *length*.",
        "two numbers that nobody has set": "The class takes a number as a length: it reserves memory for two "
        "float32 numbers, and does not fill it.",
        "two zeros": "The length is right. But the memory is not filled, neither with zeros nor with anything else. "
        "`torch.zeros(2)` makes zeros.",
    },
    answer="two numbers that nobody has set",
)

# %%
two = torch.tensor(2)
print("tensor(2):  shape", tuple(two.shape), " dtype", two.dtype, " value", two.item())

length_two = torch.Tensor(2)
print("Tensor(2):  shape", tuple(length_two.shape), " dtype", length_two.dtype)

# %% [markdown]
# The values of `length_two` are not printed here, since nobody can say what they are.
# They are **uninitialised**: whatever this piece of memory held before. Often these are zeros, and then the mistake stays hidden for a while.
# Sometimes they are numbers such as 4.5e-41, and sometimes what another part of the program has left behind.
#
# What the class makes depends on what you give it:

# %%
print("Tensor():      ", torch.Tensor())
print("Tensor([2]):   ", torch.Tensor([2]))
print("Tensor(2, 3):   shape", tuple(torch.Tensor(2, 3).shape))
try:
    torch.Tensor(2.5)
except TypeError as error:
    print("Tensor(2.5):    TypeError:", error)

# %% [markdown]
# Without arguments it is empty. A list is taken as data, and becomes float32, even if it holds integers. Several numbers are a shape.
#
# **The repair** is short: to make a tensor from data write `torch.tensor(...)`; to reserve memory on purpose write `torch.empty(...)`, which says so.
#
# ### The typed classes
#
# Older programs are full of classes with a dtype in their name. They are called in the same way as `torch.Tensor`, and have the same trap.
# Read them, and write `torch.tensor(data, dtype=...)` instead.

# %%
for name in (
    "FloatTensor", "DoubleTensor", "HalfTensor", "IntTensor", "LongTensor", "ShortTensor", "CharTensor", "ByteTensor",
):  # fmt: skip
    made = getattr(torch, name)([1, 2])
    print(f"{name:13} {made.dtype!s:14} bytes per number: {made.element_size()}")

print("LongTensor(3): shape", tuple(torch.LongTensor(3).shape))

# %% [markdown]
# `torch.Tensor(...)` makes what `FloatTensor(...)` makes, as float32 is the default.
# A tensor tells its class with `.type()`:

# %%
print(torch.tensor([1.0, 2.0]).type())
print(torch.tensor([1, 2]).type())

# %% [markdown]
# ## 3. What does a dtype store?
#
# A tensor stores each number in a fixed number of bits, that is, of switches that are on or off.
# The dtype says how many bits there are, and how they are to be read. Here are all that you need in this course:

# %%
for dtype in (torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64):
    limits = torch.iinfo(dtype)
    print(f"{dtype!s:13} {limits.bits:2} bits   whole numbers from {limits.min} to {limits.max}")

for dtype in (torch.float16, torch.float32, torch.float64):
    limits = torch.finfo(dtype)
    print(f"{dtype!s:13} {limits.bits:2} bits   up to {limits.max:.4g}; next to 1 comes 1 + {limits.eps:.2g}")

print(f"{torch.bool!s:13}  8 bits   True or False")

# %% [markdown]
# The u in `uint8` means *unsigned*: without a minus sign.
# Eight bits have 256 patterns, as you know from the question at the beginning. `uint8` spends them on 0 to 255, `int8` on −128 to 127.
#
# Some dtypes have a second, shorter name:

# %%
for name in ("half", "float", "double", "short", "int", "long"):
    print(f"torch.{name:7}", getattr(torch, name))

# %% [markdown]
# Mind `torch.int`: it is int32, while Python's whole numbers become int64, that is, `torch.long`.
#
# ### From one dtype to another
#
# You can ask for a dtype when you make a tensor, with `dtype=`. You can also convert later, with `.to(dtype)` or with a short method.

# %%
x = torch.tensor([0, 1, 200])
print(torch.ones(2, dtype=torch.long))
print(torch.tensor([1, 2], dtype=torch.float))
print(x.to(torch.float64))
print(x.float())
print(x.byte())
print(x.bool())

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "The cell above has called `x.to(torch.float64)`, `x.float()`, `x.byte()` and `x.bool()`. What is `x.dtype` now?",
    {
        "torch.bool": "The last call would count if each of them changed x. None of them did.",
        "torch.int64": "A conversion makes a new tensor and leaves x as it was. To keep the result, give it a name: "
        "`x = x.float()`.",
        "torch.float64": "The first call would count if it changed x, and if the later ones failed. Neither is so.",
        "torch.float32": "float32 is the default when a tensor is made from floats. x was made from integers.",
    },
    answer="torch.int64",
)

# %%
print(x.dtype, x)

# %% [markdown]
# A conversion returns a new tensor. `x.float()` on a line of its own has no effect.
#
# In one direction a conversion loses something.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "What is `torch.tensor([1.7, -1.7]).long()`?",
    {
        "[2, -2]": "This is rounding, and `.round()` does it. A conversion to integers does not round.",
        "[1, -2]": "This is `floor`: the next whole number below. A conversion goes towards 0.",
        "[1, -1]": "The fraction is cut off, on both sides of 0.",
        "an error, since numbers would be lost": "You have asked for the conversion. So it is done, without a word.",
    },
    answer="[1, -1]",
)

# %%
x = torch.tensor([1.7, -1.7])
print(x.long())
print(x.round().long(), "after rounding")

# %% [markdown]
# ### When a number does not fit
#
# Now the grey squares. They are `uint8`, as in most picture files.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "`x = torch.tensor([200], dtype=torch.uint8)`. What is `x + 100`?",
    {
        "300": "Eight bits have no pattern for 300. And the result is uint8 again: the Python number 100 does not "
        "change the dtype.",
        "255": "Stopping at the largest number would be sensible for pictures, and it is called *saturation*. "
        "Integers in a tensor do not do it.",
        "an error": "An overflow of integers raises no error. A check after each addition would cost time.",
        "44": "300 has nine bits, and the ninth is lost: 300 − 256 = 44. The numbers go round like the digits of an "
        "old kilometre counter.",
    },
    answer="44",
)

# %%
x = torch.tensor([200], dtype=torch.uint8)
print(x + 100)
print(x + torch.tensor([100], dtype=torch.uint8))
print("before:", grey)
print("after: ", brighter)

# %% [markdown]
# This is called **overflow**. For whole numbers it goes round in a circle: after 255 comes 0.
# 175, 200 and 225 became 19, 44 and 69, and these are dark.
#
# The repair: choose a dtype with enough room *before* you add, and go back afterwards. `clamp(0, 255)` replaces smaller numbers by 0 and larger ones by 255.

# %%
repaired = (grey.int() + 100).clamp(0, 255).byte()
print(repaired)
show_shades(
    "Before and after, repaired",
    grey,
    repaired,
    alt="Ten grey squares, from black to almost white. Below, all of them are brighter, and the last three are white.",
)

# %% [markdown]
# Two relatives of this overflow. If you *write* a number that does not fit, there is an error at once.
# And floats have a number for "too large": `inf`, infinity.

# %%
try:
    torch.tensor(300, dtype=torch.uint8)
except RuntimeError as error:
    print("RuntimeError:", error)

large = torch.tensor([60000.0], dtype=torch.float16)
print(large + large)

# %% [markdown]
# ### The dtype ruler
#
# An integer dtype stores a whole number exactly, or not at all. A float dtype is different.
# Think of the numbers of a dtype as the lines of a ruler. What you store is the line that is nearest to your number. (An integer dtype cuts off instead.)
# The lines of an integer dtype are 1 apart everywhere. Those of a float dtype are close together near 0, and farther and farther apart away from it.
#
# The figure shows one value and eight rulers, each in its own enlargement.
# Drag the slider through the values, or step with *Back* and *Next*.

# %%
dtype_ruler()

# %% [markdown]
# Find the answers in the figure.
#
# 1. Which dtypes store 0.1 exactly? And 0.5?
# 2. What is the first whole number in the figure that float16 cannot store?
# 3. At which value is the spacing of float32 larger than 1?
# 4. What do `int8` and `uint8` store instead of 200?
#
# Then give it numbers of your own, and predict the column "stores" before you run the cell.

# %%
dtype_ruler(1000.5, 40000, 0.25, 3.14159)

# %% [markdown]
# <details>
# <summary>The answers</summary>
#
# 0.1 is stored exactly by none of them, and 0.5 by all floats, as it is a power of two.
# float16 cannot store 2049. float32 has a spacing of 2 from 16777216 on. `uint8` stores 200 as it is, and `int8` goes round to −56.
#
# </details>
#
# "Not defined" in the figure means: a float that lies outside the range of an integer dtype. What comes out depends on the machine, so do not rely on it.
#
# The number 0.1 in three dtypes, with more digits than `print` shows. (`.item()` takes a single number out of a tensor, as a Python number.)

# %%
for dtype in (torch.float16, torch.float32, torch.float64):
    x = torch.tensor(0.1, dtype=dtype)
    print(x, " stored:", f"{x.item():.20f}")

back = torch.tensor(0.1, dtype=torch.float32).to(torch.float64)
print("float32, then float64:", f"{back.item():.20f}")

# %% [markdown]
# `print` shows the numbers of a tensor with four digits after the point. That is a matter of the display, and not of what is stored.
#
# Look at the last line: **a conversion to a wider dtype does not bring digits back.** What float32 has rounded away is gone.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "`x = torch.tensor(16777216.0)`, which is 2²⁴, in float32. You add 1 to x, a thousand times. What is x in the end?",
    {
        "16777216": "The next line of the ruler is 2 away. Each sum lies halfway between two lines, and is rounded back, "
        "a thousand times.",
        "16778216": "This is the sum in mathematics. But after each addition the result has to be stored in float32.",
        "inf": "float32 goes up to about 3.4 · 10³⁸. This number is far from its end: it is the spacing that is too large.",
        "16777217": "There is no such number in float32, so not even the first addition succeeds.",
    },
    answer="16777216",
)

# %%
x = torch.tensor(16777216.0)
for _ in range(1000):
    x = x + 1
print(f"{x.item():.0f}")
print(f"{(torch.tensor(16777216.0) + 1000).item():.0f}", "with one addition of 1000")

# %% [markdown]
# This is why the order in which you add numbers can change a result, and why a counter should be an integer.
#
# ## 4. Which dtype has the result?
#
# You add two tensors with different dtypes. What comes out?

# %%
print(torch.tensor(1.0) * torch.tensor(2.0, dtype=torch.float64))
print(torch.tensor([1, 2]) + torch.tensor([0.5, 0.5]))
print(torch.tensor([1, 2]) + 0.5)
print(torch.tensor([True, False]) + 1)

# %% [markdown]
# float32 and float64 give float64. Integers and floats give floats. Booleans and integers give integers.
# So far the rule seems to be: the larger one wins. This is called **promotion**.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "`torch.tensor([1.0, 2.0])` is float32, and `torch.tensor(2.0, dtype=torch.float64)` is a 0-d tensor. "
    "Which dtype has their product?",
    {
        "float64, since it is the wider one": "Between two tensors of equal rank it would be. "
        "But a 0-d tensor ranks below a tensor with dimensions.",
        "it depends on the order of the factors": "Promotion does not look at the order. a * b and b * a have the same dtype.",
        "float32": "A tensor with dimensions decides, and a 0-d tensor follows, as long as both are floats. "
        "So a single factor does not double the memory of a large tensor.",
        "an error, since the dtypes differ": "Operators convert by themselves. Only some functions insist on equal dtypes, "
        "such as `dot` in section 6.",
    },
    answer="float32",
)

# %%
row = torch.tensor([1.0, 2.0])
factor = torch.tensor(2.0, dtype=torch.float64)
print((row * factor).dtype)
print((factor * row).dtype)

# %% [markdown]
# The full rule has two parts.
#
# **Categories.** There are three: booleans, integers, floats, in this order.
# Of two dtypes in different categories, the one in the higher category wins, whatever its number of bits. In the same category the one with more bits wins.
# (One pair has no winner: `uint8` and `int8` have 8 bits each, and neither holds the numbers of the other. They give `int16`.)
#
# **Ranks.** A tensor with dimensions ranks above a 0-d tensor, and that ranks above a Python number.
# The operand of the higher rank decides. The one of the lower rank counts **only if its category is higher**.
# So bits are compared only between equal ranks.
# A Python number stands for bool, int64 or float32, by its kind.
#
# ### A worked example
#
# Three pairs, step by step:
#
# | Pair | Higher rank | Does the other have a higher category? | Result |
# |:--|:--|:--|:--|
# | int32 with dimensions, float64 0-d | int32 | yes: float above integer | float64 |
# | uint8 with dimensions, Python 300 | uint8 | no: both integers | uint8 |
# | float16 0-d, float32 0-d | equal | (equal ranks: more bits win) | float32 |

# %%
print((torch.tensor([1, 2], dtype=torch.int32) + torch.tensor(1.5, dtype=torch.float64)).dtype)
print((torch.tensor([1, 2], dtype=torch.uint8) + 300).dtype)
print((torch.tensor(1.0, dtype=torch.float16) + torch.tensor(1.0)).dtype)

# %% [markdown]
# Now you: go through the pairs in the next cell, and write each dtype on paper *before* you run it.
# `[2]` stands for a tensor with two elements.

# %%
pairs = {
    "int64 [2] + float16 [2]": torch.ones(2, dtype=torch.int64) + torch.ones(2, dtype=torch.float16),
    "uint8 [2] + int8 [2]": torch.ones(2, dtype=torch.uint8) + torch.ones(2, dtype=torch.int8),
    "float16 [2] + float64 0-d": torch.ones(2, dtype=torch.float16) + torch.ones((), dtype=torch.float64),
    "int8 [2] + float16 0-d": torch.ones(2, dtype=torch.int8) + torch.ones((), dtype=torch.float16),
    "int8 0-d + 1": torch.ones((), dtype=torch.int8) + 1,
    "int8 0-d + 1.0": torch.ones((), dtype=torch.int8) + 1.0,
    "float64 0-d + 1.0": torch.ones((), dtype=torch.float64) + 1.0,
    "bool [2] + 1": torch.ones(2, dtype=torch.bool) + 1,
}
for text, result in pairs.items():
    print(f"{text:26} {result.dtype}")

# %% [markdown]
# `int64 + float16` gives `float16`: the category decides, and most of the 64 bits are lost. Such a result is easy to overlook.
#
# ### Division

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "What is `torch.tensor([7, 8]) / torch.tensor([2, 2])`? Both are int64.",
    {
        "[3, 4], in int64": "Integers that divide to integers: so it is in C and Java, and so it is with `//`. "
        "The single slash divides exactly.",
        "[3.5, 4.0], in float64": "The values are right. But integers are promoted to the default dtype.",
        "[4, 4], in int64": "No operator rounds to the nearest whole number.",
        "[3.5, 4.0], in float32": "`/` always gives floats, as in Python. Integers become the default dtype, float32.",
    },
    answer="[3.5, 4.0], in float32",
)

# %%
quotient = torch.tensor([7, 8]) / torch.tensor([2, 2])
print(quotient, quotient.dtype)
print(torch.tensor([7, -7]) // 2, " // goes to the whole number below")

# %% [markdown]
# ### A trap in comparisons
#
# The rule of ranks holds for comparisons, too. Beside a tensor of integers, a Python integer takes the dtype of the tensor, and has to fit into it.

# %%
x = torch.tensor([10, 200], dtype=torch.uint8)
print("x < 300:        ", x < 300)
print("x.int() < 300:  ", x.int() < 300)

# %% [markdown]
# Of course 200 is less than 300. But as `uint8`, 300 is 44, and the first line compares with 44.
# There is no error. The repair is the same as for the grey squares: convert before you compare.
#
# ## 5. A new tensor, or a changed one?
#
# Each operator has a method, and most methods have a twin whose name ends with an underscore.

# %%
a = torch.tensor([1.0, 2.0, 3.0])
print(a + 10, a.add(10))
print(a - 1, a.sub(1))
print(a * 2, a.mul(2))
print(a / 2, a.div(2))
print("a is still", a)

a.add_(10)
print("after a.add_(10):", a)

# %% [markdown]
# **The rule of the underscore:** a method whose name ends with `_` works **in place**. It writes its result into the memory of the tensor, and returns the tensor itself.
# A method without it makes a new tensor.
#
# | New tensor | In place |
# |:--|:--|
# | `a + b`, `a.add(b)` | `a += b`, `a.add_(b)` |
# | `a - b`, `a.sub(b)` | `a -= b`, `a.sub_(b)` |
# | `a * b`, `a.mul(b)` | `a *= b`, `a.mul_(b)` |
# | `a / b`, `a.div(b)` | `a /= b`, `a.div_(b)` |
# | `a.exp()`, `a.abs()` | `a.exp_()`, `a.abs_()` |
# | `torch.zeros_like(a)` | `a.zero_()`, `a.fill_(0)` |
#
# Two prints, one after the other:
#
# ```python
# print(a.add_(b))
# print(a.mul_(b))
# ```
#
# `a` holds 0, 1, …, 9, and `b` ten numbers from −10 to 10.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "The first number of `a` is 0, and that of `b` is −10. What is the first number of the *second* print?",
    {
        "100": "`add_` has changed a: its first number is −10 now. Then −10 · (−10) = 100.",
        "0": "0 · (−10) = 0 would be the product with the old a. But `add_` has changed a.",
        "−10": "This is the first number of the first print. The second multiplies it by b.",
        "−100": "The size is right. −10 · (−10) is positive.",
    },
    answer="100",
)

# %%
a = torch.arange(10.0)
b = torch.linspace(-10, 10, 10)
print(a.add_(b))
print(a.mul_(b))

# %% [markdown]
# The second print starts from the changed `a`: the first product is −10 · (−10) = 100, and the last is 19 · 10 = 190.
# Who reads only the second line expects $a \cdot b$ with the old $a$. If that is what you want, write `a + b` and `a * b`.
#
# The trap is hidden even better with both calls in one line, in *one* print.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "A fresh start: a = (0, 1, 2) and b = (10, 10, 10). What does `print(a.add_(b), a.mul_(b))` print?",
    {
        "the sums (10, 11, 12), then the products (100, 110, 120)": "This is what two prints would show. Here both calls "
        "run before anything is printed.",
        "the sums (10, 11, 12), then (0, 10, 20)": "The second would be the product with the old a. "
        "There is no old a any more.",
        "(100, 110, 120) twice": "Both calls run first, and then print gets the same tensor twice: "
        "both return a itself, and a holds the products.",
        "(10, 11, 12) twice": "Both are the same tensor, that is right. But when it is printed, the product has been written "
        "into it already.",
    },
    answer="(100, 110, 120) twice",
)

# %%
a = torch.arange(3.0)
b = torch.full((3,), 10.0)
print(a.add_(b), a.mul_(b))

# %% [markdown]
# A method in place returns the tensor itself, and no copy. So all names for it see the change.

# %%
a = torch.tensor([1.0, 2.0])
same = a  # a second name
copy = a.clone()  # a new tensor with the same numbers
result = a.mul_(100)
print("result is a:", result is a)
print("same:", same, " copy:", copy)

# %% [markdown]
# There is one more difference that is easy to overlook: `a += 1` works in place, and `a = a + 1` does not.

# %%
a = torch.tensor([1.0, 2.0])
same = a
a += 1
print("after a += 1:    ", a, same)
a = a + 1
print("after a = a + 1: ", a, same)

# %% [markdown]
# `a = a + 1` makes a new tensor and hangs the name `a` on it. The old tensor stays as it was, under its other name.
#
# **What in place cannot do:** change the dtype. The memory is there, and it has its dtype.

# %%
a = torch.arange(10)  # int64
try:
    a.add_(0.5)
except RuntimeError as error:
    print("RuntimeError:", error)
print((a + 0.5)[:3], "works: a new tensor may have another dtype")
print(torch.arange(10.0).add_(0.5)[:3], "works: float32 from the start")

# %% [markdown]
# When should you work in place? It saves memory, and it is right when everybody who holds the tensor should see the change.
# In all other cases take the form without underscore. You will meet both again in lesson 07, where gradients have their own opinion about it.
#
# ## 6. From many numbers to few
#
# Some functions work on each element for itself. The result has the shape of the argument.

# %%
x = torch.tensor([-2.0, 0.0, 1.0])
print("abs:", x.abs())
print("exp:", x.exp())
print("log:", torch.log(torch.tensor([1.0, 10.0, 100.0])))
print("log of 0 and of -1:", torch.log(torch.tensor([0.0, -1.0])))

# %% [markdown]
# `exp` is $e^x$, and `log` is its inverse, the natural logarithm.
# Outside its domain `log` raises no error: it gives `-inf` and `nan` ("not a number"). A `nan` spreads to everything that is computed with it.
#
# Other functions put all elements together to one number. They are called **reductions**.

# %%
x = torch.tensor([3.0, 1.0, 2.0, 3.0, 1.0])
print("sum: ", x.sum())
print("mean:", x.mean())
print("min: ", x.min(), " max:", x.max())
print("unique:", x.unique())
print("dot: ", torch.tensor([1.0, 2.0, 3.0]).dot(torch.tensor([4.0, 5.0, 6.0])))

# %% [markdown]
# `dot` multiplies two vectors element by element and adds up: $1 \cdot 4 + 2 \cdot 5 + 3 \cdot 6 = 32$.
# `unique` gives each value once, in order.
#
# A mean of integers is refused, since it might be a fraction, and the library does not guess which dtype you want. `dot` wants equal dtypes.

# %%
for attempt in (
    lambda: torch.tensor([1, 2, 3]).mean(),
    lambda: torch.tensor([1, 2]).dot(torch.tensor([1.0, 2.0])),
):
    try:
        attempt()
    except RuntimeError as error:
        print("RuntimeError:", error)

print(torch.tensor([1, 2, 3]).float().mean())

# %% [markdown]
# The **standard deviation** says how far the numbers lie from their mean:
#
# $$\text{std} = \sqrt{\frac{1}{N - 1} \sum_i (x_i - \text{mean})^2}$$
#
# $N$ is how many numbers there are.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "The numbers are 1 and 3, so the mean is 2, and each lies 1 away from it. What does `torch.tensor([1.0, 3.0]).std()` give?",
    {
        "1": "So it is if you divide by N = 2, as NumPy does. Here the sum of the squares, 2, is divided by N − 1 = 1.",
        "1.4142": "The sum of the squares is 2, divided by N − 1 = 1, and √2 = 1.4142.",
        "2": "This is the sum of the squares, or the distance of the two numbers. The root comes last.",
        "0": "This is the sum of the deviations, −1 + 1. That is why they are squared first.",
    },
    answer="1.4142",
)

# %%
x = torch.tensor([1.0, 3.0])
print("std():             ", x.std())
print("std(correction=0): ", x.std(correction=0))
print("NumPy's std:       ", np.array([1.0, 3.0]).std())

# %% [markdown]
# Both definitions are in use. With $N$ it is the deviation *of these numbers*.
# With $N - 1$ it is an estimate for the many numbers from which these few were drawn. It is called *unbiased* and is the default here.
# NumPy's default is the other one. For many numbers the difference is small; for few it is not.
#
# ### Out of the tensor
#
# The result of a reduction is a 0-d tensor. `item()` makes a Python number of it.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "What does `torch.tensor([3.5, 4.5]).item()` do?",
    {
        "It raises a RuntimeError": "Two elements are not one number, and the library does not choose for you. "
        "The message says how many elements there were.",
        "It gives 3.5": "Taking the first would be a guess. Write `x[0].item()` if you mean it.",
        "It gives [3.5, 4.5]": "This is `tolist()`. An item is a single number.",
        "It gives 8.0": "Adding up would be a guess. Write `x.sum().item()` if you mean it.",
    },
    answer="It raises a RuntimeError",
)

# %%
print(torch.tensor(3.5).item(), torch.tensor([3.5]).item(), torch.tensor([3.5, 4.5]).tolist())
try:
    torch.tensor([3.5, 4.5]).item()
except RuntimeError as error:
    print("RuntimeError:", error)

# %% [markdown]
# ### Comparing and counting
#
# A comparison gives a tensor of `True` and `False`. In a sum, each `True` counts as 1. So the sum of a comparison is a count.

# %%
x = torch.tensor([0.5, 1.5, 2.5, 3.5])
print(x > 1)
print((x > 1).sum())

# %% [markdown]
# For numbers Python lets you write `1 < x < 3`. For tensors it does not work:

# %%
try:
    print(1 < x < 3)
except RuntimeError as error:
    print("RuntimeError:", error)

inside = (x > 1) & (x < 3)  # & means: both, for each element
print(inside, inside.sum().item())

# %% [markdown]
# Python reads `1 < x < 3` as `1 < x and x < 3`, and `and` wants *one* truth value, while there are four.
# The operator `&` compares element by element. It binds more strongly than `<`, so the parentheses are needed.
#
# ### A worked example: two twins
#
# We want to bring numbers into the range from 0 to 1: subtract the smallest, then divide by the range.
# First as a function that leaves its argument alone, then as its twin that works in place.


# %%
def rescale(x):
    return (x - x.min()) / (x.max() - x.min())


def rescale_(x):
    smallest, largest = x.min(), x.max()  # first ask, then change
    x.sub_(smallest)
    x.div_(largest - smallest)
    return x


x = torch.tensor([20.0, 25.0, 30.0, 40.0])
print("new tensor:", rescale(x))
print("x is still:", x)
print("in place:  ", rescale_(x))
print("x is now:  ", x)

# %% [markdown]
# Three things make the twin:
#
# 1. What is needed from the old numbers is asked **before** they change.
# 2. Only methods with an underscore (or `-=`, `/=`) touch `x`. `x = x - smallest` would hang the name on a new tensor, and the caller would see nothing of it.
# 3. It returns `x`, as all methods in place do.
#
# ### The same kind of problem, with gaps
#
# Now another scale: divide all numbers by the largest *absolute* value, so that they lie between −1 and 1. For (2, −4, 1) this gives (0.5, −1, 0.25).
# Write the twin that works in place. This takes about four minutes, gives no points, and the cell below checks it at once.


# %% nbgrader={"grade": false, "grade_id": "faded_example", "locked": false, "schema_version": 3, "solution": true, "task": false}
def scale_by_largest_(x):
    # first ask: the largest absolute value
    ### BEGIN SOLUTION
    largest = x.abs().max()
    ### END SOLUTION
    # then change x in place, and return it
    ### BEGIN SOLUTION
    x.div_(largest)
    return x
    ### END SOLUTION


# %% jupyter={"source_hidden": true}
# Check: run this when you have filled the gaps
with expect.gaps():
    x = torch.tensor([2.0, -4.0, 1.0])
    scaled = scale_by_largest_(x)
    expect.close(
        scaled,
        torch.tensor([0.5, -1.0, 0.25]),
        name="the result of scale_by_largest_(x) for x = (2, -4, 1)",
        hint="The largest absolute value is 4. Divide by it.",
        where="the worked example above",
        mistakes={
            "Nothing is returned. The last line of a function in place returns x.": None,
            "This is divided by the largest number, 2. The largest absolute value is that of -4.": torch.tensor(
                [1.0, -2.0, 0.5]
            ),
            "This is divided by -4. Its absolute value is 4.": torch.tensor([-0.5, 1.0, -0.25]),
            "The signs are lost: x was replaced by its absolute values. Take abs() of it only to find the largest.": (
                torch.tensor([0.5, 1.0, 0.25])
            ),
            "Nothing has changed. div(...) makes a new tensor, and div_(...) changes x.": torch.tensor(
                [2.0, -4.0, 1.0]
            ),
        },
    )
    expect.true(
        scaled is x,
        "The result is right, but it is a new tensor, and x itself has not become it.",
        hint="Use div_ or /=, and return x.",
        where="section 5, a new tensor or a changed one",
    )
    expect.right("Right, and x itself has changed:", x)

# %% [markdown]
# ## 7. Random numbers
#
# The weights of a model begin as random numbers, and data are shuffled at random. These functions draw:
#
# - `rand(3)`: floats from 0 up to 1, all equally likely; 1 itself does not occur.
# - `randn(3)`: the standard normal distribution, with mean 0 and standard deviation 1.
# - `randint(10, (5,))`: five integers from 0 to 9; the end does not occur, as in `range`.
# - `x.uniform_(0, 5)`: fills `x` in place with floats from 0 to 5.
# - `normal(170.0, 10.0, (3,))`: a normal distribution with this mean and this standard deviation.
#
# `manual_seed` makes random numbers repeatable: it sets the point at which the stream of numbers begins.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "`torch.manual_seed(3)`, then `first = torch.rand(4)` and `second = torch.rand(4)`. "
    "Then once more `torch.manual_seed(3)`, and `third = torch.rand(4)`. Which of them are equal?",
    {
        "all three": "The seed is where the stream begins. It goes on from there, and does not begin anew at each call.",
        "none of them": "Then a seed would be of no use. It is there so that an experiment can be repeated.",
        "second and third": "The second draw goes on where the first has stopped. The third begins where the first began.",
        "first and third": "Both begin at the seed. The second goes on from where the first has stopped.",
    },
    answer="first and third",
)

# %%
torch.manual_seed(3)
first, second = torch.rand(4), torch.rand(4)
torch.manual_seed(3)
third = torch.rand(4)
print("first and second:", torch.equal(first, second))
print("first and third: ", torch.equal(first, third))
print("second and third:", torch.equal(second, third))

# %%
print(tuple(torch.rand(3).shape), tuple(torch.randn(2, 3).shape), torch.randn(2, 3).dtype)

digits = torch.randint(10, (5,))
in_range = ((digits >= 0) & (digits <= 9)).all()  # all(): is every element True?
print(tuple(digits.shape), digits.dtype, "between 0 and 9:", in_range.item())

many = torch.randint(10, (10_000,))
print("values that occur:", many.unique())

# %% [markdown]
# The numbers themselves are not printed here.
# The same seed gives other numbers in torchlet than in PyTorch, and PyTorch promises the same numbers only for the same release on the same kind of machine.
# What does not change is their distribution. Here are twenty thousand of each of two kinds:

# %%
torch.manual_seed(1)
box = torch.zeros(20_000).uniform_(0, 5)
bell = torch.normal(170.0, 10.0, (20_000,))
print(
    f"box:  mean {box.mean().item():.1f}, std {box.std().item():.1f}, from {box.min().item():.1f} to {box.max().item():.1f}"
)
print(f"bell: mean {bell.mean().item():.0f}, std {bell.std().item():.0f}")

within = ((bell > 160) & (bell < 180)).sum().item() / bell.numel()
print(f"bell: {10 * within:.0f} of 10 lie within one standard deviation of the mean")

# %%
figure, (left, right) = subplots(1, 2, figsize=(8, 3), layout="constrained")
left.hist(box.tolist(), bins=50)
left.set_title("uniform_(0, 5)")
right.hist(bell.tolist(), bins=50)
right.set_title("normal(170, 10)")
for axes in (left, right):
    axes.set_xlabel("value")
    axes.set_ylabel("how many")
show_figure(
    figure,
    alt="Two histograms. On the left a box: all values between 0 and 5 occur about equally often. "
    "On the right a bell: most values lie near 170, and hardly any below 140 or above 200.",
)

# %% [markdown]
# The box has the mean 2.5, the middle of its range. Its standard deviation is $5 / \sqrt{12} \approx 1.4$.
# In the bell about 7 of 10 numbers lie within one standard deviation of the mean; the exact share is 68%. Change the seed: the numbers change, and these statements stay.
#
# ## 8. In PyTorch
#
# Everything in this lesson is PyTorch's own interface.
# Here are both libraries side by side, with the same calls.

# %%
import torchlet

libraries = [torchlet]
try:
    import torch as pytorch  # the first import takes some seconds

    libraries.append(pytorch)
except ModuleNotFoundError:
    print("PyTorch is not installed here. The rows for it are left out.")

for library in libraries:
    a = library.arange(10.0)
    b = library.linspace(-10, 10, 10)
    a.add_(b)
    a.mul_(b)
    overflow = library.tensor([200], dtype=library.uint8) + 100
    product = library.tensor(1.0) * library.tensor(2.0, dtype=library.float64)
    print(f"{library.__name__:9}", a[0], a[-1], overflow.item(), product, tuple(library.Tensor(2).shape))

# %% [markdown]
# | | torchlet | PyTorch |
# |:--|:--|:--|
# | who stores and computes the numbers | NumPy | a C++ library of its own |
# | dtypes | the nine of this lesson | also complex numbers, bfloat16, 8-bit floats, larger unsigned integers |
# | random numbers | a stream of its own for each seed | another stream; on a GPU yet another |
# | promotion | a table in `torchlet/dtypes.py` that you can read | the same rule, in C++ |

# %% [markdown]
# ## Homework
#
# Five tasks, 10 points, about 40 minutes.
#
# - Write your answer into the cells that say `YOUR CODE HERE` or `YOUR ANSWER HERE`, and remove the line `raise NotImplementedError()`.
#   Change nothing in the other cells. You may add cells of your own.
# - Below each answer is its **check**, folded to one line. Run it as often as you like: it says that all is well, or what went wrong and where to look.
# - The folded line after it is the title of a **hidden test**. It runs when your homework is graded, with other numbers. An answer that is right in general passes it.
# - You may use an earlier answer in a later one, once its check passes.
# - Homework is due seven days after its lesson opens. For each homework you may take seven more days without asking anyone: simply hand in later.
# - Before you hand in, choose *Restart Kernel and Run All Cells*. So you see what the grading will see.

# %% [markdown]
# ### Task 1 · A ladder of numbers (2 points)
#
# *Difficulty 2 of 3, about 9 minutes.*
#
# Write `ladder(n, step, dtype)`: the `n` numbers 0, `step`, 2 · `step`, 3 · `step`, …
#
# - `n` is an int from 0 on. `step` is a Python number: positive, negative or 0. `dtype` is a dtype of section 3, except bool.
# - The result is a tensor with exactly `n` elements and this dtype.
# - Each number is as exact as its dtype allows. A ladder in float64 has the accuracy of float64.
# - For an integer dtype, `step` is whole. All numbers fit into the dtype, and below $2^{53}$, up to which float64 holds every whole number.
# - No loops: a million numbers should take a few milliseconds.
#
# ```python
# ladder(4, 0.5, torch.float32)  # tensor([0.0000, 0.5000, 1.0000, 1.5000])
# ladder(3, -2, torch.int8)  # tensor([ 0, -2, -4], dtype=torch.int8)
# ```
#
# <details>
# <summary>Help: arange(0, n * step, step) has one number too many, or raises an error</summary>
#
# `n * step` is a float and may be a little too large: 3 · 0.1 is 0.30000000000000004, so that 0.3 still lies before the end.
# A step of 0 has no end at all, and a negative step needs a negative end.
# Count with whole numbers first, 0, 1, 2, …, and multiply afterwards.
#
# </details>
#
# <details>
# <summary>Help: the check says that digits are missing in float64</summary>
#
# Which dtype has `torch.arange(n) * step` for a float step? Section 4 has the rule.
# And section 3 says what a conversion to a wider dtype does not bring back. So begin with the wide dtype.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ladder", "locked": false, "schema_version": 3, "solution": true, "task": false}
def ladder(n, step, dtype):
    """The n numbers 0, step, 2 step, ... as a tensor of this dtype. No loops."""
    ### BEGIN SOLUTION
    return (torch.arange(n, dtype=torch.float64) * step).to(dtype)
    ### END SOLUTION


# %% autograder={"isolated": false} jupyter={"source_hidden": true} nbgrader={"grade": false, "grade_id": "ladder_helper", "locked": true, "schema_version": 3, "solution": false, "task": false}
# For the check: the seconds of computing for a long ladder (a busy computer does not count), and its last number
def cpu_seconds_of_ladder(n):
    import time

    seconds = []
    while len(seconds) < 3 and (not seconds or 0.1 <= seconds[-1] < 1):  # the first call may have to warm up
        begin = time.process_time()
        long_ladder = ladder(n + len(seconds), 0.5, torch.float64)  # another one each time
        seconds.append(time.process_time() - begin)
    return min(seconds), long_ladder[n - 1].item()


# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "ladder_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Small ladders up, down and flat, in several dtypes; and the digits of float64
for n, step, dtype in [
    (4, 0.5, torch.float32),
    (3, -2, torch.int8),
    (3, 0.1, torch.float32),
    (5, 0, torch.float32),
    (0, 2.0, torch.float32),
    (4, 60, torch.uint8),
]:
    multiples = [k * step for k in range(n)]
    call = f"ladder({n}, {step}, {dtype})"
    got = ladder(n, step, dtype)
    expect.shape(
        got,
        (n,),
        name=call,
        hint="Count with whole numbers, 0, 1, 2, ..., and multiply by the step afterwards. "
        "An end that is a float may let in one number too many.",
        where="the first Help fold of this task",
    )
    expect.close(
        got,
        torch.tensor(multiples).to(dtype),
        name=call,
        hint="The first number is 0, and each is `step` larger than the one before it.",
        where="section 1, arange",
        mistakes={
            "The ladder begins with `step`. The first number is 0.": torch.tensor(
                [(k + 1) * step for k in range(n)]
            ).to(dtype),
            "The ladder does not move: these are the numbers 0, 1, 2, ... without the step.": torch.tensor(
                list(range(n))
            ).to(dtype),
            "These numbers lie between 0 and `step`. The step is the distance of two neighbours, not the end.": (
                torch.linspace(0, step, n).to(dtype)
            ),
            "linspace includes its end, so n * step is one step too far. The last number is step times n - 1.": (
                torch.linspace(0, n * step, n).to(dtype)
            ),
        },
    )
    expect.dtype(
        got,
        dtype,
        name=call,
        hint="The result has the dtype that the caller asks for. Convert at the end, with .to(dtype), "
        "and return what it gives: it makes a new tensor.",
        where="section 3, from one dtype to another",
    )
expect.close(
    ladder(4, 0.1, torch.float64),
    torch.tensor([0.0, 0.1, 0.2, 0.1 * 3], dtype=torch.float64),
    rtol=1e-14,
    atol=0.0,
    name="ladder(4, 0.1, torch.float64), to 14 digits,",
    hint="Somewhere on the way these numbers were float32, and the lost digits do not come back. "
    "An int64 tensor times a Python float is float32: begin with torch.arange(n, dtype=torch.float64).",
    where="section 4, the ranks, and the last line of the 0.1 example in section 3",
)
seconds, last = cpu_seconds_of_ladder(1_000_000)
expect.true(
    seconds < 0.1,
    f"A ladder with a million numbers took {seconds:.1f} seconds. Without a loop it takes a few milliseconds.",
    hint="Let torch.arange count, and multiply the whole tensor at once: no loop, no list.",
    where="section 1, arange",
)
expect.true(
    last == 499999.5,
    f"The last number of ladder(1_000_000, 0.5, torch.float64) is {last}, and it should be 499999.5.",
    hint="The last number is step times n - 1. Compute in float64: in float32 large multiples are rounded.",
)
expect.passed("ladder")

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "ladder_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Random ladders in all dtypes
### BEGIN HIDDEN TESTS
rng = expect.rng()
for dtype in [torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64]:
    n = int(rng.integers(3, 12))
    step = int(rng.integers(1, 11)) * (1 if dtype is torch.uint8 else int(rng.choice([-1, 1])))
    got = ladder(n, step, dtype)
    expect.dtype(
        got, dtype, name=f"ladder({n}, {step}, {dtype})", hint="Convert at the end, with .to(dtype)."
    )
    expect.equal(
        got,
        torch.tensor([k * step for k in range(n)], dtype=dtype),
        name=f"ladder({n}, {step}, {dtype})",
        hint="n numbers, from 0 on, each `step` larger than the one before it.",
    )
for dtype, digits in [(torch.float16, 3), (torch.float32, 6), (torch.float64, 14)]:
    for n in [1, int(rng.integers(5, 30))]:
        step = float(rng.uniform(0.01, 2.0)) * int(rng.choice([-1, 1]))
        got = ladder(n, step, dtype)
        expect.dtype(
            got, dtype, name=f"ladder({n}, {step}, {dtype})", hint="Convert at the end, with .to(dtype)."
        )
        expect.close(
            got,
            torch.tensor([k * step for k in range(n)], dtype=torch.float64),
            rtol=10.0**-digits,
            atol=0.0,
            name=f"ladder({n}, {step}, {dtype}), to {digits} digits,",
            hint="Compute in float64 from the start: a conversion to a wider dtype does not bring digits back.",
        )
for n in range(2, 60):
    expect.shape(
        ladder(n, 0.1, torch.float64),
        (n,),
        name=f"ladder({n}, 0.1, torch.float64)",
        hint="An end that is a float may let in one number too many. Count with whole numbers.",
    )
expect.shape(
    ladder(0, 1.5, torch.float64),
    (0,),
    name="ladder(0, 1.5, torch.float64)",
    hint="n may be 0: then the tensor is empty.",
)
expect.close(
    ladder(7, 0, torch.float16),
    torch.zeros(7),
    name="ladder(7, 0, torch.float16)",
    hint="A step of 0 gives n zeros.",
)
### END HIDDEN TESTS

# %% [markdown]
# ### Task 2 · Standardize, and its twin in place (2 points)
#
# *Difficulty 2 of 3, about 9 minutes.*
#
# Numbers are **standardized** if their mean is 0 and their standard deviation is 1. Subtract the mean, then divide by the standard deviation.
# Most data are treated so before a model sees them.
#
# Write two functions.
#
# - `standardize(x)` returns a new tensor, and leaves `x` as it was.
# - `standardize_(x)` changes `x` in place, in its own memory, and returns `x` itself.
# - `x` is a tensor of floats, of any shape, with at least two different numbers. The mean and the deviation are those of all its numbers.
# - The standard deviation is the default one, with N − 1. The dtype stays as it is.
#
# ```python
# x = torch.tensor([1.0, 2.0, 3.0])
# standardize(x)  # tensor([-1.,  0.,  1.]), and x is still 1, 2, 3
# standardize_(x)  # the same numbers, and x holds them now
# ```
#
# <details>
# <summary>Help: standardize_ returns the right numbers, but x has not changed</summary>
#
# `x = x - x.mean()` hangs the name `x` on a new tensor. The caller still holds the old one.
# Section 5 has the methods that write into the memory of `x`.
#
# </details>
#
# <details>
# <summary>Help: standardize changes x</summary>
#
# A method with an underscore, or `-=`, has crept in. In this function use the forms that make new tensors.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "standardize", "locked": false, "schema_version": 3, "solution": true, "task": false}
def standardize(x):
    """A new tensor with mean 0 and standard deviation 1. x stays as it was."""
    ### BEGIN SOLUTION
    return (x - x.mean()) / x.std()
    ### END SOLUTION


def standardize_(x):
    """Changes x in place to mean 0 and standard deviation 1, and returns x itself."""
    ### BEGIN SOLUTION
    return x.sub_(x.mean()).div_(x.std())
    ### END SOLUTION


# %% jupyter={"source_hidden": true} nbgrader={"grade": false, "grade_id": "standardize_helper", "locked": true, "schema_version": 3, "solution": false, "task": false}
# For the checks: what each function leaves behind in a column of a table, and in the column beside it
def after_standardize(function, numbers, dtype):
    table = torch.zeros(len(numbers), 2, dtype=dtype)
    table[:, 0] = torch.tensor(numbers, dtype=dtype)
    column = table[:, 0]  # a view: it lies in the memory of the table
    place = column.data_ptr()
    result = {"standardize": standardize, "standardize_": standardize_}[function](column)
    is_tensor = isinstance(result, torch.Tensor)
    return {
        "type": type(result).__name__,
        "result": result.tolist() if is_tensor else None,
        "dtype": str(result.dtype) if is_tensor else None,
        "x": column.tolist(),
        "memory": table[:, 0].tolist(),
        "neighbour": table[:, 1].tolist(),
        "is x": result is column,
        "same place": is_tensor and result.data_ptr() == place and column.data_ptr() == place,
    }


# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "standardize_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The numbers of both functions, and what becomes of x and of its memory
numbers = [2.0, 4.0, 4.0, 10.0]  # the mean is 5, and the squares of the deviations add up to 36
for function in ("standardize", "standardize_"):
    done = after_standardize(function, numbers, torch.float64)
    expect.equal(
        done["type"],
        "Tensor",
        name=f"the type of what {function}(x) returns",
        hint="Return a tensor. A function in place ends with `return x`.",
        where="section 6, a worked example",
    )
    deviations = np.array([-3.0, -1.0, -1.0, 5.0])
    expect.close(
        done["result"],
        (deviations / 12**0.5).tolist(),
        name=f"{function}(x) for x = (2, 4, 4, 10)",
        hint="The mean is 5 and the standard deviation is the root of 36/3. Subtract, then divide.",
        where="section 6, the standard deviation",
        mistakes={
            "This is divided by the standard deviation with N. The default of std() is N - 1.": (
                deviations / 3
            ).tolist(),
            "This is divided by the variance. The standard deviation is its root.": (
                deviations / 12
            ).tolist(),
            "The mean is subtracted, and the division by the standard deviation is missing.": deviations.tolist(),
            "The numbers are divided by the standard deviation, and the mean is not subtracted.": (
                np.array(numbers) / 12**0.5
            ).tolist(),
            "This is x - mean / std: the division runs before the subtraction. Set parentheses.": (
                np.array(numbers) - 5 / 12**0.5
            ).tolist(),
            "The numbers are divided first, and then the mean of the old numbers is subtracted.": (
                np.array(numbers) / 12**0.5 - 5
            ).tolist(),
            "Nothing has changed. sub(...) and div(...) make new tensors, and sub_(...) and div_(...) change x.": (
                numbers
            ),
            "These numbers lie between 0 and 1: they are rescaled, not standardized.": (
                (np.array(numbers) - 2) / 8
            ).tolist(),
        },
    )
    expect.equal(
        done["dtype"],
        "torch.float64",
        name=f"the dtype of {function}(x) for x in float64",
        hint="Do not convert: a mean and a division of float64 numbers are float64.",
        where="section 4",
    )
    if function == "standardize":
        expect.close(
            done["memory"],
            numbers,
            name="x after standardize(x)",
            hint="Without an underscore in its name a function leaves x alone. Use x - ... and ... / ..., not sub_ or -=.",
            where="section 5, a new tensor or a changed one",
        )
    else:
        expect.close(
            done["memory"],
            done["result"],
            name="x after standardize_(x)",
            hint="The result is right, but x itself has not changed. `x = x - ...` hangs the name x on a new tensor: "
            "use sub_ and div_, or -= and /=.",
            where="section 5, a new tensor or a changed one",
        )
        expect.true(
            done["is x"] and done["same place"],
            "standardize_(x) returns another tensor, or has moved x to other memory.",
            hint="Write into the memory of x, with sub_ and div_, and return x itself.",
            where="section 5, the rule of the underscore",
        )
    expect.close(
        done["neighbour"],
        [0.0] * 4,
        name="the column beside x",
        hint="Only the numbers of x may change.",
    )
expect.close(
    standardize(torch.tensor([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]])),
    torch.tensor([[-1.0, 0.0, 1.0], [1.0, 0.0, -1.0]]) / 0.8**0.5,
    name="standardize(x) for x of shape (2, 3)",
    hint="The mean and the standard deviation are those of all six numbers: mean() and std() without dim.",
    where="section 6",
)
expect.passed("standardize", "standardize_")

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "standardize_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Random numbers, other dtypes and shapes
### BEGIN HIDDEN TESTS
rng = expect.rng()
for dtype, n in [(torch.float64, 7), (torch.float32, 30), (torch.float64, 2)]:
    numbers = [round(float(number), 3) for number in rng.uniform(-1.0, 3.0, n)]
    numbers[0] += 4.0  # so that no two numbers are equal by accident
    array = np.array(numbers)
    want = ((array - array.mean()) / array.std(ddof=1)).tolist()
    for function in ("standardize", "standardize_"):
        done = after_standardize(function, numbers, dtype)
        expect.equal(
            done["type"],
            "Tensor",
            name=f"the type of what {function}(x) returns",
            hint="Both functions return a tensor.",
        )
        expect.close(
            done["result"],
            want,
            rtol=1e-4,
            atol=1e-4,
            name=f"{function}(x) for {n} random numbers",
            hint="Run the visible check above first. Subtract the mean, then divide by std().",
        )
        expect.equal(
            done["dtype"], str(dtype), name=f"the dtype of {function}(x)", hint="The dtype stays as it is."
        )
        expect.close(
            done["memory"],
            numbers if function == "standardize" else want,
            rtol=1e-4,
            atol=1e-4,
            name=f"x after {function}(x)",
            hint="standardize leaves x alone, and standardize_ writes into its memory.",
        )
        expect.true(
            (done["is x"] and done["same place"]) == (function == "standardize_"),
            f"{function}(x) returns x itself, or not, and it should be the other way round.",
            hint="standardize returns a new tensor, and standardize_ returns x itself.",
        )
        expect.close(
            done["neighbour"],
            [0.0] * n,
            name="the column beside x",
            hint="x may be a column of a table. Write into x, and into nothing beside it.",
        )
for shape in [(2, 2), (3, 1, 4)]:
    array = rng.uniform(1.0, 2.0, shape)
    array.flat[0] += 3.0
    x = torch.tensor(array.tolist())
    want = torch.tensor(((array - array.mean()) / array.std(ddof=1)).tolist())
    for function in (standardize, standardize_):
        expect.close(
            function(x),
            want,
            rtol=1e-4,
            atol=1e-4,
            name=f"the result for x of shape {shape}",
            hint="The mean and the standard deviation are those of all numbers, whatever the shape.",
        )
### END HIDDEN TESTS

# %% [markdown]
# ### Task 3 · How many lie between? (2 points)
#
# *Difficulty 2 of 3, about 7 minutes.*
#
# Write `count_between(x, lo, hi)`: how many numbers of `x` lie between `lo` and `hi`. This is how one bar of a histogram gets its height.
#
# - The lower end counts, the upper does not: a number `t` is counted if `lo <= t` and `t < hi`.
# - `x` is a tensor of any shape and of any dtype of section 3, except bool. `lo` and `hi` are Python numbers.
# - The result is a Python int.
# - No loops: a million numbers should take a few milliseconds.
# - `nan` lies nowhere, and so it is never counted. `x` stays as it is.
#
# ```python
# count_between(torch.tensor([1.0, 1.5, 2.0, 3.0]), 1, 2)  # 2
# count_between(torch.tensor([10, 200, 255], dtype=torch.uint8), 100, 256)  # 2
# ```
#
# <details>
# <summary>Help: "Boolean value of Tensor with more than one value is ambiguous", or "bitwise_and" is not implemented</summary>
#
# `lo <= x < hi`, and the word `and`, ask for one truth value. You have one for each element.
# Section 6 combines two comparisons with `&`, and each of them needs its parentheses:
# `&` binds more strongly than `<`, so without them it takes the numbers and not the comparisons.
#
# </details>
#
# <details>
# <summary>Help: for bytes the count is 0</summary>
#
# Section 4 ends with a trap in comparisons: what is 256 in uint8? Convert `x` to a dtype with enough room before you compare.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "count_between", "locked": false, "schema_version": 3, "solution": true, "task": false}
def count_between(x, lo, hi):
    """How many numbers t of x have lo <= t < hi, as a Python int. No loops."""
    ### BEGIN SOLUTION
    wide = x.to(torch.float64)
    return ((wide >= lo) & (wide < hi)).sum().item()
    ### END SOLUTION


# %% autograder={"isolated": false} jupyter={"source_hidden": true} nbgrader={"grade": false, "grade_id": "count_between_helper", "locked": true, "schema_version": 3, "solution": false, "task": false}
# For the check: the seconds of computing for a long tensor (a busy computer does not count), and its count
def cpu_seconds_of_count(n):
    import time

    numbers, seconds = torch.arange(n), []
    while len(seconds) < 3 and (not seconds or 0.1 <= seconds[-1] < 1):  # the first call may have to warm up
        begin = time.process_time()
        count = count_between(numbers, 10, n // 2)
        seconds.append(time.process_time() - begin)
    return min(seconds), count


# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "count_between_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Floats, integers and bytes, and the two ends
x = torch.tensor([1.0, 1.5, 2.0, 3.0])
with expect.explaining(
    {
        "Boolean value of Tensor": "lo <= x < hi, and the word `and`, ask for one truth value, and there are four. "
        "Make two comparisons, and combine them with &.",
        "bitwise_and": "& binds more strongly than <, so it took the numbers and not the comparisons. "
        "Set parentheses: (...) & (...).",
    },
    name="count_between(x, 1, 2) for x = (1, 1.5, 2, 3)",
    where="section 6, comparing and counting",
):
    got = count_between(x, 1, 2)
expect.type(
    got,
    int,
    name="count_between(x, 1, 2)",
    hint="The sum of a comparison is a 0-d tensor. item() makes a Python number of it.",
    where="section 6, out of the tensor",
)
expect.equal(
    got,
    2,
    name="count_between(x, 1, 2) for x = (1, 1.5, 2, 3)",
    hint="1 and 1.5 are counted: the lower end counts, the upper does not.",
    where="section 6, comparing and counting",
    mistakes={
        "The upper end, 2, is counted too. It should not be: use < there.": 3,
        "The lower end, 1, is not counted. It should be: use >= there. And the upper end should not.": 1,
        "All four numbers are counted. A number has to lie above lo and below hi: & means both, | means at least one.": 4,
    },
)
for lo, hi in [(0.5, 2), (1, 1.75)]:
    expect.equal(
        count_between(x, lo, hi),
        2,
        name=f"count_between(x, {lo}, {hi}) for x = (1, 1.5, 2, 3)",
        hint="1 and 1.5 are counted: the lower end counts, the upper does not. The ends may be fractions.",
        where="the first point of this task",
        mistakes={"The ends are exchanged: the lower counts, the upper does not.": 3 if hi == 2 else 1},
    )
expect.equal(
    count_between(x, 1.25, 2.5),
    2,
    name="count_between(x, 1.25, 2.5) for x = (1, 1.5, 2, 3)",
    hint="1.5 and 2 are counted. The ends may be fractions: compare with them as they are.",
    where="the second point of this task",
    mistakes={
        "The fraction of 1.5 was cut off. Convert x to a dtype of floats: one of integers has room only for whole numbers.": 1,
        "The ends were cut off to whole numbers. Compare with 1.25 and 2.5 as they are.": 3,
    },
)
expect.equal(
    count_between(torch.tensor([[-3, 0, 4], [5, 6, 7]]), 0, 6),
    3,
    name="count_between(x, 0, 6) for whole numbers -3, 0, 4, 5, 6, 7 in two rows",
    hint="0, 4 and 5 are counted. The shape plays no role.",
    where="section 6, comparing and counting",
)
grey_values = torch.tensor([10, 200, 255], dtype=torch.uint8)
for lo, hi, count in [(100, 256, 2), (-5, 300, 3), (0, 200, 1), (100.5, 254.5, 1)]:
    expect.equal(
        count_between(grey_values, lo, hi),
        count,
        name=f"count_between(x, {lo}, {hi}) for x = (10, 200, 255) in uint8",
        hint="In a comparison, 256 takes the dtype of x, and as uint8 it is 0. "
        "Convert x to a dtype with enough room before you compare.",
        where="section 4, a trap in comparisons",
        mistakes={"Nothing is counted: in uint8 the end 256 is 0, and no byte is smaller than 0.": 0}
        if hi == 256
        else {},
    )
expect.equal(
    count_between(torch.tensor([16777216, 16777217, 16777218]), 16777217, 20_000_000),
    2,
    name="count_between(x, 16777217, 20_000_000) for x = (16777216, 16777217, 16777218) in int64",
    hint="As float32, 16777217 is 16777216. A dtype with enough room has enough digits too: float64.",
    where="section 3, the dtype ruler",
    mistakes={
        "All three are counted: in float32 the lower end and the number below it are the same number.": 3
    },
)
with_nan = torch.tensor([float("nan"), 0.0, float("inf"), 1.0])
expect.equal(
    count_between(with_nan, -1, 2),
    2,
    name="count_between(x, -1, 2) for x = (nan, 0, inf, 1)",
    hint="A comparison with nan is False. Do not count those that lie outside and subtract: nan would stay.",
)
expect.true(
    str(with_nan.tolist()) == "[nan, 0.0, inf, 1.0]",
    "count_between has changed the numbers of x.",
    hint="x[...] = ... and methods with an underscore write into the caller's tensor. Nothing has to be written: "
    "a comparison with nan is False by itself.",
    where="section 5, a new tensor or a changed one",
)
seconds, count = cpu_seconds_of_count(1_000_000)
expect.equal(count, 499_990, name="count_between(torch.arange(1_000_000), 10, 500_000)")
expect.true(
    seconds < 0.1,
    f"A million numbers took {seconds:.1f} seconds. Without a loop they take a few milliseconds.",
    hint="Compare the whole tensor at once, and add up the True values.",
    where="section 6, comparing and counting",
)
expect.passed("count_between")

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "count_between_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Random numbers of all dtypes, with ends on and between them
### BEGIN HIDDEN TESTS
rng = expect.rng()
for dtype in [
    torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.float16, torch.float32, torch.float64,
]:  # fmt: skip
    low, high = (0, 256) if dtype is torch.uint8 else (-128, 128)
    for shape in [(60,), (4, 5), ()]:
        array = rng.integers(low, high, shape)
        x = torch.tensor(array.tolist()).to(dtype)
        for _ in range(4):
            lo, hi = sorted(int(end) for end in rng.choice(array.reshape(-1), 2))
            for a, b in [(lo, hi), (lo, hi + 0.5), (lo - 0.5, 1000), (-1000, hi), (lo, hi + 1), (hi, lo)]:
                got = count_between(x, a, b)
                expect.type(
                    got, int, name=f"count_between(x, {a}, {b})", hint="item() makes a Python number."
                )
                expect.equal(
                    got,
                    int(((array >= a) & (array < b)).sum()),
                    name=f"count_between(x, {a}, {b}) for x of shape {shape} in {dtype}",
                    hint="The lower end counts, the upper does not. Does each end fit into the dtype of x? "
                    "Convert x before you compare.",
                )
x = torch.tensor([float("nan"), 1.0, float("-inf"), float("nan"), 2.5])
expect.equal(
    count_between(x, -10, 2.25),
    1,
    name="count_between(x, -10, 2.25) for x = (nan, 1, -inf, nan, 2.5)",
    hint="nan lies nowhere, and -inf lies below every lower end.",
)
large = 2**24 + 2 * int(rng.integers(1, 2**20)) + 1  # not a float32
for dtype in (torch.int64, torch.int32, torch.float64):
    expect.equal(
        count_between(torch.tensor([large - 1, large, large + 1]).to(dtype), large, large + 1),
        1,
        name=f"count_between(x, {large}, {large + 1}) for three neighbouring whole numbers in {dtype}",
        hint="float32 has seven digits, too few for large whole numbers. Convert to float64.",
    )
### END HIDDEN TESTS

# %% [markdown]
# ### Task 4 · The dtype of the result (2 points)
#
# *Difficulty 3 of 3, about 10 minutes.*
#
# Write `promoted(a, b)`: the dtype that `a + b` will have.
#
# - `a` and `b` are tensors with or without dimensions, or Python numbers (bool, int, float). At least one of them is a tensor.
# - The tensors have one of the nine dtypes of section 3.
# - The shapes of two tensors may be such that they cannot be added at all. The dtype does not depend on them.
# - The result is a dtype, such as `torch.float32`.
# - Apply the two parts of the rule in section 4: write them as a program. So do *not* compute with `a` and `b` or with other tensors of their dtypes, and do not ask `torch.result_type`, `torch.promote_types` or `torch.can_cast`.
#
# ```python
# promoted(torch.tensor([1, 2]), 0.5)  # torch.float32
# promoted(torch.tensor([1.0]), torch.tensor(2.0, dtype=torch.float64))  # torch.float32
# ```
#
# You may begin with this list. Its order is that of the rule: higher categories come later, and within a category those with more bits.
# `ORDER.index(dtype)` tells the place of a dtype.
#
# <details>
# <summary>Help: where do I begin?</summary>
#
# Write down three facts about each operand: its dtype, its rank (2 for a tensor with dimensions, 1 for a 0-d tensor, 0 for a Python number),
# and its category (0 for bool, 1 for integers, 2 for floats).
# Then there are two cases: the ranks are equal, or they are not.
#
# </details>
#
# <details>
# <summary>Help: True is treated as a whole number</summary>
#
# In Python, `isinstance(True, int)` is True, since bool is a kind of int. Ask for bool first.
#
# </details>
#
# <details>
# <summary>Help: which dtype has a Python float?</summary>
#
# It stands for the default dtype, float32. But its rank is the lowest: beside any tensor of floats it does not count at all.
#
# </details>

# %%
ORDER = [
    torch.bool,
    torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64,
    torch.float16, torch.float32, torch.float64,
]  # fmt: skip


# %% nbgrader={"grade": false, "grade_id": "promoted", "locked": false, "schema_version": 3, "solution": true, "task": false}
def promoted(a, b):
    """The dtype of a + b, by the rule of categories and ranks. Computes nothing with a and b."""

    ### BEGIN SOLUTION
    def facts(operand):
        if isinstance(operand, torch.Tensor):
            return (2 if operand.ndim > 0 else 1), operand.dtype
        if isinstance(operand, bool):
            return 0, torch.bool
        return 0, (torch.int64 if isinstance(operand, int) else torch.float32)

    def category(dtype):
        return 0 if dtype == torch.bool else 2 if dtype.is_floating_point else 1

    (low_rank, low), (high_rank, high) = sorted([facts(a), facts(b)], key=lambda pair: pair[0])
    if low_rank < high_rank:
        return low if category(low) > category(high) else high
    if {low, high} == {torch.uint8, torch.int8}:
        return torch.int16
    return max(low, high, key=ORDER.index)
    ### END SOLUTION


# %% autograder={"forbids": ["torch.result_type", "torch.promote_types", "torch.can_cast", "torch.add", "torch.sub", "torch.mul", "torch.Tensor.__add__", "torch.Tensor.__radd__", "torch.Tensor.__sub__", "torch.Tensor.__mul__", "torch.Tensor.__rmul__", "numpy.result_type", "numpy.promote_types"]} jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "promoted_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# A dozen pairs, each part of the rule by itself
def described(operand):
    if not isinstance(operand, torch.Tensor):
        return f"Python {operand}"
    return f"{str(operand.dtype).removeprefix('torch.')} {'with dimensions' if operand.ndim else '0-d'}"


equal_ranks = "Equal ranks: the higher category wins, and within a category the dtype with more bits."
by_rank = "The operand of the higher rank decides, unless the other has a higher category."
for a, b, hint in [
    (torch.ones(2), torch.ones(2, dtype=torch.float64), equal_ranks),
    (torch.ones(2, dtype=torch.int64), torch.ones(2, dtype=torch.float16), equal_ranks),
    (torch.ones((), dtype=torch.float64), torch.ones(()), equal_ranks),
    (torch.ones(2, dtype=torch.bool), torch.ones(2, dtype=torch.uint8), equal_ranks),
    (
        torch.ones(2, dtype=torch.uint8),
        torch.ones(2, dtype=torch.int8),
        "This is the one pair without a winner: neither holds the numbers of the other, and int16 holds both.",
    ),
    (torch.ones(2), torch.ones((), dtype=torch.float64), by_rank),
    (
        torch.ones(1),
        torch.ones((), dtype=torch.float64),
        "A tensor of shape (1,) has a dimension, so its rank is 2. Ask for ndim, not for the number of elements.",
    ),
    (torch.ones((), dtype=torch.float64), torch.ones(2, dtype=torch.int32), by_rank),
    (torch.ones(2, dtype=torch.uint8), 300, by_rank),
    (
        torch.ones(2, dtype=torch.int64),
        0.5,
        "A Python float has a higher category than integers, and stands for float32.",
    ),
    (
        0.5,
        torch.ones(2, dtype=torch.float16),
        "A Python number has the lowest rank: a tensor of floats keeps its dtype.",
    ),
    (torch.ones((), dtype=torch.int8), 1, by_rank),
    (torch.ones(2, dtype=torch.int8), torch.ones((), dtype=torch.int64), by_rank),
    (
        True,
        torch.ones(2, dtype=torch.bool),
        "True is a bool, though isinstance(True, int) says that it is an int, too. Ask for bool first.",
    ),
]:
    expect.equal(
        promoted(a, b),
        (a + b).dtype,
        name=f"promoted({described(a)}, {described(b)})",
        hint=hint,
        where="section 4, which dtype has the result",
        mistakes={"None came back: for this pair no `return` is reached.": None},
    )
try:
    without_adding = promoted(torch.ones(2), torch.ones(3, dtype=torch.float64))
except RuntimeError:
    without_adding = None
expect.true(
    without_adding == torch.float64,
    "promoted(a, b) fails for tensors of shape (2,) and (3,), float32 and float64. They cannot be added.",
    hint="Do not compute with a and b: find the dtype from the dtypes, the ranks and the categories.",
    where="the list of facts in the first Help fold",
)
expect.passed("promoted")

# %% autograder={"forbids": ["torch.result_type", "torch.promote_types", "torch.can_cast", "numpy.result_type", "numpy.promote_types"]} jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "promoted_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# All pairs of operands
### BEGIN HIDDEN TESTS
dtypes = [
    torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.float16, torch.float32, torch.float64,
]  # fmt: skip
left = [torch.ones(shape, dtype=dtype) for shape in [(), (2,)] for dtype in dtypes]
right = [torch.ones(shape, dtype=dtype) for shape in [(), (3,)] for dtype in dtypes]  # (2,) + (3,) would fail
pairs = [(a, b) for a in left for b in right] + [
    (torch.ones(1, 2, dtype=torch.int8), torch.ones((), dtype=torch.int64)),
    (torch.ones(1, 1, dtype=torch.float16), torch.ones((), dtype=torch.float64)),
    (torch.ones((), dtype=torch.int32), torch.ones(1, dtype=torch.uint8)),
]
for number in (True, 7, 0.5):
    pairs += [(a, number) for a in left] + [(number, b) for b in right]


def in_words(operand):
    if not isinstance(operand, torch.Tensor):
        return f"Python {operand}"
    return f"{str(operand.dtype).removeprefix('torch.')} {'with dimensions' if operand.ndim else '0-d'}"


def addable(operand):
    has_dimensions = isinstance(operand, torch.Tensor) and operand.ndim > 0
    return torch.ones(2, dtype=operand.dtype) if has_dimensions else operand


wrong = []
for a, b in pairs:
    want = (addable(a) + addable(b)).dtype
    if promoted(a, b) != want:
        wrong.append(f"{in_words(a)} and {in_words(b)} give {want}")
expect.true(
    not wrong,
    f"{len(wrong)} of {len(pairs)} pairs are wrong; the first: {wrong[0] if wrong else ''}.",
    hint="Go through the two parts of the rule for this pair: ranks first, then categories.",
)
### END HIDDEN TESTS

# %% [markdown]
# ### Task 5 · In your own words (2 points, graded by a person)
#
# *Difficulty 1 of 3, about 5 minutes.*
#
# A classmate needs a tensor with the single number 2 and writes `x = torch.Tensor(2)`. "It works," they say, "I get a tensor without any error."
#
# Explain in four to six sentences what `torch.Tensor(2)` and `torch.tensor(2)` make: shape, dtype and values of each.
# Say why the mistake can stay hidden for a while, and what you would write if you want the number 2 as a float.

# %% [markdown] nbgrader={"grade": true, "grade_id": "tensor_or_Tensor", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# `torch.tensor(2)` takes 2 as data: it makes a 0-d tensor (shape `()`) with the value 2, and since 2 is a whole number the dtype is int64.
# `torch.Tensor(2)` takes 2 as a length: it makes a vector of shape `(2,)` in float32, whose two values are uninitialised, that is, whatever was in this memory before.
# There is no error, because both calls are legal.
# Often the memory holds zeros or harmless numbers, and many operations accept a vector of two numbers where one was meant, so the mistake shows only later, or on another computer or in another run.
# For the number 2 as a float write `torch.tensor(2.0)` (or `torch.tensor(2, dtype=torch.float32)`).
#
# === BEGIN MARK SCHEME ===
#
# 2 points in all. Half points are allowed.
#
# - 1 point: the two results. `tensor(2)`: one number, shape `()`, int64, value 2 (half of it). `Tensor(2)`: shape `(2,)`, float32, uninitialised values (half of it). "Random values" is accepted for "uninitialised" if it is said that nobody has set them; "two zeros" is not.
# - 0.5 points: why it stays hidden. The call is legal; the values may be zeros or plausible by accident, and may differ from run to run; a vector of two numbers goes through many operations.
# - 0.5 points: a right repair for a float: `torch.tensor(2.0)`, `torch.tensor(2, dtype=torch.float32)`, `torch.tensor(2).float()` or `torch.full((), 2.0)`. `torch.Tensor([2])` makes a vector with one number: half of it.
#
# No points for: "Tensor is the old name of tensor", "both make the number 2, with different dtypes".
#
# === END MARK SCHEME ===

# %% [markdown]
# ## Before you go
#
# Answer these without looking. Each answer is one or two sentences.
#
# 1. Which four things does a tensor know about itself?
# 2. What are `torch.tensor(3)`, `torch.Tensor(3)` and `torch.Tensor([3])`?
# 3. What is 200 + 100 in uint8, and why? What would you do before you add?
# 4. Why is there no 16777217 in float32? What comes after 16777216?
# 5. A float32 tensor with dimensions meets a 0-d float64 tensor. Which dtype wins, and why is that practical?
# 6. What is the difference between `a += 1` and `a = a + 1` for somebody who holds the same tensor under another name?
# 7. What does `print(a.add_(b), a.mul_(b))` print, and why?
# 8. By which number does `std()` divide, and by which NumPy's?
# 9. How do you count the elements between 1 and 3, and why not with `1 < x < 3`?
#
# ## Further reading
#
# - The dtypes of this lesson: `torchlet/dtypes.py` has the rule of promotion as a table, and `torchlet/in_place.py` the twins with an underscore.
# - PyTorch, [Tensor attributes](https://docs.pytorch.org/docs/stable/tensor_attributes.html): all dtypes, and the rule of promotion in full.
# - PyTorch, [torch.Tensor](https://docs.pytorch.org/docs/stable/tensors.html): every method, those in place too.
# - D. Goldberg, [What every computer scientist should know about floating-point arithmetic](https://docs.oracle.com/cd/E19957-01/806-3568/ncg_goldberg.html), 1991: the classic about rounding.
# - Python, [Floating-point arithmetic: issues and limitations](https://docs.python.org/3/tutorial/floatingpoint.html): why 0.1 is not 0.1, on one page.
#
# **Next:** lesson 02 asks what a shape says about the numbers, and to whom the numbers belong.
