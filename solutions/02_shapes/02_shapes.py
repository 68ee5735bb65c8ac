# %% [markdown]
# Eight points lie exactly on the line $y = 3x + 1$, and a program looks for the line.
# It does so by small corrections: wherever its line misses, it moves the slope and the height a little.
# (Lessons 04 and 10 explain why this works. Today only the shapes matter.)

# %%
import numpy as np
import torchlet as torch  # "import torch" works as well and prints the same

from labkit import broadcast_aligner, expect, predict, show_figure, stride_explorer, subplots

# %%
x_data = torch.linspace(-1, 1, 8).reshape(8, 1)
y_data = 3 * torch.linspace(-1, 1, 8) + 1


def fit_line(x, y):
    slope, height = torch.tensor(5.0), torch.tensor(0.0)
    for _ in range(200):
        error = slope * x + height - y
        slope = slope - 0.5 * (error * x).mean()
        height = height - 0.5 * error.mean()
    return slope, height


slope, height = fit_line(x_data, y_data)
print(f"slope {slope.item():.2f}, height {height.item():.2f}")

# %% [markdown]
# The slope should be 3, and the program says 0.
# There is no error and no warning.
# The formula is right, and so are the data: the mistake is in the *shapes* of `x_data` and `y_data`, and you will find it in section 5.
#
# This lesson has two questions. **What does a shape say about the numbers? And to whom do the numbers belong?**
# Most mistakes in programs for deep learning are mistakes about shapes, and the worst of them do not raise an error.
#
# **How to work.** Run the cells from top to bottom with Shift + Enter.
# Where a prediction is asked for, choose *before* you run the next cell.
# A wrong prediction costs no points, and you will remember it longer than a right one.
# The cell that asks is folded, because its code contains the answer: run it without opening it.
#
# ### Two questions from lesson 01
#
# Answer from memory.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "Lesson 01: `a` holds 1, 2, 3. Then `b = a.add_(10)` runs. What is `a` afterwards?",
    {
        "1, 2, 3: only b has changed": "This is what `a.add(10)` does. The underscore at the end of a name means: "
        "in place, in the memory of `a`.",
        "11, 12, 13, and b is a copy of it": "The numbers are right. But no copy is made: the method returns "
        "the tensor itself.",
        "11, 12, 13, and b is the same tensor": "The underscore means in place. The method changes `a` and "
        "returns `a`. Who else looks at this memory will be the question of section 6.",
    },
    answer="11, 12, 13, and b is the same tensor",
)

# %%
a = torch.tensor([1, 2, 3])
b = a.add_(10)
print(a, b is a)

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "Lesson 01: a float32 tensor and a float64 tensor, both with three numbers, are added. "
    "Which dtype has the result?",
    {
        "float64": "The wider dtype wins. This will matter in section 7: the numbers that come from NumPy are float64.",
        "float32": "float32 is the default for new tensors. Between two tensors the wider dtype wins.",
        "the dtype of the left one": "The order plays no role. Of two floating-point dtypes the wider one wins.",
        "none: it raises a RuntimeError": "The operators + − * / convert by themselves. "
        "In section 7 you will meet an operation that refuses.",
    },
    answer="float64",
)

# %%
print((torch.ones(3) + torch.ones(3, dtype=torch.float64)).dtype)

# %% [markdown]
# ## 1. What does a shape say?
#
# A shape is read from the outside in.
# `(2, 3, 4)` means: two tables, each with three rows, each with four numbers.
# Each place in the shape is a **dimension**, and the number there is its **size**.
# Dimensions are counted from 0 on the left, or from −1 on the right.

# %%
tables = torch.zeros(2, 3, 4)
print(tables.shape)
print("dimensions:", tables.ndim)
print("elements:", tables.numel())
print("the last size:", tables.shape[-1])
print("len() is the first size:", len(tables))

# %% [markdown]
# For the next cells you need a table in which each number tells its place: row 4, column 7 holds 47.
# (`arange` gives the numbers 0 to 99, and `reshape` lays them out in ten rows. Section 2 says more about it.)

# %%
grid = torch.arange(100).reshape(10, 10)
print("column 3:", grid[:, 3])
print("last row:", grid[-1])
print("rows 4 and 5, columns from 7 on:", grid[4:6, 7:], sep="\n")

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "`grid[:, 3]` is a column of the table. Which shape has it?",
    {
        "(10, 1)": "This is a table with one column. But you gave an integer for that dimension, and an integer takes the "
        "dimension away.",
        "(1, 10)": "Nothing was turned around. One of the two dimensions is gone.",
        "(10, 10)": "Only one of the ten columns is left.",
        "(10,)": "An integer takes its dimension away. The result has one dimension, and is neither a row nor a column.",
    },
    answer="(10,)",
)

# %%
print("grid[:, 3]      ", grid[:, 3].shape)
print("grid[:, 3:4]    ", grid[:, 3:4].shape)
print("grid[:, 3, None]", grid[:, 3, None].shape)

# %% [markdown]
# Three kinds of index, three rules:
#
# | In the brackets | Its dimension |
# |:--|:--|
# | an integer, such as `3` | disappears |
# | a slice, such as `3:4` or `:` | stays, perhaps smaller |
# | `None` | is no dimension of the tensor: a new one of size 1 appears here |
#
# NumPy has a name for the third: `np.newaxis`. It is the same object.

# %%
print(np.newaxis is None)
print(grid[:, np.newaxis, :].shape)

# %% [markdown]
# A tensor of True and False that has the same shape picks what is True. Such a tensor is called a **mask**.
# Nobody knows beforehand how many elements that will be, so the result is always flat.

# %%
mask = grid % 11 == 0
print(mask.shape, mask.dtype)
print(grid[mask])

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "Two lists of integers: what is `grid[[4, 5], [7, 8]]`?",
    {
        "the block [[47, 48], [57, 58]]": "This is what two slices give, `grid[4:6, 7:9]`. "
        "Two lists are read in pairs: (4, 7) and (5, 8).",
        "[47, 58]": "The lists are read in pairs: (4, 7) and (5, 8).",
        "the rows 4, 5, 7 and 8": "For that, all four numbers would stand in one list, `grid[[4, 5, 7, 8]]`. "
        "Here are two lists, one for each dimension.",
        "an error": "Lists of integers are allowed in each place. They must fit each other, as both have two "
        "numbers here.",
    },
    answer="[47, 58]",
)

# %%
print(grid[[4, 5], [7, 8]])
print(grid[4:6, 7:9])
print(grid[[4, 5]][:, [7, 8]])

# %% [markdown]
# A list in one place only picks whole rows (or columns), in any order and as often as you like: `grid[[4, 5]]` has two rows.
# So the last line above picks rows first and columns afterwards.
#
# ## 2. The same numbers in another shape
#
# Here are three pictures of 64 rows and 256 columns.
# `view` gives the same numbers another shape.
# A −1 stands for "whatever is left", and may occur once.

# %%
pictures = torch.arange(3 * 64 * 256).reshape(3, 64, 256)
print(pictures.view(3, 256, 64).shape)
print(pictures.view(3, -1).shape)
print(pictures.view(-1).shape)

# %% [markdown]
# The number of elements cannot change.
# There are 49152 of them, and five equal parts are not possible:

# %%
try:
    pictures.view(5, -1)
except RuntimeError as error:
    print("RuntimeError:", error)

# %% [markdown]
# `permute` and `transpose` do something else: they exchange the dimensions.
# `permute(1, 2, 0)` names the old dimensions in their new order. `transpose(1, 2)` exchanges two of them.
# `.T` is the transpose of a table.

# %%
print(pictures.permute(1, 2, 0).shape)
print(pictures.transpose(1, 2).shape)

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "`pictures.view(3, 256, 64)` and `pictures.transpose(1, 2)` have the same shape. Do they hold the same?",
    {
        "Yes: the shape and the numbers are the same": "The shapes are the same, and the numbers stand at other places. "
        "A shape says how many, not which.",
        "Yes, but only view is fast": "Both are fast, since neither moves a number in memory. But they hold "
        "different tensors.",
        "No: most numbers stand at other places": "`view` keeps the sequence of the numbers and sets the line breaks "
        "anew. `transpose` makes columns out of rows.",
        "No: one of them has lost numbers": "Both have 49152 elements, each number once.",
    },
    answer="No: most numbers stand at other places",
)

# %%
print(torch.equal(pictures.view(3, 256, 64), pictures.transpose(1, 2)))

small = torch.arange(6).reshape(2, 3)
print(small)
print(small.view(3, 2))
print(small.T)

# %% [markdown]
# Keep these two apart.
#
# - `view` and `reshape` keep the **sequence** of the numbers, as you read them line by line, and set other line breaks.
# - `permute`, `transpose` and `.T` keep the **meaning** of each dimension and change their order.
#
# A picture that is turned with `view` becomes noise, and its shape looks right.
# The size of each dimension says nothing about its meaning. You have to know it.
#
# ### Dummy dimensions
#
# A dimension of size 1 adds no element. It says *where* the numbers stand: in a row or in a column.
# `unsqueeze(dim)` puts one in, so that it has the number `dim` afterwards. `squeeze` takes it out.

# %%
flat = torch.tensor([1, 2, 3])
row, column = flat.unsqueeze(0), flat.unsqueeze(1)
print(row, row.shape)
print(column, column.shape)
print(row.squeeze(0), column.squeeze(1))

# %% [markdown]
# **Pitfall.** `squeeze()` without a number takes out *every* dimension of size 1, also one that is 1 by chance.
# Here each of four pictures has one colour channel, and later a batch arrives with one picture only:

# %%
for pictures_in_batch in (4, 1):
    batch = torch.zeros(pictures_in_batch, 1, 28, 28)
    print("squeeze():", tuple(batch.squeeze().shape), "  squeeze(1):", tuple(batch.squeeze(1).shape))

# %% [markdown]
# So name the dimension that you mean.
#
# ### Repeating
#
# `repeat(2)` gives the whole tensor twice, one after the other. With two numbers it is laid out like tiles: so many down, so many across.
# NumPy has a function of the same name that does something else: it repeats each *element*. Here that is called `repeat_interleave`.

# %%
print(flat.repeat(2))
print(flat.repeat(2, 2))
print("NumPy:", np.repeat(flat.numpy(), 2))
print(flat.repeat_interleave(2))

# %% [markdown]
# ### Why `resize_` is to be avoided
#
# `resize_` looks like `reshape` and is not: it does not count.
# If the new shape is smaller, it leaves numbers out. If it is larger, it adds what happens to lie in memory.
# And the underscore says it: it changes the tensor itself.

# %%
six = torch.arange(6)
six.resize_(2, 2)
print(six)

try:
    torch.arange(6).view(2, 2)
except RuntimeError as error:
    print("RuntimeError:", error)

# %% [markdown]
# Two numbers are gone, without a word.
# `view` and `reshape` count, and refuse. Use those.
#
# ## 3. Two shapes meet: broadcasting
#
# How can a table and three numbers be added?
# Here is the table, and `bonus` holds the three numbers.

# %%
table = torch.arange(9).reshape(3, 3)
bonus = torch.tensor([100, 50, 0])
print(table)

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "`table + bonus`, of shapes (3, 3) and (3,): where is the 100 added?",
    {
        "to the first row": "The three numbers lie along the last dimension, like one row. "
        "So each row receives 100, 50, 0, and the first column receives the 100.",
        "to every element": "Then the 50 and the 0 would have no place. Each of the three has its own column.",
        "to the first element only": "A flat tensor is not laid on the diagonal. It is treated as a row, and the row is "
        "used for all rows.",
        "to the first column": "The three numbers are treated as one row, and this row is added to each row of the table.",
    },
    answer="to the first column",
)

# %%
print("(3, 3) + (3,)", table + bonus, sep="\n")
print("(3, 3) + (1, 3)", table + bonus.view(1, 3), sep="\n")
print("(3, 3) + (3, 1)", table + bonus.view(3, 1), sep="\n")

# %% [markdown]
# The first two are the same. In the third the bonus stands in a column, and the 100 goes to the first row.
#
# That two shapes are made to fit like this is called **broadcasting**. It has one rule in four steps:
#
# 1. Write the shapes under each other, **aligned from the right**.
# 2. Where a shape has no dimension, put a **1**. New ones appear on the left only.
# 3. In each dimension the sizes must be **equal**, or one of them must be **1**. Otherwise it is an error.
# 4. A size of 1 is **stretched** to the other size: its only element is used again and again.
#
# The figure does these steps for you. Stretched sizes are filled, and those that were put in have a dashed border.
# Type two shapes and press Enter. (Where there are no fields to type in, change the shapes in the code and run the cell again.)

# %%
broadcast_aligner("3, 3", "3, 1")

# %% [markdown]
# Before each of these, say what the result will be:
#
# 1. `3, 3` and `3`; then `3, 3` and `1, 3`.
# 2. `2, 3` and `2`. Read the repair that is proposed.
# 3. `5, 1, 4` and `3, 1`. What is stretched?
# 4. `8, 1` and `8`. Remember this one.
# 5. Nothing at all, and `2, 3`. A single number fits everything. Why?
#
# When shapes do not fit, the error says which two sizes met, and in which dimension *of the result*:

# %%
try:
    torch.ones(2, 3) + torch.ones(2)
except RuntimeError as error:
    print("RuntimeError:", error)

print((torch.ones(2, 3) + torch.ones(2).unsqueeze(1)).shape)

# %% [markdown]
# This error is a help: it comes at once, and names the place.
# (*Non-singleton* means: not of size 1.)
# The next mistake raises no error.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "`scores` is a table of three students (rows) and three exams. You want to subtract from each student's scores "
    "the student's own mean, and write `scores - scores.mean(dim=1)`. What happens?",
    {
        "It works: each row has the mean 0 afterwards": "The three means have the shape (3,), and that is treated "
        "as a row. So the mean of student 0 is subtracted in column 0.",
        "There is no error, and the numbers are wrong": "The three means have the shape (3,), and broadcasting treats "
        "them as a row. With four students there would have been an error.",
        "It raises a RuntimeError": "With four students it would: (4, 3) and (4,) do not fit. "
        "A square table hides the mistake.",
        "The mean over the whole table is subtracted": "`dim=1` gives one mean for each row. There are three of them.",
    },
    answer="There is no error, and the numbers are wrong",
)

# %%
scores = torch.tensor([[10.0, 20.0, 30.0], [40.0, 50.0, 60.0], [70.0, 80.0, 90.0]])
wrong = scores - scores.mean(dim=1)
print("the means:", scores.mean(dim=1))
print("wrong, the means of the rows:", wrong.mean(dim=1))

right = scores - scores.mean(dim=1, keepdim=True)
print("with keepdim:", scores.mean(dim=1, keepdim=True).shape)
print("right, the means of the rows:", right.mean(dim=1))

# %% [markdown]
# A reduction such as `mean(dim=1)` takes the dimension that it names away, as an integer index does.
# `keepdim=True` leaves a 1 in its place. Then the means stand in a column, and each row meets its own mean.
#
# Two habits help:
#
# - Try new code with sizes that are all different, such as 2, 3 and 5. Then a wrong alignment is an error.
# - Write the shape of each result behind the line, as a comment.
#
# ## 4. A worked example: all pairs at once
#
# Here are four houses and three wells on a map, where streets run only north to south and west to east.
# So the walk from a house at $(x_1, y_1)$ to a well at $(x_2, y_2)$ has the length $|x_1 - x_2| + |y_1 - y_2|$.
# We want the lengths of all walks in one table: four rows, three columns, and no loop.

# %%
houses = torch.tensor([[0.0, 0.0], [4.0, 1.0], [2.0, 5.0], [6.0, 6.0]])  # (4, 2)
wells = torch.tensor([[1.0, 1.0], [5.0, 4.0], [3.0, 6.0]])  # (3, 2)

# %% [markdown]
# The trick is what `8, 1` and `8` did in the figure, this time on purpose: *both* are stretched.
#
# **1. Give each a dummy dimension**, so that 4 and 3 stand in different places: (4, 1, 2) and (1, 3, 2).
#
# **2. Subtract.** Broadcasting pairs each house with each well: (4, 3, 2).
#
# **3. Reduce the last dimension**, the one with the two coordinates: (4, 3).

# %%
differences = houses.unsqueeze(1) - wells.unsqueeze(0)
print(houses.unsqueeze(1).shape, wells.unsqueeze(0).shape, "->", differences.shape)

ways = differences.abs().sum(dim=-1)
print(ways)

# %% [markdown]
# Check one by hand: from house 1 at (4, 1) to well 2 at (3, 6) it is 1 + 5 = 6. This is row 1, column 2.
#
# ### The same kind of problem, with gaps
#
# Now the squared distance, with a weight for each coordinate: $\sum_k w_k\,(x_k - y_k)^2$.
# The two steps in the middle are given.
# Fill the two gaps: the dummy dimensions, and the last line.
# This takes about four minutes, gives no points, and the cell below checks it at once.


# %% nbgrader={"grade": false, "grade_id": "faded_example", "locked": false, "schema_version": 3, "solution": true, "task": false}
def weighted_distances(X, Y, weights):
    # X has the shape (m, d), Y (n, d), weights (d,). The result has the shape (m, n).
    # 1. dummy dimensions: make `rows` from X and `columns` from Y
    ### BEGIN SOLUTION
    rows, columns = X.unsqueeze(1), Y.unsqueeze(0)
    ### END SOLUTION
    # 2. subtract, square and weight: weights (d,) meets (m, n, d) on the right, so no dummy dimension is needed
    terms = weights * (rows - columns) ** 2
    # 3. reduce, and return the table
    ### BEGIN SOLUTION
    return terms.sum(dim=-1)
    ### END SOLUTION


# %% jupyter={"source_hidden": true}
# Check: run this when you have filled the gaps
weights = torch.tensor([1.0, 10.0])
terms = weights * (houses.unsqueeze(1) - wells.unsqueeze(0)) ** 2

with expect.gaps():
    expect.close(
        weighted_distances(houses, wells, weights),
        torch.stack([(weights * (house - wells) ** 2).sum(dim=1) for house in houses]),
        name="weighted_distances(houses, wells, weights)",
        hint="Write the three shapes under each other, aligned from the right: rows, columns, and their difference.",
        where="the worked example above: (4, 1, 2) and (1, 3, 2) give (4, 3, 2)",
        mistakes={
            "The sum runs over the houses. The dimension of the coordinates is the last one.": terms.sum(
                dim=0
            ),
            "The sum runs over the wells. The dimension of the coordinates is the last one.": terms.sum(
                dim=1
            ),
            "The sum runs over everything. Only the dimension of the coordinates should disappear.": terms.sum(),
            "The last dimension is still there: add up the terms of the coordinates.": terms,
            "The terms are averaged. The formula adds them up.": terms.mean(dim=-1),
            "X and Y have exchanged their dummy dimensions: the houses should stand in the rows.": (
                terms.sum(dim=-1).T
            ),
        },
    )
    expect.right("Right, and this agrees with a loop over the houses.")

# %% [markdown]
# ## 5. Matrices, vectors, and the line that stayed flat
#
# `@` multiplies matrices: (8, 4) @ (4, 1) gives (8, 1).
# Each number of the result is the dot product of a row on the left and a column on the right.
# So the inner sizes must agree, and they disappear.
# On a flat tensor `@` does something convenient: (8, 4) @ (4,) gives (8,).
# The vector is used as a column, and the result is flat again.

# %%
X = torch.ones(8, 4)
print(X.shape, "@", (4, 1), "->", (X @ torch.ones(4, 1)).shape)
print(X.shape, "@", (4,), "->", (X @ torch.ones(4)).shape)

# %% [markdown]
# `torch.mm` is stricter and wants two matrices. `torch.dot` wants two vectors.
# Read the errors: each says what it wanted.

# %%
for call in (
    lambda: torch.mm(X, torch.ones(4)),
    lambda: torch.dot(torch.ones(4, 1), torch.ones(4, 1)),
    lambda: X @ torch.ones(8, 4),
):
    try:
        call()
    except RuntimeError as error:
        print("RuntimeError:", error)

print(torch.mm(X, torch.ones(4, 1)).shape, torch.dot(torch.ones(4), torch.ones(4)))

# %% [markdown]
# So a model with a matrix of weights predicts a column, and a file with measured values usually gives a flat tensor.
# Then the two are compared.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "`prediction = X @ w` has the shape (8, 1), and `y` has the shape (8,). "
    "Which shape has `prediction - y`?",
    {
        "(8,)": "Eight minus eight is eight, one would think. But the shapes are aligned from the right, and there the 1 of "
        "the column meets the 8.",
        "(8, 1)": "The eight of `y` meets the 1 on the right, not the 8 on the left.",
        "(8, 8)": "The column is stretched to the right, the flat tensor downwards. Each of the eight predictions meets "
        "each of the eight measured values.",
        "none: it raises a RuntimeError": "By the rule, the shapes fit: 1 against 8, and 8 against nothing. "
        "That is why nobody notices.",
    },
    answer="(8, 8)",
)

# %%
prediction = X @ torch.ones(4, 1)
measured = torch.ones(8)
print((prediction - measured).shape)

# %% [markdown]
# This is what happened at the beginning of the lesson.
# `x_data` was a column, `y_data` was flat, and `error` had 64 elements instead of 8:

# %%
error = 5.0 * x_data + 0.0 - y_data
print(x_data.shape, y_data.shape, "->", error.shape)
broadcast_aligner(x_data.shape, y_data.shape)

# %% [markdown]
# Each prediction was compared with *all* measured values.
# For each $x$ the best answer to eight different values is their mean, and that is the same everywhere: a flat line.
# So the fit converges, neatly and without a warning, to the slope 0 and the mean of $y$.
#
# The repair is to give both the same shape, and to say so in a line that stops the program if it is not true:


# %%
def fit_line_safely(x, y):
    assert x.shape == y.shape, f"x has the shape {tuple(x.shape)}, and y has {tuple(y.shape)}"
    return fit_line(x, y)


try:
    fit_line_safely(x_data, y_data)
except AssertionError as error:
    print("AssertionError:", error)

good_slope, good_height = fit_line_safely(x_data, y_data.unsqueeze(1))
print(f"slope {good_slope.item():.2f}, height {good_height.item():.2f}")

# %%
figure, axes = subplots(figsize=(5.2, 3.2))
axes.plot(x_data, good_slope * x_data + good_height, label="$3x + 1$")
axes.plot(x_data, slope * x_data + height, "--", label="$0x + 1$")
axes.plot(x_data, y_data, "o", color="0.5")
axes.set_xlabel("$x$")
axes.set_ylabel("$y$")
axes.legend()
show_figure(
    figure,
    alt="Eight points on a rising line. The line fitted with y as a column goes through all of them. The line fitted "
    "with the flat y is horizontal, at the height of their mean, 1.",
)

# %% [markdown]
# ## 6. To whom do the numbers belong?
#
# So far a shape was a way to look at numbers. Where are the numbers?
#
# They lie in memory in one long strip, the **storage**. A tensor is a small object beside it: a shape, the place of its first
# element (the **offset**), and for each dimension a **stride**. The stride says how many places to go for one step along this dimension.
# So in a table, the element in row $i$ and column $j$ lies at
#
# $$\text{place} = \text{offset} + i \cdot \text{stride}_0 + j \cdot \text{stride}_1$$

# %%
x = torch.arange(100, 112).reshape(3, 4)
print(x)
print("strides:", x.stride(), " offset:", x.storage_offset())
print("strides of x.T:", x.T.stride())
print("x[1:, 1:]: strides", x[1:, 1:].stride(), " offset", x[1:, 1:].storage_offset())

# %% [markdown]
# One step down, from row to row, is four places. One step to the right is one place.
# Rows lie in memory one after the other: this is called **row-major** order, and PyTorch calls such a tensor **contiguous**.
#
# The transpose has exchanged its two strides. That is all that it has done. No number was moved.
# A tensor that looks at the storage of another one is called a **view**.
#
# In the figure, choose a view, and step through its elements with the slider, the buttons or the arrow keys.
# For each view, say first how far the next jump will be.

# %%
stride_explorer(
    {
        "x": x,
        "x.T": x.T,
        "x[:, 1]": x[:, 1],
        "x[1:, ::2]": x[1:, ::2],
        "x[:1].expand(3, 4)": x[:1].expand(3, 4),
    }
)

# %% [markdown]
# 1. `x.T`: which two jumps occur, and where does the second come from?
# 2. `x[:, 1]`: why is its stride not 1?
# 3. `x[:1].expand(3, 4)`: what does a stride of 0 mean? (This is how broadcasting stretches: without copying anything.)
#
# Now change something.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "`m` is [[1, 2], [3, 4]]. Then `t = m.T` and `t[0] *= 100`. What is `m`?",
    {
        "[[100, 2], [300, 4]]": "The first row of `t` is the first column of `m`. They are the same two numbers in memory.",
        "[[1, 2], [3, 4]]": "This would be so if `.T` made a copy. It makes a view: two tensors, one storage.",
        "[[100, 200], [3, 4]]": "The numbers do change through the view. But row 0 of the transpose is column 0 of `m`.",
        "an error": "Views may be written to. The change is seen by everyone who looks at this memory.",
    },
    answer="[[100, 2], [300, 4]]",
)

# %%
m = torch.tensor([[1, 2], [3, 4]])
t = m.T
t[0] *= 100
print(m)

own = m.clone()  # a copy with a storage of its own
own *= 0
print(m)

# %% [markdown]
# `.clone()` copies. After it, nothing that happens to the copy reaches the original.
#
# ### When a view is impossible
#
# From each of two tables of 4×4, take a corner of 3×3, and ask for the 18 numbers in one line.

# %%
tables = torch.arange(32).reshape(2, 4, 4)
corner = tables[:, :3, :3]
print("strides of the corner:", corner.stride())
try:
    corner.view(-1)
except RuntimeError as error:
    print("RuntimeError:", error)

# %% [markdown]
# Why? A flat tensor has one stride.
# But the walk over this corner jumps by 1, 1, then by 2 to the next row, then again by 1, 1, and at the end of a table by 6.
# No single stride describes it, so no view exists. The last words of the error name the repair: `reshape` copies the numbers into a new storage.

# %%
line = corner.reshape(-1)
print(line)
print("stride of the copy:", line.stride())

# %% [markdown]
# Does `reshape` always copy, then? Many people believe so, and as many believe that it never does.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "`m` is a new 2×3 tensor of zeros. `a = m.reshape(6)`, then `a[0] = 1`. `b = m.T.reshape(6)`, then `b[5] = 2`. "
    "Which of the two numbers is in `m`?",
    {
        "both": "`reshape` shares memory where it can. Over the transpose it cannot: no single stride leads through "
        "the columns.",
        "neither": "`reshape` does not always copy. `m` lies row by row in memory, and a flat view of it has the stride 1.",
        "only the 1": "`reshape` shares memory where a view is possible, and copies where it is not. "
        "Over the transpose no single stride is enough.",
        "only the 2": "It is the other way round. The transpose cannot be walked with one stride, so the second one copies.",
    },
    answer="only the 1",
)

# %%
m = torch.zeros(2, 3)
a = m.reshape(6)
a[0] = 1
b = m.T.reshape(6)
b[5] = 2
print(m)

# %% [markdown]
# The 1 arrived, and the 2 was written into a copy that nobody looks at. The same method, and two behaviours:
# **view or copy is not a property of the method `reshape`. The strides decide.**
#
# - If you need a view, write `view`. It raises an error where there is none.
# - If you need a copy, write `clone`.
# - If you only want to read the numbers, `reshape` is fine.
#
# When is a flat view possible? When the jump from the end of each row to the next row is the same as the jump within a row.
# In general: two neighbouring dimensions can be joined if the outer stride is the inner size times the inner stride.
# For `m`, of shape (2, 3) and with the strides (3, 1), that is 3 = 3 · 1: they can.
# For `m.T`, of shape (3, 2) and with the strides (1, 3), it is 1 against 2 · 3 = 6: they cannot.
#
# How do you find out who shares? NumPy can tell. (`.numpy()` shows the tensor's own memory; more in section 7.)


# %%
def shares(a, b):
    return np.shares_memory(a.numpy(), b.numpy())


x = torch.arange(12.0).reshape(3, 4)
for text, result in {
    "x.view(12)": x.view(12),
    "x.T": x.T,
    "x.unsqueeze(0)": x.unsqueeze(0),
    "x[1:, ::2]": x[1:, ::2],
    "x.expand(2, 3, 4)": x.expand(2, 3, 4),
    "x.reshape(2, 6)": x.reshape(2, 6),
    "x.T.reshape(2, 6)": x.T.reshape(2, 6),
    "x[[0, 2]]": x[[0, 2]],
    "x[x > 5]": x[x > 5],
    "x.repeat(2, 1)": x.repeat(2, 1),
    "x.clone()": x.clone(),
    "x + 0": x + 0,
}.items():
    print(f"{text:20}", "shares" if shares(x, result) else "copies")

# %% [markdown]
# Integers and slices give views, since strides can describe them.
# Lists and masks may pick anything in any order, so they copy.
#
# **Pitfall.** This copy is easy to overlook when you write to it:

# %%
x = torch.zeros(4)
x[[0, 1]][0] = 5  # x[[0, 1]] is a copy, and the 5 goes into the copy
print(x)
x[[0, 1]] = 5  # this writes into x itself
print(x)

# %% [markdown]
# **Pitfall.** A stretched dimension has one element that stands for many. Writing to it has no clear meaning, and is refused:

# %%
stretched = torch.zeros(3, 1).expand(3, 4)
print("strides:", stretched.stride())
try:
    stretched.add_(1)
except RuntimeError as error:
    print("RuntimeError:", error)

# %% [markdown]
# ### Copies, and the order in memory
#
# `contiguous()` gives the same tensor in row-major order. If it lies so already, the tensor itself comes back.
# A `clone()` also has memory of its own, but it keeps the order in which the numbers lay before.
# A new tensor, filled with `copy_`, is always row-major.

# %%
x = torch.arange(12).reshape(3, 4)
print("x.T:                ", x.T.stride(), x.T.is_contiguous())
print("x.T.contiguous():   ", x.T.contiguous().stride(), x.T.contiguous().is_contiguous())
print("x.T.clone():        ", x.T.clone().stride(), x.T.clone().is_contiguous())

new = torch.empty(4, 3, dtype=torch.int64).copy_(x.T)
print("filled with copy_:  ", new.stride(), new.is_contiguous())
print("x.contiguous() is x:", x.contiguous() is x)

# %% [markdown]
# Read the second line: for the shape (4, 3), row-major order has the strides (3, 1).
# The last stride is 1, and each other one is the product of all sizes to its right.
#
# ## 7. The bridge to NumPy
#
# `torch.from_numpy` and `.numpy()` build a bridge: the array and the tensor look at the same memory.
# `torch.tensor` copies.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "`array` is a NumPy array with 1, 2, 3. `shared = torch.from_numpy(array)` and `copied = torch.tensor(array)`. "
    "Then `shared -= 1000` runs. Who has changed?",
    {
        "shared only": "This would be so if each had its own numbers. `from_numpy` makes a view: array and tensor look at "
        "the same memory.",
        "shared and array": "They are two looks at one memory. `torch.tensor` has copied the numbers before.",
        "shared, array and copied": "`torch.tensor` always copies. What happens to the array later does not reach it.",
        "none: a tensor may not write into an array": "It may, and it does. The memory is the same.",
    },
    answer="shared and array",
)

# %%
array = np.array([1.0, 2.0, 3.0])
shared = torch.from_numpy(array)
copied = torch.tensor(array)
shared -= 1000
print("array: ", array)
print("shared:", shared)
print("copied:", copied)

array += 1000  # and back, from the other side
print("shared:", shared)

# %% [markdown]
# **Pitfall.** The bridge holds as long as nobody makes new memory. Each of these two lines does, and neither looks like it:

# %%
array = np.array([1.0, 2.0, 3.0])
shared = torch.from_numpy(array)
array = array - 1000  # a new array with the old name; `array -= 1000` would write into the old one
print("after array = array - 1000:", shared)

array = np.array([1.0, 2.0, 3.0])
tensor = torch.from_numpy(array).float()  # another dtype needs other memory
tensor -= 1000
print("after .float():            ", array)

# %% [markdown]
# `.float()` copied because the array is float64. On a tensor that is float32 already, `.float()` returns the tensor itself.
# Again, not the method decides but the tensor.
#
# ### float64 comes in
#
# Numbers with a decimal point are float64 in NumPy, and float32 in a new tensor.
# In sums and products the wider dtype wins, as you have recalled at the beginning.
# The matrix product does not convert:

# %%
data = torch.from_numpy(np.ones((8, 4)))
weights = torch.ones(4, 1)
print(data.dtype, weights.dtype)
print("data + 1.5 * torch.ones(4):", (data + 1.5 * torch.ones(4)).dtype)
try:
    data @ weights
except RuntimeError as error:
    print("RuntimeError:", error)

print((data.float() @ weights).dtype)

# %% [markdown]
# (*Double* is float64, *float* is float32.) The repair is `.float()`, once, where the data come in.
#
# ### `axis` is called `dim`
#
# What NumPy calls an axis is a dimension here, with the same numbers. In both, the one that you name disappears.

# %%
sales = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
print("NumPy, axis=0:", sales.numpy().sum(axis=0))
print("here, dim=0:  ", sales.sum(dim=0))
print("here, dim=1:  ", sales.sum(dim=1))

# %% [markdown]
# ## 8. In PyTorch
#
# Everything in this lesson is PyTorch's own interface.
# Here are both libraries side by side: strides of a transpose, an offset, a view or a copy from `reshape`, and a broadcast.

# %%
import torchlet

libraries = [torchlet]
try:
    import torch as pytorch  # the first import takes some seconds

    libraries.append(pytorch)
except ModuleNotFoundError:
    print("PyTorch is not installed here. The rows for it are left out.")

for library in libraries:
    z = library.arange(12).reshape(3, 4)
    row = [z.T.stride(), z[1:, 1:].storage_offset(), shares(z, z.reshape(12)), shares(z, z.T.reshape(12))]
    print(f"{library.__name__:9}", *row, tuple((library.ones(8, 1) - library.ones(8)).shape))

# %% [markdown]
# | | torchlet | PyTorch |
# |:--|:--|:--|
# | the storage | a NumPy array | an object of its own, `x.untyped_storage()`, which several tensors hold |
# | who decides whether `reshape` copies | NumPy, asked for a view | a loop over sizes and strides in C++ |
# | strides | counted in elements, as in PyTorch (NumPy counts bytes) | counted in elements |
# | `.T` of a tensor with three dimensions | reverses them | the same, with a warning: it will become an error. Use `permute`, or `.mT` for tables |
# | any strides that you like | no | `x.as_strided(sizes, strides)` |
# | a name for other orders in memory | no | `torch.channels_last`, for pictures |
#
# Both libraries refuse the negative steps that NumPy knows, as in `x[::-1]`. They have `x.flip(0)`, which copies.

# %% [markdown]
# ## Homework
#
# Six tasks, 12 points, about 50 minutes.
# Below each answer is its check, folded to one line.
# Run it as often as you like: it says that all is well, or what went wrong and where to look.
# The folded line after it is the title of a test that runs with other numbers when your homework is graded.
# Change only the cells that say `YOUR CODE HERE` or `YOUR ANSWER HERE`. You may add cells of your own.

# %% [markdown]
# ### Task 1 · How similar are all pairs? (2 points)
#
# *Difficulty 2 of 3, about 10 minutes.*
#
# The cosine similarity of two vectors is their dot product, divided by both lengths:
#
# $$\cos(x, y) = \frac{x \cdot y}{|x|\,|y|} \qquad\text{with}\qquad |x| = \sqrt{x_1^2 + \dots + x_d^2}$$
#
# It is 1 for the same direction, 0 for a right angle, and −1 for opposite directions. The lengths play no role.
#
# Write `pairwise_cosine(X, Y)`.
#
# - `X` has the shape (m, d) and `Y` has the shape (n, d). Each row is a vector, and no row is all zeros.
# - The result has the shape (m, n) and the dtype of `X` and `Y`, float32 or float64. Row i, column j holds the similarity of row i of `X` and row j of `Y`.
# - No loops: 150,000 pairs should take a few milliseconds.
# - SciPy, scikit-learn and `cosine_similarity` are not allowed: they have the formula ready-made.
# - `X` and `Y` stay as they are.
#
# ```python
# pairwise_cosine(torch.tensor([[3.0, 4.0]]), torch.tensor([[3.0, 0.0], [0.0, 1.0]]))  # tensor([[0.6000, 0.8000]])
# ```
#
# <details>
# <summary>Help: how do I get all dot products at once?</summary>
#
# There are two ways. A matrix product: row i of `X` times column j of what?
# Or the way of section 4, with a product in place of the difference.
#
# </details>
#
# <details>
# <summary>Help: the lengths do not fit, or they fit and the numbers are wrong</summary>
#
# `X` has m lengths, one for each *row* of the result, so they must stand in a column: (m, 1).
# `Y` has n lengths, one for each *column* of the result: (n,) or (1, n).
# `(X * X).sum(dim=1) ** 0.5` gives lengths. What does `keepdim=True` do?
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "pairwise_cosine", "locked": false, "schema_version": 3, "solution": true, "task": false}
def pairwise_cosine(X, Y):
    """The cosine similarity of each row of X (m, d) with each row of Y (n, d), of shape (m, n). No loops."""
    ### BEGIN SOLUTION
    x_lengths = (X * X).sum(dim=1, keepdim=True) ** 0.5  # (m, 1)
    y_lengths = (Y * Y).sum(dim=1) ** 0.5  # (n,)
    return X @ Y.T / (x_lengths * y_lengths)
    ### END SOLUTION


# %% autograder={"forbids": ["scipy", "sklearn", "torch.cosine_similarity", "torch.nn.functional.cosine_similarity", "torch.nn.CosineSimilarity"]} jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "pairwise_cosine_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Against SciPy: as many rows in X as in Y, then not; and many pairs at once
from time import perf_counter

from scipy.spatial.distance import cdist


def cosines_by_scipy(X, Y):
    return torch.tensor(1 - cdist(X.double().numpy(), Y.double().numpy(), "cosine")).to(X.dtype)


def seconds_of_cosines(X, Y):
    seconds = []
    while len(seconds) < 3 and (not seconds or 1 <= min(seconds) < 3):  # a busy computer is not a loop
        start = perf_counter()
        pairwise_cosine(X, Y)
        seconds.append(perf_counter() - start)
    return min(seconds)


def check_time(X, Y):
    for share in (20, 5, 1):  # a loop is found early, and not waited for
        some_x, some_y = X[: max(2, len(X) // share)], Y[: max(2, len(Y) // share)]
        seconds = seconds_of_cosines(some_x, some_y)
        expect.true(
            seconds < 1,
            f"{len(some_x)} × {len(some_y)} pairs took {seconds:.1f} seconds. Without a loop they take a few milliseconds.",
            hint="A loop in Python visits the pairs one by one. Use one matrix product, or broadcasting as in section 4.",
            where="section 4",
        )


X = torch.tensor([[3.0, 4.0], [1.0, 0.0], [-1.0, 1.0]])
Y = torch.tensor([[0.0, 2.0], [6.0, 8.0], [1.0, -3.0]])
dots = X @ Y.T
x_lengths, y_lengths = (X * X).sum(dim=1) ** 0.5, (Y * Y).sum(dim=1) ** 0.5
before = X.clone(), Y.clone()
expect.close(
    pairwise_cosine(X, Y),
    cosines_by_scipy(*before),
    name="pairwise_cosine(X, Y) for three and three rows",
    hint="Write the shapes behind each line: dot products (m, n), lengths of X (m, 1), lengths of Y (n,).",
    where="section 3, keepdim, and section 4",
    mistakes={
        "These are the dot products. Divide each by both lengths.": dots,
        "The lengths of X are laid along a row: (m,) is aligned from the right. They belong into a column, (m, 1).": (
            dots / (x_lengths * y_lengths)
        ),
        "The lengths of Y stand in a column. They belong to the columns of the result: (n,) or (1, n).": (
            dots / (x_lengths * y_lengths).unsqueeze(1)
        ),
        "The two kinds of lengths are exchanged: those of X belong into a column, those of Y into a row.": (
            dots / (x_lengths * y_lengths.unsqueeze(1))
        ),
        "This is divided by the squares of the lengths. The root is missing.": (
            dots / (x_lengths.unsqueeze(1) * y_lengths) ** 2
        ),
        "Only the lengths of X are divided out.": dots / x_lengths.unsqueeze(1),
        "Only the lengths of Y are divided out.": dots / y_lengths,
        "One length was taken for the whole table. Each row has its own: name the dimension in the sum.": (
            dots / ((X * X).sum() * (Y * Y).sum()) ** 0.5
        ),
        "These are the lengths of the columns. Each row is a vector: sum along dim=1.": (
            (X / (X * X).sum(dim=0) ** 0.5) @ (Y / (Y * Y).sum(dim=0) ** 0.5).T
        ),
        "This is the cosine distance, 1 − cos. The similarity is asked for.": 1 - cosines_by_scipy(*before),
    },
)
expect.true(
    torch.equal(X, before[0]) and torch.equal(Y, before[1]),
    "pairwise_cosine has changed X or Y.",
    hint="An operator such as /= writes into the caller's memory. Write X = X / ... instead, which makes a new tensor.",
    where="section 6",
)
expect.close(
    pairwise_cosine(X, Y[:2]),
    cosines_by_scipy(X, Y[:2]),
    name="pairwise_cosine(X, Y) for three and two rows",
    hint="The result has one row for each row of X, and one column for each row of Y.",
    where="section 4",
)
check_time(torch.ones(75_000, 2), torch.ones(2, 2))
check_time(torch.ones(2, 2), torch.ones(75_000, 2))
expect.passed("pairwise_cosine")

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "pairwise_cosine_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Random tables of several shapes
### BEGIN HIDDEN TESTS
rng = expect.rng()
for m, n, d in [(4, 4, 3), (2, 5, 4), (5, 2, 1), (1, 6, 3), (3, 3, 3)]:
    X = torch.tensor((rng.uniform(0.5, 2.0, (m, d)) * rng.choice([-3.0, -1.0, 1.0, 5.0], (m, 1))).tolist())
    Y = torch.tensor((rng.uniform(-1.0, 1.5, (n, d)) * rng.choice([0.5, 1.0, 7.0], (n, 1))).tolist()) + 0.01
    before = X.clone(), Y.clone()
    expect.close(
        pairwise_cosine(X, Y),
        cosines_by_scipy(*before),
        name=f"pairwise_cosine(X, Y) for X of shape ({m}, {d}) and Y of shape ({n}, {d})",
        hint="Run the visible check above first: it names the usual mistakes.",
        rtol=1e-4,
        atol=1e-5,
        mistakes={
            "These are the dot products. Divide each by both lengths.": before[0] @ before[1].T,
            "This is the cosine distance, 1 − cos. The similarity is asked for.": 1
            - cosines_by_scipy(*before),
        },
    )
    expect.true(
        torch.equal(X, before[0]) and torch.equal(Y, before[1]),
        "pairwise_cosine has changed X or Y.",
        hint="Write X = X / ... instead of X /= ...",
    )
X, Y = (torch.tensor(rng.uniform(0.5, 2.0, (3, 4)).tolist(), dtype=torch.float64) for _ in range(2))
got = pairwise_cosine(X, Y)
expect.dtype(
    got, torch.float64, name="pairwise_cosine for float64", hint="Do not convert: float64 in, float64 out."
)
expect.close(
    got,
    cosines_by_scipy(X, Y),
    name="pairwise_cosine for float64",
    hint="Somewhere on the way the numbers were float32, and the lost digits do not come back.",
    rtol=1e-10,
    atol=1e-12,
)
X = torch.tensor(rng.uniform(1.0, 2.0, (75_000, 3)).tolist())
for A, B in [(X, X[:2]), (X[:2], X)]:
    check_time(A, B)
### END HIDDEN TESTS

# %% [markdown]
# ### Task 2 · Pictures for a network (2 points)
#
# *Difficulty 1 of 3, about 7 minutes.*
#
# Networks that were trained on the ImageNet collection expect pictures whose colours were shifted and scaled.
# From each of the three colour channels a mean is subtracted, and the result is divided by a standard deviation.
#
# Write `imagenet_normalize(batch)`.
#
# - `batch` is a float32 tensor of shape (pictures, 3, height, width). The second dimension has the three colours.
# - The result is a new tensor of the same shape: (number − mean) / std, with the mean and the std of the number's colour.
# - `batch` stays as it is.
#
# ```python
# batch = torch.full((1, 3, 224, 224), 0.5)
# imagenet_normalize(batch).mean(dim=(0, 2, 3))  # tensor([0.0655, 0.1964, 0.4178])
# ```
#
# <details>
# <summary>Help: "The size of tensor a (224) must match the size of tensor b (3) at non-singleton dimension 3"</summary>
#
# Shapes are aligned from the right, so the three means meet the width.
# Type the two shapes into the figure of section 3. It proposes a repair.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "imagenet_normalize", "locked": false, "schema_version": 3, "solution": true, "task": false}
def imagenet_normalize(batch):
    """A new tensor like batch (pictures, 3, height, width): (number − mean) / std for each of the three colours."""
    mean = torch.tensor([0.485, 0.456, 0.406])
    std = torch.tensor([0.229, 0.224, 0.225])
    ### BEGIN SOLUTION
    return (batch - mean.view(3, 1, 1)) / std.view(3, 1, 1)
    ### END SOLUTION


# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "imagenet_normalize_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Three tiny pictures of 3×3 points, and one of 224×224
mean, std = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
tiny = torch.arange(81.0).reshape(3, 3, 3, 3) / 81
before = tiny.clone()
got = imagenet_normalize(tiny)
expect.shape(
    got,
    (3, 3, 3, 3),
    name="imagenet_normalize(batch) for a batch of shape (3, 3, 3, 3)",
    hint="The result has one number for each number of the batch, in the same shape.",
)
want = torch.stack([(before[:, c] - float(mean[c])) / float(std[c]) for c in range(3)], dim=1)
expect.close(
    got[:, :, 1, 2],
    want[:, :, 1, 2],
    name="imagenet_normalize(batch)[:, :, 1, 2], one point of each picture (rows) in three colours (columns),",
    hint="The three means have to stand so that, aligned from the right, they meet the colours.",
    where="section 3, the rule of broadcasting",
    mistakes={
        cause: result[:, :, 1, 2]
        for cause, result in {
            "The three means are aligned with the width. Every picture here is three points wide, so there was no error.": (
                (before - mean) / std
            ),
            "The three means are aligned with the height. One more dummy dimension is needed.": (
                (before - mean.view(3, 1)) / std.view(3, 1)
            ),
            "The three means are aligned with the pictures of the batch. There is one dummy dimension too many.": (
                (before - mean.view(3, 1, 1, 1)) / std.view(3, 1, 1, 1)
            ),
            "These are the mean and the std of the batch itself. Use the six numbers that are given.": (
                (before - before.mean(dim=(0, 2, 3), keepdim=True)) / before.std(dim=(0, 2, 3), keepdim=True)
            ),
            "The division by the std is missing.": before - mean.view(3, 1, 1),
            "The subtraction of the mean is missing.": before / std.view(3, 1, 1),
            "This divides first and subtracts afterwards. Put (number − mean) in parentheses.": (
                before / std.view(3, 1, 1) - mean.view(3, 1, 1)
            ),
            "Here mean / std is subtracted from the number: the parentheses are missing.": (
                before - mean.view(3, 1, 1) / std.view(3, 1, 1)
            ),
            "Mean and std are exchanged.": (before - std.view(3, 1, 1)) / mean.view(3, 1, 1),
            "This multiplies by the std. It should divide.": (before - mean.view(3, 1, 1))
            * std.view(3, 1, 1),
        }.items()
    },
)
expect.close(got, want, name="imagenet_normalize(batch) at the other points")
expect.true(
    torch.equal(tiny, before),
    "imagenet_normalize has changed its batch.",
    hint="An operator such as -= writes into the caller's memory. Compute batch - ..., which makes a new tensor.",
    where="section 6",
)
normal = imagenet_normalize(torch.full((1, 3, 224, 224), 0.5))
expect.shape(normal, (1, 3, 224, 224), name="the result for a batch of shape (1, 3, 224, 224)")
expect.close(
    normal.mean(dim=(0, 2, 3)),
    [0.0655, 0.1964, 0.4178],
    name="the means of the three colours for a picture of 0.5",
    atol=1e-4,
)
expect.passed("imagenet_normalize")

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "imagenet_normalize_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Random batches, narrow pictures included
### BEGIN HIDDEN TESTS
rng = expect.rng()
means, deviations = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
for shape in [(2, 3, 5, 4), (1, 3, 2, 3), (3, 3, 3, 3), (4, 3, 3, 1)]:
    numbers = torch.tensor(rng.uniform(0.0, 1.0, shape).tolist())
    before = numbers.clone()
    got = imagenet_normalize(numbers)
    expect.close(
        got,
        torch.stack([(before[:, c] - means[c]) / deviations[c] for c in range(3)], dim=1),
        name=f"imagenet_normalize(batch) for a random batch of shape {shape}",
        hint="Run the visible check above first. The colours are the second dimension, whatever the other sizes are.",
        rtol=1e-4,
    )
    expect.true(
        torch.equal(numbers, before),
        "imagenet_normalize has changed its batch.",
        hint="Compute batch - ..., which makes a new tensor. A view such as batch[:] is no copy.",
    )
### END HIDDEN TESTS

# %% [markdown]
# ### Task 3 · The rule as a program (2 points)
#
# *Difficulty 2 of 3, about 12 minutes.*
#
# Write `broadcast_shape(a, b)`, the four steps of section 3.
#
# - `a` and `b` are shapes: tuples of whole numbers, of any length, such as `(3, 1)`, `(4,)` or `()`.
# - The result is the shape of the broadcast, a tuple.
# - If the shapes do not fit, it raises a `ValueError`. Its text names the two sizes that met.
# - A size may be 0, for a tensor without elements. The rule is the same: 0 fits 0, and a 1 is stretched to 0.
# - `torch.broadcast_shapes`, `broadcast_tensors` and their twins in NumPy are not allowed.
#
# ```python
# broadcast_shape((5, 1, 4), (3, 1))  # (5, 3, 4)
# broadcast_shape((2, 3), (2,))       # ValueError: sizes 3 and 2 do not fit
# ```
#
# <details>
# <summary>Help: how do I align two tuples from the right?</summary>
#
# Make both equally long first: put as many 1s in front of the shorter one as are missing.
# `(1,) * 3` is `(1, 1, 1)`, and `+` joins two tuples. Then `zip` pairs the sizes.
#
# </details>
#
# <details>
# <summary>Help: why not simply take the larger size?</summary>
#
# For 1 and 0 the larger one is 1, and the rule says 0.
# And 2 and 3 do not fit at all. Write down the three cases that do fit.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "broadcast_shape", "locked": false, "schema_version": 3, "solution": true, "task": false}
def broadcast_shape(a, b):
    """The shape that results when the shapes a and b are broadcast; ValueError naming both sizes if they do not fit."""
    ### BEGIN SOLUTION
    length = max(len(a), len(b))
    a = (1,) * (length - len(a)) + tuple(a)
    b = (1,) * (length - len(b)) + tuple(b)
    result = []
    for m, n in zip(a, b):  # noqa: B905
        if m != n and m != 1 and n != 1:
            raise ValueError(f"sizes {m} and {n} do not fit")
        result.append(n if m == 1 else m)
    return tuple(result)
    ### END SOLUTION


# %% autograder={"forbids": ["torch.broadcast_shapes", "torch.broadcast_tensors", "numpy.broadcast_shapes", "numpy.broadcast_arrays", "numpy.broadcast"]} jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "broadcast_shape_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Shapes that fit, in both orders, and shapes that do not
import re

for a, b, want, mistakes in [
    ((3, 3), (3, 1), (3, 3), {}),
    ((2, 3), (2, 3), (2, 3), {}),
    (
        (8, 1),
        (8,),
        (8, 8),
        {
            "The shapes were aligned from the left. They are aligned from the right.": (8, 1),
            "Only the dimensions that both have are left. The longer shape keeps its other sizes.": (8,),
        },
    ),
    (
        (4, 2),
        (2,),
        (4, 2),
        {"Only the dimensions that both have are left. The longer shape keeps its other sizes.": (2,)},
    ),
    (
        (5, 1, 4),
        (3, 1),
        (5, 3, 4),
        {"Only the dimensions that both have are left. The longer shape keeps its other sizes.": (3, 4)},
    ),
    ((), (2, 3), (2, 3), {}),
    ((), (), (), {}),
    (
        (2, 1),
        (1, 0),
        (2, 0),
        {
            "A 1 is stretched to the other size, also if that is 0. The larger of both is not the rule.": (
                2,
                1,
            )
        },
    ),
]:
    for first, second in [(a, b), (b, a)]:
        expect.equal(
            broadcast_shape(first, second),
            want,
            name=f"broadcast_shape({first}, {second})",
            hint="Write the shapes under each other, aligned from the right, and put 1s in front of the shorter one.",
            where="section 3, the four steps",
            mistakes=mistakes,
        )


def check_refused(a, b, m, n, hint):
    name = f"broadcast_shape({a}, {b})"
    raised = expect.raises(ValueError, broadcast_shape, a, b, name=name, hint=hint, where="section 3, step 3")
    expect.true(
        {str(m), str(n)} <= set(re.findall(r"\d+", str(raised))),
        f"{name} raises a ValueError, as it should, but its text is {str(raised)!r}.",
        hint=f"{m} and {n} met. Put both numbers into the text: whoever reads it wants to know what did not fit.",
    )


for a, b, m, n in [
    ((2, 3), (2,), 3, 2),
    ((4,), (2,), 4, 2),
    ((11, 2), (13, 1), 11, 13),
    ((0, 2), (3, 2), 0, 3),
]:
    for first, second in [(a, b), (b, a)]:
        hint = f"{m} and {n} meet, they differ, and neither is 1. Raise a ValueError whose text has both numbers."
        check_refused(first, second, m, n, hint)
huge = 10**9
with expect.explaining(
    {"": "A tensor of this shape was made, and no computer has the memory for it."},
    name=f"broadcast_shape(({huge}, 1, {huge}), (1, {huge}, {huge}))",
    hint="The rule needs the sizes only. Compute with the two tuples, and make no tensors.",
    where="section 3, the four steps",
):
    got = broadcast_shape((huge, 1, huge), (1, huge, huge))
expect.equal(
    got, (huge, huge, huge), name="broadcast_shape for very large sizes", hint="The sizes play no role."
)
expect.passed("broadcast_shape")

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "broadcast_shape_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Random shapes of up to five dimensions
### BEGIN HIDDEN TESTS
rng = expect.rng()
for _ in range(40):
    whole = [int(size) for size in rng.choice([0, 2, 3, 4, 5, 7], int(rng.integers(1, 6)))]
    a = tuple(1 if rng.random() < 0.3 else size for size in whole)
    b = tuple(1 if rng.random() < 0.3 else size for size in whole)[int(rng.integers(0, len(whole) + 1)) :]
    for first, second in [(a, b), (b, a)]:
        expect.equal(
            broadcast_shape(first, second),
            np.broadcast_shapes(first, second),
            name=f"broadcast_shape({first}, {second})",
            hint="Run the visible check above first. Type the two shapes into the figure of section 3.",
        )
for _ in range(10):
    m, n = (int(size) for size in rng.choice([0, 2, 3, 4, 6, 8, 12], 2, replace=False))
    left = tuple(int(size) for size in rng.choice([1, 17, 19], int(rng.integers(0, 3))))
    right = tuple(int(size) for size in rng.choice([1, 5], int(rng.integers(0, 3))))
    for first, second in [((*left, m, *right), (n, *right)), ((n, *right), (*left, m, *right))]:
        hint = "Two sizes that differ do not fit if neither is 1, also when one is a multiple of the other."
        check_refused(first, second, m, n, hint)
huge, larger = (10**9 + int(more) for more in rng.choice(1000, 2, replace=False))
for first, second, want in [
    ((huge, 1, larger), (huge, larger), (huge, huge, larger)),
    ((1, larger, huge), (larger, 1, 1), (larger, larger, huge)),
]:
    with expect.explaining(
        {"": "It ended in an error."}, hint="Compute with the two tuples, and make no tensors."
    ):
        got = broadcast_shape(first, second)
    expect.equal(
        got,
        want,
        name=f"broadcast_shape({first}, {second})",
        hint="The size of the numbers plays no role. Compute with the two tuples, and make no tensors.",
    )
### END HIDDEN TESTS

# %% [markdown]
# ### Task 4 · Who shares memory? Predict (2 points)
#
# *Difficulty 2 of 3, about 7 minutes.*
#
# Read this program without running it.
#
# ```python
# a = torch.arange(12.0).reshape(3, 4)
#
# b = a[1:, 2]
# c = a[[1, 2]]
# d = a.T.reshape(4, 3)
# e = a.T.reshape(12)
# f = a[:2].reshape(8)
# g = a[:, :2].reshape(6)
# h = a.float()
# i = a.double()
# j = a.T.contiguous()
# k = a.repeat(1, 1)
# m = torch.from_numpy(a.numpy())
# n = torch.tensor(a.numpy())
# ```
#
# Write `shares_memory_table()`. It returns a dictionary with an entry for each of the twelve names from `"b"` to `"n"` (there is no `"l"`).
# An entry is `True` if a change of that tensor can be seen in `a`, and `False` if it cannot.
# So the form is `{"b": True, "c": True, ...}`, with your own answers.
#
# <details>
# <summary>Help: d and e look alike</summary>
#
# Write down the shape and the strides of `a.T`. Does the new shape need other strides?
# If yes: is there one stride for each of its dimensions?
#
# </details>
#
# <details>
# <summary>Help: where is the difference between h and i?</summary>
#
# Which dtype has `a`? Section 7 says what `.float()` does.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "shares_memory_table", "locked": false, "schema_version": 3, "solution": true, "task": false}
def shares_memory_table():
    """For each tensor of the program: does it share memory with a?"""
    ### BEGIN SOLUTION
    return {
        "b": True,
        "c": False,
        "d": True,
        "e": False,
        "f": True,
        "g": False,
        "h": True,
        "i": False,
        "j": False,
        "k": False,
        "m": True,
        "n": False,
    }
    ### END SOLUTION


# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "shares_memory_table_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The form of the answer, and the tensors b, c, e, f, h and k
answers = shares_memory_table()
expect.type(answers, dict, name="shares_memory_table()")
missing = [name for name in "bcdefghijkmn" if name not in answers]
expect.true(not missing, f"shares_memory_table() has no entry for {', '.join(missing)}.")
others = [name for name in answers if name not in list("bcdefghijkmn")]
expect.true(
    not others, f"shares_memory_table() has entries that are not asked for: {', '.join(map(str, others))}."
)
for name, answer in answers.items():
    expect.true(
        isinstance(answer, bool),
        f"The entry for {name} should be True or False, without quotes, not {answer!r}.",
    )
program = """
a = torch.arange(12.0).reshape(3, 4)

b = a[1:, 2]
c = a[[1, 2]]
d = a.T.reshape(4, 3)
e = a.T.reshape(12)
f = a[:2].reshape(8)
g = a[:, :2].reshape(6)
h = a.float()
i = a.double()
j = a.T.contiguous()
k = a.repeat(1, 1)
m = torch.from_numpy(a.numpy())
n = torch.tensor(a.numpy())
"""
tensors = {"torch": torch}
exec(program, tensors)
for name, reason in {
    "b": "A slice and an integer: an offset and one stride describe this, so nothing is copied.",
    "c": "A list may pick rows in any order, so the rows are copied, also where slices could do the same.",
    "e": "The walk over a.T in its order jumps by 4, 4, then back by 7. One stride does not describe it.",
    "f": "The first two rows lie in one piece. One stride describes the walk over them.",
    "h": "The dtype is float32 already, so there is nothing to convert: a itself comes back.",
    "k": "repeat makes room for all its tiles, also if there is only one.",
}.items():
    truth = bool(np.shares_memory(tensors["a"].numpy(), tensors[name].numpy()))
    expect.true(
        answers[name] is truth,
        f"The entry for {name} is {answers[name]}, and that is not what happens.",
        hint=reason,
        where="sections 6 and 7",
    )
expect.right("The tensors b, c, e, f, h and k are right.")

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "shares_memory_table_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The tensors d, g, i, j, m and n
### BEGIN HIDDEN TESTS
answers = shares_memory_table()
for name, truth, reason in [
    ("d", True, "(4, 3) is the shape that a.T has already, so its strides serve as they are."),
    (
        "g",
        False,
        "The walk jumps by 1, then by 3, then by 1 again. One stride does not describe it, so reshape copies.",
    ),
    ("i", False, "float64 needs twice the bytes, so there is a new storage."),
    ("j", False, "The strides of a.T are (1, 4), which is not row-major, so contiguous() copies."),
    ("m", True, "a.numpy() and from_numpy are both sides of the bridge: the memory is the same."),
    ("n", False, "torch.tensor always copies."),
]:
    expect.true(answers[name] is truth, f"The entry for {name} should be {truth}.", hint=reason)
### END HIDDEN TESTS

# %% [markdown]
# ### Task 5 · Row by row (2 points)
#
# *Difficulty 3 of 3, about 10 minutes.*
#
# Libraries written in C often take numbers only in row-major order.
# Write `to_row_major(x)`, which is what `contiguous()` does.
#
# - `x` is a tensor of any shape and dtype, with any strides.
# - The result has the same shape, dtype and numbers, in row-major order.
# - If `x` lies so already, it is returned as it is, without a copy. Otherwise the result has memory of its own.
# - A dimension of size 1 is never stepped along, so its stride plays no role: (1, 4) is as good as (1, 1) for the shape (4, 1).
# - `contiguous()`, `is_contiguous()`, `torch.contiguous_format` and NumPy's `ascontiguousarray` are not allowed: look at `x.stride()` yourself.
#
# ```python
# x = torch.arange(12).reshape(3, 4)
# to_row_major(x) is x          # True
# to_row_major(x.T).stride()    # (3, 1)
# ```
#
# <details>
# <summary>Help: which strides does row-major order have?</summary>
#
# The last one is 1. Each other one is the product of all sizes to its right: the shape (2, 3, 4) has (12, 4, 1).
# Begin at the right with 1, and multiply by one size after the other.
#
# </details>
#
# <details>
# <summary>Help: my copy has the old strides</summary>
#
# `clone()` keeps the order in memory. Section 6 shows a way to a copy that is always row-major.
#
# </details>
#
# <details>
# <summary>Help: is reshape(-1) and back not enough?</summary>
#
# Almost. But a column such as `x[:, 1]` is flat already, so `reshape(-1)` has nothing to do, and its stride stays 4.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "to_row_major", "locked": false, "schema_version": 3, "solution": true, "task": false}
def to_row_major(x):
    """x itself if its elements lie in memory row by row, else a copy in which they do."""
    ### BEGIN SOLUTION
    expected = 1
    for size, stride in reversed(list(zip(x.shape, x.stride()))):  # noqa: B905
        if size != 1 and stride != expected:
            return torch.empty(x.shape, dtype=x.dtype).copy_(x)
        expected *= size
    return x
    ### END SOLUTION


# %% autograder={"forbids": ["torch.Tensor.contiguous", "torch.Tensor.is_contiguous", "torch.contiguous_format", "numpy.ascontiguousarray"]} jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "to_row_major_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Views of one tensor: some lie row by row already, some do not
from math import prod


def check_row_major(x, text):
    before, view = x.clone(), eval(text, {"x": x})
    numbers = torch.tensor(view.tolist(), dtype=view.dtype)
    shape, old, where = tuple(view.shape), view.stride(), "section 6, copies and the order in memory"
    name = f"to_row_major({text}) for x of shape {tuple(x.shape)}"
    got = to_row_major(view)
    expect.equal(
        got,
        numbers,
        name=name,
        hint="The result has the same shape, dtype and numbers. Only their order in memory may change.",
        where=where,
    )
    new, shares = got.stride(), np.shares_memory(got.numpy(), view.numpy())
    want = tuple(prod(shape[k + 1 :]) for k in range(len(shape)))

    def in_rows(strides):  # a stride counts only where the size is not 1
        return all(size == 1 or one == other for size, one, other in zip(shape, strides, want, strict=True))

    kept = "These are the strides of the argument. clone(), view and reshape to the same shape keep them. "
    expect.true(
        in_rows(new),
        f"{name} has the shape {shape} and the strides {new}. Row-major order has the strides {want}.",
        hint=(kept if new == old else "") + "A new tensor from torch.empty, filled with copy_, is row-major.",
        where=where,
    )
    if in_rows(old):
        expect.true(
            shares,
            f"{name} was copied, and no copy is needed: it has the shape {shape} and the strides {old}.",
            hint="It lies row by row already. A stride counts only where the size is not 1.",
            where=where,
        )
    else:
        expect.true(not shares, f"{name} should have memory of its own.", where=where)
    expect.equal(x, before, name="x afterwards", hint="to_row_major should not change x.")


for text in ["x", "x[1:]", "x.T", "x[:, 1]", "x[:, :3]", "x[::2]", "x[1:2].T", "x[:1].expand(3, 4)"]:
    check_row_major(torch.arange(12).reshape(3, 4), text)
for text in ["x", "x.permute(1, 2, 0)", "x[..., 0]"]:
    check_row_major(torch.arange(24).reshape(2, 3, 4), text)
expect.passed("to_row_major")

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "to_row_major_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Random views with up to four dimensions, of several dtypes
### BEGIN HIDDEN TESTS
rng = expect.rng()
for dtype in [torch.float32, torch.float64, torch.int64, torch.uint8]:
    sizes = [int(size) for size in rng.integers(2, 5, 3)]
    base = torch.tensor(rng.integers(0, 200, sizes).tolist()).to(dtype)
    for text in [
        "x",
        "x[1]",
        "x[:, 1:]",
        "x[..., 0]",
        "x[0, 0]",
        "x[0, :, ::2]",
        "x[0, 0, 0]",
        f"x.permute({', '.join(str(k) for k in rng.permutation(3))})",
        "x.permute(2, 0, 1)",
        "x.transpose(0, 1)[:1]",
        "x[:1].transpose(0, 1)",
        "x[:, :1].transpose(1, 2)",
        "x.unsqueeze(3).transpose(0, 3)",
        "x[:, :1].expand(-1, 3, -1)",
    ]:
        check_row_major(base.clone(), text)
### END HIDDEN TESTS

# %% [markdown]
# ### Task 6 · In your own words (2 points, graded by a person)
#
# *Difficulty 2 of 3, about 6 minutes.*
#
# A classmate writes: "`reshape` makes a copy, so I can change its result without harm. If I want a view, I use `view`."
# Explain in four to six sentences what is wrong with the first sentence, and when `reshape` copies.
#
# Give one example with numbers where `reshape` shares memory, and one where it copies, with the shapes and the strides.
# Say what your classmate should write instead to be safe.

# %% [markdown] nbgrader={"grade": true, "grade_id": "when_does_reshape_copy", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# `reshape` copies only when it must: when no strides for the new shape lead through the old memory in the right order.
# Otherwise it returns a view, and a change of the result changes the original.
# Example for sharing: `x = torch.zeros(3, 4)` has the strides (4, 1). Its rows lie one after the other, so `x.reshape(12)` is a view with the stride 1.
# Example for copying: `x.T` has the shape (4, 3) and the strides (1, 4). Read row by row, its elements are 4, 4, then −7 places apart.
# One stride cannot describe this, so `x.T.reshape(12)` copies.
# To be safe, the classmate should write `clone()` (or `x.reshape(...).clone()`) for a copy, and `view` for a view, which raises an error where no view exists.
#
# === BEGIN MARK SCHEME ===
#
# 2 points in all. Half points are allowed.
#
# - 1 point: the condition. `reshape` returns a view when the new shape can be described over the same memory by one stride for each dimension, and copies otherwise. Also right: two dimensions can be joined only if outer stride = inner size × inner stride; or: the elements in their new order must be reachable with constant steps. Only half of it for "it copies if the tensor is not contiguous" (true in most cases, but `x[:, 1].reshape(3, 1)` shares and is not contiguous).
# - 0.5 points: one example of each kind, with shapes and strides that are right.
# - 0.5 points: the advice: `clone` for a copy, `view` for a view that is guaranteed (or an error).
#
# No points for: "it depends on the method", "it copies when the number of elements changes", "it copies for large tensors".
#
# === END MARK SCHEME ===

# %% [markdown]
# ## Before you go
#
# Answer these without looking. Each answer is one or two sentences.
#
# 1. What do an integer, a slice and `None` in the brackets do to a dimension?
# 2. What do `view(3, 2)` and `.T` keep of a 2×3 tensor, and what do they change?
# 3. What are the four steps of broadcasting?
# 4. Which shape has (n, 1) − (n,), and why does a line that is fitted through it become horizontal?
# 5. `scores - scores.mean(dim=1)` raises an error for most tables. For which does it not, and what repairs it?
# 6. What is a stride, and which strides has the transpose of a tensor with the strides (4, 1)?
# 7. When does `reshape` share memory? What about `x[2]`, `x[[2]]` and `x[x > 0]`?
# 8. Which functions of the bridge to NumPy share memory, which one copies, and why does `.float()` do both?
#
# ## Further reading
#
# - NumPy, [Broadcasting](https://numpy.org/doc/stable/user/basics.broadcasting.html): the rule that PyTorch has taken over, with pictures.
# - PyTorch, [Tensor views](https://docs.pytorch.org/docs/stable/tensor_view.html): the list of operations that return a view.
# - E. Z. Yang, [PyTorch internals](https://blog.ezyang.com/2019/05/pytorch-internals/): storage, strides and offset, drawn by somebody who builds them.
# - S. Rush, [Tensor Puzzles](https://github.com/srush/Tensor-Puzzles): small puzzles that are solved with broadcasting and indexing alone.
#
# **Next:** lesson 03 moves tensors to another device, and measures when that is worth it.
