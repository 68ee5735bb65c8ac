# ruff: noqa
# Other right answers, as students write them.

# %% task="ladder" name="arange times step float64"
def ladder(n, step, dtype):
    return torch.arange(n).to(torch.float64).mul(step).to(dtype)


# %% task="ladder" name="arange int times"
def ladder(n, step, dtype):
    if dtype.is_floating_point:
        return (torch.arange(n, dtype=torch.float64) * step).to(dtype)
    return (torch.arange(n, dtype=torch.int64) * int(step)).to(dtype)


# %% task="ladder" name="linspace"
def ladder(n, step, dtype):
    if n == 0:
        return torch.zeros(0, dtype=dtype)
    return torch.linspace(0, (n - 1) * step, n, dtype=torch.float64).to(dtype)


# %% task="ladder" name="numpy"
import numpy as np


def ladder(n, step, dtype):
    return torch.from_numpy(np.arange(n) * np.float64(step)).to(dtype)


# %% task="standardize" name="sub and div"
def standardize(x):
    return x.sub(x.mean()).div(x.std())


def standardize_(x):
    m, s = x.mean(), x.std()
    x -= m
    x /= s
    return x


# %% task="standardize" name="copy"
def standardize(x):
    return standardize_(x.clone())


def standardize_(x):
    x.copy_((x - x.mean()) / x.std())
    return x


# %% task="standardize" name="slice"
def standardize(x):
    return (x - torch.mean(x)) / torch.std(x)


def standardize_(x):
    x[...] = standardize(x)
    return x


# %% task="standardize" name="by hand"
def standardize(x):
    d = x - x.sum() / x.numel()
    return d / ((d * d).sum() / (x.numel() - 1)) ** 0.5


def standardize_(x):
    x[:] = standardize(x)
    return x


# %% task="count_between" name="count_nonzero"
def count_between(x, lo, hi):
    x = x.double()
    return int(torch.sum((lo <= x) & (x < hi)))


# %% task="count_between" name="length of what a mask picks"
def count_between(x, lo, hi):
    t = x.double()
    return len(t[(t >= lo) & (t < hi)])


# %% task="count_between" name="mult"
def count_between(x, lo, hi):
    t = x.to(torch.float64)
    return int(((t >= lo) * (t < hi)).sum().item())


# %% task="promoted" name="dispatch"
def promoted(a, b):
    ORDER = [
        torch.bool,
        torch.uint8,
        torch.int8,
        torch.int16,
        torch.int32,
        torch.int64,
        torch.float16,
        torch.float32,
        torch.float64,
    ]

    def cat(d):
        return 0 if d == torch.bool else (2 if d.is_floating_point else 1)

    def info(v):
        if torch.is_tensor(v):
            return (1 if v.dim() == 0 else 2, v.dtype)
        if type(v) is bool:
            return (0, torch.bool)
        if type(v) is int:
            return (0, torch.int64)
        return (0, torch.get_default_dtype())

    (ra, da), (rb, db) = info(a), info(b)
    if ra < rb:
        (ra, da), (rb, db) = (rb, db), (ra, da)
    if ra > rb:
        return da if cat(da) >= cat(db) else db
    if {da, db} == {torch.uint8, torch.int8}:
        return torch.int16
    return da if ORDER.index(da) > ORDER.index(db) else db
