# Known wrong answers: what students really write, which tests it must lose, and words of the hint that it must get.
# Each cell replaces one solution cell. None of them is ever run by itself.


# %% task="ladder" name="arange up to n * step" loses=["ladder_check", "ladder_hidden"] hint="let in one number too many"
def ladder(n, step, dtype):
    if step == 0:
        return torch.zeros(n, dtype=dtype)
    return torch.arange(0, n * step, step, dtype=dtype)


# %% task="ladder" name="arange up to n * step, and no thought of a step of 0" loses=["ladder_check", "ladder_hidden"] hint="let in one number too many"
def ladder(n, step, dtype):
    return torch.arange(0, n * step, step).to(dtype)


# %% task="ladder" name="float32 on the way" loses=["ladder_check", "ladder_hidden"] hint="Somewhere on the way these numbers were float32"
def ladder(n, step, dtype):
    return (torch.arange(n) * step).to(dtype)


# %% task="ladder" name="begins with step" loses=["ladder_check", "ladder_hidden"] hint="The ladder begins with `step`"
def ladder(n, step, dtype):
    return (torch.arange(1, n + 1, dtype=torch.float64) * step).to(dtype)


# %% task="ladder" name="linspace from 0 to step" loses=["ladder_check", "ladder_hidden"] hint="The step is the distance of two neighbours"
def ladder(n, step, dtype):
    return torch.linspace(0, step, n).to(dtype)


# %% task="ladder" name="linspace to n * step" loses=["ladder_check", "ladder_hidden"] hint="one step too far"
def ladder(n, step, dtype):
    return torch.linspace(0, n * step, n, dtype=torch.float64).to(dtype)


# %% task="ladder" name="forgets the dtype" loses=["ladder_check", "ladder_hidden"] hint="the dtype that the caller asks for"
def ladder(n, step, dtype):
    return torch.arange(n, dtype=torch.float64) * step


# %% task="ladder" name="integers before the product" loses=["ladder_check", "ladder_hidden"] hint="wrong dtype"
def ladder(n, step, dtype):
    return torch.arange(n, dtype=dtype) * torch.tensor(step, dtype=torch.float64)


# %% task="ladder" name="a loop" loses=["ladder_check"] hint="no loop, no list"
def ladder(n, step, dtype):
    result = torch.zeros(n, dtype=dtype)
    for k in range(n):
        result[k] = k * step
    return result


# %% task="ladder" name="converts, and throws the result away" loses=["ladder_check", "ladder_hidden"] hint="return what it gives"
def ladder(n, step, dtype):
    numbers = torch.arange(n, dtype=torch.float64) * step
    numbers.to(dtype)
    return numbers


# %% task="standardize" name="hangs the name on a new tensor" loses=["standardize_check", "standardize_hidden"] hint="x itself has not changed"
def standardize(x):
    return (x - x.mean()) / x.std()


def standardize_(x):
    x = x - x.mean()
    x = x / x.std()
    return x


# %% task="standardize" name="both in place" loses=["standardize_check", "standardize_hidden"] hint="Without an underscore in its name a function leaves x alone"
def standardize(x):
    x -= x.mean()
    x /= x.std()
    return x


def standardize_(x):
    return standardize(x)


# %% task="standardize" name="the plain one calls its twin" loses=["standardize_check", "standardize_hidden"] hint="Without an underscore in its name a function leaves x alone"
def standardize_(x):
    return x.sub_(x.mean()).div_(x.std())


def standardize(x):
    y = x
    return standardize_(y)


# %% task="standardize" name="returns nothing" loses=["standardize_check", "standardize_hidden"] hint="ends with `return x`"
def standardize(x):
    return (x - x.mean()) / x.std()


def standardize_(x):
    x.sub_(x.mean())
    x.div_(x.std())


# %% task="standardize" name="writes the numbers back and returns a copy" loses=["standardize_check", "standardize_hidden"] hint="returns another tensor"
def standardize(x):
    return (x - x.mean()) / x.std()


def standardize_(x):
    x.copy_(standardize(x))
    return x.clone()


# %% task="standardize" name="other memory behind x" loses=["standardize_check", "standardize_hidden"] hint="x itself has not changed"
def standardize(x):
    return (x - x.mean()) / x.std()


def standardize_(x):
    x.data = standardize(x)
    return x


# %% task="standardize" name="divides by N" loses=["standardize_check", "standardize_hidden"] hint="The default of std() is N - 1"
def standardize(x):
    return (x - x.mean()) / x.std(correction=0)


def standardize_(x):
    return x.sub_(x.mean()).div_(x.std(correction=0))


# %% task="standardize" name="parentheses forgotten" loses=["standardize_check", "standardize_hidden"] hint="Set parentheses"
def standardize(x):
    return x - x.mean() / x.std()


def standardize_(x):
    return x.sub_(x.mean()).div_(x.std())


# %% task="standardize" name="sub and div without underscore" loses=["standardize_check", "standardize_hidden"] hint="Nothing has changed"
def standardize(x):
    return (x - x.mean()) / x.std()


def standardize_(x):
    x.sub(x.mean())
    x.div(x.std())
    return x


# %% task="standardize" name="the variance" loses=["standardize_check", "standardize_hidden"] hint="This is divided by the variance"
def standardize(x):
    return (x - x.mean()) / x.var()


def standardize_(x):
    return x.sub_(x.mean()).div_(x.var())


# %% task="standardize" name="each column by itself" loses=["standardize_check", "standardize_hidden"] hint="those of all six numbers"
def standardize(x):
    return (x - x.mean(dim=0)) / x.std(dim=0)


def standardize_(x):
    return x.sub_(x.mean(dim=0)).div_(x.std(dim=0))


# %% task="standardize" name="always float32" loses=["standardize_check", "standardize_hidden"] hint="Do not convert"
def standardize(x):
    x = x.float()
    return (x - x.mean()) / x.std()


def standardize_(x):
    return x.sub_(x.mean()).div_(x.std())


# %% task="count_between" name="both ends count" loses=["count_between_check", "count_between_hidden"] hint="The upper end, 2, is counted too"
def count_between(x, lo, hi):
    x = x.double()
    return ((x >= lo) & (x <= hi)).sum().item()


# %% task="count_between" name="no end counts" loses=["count_between_check", "count_between_hidden"] hint="The lower end, 1, is not counted"
def count_between(x, lo, hi):
    x = x.double()
    return ((x > lo) & (x < hi)).sum().item()


# %% task="count_between" name="the ends exchanged" loses=["count_between_check", "count_between_hidden"] hint="The ends are exchanged"
def count_between(x, lo, hi):
    x = x.double()
    return ((x > lo) & (x <= hi)).sum().item()


# %% task="count_between" name="bytes go round" loses=["count_between_check", "count_between_hidden"] hint="in uint8 the end 256 is 0"
def count_between(x, lo, hi):
    return ((x >= lo) & (x < hi)).sum().item()


# %% task="count_between" name="a chain of comparisons" loses=["count_between_check", "count_between_hidden"] hint="ask for one truth value"
def count_between(x, lo, hi):
    return (lo <= x.double() < hi).sum().item()


# %% task="count_between" name="no parentheses" loses=["count_between_check", "count_between_hidden"] hint="binds more strongly"
def count_between(x, lo, hi):
    x = x.double()
    return (lo <= x & x < hi).sum().item()


# %% task="count_between" name="whole numbers have enough room" loses=["count_between_check", "count_between_hidden"] hint="The fraction of 1.5 was cut off"
def count_between(x, lo, hi):
    x = x.long()
    return ((x >= lo) & (x < hi)).sum().item()


# %% task="count_between" name="a tensor comes back" loses=["count_between_check", "count_between_hidden"] hint="item() makes a Python number"
def count_between(x, lo, hi):
    x = x.double()
    return ((x >= lo) & (x < hi)).sum()


# %% task="count_between" name="or in place of and" loses=["count_between_check", "count_between_hidden"] hint="& means both"
def count_between(x, lo, hi):
    x = x.double()
    return ((x >= lo) | (x < hi)).sum().item()


# %% task="count_between" name="subtracts those outside" loses=["count_between_check", "count_between_hidden"] hint="nan would stay"
def count_between(x, lo, hi):
    x = x.double()
    return x.numel() - ((x < lo) | (x >= hi)).sum().item()


# %% task="count_between" name="cuts fractions off" loses=["count_between_check", "count_between_hidden"] hint="The ends may be fractions"
def count_between(x, lo, hi):
    x = x.double()
    return ((x >= int(lo)) & (x < int(hi) + (hi != int(hi)))).sum().item()


# %% task="count_between" name="a loop" loses=["count_between_check"] hint="Compare the whole tensor at once"
def count_between(x, lo, hi):
    return sum(bool(lo <= t.item() < hi) for t in x.reshape(-1))


# %% task="count_between" name="float32 has not enough digits" loses=["count_between_check", "count_between_hidden"] hint="are the same number"
def count_between(x, lo, hi):
    x = x.float()
    return ((x >= lo) & (x < hi)).sum().item()


# %% task="count_between" name="writes over nan in the caller's tensor" loses=["count_between_check"] hint="write into the caller's tensor"
def count_between(x, lo, hi):
    if x.is_floating_point():
        x[x != x] = float("inf")
    wide = x.double()
    return ((wide >= lo) & (wide < hi) & (wide != float("inf"))).sum().item()


# %% task="promoted" name="the wider one always wins" loses=["promoted_check", "promoted_hidden"] hint="decides, unless the other has a higher category"
def promoted(a, b):
    def dtype_of(operand):
        if isinstance(operand, torch.Tensor):
            return operand.dtype
        if isinstance(operand, bool):
            return torch.bool
        return torch.int64 if isinstance(operand, int) else torch.float32

    first, second = dtype_of(a), dtype_of(b)
    if {first, second} == {torch.uint8, torch.int8}:
        return torch.int16
    return max(first, second, key=ORDER.index)


# %% task="promoted" name="a 0-d tensor ranks like any other" loses=["promoted_check", "promoted_hidden"] hint="decides, unless the other has a higher category"
def promoted(a, b):
    def category(dtype):
        return 0 if dtype == torch.bool else 2 if dtype.is_floating_point else 1

    def number(operand):
        return (
            torch.bool
            if isinstance(operand, bool)
            else torch.int64
            if isinstance(operand, int)
            else torch.float32
        )

    if not isinstance(a, torch.Tensor):
        a, b = b, a
    if not isinstance(b, torch.Tensor):
        return number(b) if category(number(b)) > category(a.dtype) else a.dtype
    if {a.dtype, b.dtype} == {torch.uint8, torch.int8}:
        return torch.int16
    return max(a.dtype, b.dtype, key=ORDER.index)


# %% task="promoted" name="the pair without a winner forgotten" loses=["promoted_check", "promoted_hidden"] hint="the one pair without a winner"
def promoted(a, b):
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
    return max(low, high, key=ORDER.index)


# %% task="promoted" name="a Python float is float64" loses=["promoted_check", "promoted_hidden"] hint="stands for float32"
def promoted(a, b):
    def facts(operand):
        if isinstance(operand, torch.Tensor):
            return (2 if operand.ndim > 0 else 1), operand.dtype
        if isinstance(operand, bool):
            return 0, torch.bool
        return 0, (torch.int64 if isinstance(operand, int) else torch.float64)

    def category(dtype):
        return 0 if dtype == torch.bool else 2 if dtype.is_floating_point else 1

    (low_rank, low), (high_rank, high) = sorted([facts(a), facts(b)], key=lambda pair: pair[0])
    if low_rank < high_rank:
        return low if category(low) > category(high) else high
    if {low, high} == {torch.uint8, torch.int8}:
        return torch.int16
    return max(low, high, key=ORDER.index)


# %% task="promoted" name="True is taken for an int" loses=["promoted_check", "promoted_hidden"] hint="Ask for bool first"
def promoted(a, b):
    def facts(operand):
        if isinstance(operand, torch.Tensor):
            return (2 if operand.ndim > 0 else 1), operand.dtype
        return 0, (torch.int64 if isinstance(operand, int) else torch.float32)

    def category(dtype):
        return 0 if dtype == torch.bool else 2 if dtype.is_floating_point else 1

    (low_rank, low), (high_rank, high) = sorted([facts(a), facts(b)], key=lambda pair: pair[0])
    if low_rank < high_rank:
        return low if category(low) > category(high) else high
    if {low, high} == {torch.uint8, torch.int8}:
        return torch.int16
    return max(low, high, key=ORDER.index)


# %% task="promoted" name="more bits win, across categories" loses=["promoted_check", "promoted_hidden"] hint="the higher category wins"
def promoted(a, b):
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
    return max(low, high, key=lambda dtype: (dtype.itemsize, category(dtype)))


# %% task="promoted" name="the higher rank always decides" loses=["promoted_check", "promoted_hidden"] hint="unless the other has a higher category"
def promoted(a, b):
    def facts(operand):
        if isinstance(operand, torch.Tensor):
            return (2 if operand.ndim > 0 else 1), operand.dtype
        if isinstance(operand, bool):
            return 0, torch.bool
        return 0, (torch.int64 if isinstance(operand, int) else torch.float32)

    (low_rank, low), (high_rank, high) = sorted([facts(a), facts(b)], key=lambda pair: pair[0])
    if low_rank < high_rank:
        return high
    if {low, high} == {torch.uint8, torch.int8}:
        return torch.int16
    return max(low, high, key=ORDER.index)


# %% task="promoted" name="lets the library answer" loses=["promoted_check", "promoted_hidden"] hint="not allowed in this task"
def promoted(a, b):
    return torch.result_type(a, b)


# %% task="promoted" name="adds and looks" loses=["promoted_check", "promoted_hidden"] hint="Tensor.__add__` is not allowed in this task" only="judge"
def promoted(a, b):
    return (a + b).dtype


# %% task="promoted" name="adds two small tensors and looks" loses=["promoted_check", "promoted_hidden"] hint="is not allowed in this task" only="judge"
def promoted(a, b):
    def small(operand):
        if not isinstance(operand, torch.Tensor):
            return operand
        return torch.ones((2,) if operand.ndim else (), dtype=operand.dtype)

    return (small(a) + small(b)).dtype


# %% task="promoted" name="a tensor with one number ranks as 0-d" loses=["promoted_check", "promoted_hidden"] hint="Ask for ndim"
def promoted(a, b):
    def facts(operand):
        if isinstance(operand, torch.Tensor):
            return (2 if operand.numel() > 1 else 1), operand.dtype
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
