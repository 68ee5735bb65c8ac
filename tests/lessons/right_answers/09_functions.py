# ruff: noqa
# Other right answers, as students write them.

# %% task="my_sigmoid" name="save y only recompute"
class MySigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, k):
        ctx.save_for_backward(x, k)
        return 1 / (1 + (-k * x).exp())

    @staticmethod
    def backward(ctx, g):
        x, k = ctx.saved_tensors
        y = MySigmoid.apply(x, k)
        return g * k * y * (1 - y), torch.sum(g * x * y * (1 - y))


# %% task="my_sigmoid" name="tanh"
class MySigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, k):
        y = 0.5 * (1 + torch.tanh(0.5 * k * x))
        ctx.save_for_backward(x, k, y)
        return y

    @staticmethod
    def backward(ctx, g):
        x, k, y = ctx.saved_tensors
        local = y - y * y
        gk = (g * local * x).sum().reshape(k.shape)
        gx = g * local * k
        return gx, gk


# %% task="my_sigmoid" name="asks needs_input_grad"
class MySigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, k):
        y = 1.0 / (1.0 + torch.exp(-(k * x)))
        ctx.save_for_backward(x, k, y)
        return y

    @staticmethod
    def backward(ctx, g):
        x, k, y = ctx.saved_tensors
        gx = gk = None
        if ctx.needs_input_grad[0]:
            gx = g * k * y * (1 - y)
        if ctx.needs_input_grad[1]:
            gk = (g * x * y * (1 - y)).sum()
        return gx, gk


# %% task="softplus" name="where"
class Softplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, beta):
        ctx.save_for_backward(x)
        ctx.beta = beta
        z = beta * x
        return (torch.maximum(z, torch.zeros_like(z)) + torch.log1p(torch.exp(-torch.abs(z)))) / beta

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * torch.sigmoid(x * ctx.beta), None


# %% task="straight_through_sign" name="float"
class StraightThroughSign(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return (x >= 0).to(x.dtype) * 2 - 1

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        mask = (x >= -1) & (x <= 1)
        return g * mask.to(g.dtype)


# %% task="straight_through_sign" name="masked"
class StraightThroughSign(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        out = torch.sign(x)
        out[x == 0] = 1
        return out

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        g = g.clone()
        g[x.abs() > 1] = 0
        return g


# %% task="straight_through_sign" name="where 0d"
class StraightThroughSign(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.where(x >= 0, 1.0, -1.0).to(x.dtype)

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return torch.where(torch.abs(x) <= 1, g, torch.zeros_like(g))


# %% task="scipy_erf" name="np"
import math
import numpy as np
import scipy.special


class ScipyErf(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.tensor(scipy.special.erf(x.detach().cpu().numpy()), dtype=x.dtype)

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * (2 / np.sqrt(np.pi)) * torch.exp(-(x**2))


# %% task="scipy_erf" name="pi"
import math
import scipy.special


class ScipyErf(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        y = scipy.special.erf(x.detach().numpy())
        return torch.as_tensor(y, dtype=x.dtype).reshape(x.shape)

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return 2 / math.pi**0.5 * torch.exp(-(x * x)) * g


# %% task="my_gradcheck" name="matrix"
def my_gradcheck(f, x, eps=1e-6, atol=1e-5, rtol=1e-3):
    if x.dtype is not torch.float64:
        raise ValueError("float64 needed")
    y = x.detach().clone().requires_grad_(True)
    out = f(y)
    n, m = x.numel(), out.numel()
    A, N = torch.zeros(m, n, dtype=torch.float64), torch.zeros(m, n, dtype=torch.float64)
    for i in range(m):
        g = torch.zeros_like(out).reshape(-1)
        g[i] = 1
        (r,) = torch.autograd.grad(out, y, g.reshape(out.shape), retain_graph=True)
        A[i] = r.reshape(-1)
    base = x.detach().clone()
    with torch.no_grad():
        for j in range(n):
            p, q = base.clone().reshape(-1), base.clone().reshape(-1)
            p[j] += eps
            q[j] -= eps
            N[:, j] = ((f(p.reshape(x.shape)) - f(q.reshape(x.shape))) / (2 * eps)).reshape(-1)
    return torch.all((A - N).abs() <= atol + rtol * N.abs()).item()


# %% task="my_gradcheck" name="backward calls"
def my_gradcheck(f, x, eps=1e-6, atol=1e-5, rtol=1e-3):
    if x.dtype != torch.float64:
        raise ValueError("this needs float64")
    count = f(x.detach()).numel()
    for i in range(count):
        y = x.detach().clone().requires_grad_()
        f(y).reshape(-1)[i].backward()
        for j in range(x.numel()):
            e = torch.zeros(x.numel(), dtype=torch.float64)
            e[j] = eps
            e = e.reshape(x.shape)
            num = ((f(x.detach() + e) - f(x.detach() - e)) / (2 * eps)).reshape(-1)[i].item()
            ana = 0.0 if y.grad is None else y.grad.reshape(-1)[j].item()
            if not abs(ana - num) <= atol + rtol * abs(num):
                return False
    return True


# %% task="my_gradcheck" name="allclose"
def my_gradcheck(f, x, eps=1e-6, atol=1e-5, rtol=1e-3):
    if x.dtype != torch.float64:
        raise ValueError("x must be float64")
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf)
    A = torch.stack(
        [
            torch.autograd.grad(y, leaf, e.reshape(y.shape), retain_graph=True)[0].reshape(-1)
            for e in torch.eye(y.numel(), dtype=y.dtype)
        ]
    )
    c = x.detach()
    N = torch.stack(
        [
            ((f(c + e.reshape(c.shape)) - f(c - e.reshape(c.shape))) / (2 * eps)).detach().reshape(-1)
            for e in eps * torch.eye(c.numel(), dtype=c.dtype)
        ],
        dim=1,
    )
    return torch.allclose(A, N, atol=atol, rtol=rtol)


# %% task="hessian_by_double_backward" name="zero start"
def hessian_by_double_backward(f, x):
    y = x.detach().clone().requires_grad_(True)
    (g,) = torch.autograd.grad(f(y), y, create_graph=True)
    n = x.numel()
    H = torch.zeros(n, n, dtype=x.dtype)
    if g.grad_fn is None:
        return H
    for i in range(n):
        (r,) = torch.autograd.grad(g[i], y, retain_graph=True, allow_unused=True)
        if r is not None:
            H[i] = r
    return H


# %% task="hessian_by_double_backward" name="backward"
def hessian_by_double_backward(f, x):
    y = x.detach().clone().requires_grad_(True)
    (g,) = torch.autograd.grad(f(y), y, create_graph=True)
    rows = []
    for i in range(len(x)):
        y.grad = None
        if g.requires_grad:
            g[i].backward(retain_graph=True)
        rows.append(torch.zeros_like(y).detach() if y.grad is None else y.grad.detach().clone())
    return torch.stack(rows)
