# ruff: noqa
# Other right answers, as students write them.

# %% task="differences" name="numpy and sys"
import sys
import numpy as np


def _eps(x):
    if isinstance(x, torch.Tensor):
        return torch.finfo(x.dtype).eps
    return sys.float_info.epsilon


def forward_difference(f, x, h=None):
    if h is None:
        h = np.sqrt(_eps(x)) * max(1, abs(x))
    return (f(x + h) - f(x)) / h


def central_difference(f, x, h=None):
    if h is None:
        h = np.cbrt(_eps(x)) * max(1, abs(x))
    return (f(x + h) - f(x - h)) / 2 / h


# %% task="differences" name="item"
def forward_difference(f, x, h=None):
    if h is None:
        d = x.dtype if isinstance(x, torch.Tensor) else torch.float64
        v = x.item() if isinstance(x, torch.Tensor) else x
        h = torch.finfo(d).eps ** 0.5 * max(1, abs(v))
    y = f(x)
    z = f(x + h)
    return (z - y) / h


def central_difference(f, x, h=None):
    if h is None:
        d = x.dtype if isinstance(x, torch.Tensor) else torch.float64
        v = x.item() if isinstance(x, torch.Tensor) else x
        h = (
            math.cbrt(torch.finfo(d).eps) * max(1, abs(v))
            if hasattr(math, "cbrt")
            else torch.finfo(d).eps ** (1 / 3) * max(1, abs(v))
        )
    return (f(x + h) - f(x - h)) / (2 * h)


import math


# %% task="differences" name="tensors within"
def _step(x, p):
    t = torch.as_tensor(x, dtype=torch.float64) if not isinstance(x, torch.Tensor) else x
    return torch.finfo(t.dtype).eps ** p * torch.clamp(abs(t), min=1.0)


def forward_difference(f, x, h=None):
    h = _step(x, 0.5) if h is None else h
    return (f(x + h) - f(x)) / h


def central_difference(f, x, h=None):
    h = _step(x, 1 / 3) if h is None else h
    return (f(x + h) - f(x - h)) / (2 * h)


# %% task="poly_derivative" name="loop"
def poly_derivative(coeffs):
    if len(coeffs) == 1:
        return [0]
    out = []
    for i in range(1, len(coeffs)):
        out.append(coeffs[i] * i)
    return out


# %% task="poly_derivative" name="float zero"
def poly_derivative(coeffs):
    return [float(i * c) for i, c in enumerate(coeffs) if i > 0] or [0.0]


# %% task="poly_derivative" name="tuple"
def poly_derivative(coeffs):
    return tuple(i * c for i, c in enumerate(coeffs) if i > 0) or (0,)


# %% task="poly_derivative" name="numpy list"
import numpy as np


def poly_derivative(coeffs):
    return list(np.polynomial.polynomial.polyder(np.array(coeffs)))


# %% task="poly_derivative" name="numpy array"
import numpy as np


def poly_derivative(coeffs):
    return np.polynomial.polynomial.polyder(np.array(coeffs))


# %% task="poly_derivative" name="multiplies in a copy"
def poly_derivative(coeffs):
    coeffs = coeffs[:]
    for i in range(len(coeffs)):
        coeffs[i] = coeffs[i] * i
    return coeffs[1:] if len(coeffs) > 1 else [0]


# %% task="numerical_gradient" name="clone in place"
def numerical_gradient(f, x):
    h = torch.finfo(x.dtype).eps ** (1 / 3)
    g = torch.zeros(x.shape, dtype=x.dtype)
    for i in range(x.numel()):
        a = x.clone().reshape(-1)
        b = x.clone().reshape(-1)
        a[i] += h
        b[i] -= h
        g.view(-1)[i] = (f(a.reshape(x.shape)) - f(b.reshape(x.shape))) / (2 * h)
    return g


# %% task="numerical_gradient" name="list then tensor"
def numerical_gradient(f, x):
    h = torch.finfo(x.dtype).eps ** (1 / 3)
    flat = x.reshape(-1).tolist()
    out = []
    for i in range(len(flat)):
        a = list(flat)
        a[i] += h
        b = list(flat)
        b[i] -= h
        ta = torch.tensor(a, dtype=x.dtype).reshape(x.shape)
        tb = torch.tensor(b, dtype=x.dtype).reshape(x.shape)
        out.append(((f(ta) - f(tb)) / (2 * h)).item())
    return torch.tensor(out, dtype=x.dtype).reshape(x.shape)


# %% task="numerical_gradient" name="ndindex"
import numpy as np


def numerical_gradient(f, x):
    h = torch.finfo(x.dtype).eps ** (1 / 3)
    g = torch.zeros_like(x)
    for i in np.ndindex(*x.shape):
        e = torch.zeros_like(x)
        e[i] = h
        g[i] = (f(x + e) - f(x - e)) / (2 * h)
    return g


# %% task="numerical_gradient" name="eye"
def numerical_gradient(f, x):
    h = torch.finfo(x.dtype).eps ** (1 / 3)
    n = x.numel()
    E = h * torch.eye(n, dtype=x.dtype)
    return torch.stack(
        [(f(x + e.reshape(x.shape)) - f(x - e.reshape(x.shape))) / (2 * h) for e in E]
    ).reshape(x.shape)


# %% task="numerical_gradient" name="central_difference of one number"
def numerical_gradient(f, x):
    h = torch.finfo(x.dtype).eps ** (1 / 3)
    out = []
    for i in range(x.numel()):

        def g(t, i=i):
            y = x.clone().reshape(-1)
            y[i] = t
            return f(y.reshape(x.shape))

        out.append(central_difference(g, x.reshape(-1)[i], h))
    return torch.stack(out).reshape(x.shape)


# %% task="numerical_gradient" name="divides by the step that was taken"
def numerical_gradient(f, x):
    h = torch.finfo(x.dtype).eps ** (1 / 3)
    flat = x.clone().reshape(-1)
    g = torch.zeros_like(flat)
    for i in range(flat.numel()):
        a = flat.clone()
        b = flat.clone()
        a[i] = a[i] + h
        b[i] = b[i] - h
        g[i] = (f(a.reshape(x.shape)) - f(b.reshape(x.shape))) / (a[i] - b[i])
    return g.reshape(x.shape)


# %% task="best_step" name="logs"
import math


def best_step(f, x):
    hs = [10**-k for k in range(1, 13)]
    q = [(f(x + h) - f(x - h)) / (2 * h) for h in hs]
    best = None
    for i in range(1, 12):
        s = abs(q[i] - q[i - 1]) / 100 + 2.2e-16 * abs(f(x)) / hs[i]
        if best is None or s < best[0]:
            best = (s, hs[i])
    return best[1]


# %% task="best_step" name="numpy argmin"
import numpy as np


def best_step(f, x):
    hs = np.array([10.0**-k for k in range(1, 13)])
    q = np.array([(f(x + h) - f(x - h)) / (2 * h) for h in hs])
    s = np.abs(q[1:] - q[:-1]) / 100 + np.finfo(float).eps * abs(f(x)) / hs[1:]
    return hs[1:][np.argmin(s)]


# %% task="best_step" name="logspace"
import numpy as np


def best_step(f, x):
    hs = np.logspace(-1, -12, 12).tolist()
    q = [central_difference(f, x, h) for h in hs]
    sums = {}
    for before, now, h in zip(q, q[1:], hs[1:]):
        sums[h] = abs(now - before) / 100 + torch.finfo(torch.float64).eps * abs(f(x)) / h
    return min(sums, key=sums.get)


# %% task="best_step" name="dividing by ten"
def best_step(f, x):
    h = 0.1
    before = central_difference(f, x, h)
    best, best_h = float("inf"), None
    while h > 2e-12:
        h = h / 10
        now = central_difference(f, x, h)
        s = abs(now - before) / 100 + 2.220446049250313e-16 * abs(f(x)) / h
        if s < best:
            best, best_h = s, h
        before = now
    return best_h


# %% task="best_step" name="tensor values within"
def best_step(f, x):
    steps = [10.0**-k for k in range(1, 13)]
    q = torch.tensor([central_difference(f, x, h) for h in steps], dtype=torch.float64)
    h = torch.tensor(steps, dtype=torch.float64)
    e = (q[1:] - q[:-1]).abs() / 100 + torch.finfo(torch.float64).eps * abs(f(x)) / h[1:]
    return h[1:][e.argmin()].item()
