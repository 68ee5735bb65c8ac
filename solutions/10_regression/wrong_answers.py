# Known wrong answers: what students really write, which tests it must lose, and words of the hint that it must get.
# Each cell replaces one solution cell. None of them is ever run by itself.

# %% task="to_tensors" name="leaves the tensors flat" loses=["to_tensors_check", "to_tensors_hidden"] hint="ruins the fit"
def to_tensors(xs, ys, device="cpu"):
    if len(xs) != len(ys):
        raise ValueError(f"{len(xs)} inputs and {len(ys)} targets")
    return torch.tensor(xs, dtype=torch.float32, device=device), torch.tensor(
        ys, dtype=torch.float32, device=device
    )


# %% task="to_tensors" name="one row with all samples" loses=["to_tensors_check", "to_tensors_hidden"] hint="One row for each sample"
def to_tensors(xs, ys, device="cpu"):
    if len(xs) != len(ys):
        raise ValueError(f"{len(xs)} inputs and {len(ys)} targets")
    return tuple(torch.tensor(d, dtype=torch.float32, device=device).view(1, -1) for d in (xs, ys))


# %% task="to_tensors" name="keeps the dtype of the data" loses=["to_tensors_check", "to_tensors_hidden"] hint="dtype=torch.float32"
def to_tensors(xs, ys, device="cpu"):
    if len(xs) != len(ys):
        raise ValueError(f"{len(xs)} inputs and {len(ys)} targets")
    return tuple(torch.tensor(d, device=device).view(-1, 1) for d in (xs, ys))


# %% task="to_tensors" name="shares memory with the array" loses=["to_tensors_check", "to_tensors_hidden"] hint="share memory with the array"
def to_tensors(xs, ys, device="cpu"):
    if len(xs) != len(ys):
        raise ValueError(f"{len(xs)} inputs and {len(ys)} targets")
    return tuple(torch.as_tensor(d, dtype=torch.float32, device=device).view(-1, 1) for d in (xs, ys))


# %% task="to_tensors" name="the data ask for gradients" loses=["to_tensors_check", "to_tensors_hidden"] hint="Only parameters ask"
def to_tensors(xs, ys, device="cpu"):
    if len(xs) != len(ys):
        raise ValueError(f"{len(xs)} inputs and {len(ys)} targets")
    return tuple(
        torch.tensor(d, dtype=torch.float32, device=device).view(-1, 1).requires_grad_() for d in (xs, ys)
    )


# %% task="to_tensors" name="does not count the targets" loses=["to_tensors_check", "to_tensors_hidden"] hint="Compare len(xs) with len(ys)"
def to_tensors(xs, ys, device="cpu"):
    return tuple(torch.tensor(d, dtype=torch.float32, device=device).view(-1, 1) for d in (xs, ys))


# %% task="to_tensors" name="forgets the device" loses=["to_tensors_hidden"] hint="Hand the device on"
def to_tensors(xs, ys, device="cpu"):
    if len(xs) != len(ys):
        raise ValueError(f"{len(xs)} inputs and {len(ys)} targets")
    return tuple(torch.tensor(d, dtype=torch.float32).view(-1, 1) for d in (xs, ys))


# %% task="to_tensors" name="one table in place of two tensors" loses=["to_tensors_check", "to_tensors_hidden"] hint="Return both"
def to_tensors(xs, ys, device="cpu"):
    if len(xs) != len(ys):
        raise ValueError(f"{len(xs)} inputs and {len(ys)} targets")
    return torch.tensor([list(xs), list(ys)], dtype=torch.float32, device=device).T


# %% task="init_params" name="no seed" loses=["init_params_check", "init_params_hidden"] hint="torch.manual_seed(seed)"
def init_params(seed):
    return [torch.randn(1, requires_grad=True) for _ in range(3)]


# %% task="init_params" name="starts the stream again for each parameter" loses=["init_params_check", "init_params_hidden"] hint="before the first draw"
def init_params(seed):
    params = []
    for _ in range(3):
        torch.manual_seed(seed)
        params.append(torch.randn(1, requires_grad=True))
    return params


# %% task="init_params" name="the same tensor three times" loses=["init_params_check", "init_params_hidden"] hint="Draw three times"
def init_params(seed):
    torch.manual_seed(seed)
    return [torch.randn(1, requires_grad=True)] * 3


# %% task="init_params" name="a fixed seed" loses=["init_params_check", "init_params_hidden"] hint="Use the argument"
def init_params(seed):
    torch.manual_seed(0)
    return [torch.randn(1, requires_grad=True) for _ in range(3)]


# %% task="init_params" name="arithmetic after asking" loses=["init_params_check", "init_params_hidden"] hint="is not a leaf"
def init_params(seed):
    torch.manual_seed(seed)
    return [torch.randn(1, requires_grad=True) * 1.0 for _ in range(3)]


# %% task="init_params" name="does not ask for gradients" loses=["init_params_check", "init_params_hidden"] hint="does not require gradients"
def init_params(seed):
    torch.manual_seed(seed)
    return [torch.randn(1) for _ in range(3)]


# %% task="init_params" name="uniform between 0 and 1" loses=["init_params_hidden"] hint="torch.rand draws between 0 and 1"
def init_params(seed):
    torch.manual_seed(seed)
    return [torch.rand(1, requires_grad=True) for _ in range(3)]


# %% task="init_params" name="one tensor with three numbers" loses=["init_params_check", "init_params_hidden"] hint="A part of a larger tensor"
def init_params(seed):
    torch.manual_seed(seed)
    return torch.randn(3, requires_grad=True)


# %% task="init_params" name="the next seed for the next parameter" loses=["init_params_check"] hint="have numbers in common"
def init_params(seed):
    params = []
    for k in range(3):
        torch.manual_seed(seed + k)
        params.append(torch.randn(1, requires_grad=True))
    return params


# %% task="init_params" name="keeps the tensors for the next call" loses=["init_params_check"] hint="Make new tensors in each call"
def init_params(seed, made={}):
    if seed not in made:
        torch.manual_seed(seed)
        made[seed] = [torch.randn(1, requires_grad=True) for _ in range(3)]
    return made[seed]


# %% task="train_epoch" name="makes new tensors in place of a step" loses=["train_epoch_check", "train_epoch_hidden"] hint="have not moved at all"
def train_epoch(params, x, y, lr, order):
    a, b, c = params
    total = 0.0
    for i in order:
        loss = (y[i] - (a * x[i] ** 2 + b * x[i] + c)) ** 2
        loss.backward()
        for p in params:
            grad = p.grad
            p.grad = None
            p = p - lr * grad
        total += loss.item()
    return total / len(order)


# %% task="train_epoch" name="never clears" loses=["train_epoch_check", "train_epoch_hidden"] hint="not cleared between the samples"
def train_epoch(params, x, y, lr, order):
    a, b, c = params
    total = 0.0
    for i in order:
        loss = (y[i] - (a * x[i] ** 2 + b * x[i] + c)) ** 2
        loss.backward()
        with torch.no_grad():
            for p in params:
                p -= lr * p.grad
        total += loss.item()
    return total / len(order)


# %% task="train_epoch" name="one step for the whole epoch" loses=["train_epoch_check", "train_epoch_hidden"] hint="one step for both samples"
def train_epoch(params, x, y, lr, order):
    a, b, c = params
    total = 0.0
    for i in order:
        loss = (y[i] - (a * x[i] ** 2 + b * x[i] + c)) ** 2
        loss.backward()
        total += loss.item()
    with torch.no_grad():
        for p in params:
            p -= lr * p.grad
            p.grad = None
    return total / len(order)


# %% task="train_epoch" name="goes uphill" loses=["train_epoch_check", "train_epoch_hidden"] hint="goes uphill"
def train_epoch(params, x, y, lr, order):
    a, b, c = params
    total = 0.0
    for i in order:
        loss = (y[i] - (a * x[i] ** 2 + b * x[i] + c)) ** 2
        loss.backward()
        with torch.no_grad():
            for p in params:
                p += lr * p.grad
                p.grad = None
        total += loss.item()
    return total / len(order)


# %% task="train_epoch" name="no no_grad around the update" loses=["train_epoch_check", "train_epoch_hidden"] hint="a leaf Variable that requires grad"
def train_epoch(params, x, y, lr, order):
    a, b, c = params
    total = 0.0
    for i in order:
        loss = (y[i] - (a * x[i] ** 2 + b * x[i] + c)) ** 2
        loss.backward()
        for p in params:
            p -= lr * p.grad
            p.grad = None
        total += loss.item()
    return total / len(order)


# %% task="train_epoch" name="takes all rows, whatever the order" loses=["train_epoch_check", "train_epoch_hidden"] hint="for i in order"
def train_epoch(params, x, y, lr, order):
    a, b, c = params
    total = 0.0
    for i in range(len(x)):
        loss = (y[i] - (a * x[i] ** 2 + b * x[i] + c)) ** 2
        loss.backward()
        with torch.no_grad():
            for p in params:
                p -= lr * p.grad
                p.grad = None
        total += loss.item()
    return total / len(x)


# %% task="train_epoch" name="returns the last loss" loses=["train_epoch_check", "train_epoch_hidden"] hint="the loss of the last sample only"
def train_epoch(params, x, y, lr, order):
    a, b, c = params
    for i in order:
        loss = (y[i] - (a * x[i] ** 2 + b * x[i] + c)) ** 2
        loss.backward()
        with torch.no_grad():
            for p in params:
                p -= lr * p.grad
                p.grad = None
    return loss.item()


# %% task="train_epoch" name="adds up tensors for the log" loses=["train_epoch_check", "train_epoch_hidden"] hint="add up loss.item()"
def train_epoch(params, x, y, lr, order):
    a, b, c = params
    total = 0.0
    for i in order:
        loss = (y[i] - (a * x[i] ** 2 + b * x[i] + c)) ** 2
        loss.backward()
        with torch.no_grad():
            for p in params:
                p -= lr * p.grad
                p.grad = None
        total = total + loss
    return total / len(order)


# %% task="train_epoch" name="puts new tensors into the list" loses=["train_epoch_check", "train_epoch_hidden"] hint="The list params has new tensors in it"
def train_epoch(params, x, y, lr, order):
    total = 0.0
    for i in order:
        a, b, c = params
        loss = (y[i] - (a * x[i] ** 2 + b * x[i] + c)) ** 2
        loss.backward()
        for k in range(3):
            params[k] = (params[k] - lr * params[k].grad).detach().requires_grad_()
        total += loss.item()
    return total / len(order)


# %% task="train_epoch" name="sorts the order" loses=["train_epoch_hidden"] hint="neither shuffle it nor change the caller's list"
def train_epoch(params, x, y, lr, order):
    a, b, c = params
    order.sort()
    total = 0.0
    for i in order:
        loss = (y[i] - (a * x[i] ** 2 + b * x[i] + c)) ** 2
        loss.backward()
        with torch.no_grad():
            for parameter in params:
                parameter -= lr * parameter.grad
                parameter.grad = None
        total += loss.item()
    return total / len(order)


# %% task="parabola_module" name="plain tensors in place of parameters" loses=["parabola_module_check", "parabola_module_hidden"] hint="Assign nn.Parameter(torch.randn(1))"
class Parabola(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = torch.randn(1, requires_grad=True)
        self.b = torch.randn(1, requires_grad=True)
        self.c = torch.randn(1, requires_grad=True)

    def forward(self, x):
        return self.a * x**2 + self.b * x + self.c


# %% task="parabola_module" name="no super().__init__()" loses=["parabola_module_check", "parabola_module_hidden"] hint="before Module.__init__() call"
class Parabola(nn.Module):
    def __init__(self):
        self.a = nn.Parameter(torch.randn(1))
        self.b = nn.Parameter(torch.randn(1))
        self.c = nn.Parameter(torch.randn(1))

    def forward(self, x):
        return self.a * x**2 + self.b * x + self.c


# %% task="parabola_module" name="all parameters begin at zero" loses=["parabola_module_check", "parabola_module_hidden"] hint="begin at the same number"
class Parabola(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Parameter(torch.zeros(1))
        self.b = nn.Parameter(torch.zeros(1))
        self.c = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        return self.a * x**2 + self.b * x + self.c


# %% task="parabola_module" name="forgets c" loses=["parabola_module_check", "parabola_module_hidden"] hint="The parameter c is missing"
class Parabola(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Parameter(torch.randn(1))
        self.b = nn.Parameter(torch.randn(1))
        self.c = nn.Parameter(torch.randn(1))

    def forward(self, x):
        return self.a * x**2 + self.b * x


# %% task="parabola_module" name="exchanges a and b" loses=["parabola_module_check", "parabola_module_hidden"] hint="a and b are exchanged"
class Parabola(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Parameter(torch.randn(1))
        self.b = nn.Parameter(torch.randn(1))
        self.c = nn.Parameter(torch.randn(1))

    def forward(self, x):
        return self.a * x + self.b * x**2 + self.c


# %% task="parabola_module" name="computes with numbers" loses=["parabola_module_check", "parabola_module_hidden"] hint="cut from the graph"
class Parabola(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Parameter(torch.randn(1))
        self.b = nn.Parameter(torch.randn(1))
        self.c = nn.Parameter(torch.randn(1))

    def forward(self, x):
        return self.a.item() * x**2 + self.b.item() * x + self.c.item()


# %% task="parabola_module" name="forward returns nothing" loses=["parabola_module_check", "parabola_module_hidden"] hint="without `return`"
class Parabola(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Parameter(torch.randn(1))
        self.b = nn.Parameter(torch.randn(1))
        self.c = nn.Parameter(torch.randn(1))

    def forward(self, x):
        self.a * x**2 + self.b * x + self.c


# %% task="parabola_module" name="numbers without a dimension" loses=["parabola_module_check", "parabola_module_hidden"] hint="torch.randn(1) has the shape (1,)"
class Parabola(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Parameter(torch.randn(()))
        self.b = nn.Parameter(torch.randn(()))
        self.c = nn.Parameter(torch.randn(()))

    def forward(self, x):
        return self.a * x**2 + self.b * x + self.c


# %% task="parabola_module" name="squares the given x" loses=["parabola_module_check", "parabola_module_hidden"] hint="The data belong to the caller"
class Parabola(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Parameter(torch.randn(1))
        self.b = nn.Parameter(torch.randn(1))
        self.c = nn.Parameter(torch.randn(1))

    def forward(self, x):
        line = self.b * x + self.c
        x *= x
        return self.a * x + line


# %% task="fit" name="keeps the state without a copy" loses=["fit_check", "fit_hidden"] hint="Keep a copy of the best ones"
def fit(model, train, valid, lr, max_epochs, patience):
    optimizer = optim.SGD(model.parameters(), lr=lr)
    criterion = nn.MSELoss()
    losses, waited = [], 0
    for _ in range(max_epochs):
        optimizer.zero_grad()
        criterion(model(train[0]), train[1]).backward()
        optimizer.step()
        with torch.no_grad():
            loss = criterion(model(valid[0]), valid[1]).item()
        if not losses or loss < min(losses):
            waited, best = 0, model.state_dict()
        else:
            waited += 1
        losses.append(loss)
        if waited == patience:
            break
    model.load_state_dict(best)
    return losses


# %% task="fit" name="puts nothing back" loses=["fit_check", "fit_hidden"] hint="the parameters of the last epoch"
def fit(model, train, valid, lr, max_epochs, patience):
    optimizer = optim.SGD(model.parameters(), lr=lr)
    criterion = nn.MSELoss()
    losses, waited = [], 0
    for _ in range(max_epochs):
        optimizer.zero_grad()
        criterion(model(train[0]), train[1]).backward()
        optimizer.step()
        with torch.no_grad():
            loss = criterion(model(valid[0]), valid[1]).item()
        waited = 0 if not losses or loss < min(losses) else waited + 1
        losses.append(loss)
        if waited == patience:
            break
    return losses


# %% task="fit" name="counts all bad epochs, not those in a row" loses=["fit_check", "fit_hidden"] hint="begins again"
def fit(model, train, valid, lr, max_epochs, patience):
    optimizer = optim.SGD(model.parameters(), lr=lr)
    criterion = nn.MSELoss()
    losses, waited = [], 0
    for _ in range(max_epochs):
        optimizer.zero_grad()
        criterion(model(train[0]), train[1]).backward()
        optimizer.step()
        with torch.no_grad():
            loss = criterion(model(valid[0]), valid[1]).item()
        if not losses or loss < min(losses):
            best = {name: tensor.clone() for name, tensor in model.state_dict().items()}
        else:
            waited += 1
        losses.append(loss)
        if waited == patience:
            break
    model.load_state_dict(best)
    return losses


# %% task="fit" name="compares with the epoch before" loses=["fit_check", "fit_hidden"] hint="below the best so far"
def fit(model, train, valid, lr, max_epochs, patience):
    optimizer = optim.SGD(model.parameters(), lr=lr)
    criterion = nn.MSELoss()
    losses, waited = [], 0
    for _ in range(max_epochs):
        optimizer.zero_grad()
        criterion(model(train[0]), train[1]).backward()
        optimizer.step()
        with torch.no_grad():
            loss = criterion(model(valid[0]), valid[1]).item()
        if not losses or loss < min(losses):
            best = {name: tensor.clone() for name, tensor in model.state_dict().items()}
        waited = 0 if not losses or loss < losses[-1] else waited + 1
        losses.append(loss)
        if waited == patience:
            break
    model.load_state_dict(best)
    return losses


# %% task="fit" name="judges on the training data" loses=["fit_check", "fit_hidden"] hint="Judge on the validation set"
def fit(model, train, valid, lr, max_epochs, patience):
    optimizer = optim.SGD(model.parameters(), lr=lr)
    criterion = nn.MSELoss()
    losses, waited = [], 0
    for _ in range(max_epochs):
        optimizer.zero_grad()
        criterion(model(train[0]), train[1]).backward()
        optimizer.step()
        with torch.no_grad():
            loss = criterion(model(train[0]), train[1]).item()
        if not losses or loss < min(losses):
            waited, best = 0, {name: tensor.clone() for name, tensor in model.state_dict().items()}
        else:
            waited += 1
        losses.append(loss)
        if waited == patience:
            break
    model.load_state_dict(best)
    return losses


# %% task="fit" name="never stops early" loses=["fit_check", "fit_hidden"] hint="did not stop early"
def fit(model, train, valid, lr, max_epochs, patience):
    optimizer = optim.SGD(model.parameters(), lr=lr)
    criterion = nn.MSELoss()
    losses = []
    for _ in range(max_epochs):
        optimizer.zero_grad()
        criterion(model(train[0]), train[1]).backward()
        optimizer.step()
        with torch.no_grad():
            loss = criterion(model(valid[0]), valid[1]).item()
        if not losses or loss < min(losses):
            best = {name: tensor.clone() for name, tensor in model.state_dict().items()}
        losses.append(loss)
    model.load_state_dict(best)
    return losses


# %% task="fit" name="one epoch too patient" loses=["fit_check", "fit_hidden"] hint="One epoch late"
def fit(model, train, valid, lr, max_epochs, patience):
    optimizer = optim.SGD(model.parameters(), lr=lr)
    criterion = nn.MSELoss()
    losses, waited = [], 0
    for _ in range(max_epochs):
        optimizer.zero_grad()
        criterion(model(train[0]), train[1]).backward()
        optimizer.step()
        with torch.no_grad():
            loss = criterion(model(valid[0]), valid[1]).item()
        if not losses or loss < min(losses):
            waited, best = 0, {name: tensor.clone() for name, tensor in model.state_dict().items()}
        else:
            waited += 1
        losses.append(loss)
        if waited > patience:
            break
    model.load_state_dict(best)
    return losses


# %% task="fit" name="does not clear the gradients" loses=["fit_check", "fit_hidden"] hint="The gradients were not cleared, so each step"
def fit(model, train, valid, lr, max_epochs, patience):
    optimizer = optim.SGD(model.parameters(), lr=lr)
    criterion = nn.MSELoss()
    losses, waited = [], 0
    for _ in range(max_epochs):
        criterion(model(train[0]), train[1]).backward()
        optimizer.step()
        with torch.no_grad():
            loss = criterion(model(valid[0]), valid[1]).item()
        if not losses or loss < min(losses):
            waited, best = 0, {name: tensor.clone() for name, tensor in model.state_dict().items()}
        else:
            waited += 1
        losses.append(loss)
        if waited == patience:
            break
    model.load_state_dict(best)
    return losses


# %% task="fit" name="keeps the losses as tensors" loses=["fit_check"] hint="should be plain numbers"
def fit(model, train, valid, lr, max_epochs, patience):
    optimizer = optim.SGD(model.parameters(), lr=lr)
    criterion = nn.MSELoss()
    losses, waited = [], 0
    for _ in range(max_epochs):
        optimizer.zero_grad()
        criterion(model(train[0]), train[1]).backward()
        optimizer.step()
        loss = criterion(model(valid[0]), valid[1])
        if not losses or loss < min(losses):
            waited, best = 0, {name: tensor.clone() for name, tensor in model.state_dict().items()}
        else:
            waited += 1
        losses.append(loss)
        if waited == patience:
            break
    model.load_state_dict(best)
    return losses


# %% task="fit" name="only for a model that is one nn.Linear" loses=["fit_hidden"] hint="The model may be any module"
def fit(model, train, valid, lr, max_epochs, patience):
    optimizer, criterion = optim.SGD(model.parameters(), lr=lr), nn.MSELoss()
    losses, best, waited = [], float("inf"), 0
    for _ in range(max_epochs):
        optimizer.zero_grad()
        criterion(model(train[0]), train[1]).backward()
        optimizer.step()
        losses.append(criterion(model(valid[0]), valid[1]).item())
        if losses[-1] < best:
            best, waited = losses[-1], 0
            weight, bias = model.weight.detach().clone(), model.bias.detach().clone()
        else:
            waited += 1
        if waited == patience:
            break
    with torch.no_grad():
        model.weight.copy_(weight)
        model.bias.copy_(bias)
    return losses


# %% task="r2_score" name="the fraction without the 1" loses=["r2_score_check", "r2_score_hidden"] hint="1 minus it"
def r2_score(y, prediction):
    if y.shape != prediction.shape:
        raise ValueError(f"{tuple(y.shape)} and {tuple(prediction.shape)}")
    return (((y - prediction) ** 2).sum() / ((y - y.mean()) ** 2).sum()).item()


# %% task="r2_score" name="1 minus the mean squared error" loses=["r2_score_check", "r2_score_hidden"] hint="Divide by how far"
def r2_score(y, prediction):
    if y.shape != prediction.shape:
        raise ValueError(f"{tuple(y.shape)} and {tuple(prediction.shape)}")
    return 1 - ((y - prediction) ** 2).mean().item()


# %% task="r2_score" name="the mean of the prediction" loses=["r2_score_check", "r2_score_hidden"] hint="deviations of the prediction"
def r2_score(y, prediction):
    if y.shape != prediction.shape:
        raise ValueError(f"{tuple(y.shape)} and {tuple(prediction.shape)}")
    residual = ((y - prediction) ** 2).sum()
    total = ((prediction - prediction.mean()) ** 2).sum()
    return 1 - (residual / total).item()


# %% task="r2_score" name="does not look at the shapes" loses=["r2_score_check", "r2_score_hidden"] hint="Compare y.shape with prediction.shape"
def r2_score(y, prediction):
    residual = ((y - prediction) ** 2).sum()
    total = ((y - y.mean()) ** 2).sum()
    return 1 - (residual / total).item()


# %% task="r2_score" name="variance with N - 1 below a mean" loses=["r2_score_check", "r2_score_hidden"] hint="Use two sums"
def r2_score(y, prediction):
    if y.shape != prediction.shape:
        raise ValueError(f"{tuple(y.shape)} and {tuple(prediction.shape)}")
    return 1 - (((y - prediction) ** 2).mean() / y.var()).item()


# %% task="r2_score" name="the square of the correlation" loses=["r2_score_check", "r2_score_hidden"] hint="the square of the correlation"
def r2_score(y, prediction):
    if y.shape != prediction.shape:
        raise ValueError(f"{tuple(y.shape)} and {tuple(prediction.shape)}")
    dy, dp = y - y.mean(), prediction - prediction.mean()
    return ((dy * dp).sum() ** 2 / ((dy**2).sum() * (dp**2).sum())).item()


# %% task="r2_score" name="squares of y in place of deviations" loses=["r2_score_check", "r2_score_hidden"] hint="Subtract the mean of y first"
def r2_score(y, prediction):
    if y.shape != prediction.shape:
        raise ValueError(f"{tuple(y.shape)} and {tuple(prediction.shape)}")
    return 1 - (((y - prediction) ** 2).sum() / (y**2).sum()).item()


# %% task="r2_score" name="returns a tensor" loses=["r2_score_check", "r2_score_hidden"] hint="Take .item()"
def r2_score(y, prediction):
    if y.shape != prediction.shape:
        raise ValueError(f"{tuple(y.shape)} and {tuple(prediction.shape)}")
    return 1 - ((y - prediction) ** 2).sum() / ((y - y.mean()) ** 2).sum()


# %% task="r2_score" name="the mean of the prediction in place of that of y" loses=["r2_score_check", "r2_score_hidden"] hint="the mean of the measurements y"
def r2_score(y, prediction):
    if y.shape != prediction.shape:
        raise ValueError(f"{tuple(y.shape)} and {tuple(prediction.shape)}")
    return 1 - (((y - prediction) ** 2).sum() / ((y - prediction.mean()) ** 2).sum()).item()


# %% task="r2_score" name="names one shape only" loses=["r2_score_check", "r2_score_hidden"] hint="put both into the text"
def r2_score(y, prediction):
    if y.shape != prediction.shape:
        raise ValueError(f"this prediction has the shape {tuple(prediction.shape)}")
    return 1 - (((y - prediction) ** 2).sum() / ((y - y.mean()) ** 2).sum()).item()


# %% task="r2_score" name="subtracts the mean from the given y" loses=["r2_score_check"] hint="The tensors belong to the caller"
def r2_score(y, prediction):
    if y.shape != prediction.shape:
        raise ValueError(f"{tuple(y.shape)} and {tuple(prediction.shape)}")
    residual = ((y - prediction) ** 2).sum()
    y -= y.mean()
    return 1 - (residual / (y**2).sum()).item()


# %% task="r2_score" name="the fraction upside down" loses=["r2_score_check", "r2_score_hidden"] hint="The fraction stands upside down"
def r2_score(y, prediction):
    if y.shape != prediction.shape:
        raise ValueError(f"{tuple(y.shape)} and {tuple(prediction.shape)}")
    return 1 - (((y - y.mean()) ** 2).sum() / ((y - prediction) ** 2).sum()).item()
