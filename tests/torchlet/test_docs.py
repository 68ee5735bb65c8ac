"""What the tour of the core says is so: files, names, lines of code and numbers."""

import re
from pathlib import Path

import numpy as np
import pytest

import torchlet

ROOT = Path(__file__).parents[2]
TOUR = (ROOT / "docs" / "core.md").read_text(encoding="utf-8")
CODE = {path: path.read_text(encoding="utf-8") for path in (ROOT / "torchlet").rglob("*.py")}
LINKS = re.findall(r"\]\(([^)]+)\)", TOUR)
BLOCKS = re.findall(r"```python\n(.*?)```", TOUR, re.S)
NAMES = sorted(set(re.findall(r"`(\w+)`", TOUR)))


def test_there_is_something_to_test():
    assert len(LINKS) > 20 and len(BLOCKS) > 5 and len(NAMES) > 20


@pytest.mark.parametrize("link", sorted(set(LINKS)))
def test_links_lead_somewhere(link):
    assert (ROOT / "docs" / link).is_file()


@pytest.mark.parametrize("name", NAMES)
def test_names_occur_in_the_code(name):
    assert any(re.search(rf"\b{name}\b", text) for text in CODE.values())


def test_excerpts_are_the_code():
    """Each line of an excerpt, but for its comment and layout, stands in the package; the example is run below."""
    squeezed = re.sub(r"\s+", "", "".join(CODE.values()))
    missing = []
    for block in BLOCKS[1:]:
        for line in block.splitlines():
            bare = re.sub(r"\s+", "", line.partition("#")[0])
            if bare not in ("", "...") and bare not in squeezed:
                missing.append(line)
    assert not missing


def test_the_example_and_its_tables():
    scope = {}
    exec(BLOCKS[0].replace("import torchlet as torch", ""), {"torch": torchlet}, scope)
    assert scope["out"].item() == 140.0
    np.testing.assert_array_equal(scope["x"].grad.numpy(), [[10, 16, 22], [22, 16, 10]])

    x = torchlet.tensor([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]], requires_grad=True)
    node, names, held = (2 * (3 * x + 2) ** 2).mean().grad_fn, [], 0
    while node.next_functions:
        names.append(node.name())
        held += sum(getattr(value, "size", 1) == 6 for value in node.saved)
        node = node.next_functions[0][0]
    assert names == re.findall(r"^\| `(\w+)`", TOUR.partition("## 4")[0], re.M)
    assert held == 1  # y, and no other array of the forward pass
