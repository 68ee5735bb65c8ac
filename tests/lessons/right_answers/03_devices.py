# ruff: noqa
# Other right answers, as students write them.

# %% task="pick_device" name="split"
def pick_device(preferred):
    if preferred == "cpu" or torch.cuda.device_count() == 0:
        return torch.device("cpu")
    n = int(preferred.split(":")[1]) if ":" in preferred else 0
    return torch.device(f"cuda:{n}" if n < torch.cuda.device_count() else "cuda:0")


# %% task="pick_device" name="try"
def pick_device(preferred):
    d = torch.device(preferred)
    if d.type == "cuda":
        if not torch.cuda.is_available():
            return torch.device("cpu")
        if d.index is None or d.index >= torch.cuda.device_count():
            return torch.device("cuda", 0)
    return d


# %% task="pick_device" name="range"
def pick_device(preferred):
    if not torch.cuda.is_available() or not preferred.startswith("cuda"):
        return torch.device("cpu")
    names = ["cuda:" + str(i) for i in range(torch.cuda.device_count())]
    return torch.device(preferred) if preferred in names else torch.device("cuda:0")


# %% task="move" name="types"
def move(batch, device):
    if isinstance(batch, list):
        return [move(b, device) for b in batch]
    if isinstance(batch, tuple):
        return tuple(move(b, device) for b in batch)
    if isinstance(batch, dict):
        out = {}
        for k in batch:
            out[k] = move(batch[k], device)
        return out
    if hasattr(batch, "to"):
        return batch.to(device)
    return batch


# %% task="move" name="is_tensor match"
def move(batch, device):
    if torch.is_tensor(batch):
        return batch.to(device=device)
    if type(batch) in (list, tuple):
        return type(batch)([move(b, device) for b in batch])
    if type(batch) is dict:
        return dict(zip(batch.keys(), [move(v, device) for v in batch.values()]))
    return batch


# %% task="bytes" name="nbytes"
def tensor_bytes(t):
    return t.nbytes


def fits(shape, dtype, free):
    import math

    n = math.prod(shape) * torch.empty((), dtype=dtype).element_size()
    return -(-n // 512) * 512 <= free


# %% task="bytes" name="ceil"
import math


def tensor_bytes(t):
    return t.element_size() * t.nelement()


def fits(shape, dtype, free):
    n = math.prod(shape) * dtype.itemsize
    return math.ceil(n / 512) * 512 <= free


# %% task="bytes" name="table"
def tensor_bytes(t):
    n = 1
    for s in t.shape:
        n *= s
    return n * t.dtype.itemsize


def fits(shape, dtype, free):
    need = dtype.itemsize
    for s in shape:
        need *= s
    if need % 512:
        need += 512 - need % 512
    return bool(need <= free)


# %% task="bytes" name="finfo bits"
def tensor_bytes(t):
    return t.numel() * t.element_size()


def fits(shape, dtype, free):
    need = tensor_bytes(torch.zeros(1, dtype=dtype))
    for s in shape:
        need = need * s
    return (need + 511) // 512 <= free // 512


# %% task="timed" name="events own clock"
def timed(fn, device, repeats):
    wait_for(device)
    fn()
    wait_for(device)
    t0 = now(device)
    for i in range(repeats):
        fn()
    wait_for(device)
    t1 = now(device)
    return (t1 - t0) / repeats


# %% task="timed" name="three warm ups"
def timed(fn, device, repeats):
    for _ in range(3):
        fn()
    wait_for(device)
    t0 = now(device)
    for i in range(repeats):
        fn()
    wait_for(device)
    return float(now(device) - t0) / repeats
