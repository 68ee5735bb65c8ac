"""What tensors on the simulated GPU cost: memory and time, as lesson 03 counts them."""

import gc

import pytest

import torchlet as torch
from torchlet.caching_allocator import MiB

# --- memory ---


def test_the_example_of_the_lesson(gpu):
    x = torch.zeros(64, 512, 16, 16, device="cuda", requires_grad=True)
    assert torch.cuda.memory_allocated() == 32768 * 1024
    mean = torch.sigmoid(x).mean()
    assert torch.cuda.memory_allocated() == 2 * 32768 * 1024 + 512  # the sigmoid is kept for backward
    del mean
    assert torch.cuda.memory_allocated() == 32768 * 1024
    with torch.no_grad():
        mean = torch.sigmoid(x).mean()
    assert mean.item() == 0.5
    assert torch.cuda.memory_allocated() == 32768 * 1024 + 512
    assert torch.cuda.max_memory_allocated() == 2 * 32768 * 1024 + 512


def test_views_and_writes_take_no_memory(gpu):
    x = torch.zeros(1000, device="cuda")
    before = torch.cuda.memory_allocated()
    view = x.view(10, 100)[2:4].T
    x += 1
    x[3] = 2.0
    view.mul_(2)
    x.zero_()
    assert torch.cuda.memory_allocated() == before
    del x
    assert torch.cuda.memory_allocated() == before
    del view
    assert torch.cuda.memory_allocated() == 0


def test_memory_is_free_when_the_tensor_dies(gpu):
    gc.disable()
    try:
        w = torch.zeros(1000, device="cuda", requires_grad=True)
        (w * w).exp().sum().backward()
        assert torch.cuda.memory_allocated() == 2 * 4096  # the leaf and its gradient
        w.grad = None
        assert torch.cuda.memory_allocated() == 4096
        del w
        assert torch.cuda.memory_allocated() == 0
    finally:
        gc.enable()


def test_training_takes_the_same_memory_in_each_step(gpu):
    model = torch.nn.Linear(100, 10).to("cuda")
    optimizer = torch.optim.Adam(model.parameters())
    x = torch.ones(5, 100, device="cuda")
    seen = []
    for _ in range(4):
        optimizer.zero_grad()
        model(x).sum().backward()
        optimizer.step()
        seen.append(torch.cuda.memory_allocated())
    assert seen[1] == seen[2] == seen[3]


def test_out_of_memory():
    with torch.cuda.simulate(memory=64 * MiB):
        kept = torch.empty(40 * MiB // 4, device="cuda")
        with pytest.raises(torch.cuda.OutOfMemoryError, match=r"Tried to allocate 40.00 MiB"):
            kept + 1
        with pytest.raises(torch.OutOfMemoryError):
            torch.ones(40 * MiB // 4).cuda()
        del kept
        torch.empty(40 * MiB // 4, device="cuda")


# --- time ---


def timeline(gpu):
    return [launch.name for launch in gpu.launches]


def test_the_timeline_names_the_operations(gpu):
    a = torch.ones(4, 4, device="cuda", requires_grad=True)
    (a @ a).exp().sum().backward()
    torch.cuda.synchronize()
    names = timeline(gpu)
    assert names[:4] == ["fill", "mm", "exp", "sum"]
    assert names[-1] == "synchronize"
    assert [n for n in names if "Backward" in n][:2] == ["SumBackward0", "ExpBackward0"]
    assert "MmBackward0" in names


def test_work_on_the_cpu_is_not_on_the_timeline(gpu):
    a = torch.ones(4, 4, requires_grad=True)
    (a @ a).exp().sum().backward()
    assert timeline(gpu) == [] and torch.cuda.clock() == 0.0


def test_views_are_not_launched(gpu):
    a = torch.ones(4, 4, device="cuda")
    before = len(gpu.launches)
    a.T, a[0], a.view(16), a.unsqueeze(0), a.detach(), a.expand(2, 4, 4)
    assert len(gpu.launches) == before


SLOW = {"float32_per_second": 1e9, "bytes_per_second": 1e9}  # so that small products take long


def test_reading_a_value_waits_for_the_device():
    with torch.cuda.simulate(**SLOW):
        a = torch.ones(200, 200, device="cuda")
        b = a @ a
        launched = torch.cuda.clock()
        assert b[0, 0].item() == 200.0
        assert torch.cuda.clock() - launched > 0.9 * 2 * 200**3 / 1e9


def test_a_small_product_takes_as_long_as_its_launch_and_a_large_one_as_its_arithmetic():
    def timed(n, dtype=torch.float32):
        a = torch.ones(n, n, device="cuda", dtype=dtype)
        a @ a
        torch.cuda.synchronize()
        begin = torch.cuda.clock()
        a @ a
        torch.cuda.synchronize()
        return torch.cuda.clock() - begin

    with torch.cuda.simulate(**SLOW) as gpu:
        launch = gpu.specification.launch_seconds + gpu.specification.shortest_seconds
        assert timed(4) == pytest.approx(timed(8)) == pytest.approx(launch)
        assert timed(128) == pytest.approx(2 * 128**3 / 1e9, rel=0.05)
        assert timed(128, torch.float16) == pytest.approx(timed(128) / 4, rel=0.05)


def test_a_backward_pass_takes_about_twice_as_long_as_the_forward_pass():
    with torch.cuda.simulate(**SLOW, load_seconds=0.0) as gpu:
        x = torch.ones(128, 128, device="cuda", requires_grad=True)
        w = torch.ones(128, 128, device="cuda", requires_grad=True)
        torch.cuda.synchronize()
        begin = gpu.now()
        loss = (x @ w).sum()
        torch.cuda.synchronize()
        forward = gpu.now() - begin
        loss.backward()
        torch.cuda.synchronize()
        assert gpu.now() - begin - forward == pytest.approx(2 * forward, rel=0.1)


def test_creating_on_the_device_saves_the_copy(gpu):
    torch.ones(250_000).cuda()
    copied = gpu.launches[-1]
    torch.ones(250_000, device="cuda")
    made = gpu.launches[-1]
    assert copied.name == "copy to device" and made.name == "fill"
    assert copied.end - copied.start > 10 * (made.end - made.start)
