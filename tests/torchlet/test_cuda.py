"""The cuda surface in its three states: none (as PyTorch's CPU build), simulated, and a real card."""

import time

import numpy as np
import pytest
import torch

from torchlet import cuda, cupy_gpu, gpus
from torchlet.caching_allocator import MiB

from .marks import beside_cpu_build, without_gpu

# --- none ---


def outcome(function, *args):
    """The value, or the error's type and the first words of its text."""
    try:
        return function(*args)
    except Exception as error:
        return type(error), str(error)[:33]


@without_gpu
@beside_cpu_build
@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("is_available", ()),
        ("device_count", ()),
        ("is_initialized", ()),
        ("init", ()),
        ("current_device", ()),
        ("get_device_name", ()),
        ("get_device_name", (0,)),
        ("get_device_properties", (0,)),
        ("get_device_capability", ()),
        ("memory_allocated", ()),
        ("max_memory_allocated", ()),
        ("memory_reserved", ()),
        ("max_memory_reserved", ()),
        ("mem_get_info", ()),
        ("memory_stats", ()),
        ("empty_cache", ()),
        ("synchronize", ()),
        ("current_stream", ()),
        ("Event", ()),
    ],
)
def test_without_a_gpu_all_is_as_in_pytorchs_cpu_build(name, args):
    assert outcome(getattr(cuda, name), *args) == outcome(getattr(torch.cuda, name), *args)


@without_gpu
@pytest.mark.parametrize("name", ["current_device", "mem_get_info", "synchronize", "Event", "Stream", "init"])
def test_the_error_names_the_way_out(name):
    with pytest.raises((AssertionError, RuntimeError), match=r"torch\.cuda\.simulate\(\)"):
        getattr(cuda, name)()


@without_gpu
def test_without_a_gpu_the_clock_is_the_real_one():
    assert abs(cuda.clock() - time.perf_counter()) < 1


# --- simulated ---


@without_gpu
def test_the_simulation_ends_with_its_block():
    with cuda.simulate():
        assert cuda.is_available() and cuda.device_count() == 1
    assert not cuda.is_available()


@without_gpu
def test_as_a_function_it_stays_until_it_is_stopped():
    simulated = cuda.simulate()
    try:
        assert cuda.is_available()
    finally:
        simulated.stop()
    simulated.stop()  # once more does no harm
    assert not cuda.is_available()


def test_each_simulation_begins_with_nothing(gpu):
    array = gpu.allocate(np.zeros(MiB, np.uint8))
    gpu.launch("add", 4)
    with cuda.simulate() as inner:
        assert cuda.memory_allocated() == 0 and cuda.clock() == 0.0 and not inner.launches
    assert cuda.memory_allocated() == array.nbytes and cuda.clock() == gpu.now() > 0


def test_it_says_everywhere_that_it_is_simulated(gpu):
    assert "simulated" in cuda.get_device_name().lower()
    assert "Simulated" in repr(cuda.get_device_properties())
    assert repr(gpu) == "<Simulated GPU (torchlet): on>"
    with pytest.raises(cuda.OutOfMemoryError, match="simulated"):
        gpu.memory.allocate(10**12)


def test_what_the_device_is_like(gpu):
    properties = cuda.get_device_properties(0)
    assert properties.name == cuda.get_device_name("cuda:0")
    assert (properties.major, properties.minor) == cuda.get_device_capability()
    assert cuda.mem_get_info() == (properties.total_memory, properties.total_memory)
    assert properties.multi_processor_count > 0
    assert cuda.current_device() == 0


def test_the_card_can_be_another():
    with cuda.simulate(memory=64 * MiB, name="Small simulated GPU"):
        assert cuda.mem_get_info() == (64 * MiB, 64 * MiB)
        assert cuda.get_device_name() == "Small simulated GPU"
    with pytest.raises(TypeError, match="colour"):
        cuda.simulate(colour="green")


@pytest.mark.parametrize("device", [None, 0, "cuda", "cuda:0"])
def test_ways_to_name_the_device(gpu, device):
    cuda.set_device(device)
    cuda.synchronize(device)
    assert cuda.memory_allocated(device) == 0
    with cuda.device(device):
        assert cuda.current_device() == 0


@pytest.mark.parametrize(
    "function", [cuda.get_device_name, cuda.set_device, cuda.memory_allocated, cuda.synchronize]
)
def test_there_is_no_second_device(gpu, function):
    for device in (1, "cuda:1"):
        with pytest.raises(RuntimeError, match="CUDA error: invalid device ordinal"):
            function(device)
    with pytest.raises(ValueError, match="Expected a cuda device, but got: cpu"):
        function("cpu")


def test_memory_sums(gpu):
    kept, dropped = gpu.allocate(np.zeros(100)), gpu.allocate(np.zeros(3 * MiB, np.uint8))
    assert cuda.memory_allocated() == cuda.max_memory_allocated() == 1024 + 3 * MiB
    assert cuda.memory_reserved() == 22 * MiB
    del dropped
    assert (cuda.memory_allocated(), cuda.max_memory_allocated()) == (1024, 1024 + 3 * MiB)
    free, total = cuda.mem_get_info()
    assert total - free == cuda.memory_reserved() == 22 * MiB
    cuda.empty_cache()
    assert (cuda.memory_reserved(), cuda.max_memory_reserved()) == (2 * MiB, 22 * MiB)
    cuda.reset_peak_memory_stats()
    assert cuda.memory_stats() == {
        "allocated_bytes.all.current": 1024,
        "allocated_bytes.all.peak": 1024,
        "reserved_bytes.all.current": 2 * MiB,
        "reserved_bytes.all.peak": 2 * MiB,
    }
    del kept


def test_timing_without_waiting_measures_the_launch(gpu):
    big = 10**9
    gpu.launch("matmul", big)  # warm-up

    def timed(wait):
        cuda.synchronize()
        begin = cuda.clock()
        gpu.launch("matmul", big)
        if wait:
            cuda.synchronize()
        return cuda.clock() - begin

    assert timed(wait=False) == pytest.approx(gpu.specification.launch_seconds)
    assert timed(wait=True) == pytest.approx(
        gpu.specification.launch_seconds + big / gpu.specification.bytes_per_second
    )


def test_events_measure_the_devices_time(gpu):
    start, end = cuda.Event(enable_timing=True), cuda.Event(enable_timing=True)
    start.record()
    gpu.launch("add", 320_000_000)
    end.record()
    assert not end.query()
    end.synchronize()
    assert end.query()
    assert start.elapsed_time(end) == pytest.approx(1 + 0.305, rel=1e-6)  # first launch included


def test_events_that_cannot_be_compared(gpu):
    untimed, timed, other = cuda.Event(), cuda.Event(enable_timing=True), cuda.Event(enable_timing=True)
    assert timed.query()
    timed.synchronize()
    with pytest.raises(ValueError, match="created with argument 'enable_timing=True'"):
        untimed.elapsed_time(timed)
    with pytest.raises(ValueError, match="Both events must be recorded"):
        timed.elapsed_time(other)
    timed.record()
    gpu.launch("add", 10**9)
    other.record()
    with pytest.raises(RuntimeError, match="Both events must be completed"):
        timed.elapsed_time(other)


def test_there_is_one_stream(gpu):
    stream = cuda.current_stream()
    assert stream == cuda.default_stream() == cuda.Stream() and hash(stream) == hash(cuda.Stream())
    gpu.launch("add", 10**9)
    assert not stream.query()
    event = stream.record_event()
    with cuda.stream(stream):
        stream.wait_event(event)
        stream.wait_stream(cuda.Stream())
    stream.synchronize()
    assert stream.query() and event.query()
    assert repr(stream) == "<torch.cuda.Stream device=cuda:0 cuda_stream=0x0>"


# --- a real card ---


def test_cupy_is_used_when_it_is_there(card):
    assert cuda.is_available() and cuda.get_device_name() == "NVIDIA Fake"
    assert cuda.get_device_properties().total_memory == 80 * 2**30
    assert cuda.get_device_capability() == (9, 0)
    assert cuda.mem_get_info() == (1, 2)
    card.used = card.total = 2048
    gpus.find().memory._hook.malloc_postprocess(device_id=0, size=2048, mem_size=2048, mem_ptr=0, pmem_id=0)
    card.used = 512
    assert (cuda.memory_allocated(), cuda.max_memory_allocated()) == (512, 2048)
    cuda.empty_cache()
    assert (cuda.memory_reserved(), cuda.max_memory_reserved()) == (512, 2048)
    start, end = cuda.Event(enable_timing=True), cuda.Event(enable_timing=True)
    start.record()
    end.record()
    assert not end.query()
    for event in (start, end):
        event.synchronize()
    cuda.synchronize()
    assert start.elapsed_time(end) == 1.5
    assert abs(cuda.clock() - time.perf_counter()) < 1


def test_a_simulation_comes_before_the_card(card):
    with cuda.simulate():
        assert "Simulated" in cuda.get_device_name()
    assert cuda.get_device_name() == "NVIDIA Fake"


def test_cupy_without_a_card_is_no_gpu(card):
    card.cuda.is_available = lambda: False
    assert not cuda.is_available()


@pytest.mark.gpu
@pytest.mark.skipif(cupy_gpu.find() is None, reason="needs an NVIDIA GPU and CuPy")
def test_a_real_card_counts_and_times():
    card = gpus.find()
    before = cuda.memory_allocated()
    array = card.upload(np.ones((1024, 1024), np.float32))
    assert cuda.memory_allocated() - before == 4 * MiB
    start, end = cuda.Event(enable_timing=True), cuda.Event(enable_timing=True)
    start.record()
    product = array @ array
    end.record()
    cuda.synchronize()
    assert 0 < start.elapsed_time(end) < 1000
    assert (card.download(product) == 1024).all()
    del array, product
    assert cuda.memory_allocated() == before
