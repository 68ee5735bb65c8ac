# ruff: noqa
# Other right answers, as students write them.

# %% task="directional_derivative" name="dot flat"
def directional_derivative(f, x, v):
    leaf = x.detach().clone().requires_grad_(True)
    f(leaf).backward()
    return torch.dot(leaf.grad.flatten(), v.flatten())


# %% task="directional_derivative" name="autograd.grad"
def directional_derivative(f, x, v):
    leaf = x.detach().clone().requires_grad_(True)
    (g,) = torch.autograd.grad(f(leaf), leaf)
    return torch.sum(g * v)


# %% task="directional_derivative" name="uses the answer before"
def directional_derivative(f, x, v):
    return (gradient_at(f, x) * v).sum()


# %% task="directional_derivative" name="along t"
def directional_derivative(f, x, v):
    t = torch.zeros((), dtype=x.dtype, requires_grad=True)
    f(x.detach() + t * v).backward()
    return t.grad


# %% task="directional_derivative" name="matmul of rows"
def directional_derivative(f, x, v):
    leaf = x.detach().requires_grad_(True)
    f(leaf).backward()
    return (leaf.grad.reshape(1, -1) @ v.reshape(-1, 1)).squeeze()


# %% task="directional_derivative" name="jvp"
def directional_derivative(f, x, v):
    return (
        torch.autograd.functional.vjp(f, x.detach())[1]
        if 0
        else (torch.autograd.functional.jacobian(f, x.detach()) * v).sum()
    )


# %% task="directional_derivative" name="Python number made a tensor of x.dtype"
def directional_derivative(f, x, v):
    g = gradient_at(f, x).reshape(-1).tolist()
    return torch.tensor(sum(a * b for a, b in zip(g, v.reshape(-1).tolist())), dtype=x.dtype)


# %% task="gradient_at" name="clone"
def gradient_at(f, x):
    y = x.detach().clone()
    y.requires_grad = True
    z = f(y)
    z.backward()
    return y.grad


# %% task="gradient_at" name="grad"
def gradient_at(f, x):
    y = x.detach().clone().requires_grad_()
    return torch.autograd.grad(f(y), y)[0]


# %% task="gradient_at" name="functional"
def gradient_at(f, x):
    return torch.autograd.functional.jacobian(f, x.detach())


# %% task="gradient_at" name="tensor of"
def gradient_at(f, x):
    y = torch.tensor(x.tolist(), requires_grad=True, dtype=x.dtype)
    f(y).sum().backward()
    return y.grad


# %% task="jacobian_by_rows" name="eye"
def jacobian_by_rows(f, x):
    y = x.detach().requires_grad_()
    out = f(y)
    rows = []
    for e in torch.eye(len(out), dtype=out.dtype):
        y.grad = None
        out.backward(gradient=e, retain_graph=True)
        rows.append(y.grad)
    return torch.stack(rows)


# %% task="jacobian_by_rows" name="each component"
def jacobian_by_rows(f, x):
    rows = []
    for i in range(len(f(x))):
        rows.append(gradient_at(lambda t: f(t)[i], x))
    return torch.stack(rows)


# %% task="jacobian_by_rows" name="list of rows to tensor"
def jacobian_by_rows(f, x):
    y = x.detach().clone().requires_grad_(True)
    z = f(y)
    J = torch.zeros(z.numel(), y.numel(), dtype=x.dtype)
    for i in range(z.numel()):
        (g,) = torch.autograd.grad(z[i], y, retain_graph=True)
        J[i] = g
    return J
