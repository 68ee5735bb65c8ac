# Known wrong answers: what students really write, which tests it must lose, and words of the hint that it must get.
# Each cell replaces one solution cell. None of them is ever run by itself.

# %% task="accumulated_gradient" name="adds the means as they are" loses=["accumulated_gradient_check", "accumulated_gradient_hidden"] hint="added as they are"
def accumulated_gradient(loss_fn, batches):
    total, samples = 0.0, sum(len(batch) for batch in batches)
    for batch in batches:
        loss = loss_fn(batch)
        loss.backward()
        total += loss.item() * len(batch)
    return total / samples


# %% task="accumulated_gradient" name="divides by the number of batches" loses=["accumulated_gradient_check", "accumulated_gradient_hidden"] hint="Each batch has the same weight"
def accumulated_gradient(loss_fn, batches):
    total = 0.0
    for batch in batches:
        loss = loss_fn(batch) / len(batches)
        loss.backward()
        total += loss.item()
    return total


# %% task="accumulated_gradient" name="weights with the length and never divides" loses=["accumulated_gradient_check", "accumulated_gradient_hidden"] hint="gradient of the sum over all samples"
def accumulated_gradient(loss_fn, batches):
    total = 0.0
    for batch in batches:
        loss = loss_fn(batch) * len(batch)
        loss.backward()
        total += loss.item()
    return total / sum(len(batch) for batch in batches)


# %% task="accumulated_gradient" name="one backward for all graphs at the end" loses=["accumulated_gradient_check", "accumulated_gradient_hidden"] hint="alive at once"
def accumulated_gradient(loss_fn, batches):
    samples = sum(len(batch) for batch in batches)
    loss = sum(loss_fn(batch) * len(batch) for batch in batches) / samples
    loss.backward()
    return loss.item()


# %% task="accumulated_gradient" name="returns a tensor with its graph" loses=["accumulated_gradient_check", "accumulated_gradient_hidden"] hint="keep its graph alive"
def accumulated_gradient(loss_fn, batches):
    samples = sum(len(batch) for batch in batches)
    total = 0.0
    for batch in batches:
        loss = loss_fn(batch) * len(batch) / samples
        loss.backward()
        total = total + loss
    return total


# %% task="accumulated_gradient" name="right gradient, mean of the means as result" loses=["accumulated_gradient_check", "accumulated_gradient_hidden"] hint="mean of the batches' means"
def accumulated_gradient(loss_fn, batches):
    samples = sum(len(batch) for batch in batches)
    losses = []
    for batch in batches:
        loss = loss_fn(batch)
        (loss * len(batch) / samples).backward()
        losses.append(loss.item())
    return sum(losses) / len(losses)


# %% task="accumulated_gradient" name="cuts the graph with item" loses=["accumulated_gradient_check", "accumulated_gradient_hidden"] hint="cut the graph"
def accumulated_gradient(loss_fn, batches):
    samples = sum(len(batch) for batch in batches)
    total = torch.tensor(0.0, requires_grad=True)
    with torch.no_grad():
        for batch in batches:
            total += loss_fn(batch).item() * len(batch) / samples
    (total * 1.0).backward()
    return total.item()


# %% task="accumulated_gradient" name="calls the loss a second time for the result" loses=["accumulated_gradient_check", "accumulated_gradient_hidden"] hint="Number of calls: 6"
def accumulated_gradient(loss_fn, batches):
    samples = sum(len(batch) for batch in batches)
    for batch in batches:
        (loss_fn(batch) * len(batch) / samples).backward()
    return sum(loss_fn(batch).item() * len(batch) for batch in batches) / samples


# %% task="accumulated_gradient" name="takes the batches off the caller's list" loses=["accumulated_gradient_check"] hint="Go through it with a for loop"
def accumulated_gradient(loss_fn, batches):
    samples = sum(len(batch) for batch in batches)
    mean = 0.0
    while batches:
        batch = batches.pop(0)
        loss = loss_fn(batch) * len(batch) / samples
        loss.backward()
        mean += loss.item()
    return mean


# %% task="sgd_step" name="hangs the name on a new tensor" loses=["sgd_step_check", "sgd_step_hidden"] hint="No parameter has changed"
def sgd_step(params, lr):
    for w in params:
        if w.grad is not None:
            w = w - lr * w.grad
            w.grad = None


# %% task="sgd_step" name="in place while recording" loses=["sgd_step_check", "sgd_step_hidden"] hint="leaf Variable that requires grad"
def sgd_step(params, lr):
    for w in params:
        if w.grad is not None:
            w -= lr * w.grad
            w.grad = None


# %% task="sgd_step" name="goes uphill" loses=["sgd_step_check", "sgd_step_hidden"] hint="uphill"
def sgd_step(params, lr):
    with torch.no_grad():
        for w in params:
            if w.grad is not None:
                w += lr * w.grad
                w.grad = None


# %% task="sgd_step" name="does not reset" loses=["sgd_step_check", "sgd_step_hidden"] hint="gradient is still there"
def sgd_step(params, lr):
    with torch.no_grad():
        for w in params:
            if w.grad is not None:
                w -= lr * w.grad


# %% task="sgd_step" name="resets to zero" loses=["sgd_step_check", "sgd_step_hidden"] hint="zero, not None"
def sgd_step(params, lr):
    with torch.no_grad():
        for w in params:
            if w.grad is not None:
                w -= lr * w.grad
                w.grad.zero_()


# %% task="sgd_step" name="writes through .data" loses=["sgd_step_check", "sgd_step_hidden"] hint="not counted"
def sgd_step(params, lr):
    for w in params:
        if w.grad is not None:
            w.data -= lr * w.grad
            w.grad = None


# %% task="sgd_step" name="does not expect None" loses=["sgd_step_check", "sgd_step_hidden"] hint="NoneType"
def sgd_step(params, lr):
    with torch.no_grad():
        for w in params:
            w -= lr * w.grad
            w.grad = None


# %% task="sgd_step" name="a second loop for the reset" loses=["sgd_step_check", "sgd_step_hidden"] hint="params may allow one loop only"
def sgd_step(params, lr):
    with torch.no_grad():
        for w in params:
            if w.grad is not None:
                w -= lr * w.grad
    for w in params:
        w.grad = None


# %% task="sgd_step" name="puts new tensors into the list" loses=["sgd_step_check", "sgd_step_hidden"] hint="other tensors than before"
def sgd_step(params, lr):
    params = params if isinstance(params, list) else list(params)
    for i, w in enumerate(params):
        if w.grad is not None:
            params[i] = (w - lr * w.grad).detach().requires_grad_()
            w.data, w.grad = params[i].data, None


# %% task="sgd_step" name="switches recording off for ever" loses=["sgd_step_check", "sgd_step_hidden"] hint="nothing is recorded any more" only="judge"
def sgd_step(params, lr):
    torch.set_grad_enabled(False)
    for w in params:
        if w.grad is not None:
            w -= lr * w.grad
            w.grad = None


# %% task="sgd_step" name="asks whether the gradient is true" loses=["sgd_step_check", "sgd_step_hidden"] hint="neither true nor false"
def sgd_step(params, lr):
    with torch.no_grad():
        for w in params:
            if w.grad:
                w -= lr * w.grad
                w.grad = None


# %% task="sgd_step" name="stops at the first parameter without a gradient" loses=["sgd_step_hidden"] hint="behind one without a gradient"
def sgd_step(params, lr):
    with torch.no_grad():
        for w in params:
            if w.grad is None:
                break
            w -= lr * w.grad
            w.grad = None


# %% task="frozen_step" name="computes all gradients and leaves some out of the step" loses=["frozen_step_check", "frozen_step_hidden"] hint="frozen parameters still ask"
def frozen_step(params, frozen, loss_fn, lr):
    for w in params.values():
        w.grad = None
    loss = loss_fn(params)
    loss.backward()
    sgd_step([w for name, w in params.items() if name not in frozen], lr)
    for w in params.values():
        w.grad = None
    return loss.item()


# %% task="frozen_step" name="never wakes them up" loses=["frozen_step_check", "frozen_step_hidden"] hint="stay frozen"
def frozen_step(params, frozen, loss_fn, lr):
    for name in frozen:
        params[name].requires_grad_(False)
    for w in params.values():
        w.grad = None
    loss = loss_fn(params)
    loss.backward()
    sgd_step(params.values(), lr)
    return loss.item()


# %% task="frozen_step" name="wakes up all" loses=["frozen_step_check", "frozen_step_hidden"] hint="All parameters ask now"
def frozen_step(params, frozen, loss_fn, lr):
    for name in frozen:
        params[name].requires_grad_(False)
    for w in params.values():
        w.grad = None
    loss = loss_fn(params)
    loss.backward()
    sgd_step(params.values(), lr)
    for w in params.values():
        w.requires_grad_(True)
    return loss.item()


# %% task="frozen_step" name="lets old gradients take part" loses=["frozen_step_check", "frozen_step_hidden"] hint="Old gradients took part in the step"
def frozen_step(params, frozen, loss_fn, lr):
    asked = {name: w.requires_grad for name, w in params.items()}
    for name in frozen:
        params[name].requires_grad_(False)
    loss = loss_fn(params)
    loss.backward()
    sgd_step(params.values(), lr)
    for name, w in params.items():
        w.requires_grad_(asked[name])
    return loss.item()


# %% task="frozen_step" name="moves frozen parameters by an old gradient" loses=["frozen_step_check", "frozen_step_hidden"] hint="moved by its old gradient"
def frozen_step(params, frozen, loss_fn, lr):
    asked = {name: w.requires_grad for name, w in params.items()}
    for name in frozen:
        params[name].requires_grad_(False)
    for w in params.values():
        if w.requires_grad:
            w.grad = None
    loss = loss_fn(params)
    loss.backward()
    sgd_step(params.values(), lr)
    for name, w in params.items():
        w.requires_grad_(asked[name])
    return loss.item()


# %% task="frozen_step" name="freezes after the forward pass" loses=["frozen_step_check", "frozen_step_hidden"] hint="before you call loss_fn"
def frozen_step(params, frozen, loss_fn, lr):
    asked = {name: w.requires_grad for name, w in params.items()}
    for w in params.values():
        w.grad = None
    loss = loss_fn(params)
    for name in frozen:
        params[name].requires_grad_(False)
    loss.backward()
    sgd_step(params.values(), lr)
    for name, w in params.items():
        w.requires_grad_(asked[name])
    return loss.item()


# %% task="frozen_step" name="leaves old gradients in the frozen ones" loses=["frozen_step_check", "frozen_step_hidden"] hint="Reset every parameter, the frozen ones too"
def frozen_step(params, frozen, loss_fn, lr):
    asked = {name: w.requires_grad for name, w in params.items()}
    for name in frozen:
        params[name].requires_grad_(False)
    learning = [w for w in params.values() if w.requires_grad]
    for w in learning:
        w.grad = None
    loss = loss_fn(params)
    loss.backward()
    sgd_step(learning, lr)
    for name, w in params.items():
        w.requires_grad_(asked[name])
    return loss.item()


# %% task="frozen_step" name="returns the loss with its graph" loses=["frozen_step_check", "frozen_step_hidden"] hint="Return a Python float"
def frozen_step(params, frozen, loss_fn, lr):
    asked = {name: w.requires_grad for name, w in params.items()}
    for name in frozen:
        params[name].requires_grad_(False)
    for w in params.values():
        w.grad = None
    loss = loss_fn(params)
    loss.backward()
    sgd_step(params.values(), lr)
    for name, w in params.items():
        w.requires_grad_(asked[name])
    return loss


# %% task="frozen_step" name="wakes up all that are named in frozen" loses=["frozen_step_check", "frozen_step_hidden"] hint="One that did not ask before"
def frozen_step(params, frozen, loss_fn, lr):
    for name in frozen:
        params[name].requires_grad_(False)
    for w in params.values():
        w.grad = None
    loss = loss_fn(params)
    loss.backward()
    sgd_step(params.values(), lr)
    for name in frozen:
        params[name].requires_grad_(True)
    return loss.item()


# %% task="frozen_step" name="takes the names off the caller's list" loses=["frozen_step_check", "frozen_step_hidden"] hint="The list belongs to the caller"
def frozen_step(params, frozen, loss_fn, lr):
    asked = {name: w.requires_grad for name, w in params.items()}
    while frozen:
        params[frozen.pop()].requires_grad_(False)
    for w in params.values():
        w.grad = None
    loss = loss_fn(params)
    loss.backward()
    sgd_step(params.values(), lr)
    for name, w in params.items():
        w.requires_grad_(asked[name])
    return loss.item()


# %% task="stop_gradient_loss" name="no wall" loses=["stop_gradient_loss_check", "stop_gradient_loss_hidden"] hint="There is no wall"
def stop_gradient_loss(value, reward, next_value, gamma):
    return ((value - (reward + gamma * next_value)) ** 2).mean()


# %% task="stop_gradient_loss" name="the wall on the wrong side" loses=["stop_gradient_loss_check", "stop_gradient_loss_hidden"] hint="wrong side"
def stop_gradient_loss(value, reward, next_value, gamma):
    return ((value.detach() - (reward + gamma * next_value)) ** 2).mean()


# %% task="stop_gradient_loss" name="everything under no_grad" loses=["stop_gradient_loss_check", "stop_gradient_loss_hidden"] hint="hangs on no graph"
def stop_gradient_loss(value, reward, next_value, gamma):
    with torch.no_grad():
        return ((value - (reward + gamma * next_value)) ** 2).mean()


# %% task="stop_gradient_loss" name="sum instead of mean" loses=["stop_gradient_loss_check", "stop_gradient_loss_hidden"] hint="The mean is asked for"
def stop_gradient_loss(value, reward, next_value, gamma):
    return ((value - (reward + gamma * next_value).detach()) ** 2).sum()


# %% task="stop_gradient_loss" name="no mean at all" loses=["stop_gradient_loss_check", "stop_gradient_loss_hidden"] hint="shape"
def stop_gradient_loss(value, reward, next_value, gamma):
    return (value - (reward + gamma * next_value).detach()) ** 2


# %% task="stop_gradient_loss" name="writes into the given tensor through detach" loses=["stop_gradient_loss_check", "stop_gradient_loss_hidden"] hint="detach() shares memory"
def stop_gradient_loss(value, reward, next_value, gamma):
    target = next_value.detach()
    target *= gamma
    target += reward
    return ((value - target) ** 2).mean()


# %% task="stop_gradient_loss" name="gamma on the reward as well" loses=["stop_gradient_loss_check", "stop_gradient_loss_hidden"] hint="multiplies the reward as well"
def stop_gradient_loss(value, reward, next_value, gamma):
    return ((value - (gamma * (reward + next_value)).detach()) ** 2).mean()


# %% task="stop_gradient_loss" name="cuts the given tensor itself" loses=["stop_gradient_loss_check", "stop_gradient_loss_hidden"] hint="change the given tensor itself"
def stop_gradient_loss(value, reward, next_value, gamma):
    next_value.detach_()
    return ((value - (reward + gamma * next_value)) ** 2).mean()


# %% task="stop_gradient_loss" name="absolute values in place of squares" loses=["stop_gradient_loss_check", "stop_gradient_loss_hidden"] hint="Square the differences"
def stop_gradient_loss(value, reward, next_value, gamma):
    target = (reward + gamma * next_value).detach()
    return (value - target).abs().mean()


# %% task="peak_saved_bytes" name="adds up everything that was ever saved" loses=["peak_saved_bytes_check", "peak_saved_bytes_hidden"] hint="All that was ever saved is added up"
def peak_saved_bytes(fn):
    return saved_bytes(fn)


# %% task="peak_saved_bytes" name="returns what is left at the end" loses=["peak_saved_bytes_check", "peak_saved_bytes_hidden"] hint="left at the end"
def peak_saved_bytes(fn):
    now = [0]

    class Kept:
        def __init__(self, tensor):
            self.tensor = tensor.detach()
            self.size = tensor.numel() * tensor.element_size()
            now[0] += self.size

        def __del__(self):
            now[0] -= self.size

    with torch.autograd.graph.saved_tensors_hooks(Kept, lambda kept: kept.tensor):
        fn()
    return now[0]


# %% task="peak_saved_bytes" name="counts elements" loses=["peak_saved_bytes_check", "peak_saved_bytes_hidden"] hint="Elements are counted"
def peak_saved_bytes(fn):
    count = {"now": 0, "peak": 0}

    class Kept:
        def __init__(self, tensor):
            self.tensor = tensor.detach()
            count["now"] += tensor.numel()
            count["peak"] = max(count["peak"], count["now"])

        def __del__(self):
            count["now"] -= self.tensor.numel()

    with torch.autograd.graph.saved_tensors_hooks(Kept, lambda kept: kept.tensor):
        fn()
    return count["peak"]


# %% task="peak_saved_bytes" name="four bytes for every element" loses=["peak_saved_bytes_check", "peak_saved_bytes_hidden"] hint="element_size()"
def peak_saved_bytes(fn):
    count = {"now": 0, "peak": 0}

    class Kept:
        def __init__(self, tensor):
            self.tensor = tensor.detach()
            count["now"] += 4 * tensor.numel()
            count["peak"] = max(count["peak"], count["now"])

        def __del__(self):
            count["now"] -= 4 * self.tensor.numel()

    with torch.autograd.graph.saved_tensors_hooks(Kept, lambda kept: kept.tensor):
        fn()
    return count["peak"]


# %% task="peak_saved_bytes" name="keeps the tensor with its history" loses=["peak_saved_bytes_check", "peak_saved_bytes_hidden"] hint="All that was ever saved is added up"
def peak_saved_bytes(fn):
    count = {"now": 0, "peak": 0}

    class Kept:
        def __init__(self, tensor):
            self.tensor = tensor
            self.size = tensor.numel() * tensor.element_size()
            count["now"] += self.size
            count["peak"] = max(count["peak"], count["now"])

        def __del__(self):
            count["now"] -= self.size

    with torch.autograd.graph.saved_tensors_hooks(Kept, lambda kept: kept.tensor):
        fn()
    return count["peak"]


# %% task="peak_saved_bytes" name="counts down when it is unpacked" loses=["peak_saved_bytes_check", "peak_saved_bytes_hidden"] hint="All that was ever saved is added up"
def peak_saved_bytes(fn):
    count = {"now": 0, "peak": 0}

    def pack(tensor):
        count["now"] += tensor.numel() * tensor.element_size()
        count["peak"] = max(count["peak"], count["now"])
        return tensor.detach()

    def unpack(tensor):
        count["now"] -= tensor.numel() * tensor.element_size()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, unpack):
        fn()
    return count["peak"]


# %% task="peak_saved_bytes" name="the largest single tensor" loses=["peak_saved_bytes_check", "peak_saved_bytes_hidden"] hint="Several can be kept"
def peak_saved_bytes(fn):
    sizes = [0]

    def pack(tensor):
        sizes.append(tensor.numel() * tensor.element_size())
        return tensor.detach()

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        fn()
    return max(sizes)


# %% task="peak_saved_bytes" name="unpacks something else" loses=["peak_saved_bytes_check", "peak_saved_bytes_hidden"] hint="return the saved tensor as it was"
def peak_saved_bytes(fn):
    count = {"now": 0, "peak": 0}

    class Kept:
        def __init__(self, tensor):
            self.tensor = torch.ones_like(tensor)
            self.size = tensor.numel() * tensor.element_size()
            count["now"] += self.size
            count["peak"] = max(count["peak"], count["now"])

        def __del__(self):
            count["now"] -= self.size

    with torch.autograd.graph.saved_tensors_hooks(Kept, lambda kept: kept.tensor):
        fn()
    return count["peak"]


# %% task="peak_saved_bytes" name="the length in place of the number of elements" loses=["peak_saved_bytes_check", "peak_saved_bytes_hidden"] hint="Only the rows are counted"
def peak_saved_bytes(fn):
    now = peak = 0

    class Kept:
        def __init__(self, tensor):
            nonlocal now, peak
            self.tensor = tensor.detach()
            self.size = len(tensor) * tensor.element_size()
            now += self.size
            peak = max(peak, now)

        def __del__(self):
            nonlocal now
            now -= self.size

    with torch.autograd.graph.saved_tensors_hooks(Kept, lambda kept: kept.tensor):
        fn()
    return peak
