"""The caching allocator: PyTorch's sizes and rules, and that it never loses or shares a byte."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from torchlet.caching_allocator import CachingAllocator, GiB, KiB, MiB, OutOfMemoryError, in_words


@pytest.fixture
def memory():
    return CachingAllocator(GiB)


@pytest.mark.parametrize(
    ("asked", "allocated", "reserved"),
    [
        (1, 512, 2 * MiB),
        (512, 512, 2 * MiB),
        (513, 1024, 2 * MiB),
        (MiB, MiB, 2 * MiB),
        (MiB + 1, MiB + 512, 20 * MiB),
        (10 * MiB - 512, 10 * MiB - 512, 20 * MiB),
        (10 * MiB, 10 * MiB, 10 * MiB),
        (33 * MiB, 34 * MiB, 34 * MiB),  # a rest of 1 MiB is not worth cutting off
        (32768 * KiB, 32768 * KiB, 32768 * KiB),
    ],
)
def test_sizes(memory, asked, allocated, reserved):
    memory.allocate(asked)
    assert (memory.allocated, memory.reserved) == (allocated, reserved)


def test_small_requests_share_a_segment(memory):
    for _ in range(4096):
        memory.allocate(512)
    assert (memory.allocated, memory.reserved) == (2 * MiB, 2 * MiB)
    memory.allocate(512)
    assert memory.reserved == 4 * MiB


def test_a_freed_block_is_used_again_without_the_driver(memory):
    block = memory.allocate(12 * MiB)
    memory.free(block)
    assert (memory.allocated, memory.reserved) == (0, 12 * MiB)
    assert memory.allocate(12 * MiB).start == block.start
    assert memory.reserved == 12 * MiB


def test_the_smallest_block_that_fits_is_taken(memory):
    blocks = [memory.allocate(size * MiB) for size in (40, 12, 20)]
    for block in blocks:
        memory.free(block)
    assert memory.allocate(11 * MiB).start == blocks[1].start


def test_neighbours_are_joined(memory):
    first, second, third = (memory.allocate(4 * MiB) for _ in range(3))
    for block in (first, third, second):
        memory.free(block)
    assert memory.allocate(20 * MiB).start == first.start
    assert memory.reserved == 20 * MiB


def test_empty_cache_keeps_segments_with_a_living_block(memory):
    kept, freed = memory.allocate(4 * MiB), memory.allocate(30 * MiB)
    memory.free(freed)
    memory.empty_cache()
    assert (memory.allocated, memory.reserved) == (4 * MiB, 20 * MiB)
    memory.free(kept)
    memory.empty_cache()
    assert (memory.allocated, memory.reserved) == (0, 0)


def test_peaks(memory):
    memory.free(memory.allocate(30 * MiB))
    assert (memory.peak_allocated, memory.peak_reserved) == (30 * MiB, 30 * MiB)
    memory.reset_peaks()
    assert (memory.peak_allocated, memory.peak_reserved) == (0, 30 * MiB)


def test_the_cache_is_emptied_before_memory_runs_out(memory):
    memory.free(memory.allocate(600 * MiB))
    memory.allocate(700 * MiB)
    assert memory.reserved == 700 * MiB


def test_out_of_memory_says_how_much_there_is(memory):
    memory.allocate(900 * MiB)
    with pytest.raises(OutOfMemoryError) as caught:
        memory.allocate(200 * MiB)
    text = str(caught.value)
    assert text.startswith(
        "CUDA out of memory. Tried to allocate 200.00 MiB. GPU 0 has a total capacity of 1.00 GiB"
    )
    assert "of which 124.00 MiB is free" in text and "900.00 MiB is allocated" in text
    assert memory.allocated == 900 * MiB
    assert isinstance(caught.value, RuntimeError)


@given(
    st.lists(st.integers(1, 40 * MiB) | st.integers(1, 4 * KiB) | st.tuples(st.integers(0, 100)), max_size=60)
)
def test_no_byte_is_lost_or_shared(steps):
    """Steps are sizes to allocate, or (which,) to free."""
    memory, living, peak = CachingAllocator(2 * GiB), [], 0
    for step in steps:
        if isinstance(step, int):
            block = memory.allocate(step)
            assert step <= block.size and block.size % 512 == 0
            living.append(block)
        elif living:
            memory.free(living.pop(step[0] % len(living)))
        peak = max(peak, memory.allocated)
        assert memory.allocated == sum(block.size for block in living) <= memory.reserved
        ends = sorted((block.start, block.start + block.size) for block in living)
        assert all(end <= start for (_, end), (start, _) in itertools.pairwise(ends))
    assert memory.peak_allocated == peak
    for block in living:
        memory.free(block)
    memory.empty_cache()
    assert (memory.allocated, memory.reserved) == (0, 0)


@pytest.mark.parametrize(
    ("nbytes", "text"), [(3, "3 bytes"), (1536, "1.50 KiB"), (20 * MiB, "20.00 MiB"), (8 * GiB, "8.00 GiB")]
)
def test_sizes_in_words(nbytes, text):
    assert in_words(nbytes) == text
