"""The simulated GPU by itself: the virtual clock's two lanes, and memory that follows the life of arrays."""

import gc

import numpy as np
import pytest

from torchlet.simulated_gpu import US, SimulatedGPU, Specification

SPECIFICATION = Specification(
    launch_seconds=5 * US,
    load_seconds=0.0,
    shortest_seconds=2 * US,
    bytes_per_second=1e9,
    transfer_seconds=10 * US,
    transfer_bytes_per_second=1e8,
    float32_per_second=1e10,
)


@pytest.fixture
def gpu():
    return SimulatedGPU(SPECIFICATION)


def microseconds(gpu):
    return [tuple(round(t / US, 6) for t in launch[1:]) for launch in gpu.launches]


def test_the_host_runs_ahead_of_the_device(gpu):
    for _ in range(3):
        gpu.launch("add", nbytes=20_000)
    assert microseconds(gpu) == [(0, 5, 5, 25), (5, 10, 25, 45), (10, 15, 45, 65)]
    assert gpu.now() == pytest.approx(15 * US)


def test_the_device_waits_for_the_host_when_work_is_small(gpu):
    for _ in range(3):
        gpu.launch("add", nbytes=4)
    assert microseconds(gpu) == [(0, 5, 5, 7), (5, 10, 10, 12), (10, 15, 15, 17)]


def test_synchronize_brings_the_host_to_the_device(gpu):
    gpu.launch("add", nbytes=20_000)
    gpu.synchronize()
    assert gpu.now() == pytest.approx(25 * US)
    gpu.synchronize()
    assert gpu.now() == pytest.approx(25 * US)
    assert gpu.launches[-1].name == "synchronize"


def test_the_first_launch_of_an_operation_costs_more():
    gpu = SimulatedGPU(Specification(load_seconds=300 * US, launch_seconds=5 * US))
    times = []
    for name in ("add", "add", "mul", "add"):
        before = gpu.now()
        gpu.launch(name, 4)
        times.append(round((gpu.now() - before) / US))
    assert times == [305, 5, 305, 5]


def test_a_copy_waits_for_the_device_and_the_host_for_the_copy(gpu):
    gpu.launch("add", nbytes=20_000)
    gpu.download(np.zeros(125, np.float32))
    assert microseconds(gpu)[-1] == (5, 40, 25, 40)  # 10 µs to begin, 500 bytes at 100 bytes a µs
    assert gpu.now() == pytest.approx(40 * US)


def test_memory_or_arithmetic_whichever_is_slower():
    assert SPECIFICATION.seconds(1000, 0) == 2 * US
    assert SPECIFICATION.seconds(10_000, 10) == pytest.approx(10 * US)
    assert SPECIFICATION.seconds(10_000, 1_000_000) == pytest.approx(100 * US)


@pytest.mark.parametrize(
    ("dtype", "faster"), [("float16", 4), ("int8", 8), ("float64", 1 / 32), ("int64", 1)]
)
def test_the_rate_depends_on_the_dtype(dtype, faster):
    float32 = SPECIFICATION.seconds(0, 10**9)
    assert SPECIFICATION.seconds(0, 10**9, dtype) == pytest.approx(float32 / faster)


def test_a_product_counts_its_inner_index(gpu):
    a, b = np.ones((50, 100), np.float32), np.ones((100, 200), np.float32)
    gpu.launched("MmBackward0", a @ b, (a, b))
    launch = gpu.launches[-1]
    assert launch.end - launch.start == pytest.approx(2 * 50 * 100 * 200 / 1e10)


@pytest.mark.parametrize(
    ("node", "operation"),
    [
        ("AddBackward0", "add"),
        ("LogSoftmaxBackward0", "log_softmax"),
        ("MmBackward0", "mm"),
        ("zeros", "zeros"),
    ],
)
def test_launches_are_named_after_the_operation(gpu, node, operation):
    gpu.launched(node, np.zeros(3), (np.zeros(3), 2.0, True))
    assert gpu.launches[-1].name == operation


def test_an_elementwise_operation_moves_inputs_and_result(gpu):
    a = np.ones(10_000, np.float32)
    gpu.launched("add", a + a, (a, a))
    launch = gpu.launches[-1]
    assert launch.end - launch.start == pytest.approx(3 * 40_000 / 1e9)


def test_marks(gpu):
    before = gpu.mark()
    gpu.launch("add", nbytes=20_000)
    after = gpu.mark()
    assert gpu.reached(before) and not gpu.reached(after)
    gpu.wait_for(after)
    assert gpu.reached(after)
    assert gpu.seconds_between(before, after) == pytest.approx(25 * US)


def test_memory_is_counted_while_the_array_lives(gpu):
    array = gpu.allocate(np.zeros(1000, np.float32))
    assert gpu.memory.allocated == 4096
    view = gpu.allocate(array[10:20])
    assert gpu.memory.allocated == 4096
    del array
    assert gpu.memory.allocated == 4096
    del view
    assert gpu.memory.allocated == 0


def test_counting_keeps_nothing_alive_and_makes_no_cycle(gpu):
    gc.disable()
    try:
        for _ in range(50):
            gpu.allocate(np.zeros(1000))
        assert gpu.memory.allocated == 0 and not gpu._counted
    finally:
        gc.enable()


def test_a_scalar_becomes_an_array_and_nothing_costs_nothing(gpu):
    scalar = gpu.allocate(np.float32(2.5))
    assert isinstance(scalar, np.ndarray) and scalar.shape == () and gpu.memory.allocated == 512
    gpu.allocate(np.zeros((3, 0)))
    assert gpu.memory.allocated == 512


def test_copies_both_ways_share_no_memory(gpu):
    host = np.arange(3.0)
    device = gpu.upload(host)
    back = gpu.download(device)
    assert not np.shares_memory(host, device) and not np.shares_memory(device, back)
    assert (back == host).all()
    assert gpu.memory.allocated == 512
