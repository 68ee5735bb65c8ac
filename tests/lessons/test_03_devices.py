"""Lesson 03: the curriculum's numbers, its model and its simulated card, and what it does without a GPU."""

import importlib.util
import json
import re

import pytest

import torchlet
from tests.lessons.every_lesson import EveryLesson
from tests.lessons.machinery import LIBRARIES, Lesson, core_only, on
from torchlet import cupy_gpu

# Its times and bytes are those of the simulated card, and a real one would be used where there is one.
pytestmark = pytest.mark.skipif(cupy_gpu.find() is not None, reason="this machine has a real GPU")

# Run after the lesson: what the task descriptions promise of the reference answers.
PROMISES = {
    'print(*(picked("cuda:1", gpus)[1] for gpus in (2, 1, 0)))': "cuda:1 cuda:0 cpu\n",
    'batch = {"images": [torch.ones(2), torch.zeros(2)], "names": ("a", "b"), "epoch": 3}\n'
    'print(in_words(move(batch, torch.device("cpu"))))': (
        "{'images': ['tensor on cpu: [1.0, 1.0]', 'tensor on cpu: [0.0, 0.0]'], 'names': ('a', 'b'), 'epoch': 3}\n"
    ),
    "tensor_bytes(torch.zeros(3, 5))": "60",
    "fits((64, 512, 16, 16), torch.float32, 32 * 2**20)": "True",
    "fits((1,), torch.int8, 511)": "False",
}

LESSON = Lesson("03_devices", PROMISES)
MEASURES = "cpu_seconds, guessed = [], []"  # the one cell whose text is new each time

# ------------------------------------------------------------------------------ the numbers of the curriculum
NUMBERS = {
    'print("a GPU is there: "': [
        "a GPU is there:  False",
        "number of GPUs:  0",
        "AssertionError: Torch not compiled with CUDA enabled\n",
    ],
    "gpu = torch.cuda.simulate()": ["Switched on: Simulated GPU (torchlet)"],
    "get_device_properties(0)": ["Simulated GPU (torchlet)\nmemory:          8192 MiB\nmultiprocessors: 40"],
    "print(repr(device))": ["device(type='cuda', index=0)"],
    "a = a.to(device)\nprint(a)": ["tensor([1., 2., 3.], device='cuda:0')", "cuda:0 True"],
    "made = torch.zeros(2, 2, device=device)": ["True True True"],
    "third = data_there + weights": ["[11.0, 22.0, 33.0]\n" * 3],
    "print(first.device, second.device, third.device)": ["cuda:0 cpu cuda:0"],
    "weights + torch.tensor(0.5)": ["[20.0, 40.0, 60.0]\n[10.5, 20.5, 30.5]"],
    "batch = [torch.ones(2), torch.zeros(3)]": ["AttributeError: 'list' object has no attribute 'to'\n[True, True]"],
    "launch_timeline()": [
        "n = 1024: The clock says 15.0 µs: 3 launches and nothing else. One product takes the device 268.4 µs",
        "n = 1024: The host waits, and the clock says 810.3 µs",
    ],
    "µs for one product": ["34.1 µs for one product"],
    "torch.cuda.Event(enable_timing=True)": ["between the marks: 38.6 µs"],
    "model {1e6 * model(n):5.1f} µs   clock": [
        "n =    8   model   7.0 µs   clock   7.0 µs",
        "n =   64   model   7.0 µs   clock   7.0 µs",
        "n =  256   model   9.2 µs   clock   9.2 µs",
        "n =  512   model  38.6 µs   clock  38.6 µs",
    ],
    "arithmetic alone": [
        "arithmetic alone:   0.07 µs\nthe work:           2.00 µs\nthe launch:         5.00 µs\n"
        "three copies:      34.10 µs\nall together:      41.10 µs"
    ],
    "Check: run this when you have filled the gaps": ["Right: 3,020.9 µs, and 2,806.2 µs of them for the copy."],
    "result = torch.sigmoid(on_host.to(device))": ["the clock says 3,020.9 µs"],
    "x.numel():,} numbers": ["8,388,608 numbers × 4 bytes = 32,768 KiB"],
    "one_number = torch.zeros(1, device=device)": ["32,768.0 KiB\n0.5 KiB"],
    "with torch.no_grad():\n    y = torch.sigmoid(x).mean()\nprint(f\"with no_grad": [
        "with gradients:  32,768.5 KiB kept\nwith no_grad:         0.5 KiB kept"
    ],
    "reset_peak_memory_stats": ["at the end:         0.5 KiB", "in between:    32,768.5 KiB"],
    "torch.cuda.simulate(memory=64 * 2**20)": [
        "Tried to allocate 40.00 MiB. GPU 0 (simulated) has a total capacity of 64.00 MiB of which 24.00 MiB is free.",
        "without the first one: 40 MiB",
    ],
    "bytes each,": ["torch.float16  2 bytes each,  1,953.1 KiB", "torch.int8     1 bytes each,    976.6 KiB"],
    "for one addition": ["float32   42.5 µs", "float16   23.7 µs", "int8      14.4 µs"],
    "(q + q).tolist()": ["[-56, 56]"],
    "print(m @ m)": ["NotImplementedError: \"addmm_cuda\" not implemented for 'Char'"],
    "scale = w.abs().max() / 127": [
        "[2, -50, 31, 127] in 4 bytes instead of 16",
        "[0.02, -0.5, 0.31, 1.27]",
        "error: 0.004\nhalf a step:   0.005",
    ],
}  # fmt: skip

# ------------------------------------------------------------------------------ its misconceptions
MISCONCEPTIONS = {
    "    a.cuda()": ["cpu False"],  # a.cuda() moves a
    "print(a.to(device) is a)": ["True"],
    "    on_device.numpy()": [
        "TypeError: can't convert cuda:0 device type tensor to numpy. Use Tensor.cpu() to copy the tensor to host memory"
    ],
    "array = on_device.cpu()": ["array:     [-999. -998. -997.]\non device: [1.0, 2.0, 3.0]"],
    "print(data + weights)": [
        "RuntimeError: Expected all tensors to be on the same device, but found at least two devices, cuda:0 and cpu!"
    ],
    # a wall-clock around a GPU call times the work
    "start = now(device)\nb = a @ a\nstop": ["the clock says 5.0 µs"],
    "so that nothing old is left in the queue": ["the clock says 273.4 µs"],
    "eight = torch.ones": ["attempt 1: 307.0 µs\nattempt 2: 7.0 µs\nattempt 3: 7.0 µs"],
    "hundred_steps(True)": ["reading nothing:    502 µs\nreading each time: 1700 µs"],
}


@pytest.mark.slow
def test_reserved_memory_stays_until_the_cache_is_emptied(runs):
    lines = runs["torchlet"]["def say(text):"].splitlines()
    numbers = [[int(n.replace(",", "")) for n in re.findall(r"([\d,]+) KiB", line)] for line in lines]
    (with_x, kept), (without_x, cached), again, (after, reserved) = numbers
    assert with_x - without_x == 32_768 and cached == kept and again == [with_x, kept]
    assert after == without_x and kept - reserved == 32_768


@pytest.mark.slow
def test_both_libraries_side_by_side(run):
    rows = run["libraries = [torchlet]"].splitlines()
    assert [row.split(maxsplit=1) for row in rows] == [
        [name, "cpu False cuda:1 0 True 2 1"] for name in LIBRARIES
    ]


@pytest.mark.slow
def test_each_size_is_measured_or_guessed(run):
    rows = run[MEASURES].splitlines()[1:]
    assert [int(row.split()[0]) for row in rows] == [8, 64, 256, 512, 1024, 2048, 4096]
    assert all(re.search(r"[≈ ] +[\d,]+ µs +[\d,]+ µs +[\d,]+ µs$", row) for row in rows)
    assert rows[-1].endswith(" 17,185 µs             33,992 µs") and "≈" not in "".join(rows[:4])


# ------------------------------------------------------------------------------ predictions
PREDICTED = [
    ("three zeros", "tensor([0., 0., 0.])"),
    ("yes: both look at the same memory", "[1. 1. 1.]"),
    ("cpu", "cpu False"),
    ("a itself", "True"),
    ("a RuntimeError that names both devices", "found at least two devices, cuda:0 and cpu!"),
    ("about 5 µs: the launch", "the clock says 5.0 µs"),
    ("the first one is much longer", "attempt 1: 307.0 µs\nattempt 2: 7.0 µs"),
    ("if x.sum().item() > 0:", "reading nothing:    502 µs\nreading each time: 1700 µs"),
    ("the three copies", "three copies:      34.10 µs\nall together:      41.10 µs"),
    ("32,768 KiB", "32,768 KiB"),
    ("32,768 KiB and one block", "with gradients:  32,768.5 KiB kept"),
    ("only memory_allocated", "without x "),
    ("2048, 60000 and 4096, inf", "[2048.0, 60000.0]\n[4096.0, inf]"),
]


class TestLesson(EveryLesson):
    lesson = LESSON
    printed = NUMBERS | MISCONCEPTIONS
    predicted = PREDICTED
    points, tasks = 10, 4
    core_only = 0.35  # the cells that print devices, bytes and virtual times

    @pytest.mark.slow
    def test_torchlet_and_pytorch_print_the_same(self, runs):
        """But for the cell that measures."""
        ours, theirs = runs["torchlet"].text, runs["torch"].text
        different = [source for source in theirs if ours[source] != theirs[source]]
        assert all(MEASURES in source for source in different)


# ------------------------------------------------------------------------------ the model and the measured curve
def test_the_model_is_that_of_the_simulated_card():
    variables: dict = {}
    exec(LESSON.cell("LAUNCH = 5e-6"), variables)
    card = torchlet.cuda.simulate()
    try:
        assumed = card.specification
        assert [variables[name] for name in ("LAUNCH", "SHORTEST", "RATE", "MEMORY", "COPY", "BUS")] == [
            pytest.approx(number)
            for number in (assumed.launch_seconds, assumed.shortest_seconds, assumed.float32_per_second,
                           assumed.bytes_per_second, assumed.transfer_seconds, assumed.transfer_bytes_per_second)
        ]  # fmt: skip
        for n in (8, 64, 128, 256):
            a, b = torchlet.ones(n, n), torchlet.ones(n, n)
            (a.cuda() @ b.cuda()).cpu()
            start = card.now()
            (a.cuda() @ b.cuda()).cpu()
            assert card.now() - start == pytest.approx(variables["model"](n, copies=3))
    finally:
        card.stop()


@pytest.fixture
def measuring():
    """The program that measures on a real GPU, as a module."""
    spec = importlib.util.spec_from_file_location("measure_gpu", LESSON.folder / "measure_gpu.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["", *LIBRARIES])
def test_nothing_is_measured_without_a_real_gpu(measuring, name):
    with pytest.raises(SystemExit, match="no real NVIDIA GPU"):
        measuring.library(name)
    with torchlet.cuda.simulate(), pytest.raises(SystemExit, match="no real NVIDIA GPU"):
        measuring.library("torchlet")


def test_a_measured_curve_says_card_and_date_and_is_drawn(measuring, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(measuring, "ROUND_SECONDS", 0.0)
    with torchlet.cuda.simulate(name="A card"):
        data = measuring.measure(torchlet, [8, 16])
    assert data["card"] == "A card" and re.fullmatch(r"\d{4}-\d\d-\d\d", data["date"])
    assert data["sizes"] == [8, 16] and len(data["seconds"]) == len(data["seconds_with_copies"]) == 2
    assert all(0 < seconds < 1 for seconds in data["seconds"] + data["seconds_with_copies"])

    from labkit import subplots

    shown = []
    variables = {
        "sizes": [8, 16],
        "cpu_seconds": [1e-6, 2e-6],
        "model": lambda n, copies=0: 1e-5,
        "subplots": subplots,
        "show_figure": lambda figure, alt: shown.append([t.get_text() for t in figure.axes[0].get_legend().texts]),
    }  # fmt: skip
    monkeypatch.chdir(tmp_path)
    exec(LESSON.cell('Path("measured_gpu.json")'), variables)
    (tmp_path / "measured_gpu.json").write_text(json.dumps(data))
    exec(LESSON.cell('Path("measured_gpu.json")'), variables)
    assert len(shown[0]) == 3 and shown[1] == [*shown[0], f"A card, measured {data['date']}"]
    assert all("model" in label for label in shown[0][1:])


def test_no_curve_is_shipped_that_nobody_measured():
    shipped = LESSON.folder / "measured_gpu.json"
    if shipped.exists():
        data = json.loads(shipped.read_text(encoding="utf-8"))
        assert data["card"] and data["date"] and "simulated" not in data["card"].lower()


# ------------------------------------------------------------------------------ the example with gaps
def filled(library: str, body: str) -> str:
    return LESSON.faded(library, "def sigmoid_seconds", body, needs=("LAUNCH = 5e-6",))


@pytest.mark.parametrize("library", LIBRARIES)
def test_empty_gaps_do_not_stop_the_notebook(library):
    assert "still empty" in filled(library, "raise NotImplementedError()")
    assert "Right: 3,020.9 µs" in filled(library, "return LAUNCH + COPY + size / BUS + 2 * size / MEMORY")


@pytest.mark.parametrize(
    ("formula", "cause"),
    [
        ("LAUNCH + COPY + size / BUS + size / MEMORY", "twice as many bytes"),
        ("COPY + size / BUS + 2 * size / MEMORY", "The launch is missing"),
        ("LAUNCH + size / BUS + 2 * size / MEMORY", "before the first byte"),
        ("LAUNCH + COPY + size / MEMORY + 2 * size / MEMORY", "slower than the card's memory"),
        ("LAUNCH + COPY + size / BUS + 2 * size / BUS", "the card's own memory"),
        ("LAUNCH + max(COPY + size / BUS, 2 * size / MEMORY)", "do not take the longer one"),
        ("LAUNCH + 2 * size / MEMORY", "The copy is missing"),
        ("LAUNCH + COPY + count / BUS + 2 * count / MEMORY", "a float32 number takes four bytes"),
    ],
)
def test_wrong_gaps_are_explained(formula, cause):
    with pytest.raises(AssertionError, match=re.escape(cause)):
        filled("torchlet", f"return {formula}")


@pytest.mark.parametrize("library", LIBRARIES)
def test_what_is_missing_in_a_gap_is_not_lent_by_the_check(library):
    with pytest.raises(NameError, match="copying"):
        filled(library, "working = 2 * size / MEMORY\nreturn LAUNCH + copying + working")
    with pytest.raises(AssertionError, match="without `return`"):
        filled(library, "LAUNCH + COPY + size / BUS + 2 * size / MEMORY")


# ------------------------------------------------------------------------------ homework
def test_cells_that_need_the_card_do_not_stop_pytorch_without_one():
    """On PyTorch's CPU they print something else, and no error ends the notebook."""
    import contextlib
    import io

    variables: dict = {}
    for cell in LESSON.code:
        if "nbgrader" in cell.metadata or MEASURES in cell.source or "axes.plot" in cell.source:
            continue
        if "predict" not in cell.metadata.get("tags", []) and "launch_timeline()" not in cell.source:
            source = on("torch", cell.source)
            if "Check: run this" in source:
                continue
            with contextlib.redirect_stdout(io.StringIO()) as text:
                exec(source, variables)
            if "simulate one. All cells below" in cell.source:
                assert (
                    core_only(cell)
                    and "write `import torchlet as torch` in the first cell" in text.getvalue()
                )
