"""torchlet beside PyTorch's eager mode: how many times PyTorch's time does each piece of work take?

Both sides run the same code in turn, A B A B …, in one process, so that a machine whose speed drifts
drifts for both. A turn is many short runs, of which the fastest counts, for whatever else the machine does
can only add time. The ratio is that of the fastest of all turns; beside it stands the middle half of the
ratios turn by turn. Below 1 torchlet is faster. Other small libraries stand beside it where they can do the
work and are installed (micrograd, autograd, mygrad, tinygrad: `pip install -e ".[benchmarks]"`); their ratio is
torchlet's time to theirs. micrograd has single numbers only, tinygrad compiles and needs a compiler,
autograd and mygrad compute with NumPy as torchlet does.

    python benchmarks/core.py                 # everything, one thread
    python benchmarks/core.py --threads 2     # PyTorch and NumPy may use two
    python benchmarks/core.py parabola chain  # the works whose name contains one of these
"""

import argparse
import gc
import importlib
import os
import subprocess
import sys
import time
from collections.abc import Callable

Work = Callable[[], object]
WORKS: dict[str, tuple[float, Callable]] = {}
RIVALS: dict[str, dict[str, Callable[[], Work]]] = {}


def work(name: str, must: float):
    """Registers a work: given the module (torchlet or torch), it prepares and returns what is timed."""

    def register(prepare):
        WORKS[name] = (must, prepare)
        return prepare

    return register


def rival(name: str, library: str):
    """Registers the same work for another library; it imports the library itself."""

    def register(prepare):
        RIVALS.setdefault(name, {})[library] = prepare
        return prepare

    return register


def parabola(torch, *shape) -> Work:
    """One step of stochastic gradient descent on y = a x² + b x + c, as lesson 10 writes it."""
    a, b, c = (torch.full(shape, value).requires_grad_() for value in (0.3, -0.2, 0.1))
    x, y = torch.full(shape, 1.7), torch.full(shape, 4.0)
    lr = 1e-4

    def step():
        nonlocal a, b, c
        loss = (y - (a * x**2 + b * x + c)) ** 2
        loss.backward()
        with torch.no_grad():
            a -= lr * a.grad
            b -= lr * b.grad
            c -= lr * c.grad
            a.grad.zero_()
            b.grad.zero_()
            c.grad.zero_()

    return step


@work("parabola step, parameters (1,)", must=0.45)
def _(torch):
    return parabola(torch, 1)


@work("parabola step, parameters 0-d", must=0.30)
def _(torch):
    return parabola(torch)


@work("multiply of 1 element, recorded", must=0.70)
def _(torch):
    a, b = torch.ones(1, requires_grad=True), torch.ones(1, requires_grad=True)
    return lambda: a * b


MLP, SIZES = "MLP 192-64-32-1, batch 16, forward and backward", ((64, 192), (32, 64), (1, 32))


@work(MLP, must=0.80)
def _(torch):
    torch.manual_seed(0)
    layers = [(torch.randn(n, m) * 0.1, torch.zeros(n)) for n, m in SIZES]
    for w, b in layers:
        w.requires_grad_()
        b.requires_grad_()
    x = torch.randn(16, 192)

    def step():
        h = x
        for i, (w, b) in enumerate(layers):
            h = h @ w.T + b
            if i < 2:
                h = torch.relu(h)
        h.sum().backward()
        for w, b in layers:
            w.grad = b.grad = None

    return step


LINKS = {
    "sigmoid(exp(-y))": lambda torch, y: torch.sigmoid(torch.exp(-y)),
    "1/(1+exp(-y))": lambda torch, y: 1 / (1 + torch.exp(-y)),  # sigmoid made of exp: PyTorch cannot fuse it
}


def chain(torch, n: int, link) -> Work:
    """Five links one after the other, `n` elements each, forward and backward."""
    x = torch.linspace(-1, 1, n).requires_grad_()

    def step():
        y = x
        for _ in range(5):
            y = link(torch, y)
        y.sum().backward()
        x.grad = None

    return step


for formula, link in LINKS.items():
    for exponent, must in ((2, 0.60), (4, 1.0), (6, 1.0)):
        register = work(f"chain of {formula}, 10^{exponent} elements", must)
        register(lambda torch, n=10**exponent, link=link: chain(torch, n, link))


def matmul(torch, n: int) -> Work:
    torch.manual_seed(0)
    a, b = torch.randn(n, n), torch.randn(n, n)
    return lambda: a @ b


for n in (256, 1024):
    work(f"matmul {n}", must=1.15)(lambda torch, n=n: matmul(torch, n))


@work("chain of 10^5 nodes, backward alone", must=0.30)
def _(torch):
    x = torch.ones(1, requires_grad=True)

    def forward():
        y = x
        for _ in range(100_000):
            y = y + 1.0
        return y

    return forward, lambda y: y.backward()


@rival("multiply of 1 element, recorded", "micrograd")
def _():
    from micrograd.engine import Value

    a, b = Value(1.0), Value(1.0)
    return lambda: a * b


@rival("parabola step, parameters 0-d", "micrograd")
def _():
    from micrograd.engine import Value

    parameters = [Value(v) for v in (0.3, -0.2, 0.1)]
    x, y = 1.7, 4.0

    def step():
        a, b, c = parameters
        loss = (y - (a * x**2 + b * x + c)) ** 2
        loss.backward()
        for p in parameters:
            p.data -= 1e-4 * p.grad
            p.grad = 0.0

    return step


@rival("parabola step, parameters (1,)", "autograd")
def _():
    import autograd.numpy as np
    from autograd import grad

    x, y = np.array([1.7]), np.array([4.0])
    parameters = [np.array([value]) for value in (0.3, -0.2, 0.1)]
    slopes = grad(lambda a, b, c: np.sum((y - (a * x**2 + b * x + c)) ** 2), (0, 1, 2))

    def step():
        for p, slope in zip(parameters, slopes(*parameters), strict=True):
            p -= 1e-4 * slope

    return step


@rival("parabola step, parameters (1,)", "mygrad")
def _():
    import mygrad as mg
    import numpy as np

    a, b, c = (mg.tensor([value]) for value in (0.3, -0.2, 0.1))
    x, y = np.array([1.7]), np.array([4.0])

    def step():
        loss = (y - (a * x**2 + b * x + c)) ** 2
        loss.backward()
        for p in (a, b, c):
            p.data[...] -= 1e-4 * p.grad
            p.null_grad()

    return step


@rival("parabola step, parameters (1,)", "tinygrad")
def _():
    from tinygrad import Tensor

    a, b, c = (Tensor([value]) for value in (0.3, -0.2, 0.1))
    x, y = Tensor([1.7]), Tensor([4.0])

    def step():
        loss = ((y - (a * x**2 + b * x + c)) ** 2).sum()
        for p, slope in zip((a, b, c), loss.gradient(a, b, c), strict=True):
            p.assign(p - 1e-4 * slope)
        Tensor.realize(a, b, c)

    step()  # without a compiler it fails here
    return step


@rival("multiply of 1 element, recorded", "mygrad")
def _():
    import mygrad as mg

    a, b = mg.tensor([1.0]), mg.tensor([1.0])
    return lambda: a * b


def layers_of_arrays():
    """The weights and the input of the network above, as arrays."""
    import numpy as np

    rng = np.random.default_rng(0)
    drawn = [rng.standard_normal((n, m), np.float32) * np.float32(0.1) for n, m in SIZES]
    return drawn, [np.zeros(n, np.float32) for n, _ in SIZES], rng.standard_normal((16, 192), np.float32)


@rival(MLP, "autograd")
def _():
    import autograd.numpy as np
    from autograd import grad

    weights, biases, x = layers_of_arrays()

    def total(weights, biases):
        h = x
        for i, (w, b) in enumerate(zip(weights, biases, strict=True)):
            h = np.dot(h, w.T) + b
            if i < 2:
                h = np.maximum(h, 0)
        return np.sum(h)

    slopes = grad(total, (0, 1))
    return lambda: slopes(weights, biases)


@rival(MLP, "mygrad")
def _():
    import mygrad as mg

    weights, biases, x = layers_of_arrays()
    layers = [(mg.tensor(w), mg.tensor(b)) for w, b in zip(weights, biases, strict=True)]

    def step():
        h = x
        for i, (w, b) in enumerate(layers):
            h = mg.matmul(h, w.T) + b
            if i < 2:
                h = mg.nnet.relu(h)
        h.sum().backward()
        for w, b in layers:
            w.null_grad()
            b.null_grad()

    return step


def chain_with_autograd(n: int) -> Work:
    import autograd.numpy as np
    from autograd import grad

    x = np.linspace(-1, 1, n).astype(np.float32)

    def total(y):
        for _ in range(5):
            y = 1 / (1 + np.exp(-np.exp(-y)))
        return np.sum(y)

    slope = grad(total)
    return lambda: slope(x)


def chain_with_mygrad(n: int) -> Work:
    import mygrad as mg
    import numpy as np

    x = mg.tensor(np.linspace(-1, 1, n).astype(np.float32))

    def step():
        y = x
        for _ in range(5):
            y = mg.nnet.sigmoid(mg.exp(-y))
        y.sum().backward()
        x.null_grad()

    return step


for exponent in (2, 4, 6):
    name = f"chain of sigmoid(exp(-y)), 10^{exponent} elements"
    rival(name, "autograd")(lambda n=10**exponent: chain_with_autograd(n))
    rival(name, "mygrad")(lambda n=10**exponent: chain_with_mygrad(n))


def seconds(timed, repeats: int) -> float:
    """Seconds of one repetition. A pair (prepare, run) is prepared anew each time, outside the clock."""
    if isinstance(timed, tuple):
        prepare, run = timed
        total = 0.0
        for _ in range(repeats):
            value = prepare()
            start = time.perf_counter()
            run(value)
            total += time.perf_counter() - start
        return total / repeats
    start = time.perf_counter()
    for _ in range(repeats):
        timed()
    return (time.perf_counter() - start) / repeats


def repeats_for(timed, run_seconds: float = 0.0003) -> int:
    """How often to repeat in one short run: so short that most runs are not interrupted."""
    return max(1, int(run_seconds / max(seconds(timed, 3), 1e-7)))


def fastest(timed, repeats: int, turn_seconds: float = 0.1) -> float:
    """Seconds of one repetition in the fastest run of a turn."""
    best, end = seconds(timed, repeats), time.perf_counter() + turn_seconds
    while time.perf_counter() < end:
        best = min(best, seconds(timed, repeats))
    return best


def paired(ours, theirs, turns: int) -> tuple[float, float, list[float]]:
    """The fastest seconds of both sides and the ratio turn by turn."""
    n, m = repeats_for(ours), repeats_for(theirs)
    pairs = [(fastest(ours, n), fastest(theirs, m)) for _ in range(turns)]
    mine, other = map(min, zip(*pairs, strict=True))
    return mine, other, sorted(a / b for a, b in pairs)


def human(value: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if value >= size:
            return f"{value / size:7.2f} {unit}"
    return f"{value / 1e-9:7.0f} ns"


def import_cost(module: str, runs: int = 7) -> tuple[float, float]:
    """Seconds of computing and MiB that `import module` adds to `import numpy` in a fresh process that finds bytecode."""
    script = (
        "import os, time, numpy\n"
        "page = os.sysconf('SC_PAGESIZE') / 2**20\n"
        "resident = lambda: int(open('/proc/self/statm').read().split()[1]) * page\n"
        "before = resident(); start = time.process_time()\n"
        f"import {module}\n"
        "print(time.process_time() - start, resident() - before)"
    )
    environment = {name: v for name, v in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-c", script]
    texts = [subprocess.check_output(command, text=True, env=environment) for _ in range(runs + 1)]
    rows = [[float(v) for v in text.split()] for text in texts[1:]]  # the first one writes the bytecode
    return min(r[0] for r in rows), min(r[1] for r in rows)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", help="only the works whose name contains one of these")
    parser.add_argument("--threads", type=int, default=1, help="threads of NumPy and PyTorch (default 1)")
    parser.add_argument("--turns", type=int, default=15, help="turns of each side at a work (default 15)")
    options = parser.parse_args()

    # Thread counts are read when NumPy is imported, so the environment must be set before that.
    threads = str(options.threads)
    wanted = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), threads)
    if any(os.environ.get(name) != value for name, value in wanted.items()):
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **wanted})

    torch, torchlet = importlib.import_module("torch"), importlib.import_module("torchlet")
    torch.set_num_threads(options.threads)
    print(f"torchlet beside PyTorch {torch.__version__}, {threads} thread(s) each, ratio of their times\n")
    print(f"{'work':50} {'torchlet':>10} {'PyTorch':>10} {'ratio':>6} {'middle half':>13} {'must':>5}")
    missed = 0
    for name, (must, prepare) in WORKS.items():
        if options.names and not any(part in name for part in options.names):
            continue
        ours, theirs, ratios = paired(prepare(torchlet), prepare(torch), options.turns)
        gc.collect()
        ratio, quarter = ours / theirs, len(ratios) // 4
        missed += ratio > must
        half = f"{ratios[quarter]:.2f}-{ratios[-quarter - 1]:.2f}"
        mark = "" if ratio <= must else "  above"
        print(
            f"{name:50} {human(ours)} {human(theirs)} {ratio:6.2f} {half:>13} {must:5.2f}{mark}", flush=True
        )
        for library, prepare_rival in RIVALS.get(name, {}).items():
            try:
                other = prepare_rival()
            except ImportError:
                continue
            except RuntimeError as error:  # it is installed, and lacks something else
                print(f"{'':4}beside {library:39} cannot run here: {error}")
                continue
            mine, theirs, _ = paired(prepare(torchlet), other, options.turns)
            print(f"{'':4}beside {library:39} {human(mine)} {human(theirs)} {mine / theirs:6.2f}")
    if not options.names or "import" in options.names:
        for module in ("torchlet", "torch"):
            cost, memory = import_cost(module)
            print(f"import {module}, beyond NumPy's own: {cost * 1e3:.1f} ms, {memory:.1f} MiB")
    print(f"\n{missed} work(s) above what they must reach" if missed else "\nall within what they must reach")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
