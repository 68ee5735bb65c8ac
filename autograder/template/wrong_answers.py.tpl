# Answers that students give, and what becomes of them. `autograder check` proves it.

# %% task="mean" name="the sum" loses=["mean_check", "mean_hidden"] hint="middle"
def mean(values):
    return sum(values)


# %% task="mean" name="divides by two" loses=["mean_check", "mean_hidden"] hint="how many numbers"
def mean(values):
    return sum(values) / 2


# %% task="mean" name="fails for no numbers" loses=["mean_hidden"] hint="can you divide by that"
def mean(values):
    return sum(values) / len(values)


# %% task="mean" name="0 for no numbers" loses=["mean_hidden"] hint="nan"
def mean(values):
    return sum(values) / len(values) if values else 0
