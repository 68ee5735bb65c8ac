"""Objects of the student's as members of sets and keys of dictionaries: their hashes are asked for in the student's process."""

import pytest

from .judge_pair import judged, plainly

STUDENT = """
from collections import Counter, defaultdict
from dataclasses import dataclass

class Node:
    def __init__(self, value): self.value, self.children = value, set()

@dataclass(frozen=True)
class Point:
    x: int
    y: int = 0

a, b = Node(1), Node(2)
a.children.add(b)

def nodes(): return {a, b}
def fresh(): return {Node(1), Node(2)}
def table(): return {a: [b], b: []}
def points(n): return {Point(i % 2) for i in range(n)}
def counted(n): return Counter(Point(i % 2) for i in range(n))
def grouped():
    found = defaultdict(list)
    for i in range(4): found[Point(i % 2)].append(i)
    return found
def layers(): return [{a}, {b}, {a, b}, {a}]
def frozen(): return [frozenset({a, b}), {frozenset({Point(1)})}, [b]]
def pairs(): return {(a, b): Point(1), (b, 1): Point(2)}
def add(found, node): found.add(node); return found
def reach(node, seen):
    if node not in seen:
        seen[node] = len(seen)
        for child in node.children: reach(child, seen)
def itself(found): return found, {a}, found
class Loud:
    asked = 0
    def __hash__(self): Loud.asked += 1; kept.append(Loud.asked); return 7
kept = []
def loud(): return {Loud()}, kept
"""

TESTS = [
    "nodes() == {a, b} and len(fresh()) == 2 and a in nodes() and a not in fresh()",
    "{node.value for node in fresh()} == {1, 2}",
    "table()[a] == [b] and list(table()) == [a, b]",
    "points(5) == {Point(0), Point(1)} and Point(1) in points(3) and Point(2) not in points(3)",
    "counted(5) == {Point(0): 3, Point(1): 2} and counted(5)[Point(0)] == 3",
    "grouped()[Point(1)] == [1, 3] and grouped()[Point(9)] == []",
    "all(layers() == [{a}, {b}, {a, b}, {a}] for _ in range(3)) and [len(layer) for layer in layers()] == [1, 1, 2, 1]",
    "frozen()[0] == {a, b} and frozen()[1] == {frozenset({Point(1)})} and frozen()[2] == [b]",
    "all(frozen()[2][0] is b for _ in range(3))",
    "pairs()[a, b].x == 1 and (b, 1) in pairs()",
    "(found := {b}) is add(found, a) and found == {a, b} and add(found, a) is found and len(found) == 2",
    "reach(a, seen := {}) is None and seen == {a: 0, b: 1} and list(seen.values()) == [0, 1]",
    "(given := [1], back := itself(given)) and back[0] is given and back[2] is given and back[1] == {a}",
    "a.children == {b} and (a.children.add(a), a.children)[1] == {a, b} and (a.children.discard(a), len(a.children))[1] == 1",
    "len(loud()[0]) == 1 and len(loud()[1]) >= 1",
]


@pytest.mark.parametrize("text", TESTS)
def test_sets_and_dictionaries_of_the_students_objects(text):
    cells = ("answer", STUDENT), ("test", "assert " + text)
    assert [found.error for found in judged(*cells)] == plainly(*cells) == [""], judged(*cells)[0].text


def test_a_test_goes_on_after_a_hash_that_fails():
    student = "class Odd:\n    def __hash__(self): 1 / 0 if done else 0; return 1\n"
    student += "done = []\ndef odd(): found = {Odd()}; done.append(1); return found\ndef well(): return 3\n"
    tests = ("test", "odd()"), ("test", "assert well() == 3")
    assert [found.error for found in judged(("answer", student), *tests)] == ["ZeroDivisionError", ""]
