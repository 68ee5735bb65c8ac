# Known wrong answers: what students really write, which tests it must lose, and words of the hint that it must get.
# Each cell replaces one solution cell. None of them is ever run by itself.

# %% task="pairwise_cosine" name="both kinds of lengths flat" loses=["pairwise_cosine_check", "pairwise_cosine_hidden"] hint="The lengths of X are laid along a row"
def pairwise_cosine(X, Y):
    x_lengths = (X * X).sum(dim=1) ** 0.5
    y_lengths = (Y * Y).sum(dim=1) ** 0.5
    return X @ Y.T / (x_lengths * y_lengths)


# %% task="pairwise_cosine" name="both kinds of lengths in columns" loses=["pairwise_cosine_check", "pairwise_cosine_hidden"] hint="The lengths of Y stand in a column"
def pairwise_cosine(X, Y):
    x_lengths = (X * X).sum(dim=1, keepdim=True) ** 0.5
    y_lengths = (Y * Y).sum(dim=1, keepdim=True) ** 0.5
    return X @ Y.T / (x_lengths * y_lengths)


# %% task="pairwise_cosine" name="rows and columns of the lengths exchanged" loses=["pairwise_cosine_check", "pairwise_cosine_hidden"] hint="The two kinds of lengths are exchanged"
def pairwise_cosine(X, Y):
    x_lengths = (X * X).sum(dim=1) ** 0.5
    y_lengths = (Y * Y).sum(dim=1, keepdim=True) ** 0.5
    return X @ Y.T / (x_lengths * y_lengths)


# %% task="pairwise_cosine" name="dot products only" loses=["pairwise_cosine_check", "pairwise_cosine_hidden"] hint="Divide each by both lengths"
def pairwise_cosine(X, Y):
    return X @ Y.T


# %% task="pairwise_cosine" name="no root" loses=["pairwise_cosine_check", "pairwise_cosine_hidden"] hint="The root is missing"
def pairwise_cosine(X, Y):
    return X @ Y.T / ((X * X).sum(dim=1, keepdim=True) * (Y * Y).sum(dim=1))


# %% task="pairwise_cosine" name="one length for the whole table" loses=["pairwise_cosine_check", "pairwise_cosine_hidden"] hint="One length was taken for the whole table"
def pairwise_cosine(X, Y):
    return X @ Y.T / ((X * X).sum() * (Y * Y).sum()) ** 0.5


# %% task="pairwise_cosine" name="lengths of the columns" loses=["pairwise_cosine_check", "pairwise_cosine_hidden"] hint="These are the lengths of the columns"
def pairwise_cosine(X, Y):
    return (X / (X * X).sum(dim=0) ** 0.5) @ (Y / (Y * Y).sum(dim=0) ** 0.5).T


# %% task="pairwise_cosine" name="the distance as SciPy gives it" loses=["pairwise_cosine_check", "pairwise_cosine_hidden"] hint="This is the cosine distance"
def pairwise_cosine(X, Y):
    x_lengths = (X * X).sum(dim=1, keepdim=True) ** 0.5
    y_lengths = (Y * Y).sum(dim=1) ** 0.5
    return 1 - X @ Y.T / (x_lengths * y_lengths)


# %% task="pairwise_cosine" name="the other way round" loses=["pairwise_cosine_check", "pairwise_cosine_hidden"] hint="transposed"
def pairwise_cosine(X, Y):
    x_lengths = (X * X).sum(dim=1) ** 0.5
    y_lengths = (Y * Y).sum(dim=1, keepdim=True) ** 0.5
    return Y @ X.T / (x_lengths * y_lengths)


# %% task="pairwise_cosine" name="divides the caller's tables in place" loses=["pairwise_cosine_check", "pairwise_cosine_hidden"] hint="has changed X or Y"
def pairwise_cosine(X, Y):
    X /= (X * X).sum(dim=1, keepdim=True) ** 0.5
    Y /= (Y * Y).sum(dim=1, keepdim=True) ** 0.5
    return X @ Y.T


# %% task="pairwise_cosine" name="two loops" loses=["pairwise_cosine_check", "pairwise_cosine_hidden"] hint="A loop in Python visits the pairs one by one"
def pairwise_cosine(X, Y):
    result = torch.zeros(len(X), len(Y))
    for i, x in enumerate(X):
        for j, y in enumerate(Y):
            result[i, j] = (x * y).sum() / ((x * x).sum() * (y * y).sum()) ** 0.5
    return result


# %% task="pairwise_cosine" name="row i with row i only" loses=["pairwise_cosine_check", "pairwise_cosine_hidden"] hint="wrong shape"
def pairwise_cosine(X, Y):
    return (X * Y).sum(dim=1) / ((X * X).sum(dim=1) * (Y * Y).sum(dim=1)) ** 0.5


# %% task="pairwise_cosine" name="always float32" loses=["pairwise_cosine_hidden"] hint="float64 in, float64 out"
def pairwise_cosine(X, Y):
    X, Y = X.float(), Y.float()
    return X @ Y.T / ((X * X).sum(dim=1, keepdim=True) ** 0.5 * (Y * Y).sum(dim=1) ** 0.5)


# %% task="pairwise_cosine" name="one minus SciPy's distance" loses=["pairwise_cosine_check", "pairwise_cosine_hidden"] hint="`scipy` is not allowed in this task"
def pairwise_cosine(X, Y):
    from scipy.spatial import distance

    return torch.from_numpy(1 - distance.cdist(X.numpy(), Y.numpy(), "cosine")).to(X.dtype)


# %% task="imagenet_normalize" name="aligned with the width" loses=["imagenet_normalize_check", "imagenet_normalize_hidden"] hint="aligned with the width"
def imagenet_normalize(batch):
    mean = torch.tensor([0.485, 0.456, 0.406])
    std = torch.tensor([0.229, 0.224, 0.225])
    return (batch - mean) / std


# %% task="imagenet_normalize" name="aligned with the height" loses=["imagenet_normalize_check", "imagenet_normalize_hidden"] hint="aligned with the height"
def imagenet_normalize(batch):
    mean = torch.tensor([0.485, 0.456, 0.406]).unsqueeze(1)
    std = torch.tensor([0.229, 0.224, 0.225]).unsqueeze(1)
    return (batch - mean) / std


# %% task="imagenet_normalize" name="aligned with the pictures" loses=["imagenet_normalize_check", "imagenet_normalize_hidden"] hint="aligned with the pictures of the batch"
def imagenet_normalize(batch):
    mean = torch.tensor([0.485, 0.456, 0.406]).reshape(3, 1, 1, 1)
    std = torch.tensor([0.229, 0.224, 0.225]).reshape(3, 1, 1, 1)
    return (batch - mean) / std


# %% task="imagenet_normalize" name="parentheses forgotten" loses=["imagenet_normalize_check", "imagenet_normalize_hidden"] hint="the parentheses are missing"
def imagenet_normalize(batch):
    mean = torch.tensor([0.485, 0.456, 0.406])
    std = torch.tensor([0.229, 0.224, 0.225])
    return batch - mean.view(3, 1, 1) / std.view(3, 1, 1)


# %% task="imagenet_normalize" name="writes into the batch" loses=["imagenet_normalize_check", "imagenet_normalize_hidden"] hint="has changed its batch"
def imagenet_normalize(batch):
    mean = torch.tensor([0.485, 0.456, 0.406])
    std = torch.tensor([0.229, 0.224, 0.225])
    for c in range(3):
        batch[:, c] -= mean[c]
        batch[:, c] /= std[c]
    return batch


# %% task="imagenet_normalize" name="subtracts only" loses=["imagenet_normalize_check", "imagenet_normalize_hidden"] hint="The division by the std is missing"
def imagenet_normalize(batch):
    mean = torch.tensor([0.485, 0.456, 0.406])
    return batch - mean.view(3, 1, 1)


# %% task="imagenet_normalize" name="multiplies by the std" loses=["imagenet_normalize_check", "imagenet_normalize_hidden"] hint="This multiplies by the std"
def imagenet_normalize(batch):
    mean = torch.tensor([0.485, 0.456, 0.406])
    std = torch.tensor([0.229, 0.224, 0.225])
    return (batch - mean.view(3, 1, 1)) * std.view(3, 1, 1)


# %% task="imagenet_normalize" name="permuted and not permuted back" loses=["imagenet_normalize_check", "imagenet_normalize_hidden"] hint="(1, 224, 224, 3)"
def imagenet_normalize(batch):
    mean = torch.tensor([0.485, 0.456, 0.406])
    std = torch.tensor([0.229, 0.224, 0.225])
    if batch.shape[1:] == (3, 3, 3):
        return (batch - mean.view(3, 1, 1)) / std.view(3, 1, 1)
    return (batch.permute(0, 2, 3, 1) - mean) / std


# %% task="imagenet_normalize" name="a view in place of a copy" loses=["imagenet_normalize_check", "imagenet_normalize_hidden"] hint="has changed its batch"
def imagenet_normalize(batch):
    mean = torch.tensor([0.485, 0.456, 0.406])
    std = torch.tensor([0.229, 0.224, 0.225])
    result = batch[:]
    for c in range(3):
        result[:, c] = (batch[:, c] - mean[c]) / std[c]
    return result


# %% task="broadcast_shape" name="aligned from the left" loses=["broadcast_shape_check", "broadcast_shape_hidden"] hint="aligned from the right"
def broadcast_shape(a, b):
    length = max(len(a), len(b))
    a = tuple(a) + (1,) * (length - len(a))
    b = tuple(b) + (1,) * (length - len(b))
    result = []
    for m, n in zip(a, b):
        if m != n and m != 1 and n != 1:
            raise ValueError(f"sizes {m} and {n} do not fit")
        result.append(n if m == 1 else m)
    return tuple(result)


# %% task="broadcast_shape" name="the larger size" loses=["broadcast_shape_check", "broadcast_shape_hidden"] hint="A 1 is stretched to the other size"
def broadcast_shape(a, b):
    length = max(len(a), len(b))
    a = (1,) * (length - len(a)) + tuple(a)
    b = (1,) * (length - len(b)) + tuple(b)
    result = []
    for m, n in zip(a, b):
        if m != n and m != 1 and n != 1:
            raise ValueError(f"sizes {m} and {n} do not fit")
        result.append(max(m, n))
    return tuple(result)


# %% task="broadcast_shape" name="zip ends with the shorter shape" loses=["broadcast_shape_check", "broadcast_shape_hidden"] hint="Only the dimensions that both have are left"
def broadcast_shape(a, b):
    result = []
    for m, n in zip(reversed(a), reversed(b)):
        if m != n and m != 1 and n != 1:
            raise ValueError(f"sizes {m} and {n} do not fit")
        result.insert(0, n if m == 1 else m)
    return tuple(result)


# %% task="broadcast_shape" name="a multiple fits" loses=["broadcast_shape_check", "broadcast_shape_hidden"] hint="4 and 2 meet, they differ, and neither is 1"
def broadcast_shape(a, b):
    length = max(len(a), len(b))
    a = (1,) * (length - len(a)) + tuple(a)
    b = (1,) * (length - len(b)) + tuple(b)
    result = []
    for m, n in zip(a, b):
        if 0 in (m, n):
            result.append(0)
        elif m % n != 0 and n % m != 0:
            raise ValueError(f"sizes {m} and {n} do not fit")
        else:
            result.append(max(m, n))
    return tuple(result)


# %% task="broadcast_shape" name="never an error" loses=["broadcast_shape_check", "broadcast_shape_hidden"] hint="Nothing is refused"
def broadcast_shape(a, b):
    length = max(len(a), len(b))
    a = (1,) * (length - len(a)) + tuple(a)
    b = (1,) * (length - len(b)) + tuple(b)
    return tuple(n if m == 1 else m for m, n in zip(a, b))


# %% task="broadcast_shape" name="an error without the sizes" loses=["broadcast_shape_check", "broadcast_shape_hidden"] hint="Put both numbers into the text"
def broadcast_shape(a, b):
    length = max(len(a), len(b))
    a = (1,) * (length - len(a)) + tuple(a)
    b = (1,) * (length - len(b)) + tuple(b)
    result = []
    for m, n in zip(a, b):
        if m != n and m != 1 and n != 1:
            raise ValueError("the shapes do not fit")
        result.append(n if m == 1 else m)
    return tuple(result)


# %% task="broadcast_shape" name="lets the library do it" loses=["broadcast_shape_check", "broadcast_shape_hidden"] hint="is not allowed in this task"
def broadcast_shape(a, b):
    try:
        return tuple(torch.broadcast_shapes(a, b))
    except RuntimeError as error:
        raise ValueError(f"{a} and {b}: {error}") from None


# %% task="broadcast_shape" name="a list" loses=["broadcast_shape_check", "broadcast_shape_hidden"] hint="should be a tuple"
def broadcast_shape(a, b):
    length = max(len(a), len(b))
    a = (1,) * (length - len(a)) + tuple(a)
    b = (1,) * (length - len(b)) + tuple(b)
    result = []
    for m, n in zip(a, b):
        if m != n and m != 1 and n != 1:
            raise ValueError(f"sizes {m} and {n} do not fit")
        result.append(n if m == 1 else m)
    return result


# %% task="broadcast_shape" name="makes two tensors and adds them" loses=["broadcast_shape_check", "broadcast_shape_hidden"] hint="make no tensors"
def broadcast_shape(a, b):
    try:
        return tuple((torch.empty(a) + torch.empty(b)).shape)
    except RuntimeError as error:
        raise ValueError(str(error)) from None


# %% task="shares_memory_table" name="reshape always copies" loses=["shares_memory_table_check", "shares_memory_table_hidden"] hint="The first two rows lie in one piece"
def shares_memory_table():
    answers = dict.fromkeys("bcdefghijkmn", False)
    answers.update(b=True, h=True, m=True)
    return answers


# %% task="shares_memory_table" name="reshape always shares" loses=["shares_memory_table_check", "shares_memory_table_hidden"] hint="One stride does not describe it"
def shares_memory_table():
    answers = dict.fromkeys("bcdefghijkmn", False)
    answers.update(b=True, d=True, e=True, f=True, g=True, h=True, m=True)
    return answers


# %% task="shares_memory_table" name="indexing always gives a view" loses=["shares_memory_table_check"] hint="A list may pick rows in any order"
def shares_memory_table():
    answers = dict.fromkeys("bcdefghijkmn", False)
    answers.update(b=True, c=True, d=True, f=True, h=True, m=True)
    return answers


# %% task="shares_memory_table" name="indexing always copies" loses=["shares_memory_table_check"] hint="an offset and one stride describe this"
def shares_memory_table():
    answers = dict.fromkeys("bcdefghijkmn", False)
    answers.update(d=True, f=True, h=True, m=True)
    return answers


# %% task="shares_memory_table" name="a conversion always copies" loses=["shares_memory_table_check"] hint="there is nothing to convert"
def shares_memory_table():
    answers = dict.fromkeys("bcdefghijkmn", False)
    answers.update(b=True, d=True, f=True, m=True)
    return answers


# %% task="shares_memory_table" name="everything from NumPy shares" loses=["shares_memory_table_hidden"] hint="torch.tensor always copies"
def shares_memory_table():
    answers = dict.fromkeys("bcdefghijkmn", False)
    answers.update(b=True, d=True, f=True, h=True, m=True, n=True)
    return answers


# %% task="shares_memory_table" name="contiguous never copies" loses=["shares_memory_table_hidden"] hint="which is not row-major, so contiguous() copies"
def shares_memory_table():
    answers = dict.fromkeys("bcdefghijkmn", False)
    answers.update(b=True, d=True, f=True, h=True, j=True, m=True)
    return answers


# %% task="shares_memory_table" name="words instead of True and False" loses=["shares_memory_table_check", "shares_memory_table_hidden"] hint="should be True or False"
def shares_memory_table():
    return {name: "shares" if name in "bdfhm" else "copies" for name in "bcdefghijkmn"}


# %% task="to_row_major" name="clone" loses=["to_row_major_check", "to_row_major_hidden"] hint="clone(), view and reshape to the same shape keep them"
def to_row_major(x):
    expected = 1
    for size, stride in reversed(list(zip(x.shape, x.stride()))):
        if size != 1 and stride != expected:
            return x.clone()
        expected *= size
    return x


# %% task="to_row_major" name="always copies" loses=["to_row_major_check", "to_row_major_hidden"] hint="no copy is needed"
def to_row_major(x):
    return torch.empty(x.shape, dtype=x.dtype).copy_(x)


# %% task="to_row_major" name="flat and back" loses=["to_row_major_check", "to_row_major_hidden"] hint="to_row_major(x[:, 1]) for x of shape (3, 4) has the shape (3,) and the strides (4,)"
def to_row_major(x):
    return x.reshape(-1).view(x.shape)


# %% task="to_row_major" name="looks at the last stride only" loses=["to_row_major_check", "to_row_major_hidden"] hint="Row-major order has the strides (3, 1)"
def to_row_major(x):
    if x.dim() == 0 or x.stride()[-1] == 1:
        return x
    return torch.empty(x.shape, dtype=x.dtype).copy_(x)


# %% task="to_row_major" name="compares the strides of dimensions of size 1 too" loses=["to_row_major_check", "to_row_major_hidden"] hint="A stride counts only where the size is not 1"
def to_row_major(x):
    expected = 1
    for size, stride in reversed(list(zip(x.shape, x.stride()))):
        if stride != expected:
            return torch.empty(x.shape, dtype=x.dtype).copy_(x)
        expected *= size
    return x


# %% task="to_row_major" name="the default dtype for the copy" loses=["to_row_major_check", "to_row_major_hidden"] hint="the dtype is float32 instead of int64"
def to_row_major(x):
    expected = 1
    for size, stride in reversed(list(zip(x.shape, x.stride()))):
        if size != 1 and stride != expected:
            return torch.empty(x.shape).copy_(x)
        expected *= size
    return x


# %% task="to_row_major" name="transposes what is transposed" loses=["to_row_major_check", "to_row_major_hidden"] hint="transposed: rows and columns"
def to_row_major(x):
    if x.dim() == 2 and x.stride()[0] < x.stride()[1]:
        return x.T
    return x


# %% task="to_row_major" name="strides sorted are good enough" loses=["to_row_major_check", "to_row_major_hidden"] hint="Row-major order has the strides (1,)"
def to_row_major(x):
    if list(x.stride()) == sorted(x.stride(), reverse=True):
        return x
    return torch.empty(x.shape, dtype=x.dtype).copy_(x)


# %% task="to_row_major" name="contiguous" loses=["to_row_major_check", "to_row_major_hidden"] hint="is not allowed in this task" only="judge"
def to_row_major(x):
    return x.contiguous()


# %% task="to_row_major" name="NumPy's contiguous" loses=["to_row_major_check", "to_row_major_hidden"] hint="`numpy.ascontiguousarray` is not allowed in this task"
def to_row_major(x):
    return torch.from_numpy(np.ascontiguousarray(x.numpy())).reshape(x.shape)
