# ruff: noqa
# Other right answers, as students write them.

# %% task="accumulated_gradient" name="item weights"
def accumulated_gradient(loss_fn, batches):
    n = 0
    for b in batches:
        n += b.shape[0]
    total = 0
    for b in batches:
        w = b.shape[0] / n
        l = loss_fn(b)
        (w * l).backward()
        total += w * l.item()
    return total


# %% task="accumulated_gradient" name="gradient argument"
def accumulated_gradient(loss_fn, batches):
    n = sum(map(len, batches))
    total = 0.0
    for b in batches:
        l = loss_fn(b)
        l.backward(gradient=torch.tensor(len(b) / n, dtype=l.dtype))
        total += float(l.detach()) * len(b)
    return total / n


# %% task="accumulated_gradient" name="detach sums"
def accumulated_gradient(loss_fn, batches):
    n = sum(b.size(0) for b in batches)
    total = torch.tensor(0.0)
    for b in batches:
        loss = loss_fn(b) * (b.size(0) / n)
        loss.backward()
        total += loss.detach()
    return total.item()


# %% task="sgd_step" name="optim"
def sgd_step(params, lr):
    params = list(params)
    opt = torch.optim.SGD(params, lr=lr)
    opt.step()
    for p in params:
        p.grad = None


# %% task="sgd_step" name="add_"
def sgd_step(params, lr):
    for p in params:
        if p.grad is None:
            continue
        with torch.no_grad():
            p.add_(p.grad, alpha=-lr)
        p.grad = None


# %% task="sgd_step" name="copy_"
@torch.no_grad()
def sgd_step(params, lr):
    for p in params:
        if p.grad is not None:
            p.copy_(p - lr * p.grad)
        p.grad = None


# %% task="sgd_step" name="sub_ inference"
def sgd_step(params, lr):
    with torch.no_grad():
        for p in params:
            g = p.grad
            if g is None:
                continue
            p.sub_(lr * g)
            p.grad = None


# %% task="frozen_step" name="sgd_step"
def frozen_step(params, frozen, loss_fn, lr):
    before = {n: p.requires_grad for n, p in params.items()}
    for n, p in params.items():
        p.grad = None
        if n in frozen:
            p.requires_grad = False
    loss = loss_fn(params)
    loss.backward()
    sgd_step(params.values(), lr)
    for n, p in params.items():
        p.requires_grad = before[n]
    return loss.item()


# %% task="frozen_step" name="autograd.grad"
def frozen_step(params, frozen, loss_fn, lr):
    asked = {n: params[n].requires_grad for n in frozen}
    for n in frozen:
        params[n].requires_grad_(False)
    free = [p for p in params.values() if p.requires_grad]
    for p in params.values():
        p.grad = None
    loss = loss_fn(params)
    grads = torch.autograd.grad(loss, free, allow_unused=True)
    with torch.no_grad():
        for p, g in zip(free, grads):
            if g is not None:
                p -= lr * g
    for n in frozen:
        params[n].requires_grad_(asked[n])
    return float(loss.detach())


# %% task="frozen_step" name="try finally"
def frozen_step(params, frozen, loss_fn, lr):
    asked = [n for n in frozen if params[n].requires_grad]
    try:
        for n in frozen:
            params[n].requires_grad_(False)
        for p in params.values():
            p.grad = None
        loss = loss_fn(params)
        loss.backward()
        with torch.no_grad():
            for n in params:
                if n not in frozen and params[n].grad is not None:
                    params[n] -= lr * params[n].grad
        for p in params.values():
            p.grad = None
    finally:
        for n in asked:
            params[n].requires_grad_(True)
    return loss.item()


# %% task="stop_gradient_loss" name="no_grad"
def stop_gradient_loss(value, reward, next_value, gamma):
    with torch.no_grad():
        target = reward + gamma * next_value
    return (value - target).pow(2).mean()


# %% task="stop_gradient_loss" name="MSE"
def stop_gradient_loss(value, reward, next_value, gamma):
    return torch.nn.MSELoss()(value, reward.detach() + gamma * next_value.detach())


# %% task="stop_gradient_loss" name="only next detach"
def stop_gradient_loss(value, reward, next_value, gamma):
    d = value - (reward + gamma * next_value.detach())
    return (d * d).sum() / len(d)


# %% task="peak_saved_bytes" name="weakref"
import weakref


def peak_saved_bytes(fn):
    state = {"now": 0, "peak": 0}

    class Box:
        pass

    def gone(n):
        state["now"] -= n

    def pack(t):
        n = t.numel() * t.element_size()
        box = Box()
        box.t = t.detach()
        weakref.finalize(box, gone, n)
        state["now"] += n
        state["peak"] = max(state["peak"], state["now"])
        return box

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda b: b.t):
        fn()
    return state["peak"]


# %% task="peak_saved_bytes" name="set of alive"
import weakref


def peak_saved_bytes(fn):
    alive = weakref.WeakSet()
    best = 0

    class Box:
        def __init__(self, t):
            self.t = t.detach()
            self.n = t.nbytes

    def pack(t):
        nonlocal best
        b = Box(t)
        alive.add(b)
        best = max(best, sum(x.n for x in alive))
        return b

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda b: b.t):
        fn()
    return best


# %% task="peak_saved_bytes" name="module class, list"
class Kept:
    now, peak = 0, 0

    def __init__(self, t):
        self.t = t.detach()
        Kept.now += t.numel() * t.element_size()
        Kept.peak = max(Kept.peak, Kept.now)

    def __del__(self):
        Kept.now -= self.t.numel() * self.t.element_size()


def peak_saved_bytes(fn):
    Kept.now = Kept.peak = 0

    def unpack(k):
        return k.t

    with torch.autograd.graph.saved_tensors_hooks(Kept, unpack):
        fn()
    return Kept.peak
