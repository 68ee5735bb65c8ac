# Answers that students write: the tests that each must lose, and words of the hint that it must get.
# Each cell is the whole solution cell, as it would stand in the notebook.

# %% task="pick_device" name="a text instead of a device" loses=["pick_device_check", "pick_device_hidden"] hint="not the text 'cpu'"
def pick_device(preferred):
    if preferred == "cpu" or not torch.cuda.is_available():
        return "cpu"
    index = torch.device(preferred).index or 0
    return f"cuda:{index if index < torch.cuda.device_count() else 0}"


# %% task="pick_device" name="always the best device" loses=["pick_device_check", "pick_device_hidden"] hint="A GPU that is there does not change that"
def pick_device(preferred):
    return torch.device("cuda:0" if torch.cuda.is_available() else "cpu")


# %% task="pick_device" name="does not ask whether there is a GPU" loses=["pick_device_check", "pick_device_hidden"] hint="is_available() is False"
def pick_device(preferred):
    wanted = torch.device(preferred)
    if wanted.type == "cpu":
        return wanted
    return torch.device("cuda", wanted.index or 0)


# %% task="pick_device" name="believes any number" loses=["pick_device_check", "pick_device_hidden"] hint="compare the number with device_count()"
def pick_device(preferred):
    wanted = torch.device(preferred)
    if wanted.type == "cpu" or not torch.cuda.is_available():
        return torch.device("cpu")
    return torch.device("cuda", wanted.index or 0)


# %% task="pick_device" name="off by one: number 1 of 1" loses=["pick_device_check", "pick_device_hidden"] hint="compare the number with device_count()"
def pick_device(preferred):
    wanted = torch.device(preferred)
    if wanted.type == "cpu" or not torch.cuda.is_available():
        return torch.device("cpu")
    index = wanted.index or 0
    return torch.device("cuda", index if index <= torch.cuda.device_count() else 0)


# %% task="pick_device" name="cuda without a number" loses=["pick_device_check", "pick_device_hidden"] hint="means the first card"
def pick_device(preferred):
    wanted = torch.device(preferred)
    if wanted.type == "cpu" or not torch.cuda.is_available():
        return torch.device("cpu")
    if wanted.index is None or wanted.index < torch.cuda.device_count():
        return wanted
    return torch.device("cuda:0")


# %% task="pick_device" name="the CPU where the number is not there" loses=["pick_device_check", "pick_device_hidden"] hint="One card has the number 0"
def pick_device(preferred):
    wanted = torch.device(preferred)
    if wanted.type == "cuda" and (wanted.index or 0) < torch.cuda.device_count():
        return torch.device("cuda", wanted.index or 0)
    return torch.device("cpu")


# %% task="pick_device" name="always the first GPU" loses=["pick_device_check", "pick_device_hidden"] hint="so the second one is there"
def pick_device(preferred):
    wants_gpu = torch.device(preferred).type == "cuda"
    return torch.device("cuda:0" if wants_gpu and torch.cuda.is_available() else "cpu")


# %% task="pick_device" name="the last character of the name" loses=["pick_device_hidden"] hint="may have two digits"
def pick_device(preferred):
    if preferred == "cpu" or not torch.cuda.is_available():
        return torch.device("cpu")
    number = int(preferred[-1]) if ":" in preferred else 0
    return torch.device("cuda", number if number < torch.cuda.device_count() else 0)


# %% task="move" name="believes that .to moves the tensor" loses=["move_check", "move_hidden"] hint="keep what it returns"
def move(batch, device):
    if isinstance(batch, torch.Tensor):
        batch.to(device)
    elif isinstance(batch, dict):
        return {key: move(value, device) for key, value in batch.items()}
    elif isinstance(batch, (list, tuple)):
        return type(batch)(move(value, device) for value in batch)
    return batch


# %% task="move" name="only the first level" loses=["move_check", "move_hidden"] hint="A part may be a container again"
def move(batch, device):
    def one(value):
        return value.to(device) if isinstance(value, torch.Tensor) else value

    if isinstance(batch, dict):
        return {key: one(value) for key, value in batch.items()}
    if isinstance(batch, (list, tuple)):
        return type(batch)(one(value) for value in batch)
    return one(batch)


# %% task="move" name="a tuple becomes a list" loses=["move_check", "move_hidden"] hint="A tuple stays a tuple"
def move(batch, device):
    if isinstance(batch, torch.Tensor):
        return batch.to(device)
    if isinstance(batch, dict):
        return {key: move(value, device) for key, value in batch.items()}
    if isinstance(batch, (list, tuple)):
        return [move(value, device) for value in batch]
    return batch


# %% task="move" name="forgets dictionaries" loses=["move_check", "move_hidden"] hint="Move the values, and keep the keys"
def move(batch, device):
    if isinstance(batch, torch.Tensor):
        return batch.to(device)
    if isinstance(batch, (list, tuple)):
        return type(batch)(move(value, device) for value in batch)
    return batch


# %% task="move" name="changes the given batch" loses=["move_check", "move_hidden"] hint="The caller may still need the old one"
def move(batch, device):
    if isinstance(batch, torch.Tensor):
        return batch.to(device)
    if isinstance(batch, tuple):
        return tuple(move(value, device) for value in batch)
    if isinstance(batch, dict):
        for key in batch:
            batch[key] = move(batch[key], device)
    if isinstance(batch, list):
        for i in range(len(batch)):
            batch[i] = move(batch[i], device)
    return batch


# %% task="move" name="returns nothing for what is no tensor" loses=["move_check", "move_hidden"] hint="comes back as it is"
def move(batch, device):
    if isinstance(batch, torch.Tensor):
        return batch.to(device)
    if isinstance(batch, dict):
        return {key: move(value, device) for key, value in batch.items()}
    if isinstance(batch, (list, tuple)):
        return type(batch)(move(value, device) for value in batch)


# %% task="move" name="its own device" loses=["move_hidden"] hint="has to obey its argument device"
def move(batch, device):
    if isinstance(batch, torch.Tensor):
        return batch.to(torch.device("cuda:0" if torch.cuda.is_available() else "meta"))
    if isinstance(batch, dict):
        return {key: move(value, device) for key, value in batch.items()}
    if isinstance(batch, (list, tuple)):
        return type(batch)(move(value, device) for value in batch)
    return batch


# %% task="bytes" name="counts numbers, not bytes" loses=["bytes_check", "bytes_hidden"] hint="This is how many numbers there are"
def tensor_bytes(t):
    return t.numel()


def fits(shape, dtype, free):
    size = dtype.itemsize
    for length in shape:
        size *= length
    return -(-size // 512) * 512 <= free


# %% task="bytes" name="four bytes for everything" loses=["bytes_check", "bytes_hidden"] hint="counted with four bytes"
def tensor_bytes(t):
    return 4 * t.numel()


def fits(shape, dtype, free):
    size = 4
    for length in shape:
        size *= length
    return -(-size // 512) * 512 <= free


# %% task="bytes" name="the first length only" loses=["bytes_check", "bytes_hidden"] hint="the first length of the shape only"
def tensor_bytes(t):
    return (len(t) if t.shape else 1) * t.element_size()


def fits(shape, dtype, free):
    size = dtype.itemsize
    for length in shape:
        size *= length
    return -(-size // 512) * 512 <= free


# %% task="bytes" name="forgets the blocks" loses=["bytes_check", "bytes_hidden"] hint="takes a block of 512 bytes"
def tensor_bytes(t):
    return t.numel() * t.element_size()


def fits(shape, dtype, free):
    size = dtype.itemsize
    for length in shape:
        size *= length
    return size <= free


# %% task="bytes" name="one block too many" loses=["bytes_check", "bytes_hidden"] hint="takes exactly the free bytes fits"
def tensor_bytes(t):
    return t.numel() * t.element_size()


def fits(shape, dtype, free):
    size = dtype.itemsize
    for length in shape:
        size *= length
    return (size // 512 + 1) * 512 <= free


# %% task="bytes" name="exactly full counts as too large" loses=["bytes_check", "bytes_hidden"] hint="takes exactly the free bytes fits"
def tensor_bytes(t):
    return t.numel() * t.element_size()


def fits(shape, dtype, free):
    size = dtype.itemsize
    for length in shape:
        size *= length
    return -(-size // 512) * 512 < free


# %% task="bytes" name="makes the tensor and looks" loses=["bytes_check", "bytes_hidden"] hint="Do not make the tensor"
def tensor_bytes(t):
    return t.numel() * t.element_size()


def fits(shape, dtype, free):
    try:
        t = torch.zeros(shape, dtype=dtype)
    except Exception:
        return True
    return -(-t.numel() * t.element_size() // 512) * 512 <= free


# %% task="bytes" name="NumPy's product, which overflows" loses=["bytes_hidden"] hint="overflow without a word"
import numpy as np


def tensor_bytes(t):
    return t.numel() * t.element_size()


def fits(shape, dtype, free):
    size = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
    return -(-size // 512) * 512 <= free


# %% task="timed" name="no warming up" loses=["timed_check", "timed_hidden"] hint="Warm up before you read the clock"
def timed(fn, device, repeats):
    wait_for(device)
    start = now(device)
    for _ in range(repeats):
        fn()
    wait_for(device)
    return (now(device) - start) / repeats


# %% task="timed" name="does not wait at the end" loses=["timed_check", "timed_hidden"] hint="This is what the launches take"
def timed(fn, device, repeats):
    fn()
    wait_for(device)
    start = now(device)
    for _ in range(repeats):
        fn()
    return (now(device) - start) / repeats


# %% task="timed" name="waits after each call" loses=["timed_check", "timed_hidden"] hint="The host waited after each call"
def timed(fn, device, repeats):
    fn()
    wait_for(device)
    start = now(device)
    for _ in range(repeats):
        fn()
        wait_for(device)
    return (now(device) - start) / repeats


# %% task="timed" name="neither warms up nor waits" loses=["timed_check", "timed_hidden"] hint="the loading at the first call and the launches"
def timed(fn, device, repeats):
    start = now(device)
    for _ in range(repeats):
        fn()
    return (now(device) - start) / repeats


# %% task="timed" name="waits at the end only" loses=["timed_check", "timed_hidden"] hint="Warm up and wait, and then read the clock"
def timed(fn, device, repeats):
    start = now(device)
    for _ in range(repeats):
        fn()
    wait_for(device)
    return (now(device) - start) / repeats


# %% task="timed" name="names fn without calling it" loses=["timed_check", "timed_hidden"] hint="fn without brackets only names it"
def timed(fn, device, repeats):
    fn()
    wait_for(device)
    start = now(device)
    for _ in range(repeats):
        fn
    wait_for(device)
    return (now(device) - start) / repeats


# %% task="timed" name="milliseconds" loses=["timed_check", "timed_hidden"] hint="should be in seconds"
def timed(fn, device, repeats):
    fn()
    wait_for(device)
    start = now(device)
    for _ in range(repeats):
        fn()
    wait_for(device)
    return 1000 * (now(device) - start) / repeats


# %% task="timed" name="does not wait before the start" loses=["timed_check", "timed_hidden"] hint="Work that was in the queue before"
def timed(fn, device, repeats):
    fn()
    start = now(device)
    for _ in range(repeats):
        fn()
    wait_for(device)
    return (now(device) - start) / repeats


# %% task="timed" name="all calls together" loses=["timed_check", "timed_hidden"] hint="Divide by how many there were"
def timed(fn, device, repeats):
    fn()
    wait_for(device)
    start = now(device)
    for _ in range(repeats):
        fn()
    wait_for(device)
    return now(device) - start


# %% task="timed" name="the ordinary clock for everything" loses=["timed_check", "timed_hidden"] hint="The ordinary clock was read"
def timed(fn, device, repeats):
    fn()
    wait_for(device)
    start = time.perf_counter()
    for _ in range(repeats):
        fn()
    wait_for(device)
    return (time.perf_counter() - start) / repeats


# %% task="timed" name="asks the GPU on a machine without one" loses=["timed_check", "timed_hidden"] hint="Torch not compiled with CUDA"
def timed(fn, device, repeats):
    fn()
    torch.cuda.synchronize()
    start = now(device)
    for _ in range(repeats):
        fn()
    torch.cuda.synchronize()
    return (now(device) - start) / repeats


# %% task="timed" name="the GPU's clock for the CPU" loses=["timed_check", "timed_hidden"] hint="virtual clock stands still"
def timed(fn, device, repeats):
    gpu = torch.device("cuda:0")
    fn()
    wait_for(device)
    start = now(gpu)
    for _ in range(repeats):
        fn()
    wait_for(device)
    return (now(gpu) - start) / repeats
