"""The table of what agrees with PyTorch's operator database, as it is printed, kept in docs/op_db.md and read back."""

import argparse
import collections
from functools import partial
from pathlib import Path

import torch

from tests.torchlet import module_db, op_db
from tests.torchlet.op_db import COLUMNS
from tests.torchlet.op_db_reasons import differing

PAGE = Path(__file__).parents[2] / "docs" / "op_db.md"
HEADINGS = ("values", "in place", "gradients", "second gradients", "errors")

UNKNOWN = "Not explained yet"
INTRODUCTION = """\
# PyTorch's operator database as judge

PyTorch tests itself with a database of its operations, `op_db`: for each one sample inputs, reference inputs (extreme values,
empty, 0-d, broadcast, not contiguous) and inputs that must be refused, with the words of the refusal. Here every
operation of the database that torchlet has is run on both, as a function, a method, an operator and in place, on the cpu in float64,
float32, int64 and bool.

A sample counts as passed if value, dtype and shape are PyTorch's (for random numbers and uninitialised memory: dtype and shape).
Gradients and second gradients are asked for in float64, weighted with fixed random numbers. An error counts if its type and the
first sentence of its message are PyTorch's. Each operation is judged by a bounded selection, the same every time.

The modules of `torch.nn` come from the like database of modules, `module_db`, with every sample of theirs: constructed with the same
arguments and parameters, in float64 and float32, while training and not. Beside the result, the printed form and
the names of the state have to be PyTorch's; gradients are those of the inputs and the parameters.

This page is written by `python -m tests.torchlet.op_db_table --write`; the tests fail if an operation passes fewer than the page says.
"""


def judges():
    """{operation or module: the function that gives its Count}."""
    found = {name: partial(op_db.judge, entries) for name, entries in op_db.known_operations().items()}
    found.update({name: partial(module_db.judge, info) for name, info in module_db.known_modules().items()})
    return found


def judged(names):
    """{operation: its Count}, for some operations or, without names, all."""
    known = judges()
    wanted = {n: judge for n, judge in known.items() if not names or n in names or n.split()[0] in names}
    return {name: judge() for name, judge in sorted(wanted.items())}


def table(counts):
    """The rows of the table, as Markdown."""
    rows = [f"| operation | {' | '.join(HEADINGS)} |", "|---|" + "---:|" * len(COLUMNS)]
    for name, count in counts.items():
        rows.append(f"| `{name}` | " + " | ".join(count.cell(c) for c in COLUMNS) + " |")
    passed, total = totals(counts)
    rows.append("| **all** | " + " | ".join(f"**{passed[c]}/{total[c]}**" for c in COLUMNS) + " |")
    return "\n".join(rows)


def totals(counts):
    passed, total = collections.Counter(), collections.Counter()
    for count in counts.values():
        passed.update(count.passed)
        total.update(count.total)
    return passed, total


def what_differs(counts):
    """The reasons, each with the operations and the columns that it stands for."""
    by_reason, reasons = collections.defaultdict(list), differing()
    for name, count in counts.items():
        for column, heading in zip(COLUMNS, HEADINGS, strict=True):
            missing = count.total[column] - count.passed[column]
            if missing:
                by_reason[reasons.get((name, column), UNKNOWN)].append(f"`{name}` ({heading}, {missing})")
    return "\n".join(f"- {why}: {', '.join(found)}." for why, found in by_reason.items())


def page(counts, left_out):
    return (
        f"{INTRODUCTION}\n## What differs, and why\n\n{what_differs(counts)}\n\n"
        f"Not counted: {left_out} samples that ask for complex numbers, bfloat16, sparse tensors or memory formats.\n\n"
        f"## The table\n\n{table(counts)}\n"
    )


def on_the_page():
    """{operation: its Count} as the page has it."""
    found = {}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("| `"):
            count = found[line.split("`")[1]] = op_db.Count()
            for column, cell in zip(COLUMNS, line.split("|")[2:-1], strict=True):
                if cell.strip():
                    count.passed[column], count.total[column] = map(int, cell.split("/"))
    return found


def recorded():
    """{operation: {column: passed}} as the page says."""
    return {name: dict(count.passed) for name, count in on_the_page().items()}


def left_out_before():
    return int(PAGE.read_text(encoding="utf-8").partition("Not counted: ")[2].split()[0])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("operations", nargs="*", help="by PyTorch's name; all if none is given")
    parser.add_argument("--write", action="store_true", help="write the page instead of printing the table")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    counts = judged(arguments.operations)
    if arguments.write and arguments.operations:  # the others stay as the page has them
        known = {**on_the_page(), **counts}
        PAGE.write_text(page(dict(sorted(known.items())), left_out_before()), encoding="utf-8")
    elif arguments.write:
        left_out = sum(count.out_of_scope for count in counts.values())
        PAGE.write_text(page(counts, left_out), encoding="utf-8")
    else:
        print(table(counts))
        for name, count in counts.items():
            for column, about, why in count.differences:
                print(f"{name}, {column}: {about}: {why}")
