"""Measure products of matrices on a real NVIDIA GPU, for the curve in section 5 of lesson 03.

    python measure_gpu.py                     with PyTorch, else with torchlet and CuPy
    python measure_gpu.py --library torchlet

Writes measured_gpu.json beside this file: the card, the date, the library and its version, and for each size the seconds
of one float32 product with the data on the card, and with two matrices copied in and one copied back. Without a real
GPU it writes nothing and ends with an error.
"""

import argparse
import importlib
import json
import statistics
import sys
import time
from datetime import date
from pathlib import Path

SIZES = [8, 64, 256, 512, 1024, 2048, 4096]
FILE = Path(__file__).with_name("measured_gpu.json")
ROUNDS = 5  # the median of so many means is written
ROUND_SECONDS = 0.2  # about as long does one of them take


def library(name: str):
    """The library asked for, or the first one that finds a real GPU. SystemExit if there is none."""
    for each in [name] if name else ["torch", "torchlet"]:
        try:
            found = importlib.import_module(each)
        except ImportError:
            continue
        if found.cuda.is_available() and "simulated" not in found.cuda.get_device_name(0).lower():
            return found
    sys.exit(
        "There is no real NVIDIA GPU for this library here, so nothing was measured and nothing written."
    )


def seconds(torch, work) -> float:
    """One call of `work`, by the six steps of section 4: the median over several rounds."""
    work()
    torch.cuda.synchronize()
    start = time.perf_counter()
    work()
    torch.cuda.synchronize()
    once = time.perf_counter() - start
    repeats = max(3, min(1000, round(ROUND_SECONDS / once)))
    means = []
    for _ in range(ROUNDS):
        torch.cuda.synchronize()
        start = time.perf_counter()
        for _ in range(repeats):
            work()
        torch.cuda.synchronize()
        means.append((time.perf_counter() - start) / repeats)
    return statistics.median(means)


def measure(torch, sizes) -> dict:
    """What is written to the file. TF32 stays off, which is PyTorch's default: these are float32 products."""
    there, copied = [], []
    for n in sizes:
        x, y = torch.rand(n, n), torch.rand(n, n)
        a, b = x.to("cuda"), y.to("cuda")
        there.append(seconds(torch, lambda a=a, b=b: a @ b))
        copied.append(seconds(torch, lambda x=x, y=y: (x.to("cuda") @ y.to("cuda")).cpu()))
        print(f"n = {n:4}   {1e6 * there[-1]:10,.1f} µs   with copies {1e6 * copied[-1]:12,.1f} µs")
    return {
        "card": torch.cuda.get_device_name(0),
        "date": date.today().isoformat(),
        "library": f"{torch.__name__} {getattr(torch, '__version__', '')}".strip(),
        "dtype": "float32",
        "sizes": list(sizes),
        "seconds": there,
        "seconds_with_copies": copied,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--library", choices=["torch", "torchlet"], default="")
    torch = library(parser.parse_args().library)
    found = measure(torch, SIZES)
    FILE.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(f"written: {FILE.name}, {found['card']}, {found['date']}")


if __name__ == "__main__":
    main()
