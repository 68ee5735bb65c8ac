# ruff: noqa
# Other right answers, as students write them.

# %% task="pairwise_cosine" name="norm"
def pairwise_cosine(X, Y):
    a = X / X.norm(dim=1, keepdim=True)
    b = Y / Y.norm(dim=1, keepdim=True)
    return a @ b.T


# %% task="pairwise_cosine" name="broadcast"
def pairwise_cosine(X, Y):
    dots = (X[:, None, :] * Y[None, :, :]).sum(-1)
    return dots / torch.sqrt((X**2).sum(1))[:, None] / torch.sqrt((Y**2).sum(1))[None, :]


# %% task="pairwise_cosine" name="mm outer"
def pairwise_cosine(X, Y):
    nx = X.pow(2).sum(dim=1).sqrt().unsqueeze(1)
    ny = Y.pow(2).sum(dim=1).sqrt().unsqueeze(0)
    return torch.mm(X, Y.t()) / (nx @ ny)


# %% task="pairwise_cosine" name="einsum"
def pairwise_cosine(X, Y):
    return torch.einsum("id,jd->ij", X, Y) / torch.outer(
        torch.linalg.norm(X, dim=1), torch.linalg.norm(Y, dim=1)
    )


# %% task="pairwise_cosine" name="numpy"
def pairwise_cosine(X, Y):
    x, y = X.numpy(), Y.numpy()
    return torch.from_numpy(x @ y.T / (np.linalg.norm(x, axis=1)[:, None] * np.linalg.norm(y, axis=1)))


# %% task="imagenet_normalize" name="index none"
def imagenet_normalize(batch):
    mean = torch.tensor([0.485, 0.456, 0.406])
    std = torch.tensor([0.229, 0.224, 0.225])
    return (batch - mean[None, :, None, None]) / std[None, :, None, None]


# %% task="imagenet_normalize" name="loop"
def imagenet_normalize(batch):
    mean = torch.tensor([0.485, 0.456, 0.406])
    std = torch.tensor([0.229, 0.224, 0.225])
    out = torch.zeros_like(batch)
    for c in range(3):
        out[:, c] = (batch[:, c] - mean[c]) / std[c]
    return out


# %% task="imagenet_normalize" name="transpose"
def imagenet_normalize(batch):
    mean = torch.tensor([0.485, 0.456, 0.406])
    std = torch.tensor([0.229, 0.224, 0.225])
    return ((batch.permute(0, 2, 3, 1) - mean) / std).permute(0, 3, 1, 2)


# %% task="broadcast_shape" name="backwards list"
def broadcast_shape(a, b):
    a, b = list(a)[::-1], list(b)[::-1]
    out = []
    for i in range(max(len(a), len(b))):
        m = a[i] if i < len(a) else 1
        n = b[i] if i < len(b) else 1
        if m == n or n == 1:
            out.append(m)
        elif m == 1:
            out.append(n)
        else:
            raise ValueError("cannot broadcast %d with %d" % (m, n))
    return tuple(out[::-1])


# %% task="broadcast_shape" name="Size"
def broadcast_shape(a, b):
    import itertools

    out = []
    for m, n in itertools.zip_longest(reversed(a), reversed(b), fillvalue=1):
        if m != n and 1 not in (m, n):
            raise ValueError(f"{m} vs {n}")
        out.insert(0, n if m == 1 else m)
    return torch.Size(out)


# %% task="broadcast_shape" name="recursion"
def broadcast_shape(a, b):
    if not a or not b:
        return tuple(a or b)
    m, n = a[-1], b[-1]
    if m == n or n == 1:
        last = m
    elif m == 1:
        last = n
    else:
        raise ValueError(f"{m} does not match {n}")
    return broadcast_shape(a[:-1], b[:-1]) + (last,)


# %% task="to_row_major" name="reshape flat"
def to_row_major(x):
    step = 1
    ok = True
    for i in range(x.dim() - 1, -1, -1):
        if x.size(i) != 1:
            if x.stride(i) != step:
                ok = False
            step *= x.size(i)
    if ok:
        return x
    y = torch.empty(x.shape, dtype=x.dtype)
    y[...] = x
    return y


# %% task="to_row_major" name="zeros"
def to_row_major(x):
    step = 1
    for size, stride in zip(reversed(x.shape), reversed(x.stride())):
        if size > 1 and stride != step:
            out = torch.zeros(tuple(x.shape), dtype=x.dtype)
            out.copy_(x)
            return out
        step *= size
    return x


# %% task="to_row_major" name="list"
def to_row_major(x):
    step = 1
    for size, stride in zip(reversed(x.shape), reversed(x.stride())):
        if size != 1 and stride != step:
            return torch.tensor(x.tolist(), dtype=x.dtype).reshape(x.shape)
        step *= size
    return x


# %% task="to_row_major" name="numpy"
import numpy as np


def to_row_major(x):
    step = 1
    for size, stride in zip(reversed(x.shape), reversed(x.stride())):
        if size != 1 and stride != step:
            return torch.from_numpy(np.ascontiguousarray(x.numpy()))
        step *= size
    return x
