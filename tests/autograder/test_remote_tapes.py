"""Tapes and variables across the two processes: a student's tape records what a test's function computes."""

import pytest

import torchlet
from torchlet import GradientTape, Variable, tensor

from .judge_pair import Pair

STUDENT = """
from torchlet import GradientTape, Variable, tensor

def watched(fn, xs):
    with GradientTape() as tape:
        tape.watch(xs)
        y = fn(*xs)
    return tape.gradient(y, xs)

def of_variables(fn, xs):
    variables = [Variable(x) for x in xs]
    with GradientTape() as tape:
        y = fn(*variables)
    return tape.gradient(y, variables)

def given(fn, variables):
    with GradientTape() as tape:
        y = fn(*variables)
    return y, tape.gradient(y, variables)

def second(fn, x):
    with GradientTape() as outer:
        outer.watch(x)
        with GradientTape() as inner:
            inner.watch(x)
            y = fn(x)
        slope = inner.gradient(y, x)
    return outer.gradient(slope, x)

def second_of_variable(fn, x):
    return second(fn, Variable(x))

def make(): return Variable([1.0, 2.0], name="w", trainable=False)
def kind(x): return type(x).__name__, x.trainable, x.name
def assign(x): x.assign_add([1.0, 1.0])
"""


@pytest.fixture
def student():
    return Pair(STUDENT)


CASES = {
    "a product": (lambda a, b: a * b * b, [2.0, 3.0], [9.0, 12.0]),
    "one is not used": (lambda a, b: a * a, [2.0, 3.0], [4.0, None]),
    "nothing is used": (lambda a, b: tensor(1.0), [2.0, 3.0], [None, None]),
    "one itself": (lambda a, b: a, [2.0, 3.0], [1.0, None]),
    "a vector is summed": (lambda a, b: a * b, [[2.0, 3.0], 3.0], [[3.0, 3.0], 5.0]),
}


@pytest.mark.parametrize("way", ["watched", "of_variables"])
@pytest.mark.parametrize("case", CASES)
def test_a_function_of_the_test_is_recorded(student, way, case):
    function, values, expected = CASES[case]
    tensors = [tensor(value) for value in values]
    found = student[way](function, tensors)
    assert [None if each is None else each.tolist() for each in found] == expected
    assert not any(each.requires_grad for each in tensors)


@pytest.mark.parametrize("way", ["second", "second_of_variable"])
def test_the_second_derivative_of_a_function_of_the_test(student, way):
    assert student[way](lambda x: (x**3).sum(), tensor([2.0, 3.0])).tolist() == [12.0, 18.0]


def test_a_variable_of_the_test_is_one_there(student):
    variable = Variable([1.0, 2.0], name="w")
    assert student["kind"](variable) == ("Variable", True, "w")
    student["assign"](variable)
    assert variable.tolist() == [2.0, 3.0]
    y, (gradient,) = student["given"](lambda v: (v * v).sum(), [variable])
    assert (y.item(), gradient.tolist()) == (13.0, [4.0, 6.0])


def test_a_variable_of_the_student_is_one_here(student):
    made = student["make"]()
    assert (type(made), made.trainable, made.name) == (Variable, False, "w")
    assert made.tolist() == [1.0, 2.0]


def test_a_tape_of_the_test_records_what_the_student_computes():
    student = Pair("def f(x): return x * x * x\n")
    x = torchlet.Variable(2.0)
    with GradientTape(persistent=True) as tape:
        y = student["f"](x)
    assert tape.gradient(y, x).item() == 12.0


def test_a_result_of_a_tape_that_has_closed_comes_as_a_number(student):
    student.names["value"] = lambda x: _recorded(x)

    def _recorded(x):
        with GradientTape() as tape:
            tape.watch(x)
            y = x * x
        return y

    assert student["value"](tensor(3.0)).item() == 9.0


ON_THE_GPU = """
import torchlet as torch
gpu = torch.cuda.simulate()
def moved(x): return x.to("cuda:0")
def keep(batch): batch.append(batch[0].cuda())
def plain(x): return x + 1
"""


def test_a_tensor_on_the_simulated_gpu_costs_only_the_test_that_compares_it(request):
    student = Pair(ON_THE_GPU)
    request.addfinalizer(student.names["gpu"].stop)
    batch = [tensor([1.0, 2.0])]
    student["keep"](batch)
    moved = student["moved"](tensor([1.0, 2.0]))
    assert (str(moved.device), moved.cpu().tolist()) == ("cuda:0", [1.0, 2.0])
    with pytest.raises(AssertionError, match="compared with nothing"):
        assert moved == batch[0]
    assert student["plain"](tensor([1.0, 2.0])).tolist() == [2.0, 3.0]
