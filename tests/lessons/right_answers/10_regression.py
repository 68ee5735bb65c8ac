# ruff: noqa
# Other right answers, as students write them.

# %% task="to_tensors" name="numpy first"
def to_tensors(xs, ys, device="cpu"):
    n, m = len(xs), len(ys)
    if n != m:
        raise ValueError("different lengths: {} and {}".format(n, m))
    x = torch.tensor(np.array(xs, dtype=np.float32)).reshape(n, 1).to(device)
    y = torch.tensor(np.array(ys, dtype=np.float32)).reshape(n, 1).to(device)
    return x, y


# %% task="to_tensors" name="list of two"
def to_tensors(xs, ys, device="cpu"):
    if len(xs) != len(ys):
        raise ValueError(str(len(xs)) + " vs " + str(len(ys)))
    x = torch.tensor(list(xs), dtype=torch.float32, device=device)
    y = torch.tensor(list(ys), dtype=torch.float32, device=device)
    return [x.unsqueeze(1), y[:, None]]


# %% task="to_tensors" name="from_numpy clone"
def to_tensors(xs, ys, device="cpu"):
    xs, ys = np.asarray(xs), np.asarray(ys)
    if xs.shape[0] != ys.shape[0]:
        raise ValueError(f"xs has {xs.shape[0]} and ys has {ys.shape[0]}")
    return (
        torch.from_numpy(xs.copy()).float().view(-1, 1).to(device),
        torch.from_numpy(ys.copy()).float().view(-1, 1).to(device),
    )


# %% task="to_tensors" name="a list of rows"
def to_tensors(xs, ys, device="cpu"):
    if len(xs) != len(ys):
        raise ValueError(f"got {len(xs)} xs but {len(ys)} ys")
    return tuple(torch.tensor([[float(v)] for v in data], device=device) for data in (xs, ys))


# %% task="init_params" name="three in a row"
def init_params(seed):
    torch.manual_seed(seed)
    a = torch.randn(1, requires_grad=True)
    b = torch.randn(1, requires_grad=True)
    c = torch.randn(1, requires_grad=True)
    return [a, b, c]


# %% task="init_params" name="tuple"
def init_params(seed):
    torch.manual_seed(seed)
    return tuple(torch.randn(1).requires_grad_() for _ in range(3))


# %% task="init_params" name="numpy"
def init_params(seed):
    rng = np.random.default_rng(seed)
    return [torch.tensor([v], dtype=torch.float32, requires_grad=True) for v in rng.normal(size=3)]


# %% task="init_params" name="split of three"
def init_params(seed):
    torch.manual_seed(seed)
    return [v.detach().clone().requires_grad_(True) for v in torch.randn(3, 1)]


# %% task="init_params" name="nn.Parameter"
def init_params(seed):
    torch.manual_seed(seed)
    return [nn.Parameter(torch.randn(1)) for _ in range(3)]


# %% task="train_epoch" name="lists"
def train_epoch(params, x, y, lr, order):
    a, b, c = params
    losses = []
    for i in order:
        xi, yi = x[i].item(), y[i].item()
        pred = a * xi**2 + b * xi + c
        loss = ((yi - pred) ** 2).sum()
        loss.backward()
        losses.append(loss.item())
        with torch.no_grad():
            a -= lr * a.grad
            b -= lr * b.grad
            c -= lr * c.grad
            a.grad.zero_()
            b.grad.zero_()
            c.grad.zero_()
    return sum(losses) / len(losses)


# %% task="train_epoch" name="optim"
def train_epoch(params, x, y, lr, order):
    opt = optim.SGD(params, lr=lr)
    total = []
    for i in order:
        opt.zero_grad()
        p = params[0] * x[i] ** 2 + params[1] * x[i] + params[2]
        loss = nn.functional.mse_loss(p, y[i]) if hasattr(nn, "functional") else nn.MSELoss()(p, y[i])
        loss.backward()
        opt.step()
        total.append(loss.item())
    opt.zero_grad()
    return float(np.mean(total))


# %% task="train_epoch" name="np mean"
def train_epoch(params, x, y, lr, order):
    total = []
    for i in order:
        p = params[0] * x[i] ** 2 + params[1] * x[i] + params[2]
        loss = (y[i] - p).pow(2).mean()
        for q in params:
            q.grad = None
        loss.backward()
        with torch.no_grad():
            for q in params:
                q.sub_(lr * q.grad)
                q.grad = None
        total.append(loss.item())
    return np.mean(total)


# %% task="train_epoch" name="gradients by hand"
def train_epoch(params, x, y, lr, order):
    a, b, c = params
    total = 0.0
    with torch.no_grad():
        for i in order:
            rest = y[i] - (a * x[i] ** 2 + b * x[i] + c)
            total += (rest**2).item()
            a += lr * 2 * rest * x[i] ** 2
            b += lr * 2 * rest * x[i]
            c += lr * 2 * rest
    return total / len(order)


# %% task="parabola_module" name="registers by name"
class Parabola(nn.Module):
    def __init__(self):
        super().__init__()
        for n in "abc":
            self.register_parameter(n, nn.Parameter(torch.randn(1)))

    def forward(self, x):
        return self.a * x * x + self.b * x + self.c


# %% task="parabola_module" name="horner"
class Parabola(nn.Module):
    def __init__(self):
        super(Parabola, self).__init__()
        self.a, self.b, self.c = (nn.Parameter(torch.randn(1)) for _ in range(3))

    def forward(self, x):
        return (self.a * x + self.b) * x + self.c


# %% task="fit" name="deep copies of the best"
import copy


def fit(model, train, valid, lr, max_epochs, patience):
    x, y = train
    xv, yv = valid
    loss_fn = nn.MSELoss()
    opt = optim.SGD(model.parameters(), lr=lr)
    best, best_state, bad, history = float("inf"), None, 0, []
    for epoch in range(max_epochs):
        pred = model(x)
        loss = loss_fn(pred, y)
        opt.zero_grad()
        loss.backward()
        opt.step()
        with torch.no_grad():
            v = loss_fn(model(xv), yv).item()
        history.append(v)
        if v < best:
            best, bad = v, 0
            best_state = copy.deepcopy(model.state_dict())
        else:
            bad += 1
            if bad >= patience:
                break
    model.load_state_dict(best_state)
    return history


# %% task="fit" name="params lists"
def fit(model, train, valid, lr, max_epochs, patience):
    opt = optim.SGD(model.parameters(), lr=lr)
    crit = nn.MSELoss()
    losses, best_epoch = [], 0
    for e in range(max_epochs):
        model.zero_grad()
        crit(model(train[0]), train[1]).backward()
        opt.step()
        losses.append(crit(model(valid[0]), valid[1]).item())
        if losses[-1] <= min(losses) and losses.index(losses[-1]) == e:
            best_epoch = e
            saved = [p.detach().clone() for p in model.parameters()]
        if e - best_epoch >= patience:
            break
    with torch.no_grad():
        for p, s in zip(model.parameters(), saved):
            p.copy_(s)
    return losses


# %% task="fit" name="copies of the parameters, the loss by hand"
def fit(model, train, valid, lr, max_epochs, patience):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    best, losses, bad = None, [], 0
    for _ in range(max_epochs):
        model.zero_grad()
        ((model(train[0]) - train[1]) ** 2).mean().backward()
        optimizer.step()
        losses.append(((model(valid[0]) - valid[1]) ** 2).mean().item())
        if best is None or losses[-1] < best[0]:
            best, bad = (losses[-1], [p.detach().clone() for p in model.parameters()]), 0
        else:
            bad += 1
        if bad == patience:
            break
    with torch.no_grad():
        for p, q in zip(model.parameters(), best[1]):
            p.copy_(q)
    return losses


# %% task="r2_score" name="with item"
def r2_score(y, prediction):
    if y.shape != prediction.shape:
        raise ValueError(f"{y.shape} {prediction.shape}")
    ss_res = torch.sum((y - prediction) ** 2).item()
    ss_tot = torch.sum((y - torch.mean(y)) ** 2).item()
    return 1 - ss_res / ss_tot


# %% task="r2_score" name="float"
def r2_score(y, prediction):
    if tuple(y.shape) != tuple(prediction.shape):
        raise ValueError("Shapes %s and %s differ" % (tuple(y.shape), tuple(prediction.shape)))
    return float(1 - ((y - prediction) ** 2).mean() / y.var(unbiased=False))


# %% task="r2_score" name="detach numpy"
def r2_score(y, prediction):
    if list(y.shape) != list(prediction.shape):
        raise ValueError(f"{list(y.shape)} != {list(prediction.shape)}")
    t, p = y.detach().numpy(), prediction.detach().numpy()
    return float(1 - ((t - p) ** 2).sum() / ((t - t.mean()) ** 2).sum())
