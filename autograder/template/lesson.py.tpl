# %% [markdown]
# Each cell starts with a line of `# %%`. This one is text.
#
# ## Task 1: the mean
# Write the function `mean`. Of no numbers, the mean is nan.

# %% nbgrader={"grade": false, "grade_id": "mean", "locked": false, "schema_version": 3, "solution": true, "task": false}
def mean(values):
    """The arithmetic mean of a list of numbers; nan for an empty list."""
    ### BEGIN SOLUTION
    return sum(values) / len(values) if values else float("nan")
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "mean_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The mean of two and of three numbers
assert mean([1, 3]) == 2, "the mean of 1 and 3 lies in their middle"
assert mean([1, 1, 4]) == 2, "divide by how many numbers there are"

# %% nbgrader={"grade": true, "grade_id": "mean_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Other numbers, and none at all
### BEGIN HIDDEN TESTS
# A hint reaches the student, the rest of a hidden test does not. `explaining` gives one where the answer raises.
from labkit import expect

expect.close(mean([-5, 5, 3]), 1, hint="divide by how many numbers there are")
hint = "how long is a list of no numbers, and can you divide by that?"
with expect.explaining({"division by zero": "there are none to divide by"}, hint=hint):
    nothing = mean([])
expect.close(nothing, float("nan"), hint="the mean of nothing is nan: float('nan')")
### END HIDDEN TESTS

# %% [markdown]
# ## Task 2: why nan?
# The mean of no numbers is nan, and not 0. Why? One sentence will do.

# %% [markdown] nbgrader={"grade": true, "grade_id": "why_nan", "locked": false, "points": 1, "schema_version": 3, "solution": true, "task": false}
# There is no number that is right, and nan says so without stopping the program.
#
# === BEGIN MARK SCHEME ===
# 1 point for: no number would be right. Nothing for: it is a convention.
# === END MARK SCHEME ===
